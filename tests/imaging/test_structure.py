"""Small files that ask for much work are refused before they are decoded; what people's programs write is read."""

from __future__ import annotations

import io
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from benchmarks.support import bombs
from digit.errors import PictureError
from digit.imaging import load_picture, loading, structure
from digit.imaging.loading import picture_size
from digit.imaging.structure import MAX_SCANS, TOO_MANY_PARTS, TOO_MANY_SCANS, check_structure, jpeg_scans
from tests.ui.files import black_on_white


@pytest.mark.parametrize(
    ("bomb", "sentence"),
    [
        (lambda: bombs.jpeg_of_scans(MAX_SCANS, 500), TOO_MANY_SCANS),
        (lambda: bombs.jpeg_of_scans(30), TOO_MANY_SCANS),
        (lambda: bombs.jpeg_of_comments(20_000), TOO_MANY_PARTS),
        (lambda: bombs.jpeg_of_exif(500_000), TOO_MANY_PARTS),
        (lambda: bombs.png_of_chunks(800_000), TOO_MANY_PARTS),
        (lambda: bombs.gif_of_comments(1_100_000), TOO_MANY_PARTS),
        (lambda: bombs.bmp_of_runs(5_100_000), "This BMP is too large"),
        (lambda: bombs.tiff_of_strips(60_000), TOO_MANY_PARTS),
        (lambda: bombs.tiff_of_tags(500_000), TOO_MANY_PARTS),
    ],
)
def test_bombs_are_refused_before_decoding(
    bomb: Callable[[], bytes], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = bomb()
    monkeypatch.setattr(Image, "open", None)
    for read in (load_picture, picture_size):
        with pytest.raises(PictureError) as caught:
            read(data)
        assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("bomb", [bombs.png_of_exif, bombs.webp_of_exif])
def test_exif_with_tags_over_the_same_bytes_is_left_out(
    bomb: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture is read, its orientation is not: 300 tags over 500 kB would take 150 MB."""
    monkeypatch.setattr(Image.Image, "getexif", None)
    assert load_picture(bomb(500_000)).shape == (50, 50, 3)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "MPO"])
def test_what_programs_write_passes(name: str) -> None:
    image, buffer = Image.fromarray(black_on_white(3)), io.BytesIO()
    more = {"save_all": True, "append_images": [image] * 3} if name in ("GIF", "TIFF", "MPO", "WEBP") else {}
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(buffer, name, **more, **({"exif": exif} if name not in ("GIF", "BMP") else {}))
    check_structure(buffer.getvalue())


@pytest.mark.parametrize("progressive", [False, True])
def test_scans_are_counted(progressive: bool) -> None:
    data = bombs.encoded(Image.new("RGB", (64, 64)), "JPEG", progressive=progressive)
    assert jpeg_scans(data, 1_000) == (10 if progressive else 1)
    assert jpeg_scans(bombs.jpeg_of_scans(50, 64), 1_000) == 6 + 50
    assert jpeg_scans(data[:-2], 1_000) == (10 if progressive else 1), "without an end"


def test_a_film_behind_the_picture_is_no_scan() -> None:
    """Phones add the seconds before a photo as a film, in which two bytes are those of a scan by chance."""
    photo = bombs.encoded(Image.new("RGB", (64, 64)), "JPEG") + b"film\xff\xda" * 1_000
    assert load_picture(photo).shape == (64, 64, 3)


def test_no_scan_hides_behind_a_false_marker() -> None:
    """libjpeg skips what is no marker of a picture byte by byte, so its length must not be believed."""
    data = bombs.jpeg_of_scans(MAX_SCANS, 64)
    first = data.index(b"\xff\xda")
    assert jpeg_scans(data[:first] + b"\xff\x02\xff\xff" + data[first:], 1_000) == jpeg_scans(data, 1_000)


@pytest.mark.parametrize("order", ["<", ">"])
def test_large_tiffs_are_counted_too(order: str) -> None:
    """BigTIFF has longer numbers; its directory may be anywhere."""

    def big(strips: int) -> bytes:
        head = (b"II+\0" if order == "<" else b"MM\0+") + struct.pack(order + "HHQ", 8, 0, 20) + bytes(4)
        return head + struct.pack(order + "QHHQQ", 1, 273, 16, strips, 0)

    check_structure(big(structure.MAX_STRIPS))
    with pytest.raises(PictureError, match="too many parts"):
        check_structure(big(structure.MAX_STRIPS + 1))


@pytest.mark.parametrize("head", [b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\0", b"MM\0*", b"II+\0", b"BM"])
@pytest.mark.parametrize("rest", [b"", b"\0", b"\xff" * 40, bytes(40), b"!" * 40, b"\xff\xe1\xff"])
def test_nothing_escapes_on_a_torso(head: bytes, rest: bytes) -> None:
    check_structure(head + rest)


def test_large_pictures_are_decoded_on_half_of_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes up to 300 MB meanwhile; small ones do not wait for them."""
    monkeypatch.setattr(loading, "LARGE_PIXELS", 100 * 100)
    monkeypatch.setattr(loading, "_LARGE", threading.BoundedSemaphore(1))
    decode, inside, most = loading._decoded, 0, 0
    turn = threading.Lock()

    def counted(image: Image.Image, longest_side: int) -> Any:
        nonlocal inside, most
        if image.size[0] > 100:
            with turn:
                inside += 1
                most = max(most, inside)
            load_picture(bombs.encoded(Image.new("L", (50, 50)), "PNG"))
            with turn:
                inside -= 1
        return decode(image, longest_side)

    monkeypatch.setattr(loading, "_decoded", counted)
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(load_picture, [bombs.encoded(Image.new("L", (200, 200)), "PNG")] * 12))
    assert [picture.shape for picture in read] == [(200, 200, 3)] * 12
    assert most == 1
