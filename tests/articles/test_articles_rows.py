"""JSON Lines and Parquet: columns by name, bad rows apart, however long the file."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from kildespor.articles import Failure, articles_in, jsonl
from kildespor.articles import parquet as parquet_rows
from kildespor.articles.fetch import LARGEST_BODY
from kildespor.errors import ArticleError, UsageError
from kildespor.model import Article

ROW = {
    "text": "Ferga står\n\nDet skriver VG. (©NTB)\n",
    "title": "Ferga",
    "outlet": "Årdalsposten",
    "published": "2024-01-02 03:04:05.5+01:00",
    "url": "https://avis.example/1",
    "byline": "Kari Li/NTB",
    "language": "nn",
}


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return path


def table(path: Path, *rows: dict[str, Any]) -> Path:
    parquet.write_table(pyarrow.Table.from_pylist(list(rows)), path)
    return path


def article(found: Iterator[Any]) -> Article:
    (only,) = found
    assert isinstance(only, Article), only
    return only


def failure(found: Iterator[Any]) -> Failure:
    (only,) = found
    assert isinstance(only, Failure), only
    return only


@pytest.mark.parametrize(("write", "name"), [(lines, "a.jsonl"), (lines, "a.ndjson"), (table, "a.parquet")])
def test_columns_become_the_parts_of_an_article(tmp_path: Path, write: Any, name: str) -> None:
    path = write(tmp_path / name, ROW)
    found = article(articles_in(path))
    assert (found.text, found.title, found.outlet) == (ROW["text"], "Ferga", "Årdalsposten")
    assert (found.published, found.url) == ("2024-01-02T03:04:05+01:00", "https://avis.example/1")
    assert (found.byline, found.credit, found.language, found.file) == ("Kari Li", ("NTB",), "nno", f"{path}:1")


@pytest.mark.parametrize(("write", "name"), [(lines, "a.jsonl"), (table, "a.parquet")])
def test_columns_of_other_names(tmp_path: Path, write: Any, name: str) -> None:
    path = write(tmp_path / name, {"body": "Ferga står.", "paper": "VG", "published": "2024", "n": 7})
    found = article(articles_in(path, {"text": "body", "outlet": "paper"}))
    assert (found.text, found.outlet, found.published, found.title) == ("Ferga står.", "VG", "2024", None)


@pytest.mark.parametrize(("write", "name"), [(lines, "a.jsonl"), (table, "a.parquet")])
@pytest.mark.parametrize(
    ("columns", "missing"),
    [({}, "“text”"), ({"text": "brød"}, "“brød”"), ({"text": "body", "title": "head"}, "“head”")],
)
def test_a_file_without_the_columns_names_file_columns_and_mend(
    tmp_path: Path, write: Any, name: str, columns: dict[str, str], missing: str
) -> None:
    path = write(tmp_path / name, {"body": "a", "paper": "b"}, {"text": "c"})
    found = failure(articles_in(path, columns))
    assert isinstance(found.error, UsageError)
    assert str(found.error).startswith(f"{path} has no column {missing}; it has body, paper. Say which column")


def test_a_field_that_there_is_not_is_refused_at_once(tmp_path: Path) -> None:
    for call in (articles_in, jsonl.articles, parquet_rows.articles):
        with pytest.raises(UsageError, match="there is no field “headline”"):
            call(tmp_path / "a.jsonl", {"headline": "x"})


BAD = [
    "{not json}",
    "[1, 2]",
    '"text"',
    '{"text": ""}',
    '{"text": null}',
    '{"title": "uten tekst"}',
    '{"text": 7}',
    '{"text": "a", "published": "i går"}',
    '{"text": "a", "published": 1700000000}',
    '{"text": "a", "language": "de"}',
    '{"text": "a\\ud800b"}',
    "[" * 100_000,
    '{"text": "' + "x" * LARGEST_BODY + '"}',
]


@pytest.mark.parametrize("bad", BAD, ids=[line[:30] for line in BAD])
def test_a_bad_line_is_a_failure_with_its_number_and_the_others_go_on(tmp_path: Path, bad: str) -> None:
    path = lines(tmp_path / "a.jsonl", {"text": "En."}, "", bad, {"text": "To."})
    first, second, third = jsonl.articles(path)
    assert isinstance(first, Article)
    assert isinstance(second, Failure)
    assert isinstance(third, Article)
    assert (first.text, third.text, third.file) == ("En.", "To.", f"{path}:4")
    assert second.source == f"{path}:3"
    assert isinstance(second.error, ArticleError)
    assert str(second.error).startswith(f"{path}:3")
    assert len(str(second.error)) < 500


def test_a_line_that_is_not_utf_8_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"text": "En."}\r\n{"text": "bl\xe5"}\n{"text": "To."}')
    first, second, third = jsonl.articles(path)
    assert [type(each) for each in (first, second, third)] == [Article, Failure, Article]


def test_dates_of_parquet_and_authors_in_a_list(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.parquet",
        {"text": "En.", "published": datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=UTC), "byline": ["Kari Li", "Ola Moe"]},
    )
    found = article(articles_in(path))
    assert (found.published, found.byline) == ("2024-01-02T03:04:05+00:00", "Kari Li, Ola Moe")
    path = table(
        tmp_path / "b.parquet", {"text": "En.", "published": date(2024, 1, 2)}, {"text": None}, {"text": "To."}
    )
    first, second, third = articles_in(path)
    assert isinstance(first, Article)
    assert first.published == "2024-01-02"
    assert isinstance(second, Failure)
    assert second.source == f"{path}:2"
    assert isinstance(third, Article)


def test_gzipped_lines_and_gzip_that_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    whole = gzip.compress(b'{"text": "En."}\n' * 3)
    path.write_bytes(whole)
    assert [type(each) for each in articles_in(path)] == [Article] * 3
    path.write_bytes(whole[:-9])
    assert isinstance(list(articles_in(path))[-1], Failure)
    path.write_bytes(whole[:20] + b"xxxx" + whole[24:])
    assert isinstance(failure(articles_in(path)).error, UsageError)


def test_a_gzip_bomb_is_refused_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "En."}\n') + gzip.compress(bytes(30 * LARGEST_BODY), 1))
    tracemalloc.start()
    try:
        first, second = articles_in(path)
        assert tracemalloc.get_traced_memory()[1] < 4 * LARGEST_BODY
    finally:
        tracemalloc.stop()
    assert isinstance(first, Article)
    assert isinstance(second, Failure)
    assert "longer than 10 MB" in str(second.error)


def test_a_row_that_unpacks_to_more_than_any_article_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pyarrow.table({"text": ["En.", "a" * (LARGEST_BODY + 1)]}), path, compression="zstd")
    assert path.stat().st_size < 10_000
    first, second = articles_in(path)
    assert isinstance(first, Article)
    assert isinstance(second, Failure)
    assert (second.source, "longer than 10 MB" in str(second.error)) == (f"{path}:2", True)


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_long_files_take_no_more_memory_than_a_few_rows(tmp_path: Path, name: str) -> None:
    path, count = tmp_path / name, 6000
    rows = [{"text": f"Sak {n}. " + "Ferga står. " * 200} for n in range(count)]
    if name == "a.jsonl":
        lines(path, *rows)
    else:
        parquet.write_table(pyarrow.Table.from_pylist(rows), path, row_group_size=500, compression="zstd")
    size = sum(len(row["text"]) for row in rows)
    del rows
    arrow_before = pyarrow.total_allocated_bytes()
    tracemalloc.start()
    try:
        number = arrow = 0
        for number, each in enumerate(articles_in(path), 1):
            assert isinstance(each, Article)
            if number % 500 == 0:
                arrow = max(arrow, pyarrow.total_allocated_bytes() - arrow_before)
        assert number == count
        assert tracemalloc.get_traced_memory()[1] + arrow < size / 2
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet", "a.jsonl.gz"])
def test_files_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    gone = failure(articles_in(tmp_path / name))
    assert isinstance(gone.error, UsageError)
    assert str(gone.error).startswith(f"{tmp_path / name} cannot be read")
    if name == "a.parquet":
        (tmp_path / name).write_bytes(b"PAR1 nothing of the kind PAR1")
        assert isinstance(failure(articles_in(tmp_path / name)).error, UsageError)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.lists(st.fixed_dictionaries({"text": st.text()}, optional={"title": st.text()})))
def test_any_lines_end_in_articles_and_failures(tmp_path: Path, given_lines: Any) -> None:
    path = tmp_path / "a.jsonl"
    if isinstance(given_lines, bytes):
        path.write_bytes(given_lines)
        assert all(isinstance(each, Article | Failure) for each in jsonl.articles(path))
        return
    lines(path, *given_lines)
    found = list(jsonl.articles(path))
    assert len(found) == len(given_lines)
    for row, each in zip(given_lines, found, strict=True):
        assert each.text == row["text"] if isinstance(each, Article) else not row["text"].strip()
