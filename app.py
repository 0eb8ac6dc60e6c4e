"""The web app: one model, one page. `digit.ui.app.serve` does it.

    python app.py                             serve the bundled model on http://127.0.0.1:7860
    DIGIT_MODEL=artifacts/<folder> python app.py     serve another one
    DIGIT_MODEL=user/repo@<revision> python app.py   one of the Hugging Face Hub

GRADIO_SERVER_NAME and GRADIO_SERVER_PORT choose another address. Imports nothing that trains.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # Gradio reads it when it is imported


def main() -> int:
    """Serve until it is stopped; returns the exit status."""
    from digit.ui.app.serve import serve

    return serve("app.py")


if __name__ == "__main__":
    sys.exit(main())
