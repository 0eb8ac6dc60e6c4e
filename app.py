"""The web app: one model folder, one page.

    python app.py                             serve the bundled model on http://127.0.0.1:7860
    DIGIT_MODEL=artifacts/<folder> python app.py     serve another one

GRADIO_SERVER_NAME and GRADIO_SERVER_PORT choose another address. Imports nothing that trains.
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # Gradio reads it when it is imported

MODEL_VARIABLE = "DIGIT_MODEL"


def main() -> int:
    """Serve until it is stopped; returns the exit status."""
    from digit.errors import ArtifactError
    from digit.recognizer import load_recognizer

    try:
        recognizer = load_recognizer(os.environ.get(MODEL_VARIABLE) or None)
    except ArtifactError as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1

    from digit.ui.page import build_page, launch_options  # Gradio: seconds, and only now needed

    build_page(recognizer).launch(**launch_options())
    return 0


if __name__ == "__main__":
    sys.exit(main())
