"""Customers and products as people read them."""

import pyarrow as pa
import pytest

from purchase_assets.project import Project
from purchase_assets.workflows.readable_masters import readable_masters


@pytest.fixture
def project(settings) -> Project:
    return Project(settings)


def test_a_name_is_the_label_and_attributes_stand_in_for_it(project):
    project.lake.write(
        "products",
        pa.table(
            {
                "product_id": ["1", "2", "3", "4"],
                "brand": ["Brand 31", "Brand 31", "Brand 2", None],
                "package": ["BOTELLA", "LATA", None, None],
                "size": [1.0, None, 0.33, None],
                "product_name": [None, "Cola Zero", None, None],
            }
        ),
    )
    products = readable_masters(project)["products"]
    assert products["label"].tolist() == [
        "Brand 31, BOTELLA 1 L",
        "Cola Zero",
        "Brand 2, 0.33 L",
        "4",
    ]


def test_a_table_of_before_names_were_taken_gives_labels(project):
    project.lake.write(
        "customers",
        pa.table({"customer_id": ["7"], "customer_type": ["ABARROTES"], "zone_id": ["5148"]}),
    )
    frames = readable_masters(project)
    assert frames["customers"]["label"].tolist() == ["ABARROTES, 5148"]
    assert frames["customers"]["customer_name"].isna().all()
    assert "products" not in frames
