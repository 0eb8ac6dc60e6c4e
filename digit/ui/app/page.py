"""The whole page: head, tabs, the line at the foot, and the options of its launch."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from digit.artifact import Artifact, load_metrics
from digit.errors import ArtifactError
from digit.feedback.store import FeedbackStore
from digit.recognizer import Recognizer
from digit.ui.app.api import add_endpoints
from digit.ui.app.routes import direct_routes
from digit.ui.app.theme import STYLE_SHEETS, page_theme
from digit.ui.app.uploads import KEEP_SECONDS
from digit.ui.browser.serving import reader_routes
from digit.ui.evaluation.systems import TEST_SET, accuracy_percent
from digit.ui.gradio_patches import EXCEPTION_HANDLERS, SESSIONS, patch_page
from digit.ui.limits import LARGEST_MB
from digit.ui.resources import resource_text
from digit.ui.tabs.data import build_data
from digit.ui.tabs.draw import draw_tab
from digit.ui.tabs.evaluation import evaluation_tab
from digit.ui.tabs.number import number_tab
from digit.ui.tabs.upload import upload_tab

CLEAN_EVERY = 600
"""Seconds between Gradio's own deletions; `uploads` deletes what Gradio forgets."""


def build_page(recognizer: Recognizer, store: FeedbackStore | None = None) -> gr.Blocks:
    """The page over one recognizer; `?tab=draw`, `upload`, `number`, `evaluation` and `data` open their tab.

    Drawings are never written to disk, unless there is a store and the visitor corrects the answer. Uploaded files are
    deleted after 60 to 70 minutes. The server fetches nothing from addresses that visitors send.
    """
    page: gr.Blocks
    with gr.Blocks(title="digit", analytics_enabled=False, delete_cache=(CLEAN_EVERY, KEEP_SECONDS)) as page:
        gr.HTML("<h1>digit</h1>", apply_default_css=False, elem_id="head")
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap"):
            with gr.Tab("Draw", id="draw", elem_id="tab-draw"):
                draw_tab(recognizer, store)
            with gr.Tab("Upload", id="upload", elem_id="tab-upload"):
                upload_tab(recognizer, store)
            with gr.Tab("Number", id="number", elem_id="tab-number"):
                number_tab(recognizer, store)
            with gr.Tab("Evaluation", id="evaluation", elem_id="tab-evaluation"):
                evaluation_tab(recognizer)
            with gr.Tab("Data", id="data", elem_id="tab-data"):
                build_data(recognizer.artifact)
        gr.HTML(model_line(recognizer.artifact), apply_default_css=False, elem_id="model-line")
        add_endpoints(recognizer)
        for script in ("app/page.js", "charts/charts.js", "charts/downloads.js"):
            page.load(None, None, None, js=f"() => {{\n{resource_text(script)}\n}}")
    patch_page(page)
    return page


def launch_options(store: FeedbackStore | None = None, recognizer: Recognizer | None = None) -> dict[str, Any]:
    """Arguments of `launch()`: theme, routes, no recording of visitors, no access to their corrections.

    Args:
        store: takes corrections.
        recognizer: answers the direct routes; browsers fetch its network to read drawings.
    """
    return {
        "theme": page_theme(),
        "css_paths": STYLE_SHEETS,
        "footer_links": ["api", "settings"],
        "run_history": False,
        "enable_monitoring": False,
        "pwa": False,
        "ssr_mode": False,
        "state_session_capacity": SESSIONS,
        "max_file_size": LARGEST_MB * 1_000_000,
        "app_kwargs": {
            "routes": [] if recognizer is None else [*direct_routes(recognizer), *reader_routes(recognizer.artifact)],
            "exception_handlers": EXCEPTION_HANDLERS,
        },
        "blocked_paths": [] if store is None else [str(store.folder)],
    }


def model_line(artifact: Artifact) -> str:
    """The model's name, its accuracy if that can be read, and a note if it stands in for another."""
    name = f"Model: {escape(str(artifact.config.preset))} {escape(str(artifact.config.version))}"
    note = f'<p class="stand-in">{escape(artifact.note)}</p>' if artifact.note else ""
    try:
        share = float(load_metrics(artifact)["sets"][TEST_SET]["accuracy"])
    except (ArtifactError, LookupError, TypeError, ValueError, OverflowError):
        return f"<p>{name}</p>{note}"
    if not 0 <= share <= 1:  # excludes NaN too
        return f"<p>{name}</p>{note}"
    link = '<a href="?tab=evaluation" data-tab="evaluation">see Evaluation</a>'
    return f"<p>{name}, {accuracy_percent(share)} of MNIST's test digits read correctly, {link}</p>{note}"
