"""The model card: the artifact's README.md, generated from its settings and figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from digit.artifact.config import ArtifactConfig
from digit.artifact.names import MNIST_TEST
from digit.artifact.schemas import Metrics, ReaderReport
from digit.errors import ArtifactError

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

CONFUSION = "figures/confusion-matrix.png"
"""Shown in the published card."""

MEASURED: dict[Literal["accuracy", "macro_f1", "ece"], tuple[str, str]] = {
    "accuracy": ("accuracy", "Accuracy"),
    "macro_f1": ("f1", "Macro F1"),
    "ece": ("ece", "Calibration error"),
}
"""Figures of `metrics.json`, with their identifiers and names on the Hub."""
MNIST_ON_THE_HUB = "ylecun/mnist"

_TEXT = """
# digit {version}, preset {preset}

Reads single handwritten digits, 0 to 9, from digit images: 28x28 float32, ink = 1, paper = 0, the digit in a 20x20 box
with its centre of mass in the middle. `digit.imaging.preprocess` makes them from any picture.

```python
from digit import load_recognizer

recognizer = load_recognizer({source})
print(recognizer.predict("photo.jpg").sentence)
```

## Accuracy

| set | digits | accuracy | errors | macro F1 | calibration error (ECE) |
|---|---|---|---|---|---|
{rows}
{confusion}
- {parameters:,} parameters, {kilobytes:,.0f} kB as float32 LiteRT, {latency:.2f} ms for a digit image on one core of
  the machine that trained it.
- Confidence: softmax of the logits over temperature {temperature:.3f}, fitted on the validation digits.
- "Not a digit": free energy above {energy:.3f}; "unsure": the two best probabilities closer than {margin:.3f}.

## How it was trained

{epochs} epochs, seed {seed}, on {datasets}. `config.json` holds every setting, the versions of the libraries and the
SHA-256 of the other files.

{reader}## Limits

MNIST's digits are of American writers{others}; {imitated}. {numbers}
Letters that look like digits (O, l, S, Z) are read as digits.
"""


def model_card(
    config: ArtifactConfig,
    metrics: Metrics,
    *,
    repo: str | None = None,
    revision: str | None = None,
    confusion: bool = False,
    reader: ReaderReport | None = None,
) -> str:
    """The text of the model card, with the header that the Hub reads.

    Args:
        config: the artifact's settings.
        metrics: content of `metrics.json`.
        repo: repository of the card on the Hub; None for a folder.
        revision: the tag that the card's example loads.
        confusion: whether the folder has a picture of the confusion matrix.
        reader: content of `reader.json`, where the model has its own networks for numbers.

    Raises:
        ArtifactError: `metrics.json` or `reader.json` lacks a figure.
    """
    from huggingface_hub import ModelCardData

    try:
        header = ModelCardData(
            license="apache-2.0",
            library_name="litert",
            pipeline_tag="image-classification",
            tags=["handwriting", "digits", "mnist"],
            datasets=[MNIST_ON_THE_HUB] if "mnist" in config.datasets else None,
            metrics=["accuracy", "f1"],
            model_name=f"digit {config.version}, preset {config.preset}",
            eval_results=_eval_results(metrics),
        )
        text = _text(config, metrics, repo, revision, confusion, reader)
    except (KeyError, TypeError) as error:
        raise ArtifactError(f"The model card needs a figure that is missing: {error}.") from error
    return f"---\n{header.to_yaml()}\n---\n{text}"


def _eval_results(metrics: Metrics) -> list[EvalResult]:
    """The figures of all sets, unrounded."""
    from huggingface_hub import EvalResult

    return [
        EvalResult(
            task_type="image-classification",
            dataset_type=MNIST_ON_THE_HUB if name == MNIST_TEST else name,
            dataset_name=name,
            dataset_split="validation" if name == "validation" else "test",
            metric_type=identifier,
            metric_name=title,
            metric_value=figures[key],
        )
        for name, figures in metrics["sets"].items()
        for key, (identifier, title) in MEASURED.items()
    ]


def _text(
    config: ArtifactConfig,
    metrics: Metrics,
    repo: str | None,
    revision: str | None,
    confusion: bool,
    reader: ReaderReport | None,
) -> str:
    rows = "\n".join(
        f"| {name} | {m['count']:,} | {100 * m['accuracy']:.2f} % | {m['errors']} | {m['macro_f1']:.4f} "
        f"| {100 * m['ece']:.2f} % |"
        for name, m in metrics["sets"].items()
    )
    datasets = ", ".join(f"{name} ({part['train']:,} digits)" for name, part in config.datasets.items())
    others = [name for name in config.datasets if name != "mnist"]
    augmentation = config.training.get("augmentation") or {}
    if augmentation.get("pen") and augmentation.get("photometric"):
        imitated = "pens, papers and cameras are imitated"
    else:
        imitated = "other pens, papers and cameras were not imitated, so expect less of photos and drawings"
    source = '"path/to/this/folder"'
    if repo is not None:
        source = f'"{repo}"' if revision is None else f'"{repo}", revision="{revision}"'
    return _TEXT.format(
        imitated=imitated,
        others=f"; {', '.join(others)} add other hands" if others else "",
        version=config.version,
        preset=config.preset,
        source=source,
        rows=rows,
        confusion=f"\n![Confusion matrix: what each digit is read as]({CONFUSION})\n" if confusion else "",
        parameters=metrics["model"]["parameters"],
        kilobytes=metrics["model"]["tflite_bytes"] / 1000,
        latency=metrics["model"]["latency_ms"],
        epochs=metrics["training"]["epochs"],
        seed=config.seed,
        datasets=datasets,
        temperature=config.temperature,
        energy=config.energy_threshold,
        margin=config.unsure_margin,
        reader=_reader(reader) if reader else "",
        numbers="Numbers are read row by row." if reader else "Numbers are read with the bundled networks.",
    )


def _reader(reader: ReaderReport) -> str:
    """The section about numbers."""
    titles = {
        "logbook": "cells of clinic logbooks",
        "register": "strips of parish registers",
        "cheques": "amounts on bank cheques",
        "pages": "made pages of up to eight rows",
    }
    metrics, model = reader["metrics"], reader["model"]
    rows = "".join(
        f"| {title} | {m['pictures']:,} | {100 * m['accuracy']:.1f} % | {m['rows_too_many']} "
        f"| {100 * m['calibration_error']:.1f} % |\n"
        for name, title in titles.items()
        if name in metrics["held_out"]
        for m in [metrics["held_out"][name]]
    )
    gaps = metrics["mnist_test_gaps"]
    sizes = {name: f"{count:,}" for name, count in model["parameters"].items()}
    return (
        "## Numbers\n\n"
        f"`finder.tflite` finds lines of digits on a picture ({sizes['finder']} parameters), `reader.tflite` reads "
        f"them as they are written, separators included ({sizes['reader']} parameters, CTC); together "
        f"{sum(model['bytes'].values()) / 1000:,.0f} kB.\n\n"
        "| held-out pictures | how many | entirely right | rows too many | calibration error (ECE) |\n"
        "|---|---|---|---|---|\n"
        f"{rows}\nLines of five MNIST test digits: {100 * gaps['10']:.1f} % entirely right with ten pixels between the "
        f"digits, {100 * gaps['0']:.1f} % with none, {100 * gaps['-4']:.1f} % where they overlap by four.\n\n"
    )
