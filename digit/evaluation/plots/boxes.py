"""A picture with a box around each digit that was read."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from digit.evaluation.plots.classifier import BLUE
from digit.imaging.loading import PictureSource, load_picture, picture_size
from digit.numbers.number import Number

DOUBT = "#c2410c"
_LONGEST_SIDE = 1512


def number_figure(source: PictureSource, number: Number) -> Figure:
    """Draw a picture and the boxes of its digits; boxes of doubtful digits are dashed and in another colour.

    Raises:
        PictureError: the source is not a picture that can be read.
    """
    picture = load_picture(source, _LONGEST_SIDE)
    scale = picture.shape[1] / picture_size(source)[0]
    wide = picture.shape[1] >= picture.shape[0]
    figure = Figure(figsize=(9, 6) if wide else (6, 8), dpi=120, layout="constrained")
    figure.suptitle(number.sentence)
    ax = figure.subplots()
    ax.imshow(picture)
    ax.set(xticks=[], yticks=[])
    for digit in number.digits:
        x, y, width, height = (scale * value for value in digit.box)
        colour, style = (DOUBT, "--") if digit.doubtful else (BLUE, "-")
        ax.add_patch(Rectangle((x, y), width, height, fill=False, edgecolor=colour, linestyle=style, linewidth=1.5))
        ax.annotate(
            str(digit.digit), (x + width / 2, y), (0, 2), textcoords="offset points", ha="center", color=colour, size=11
        )
    return figure
