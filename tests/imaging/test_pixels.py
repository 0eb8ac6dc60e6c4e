import cv2
import numpy as np
import pytest
from PIL import Image

from digit.errors import PictureError
from digit.imaging import load_picture, preprocess
from digit.imaging.pixels import WORKING_SIZE, flatten, from_array
from tests.imaging.drawing import strokes


@pytest.mark.parametrize(
    "array",
    [
        pytest.param(np.eye(30, dtype=bool), id="bool"),
        pytest.param(np.eye(30, dtype=np.uint8), id="uint8 0..1"),
        pytest.param(np.eye(30, dtype=np.uint8) * 255, id="uint8"),
        pytest.param(np.eye(30, dtype=np.int64) * 255, id="int64 0..255"),
        pytest.param(np.eye(30, dtype=np.uint16) * 65535, id="uint16"),
        pytest.param(np.eye(30, dtype=np.uint16) * 4095, id="12 bits"),
        pytest.param(np.eye(30, dtype=np.float32), id="float 0..1"),
        pytest.param(np.eye(30) * 255, id="float 0..255"),
        pytest.param(np.eye(30, dtype=np.float16), id="float16"),
        pytest.param(np.eye(30) * 2 - 1, id="float -1..1"),
        pytest.param(np.eye(30)[..., np.newaxis], id="one channel"),
        pytest.param(np.repeat(np.eye(30)[..., np.newaxis], 3, axis=2), id="three channels"),
        pytest.param(np.dstack([np.eye(30)] * 3 + [np.ones((30, 30))]), id="four channels"),
        pytest.param(np.asfortranarray(np.eye(60, dtype=np.uint8)[::2, ::2] * 255), id="not contiguous"),
    ],
)
def test_arrays_of_any_range(array: np.ndarray) -> None:
    """Full scale becomes 255 and zero 0, in every type and shape."""
    picture = load_picture(array)
    assert picture.dtype == np.uint8
    assert np.array_equal(picture, np.repeat(np.eye(30, dtype=np.uint8)[..., np.newaxis] * 255, 3, axis=2))


def test_wide_ranges_are_scaled_not_clipped() -> None:
    """A 16-bit ramp stays a ramp, with its ends apart."""
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    assert np.array_equal(from_array(ramp)[..., 0].ravel(), np.arange(256))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        pytest.param(np.array([[0.0, np.nan]]), "NaN", id="nan"),
        pytest.param(np.array([[0.0, np.inf]]), "infinity", id="infinity"),
        pytest.param(np.zeros((0, 5)), "no pixels", id="zero size"),
        pytest.param(np.zeros(5), "shape", id="one dimension"),
        pytest.param(np.zeros((5, 5, 2)), "shape", id="two channels"),
        pytest.param(np.zeros((1, 5, 5, 3)), "shape", id="a batch"),
        pytest.param(np.zeros((5, 5), complex), "complex", id="complex"),
        pytest.param(np.array([["a"]]), "booleans", id="text"),
    ],
)
def test_unfit_arrays_are_refused(array: np.ndarray, words: str) -> None:
    """One sentence that names what is wrong."""
    with pytest.raises(PictureError, match=words):
        load_picture(array)


def test_rounded_corners_take_the_pictures_own_paper() -> None:
    """An opaque picture with transparent corners is filled with its paper, not with black."""
    rgba = np.full((60, 60, 4), (250, 240, 180, 255), np.uint8)
    rgba[:6, :6, 3] = 0
    rgba[20:40, 28:32, :3] = 10
    assert np.all(flatten(rgba)[0, 0] == (250, 240, 180))


def test_fully_transparent_picture_is_blank() -> None:
    """Nothing to see gives an empty answer, not an error."""
    assert preprocess(np.zeros((40, 40, 4), np.uint8)).box is None


def test_extreme_aspect() -> None:
    """A strip of one pixel's height stays a picture."""
    assert load_picture(np.zeros((1, 20_000), np.uint8)).shape == (1, WORKING_SIZE, 3)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "I;16", "F"])
def test_bands_of_large_pictures(mode: str) -> None:
    """Brought down band by band, in blocks, a picture is what area averaging of the whole gives, without seams."""
    coverage = strokes(3, (3024, 2268), height=0.7, width=0.05)
    grey = np.rint(255 - 235 * coverage).astype(np.uint8)
    if mode in ("RGBA", "LA"):
        image = Image.merge("LA", [Image.new("L", (2268, 3024), 20), Image.fromarray(255 - grey)]).convert(mode)
    elif mode in ("I;16", "F"):
        image = Image.fromarray(grey.astype(np.uint16 if mode == "I;16" else np.float32) * 257)
    else:
        image = Image.fromarray(grey).convert(mode)
    whole = grey if mode not in ("RGBA", "LA") else np.rint(255 - (255 - grey) * (235 / 255))
    expected = cv2.resize(whole.astype(np.float32), (378, 504), interpolation=cv2.INTER_AREA)
    for source in (image, np.asarray(image)) if mode not in ("P", "LA") else (image,):
        difference = np.abs(load_picture(source).astype(float) - expected[..., np.newaxis])
        assert difference.max() <= 2
