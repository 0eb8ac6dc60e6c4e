"""All patches of Gradio's internals. pyproject.toml holds Gradio to one minor version because of them.

`tests/ui/test_gradio_patches.py` has one test for each, which fails when Gradio changes what is patched.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from fastapi import Depends, HTTPException
from gradio import http_server, route_utils, routes
from gradio.blocks import BlocksConfig
from gradio.data_classes import FileData
from gradio.route_utils import FnIndexInferError
from gradio_client.utils import is_http_url_like  # type: ignore[import-untyped]
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp
from uvicorn import Config

from digit.ui.limits import BUSY, MAX_REQUESTS, MAX_WAITING, TOO_LONG
from digit.ui.visitors import is_foreign
from digit.ui.workers import BusyError, Workers

SESSIONS = 1000
"""Visitors whose last picture is kept for "Show why". A call over HTTP counts as one. Gradio's default is 10,000."""

_NOTHING: dict[str, Any] = {}


def patch_page(page: gr.Blocks) -> None:
    """Apply every patch of a whole page. Call it after all components and events have been added."""
    light_sessions(page)
    bounded_queue(page)
    bounded_answers(page)
    no_downloads(page)
    relative_addresses()
    checks_without_threads()


class _SessionConfig(BlocksConfig):
    """The configuration of one session, and so of one call over HTTP.

    Gradio describes every component again for each session (6 ms, 96 kB) to support deep links. This page has none.
    """

    @staticmethod
    def config_for_block(*_: Any, **__: Any) -> dict[str, Any]:
        return _NOTHING


class _PageConfig(BlocksConfig):
    def __copy__(self) -> BlocksConfig:
        config: BlocksConfig = super().__copy__()  # type: ignore[no-untyped-call]
        config.__class__ = _SessionConfig
        return config


def light_sessions(page: gr.Blocks) -> None:
    """Make sessions cost next to nothing."""
    page.default_config.__class__ = _PageConfig


def bounded_queue(page: gr.Blocks) -> None:
    """Let at most `MAX_WAITING` events wait; further ones are answered with `BUSY`.

    `api_open=False` closes `/run`, which bypasses the queue. Pages of other sites are refused all but the public API.
    """
    page.queue(max_size=MAX_WAITING, api_open=False)
    queue = page._queue
    push = queue.push

    async def push_or_refuse(body: Any, request: Any, username: str | None) -> Any:
        function = page.fns.get(body.fn_index)
        if function is not None and function.api_visibility != "public" and is_foreign(request.headers):
            raise HTTPException(403, "Pages of other sites may use the public API only.")
        joined, event, state = await push(body, request, username)
        return joined, BUSY if state == "queue_full" else event, state

    queue.push = push_or_refuse  # type: ignore[method-assign]
    # Gradio keeps an empty set per session for ever, and summarizes all kept events after each event.
    queue.pending_event_ids_session = _Newest()
    queue.ANALYTICS_MAX_EVENTS = SESSIONS


class _Newest(dict[str, Any]):
    """The last `SESSIONS` entries: ten times as many as may wait, so a dropped one was finished long ago."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        if len(self) > SESSIONS:
            del self[next(iter(self))]


def bounded_answers(page: gr.Blocks) -> None:
    """Answer each event of the page in threads of its own, with a sentence when they are busy or take too long.

    Gradio's queue bounds the events in it, but not those with `queue=False`.
    """
    for event in page.fns.values():
        if event.fn is not None and not inspect.isgeneratorfunction(event.fn):
            event.fn = _bounded(event.fn)


def _bounded(answer: Callable[..., Any]) -> Callable[..., Any]:
    workers = Workers(answer.__name__)

    @wraps(answer)
    async def answer_in_bounds(*arguments: Any) -> Any:
        try:
            return await workers.run(answer, *arguments)
        except BusyError as error:
            raise gr.Error(str(error), print_exception=False) from None
        except TimeoutError:
            raise gr.Error(TOO_LONG, print_exception=False) from None

    return answer_in_bounds


def no_downloads(page: gr.Blocks) -> None:
    """Keep the server from fetching internet addresses that visitors send in place of files.

    Any input of any endpoint may name a file, so every component is patched.
    """
    for block in page.blocks.values():
        move = block.async_move_resource_to_block_cache
        block.async_move_resource_to_block_cache = partial(_move_file, move)  # type: ignore[method-assign]


async def _move_file(
    move: Callable[[str | Path | None], Awaitable[str | None]], source: str | Path | None
) -> str | None:
    """Gradio's `move`, which copies an input file into Gradio's folder, without downloads.

    Raises:
        gr.Error: the input is an internet address; the message is a sentence for the visitor.
    """
    if source is not None and is_http_url_like(str(source)):
        raise gr.Error("Expected a picture file, got an internet address. Send the file itself.", print_exception=False)
    return await move(source)


def takes_file(component: gr.HTML) -> gr.HTML:
    """Make the component's value an uploaded file, checked by Gradio, and hand its path to the event handler.

    The attributes are set on the object because Gradio writes a .pyi file beside every subclass of a component.
    """
    component.data_model = FileData
    component.preprocess = _path  # type: ignore[method-assign, assignment]
    return component


def _path(payload: FileData | None) -> str | None:
    return None if payload is None else payload.path


def theme_css(theme: gr.themes.Base) -> str:
    """The CSS that Gradio writes into the page for a theme."""
    css: str = theme._get_theme_css()  # type: ignore[no-untyped-call]
    return css


def relative_addresses() -> None:
    """Keep the name of the host out of pages and answers.

    Gradio takes it from headers that a visitor, or a proxy in front of a Space, may have changed. The page completes
    its addresses by itself.
    """
    route_utils.get_root_url = _root_path  # type: ignore[assignment]
    routes.templates.env.filters["toorjson"] = _as_script


def _root_path(*, root_path: str | None, **_: Any) -> str:
    return urlsplit(root_path or "").path.rstrip("/")  # Gradio also takes a whole address, which is not needed


def _as_script(value: Any) -> str:
    """As Gradio's filter `toorjson`: a value as JavaScript, here with the page's own address in its configuration."""
    script: Callable[[Any], str] = routes.toorjson
    if isinstance(value, dict) and "root" in value:
        root = f"{{root: location.origin + {script(value['root'])}}}"
        return Markup(f"Object.assign({script(value)}, {root})")  # both are escaped
    return script(value)


def checks_without_threads() -> None:
    """Let Gradio look in the event loop whether a visitor is logged in, which it does for each request.

    It takes a thread of those that files are served with, of which there are forty: a crowd at any route would hold up
    all the others. Call this before the app is made.
    """
    setattr(routes, "Depends", _depends)  # noqa: B010, its module does not export it


def _depends(dependency: Callable[..., Any] | None = None, **options: Any) -> Any:
    if dependency is None or inspect.iscoroutinefunction(dependency):
        return Depends(dependency, **options)

    @wraps(dependency)
    async def in_the_loop(*arguments: Any, **named: Any) -> Any:
        return dependency(*arguments, **named)

    return Depends(in_the_loop, **options)


def guarded_server(guard: Callable[[ASGIApp], ASGIApp], connection: type[asyncio.Protocol]) -> None:
    """Let `launch` serve the app behind `guard`, before all of Gradio's middleware, and refuse too many connections.

    Args:
        guard: middleware.
        connection: uvicorn's protocol for each connection.
    """

    class Server(_Server):
        def __init__(self, config: Config, *arguments: Any, **named: Any) -> None:
            config.app = guard(config.app)  # type: ignore[arg-type]
            config.http = connection
            config.limit_concurrency = MAX_REQUESTS
            super().__init__(config, *arguments, **named)

    http_server.Server = Server  # type: ignore[misc]


_Server = http_server.Server


async def no_such_endpoint(_: Request, __: Exception) -> Response:
    """Answer for an unknown endpoint. Gradio's own exception would close the visitor's connection."""
    return JSONResponse({"detail": "There is no endpoint of this name. The page's API link lists them."}, 404)


async def no_such_id(request: Request, error: Exception) -> Response:
    """Answer for an unknown id of a function or component, or name of an endpoint, which Gradio looks up unchecked."""
    if request.url.path.startswith(_LOOKING_UP):
        return JSONResponse({"detail": "There is no function or component of this id."}, 404)
    raise error


_LOOKING_UP = tuple(f"/gradio_api/{name}" for name in ("queue/join", "run/", "call/", "api/", "component_server"))
EXCEPTION_HANDLERS: dict[Any, Any] = {FnIndexInferError: no_such_endpoint, KeyError: no_such_id}
"""For the FastAPI app under the page."""
