"""Pictures of the monitoring page: inline SVG, drawn on the server."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

WIDTH, HEIGHT = 520, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 30

Series = Mapping[str, Sequence[float | None]]


def line_chart(
    labels: Sequence[str], series: Series, title: str, limit: float | None = None
) -> Markup:
    """Lines over `labels`; a missing value leaves a gap, `limit` is a dashed line."""
    values = [value for line in series.values() for value in line if value is not None]
    top = _top([*values, 1.2 * (limit or 0)])
    parts = [_axes(labels, top)]
    if limit is not None:
        y = _y(limit, top)
        parts.append(
            Markup('<line class="pa-limit" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
                LEFT, WIDTH - RIGHT, y, y
            )
        )
    for number, (name, line) in enumerate(series.items()):
        parts.append(_line(f"pa-s{number}", name, labels, line, top))
    return _svg(title, parts)


def bar_chart(labels: Sequence[str], series: Series, title: str) -> Markup:
    """Bars over `labels`, one series on top of the other."""
    columns = list(zip(*series.values(), strict=True))
    top = _top([sum(value or 0 for value in column) for column in columns])
    wide = min(40.0, 0.7 * (WIDTH - LEFT - RIGHT) / max(1, len(labels)))
    parts = [_axes(labels, top)]
    for place, (label, column) in enumerate(zip(labels, columns, strict=True)):
        base = 0.0
        for number, (name, value) in enumerate(zip(series, column, strict=True)):
            upper = base + (value or 0)
            parts.append(
                Markup(
                    '<rect class="pa-s{}" fill="currentColor" x="{}" y="{}" width="{}" '
                    'height="{}"><title>{}: {} {:,.0f}</title></rect>'
                ).format(
                    number,
                    round(_x(place, len(labels)) - wide / 2, 1),
                    _y(upper, top),
                    round(wide, 1),
                    round(_y(base, top) - _y(upper, top), 1),
                    label,
                    name,
                    value or 0,
                )
            )
            base = upper
    return _svg(title, parts)


def _line(
    style: str, name: str, labels: Sequence[str], line: Sequence[float | None], top: float
) -> Markup:
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


def _svg(title: str, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, title, Markup("").join(parts)
    )


def _axes(labels: Sequence[str], top: float) -> Markup:
    parts = []
    for share in (0, 0.5, 1):
        y = _y(share * top, top)
        parts.append(
            Markup(
                '<line class="pa-axis" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                '<text x="{}" y="{}" text-anchor="end">{}</text>'
            ).format(LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4, _number(share * top))
        )
    every = max(1, -(-len(labels) // 6))
    for place in range(0, len(labels), every):
        parts.append(
            Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
                _x(place, len(labels)), HEIGHT - 10, labels[place]
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
