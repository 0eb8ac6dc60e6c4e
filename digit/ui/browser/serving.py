"""The files and settings with which the visitor's browser reads drawings, and the routes that serve them.

The JavaScript modules beside this file read a drawing as the server does. They get thresholds, sentences and the
template of the answer from here, as JSON.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from digit.artifact import ASSETS, MODEL_INSIDE, Artifact
from digit.evaluation.occlusion import PATCH, STRIDE
from digit.imaging.constants import CONSTANTS
from digit.recognition.prediction import ARTICLES, REFUSALS, SENTENCES, SEVERAL_ALONE
from digit.ui.components.answer import WORDS, waiting_html
from digit.ui.components.layers import inside_settings
from digit.ui.components.why import AGAINST, CAPTIONS, FAINTEST, FOR

MODULES = Path(__file__).resolve().parent
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
    """Every file that the browser may fetch, by its address below `/reader`.

    Empty when the browser cannot read drawings: the artifact has no network for browsers, or the runtime is missing.
    """
    runtime = {name: RUNTIME / name for name in (*RUNTIME_FILES.values(), UTILITIES)}
    if artifact.browser is None or not all(path.is_file() for path in runtime.values()):
        return {}
    modules = {path.relative_to(MODULES).as_posix(): path for path in MODULES.rglob("*.js")}
    modules["imaging/constants.json"] = CONSTANTS
    inside = {} if artifact.inside is None else {MODEL_INSIDE: artifact.inside}
    return modules | {f"runtime/{name}": path for name, path in runtime.items()} | {MODEL: artifact.browser} | inside


def reader_settings(artifact: Artifact, *, server: bool = True) -> dict[str, Any]:
    """The settings of the JavaScript modules, described in `settings.js`.

    Args:
        server: whether a server can read drawings too.
    """
    config = artifact.config
    refusals = REFUSALS if server else REFUSALS | {"several": SEVERAL_ALONE}
    return {
        "temperature": config.temperature,
        "energy_threshold": config.energy_threshold,
        "unsure_margin": config.unsure_margin,
        "words": {
            "sentences": SENTENCES,
            "refusals": refusals,
            "articles": ARTICLES,
            "captions": CAPTIONS,
            **WORDS,
        },
        "waiting": waiting_html(),
        "why": {"patch": PATCH, "stride": STRIDE, "faintest": FAINTEST, "for": FOR, "against": AGAINST},
        "files": {name: f"runtime/{file}" for name, file in RUNTIME_FILES.items()}
        | {"model": MODEL, "inside": MODEL_INSIDE},
        "inside": inside_settings(artifact),
        "server": server,
    }


def reader_routes(artifact: Artifact) -> list[BaseRoute]:
    """The routes below `/reader`, to be put before Gradio's own; none when the browser cannot read drawings."""
    files = reader_files(artifact)
    if not files:
        return []
    settings = reader_settings(artifact)

    def send_settings(_: Any) -> Response:
        return JSONResponse(settings, headers={"Cache-Control": "no-cache"})

    return [Mount("/reader", routes=[Route("/settings.json", send_settings), Mount("/", _Files(files))])]


class _Files(StaticFiles):
    """Serves exactly these files. Browsers cache them and revalidate."""

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
