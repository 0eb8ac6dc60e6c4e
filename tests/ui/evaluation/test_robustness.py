"""The heat maps hold every accuracy, with an example of each kind."""

from __future__ import annotations

import re

from digit.artifact import Artifact
from digit.evaluation.robustness import load_robustness
from digit.ui.evaluation.robustness import robustness_html
from digit.ui.evaluation.systems import systems
from tests.ui.comparisons import add_comparison
from tests.ui.made import robustness_arrays, write_robustness
from tests.ui.rows import records


def test_every_accuracy_has_a_cell_and_the_hardest_kind_is_first(reported: Artifact) -> None:
    write_robustness(reported.path)
    accuracy = robustness_arrays()["accuracy"]
    html = robustness_html(reported)
    cells = [float(v) for v in re.findall(r'class="cell"[^>]*>([\d.]+)<', html)]
    assert len(cells) == accuracy.size
    expected = [round(100 * float(v), 1) for v in accuracy[0][::-1].ravel()]  # the last made kind is the hardest
    assert all(abs(a - b) < 0.06 for a, b in zip(cells[:20], expected, strict=True))


def test_the_textbook_network_stands_beside_and_each_kind_has_its_picture(reported: Artifact) -> None:
    write_robustness(reported.path)
    html = robustness_html(reported)
    assert re.findall(r'data-view="([\w ]+)" aria-pressed="true"', html) == ["cnn classic"]
    assert html.count("<image ") == 3 * 4
    assert 'id="robustness-sprite"' in html


def test_words_name_the_kind_the_severity_and_the_system(reported: Artifact) -> None:
    write_robustness(reported.path)
    assert "Too little light: few photons make up each pixel. Severity 1: flagship 1.0 reads " in robustness_html(
        reported
    )


def test_one_system_alone_is_shown_alone(reported: Artifact) -> None:
    write_robustness(reported.path, systems=1)
    html = robustness_html(reported)
    assert html.count('<figure class="chart"') == 1
    assert "missing" not in html


def test_each_file_holds_what_its_name_says(reported: Artifact) -> None:
    write_robustness(reported.path)
    tables = re.findall(r'data-name="([\w-]+)".*?class="rows" hidden>(.*?)</pre>', robustness_html(reported), re.S)
    held = {name: {row["system"] for row in records(rows)} for name, rows in tables}
    assert held == {"robustness-flagship": {"flagship"}, "robustness-beside": {"cnn_classic", "cnn_quick"}}


def test_systems_have_the_titles_of_the_comparison(reported: Artifact) -> None:
    write_robustness(reported.path)
    add_comparison(reported.path)
    html = robustness_html(reported)
    for system in systems(reported):
        if system.name in load_robustness(reported.path / "robustness.npz").systems:
            assert f'<th scope="row">{system.title}</th>' in html


def test_without_the_file_it_says_how_to_make_it(reported: Artifact) -> None:
    assert f"<code>python train.py compare --bundle {reported.path.name}</code> makes it." in robustness_html(reported)
    (reported.path / "robustness.npz").write_bytes(b"PK not any more")
    assert "robustness.npz is not a readable .npz file" in robustness_html(reported)
