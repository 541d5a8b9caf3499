"""Rules about a file as a whole."""

from purchase_assets.intake.rules.rule import Group, Rule, Scope, Severity
from purchase_assets.text import Text

NO_ROWS = Rule(
    name="no_rows",
    group=Group.COMPLETENESS,
    scope=Scope.FILE,
    sentence=Text(
        "The file has a header and no rows; expected at least one row; export it again.",
        "El archivo tiene encabezado y ninguna fila; se esperaba al menos una; expórtelo de nuevo.",
    ),
    when="a header and nothing else",
    by_content=False,
)

BAD_ROWS = Rule(
    name="bad_rows",
    group=Group.COMPLETENESS,
    scope=Scope.FILE,
    sentence=Text(
        "{bad_row_share:.1%} of the rows are wrong; expected at most {bad_row_limit:.1%}; "
        "correct the source and send the whole file again.",
        "El {bad_row_share:.1%} de las filas tiene errores; se esperaba "
        "{bad_row_limit:.1%} como máximo; corrija el origen y envíe el archivo completo de "
        "nuevo.",
    ),
    when="more than {bad_row_share:.0%} of the rows break a row rule",
    settings=("bad_row_share",),
)

UNKNOWN_CUSTOMERS = Rule(
    name="unknown_customers",
    group=Group.REFERENCES,
    scope=Scope.FILE,
    sentence=Text(
        "{unknown_customer_id_share:.1%} of the rows name customers that are not in the "
        "customers table; expected at most {unknown_limit:.1%}; send the customers first, "
        "or check the ids.",
        "El {unknown_customer_id_share:.1%} de las filas nombra clientes que no están en "
        "la tabla de clientes; se esperaba {unknown_limit:.1%} como máximo; envíe antes "
        "los clientes, o revise los códigos.",
    ),
    when="customers of more than {unknown_reference_share:.0%} of the rows are not in the "
    "customers table, when there is one",
    settings=("unknown_reference_share",),
)

UNKNOWN_PRODUCTS = Rule(
    name="unknown_products",
    group=Group.REFERENCES,
    scope=Scope.FILE,
    sentence=Text(
        "{unknown_product_id_share:.1%} of the rows name products that are not in the "
        "products table; expected at most {unknown_limit:.1%}; send the products first, or "
        "check the ids.",
        "El {unknown_product_id_share:.1%} de las filas nombra productos que no están en "
        "la tabla de productos; se esperaba {unknown_limit:.1%} como máximo; envíe antes "
        "los productos, o revise los códigos.",
    ),
    when="products of more than {unknown_reference_share:.0%} of the rows are not in the "
    "products table, when there is one",
    settings=("unknown_reference_share",),
)

ONE_CUSTOMER = Rule(
    name="one_customer",
    group=Group.VOLUME,
    scope=Scope.FILE,
    sentence=Text(
        "{largest_customer_share:.1%} of the rows are of one customer; expected at most "
        "{one_customer_limit:.1%}; check that the export holds every customer.",
        "El {largest_customer_share:.1%} de las filas es de un solo cliente; se esperaba "
        "{one_customer_limit:.1%} como máximo; revise que la exportación incluya a todos.",
    ),
    when="one customer has more than {one_customer_share:.0%} of 200 rows or more",
    settings=("one_customer_share",),
)

VOLUME = Rule(
    name="volume",
    group=Group.VOLUME,
    scope=Scope.FILE,
    sentence=Text(
        "{daily_volume:,.0f} rows a day are {volume_ratio:.2f} times the usual "
        "{usual_volume:,.0f}; expected between {volume_low:.2f} and {volume_high:.2f} "
        "times; check the period and that the export is complete and not repeated.",
        "{daily_volume:,.0f} filas por día son {volume_ratio:.2f} veces las "
        "{usual_volume:,.0f} habituales; se esperaba entre {volume_low:.2f} y "
        "{volume_high:.2f} veces; revise el período y que la exportación esté completa y "
        "sin repetir.",
    ),
    when="rows per covered day outside {volume_low:g} to {volume_high:g} times the median "
    "of the last {volume_history} files (half and double that for files of fewer than "
    "4 days, which can fall on a holiday); a Parquet file that says it has 500 times "
    "the usual rows is not read at all",
    settings=("volume_low", "volume_high", "volume_history"),
)

QUANTITY_SCALE = Rule(
    name="quantity_scale",
    group=Group.RANGES,
    scope=Scope.FILE,
    sentence=Text(
        "{large_quantity_share:.1%} of the quantities are beyond what 1 in 1,000 sales "
        "used to reach ({items_p999:,.0f}); expected at most {large_quantity_limit:.1%}; "
        "check the unit of the quantity column.",
        "El {large_quantity_share:.1%} de las cantidades supera lo que alcanzaba 1 de cada "
        "1.000 ventas ({items_p999:,.0f}); se esperaba {large_quantity_limit:.1%} como "
        "máximo; revise la unidad de la columna de cantidad.",
    ),
    when="more than 1 % of the quantities beyond the 99.9th percentile of accepted sales: "
    "the unit changed",
)

NO_SALES = Rule(
    name="no_sales",
    group=Group.RANGES,
    scope=Scope.FILE,
    sentence=Text(
        "{positive_share:.1%} of the rows are sales (positive items), the others returns "
        "or zeros; expected at least {positive_limit:.1%}; check the sign of the quantity "
        "column.",
        "El {positive_share:.1%} de las filas son ventas (cantidad positiva), las demás "
        "son devoluciones o ceros; se esperaba {positive_limit:.1%} como mínimo; revise el "
        "signo de la columna de cantidad.",
    ),
    when="rows with positive items are fewer than half of the usual share (5 % without "
    "history): the sign was lost, or these are returns alone",
)

SHARED_ORDERS = Rule(
    name="shared_orders",
    group=Group.KEYS,
    scope=Scope.FILE,
    sentence=Text(
        "{shared_order_share:.1%} of the rows name another customer than the rest of their "
        "order; expected at most {shared_order_limit:.1%} as in earlier uploads; check "
        "that the columns of the export were not sorted apart.",
        "El {shared_order_share:.1%} de las filas nombra otro cliente que el resto de su "
        "pedido; se esperaba {shared_order_limit:.1%} como máximo, como en archivos "
        "anteriores; revise que las columnas de la exportación no se hayan ordenado por "
        "separado.",
    ),
    when="orders name several customers although those of accepted uploads do not: keys "
    "were shuffled",
)

DATES_OUT_OF_CALENDAR = Rule(
    name="dates_out_of_calendar",
    group=Group.DATES,
    scope=Scope.FILE,
    sentence=Text(
        "Every date is in the future or before the first week; expected dates from "
        "{first_week} to {today}; correct the dates and send the file again.",
        "Todas las fechas están en el futuro o antes de la primera semana; se esperaban "
        "fechas entre {first_week} y {today}; corríjalas y envíe el archivo de nuevo.",
    ),
    when="every date is in the future or before `PURCHASE_ASSETS_FIRST_WEEK`",
)

MOSTLY_EMPTY = Rule(
    name="mostly_empty",
    group=Group.COMPLETENESS,
    scope=Scope.FILE,
    severity=Severity.WARN,
    sentence=Text(
        "{column} is empty in most rows; expected it filled where it is known; check the "
        "export, the rows were taken.",
        "{column} está vacía en la mayoría de las filas; se esperaba completa donde se "
        "conoce; revise la exportación, las filas se tomaron.",
    ),
    when="an optional column is empty in more than {empty_column_share:.0%} of the rows",
    settings=("empty_column_share",),
)
