"""How the server answers when something is wrong: a person's mistake, a store, the program."""

from fastapi import Request
from fastapi.responses import PlainTextResponse

from purchase_assets.errors import Conflict, NotFound, PurchaseAssetsError, Unavailable
from purchase_assets.settings import masked

STATUS: dict[type[PurchaseAssetsError], int] = {NotFound: 404, Conflict: 409, Unavailable: 503}
FAULT = (
    "This is a fault of the program, not of what you asked for; tell those who run the server, "
    "whose log says more.\n"
    "Es una falla del programa, no de lo que usted pidió; avise a quienes mantienen el servidor, "
    "cuyo registro dice más.\n"
)


def status_of(error: PurchaseAssetsError) -> int:
    """The status of an error; 422 where nothing but the request is to be mended."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 422)


def to_be_mended(_: Request, error: Exception) -> PlainTextResponse:
    """The sentence of what a person can mend."""
    assert isinstance(error, PurchaseAssetsError)
    return PlainTextResponse(masked(str(error)), status_code=status_of(error))


def fault(_: Request, error: Exception) -> PlainTextResponse:
    """Say that the program is wrong, and nothing of what it was doing; the log has the trace."""
    return PlainTextResponse(FAULT, status_code=500)
