"""Everything that can be configured, read from `PURCHASE_ASSETS_*` variables and `.env`.

Nested groups are spelt with two underscores: `PURCHASE_ASSETS_QUALITY__BAD_ROW_SHARE=0.1`.
Only numbers that a team would really change stand here.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from purchase_assets.text import Language

Share = Annotated[float, Field(ge=0, le=1)]

SAMPLE_RECORD = "sample.json"
"""In a data folder that `sample-data` began: what the sample is made of, and its own today."""


def _monday(day: date) -> date:
    if day.weekday() != 0:
        raise ValueError(f"{day} is not a Monday; weeks begin on Mondays, so give one")
    return day


def _absolute(folder: str) -> str:
    return folder if "://" in folder else str(Path(folder).absolute())


def _names(hosts: object) -> object:
    return hosts.replace(",", " ").split() if isinstance(hosts, str) else hosts


def _channels(urls: object) -> object:
    """Several URLs in one text; a comma within one (two receivers of a mail) divides nothing."""
    if not isinstance(urls, str):
        return urls
    found = (url.strip(",") for url in re.split(r"\s+|,(?=\w+://)", urls))
    return [url for url in found if url]


def masked(text: str) -> str:
    """The text without the passwords of the URLs in it."""
    text = re.sub(r"(://[^:/@\s]*):\S*@", r"\1:***@", text)
    return re.sub(r"([?&](?:password|sslpassword)=)[^&\s'\"]*", r"\1***", text)


def _driver(url: str) -> str:
    """The URL with the driver that is installed; SQLAlchemy 2.1 would look for another one."""
    kind, mark, rest = url.partition("://")
    return f"postgresql+psycopg2{mark}{rest}" if kind in ("postgres", "postgresql") else url


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except Exception as error:
        raise ValueError(
            f"{name!r} is no time zone; expected a name such as America/Santiago"
        ) from error
    return name


class Group(BaseModel):
    """Settings about one thing; what stands below a field describes it."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class QualitySettings(Group):
    """Limits of the upload gate: above them a file is refused or a row set aside."""

    bad_row_share: Share = 0.05
    """Share of bad rows above which the whole file is refused."""
    unknown_reference_share: Share = 0.10
    """Share of rows with unknown customers or products above which a sales file is refused."""
    volume_low: float = 0.4
    """Rows a day, as a multiple of the median of earlier files, below which a file is refused."""
    volume_high: float = 2.5
    """The same, above which a file is refused."""
    volume_history: int = 8
    """Earlier files that the volume is compared with."""
    absurd_items_factor: float = 20.0
    """Items beyond this multiple of the 99.9th percentile set a row aside."""
    one_customer_share: Share = 0.5
    """Share of a file's rows that one customer may have."""
    empty_column_share: Share = 0.5
    """Share of empty cells above which a column is remarked on."""
    missing_marks: tuple[str, ...] = (
        *("na", "n/a", "#n/a", "nan", "null", "none", "nulo", "s/i", "-"),
        *("-99", "-999", "-9999", "-99999"),
    )
    """Texts and numbers that senders write for "no value", in any case."""
    date_order: Literal["day_first", "month_first"] | None = None
    """How dates such as 03/04/2025 are read; unset, they are refused unless a date of the file
    settles the question."""
    max_rows: int = 20_000_000
    """Rows above which a file is refused unread."""
    max_bytes: int = 4_000_000_000
    """Bytes above which a file is refused unread."""


class ForecastSettings(Group):
    """The forecasting recipe's budgets."""

    lookback_days: int = Field(182, ge=56)
    """Days back in which a pair must have been bought to be forecast; trends need 56."""
    training_windows: int = 40
    """Past weeks that a model learns from."""
    search_candidates: int = Field(3, ge=1)
    """Sets of hyper-parameters that each training tries."""
    threads: int = Field(2, ge=1)
    """Threads of a fit and of DuckDB."""
    memory: Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?(%|[MG]B)$")] = "10%"
    """Memory of DuckDB before it spills to disk: a share of the machine's, or such as 2 GB."""
    seed: int = 7
    """Seed of the first training; each later one has the next."""

    @property
    def engine(self) -> dict[str, Any]:
        """The limits as DuckDB takes them."""
        return {"threads": self.threads, "memory_limit": self.memory}


class DriftSettings(Group):
    """When a distance counts as drift."""

    floor: float = 0.10
    """Distance below which no column counts as drifted."""
    forecast_floor: float = 0.25
    """The same for the forecast probabilities."""
    history_sigmas: float = 3.0
    """Standard deviations above a column's own history that count as drift."""
    weeks_flagged: int = 2
    """Weeks above the threshold, among those looked at, that make a drift."""
    weeks_looked_at: int = 3
    """Newest weeks that are looked at."""
    min_rows: int = 500
    """Rows below which a week's verdict is INSUFFICIENT."""


class RetrainingSettings(Group):
    """Guards around automatic training, counted in data weeks."""

    cool_down_weeks: int = 1
    """Data weeks between automatic trainings."""
    max_model_age_weeks: int = 8
    """Data weeks after which a champion is challenged."""
    budget: int = 3
    """Automatic trainings that are allowed in `budget_weeks` data weeks."""
    budget_weeks: int = 4
    """Data weeks that the budget counts over."""
    partial_share: Share = 0.02
    """Share of rows set aside that is tolerated: no warning and no training below it."""


class Settings(BaseSettings):
    """The project's configuration."""

    model_config = SettingsConfigDict(
        env_prefix="PURCHASE_ASSETS_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
        validate_default=True,
    )

    data: Annotated[str, AfterValidator(_absolute)] = "data"
    """The data folder; everything that is kept lies below it."""
    reports_url: Annotated[str, AfterValidator(_driver)] = ""
    """SQLAlchemy URL of the reports database; empty: SQLite in the data folder."""
    mlflow_uri: Annotated[str, AfterValidator(_driver)] = ""
    """MLflow's database; empty: SQLite in the data folder."""
    dagster_storage_url: Annotated[str, AfterValidator(_driver)] = ""
    """PostgreSQL for Dagster's runs and events; empty: SQLite in the data folder."""
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "America/Santiago"
    """Time zone of days, weeks and schedules."""
    first_week: Annotated[date, AfterValidator(_monday)] = date(2020, 1, 6)
    """The Monday before which no date is plausible."""
    data_due_hours: Annotated[int, Field(ge=0, lt=120)] = 12
    """Hours after Monday 00:00 by which the data are due: deadline of the freshness policies, and
    of the message that no file came until four weeks have shown on which day files come."""
    column_names: dict[str, str] = {}
    """Columns of a sender's own export, as JSON: {"InvoiceNo": "order_id"}."""
    operator_url: str = "http://127.0.0.1:8000"
    """Address of the operator page, for links."""
    mlflow_url: str = "http://127.0.0.1:5000"
    """Address of MLflow, for links."""
    dagster_url: str = "http://127.0.0.1:3000"
    """Address of the Dagster UI, for links."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = ()
    """Further names, between commas, by which people reach the servers."""
    language: Language = "es"
    """Language of the pages and messages."""
    api_key_for_reading: bool = False
    """Whether reading asks for a key, too; `purchase-assets keys` makes them."""
    notify: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_channels)] = ()
    """Whom to tell what needs a person, as URLs of [Apprise](https://appriseit.com/services/)
    between blanks or commas: e-mail, Slack, Teams, a webhook; empty: the log and the monitoring
    page."""
    quality: QualitySettings = QualitySettings()
    """Limits of the upload gate."""
    forecast: ForecastSettings = ForecastSettings()
    """Budgets of the forecasting recipe."""
    drift: DriftSettings = DriftSettings()
    """When a distance counts as drift."""
    retraining: RetrainingSettings = RetrainingSettings()
    """Guards around automatic training."""

    def __repr_args__(self) -> "Iterator[tuple[str | None, Any]]":
        for name, value in super().__repr_args__():
            yield name, masked(value) if isinstance(value, str) else value

    @cached_property
    def reports(self) -> str:
        """SQLAlchemy URL of the reports database."""
        return self.reports_url or f"sqlite:///{self.data}/reports.db"

    @cached_property
    def mlflow(self) -> str:
        """MLflow tracking URI."""
        return self.mlflow_uri or f"sqlite:///{self.data}/mlflow.db"

    def local(self, moment: datetime) -> datetime:
        """A moment of the tables, which are naive UTC, in the configured time zone."""
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.time_zone))

    def today(self) -> date:
        """The current day in the configured time zone, or the sample's where that is later.

        The sample's weeks can be delivered before they are over (`next-week`), and the day that
        follows them counts as today from then on. Looked up each time, so that a process that runs
        sees the day move. Data folders without the sample have the real day.
        """
        day = datetime.now(ZoneInfo(self.time_zone)).date()
        record = Path(self.data) / SAMPLE_RECORD
        if not record.is_file():
            return day
        return max(day, date.fromisoformat(json.loads(record.read_text("utf-8"))["today"]))
