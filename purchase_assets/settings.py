"""Everything that can be configured, read from `PURCHASE_ASSETS_*` variables and `.env`.

Nested groups are spelt with two underscores: `PURCHASE_ASSETS_QUALITY__BAD_ROW_SHARE=0.1`.
Only numbers that a team would really change stand here.
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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


class QualitySettings(BaseModel):
    """Limits of the upload gate: above them a file is refused or a row set aside.

    `missing_marks` are the texts and numbers that senders write for "no value", in any case;
    `date_order` reads dates such as 03/04/2025, which are refused while it is unset and no
    date of the file settles the question.
    """

    bad_row_share: Share = 0.05
    unknown_reference_share: Share = 0.10
    volume_low: float = 0.4
    volume_high: float = 2.5
    volume_history: int = 8
    absurd_items_factor: float = 20.0
    one_customer_share: Share = 0.5
    empty_column_share: Share = 0.5
    missing_marks: tuple[str, ...] = (
        *("na", "n/a", "#n/a", "nan", "null", "none", "nulo", "s/i", "-"),
        *("-99", "-999", "-9999", "-99999"),
    )
    date_order: Literal["day_first", "month_first"] | None = None
    max_rows: int = 20_000_000
    max_bytes: int = 4_000_000_000


class ForecastSettings(BaseModel):
    """The forecasting recipe's budgets.

    `lookback_days` says which pairs are forecast; product trends compare the last 56 days.
    """

    lookback_days: int = Field(182, ge=56)
    training_windows: int = 40
    search_candidates: int = Field(3, ge=1)
    threads: int = Field(2, ge=1)
    seed: int = 7


class DriftSettings(BaseModel):
    """When a distance counts as drift."""

    floor: float = 0.10
    forecast_floor: float = 0.25
    history_sigmas: float = 3.0
    weeks_flagged: int = 2
    weeks_looked_at: int = 3
    min_rows: int = 500


class RetrainingSettings(BaseModel):
    """Guards around automatic training, counted in data weeks."""

    cool_down_weeks: int = 1
    max_model_age_weeks: int = 8
    budget: int = 3
    budget_weeks: int = 4
    partial_share: Share = 0.02


class Settings(BaseSettings):
    """The project's configuration."""

    model_config = SettingsConfigDict(
        env_prefix="PURCHASE_ASSETS_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="ignore",
        frozen=True,
        validate_default=True,
    )

    data: Annotated[str, AfterValidator(_absolute)] = "data"
    reports_url: Annotated[str, AfterValidator(_driver)] = ""
    mlflow_uri: Annotated[str, AfterValidator(_driver)] = ""
    dagster_storage_url: Annotated[str, AfterValidator(_driver)] = ""
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "America/Santiago"
    first_week: Annotated[date, AfterValidator(_monday)] = date(2020, 1, 6)
    data_due_hours: Annotated[int, Field(ge=0, lt=120)] = 12
    column_names: dict[str, str] = {}
    operator_url: str = "http://127.0.0.1:8000"
    mlflow_url: str = "http://127.0.0.1:5000"
    dagster_url: str = "http://127.0.0.1:3000"
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = ()
    language: Literal["es", "en"] = "es"
    api_key: SecretStr = SecretStr("")
    api_key_for_reading: bool = False
    quality: QualitySettings = QualitySettings()
    forecast: ForecastSettings = ForecastSettings()
    drift: DriftSettings = DriftSettings()
    retraining: RetrainingSettings = RetrainingSettings()

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
