"""Which model is champion: the newest row decides, and MLflow's alias follows it."""

from datetime import date, datetime, time, timedelta

import pandas as pd
import pytest

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.registry import Registry
from purchase_assets.storage.reports import promotions, retraining_decisions, tables
from purchase_assets.storage.training_run import TrainingRun
from purchase_assets.text import Text
from purchase_assets.workflows import promote_model
from purchase_assets_tests.rows import plant


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """Two registered models, the first of them champion."""
    from sklearn.linear_model import LogisticRegression

    made = Project(Settings(data=str(tmp_path_factory.mktemp("data"))))
    frame = pd.DataFrame({"a": [0.0, 1.0] * 20})
    for _ in range(2):
        run = TrainingRun(
            model=LogisticRegression().fit(frame, frame["a"]),
            sample=frame,
            parameters={},
            metrics={},
            record={},
            trials=[],
        )
        made.registry.register(run, name="planted")
    promote(made, "1")
    return made


def promote(project: Project, version: str, *, answer: Text | None = None) -> None:
    promote_model.promote(
        project,
        version,
        kind="gate",
        by="gate",
        reason=Text.same("planted"),
        data_through=date(2025, 1, 26),
        figures={},
        answer=answer,
    )


def test_a_crash_between_a_promotion_and_its_alias_is_put_right(project, monkeypatch):
    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Registry, "set_champion", crash)
        with pytest.raises(KeyboardInterrupt):
            promote(project, "2")
    assert promote_model.champion_version(project) == "2"
    assert project.registry.champion() == "1"
    assert promote_model.need_champion(project).version == "2"
    assert project.registry.champion() == "2"


def test_a_crash_after_a_promotion_leaves_no_training_without_its_outcome(project, monkeypatch):
    def crash(*_):
        raise KeyboardInterrupt

    plant(project.reports, tables.retraining_decisions, cause="first_model", cause_id="first")
    with monkeypatch.context() as patch:
        patch.setattr(Registry, "set_champion", crash)
        with pytest.raises(KeyboardInterrupt):
            promote(project, "2", answer=Text.same("Version 2: better"))
    (decision,) = retraining_decisions.in_order(project.reports)
    assert decision.outcome == "PROMOTED"
    assert decision.outcome_text == Text.same("Version 2: better")


def test_a_promotion_says_what_it_took_the_place_of(project):
    before = promote_model.champion_version(project)
    promote(project, "1")
    row = promotions.newest(project.reports)
    assert (row.model_version, row.previous_version) == ("1", before)
    assert promote_model.champions(project)[0] == "1"


def planted(folder, *rows) -> Project:
    """Promotions as (version, kind, trained up to, decided on) and a file every Sunday."""
    made = Project(Settings(data=str(folder)))
    for week in range(6):
        sunday = SUNDAY + timedelta(weeks=week)
        plant(
            made.reports,
            tables.uploads,
            key=f"transactions-{sunday}",
            received_at=datetime.combine(sunday, time(9)),
            first_day=sunday - timedelta(days=6),
            last_day=sunday,
        )
    for version, kind, through, on in rows:
        plant(
            made.reports,
            tables.promotions,
            promoted_at=datetime.combine(on, time(18)),
            model_version=version,
            kind=kind,
            data_through=through,
        )
    return made


SUNDAY = date(2025, 1, 5)


def test_the_champion_of_then_is_the_newest_that_was_one_in_those_days(tmp_path):
    first, second, third, fourth, fifth = (SUNDAY + timedelta(weeks=n) for n in range(5))
    made = planted(
        tmp_path,
        ("1", "first", first, first),
        ("2", "gate", second, second),
        # back to what had learnt least, two weeks later
        ("1", "rollback", first, fourth),
        ("3", "gate", fifth, fifth),
    )
    champions = {
        day: promote_model.champion_then(made, day) for day in (first, second, third, fourth)
    }
    assert champions == {first: "1", second: "2", third: "2", fourth: "1"}
    assert promote_model.champion_then(made, fifth + timedelta(weeks=9)) == "3"
    # before there was a model: the earliest
    assert promote_model.champion_then(made, first - timedelta(weeks=9)) == "1"


def test_without_any_champion_the_week_cannot_be_made(tmp_path):
    with pytest.raises(PurchaseAssetsError, match=r"there is no champion.*run the job `retrain`"):
        promote_model.champion_then(planted(tmp_path), SUNDAY)
