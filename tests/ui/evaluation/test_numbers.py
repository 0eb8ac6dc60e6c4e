"""The Numbers part shows the figures of `reader.json`, or says that there are none."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from digit.artifact import READER_SETTINGS, READING, READING_MISTAKES, Artifact
from digit.artifact.arrays import save_arrays
from digit.ui.tabs.evaluation import part_html


def figures(pictures: int, right: int, **more: Any) -> dict[str, Any]:
    return {
        "pictures": pictures,
        "right": right,
        "accuracy": right / pictures,
        "digits_right": right + 2,
        "rows": pictures,
        "rows_right": right,
        "rows_too_many": 3,
        "digits": 4 * pictures,
        "edits": 12,
        "review_share": 0.25,
        "calibration_error": 0.02,
        "by_kind": {"integer": [pictures, right]},
        "risk_coverage": [[0.0, 0.1], [0.2, 0.02], [1.0, 0.0]],
        "reliability": [[0.5, 0.6, 20], [0.95, 0.94, 180]],
        **more,
    }


REPORT: dict[str, Any] = {
    "model": {"parameters": {"finder": 250_000, "reader": 650_000}, "bytes": {"finder": 300_000, "reader": 700_000}},
    "metrics": {
        "held_out": {
            "logbook": figures(200, 180, by_separator={".": [50, 40], "none": [150, 140]}),
            "cheques": figures(100, 95),
        },
        "mnist_test_gaps": {"10": 0.98, "0": 0.9, "-6": 0.4},
    },
}


@pytest.fixture
def read_numbers(reported: Artifact) -> Artifact:
    """A model folder with its own networks for numbers."""
    for name in READING:
        (reported.path / name).write_bytes(b"network")
    pages = {"picture_0": np.full((40, 60), 200, np.uint8), "texts": np.array([["12\n7.5", "12\n75", "0.61"]])}
    save_arrays(reported.path / READING_MISTAKES, pages)
    return reported


def write(artifact: Artifact, report: object) -> str:
    (artifact.path / READER_SETTINGS).write_text(json.dumps(report), encoding="utf-8")
    return part_html(artifact, "numbers", "flagship", "mnist_test")


def test_the_logbook_is_the_score_and_every_set_has_its_row(read_numbers: Artifact) -> None:
    html = write(read_numbers, REPORT)
    assert re.findall(r'data-metric="numbers_right">([^<]+)<', html) == ["90.0 %"]
    rows = re.findall(r'<th scope="row">(Logbook cells|Cheque amounts)</th>((?:<td>[^<]+</td>)+)', html)
    assert [(name, re.findall("<td>([^<]+)<", cells)[:3]) for name, cells in rows] == [
        ("Logbook cells", ["200", "90 %", "91 %"]),
        ("Cheque amounts", ["100", "95 %", "97 %"]),
    ]
    assert "900,000 parameters, 1 MB" in html


def test_groups_and_curves_are_shown_for_what_was_measured(read_numbers: Artifact) -> None:
    html = write(read_numbers, REPORT)
    assert "Logbook cells: by separator" in html
    assert "by number of digits" not in html
    assert "Check the least sure 20 %: 2 % are left wrong" in html
    assert "95 % sure: 94 % of 180 are right" in html


def test_the_curve_goes_from_overlapping_to_apart(read_numbers: Artifact) -> None:
    html = write(read_numbers, REPORT)
    numbers = re.findall(r'<pre class="rows" hidden>(\[\["gap[^<]*)</pre>', html)[0]
    assert json.loads(numbers)[1:] == [["-6", "0.4"], ["0", "0.9"], ["10", "0.98"]]
    assert "Digits 6 pixels into each other: 40 % of the lines read entirely right" in html
    assert "Digits touching: 90 %" in html


def test_misread_pages_are_a_gallery(read_numbers: Artifact) -> None:
    html = write(read_numbers, REPORT)
    assert html.count("A misread page") == 1
    assert "<span class=wrong>75</span>" in html
    assert "<span>7.5</span>" in html


def test_a_damaged_file_costs_its_part_alone(read_numbers: Artifact) -> None:
    (read_numbers.path / READING_MISTAKES).write_bytes(b"no pages")
    html = write(read_numbers, REPORT)
    assert 'class="missing"' in html
    assert "Logbook cells" in html
    assert 'class="missing"' in write(read_numbers, [])
    assert 'class="missing"' in write(read_numbers, {"metrics": {"held_out": {"logbook": {"pictures": 0}}}})
    (read_numbers.path / READER_SETTINGS).write_bytes(b"\x00")
    assert "reader.json is not JSON" in part_html(read_numbers, "numbers", "flagship", "mnist_test")
