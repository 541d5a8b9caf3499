"""Why something asks for a training, and why it is no reason after all."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from purchase_assets.text import Text

Kind = Literal["first_model", "drift", "rejected_upload", "overdue", "tainted"]


class Objection(NamedTuple):
    """Why something that happened is no reason to train, whatever the guards say."""

    code: str
    why: Text


NOT_READ = Objection(
    "not_read",
    Text(
        "a file that cannot be read says nothing of the data",
        "un archivo que no se puede leer no dice nada de los datos",
    ),
)
NO_MODEL_YET = Objection(
    "no_model_yet",
    Text(
        "the first model is still to come, and learns from the accepted sales",
        "el primer modelo aún está por venir, y aprende de las ventas aceptadas",
    ),
)


def answered_by(version: str) -> Objection:
    """The objection that a model was promoted after what happened."""
    return Objection(
        "answered",
        Text(
            f"version {version}, promoted since, learnt from the accepted sales",
            f"la versión {version}, promovida después, aprendió de las ventas aceptadas",
        ),
    )


@dataclass(frozen=True)
class Cause:
    """Why something asks for a training.

    Attributes
    ----------
    kind : str
        first_model, drift, rejected_upload, overdue or tainted.
    id : str
        The same cause has the same id for ever: a week, an upload key.
    week : date
        Data week of the cause, a Monday.
    detail : Text
        What happened, without a full stop: "drift in product_trend (0.21 over 0.10)".
    objection : Objection or None
        Why it is no reason to train after all.
    file_name : str
        Of an upload, for the sentences.
    """

    kind: Kind
    id: str
    week: date
    detail: Text
    objection: Objection | None = None
    file_name: str = ""
