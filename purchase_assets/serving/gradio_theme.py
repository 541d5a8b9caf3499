"""Gradio's own parts in the colours of the pages' style sheet."""

import gradio as gr

BLUE, BLUE_ON_DARK, DEEP = "#0b5cad", "#82bbf7", "#084887"


def theme() -> gr.themes.Base:
    """System fonts, our blue, and one box around what is typed instead of boxes in boxes."""
    return gr.themes.Base(
        font=["system-ui", "Arial", "sans-serif"], font_mono=["ui-monospace", "monospace"]
    ).set(
        body_background_fill_dark="#0b0f19",
        border_color_primary="#7b8894",
        border_color_primary_dark="#5d6b79",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_padding="0px",
        block_shadow="none",
        block_info_text_color="#4d5b69",
        block_label_text_color="#1b2733",
        block_title_text_color="#1b2733",
        block_title_text_color_dark="#e8edf2",
        input_background_fill="#ffffff",
        input_background_fill_dark="#18202c",
        input_border_width="1px",
        input_border_color="#4d5b69",
        input_border_color_dark="#b3bfca",
        input_padding="0.55rem 0.7rem",
        # Gradio's own blue is too light for white letters
        button_transition="none",
        button_primary_background_fill=BLUE,
        button_primary_background_fill_hover=DEEP,
        button_primary_background_fill_dark=BLUE,
        button_primary_background_fill_hover_dark=DEEP,
        button_primary_text_color="#ffffff",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        button_secondary_border_color=BLUE,
        button_secondary_border_color_dark=BLUE_ON_DARK,
        button_secondary_text_color=BLUE,
        button_secondary_text_color_dark=BLUE_ON_DARK,
    )
