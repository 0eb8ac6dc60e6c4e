"""The training charts hold the history."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest

from digit.artifact import HISTORY, Artifact
from digit.errors import ArtifactError
from digit.ui.evaluation.systems import systems
from digit.ui.evaluation.training import read_history, training_html


def test_every_epoch_can_be_asked(reported: Artifact) -> None:
    html = training_html(systems(reported)[0])
    marks = [json.loads(unescape(text)) for text in re.findall(r'class="marks" hidden>(.*?)</pre>', html)]
    words = [[mark[2] for mark in chart] for chart in marks]
    assert [len(chart) for chart in words] == [8, 8]
    assert words[0][0] == "Epoch 1: training accuracy 80 %"
    assert words[1][-1] == "Epoch 4: validation loss 0.05"


def test_curves_of_a_last_round_say_so(reported: Artifact) -> None:
    system = systems(reported)[0]
    assert "taught in rounds" not in training_html(system)
    assert "the curves show the last one, 4 epochs, which went on" in training_html(system, resumed=True)


def test_validation_above_training_is_explained(reported: Artifact) -> None:
    rows = "epoch,accuracy,loss,val_accuracy,val_loss\n1,{},1,{},1\n"
    for training, validation, explained in ((0.9, 0.95, True), (0.95, 0.9, False)):
        (reported.path / HISTORY).write_text(rows.format(training, validation), encoding="utf-8")
        assert ("Validation is above training because" in training_html(systems(reported)[0])) == explained


def test_what_was_fitted_in_one_go_has_no_epochs(reported: Artifact) -> None:
    assert "not trained in epochs" in training_html(replace(systems(reported)[0], history=None))


@pytest.mark.parametrize(
    "content", ["", "epoch,accuracy\n1,0.5\n", "epoch,accuracy,loss,val_accuracy,val_loss\n1,a,b,c,d\n"]
)
def test_a_history_of_another_kind_is_refused(reported: Artifact, content: str) -> None:
    (reported.path / HISTORY).write_text(content, encoding="utf-8")
    with pytest.raises(ArtifactError, match=HISTORY):
        read_history(reported.path / HISTORY)


def test_one_epoch_is_enough(reported: Artifact) -> None:
    (reported.path / HISTORY).write_text(
        "epoch,accuracy,loss,val_accuracy,val_loss\n1,0.5,1,0.6,0.9\n", encoding="utf-8"
    )
    assert training_html(systems(reported)[0]).count('class="marks"') == 2
