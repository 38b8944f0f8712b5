"""Reports as tables: written as Parquet and read back by DuckDB, a library that had no part in the writing."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reports import annotated, reports

from kildespor.archive import Archive
from kildespor.cli import run
from kildespor.export.chain import words_of
from kildespor.export.stream import exported
from kildespor.export.tables import BATCH, SCHEMAS, tables, write_parquet
from kildespor.messages import Words
from kildespor.model import Report

PAGE = (Path(__file__).parent.parent / "docs" / "standards.md").read_text(encoding="utf-8")
FERJA = msgspec.json.decode((Path(__file__).parent / "data" / "standards" / "ferja.json").read_bytes(), type=Report)


def test_a_folder_that_is_a_file_is_told_with_its_name(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Archive.open(tmp_path / "news.db") as archive:
        archive.add(FERJA)
    taken = tmp_path / "taken"
    taken.touch()
    assert run(["export", "--archive", str(tmp_path / "news.db"), "--format", "parquet", "--out", str(taken)]) == 2
    assert str(taken) in capfd.readouterr().err


def asked(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What DuckDB answers about the files of a folder, named as in the documentation."""
    return duckdb.sql(re.sub(r"'(\w+\.(?:parquet|csv|jsonl))'", rf"'{folder}/\1'", query)).fetchall()


def spans(found: object) -> tuple[tuple[int, int], ...]:
    return tuple((span["start"], span["end"]) for span in found)


@given(st.lists(reports(), max_size=3))
@settings(max_examples=25)
def test_texts_and_offsets_of_any_reports_survive(found: list[Report]) -> None:
    with TemporaryDirectory() as folder:
        write_parquet(found, Path(folder))
        articles = asked(Path(folder), "SELECT article_id, text, title, credit FROM 'articles.parquet'")
        assert articles == [(r.article.id, r.article.text, r.article.title, list(r.article.credit)) for r in found]
        rows = asked(
            Path(folder),
            "SELECT article_id, attribution_id, source, content, content_spans, source_spans, hearsay_spans, "
            "confidence FROM 'attributions.parquet'",
        )
        wanted = [(r.article, a) for r in found for a in r.attributions]
        for (article_id, id_, source, content, *offsets, confidence), (article, a) in zip(rows, wanted, strict=True):
            assert (article_id, id_, source, confidence) == (article.id, a.id, a.entity, a.confidence)
            assert content == words_of(article.text, a.content)
            assert [spans(column) for column in offsets] == [a.content, a.source, a.hearsay]
        relays = asked(Path(folder), "SELECT position, relay, relay_spans, cue_spans FROM 'relays.parquet'")
        assert [(place, name, spans(own), spans(cue)) for place, name, own, cue in relays] == [
            (place, relay.entity, relay.source, relay.cue)
            for _, a in wanted
            for place, relay in enumerate(a.relays, start=1)
        ]
        mentions = asked(Path(folder), "SELECT name, mentions FROM 'sources.parquet'")
        assert [(name, spans(own)) for name, own in mentions] == [
            (s.name, s.mentions) for r in found for s in r.sources
        ]
        dates = asked(Path(folder), "SELECT start, \"end\", text, edtf FROM 'dates.parquet'")
        assert dates == [(*d.span, r.article.text[slice(*d.span)], d.edtf) for r in found for d in r.dates]


def test_the_tables_join(tmp_path: Path) -> None:
    write_parquet([annotated("nob__syn-a01"), annotated("swe__syn-c01")], tmp_path)
    chain = asked(
        tmp_path,
        """SELECT s.name, list(r.relay ORDER BY r.position)
        FROM 'attributions.parquet' a
        JOIN 'relays.parquet' r USING (article_id, attribution_id)
        JOIN 'sources.parquet' s ON s.article_id = a.article_id AND s.source_id = a.source_id
        WHERE a.article_id = 'nob__syn-a01' AND a.attribution_id = 'a10' GROUP BY ALL""",
    )
    assert chain == [("Petr Halvik", ["TASS", "AFP"])]


def test_parquet_and_arrow_are_the_same(tmp_path: Path) -> None:
    found = [annotated("nob__syn-a01"), FERJA]
    paths = write_parquet(found, tmp_path)
    assert [path.name for path in paths] == [f"{name}.parquet" for name in SCHEMAS]
    for path, (name, table) in zip(paths, tables(found).items(), strict=True):
        assert table.schema == SCHEMAS[name]
        assert pa.parquet.read_table(path).equals(table)


def test_reports_are_written_as_they_come(tmp_path: Path) -> None:
    write_parquet((FERJA for _ in range(BATCH + 1)), tmp_path)
    assert asked(tmp_path, "SELECT count(*), count(DISTINCT text) FROM 'articles.parquet'") == [(BATCH + 1, 1)]
    assert pa.parquet.ParquetFile(tmp_path / "articles.parquet").num_row_groups == 2


def test_no_reports_are_empty_tables(tmp_path: Path) -> None:
    write_parquet([], tmp_path / "new" / "folder")
    assert asked(tmp_path / "new" / "folder", "SELECT * FROM 'attributions.parquet'") == []


def test_a_run_that_breaks_leaves_what_was_there(tmp_path: Path) -> None:
    write_parquet([FERJA], tmp_path)

    def broken() -> Iterator[Report]:
        yield annotated("nob__syn-a01")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        write_parquet(broken(), tmp_path)
    assert asked(tmp_path, "SELECT title FROM 'articles.parquet'") == [("Ferja seiler igjen",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{name}.parquet" for name in SCHEMAS)


def documented(name: str) -> list[tuple[str, str]]:
    """The columns of a table with their types, as the documentation has them."""
    section = PAGE.split(f"\n### {name}\n", 1)[1].split("\n### ", 1)[0]
    return re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section, flags=re.MULTILINE)


def in_words(type_: pa.DataType) -> str:
    inner = type_.value_type if pa.types.is_list(type_) else None
    if inner is None:
        return str(type_)
    if not pa.types.is_struct(inner):
        return f"list<{inner}>"
    fields = ", ".join(f"{field.name}: {field.type}" for field in inner)
    return "spans" if fields == "start: int32, end: int32" else f"list<struct<{fields}>>"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_column_is_documented_with_its_type(name: str) -> None:
    assert documented(name) == [(field.name, in_words(field.type)) for field in SCHEMAS[name]]


def test_the_query_of_the_documentation_gives_its_table(tmp_path: Path) -> None:
    write_parquet([FERJA], tmp_path)
    (query,), shown = documented_queries("Parquet")
    assert in_a_table(asked(tmp_path, query)) == shown


def test_csv_and_json_lines_are_read_by_another_library(tmp_path: Path) -> None:
    for form in ("csv", "jsonl"):
        written = "".join(exported([FERJA], form, Words("en")))
        (tmp_path / f"archive.{form}").write_text(written, encoding="utf-8", newline="")
    queries, shown = documented_queries("CSV and JSON Lines")
    assert [in_a_table(asked(tmp_path, query)) for query in queries] == [shown, shown]


def documented_queries(heading: str) -> tuple[list[str], list[str]]:
    """The queries of a chapter of the documentation, and the rows that it shows for them."""
    chapter = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    queries = re.findall(r"```sql\n(.*?)```", chapter, flags=re.DOTALL)
    return queries, chapter.partition("|---|\n")[2].partition("\n\n")[0].splitlines()


def in_a_table(rows: list[tuple[object, ...]]) -> list[str]:
    """Rows as the documentation writes them."""
    return [f"| {' | '.join('NULL' if value is None else str(value) for value in row)} |" for row in rows]
