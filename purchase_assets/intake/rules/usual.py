"""What is usual for a sender: the share of its rows that has to be set aside every week."""

from collections.abc import Sequence
from statistics import median

REMEMBERED = 8
"""Files that say what is usual."""

LEAST_ROOM = 0.25
"""A share may always lie this part above the usual one ..."""

SPREADS = 4.5
"""... and so many median deviations, which are three standard deviations of a normal spread."""


def usual_limit(history: Sequence[float], tolerated: float) -> float:
    """The largest share that is no news.

    Parameters
    ----------
    history : sequence of float
        Shares of the sender's earlier files, oldest first; the last `REMEMBERED` count.
    tolerated : float
        A share that is never news.

    Returns
    -------
    float
        Never below `tolerated`.

    Notes
    -----
    Rests on the median, so that one bad file does not make the next bad one usual: it takes
    half of the remembered files.
    """
    known = history[-REMEMBERED:]
    if not known:
        return tolerated
    usual = median(known)
    spread = median(abs(share - usual) for share in known)
    return max(tolerated, usual + max(LEAST_ROOM * usual, SPREADS * spread))


def beyond_usual(share: float, history: Sequence[float], tolerated: float) -> bool:
    """Whether a share is above what is tolerated and above what is usual for its sender."""
    return share > usual_limit(history, tolerated)
