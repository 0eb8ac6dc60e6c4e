"""The errors that `digit` raises, as one tree.

    DigitError
    ├── PictureError    a picture cannot be read: not a picture, truncated, too large, empty
    ├── ArtifactError   a model folder is missing, incomplete, changed or of another format
    ├── HubError        the Hugging Face Hub does not answer, refuses, or lacks what was asked for
    ├── DataError       a data set is missing, cannot be downloaded or has unexpected content
    ├── FeedbackError   a correction cannot be stored or withdrawn
    └── SettingsError   a setting or a command-line value is not allowed

Every message is one sentence with what was expected and what was received, fit to be shown to a visitor.
"""


class DigitError(Exception):
    """Base class of all errors that this package raises on purpose."""


class PictureError(DigitError, ValueError):
    """A picture cannot be read; the message is for the person who provided it."""


class ArtifactError(DigitError):
    """A model folder is missing, incomplete, changed or of another format."""


class HubError(DigitError):
    """The Hugging Face Hub does not answer, refuses, or lacks what was asked for."""


class DataError(DigitError):
    """A data set is missing, cannot be downloaded or has unexpected content."""


class SettingsError(DigitError, ValueError):
    """A setting or a command-line value is not allowed."""


class FeedbackError(DigitError):
    """A correction cannot be stored or withdrawn; the message is for the person who gave it."""
