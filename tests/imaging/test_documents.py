"""PDF and TIFF: each page is a picture, and what cannot be opened gives a sentence."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digit.errors import PictureError
from digit.imaging import load_picture, pdf
from digit.imaging.documents import open_page, page_answer, page_count
from digit.imaging.loading import picture_size
from digit.imaging.pdf import PAGE_SIDE
from digit.imaging.structure import MAX_PAGES
from tests.documents import document, encrypted_pdf, endless_pdf


def shades(*values: int) -> list[NDArray[Any]]:
    return [np.full((300, 200, 3), value, np.uint8) for value in values]


@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_each_page_is_a_picture(kind: str, tmp_path: Path) -> None:
    data = document(shades(40, 120, 200), kind)
    path = tmp_path / "pages"
    path.write_bytes(data)
    for source in (data, path, str(path)):
        assert page_count(source) == 3
        means = [float(load_picture(open_page(source, number)).mean()) for number in (1, 2, 3)]
        assert means == pytest.approx([40, 120, 200], abs=3)
        assert load_picture(source).mean() == pytest.approx(40, abs=3), "the first without a number"
        with pytest.raises(PictureError, match=r"no page 4|fewer pages"):
            open_page(source, 4)
        with pytest.raises(PictureError, match="counted from 1"):
            open_page(source, 0)


def test_a_page_of_a_pdf_has_a_size_in_pixels() -> None:
    data = document(shades(90), "PDF")
    assert picture_size(data) == (round(PAGE_SIDE * 2 / 3) + 1, PAGE_SIDE)
    assert load_picture(data, 4000).shape == (PAGE_SIDE, round(PAGE_SIDE * 2 / 3) + 1, 3)


def test_other_pictures_have_one_page(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    Image.fromarray(shades(90)[0]).save(path)
    for source in (path, path.read_bytes(), shades(90)[0], Image.fromarray(shades(90)[0])):
        assert page_count(source) == 1
        assert open_page(source) is source
        with pytest.raises(PictureError, match="There is no page 2"):
            open_page(source, 2)


def test_the_json_says_which_page_of_how_many() -> None:
    def mean(picture: Any) -> dict[str, Any]:
        return {"mean": round(float(load_picture(picture).mean()), -1)}

    assert page_answer(mean, document(shades(40, 120), "TIFF"), 2) == {"page": 2, "pages": 2, "mean": 120}
    assert page_answer(mean, document(shades(40), "TIFF")) == {"mean": 40}


def test_the_smaller_copies_in_a_tiff_are_no_pages() -> None:
    big, small = (Image.fromarray(one) for one in shades(40, 120))
    buffer = io.BytesIO()
    small.encoderinfo = {"tiffinfo": {254: 1}}  # type: ignore[attr-defined]
    big.save(buffer, "TIFF", save_all=True, append_images=[small])
    assert page_count(buffer.getvalue()) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (encrypted_pdf(), "This PDF is encrypted"),
        (b"%PDF-1.7\nnothing", "This PDF is damaged"),
        (document(shades(9), "PDF")[:200], "This PDF is damaged"),
    ],
)
def test_pdfs_that_cannot_be_read_say_why(data: bytes, sentence: str) -> None:
    for read in (load_picture, picture_size, page_count, open_page):
        with pytest.raises(PictureError, match=sentence):
            read(data)


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.5)
    with pytest.raises(PictureError, match="too much time or memory"):
        load_picture(endless_pdf(500_000))


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(PictureError, match=f"up to {MAX_PAGES}"):
        page_count(document([np.zeros((1, 1), np.uint8)] * (MAX_PAGES + 1), "TIFF"))


def test_a_circle_of_pages_ends() -> None:
    """The last directory of a TIFF points back to the first."""
    data = bytearray(document(shades(40, 120), "TIFF"))
    first = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[first : first + 2], "little")
    second = int.from_bytes(data[first + 2 + 12 * count : first + 6 + 12 * count], "little")
    count = int.from_bytes(data[second : second + 2], "little")
    data[second + 2 + 12 * count : second + 6 + 12 * count] = first.to_bytes(4, "little")
    assert page_count(bytes(data)) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PictureError, match="a device or a pipe"):
        page_count(tmp_path / "pipe")


def heic(image: Image.Image, **settings: Any) -> bytes:
    import pillow_heif

    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, quality=90, **settings)
    return buffer.getvalue()


def test_a_heic_picture_is_read_upright() -> None:
    picture = np.full((120, 200, 3), 230, np.uint8)
    picture[:40, :40] = 20
    image = Image.fromarray(picture)
    assert np.abs(load_picture(heic(image)).astype(int) - picture).mean() < 3
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn, as a phone that is held upright writes
    turned = load_picture(heic(image, exif=exif.tobytes()))
    assert turned.shape == (200, 120, 3)
    assert picture_size(heic(image, exif=exif.tobytes())) == (120, 200)
    assert turned[:40, -40:].mean() < 60


def test_bad_heic_pictures_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    data = heic(Image.fromarray(shades(90)[0]))
    for part in (data[:100], data[: len(data) // 2]):
        with pytest.raises(PictureError, match="damaged or incomplete"):
            load_picture(part)
    monkeypatch.setattr("digit.imaging.loading.MAX_PIXELS", 10_000)
    monkeypatch.setattr("digit.imaging.loading._check_size.__defaults__", (10_000, ""))
    with pytest.raises(PictureError, match="too large"):
        load_picture(data)
