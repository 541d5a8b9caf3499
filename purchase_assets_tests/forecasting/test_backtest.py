"""The backtest is honest, keeps its contract and works on a transactions file alone."""

import os
from datetime import date
from pathlib import Path

import pytest

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting import model
from purchase_assets.forecasting.backtest import backtest
from purchase_assets.settings import ForecastSettings
from purchase_assets.weeks import Window
from purchase_assets_tests.places import ROOT

pytestmark = pytest.mark.slow  # it trains
SETTINGS = ForecastSettings(training_windows=8, threads=1)
KEYS = [
    "window_start",
    "window_end",
    "f1",
    "precision",
    "recall",
    "average_precision",
    "baseline_f1",
    "pairs_true",
    "pairs_predicted",
]
WINDOWS = [
    Window(date(2024, 11, 26), 5),
    Window(date(2024, 11, 17), 7),
    Window(date(2024, 11, 24), 7),
]


@pytest.fixture(scope="module", autouse=True)
def _quick():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(model.PARAMETERS, "max_iter", 20)
        yield


def test_later_sales_change_nothing_and_windows_keep_their_order(shop):
    said = []
    rows = backtest(
        shop.sales,
        WINDOWS,
        customers=shop.customers,
        products=shop.products,
        settings=SETTINGS,
        progress=lambda message, share: said.append(share),
    )
    assert [list(row) for row in rows] == [KEYS] * 3
    assert [row["window_start"] for row in rows] == [w.start.isoformat() for w in WINDOWS]
    assert said == sorted(said)
    assert said[-1] == 1.0
    for window, row in list(zip(WINDOWS, rows, strict=True))[:2]:
        until = shop.sales[shop.sales["day"] <= window.end]
        alone = backtest(
            until,
            [window],
            customers=shop.customers,
            products=shop.products,
            settings=SETTINGS,
        )
        assert alone == [row]


def test_a_window_beyond_the_sales_says_so(shop):
    with pytest.raises(PurchaseAssetsError, match="lies beyond the sales, which are known to"):
        backtest(shop.sales, [Window(date(2099, 1, 4), 7)], settings=SETTINGS)


def test_transactions_alone_beat_the_baseline(shop):
    [row] = backtest(shop.sales, WINDOWS[1:2], settings=SETTINGS)
    assert row["f1"] > row["baseline_f1"]
    assert row["pairs_true"] > 0


def _real_data() -> Path | None:
    named = os.environ.get("PURCHASE_ASSETS_REAL_DATA")
    folder = Path(named) if named else ROOT.parent / "shared/data/sodai"
    return folder if (folder / "transacciones.parquet").exists() else None


@pytest.mark.skipif(_real_data() is None, reason="the real sales files are not here")
def test_beats_the_baseline_on_a_real_week():
    import duckdb

    folder = _real_data()
    sales = duckdb.sql(
        f"""
        select customer_id::varchar customer_id, product_id::varchar product_id,
               purchase_date::date as day, sum(greatest(items, 0)) items_bought,
               -sum(least(items, 0)) items_returned, count(*) as lines
        from (select distinct customer_id, product_id, order_id, purchase_date, items
              from '{folder}/transacciones.parquet' where purchase_date >= '2024-07-01')
        group by all
        """
    ).to_arrow_table()
    [row] = backtest(sales, [Window(date(2024, 12, 1), 7)], settings=SETTINGS)
    assert row["f1"] > row["baseline_f1"] + 0.005
    assert row["pairs_true"] == 4947
