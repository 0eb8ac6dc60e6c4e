"""The prediction for one picture: digit, confidence, verdict and sentence.

The page, the command line and the HTTP API share these sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Verdict = Literal["digit", "unsure", "not_a_digit", "empty"]
Reason = Literal["", "several", "small"]

SENTENCES: dict[Verdict, str] = {
    "empty": "Nothing drawn yet",
    "not_a_digit": "This does not look like a digit",
    "unsure": "Not sure: {first} or {second}?",
    "digit": "This looks like {article} {digit}",
}
SEVERAL_ALONE = "Several digits: one at a time is read here"
"""On a page without numbers."""
REFUSALS: dict[Reason, str] = {
    "several": "Several digits: read them on Number",
    "small": "Too small to read: draw larger",
}
ARTICLES = ["an" if digit == 8 else "a" for digit in range(10)]

HIGHEST_CONFIDENCE = 0.9999
"""Probabilities are never shown above this: no learned prediction is certain."""


@dataclass(frozen=True, eq=False)
class Prediction:
    """The prediction for one picture.

    Attributes:
        digit: 0 to 9; None when the verdict is "not_a_digit" or "empty".
        confidence: calibrated probability of the most likely digit, 0 to 1 (0 when empty).
        probabilities: float32 of shape (10,), summing to 1; all zero when empty.
        verdict: "digit"; "unsure" when two digits are close; "not_a_digit"; "empty" when nothing is written.
        digit_image: float32 of shape (28, 28), ink = 1: the input of the model.
        reason: why it is not a digit, where that is known: several digits, or a small one.
    """

    digit: int | None
    confidence: float
    probabilities: NDArray[np.float32]
    verdict: Verdict
    digit_image: NDArray[np.float32] = field(repr=False)
    reason: Reason = ""

    def top(self, k: int = 3) -> list[tuple[int, float]]:
        """The `k` most likely digits with their probabilities, best first; [] when the verdict is "empty"."""
        if self.verdict == "empty":
            return []
        order = np.argsort(-self.probabilities, kind="stable")[:k]
        return [(int(d), float(self.probabilities[d])) for d in order]

    @property
    def sentence(self) -> str:
        """The prediction as a sentence."""
        sentence = REFUSALS.get(self.reason, SENTENCES[self.verdict])
        if self.verdict == "unsure":
            first, second = sorted(d for d, _ in self.top(2))
            return sentence.format(first=first, second=second)
        if self.digit is not None:
            return sentence.format(article=ARTICLES[self.digit], digit=self.digit)
        return sentence

    def as_dict(self, top_k: int = 3) -> dict[str, Any]:
        """JSON for the command line and the HTTP API; probabilities are rounded to four places."""
        answer: dict[str, Any] = {
            "digit": self.digit,
            "confidence": rounded(self.confidence),
            "verdict": self.verdict,
        }
        if self.verdict != "empty":
            answer["top"] = [[d, rounded(p)] for d, p in self.top(top_k)]
        return answer


def rounded(probability: float) -> float:
    """A probability rounded to four places, never 1."""
    return min(round(probability, 4), HIGHEST_CONFIDENCE)


def percent(probability: float) -> str:
    """A probability as text: "97 %"; "99.9 %" and "0.1 %" near the ends. Never "100 %" or "0 %"."""
    value = 100 * probability
    if value >= 99.95:
        return "> 99.9 %"
    if value < 0.05:
        return "< 0.1 %"
    if value >= 99 or value < 1:
        return f"{value:.1f} %"
    return f"{value:.0f} %"
