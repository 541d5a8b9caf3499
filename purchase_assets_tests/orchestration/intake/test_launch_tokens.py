"""Decisions in Dagster once there are keys: in the name of a key, or not at all."""

from datetime import timedelta
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import Role
from purchase_assets.orchestration.driver import QUIET
from purchase_assets.orchestration.model_assets import CAUSE_TAG
from purchase_assets.storage.reports import access_keys, tables
from purchase_assets.storage.reports.database import now
from purchase_assets_tests.orchestration.intake.dropped import Dropped, without_items
from purchase_assets_tests.rows import plant

REASON = {"reason": "a wedding"}
UPLOAD = "transactions-0123456789ab"
JOBS = {
    "release": ("release_rows", {"upload_key": UPLOAD, **REASON}),
    "discard": ("discard_rows", {"upload_key": UPLOAD, **REASON}),
    "seen": ("mark_seen", {"upload_key": UPLOAD, **REASON}),
    "withdraw": ("withdraw_upload", {"upload_key": UPLOAD, **REASON}),
    "restore": ("restore_upload", {"upload_key": UPLOAD, **REASON}),
    "rollback": ("roll_back", {"version": "1", **REASON}),
}
NO_TOKEN = "no token was given"
NOTHING_TO_LEARN_FROM = "there are no daily sales"
WORTH_NOTHING = "the token is missing, unknown, too old or was used for another decision"


def launch(dropped: Dropped, job: str, config: dict, **more: Any) -> str:
    """Launch a job; the sentence of its failure, or nothing."""
    op = JOBS[job][0] if job in JOBS else "trained_model"
    result = dropped.definitions.resolve_job_def(job).execute_in_process(
        instance=dropped.instance,
        run_config={"ops": {op: {"config": config}}, **QUIET},
        raise_on_error=False,
        **more,
    )
    for event in result.all_events:
        if event.is_step_failure:
            return event.step_failure_data.user_failure_data.description
    return ""


@pytest.fixture
def key(dropped: Dropped) -> access_keys.AccessKey:
    """A key that may act."""
    return made(dropped, "Ana", Role.ACT)


def made(dropped: Dropped, name: str, role: Role) -> access_keys.AccessKey:
    reports = dropped.project.reports
    found = access_keys.find(reports, access_keys.add(reports, name, role, by="test"))
    assert found is not None
    return found


def token(dropped: Dropped, key: access_keys.AccessKey) -> str:
    return access_keys.make_token(dropped.project.reports, key)


@pytest.mark.parametrize("job", JOBS)
def test_no_job_decides_without_a_token(dropped: Dropped, key: access_keys.AccessKey, job: str):
    config = {**JOBS[job][1], "by": "Ana"}
    assert launch(dropped, job, config).startswith(NO_TOKEN)
    assert launch(dropped, job, {**config, "token": "pat_guessed"}).startswith(WORTH_NOTHING)
    with_token = launch(dropped, job, {**config, "token": token(dropped, key)})
    assert with_token  # no such upload, no such version: the token was taken
    assert "token" not in with_token


def train(dropped: Dropped, token: str = "", asked: str = "drift/2025-01-13") -> str:
    """Launch a training that says a cause; there is nothing to learn from, which is said last."""
    only, tags = [dg.AssetKey("trained_model")], {CAUSE_TAG: asked}
    return launch(dropped, "retrain", {"token": token}, asset_selection=only, tags=tags)


def test_a_training_by_hand_wants_a_token_and_one_that_was_decided_on_none(
    dropped: Dropped, key: access_keys.AccessKey
):
    reports = dropped.project.reports
    assert train(dropped).startswith(NO_TOKEN)  # tags can be typed by whoever launches
    assert train(dropped, "pat_guessed").startswith(WORTH_NOTHING)
    assert train(dropped, token(dropped, key)).startswith(NOTHING_TO_LEARN_FROM)
    plant(reports, tables.retraining_decisions, cause_id="2025-01-13", outcome=None)
    assert train(dropped).startswith(NOTHING_TO_LEARN_FROM)
    assert train(dropped, asked="drift/2025-01-20").startswith(NO_TOKEN)
    plant(reports, tables.retraining_decisions, cause_id="2025-01-20", outcome="KEPT")
    assert train(dropped, asked="drift/2025-01-20").startswith(NO_TOKEN)


def test_a_run_decides_in_the_name_of_the_key_and_its_token_is_spent(
    dropped: Dropped, key: access_keys.AccessKey
):
    first, second = (
        dropped.deliver(f"batch_{n}.csv", without_items().assign(n=n)).key for n in (48, 49)
    )
    config = {**REASON, "upload_key": first, "by": "Eva", "token": token(dropped, key)}
    assert launch(dropped, "seen", config) == ""
    assert dropped.upload("batch_48.csv").answered_by == "Ana (Eva)"
    # who reads the run's config has nothing: not another upload, not another name
    for change in ({"upload_key": second}, {"by": "Bob"}):
        assert launch(dropped, "seen", {**config, **change}).startswith(WORTH_NOTHING)
    assert dropped.upload("batch_49.csv").answer is None
    # a run that is tried again says what it would say without keys
    assert "answered already" in launch(dropped, "seen", config)


def test_a_token_ends_with_its_minutes_and_its_key(dropped: Dropped, key: access_keys.AccessKey):
    reports = dropped.project.reports
    late = access_keys.TOKEN_MINUTES + 1
    for launched in (now() + timedelta(minutes=late), now()):
        spent = token(dropped, key)
        if launched <= now():
            access_keys.revoke(reports, "Ana", by="test")
        with pytest.raises(PurchaseAssetsError, match=WORTH_NOTHING):
            access_keys.redeem_token(reports, spent, "seen", launched)
    reader = token(dropped, made(dropped, "Reader", Role.READ))
    with pytest.raises(PurchaseAssetsError, match=WORTH_NOTHING):
        access_keys.redeem_token(reports, reader, "seen", now())


def test_a_refused_token_is_not_spent(dropped: Dropped, key: access_keys.AccessKey):
    reports = dropped.project.reports
    given = token(dropped, key)
    late = now() + timedelta(minutes=access_keys.TOKEN_MINUTES + 1)
    with pytest.raises(PurchaseAssetsError):
        access_keys.redeem_token(reports, given, "seen", late)
    assert access_keys.redeem_token(reports, given, "release", now()) == key


@pytest.mark.parametrize("name", ["", " ", "gate", "GATE", "Ana (Eva)", "a\nb", "x" * 61])
def test_a_key_has_the_name_of_a_person(dropped: Dropped, name: str):
    with pytest.raises(PurchaseAssetsError, match="a key cannot be called"):
        access_keys.add(dropped.project.reports, name, Role.ACT, by="test")


def test_two_keys_in_force_never_share_a_name(dropped: Dropped, key: access_keys.AccessKey):
    reports = dropped.project.reports
    with pytest.raises(PurchaseAssetsError, match="there is a key of Ana"):
        access_keys.add(reports, "Ana", Role.READ, by="test")
    access_keys.revoke(reports, "Ana", by="test")
    access_keys.add(reports, "Ana", Role.READ, by="test")
    known = reports.rows(sa.select(tables.access_keys.c.role).order_by(tables.access_keys.c.id))
    assert [row["role"] for row in known] == ["act", "read"]
