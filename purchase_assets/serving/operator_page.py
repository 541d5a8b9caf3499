"""The call-center page: pick a customer, see what it will buy this week and why.

One Gradio page per language; what they show is HTML of our own, so that it reads on a phone and
with a screen reader.
"""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

import gradio as gr
from fastapi import APIRouter, FastAPI, HTTPException, Query, Response
from fastapi.responses import RedirectResponse
from starlette.routing import Mount

from purchase_assets.pages import wording
from purchase_assets.pages.labels import label
from purchase_assets.pages.style import STYLE
from purchase_assets.pages.templating import render
from purchase_assets.serving.call_list import as_text, call_list
from purchase_assets.serving.gradio_door import GradioDoor
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.snapshot import SUGGESTIONS, Published, Week
from purchase_assets.text import Language

MAX_CHOICES = 5_000
"""Customers in the list to pick from; the others can be typed."""

SUGGEST = """() => {
  const box = document.querySelector("#customer input");
  box.setAttribute("list", "customers");
  box.addEventListener("input", event => {
    // a suggestion was taken: Chromium says so with a plain event, others with a replacement
    if (!(event instanceof InputEvent) || event.inputType === "insertReplacementText")
      setTimeout(() => document.querySelector("#show_list").click());
  });
}"""
"""Gives the customer's box the browser's own suggestions: Enter means what was typed, never the
first of them, which is what Gradio's drop-down would take."""

EXAMPLE_ROUTE = 3
"""Customers in the worked example of a route."""


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
            theme=gr.themes.Base(
                font=["system-ui", "Arial", "sans-serif"], font_mono=["ui-monospace", "monospace"]
            ).set(
                # Gradio's own blue is too light for white letters
                button_primary_background_fill="#0b5cad",
                button_primary_background_fill_hover="#084887",
                button_primary_background_fill_dark="#0b5cad",
                button_primary_text_color="#ffffff",
            ),
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

    @router.get(
        "/call-list.csv",
        response_class=Response,
        responses={200: {"content": {"text/csv": {}}}, 404: {"description": "No week yet."}},
    )
    def download(
        customers: str = Query(description="ids between commas"),
        lang: Language = "en",
    ) -> Response:
        """What to offer to each customer, safe to open in a spreadsheet."""
        week = published.week()
        if week is None:
            raise HTTPException(404, wording.nothing_published(lang))
        made = call_list(week, customers, lang)
        # the mark at the beginning makes spreadsheets read the file as UTF-8
        return Response(
            "\ufeff" + as_text(made, ","),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="calls_{week.week_start}.csv"'},
        )

    return router


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
            with gr.Row(elem_classes="pa-ask"):
                customer = gr.Textbox(
                    label=text("customer_label"),
                    elem_id="customer",
                    max_lines=1,
                    scale=3,
                    min_width=220,
                    html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="go"),
                )
                show = gr.Button(
                    text("show_list"),
                    elem_id="show_list",
                    variant="primary",
                    scale=1,
                    min_width=120,
                )
            answer = _html()
            _html(f"<div class='pa'><h2>{text('ask_title')}</h2></div>")
            with gr.Row(elem_classes="pa-ask"):
                product = gr.Textbox(
                    label=text("product_label"), max_lines=1, scale=3, min_width=220
                )
                ask = gr.Button(text("ask"), scale=1, min_width=120)
            product_answer = _html()
            _html(f"<div class='pa'><h2>{text('route_title')}</h2></div>")
            route = gr.Textbox(label=text("route_label"), lines=3, max_lines=8)
            make = gr.Button(text("make_route"))
            route_answer = _html()

            def first_visit(request: gr.Request) -> tuple[Any, ...]:
                return self._first_visit(request.query_params.get("customer"))

            quiet: dict[str, Any] = {
                "queue": False,
                "api_visibility": "private",
                "show_progress": "hidden",  # answers come at once; fading letters cannot be read
            }
            page.load(
                first_visit,
                outputs=[
                    *(banner, customer, answer, product, product_answer, route, route_answer),
                ],
                **quiet,
            )
            page.load(None, js=SUGGEST)
            for event in (show.click, customer.submit):
                # another customer's product must not stay below the new list
                event(self._other_customer, customer, [answer, product, product_answer], **quiet)
            for event in (ask.click, product.submit):
                event(self._product, [customer, product], product_answer, **quiet)
            make.click(self._route, route, route_answer, **quiet)
        return page

    def _header(self) -> str:
        here = self.settings.language == self.language
        return render(
            "operator_header.html",
            self.language,
            other_path=("/en/" if self.language == "es" else "/es/") if here else "/",
            settings=self.settings,
        )

    def _first_visit(self, named: str | None) -> tuple[Any, ...]:
        """Banner and a worked example, of the customer that the address names if it does."""
        week = self.published.week()
        banner = render("banner.html", self.language, week=week, today=self.settings.today())
        if week is None:
            return (banner, *[gr.skip()] * 6)
        customer = named or _example(week)
        pairs = week.customers.get(customer, ())
        product = pairs[0].product_id if pairs else week.most_wanted[0]
        route = "\n".join(list(week.customers)[:EXAMPLE_ROUTE])
        choices = list(week.customers)[:MAX_CHOICES]
        return (
            banner + render("choices.html", self.language, customers=choices),
            gr.Textbox(
                value=customer,
                info=label("only_some_listed", self.language).format(MAX_CHOICES)
                if len(week.customers) > MAX_CHOICES
                else None,
            ),
            self._customer(customer),
            product,
            self._product(customer, product),
            route,
            self._route(route),
        )

    def _other_customer(self, customer: str | None) -> tuple[str, str, str]:
        return self._customer(customer), "", ""

    def _customer(self, customer: str | None) -> str:
        week = self.published.week()
        if week is None:
            return ""
        asked = (customer or "").strip()
        if not asked:
            return self._hint("type_a_customer")
        return render(
            "customer.html",
            self.language,
            customer_id=asked,
            who=week.customer_labels.get(asked),
            products=_labels(week),
            pairs=week.customers.get(asked),
            problem=f"{wording.not_listed(week, asked, self.language)}.",
            similar=week.similar_customers(asked),
            suggestions=week.most_wanted[:SUGGESTIONS],
        )

    def _product(self, customer: str | None, product: str | None) -> str:
        week = self.published.week()
        if week is None:
            return ""
        who, what = (customer or "").strip(), (product or "").strip()
        if not who or not what:
            return self._hint("type_a_product" if who else "type_a_customer")
        pairs = week.customers.get(who)
        if pairs is None:
            return self._problem(wording.unknown_customer(week, who, self.language))
        for pair in pairs:
            if pair.product_id == what:
                return render(
                    "product.html",
                    self.language,
                    pair=pair,
                    who=week.customer_labels.get(who),
                    products=_labels(week),
                )
        return self._problem(wording.unknown_product(week, who, what, self.language))

    def _route(self, pasted: str | None) -> str:
        week = self.published.week()
        if week is None:
            return ""
        if not (pasted or "").strip():
            return self._hint("paste_customers")
        made = call_list(week, pasted or "", self.language)
        query = urlencode({"customers": ",".join(made.customers), "lang": self.language})
        return render(
            "route.html",
            self.language,
            **made._asdict(),
            problem=f"{label('too_many', self.language)} {len(made.customers)}."
            if made.cut
            else None,
            text=as_text(made, "\t"),
            csv_path=f"/call-list.csv?{query}",
        )

    def _hint(self, name: str) -> str:
        return self._problem(label(name, self.language))

    def _problem(self, problem: str) -> str:
        return render("product.html", self.language, pair=None, problem=problem)


def _html(value: str = "") -> gr.HTML:
    return gr.HTML(value, apply_default_css=False, padding=False)


def _labels(week: Week) -> defaultdict[str, str]:
    """Labels of products, "" for one that has none."""
    return defaultdict(str, week.product_labels)


def _example(week: Week) -> str:
    """The first customer of whom something is expected."""
    expecting = (known for known, pairs in week.customers.items() if pairs[0].will_buy)
    return next(expecting, next(iter(week.customers)))
