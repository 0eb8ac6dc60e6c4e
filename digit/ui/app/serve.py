"""Starts the web app: finds the model, builds the page, serves it.

The page starts even when the Hub fails: with the last good copy of the model or else the bundled one, and says so.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from digit.artifact import load_artifact
from digit.errors import DigitError, FeedbackError
from digit.feedback.environment import open_store
from digit.hub.names import hub_name
from digit.process.files import raise_open_files
from digit.process.logs import quiet_logs
from digit.process.startup import prepare_process
from digit.process.stderr import silenced_stderr
from digit.recognizer import Recognizer, load_recognizer
from digit.ui.app.uploads import own_folder, swept

MODEL_VARIABLE = "DIGIT_MODEL"


def serve(program: str) -> int:
    """Serve until stopped.

    Args:
        program: name at the start of messages on standard error.

    Returns:
        The exit status.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # Gradio reads it when it is imported
    prepare_process()
    raise_open_files()
    quiet_logs()
    try:
        recognizer = served_recognizer(os.environ.get(MODEL_VARIABLE) or None)
    except DigitError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return 1
    if recognizer.artifact.note:
        print(f"{program}: {recognizer.artifact.note}", file=sys.stderr, flush=True)

    uploads = own_folder()
    from digit.ui.app.connections import ImpatientConnection
    from digit.ui.app.guard import Guard
    from digit.ui.app.headers import SecurityHeaders
    from digit.ui.app.page import build_page, launch_options  # imports Gradio, which takes seconds
    from digit.ui.gradio_patches import guarded_server

    try:
        store = open_store(recognizer.artifact)
    except FeedbackError as error:  # the page works without corrections
        print(f"{program}: {error}", file=sys.stderr, flush=True)
        store = None
    # As Ctrl-C: no new requests are taken, and running ones get up to five seconds to finish.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _declare_for_zero_gpu()
    guarded_server(lambda app: SecurityHeaders(Guard(app)), ImpatientConnection)
    try:
        with swept(uploads):
            build_page(recognizer, store).launch(**launch_options(store, recognizer))
    except KeyboardInterrupt:  # stopped while starting; later, Gradio handles it
        pass
    finally:
        if store is not None:
            store.close()
    return 0


def served_recognizer(asked: str | None) -> Recognizer:
    """The model that the page uses.

    Args:
        asked: a folder, "user/repo" or "user/repo@revision"; None is the bundled model.

    Returns:
        The model asked for. If a repository can neither be pulled nor found whole in the cache, the bundled model with
        a note that says why.

    Raises:
        ArtifactError: the folder asked for, or the bundled model, cannot be used.
    """
    name = None if asked is None or Path(asked).is_dir() else hub_name(asked)
    if name is None:
        with silenced_stderr():
            return load_recognizer(asked)

    from digit.hub.answers import give_up_on_silence
    from digit.hub.pull import pull

    give_up_on_silence()
    try:
        return Recognizer(pull(name, figures=True))
    except DigitError as error:
        return Recognizer(replace(load_artifact(), note=f"The bundled model answers instead of {name}. {error}"))


def _declare_for_zero_gpu() -> None:
    """Declare an unused function for the GPU: ZeroGPU, the hardware of free Spaces, stops apps without one.

    https://huggingface.co/docs/hub/spaces-zerogpu
    """
    if os.environ.get("SPACES_ZERO_GPU") == "true":
        import spaces  # part of every such Space

        spaces.GPU(_declare_for_zero_gpu)
