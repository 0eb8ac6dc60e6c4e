"""Serves the web app.

    python app.py                             serve the bundled model on http://127.0.0.1:7860
    DIGIT_MODEL=artifacts/<folder> python app.py     serve another model
    DIGIT_MODEL=user/repo@<revision> python app.py   serve a model of the Hugging Face Hub

GRADIO_SERVER_NAME and GRADIO_SERVER_PORT set another address.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # Gradio reads it on import


def main() -> int:
    """Serve until it is stopped; returns the exit status."""
    from digit.ui.app.serve import serve

    return serve("app.py")


if __name__ == "__main__":
    sys.exit(main())
