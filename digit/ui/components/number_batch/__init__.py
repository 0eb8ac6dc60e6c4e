"""Many pictures at once: what becomes of each in the table.

The browser sends the files one after the other and asks here for each; the progress, the table and its CSV are made
there, by `front/number_batch.js`.
"""

from __future__ import annotations

from pathlib import Path

import anyio
import gradio as gr
from gradio.utils import get_upload_folder

from digit.errors import PictureError
from digit.recognition.prediction import percent, rounded
from digit.recognizer import Recognizer
from digit.ui.limits import CONCURRENCY, LARGEST_MB
from digit.ui.resources import resource_text

NOT_SENT = "This file did not arrive: choose it again."


def batch_table(recognizer: Recognizer) -> gr.HTML:
    """The place of the table; it is not seen before several files are given."""

    # What is asked for here does not wait in Gradio's queue, and must not wait in the threads that all others need.
    turn = anyio.CapacityLimiter(CONCURRENCY)

    async def read(path: object) -> dict[str, object]:
        return await anyio.to_thread.run_sync(read_row, recognizer, path, limiter=turn)

    return gr.HTML(
        html_template=resource_text("components/number_batch/batch.html"),
        js_on_load=resource_text("components/number_batch/batch.js").replace("LARGEST_MB", str(LARGEST_MB)),
        server_functions=[read],
        apply_default_css=False,
        elem_id="number-batch",
    )


def read_row(recognizer: Recognizer, path: object) -> dict[str, object]:
    """The row of one file that was sent.

    Returns:
        "text", "confidence" (0 to 1), "sure" (the same in words), "doubtful" (how many digits are) and "note": what is
        to be said of a picture without digits. Of what cannot be read, "error": the sentence.
    """
    file = uploaded(path)
    if file is None:
        return {"error": NOT_SENT}
    try:
        number = recognizer.read(file)
    except PictureError as error:
        return {"error": str(error)}
    return {
        "text": number.text,
        "confidence": rounded(number.confidence),
        "sure": percent(number.confidence) if number.rows else "",
        "doubtful": sum(digit.doubtful for digit in number.digits),
        "note": "" if number.rows else number.sentence,
    }


def uploaded(path: object) -> Path | None:
    """A file that a visitor has sent; None for any other path, since the path comes from a browser."""
    if not isinstance(path, str):
        return None
    try:
        file = Path(path).resolve()
        inside = file.is_relative_to(Path(get_upload_folder()).resolve())
        return file if inside and file.is_file() else None
    except (OSError, ValueError):  # no name of a file at all: too long, or with characters that none may have
        return None
