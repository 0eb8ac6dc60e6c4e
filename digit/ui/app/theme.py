"""The theme: neutral greys, one accent colour, system fonts, light and dark."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

STYLE_SHEETS = [
    Path(__file__).resolve().parents[1] / name
    for name in (
        "app/page.css",
        "components/answer/answer.css",
        "components/source/source.css",
        "components/layers/layers.css",
        "components/feedback/feedback.css",
        "evaluation/evaluation.css",
        "charts/matrix.css",
        "evaluation/mistakes.css",
        "charts/charts.css",
        "components/number_answer/number.css",
    )
]


def page_theme() -> gr.themes.Base:
    """Gradio's plainest theme, with fonts that need no download."""
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    mono = ["ui-monospace", "SFMono-Regular", "Menlo", "monospace"]
    return gr.themes.Base(primary_hue="blue", neutral_hue="zinc", font=fonts, font_mono=mono).set(
        body_background_fill="#ffffff",
        body_background_fill_dark="#141518",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#1b1d21",
        background_fill_secondary="#f6f6f5",
        background_fill_secondary_dark="#202227",
        border_color_primary="#dcdcda",
        border_color_primary_dark="#34373e",
        body_text_color="#1b1c1f",
        body_text_color_dark="#ececee",
        body_text_color_subdued="#66686e",
        body_text_color_subdued_dark="#a3a6ad",
        block_border_width="0px",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_shadow="none",
    )
