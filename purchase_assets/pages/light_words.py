"""The lights of the pages: their levels, and what they say while no alert speaks for them."""

from datetime import date
from enum import StrEnum

from purchase_assets.pages import wording
from purchase_assets.text import Language, Text


class Level(StrEnum):
    """What a light asks for.

    Attributes
    ----------
    sign : str
        Beside the colour and the word, so that neither speaks alone.
    """

    sign: str

    def __new__(cls, name: str, sign: str) -> "Level":
        """The text of a level, with its sign."""
        level = str.__new__(cls, name)
        level._value_, level.sign = name, sign
        return level

    WELL = "WELL", "✓"
    LOOK = "LOOK", "!"
    ACT = "ACT", "✕"
    UNKNOWN = "UNKNOWN", "–"

    @property
    def asks(self) -> bool:
        """Whether a person should do something."""
        return self in (Level.LOOK, Level.ACT)


NO_FILE_YET = Text("No file has come yet.", "Todavía no ha llegado ningún archivo.")
DROP_FILES = Text(
    "drop files in the incoming folder, then `purchase-assets run`.",
    "deje archivos en la carpeta de entrada, y después `purchase-assets run`.",
)
NO_TABLE_YET = Text("No week is published yet.", "Todavía no hay ninguna semana publicada.")
NO_MODEL_YET = Text("There is no model yet.", "Todavía no hay ningún modelo.")
RUN = Text("`purchase-assets run` makes it.", "`purchase-assets run` lo hace.")
NOT_MEASURED = Text(
    "No week has been measured against the model in use yet.",
    "Todavía no se ha medido ninguna semana con el modelo en uso.",
)
BEHIND = Text(
    "More is known by now than the table knows; it is computed again by itself.",
    "Ya se sabe más que lo que sabe la tabla; se calcula de nuevo por sí sola.",
)
BEHIND_TODO = Text(
    "wait a few minutes; without a daemon `purchase-assets run`.",
    "espere unos minutos; si Dagster no está en marcha, `purchase-assets run`.",
)
OLD_TODO = Text(
    "see that the week's file comes; drop it in the incoming folder.",
    "vea que llegue el archivo de la semana; déjelo en la carpeta de entrada.",
)
BELOW_TODO = Text(
    "wait: two weeks running start a training.",
    "espere: dos semanas seguidas inician un entrenamiento.",
)
FEW_TODO = Text(
    "see whether the week's file is complete.",
    "vea si el archivo de la semana está completo.",
)


def newest_file(file_name: str, day: date) -> Text:
    """All that came was taken."""
    return Text(
        f"All that came was taken; the last was {file_name} ({wording.day(day, 'en')}).",
        f"Se tomó todo lo que llegó; lo último fue {file_name} ({wording.day(day, 'es')}).",
    )


def table(week: date, through: date) -> Text:
    """The table is of the days that it should be of."""
    return Text(
        f"The week of {wording.day(week, 'en')} is published; sales are known up to "
        f"{wording.day(through, 'en')}.",
        f"Está publicada la semana del {wording.day(week, 'es')}; se conocen ventas hasta el "
        f"{wording.day(through, 'es')}.",
    )


def old_table(last: date, through: date) -> Text:
    """The table is of days that are over, or of sales of long ago."""
    return Text(
        f"The newest table is of the days up to {wording.day(last, 'en')}; sales are known up to "
        f"{wording.day(through, 'en')}.",
        f"La tabla más nueva es de los días hasta el {wording.day(last, 'es')}; se conocen ventas "
        f"hasta el {wording.day(through, 'es')}.",
    )


def model(version: str, through: date) -> Text:
    """The version in use."""
    return Text(
        f"Version {version} is in use; it has learnt from sales up to {wording.day(through, 'en')}",
        f"Está en uso la versión {version}; aprendió de ventas hasta el "
        f"{wording.day(through, 'es')}",
    )


def scored(week: date, f1: float, baseline: float) -> Text:
    """How the last week with known sales went."""

    def figure(value: float, language: Language) -> str:
        return wording.decimal(value, 2, language)

    return Text(
        f"F1 {figure(f1, 'en')} in the week of {wording.day(week, 'en')}, the simple baseline "
        f"{figure(baseline, 'en')}.",
        f"F1 {figure(f1, 'es')} en la semana del {wording.day(week, 'es')}, la referencia simple "
        f"{figure(baseline, 'es')}.",
    )


def measured(week: date, sentence: Text) -> Text:
    """What was said of the newest week."""
    return Text(
        f"Week of {wording.day(week, 'en')}: {sentence.en.rstrip('.')}.",
        f"Semana del {wording.day(week, 'es')}: {sentence.es.rstrip('.')}.",
    )
