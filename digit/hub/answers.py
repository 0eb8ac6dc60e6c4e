"""What the Hub answers when it does not do what was asked, in words: one sentence for each failure.

Knows the errors of `huggingface_hub` and of the system below it; asks for nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import httpx2  # what huggingface_hub 2 speaks HTTP with, and whose errors it lets through
from huggingface_hub import constants, get_token, set_client_factory
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils._http import default_client_factory

from digit.errors import DigitError, HubError
from digit.hub.names import HubName

TOKEN_PLACES = "HF_TOKEN or `hf auth login`"
SILENT_SECONDS = 60.0
"""How long the Hub may be silent within one request, before it counts as failed and is tried again."""


@cache
def give_up_on_silence() -> None:
    """Let the Hub's client stop waiting after `SILENT_SECONDS`: by itself it waits for ever.

    For programs of ours alone, since it is the whole process's client: whoever imports `digit` may have set another.
    """

    def client() -> httpx2.Client:
        made = default_client_factory()
        made.timeout = httpx2.Timeout(SILENT_SECONDS)
        return made

    set_client_factory(client)


@contextmanager
def in_words(kind: str, name: HubName) -> Iterator[None]:
    """What goes wrong while talking to the Hub, as one sentence.

    Args:
        kind: "model" or "Space", for the sentence.

    Raises:
        HubError: of anything that went wrong, except for what is a sentence of ours already.
    """
    try:
        yield
    except DigitError:
        raise
    except (httpx2.HTTPError, OSError, ValueError, RuntimeError, LookupError, TypeError) as error:
        raise HubError(_sentence(error, kind, name)) from None


def _sentence(error: BaseException, kind: str, name: HubName) -> str:
    hub = constants.ENDPOINT.split("//")[-1]
    if isinstance(error, LocalTokenNotFoundError):
        return _no_token(name)
    if isinstance(error, OfflineModeIsEnabled):
        return f"HF_HUB_OFFLINE is set, so the Hub was not asked for {name}."
    if isinstance(error, GatedRepoError):
        return f"{name.repo} is gated: its terms are to be accepted on the Hub first, and {TOKEN_PLACES} shows by whom."
    if isinstance(error, RevisionNotFoundError):
        return f"{name.repo} has no revision {name.revision or 'main'!r} on the Hub."
    if isinstance(error, RepositoryNotFoundError):
        return f"The Hub has no {kind} {name.repo}, or it is private and {TOKEN_PLACES} does not open it."
    if isinstance(error, RemoteEntryNotFoundError):
        missing = str(error.response.url.path).rsplit("/", 1)[-1]
        return f"{name} has no {missing} on the Hub: expected a model folder, as `python -m digit push` writes it."
    if isinstance(error, HfHubHTTPError):
        return _refusal(error.response.status_code, kind, name, hub)
    if isinstance(error, httpx2.TimeoutException):
        return f"The Hub at {hub} was silent for too long."
    if isinstance(error, httpx2.ConnectError):
        return f"The Hub at {hub} cannot be reached: is there a network?"
    if isinstance(error, httpx2.HTTPError):
        return f"The connection to the Hub at {hub} broke off."
    if error.__cause__ is not None:  # a wrapper of huggingface_hub's around one of the above
        return _sentence(error.__cause__, kind, name)
    if isinstance(error, LookupError | TypeError):  # what the client makes of JSON that it does not expect
        return f"What answers at {hub} is not the Hub: is there a proxy in between?"
    if isinstance(error, OSError) and error.errno is not None:
        return f"A file of {name} cannot be read or written here ({error.strerror}); HF_HOME names the cache's folder."
    if isinstance(error, OSError) and "Consistency check failed" in str(error):
        return f"A file of {name} did not arrive whole from the Hub."
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return f"{name} on the Hub cannot be used ({first.removesuffix('.')})."


def _no_token(name: HubName) -> str:
    return f"The Hub wants a token for {name.repo}, and there is none: {TOKEN_PLACES} gives it."


def _refusal(status: int, kind: str, name: HubName, hub: str) -> str:
    if status == 401 and get_token() is None:
        return _no_token(name)
    if status == 401:
        return f"The Hub refuses the token: {TOKEN_PLACES} should give one that is valid."
    if status == 402:
        return f"The Hub wants a paid plan for the {kind} {name.repo}: docs/hub.md says which accounts get which."
    if status == 403:
        return f"The Hub forbids this for {name.repo}: the token of {TOKEN_PLACES} lacks the right to it."
    if status == 429:
        return f"The Hub at {hub} asks for patience (429, too many requests): try again in some minutes."
    if status >= 500:
        return f"The Hub at {hub} has a fault of its own ({status}): try again later."
    return f"The Hub at {hub} answered {status} for {name}."
