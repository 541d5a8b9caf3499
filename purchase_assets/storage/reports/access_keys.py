"""The tables `access_keys` and `launch_tokens`: who may read and who may act.

Both are kept as one SHA-256 of 32 random bytes. Nobody can try that many, so a slow hash or a salt
would protect nothing more, and each request would pay for it.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from purchase_assets.errors import Conflict, NotFound, PurchaseAssetsError
from purchase_assets.kinds import Role
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, Source, fetch, fetch_one, now
from purchase_assets.text import Text

KEYS, TOKENS = tables.access_keys, tables.launch_tokens
COLUMN = KEYS.c
NAME = re.compile(r"\w[\w .@'-]{0,59}")
NOT_A_PERSON = ("gate",)
"""Who else decides in the tables, besides people."""

TOKEN_MINUTES = 15
"""How long a run can be launched with a token."""
TOKENS_KEPT = timedelta(days=7)
"""How long a launched run may wait in the queue."""


@dataclass(frozen=True, kw_only=True)
class AccessKey:
    """A row of `access_keys`; the columns are described in its table."""

    id: int
    name: str
    role: Role
    digest: str
    added_at: datetime
    added_by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", Role(self.role))


def digest(secret: str) -> str:
    """What is kept of a key or a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def exist(source: Source) -> bool:
    """Whether a key was ever added; once one was, revoking the last one opens nothing."""
    return bool(source.rows(sa.select(COLUMN.id).limit(1)))


def in_order(source: Source) -> list[AccessKey]:
    """All keys, also those revoked, the oldest first."""
    return fetch(source, AccessKey, sa.select(KEYS).order_by(COLUMN.id))


def find(source: Source, secret: str) -> AccessKey | None:
    """The key in force that `secret` is; None when it is none."""
    chosen = COLUMN.digest == digest(secret), COLUMN.revoked_at.is_(None)
    return fetch_one(source, AccessKey, sa.select(KEYS).where(*chosen))


def add(reports: Reports, name: str, role: Role, by: str) -> str:
    """Make a key and return it; it cannot be shown again.

    Raises
    ------
    PurchaseAssetsError
        When the name is none, or a key in force has it.
    """
    name = name.strip()
    if not NAME.fullmatch(name) or name.lower() in NOT_A_PERSON:
        raise PurchaseAssetsError(
            Text(f"a key cannot be called {name!r}", f"una clave no puede llamarse {name!r}"),
            Text(
                "the name of a person or a program: letters, digits, blanks, . @ ' - and at most "
                "60",
                "el nombre de una persona o un programa: letras, cifras, espacios, . @ ' - y 60 a "
                "lo más",
            ),
            Text("give another name", "indique otro nombre"),
        )
    secret = f"pa_{secrets.token_urlsafe(32)}"
    row = {"name": name, "role": role, "digest": digest(secret), "added_at": now(), "added_by": by}
    try:
        reports.append(KEYS, row)
    except sa.exc.IntegrityError:  # the index over names in force, so two at once cannot both pass
        raise Conflict(
            Text(f"there is a key of {name}", f"ya hay una clave de {name}"),
            Text("a name that no key in force has", "un nombre que ninguna clave vigente tenga"),
            Text(
                f"revoke it first: purchase-assets keys revoke '{name}'",
                f"revóquela antes: purchase-assets keys revoke '{name}'",
            ),
        ) from None
    return secret


def revoke(reports: Reports, name: str, by: str) -> None:
    """End a key, and the tokens that were made with it.

    Raises
    ------
    NotFound
        When no key in force has the name.
    """
    change = KEYS.update().where(COLUMN.name == name.strip(), COLUMN.revoked_at.is_(None))
    with reports.transaction() as transaction:
        if not transaction.execute(change.values(revoked_at=now(), revoked_by=by)):
            raise NotFound(
                Text(
                    f"no key in force is called {name!r}",
                    f"ninguna clave vigente se llama {name!r}",
                ),
                Text("the name of one", "el nombre de una"),
                Text("see purchase-assets keys list", "vea purchase-assets keys list"),
            )


def make_token(reports: Reports, key: AccessKey, minutes: int = TOKEN_MINUTES) -> str:
    """A token with which one decision can be launched in Dagster in the name of the key.

    A run keeps its config for everybody who sees the run, so what stands there must be worth
    nothing later.
    """
    secret = f"pat_{secrets.token_urlsafe(32)}"
    with reports.transaction() as transaction:
        transaction.execute(TOKENS.delete().where(TOKENS.c.expires_at < now() - TOKENS_KEPT))
        transaction.execute(
            TOKENS.insert(),
            {
                "digest": digest(secret),
                "key_id": key.id,
                "expires_at": now() + timedelta(minutes=minutes),
            },
        )
    return secret


def redeem_token(reports: Reports, secret: str, decision: str, launched: datetime) -> AccessKey:
    """The key in whose name a launched run decides.

    Parameters
    ----------
    decision : str
        What the run does, with all that it is told; a token is good for the first one it is given
        to, so a run that is tried again passes and a changed one does not.
    launched : datetime
        When the run was launched, naive UTC.

    Raises
    ------
    PurchaseAssetsError
        When there is no such token in force, or it was used for something else.
    """
    used_for = digest(decision)
    free = sa.or_(TOKENS.c.used_for.is_(None), TOKENS.c.used_for == used_for)
    ours = TOKENS.update().where(
        TOKENS.c.digest == digest(secret.strip()), TOKENS.c.expires_at >= launched, free
    )
    holder = (
        sa.select(KEYS)
        .join(TOKENS, TOKENS.c.key_id == COLUMN.id)
        .where(TOKENS.c.digest == digest(secret.strip()), COLUMN.revoked_at.is_(None))
    )
    with reports.transaction() as transaction:
        used = transaction.execute(ours.values(used_for=used_for))
        key = fetch_one(transaction, AccessKey, holder)
        if not used or key is None or not key.role.acts:
            raise PurchaseAssetsError(
                "the token is missing, unknown, too old or was used for another decision"
                if secret.strip()
                else "no token was given",
                "one of a key that may act, made for this decision",
                "make one with `purchase-assets keys token` or on the monitoring page, put it into "
                f"the config as `token`, and launch within {TOKEN_MINUTES} minutes",
            )
    return key
