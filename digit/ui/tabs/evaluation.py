"""The Evaluation tab: the artifact's figures for the model and for the systems it was compared with.

The page requests a part when it is first opened, and good answers are cached. Every part reads its own files, so a
missing or damaged file costs only that part, and the page says which.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any, NamedTuple

import gradio as gr

from digit.artifact import Artifact
from digit.errors import ArtifactError
from digit.evaluation.report import ReportSet, load_report
from digit.recognizer import Recognizer
from digit.ui.charts.matrix import matrix_html
from digit.ui.evaluation.compare import compare_html
from digit.ui.evaluation.curves import curves_html
from digit.ui.evaluation.mistakes import mistakes_html, sample_html
from digit.ui.evaluation.numbers import numbers_html
from digit.ui.evaluation.overview import (
    class_table,
    facts_html,
    held_digits,
    is_served,
    other_sets_html,
    score_html,
    set_figures,
)
from digit.ui.evaluation.parts import kept, missing
from digit.ui.evaluation.parts import part as or_sentence
from digit.ui.evaluation.robustness import robustness_html
from digit.ui.evaluation.systems import TEST_SET, System, accuracy_percent, comparison_trouble, set_title, systems
from digit.ui.resources import resource_text

SCRIPTS = ("evaluation/evaluation.js", "charts/matrix.js", "evaluation/mistakes.js")


class View(NamedTuple):
    """The visitor's choice."""

    artifact: Artifact
    system: System
    set_name: str

    @property
    def test(self) -> ReportSet:
        return load_report(self.system.report)[self.set_name]

    @property
    def name(self) -> str:
        """Prefix of the names of saved files."""
        return f"{self.system.name}-{self.set_name}"


def evaluation_tab(recognizer: Recognizer) -> None:
    """Add the tab's component to the open Blocks; its scripts request the parts."""
    artifact = recognizer.artifact

    answer = kept(partial(part_html, artifact), 64)

    def part(asked: Any) -> str:
        return answer(*_texts(asked, "part", "system", "set"))

    def sample(asked: Any) -> str:
        system, set_name, index = _texts(asked, "system", "set", "index")
        return or_sentence(lambda: _sample(recognizer, system, set_name, int(index)))

    gr.HTML(
        shell_html(artifact),
        js_on_load="\n".join(resource_text(name) for name in SCRIPTS),
        server_functions=[part, sample],
        apply_default_css=False,
        elem_id="evaluation",
    )


def shell_html(artifact: Artifact) -> str:
    """The selectors for model, set and part, and an empty panel for each part."""
    found = systems(artifact)
    groups = [("Networks", [s for s in found if s.kind == "preset"])]
    groups.append(("Baselines", [s for s in found if s.kind == "baseline"]))
    options = "".join(
        f'<optgroup label="{label}">{"".join(map(_option, members))}</optgroup>' for label, members in groups if members
    )
    sets = {s.name: [[name, set_title(name)] for name in _set_names(s)] for s in found}
    trouble = comparison_trouble(artifact)
    first = next(iter(PARTS))
    tabs = "".join(
        f'<button type="button" role="tab" id="part-{name}-tab" data-part="{name}" data-chosen="{int(part.chosen)}" '
        f'aria-controls="part-{name}" aria-selected="{str(name == first).lower()}" '
        f'tabindex="{0 if name == first else -1}">{part.title}</button>'
        for name, part in PARTS.items()
    )
    panels = "".join(
        f'<div role="tabpanel" id="part-{name}" aria-labelledby="part-{name}-tab"{"" if name == first else " hidden"}>'
        "</div>"
        for name in PARTS
    )
    return (
        f'<div class="parts" role="tablist" aria-label="Parts of the evaluation">{tabs}</div>'
        f'<div class="picks" data-sets="{escape(json.dumps(sets))}">'
        f'<p><label for="pick-system">Model</label><select id="pick-system" data-pick="system">{options}</select></p>'
        '<p><label for="pick-set">Set</label><select id="pick-set" data-pick="set"></select></p></div>'
        f"{missing(trouble) if trouble else ''}{panels}"
    )


def part_html(artifact: Artifact, part: str, system: str, set_name: str) -> str:
    """One part of the tab, or the sentence on what cannot be read.

    Args:
        part: a key of `PARTS`.
        system: the name of one of `digit.ui.evaluation.systems.systems`.
        set_name: a set of its report.
    """

    def build() -> str:
        if part not in PARTS:
            raise ArtifactError(f"Expected a part of the evaluation ({', '.join(PARTS)}), got {part!r}.")
        return PARTS[part].build(View(artifact, _system(artifact, system), set_name))

    return or_sentence(build)


def _overview(view: View) -> str:
    artifact, system, set_name = view

    def holds() -> str:
        try:
            return held_digits(view.test.labels)
        except (ArtifactError, LookupError):  # the parts that need the report say so
            return ""

    def score() -> str:
        figures = set_figures(artifact, system, set_name)
        count = figures.get("count") or len(view.test.labels)
        return score_html(figures, count, set_name, str(system.figures.get("description", "")), holds())

    def matrix() -> str:
        return matrix_html(view.test.confusion, f"confusion-{view.name}")

    def mistakes() -> str:
        return mistakes_html(view.test, set_name, f"mistakes-{view.name}")

    def others() -> str:
        return other_sets_html(artifact, set_name) if is_served(artifact, system) else ""

    return (
        f'<div class="opening">{or_sentence(score)}'
        f"{or_sentence(lambda: facts_html(artifact, system, set_figures(artifact, system, set_name)))}</div>"
        f'<div class="board"><div class="confused">{or_sentence(matrix)}</div>'
        f'<div class="misread">{or_sentence(mistakes)}</div>'
        f'<div class="each">{or_sentence(lambda: class_table(view.test.confusion))}</div>'
        f'<div class="elsewhere">{or_sentence(others)}</div></div>'
    )


def _curves(view: View) -> str:
    artifact, system, set_name = view
    served = is_served(artifact, system)
    margin = artifact.config.unsure_margin if served else None
    return curves_html(system, set_name, margin, resumed=served and bool(artifact.config.training.get("start")))


class Part(NamedTuple):
    """A part of the tab: its title, the function that makes its HTML, and whether it depends on model and set."""

    title: str
    build: Callable[[View], str]
    chosen: bool


PARTS = {
    "overview": Part("Overview", _overview, chosen=True),
    "curves": Part("Curves", _curves, chosen=True),
    "robustness": Part("Robustness", lambda view: robustness_html(view.artifact), chosen=False),
    "numbers": Part("Numbers", lambda view: numbers_html(view.artifact), chosen=False),
    "compare": Part("Compare", lambda view: compare_html(view.artifact), chosen=False),
}
"""By name, in the order of the page."""


def _sample(recognizer: Recognizer, system_name: str, set_name: str, index: int) -> str:
    view = View(recognizer.artifact, _system(recognizer.artifact, system_name), set_name)
    return sample_html(recognizer, view.test, set_name, index, is_served(view.artifact, view.system))


def _system(artifact: Artifact, name: str) -> System:
    for system in systems(artifact):
        if system.name == name:
            return system
    raise ArtifactError(f"There is no evaluation of a model named {name!r} here.")


def _set_names(system: System) -> list[str]:
    """The sets of a report, MNIST's test set first; only that one if the report cannot be read."""
    try:
        names = load_report(system.report).sets
    except ArtifactError:
        return [TEST_SET]
    return sorted(names, key=lambda name: name != TEST_SET)


def _option(system: System) -> str:
    accuracy = system.figures.get("accuracy")
    figure = f", {accuracy_percent(accuracy)}" if isinstance(accuracy, float) else ""
    return f'<option value="{escape(system.name)}">{escape(system.title)}{figure}</option>'


def _texts(asked: Any, *names: str) -> list[str]:
    """The values of a request by name, as short texts; empty for anything else."""
    values = [asked.get(name) if isinstance(asked, dict) else None for name in names]
    return [str(value)[:80] if isinstance(value, str | int) else "" for value in values]
