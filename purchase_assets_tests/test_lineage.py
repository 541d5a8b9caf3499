"""A change of the graph is seen in review: what Dagster is told stands in lineage.json."""

from purchase_assets_tests.lineage import COMMAND, PAGE, lineage


def test_the_graph_is_the_one_that_was_reviewed():
    assert PAGE.read_text("utf-8") == lineage(), f"the graph has changed; if so meant: {COMMAND}"
