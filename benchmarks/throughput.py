"""Throughput of `predict_batch` against LiteRT alone, and of the command line on one core and on all.

    python -m benchmarks.throughput [--artifact DIR] [--pictures 1200]

LiteRT alone runs the same `.tflite` at several batch sizes and thread counts; its best result counts. The command
line, `python -m digit predict DIR --recursive --json`, reads a folder of 280x280 drawings; memory is the peak of all
its processes together.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from PIL import Image

from benchmarks.support.options import ROOT, options_parser
from benchmarks.support.pictures import draw
from benchmarks.support.results import print_table, save
from digit.imaging import normalize_ink
from digit.process.cores import cores
from digit.recognizer import load_recognizer

DIGIT_IMAGES = 4096
BATCHES = (1, 8, 16, 32, 64, 128, 256)
ROUNDS = 3


def main() -> None:
    parser = options_parser(__doc__, artifact=True, output=True)
    parser.add_argument("--pictures", type=int, default=1200, help="for the command line to read (default: 1200)")
    options = parser.parse_args()
    recognizer = load_recognizer(options.artifact)
    images = np.repeat(
        normalize_ink((255 - draw(280, 280, 16, 255, 0)).astype(np.float32) / np.float32(255))[np.newaxis], 256, axis=0
    )
    images = np.tile(images, (DIGIT_IMAGES // len(images), 1, 1))
    alone: dict[tuple[int, int], float] = {}
    ours = 0.0
    for _ in range(ROUNDS):  # in turn, so that both meet the same load
        for threads in sorted({1, cores()}):
            for batch in BATCHES:
                rate = litert_alone(recognizer.artifact.tflite, images[: DIGIT_IMAGES // 4], batch, threads)
                alone[threads, batch] = max(alone.get((threads, batch), 0.0), rate)
        ours = max(ours, per_second(lambda: sum(1 for _ in recognizer.predict_batch(images)), len(images)))
    best = max(alone, key=lambda key: alone[key])
    rows: list[list[Any]] = [
        [f"LiteRT alone, batches of {best[1]}, {best[0]} threads", f"{alone[best]:.0f}", "1.00 x", ""],
        [f"predict_batch of digit images, {cores()} threads", f"{ours:.0f}", f"{ours / alone[best]:.2f} x", ""],
    ]
    figures: dict[str, Any] = {
        "litert_alone": {f"{threads} threads, batch {batch}": rate for (threads, batch), rate in alone.items()},
        "predict_batch_digit_images": ours,
    }
    with tempfile.TemporaryDirectory() as folder:
        files = [write_drawing(Path(folder), number) for number in range(options.pictures)]
        cv2.setNumThreads(1)
        few = files[: options.pictures // 3]
        for workers in sorted({1, cores()}):
            rate = per_second(lambda w=workers, few=few: sum(1 for _ in recognizer.predict_batch(few, w)), len(few))
            rows.append(
                [f"predict_batch of pictures, {workers} threads", f"{rate:.0f}", f"{rate / alone[best]:.2f} x", ""]
            )
            figures[f"predict_batch_pictures_{workers}_threads"] = rate
        for jobs in sorted({1, cores()}):
            rate, megabytes = command_line(folder, options.pictures, jobs, options.artifact)
            row = [f"python -m digit predict, {jobs} processes, start included", f"{rate:.0f}"]
            rows.append([*row, f"{rate / alone[best]:.2f} x", f"{megabytes:.0f} MB"])
            figures[f"command_line_{jobs}_processes"] = {"per_second": rate, "peak_mb": megabytes}
    print_table(["", "images/s", "beside LiteRT", "memory"], rows)
    save("throughput", figures, options.output)


def per_second(work: Any, count: int) -> float:
    begin = time.perf_counter()
    work()
    return count / (time.perf_counter() - begin)


def litert_alone(path: Path, images: NDArray[np.float32], batch: int, threads: int) -> float:
    """Digit images a second by the interpreter alone."""
    interpreter = Interpreter(model_path=str(path), num_threads=threads)
    given, answered = (
        details()[0]["index"] for details in (interpreter.get_input_details, interpreter.get_output_details)
    )
    interpreter.resize_tensor_input(given, (batch, 28, 28, 1))
    interpreter.allocate_tensors()
    parts = [images[i : i + batch].reshape(-1, 28, 28, 1) for i in range(0, len(images), batch)]

    def run() -> None:
        for part in parts:
            interpreter.set_tensor(given, part)
            interpreter.invoke()
            interpreter.get_tensor(answered)

    interpreter.set_tensor(given, parts[0])
    interpreter.invoke()
    return per_second(run, len(images))


def write_drawing(folder: Path, number: int) -> Path:
    """Write a drawing whose pen depends on its number."""
    path = folder / f"{number // 100:03d}" / f"{number:05d}.png"
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(draw(280, 280, 8 + number % 12, 255, number % 90)).convert("RGB").save(path)
    return path


def command_line(folder: str, count: int, jobs: int, artifact: Path | None) -> tuple[float, float]:
    """Pictures a second, start-up included, and the peak memory of all processes together in MB."""
    command = [sys.executable, "-m", "digit", "predict", folder, "--recursive", "--json", "--jobs", str(jobs)]
    command += ["--artifact", str(artifact)] if artifact else []
    peak = 0.0
    begin = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:

        def watch() -> None:
            nonlocal peak
            while process.poll() is None:
                peak = max(peak, family_megabytes(process.pid))
                time.sleep(0.1)

        watcher = threading.Thread(target=watch)
        watcher.start()
        assert process.stdout is not None
        answers = sum(1 for _ in process.stdout)
    seconds = time.perf_counter() - begin
    watcher.join()
    if answers != count:
        raise SystemExit(f"Expected {count} answers, received {answers}")
    return count / seconds, peak


def family_megabytes(pid: int) -> float:
    """Resident memory of a process and its children in MB; 0 on systems without /proc."""
    family, total = {pid}, 0
    for status in sorted(Path("/proc").glob("[0-9]*/status"), key=lambda path: int(path.parent.name)):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:  # it has ended
            continue
        if int(fields["Pid"]) in family or int(fields["PPid"]) in family:
            family.add(int(fields["Pid"]))
            total += int(fields.get("VmRSS", "0").split()[0])
    return total / 1024


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(ROOT))
    main()
