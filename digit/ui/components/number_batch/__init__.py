"""Many pictures at once: the answer to each, as a row of a table in which it is checked and mended.

The browser sends the files one by one and shows progress and table (`batch.js`, `rows.js`); it keeps the table until it
is cleared (`kept.js`).
"""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder

from digit.errors import PictureError
from digit.imaging import load_picture
from digit.imaging.documents import open_page, page_count
from digit.recognition.prediction import percent, rounded
from digit.recognizer import Recognizer
from digit.ui.components.image_element import data_url
from digit.ui.components.picture import said_of
from digit.ui.limits import LARGEST_MB, TOO_LONG
from digit.ui.resources import resource_text
from digit.ui.workers import BusyError, Workers

NOT_SENT = "This file did not arrive. Please choose it again."
PICTURE_SIDE = 640
"""Longer side in pixels of the picture beside the table."""
SCRIPTS = ("kept.js", "rows.js", "batch.js")


def batch_table(recognizer: Recognizer) -> gr.HTML:
    """The table, hidden until several files are given."""

    workers = Workers("batch")  # these calls go past Gradio's queue

    async def read(asked: object) -> dict[str, object]:
        try:
            return await workers.run(read_row, recognizer, asked)
        except BusyError as error:
            return {"error": str(error), "busy": True}  # the page asks again
        except TimeoutError:
            return {"error": TOO_LONG, "again": True}

    script = "\n".join(resource_text(f"components/number_batch/{name}") for name in SCRIPTS)
    return gr.HTML(
        html_template=resource_text("components/number_batch/batch.html"),
        js_on_load=script.replace("LARGEST_MB", str(LARGEST_MB)),
        server_functions=[read],
        apply_default_css=False,
        elem_id="number-batch",
    )


def read_row(recognizer: Recognizer, asked: object) -> dict[str, object]:
    """The row of one page of an uploaded file.

    Args:
        asked: path and number of the page, from 1; not validated.

    Returns:
        "pages" (of the file), "rows" ({"text", "confidence" (0 to 1), "sure" (the same as text), "doubtful"} of each
        number), "note" (a sentence for a picture without a number) and "picture" (a small one, as a data URL); or
        "error", the sentence for a file that cannot be read.
    """
    path, page = asked if isinstance(asked, list) and len(asked) == 2 else (None, None)
    file = uploaded(path)
    if file is None or not isinstance(page, int):
        return {"error": NOT_SENT}
    try:
        pages, picture = page_count(file), open_page(file, page)
        number, small = recognizer.read(picture), load_picture(picture, PICTURE_SIDE)
    except PictureError as error:
        return {"error": said_of(error, file)}
    rows = [
        {
            "text": row.text,
            "confidence": rounded(row.confidence),
            "sure": percent(row.confidence),
            "doubtful": row.doubtful,
        }
        for row in number.rows
    ]
    return {
        "pages": pages,
        "rows": rows,
        "note": "" if rows else number.sentence,
        "picture": data_url(small, photo=True),
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
