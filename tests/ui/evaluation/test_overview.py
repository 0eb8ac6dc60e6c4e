"""The overview's words and numbers: interval, sizes, and where the model came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from digit.artifact import BUNDLED_ARTIFACT
from digit.ui.evaluation.overview import class_table, held_digits, loaded_from, score_html


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


def test_a_set_of_one_digit_says_so() -> None:
    assert held_digits(np.full(100, 9)) == "All of them are 9s: this says nothing about other digits."
    assert held_digits(np.arange(9)) == "There are no 9s among them."
    assert held_digits(np.arange(100) % 10) == ""
    html = score_html({"accuracy": 0.5, "errors": 5}, 10, "hwd1000_test", holds="All of them are 9s.")
    assert "The set: HWD-1000, held out. All of them are 9s.</p>" in html


def test_digits_that_never_occur_have_a_dash() -> None:
    confusion = np.zeros((10, 10), np.int64)
    confusion[3, 3], confusion[3, 5] = 3, 1
    html = class_table(confusion)
    row = html[html.index('<th scope="row">3</th>') :]
    assert row.startswith(
        '<th scope="row">3</th><td data-metric="precision">100.00</td><td data-metric="recall">75.00</td>'
        '<td data-metric="f1">85.71</td><td data-metric="support">4</td>'
    )
    nothing = html[html.index('<th scope="row">7</th>') :]
    assert nothing.startswith(
        '<th scope="row">7</th><td data-metric="precision">–</td><td data-metric="recall">–</td>'  # noqa: RUF001
        '<td data-metric="f1">–</td><td data-metric="support">0</td>'  # noqa: RUF001
    )
    assert "nan" not in html
