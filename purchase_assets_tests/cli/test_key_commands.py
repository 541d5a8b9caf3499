"""`purchase-assets keys`: made once, listed without them, ended, and a token for one decision."""

import io
import json
import sys
from pathlib import Path

import pytest

from purchase_assets.kinds import Role
from purchase_assets.storage.reports import access_keys
from purchase_assets.storage.reports.database import Reports


@pytest.fixture
def reports(data: Path) -> Reports:
    data.mkdir()
    return Reports(f"sqlite:///{data}/reports.db")


def test_a_key_is_shown_once_and_listed_by_its_name(asked, reports: Reports) -> None:
    assert "No hay claves" in asked("keys", "list").stdout

    made = asked("keys", "add", " Ana ", "--role", "act")
    reader = json.loads(asked("keys", "add", "Eva", "--json").stdout)

    secret = made.stdout.strip()
    assert (made.returncode, "cannot be shown again" in made.stderr) == (0, True)
    assert access_keys.find(reports, secret).role is Role.ACT
    assert access_keys.find(reports, reader["key"]).role is Role.READ
    listed = asked("keys", "list", "--json").stdout
    assert [(one["name"], one["role"]) for one in json.loads(listed)] == [
        ("Ana", "act"),
        ("Eva", "read"),
    ]
    assert secret not in listed + asked("keys", "list").stdout


def test_a_revoked_key_ends_at_once(asked, reports: Reports) -> None:
    secret = asked("keys", "add", "Ana").stdout.strip()
    assert asked("keys", "add", "Ana").returncode == 2

    assert asked("keys", "revoke", "Ana").stdout.strip() == "The key of Ana is revoked."

    assert access_keys.find(reports, secret) is None
    again = asked("keys", "revoke", "Ana", PURCHASE_ASSETS_LANGUAGE="en")
    assert (again.returncode, "no key in force is called 'Ana'" in again.stderr) == (2, True)
    (row,) = json.loads(asked("keys", "list", "--json").stdout)
    assert row["revoked_at"]


def test_a_token_is_given_for_a_key_that_may_act(
    asked,
    reports: Reports,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def token(key: str):
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{key}\n"))
        return asked("keys", "token", "--json", PURCHASE_ASSETS_LANGUAGE="en")

    actor = asked("keys", "add", "Ana", "--role", "act").stdout
    reader = asked("keys", "add", "Eva").stdout
    given = json.loads(token(actor.strip()).stdout)
    assert (given["name"], given["token"][:4]) == ("Ana", "pat_")
    for refused in (reader.strip(), "pa_guessed", ""):
        said = token(refused)
        assert (said.returncode, said.stdout) == (2, "")
        assert "that is no key that may act" in said.stderr
