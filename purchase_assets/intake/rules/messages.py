"""The sentences about columns, rows and files, in English and Spanish: found, expected, to do."""

from typing import Any

Sentence = tuple[str, str]

_ROW: dict[str, Sentence] = {
    "unclosed_quote": (
        "a quote is opened and not closed; expected a closing quote in the same cell; close it, "
        "or take it away, and send the row again",
        "se abre una comilla que no se cierra; se esperaba una comilla de cierre en la misma "
        "celda; ciérrela, o quítela, y envíe la fila de nuevo",
    ),
    "row_shape": (
        "the row has more or fewer cells than the header; expected as many; "
        "put cells that hold a delimiter in quotes",
        "la fila tiene más o menos celdas que el encabezado; se esperaba la misma cantidad; "
        "ponga entre comillas las celdas que contienen el separador",
    ),
    "unusable_text": (
        "{column} holds something that is no id or name (a formula, a character that controls or "
        "cannot be seen, a negative, rounded or endless number, or more than 200 characters); "
        "expected plain text; correct it at the source",
        "{column} contiene algo que no es un código ni un nombre (una fórmula, un carácter de "
        "control o invisible, un número negativo, redondeado o interminable, o más de 200 "
        "caracteres); se esperaba texto simple; corríjalo en el origen",
    ),
    "unreadable_number": (
        "{column} is no number; expected one such as 12.5; correct it and send the row again",
        "{column} no es un número; se esperaba uno como 12,5; corríjalo y envíe la fila de nuevo",
    ),
    "not_finite": (
        "{column} is infinite; expected a number; correct it and send the row again",
        "{column} es infinito; se esperaba un número; corríjalo y envíe la fila de nuevo",
    ),
    "unreadable_date": (
        "{column} is no date; expected one such as 2025-01-31 (no serial or epoch number, "
        "four-digit year, no time with a zone); correct it and send the row again",
        "{column} no es una fecha; se esperaba una como 2025-01-31 (sin números de serie ni "
        "epoch, año de cuatro dígitos, sin hora con zona); corríjala y envíe la fila de nuevo",
    ),
    "missing_value": (
        "{column} has no value; every row needs one; fill it in and send the row again",
        "{column} no tiene valor; toda fila lo necesita; complételo y envíe la fila de nuevo",
    ),
    "future_date": (
        "{column} is in the future; expected {today} at the latest; "
        "correct it, or send the row when its day has come",
        "{column} está en el futuro; se esperaba {today} como máximo; "
        "corríjala, o envíe la fila cuando llegue ese día",
    ),
    "before_first_week": (
        "{column} is before the first week; expected {first_week} at the earliest; correct the "
        "year, or set PURCHASE_ASSETS_FIRST_WEEK earlier",
        "{column} es anterior a la primera semana; se esperaba {first_week} como mínimo; corrija "
        "el año, o adelante PURCHASE_ASSETS_FIRST_WEEK",
    ),
    "absurd_items": (
        "{column} is absurdly large; expected at most {items_limit:,.0f} either way, judging by "
        "earlier sales; check the unit, then release the row if it is right",
        "{column} es absurdamente grande; se esperaban como máximo {items_limit:,.0f} en uno u "
        "otro sentido, según las ventas anteriores; revise la unidad y libere la fila si es "
        "correcta",
    ),
    "conflicting_key": (
        "{column} comes more than once with different values; expected one row each; "
        "keep the right one and send it again",
        "{column} viene más de una vez con valores distintos; se esperaba una sola fila; "
        "deje la correcta y envíela de nuevo",
    ),
    "swapped_coordinates": (
        "latitude and longitude look swapped; expected them as in the other rows; "
        "exchange the two and send the row again",
        "latitud y longitud parecen intercambiadas; se esperaban como en las demás filas; "
        "intercámbielas y envíe la fila de nuevo",
    ),
    "impossible_coordinate": (
        "{column} is no place on earth; expected a latitude within 90 and a longitude within 180 "
        "degrees; correct it and send the row again",
        "{column} no es un lugar de la Tierra; se esperaba una latitud de hasta 90 y una longitud "
        "de hasta 180 grados; corríjala y envíe la fila de nuevo",
    ),
    "impossible_number": (
        "{column} is negative, or zero where that means nothing; expected a positive number; "
        "correct it and send the row again",
        "{column} es negativo, o cero donde no tiene sentido; se esperaba un número positivo; "
        "corríjalo y envíe la fila de nuevo",
    ),
    "category_typo": (
        "{column} is spelt almost like a far more frequent value; expected that one; correct "
        "the spelling, or release the row if it is a value of its own",
        "{column} se escribe casi igual que un valor mucho más frecuente; se esperaba ese; "
        "corrija la ortografía, o libere la fila si es un valor propio",
    ),
    "unknown_customer": (
        "{column} is not in the customers table; taken and flagged; "
        "it heals when the customer is sent",
        "{column} no está en la tabla de clientes; se acepta y se marca; "
        "se resuelve cuando se envíe el cliente",
    ),
    "unknown_product": (
        "{column} is not in the products table; taken and flagged; "
        "it heals when the product is sent",
        "{column} no está en la tabla de productos; se acepta y se marca; "
        "se resuelve cuando se envíe el producto",
    ),
    "repeated_in_file": (
        "exact repetitions of another row of the file; dropped and counted; nothing to do",
        "repeticiones exactas de otra fila del archivo; se descartan y se cuentan; "
        "no hay nada que hacer",
    ),
    "already_taken": (
        "exactly as in an earlier upload; dropped and counted; nothing to do",
        "exactamente como en un archivo anterior; se descartan y se cuentan; no hay nada que hacer",
    ),
}

_FILE: dict[str, Sentence] = {
    "missing_column": (
        "Column {missing} is missing (the file has: {delivered}); expected {needed}; add it, or "
        "map its name in PURCHASE_ASSETS_COLUMN_NAMES.",
        "Falta la columna {missing} (el archivo tiene: {delivered}); se esperaban {needed}; "
        "agréguela, o indique su nombre en PURCHASE_ASSETS_COLUMN_NAMES.",
    ),
    "missing_columns": (
        "Columns {missing} are missing (the file has: {delivered}); expected {needed}; add them, "
        "or map their names in PURCHASE_ASSETS_COLUMN_NAMES.",
        "Faltan las columnas {missing} (el archivo tiene: {delivered}); se esperaban {needed}; "
        "agréguelas, o indique sus nombres en PURCHASE_ASSETS_COLUMN_NAMES.",
    ),
    "no_columns": (
        "No needed column was found, and {look}; expected a table whose first line names "
        "{needed}; {remedy}.",
        "No se encontró ninguna columna necesaria, y {look}; se esperaba una tabla cuya primera "
        "línea nombre {needed}; {remedy}.",
    ),
    "absent_column": (
        "Left empty, since these optional columns are absent: {absent}; send them when they exist.",
        "Quedan vacías, porque faltan estas columnas opcionales: {absent}; envíelas si existen.",
    ),
    "clashing_columns": (
        "Several columns claim the same meaning ({clashes}); expected one; "
        "remove or rename the others.",
        "Varias columnas dicen lo mismo ({clashes}); se esperaba una sola; "
        "quite o cambie el nombre de las demás.",
    ),
    "column_type": (
        "Values of these columns cannot be converted without loss: {unusable}; expected texts, "
        "numbers or dates; export them as plain values.",
        "Los valores de estas columnas no se pueden convertir sin pérdida: {unusable}; se "
        "esperaban textos, números o fechas; expórtelos como valores simples.",
    ),
    "extra_columns": (
        "Extra columns are ignored: {extra}; nothing to do.",
        "Se ignoran columnas adicionales: {extra}; no hay nada que hacer.",
    ),
    "no_rows": (
        "The file has a header and no rows; expected at least one row; export it again.",
        "El archivo tiene encabezado y ninguna fila; se esperaba al menos una; expórtelo de nuevo.",
    ),
    "bad_rows": (
        "{bad_row_share:.1%} of the rows are wrong; expected at most {bad_row_limit:.1%}; "
        "correct the source and send the whole file again.",
        "El {bad_row_share:.1%} de las filas tiene errores; se esperaba {bad_row_limit:.1%} como "
        "máximo; corrija el origen y envíe el archivo completo de nuevo.",
    ),
    "unknown_customers": (
        "{unknown_customer_share:.1%} of the rows name customers that are not in the customers "
        "table; expected at most {unknown_limit:.1%}; send the customers first, or check the ids.",
        "El {unknown_customer_share:.1%} de las filas nombra clientes que no están en la tabla "
        "de clientes; se esperaba {unknown_limit:.1%} como máximo; envíe antes los clientes, o "
        "revise los códigos.",
    ),
    "unknown_products": (
        "{unknown_product_share:.1%} of the rows name products that are not in the products "
        "table; expected at most {unknown_limit:.1%}; send the products first, or check the ids.",
        "El {unknown_product_share:.1%} de las filas nombra productos que no están en la tabla "
        "de productos; se esperaba {unknown_limit:.1%} como máximo; envíe antes los productos, o "
        "revise los códigos.",
    ),
    "one_customer": (
        "{largest_customer_share:.1%} of the rows are of one customer; expected at most "
        "{one_customer_limit:.1%}; check that the export holds every customer.",
        "El {largest_customer_share:.1%} de las filas es de un solo cliente; se esperaba "
        "{one_customer_limit:.1%} como máximo; revise que la exportación incluya a todos.",
    ),
    "volume": (
        "{daily_volume:,.0f} rows a day are {volume_ratio:.2f} times the usual "
        "{usual_volume:,.0f}; expected between {volume_low:.2f} and {volume_high:.2f} times; "
        "check the period and that the export is complete and not repeated.",
        "{daily_volume:,.0f} filas por día son {volume_ratio:.2f} veces las {usual_volume:,.0f} "
        "habituales; se esperaba entre {volume_low:.2f} y {volume_high:.2f} veces; revise el "
        "período y que la exportación esté completa y sin repetir.",
    ),
    "mostly_empty": (
        "{column} is empty in most rows; expected it filled where it is known; "
        "check the export, the rows were taken.",
        "{column} está vacía en la mayoría de las filas; se esperaba completa donde se conoce; "
        "revise la exportación, las filas se tomaron.",
    ),
    "no_sales": (
        "{positive_share:.1%} of the rows are sales (positive items), the others returns or "
        "zeros; expected at least {positive_limit:.1%}; check the sign of the quantity column.",
        "El {positive_share:.1%} de las filas son ventas (cantidad positiva), las demás son "
        "devoluciones o ceros; se esperaba {positive_limit:.1%} como mínimo; revise el signo de "
        "la columna de cantidad.",
    ),
    "shared_orders": (
        "{shared_order_share:.1%} of the rows name another customer than the rest of their order; "
        "expected at most {shared_order_limit:.1%} as in earlier uploads; check that the columns "
        "of the export were not sorted apart.",
        "El {shared_order_share:.1%} de las filas nombra otro cliente que el resto de su pedido; "
        "se esperaba {shared_order_limit:.1%} como máximo, como en archivos anteriores; revise que "
        "las columnas de la exportación no se hayan ordenado por separado.",
    ),
    "dates_out_of_calendar": (
        "Every date is in the future or before the first week; expected dates from {first_week} "
        "to {today}; correct the dates and send the file again.",
        "Todas las fechas están en el futuro o antes de la primera semana; se esperaban fechas "
        "entre {first_week} y {today}; corríjalas y envíe el archivo de nuevo.",
    ),
    "quantity_scale": (
        "{large_quantity_share:.1%} of the quantities are beyond what 1 in 1,000 sales used to "
        "reach ({items_p999:,.0f}); expected at most {large_quantity_limit:.1%}; "
        "check the unit of the quantity column.",
        "El {large_quantity_share:.1%} de las cantidades supera lo que alcanzaba 1 de cada 1.000 "
        "ventas ({items_p999:,.0f}); se esperaba {large_quantity_limit:.1%} como máximo; "
        "revise la unidad de la columna de cantidad.",
    ),
}

_GROUPS: dict[str, Sentence] = {
    "schema": ("columns", "columnas"),
    "completeness": ("completeness", "completitud"),
    "keys": ("keys", "claves"),
    "ranges": ("ranges", "rangos"),
    "references": ("references", "referencias"),
    "duplicates": ("duplicates", "duplicados"),
    "volume": ("volume", "volumen"),
    "dates": ("dates", "fechas"),
}


def file_message(rule: str, /, **facts: Any) -> Sentence:
    """The sentence of a rule about the columns or the file as a whole."""
    return fill(_FILE[rule], facts)


def row_message(rule: str, /, **facts: Any) -> Sentence:
    """The sentence of one row that broke `rule`."""
    english, spanish = fill(_ROW[rule], facts)
    return f"{_capital(english)}.", f"{_capital(spanish)}."


def rows_message(rule: str, rows: int, /, **facts: Any) -> Sentence:
    """The sentence of all the rows that broke `rule`."""
    english, spanish = fill(_ROW[rule], facts)
    return (
        f"{rows:,} {'row' if rows == 1 else 'rows'}: {english}.",
        f"{rows:,} {'fila' if rows == 1 else 'filas'}: {spanish}.",
    )


def engine_message(detail: str) -> Sentence:
    """The sentence of a failure of ours."""
    detail = printable(" ".join(detail.split()))
    return (
        f"The check itself failed ({detail}); nothing was taken and nothing set aside; "
        "it is tried again, and the maintainers should look.",
        f"La revisión misma falló ({detail}); no se tomó ni se apartó nada; "
        "se intentará de nuevo y los responsables deben revisarlo.",
    )


def group_name(group: str) -> Sentence:
    """What an expectation group is called."""
    return _GROUPS[group]


def group_passed(group: str, rows: int) -> Sentence:
    """The sentence of a group in which nothing is wrong."""
    return f"{rows:,} rows checked, nothing wrong.", f"{rows:,} filas revisadas, nada que corregir."


def group_not_reached() -> Sentence:
    """The sentence of a group that could not be evaluated."""
    return (
        "Not evaluated: the file did not get this far.",
        "No se evaluó: el archivo no llegó a esta etapa.",
    )


def group_not_applicable() -> Sentence:
    """The sentence of a group without a rule for this file."""
    return (
        "No rule applies to this file (no history or table to compare with yet).",
        "Ninguna regla se aplica a este archivo (aún no hay historia o tabla con que comparar).",
    )


def fill(sentence: Sentence, facts: dict[str, Any]) -> Sentence:
    """`sentence` with its facts; a fact that is a pair has a text for each language."""
    english, spanish = (
        template.format(**{name: _fact(value, place) for name, value in facts.items()})
        for place, template in enumerate(sentence)
    )
    return english, spanish


def _fact(value: Any, place: int) -> Any:
    value = value[place] if isinstance(value, tuple) else value
    return printable(value) if isinstance(value, str) else value


def printable(text: str) -> str:
    """`text` with a mark for each character that no screen shows or no database takes."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
