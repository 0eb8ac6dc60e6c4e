"""The page as a whole: its head, the tabs, the line at its foot, and how it is launched."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from digit.artifact import Artifact, load_metrics
from digit.errors import ArtifactError
from digit.recognizer import Recognizer
from digit.ui.api import predict_endpoint
from digit.ui.draw import draw_tab
from digit.ui.evaluation import TEST_SET, accuracy_percent, evaluation_tab
from digit.ui.front import front
from digit.ui.theme import STYLE_SHEETS, page_theme
from digit.ui.upload import LARGEST_MB, upload_tab


def build_page(recognizer: Recognizer) -> gr.Blocks:
    """The page over one recognizer; `?tab=draw`, `?tab=upload` and `?tab=evaluation` open their tab."""
    page: gr.Blocks
    with gr.Blocks(title="digit", analytics_enabled=False) as page:
        gr.HTML("<h1>digit</h1>", apply_default_css=False, elem_id="head")
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap"):
            with gr.Tab("Draw", id="draw", elem_id="tab-draw"):
                draw_tab(recognizer)
            with gr.Tab("Upload", id="upload", elem_id="tab-upload"):
                upload_tab(recognizer)
            with gr.Tab("Evaluation", id="evaluation", elem_id="tab-evaluation"):
                evaluation_tab(recognizer.artifact)
        gr.HTML(model_line(recognizer.artifact), apply_default_css=False, elem_id="model-line")
        predict_endpoint(recognizer)
        page.load(None, None, None, js=front("page.js"))
    return page


def launch_options() -> dict[str, Any]:
    """Arguments for `launch()`: the look, and nothing that records what visitors do."""
    return {
        "theme": page_theme(),
        "css_paths": STYLE_SHEETS,
        "footer_links": ["api", "settings"],
        "run_history": False,
        "enable_monitoring": False,
        "pwa": False,
        "ssr_mode": False,
        "max_file_size": LARGEST_MB * 1_000_000,
    }


def model_line(artifact: Artifact) -> str:
    """Which model answers, and how good it is; without its figures when they cannot be read."""
    name = f"Model: {escape(artifact.config.preset)} {escape(artifact.config.version)}"
    try:
        accuracy = accuracy_percent(float(load_metrics(artifact)["sets"][TEST_SET]["accuracy"]))
    except (ArtifactError, KeyError, TypeError, ValueError):
        return f"<p>{name}</p>"
    link = '<a href="?tab=evaluation" data-tab="evaluation">see Evaluation</a>'
    return f"<p>{name}, read {accuracy} of MNIST's test digits, {link}</p>"
