"""One test for each patch of Gradio's internals: it works, and Gradio still calls what is patched."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import fastapi.dependencies.utils
import gradio as gr
import pytest
from gradio import http_server, route_utils, routes
from gradio.data_classes import FileData
from gradio.processing_utils import async_move_files_to_cache
from gradio.route_utils import get_root_url  # before any test has patched it
from gradio.routes import App
from gradio.state_holder import SessionState
from starlette.requests import Request
from starlette.testclient import TestClient

from digit.ui import gradio_patches, workers
from digit.ui.app.theme import page_theme
from digit.ui.gradio_patches import (
    EXCEPTION_HANDLERS,
    SESSIONS,
    bounded_answers,
    bounded_queue,
    checks_without_threads,
    guarded_server,
    light_sessions,
    no_downloads,
    no_such_id,
    relative_addresses,
    takes_file,
    theme_css,
)
from digit.ui.limits import BUSY, MAX_INSIDE, MAX_REQUESTS, MAX_WAITING, TOO_LONG


@pytest.fixture
def page() -> gr.Blocks:
    with gr.Blocks() as blocks:
        box = gr.Textbox(value="text")
        kept = gr.State([])
        box.change(lambda text, before: [*before, text], [box, kept], kept)
    return blocks


def join(client: TestClient, session: str) -> Any:
    """Add the page's first event to the queue."""
    body = {"data": ["text", None], "fn_index": 0, "session_hash": session}
    return client.post("/gradio_api/queue/join", json=body)


def test_a_session_holds_state_and_describes_no_component(page: gr.Blocks) -> None:
    described = page.get_config_file()["components"]
    assert any(SessionState(page).config_values.values()), "Gradio no longer describes components for each session"
    light_sessions(page)
    session = SessionState(page)
    assert not any(session.config_values.values())
    assert session.blocks_config.blocks == page.blocks
    state = next(block for block in page.blocks.values() if isinstance(block, gr.State))
    session[state._id] = ["kept"]
    assert session[state._id] == ["kept"]
    assert SessionState(page)[state._id] == []
    assert page.get_config_file()["components"] == described, "the page itself is described as before"


def test_a_full_queue_refuses_with_a_sentence(page: gr.Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    bounded_queue(page)
    assert page._queue.max_size == MAX_WAITING
    client = TestClient(App.create_app(page))
    assert "event_id" in join(client, "first").json()
    monkeypatch.setattr(type(page._queue), "__len__", lambda _: MAX_WAITING)
    refused = join(client, "second")
    assert refused.status_code == 503
    assert BUSY in refused.text


def test_nothing_bypasses_the_queue(page: gr.Blocks) -> None:
    bounded_queue(page)
    answer = TestClient(App.create_app(page)).post("/gradio_api/run/predict", json={"data": [""], "fn_index": 0})
    assert answer.status_code in (401, 404, 405)


def test_the_queue_forgets_old_events(page: gr.Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradio_patches, "SESSIONS", 3)
    bounded_queue(page)
    client = TestClient(App.create_app(page))
    for number in range(5):
        assert join(client, f"session-{number}").status_code == 200
    assert list(page._queue.pending_event_ids_session) == ["session-2", "session-3", "session-4"]
    assert len(page._queue.event_analytics) == 3
    assert SESSIONS > 2 * MAX_WAITING


def test_an_event_that_takes_too_long_is_answered_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MAX_SECONDS", 0.05)
    release = threading.Event()

    def read(text: str) -> str:
        """Reads."""
        return text if text == "short" else str(release.wait(60))

    with gr.Blocks() as page:
        box = gr.Textbox()
        box.change(read, box, box)
    bounded_answers(page)
    event = page.fns[0]
    assert event.fn is not None
    assert event.fn.__doc__ == "Reads."

    async def answer(text: str) -> Any:
        try:
            return (await page.call_function(event, [text]))["prediction"]
        finally:
            release.set()

    assert asyncio.run(answer("short")) == "short"
    release.clear()
    with pytest.raises(gr.Error) as caught:
        asyncio.run(answer("long"))
    assert caught.value.message == TOO_LONG


def test_events_past_the_queue_are_refused_when_many_are_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "cores", lambda: 1)
    release = threading.Event()
    with gr.Blocks() as page:
        box = gr.Textbox()
        box.change(lambda text: text if release.wait(60) else "", box, box, queue=False)
    bounded_answers(page)

    async def crowd() -> list[str]:
        async def one(number: int) -> str:
            try:
                return str((await page.call_function(page.fns[0], [str(number)]))["prediction"])
            except gr.Error as error:
                if number == MAX_INSIDE + 4:
                    release.set()
                return str(error.message)

        return await asyncio.gather(*(one(number) for number in range(MAX_INSIDE + 5)))

    answers = asyncio.run(crowd())
    assert answers == [*map(str, range(MAX_INSIDE)), *[BUSY] * 5]


def test_no_input_makes_the_server_fetch_an_address(tmp_path: Path) -> None:
    with gr.Blocks() as page:
        gr.File()
        gr.JSON()
    no_downloads(page)
    for block in page.blocks.values():
        for address in ("http://192.0.2.1/a.png", "https://192.0.2.1/a.png"):
            payload = {"path": address, "meta": {"_type": "gradio.FileData"}}
            with pytest.raises(gr.Error, match="got an internet address"):
                asyncio.run(async_move_files_to_cache(payload, block))
    file = tmp_path / "a.png"
    file.write_bytes(b"content")
    moved = asyncio.run(block.async_move_resource_to_block_cache(file))
    assert moved is not None
    assert Path(moved).read_bytes() == b"content"


def test_a_component_takes_a_file_and_hands_over_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    (tmp_path / "a.png").write_bytes(b"content")
    with gr.Blocks() as page:
        source = takes_file(gr.HTML())
        source.input(lambda path: path, source, None)
    sent = {"path": str(tmp_path / "a.png"), "meta": {"_type": "gradio.FileData"}}
    assert asyncio.run(page.preprocess_data(page.fns[0], [sent], None)) == [str(tmp_path / "a.png")]
    assert source.data_model is FileData


def test_the_css_of_the_theme_has_both_schemes() -> None:
    css = theme_css(page_theme())
    assert css.count("--body-background-fill:") >= 2
    assert ".dark" in css


def test_an_unknown_endpoint_is_answered_with_a_sentence(page: gr.Blocks) -> None:
    app = App.create_app(page, app_kwargs={"exception_handlers": EXCEPTION_HANDLERS})
    answer = TestClient(app).post("/gradio_api/call/nowhere", json={"data": []})
    assert answer.status_code == 404
    assert "no endpoint of this name" in answer.json()["detail"]


UNKNOWN = {
    "queue/join": {"fn_index": 10_000, "data": [], "session_hash": "a"},
    "run/predict": {"fn_index": 10_000, "data": [], "session_hash": "a"},
    "call/v2/nowhere": {},
    "component_server": {"component_id": 10_000, "fn_name": "read", "data": [], "session_hash": "a"},
}


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_id_is_answered_with_a_sentence(page: gr.Blocks, path: str) -> None:
    """Gradio looks ids up unchecked: 500, with a traceback in the log."""
    app = App.create_app(page, app_kwargs={"exception_handlers": EXCEPTION_HANDLERS})
    answer = TestClient(app).post(f"/gradio_api/{path}", json=UNKNOWN[path])
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no")


def test_other_errors_of_lookups_are_not_hidden() -> None:
    with pytest.raises(KeyError, match="else"):
        asyncio.run(no_such_id(Request({"type": "http", "path": "/config", "headers": []}), KeyError("else")))


def test_pages_of_other_sites_may_ask_public_functions_only() -> None:
    with gr.Blocks() as page:
        box = gr.Textbox()
        box.change(lambda text: text, box, box, api_name="open")
        box.change(lambda text: text, box, box, api_name="closed", api_visibility="private")
    bounded_queue(page)
    client = TestClient(App.create_app(page), base_url="https://digit.example")
    foreign = {"Origin": "https://elsewhere.example"}
    statuses = {}
    for number in (0, 1):
        body = {"data": ["text"], "fn_index": number, "session_hash": "a"}
        for name, headers in (("own", {"Origin": "https://digit.example"}), ("foreign", foreign)):
            statuses[number, name] = client.post("/gradio_api/queue/join", json=body, headers=headers).status_code
    assert statuses == {(0, "own"): 200, (0, "foreign"): 200, (1, "own"): 200, (1, "foreign"): 403}
    for name, status in (("open", 200), ("closed", 403)):
        answer = client.post(f"/gradio_api/call/{name}", json={"data": ["text"]}, headers=foreign)
        assert answer.status_code == status, name


def test_no_host_of_a_header_comes_back(page: gr.Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the configuration of the page either, which `launch` alone makes: `tests/test_security.py` asks for it."""
    monkeypatch.setattr(route_utils, "get_root_url", get_root_url)
    monkeypatch.setitem(routes.templates.env.filters, "toorjson", routes.toorjson)
    forged = {"X-Forwarded-Host": "elsewhere.example", "X-Gradio-Server": "https://elsewhere.example"}
    client = TestClient(App.create_app(page))
    paths = ("/config", "/gradio_api/openapi.json")
    assert "elsewhere.example" in "".join(client.get(path, headers=forged).text for path in paths)
    relative_addresses()
    for path in paths:
        answer = client.get(path, headers=forged)
        assert answer.status_code == 200
        assert "elsewhere.example" not in answer.text
    assert client.get("/config").json()["root"] == ""
    for below in ("/below/", "https://digit.example/below"):
        assert route_utils.get_root_url(request=None, route_path="/", root_path=below) == "/below"  # type: ignore[arg-type]
    script = routes.templates.env.from_string("{{ config | toorjson }}")
    assert script.render(config={"root": "/below"}) == (
        'Object.assign({"root":"/below"}, {root: location.origin + "/below"})'
    )
    assert script.render(config={"name": "<"}) == '{"name":"\\u003c"}'


def test_the_server_is_started_behind_its_guard(page: gr.Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "Server", http_server.Server)
    started: list[Any] = []
    monkeypatch.setattr(gradio_patches._Server, "run_in_thread", lambda server: started.append(server))
    guarded_server(lambda app: ("guarded", app), asyncio.Protocol)  # type: ignore[arg-type, return-value]
    http_server.start_server(App.create_app(page), "127.0.0.1")
    config = started[0].config
    assert config.app[0] == "guarded"
    assert config.limit_concurrency == MAX_REQUESTS
    assert config.http is asyncio.Protocol


def test_a_login_is_checked_without_a_thread(page: gr.Blocks, monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI hands each dependency that is no coroutine to a thread."""
    monkeypatch.setattr(routes, "Depends", fastapi.Depends)
    handed: list[str] = []
    run = fastapi.dependencies.utils.run_in_threadpool

    async def count(call: Any, *arguments: Any, **named: Any) -> Any:
        handed.append(call.__name__)
        return await run(call, *arguments, **named)

    monkeypatch.setattr(fastapi.dependencies.utils, "run_in_threadpool", count)
    for _ in range(2):
        client = TestClient(App.create_app(page))
        assert client.get("/gradio_api/queue/status").status_code == 200
        checks_without_threads()
    assert handed == ["login_check"], "once before the patch, and not after it"
    page.auth_message = None
    closed = App.create_app(page)
    closed.auth = {"somebody": "secret"}
    assert TestClient(closed).get("/gradio_api/queue/status").status_code == 401
