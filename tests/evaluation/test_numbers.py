"""Figures of read numbers, each by cases counted by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from digit.evaluation.numbers import (
    Reading,
    confidence_error,
    digits_of,
    matched,
    review_share,
    risk_coverage,
    same_number,
    score,
)


def reading(written: str, read: str, confidence: float = 0.9, as_written: bool = True) -> Reading:
    """Rows are separated by spaces."""
    return Reading("a.png", tuple(written.split()), tuple(read.split()), confidence, as_written)


def answers(*right: bool) -> list[Reading]:
    """Right and wrong answers, each surer than the one before."""
    return [reading("12", "12" if yes else "13", (i + 1) / 10) for i, yes in enumerate(right)]


@pytest.mark.parametrize(
    ("read", "written", "as_written", "same"),
    [
        ("12.50", "12.50", True, True),
        ("12,50", "12.50", True, True),
        ("1250", "12.50", True, False),
        ("12-50", "12.50", True, False),
        ("1250", "12.50", False, True),
        ("12.50", "1250", False, True),
        ("1251", "12.50", False, False),
    ],
)
def test_a_comma_is_a_point_and_unlabelled_separators_do_not_count(
    read: str, written: str, as_written: bool, same: bool
) -> None:
    assert same_number(read, written, as_written) == same


def test_digits_of_a_number() -> None:
    assert digits_of("-1.250,00 a7") == "1250007"


@pytest.mark.parametrize(
    ("written", "read", "right", "digits_right"),
    [
        ("1.5 20", "1,5 20", True, True),
        ("1.5 20", "15 20", False, True),
        ("1.5 20", "20 1.5", False, False),
        ("1.5 20", "1.5", False, False),
        ("1.5", "1.5 20", False, False),
        ("", "", True, True),
        ("", "7", False, False),
    ],
)
def test_a_picture_is_right_when_every_number_is_and_none_is_too_many(
    written: str, read: str, right: bool, digits_right: bool
) -> None:
    assert reading(written, read).right == right
    assert reading(written, read).digits_right == digits_right


@pytest.mark.parametrize(
    ("written", "read", "count"),
    [
        ("1 2 3", "1 2 3", 3),
        ("1 2 3", "1 3", 2),
        ("1 2 3", "1 9 3", 2),
        ("1 2 3", "9 1 2 3 9", 3),
        ("1 2 3", "3 2 1", 1),
        ("1 1 2", "1 2 1", 2),
        ("5 5", "5", 1),
        ("1 2", "", 0),
        ("", "1 2", 0),
    ],
)
def test_numbers_are_matched_in_their_order_and_each_once(written: str, read: str, count: int) -> None:
    assert matched(reading(written, read)) == count


def test_matches_are_by_the_digits_where_separators_are_not_labelled() -> None:
    assert matched(reading("150 7", "1.50 7")) == 1
    assert matched(reading("150 7", "1.50 7", as_written=False)) == 2


def test_a_score_counts_pictures_rows_and_digits() -> None:
    figures = score(
        [
            reading("12.5 40", "12,5 40"),  # right
            reading("12.5", "125"),  # its digits are right
            reading("123 45", "123"),  # a row too few: two edits
            reading("9", "9 77"),  # a row too many: two edits
            reading("31", "37"),  # one edit
        ]
    )
    assert (figures.pictures, figures.right, figures.digits_right) == (5, 1, 2)
    assert (figures.rows, figures.rows_right, figures.rows_too_many) == (7, 4, 1)
    assert (figures.digits, figures.edits) == (16, 5)
    assert figures.accuracy == 0.2


def test_a_score_is_json() -> None:
    figures = score(answers(False, True, True))
    content = json.loads(json.dumps(figures.as_dict()))
    assert content["accuracy"] == 0.66667
    assert content["review_share"] == 0.3333
    assert content["pictures"] == 3
    assert set(content) == {*vars(figures), "accuracy"}


def test_the_least_sure_answers_are_checked_first() -> None:
    """Wrong are the two least sure and the surest of five: what is left falls at the first, second and last check."""
    curve = risk_coverage(answers(False, False, True, True, False))
    np.testing.assert_allclose(curve[:, 0], [0, 0.2, 0.4, 0.6, 0.8, 1])
    np.testing.assert_allclose(curve[:, 1], [0.6, 0.4, 0.2, 0.2, 0.2, 0], atol=1e-7)


def test_the_order_of_the_readings_does_not_matter() -> None:
    readings = answers(False, True, False, True)
    np.testing.assert_array_equal(risk_coverage(readings), risk_coverage(readings[::-1]))


@pytest.mark.parametrize(
    ("right", "left_wrong", "share"),
    [
        ((True, True, True, True), 0.0, 0.0),
        ((False, True, True, True), 0.25, 0.0),
        ((False, True, True, True), 0.0, 0.25),
        ((True, False, True, True), 0.0, 0.5),
        ((True, True, True, False), 0.0, 1.0),
        ((False, False, True, False), 0.25, 0.5),
    ],
)
def test_so_many_are_checked_that_no_more_than_the_share_stays_wrong(
    right: tuple[bool, ...], left_wrong: float, share: float
) -> None:
    assert review_share(answers(*right), left_wrong) == share


def test_two_in_a_hundred_may_stay_wrong() -> None:
    """Of a hundred answers, the four least sure are wrong: two of them are checked."""
    assert review_share([reading("1", "1" if i >= 4 else "2", i / 100) for i in range(100)]) == pytest.approx(0.02)


def test_the_confidence_error_is_that_of_the_answers_given() -> None:
    """Four answers at 0.8 of which two are right are off by 0.3; a picture without an answer says no confidence."""
    given = [reading("1", "1", 0.8)] * 2 + [reading("1", "2", 0.8)] * 2
    assert confidence_error(given) == pytest.approx(0.3, abs=1e-6)
    assert confidence_error([*given, reading("1", "", 0.0)]) == pytest.approx(0.3, abs=1e-6)
    assert confidence_error([reading("1", "", 0.0)]) == 0


def test_no_pictures_have_figures_of_nothing() -> None:
    figures = score([])
    assert (figures.pictures, figures.accuracy, figures.review_share, figures.calibration_error) == (0, 0, 0, 0)
