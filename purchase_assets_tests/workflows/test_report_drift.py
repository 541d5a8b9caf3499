"""What drift looks at of a large distributor: the lines of some customers, whole and the same."""

from datetime import date, datetime, timedelta

import pandas as pd
import pyarrow as pa

from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.workflows import report_drift


def test_lines_are_those_of_some_customers_and_of_the_same_in_every_week(tmp_path):
    project = Project(Settings(_env_file=None, data=str(tmp_path)))
    days = [datetime(2024, 12, 2, 10) + timedelta(days=number) for number in range(14)]
    lines = pd.DataFrame(
        [
            {"customer_id": f"shop {shop}", "product_id": "cola", "order_id": "1"}
            | {"purchase_date": day, "items": 1.0, "upload_key": "a"}
            for day in days
            for shop in range(200)
        ]
    )
    table = pa.Table.from_pandas(lines, preserve_index=False)
    moments = table["purchase_date"].cast(pa.timestamp("us"))
    table = table.set_column(table.column_names.index("purchase_date"), "purchase_date", moments)
    project.lake.write("transactions", table, partition={"upload_key": "a"})

    def of_week(sunday: date, share: float) -> pd.Series:
        found = report_drift._lines(project, sunday, 7, None, share)
        assert list(found) == report_drift.LINE
        return found.groupby("customer_id").size()

    first, second = (of_week(date(2024, 12, day), 0.4) for day in (8, 15))
    assert 60 < len(first) < 100
    assert set(first.index) == set(second.index)
    assert set(first) == {7}  # all of a customer's lines
    assert len(of_week(date(2024, 12, 8), 1.0)) == 200
    assert set(first.index) < set(of_week(date(2024, 12, 8), 0.6).index)
