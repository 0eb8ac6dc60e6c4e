"""The running app refuses what is long, slow to read or asked for by other sites, and keeps no file for long."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.support.bombs import jpeg_of_scans
from digit.feedback.rate import ADDRESS_RECORDS, ALL_RECORDS
from digit.feedback.store import DIGIT_IMAGES
from digit.imaging.loading import MAX_BYTES
from digit.imaging.structure import TOO_MANY_SCANS
from digit.ui.app.uploads import NAME, VARIABLE
from tests.browser.kit.app import App
from tests.test_security import PREFIX, drawing


@pytest.fixture(scope="module")
def old_upload(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that a visitor sent two hours before the start."""
    path = tmp_path_factory.mktemp("temp") / NAME / "0123" / "seven.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a picture")
    os.utime(path, (time.time() - 7200,) * 2)
    return path


@pytest.fixture(scope="module")
def corrections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the corrections."""
    return tmp_path_factory.mktemp("corrections") / "feedback"


@pytest.fixture(scope="module")
def client(
    model_folder: Path, corrections: Path, old_upload: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("app")
    folders = {"DIGIT_FEEDBACK_DIR": str(corrections), VARIABLE: str(old_upload.parents[2])}
    app = App(folder / "app.log", DIGIT_MODEL=str(model_folder.resolve()), **folders)
    try:
        app.wait()
        with httpx.Client(base_url=app.url, timeout=60) as session:
            yield session
    finally:
        app.stop()


FOREIGN = {"Origin": "https://elsewhere.example"}
PUBLIC = {"Host": "digit.example"}
"""Gradio treats hosts of the own machine otherwise."""


@pytest.mark.parametrize("host", [{}, PUBLIC], ids=["loopback", "public"])
def test_another_site_may_not_ask_in_a_visitors_name(client: httpx.Client, host: dict[str, str]) -> None:
    answer = client.get("/config", headers=FOREIGN | host)
    allowed = answer.headers.get("access-control-allow-origin")
    credentials = answer.headers.get("access-control-allow-credentials")
    assert not (allowed in ("*", "https://elsewhere.example") and credentials == "true")
    camera = next(one["id"] for one in answer.json()["components"] if one["props"].get("elem_id") == "camera")
    body = {"component_id": camera, "fn_name": "read", "data": "", "session_hash": "a"}
    posted = client.post(f"{PREFIX}/component_server", json=body, headers=FOREIGN | host)
    assert posted.status_code == 403
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    preflight = client.options(f"{PREFIX}/component_server", headers=FOREIGN | host | asked)
    assert preflight.status_code == 403
    assert "access-control-allow-origin" not in preflight.headers
    assert client.post(f"{PREFIX}/component_server", json=body).status_code == 200, "the page itself may"


def test_another_site_may_not_store_corrections(client: httpx.Client) -> None:
    config = client.get("/config").json()
    closed = [one["id"] for one in config["dependencies"] if one["api_visibility"] == "private" and one["backend_fn"]]
    assert len(closed) > 5
    for event in closed:
        body = {"data": [], "fn_index": event, "session_hash": "a"}
        for path in ("queue/join", "run/predict"):
            answer = client.post(f"{PREFIX}/{path}", json=body, headers=FOREIGN | PUBLIC)
            assert answer.status_code == 403, (event, path)


def correct(client: httpx.Client, event: int, session: str, address: str) -> str:
    """Send a correction of a drawing as a page does; its answer."""
    paper = "data:image/png;base64," + base64.b64encode(drawing()).decode()
    body = {"data": [{"truth": "7"}, paper, None], "fn_index": event, "session_hash": session}
    joined = client.post(f"{PREFIX}/queue/join", json=body, headers={"X-Forwarded-For": address})
    assert joined.status_code == 200, joined.text
    return client.get(f"{PREFIX}/queue/data", params={"session_hash": session}).text


def test_corrections_are_limited_whatever_the_sender_calls_itself(client: httpx.Client, corrections: Path) -> None:
    config = client.get("/config").json()
    rows = [one["id"] for one in config["components"] if one["props"].get("elem_classes") == ["feedback"]]
    event = next(
        one["id"] for one in config["dependencies"] if [rows[0], "input"] in [list(each) for each in one["targets"]]
    )

    def stored() -> int:
        return len(list((corrections / DIGIT_IMAGES).glob("*.png")))

    answers = [correct(client, event, f"page-{number}", "203.0.113.7") for number in range(ADDRESS_RECORDS + 1)]
    assert stored() == ADDRESS_RECORDS
    assert "from one address" in answers[-1]
    more = ALL_RECORDS - ADDRESS_RECORDS + 1
    answers = [correct(client, event, f"other-{number}", f"198.18.0.{number}") for number in range(more)]
    assert (stored(), len(answers)) == (ALL_RECORDS, more)
    assert "that is enough for now" in answers[-1]


def test_the_public_api_is_open_to_pages_of_other_sites(client: httpx.Client) -> None:
    answer = client.post("/api/predict", content=drawing(), headers=FOREIGN | PUBLIC)
    assert answer.json()["digit"] == 7
    sent = client.post(f"{PREFIX}/upload", files={"files": ("seven.png", drawing())}, headers=FOREIGN | PUBLIC)
    body = {"data": [{"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}]}
    joined = client.post(f"{PREFIX}/call/predict", json=body, headers=FOREIGN | PUBLIC)
    answer = client.get(f"{PREFIX}/call/predict/{joined.json()['event_id']}", headers=FOREIGN | PUBLIC)
    assert '"digit": 7' in answer.text


def test_the_page_repeats_no_host_and_is_not_kept(client: httpx.Client) -> None:
    for path in ("/", "/config"):
        answer = client.get(path, headers={"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"})
        assert "elsewhere.example" not in answer.text
        assert answer.headers["cache-control"] == "private, no-cache"
    assert client.get("/nowhere.js").headers.get("cache-control") == "no-store"


def test_the_server_fetches_no_address(client: httpx.Client) -> None:
    for address in ("http://192.0.2.1/a.png", "https://192.0.2.1/a.png"):
        assert client.get(f"{PREFIX}/file={address}").status_code == 403


def test_a_picture_of_thousands_of_scans_is_refused_at_once(client: httpx.Client) -> None:
    answer = client.post("/api/predict", content=jpeg_of_scans(2_000))
    assert (answer.status_code, answer.json()["detail"]) == (400, TOO_MANY_SCANS)


def test_a_long_request_is_refused_in_words(client: httpx.Client) -> None:
    for content in (b"[" + b"[]," * 400_000 + b"[]]", (bytes(65_536) for _ in range(25))):
        answer = client.post(f"{PREFIX}/queue/join", content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["detail"].startswith("This is too large: up to")
    form = client.post(f"{PREFIX}/upload", files={"elsewhere": ("a.png", bytes(MAX_BYTES + 200_000))})
    assert form.status_code == 413


def test_files_of_an_earlier_start_are_deleted(old_upload: Path, client: httpx.Client) -> None:
    """As those of requests that failed, whose name Gradio does not know."""
    client.post(f"{PREFIX}/upload", files={"elsewhere": ("a.png", drawing())})
    end = time.monotonic() + 60
    while old_upload.exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not old_upload.exists()
