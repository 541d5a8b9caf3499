"""What holds for any mixture of faults."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.judgement import Judgement
from purchase_assets.kinds import Verdict
from purchase_assets.settings import QualitySettings
from purchase_assets_tests.intake.worlds import World, made_up_world

WORLD = made_up_world()
KNOWN = WORLD.known()

SPOILS = {
    "none": lambda texts, rng: texts,
    "empty": lambda texts, rng: texts.assign(items=""),
    "infinite": lambda texts, rng: texts.assign(items="inf"),
    "absurd": lambda texts, rng: texts.assign(items="9e9"),
    "future": lambda texts, rng: texts.assign(purchase_date="2031-01-01"),
    "no date": lambda texts, rng: texts.assign(purchase_date="soon"),
    "formula": lambda texts, rng: texts.assign(order_id="=1+1"),
    "unknown": lambda texts, rng: texts.assign(customer_id="C-77"),
    "twice": lambda texts, rng: pd.concat([texts, texts]),
    "known": lambda texts, rng: as_text(WORLD.past.sample(len(texts), random_state=rng)),
}


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(purchase_date=frame.purchase_date.dt.strftime("%Y-%m-%d")).astype(str)


def judged(frame: pd.DataFrame) -> Judgement:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.csv"
        frame.to_csv(path, index=False)
        return judge(path, "transactions", KNOWN, QualitySettings())


def contents(judgement: Judgement) -> tuple:
    """Everything but the positions of the rows."""
    accepted = judgement.accepted.drop_columns("row_number").to_pylist()
    quarantined = judgement.quarantined.drop_columns("row_number").to_pylist()
    return (
        judgement.verdict,
        judgement.rows,
        judgement.duplicates,
        judgement.known_rows,
        {(reason.rule, reason.rows) for reason in judgement.reasons},
        sorted(map(str, accepted)),
        sorted(map(str, quarantined)),
    )


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.sampled_from(sorted(SPOILS)), st.integers(0, 40)), max_size=5),
    st.integers(0, 2**16),
)
def test_no_row_is_lost_and_order_does_not_matter(mixture, seed):
    rng = np.random.default_rng(seed)
    rest = as_text(WORLD.week).sample(frac=1, random_state=seed)
    parts = []
    for spoil, rows in mixture:
        parts.append(SPOILS[spoil](rest.head(rows), seed))
        rest = rest.iloc[rows:]
    frame = pd.concat([rest, *parts])
    judgement = judged(frame)

    taken = len(judgement.accepted) + len(judgement.quarantined) + judgement.duplicates
    assert judgement.verdict in (Verdict.ACCEPTED, Verdict.PARTIAL, Verdict.REJECTED)
    assert taken == (0 if judgement.verdict is Verdict.REJECTED else len(frame))
    assert judgement.rows == len(frame)
    assert contents(judged(frame)) == contents(judgement)
    assert contents(judged(frame.iloc[rng.permutation(len(frame))])) == contents(judgement)


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["batch.csv", "batch.parquet", "batch.csv.gz"]))
def test_any_bytes_get_a_verdict(content, name):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        judgement = judge(path, "transactions", KNOWN, QualitySettings())
    assert judgement.verdict is Verdict.REJECTED
    assert judgement.reasons[0].message.en
    assert judgement.reasons[0].message.es


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=5, max_size=5),
        max_size=6,
    )
)
def test_any_cells_get_a_verdict(rows):
    frame = pd.DataFrame(rows, columns=WORLD.week.columns)
    judgement = judged(frame)
    assert judgement.verdict is not Verdict.ENGINE_ERROR, judgement.reasons


@pytest.fixture(scope="module")
def world() -> World:
    return WORLD


@pytest.mark.parametrize("kind", ["customers", "products"])
def test_master_rows_are_accepted_once(kind, world, tmp_path):
    frame = getattr(world, kind)
    pd.concat([frame, frame.head(7)]).to_csv(tmp_path / "masters.csv", index=False)
    known = world.known(taken=None)
    judgement = judge(tmp_path / "masters.csv", kind, known, QualitySettings())
    assert judgement.verdict is Verdict.ACCEPTED
    assert (len(judgement.accepted), judgement.duplicates) == (len(frame), 7)


def test_an_older_value_of_a_master_wins_again_when_it_is_sent_again(world, tmp_path):
    first = tmp_path / "clientes.parquet"
    world.customers.head(40).to_parquet(first)
    known = world.known(taken=None)
    current = judge(first, "customers", known, QualitySettings()).accepted
    assert (
        judge(first, "customers", world.known(taken=current), QualitySettings()).verdict
        is Verdict.DUPLICATE
    )

    changed = tmp_path / "clientes_2.parquet"
    world.customers.head(40).assign(customer_type="OTRO").to_parquet(changed)
    current = judge(changed, "customers", world.known(taken=current), QualitySettings()).accepted
    again = judge(first, "customers", world.known(taken=current), QualitySettings())
    assert len(again.accepted) == 40


def test_a_file_of_all_customers_is_judged_again_as_at_first(world, tmp_path):
    """The newest values are its own then, and of other files none is left to compare with."""
    one = world.customers.index == 7
    x, y = world.customers["X"], world.customers["Y"]
    swapped = world.customers.assign(X=x.mask(one, y), Y=y.mask(one, x))
    swapped.to_parquet(path := tmp_path / "clientes.parquet")
    first = judge(path, "customers", world.known(taken=None), QualitySettings())
    none_left = world.known(taken=first.accepted.slice(0, 0))
    again = judge(path, "customers", none_left, QualitySettings())
    assert "swapped_coordinates" in {reason.rule for reason in first.reasons}
    assert again.reasons == first.reasons


def test_a_corrected_week_adds_only_what_is_new(world, tmp_path):
    past_week = world.past[world.past.purchase_date >= "2024-11-25"].drop_duplicates()
    late = past_week.head(5).assign(order_id=999_001)
    path = tmp_path / "batch.parquet"
    pd.concat([past_week, late]).to_parquet(path)
    judgement = judge(path, "transactions", KNOWN, QualitySettings())
    assert judgement.verdict is Verdict.ACCEPTED
    assert len(judgement.accepted) == 5
    assert judgement.known_rows == judgement.duplicates == len(past_week)


def test_a_file_of_one_day_and_one_value(world, tmp_path):
    path = tmp_path / "batch.parquet"
    day = world.week[world.week.purchase_date == world.week.purchase_date.max()]
    day.assign(items=1.0).drop_duplicates().to_parquet(path)
    judgement = judge(path, "transactions", KNOWN, QualitySettings())
    assert judgement.verdict is Verdict.ACCEPTED
    assert judgement.first_day == judgement.last_day


def test_the_first_file_ever_has_nothing_to_be_compared_with(world, tmp_path):
    path = tmp_path / "batch.parquet"
    world.past.to_parquet(path)
    known = world.known(
        customer_ids=None, product_ids=None, daily_volumes=(), items_p999=None, taken=None
    )
    judgement = judge(path, "transactions", known, QualitySettings())
    assert judgement.verdict is Verdict.ACCEPTED
    volume = next(group for group in judgement.groups if group.group == "volume")
    assert volume.passed


def test_the_days_of_a_file_are_those_of_rows_that_were_not_set_aside(tmp_path):
    """A far day in the quarantine is no day on which sales are known."""
    week = WORLD.week.astype({"purchase_date": str})
    days = sorted(week["purchase_date"].str[:10])
    week.loc[:2, "purchase_date"] = "2052-01-08"
    week.to_csv(tmp_path / "batch.csv", index=False)
    judgement = judge(tmp_path / "batch.csv", "transactions", KNOWN, QualitySettings())
    assert judgement.verdict is Verdict.PARTIAL
    assert (str(judgement.first_day), str(judgement.last_day)) == (days[0], days[-1])
