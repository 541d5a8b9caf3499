"""What the settings tell, and what they keep to themselves."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from purchase_assets.cli.report_errors import end_with
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.project import Project
from purchase_assets.settings import Settings, masked
from purchase_assets.settings_page import settings_page
from purchase_assets.workflows import train_model
from purchase_assets_tests.places import DOCS

URLS = {
    "reports_url": "postgresql://ana:pass@word/1:2@db.example:5432/reports",
    "mlflow_uri": "https://ana:s3cret@mlflow.example",
    "dagster_storage_url": "postgresql://db.example/dagster?user=ana&password=s3cret&sslmode=require",
    "data": "s3://key:s3cret@bucket/data",
}


def test_no_password_is_shown() -> None:
    settings = Settings(_env_file=None, **URLS)
    for shown in (repr(settings), str(settings), f"{settings}"):
        assert "s3cret" not in shown
        assert "pass@word" not in shown
        assert "ana:***@db.example:5432/reports" in shown
        assert "sslmode=require" in shown
    assert settings.reports == URLS["reports_url"].replace("postgresql:", "postgresql+psycopg2:")
    assert settings.mlflow == URLS["mlflow_uri"]


@pytest.mark.parametrize("url", [*URLS.values(), "redis://:s3cret@host/0"])
@pytest.mark.parametrize("fault", [False, True])
def test_no_error_shows_a_password(
    capsys: pytest.CaptureFixture[str], url: str, fault: bool
) -> None:
    found = f"cannot be opened: {url!r}"
    error = ValueError(found) if fault else PurchaseAssetsError(found, "one that can", "correct it")
    with pytest.raises(SystemExit):
        end_with(error)
    shown = capsys.readouterr().err
    assert "cannot be opened" in shown
    assert shown == masked(shown)
    assert "s3cret" not in shown
    assert "pass@word" not in shown


@pytest.mark.parametrize(
    "text", ["http://127.0.0.1:8000", "sqlite:////tmp/a.db", "mail ana@example.com: now", "a:b@c"]
)
def test_what_holds_no_password_stays(text: str) -> None:
    assert masked(text) == text


def test_hosts_are_named_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PURCHASE_ASSETS_ALLOWED_HOSTS", "calls.example, calls")
    assert Settings(_env_file=None).allowed_hosts == ("calls.example", "calls")


def test_a_fresh_process_is_told_the_registry_in_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    run = subprocess.run

    def watched(command: list[str], **options: Any) -> Any:
        started.append(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    uri = f"sqlite:///{tmp_path}/mlflow.db?password=s3cret"
    project = Project(Settings(_env_file=None, data=str(tmp_path), mlflow_uri=uri))
    reference = SimpleNamespace(version="1")
    sample = pd.DataFrame({"a": [1.0]})
    # there is no such model, and the process says so, having asked the registry it was given
    assert not train_model.answers_in_fresh_process(project, reference, None, sample)
    assert (tmp_path / "mlflow.db").exists()
    assert not any("s3cret" in argument for command in started for argument in command)
    assert [command[0] for command in started].count(sys.executable) == 1


def test_every_setting_is_described_where_people_look():
    page = settings_page()
    assert "None |" not in page
    written = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert written == page
