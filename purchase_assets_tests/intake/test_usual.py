"""What is usual for one sender is news from another."""

import pytest

from purchase_assets.intake.rules.usual import beyond_usual, usual_limit

REAL_WEEKS = [0.142, 0.171, 0.155, 0.163, 0.149, 0.178, 0.152, 0.166]
"""A retailer that never knows every customer."""


@pytest.mark.parametrize("share", [0.14, 0.18, 0.19])
def test_a_share_like_that_of_the_last_weeks_is_no_news(share):
    assert not beyond_usual(share, REAL_WEEKS, 0.02)


@pytest.mark.parametrize("share", [0.25, 0.4])
def test_a_share_above_the_senders_own_history_is_news(share):
    assert beyond_usual(share, REAL_WEEKS, 0.02)


def test_without_history_the_tolerated_share_decides():
    assert not beyond_usual(0.02, [], 0.02)
    assert beyond_usual(0.021, [], 0.02)


def test_a_clean_sender_is_tolerated_as_much_as_any():
    assert not beyond_usual(0.01, [0.0] * 8, 0.02)
    assert beyond_usual(0.03, [0.0] * 8, 0.02)


def test_one_file_is_history_enough():
    assert not beyond_usual(0.18, [0.15], 0.02)
    assert beyond_usual(0.20, [0.15], 0.02)


def test_one_bad_file_does_not_make_the_next_one_usual():
    assert beyond_usual(0.3, [0.01, 0.01, 0.3, 0.01, 0.01], 0.02)


def test_a_lasting_change_becomes_usual_within_half_of_the_files_remembered():
    changed = [0.0] * 8 + [0.15] * 5
    assert not beyond_usual(0.16, changed, 0.02)
    assert beyond_usual(0.16, changed[:-2], 0.02)


def test_only_the_last_files_count():
    assert usual_limit([0.9] * 20 + [0.0] * 8, 0.02) == 0.02
