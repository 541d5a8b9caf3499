"""The HTTP API: this week's forecasts, with the age of the data on every answer."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from purchase_assets.serving import wording
from purchase_assets.serving.schemas import (
    PAIR_EXAMPLE,
    CustomerAnswer,
    Health,
    Page,
    Pair,
    Problem,
    ProductAnswer,
    WeekAnswer,
    WeekInfo,
)
from purchase_assets.serving.snapshot import Prediction, Published, Week
from purchase_assets.settings import Settings

PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="page, the first is 1")]
PageSize = Annotated[int, Query(ge=1, le=1_000, description="pairs on a page")]
OnlyBuys = Annotated[bool | None, Query(description="only pairs that will (or will not) be bought")]
InLanguage = Annotated[wording.Language, Query(description="language of the words")]

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


class NotInWeek(LookupError):
    """Something was asked for that the published week does not hold."""

    def __init__(self, message: str, exists: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.exists = list(exists)


class NotModified(Exception):
    """The caller already has this publication."""

    def __init__(self, etag: str) -> None:
        self.etag = etag


def create_router(published: Published, settings: Settings) -> APIRouter:
    """The routes over the published week."""
    router = APIRouter(tags=["predictions"])

    def current(language: wording.Language) -> Week:
        week = published.week()
        if week is None:
            raise NotInWeek(wording.nothing_published(language))
        return week

    def tag(request: Request, response: Response, week: Week) -> None:
        etag = week.etag(settings.today())
        if _matches(request.headers.get("If-None-Match", ""), etag):
            raise NotModified(etag)
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "no-cache"

    @router.get("/health", tags=["health"])
    def health() -> Health:
        """Whether the server answers, and which week it serves."""
        week = published.week()
        if week is None:
            return Health(status="empty")
        return Health(
            status="ok",
            week_start=week.week_start,
            data_through=week.data_through,
            days_since_data=week.days_old(settings.today()),
            week_status=week.status,
        )

    @router.get("/api/v1/weeks/latest", responses=ANSWERS)
    def latest_week(
        request: Request,
        response: Response,
        page: PageNumber = 1,
        page_size: PageSize = 100,
        will_buy: OnlyBuys = None,
        lang: InLanguage = "en",
    ) -> WeekAnswer:
        """The newest week, customer by customer."""
        week = current(lang)
        tag(request, response, week)
        chosen = _chosen(week.pairs, will_buy)
        return WeekAnswer(
            week=WeekInfo.of(week, settings.today(), lang),
            page=_page(request, page, page_size, len(chosen)),
            predictions=_cut(chosen, page, page_size, lang),
        )

    @router.get(CUSTOMER_PATH + "/predictions", responses=ANSWERS)
    def customer_predictions(
        request: Request,
        response: Response,
        customer_id: CustomerId,
        page: PageNumber = 1,
        page_size: PageSize = 100,
        will_buy: OnlyBuys = None,
        lang: InLanguage = "en",
    ) -> CustomerAnswer:
        """One customer's list of the newest week, most likely product first."""
        week = current(lang)
        pairs = _list_of(week, customer_id, lang)
        tag(request, response, week)
        chosen = _chosen(pairs, will_buy)
        return CustomerAnswer(
            customer_id=customer_id,
            week=WeekInfo.of(week, settings.today(), lang),
            page=_page(request, page, page_size, len(chosen)),
            predictions=_cut(chosen, page, page_size, lang),
        )

    @router.get(CUSTOMER_PATH + "/products/{product_id:path}", responses=ANSWERS)
    def customer_product(
        request: Request,
        response: Response,
        customer_id: CustomerId,
        product_id: ProductId,
        lang: InLanguage = "en",
    ) -> ProductAnswer:
        """Whether one customer will buy one product in the newest week."""
        week = current(lang)
        for pair in _list_of(week, customer_id, lang):
            if pair.product_id == product_id:
                tag(request, response, week)
                return ProductAnswer(
                    week=WeekInfo.of(week, settings.today(), lang), prediction=Pair.of(pair, lang)
                )
        raise NotInWeek(
            wording.unknown_product(week, customer_id, product_id, lang),
            [pair.product_id for pair in week.customers[customer_id]],
        )

    return router


def not_in_week(_: Request, error: Exception) -> JSONResponse:
    """404 that says what exists."""
    assert isinstance(error, NotInWeek)
    problem = Problem(detail=str(error), exists=error.exists)
    return JSONResponse(problem.model_dump(), status_code=404)


def not_modified(_: Request, error: Exception) -> Response:
    """304 with the tag it was asked with."""
    assert isinstance(error, NotModified)
    return Response(status_code=304, headers={"ETag": error.etag, "Cache-Control": "no-cache"})


def _matches(if_none_match: str, etag: str) -> bool:
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags


def _list_of(
    week: Week, customer_id: CustomerId, language: wording.Language
) -> tuple[Prediction, ...]:
    if customer_id not in week.customers:
        raise NotInWeek(
            wording.unknown_customer(week, customer_id, language),
            week.similar_customers(customer_id),
        )
    return week.customers[customer_id]


def _chosen(pairs: Sequence[Prediction], will_buy: bool | None) -> Sequence[Prediction]:
    return pairs if will_buy is None else [pair for pair in pairs if pair.will_buy == will_buy]


def _cut(
    pairs: Sequence[Prediction], page: int, page_size: int, language: wording.Language
) -> list[Pair]:
    first = (page - 1) * page_size
    return [Pair.of(pair, language) for pair in pairs[first : first + page_size]]


def _page(request: Request, page: int, page_size: int, total: int) -> Page:
    following = None
    if page * page_size < total:
        query = urlencode({**request.query_params, "page": page + 1})
        following = f"{request.url.path}?{query}"
    return Page(page=page, page_size=page_size, total=total, next=following)
