"""Numbers in sentences stand as each language writes them."""

import numpy as np
import pytest

from purchase_assets.text import ROWS, Text, counted


@pytest.mark.parametrize(
    ("fact", "how", "en", "es"),
    [
        (0.3, ":.2f", "0.30", "0,30"),
        (0.8, "", "0.8", "0,8"),
        (np.float64(0.0142), ":+.1%", "+1.4%", "+1,4%"),
        (1234.5, ":,.1f", "1,234.5", "1.234,5"),
        (12_000, ":,", "12,000", "12.000"),
        (2024, "", "2024", "2024"),
        ("v1.2", "", "v1.2", "v1.2"),
        (True, "", "True", "True"),
        (Text("one.", "uno."), "", "one.", "uno."),
    ],
)
def test_a_fact_in_a_sentence(fact, how, en, es):
    assert Text.same(f"{{fact{how}}}").format(fact=fact) == Text(en, es)


def test_what_is_counted():
    assert counted(1200, ROWS) == Text("1,200 rows", "1.200 filas")
