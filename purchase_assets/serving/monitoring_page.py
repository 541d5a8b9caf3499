"""The monitoring page: is all well, what waits for a person, pictures, tables."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Header, Query, Request
from fastapi.responses import HTMLResponse

from purchase_assets.alerting.alert import Alert, AlertKind
from purchase_assets.alerting.graph_facts import GraphFacts
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import Role
from purchase_assets.pages.labels import label
from purchase_assets.pages.place import Place, Room
from purchase_assets.pages.templating import render
from purchase_assets.project import Project
from purchase_assets.serving import answers, monitoring_data
from purchase_assets.serving.actions import Actions, Decisions
from purchase_assets.serving.lights import OF_FILES, lights
from purchase_assets.serving.security import HEADER, KeyRefused, Keys, address_of
from purchase_assets.serving.week_pictures import week_pictures
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import access_keys
from purchase_assets.storage.reports.access_keys import AccessKey
from purchase_assets.storage.reports.database import now
from purchase_assets.storage.reports.promises import coverage
from purchase_assets.storage.reports.snapshot import Published
from purchase_assets.text import Language
from purchase_assets.workflows import find_alerts
from purchase_assets.workflows.signature import named

Text = Annotated[str, Form()]
Key = Annotated[str, Form()]
HeaderKey = Annotated[str | None, Header(alias=HEADER)]
TOKEN = "token"  # the name of a form  # nosec B105
"""What is posted for a token for Dagster, beside the decisions."""
ABOUT_ROWS = ("release", "discard")
"""Decisions that name their rows, or say that they are about all."""


def create_router(
    published: Published, settings: Settings, actions: Actions | None, keys: Keys
) -> APIRouter:
    """The page and, with `actions`, what its forms do."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    page = _Page(published, settings, actions, keys)

    @router.get("/monitoring")
    def show(
        lang: Annotated[Language | None, Query()] = None,
    ) -> HTMLResponse:
        return page.show(lang or settings.language)

    @router.post("/monitoring/{decision}")
    def decide(
        request: Request,
        decision: str,
        lang: Annotated[Language, Form()],
        by: Text = "",
        reason: Text = "",
        upload_key: Text = "",
        row: Annotated[list[int] | None, Form()] = None,
        all_rows: Annotated[bool, Form()] = False,
        version: Text = "",
        api_key: Key = "",
        header_key: HeaderKey = None,
    ) -> HTMLResponse:
        rows = None if all_rows else row
        choices: dict[str, Callable[[Decisions, str], str]] = {
            "release": lambda ours, who: ours.release(upload_key, rows, who, reason.strip()),
            "discard": lambda ours, who: ours.discard(upload_key, rows, who, reason.strip()),
            "seen": lambda ours, who: ours.seen(upload_key, who, reason.strip()),
            "withdraw": lambda ours, who: ours.withdraw(upload_key, who, reason.strip()),
            "restore": lambda ours, who: ours.restore(upload_key, who, reason.strip()),
            "rollback": lambda ours, who: ours.rollback(version, who, reason.strip()),
        }
        if decision not in (*choices, TOKEN):
            return page.show(
                lang, f"{decision!r} is no decision; expected {', '.join(choices)}", 404
            )
        try:
            key = keys.require(api_key or header_key, address_of(request.scope), Role.ACT)
        except KeyRefused as refused:
            answer = page.show(lang, label("not_done", lang), refused.status, str(refused))
            answer.headers.update(refused.headers)
            return answer
        if decision == TOKEN:
            return page.give_token(lang, key)
        if decision in ABOUT_ROWS and not (row or all_rows):
            return page.show(lang, label("not_done", lang), 422, label("none_ticked", lang))
        return page.decide(lang, decision, choices[decision], named(key.name, by), reason)

    return router


class _Page:
    """The page over the reports database."""

    def __init__(
        self, published: Published, settings: Settings, actions: Actions | None, keys: Keys
    ) -> None:
        self.published = published
        self.reports = published.reports
        self.project = Project(settings)
        self.settings = settings
        self.actions = actions
        self.keys = keys

    def give_token(self, language: Language, key: AccessKey) -> HTMLResponse:
        """Show a token for one decision in Dagster, in the name of the key."""
        detail = access_keys.make_token(self.reports, key)
        return self.show(language, label("done_token", language), detail=detail)

    def decide(
        self,
        language: Language,
        decision: str,
        choice: Callable[[Decisions, str], str],
        who: str,
        reason: str,
    ) -> HTMLResponse:
        """Do it when a reason is given; show the page with what came of it."""

        def refuse(status: int, why: str) -> HTMLResponse:
            return self.show(language, label("not_done", language), status, why)

        try:
            if self.actions is None:
                return refuse(403, label("actions_closed", language))
            if not reason.strip():
                return refuse(422, label("no_reason", language))
            said = choice(self.actions.decisions(), who)
        except PurchaseAssetsError as wrong:
            return refuse(answers.status_of(wrong), wrong.text.of(language))
        done = label(f"done_{decision}", language)
        if decision in ("release", "withdraw", "restore", "rollback"):
            follows = "follows" if self.actions.follows_by_itself() else "follows_when_run"
            done += f" {label(follows, language)}"
        return self.show(language, done, detail=said)

    def show(
        self,
        language: Language,
        message: str | None = None,
        status: int = 200,
        detail: str = "",
    ) -> HTMLResponse:
        """The page, below a message when something was decided."""
        quality = monitoring_data.quality(self.reports)
        drift = monitoring_data.drift(self.reports)
        uploads = monitoring_data.recent_uploads(self.reports)
        promised = monitoring_data.promised(self.reports)
        behind = monitoring_data.weeks_out_of_date(self.reports)
        told = monitoring_data.told(self.reports)
        alerts = self._alerts()
        html = render(
            "monitoring.html",
            language,
            place=self._place(language),
            settings=self.settings,
            can_act=self.actions is not None and self.keys.exist(),
            message=message,
            detail=detail,
            failed=status >= 400,
            lights=lights(self.project, alerts, behind, quality),
            refused=monitoring_data.refused(self.reports),
            inbox=monitoring_data.inbox(self.reports),
            other_alerts=[one for one in alerts if one.kind not in SHOWN_BY_THEMSELVES],
            undelivered=monitoring_data.undelivered(self.reports, told),
            tainted=monitoring_data.tainted(self.reports),
            out_of_date=behind,
            pictures=list(week_pictures(language, quality, drift, uploads, promised)),
            promised=promised,
            kept=coverage(promised),
            weeks=monitoring_data.newest_weeks(self.reports),
            uploads=uploads,
            withdrawals=monitoring_data.withdrawn(self.reports),
            promotions=monitoring_data.recent_promotions(self.reports),
            decisions=monitoring_data.recent_decisions(self.reports),
            quality=quality,
            drift=drift,
            replay=monitoring_data.drift_replay(self.reports),
            changed=monitoring_data.change(self.reports),
            told=told,
        )
        return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})

    def _place(self, language: Language) -> Place:
        other = "en" if language == "es" else "es"
        return Place(Room.MONITORING, language, self.settings.language, f"/monitoring?lang={other}")

    def _alerts(self) -> list[Alert]:
        """What needs a person, as people are told of it."""
        facts = self.actions.graph_facts() if self.actions else GraphFacts(now(), now())
        found = find_alerts.present(self.project, facts, tuple(AlertKind))
        given_up = {one.about for one in found if one.kind is AlertKind.GIVEN_UP}
        return [
            one for one in found if not (one.kind is AlertKind.FAILED_RUN and one.about in given_up)
        ]


SHOWN_BY_THEMSELVES = {*OF_FILES, AlertKind.RETRAINING} - {AlertKind.NO_FILE}
"""Files have forms of their own; of a training nobody has to do anything."""
