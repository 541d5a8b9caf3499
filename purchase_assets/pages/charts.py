"""Pictures of the pages: inline SVG, drawn on the server.

An axis ends where ordinary values do: what lies far beyond is drawn at its end as ▲ with its value,
so that one odd week does not flatten all the others.
"""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from markupsafe import Markup

from purchase_assets.pages import wording
from purchase_assets.pages.labels import label
from purchase_assets.text import Language

WIDTH, HEIGHT = 520, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 22, 30
LABELS, LABEL_LENGTH = 8, 10
"""Labels below a picture, and characters of one, that fit beside each other."""

ODD = 4
"""Values beyond this multiple of the median, and of the limit, do not stretch an axis."""

SMALL_WIDTH, SMALL_HEIGHT = 220, 70

Line = Sequence[float | None]
Series = Mapping[str, Line]


class Picture(NamedTuple):
    """A drawing with its title, what its colours mean, and what else is to be known.

    `legend` holds classes of the style, with names.
    """

    title: str
    svg: Markup
    legend: Sequence[tuple[str, str]] = ()
    note: str = ""


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Series,
    limit: tuple[str, Line] | None = None,
    band: tuple[str, Line, Line] | None = None,
    *,
    language: Language,
) -> Picture:
    """Lines over `labels`; a missing value leaves a gap, `limit` is named and drawn dashed.

    `band` is named, too: from its lower to its upper values, behind the lines.
    """
    name, limits = limit or ("", [])
    lines = [*series.values(), *(band[1:] if band else ())]
    values = [value for line in lines for value in line if value is not None]
    known = [value for value in limits if value is not None]
    axis = _Axis.of(values, known, len(labels), language)
    parts = [axis.drawn(labels)]
    if band is not None:
        parts.append(axis.band(*band[1:]))
    parts += [
        axis.line(f"pa-s{number}", name, labels, line)
        for number, (name, line) in enumerate(series.items())
    ]
    if limit is not None:
        parts.append(axis.limit(limits))
    legend = [*_legend(series), *([("pa-limit", name)] if limit else [])]
    legend += [("pa-band", band[0])] if band else []
    return Picture(title, _svg(title, parts), legend, axis.note(values))


def bar_chart(
    title: str,
    labels: Sequence[str],
    series: Series,
    *,
    language: Language,
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
    heights = [(sum if stacked else max)(value or 0 for value in column) for column in columns]
    axis = _Axis.of(heights, [], len(labels), language, unit)
    wide = min(40.0, 0.7 * (WIDTH - LEFT - RIGHT) / max(1, len(labels)))
    each = wide if stacked else wide / len(series)
    parts = [axis.drawn(labels)]
    for place, (label_, column) in enumerate(zip(labels, columns, strict=True)):
        base, left = 0.0, axis.x(place) - wide / 2
        for number, (name, value) in enumerate(zip(series, column, strict=True)):
            upper, lower = axis.y(base + (value or 0)), axis.y(base)
            parts.append(
                Markup(
                    '<rect class="pa-s{}" fill="currentColor" x="{}" y="{}" width="{}" '
                    'height="{}"><title>{}: {} {}</title></rect>'
                ).format(
                    number,
                    round(left + (0 if stacked else number * each), 1),
                    upper,
                    round(each, 1),
                    round(lower - upper, 1),
                    label_,
                    name,
                    axis.said(value or 0, exactly=True),
                )
            )
            base += (value or 0) if stacked else 0
        if heights[place] > axis.top:
            parts.append(axis.beyond(place, heights[place]))
    return Picture(title, _svg(title, parts), _legend(series), axis.note(heights))


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
    return Picture(title, _svg(title, [shape], SMALL_WIDTH, SMALL_HEIGHT))


class _Axis(NamedTuple):
    """The scale of a picture: `places` from left to right, 0 to `top` upwards."""

    top: float
    places: int
    language: Language
    unit: str

    @classmethod
    def of(
        cls,
        values: Sequence[float],
        limits: Sequence[float],
        places: int,
        language: Language,
        unit: str = "",
    ) -> "_Axis":
        """The scale that ordinary values and limits need."""
        ordinary = ODD * max([median(values or [0.0]), *limits])
        shown = [value for value in values if value <= ordinary] if ordinary else values
        top = _round_top([*shown, *(1.2 * limit for limit in limits)])
        return cls(top, places, language, unit)

    def x(self, place: int) -> float:
        return round(LEFT + (place + 0.5) * (WIDTH - LEFT - RIGHT) / max(1, self.places), 1)

    def y(self, value: float) -> float:
        share = min(value, self.top) / self.top
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share, 1)

    def said(self, value: float, *, exactly: bool = False) -> str:
        """A value in few characters, or with all that are worth reading."""
        if self.unit:
            share = wording.decimal(100 * value, 1 if exactly else 0, self.language)
            return f"{share}{' ' if self.language == 'es' else ''}{self.unit}"
        if value >= 10_000 and not exactly:
            return f"{wording.decimal(value / 1000, 0, self.language)}k"
        whole = value == int(value) or value >= 1000
        places = 0 if whole else 3 if exactly else 1 if value >= 10 else 2
        return wording.decimal(value, places, self.language)

    def note(self, values: Sequence[float]) -> str:
        """What the marks at the end of the axis mean, where there are any."""
        return label("beyond", self.language) if any(v > self.top for v in values) else ""

    def beyond(self, place: int, value: float) -> Markup:
        """The mark of a value that the axis does not reach."""
        return Markup(
            '<text class="pa-beyond" x="{}" y="{}" text-anchor="middle">▲ {}</text>'
        ).format(min(max(self.x(place), LEFT + 24), WIDTH - RIGHT - 24), TOP - 8, self.said(value))

    def drawn(self, labels: Sequence[str]) -> Markup:
        """The lines of 0, the middle and the top, and the labels that fit."""
        parts = []
        for share in (0, 0.5, 1):
            y = self.y(share * self.top)
            parts.append(
                Markup(
                    '<line class="pa-axis" x1="{}" x2="{}" y1="{}" y2="{}"/>'
                    '<text x="{}" y="{}" text-anchor="end">{}</text>'
                ).format(*(LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4), self.said(share * self.top))
            )
        for place in range(0, len(labels), max(1, -(-len(labels) // LABELS))):
            text = labels[place]
            short = text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"
            parts.append(
                Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
                    self.x(place), HEIGHT - 10, short
                )
            )
        return Markup("").join(parts)

    def band(self, low: Line, high: Line) -> Markup:
        """A bar from the lower to the upper value of each place that has both."""
        wide = 0.6 * (WIDTH - LEFT - RIGHT) / max(1, self.places)
        bars = [
            Markup('<rect class="pa-band" x="{}" y="{}" width="{}" height="{}"/>').format(
                round(self.x(place) - wide / 2, 1),
                self.y(highest),
                round(wide, 1),
                round(self.y(lowest) - self.y(highest), 1),
            )
            for place, (lowest, highest) in enumerate(zip(low, high, strict=True))
            if lowest is not None and highest is not None
        ]
        return Markup("").join(bars)

    def line(self, style: str, name: str, labels: Sequence[str], line: Line) -> Markup:
        """One series, with a dot per value."""
        known = [(place, value) for place, value in enumerate(line) if value is not None]
        path = " ".join(f"{self.x(place)},{self.y(value)}" for place, value in known)
        dots = Markup("").join(
            Markup(
                '<circle fill="currentColor" cx="{}" cy="{}" r="3.5">'
                "<title>{}: {} {}</title></circle>"
            ).format(
                self.x(place), self.y(value), labels[place], name, self.said(value, exactly=True)
            )
            for place, value in known
        )
        beyond = Markup("").join(
            self.beyond(place, value) for place, value in known if value > self.top
        )
        return Markup(
            '<g class="{}"><polyline fill="none" stroke="currentColor" stroke-width="2" '
            'points="{}"/>{}{}</g>'
        ).format(style, path, dots, beyond)

    def limit(self, limits: Line) -> Markup:
        """Through all the limits and on to both edges, so that a single one is seen, too."""
        heights = [
            (self.x(place), self.y(limit))
            for place, limit in enumerate(limits)
            if limit is not None
        ]
        if not heights:
            return Markup("")
        ends = (LEFT, heights[0][1]), (WIDTH - RIGHT, heights[-1][1])
        points = " ".join(f"{x},{y}" for x, y in (ends[0], *heights, ends[1]))
        return Markup('<polyline class="pa-limit" fill="none" points="{}"/>').format(points)


def _legend(series: Series) -> list[tuple[str, str]]:
    return [(f"pa-s{number}", name) for number, name in enumerate(series)]


def _svg(title: str, parts: Sequence[Markup], width: int = WIDTH, height: int = HEIGHT) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, title, Markup("").join(parts)
    )


def _round_top(values: Sequence[float]) -> float:
    """The next round number above every value."""
    largest = max([*values, 0.0])
    if largest == 0:
        return 1.0
    scale = 10.0 ** (len(str(int(largest))) - 1) if largest >= 1 else 0.1
    return next(scale * step for step in (1, 2, 3, 4, 5, 6, 8, 10) if scale * step >= largest)
