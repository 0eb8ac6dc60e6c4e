"""Whatever comes in, a picture or one clear sentence comes out: arrays of every kind, and files with random damage."""

from __future__ import annotations

import io
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from PIL import Image

from digit.errors import DigitError
from digit.imaging import Steps, load_picture, preprocess
from digit.imaging.pixels import WORKING_SIZE
from tests.ui.files import black_on_white

MUTANTS = int(os.environ.get("DIGIT_MUTANTS", "10000"))
FORMATS = {
    "png": ("PNG", {}),
    "png-palette": ("PNG", {"palette": True}),
    "jpeg": ("JPEG", {"quality": 80}),
    "jpeg-progressive": ("JPEG", {"progressive": True, "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
    "webp": ("WEBP", {"quality": 60}),
    "gif": ("GIF", {}),
    "bmp": ("BMP", {}),
    "tiff": ("TIFF", {}),
    "tiff-lzw": ("TIFF", {"compression": "tiff_lzw"}),
    "tiff-deflate": ("TIFF", {"compression": "tiff_deflate"}),
}
INTERESTING = np.array([0, 1, 2, 16, 32, 64, 100, 127, 128, 254, 255], np.uint8)

dtypes = st.one_of(
    arrays.boolean_dtypes(),
    arrays.integer_dtypes(endianness="?"),
    arrays.unsigned_integer_dtypes(endianness="?"),
    arrays.floating_dtypes(endianness="?"),
    arrays.complex_number_dtypes(),
    arrays.datetime64_dtypes(),
    arrays.byte_string_dtypes(max_len=3),
    st.just(np.dtype(object)),
)
shapes = st.one_of(
    arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=24),
    st.tuples(st.integers(0, 90), st.integers(0, 90), st.sampled_from([0, 1, 2, 3, 4, 5])),
    st.tuples(st.integers(1, 1200), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 1200)),
)


@st.composite
def anything(draw: st.DrawFn) -> NDArray[Any]:
    """An array of any type, shape and values, contiguous or not."""
    dtype = draw(dtypes)
    values = st.none() | st.integers() | st.text() if dtype.kind == "O" else None
    array: NDArray[Any] = draw(arrays.arrays(dtype, draw(shapes), elements=values, fill=values))
    if array.ndim >= 2 and draw(st.booleans()):
        array = array[::-1, ::2]
    return array


def check(steps: Steps) -> None:
    """What `preprocess` promises of every picture that it does not refuse."""
    assert steps.picture.dtype == steps.grey.dtype == np.uint8
    assert steps.picture.shape == (*steps.grey.shape, 3)
    assert max(steps.grey.shape) <= WORKING_SIZE
    assert steps.ink.shape == steps.grey.shape
    for ink in (steps.ink, steps.digit_image):
        assert ink.dtype == np.float32
        assert np.isfinite(ink).all()
        assert ink.min() >= 0
        assert ink.max() <= 1
    assert steps.digit_image.shape == (28, 28)
    assert (steps.box is None) == (not steps.digit_image.any())


def check_sentence(error: DigitError) -> None:
    text = str(error)
    assert text.endswith((".", ")"))
    assert "\n" not in text
    assert 10 < len(text) < 400


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(anything())
def test_any_array_is_a_picture_or_a_sentence(array: NDArray[Any]) -> None:
    try:
        check(preprocess(array))
    except DigitError as error:
        check_sentence(error)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from([np.float16, np.float32, np.float64]),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.lists(st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, 255.0, -1.0, 1e-40, 6e4, 1e30]), min_size=1),
)
def test_any_number_in_an_array(dtype: Any, shape: tuple[int, int], values: list[float]) -> None:
    with np.errstate(over="ignore"):
        array = np.resize(np.array(values), shape).astype(dtype)
    try:
        check(preprocess(array))
    except DigitError as error:
        check_sentence(error)
        return
    assert np.isfinite(array).all(), "a picture with what is no number should be refused"


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.binary(max_size=400), st.text(max_size=40), st.none(), st.integers(), st.lists(st.integers())))
def test_anything_else_is_a_sentence(source: Any) -> None:
    with pytest.raises(DigitError):
        preprocess(source)


def encoded(name: str) -> bytes:
    kind, options = FORMATS[name]
    options = dict(options)
    image = Image.fromarray(black_on_white(5, 48)).convert("RGB")
    if options.pop("palette", False):
        image = image.quantize(8)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def mutant(data: bytes, rng: np.random.Generator, other: bytes) -> bytes:
    """The file with a few of its bytes changed, cut, doubled, or joined to another's."""
    content = np.frombuffer(data, np.uint8).copy()
    # Headers decide most, so half of the changes are there.
    for _ in range(int(rng.integers(1, 6))):
        at = int(rng.integers(0, min(len(content), 64 if rng.random() < 0.5 else len(content))))
        kind = int(rng.integers(0, 7))
        if kind == 0:
            content[at] ^= np.uint8(1 << int(rng.integers(0, 8)))
        elif kind == 1:
            content[at] = rng.choice(INTERESTING)
        elif kind == 2:  # a large length, size or offset
            content[at : at + 4] = rng.choice(np.array([0, 0x7F, 0x80, 0xFF], np.uint8))
        elif kind == 3:
            content = content[: max(1, at)]
        elif kind == 4:
            end = min(len(content), at + int(rng.integers(1, 40)))
            content = np.concatenate([content[:end], content[at:]])
        elif kind == 5:
            content = np.concatenate([content[:at], content[at + int(rng.integers(1, 20)) :]])
            content = content if len(content) else np.zeros(1, np.uint8)
        else:
            content = np.concatenate([content[:at], np.frombuffer(other, np.uint8)[at:]])
            content = content if len(content) else np.zeros(1, np.uint8)
    return content.tobytes()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_are_pictures_or_sentences(name: str) -> None:
    """Ten thousand mutants in all (DIGIT_MUTANTS), the same in every run: nothing but a DigitError comes out."""
    rng = np.random.default_rng(list(FORMATS).index(name))
    whole = {kind: encoded(kind) for kind in FORMATS}
    read = refused = 0
    for _ in range(MUTANTS // len(FORMATS)):
        data = mutant(whole[name], rng, whole[rng.choice(list(FORMATS))])
        try:
            picture = load_picture(data)
        except DigitError as error:
            check_sentence(error)
            refused += 1
            continue
        assert picture.dtype == np.uint8
        assert picture.ndim == 3
        assert max(picture.shape) <= WORKING_SIZE
        read += 1
    assert refused, "no damage was noticed"
    assert read, "everything was refused"
