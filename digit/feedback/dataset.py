"""Visitors' corrections as a data set: `train.py --datasets mnist,feedback`.

Anyone can submit a correction, so look at the pictures first: one deleted from `digit_images/` is not trained on.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digit.artifact import PREPROCESSING_VERSION
from digit.data.mnist import Digits, check_digits
from digit.errors import DataError, FeedbackError, PictureError
from digit.feedback.environment import FOLDER_VARIABLE, REPO_VARIABLE
from digit.feedback.lines import check_text
from digit.feedback.store import DIGIT_IMAGES, LINE_RECORDS, LINES, RECORDS, Feedback, read_feedback
from digit.imaging import preprocess

FEEDBACK = "feedback"
"""Name of the data set."""
FEEDBACK_REPEAT = 5
"""How often an epoch shows each corrected digit: there are few of them, and the model reads them wrong."""
HELD_OUT_OF = 5
"""One in so many is kept for measuring. Its id decides, so it stays on its side when others come."""


def load_feedback() -> tuple[Digits, Digits]:
    """The corrected digits to train on and to measure with, as the model saw them; the second may be empty.

    They come from the folder of `DIGIT_FEEDBACK_DIR`, else from the data set `DIGIT_FEEDBACK_REPO` on the Hub. What is
    "not a digit" has no place among ten classes and is left out. What an older imaging made is made again.

    Raises:
        DataError: neither is set, or there are no corrections.
        HubError: the Hub does not give the data set.
    """
    folder = _folder()
    found = [(int(f.id, 16), f.truth, image) for f in read_feedback(folder) if (image := _digit_image(f)) is not None]
    digits = [(name, truth, image) for name, truth, image in found if truth is not None]
    if not digits:
        raise DataError(f"There are no corrected digits in {folder}: expected {RECORDS} and {DIGIT_IMAGES}/.")
    images = np.stack([image for _, _, image in digits])
    labels = np.array([truth for _, truth, _ in digits], np.uint8)
    check_digits(images, labels, origin=str(folder))
    held_out = np.array([name % HELD_OUT_OF == 0 for name, _, _ in digits])
    everything = Digits(images, labels)
    return everything[np.flatnonzero(~held_out)], everything[np.flatnonzero(held_out)]


def load_mended() -> list[tuple[NDArray[np.uint8], tuple[str, ...]]]:
    """The numbers that visitors mended: grey pictures, uint8 (H, W), and the rows on each, from the same place.

    Raises:
        DataError: neither variable is set, or there are no mended numbers.
        HubError: the Hub does not give the data set.
    """
    folder = _folder()
    found = []
    for path in sorted(folder.rglob(LINE_RECORDS)):
        for line in path.read_bytes().splitlines():
            try:
                record = json.loads(line)
                name, text = record["id"], check_text(record["text"])
            except (ValueError, TypeError, LookupError, FeedbackError):
                continue  # cut off by a kill, or put there by hand
            grey = cv2.imread(str(path.parent / LINES / f"{Path(str(name)).name}.png"), cv2.IMREAD_GRAYSCALE)
            if grey is not None:
                found.append((np.asarray(grey, np.uint8), tuple(text.split("\n"))))
    if not found:
        raise DataError(f"There are no mended numbers in {folder}: expected {LINE_RECORDS} and {LINES}/.")
    return found


def _folder() -> Path:
    folder, repo = os.environ.get(FOLDER_VARIABLE), os.environ.get(REPO_VARIABLE)
    if folder:
        if not Path(folder).is_dir():
            raise DataError(f"{FOLDER_VARIABLE} is {folder}, which is not a folder: expected one with {RECORDS}.")
        return Path(folder)
    if not repo:
        raise DataError(
            f"The data set {FEEDBACK!r} is what visitors corrected: expected its folder in {FOLDER_VARIABLE} or its "
            f"data set on the Hub in {REPO_VARIABLE}."
        )
    from huggingface_hub import snapshot_download

    from digit.hub.answers import hub_errors
    from digit.hub.names import HubName, repository

    name = repository(repo)
    with hub_errors("data set", HubName(name)):
        return Path(
            snapshot_download(name, repo_type="dataset", allow_patterns=[f"*{RECORDS}", f"*{LINE_RECORDS}", "*.png"])
        )


def _digit_image(feedback: Feedback) -> np.ndarray | None:
    """uint8 of shape (28, 28), ink = 255; None where its pictures were removed, are damaged or show nothing now."""
    if not feedback.digit_image.is_file():
        return None
    if feedback.model.get("preprocessing_version") != PREPROCESSING_VERSION:
        try:
            steps = preprocess(feedback.picture)
        except PictureError:
            return None
        return None if steps.box is None else np.rint(steps.digit_image * 255).astype(np.uint8)
    content = np.frombuffer(feedback.digit_image.read_bytes(), np.uint8)
    image = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE) if content.size else None
    return None if image is None or image.shape != (28, 28) else image.astype(np.uint8)
