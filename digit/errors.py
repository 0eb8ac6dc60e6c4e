"""The errors that callers of `digit` may see, as one tree.

    DigitError
    ├── PictureError    a picture cannot be read: not a picture, truncated, too large, empty
    ├── ArtifactError   a model folder is missing, incomplete, changed or of another format
    ├── HubError        the Hugging Face Hub does not answer, refuses, or lacks what was asked for
    ├── DataError       a data set is missing, cannot be downloaded or does not hold what it should
    ├── FeedbackError   a correction cannot be stored or taken back
    └── SettingsError   a setting or a command-line value is not allowed

Every message is one sentence that says what was expected and what came, fit to be shown to a visitor as it is.
"""


class DigitError(Exception):
    """Base of all errors that this package raises on purpose."""


class PictureError(DigitError, ValueError):
    """A picture cannot be read; the message is for the person who gave it."""


class ArtifactError(DigitError):
    """A model folder is missing, incomplete, changed or of another format."""


class HubError(DigitError):
    """The Hugging Face Hub does not answer, refuses, or lacks what was asked for."""


class DataError(DigitError):
    """A data set is missing, cannot be downloaded or does not hold what it should."""


class SettingsError(DigitError, ValueError):
    """A setting or a command-line value is not allowed."""


class FeedbackError(DigitError):
    """A correction cannot be stored or taken back; the message is for the person who gave it."""
