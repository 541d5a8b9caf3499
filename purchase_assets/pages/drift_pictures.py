"""Small inline SVG pictures: a column then and now, and its score over the weeks."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd

from purchase_assets.drift.monitored_frames import CATEGORICAL

THEN, NOW, LIMIT = "#9aa5b1", "#1f6feb", "#c0392b"
WIDTH, HEIGHT = 460, 180
MAX_CATEGORIES = 8
BINS = 20


def then_and_now(kind: str, reference: pd.Series, current: pd.Series, title: str) -> str:
    """Shares of the reference's (grey) and the week's (blue) values, side by side.

    The categories that differ most come first; numbers are binned between the 1st and the 99th
    percentile of both, with what lies beyond in the outer bins.
    """
    if kind == CATEGORICAL:
        labels, then, now = _category_shares(reference, current)
    else:
        labels, then, now = _bin_shares(reference, current)
    top = max(float(then.max()), float(now.max()), 1e-9)
    step = (WIDTH - 20) / len(labels)
    base, tall = HEIGHT - 44, HEIGHT - 60
    parts = []
    for number, label in enumerate(labels):
        left = 10 + number * step
        for share, colour, shift in ((then[number], THEN, 0.08), (now[number], NOW, 0.5)):
            height = tall * float(share) / top
            parts.append(
                f'<rect x="{left + shift * step:.1f}" y="{base - height:.1f}" '
                f'width="{0.42 * step:.1f}" height="{height:.1f}" fill="{colour}">'
                f"<title>{escape(label)}: {share:.1%}</title></rect>"
            )
        if label and (kind == CATEGORICAL or number % 5 == 0 or number == len(labels) - 1):
            short = label if len(label) <= 9 else label[:8] + "…"
            parts.append(_text(left + step / 2, HEIGHT - 28, short, "middle"))
    return _svg(parts, title)


def scores_over_weeks(
    weeks: Sequence[str], scores: Sequence[float], thresholds: Sequence[float], title: str
) -> str:
    """A column's score per week (blue) under its threshold (red, dashed)."""
    top = 1.1 * max([v for v in (*scores, *thresholds) if np.isfinite(v)], default=1.0)
    step = (WIDTH - 60) / max(len(weeks) - 1, 1)

    def points(values: Sequence[float]) -> str:
        return " ".join(
            f"{45 + number * step:.1f},{HEIGHT - 44 - (HEIGHT - 60) * value / top:.1f}"
            for number, value in enumerate(values)
            if np.isfinite(value)
        )

    parts = [
        f'<polyline points="{points(thresholds)}" fill="none" stroke="{LIMIT}" '
        'stroke-dasharray="5 4"/>',
        f'<polyline points="{points(scores)}" fill="none" stroke="{NOW}" stroke-width="2"/>',
        *(
            f'<circle cx="{point.split(",")[0]}" cy="{point.split(",")[1]}" r="3" fill="{NOW}"/>'
            for point in points(scores).split()
        ),
        _text(40, 20, f"{top:.2f}", "end"),
        _text(40, HEIGHT - 44, "0", "end"),
        _text(45, HEIGHT - 28, weeks[0], "start"),
        _text(WIDTH - 10, HEIGHT - 28, weeks[-1] if len(weeks) > 1 else "", "end"),
    ]
    return _svg(parts, title)


def _category_shares(
    reference: pd.Series, current: pd.Series
) -> tuple[list[str], np.ndarray, np.ndarray]:
    shares = pd.DataFrame(
        {
            "then": reference.value_counts(normalize=True),
            "now": current.value_counts(normalize=True),
        }
    ).fillna(0.0)
    differs = (shares["now"] - shares["then"]).abs().sort_values(ascending=False)
    shares = shares.loc[differs.index[:MAX_CATEGORIES]]
    return [str(name) for name in shares.index], shares["then"].to_numpy(), shares["now"].to_numpy()


def _bin_shares(
    reference: pd.Series, current: pd.Series
) -> tuple[list[str], np.ndarray, np.ndarray]:
    both = pd.concat([reference, current])
    low, high = both.quantile(0.01), both.quantile(0.99)
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    then, now = (
        np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / len(values)
        for values in (reference, current)
    )
    return [f"{edge:.3g}" for edge in edges[:-1]], then, now


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="11" '
        f'fill="#52606d">{escape(text)}</text>'
    )


def _svg(parts: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )
