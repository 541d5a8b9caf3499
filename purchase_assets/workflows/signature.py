"""A person's decision stands for ever, so it carries a name and a reason."""

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.text import Text

NAME, REASON = Text("name", "nombre"), Text("reason", "motivo")


def signed(by: str, reason: str) -> tuple[str, str]:
    """Name and reason without blanks around them.

    Raises
    ------
    PurchaseAssetsError
        When one of them is missing.
    """
    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        missing = [word for word, text in ((NAME, by), (REASON, reason)) if not text]
        raise PurchaseAssetsError(
            Text("the decision has no {missing}", "la decisión no tiene {missing}").format(
                missing=Text(*map(str.join, (" and no ", " ni "), zip(*missing, strict=True)))
            ),
            Text("who decides, and why", "quién decide, y por qué"),
            Text("give both", "indique ambos"),
        )
    return by, reason


def named(known: str, typed: str) -> str:
    """Who decides: the name that was proved, and in brackets what the person typed beside it.

    Examples
    --------
    >>> named("maria", " Ana ")
    'maria (Ana)'
    """
    typed = typed.strip()
    return known if typed in ("", known) else f"{known} ({typed})"
