"""Tables in every form, and as CSV."""
import datetime
import math

import numpy
import pandas
import polars
import pytest

from scoreway.frames import Table, table_of
from scoreway.numbers import json_numbers
from scoreway.reference import Reference, parse_reference

COLUMNS = {"a": [1, 2], "b": [0.5, None], "c": ["x", "y, z"]}


@pytest.mark.parametrize("data", [COLUMNS, pandas.DataFrame(COLUMNS), polars.DataFrame(COLUMNS), polars.LazyFrame(COLUMNS),
                                  [{"a": 1, "b": 0.5, "c": "x"}, {"a": 2, "c": "y, z"}]])
def test_every_form_is_the_same_table(data):
    assert table_of(data).columns == COLUMNS
    assert table_of(data, 1).row_count == 1


def test_arrays_have_columns_by_number():
    assert table_of(numpy.array([[1.0, math.nan]], numpy.float32)).columns == {"x0": [1.0], "x1": [None]}
    with pytest.raises(ValueError, match="3 dimensions"):
        table_of(numpy.zeros((1, 2, 3)))
    with pytest.raises(TypeError, match="no table"):
        table_of("a text")


def test_csv_keeps_every_digit_and_tells_nothing_from_an_empty_text():
    table = Table({"a,b": [0.1, None, numpy.float32(0.1).item()], "c": ["", 'say "no"', " x"], "d": [True, False, None],
                   "e": [datetime.date(2026, 3, 1), [1, "x"], 10**18]})
    assert table.csv().decode() == (
        '"a,b",c,d,e\n0.1,"",true,2026-03-01\n,"say ""no""",false,"[1, ""x""]"\n0.10000000149011612," x",,1000000000000000000\n')


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="a: 1, b: 2"):
        table_of({"a": [1], "b": [1, 2]})


def test_numbers_that_json_lacks():
    assert json_numbers({"a": math.nan, "b": math.inf, "c": -math.inf, "d": numpy.float32(0.5)}) == {
        "a": None, "b": "Infinity", "c": "-Infinity", "d": 0.5}


def test_references():
    assert parse_reference("wine") == Reference("wine")
    assert parse_reference("wine@blue").path == "/v1/models/wine@blue"
    assert parse_reference("wine/3").path == parse_reference("wine/versions/3").path == "/v1/models/wine/versions/3"
    with pytest.raises(ValueError, match="wine/x"):
        parse_reference("wine/x")
