"""The reason for an answer: the places that it depends on, tinted over the digit image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from digit.evaluation.occlusion import occlusion_map
from digit.recognition.prediction import Prediction
from digit.recognizer import Recognizer
from digit.ui.components.answer import NOTHING, Explanation, answer_html

FAINTEST = 0.02
"""Tints are scaled to the largest change of the probability, but at least to this one."""
FOR, AGAINST = (36, 86, 214), (216, 104, 28)
"""Colours of evidence for and against the answer, RGB."""
CAPTIONS = {
    "for": "Blue parts speak for the {digit}",
    "against": ", orange against it",
    "nothing": "No single part decides it",
}


def answer_with_reason(recognizer: Recognizer, prediction: Prediction, why: bool, empty: str = NOTHING) -> str:
    """The answer as HTML; with `why`, the digit image shows the evidence for and against the answer."""
    return answer_html(prediction, empty, explain(recognizer, prediction) if why else None)


def explain(recognizer: Recognizer, prediction: Prediction) -> Explanation | None:
    """The tinted digit image and its caption; None if the answer is no digit."""
    if prediction.digit is None:
        return None
    weights = occlusion_map(recognizer.probabilities, prediction.digit_image, prediction.digit)
    if np.abs(weights).max() < FAINTEST:
        return Explanation(tint(prediction.digit_image, weights), CAPTIONS["nothing"])
    caption = CAPTIONS["for"].format(digit=prediction.digit)
    if weights.min() < -FAINTEST:
        caption += CAPTIONS["against"]
    return Explanation(tint(prediction.digit_image, weights), caption)


def tint(digit_image: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Black ink over paper that is blue where `weights` is positive and orange where it is negative.

    Args:
        digit_image: float32 of shape (28, 28), ink = 1.
        weights: float32 of shape (28, 28), -1 to 1.

    Returns:
        uint8 of shape (28, 28, 3), RGB.
    """
    strength = (np.clip(np.abs(weights) / max(float(np.abs(weights).max()), FAINTEST), 0, 1))[..., np.newaxis]
    colour = np.where(weights[..., np.newaxis] >= 0, np.array(FOR, np.float32), np.array(AGAINST, np.float32))
    paper = 255 + strength * 0.75 * (colour - 255)
    tinted: NDArray[np.uint8] = np.rint(paper * (1 - 0.8 * digit_image[..., np.newaxis])).astype(np.uint8)
    return tinted
