"""Who decides when a run is launched: the name of a key, by a token in the run's config.

Dagster keeps a run's config for everybody who sees the run, so no key may stand in it.
"""

from datetime import UTC, datetime

import dagster as dg
from pydantic import Field

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.project import Project
from purchase_assets.storage.reports import access_keys, retraining_decisions
from purchase_assets.storage.reports.access_keys import AccessKey
from purchase_assets.workflows.signature import named

EXAMPLE = {"by": "Your name", "reason": "Why, in your own words"}
"""What a launchpad opens with; nobody is called that, so it is refused."""


class Token(dg.Config):
    """What proves who launches."""

    token: str = Field(
        default="",
        description="Needed once there are keys: from the monitoring page or `purchase-assets "
        "keys token`. Good for one decision, launched within 15 minutes. Never a key.",
    )


class Signed(Token):
    """Who decides, and why."""

    by: str = Field(
        default="", description="Your name; it stays on record. With a token: if it is not yours."
    )
    reason: str = Field(description="Why; it stays on record.")


def signature(context: dg.OpExecutionContext, config: Signed, project: Project) -> tuple[str, str]:
    """Who decides and why: the token's name where there are keys, else the one that is typed.

    Raises
    ------
    PurchaseAssetsError
        When they are still the example's, or the token is missing or worth nothing.
    """
    by, reason = config.by.strip(), config.reason.strip()
    keys = access_keys.exist(project.reports)
    if reason == EXAMPLE["reason"] or (by == EXAMPLE["by"] and not keys):
        raise PurchaseAssetsError(
            "name or reason are still those of the example",
            "who decides, and why",
            "launch again with your own",
        )
    if not keys:
        return by, reason
    return named(_redeemed(context, config, project).name, by.replace(EXAMPLE["by"], "")), reason


def retraining_cause(
    context: dg.AssetExecutionContext, config: Token, project: Project, asked: str | None
) -> str:
    """Why a training runs: what a sensor asked for, or who launched it.

    A run's tags can be typed by who launches it, so where there are keys `asked` counts only as
    long as the decision that it names waits for its outcome.

    Raises
    ------
    PurchaseAssetsError
        When nobody decided it and the token is missing or worth nothing.
    """
    if not access_keys.exist(project.reports):
        return asked or "asked for by a person"
    if asked and retraining_decisions.waits(project.reports, *asked.partition("/")[::2]):
        return asked
    return f"asked for by {_redeemed(context, config, project).name}"


def _redeemed(
    context: dg.OpExecutionContext | dg.AssetExecutionContext, config: Token, project: Project
) -> AccessKey:
    """The key whose token a run was launched with; the token is then this decision's."""
    record = context.instance.get_run_record_by_id(context.run_id)
    launched = record.create_timestamp if record else datetime.now(UTC)
    decision = f"{context.job_name} {config.model_dump_json(exclude={'token'})}"
    return access_keys.redeem_token(
        project.reports,
        config.token,
        decision,
        launched.astimezone(UTC).replace(tzinfo=None),
    )
