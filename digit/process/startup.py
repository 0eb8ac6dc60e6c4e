"""What our own programs, the app and the command line, change in their process before they read pictures.

Importing `digit` or building a `Recognizer` never does this: the process may belong to another program.
"""

from __future__ import annotations

import warnings

from digit.process.malloc import keep_picture_memory


def prepare_process() -> None:
    """Set up memory reuse for pictures and ignore Pillow's warnings about odd files.

    Every file is read or refused with an error, so the warnings add nothing. The filter covers the process because
    `warnings.catch_warnings` around each picture is not thread-safe.
    """
    keep_picture_memory()
    warnings.filterwarnings("ignore", module=r"PIL\.")
