"""The misread pages as a gallery: picture, what is written, what was read. They are made of MNIST's test digits."""

from __future__ import annotations

from html import escape
from pathlib import Path

import numpy as np

from digit.artifact import READING_MISTAKES
from digit.artifact.arrays import array_names, read_arrays
from digit.errors import ArtifactError
from digit.recognition.prediction import percent
from digit.ui.charts.figure import rows_element, rows_json
from digit.ui.components.image_element import picture_tag


def mistakes(folder: Path) -> str:
    """The gallery of a model folder.

    Raises:
        ArtifactError: the file is missing or is not what it should be.
    """
    path = folder / READING_MISTAKES
    arrays = read_arrays(path, array_names(path))
    texts = arrays.get("texts")
    if texts is None or texts.ndim != 2 or texts.shape[1] != 3 or len(arrays) != len(texts) + 1:
        raise ArtifactError(f"{path.name} should hold a picture and three texts for each mistake.")
    rows = [[str(text) for text in row] for row in texts]
    items = []
    for index, (written, read, sure) in enumerate(rows):
        picture = arrays[f"picture_{index}"]
        if picture.dtype != np.uint8 or picture.ndim != 2:
            raise ArtifactError(f"{path.name} should hold grey pictures; picture_{index} is {picture.dtype}.")
        items.append(_item(picture, written, read, float(sure)))
    numbers = rows_json(["written", "read", "confidence"], rows)
    return (
        '<section class="misread-pages" data-name="misread-pages"><h2>Misread pages</h2>'
        '<p class="lead">Pages made of MNIST\'s test digits, with one row or more that was not read as it is written. '
        "Other pictures are not shown: they belong to others.</p>"
        f'<div class="pages">{"".join(items)}</div><p class="files">Save as <button type="button" class="link" '
        f'data-save="csv">CSV</button></p>{rows_element(numbers)}</section>'
    )


def _item(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], written: str, read: str, sure: float) -> str:
    """One page with its rows; those that were read right in grey."""
    right = set(written.split("\n"))
    shown = "".join(
        f"<span{'' if row in right else ' class=wrong'}>{escape(row) or 'nothing'}</span>" for row in read.split("\n")
    )
    expected = "".join(f"<span>{escape(row) or 'nothing'}</span>" for row in written.split("\n"))
    return (
        f"<figure>{picture_tag(picture, alt='A misread page', photo=True)}<figcaption><p><b>Written</b>{expected}</p>"
        f"<p><b>Read</b>{shown}</p><p class=sure>{escape(percent(sure))} sure</p></figcaption></figure>"
    )
