"""The validation page of one upload: one HTML file that opens offline, in two languages.

Everything that comes from an upload is escaped, and the page forbids itself every script and
every outside address.
"""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from purchase_assets.intake.explain import READING_KEY
from purchase_assets.intake.judgement import GroupResult, Judgement, Reason
from purchase_assets.intake.rules.rule import Severity
from purchase_assets.kinds import Verdict

_WORST = 25
"""Quarantined rows shown; the rest is in the quarantine list."""
_SHOWN_TEXT = 60

_VERDICTS = {
    Verdict.ACCEPTED: ("Accepted", "Aceptado", "ok"),
    Verdict.PARTIAL: ("Accepted in part", "Aceptado en parte", "warn"),
    Verdict.REJECTED: ("Rejected", "Rechazado", "bad"),
    Verdict.DUPLICATE: ("Nothing new", "Nada nuevo", "ok"),
    Verdict.ENGINE_ERROR: ("The check failed", "La revisión falló", "bad"),
}

_STYLE = """
body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;max-width:62rem;padding:1.5rem;
color:#1d2733;background:#fff}
h1{font-size:1.2rem;overflow-wrap:anywhere}h2{font-size:1rem;margin:2rem 0 .5rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .5rem;
border-bottom:1px solid #dde3ea;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.verdict{padding:1rem;border-radius:.5rem;font-size:1.4rem;font-weight:600}
.ok{background:#e3f4e7;color:#14532d}.warn{background:#fdf1d3;color:#6b4700}
.bad{background:#fbe3e1;color:#7f1d1d}.mark{border-radius:.3rem;padding:.1rem .45rem}
[lang=es]{color:#51606f}.verdict [lang=es]{color:inherit;font-weight:400}
ul{padding-left:1.2rem}code{font-size:.85rem;overflow-wrap:anywhere}.mark{white-space:nowrap}
td.n,th.n{white-space:nowrap}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));gap:1rem}
figure{margin:0;border:1px solid #dde3ea;border-radius:.5rem;padding:.6rem}
figcaption{font-size:.85rem;overflow-wrap:anywhere}rect{fill:#3b76b8}
svg text{font:9px system-ui,sans-serif;fill:#1d2733}
"""


def validation_page(judgement: Judgement) -> str:
    """The whole page as HTML text."""
    english, spanish, tone = _VERDICTS[judgement.verdict]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{judgement.verdict.value}: {_text(judgement.file_name)}</title>"
        f"<style>{_STYLE}</style></head><body>"
        f'<p class="verdict {tone}">{english} <span lang="es">/ {spanish}</span></p>'
        f"<h1>{_text(judgement.file_name, 200)}</h1>"
        f"{_counts(judgement)}{_reasons(judgement.reasons)}{_groups(judgement.groups)}"
        f"{_worst_rows(judgement)}{_charts(judgement.profile)}</body></html>\n"
    )


def _counts(judgement: Judgement) -> str:
    numbers = [
        ("Rows", "Filas", judgement.rows),
        ("Accepted", "Aceptadas", len(judgement.accepted)),
        ("Set aside", "Apartadas", len(judgement.quarantined)),
        ("Duplicates dropped", "Duplicadas descartadas", judgement.duplicates),
        ("of these known before", "de ellas ya conocidas", judgement.known_rows),
        ("Unknown customers", "Clientes desconocidos", judgement.unknown_customers),
        ("Unknown products", "Productos desconocidos", judgement.unknown_products),
    ]
    rows = "".join(
        f'<tr><th>{english} <span lang="es">/ {spanish}</span></th>'
        f'<td class="n">{count:,}</td></tr>'
        for english, spanish, count in numbers
    )
    days = f"<p>{judgement.first_day} – {judgement.last_day}</p>" if judgement.first_day else ""
    return f"<p><code>{_text(judgement.key)}</code></p>{days}<table>{rows}</table>"


def _reasons(reasons: tuple[Reason, ...]) -> str:
    if not reasons:
        return ""
    items = "".join(
        f'<li><span class="mark {_tone(reason.severity)}">{_text(reason.rule)}</span> '
        f'{_text(reason.message.en, 2000)}<br><span lang="es">{_text(reason.message.es, 2000)}'
        "</span></li>"
        for reason in reasons
    )
    return f'<h2>Why <span lang="es">/ Por qué</span></h2><ul>{items}</ul>'


def _groups(groups: tuple[GroupResult, ...]) -> str:
    rows = "".join(
        f'<tr><td>{g.group.label.en} <span lang="es">/ {g.group.label.es}</span></td>'
        f'<td><span class="mark {"ok" if g.passed else _tone(g.severity)}">'
        f"{'✓' if g.passed else g.severity}</span></td>"
        f'<td class="n">{g.failed:,} / {g.evaluated:,}</td>'
        f'<td>{_text(g.message.en, 2000)}<br><span lang="es">{_text(g.message.es, 2000)}</span>'
        "</td></tr>"
        for g in groups
    )
    return (
        '<h2>Checks <span lang="es">/ Revisiones</span></h2><table><tr><th>Group</th><th></th>'
        f'<th class="n">failed / rows</th><th></th></tr>{rows}</table>'
    )


def _worst_rows(judgement: Judgement) -> str:
    """The first rows of each rule in turn, so that no rule hides the others."""
    if not len(judgement.quarantined):
        return ""
    frame = judgement.quarantined.to_pandas()
    frame["turn"] = frame.groupby("rule").cumcount()
    worst = frame.sort_values(["turn", "row_number"]).head(_WORST)
    rows = "".join(
        f'<tr><td class="n">{row.row_number:,}</td><td>{_text(row.rule)}</td>'
        f"<td>{_text(row.message['en'], 400)}<br>"
        f'<span lang="es">{_text(row.message["es"], 400)}</span>'
        f"</td><td><code>{_original(row.original)}</code></td></tr>"
        for row in worst.itertuples()
    )
    return (
        f'<h2>Rows set aside <span lang="es">/ Filas apartadas</span> '
        f'({len(worst):,} / {len(frame):,})</h2><table><tr><th class="n">row</th><th>rule</th>'
        f"<th></th><th>original</th></tr>{rows}</table>"
    )


def _original(original: str) -> str:
    values = json.loads(original)
    values.pop(READING_KEY, None)
    shown = [f"{_text(name)}: {_text('' if v is None else v)}" for name, v in values.items()]
    return "<br>".join(shown[:12])


def _charts(profile: tuple[Mapping[str, Any], ...]) -> str:
    if not profile:
        return ""
    figures = "".join(_figure(column) for column in profile)
    return f'<h2>Columns <span lang="es">/ Columnas</span></h2><div class="charts">{figures}</div>'


def _figure(column: Mapping[str, Any]) -> str:
    caption = (
        f"<b>{_text(column['column'])}</b><br>{column['nulls']:,} empty "
        f'<span lang="es">/ vacías</span>, {column["distinct"]:,} distinct '
        '<span lang="es">/ distintos</span>'
    )
    if "heights" in column:
        caption += f"<br>{_short(column['minimum'])} … {_short(column['maximum'])}"
        drawing = _histogram(column["heights"])
    else:
        drawing = _bars(column.get("top", []))
    return f"<figure>{drawing}<figcaption>{caption}</figcaption></figure>"


def _histogram(heights: list[int]) -> str:
    tallest, width = max([*heights, 1]), 200 / max(len(heights), 1)
    bars = "".join(
        f'<rect x="{place * width:.1f}" y="{60 - 58 * height / tallest:.1f}" '
        f'width="{width - 1:.1f}" height="{58 * height / tallest:.1f}"/>'
        for place, height in enumerate(heights)
    )
    return f'<svg viewBox="0 0 200 60" role="img" aria-label="histogram">{bars}</svg>'


def _bars(top: list[tuple[str, int]]) -> str:
    most = max([count for _, count in top], default=1)
    bars = "".join(
        f'<rect x="0" y="{12 * place + 1}" width="{90 * count / most:.1f}" height="9"/>'
        f'<text x="96" y="{12 * place + 9}">{_text(value, 16)} ({count:,})</text>'
        for place, (value, count) in enumerate(top)
    )
    return f'<svg viewBox="0 0 200 96" role="img" aria-label="most frequent">{bars}</svg>'


def _short(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else _text(str(value)[:10])


def _tone(severity: Severity) -> str:
    return "bad" if severity is Severity.ERROR else "warn"


def _text(value: object, longest: int = _SHOWN_TEXT) -> str:
    """`value` as harmless text, its control characters made visible."""
    text = str(value)
    text = text if len(text) <= longest else f"{text[:longest]}…"
    return escape("".join(c if c.isprintable() else "�" for c in text))
