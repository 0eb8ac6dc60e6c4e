"""The app and three servers to compare it with, each in its own process, and clients that call them over HTTP.

    python -m benchmarks.support.servers textbox     a bare Gradio page: a textbox that returns its text
    python -m benchmarks.support.servers echo        a bare file handler that returns the file's name
    python -m benchmarks.support.servers usual       the usual demo: gr.Image, resize, model.predict, gr.Label

`usual` loads the Keras file of DIGIT_MODEL, or the bundled one, so its weights are the app's.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks.support.options import ROOT

COMMANDS = {
    "digit": ["app.py"],
    "digit, one request": ["app.py"],
    "textbox": ["-m", "benchmarks.support.servers", "textbox"],
    "echo": ["-m", "benchmarks.support.servers", "echo"],
    "usual demo": ["-m", "benchmarks.support.servers", "usual"],
}
PREFIX = "/gradio_api"
PATIENCE = 180.0
"""Seconds that a server may take to start."""


class Server:
    """One of `COMMANDS` on a free port, as a context manager.

    Attributes:
        url: address of the page.
        started: `time.perf_counter()` at the start of the process.
    """

    def __init__(self, name: str, artifact: Path | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.name = name
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115, closed on leaving
        environment = {**os.environ, "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)}
        environment |= {"GRADIO_ANALYTICS_ENABLED": "False", "DIGIT_MODEL": str(artifact.resolve()) if artifact else ""}
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *COMMANDS[name]], cwd=ROOT, env=environment, stdout=self._log, stderr=subprocess.STDOUT
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._log.close()

    def wait(self) -> float:
        """Wait until the page is served; returns seconds since the start of the process."""
        while time.perf_counter() - self.started < PATIENCE:
            if self.process.poll() is not None:
                break
            try:
                if httpx.get(self.url, timeout=5).status_code == 200:
                    return time.perf_counter() - self.started
            except httpx.TransportError:
                time.sleep(0.02)
        self._log.seek(0)
        raise RuntimeError(f"{self.name} did not start:\n{self._log.read()}")

    def peak_megabytes(self) -> float:
        """Peak resident memory of the process in MB; NaN on systems without /proc."""
        return self._memory("VmHWM")

    def megabytes(self) -> float:
        """Current resident memory of the process in MB; NaN on systems without /proc."""
        return self._memory("VmRSS")

    def _memory(self, field: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status")
        lines = status.read_text().splitlines() if status.is_file() else []
        return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(field)), float("nan"))


async def ask_file(client: httpx.AsyncClient, url: str, name: str, content: bytes, endpoint: str = "predict") -> Any:
    """Upload a file and call an endpoint through the queue: three requests, as every client of Gradio's API sends them.

    Raises:
        AnswerError: the server refuses; the message is its own.
    """
    sent = await client.post(f"{url}{PREFIX}/upload", files={"files": (name, content)})
    if sent.status_code != 200:
        raise AnswerError(sent.text, sent.status_code)
    return await call(client, url, [{"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}], endpoint)


async def ask_directly(client: httpx.AsyncClient, url: str, content: bytes, endpoint: str = "predict") -> Any:
    """Post a picture to the app's own route: one request.

    Raises:
        AnswerError: the server refuses; the message is its own.
    """
    answer = await client.post(f"{url}/api/{endpoint}", content=content)
    if answer.status_code != 200:
        raise AnswerError(answer.text, answer.status_code)
    return answer.json()


async def call(client: httpx.AsyncClient, url: str, data: list[Any], endpoint: str = "predict") -> Any:
    """Call an endpoint through the queue and wait for its answer.

    Raises:
        AnswerError: the server refuses; the message is its own.
    """
    joined = await client.post(f"{url}{PREFIX}/call/{endpoint}", json={"data": data})
    if joined.status_code != 200:
        raise AnswerError(joined.text, joined.status_code)
    answer = await client.get(f"{url}{PREFIX}/call/{endpoint}/{joined.json()['event_id']}")
    event, content = "", ""
    for line in answer.text.splitlines():
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: "):
            content = line.removeprefix("data: ")
    if event != "complete":
        raise AnswerError(content or answer.text, answer.status_code)
    return json.loads(content)[0]


class AnswerError(Exception):
    """A refusal. The message is the server's; `status` is the HTTP status, 200 for an error event of Gradio."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def main() -> None:
    import gradio as gr

    def echo(file: str) -> dict[str, str]:
        return {"file": Path(file).name}

    kind = sys.argv[1] if len(sys.argv) == 2 else ""
    if kind == "textbox":
        page = gr.Interface(lambda text: text, "textbox", "textbox", api_name="predict")
    elif kind == "echo":
        page = gr.Interface(echo, gr.File(), gr.JSON(), api_name="predict")
    elif kind == "usual":
        page = gr.Interface(usual_demo(), gr.Image(image_mode="L"), gr.Label(num_top_classes=3), api_name="predict")
    else:
        sys.exit(__doc__)
    page.launch()


def usual_demo() -> Any:
    """The handler of most demos: resize, scale, `model.predict`."""
    import cv2
    import keras

    model = keras.saving.load_model(Path(os.environ.get("DIGIT_MODEL") or ROOT / "assets/model") / "model.keras")

    def predict(image: np.ndarray[Any, Any]) -> dict[str, float]:
        small = 1 - cv2.resize(image, (28, 28), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        logits = model.predict(small.reshape(1, 28, 28, 1), verbose=0)[0]
        probabilities = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        return {str(digit): float(p) for digit, p in enumerate(probabilities)}

    return predict


if __name__ == "__main__":
    main()
