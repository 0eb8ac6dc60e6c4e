"""The Data tab shows what was found in the data, and costs little."""

from __future__ import annotations

import json
import re
import time
from html import unescape

from digit.artifact import Artifact
from digit.data.profile import save_exploration
from digit.ui.tabs.data import data_html
from tests.ui.made import exploration, write_exploration
from tests.ui.rows import records

NAMES = [
    "class-counts",
    "intensity-histogram",
    "samples",
    "heat-map",
    "mean-images",
    "explained-variance",
    "scatter-pca",
    "scatter-tsne",
]


def test_every_finding_has_its_chart(reported: Artifact) -> None:
    write_exploration(reported.path)
    html = data_html(reported)
    assert re.findall(r'<figure class="chart" data-name="([\w-]+)"', html) == NAMES


def test_checks_are_said_in_words(reported: Artifact) -> None:
    write_exploration(reported.path)
    html = data_html(reported)
    assert "539 people wrote the former, 297 the latter" in html
    assert "2 training images equal an earlier one" in html
    assert "training 3 = training 41" in html
    assert "No test image occurs" in html or "no test image occurs" in html


def test_unknown_writers_are_not_counted(reported: Artifact) -> None:
    found = exploration()
    found.writers[:] = -1
    save_exploration(reported.path / "exploration.npz", found)
    assert "people" not in data_html(reported).split("</p>")[0]


def test_each_point_says_its_index_and_points_at_its_thumbnail(reported: Artifact) -> None:
    write_exploration(reported.path)
    found = exploration()
    html = data_html(reported)
    chart = re.findall(r'data-name="scatter-pca" data-sprite="data-sprite".*?</figure>', html, re.S)[0]
    marks = json.loads(unescape(re.findall(r'class="marks" hidden>(.*?)</pre>', chart)[0]))
    expected = [
        [f"Training digit {index:,}: a {label}", "", i]
        for i, (index, label) in enumerate(zip(found.scatter_index, found.scatter_labels, strict=True))
    ]
    assert [mark[2:] for mark in marks] == expected
    rows = records(re.findall(r'class="rows" hidden>(.*?)</pre>', chart, re.S)[0])
    assert [int(row["label"]) for row in rows] == found.scatter_labels.tolist()


def test_without_the_file_it_says_how_to_make_it(reported: Artifact) -> None:
    assert f"<code>python train.py explore --into {reported.path.name}</code> makes it." in data_html(reported)
    (reported.path / "exploration.npz").write_bytes(b"PK not any more")
    assert "exploration.npz is not a readable .npz file" in data_html(reported)


def test_a_thousand_points_stay_below_a_megabyte(reported: Artifact) -> None:
    write_exploration(reported.path, points=1000)
    start = time.perf_counter()
    size = len(data_html(reported).encode())
    print(f"the Data tab: {size:,} bytes in {1000 * (time.perf_counter() - start):.0f} ms")
    assert size < 1_000_000
