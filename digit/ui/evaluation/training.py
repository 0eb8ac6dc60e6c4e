"""The training of a system: loss and accuracy per epoch, from its history."""

from __future__ import annotations

import csv
from pathlib import Path

from digit.errors import ArtifactError
from digit.ui.charts.axes import Axis, linear_axis, share_percent, short
from digit.ui.charts.figure import figure, rows_json
from digit.ui.charts.svg import Frame, Line, Plot, xy_chart
from digit.ui.evaluation.systems import System

COLUMNS = ("epoch", "accuracy", "loss", "val_accuracy", "val_loss")


def training_html(system: System, *, resumed: bool = False) -> str:
    """Two charts, accuracy and loss per epoch, or a sentence for a system that was not trained in epochs.

    Args:
        system: the system.
        resumed: the training went on from an earlier model: the history is that of its last round.

    Raises:
        ArtifactError: the history is missing, empty or malformed.
    """
    if system.history is None:
        return '<p class="lead">This system was not trained in epochs.</p>'
    history = read_history(system.history)
    charts = []
    for title, column, percent in (("Accuracy by epoch", "accuracy", True), ("Loss by epoch", "loss", False)):
        pair = (history[column], history[f"val_{column}"])
        rows = zip(history["epoch"], *pair, strict=True)
        numbers = rows_json(["epoch", "training", "validation"], [tuple(f"{v:.6g}" for v in row) for row in rows])
        plot = _plot(history["epoch"], *pair, column, percent)
        charts.append(figure(f"training-{column}-{system.name}", title, plot, numbers))
    return f'{_lead(history, resumed)}<div class="charts">{"".join(charts)}</div>'


def _lead(history: dict[str, list[float]], resumed: bool) -> str:
    """What the curves show, where they would surprise."""
    said = []
    if resumed:
        epochs = len(history["epoch"])
        said.append(
            f"This model was taught in rounds; the curves show the last one, {epochs} "
            f"epoch{'' if epochs == 1 else 's'}, which went on from an earlier model and so begins high."
        )
    if history["val_accuracy"][-1] > history["accuracy"][-1]:
        said.append("Validation is above training because the training digits are distorted and so harder to read.")
    return f'<p class="lead charts-lead">{" ".join(said)}</p>' if said else ""


def _plot(epochs: list[float], training: list[float], validation: list[float], what: str, percent: bool) -> Plot:
    write = share_percent if percent else short
    y = linear_axis(what, [*training, *validation], write, high=None)
    first, last = epochs[0], max(epochs[-1], epochs[0] + 1)
    whole = linear_axis("epoch", [], short, low=first, high=last)
    ticks = {first, last, *(v for v, _ in whole.ticks if v == int(v) and last - v >= (last - first) / 10)}
    x = Axis("epoch", first, last, tuple((v, short(v)) for v in sorted(ticks)))
    lines = [
        Line(
            name,
            epochs,
            values,
            [f"Epoch {e:.0f}: {name} {what} {write(v)}" for e, v in zip(epochs, values, strict=True)],
            look=look,
            label=name,
        )
        for name, look, values in (("training", "second", training), ("validation", "accent", validation))
    ]
    summary = (
        f"{what.capitalize()} over {len(epochs)} epochs: training ends at {write(training[-1])}, "
        f"validation at {write(validation[-1])}."
    )
    return xy_chart(Frame(x, y, right=76), summary, lines=lines)


def read_history(path: Path) -> dict[str, list[float]]:
    """The columns of a history.

    Raises:
        ArtifactError: the file is missing, empty or malformed.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        history = {name: [float(row[name]) for row in rows] for name in COLUMNS}
    except FileNotFoundError:
        raise ArtifactError(f"The model folder {path.parent} has no {path.name}.") from None
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"{path} should hold the columns {', '.join(COLUMNS)} ({error!r}).") from None
    if not rows:
        raise ArtifactError(f"{path} has no epoch.")
    return history
