"""Drawings read in the visitor's browser: what the page's modules need, and the routes that serve it.

The modules of `front/reader` read a drawing as the server does. Thresholds, words and the answer's template come from
here as JSON, so that both say the same. Knows files and settings; the reading itself is JavaScript.
"""

from __future__ import annotations

import os
from pathlib import Path
from string import Template
from typing import Any

import gradio as gr
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from digit.artifact import ASSETS, MODEL_INSIDE, Artifact
from digit.evaluation.occlusion import PATCH, STRIDE
from digit.recognition.prediction import ARTICLES, SENTENCES
from digit.ui.components.answer import WORDS, waiting_html
from digit.ui.components.layers import inside_settings
from digit.ui.components.why import AGAINST, CAPTIONS, FAINTEST, FOR
from digit.ui.files import front

MODULES = Path(__file__).resolve().parents[1] / "browser" / "reader"
RUNTIME = ASSETS / "vendor" / "litert"
RUNTIME_FILES = {
    "runtime": "litert.js",
    "glue": "litert_wasm.js",
    "wasm": "litert_wasm.wasm.gz",
}
UTILITIES = "wasm-utils.js"
"""What `RUNTIME_FILES["runtime"]` imports."""
MODEL = "model.tflite"


def reader_files(artifact: Artifact) -> dict[str, Path]:
    """Every file that the browser may fetch, by its address below the reader's; nothing where it cannot read.

    That is so when the artifact has no network for browsers, or the runtime does not lie beside the project.
    """
    runtime = {name: RUNTIME / name for name in (*RUNTIME_FILES.values(), UTILITIES)}
    if artifact.browser is None or not all(path.is_file() for path in runtime.values()):
        return {}
    modules = {path.name: path for path in sorted(MODULES.glob("*.js"))}
    inside = {} if artifact.inside is None else {MODEL_INSIDE: artifact.inside}
    return modules | {f"runtime/{name}": path for name, path in runtime.items()} | {MODEL: artifact.browser} | inside


def reader_settings(artifact: Artifact, *, server: bool = True) -> dict[str, Any]:
    """What the modules know from Python, as JSON; `front/reader/settings.js` says what it means.

    Args:
        server: whether there is a server that reads drawings too.
    """
    config = artifact.config
    return {
        "temperature": config.temperature,
        "energy_threshold": config.energy_threshold,
        "unsure_margin": config.unsure_margin,
        "words": {"sentences": SENTENCES, "articles": ARTICLES, "captions": CAPTIONS, **WORDS},
        "waiting": waiting_html(),
        "why": {"patch": PATCH, "stride": STRIDE, "faintest": FAINTEST, "for": FOR, "against": AGAINST},
        "files": {name: f"runtime/{file}" for name, file in RUNTIME_FILES.items()}
        | {"model": MODEL, "inside": MODEL_INSIDE},
        "inside": inside_settings(artifact),
        "server": server,
    }


def reader_routes(artifact: Artifact) -> list[BaseRoute]:
    """The routes below `/reader`, to be put before Gradio's own; none where the browser cannot read."""
    files = reader_files(artifact)
    if not files:
        return []
    settings = reader_settings(artifact)

    def send_settings(_: Any) -> Response:
        return JSONResponse(settings, headers={"Cache-Control": "no-cache"})

    return [Mount("/reader", routes=[Route("/settings.json", send_settings), Mount("/", _Files(files))])]


def source_line(artifact: Artifact) -> None:
    """The line under the answer that says where drawings are read, with the switch; hidden where the server must."""
    gr.HTML(
        html_template=source_html(artifact), js_on_load=front("components/source/source.js"), apply_default_css=False
    )


def source_html(artifact: Artifact, *, server: bool = True) -> str:
    """The line itself; without a server there is nothing to switch."""
    hidden = "" if reader_files(artifact) else "hidden"
    return Template(front("components/source/source.html")).substitute(hidden=hidden, places="" if server else "hidden")


class _Files(StaticFiles):
    """These very files and no others; browsers keep them, and ask whether they have changed."""

    def __init__(self, files: dict[str, Path]) -> None:
        super().__init__()
        self._files = files

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        file = self._files.get(path.replace(os.sep, "/"))
        return ("", None) if file is None else (str(file), file.stat())

    def file_response(self, *arguments: Any, **settings: Any) -> Response:
        response = super().file_response(*arguments, **settings)
        response.headers["Cache-Control"] = "no-cache"
        return response
