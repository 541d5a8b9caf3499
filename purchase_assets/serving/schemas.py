"""The shapes of the API's answers."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from purchase_assets.pages import wording
from purchase_assets.storage.reports.dictionary import columns
from purchase_assets.storage.reports.pair_lists import Prediction
from purchase_assets.storage.reports.snapshot import Week
from purchase_assets.text import Language

MEANINGS = {
    column.name: column.meaning
    for table in ("published_weeks", "weekly_predictions")
    for column in columns(table)
}


def _meaning(column: str) -> str:
    """What the data dictionary says of a fact."""
    return MEANINGS[column]


PAIR_EXAMPLE: dict[str, Any] = {
    "customer_id": "256017",
    "customer": "ABARROTES, 5148",
    "product_id": "1370",
    "product": "Brand 31, BOTELLA 1 L",
    "probability": 0.81,
    "will_buy": True,
    "rank": 1,
    "chance": "very likely",
    "reason": "bought 6 of the last 8 weeks; last time 5 days ago; usually every 7 days",
    "weeks_bought_of_8": 6,
    "days_since_last": 5,
    "usual_gap_days": 7.2,
    "product_trend": 1.04,
    "source": "model",
    "expected_items": 3.0,
    "items_low": 1.0,
    "items_high": 7.5,
}

WEEK_EXAMPLE: dict[str, Any] = {
    "week_start": "2025-01-13",
    "window_start": "2025-01-13",
    "window_end": "2025-01-19",
    "model_version": "7",
    "data_through": "2025-01-12",
    "days_since_data": 1,
    "status": "FRESH",
    "over": False,
    "warning": None,
    "scored_at": "2025-01-13T09:00:00Z",
    "customers": 1490,
    "pairs": 20113,
}

PROMISED: dict[str, Any] = {
    **{name: WEEK_EXAMPLE[name] for name in ("week_start", "window_start", "window_end")},
    **{name: WEEK_EXAMPLE[name] for name in ("model_version", "status")},
    **{"pairs_predicted": 4152, "expected_hits": 2290.4, "hits_low": 1835.0, "hits_high": 2745.8},
    **{"hits": 2067, "expected_precision": 0.552, "precision_low": 0.442, "precision_high": 0.661},
    **{"precision": 0.498, "expected_f1": 0.57, "f1_low": 0.5, "f1_high": 0.632, "f1": 0.544},
}


class WeekInfo(BaseModel):
    """What a week's answers rest on, and how old it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEEK_EXAMPLE]})

    week_start: Annotated[date, Field(description="Monday of the week that is forecast")]
    window_start: Annotated[date, Field(description="first day of the forecast")]
    window_end: Annotated[date, Field(description="last day of the forecast")]
    model_version: Annotated[str, Field(description="version of the champion that scored the week")]
    data_through: Annotated[date, Field(description="newest day of sales used")]
    days_since_data: Annotated[int, Field(ge=0, description="days from that day to today")]
    status: Annotated[
        Literal["FRESH", "STALE", "DEGRADED", "BACKFILLED"],
        Field(description="how far to trust it; BACKFILLED (made afterwards) is never the newest"),
    ]
    over: Annotated[bool, Field(description="the forecast's days have passed")]
    warning: Annotated[str | None, Field(description="what to know before trusting the answer")]
    scored_at: Annotated[datetime, Field(description="when the week was computed, UTC")]
    customers: Annotated[int, Field(description="customers with a list in the week")]
    pairs: Annotated[int, Field(description="scored (customer, product) pairs in the week")]

    @classmethod
    def of(cls, week: Week, today: date, language: Language) -> "WeekInfo":
        """The facts of `week` as seen on `today`."""
        return cls(
            week_start=week.week_start,
            window_start=week.window_start,
            window_end=week.window_end,
            model_version=week.model_version,
            data_through=week.data_through,
            days_since_data=week.days_old(today),
            status=week.status,
            over=week.is_over(today),
            warning=wording.warning(week, today, language),
            scored_at=week.scored_at.replace(tzinfo=UTC),
            customers=len(week.customers),
            pairs=len(week.pairs),
        )


class Pair(BaseModel):
    """One (customer, product) pair with its chance and the plain reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [PAIR_EXAMPLE]})

    customer_id: str
    customer: Annotated[str, Field(description="how people read it; else the id")]
    product_id: str
    product: Annotated[str, Field(description="how people read it; else the id")]
    probability: Annotated[
        float, Field(ge=0, le=1, description="chance of at least one purchase in the window")
    ]
    will_buy: Annotated[bool, Field(description="in the week's predicted list")]
    rank: Annotated[int, Field(ge=1, description="place in the customer's list")]
    chance: Annotated[str, Field(description="the chance in words")]
    reason: Annotated[str, Field(description="why, counted up to `data_through`")]
    weeks_bought_of_8: int
    days_since_last: int | None
    usual_gap_days: Annotated[float | None, Field(description=_meaning("usual_gap_days"))]
    product_trend: Annotated[float | None, Field(description=_meaning("product_trend"))]
    source: Annotated[str, Field(description="model, or popular for a customer without history")]
    expected_items: Annotated[float | None, Field(description=_meaning("expected_items"))]
    items_low: Annotated[float | None, Field(description=_meaning("items_low"))]
    items_high: Annotated[float | None, Field(description=_meaning("items_high"))]

    @classmethod
    def of(cls, pair: Prediction, week: Week, language: Language) -> "Pair":
        """The pair with its words."""
        return cls(
            **pair._asdict(),
            customer=week.label_of(pair.customer_id),
            product=week.label_of_product(pair.product_id),
            chance=wording.chance_in_words(pair.probability, language),
            reason=wording.reason(pair, language),
        )


class Page(BaseModel):
    """Where an answer stands in the whole."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"page": 1, "page_size": 100, "total": 14, "next": None}]}
    )

    page: Annotated[int, Field(ge=1)]
    page_size: Annotated[int, Field(ge=1)]
    total: Annotated[int, Field(ge=0, description="pairs in all pages")]
    next: Annotated[str | None, Field(description="path of the next page")]


class WeekAnswer(BaseModel):
    """A page of the week."""

    week: WeekInfo
    page: Page
    predictions: list[Pair]


class CustomerAnswer(WeekAnswer):
    """A page of one customer's list, most likely product first."""

    customer_id: Annotated[str, Field(examples=[PAIR_EXAMPLE["customer_id"]])]


class KnownCustomer(BaseModel):
    """A customer of the week."""

    customer_id: Annotated[str, Field(examples=[PAIR_EXAMPLE["customer_id"]])]
    customer: Annotated[
        str, Field(description="how people read it", examples=[PAIR_EXAMPLE["customer"]])
    ]


class CustomersAnswer(BaseModel):
    """Customers that may be meant by what is typed."""

    week: WeekInfo
    customers: list[KnownCustomer]


class ProductAnswer(BaseModel):
    """One pair."""

    week: WeekInfo
    prediction: Pair


class PromisedWeek(BaseModel):
    """What a week promised, and what came of it; null where nothing is known."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [PROMISED]})

    week_start: date
    window_start: date
    window_end: date
    model_version: str
    status: Literal["FRESH", "STALE", "DEGRADED"]
    pairs_predicted: Annotated[int, Field(description=_meaning("pairs_predicted"))]
    expected_hits: Annotated[float, Field(description=_meaning("expected_hits"))]
    hits_low: Annotated[float | None, Field(description=_meaning("hits_low"))]
    hits_high: Annotated[float | None, Field(description=_meaning("hits_high"))]
    hits: Annotated[int | None, Field(description="pairs of the list that were bought")]
    expected_precision: Annotated[float | None, Field(description=_meaning("expected_precision"))]
    precision_low: Annotated[float | None, Field(description=_meaning("precision_low"))]
    precision_high: Annotated[float | None, Field(description=_meaning("precision_high"))]
    precision: Annotated[float | None, Field(description="hits over pairs_predicted")]
    expected_f1: Annotated[float | None, Field(description=_meaning("expected_f1"))]
    f1_low: Annotated[float | None, Field(description=_meaning("f1_low"))]
    f1_high: Annotated[float | None, Field(description=_meaning("f1_high"))]
    f1: Annotated[float | None, Field(description="F1 against all that was bought")]


class Kept(BaseModel):
    """How many of the promises with bounds and an outcome were kept; nine of ten are meant."""

    model_config = ConfigDict(from_attributes=True)

    weeks: Annotated[int, Field(description="weeks with bounds and an outcome")]
    hits_kept: Annotated[int, Field(description="those whose hits lay within their bounds")]
    f1_kept: Annotated[int, Field(description="those whose F1 lay within its bounds")]


class PromisesAnswer(BaseModel):
    """The weeks that were published in their time, oldest first."""

    coverage: Kept
    weeks: list[PromisedWeek]


class Health(BaseModel):
    """Whether the server answers and what it serves."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "week_start": WEEK_EXAMPLE["week_start"],
                    "data_through": WEEK_EXAMPLE["data_through"],
                    "days_since_data": WEEK_EXAMPLE["days_since_data"],
                    "week_status": WEEK_EXAMPLE["status"],
                }
            ]
        }
    )

    status: Literal["ok", "empty"]
    week_start: date | None = None
    data_through: date | None = None
    days_since_data: int | None = None
    week_status: str | None = None


class Problem(BaseModel):
    """What was found, what exists and what to do."""

    detail: str
    exists: Annotated[list[str], Field(description="some that could be asked for instead")] = []
