"""The forecast of one customer: `ask`."""

from typing import Annotated

import typer

from purchase_assets.commands.graph import open_project
from purchase_assets.commands.output import Json, print_rows, refuse

app = typer.Typer()


@app.command()
def ask(
    customer: Annotated[str, typer.Option(help="Customer id.")],
    product: Annotated[str, typer.Option(help="Product id; all of the list if left out.")] = "",
    as_json: Json = False,
) -> None:
    """Say what a customer will probably buy in the newest forecast week.

    Example: purchase-assets ask --customer 245976 --product 1304
    """
    rows = open_project().reports.rows(
        "SELECT week_start, window_start, window_end, customer_id, product_id, probability, "
        "will_buy, rank, weeks_bought_of_8, days_since_last, usual_gap_days, source, "
        "model_version, data_through, status FROM latest_weekly_predictions "
        "WHERE customer_id = :customer AND (:product = '' OR product_id = :product) "
        "ORDER BY rank",
        customer=customer,
        product=product,
    )
    if not rows:
        what = f"customer {customer!r}" + (f" and product {product!r}" if product else "")
        refuse(
            f"the newest forecast has nothing on {what}; expected ids as in the sales files; "
            "see `purchase-assets uploads` for what was taken in"
        )
    print_rows(rows, as_json, "")
