"""The overview's words and numbers: interval, sizes, and where the model came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digit.artifact import BUNDLED_ARTIFACT
from digit.ui.evaluation.overview import class_table, loaded_from, score_html


def test_the_interval_is_wilson_s() -> None:
    html = score_html({"accuracy": 0.9966, "errors": 34}, 10_000, "mnist_test")
    assert 'data-metric="interval">99.53 and 99.76 %<' in html  # 0.995252 and 0.997566, by hand
    assert "99.66 %" in html
    assert "USPS test" in score_html({"accuracy": 0.5, "errors": 5}, 10, "usps_test")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (BUNDLED_ARTIFACT, "bundled with the app"),
        (Path("artifacts") / "flagship-2026", "folder flagship-2026"),
        (
            Path("/x/hub/models--some-one--digit--flagship/snapshots") / ("0123456789" * 4),
            "Hub, some-one/digit--flagship at 0123456",
        ),
        (Path("/x/models--a--b/snapshots/main"), "folder main"),
    ],
)
def test_where_a_model_came_from_is_said_without_a_path(path: Path, words: str) -> None:
    assert loaded_from(path) == words


def test_digits_that_never_occur_count_as_0() -> None:
    confusion = np.zeros((10, 10), np.int64)
    confusion[3, 3], confusion[3, 5] = 3, 1
    html = class_table(confusion)
    row = html[html.index('<th scope="row">3</th>') :]
    assert row.startswith(
        '<th scope="row">3</th><td data-metric="precision">100.00</td><td data-metric="recall">75.00</td>'
        '<td data-metric="f1">85.71</td><td data-metric="support">4</td>'
    )
    assert "nan" not in html
