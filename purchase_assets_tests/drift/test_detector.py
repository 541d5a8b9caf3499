"""Each known shift is seen in the column it was planted in, and ordinary weeks are quiet."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purchase_assets.drift.detector import (
    SCORE_COLUMNS,
    ReferenceColumn,
    column_scores,
    fit_reference,
    judge,
    own_threshold,
)
from purchase_assets.drift.monitored_frames import monitored_frames
from purchase_assets.drift.replay import NO_HISTORY, false_alarm_rate
from purchase_assets.samples.drift_scenarios import SCENARIOS, next_week, simulate
from purchase_assets.samples.generator import SampleData, generate
from purchase_assets.settings import DriftSettings

SETTINGS = DriftSettings()
Frames = dict[str, pd.DataFrame]


def frames_of(week: SampleData) -> Frames:
    customers = week.customers.rename(
        columns={
            "num_deliver_per_week": "deliveries_per_week",
            "num_visit_per_week": "visits_per_week",
        }
    )
    frames = monitored_frames(week.transactions, customers=customers, products=week.products)
    rng = np.random.default_rng(len(week.transactions))
    lines = len(frames["order_line"])
    # Stands in for the model: the detector only sees numbers.
    frames["forecast"] = pd.DataFrame({"probability": rng.beta(1, 4, lines)}).join(
        frames["order_line"][["week", "shop"]]
    )
    return frames


@pytest.fixture(scope="module")
def history() -> SampleData:
    return generate(end=date(2025, 3, 2))


@pytest.fixture(scope="module")
def reference(history: SampleData) -> tuple[ReferenceColumn, ...]:
    return fit_reference(frames_of(history), SETTINGS)


@pytest.fixture(scope="module")
def week(history: SampleData) -> Frames:
    sales = next_week(np.random.default_rng(0), history.transactions)
    return frames_of(SampleData(sales, history.customers, history.products))


def above(scores: pd.DataFrame) -> set[str]:
    return set(scores.loc[scores["status"] == "ABOVE", "column"])


def some(frame: pd.DataFrame, share: float) -> np.ndarray:
    return np.random.default_rng(1).random(len(frame)) < share


SHIFTS: dict[str, tuple[str, str, Callable[[pd.DataFrame], pd.Series]]] = {
    "unseen brand on 5 %": (
        "product",
        "brand",
        lambda f: f["brand"].mask(some(f, 0.05), "Brand NEW"),
    ),
    "size in millilitres on 1 %": (
        "product",
        "size",
        lambda f: f["size"].mask(some(f, 0.01), 1000 * f["size"]),
    ),
    "a tenth of the packages missing": (
        "product",
        "package",
        lambda f: f["package"].mask(some(f, 0.10)),
    ),
    "items shifted by half a standard deviation": (
        "order_line",
        "items",
        lambda f: f["items"] + 0.5 * f["items"].std(),
    ),
    "half of the top customer type gone": (
        "customer",
        "customer_type",
        lambda f: f["customer_type"].mask(
            (f["customer_type"] == f["customer_type"].mode()[0]) & some(f, 0.5), "RESTAURANT"
        ),
    ),
    "deliveries tenfold on 5 %": (
        "customer",
        "deliveries_per_week",
        lambda f: f["deliveries_per_week"].mask(some(f, 0.05), 10 * f["deliveries_per_week"]),
    ),
    "probabilities a third lower": (
        "forecast",
        "probability",
        lambda f: f["probability"] * 2 / 3,
    ),
}


@pytest.mark.parametrize("name", SHIFTS)
def test_the_shifted_column_alone_is_above(
    name: str, reference: tuple[ReferenceColumn, ...], week: Frames
) -> None:
    unit, column, shift = SHIFTS[name]
    shifted = week | {unit: week[unit].assign(**{column: shift(week[unit])})}
    assert above(column_scores(reference, week, SETTINGS)) == set()
    assert above(column_scores(reference, shifted, SETTINGS)) == {column}


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenarios_alarm_within_two_weeks_exactly_when_they_are_drift(
    name: str, history: SampleData, reference: tuple[ReferenceColumn, ...]
) -> None:
    past, statuses = NO_HISTORY, []
    for number, delivery in enumerate(simulate(name, history)):
        verdict = judge(column_scores(reference, frames_of(delivery), SETTINGS), past, SETTINGS)
        past = verdict.scores.assign(week_start=number)
        statuses.append(verdict.status)
    assert statuses == ["STABLE", "DRIFTED" if SCENARIOS[name].is_drift else "STABLE"]


def test_scores_are_those_of_evidentlys_own_report(
    reference: tuple[ReferenceColumn, ...], week: Frames
) -> None:
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    scores = column_scores(reference, week, SETTINGS).set_index("column")["score"]
    fitted = {column.column: column for column in reference}
    for name, method, kind in (
        ("size", "wasserstein", "numerical_columns"),
        ("brand", "jensenshannon", "categorical_columns"),
    ):
        definition = DataDefinition(**{kind: [name]})
        then, now = (
            Dataset.from_pandas(values.to_frame(name), data_definition=definition)
            for values in (fitted[name].sample, week["product"][name])
        )
        result = Report([ValueDrift(column=name, method=method)]).run(now, then).dict()
        assert scores[name] == pytest.approx(result["metrics"][0]["value"], abs=1e-12)


def test_an_emptied_column_is_reported_apart_and_is_no_drift(
    reference: tuple[ReferenceColumn, ...], week: Frames
) -> None:
    hollow = week | {"product": week["product"].assign(brand=None, size=np.nan)}
    scores = column_scores(reference, hollow, SETTINGS)
    verdict = judge(scores, NO_HISTORY, SETTINGS)
    empty = scores[scores["status"] == "EMPTY"]
    assert set(empty["column"]) == {"brand", "size"}
    assert empty["score"].isna().all()
    assert verdict.status == "STABLE"


def test_a_column_without_values_on_either_side_is_not_monitored() -> None:
    frames = monitored_frames(
        pd.DataFrame(
            {
                "customer_id": "1",
                "product_id": "2",
                "order_id": range(600),
                "purchase_date": pd.Timestamp("2025-01-06"),
                "items": np.arange(600.0),
            }
        )
    )
    assert set(column_scores(frames, frames, SETTINGS)["unit"]) == {"order_line"}


def test_infinities_and_nulls_are_left_out_of_the_distance(
    reference: tuple[ReferenceColumn, ...], week: Frames
) -> None:
    lines = week["order_line"]
    broken = lines.assign(items=lines["items"].mask(some(lines, 0.02), np.inf))
    scores = column_scores(reference, week | {"order_line": broken}, SETTINGS)
    row = scores.set_index("column").loc["items"]
    assert row["current_rows"] < len(lines)
    assert np.isfinite(row["score"])


def test_too_few_order_lines_are_insufficient_whatever_they_say(
    reference: tuple[ReferenceColumn, ...], week: Frames
) -> None:
    few = {unit: frame.head(499) for unit, frame in week.items()} | {"forecast": week["forecast"]}
    few["forecast"] = few["forecast"].assign(probability=1.0)
    verdict = judge(column_scores(reference, few, SETTINGS), NO_HISTORY, SETTINGS)
    assert verdict.status == "INSUFFICIENT"
    assert verdict.sentence.en == ("Not enough data to judge drift: 499 order lines; needs 500.")
    assert (judge(pd.DataFrame(columns=SCORE_COLUMNS), NO_HISTORY, SETTINGS).status) == (
        "INSUFFICIENT"
    )


def test_the_threshold_is_the_floor_or_what_own_weeks_show() -> None:
    assert own_threshold([], SETTINGS) == 0.1
    assert own_threshold([0.01, 0.02], SETTINGS) == 0.1
    assert own_threshold([0.2, 0.3, 0.4], SETTINGS) == pytest.approx(0.3 + 3 * 0.1)
    assert own_threshold([0.01, 0.02], SETTINGS, "forecast") == 0.25


def scored(score: float, threshold: float = 0.1, column: str = "items") -> pd.DataFrame:
    status = "ABOVE" if score > threshold else "STABLE"
    row = ["order_line", column, "wasserstein", score, threshold, 9_000, 900, status]
    return pd.DataFrame([row], columns=SCORE_COLUMNS)


def past(*scores: float) -> pd.DataFrame:
    weeks = [scored(score).assign(week_start=number) for number, score in enumerate(scores)]
    return pd.concat(weeks) if weeks else NO_HISTORY


@pytest.mark.parametrize(
    ("earlier", "now", "status"),
    [
        ((), 0.5, "STABLE"),
        ((0.0, 0.5), 0.5, "DRIFTED"),
        ((0.5, 0.0), 0.5, "DRIFTED"),
        ((0.5, 0.0, 0.0), 0.5, "STABLE"),
        ((0.5, 0.5), 0.0, "STABLE"),
    ],
)
def test_drift_is_two_of_the_last_three_weeks(
    earlier: tuple[float, ...], now: float, status: str
) -> None:
    assert judge(scored(now), past(*earlier), SETTINGS).status == status


def test_two_columns_above_once_each_are_not_one_column_above_twice() -> None:
    other = scored(0.5, column="items_beyond_usual").assign(week_start=0)
    verdict = judge(scored(0.5), other, SETTINGS)
    assert verdict.status == "STABLE"
    assert "items above the threshold for the first time" in verdict.sentence.en


def test_the_sentence_names_the_worst_column_first_with_score_and_threshold() -> None:
    both = pd.concat([scored(0.21), scored(0.5, column="items_beyond_usual")], ignore_index=True)
    verdict = judge(both, both.assign(week_start=0), SETTINGS)
    assert [column.column for column in verdict.drifted] == ["items_beyond_usual", "items"]
    assert verdict.sentence.en == (
        "Drift in items_beyond_usual (0.50 over 0.10), items (0.21 over 0.10)."
    )
    assert verdict.sentence.es.startswith("Deriva en items_beyond_usual (0,50 sobre 0,10)")
    assert set(verdict.scores["status"]) == {"DRIFTED"}


SCORES = st.floats(0, 5, allow_nan=False)


@settings(deadline=None)
@given(st.lists(SCORES, max_size=6), SCORES, SCORES)
def test_a_higher_score_never_calms_the_verdict(
    earlier: list[float], score: float, more: float
) -> None:
    low = judge(scored(score), past(*earlier), SETTINGS)
    high = judge(scored(score + more), past(*earlier), SETTINGS)
    assert not (low.status == "DRIFTED" and high.status != "DRIFTED")


@settings(deadline=None)
@given(st.lists(SCORES, max_size=6), st.floats(0, 0.1))
def test_nothing_within_its_threshold_is_drift(earlier: list[float], score: float) -> None:
    assert judge(scored(score), past(*earlier), SETTINGS).drifted == ()


def test_replay_finds_a_planted_change_and_moves_the_reference(history: SampleData) -> None:
    frames = frames_of(history)
    weeks = np.sort(frames["order_line"]["week"].unique())[:24]
    frames = {unit: frame[frame["week"].isin(weeks)] for unit, frame in frames.items()}
    products = frames["product"]
    late = products["week"] >= weeks[16]
    frames["product"] = products.assign(segment=products["segment"].mask(late, "NEW"))
    rate = false_alarm_rate(frames, SETTINGS, max_model_age_weeks=30)
    assert len(rate.weeks) == 12
    assert next(week.week for week in rate.flagged) == pd.Timestamp(weeks[17])
    assert "segment" in rate.columns
    assert rate.share == len(rate.flagged) / 12
    assert rate.weeks[-1].reference_through >= pd.Timestamp(weeks[17])
