"""The model card: the artifact's README.md, made from its settings and its figures."""

from __future__ import annotations

from typing import Any

from digit.artifact import ArtifactConfig

_TEMPLATE = """\
---
license: apache-2.0
library_name: litert
pipeline_tag: image-classification
tags: [handwriting, digits, mnist]
---

# digit {version}, preset {preset}

Reads single handwritten digits, 0 to 9, from digit images: 28x28 float32, ink = 1, paper = 0, the digit in a 20x20 box
with its centre of mass in the middle. `digit.imaging.preprocess` makes them from any picture.

| set | digits | accuracy | errors | macro F1 | calibration error (ECE) |
|---|---|---|---|---|---|
{rows}

- {parameters:,} parameters, {kilobytes:,.0f} kB as float32 LiteRT, {latency:.2f} ms for a digit image on one core of
  the machine that trained it.
- Trained for {epochs} epochs, seed {seed}, on {datasets}.
- Confidence: softmax of the logits over temperature {temperature:.3f}, fitted on the validation digits.
- "Not a digit": free energy above {energy:.3f}; "unsure": the two best probabilities closer than {margin:.3f}.

## Limits

MNIST's digits are of American writers{others}; {imitated}. It reads one digit a picture.
Letters that look like digits (O, l, S, Z) are read as digits.

## Use

```python
from digit import load_recognizer

recognizer = load_recognizer("path/to/this/folder")
print(recognizer.predict("photo.jpg").sentence)
```
"""


def model_card(config: ArtifactConfig, metrics: dict[str, Any]) -> str:
    """The text of the model card.

    Args:
        config: the artifact's settings.
        metrics: what `metrics.json` holds.
    """
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
    return _TEMPLATE.format(
        imitated=imitated,
        others=f"; {', '.join(others)} add other hands" if others else "",
        version=config.version,
        preset=config.preset,
        rows=rows,
        parameters=metrics["model"]["parameters"],
        kilobytes=metrics["model"]["tflite_bytes"] / 1000,
        latency=metrics["model"]["latency_ms"],
        epochs=metrics["training"]["epochs"],
        seed=config.seed,
        datasets=datasets,
        temperature=config.temperature,
        energy=config.energy_threshold,
        margin=config.unsure_margin,
    )
