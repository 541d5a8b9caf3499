"""What a refused upload says of the data."""

import json

import pytest

from purchase_assets.intake import judge_upload
from purchase_assets.intake.refusals import is_by_content
from purchase_assets.kinds import Verdict
from purchase_assets.settings import QualitySettings
from purchase_assets_tests.intake.worlds import made_up_world


@pytest.fixture(scope="module")
def world():
    return made_up_world()


def broken(world, path):
    """The rules that a file breaks, as the uploads table keeps them."""
    judgement = judge_upload.judge(path, "transactions", world.known(), QualitySettings())
    assert judgement.verdict is Verdict.REJECTED
    return {reason.rule: reason.rows for reason in judgement.reasons}


def tenfold(week):
    return week.assign(items=week["items"] * 10)


def strangers(week):
    return week.assign(customer_id=week["customer_id"] + 90_000)


def a_tenth(week):
    return week.iloc[:: len(week) // 100]


def without_items(week):
    return week.assign(items=week["items"].mask(week.index % 4 == 0))


@pytest.mark.parametrize("fault", [tenfold, strangers, a_tenth, without_items])
def test_values_references_and_volume_are_content(world, fault, tmp_path):
    path = tmp_path / "transactions.csv"
    fault(world.week).to_csv(path, index=False)
    assert is_by_content(broken(world, path))


def words_for_dates(week, path):
    week.assign(purchase_date="some day").to_csv(path, index=False)


def words_for_items(week, path):
    week.assign(items="a few").to_csv(path, index=False)


def no_column(week, path):
    week.drop(columns="items").to_csv(path, index=False)


def another_name(week, path):
    week.rename(columns={"items": "stuff"}).to_csv(path, index=False)


def no_rows(week, path):
    week.head(0).to_csv(path, index=False)


def another_format(week, path):
    path.write_text(json.dumps(week.head(3).astype(str).to_dict("records")))


@pytest.mark.parametrize(
    "fault", [words_for_dates, words_for_items, no_column, another_name, no_rows, another_format]
)
def test_what_cannot_be_read_is_not(world, fault, tmp_path):
    path = tmp_path / "transactions.csv"
    fault(world.week, path)
    assert not is_by_content(broken(world, path))
