"""How far expected and actual purchases may lie apart; plain Python, for the sensors, too."""

CALIBRATION_BOUNDS = (0.8, 1.25)
"""Expected purchases for each that was made: what the gate accepts of a challenger."""


def misjudged(calibration: float) -> int:
    """1 when too many purchases were expected, -1 when too few, else 0, also when unknown."""
    low, high = CALIBRATION_BOUNDS
    return int(calibration > high) - int(calibration < low)


def is_calibrated(calibration: float) -> bool:
    """Whether expected purchases are within the bounds of what was bought."""
    low, high = CALIBRATION_BOUNDS
    return low <= calibration <= high
