"""Errors of the Hugging Face Hub's client as `HubError`s, with one sentence for each kind of failure."""

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
"""Timeout of one request to the Hub, after which it counts as failed and is retried."""


@cache
def give_up_on_silence() -> None:
    """Set the timeout of the Hub's client to `SILENT_SECONDS`; by default it waits for ever.

    Only for our own programs: the client belongs to the whole process, and a program that imports `digit` may have set
    another one.
    """

    def client() -> httpx2.Client:
        made = default_client_factory()
        made.timeout = httpx2.Timeout(SILENT_SECONDS)
        return made

    set_client_factory(client)


@contextmanager
def hub_errors(kind: str, name: HubName) -> Iterator[None]:
    """Turn whatever fails while talking to the Hub into a `HubError`; errors of `digit` pass unchanged.

    Args:
        kind: "model", "data set" or "Space", for the message.

    Raises:
        HubError: the request failed; its cause is the client's error.
    """
    try:
        yield
    except DigitError:
        raise
    except (httpx2.HTTPError, OSError, ValueError, RuntimeError, LookupError, TypeError) as error:
        raise HubError(_message(error, kind, name)) from error


def _message(error: BaseException, kind: str, name: HubName) -> str:
    hub = constants.ENDPOINT.split("//")[-1]
    if isinstance(error, LocalTokenNotFoundError):
        return _no_token(name)
    if isinstance(error, OfflineModeIsEnabled):
        return f"HF_HUB_OFFLINE is set, so {name} was not requested from the Hub."
    if isinstance(error, GatedRepoError):
        return f"{name.repo} is gated: accept its terms on the Hub, and log in with {TOKEN_PLACES}."
    if isinstance(error, RevisionNotFoundError):
        return f"{name.repo} has no revision {name.revision or 'main'!r} on the Hub."
    if isinstance(error, RepositoryNotFoundError):
        return f"The Hub has no {kind} {name.repo}, or it is private and {TOKEN_PLACES} gives no access to it."
    if isinstance(error, RemoteEntryNotFoundError):
        missing = str(error.response.url.path).rsplit("/", 1)[-1]
        return f"{name} has no {missing} on the Hub: expected a model folder, as `python -m digit push` writes it."
    if isinstance(error, HfHubHTTPError):
        return _refusal(error.response.status_code, kind, name, hub)
    if isinstance(error, httpx2.TimeoutException):
        return f"The Hub at {hub} did not answer in time."
    if isinstance(error, httpx2.ConnectError):
        return f"The Hub at {hub} cannot be reached. Check the network connection."
    if isinstance(error, httpx2.HTTPError):
        return f"The connection to the Hub at {hub} was interrupted."
    if error.__cause__ is not None:  # huggingface_hub wraps one of the above
        return _message(error.__cause__, kind, name)
    if isinstance(error, LookupError | TypeError):  # the client's errors on unexpected JSON
        return f"The server at {hub} does not answer like the Hub. Check for a proxy in between."
    if isinstance(error, OSError) and error.errno is not None:
        return f"A file of {name} cannot be read or written here ({error.strerror}); HF_HOME names the cache's folder."
    if isinstance(error, OSError) and "Consistency check failed" in str(error):
        return f"A file of {name} was not downloaded completely from the Hub."
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return f"{name} on the Hub cannot be used ({first.removesuffix('.')})."


def _no_token(name: HubName) -> str:
    return f"The Hub requires a token for {name.repo}, and none was found: set {TOKEN_PLACES}."


def _refusal(status: int, kind: str, name: HubName, hub: str) -> str:
    if status == 401 and get_token() is None:
        return _no_token(name)
    if status == 401:
        return f"The Hub rejects the token of {TOKEN_PLACES} as invalid."
    if status == 402:
        return f"The Hub requires a paid plan for the {kind} {name.repo}: see docs/hub.md for what each plan allows."
    if status == 403:
        return f"The Hub forbids this for {name.repo}: the token of {TOKEN_PLACES} does not have this permission."
    if status == 429:
        return f"The Hub at {hub} received too many requests (429): try again in a few minutes."
    if status >= 500:
        return f"The Hub at {hub} has an internal error ({status}): try again later."
    return f"The Hub at {hub} answered {status} for {name}."
