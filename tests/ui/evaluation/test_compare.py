"""The comparison shows every figure that was measured, and which is the best."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from digit.artifact import Artifact
from digit.ui.evaluation.compare import compare_html, duration
from tests.ui.made import SYSTEMS, comparison, write_comparison
from tests.ui.rows import records


def rewrite(folder: Path, content: Any) -> None:
    (folder / "comparison.json").write_text(json.dumps(content), encoding="utf-8")


def test_a_row_for_each_system_and_a_dash_for_what_was_not_measured(reported: Artifact) -> None:
    write_comparison(reported.path)
    html = compare_html(reported)
    assert re.findall(r'<th scope="row">([^<]+)<', html) == [
        "flagship 1.0",
        *(title for _, _, title, *_ in SYSTEMS[1:]),
    ]
    assert re.findall(r"<td[^>]*>(99\.66 %)", html) == ["99.66 %"]
    assert html.count("as an example.</dd>") == len(SYSTEMS)
    assert html.count('<td class="none">') == 3 + 2  # real pictures of the baselines, parameters of two


def test_the_best_of_each_column_is_marked_in_its_own_sense(reported: Artifact) -> None:
    write_comparison(reported.path)
    best = re.findall(r'<td class="best" data-value="([^"]+)">', compare_html(reported))
    assert len(best) == 12
    assert {"0.9966", "34.0", "7850.0", "63000.0", "0.011"} <= set(best)


def test_the_charts_hold_the_systems_and_the_rows_their_numbers(reported: Artifact) -> None:
    write_comparison(reported.path)
    html = compare_html(reported)
    marks = [json.loads(unescape(text)) for text in re.findall(r'class="marks" hidden>(.*?)</pre>', html)]
    assert [len(chart) for chart in marks] == [len(SYSTEMS)] * 2
    assert marks[0][0][2] == "flagship 1.0: 0.34 % wrong, 1.31 MB"
    rows = records(re.findall(r'class="rows" hidden>(.*?)</pre>', html, re.S)[0])
    assert [float(row["accuracy"]) for row in rows] == [accuracy for _, _, _, accuracy, *_ in SYSTEMS]
    assert rows[-1]["real_world"] == ""


def test_figures_that_are_no_numbers_and_texts_with_markup_do_no_harm(reported: Artifact) -> None:
    content = comparison()
    content["systems"][1] |= {"title": "<script>alert(1)</script>", "accuracy": "<b>1</b>", "bytes": 0, "errors": True}
    content["systems"].append({"name": "nameless"})
    rewrite(reported.path, content)
    html = compare_html(reported)
    assert "<script" not in html
    assert "<b>1</b>" not in re.sub(r"<pre.*?</pre>", "", html, flags=re.S)
    assert html.count('<th scope="row">') == len(SYSTEMS)


def test_what_reads_like_the_best_is_marked_like_it(reported: Artifact) -> None:
    content = comparison()
    content["systems"][0]["roc_auc"], content["systems"][1]["roc_auc"] = 0.999981, 0.999984
    rewrite(reported.path, content)
    assert len(re.findall(r'<td class="best"[^>]*>0\.99998', compare_html(reported))) == 2


@pytest.mark.parametrize("content", [None, [], {}, {"systems": []}, {"systems": [1]}])
def test_without_a_comparison_it_says_how_to_make_one(reported: Artifact, content: Any) -> None:
    if content is not None:
        rewrite(reported.path, content)
    html = compare_html(reported)
    assert "comparison.json" in html
    assert f"<code>python train.py compare --bundle {reported.path.name}</code>" in html


def test_a_perfect_system_has_its_place(reported: Artifact) -> None:
    content = comparison()
    content["systems"][0]["accuracy"] = 1.0
    rewrite(reported.path, content)
    assert 'class="missing"' not in compare_html(reported)


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.21, "3.2 s"), (48, "48 s"), (99.6, "2 min"), (740, "12 min"), (6000, "1.7 h")]
)
def test_times_are_written_for_people(seconds: float, text: str) -> None:
    assert duration(seconds) == text
