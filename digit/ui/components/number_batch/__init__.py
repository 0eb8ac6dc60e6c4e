"""Many pictures at once: the answer to each, as a row of a table.

The browser sends the files one by one and shows progress, table and CSV (`batch.js`).
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder

from digit.errors import PictureError
from digit.recognition.prediction import percent, rounded
from digit.recognizer import Recognizer
from digit.ui.components.picture import said_of
from digit.ui.limits import LARGEST_MB, TOO_LONG
from digit.ui.resources import resource_text
from digit.ui.workers import BusyError, Workers

NOT_SENT = "This file did not arrive. Please choose it again."


def batch_table(recognizer: Recognizer) -> gr.HTML:
    """The table, hidden until several files are given."""

    workers = Workers("batch")  # these calls go past Gradio's queue

    async def read(path: object) -> dict[str, object]:
        try:
            return await workers.run(read_row, recognizer, path)
        except BusyError as error:
            return {"error": str(error), "busy": True}  # the page asks again
        except TimeoutError:
            return {"error": TOO_LONG}

    return gr.HTML(
        html_template=resource_text("components/number_batch/batch.html"),
        js_on_load=resource_text("components/number_batch/batch.js").replace("LARGEST_MB", str(LARGEST_MB)),
        server_functions=[read],
        apply_default_css=False,
        elem_id="number-batch",
    )


def read_row(recognizer: Recognizer, path: object) -> dict[str, object]:
    """The row of one uploaded file.

    Returns:
        "text", "confidence" (0 to 1), "sure" (the same as text), "doubtful" (number of rows to check) and "note" (a
        sentence for a picture without a number); or "error", the sentence for a file that cannot be read.
    """
    file = uploaded(path)
    if file is None:
        return {"error": NOT_SENT}
    try:
        number = recognizer.read(file)
    except PictureError as error:
        return {"error": said_of(error, file)}
    return {
        "text": number.text,
        "confidence": rounded(number.confidence),
        "sure": percent(number.confidence) if number.rows else "",
        "doubtful": sum(row.doubtful for row in number.rows),
        "note": "" if number.rows else number.sentence,
    }


def uploaded(path: object) -> Path | None:
    """An uploaded file; None for any other path, because the path comes from a browser."""
    if not isinstance(path, str):
        return None
    try:
        file = Path(path).resolve()
        inside = file.is_relative_to(Path(get_upload_folder()).resolve())
        return file if inside and file.is_file() else None
    except (OSError, ValueError):  # not a valid file name: too long, or with forbidden characters
        return None
