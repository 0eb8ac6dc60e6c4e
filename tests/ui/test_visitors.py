"""An address that limits can count by, and pages of other sites told from one's own, behind any proxy."""

from __future__ import annotations

import pytest

from digit.ui.visitors import SPACE_HOST, is_foreign, visitor_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("8.8.8.8", "", "8.8.8.8"),
        ("8.8.8.8", "1.1.1.1", "8.8.8.8"),  # who is no proxy may not say who it is
        ("127.0.0.1", "", "127.0.0.1"),
        ("10.1.2.3", "1.1.1.1", "1.1.1.1"),
        ("10.1.2.3", "made up, 9.9.9.9, 1.1.1.1, 10.7.7.7", "1.1.1.1"),  # two proxies, and a visitor who lies
        ("10.1.2.3", "made up", "10.1.2.3"),
        ("2a00:1450:4001:82f::200e", "", "2a00:1450:4001:082f::/64"),
        ("::ffff:8.8.8.8", "", "::ffff:8.8.8.8"),
        (None, "", ""),
        ("a socket", "", "a socket"),
    ],
)
def test_the_address_of_a_visitor(peer: str | None, forwarded: str, address: str) -> None:
    assert visitor_address(peer, {"x-forwarded-for": forwarded}) == address


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),  # no browser
        ({"origin": "https://digit.example", "host": "digit.example"}, False),
        ({"origin": "https://digit.example:8443", "host": "digit.example"}, False),  # a proxy that keeps the name only
        ({"origin": "https://elsewhere.example", "host": "digit.example"}, True),
        ({"origin": "https://digit.example.evil.example", "host": "digit.example"}, True),
        ({"origin": "null", "host": "digit.example"}, True),
        ({"origin": "https://[", "host": "digit.example"}, True),
        ({"origin": "https://digit.example", "host": "10.0.0.7:7860", "x-forwarded-host": "digit.example"}, False),
        ({"origin": "https://space.example", "host": "10.0.0.7:7860"}, False),  # as the variable says
        ({"origin": "https://elsewhere.example", "host": "10.0.0.7:7860"}, True),
        ({"origin": "https://any.example", "host": "10.0.0.7", "sec-fetch-site": "same-origin"}, False),
        ({"origin": "https://any.example", "host": "10.0.0.7", "sec-fetch-site": "cross-site"}, True),
    ],
)
def test_a_page_of_another_site(headers: dict[str, str], foreign: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SPACE_HOST, "space.example")
    assert is_foreign(headers) is foreign
