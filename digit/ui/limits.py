"""How much the server does at a time and for how long, with the sentences for visitors who exceed a limit."""

from __future__ import annotations

from digit.imaging.loading import MAX_BYTES

LARGEST_MB = MAX_BYTES // 1_000_000
"""Largest file that the page sends."""
CONCURRENCY = 4
"""Pictures read at the same time by each event of the page."""
MAX_WAITING = 100
"""Events in the queue, not counting those in progress. At a hundred answers per second the wait stays short, and a
stalled server is noticed."""
MAX_INSIDE = 20
"""Calls of one event that are being answered or wait for it, past the queue: more would wait for seconds."""
BUSY_SECONDS = 0.5
"""After which a visitor hears that the server is busy."""
MAX_HELD_BYTES = 10 * MAX_BYTES
"""Pictures of direct requests in memory at the same time; small pictures never come near it."""
MAX_JSON_BYTES = 1_500_000
"""Of a request that is no file; the longest, a drawing of noise on the wide paper, has a million."""
MAX_JSON_VALUES = 10_000
"""In such a request, counted by its brackets and commas. Gradio looks at each: half a million took a second."""
MAX_HELD_JSON = 20_000_000
"""Bytes of such requests at the same time; each takes some three times as much memory."""
MAX_FORM_BYTES = MAX_BYTES + 100_000
"""Of an upload: a file and what a form adds to it."""
HEAD_SECONDS = 10.0
"""For the first line and the headers of a request."""
BODY_SECONDS, SLOWEST = 10, 20_000
"""So many seconds for the body of a request, and one more for every so many bytes that have arrived."""
MAX_OF_ONE_ADDRESS = 300
"""Requests of one address at the same time. An open page has two or three; a school may share an address."""
MAX_REQUESTS = 2_000
"""Connections at the same time; more are refused with status 503."""
MAX_SECONDS = 30
"""Time to read one picture: the slowest page, with a thousand marks, takes less than half of it."""

BUSY = "Too many pictures are being read right now. Please try again in a moment."
TOO_LONG = f"Reading this picture took longer than {MAX_SECONDS} seconds and was stopped. A smaller picture may work."
