"""The sample goes on: week after week, as it should be sent and as it should not."""

import json
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.project import Project
from purchase_assets.samples.drift_scenarios import SCENARIOS
from purchase_assets.samples.faults import FAULTS
from purchase_assets.samples.generator import WEEKS_AHEAD, Recipe, last_complete_week
from purchase_assets.settings import SAMPLE_RECORD, Settings
from purchase_assets.workflows import deliver_sample, take_in, waiting_uploads


def real_day() -> date:
    """Asked each time: a run of the tests may go on over midnight."""
    return datetime.now(ZoneInfo("America/Santiago")).date()


SUNDAY = last_complete_week(real_day())
RECIPE = Recipe(customers=120, products=40, weeks=14, end=SUNDAY, seed=5)


def judge_waiting(project: Project) -> list[str]:
    """Judge what waits; the verdicts."""
    return [
        take_in.take_in(project, entry).verdict.value
        for entry in list(waiting_uploads.waiting(project))
    ]


def begun(folder: Path, end: date = SUNDAY) -> Project:
    """A project that has taken in the sample's history."""
    project = Project(Settings(data=str(folder), time_zone="America/Santiago"))
    deliver_sample.begin(project, replace(RECIPE, end=end))
    judge_waiting(project)
    return project


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(begun(tmp_path_factory.mktemp("sample") / "the data").settings.data)


@pytest.fixture
def project(history: Path, tmp_path: Path) -> Project:
    """A project of its own that has taken in the sample's history."""
    shutil.copytree(history, tmp_path / "the data")
    return Project(Settings(data=str(tmp_path / "the data"), time_zone="America/Santiago"))


def test_the_next_weeks_go_on_where_the_history_ends(project: Project) -> None:
    weeks = []
    for number in (1, 2, 3):
        week = deliver_sample.deliver_next_week(project)
        assert week.last_day == SUNDAY + timedelta(weeks=number)
        (path,) = week.paths
        assert path.name == f"transacciones_{week.first_day}_{week.last_day}.parquet"
        weeks.append(pd.read_parquet(path))
        assert judge_waiting(project) == ["ACCEPTED"]
    history, whole = RECIPE.history().transactions, RECIPE.distributor().transactions
    assert history["purchase_date"].max() == pd.Timestamp(SUNDAY)
    pd.testing.assert_frame_equal(
        pd.concat([history, *weeks], ignore_index=True),
        whole[whole["purchase_date"] <= pd.Timestamp(weeks[-1]["purchase_date"].max())],
    )


def test_a_running_process_sees_the_samples_day_move(project: Project) -> None:
    assert project.settings.today() == real_day()
    week = deliver_sample.deliver_next_week(project)
    assert project.settings.today() == week.today == SUNDAY + timedelta(days=8)


def test_the_samples_calendar_never_holds_the_real_one_back(tmp_path: Path) -> None:
    project = begun(tmp_path, SUNDAY - timedelta(weeks=30))
    week = deliver_sample.deliver_next_week(project)
    assert week.last_day == SUNDAY - timedelta(weeks=29)
    assert project.settings.today() == week.today == real_day()


def test_a_data_folder_without_the_sample_has_the_real_day(tmp_path: Path) -> None:
    settings = Settings(data=str(tmp_path), time_zone="America/Santiago")
    assert settings.today() == real_day()
    with pytest.raises(PurchaseAssetsError, match="only the sample has a next week"):
        deliver_sample.deliver_next_week(Project(settings))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_gets_its_verdict_and_a_refused_week_comes_again(
    project: Project, name: str
) -> None:
    faulty = deliver_sample.deliver_next_week(project, fault=name)
    assert judge_waiting(project) == [FAULTS[name].verdict]
    after = deliver_sample.deliver_next_week(project)
    if FAULTS[name].verdict == "REJECTED":
        assert (after.first_day, after.paths[0].stem) == (faulty.first_day, faulty.paths[0].stem)
    else:
        assert after.first_day == faulty.first_day + timedelta(weeks=1)
    assert judge_waiting(project) == ["ACCEPTED"]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_drifted_week_is_taken_in_with_the_master_file_that_it_changes(
    project: Project, name: str
) -> None:
    week = deliver_sample.deliver_next_week(project, drift=name)
    ordinary = RECIPE.distributor().between(week.first_day, week.last_day)
    kinds = [path.name.split("_")[0] for path in week.paths]
    changes_products = name in ("new-brand", "unit-change", "new-product")
    assert kinds == [*(["products"] if changes_products else []), "transacciones"]
    sales = pd.read_parquet(week.paths[-1])
    unchanged = sales.reset_index(drop=True).equals(ordinary.transactions)
    assert unchanged == (name in ("no-change", "unit-change"))
    # ten times the items on a twentieth of the lines is another unit to the gate, if there are many
    assert judge_waiting(project)[-1] == "ACCEPTED" or name == "quantity-change"


def test_a_file_that_waits_is_not_written_over(project: Project) -> None:
    (path,) = deliver_sample.deliver_next_week(project, fault="wrong-format").paths
    with pytest.raises(PurchaseAssetsError, match=r"\.pdf waits in .* run purchase-assets run"):
        deliver_sample.deliver_next_week(project)
    assert path.exists()


def test_a_history_that_ends_in_midweek_is_first_brought_to_its_sunday(tmp_path: Path) -> None:
    wednesday = SUNDAY - timedelta(days=4)
    project = begun(tmp_path, wednesday)
    week = deliver_sample.deliver_next_week(project)
    assert (week.first_day, week.last_day) == (wednesday + timedelta(days=1), SUNDAY)


def test_the_sample_ends_after_a_year(project: Project) -> None:
    record = Path(project.settings.data) / SAMPLE_RECORD
    kept = json.loads(record.read_text())
    record.write_text(json.dumps({**kept, "end": str(SUNDAY - timedelta(weeks=WEEKS_AHEAD))}))
    with pytest.raises(
        PurchaseAssetsError, match=rf"sales are known to {SUNDAY}.* that the sample goes"
    ):
        deliver_sample.deliver_next_week(project)
