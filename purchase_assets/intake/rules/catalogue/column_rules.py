"""Rules about the columns of a file."""

from purchase_assets.intake.rules.rule import Group, Rule, Scope, Severity
from purchase_assets.text import Text

MISSING_COLUMN = Rule(
    name="missing_column",
    group=Group.SCHEMA,
    scope=Scope.COLUMN,
    sentence=Text(
        "Column {missing} is missing (the file has: {delivered}); expected {needed}; add "
        "it, or map its name in PURCHASE_ASSETS_COLUMN_NAMES.",
        "Falta la columna {missing} (el archivo tiene: {delivered}); se esperaban "
        "{needed}; agréguela, o indique su nombre en PURCHASE_ASSETS_COLUMN_NAMES.",
    ),
    when="a needed column is missing; a file without any is told what it looks like (JSON, "
    "XML, SQL, a title above the names, no names, another separator)",
    by_content=False,
)
MISSING_COLUMNS = Text(
    "Columns {missing} are missing (the file has: {delivered}); expected {needed}; add "
    "them, or map their names in PURCHASE_ASSETS_COLUMN_NAMES.",
    "Faltan las columnas {missing} (el archivo tiene: {delivered}); se esperaban "
    "{needed}; agréguelas, o indique sus nombres en PURCHASE_ASSETS_COLUMN_NAMES.",
)
"""The same of several columns."""
NO_COLUMNS = Text(
    "No needed column was found, and {look}; expected a table whose first line names "
    "{needed}; {remedy}.",
    "No se encontró ninguna columna necesaria, y {look}; se esperaba una tabla cuya "
    "primera línea nombre {needed}; {remedy}.",
)
"""The same of a file that is no table with names."""

CLASHING_COLUMNS = Rule(
    name="clashing_columns",
    group=Group.SCHEMA,
    scope=Scope.COLUMN,
    sentence=Text(
        "Several columns claim the same meaning ({clashes}); expected one; remove or "
        "rename the others.",
        "Varias columnas dicen lo mismo ({clashes}); se esperaba una sola; quite o cambie "
        "el nombre de las demás.",
    ),
    when="several columns claim one meaning",
    by_content=False,
)

COLUMN_TYPE = Rule(
    name="column_type",
    group=Group.SCHEMA,
    scope=Scope.COLUMN,
    sentence=Text(
        "Values of these columns cannot be converted without loss: {unusable}; expected "
        "texts, numbers or dates; export them as plain values.",
        "Los valores de estas columnas no se pueden convertir sin pérdida: {unusable}; se "
        "esperaban textos, números o fechas; expórtelos como valores simples.",
    ),
    when="a column is nested, binary or boolean",
    by_content=False,
)

ABSENT_COLUMN = Rule(
    name="absent_column",
    group=Group.SCHEMA,
    scope=Scope.COLUMN,
    severity=Severity.WARN,
    sentence=Text(
        "Left empty, since these optional columns are absent: {absent}; send them when they exist.",
        "Quedan vacías, porque faltan estas columnas opcionales: {absent}; envíelas si existen.",
    ),
    when="an optional column was not delivered",
)

EXTRA_COLUMNS = Rule(
    name="extra_columns",
    group=Group.SCHEMA,
    scope=Scope.COLUMN,
    severity=Severity.WARN,
    sentence=Text(
        "Extra columns are ignored: {extra}; nothing to do.",
        "Se ignoran columnas adicionales: {extra}; no hay nada que hacer.",
    ),
    when="columns that mean nothing here; they are dropped",
)
