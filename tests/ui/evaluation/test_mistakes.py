"""The gallery of mistakes, one of them at large, and the CSV."""

from __future__ import annotations

import re

import numpy as np
import pytest

from digit.artifact import REPORT, Artifact
from digit.errors import ArtifactError
from digit.evaluation.report import ReportSet, load_report
from digit.recognizer import Recognizer
from digit.ui.evaluation.mistakes import mistakes_html, mistakes_json, sample_html
from tests.ui.rows import records


@pytest.fixture
def test_set(reported: Artifact) -> ReportSet:
    return load_report(reported.path / REPORT)["mnist_test"]


def test_the_gallery_has_every_mistake_with_its_words(test_set: ReportSet) -> None:
    html = mistakes_html(test_set, "mnist_test", "name")
    found = re.findall(r'data-index="(\d+)" data-label="(\d)" data-guess="(\d)" data-place="(\d+)"', html)
    assert [int(index) for index, *_ in found] == [*test_set.mistake_index, *test_set.right_index]
    assert [int(place) for *_, place in found] == list(range(len(found)))
    assert {int(label) for _, label, guess, _ in found if label == guess} == set(range(10))
    for index, label, guess, _ in found:
        assert (int(label), int(guess)) == (test_set.labels[int(index)], test_set.predictions[int(index)])
    assert "25 of 300 digits" in html


def test_disputed_labels_are_marked_in_mnist_s_test_set_alone(test_set: ReportSet) -> None:
    assert "label disputed" not in mistakes_html(test_set, "mnist_test", "name")
    labels = np.zeros(3000, np.uint8)
    predictions = np.zeros(3000, np.uint8)
    labels[2130], predictions[2130] = 4, 9
    probabilities = np.full((3000, 10), 0.1, np.float16)
    one = ReportSet(
        labels, predictions, probabilities, test_set.confusion, test_set.roc, test_set.reliability,
        np.array([2130], np.int32), test_set.mistake_images[:1],
    )  # fmt: skip
    assert "label disputed" in mistakes_html(one, "mnist_test", "name")
    assert "label disputed" not in mistakes_html(one, "usps_test", "name")
    assert list(records(mistakes_json(one, "mnist_test"))[0].values())[:5] == ["2130", "4", "9", "0.1000", "1"]


def test_the_rows_to_save_have_one_for_each_mistake_with_its_probabilities(test_set: ReportSet) -> None:
    rows = records(mistakes_json(test_set, "mnist_test"))
    assert [int(row["index"]) for row in rows] == test_set.mistake_index.tolist()
    for row in rows:
        expected = test_set.probabilities[int(row["index"])].astype(float)
        assert [float(row[f"p{d}"]) for d in range(10)] == pytest.approx(expected, abs=5e-5)
        assert float(row["confidence"]) == max(float(row[f"p{d}"]) for d in range(10))


def test_one_at_large_has_the_report_s_probabilities(recognizer: Recognizer) -> None:
    test = load_report(recognizer.artifact.path / REPORT)["mnist_test"]
    for place in (0, len(test.mistake_index) - 1):
        index = int(test.mistake_index[place])
        html = sample_html(recognizer, test, "mnist_test", index, served=True)
        shown = [float(p) for p in re.findall(r'data-p="([\d.]+)"', html)]
        assert shown == pytest.approx(test.probabilities[index].astype(float), abs=1e-5)
        assert f"The label says <b>{test.labels[index]}</b>" in html
        assert html.count("<figure>") == 2
        fresh = recognizer.probabilities(test.mistake_images[place][np.newaxis].astype(np.float32) / np.float32(255))
        assert shown == pytest.approx(fresh[0], abs=1e-3)


def test_another_system_s_mistake_says_what_this_page_s_model_reads(
    recognizer: Recognizer, test_set: ReportSet
) -> None:
    html = sample_html(recognizer, test_set, "mnist_test", int(test_set.mistake_index[3]), served=False)
    assert "This page's model says" in html


def test_a_right_answer_at_large(recognizer: Recognizer, test_set: ReportSet) -> None:
    index = int(test_set.right_index[0])
    html = sample_html(recognizer, test_set, "mnist_test", index, served=False)
    assert "The label says <b>0</b>. It was read as <b>0</b>" in html


def test_a_digit_without_a_picture_is_refused(recognizer: Recognizer, test_set: ReportSet) -> None:
    absent = min(set(range(len(test_set.labels))) - set(test_set.pictures))
    with pytest.raises(ArtifactError, match=f"no picture of digit {absent}"):
        sample_html(recognizer, test_set, "mnist_test", absent, served=True)
