"""How many files and connections a process may have open."""

from __future__ import annotations

from contextlib import suppress

WANTED = 16_384
"""More than the connections and files that the server ever holds; the usual limit of a shell is 1,024."""


def raise_open_files() -> int | None:
    """Raise the soft limit of open files towards `WANTED`; returns the new one, None where there is none."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # macOS has a lower limit of its own
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
