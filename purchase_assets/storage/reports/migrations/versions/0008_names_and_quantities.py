"""Customers and products as people read them, and how many of a product are usual."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LATEST = (
    "CREATE VIEW latest_weekly_predictions AS SELECT * FROM weekly_predictions WHERE "
    "week_start = (SELECT MAX(week_start) FROM published_weeks WHERE status <> 'BACKFILLED')"
)
CALL_LIST = """
CREATE VIEW weekly_call_list AS
SELECT pair.week_start, pair.window_start, pair.window_end,
       pair.customer_id, COALESCE(customer.label, pair.customer_id) AS customer,
       customer.customer_type, customer.region_id, customer.zone_id,
       customer.deliveries_per_week, customer.visits_per_week, customer.usual_weekday,
       pair.product_id, COALESCE(product.label, pair.product_id) AS product,
       product.brand, product.category, product.sub_category, product.segment,
       product.package, product.size,
       pair.rank, pair.probability,
       pair.expected_items, pair.items_low, pair.items_high, pair.mean_items,
       pair.status, pair.data_through
FROM latest_weekly_predictions AS pair
LEFT JOIN customers AS customer ON customer.customer_id = pair.customer_id
LEFT JOIN products AS product ON product.product_id = pair.product_id
WHERE pair.will_buy
"""


def upgrade() -> None:
    """Make the tables, add the columns, and make the views that read them."""
    _table("customers", "customer_id", "customer, as delivered", CUSTOMER_COLUMNS)
    _table("products", "product_id", "product, as delivered", PRODUCT_COLUMNS)
    op.execute("DROP VIEW latest_weekly_predictions")
    for name, comment in QUANTITIES.items():
        op.add_column(
            "weekly_predictions", sa.Column(name, sa.Float, nullable=True, comment=comment)
        )
    op.execute(LATEST)
    op.execute(CALL_LIST)


CUSTOMER_COLUMNS = {
    "customer_name": (sa.String, "name, where one is delivered"),
    "customer_type": (sa.String, "type, as delivered"),
    "region_id": (sa.String, "region"),
    "zone_id": (sa.String, "zone"),
    "latitude": (sa.Float, "degrees"),
    "longitude": (sa.Float, "degrees"),
    "deliveries_per_week": (sa.Float, "deliveries a week"),
    "visits_per_week": (sa.Float, "visits a week"),
    "usual_weekday": (
        sa.Integer,
        "weekday with most of its order days of the last half year, 1 = Monday",
    ),
}
PRODUCT_COLUMNS = {
    "product_name": (sa.String, "name, where one is delivered"),
    "brand": (sa.String, "brand"),
    "category": (sa.String, "category"),
    "sub_category": (sa.String, "category within it"),
    "segment": (sa.String, "price segment"),
    "package": (sa.String, "package"),
    "size": (sa.Float, "litres"),
}
LABELS = {
    "customers": "how people read it: its name, else its type and zone",
    "products": "how people read it: its name, else its brand, package and size",
}
QUANTITIES = {
    "expected_items": "items in the window if the pair is bought: half of such purchases are of "
    "more; empty for a customer without history",
    "items_low": "one of twenty such purchases is of fewer items",
    "items_high": "one of twenty such purchases is of more items",
    "mean_items": "mean of such purchases; probability * mean_items adds up over pairs, as stock",
}


def _table(name: str, key: str, comment: str, columns: dict[str, tuple[type, str]]) -> None:
    op.create_table(
        name,
        sa.Column(key, sa.String, primary_key=True, comment=comment),
        sa.Column("label", sa.String, nullable=False, comment=LABELS[name]),
        *(sa.Column(column, kind, comment=said) for column, (kind, said) in columns.items()),
        comment=f"One row per {name[:-1]}: the newest accepted values; written together with a "
        "week.",
    )
