"""Which model is champion: the newest row decides, and MLflow's alias follows it."""

from datetime import date

import pandas as pd
import pytest

from purchase_assets.resources import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.registry import Registry, TrainingRun
from purchase_assets.workflows import promotion


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
            trusted_types=[],
            parameters={},
            metrics={},
            record={},
            trials=[],
        )
        made.registry.register(run, name="planted")
    promote(made, "1")
    return made


def promote(project: Project, version: str) -> None:
    promotion.promote(
        project,
        version,
        kind="gate",
        by="gate",
        reason="planted",
        data_through=date(2025, 1, 26),
        figures={},
    )


def test_a_crash_between_a_promotion_and_its_alias_is_put_right(project, monkeypatch):
    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Registry, "set_champion", crash)
        with pytest.raises(KeyboardInterrupt):
            promote(project, "2")
    assert promotion.champion_version(project) == "2"
    assert project.registry.champion() == "1"
    assert promotion.need_champion(project).version == "2"
    assert project.registry.champion() == "2"


def test_a_promotion_says_what_it_took_the_place_of(project):
    before = promotion.champion_version(project)
    promote(project, "1")
    row = promotion.last_promotion(project)
    assert (row["model_version"], row["previous_version"]) == ("1", before)
    assert promotion.champions(project)[0] == "1"
