"""Draws a page of a PDF in a process of its own, since a PDF may take any time and memory.

`digit.imaging.pdf` starts it:

    python -I pdf_process.py INDEX SIDE < file.pdf

Writes one line, "pages width height", and the pixels of the page, RGB, `SIDE` pixels at its longer side; only the line
with a side of 0. It imports nothing of digit, so that it starts fast.
"""

import sys

ENCRYPTED, DAMAGED, NO_PAGE = 3, 4, 5
"""Exit statuses."""
BYTES, SECONDS = 2_000_000_000, 10
"""Address space and processor time at most."""
_PASSWORD = 4
"""FPDF_ERR_PASSWORD of pdfium."""


def main() -> int:
    """Write the page; the exit status says what is wrong."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the caller's timeout remains
        pass
    else:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    import pypdfium2

    index, side = int(sys.argv[1]), int(sys.argv[2])
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
        if index >= len(document):
            return NO_PAGE
        page = document[index]
    except pypdfium2.PdfiumError as error:
        return ENCRYPTED if getattr(error, "err_code", None) == _PASSWORD else DAMAGED
    width, height = page.get_size()
    out = sys.stdout.buffer
    if side == 0:
        out.write(b"%d %d %d\n" % (len(document), round(width), round(height)))
        return 0
    bitmap = page.render(scale=side / max(width, height), rev_byteorder=True, force_bitmap_format=2)  # BGR, reversed
    out.write(b"%d %d %d\n" % (len(document), bitmap.width, bitmap.height))
    row = 3 * bitmap.width
    pixels = memoryview(bitmap.buffer).cast("B")
    for start in range(0, bitmap.height * bitmap.stride, bitmap.stride):
        out.write(pixels[start : start + row])
    return 0


if __name__ == "__main__":
    sys.exit(main())
