"""What counts as accepted, and what the forecasts do without."""

from collections.abc import Container

from purchase_assets.project import Project

MASTERS = {"customers": "customer_id", "products": "product_id"}
LACKING = {
    "customers": "No customers table: forecasts do without customer types and deliveries, and new "
    "customers get no suggestions; drop a file named customers* or clientes*.",
    "products": "No products table: forecasts do without brands, packages and sizes; "
    "drop a file named products* or productos*.",
}


def lacking(present: Container[str]) -> list[str]:
    """What the forecasts do without, in a sentence per master table that is not `present`."""
    return [sentence for kind, sentence in LACKING.items() if kind not in present]


def lacks(project: Project) -> list[str]:
    """`lacking` of the project's lake."""
    return lacking([kind for kind in MASTERS if project.lake.exists(kind)])
