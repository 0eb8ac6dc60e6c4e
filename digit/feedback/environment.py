"""The environment variables that name a feedback store."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from digit.artifact.folder import Artifact
from digit.feedback.store import FeedbackStore

FOLDER_VARIABLE = "DIGIT_FEEDBACK_DIR"
REPO_VARIABLE = "DIGIT_FEEDBACK_REPO"


def open_store(artifact: Artifact) -> FeedbackStore | None:
    """The store that the environment names: a folder, a data set on the Hub (with a temporary folder), both or none.

    Raises:
        FeedbackError: the folder cannot be used.
    """
    folder, repo = os.environ.get(FOLDER_VARIABLE), os.environ.get(REPO_VARIABLE)
    if not folder and not repo:
        return None
    path = Path(folder or tempfile.mkdtemp(prefix="digit-feedback-"))
    if not repo:
        return FeedbackStore(path, artifact)
    from digit.feedback.hub_sync import FeedbackPush  # the Hub's client takes half a second to import

    push = FeedbackPush(path, repo)
    store = FeedbackStore(path, artifact, push)
    push.wake()  # an earlier process may have left corrections to push
    return store
