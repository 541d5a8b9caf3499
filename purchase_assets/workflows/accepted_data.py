"""What the forecasts do without."""

from collections.abc import Container

from purchase_assets.kinds import MASTERS, Kind
from purchase_assets.project import Project
from purchase_assets.text import Text

LACKING = {
    Kind.CUSTOMERS: Text(
        "No customers table: forecasts do without customer types and deliveries, and "
        "new customers get no suggestions; drop a file named customers* or clientes*.",
        "No hay tabla de clientes: los pronósticos no usan tipos de cliente ni entregas, y los "
        "clientes nuevos no reciben sugerencias; deje un archivo llamado clientes* o customers*.",
    ),
    Kind.PRODUCTS: Text(
        "No products table: forecasts do without brands, packages and sizes; "
        "drop a file named products* or productos*.",
        "No hay tabla de productos: los pronósticos no usan marcas, envases ni tamaños; "
        "deje un archivo llamado productos* o products*.",
    ),
}


def lacking(present: Container[Kind]) -> list[Text]:
    """What the forecasts do without, in a sentence per master table that is not `present`."""
    return [sentence for kind, sentence in LACKING.items() if kind not in present]


def lacks(project: Project) -> list[Text]:
    """`lacking` of the project's lake."""
    return lacking([kind for kind in MASTERS if project.lake.exists(kind.table)])
