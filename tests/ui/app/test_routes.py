"""One request, one answer: what the direct routes say to pictures, to what is none, and to a crowd."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Message

from digit.errors import ArtifactError
from digit.imaging.loading import MAX_BYTES
from digit.recognizer import Recognizer
from digit.ui import workers
from digit.ui.app import routes as direct
from digit.ui.app.routes import FAILED, NO_FORM, PAGE, TOO_LARGE, direct_routes
from digit.ui.limits import BUSY, TOO_LONG
from tests.documents import document
from tests.ui.files import COMPLAINTS, write_bad_files, write_odd_files
from tests.ui.numbers import line


@pytest.fixture(scope="module")
def client(recognizer: Recognizer) -> TestClient:
    return TestClient(Starlette(routes=direct_routes(recognizer)))


def test_the_answer_is_the_json_of_the_command_line(client: TestClient, recognizer: Recognizer, tmp_path: Path) -> None:
    picture = write_odd_files(tmp_path, 5)["plain.png"].read_bytes()
    answer = client.post("/api/predict", content=picture)
    assert answer.status_code == 200
    assert answer.json() == recognizer.predict(picture).as_dict(3)
    assert answer.json()["digit"] == 5
    assert client.post("/api/read_number", content=picture).json() == recognizer.read(picture).as_dict()


def test_a_page_of_a_document_is_asked_for(client: TestClient) -> None:
    pages = document([line("372"), line("64")], "PDF")
    for page, text in (("", "372"), ("?page=1", "372"), ("?page=2", "64")):
        answer = client.post(f"/api/read_number{page}", content=pages).json()
        assert (answer["text"], answer["page"], answer["pages"]) == (text, int(page[-1:] or 1), 2)
    assert client.post("/api/read_number?page=3", content=pages).status_code == 400
    for page in ("0", "-1", "x", "1e3", "99999"):
        answer = client.post(f"/api/read_number?page={page}", content=pages)
        assert (answer.status_code, answer.json()["detail"]) == (400, PAGE.format(page))


@pytest.mark.parametrize("name", ["text.png", "nothing.png", "half.jpg", "bomb.png"])
@pytest.mark.parametrize("way", ["predict", "read_number"])
def test_what_is_no_picture_is_refused_with_its_sentence(
    client: TestClient, tmp_path: Path, name: str, way: str
) -> None:
    answer = client.post(f"/api/{way}", content=write_bad_files(tmp_path)[name].read_bytes())
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(COMPLAINTS[name])


def test_a_body_that_is_too_long_or_a_form_is_refused(client: TestClient) -> None:
    long = client.post("/api/predict", content=bytes(MAX_BYTES + 1))
    assert (long.status_code, long.json()) == (413, {"detail": TOO_LARGE})
    form = client.post("/api/predict", files={"file": b"a picture"})
    assert (form.status_code, form.json()) == (415, {"detail": NO_FORM})
    assert client.get("/api/predict").status_code == 405
    assert client.post("/api/predict").status_code == 400


class Slow:
    """Stands in for a recognizer that waits to be released."""

    def __init__(self) -> None:
        self.asked, self.released = threading.Semaphore(0), threading.Event()

    def predict(self, _: bytes) -> Slow:
        self.asked.release()
        self.released.wait(60)
        return self

    def as_dict(self, _: int) -> dict[str, int]:
        return {"digit": 1}


def test_a_crowd_hears_at_once_that_the_server_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "MAX_WAITING", 0)
    monkeypatch.setattr(direct, "cores", lambda: 1)
    slow = Slow()
    with TestClient(Starlette(routes=direct_routes(slow))) as client, ThreadPoolExecutor(1) as pool:  # type: ignore[arg-type]
        first = pool.submit(client.post, "/api/predict", content=b"1")
        assert slow.asked.acquire(timeout=60)
        refused = client.post("/api/predict", content=b"2")
        assert (refused.status_code, refused.json()) == (503, {"detail": BUSY})
        assert refused.headers["retry-after"] == "1"
        slow.released.set()
        assert first.result(60).json() == {"digit": 1}
        assert client.post("/api/predict", content=b"3").json() == {"digit": 1}


def test_what_takes_too_long_is_given_up_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "MAX_SECONDS", 0.05)
    slow = Slow()
    try:
        answer = TestClient(Starlette(routes=direct_routes(slow))).post("/api/predict", content=b"1")  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()) == (503, {"detail": TOO_LONG})
    finally:
        slow.released.set()


def test_what_was_given_up_keeps_its_place_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread, three pictures that take too long: one is at work, and the others never begin."""
    monkeypatch.setattr(workers, "MAX_SECONDS", 0.05)
    monkeypatch.setattr(workers, "cores", lambda: 1)
    slow = Slow()
    try:
        with TestClient(Starlette(routes=direct_routes(slow))) as client:  # type: ignore[arg-type]
            answers = [client.post("/api/predict", content=b"1") for _ in range(3)]
            assert [answer.status_code for answer in answers] == [503] * 3
            assert slow.asked.acquire(timeout=60)
            assert not slow.asked.acquire(timeout=0.2)
    finally:
        slow.released.set()


def test_large_pictures_that_wait_together_are_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that would be one too many hears that the server is busy, and the next one finds room again."""
    monkeypatch.setattr(direct, "MAX_HELD_BYTES", 100)
    refused = client.post("/api/predict", content=bytes(101))
    assert (refused.status_code, refused.json()) == (503, {"detail": BUSY})
    assert client.post("/api/predict", content=bytes(100)).status_code == 400


def test_a_client_that_hangs_up_while_it_sends_leaves_no_error(recognizer: Recognizer) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/predict", "headers": [], "query_string": b""}
    asyncio.run(Starlette(routes=direct_routes(recognizer))(scope, receive, send))
    assert sent[0]["status"] == 499


def test_a_fault_of_the_server_is_logged_and_gives_no_path_away(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def read(self, _: bytes) -> None:
            raise ArtifactError("/srv/model/reader.tflite is not a LiteRT model of lines.")

    client = TestClient(Starlette(routes=direct_routes(Broken())))  # type: ignore[arg-type]
    answer = client.post("/api/read_number", content=b"1")
    assert (answer.status_code, answer.json()) == (500, {"detail": FAILED})
    assert "/srv/model/reader.tflite" in caplog.text
