import io
import os
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from digit.errors import PictureError
from digit.imaging import load_picture, preprocess
from digit.imaging.loading import MAX_BYTES, NOT_A_PICTURE
from digit.imaging.pixels import WORKING_SIZE, shrink
from tests.imaging.drawing import paint, strokes


def seven() -> Image.Image:
    """A 7 in the upper left quarter, dark on light, 120x160."""
    coverage = strokes(7, (120, 160), height=0.4, width=0.08, centre=(0.25, 0.3))
    return Image.fromarray(paint(coverage, (250, 240, 200), (30, 40, 90)))


def encoded(image: Image.Image, name: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG of any size whose pixels are missing."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_format_by_bytes_and_by_path(name: str, tmp_path: Path) -> None:
    """The six formats give the same picture from bytes, a path and a string, whatever the file is called."""
    options = {"lossless": True} if name == "WEBP" else {"quality": 98} if name == "JPEG" else {}
    data = encoded(seven(), name, **options)
    path = tmp_path / "picture.bin"
    path.write_bytes(data)
    expected = np.asarray(seven()).astype(int)
    for source in (data, path, str(path)):
        picture = load_picture(source)
        assert picture.dtype == np.uint8
        assert np.abs(picture - expected).mean() < 4


def test_pil_image_and_array_are_the_same() -> None:
    """A PIL image and its array give the same picture."""
    assert np.array_equal(load_picture(seven()), load_picture(np.asarray(seven())))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(orientation: int) -> None:
    """Stored in any of the eight orientations, the picture comes out upright, small or scaled down."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    for size in ((160, 120), (1600, 1200)):
        upright = seven().resize(size)
        stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
        exif = Image.Exif()
        exif[0x0112] = orientation
        picture = load_picture(encoded(stored, "JPEG", quality=95, exif=exif))
        expected = shrink(np.asarray(upright))
        assert picture.shape == expected.shape
        assert np.abs(picture.astype(int) - expected).mean() < 3


@pytest.mark.parametrize(("ink", "paper"), [(20, 255), (240, 0)])
def test_transparent_drawing_lies_on_the_opposite_paper(ink: int, paper: int) -> None:
    """Dark ink is laid on white, light ink on black, whatever colour hides under the transparency."""
    coverage = strokes(5, (80, 80), height=0.7)
    rgba = np.full((80, 80, 4), ink, np.uint8)
    rgba[..., 3] = np.rint(coverage * 255)
    for source in (rgba, encoded(Image.fromarray(rgba), "PNG"), encoded(Image.fromarray(rgba), "WEBP", lossless=True)):
        picture = load_picture(source)
        assert np.all(picture[0, 0] == paper)
        assert np.abs(preprocess(source).ink - coverage).mean() < 0.01


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "CMYK", "YCbCr", "HSV", "I", "I;16", "F"])
def test_every_mode_of_pillow_reads_alike(mode: str) -> None:
    """Whatever the pixels are stored as, the 7 is found in the same place."""
    grey = seven().convert("L")
    if mode in ("I", "I;16", "F"):
        values = np.asarray(grey).astype(np.float64) * 257
        image = Image.fromarray(values.astype({"I": np.int32, "I;16": np.uint16, "F": np.float32}[mode]))
    elif mode == "1":
        image = grey.point(lambda value: 255 * (value > 128)).convert("1")
    elif mode == "PA":
        image = seven().convert("P").convert("PA")
    else:
        image = seven().convert(mode)
    expected, found = preprocess(seven()).box, preprocess(image).box
    assert expected is not None
    assert found is not None
    assert np.abs(np.subtract(expected, found)).max() <= 2


def test_palette_with_transparency() -> None:
    """A GIF or PNG palette with one transparent entry is laid on paper."""
    indices = (strokes(3, (60, 60), height=0.7) > 0.5).astype(np.uint8)
    image = Image.fromarray(indices, "P")
    image.putpalette([255, 0, 255, 10, 10, 10])
    for name in ("PNG", "GIF"):
        picture = load_picture(encoded(image, name, transparency=0))
        assert np.all(picture[0, 0] == 255)
        assert picture.min() == 10


def test_animation_shows_its_first_frame() -> None:
    """Of an animated GIF, the first frame is read."""
    frames = [seven(), Image.new("RGB", (160, 120), "black")]
    picture = load_picture(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50))
    assert np.abs(picture.astype(int) - np.asarray(seven())).mean() < 5


@pytest.mark.parametrize("name", ["PNG", "JPEG"])
def test_large_pictures_come_down_to_working_size(name: str) -> None:
    """Twelve megapixels end at the working size with their aspect kept, as area averages."""
    checks = (np.indices((3024, 4032)).sum(axis=0) % 2 * 255).astype(np.uint8)
    picture = load_picture(encoded(Image.fromarray(checks), name))
    assert picture.shape == (378, WORKING_SIZE, 3)
    assert np.abs(picture.astype(int) - 127).max() <= 3
    assert load_picture(checks, longest_side=252).shape == (189, 252, 3)


MEASURE = """
import resource, sys
from digit.imaging import load_picture
load_picture(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(*load_picture(sys.argv[2]).shape)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="its memory cannot be measured in this way")
@pytest.mark.parametrize(
    ("mode", "size", "name"),
    [("RGBA", (7000, 7000), "PNG"), ("I;16", (5000, 5000), "PNG"), ("RGBA", (4400, 4400), "WEBP")],
)
def test_memory_of_the_largest_pictures(mode: str, size: tuple[int, int], name: str, tmp_path: Path) -> None:
    """A file of a few kilobytes that unfolds to the limit takes less than 400 MB on its way to working size."""
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(encoded(seven(), "PNG"))
    options = {"lossless": True, "method": 0} if name == "WEBP" else {"compress_level": 1}
    large.write_bytes(encoded(Image.new(mode, size), name, **options))
    done = run_python(MEASURE, str(small), str(large))
    assert done.stderr == ""
    shape, extra = done.stdout.splitlines()
    assert shape == f"{WORKING_SIZE} {WORKING_SIZE} 3"
    assert int(extra) < 400_000_000


def run_python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a few lines as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, text=True, capture_output=True, timeout=60, env=environment, check=False)


def test_picture_of_the_caller_stays_as_it_is() -> None:
    """A JPEG that the caller has opened is not brought down in the caller's hands."""
    with Image.open(io.BytesIO(encoded(seven().resize((1600, 1200)), "JPEG"))) as image:
        assert load_picture(image).shape == (378, WORKING_SIZE, 3)
        assert image.size == (1600, 1200)
        assert np.asarray(image).shape == (1200, 1600, 3)


def test_programs_show_no_warnings_of_pillow() -> None:
    """Pillow warns of a doubtful header; after `prepare_process`, even a process that shows every warning is silent."""
    program = f"""
import warnings
warnings.simplefilter("always")
from digit.errors import PictureError
from digit.imaging import load_picture
from digit.process.startup import prepare_process
prepare_process()
try:
    load_picture({png_header(10_000, 10_000)!r})
except PictureError as error:
    print(error)
"""
    done = run_python(program)
    assert "too large" in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
def test_pipes_are_refused(tmp_path: Path) -> None:
    """A pipe, on which opening would wait for ever, is refused in a sentence."""
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(PictureError, match="device or a pipe"):
        load_picture(tmp_path / "pipe.png")


def tiled_tiff(size: int, side: int) -> bytes:
    """The header of a grey TIFF of `size` x `size` pixels in tiles of `side` x `side`."""
    tags = {256: size, 257: size, 258: 8, 259: 8, 262: 1, 277: 1, 322: side, 323: side, 324: 0, 325: 0}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "empty", id="no bytes"),
        pytest.param(b"this is a text", "not a picture", id="text"),
        pytest.param(b"%PDF-1.7 ...", "damaged", id="PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "not a picture", id="PNG signature only"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged", id="HEIC"),
        pytest.param(b"GIF89a", "not a picture", id="GIF signature only"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture", id="SVG"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not a picture", id="PostScript"),
        pytest.param(png_header(20_000, 20_000), "too large", id="bomb"),
        pytest.param(png_header(9_000, 9_000), "too large: up to 50 megapixels", id="81 megapixels"),
        pytest.param(tiled_tiff(5000, 256), "up to 20 megapixels work as TIFF", id="25 megapixels of TIFF"),
        pytest.param(tiled_tiff(100, 16384), "tiles that are too large: up to 20 megapixels", id="tile"),
        pytest.param(b"\0" * (MAX_BYTES + 1), "too large: up to 20 MB", id="bytes"),
    ],
)
def test_unfit_files_are_refused_in_one_sentence(data: bytes, words: str, tmp_path: Path) -> None:
    """Bytes and a file called .png give the same sentence, no warning and no other error."""
    path = tmp_path / "picture.png"
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for source in (data, path):
            with pytest.raises(PictureError, match=words) as caught:
                load_picture(source)
            assert str(caught.value).endswith(".")
            assert "\n" not in str(caught.value)
            assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_truncated_files(name: str, share: float) -> None:
    """A file that ends too early is an answer or one sentence."""
    noise = np.random.default_rng(0).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sentence = ""
        try:
            assert load_picture(data[: int(share * len(data))]).shape == (120, 160, 3)
        except PictureError as error:
            sentence = str(error)
    assert sentence in ("", NOT_A_PICTURE) or "damaged" in sentence


def test_damaged_bytes_never_escape() -> None:
    """Random damage in any format ends in a picture or a PictureError."""
    rng = np.random.default_rng(0)
    for name in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"):
        data = bytearray(encoded(seven(), name))
        for _ in range(40):
            spoilt = data.copy()
            for position in rng.integers(0, len(data), 8):
                spoilt[position] = int(rng.integers(0, 256))
            try:
                picture = load_picture(bytes(spoilt))
            except PictureError:
                continue
            assert picture.ndim == 3


def test_missing_file_folder_and_wrong_type(tmp_path: Path) -> None:
    """Each says what is the matter."""
    with pytest.raises(PictureError, match="no file"):
        load_picture(tmp_path / "nothing.png")
    with pytest.raises(PictureError, match="folder"):
        load_picture(tmp_path)
    with pytest.raises(PictureError, match="received int"):
        load_picture(7)  # type: ignore[arg-type]
    with pytest.raises(PictureError, match="no file"):
        load_picture("a\0b")


def test_one_pixel_is_an_answer() -> None:
    """1x1 is a picture on which nothing is written."""
    assert preprocess(encoded(Image.new("RGB", (1, 1), "red"), "PNG")).box is None


def test_a_lack_of_memory_is_not_called_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says so, and has the `MemoryError` as its cause."""
    path = tmp_path / "picture.png"
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(path)

    def exhausted(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("digit.imaging.loading._decoded", exhausted)
    with pytest.raises(PictureError, match="not enough memory") as caught:
        load_picture(path)
    assert isinstance(caught.value.__cause__, MemoryError)
