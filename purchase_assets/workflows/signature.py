"""A person's decision stands for ever, so it carries a name and a reason."""

from purchase_assets.errors import PurchaseAssetsError


def signed(by: str, reason: str) -> tuple[str, str]:
    """Name and reason without blanks around them.

    Raises
    ------
    PurchaseAssetsError
        When one of them is missing.
    """
    by, reason = by.strip(), reason.strip()
    if not by or not reason:
        missing = " and no ".join(
            word for word, text in (("name", by), ("reason", reason)) if not text
        )
        raise PurchaseAssetsError(
            f"the decision has no {missing}", "who decides, and why", "give both"
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
