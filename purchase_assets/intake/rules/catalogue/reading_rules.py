"""Files that cannot be read, one record per problem that ends the reading."""

from purchase_assets.intake.reading.problems import Problem
from purchase_assets.intake.rules.rule import Group, Rule, Scope
from purchase_assets.text import Text

UNKNOWN_KIND = Rule(
    name=Problem.UNKNOWN_KIND.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The name {name!r} tells no kind of upload; expected a name that begins with "
        "transactions, customers or products; rename the file.",
        "El nombre {name!r} no indica el tipo de archivo; se esperaba un nombre que "
        "empiece con transacciones, clientes o productos; cambie el nombre.",
    ),
    when="the name begins with none of the words above",
    by_content=False,
)

UNKNOWN_FORMAT = Rule(
    name=Problem.UNKNOWN_FORMAT.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The name ends in {name!r}; expected .parquet, .csv, .csv.gz or .xlsx; export in one of "
        "these.",
        "El nombre termina en {name!r}; se esperaba .parquet, .csv, .csv.gz o .xlsx; expórtelo "
        "así.",
    ),
    when="the name ends in another format",
    by_content=False,
)

WRONG_FORMAT = Rule(
    name=Problem.WRONG_FORMAT.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The content is {found}, but the name promises {expected}; export the file again "
        "in that format or correct its name.",
        "El contenido es {found}, pero el nombre promete {expected}; exporte el archivo en "
        "ese formato o corrija el nombre.",
    ),
    when="the content is not what the name says, such as a workbook or a web page",
    by_content=False,
)

EMPTY_FILE = Rule(
    name=Problem.EMPTY_FILE.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The file is empty (0 bytes or no header); expected a table with a header; export "
        "it again.",
        "El archivo está vacío (0 bytes o sin encabezado); se esperaba una tabla con "
        "encabezado; expórtelo de nuevo.",
    ),
    when="no bytes, or no header",
    by_content=False,
)

UNREADABLE = Rule(
    name=Problem.UNREADABLE.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The file cannot be read ({detail}); expected a complete file; export it again.",
        "El archivo no se puede leer ({detail}); se esperaba un archivo completo; "
        "expórtelo de nuevo.",
    ),
    when="damaged or cut short, or a quote is opened and more follows than a cell can hold",
    by_content=False,
)

UNKNOWN_ENCODING = Rule(
    name=Problem.UNKNOWN_ENCODING.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The text is neither UTF-8, UTF-16 nor Windows-1252; expected one of these; save "
        "the file as CSV UTF-8.",
        "El texto no está en UTF-8, UTF-16 ni Windows-1252; se esperaba una de estas "
        "codificaciones; guarde el archivo como CSV UTF-8.",
    ),
    when="the text is in no known encoding",
    by_content=False,
)

NOT_GZIP = Rule(
    name=Problem.NOT_GZIP.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The .gz file cannot be unpacked ({detail}); expected a complete gzip file; "
        "compress and send it again.",
        "El archivo .gz no se puede descomprimir ({detail}); se esperaba un gzip completo; "
        "comprímalo y envíelo de nuevo.",
    ),
    when="a `.gz` file that cannot be unpacked",
    by_content=False,
)

BOMB = Rule(
    name=Problem.BOMB.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The file unpacks to more than {ratio} times its size; expected a normal table; "
        "send it unpacked.",
        "El archivo descomprimido ocupa más de {ratio} veces su tamaño; se esperaba una "
        "tabla normal; envíelo sin comprimir.",
    ),
    when="a packed file, Parquet column or part of a workbook that unpacks to more than 200 times "
    "its size (beyond 64 MB)",
    by_content=False,
)

TOO_LARGE = Rule(
    name=Problem.TOO_LARGE.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The file holds {found:,} bytes or more in one part; expected at most {limit:,}; "
        "split it and send the parts.",
        "El archivo contiene {found:,} bytes o más en una parte; se esperaban {limit:,} "
        "como máximo; divídalo y envíe las partes.",
    ),
    when="more than {max_bytes:,} bytes, unpacked, a Parquet column chunk beyond 512 MB, or a "
    "workbook's sheet beyond 1 GB (its texts: 128 MB)",
    settings=("max_bytes",),
    by_content=False,
)

TOO_MANY_ROWS = Rule(
    name=Problem.TOO_MANY_ROWS.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The file has {found:,} rows or more; expected at most {limit:,}; split it and "
        "send the parts.",
        "El archivo tiene {found:,} filas o más; se esperaban {limit:,} como máximo; "
        "divídalo y envíe las partes.",
    ),
    when="more than {max_rows:,} rows",
    settings=("max_rows",),
    by_content=False,
)

PASSWORD = Rule(
    name=Problem.PASSWORD.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The workbook is protected by a password; expected one that opens without; save it "
        "without a password and send it again.",
        "El libro está protegido con contraseña; se esperaba uno que se abra sin ella; guárdelo "
        "sin contraseña y envíelo de nuevo.",
    ),
    when="a workbook that opens only with a password",
    by_content=False,
)

SEVERAL_SHEETS = Rule(
    name=Problem.SEVERAL_SHEETS.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The workbook has several filled sheets ({sheets}); expected one; delete the others, or "
        "save each as a file of its own.",
        "El libro tiene varias hojas con datos ({sheets}); se esperaba una; borre las otras, o "
        "guarde cada una en su propio archivo.",
    ),
    when="a workbook with values in more than one of the sheets that are not hidden",
    by_content=False,
)

NO_FORMULA_VALUES = Rule(
    name=Problem.NO_FORMULA_VALUES.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "Cell {cell} holds a formula without its value; expected values; open the workbook in "
        "Excel or LibreOffice, save it and send it again.",
        "La celda {cell} contiene una fórmula sin su valor; se esperaban valores; abra el libro "
        "en Excel o LibreOffice, guárdelo y envíelo de nuevo.",
    ),
    when="a workbook whose formulas no spreadsheet program has computed",
    by_content=False,
)

AMBIGUOUS_DATES = Rule(
    name=Problem.AMBIGUOUS_DATES.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "Dates such as {example} can be read as day-month or month-day and no date of the "
        "file settles it; expected year-month-day such as 2025-01-31; write them so, or "
        "set PURCHASE_ASSETS_QUALITY__DATE_ORDER to day_first or month_first.",
        "Fechas como {example} pueden leerse como día-mes o mes-día y ninguna fecha del "
        "archivo lo aclara; se esperaba año-mes-día como 2025-01-31; escríbalas así, o "
        "configure PURCHASE_ASSETS_QUALITY__DATE_ORDER con day_first o month_first.",
    ),
    when="dates that can be read in two ways, and none that settles it",
    settings=("date_order",),
    by_content=False,
)

MIXED_DATES = Rule(
    name=Problem.MIXED_DATES.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "Some dates, such as {day}, can only be day-month and those of {rows:,} rows, such "
        "as {month}, only month-day; expected one order; write all dates as year-month-day "
        "such as 2025-01-31.",
        "Algunas fechas, como {day}, solo pueden ser día-mes y las de {rows:,} filas, como "
        "{month}, solo mes-día; se esperaba un solo orden; escriba todas las fechas como "
        "año-mes-día, por ejemplo 2025-01-31.",
    ),
    when="dates of both orders",
    settings=("date_order",),
    by_content=False,
)

ZONED_DATES = Rule(
    name=Problem.ZONED_DATES.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "purchase_date carries the time zone {zone} and times other than midnight, so its "
        "day is doubtful; expected the local day without a zone; convert it before "
        "exporting.",
        "purchase_date lleva la zona horaria {zone} y horas distintas de medianoche, por "
        "lo que el día es dudoso; se esperaba el día local sin zona; conviértalo antes de "
        "exportar.",
    ),
    when="times with a zone that are not midnight (a Parquet column, or 5 % of the texts)",
    by_content=False,
)

AMBIGUOUS_NUMBERS = Rule(
    name=Problem.AMBIGUOUS_NUMBERS.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "Numbers such as {example} can be read with a decimal mark or a thousands "
        "separator; expected plain numbers such as 1234.5; remove the thousands separators.",
        "Números como {example} pueden llevar separador decimal o de miles; se esperaban "
        "números sin separador de miles, como 1234,5; quite los separadores de miles.",
    ),
    when="a mark that can separate decimals or thousands, and no number that settles it",
    by_content=False,
)

MIXED_NUMBERS = Rule(
    name=Problem.MIXED_NUMBERS.value,
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "Some numbers use a decimal point, such as {point}, and others a decimal comma, "
        "such as {comma} (the fewer, {rows:,} rows); expected one of them; export the file "
        "again with a single decimal mark.",
        "Algunos números usan punto decimal, como {point}, y otros coma decimal, como "
        "{comma} (los menos, {rows:,} filas); se esperaba uno solo; exporte el archivo con "
        "un único separador decimal.",
    ),
    when="decimal points and decimal commas",
    by_content=False,
)
