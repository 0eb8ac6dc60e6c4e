"""digit reads handwritten digits: drawn in the browser, photographed or scanned.

    from digit import load_recognizer
    recognizer = load_recognizer()
    prediction = recognizer.predict("photo.jpg")
    prediction.digit, prediction.confidence, prediction.verdict

The public names are imported on first use, so that `import digit` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digit.errors import ArtifactError, DataError, DigitError, FeedbackError, HubError, PictureError, SettingsError
    from digit.recognition.prediction import Prediction
    from digit.recognizer import Recognizer, load_recognizer

__version__ = "0.1.0"

__all__ = [
    "load_recognizer",
    "Recognizer",
    "Prediction",
    "DigitError",
    "PictureError",
    "ArtifactError",
    "HubError",
    "DataError",
    "FeedbackError",
    "SettingsError",
]

_HOME = {name: "digit.errors" for name in __all__ if name.endswith("Error")} | {
    "load_recognizer": "digit.recognizer",
    "Recognizer": "digit.recognizer",
    "Prediction": "digit.recognition.prediction",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'digit' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
