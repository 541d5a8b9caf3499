"""The call-center page: pick a customer, see what it will buy this week and why.

One Gradio page per language; what they show is HTML of our own, so that it reads on a phone and
with a screen reader.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

import gradio as gr
import pandas as pd
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Response
from fastapi.responses import RedirectResponse
from starlette.routing import Mount

from purchase_assets.pages import wording
from purchase_assets.pages.labels import label
from purchase_assets.pages.place import Place, Room, calls_path
from purchase_assets.pages.style import STYLE
from purchase_assets.pages.templating import render
from purchase_assets.serving.call_list import (
    MAX_CUSTOMERS,
    USUAL_CALLS,
    Wanted,
    as_csv,
    as_frame,
    as_xlsx,
    call_list,
)
from purchase_assets.serving.gradio_door import GradioDoor
from purchase_assets.serving.gradio_theme import theme
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.snapshot import SUGGESTIONS, Published, Week, natural
from purchase_assets.text import Language

SUGGEST = """() => {
  const box = document.querySelector("#customer input"), list = document.createElement("datalist");
  list.id = "customers";
  document.body.append(list);
  box.setAttribute("list", "customers");
  let asked = 0;
  async function suggest() {
    const mine = ++asked;
    const answer = await fetch("/api/v1/customers?q=" + encodeURIComponent(box.value));
    if (!answer.ok || mine !== asked) return;
    list.replaceChildren(...(await answer.json()).customers.map(known => {
      const option = new Option(known.customer, known.customer_id);
      option.label = known.customer_id + "  " + known.customer;
      return option;
    }));
  }
  document.addEventListener("focusin", event => {
    if (event.target.matches("#product input")) event.target.setAttribute("list", "products");
  });
  box.addEventListener("focus", suggest);
  box.addEventListener("input", event => {
    // a suggestion was taken: Chromium says so with a plain event, others with a replacement
    if (!(event instanceof InputEvent) || event.inputType === "insertReplacementText")
      setTimeout(() => document.querySelector("#show_list").click());
    else suggest();
  });
}"""
"""Gives the customer's box the browser's own suggestions, asked for as it is typed: Enter means
what was typed, never the first of them, which is what Gradio's drop-down would take."""


def mount(app: FastAPI, published: Published, settings: Settings) -> None:
    """Mount the page at `/` in the configured language and at `/es` or `/en` in the other."""

    other: Language = "en" if settings.language == "es" else "es"
    languages: list[tuple[str, Language]] = [(f"/{other}", other), ("/", settings.language)]
    # without the slash the path would fall to the page at `/`
    app.add_api_route(f"/{other}", lambda: RedirectResponse(f"/{other}/"), include_in_schema=False)
    for path, language in languages:
        gr.mount_gradio_app(
            app,
            _Page(published, settings, language).blocks(),
            path=path,
            theme=theme(),
            # in the head, since Gradio rewrites the selectors of its `css`
            head=f"<style>{STYLE}</style>"
            f"<script>document.documentElement.lang = '{language}'</script>",
            footer_links=[],
            ssr_mode=False,
            show_error=True,
            max_file_size=0,
        )
        mounted = app.routes[-1]
        assert isinstance(mounted, Mount)
        mounted.app = GradioDoor(mounted.app)


def create_router(published: Published) -> APIRouter:
    """The call list as a file."""
    router = APIRouter(tags=["predictions"])

    def listed(wanted: Wanted, lang: Language) -> tuple[Week, pd.DataFrame]:
        week = published.week()
        if week is None:
            raise HTTPException(404, wording.nothing_published(lang))
        return week, as_frame(call_list(week, wanted), week, lang)

    @router.get("/call-list.csv", response_class=Response, responses=_file("text/csv"))
    def download_csv(
        wanted: Annotated[Wanted, Depends(_wanted)], lang: Language = "en"
    ) -> Response:
        """Whom to call and what to offer, as a spreadsheet of that language opens it."""
        week, frame = listed(wanted, lang)
        # the mark at the beginning makes spreadsheets read the file as UTF-8
        return Response(
            "\ufeff" + as_csv(frame, lang),
            media_type="text/csv; charset=utf-8",
            headers=_named(f"calls_{week.week_start}.csv"),
        )

    @router.get("/call-list.xlsx", response_class=Response, responses=_file(XLSX))
    def download_xlsx(
        wanted: Annotated[Wanted, Depends(_wanted)], lang: Language = "en"
    ) -> Response:
        """The same as a workbook."""
        week, frame = listed(wanted, lang)
        return Response(
            as_xlsx(frame), media_type=XLSX, headers=_named(f"calls_{week.week_start}.xlsx")
        )

    return router


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _wanted(
    customers: Annotated[str, Query(description="ids between commas; all if left out")] = "",
    zone: Annotated[str, Query(description="only customers of this zone")] = "",
    customer_type: Annotated[str, Query(description="only customers of this type")] = "",
    weekday: Annotated[
        int, Query(ge=0, le=7, description="only those that usually order then, 1 = Monday")
    ] = 0,
    calls: Annotated[int, Query(ge=1, le=MAX_CUSTOMERS, description="how many calls")] = (
        MAX_CUSTOMERS
    ),
) -> Wanted:
    return Wanted(customers, zone, customer_type, weekday, calls)


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {}}}, 404: {"description": "No week yet."}}


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


class _Page:
    """The page in one language: its components and what fills them."""

    def __init__(self, published: Published, settings: Settings, language: Language) -> None:
        self.published = published
        self.settings = settings
        self.language = language

    def blocks(self) -> gr.Blocks:
        def text(name: str) -> str:
            return label(name, self.language)

        with gr.Blocks(title=text("title"), analytics_enabled=False) as page:
            _html(self._header())
            banner = _html()
            with gr.Tab(text("one_customer")):
                with gr.Row(elem_classes="pa-ask"):
                    customer = gr.Textbox(
                        label=text("customer_label"),
                        elem_id="customer",
                        max_lines=1,
                        scale=3,
                        min_width=220,
                        html_attributes=gr.InputHTMLAttributes(
                            autocomplete="off", enterkeyhint="go"
                        ),
                    )
                    show = gr.Button(
                        text("show_list"),
                        elem_id="show_list",
                        variant="primary",
                        scale=1,
                        min_width=120,
                    )
                answer = _html()
                with gr.Column(visible=False) as about:
                    with gr.Row(elem_classes="pa-ask"):
                        product = gr.Textbox(
                            label=text("product"),
                            elem_id="product",
                            max_lines=1,
                            scale=3,
                            min_width=220,
                        )
                        ask = gr.Button(text("ask"), scale=1, min_width=120)
                    product_answer = _html()
            with gr.Tab(text("route_title")):
                with gr.Row():
                    calls = gr.Number(
                        USUAL_CALLS, label=text("calls"), minimum=1, precision=0, min_width=90
                    )
                    zone, kind, weekday = (
                        gr.Dropdown([(text("all"), "")], value="", label=text(name), min_width=140)
                        for name in ("zone", "customer_type", "weekday")
                    )
                route = gr.Textbox(label=text("route_label"), lines=2, max_lines=8)
                make = gr.Button(text("make_route"), variant="primary")
                route_answer = _html()

            def first_visit(request: gr.Request) -> tuple[Any, ...]:
                return self._first_visit(request.query_params.get("customer"))

            quiet: dict[str, Any] = {
                "queue": False,
                "api_visibility": "private",
                "show_progress": "hidden",  # answers come at once; fading letters cannot be read
            }
            narrowed = [zone, kind, weekday]
            page.load(
                first_visit, outputs=[banner, customer, answer, about, product, *narrowed], **quiet
            )
            page.load(None, js=SUGGEST)
            for event in (show.click, customer.submit):
                # another customer's product must not stay below the new list
                event(
                    self._other_customer,
                    customer,
                    [answer, product_answer, about, product],
                    **quiet,
                )
            for event in (ask.click, product.submit):
                event(self._product, [customer, product], product_answer, **quiet)
            make.click(self._route, [route, *narrowed, calls], route_answer, **quiet)
        return page

    def _header(self) -> str:
        usual = self.settings.language
        other: Language = "en" if self.language == "es" else "es"
        place = Place(Room.CALLS, self.language, usual, calls_path(other, usual))
        return render("header.html", self.language, place=place)

    def _first_visit(self, named: str | None) -> tuple[Any, ...]:
        """Banner, and the list of the customer that the address names if it does."""
        week = self.published.week()
        banner = render("banner.html", self.language, week=week, today=self.settings.today())
        if week is None:
            return (banner, *[gr.skip()] * 7)
        return (
            banner,
            gr.Textbox(value=named) if named else gr.skip(),  # somebody may be typing already
            self._customer(named),
            *self._about(week, named or ""),
            *self._choices(week),
        )

    def _choices(self, week: Week) -> list[gr.Dropdown]:
        """Zones, types and weekdays of the week's customers."""
        known = [week.known[customer] for customer in week.customers if customer in week.known]
        zones = sorted({one.zone_id for one in known if one.zone_id}, key=natural)
        kinds = sorted({one.customer_type for one in known if one.customer_type})
        days = sorted({one.usual_weekday for one in known if one.usual_weekday})
        everything = (label("all", self.language), "")
        return [
            gr.Dropdown([everything, *((name, name) for name in zones)]),
            gr.Dropdown([everything, *((name, name) for name in kinds)]),
            gr.Dropdown(
                [everything, *((wording.weekday(day, self.language), day) for day in days)]
            ),
        ]

    def _other_customer(self, typed: str | None) -> tuple[Any, ...]:
        week = self.published.week()
        asked = week.meant(typed or "") if week else ""
        return self._customer(typed), "", *self._about(week, asked)

    def _about(self, week: Week | None, customer_id: str) -> tuple[gr.Column, gr.Textbox]:
        """The question about one product, which names the customer that it is about."""
        known = week is not None and customer_id in week.customers
        asked = label("product_of", self.language).format(customer=customer_id)
        return gr.Column(visible=known), gr.Textbox(value="", label=asked)

    def _customer(self, typed: str | None) -> str:
        week = self.published.week()
        if week is None:
            return ""
        asked = week.meant(typed or "")
        if not asked:
            return render("empty.html", self.language, example=_example(week), week=week)
        return render(
            "customer.html",
            self.language,
            customer_id=asked,
            week=week,
            pairs=week.customers.get(asked),
            problem=f"{wording.not_listed(week, asked, self.language)}.",
            similar=week.similar_customers(asked),
            suggestions=week.most_wanted[:SUGGESTIONS],
            text=self._to_copy(week, asked),
        )

    def _to_copy(self, week: Week, customer_id: str) -> str:
        one = call_list(week, Wanted(customer_id)) if customer_id in week.customers else None
        return as_frame(one, week, self.language).to_csv(index=False, sep="\t") if one else ""

    def _product(self, customer: str | None, product: str | None) -> str:
        week = self.published.week()
        if week is None:
            return ""
        who, what = week.meant(customer or ""), (product or "").strip()
        if not who or not what:
            return self._hint("type_a_product" if who else "type_a_customer")
        pairs = week.customers.get(who)
        if pairs is None:
            return self._problem(wording.unknown_customer(week, who, self.language))
        for pair in pairs:
            if what in (pair.product_id, week.label_of_product(pair.product_id)):
                return render("product.html", self.language, pair=pair, week=week)
        return self._problem(wording.unknown_product(week, who, what, self.language))

    def _route(
        self, pasted: str | None, zone: str, kind: str, weekday: int | str, calls: float | None
    ) -> str:
        week = self.published.week()
        if week is None:
            return ""
        many = min(max(1, int(calls or USUAL_CALLS)), MAX_CUSTOMERS)
        wanted = Wanted((pasted or "").strip(), zone or "", kind or "", int(weekday or 0), many)
        made = call_list(week, wanted)
        query = urlencode({**wanted._asdict(), "lang": self.language})
        return render(
            "route.html",
            self.language,
            made=made,
            week=week,
            text=as_frame(made, week, self.language).to_csv(index=False, sep="\t"),
            query=query.replace("pasted=", "customers=", 1),
        )

    def _hint(self, name: str) -> str:
        return self._problem(label(name, self.language))

    def _problem(self, problem: str) -> str:
        return render("product.html", self.language, pair=None, problem=problem)


def _html(value: str = "") -> gr.HTML:
    return gr.HTML(value, apply_default_css=False, padding=False)


def _example(week: Week) -> str:
    """The first customer of whom something is expected."""
    expecting = (known for known, pairs in week.customers.items() if pairs[0].will_buy)
    return next(expecting, next(iter(week.customers)))
