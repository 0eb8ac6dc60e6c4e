"""The artifact: the model folder that `train.py` writes and the app reads."""

from digit.artifact.blocks import *  # noqa: F403
from digit.artifact.config import *  # noqa: F403
from digit.artifact.folder import *  # noqa: F403
from digit.artifact.names import *  # noqa: F403
