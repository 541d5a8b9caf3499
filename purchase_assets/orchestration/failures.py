"""A person's mistake as Dagster tells it: one sentence in place of the frames that found it."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from purchase_assets.errors import PurchaseAssetsError


@contextmanager
def told() -> Iterator[None]:
    """Let a run fail at once with the sentence of what a person can mend.

    Examples
    --------
    >>> with told():
    ...     raise PurchaseAssetsError("no week '2026-1'", "a Monday", "see the partitions")
    Traceback (most recent call last):
    dagster...Failure: no week '2026-1'; expected a Monday; see the partitions
    """
    try:
        yield
    except PurchaseAssetsError as mistake:
        raise dg.Failure(
            description=str(mistake),
            metadata={
                "found": mistake.found,
                "expected": mistake.expected,
                "to do": mistake.todo,
            },
            allow_retries=False,
        ) from None
