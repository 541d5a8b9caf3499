"""The HTTP API: this week's forecasts, with the age of the data on every answer."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from purchase_assets.pages import wording
from purchase_assets.serving.schemas import (
    PAIR_EXAMPLE,
    CustomerAnswer,
    CustomersAnswer,
    Health,
    Kept,
    KnownCustomer,
    Page,
    Pair,
    Problem,
    ProductAnswer,
    PromisedWeek,
    PromisesAnswer,
    WeekAnswer,
    WeekInfo,
)
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import promises
from purchase_assets.storage.reports.pair_lists import Prediction
from purchase_assets.storage.reports.snapshot import Published, Week
from purchase_assets.text import Language

PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="page, the first is 1")]
PageSize = Annotated[int, Query(ge=1, le=1_000, description="pairs on a page")]
OnlyBuys = Annotated[bool | None, Query(description="only pairs that will (or will not) be bought")]
Typed = Annotated[str, Query(description="the beginning of an id, or a part of a name")]
Suggested = Annotated[int, Query(ge=1, le=100, description="customers at most")]
InLanguage = Annotated[Language, Query(description="language of the words")]

CustomerId = Annotated[
    str, Path(description="customer, as delivered", examples=[PAIR_EXAMPLE["customer_id"]])
]
ProductId = Annotated[
    str, Path(description="product, as delivered", examples=[PAIR_EXAMPLE["product_id"]])
]

CUSTOMER_PATH = "/api/v1/customers/{customer_id:path}"

ANSWERS: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing changed since the ETag in If-None-Match."},
    404: {"model": Problem, "description": "Not in the week; the answer names what is."},
}


class NotInWeek(Exception):
    """Something was asked for that the published week does not hold."""

    def __init__(self, message: str, exists: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.exists = list(exists)


def create_router(published: Published, settings: Settings) -> APIRouter:
    """The routes over the published week."""
    api = _Api(published, settings)
    router = APIRouter(tags=["predictions"])
    router.get("/health", tags=["health"])(api.health)
    for path, model, endpoint in (
        ("/api/v1/weeks/latest", WeekAnswer, api.latest_week),
        ("/api/v1/weeks/promises", PromisesAnswer, api.weeks_promised),
        ("/api/v1/customers", CustomersAnswer, api.customers),
        (CUSTOMER_PATH + "/predictions", CustomerAnswer, api.customer_predictions),
        (CUSTOMER_PATH + "/products/{product_id:path}", ProductAnswer, api.customer_product),
    ):
        router.get(path, response_model=model, responses=ANSWERS)(endpoint)
    return router


class _Api:
    """What the routes answer."""

    def __init__(self, published: Published, settings: Settings) -> None:
        self.published = published
        self.settings = settings

    async def health(self) -> Health:
        """Whether the server answers, and which week it serves."""
        week = await self.published.recent()
        if week is None:
            return Health(status="empty")
        return Health(
            status="ok",
            week_start=week.week_start,
            data_through=week.data_through,
            days_since_data=week.days_old(self.settings.today()),
            week_status=week.status,
        )

    async def latest_week(
        self,
        request: Request,
        page: PageNumber = 1,
        page_size: PageSize = 100,
        will_buy: OnlyBuys = None,
        lang: InLanguage = "en",
    ) -> Response:
        """The newest week, customer by customer."""
        week = await self._current(lang)

        def make() -> WeekAnswer:
            chosen = week.customers.pairs(will_buy)
            return WeekAnswer(
                week=self._info(week, lang),
                page=_page(request, page, page_size, len(chosen)),
                predictions=_cut(week, chosen, page, page_size, lang),
            )

        return self._answer(request, week, make)

    def weeks_promised(self) -> PromisesAnswer:
        """What each week promised of its list, and what came of it."""
        weeks = promises.in_order(self.published.reports)
        return PromisesAnswer(
            coverage=Kept.model_validate(promises.coverage(weeks)),
            weeks=[PromisedWeek.model_validate(week) for week in weeks],
        )

    async def customers(
        self, request: Request, q: Typed = "", limit: Suggested = 20, lang: InLanguage = "en"
    ) -> Response:
        """Customers whose id begins with what is typed, or whose name holds it."""
        week = await self._current(lang)

        def make() -> CustomersAnswer:
            return CustomersAnswer(
                week=self._info(week, lang),
                customers=[
                    KnownCustomer(customer_id=known, customer=week.label_of(known))
                    for known in week.search(q, limit)
                ],
            )

        return self._answer(request, week, make)

    async def customer_predictions(
        self,
        request: Request,
        customer_id: CustomerId,
        page: PageNumber = 1,
        page_size: PageSize = 100,
        will_buy: OnlyBuys = None,
        lang: InLanguage = "en",
    ) -> Response:
        """One customer's list of the newest week, most likely product first."""
        week = await self._current(lang)
        pairs = _list_of(week, customer_id, lang)

        def make() -> CustomerAnswer:
            chosen = _chosen(pairs, will_buy)
            return CustomerAnswer(
                customer_id=customer_id,
                week=self._info(week, lang),
                page=_page(request, page, page_size, len(chosen)),
                predictions=_cut(week, chosen, page, page_size, lang),
            )

        return self._answer(request, week, make)

    async def customer_product(
        self,
        request: Request,
        customer_id: CustomerId,
        product_id: ProductId,
        lang: InLanguage = "en",
    ) -> Response:
        """Whether one customer will buy one product in the newest week."""
        week = await self._current(lang)
        pairs = _list_of(week, customer_id, lang)
        found = next((pair for pair in pairs if pair.product_id == product_id), None)
        if found is None:
            raise NotInWeek(
                wording.unknown_product(week, customer_id, product_id, lang),
                [pair.product_id for pair in pairs],
            )

        def make() -> ProductAnswer:
            pair = Pair.of(found, week, lang)
            return ProductAnswer(week=self._info(week, lang), prediction=pair)

        return self._answer(request, week, make)

    async def _current(self, language: Language) -> Week:
        week = await self.published.recent()
        if week is None:
            raise NotInWeek(wording.nothing_published(language))
        return week

    def _info(self, week: Week, language: Language) -> WeekInfo:
        return WeekInfo.of(week, self.settings.today(), language)

    def _answer(self, request: Request, week: Week, make: Callable[[], BaseModel]) -> Response:
        etag = week.etag(self.settings.today())
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if _matches(request.headers.get("If-None-Match", ""), etag):
            return Response(status_code=304, headers=headers)
        # written here, since FastAPI would validate our own objects once more
        return Response(make().model_dump_json(), media_type="application/json", headers=headers)


def not_in_week(_: Request, error: Exception) -> JSONResponse:
    """404 that says what exists."""
    assert isinstance(error, NotInWeek)
    problem = Problem(detail=str(error), exists=error.exists)
    return JSONResponse(problem.model_dump(), status_code=404)


def _matches(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags


def _list_of(week: Week, customer_id: CustomerId, language: Language) -> tuple[Prediction, ...]:
    if customer_id not in week.customers:
        raise NotInWeek(
            wording.unknown_customer(week, customer_id, language),
            week.example_customers(customer_id),
        )
    return week.customers[customer_id]


def _chosen(pairs: Sequence[Prediction], will_buy: bool | None) -> Sequence[Prediction]:
    return pairs if will_buy is None else [pair for pair in pairs if pair.will_buy == will_buy]


def _cut(
    week: Week, pairs: Sequence[Prediction], page: int, page_size: int, language: Language
) -> list[Pair]:
    first = (page - 1) * page_size
    return [Pair.of(pair, week, language) for pair in pairs[first : first + page_size]]


def _page(request: Request, page: int, page_size: int, total: int) -> Page:
    following = None
    if page * page_size < total:
        query = urlencode({**request.query_params, "page": page + 1})
        following = f"{request.url.path}?{query}"
    return Page(page=page, page_size=page_size, total=total, next=following)
