"""The same feature expressions on Spark give the same values."""

import os
import shutil
import sys
from datetime import date

import ibis
import pandas as pd
import pytest

from purchase_assets.forecasting.feature_frames import feature_frame
from purchase_assets.forecasting.features import KEYS, candidate_features, labelled
from purchase_assets.weeks import Window

pyspark = pytest.importorskip("pyspark", reason="the spark extra is not installed")
pytestmark = pytest.mark.skipif(
    shutil.which("java") is None and "JAVA_HOME" not in os.environ, reason="no Java runtime"
)


@pytest.fixture(scope="module")
def spark():
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable)
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")  # for a short run
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    yield session
    session.stop()


def test_spark_equals_duckdb(spark, shop):
    windows = [Window(date(2024, 11, 10), 7), Window(date(2024, 11, 17), 7)]
    few = shop.sales["customer_id"].isin(sorted(shop.sales["customer_id"].unique())[:6])
    sales = shop.sales[few & (shop.sales["day"] >= date(2024, 9, 1))]
    connection = ibis.pyspark.connect(spark)
    tables = {}
    named = {"daily_sales": sales, "customers": shop.customers, "products": shop.products}
    for name, frame in named.items():
        spark.createDataFrame(frame).createOrReplaceTempView(name)
        tables[name] = connection.table(name)
    found = tables.pop("daily_sales")
    query = labelled(candidate_features(found, windows, **tables), found, windows)
    on_spark = query.to_pandas().sort_values(list(KEYS), ignore_index=True)
    on_duckdb = feature_frame(
        sales, windows, customers=shop.customers, products=shop.products, with_labels=True
    )
    assert len(on_duckdb) > 20
    for frame in (on_spark, on_duckdb):
        frame["cutoff"] = pd.to_datetime(frame["cutoff"])
    texts = on_duckdb.select_dtypes("category").columns
    on_duckdb[texts] = on_duckdb[texts].astype(object)
    pd.testing.assert_frame_equal(on_spark, on_duckdb, check_dtype=False, rtol=1e-5)
