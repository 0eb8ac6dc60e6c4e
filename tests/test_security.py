"""The running app gives away no file, opens none that was not sent, decodes no bomb, and shows names as text."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from PIL import Image

from digit.imaging.loading import MAX_BYTES
from digit.ui.app.headers import HEADERS
from tests.browser.kit.app import App
from tests.ui.files import black_on_white, bomb

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "/gradio_api"
SECRET = b"what a visitor has corrected"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of corrections with a secret in it."""
    folder = tmp_path_factory.mktemp("feedback")
    (folder / "secret.png").write_bytes(SECRET)
    return folder


@pytest.fixture(scope="module")
def app(model_folder: Path, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    log = tmp_path_factory.mktemp("app") / "app.log"
    running = App(log, DIGIT_MODEL=str(model_folder.resolve()), DIGIT_FEEDBACK_DIR=str(store))
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def client(app: App) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=app.url, timeout=60) as session:
        yield session


def upload(client: httpx.Client, name: str, content: bytes) -> str:
    sent = client.post(f"{PREFIX}/upload", files={"files": (name, content)})
    assert sent.status_code == 200, sent.text
    return str(sent.json()[0])


def call(client: httpx.Client, path: Any, endpoint: str = "predict") -> tuple[str, Any]:
    """The last event of a call, and its data."""
    data = [{"path": path, "meta": {"_type": "gradio.FileData"}}]
    joined = client.post(f"{PREFIX}/call/{endpoint}", json={"data": data})
    if joined.status_code != 200:
        return "refused", joined.text
    lines = client.get(f"{PREFIX}/call/{endpoint}/{joined.json()['event_id']}").text.splitlines()
    event = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")][-1]
    content = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")][-1]
    return event, json.loads(content)


def drawing(digit: int = 7, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(black_on_white(digit)).save(buffer, kind)
    return buffer.getvalue()


def test_an_upload_is_read(client: httpx.Client) -> None:
    event, answer = call(client, upload(client, "seven.png", drawing()))
    assert (event, answer[0]["digit"], answer[0]["file"]) == ("complete", 7, "seven.png")


def hidden_files(store: Path) -> list[str]:
    return [str(ROOT / "app.py"), "/etc/passwd", str(store / "secret.png"), str(ROOT / "train.py")]


@pytest.mark.parametrize("number", range(4))
def test_no_file_of_the_server_is_given_away(client: httpx.Client, store: Path, number: int) -> None:
    path = hidden_files(store)[number]
    secret = Path(path).read_bytes()[:40]
    own = upload(client, "seven.png", drawing())
    up = "../" * 20 + path.lstrip("/")
    ways = [path, quote(path, safe=""), up, quote(up, safe=""), up.replace("../", "..%2f"), up.replace("..", "%2e%2e")]
    ways += [f"{Path(own).parent}/{up}", f"{own}/{up}", f"file://{path}", "/" + path, path + "%00.png", "./" + up]
    for way in ways:
        for place in (f"{PREFIX}/file=", f"{PREFIX}/file/", "/file=", f"{PREFIX}/stream/", "/static/", "/assets/"):
            answer = client.get(httpx.URL(f"{client.base_url}{place}{way}"))
            # The front page stands for addresses that are none, and has nothing of a file in it.
            assert secret not in answer.content, (place, way)
            assert answer.status_code in (307, 400, 403, 404, 405, 422) or b"<!doctype html>" in answer.content[:200]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("endpoint", ["predict", "read_number"])
def test_no_path_of_a_request_is_opened(client: httpx.Client, store: Path, number: int, endpoint: str) -> None:
    path = hidden_files(store)[number]
    own = Path(upload(client, "seven.png", drawing()))
    for way in (path, f"{own.parent}/../../../../../../..{path}", f"file://{path}"):
        event, _ = call(client, way, endpoint)
        assert event in ("error", "refused"), way


@pytest.mark.parametrize("path", [None, 7, {}, [], "http://192.0.2.1/a.png", "https://192.0.2.1/a.png", ""])
def test_what_is_no_path_is_an_error(client: httpx.Client, path: Any) -> None:
    assert call(client, path)[0] in ("error", "refused")


def test_the_queue_cannot_be_gone_past(client: httpx.Client) -> None:
    own = upload(client, "seven.png", drawing())
    body = {"data": [{"path": own, "meta": {"_type": "gradio.FileData"}}]}
    for way in ("run", "api"):
        assert client.post(f"{PREFIX}/{way}/predict", json=body).status_code == 404


VECTORS = {
    "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "a.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file\n",
    "a.pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n",
    "a.wmf": bytes.fromhex("d7cdc69a00000000") + bytes(32),
    "a.psd": b"8BPS\x00\x01" + bytes(40),
    "a.xpm": b"/* XPM */\nstatic char *a[] = {};",
}


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("shown", ["", ".png"])
def test_only_raster_formats_are_opened(client: httpx.Client, name: str, shown: str) -> None:
    event, answer = call(client, upload(client, name + shown, VECTORS[name]))
    assert event == "error"
    refused = "This PDF is damaged" if name == "a.pdf" else "This file is not a picture"
    assert refused in str(answer)


def gif_bomb() -> bytes:
    data = bytearray(drawing(3, "GIF"))
    data[6:10] = (60_000).to_bytes(2, "little") * 2
    return bytes(data)


def test_a_bomb_is_refused_before_it_is_decoded(app: App, client: httpx.Client) -> None:
    call(client, upload(client, "seven.png", drawing()))
    before = peak_megabytes(app)
    for number in range(5):
        event, answer = call(client, upload(client, "bomb.png", bomb(20_000)))
        assert event == "error"
        assert "too large" in str(answer)
        assert call(client, upload(client, f"bomb{number}.gif", gif_bomb()))[0] == "error"
    grown = peak_megabytes(app) - before
    assert grown < 60, f"five bombs of 400 megapixels took {grown:.0f} MB"


def peak_megabytes(app: App) -> float:
    status = Path(f"/proc/{app.process.pid}/status")
    if not status.is_file():
        pytest.skip("the system does not tell a process's memory")
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024


def test_a_file_over_the_limit_is_refused_in_words(client: httpx.Client) -> None:
    sent = client.post(f"{PREFIX}/upload", files={"files": ("large.png", bytes(MAX_BYTES + 1))})
    assert sent.status_code == 413
    assert "large" in sent.text.lower() or "size" in sent.text.lower()


NAMES = ["<img src=x onerror=alert(1)>.png", '"><script>alert(1)</script>.png', "a'b&c.png", "‮gnp.7.png", "{{7*7}}.png"]


@pytest.mark.parametrize("name", NAMES)
def test_names_come_back_as_text(client: httpx.Client, name: str) -> None:
    joined = client.post(
        f"{PREFIX}/call/predict",
        json={"data": [{"path": upload(client, name, drawing()), "meta": {"_type": "gradio.FileData"}}]},
    )
    answer = client.get(f"{PREFIX}/call/predict/{joined.json()['event_id']}")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert '"digit": 7' in answer.text


@pytest.mark.parametrize("name", ["page.html", "a.svg", "a.xml", "a.js", "a.htm", "a.xhtml"])
def test_an_upload_comes_back_as_no_page(client: httpx.Client, name: str) -> None:
    own = upload(client, name, b"<script>alert(1)</script>")
    answer = client.get(f"{PREFIX}/file={own}")
    assert answer.status_code in (200, 403, 404)
    if answer.status_code == 200:
        shown = answer.headers["content-type"].partition(";")[0]
        as_file = answer.headers.get("content-disposition", "").startswith("attachment")
        assert as_file or shown in ("text/plain", "application/octet-stream"), (shown, dict(answer.headers))


def test_every_response_has_careful_headers(client: httpx.Client) -> None:
    for path in ("/", "/config", f"{PREFIX}/info", f"{PREFIX}/file=/etc/passwd", "/nowhere"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS, path


def test_nothing_is_recorded_or_sent_elsewhere(client: httpx.Client) -> None:
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    assert not config.get("run_history")
    assert client.get("/monitoring").status_code == 403


def test_an_endpoint_that_is_none_is_a_sentence(client: httpx.Client) -> None:
    for _ in range(3):  # on one connection, which stays open
        answer = client.post(f"{PREFIX}/call/nowhere", json={"data": []})
        assert answer.status_code == 404
        assert "no endpoint" in answer.json()["detail"]


def test_hostile_requests_leave_the_app_answering(client: httpx.Client, app: App) -> None:
    for body in (b"", b"{", b"[]", b'{"data": 7}', b'{"data": []}', b'{"data": [[[[[]]]]]}', b'{"fn_index": 10000}'):
        for path in ("call/predict", "call/nowhere", "queue/join", "run/predict", "upload"):
            with contextlib.suppress(httpx.TransportError):  # a connection may be closed on nonsense
                client.post(f"{PREFIX}/{path}", content=body, headers={"content-type": "application/json"})
    assert call(client, upload(client, "seven.png", drawing()))[0] == "complete"


def sources() -> list[Path]:
    return [*(ROOT / "digit").rglob("*.py"), ROOT / "app.py", ROOT / "train.py"]


def test_nothing_is_pickled_and_no_keras_file_runs_code() -> None:
    """No module imports what reads pickles, and no call switches a safe default off.

    The baselines count the bytes that a pickle of theirs would have, and write none.
    """
    unsafe = {"pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle"}
    counts_bytes = ROOT / "digit" / "learning" / "comparison" / "baselines.py"
    assert "Unpickler" not in counts_bytes.read_text()
    assert "pickle.load" not in counts_bytes.read_text()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            found = {name.partition(".")[0] for name in names} & unsafe
            assert not found or (path == counts_bytes and found == {"pickle"}), path
            if isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "safe_mode"):
                safe = node.arg == "safe_mode"
                assert isinstance(node.value, ast.Constant), path
                assert node.value.value is safe, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec"), path


def test_answers_in_between_are_those_of_a_quiet_server(client: httpx.Client, app: App) -> None:
    """Good pictures among bad ones, sixteen at once: every good one is answered, as it is alone."""
    alone = call(client, upload(client, "seven.png", drawing()))[1]

    async def many() -> list[Any]:
        async with httpx.AsyncClient(base_url=app.url, timeout=60) as session:

            async def one(number: int) -> Any:
                content = b"no picture" if number % 3 == 0 else drawing()
                sent = await session.post(f"{PREFIX}/upload", files={"files": ("seven.png", content)})
                data = [{"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}]
                joined = await session.post(f"{PREFIX}/call/predict", json={"data": data})
                return (await session.get(f"{PREFIX}/call/predict/{joined.json()['event_id']}")).text

            return await asyncio.gather(*(one(number) for number in range(48)))

    for number, text in enumerate(asyncio.run(many())):
        if number % 3 == 0:
            assert "event: error" in text
        else:
            assert json.loads(text.split("data: ")[-1])[0] == alone[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process may answer")
def test_a_killed_app_serves_again_and_a_stopped_one_ends(
    model_folder: Path, store: Path, tmp_path: Path, client: httpx.Client
) -> None:
    """kill -9 leaves nothing that keeps the next start from serving; SIGTERM ends it with what it was doing done."""
    del client
    environment = {"DIGIT_MODEL": str(model_folder.resolve()), "DIGIT_FEEDBACK_DIR": str(store)}
    first = App(tmp_path / "first.log", **environment)
    first.wait()
    first.process.kill()
    first.process.wait(20)
    second = App(tmp_path / "second.log", **environment)
    try:
        second.wait()
        assert (store / "secret.png").read_bytes() == SECRET
        with httpx.Client(base_url=second.url, timeout=60) as session:
            own = upload(session, "seven.png", drawing())
            joined = session.post(
                f"{PREFIX}/call/predict", json={"data": [{"path": own, "meta": {"_type": "gradio.FileData"}}]}
            )
            with session.stream("GET", f"{PREFIX}/call/predict/{joined.json()['event_id']}") as stream:
                second.process.terminate()
                assert "event: complete" in "".join(stream.iter_text())
        begin = time.perf_counter()
        assert second.process.wait(30) is not None
        assert time.perf_counter() - begin < 30
    finally:
        second.process.kill()
