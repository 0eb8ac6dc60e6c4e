"""Corrections have a rate: of a page, of an address that any number of pages may have, and of all together."""

from __future__ import annotations

import pytest

from digit.errors import FeedbackError
from digit.feedback import rate
from digit.feedback.rate import Rate, Sender


@pytest.mark.parametrize(
    ("limit", "senders", "another", "words"),
    [
        ("SESSION_RECORDS", [Sender("a", "1"), Sender("a", "2")], Sender("b", "1"), "are taken from one page."),
        ("ADDRESS_RECORDS", [Sender("a", "1"), Sender("b", "1")], Sender("a", "2"), "are taken from one address."),
        ("ALL_RECORDS", [Sender("a", "1"), Sender("b", "2")], None, "are taken."),
    ],
)
def test_one_too_many_is_refused_and_others_are_not(
    limit: str, senders: list[Sender], another: Sender | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate, limit, 2)
    taken = Rate()
    for sender in senders:
        taken.count(sender)
    with pytest.raises(FeedbackError, match=f"up to 2 corrections in 10 minutes {words}"):
        taken.count(senders[-1])
    if another is not None:
        taken.count(another)
    monkeypatch.setattr(rate, "RATE_SECONDS", -1)  # all of them are long ago
    taken.count(senders[-1])


def test_a_program_that_makes_up_sessions_is_stopped() -> None:
    """300 of 300 were stored, each with an id of its own."""
    taken, stored = Rate(), 0
    for number in range(300):
        try:
            taken.count(Sender(str(number), "8.8.8.8"))
            stored += 1
        except FeedbackError:
            pass
    assert stored == rate.ADDRESS_RECORDS
