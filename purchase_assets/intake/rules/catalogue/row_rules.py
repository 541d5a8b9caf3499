"""Rules about single rows; the first that a row breaks is the one it is filed under."""

from purchase_assets.intake.rules.rule import Group, Rule, Scope, Severity
from purchase_assets.text import Text

UNCLOSED_QUOTE = Rule(
    name="unclosed_quote",
    group=Group.SCHEMA,
    scope=Scope.ROW,
    sentence=Text(
        "a quote is opened and not closed; expected a closing quote in the same cell; "
        "close it, or take it away, and send the row again",
        "se abre una comilla que no se cierra; se esperaba una comilla de cierre en la "
        "misma celda; ciérrela, o quítela, y envíe la fila de nuevo",
    ),
    when="the line opens a quote that nothing closes",
    by_content=False,
)

ROW_SHAPE = Rule(
    name="row_shape",
    group=Group.SCHEMA,
    scope=Scope.ROW,
    sentence=Text(
        "the row has more or fewer cells than the header; expected as many; put cells that "
        "hold a delimiter in quotes",
        "la fila tiene más o menos celdas que el encabezado; se esperaba la misma "
        "cantidad; ponga entre comillas las celdas que contienen el separador",
    ),
    when="more or fewer cells than the header",
    by_content=False,
)

UNUSABLE_TEXT = Rule(
    name="unusable_text",
    group=Group.KEYS,
    scope=Scope.ROW,
    sentence=Text(
        "{column} holds something that is no id or name (a formula, a character that "
        "controls or cannot be seen, a negative, rounded or endless number, or more than "
        "200 characters); expected plain text; correct it at the source",
        "{column} contiene algo que no es un código ni un nombre (una fórmula, un carácter "
        "de control o invisible, un número negativo, redondeado o interminable, o más de "
        "200 caracteres); se esperaba texto simple; corríjalo en el origen",
    ),
    when="an id or name that is a formula, has control characters (an id: or invisible "
    "ones, such as marks of direction), is negative, in scientific notation, "
    "fractional, or longer than 200 characters",
    by_content=False,
)

UNREADABLE_NUMBER = Rule(
    name="unreadable_number",
    group=Group.RANGES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is no number; expected one such as 12.5; correct it and send the row again",
        "{column} no es un número; se esperaba uno como 12,5; corríjalo y envíe la fila de nuevo",
    ),
    when="no number",
    by_content=False,
)

NOT_FINITE = Rule(
    name="not_finite",
    group=Group.RANGES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is infinite; expected a number; correct it and send the row again",
        "{column} es infinito; se esperaba un número; corríjalo y envíe la fila de nuevo",
    ),
    when="an infinite number",
)

UNREADABLE_DATE = Rule(
    name="unreadable_date",
    group=Group.DATES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is no date; expected one such as 2025-01-31 (no serial or epoch number, "
        "four-digit year, no time with a zone); correct it and send the row again",
        "{column} no es una fecha; se esperaba una como 2025-01-31 (sin números de serie "
        "ni epoch, año de cuatro dígitos, sin hora con zona); corríjala y envíe la fila de "
        "nuevo",
    ),
    when="no date, or a time with a zone",
    by_content=False,
)

MISSING_VALUE = Rule(
    name="missing_value",
    group=Group.COMPLETENESS,
    scope=Scope.ROW,
    sentence=Text(
        "{column} has no value; every row needs one; fill it in and send the row again",
        "{column} no tiene valor; toda fila lo necesita; complételo y envíe la fila de nuevo",
    ),
    when="a needed value is empty, or one of the marks for that (`NA`, `-999`, ...)",
    settings=("missing_marks",),
)

FUTURE_DATE = Rule(
    name="future_date",
    group=Group.DATES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is in the future; expected {today} at the latest; correct it, or send "
        "the row when its day has come",
        "{column} está en el futuro; se esperaba {today} como máximo; corríjala, o envíe "
        "la fila cuando llegue ese día",
    ),
    when="after today",
    release=Text("once the day has come", "cuando llegue el día"),
)

BEFORE_FIRST_WEEK = Rule(
    name="before_first_week",
    group=Group.DATES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is before the first week; expected {first_week} at the earliest; correct "
        "the year, or set PURCHASE_ASSETS_FIRST_WEEK earlier",
        "{column} es anterior a la primera semana; se esperaba {first_week} como mínimo; "
        "corrija el año, o adelante PURCHASE_ASSETS_FIRST_WEEK",
    ),
    when="before `PURCHASE_ASSETS_FIRST_WEEK`",
    release=Text("once the setting is changed", "cuando se cambie el ajuste"),
)

ABSURD_ITEMS = Rule(
    name="absurd_items",
    group=Group.RANGES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is absurdly large; expected at most {items_limit:,.0f} either way, "
        "judging by earlier sales; check the unit, then release the row if it is right",
        "{column} es absurdamente grande; se esperaban como máximo {items_limit:,.0f} en "
        "uno u otro sentido, según las ventas anteriores; revise la unidad y libere la "
        "fila si es correcta",
    ),
    when="beyond {absurd_items_factor:g} times the 99.9th percentile of accepted quantities",
    settings=("absurd_items_factor",),
    releasable=True,
)

CONFLICTING_KEY = Rule(
    name="conflicting_key",
    group=Group.KEYS,
    scope=Scope.ROW,
    sentence=Text(
        "{column} comes more than once with different values; expected one row each; keep "
        "the right one and send it again",
        "{column} viene más de una vez con valores distintos; se esperaba una sola fila; "
        "deje la correcta y envíela de nuevo",
    ),
    when="one customer or product with two different rows",
    release=Text("one of them", "una de ellas"),
)

SWAPPED_COORDINATES = Rule(
    name="swapped_coordinates",
    group=Group.RANGES,
    scope=Scope.ROW,
    sentence=Text(
        "latitude and longitude look swapped; expected them as in the other rows; exchange "
        "the two and send the row again",
        "latitud y longitud parecen intercambiadas; se esperaban como en las demás filas; "
        "intercámbielas y envíe la fila de nuevo",
    ),
    when="exchanging latitude and longitude brings the row near the others",
    releasable=True,
    release=Text("yes, when they are a place at all", "sí, si son algún lugar"),
)

IMPOSSIBLE_COORDINATE = Rule(
    name="impossible_coordinate",
    group=Group.RANGES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is no place on earth; expected a latitude within 90 and a longitude "
        "within 180 degrees; correct it and send the row again",
        "{column} no es un lugar de la Tierra; se esperaba una latitud de hasta 90 y una "
        "longitud de hasta 180 grados; corríjala y envíe la fila de nuevo",
    ),
    when="beyond 90 or 180 degrees",
)

IMPOSSIBLE_NUMBER = Rule(
    name="impossible_number",
    group=Group.RANGES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is negative, or zero where that means nothing; expected a positive "
        "number; correct it and send the row again",
        "{column} es negativo, o cero donde no tiene sentido; se esperaba un número "
        "positivo; corríjalo y envíe la fila de nuevo",
    ),
    when="a negative size or rate, or a size of zero",
)

CATEGORY_TYPO = Rule(
    name="category_typo",
    group=Group.RANGES,
    scope=Scope.ROW,
    sentence=Text(
        "{column} is spelt almost like a far more frequent value; expected that one; "
        "correct the spelling, or release the row if it is a value of its own",
        "{column} se escribe casi igual que un valor mucho más frecuente; se esperaba ese; "
        "corrija la ortografía, o libere la fila si es un valor propio",
    ),
    when="one letter, case or accent away from a value 20 times as frequent",
    releasable=True,
)

UNKNOWN_CUSTOMER = Rule(
    name="unknown_customer",
    group=Group.REFERENCES,
    scope=Scope.ROW,
    severity=Severity.WARN,
    sentence=Text(
        "{column} is not in the customers table; taken and flagged; it heals when the "
        "customer is sent",
        "{column} no está en la tabla de clientes; se acepta y se marca; se resuelve "
        "cuando se envíe el cliente",
    ),
    when="a customer that is not in the customers table",
)

UNKNOWN_PRODUCT = Rule(
    name="unknown_product",
    group=Group.REFERENCES,
    scope=Scope.ROW,
    severity=Severity.WARN,
    sentence=Text(
        "{column} is not in the products table; taken and flagged; it heals when the "
        "product is sent",
        "{column} no está en la tabla de productos; se acepta y se marca; se resuelve "
        "cuando se envíe el producto",
    ),
    when="a product that is not in the products table",
)

REPEATED_IN_FILE = Rule(
    name="repeated_in_file",
    group=Group.DUPLICATES,
    scope=Scope.ROW,
    severity=Severity.WARN,
    sentence=Text(
        "exact repetitions of another row of the file; dropped and counted; nothing to do",
        "repeticiones exactas de otra fila del archivo; se descartan y se cuentan; no hay "
        "nada que hacer",
    ),
    when="exactly as another row of the file; dropped and counted",
)

ALREADY_TAKEN = Rule(
    name="already_taken",
    group=Group.DUPLICATES,
    scope=Scope.ROW,
    severity=Severity.WARN,
    sentence=Text(
        "exactly as in an earlier upload; dropped and counted; nothing to do",
        "exactamente como en un archivo anterior; se descartan y se cuentan; no hay nada que hacer",
    ),
    when="exactly as in an earlier upload; dropped and counted",
)
