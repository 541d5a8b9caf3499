"""What the forecasts do without."""

from collections.abc import Container

from purchase_assets.kinds import MASTERS, Kind
from purchase_assets.project import Project

LACKING = {
    Kind.CUSTOMERS: "No customers table: forecasts do without customer types and deliveries, and "
    "new customers get no suggestions; drop a file named customers* or clientes*.",
    Kind.PRODUCTS: "No products table: forecasts do without brands, packages and sizes; "
    "drop a file named products* or productos*.",
}


def lacking(present: Container[Kind]) -> list[str]:
    """What the forecasts do without, in a sentence per master table that is not `present`."""
    return [sentence for kind, sentence in LACKING.items() if kind not in present]


def lacks(project: Project) -> list[str]:
    """`lacking` of the project's lake."""
    return lacking([kind for kind in MASTERS if project.lake.exists(kind.table)])
