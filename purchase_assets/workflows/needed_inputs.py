"""What must be there before something is made; what is not there is said, with what brings it."""

from datetime import date, timedelta

import pyarrow.compute as pc
import pyarrow.dataset as pds

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import Kind
from purchase_assets.project import Project
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.storage.reports import published_weeks
from purchase_assets.storage.reports.published_weeks import PublishedWeek
from purchase_assets.text import Text
from purchase_assets.weeks import Window, monday, running_week

DROP_SALES = Text(
    "drop a transactions file in the incoming folder, or run `purchase-assets upload FILE`",
    "deje un archivo de transacciones en la carpeta de entrada, o ejecute `purchase-assets upload "
    "FILE`",
)


def accepted_lines(project: Project, version: int | None = None) -> pds.Dataset:
    """The accepted order lines, the newest or those of a version of their table."""
    if project.lake.exists(Kind.TRANSACTIONS.table):
        lines = project.lake.dataset(Kind.TRANSACTIONS.table, version)
        if lines.count_rows():
            return lines
    raise PurchaseAssetsError(
        Text("no order line has been accepted", "todavía no se aceptó ninguna línea de pedido"),
        Text("accepted sales", "ventas aceptadas"),
        DROP_SALES,
    )


def sales(project: Project) -> pds.Dataset:
    """The daily sales."""
    if project.lake.exists("daily_sales"):
        days = project.lake.dataset("daily_sales")
        if days.count_rows():
            return days
    accepted_lines(project)
    raise PurchaseAssetsError(
        Text("there are no daily sales", "no hay ventas diarias"),
        Text("those of the accepted order lines", "las de las líneas de pedido aceptadas"),
        Text("materialize daily_sales", "materialice daily_sales"),
    )


def known_days(project: Project) -> tuple[date, date]:
    """The first and the last day with sales."""
    with sql_over(daily_sales=sales(project)) as connection:
        found = connection.execute(
            "SELECT min(day)::DATE, max(day)::DATE FROM daily_sales"
        ).fetchone()
    assert found  # a summary has one row
    return found[0], found[1]


def forecastable(project: Project, week: date) -> date:
    """Sales to forecast a week from; returns the newest day with sales."""
    first, through = known_days(project)
    newest = running_week(through)
    expected = f"a week from {monday(first) + timedelta(weeks=1)} to {newest}"
    if week > newest:
        raise PurchaseAssetsError(
            f"week {week}: sales are known to {through}, so the newest week that can be forecast "
            f"is {newest}",
            expected,
            f"materialize cleaned_features with {newest}, or {DROP_SALES.en}",
        )
    if week <= first:
        raise PurchaseAssetsError(
            f"week {week}: the first sales are of {first}", expected, "choose a later week"
        )
    return through


def candidates(project: Project, window: Window) -> None:
    """Purchases that make pairs candidates of a forecast window."""
    days = project.settings.forecast.lookback_days
    since = window.cutoff - timedelta(days=days)
    day, bought = pc.field("day"), pc.field("items_bought") > 0
    known = sales(project).filter(bought & (day <= window.cutoff) & (day > since))
    if not known.head(1).num_rows:
        raise PurchaseAssetsError(
            f"no sales are known of the {days} days up to {window.cutoff}",
            f"sales before {window.start}",
            "choose a later week, or drop the earlier sales files",
        )


def features(project: Project, week: date) -> None:
    """A week's features."""
    table = "cleaned_features"
    of_week = pc.field("week_start") == week.isoformat()
    if project.lake.exists(table) and project.lake.dataset(table).count_rows(filter=of_week):
        return
    raise PurchaseAssetsError(
        f"week {week} has no features",
        f"cleaned_features of {week}",
        f"run the job `weekly` with {week}, or select cleaned_features as well",
    )


def forecast(project: Project, week: date) -> PublishedWeek:
    """A week's published forecast."""
    published = published_weeks.find(project.reports, week)
    if published is None:
        raise PurchaseAssetsError(
            Text(f"week {week} is not published", f"la semana {week} no está publicada"),
            Text(f"weekly_predictions of {week}", f"weekly_predictions de {week}"),
            Text(
                f"run the job `weekly` with {week}, or select weekly_predictions as well",
                f"ejecute el trabajo `weekly` con {week}, o elija también weekly_predictions",
            ),
        )
    return published


def outcome(project: Project, week: date) -> PublishedWeek:
    """A week that was published in its time and whose sales have come."""
    through = known_days(project)[1]
    published = published_weeks.find(project.reports, week)
    if published and published.status == published_weeks.BACKFILLED:
        raise PurchaseAssetsError(
            f"week {week} was forecast afterwards ({published_weeks.BACKFILLED})",
            "a week that was published before its sales were known",
            "choose another one; no score is kept of a forecast made with hindsight",
        )
    if published and published.window_end <= through:
        return published
    weeks = [one.week_start for one in published_weeks.in_order(project.reports)]
    over = [str(day) for day in weeks if day + timedelta(days=6) <= through]
    found = f"week {week} cannot be scored: sales are known to {through}"
    raise PurchaseAssetsError(
        found if published else f"{found}, and no forecast of {week} was published",
        f"a published week that is over ({', '.join(over[-8:]) or 'there is none yet'})",
        "choose one of those" if over else DROP_SALES,
    )


def training_set(project: Project) -> None:
    """A training set to learn from."""
    sales(project)
    if not project.lake.exists("training_set"):
        raise PurchaseAssetsError(
            "there is no training set",
            "labelled features of past weeks",
            "run the job `retrain`, which makes it first",
        )
