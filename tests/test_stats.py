"""Figures over tables: counted right, the same from every kind of tables, and drawn."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kildespor.archive import Archive
from kildespor.batch.files import write
from kildespor.batch.output import JOB, PLAN
from kildespor.batch.plan import Part
from kildespor.batch.tables import write_part
from kildespor.batch.work import Job
from kildespor.errors import UsageError
from kildespor.export.tables import write_parquet
from kildespor.messages import Words
from kildespor.model import Report
from kildespor.stats import Stats, stats
from kildespor.stats.figures import concentration
from kildespor.stats.plot import draw
from kildespor.stats.show import COLUMNS, TABLES, table_csv, table_text
from tests.reports import annotated

NAMES = ("nob__syn-a01", "swe__syn-c01")


def reports() -> list[Report]:
    """Articles of two outlets and three years."""
    made = [annotated(name) for name in NAMES]
    told = [("VG", "2022-05-01"), ("VG", "2023-03"), ("Årdalsposten", "2023-03-14T10:00:00"), ("Årdalsposten", None)]
    return [
        replace(
            one,
            article=replace(
                one.article,
                id=f"{one.article.id}{number}",
                text=f"{one.article.text}\n{number}",
                file=f"{one.article.id}{number}.txt",
                outlet=outlet,
                published=published,
            ),
        )
        for number, (outlet, published) in enumerate(told)
        for one in made
    ]


def as_batch(out: Path, found: list[Report], *, done: int = 2) -> Path:
    """Write what a batch of two parts leaves, ``done`` of them done."""
    half = len(found) // 2
    parts = [Part(number=n, files=("x",), expected=half, stamp="") for n in (1, 2)]
    write(out / PLAN, (msgspec.json.encode(part) + b"\n" for part in parts))
    write(out / JOB, [msgspec.json.encode(Job(kildespor="0", model="gold", inputs=("x",)))])
    for part, some in list(zip(parts, (found[:half], found[half:]), strict=True))[:done]:
        write_part(out, part, some, {})
    return out


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_batch(tmp_path_factory.mktemp("batch") / "out", reports())


@pytest.fixture(scope="module")
def counted(folder: Path) -> Stats:
    return stats(folder)


def test_attributions_are_counted_by_outlet_and_year(counted: Stats) -> None:
    found = reports()
    every = [a for report in found for a in report.attributions]
    assert counted.total.articles == len(found)
    assert counted.total.attributions == len(every)
    for kind in ("direct", "indirect", "mixed"):
        assert getattr(counted.total, kind) == sum(a.kind == kind for a in every)
    assert counted.total.unnamed == sum(a.source_kind == "unnamed" for a in every)
    assert counted.total.hearsay == sum(bool(a.hearsay) for a in every)
    basis = ("own", "media", "agency", "nobody")
    assert sum(getattr(counted.total, each) for each in basis) == len(every)
    groups = [(group.outlet, group.year, group.articles) for group in counted.years]
    assert groups == [
        ("VG", "2022", 2),
        ("VG", "2023", 2),
        ("Årdalsposten", "2023", 2),
        ("Årdalsposten", None, 2),
    ]
    assert sum(group.attributions for group in counted.years) == len(every)


def test_archive_export_and_batch_give_the_same_figures(tmp_path: Path, counted: Stats) -> None:
    write_parquet(reports(), tmp_path / "export")
    assert stats(tmp_path / "export") == counted
    with Archive.open(tmp_path / "kept.db") as archive:
        list(archive.add_many(reports()))
        kept = archive.outlet("VG")
    assert stats(tmp_path / "kept.db") == counted
    (vg,) = (group for group in counted.outlets if group.outlet == "VG")
    assert kept.rests_on == {"own": vg.own, "media": vg.media, "agency": vg.agency, "nobody": vg.nobody}
    assert kept.attributions == vg.attributions


def test_an_article_that_stands_twice_counts_once(tmp_path: Path, counted: Stats) -> None:
    assert stats(as_batch(tmp_path / "out", reports() + reports())) == counted


def test_outlet_and_year_leave_the_rest_out(folder: Path) -> None:
    one = stats(folder, outlet="vg", year="2023")
    assert [(group.outlet, group.year) for group in one.years] == [("VG", "2023")]
    assert one.total.articles == 2
    assert one.concentration[0].attributions == one.concentration[1].attributions > 0
    none = stats(folder, outlet="Nobody's paper")
    assert (none.total.articles, none.outlets, none.sources) == (0, (), ())
    assert none.concentration[0].half == 0


@pytest.mark.parametrize("year", ["x", "24", "2024-05", ""])
def test_what_is_no_year_is_refused(folder: Path, year: str) -> None:
    with pytest.raises(UsageError, match="is no year"):
        stats(folder, year=year)


def test_sources_are_counted_under_the_name_that_they_have_most_often(folder: Path, counted: Stats) -> None:
    found = reports()
    first = counted.sources[0]
    said = [a for report in found for a in report.attributions if a.entity == first.name and a.source_kind == "named"]
    assert first.attributions == len(said)
    assert first.direct == sum(a.kind == "direct" for a in said)
    assert first.outlets == 2
    numbers = [source.attributions for source in counted.sources]
    assert numbers == sorted(numbers, reverse=True)
    assert stats(folder, limit=2).sources == counted.sources[:2]


@given(st.lists(st.integers(1, 50), max_size=60))
def test_concentration_is_that_of_the_definition(numbers: list[int]) -> None:
    curve = sorted((n, numbers.count(n)) for n in set(numbers))
    found = concentration(None, curve)
    total, size = sum(numbers), len(numbers)
    falling = sorted(numbers, reverse=True)
    assert found.half == next((k for k in range(size + 1) if 2 * sum(falling[:k]) >= total), 0)
    apart = sum(abs(a - b) for a in numbers for b in numbers)
    assert found.gini == pytest.approx(apart / (2 * size * total) if total else 0, abs=1e-4)


def test_every_table_is_shown_and_drawn(counted: Stats, tmp_path: Path) -> None:
    for table in TABLES:
        shown = {table_text(counted, table, Words(lang)) for lang in ("nb", "en")}
        assert len(shown) == 2
        assert all(("VG" in text) == (table != "sources") for text in shown)
        draw(counted, table, tmp_path / f"{table}.svg", Words("en"))
    drawn = (tmp_path / "concentration.svg").read_bytes()
    assert "Share of the sources" in drawn.decode()
    draw(counted, "concentration", tmp_path / "concentration.svg", Words("en"))
    assert (tmp_path / "concentration.svg").read_bytes() == drawn
    draw(counted, "sources", tmp_path / "sources.png", Words("en"))
    assert (tmp_path / "sources.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match="svg"):
        draw(counted, "outlets", tmp_path / "a.pdf", Words("en"))


def test_csv_has_the_fields_and_is_safe_in_a_spreadsheet(counted: Stats) -> None:
    for table in TABLES:
        rows = list(csv.reader(io.StringIO(table_csv(counted, table))))
        assert tuple(rows[0]) == COLUMNS[table]
        assert all(len(row) == len(rows[0]) for row in rows)
    formula = replace(counted, outlets=(replace(counted.total, outlet="=1+1"),))
    assert "\n'=1+1," in table_csv(formula, "outlets").replace("\r", "")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kildespor.cli", "stats", *map(str, arguments), "--lang", "en"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_command(folder: Path, tmp_path: Path, counted: Stats) -> None:
    told = run(folder, "--plot", tmp_path / "outlets.svg")
    assert told.stdout.count("\n\n") == 7
    assert "Årdalsposten" in (tmp_path / "outlets.svg").read_text(encoding="utf-8")
    as_json = json.loads(run(folder, "--format", "json").stdout)
    assert as_json["total"]["attributions"] == counted.total.attributions
    assert run(folder, "--table", "sources", "--format", "csv").stdout == table_csv(counted, "sources").replace(
        "\r", ""
    )


def test_what_is_not_finished_is_said(tmp_path: Path) -> None:
    out = as_batch(tmp_path / "out", reports(), done=1)
    told = run(out, "--format", "json")
    assert "1 of 2 parts" in told.stderr
    assert json.loads(told.stdout)["total"]["articles"] == 4


def test_no_tables_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder that kildespor batch has written"):
        stats(tmp_path)
    with pytest.raises(UsageError, match="there is no such folder or archive"):
        stats(tmp_path / "gone.db")
    assert not (tmp_path / "gone.db").exists()
    out = as_batch(tmp_path / "out", reports(), done=0)
    with pytest.raises(UsageError, match="no part of the job is done yet"):
        stats(out)


def test_tables_that_are_broken_or_of_something_else_are_an_error(tmp_path: Path) -> None:
    write_parquet(reports(), tmp_path)
    relays = tmp_path / "relays.parquet"
    whole = relays.read_bytes()
    for wrong in (b"no Parquet", whole[: len(whole) // 2]):
        relays.write_bytes(wrong)
        with pytest.raises(UsageError, match=r"cannot be counted in .*relays.parquet"):
            stats(tmp_path)
    (tmp_path / "attributions.parquet").replace(relays)
    (tmp_path / "articles.parquet").replace(tmp_path / "attributions.parquet")
    relays.with_name("articles.parquet").write_bytes(whole)
    with pytest.raises(UsageError, match="write them anew with kildespor batch or kildespor export"):
        stats(tmp_path)
