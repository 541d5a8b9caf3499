"""The week's drift as pages: ours, that a person understands, and Evidently's own picture."""

from collections.abc import Hashable
from html import escape
from typing import Any, Literal

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.metrics import ValueDrift

from purchase_assets.drift.detector import ABOVE, DRIFTED, DriftVerdict, Frames, usable
from purchase_assets.drift.monitored_frames import CATEGORICAL, COLUMNS
from purchase_assets.pages.drift_pictures import scores_over_weeks, then_and_now

PICTURE_ROWS = 20_000
"""Evidently's HTML holds its data: more rows than this make pages of many megabytes."""
PICTURED_WEEKS = 26

Language = Literal["es", "en"]

_WORDS = {
    "title": ("Deriva, semana del", "Drift, week of"),
    "then_now": ("Antes (gris) y ahora (azul)", "Then (grey) and now (blue)"),
    "over_weeks": (
        "Distancia por semana (azul) y umbral (rojo)",
        "Distance per week (blue) and threshold (red)",
    ),
    "all": ("Todas las columnas", "All columns"),
    "unit": ("sobre", "about"),
    "column": ("columna", "column"),
    "score": ("distancia", "distance"),
    "threshold": ("umbral", "threshold"),
    "rows": ("filas", "rows"),
    "status": ("estado", "status"),
    "evidently": ("Informe de Evidently", "Evidently's report"),
    "STABLE": ("estable", "stable"),
    "DRIFTED": ("con deriva", "drifted"),
    "ABOVE": ("sobre el umbral", "above the threshold"),
    "EMPTY": ("sin valores", "no values"),
    "TOO_FEW_ROWS": ("pocas filas", "too few rows"),
    "INSUFFICIENT": ("datos insuficientes", "not enough data"),
    "order_line": ("línea de pedido", "order line"),
    "customer": ("cliente", "customer"),
    "product": ("producto", "product"),
    "pair": ("cliente y producto", "customer and product"),
    "forecast": ("pronóstico", "forecast"),
}

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;"
    "color:#1f2933}table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;"
    "text-align:left;border-bottom:1px solid #e4e7eb}td.n{text-align:right}"
    ".DRIFTED{color:#c0392b;font-weight:600}.ABOVE{color:#b7791f}.figures{display:flex;"
    "flex-wrap:wrap;gap:1rem}figure{margin:0}svg{max-width:100%}"
)


def drift_page(
    week: str,
    verdict: DriftVerdict,
    history: pd.DataFrame,
    reference: Frames,
    current: Frames,
    *,
    language: Language = "es",
    evidently_url: str | None = None,
) -> str:
    """One self-contained HTML page: the sentence, the drifted columns in pictures, every score.

    Parameters
    ----------
    week : str
        The week's Monday, YYYY-MM-DD.
    verdict : DriftVerdict
        What `judge` said.
    history : DataFrame
        Earlier weeks' scores, as `judge` got them.
    reference, current : mapping of str to DataFrame
        From `monitored_frames`.
    language : str
        es or en.
    evidently_url : str, optional
        Where the HTML of `evidently_html` is served.
    """
    shown = verdict.scores[verdict.scores["status"].isin([DRIFTED, ABOVE])]
    link = (
        f'<p><a href="{escape(evidently_url)}">{_word("evidently", language)}</a></p>'
        if evidently_url
        else ""
    )
    title = f"{_word('title', language)} {escape(week)}"
    sentence = verdict.sentence.of(language)
    sections = "".join(
        _column_section(week, row, history, reference, current, language)
        for row in shown.sort_values("status", ascending=False, kind="stable").to_dict("records")
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f'<p class="{verdict.status}">{_word(verdict.status, language)}</p>'
        f"<p>{escape(sentence)}</p>{sections}<h2>{_word('all', language)}</h2>"
        f"{_table(verdict.scores, language)}{link}</body></html>"
    )


def evidently_html(reference: Frames, current: Frames, scores: pd.DataFrame) -> str:
    """Evidently's own HTML of the scored columns, sampled to `PICTURE_ROWS`, without a network.

    Parameters
    ----------
    reference, current : mapping of str to DataFrame
        From `monitored_frames`.
    scores : DataFrame
        From `column_scores`: the columns without a score are left out.

    Returns
    -------
    str
        Empty when no column has a score.
    """
    scored = scores[scores["score"].notna()].to_dict("records")
    if not scored:
        return ""
    kinds = {row["column"]: COLUMNS[row["unit"]][row["column"]] for row in scored}
    definition = DataDefinition(
        numerical_columns=[name for name, kind in kinds.items() if kind != CATEGORICAL],
        categorical_columns=[name for name, kind in kinds.items() if kind == CATEGORICAL],
    )
    report = Report(
        [
            ValueDrift(column=row["column"], method=row["method"], threshold=row["threshold"])
            for row in scored
        ]
    )
    snapshot = report.run(
        *(
            Dataset.from_pandas(_side_by_side(frames, scored), data_definition=definition)
            for frames in (current, reference)
        )
    )
    return snapshot.get_html_str(as_iframe=False)


def _side_by_side(frames: Frames, scored: list[dict[Hashable, Any]]) -> pd.DataFrame:
    """The scored columns of all units as one frame; the shorter ones end in nulls."""
    columns = []
    for row in scored:
        unit, column = row["unit"], row["column"]
        values = usable(frames[unit], column, COLUMNS[unit][column])[column]
        sample = values.sample(min(len(values), PICTURE_ROWS), random_state=0)
        if COLUMNS[unit][column] == CATEGORICAL:
            # Evidently writes categories into a script as they are, where `</script>` would end it
            sample = sample.astype(str).str.replace("<", "‹", regex=False)
        columns.append(sample.reset_index(drop=True))
    return pd.concat(columns, axis=1)


def _column_section(
    week: str,
    row: dict[Hashable, Any],
    history: pd.DataFrame,
    reference: Frames,
    current: Frames,
    language: Language,
) -> str:
    unit, column = row["unit"], row["column"]
    kind = COLUMNS[unit][column]
    then, now = (usable(frames[unit], column, kind)[column] for frames in (reference, current))
    past = history[(history["unit"] == unit) & (history["column"] == column)]
    past = past.sort_values("week_start")[["week_start", "score", "threshold"]].tail(
        PICTURED_WEEKS - 1
    )
    weeks = [*pd.to_datetime(past["week_start"]).dt.strftime("%Y-%m-%d"), week]
    figures = (
        (_word("then_now", language), then_and_now(kind, then, now, column)),
        (
            _word("over_weeks", language),
            scores_over_weeks(
                weeks,
                [*past["score"], row["score"]],
                [*past["threshold"], row["threshold"]],
                column,
            ),
        ),
    )
    drawn = "".join(
        f"<figure>{svg}<figcaption>{caption}</figcaption></figure>" for caption, svg in figures
    )
    return (
        f"<h2>{escape(column)} ({_word(unit, language)}): {_word(row['status'], language)}"
        f'</h2><div class="figures">{drawn}</div>'
    )


def _table(scores: pd.DataFrame, language: Language) -> str:
    head = "".join(
        f"<th>{_word(name, language)}</th>"
        for name in ("unit", "column", "score", "threshold", "rows", "status")
    )
    body = "".join(
        f"<tr><td>{_word(row['unit'], language)}</td><td>{escape(row['column'])}</td>"
        f'<td class="n">{_number(row["score"])}</td><td class="n">{_number(row["threshold"])}</td>'
        f'<td class="n">{row["current_rows"]:,}</td>'
        f'<td class="{row["status"]}">{_word(row["status"], language)}</td></tr>'
        for row in scores.to_dict("records")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.3f}"


def _word(name: str, language: Language) -> str:
    return _WORDS[name][0 if language == "es" else 1]
