"""The monitoring page: pictures, tables, refused files, the quarantine inbox and the rollback."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Header, Query, Request
from fastapi.responses import HTMLResponse

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import Role, Verdict
from purchase_assets.pages import charts, wording
from purchase_assets.pages.labels import label
from purchase_assets.pages.templating import render
from purchase_assets.serving import answers, monitoring_data
from purchase_assets.serving.actions import Actions, Decisions
from purchase_assets.serving.security import HEADER, KeyRefused, Keys, address_of
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import access_keys
from purchase_assets.storage.reports.access_keys import AccessKey
from purchase_assets.storage.reports.snapshot import Published
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.text import Language
from purchase_assets.workflows.signature import named

Text = Annotated[str, Form()]
Key = Annotated[str, Form()]
HeaderKey = Annotated[str | None, Header(alias=HEADER)]
TOKEN = "token"  # the name of a form  # nosec B105
"""What is posted for a token for Dagster, beside the decisions."""


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
        version: Text = "",
        api_key: Key = "",
        header_key: HeaderKey = None,
    ) -> HTMLResponse:
        choices: dict[str, Callable[[Decisions, str], str]] = {
            "release": lambda ours, who: ours.release(upload_key, row, who, reason.strip()),
            "discard": lambda ours, who: ours.discard(upload_key, row, who, reason.strip()),
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
        return page.decide(lang, decision, choices[decision], named(key.name, by), reason)

    return router


class _Page:
    """The page over the reports database."""

    def __init__(
        self, published: Published, settings: Settings, actions: Actions | None, keys: Keys
    ) -> None:
        self.published = published
        self.reports = published.reports
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
            return refuse(answers.status_of(wrong), str(wrong))
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
        week = self.published.week()
        promotions = monitoring_data.recent_promotions(self.reports)
        quality = monitoring_data.quality(self.reports)
        drift = monitoring_data.drift(self.reports)
        uploads = monitoring_data.recent_uploads(self.reports)
        changed = monitoring_data.change(self.reports)
        html = render(
            "monitoring.html",
            language,
            settings=self.settings,
            can_act=self.actions is not None and self.keys.exist(),
            message=message,
            detail=detail,
            failed=status >= 400,
            week=week,
            weeks=monitoring_data.newest_weeks(self.reports),
            out_of_date=monitoring_data.weeks_out_of_date(self.reports),
            failed_work=self.actions.failed_work() if self.actions else [],
            today=self.settings.today(),
            uploads=uploads,
            refused=monitoring_data.refused(self.reports),
            inbox=monitoring_data.inbox(self.reports),
            quality=quality,
            drift=drift,
            replay=monitoring_data.drift_replay(self.reports),
            decisions=monitoring_data.recent_decisions(self.reports),
            promotions=promotions,
            withdrawals=monitoring_data.withdrawn(self.reports),
            tainted=monitoring_data.tainted(self.reports),
            told=monitoring_data.told(self.reports),
            changed=changed,
            pictures=_pictures(language, quality, drift, uploads, changed),
        )
        return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def _pictures(
    language: Language,
    quality: list[monitoring_data.ScoredWeek],
    drift: list[monitoring_data.DriftWeek],
    uploads: list[Upload],
    changed: monitoring_data.Change | None,
) -> list[charts.Picture]:
    """Each picture there is something to draw for."""

    def text(name: str) -> str:
        return label(name, language)

    found = []
    if quality:
        title = f"{text('quality')} (F1)"
        series: charts.Series = {
            text("model"): [week.figures.get("f1") for week in quality],
            text("baseline"): [week.figures.get("baseline_f1") for week in quality],
        }
        labels = [wording.short_day(week.week_start, language) for week in quality]
        found.append(charts.line_chart(title, labels, series))
    if drift:
        title = text("highest_ratio")
        series = {text("drift"): [week.highest for week in drift]}
        labels = [wording.short_day(week.week_start, language) for week in drift]
        limit = text("threshold"), [1.0] * len(drift)
        found.append(charts.line_chart(title, labels, series, limit))
    if uploads:
        title = f"{text('uploads')}: {text('rows').lower()}"
        recent = uploads[:12][::-1]
        series = {
            text("accepted"): [upload.accepted for upload in recent],
            text("quarantined"): [upload.quarantined for upload in recent],
            text("refused"): [
                upload.rows if upload.verdict is Verdict.REJECTED else 0 for upload in recent
            ],
            text("duplicates"): [upload.duplicates for upload in recent],
        }
        labels = [wording.short_day(upload.received_at, language) for upload in recent]
        found.append(charts.bar_chart(title, labels, series))
    if changed and changed.most_changed:
        title = text("change")
        series = {
            text("entered"): [len(one.entered) for one in changed.most_changed],
            text("left"): [len(one.left) for one in changed.most_changed],
        }
        labels = [one.customer_id for one in changed.most_changed]
        found.append(charts.bar_chart(title, labels, series))
    return found
