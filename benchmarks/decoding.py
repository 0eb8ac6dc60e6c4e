"""Time and memory of the costliest files of each format: the largest that are read, and bombs that must be refused.

    python -m benchmarks.decoding [--seconds 60]

Each file is read in a process of its own, which is ended after so many seconds. Memory is the growth of its peak.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image

from benchmarks.support.bombs import BOMBS, SIDE, bmp_of_runs, encoded, gif_of_comments, jpeg_of_scans, tiff_of_strips
from benchmarks.support.options import ROOT, options_parser
from benchmarks.support.results import print_table, save
from digit.errors import PictureError
from digit.imaging import load_picture
from digit.imaging.loading import MAX_PIXELS, MAX_PIXELS_OF
from digit.imaging.structure import MAX_GIF_START, MAX_RUNS_BYTES, MAX_SCANNED, MAX_STRIPS


def largest(name: str, mode: str) -> bytes:
    """A plain picture of as many pixels as are read of its kind."""
    side = int(MAX_PIXELS_OF.get(name, MAX_PIXELS_OF.get(mode, MAX_PIXELS)) ** 0.5)
    blots = Image.effect_noise((side // 100, side // 100), 64).convert(mode).resize((side, side))
    return encoded(blots, name, **({"compression": "tiff_deflate"} if name == "TIFF" else {}))


LARGEST = [("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("GIF", "P"), ("TIFF", "RGB")]
FILES: dict[str, Callable[[], bytes]] = {f"{name}, {mode}": partial(largest, name, mode) for name, mode in LARGEST}
FILES |= {
    "JPEG, as many scans as are read": lambda: jpeg_of_scans(MAX_SCANNED // SIDE**2 - 6),
    "GIF, as many comments as are read": lambda: gif_of_comments(MAX_GIF_START - 1_000),
    "BMP, as many runs as are read": lambda: bmp_of_runs(MAX_RUNS_BYTES - 1_100, 1_500),
    "TIFF, as many strips as are read": lambda: tiff_of_strips(MAX_STRIPS),
}
FILES |= BOMBS


def main() -> None:
    parser = options_parser(__doc__, output=True)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each file (default: 60)")
    parser.add_argument("--file", type=Path, help="read this one, in this process")
    options = parser.parse_args()
    if options.file:
        print("\t".join(measure(options.file)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture"
        command = [sys.executable, "-m", "benchmarks.decoding", "--file", str(path)]
        for name, make in FILES.items():
            path.write_bytes(make())
            try:
                done = subprocess.check_output(command, cwd=ROOT, text=True, timeout=options.seconds)
                rows.append([name, *done.strip().split("\t")])
            except subprocess.TimeoutExpired:
                rows.append([name, "", f"over {options.seconds:g}", "", "ended"])
    print_table(["", "kB", "seconds", "MB", ""], rows)
    save("decoding", {"files": rows}, options.output)


def measure(path: Path) -> tuple[str, str, str, str]:
    """Size in kB, seconds, growth of the peak memory in MB, and what becomes of a file."""

    def peak() -> float:  # Linux only
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024

    load_picture(encoded(Image.new("L", (50, 50)), "PNG"))  # what is imported on the way is not counted
    before, begin = peak(), time.perf_counter()
    try:
        became = "x".join(map(str, load_picture(path).shape[1::-1]))
    except PictureError as error:
        became = str(error).partition(":")[0].partition(".")[0]
    seconds = time.perf_counter() - begin
    return f"{path.stat().st_size / 1000:.0f}", f"{seconds:.2f}", f"{peak() - before:.0f}", became


if __name__ == "__main__":
    main()
