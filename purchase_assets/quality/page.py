"""The validation page of one upload: self-contained HTML that opens offline."""

from html import escape

from purchase_assets.quality.judgement import Judgement


def validation_page(judgement: Judgement) -> str:
    """One HTML page with the verdict, its reasons and the groups, everything escaped."""
    reasons = "".join(
        f"<li><b>{escape(r.rule)}</b> {escape(r.message_en)}<br><i>{escape(r.message_es)}</i></li>"
        for r in judgement.reasons
    )
    title = f"{judgement.verdict.value}: {escape(judgement.file_name)}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<h1>{title}</h1><ul>{reasons}</ul></html>"
    )
