"""What data scientists import, and that to import it costs nothing."""

import subprocess
import sys
from datetime import timedelta

import pytest

import purchase_assets as pa
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets_tests.planted import WEEK, fill, make_project


@pytest.fixture
def planted(tmp_path, monkeypatch):
    reports, settings = make_project(tmp_path)
    fill(reports, settings)
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", settings.data)


def test_a_published_week_is_a_frame(planted):
    rows = pa.predictions(str(WEEK))
    assert {"customer_id", "product_id", "probability", "will_buy"} <= set(rows)
    assert len(rows)


def test_what_is_not_there_is_said(planted):
    with pytest.raises(PurchaseAssetsError, match="is not published"):
        pa.predictions(str(WEEK + timedelta(weeks=9)))
    with pytest.raises(PurchaseAssetsError, match="no order line has been accepted"):
        pa.sales()
    with pytest.raises(AttributeError):
        pa.nothing  # noqa: B018


def test_the_import_loads_nothing_heavy():
    said = "import sys, purchase_assets; print({'pandas', 'mlflow', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
