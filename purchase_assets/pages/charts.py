"""Pictures of the pages: inline SVG, drawn on the server."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

WIDTH, HEIGHT = 520, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30
LABELS, LABEL_LENGTH = 8, 10
"""Labels below a picture, and characters of one, that fit beside each other."""

SMALL_WIDTH, SMALL_HEIGHT = 220, 70

Line = Sequence[float | None]
Series = Mapping[str, Line]


class Picture(NamedTuple):
    """A drawing with its title, and what its colours mean: classes of the style, with names."""

    title: str
    svg: Markup
    legend: Sequence[tuple[str, str]]


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Series,
    limit: tuple[str, Line] | None = None,
    band: tuple[str, Line, Line] | None = None,
) -> Picture:
    """Lines over `labels`; a missing value leaves a gap, `limit` is named and drawn dashed.

    `band` is named, too: from its lower to its upper values, behind the lines.
    """
    name, limits = limit or ("", [])
    lines = [*series.values(), *(band[1:] if band else ())]
    values = [value for line in lines for value in line if value is not None]
    top = _top([*values, *(1.2 * limit for limit in limits if limit is not None)])
    parts = [_axes(labels, top)]
    if band is not None:
        parts.append(_band(*band[1:], top))
    parts += [
        _line(f"pa-s{number}", name, labels, line, top)
        for number, (name, line) in enumerate(series.items())
    ]
    if limit is not None:
        parts.append(_limit_line(limits, top))
    legend = [*_legend(series), *([("pa-limit", name)] if limit else [])]
    legend += [("pa-band", band[0])] if band else []
    return Picture(title, _svg(title, parts), legend)


def bar_chart(
    title: str,
    labels: Sequence[str],
    series: Series,
    *,
    stacked: bool = True,
    unit: str = "",
) -> Picture:
    """Bars over `labels`, one series on top of the other, or side by side.

    Parameters
    ----------
    unit : str
        % for shares of 1.
    """
    columns = list(zip(*series.values(), strict=True))
    top = _top([(sum if stacked else max)(v or 0 for v in column) for column in columns])
    wide = min(40.0, 0.7 * (WIDTH - LEFT - RIGHT) / max(1, len(labels)))
    each = wide if stacked else wide / len(series)
    parts = [_axes(labels, top, unit)]
    for place, (label, column) in enumerate(zip(labels, columns, strict=True)):
        base, left = 0.0, _x(place, len(labels)) - wide / 2
        for number, (name, value) in enumerate(zip(series, column, strict=True)):
            parts.append(
                Markup(
                    '<rect class="pa-s{}" fill="currentColor" x="{}" y="{}" width="{}" '
                    'height="{}"><title>{}: {} {}</title></rect>'
                ).format(
                    number,
                    round(left + (0 if stacked else number * each), 1),
                    _y(base + (value or 0), top),
                    round(each, 1),
                    round(_y(base, top) - _y(base + (value or 0), top), 1),
                    label,
                    name,
                    f"{value or 0:.1%}" if unit else f"{value or 0:,.0f}",
                )
            )
            base += (value or 0) if stacked else 0
    return Picture(title, _svg(title, parts), _legend(series))


def histogram(title: str, heights: Sequence[int]) -> Picture:
    """The shape of a column's numbers, small and without axes."""
    top, wide = max([*heights, 1]), SMALL_WIDTH / max(len(heights), 1)
    bars = [
        Markup('<rect x="{}" y="{}" width="{}" height="{}"/>').format(
            round(place * wide, 1),
            round(SMALL_HEIGHT * (1 - height / top), 1),
            round(wide - 1, 1),
            round(SMALL_HEIGHT * height / top, 1),
        )
        for place, height in enumerate(heights)
    ]
    shape = Markup('<g class="pa-s0" fill="currentColor">{}</g>').format(Markup("").join(bars))
    return Picture(title, _svg(title, [shape], SMALL_WIDTH, SMALL_HEIGHT), [])


def _legend(series: Series) -> list[tuple[str, str]]:
    return [(f"pa-s{number}", name) for number, name in enumerate(series)]


def _band(low: Line, high: Line, top: float) -> Markup:
    """A bar from the lower to the upper value of each place that has both."""
    wide = 0.6 * (WIDTH - LEFT - RIGHT) / max(1, len(low))
    bars = [
        Markup('<rect class="pa-band" x="{}" y="{}" width="{}" height="{}"/>').format(
            round(_x(place, len(low)) - wide / 2, 1),
            _y(highest, top),
            round(wide, 1),
            round(_y(lowest, top) - _y(highest, top), 1),
        )
        for place, (lowest, highest) in enumerate(zip(low, high, strict=True))
        if lowest is not None and highest is not None
    ]
    return Markup("").join(bars)


def _limit_line(limits: Line, top: float) -> Markup:
    """Through all the limits and on to both edges, so that a single one is seen, too."""
    heights = [
        (_x(place, len(limits)), _y(limit, top))
        for place, limit in enumerate(limits)
        if limit is not None
    ]
    if not heights:
        return Markup("")
    ends = (LEFT, heights[0][1]), (WIDTH - RIGHT, heights[-1][1])
    points = " ".join(f"{x},{y}" for x, y in (ends[0], *heights, ends[1]))
    return Markup('<polyline class="pa-limit" fill="none" points="{}"/>').format(points)


def _line(style: str, name: str, labels: Sequence[str], line: Line, top: float) -> Markup:
    points = [
        (_x(place, len(labels)), _y(value, top), labels[place], value)
        for place, value in enumerate(line)
        if value is not None
    ]
    path = " ".join(f"{x},{y}" for x, y, _, _ in points)
    dots = Markup("").join(
        Markup(
            '<circle fill="currentColor" cx="{}" cy="{}" r="3.5">'
            "<title>{}: {} {:.3f}</title></circle>"
        ).format(x, y, label, name, value)
        for x, y, label, value in points
    )
    return Markup(
        '<g class="{}"><polyline fill="none" stroke="currentColor" stroke-width="2" '
        'points="{}"/>{}</g>'
    ).format(style, path, dots)


def _svg(title: str, parts: Sequence[Markup], width: int = WIDTH, height: int = HEIGHT) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, title, Markup("").join(parts)
    )


def _axes(labels: Sequence[str], top: float, unit: str = "") -> Markup:
    parts = []
    for share in (0, 0.5, 1):
        y = _y(share * top, top)
        parts.append(
            Markup(
                '<line class="pa-axis" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                '<text x="{}" y="{}" text-anchor="end">{}</text>'
            ).format(
                *(LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4),
                f"{share * top:.0%}" if unit else _number(share * top),
            )
        )
    every = max(1, -(-len(labels) // LABELS))
    for place in range(0, len(labels), every):
        label = labels[place]
        short = label if len(label) <= LABEL_LENGTH else f"{label[: LABEL_LENGTH - 1]}…"
        parts.append(
            Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
                _x(place, len(labels)), HEIGHT - 10, short
            )
        )
    return Markup("").join(parts)


def _x(place: int, count: int) -> float:
    return round(LEFT + (place + 0.5) * (WIDTH - LEFT - RIGHT) / max(1, count), 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top, 1)


def _top(values: Sequence[float]) -> float:
    """The next round number above every value."""
    largest = max([*values, 0.0])
    if largest == 0:
        return 1.0
    scale = 10.0 ** (len(str(int(largest))) - 1) if largest >= 1 else 0.1
    return next(scale * step for step in (1, 2, 3, 4, 5, 6, 8, 10) if scale * step >= largest)


def _number(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:,.0f}k"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"
