"""Stretches of a collection: read apart, they give what the whole file gives, each article and each failure once."""

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from kildespor.articles import Failure, articles_in
from kildespor.articles.stretch import Stretch
from kildespor.model import Article

SAME_FOLDER = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def places(path: Path, stretch: Stretch | None = None) -> list[str | None]:
    """Where each article and failure of a stretch stands, as one line each."""
    found = articles_in(path, stretch=stretch)
    return [f"failed {one.source}" if isinstance(one, Failure) else one.file for one in found if not_a_path(one)]


def not_a_path(one: Article | Path | Failure) -> bool:
    return not isinstance(one, Path)


def stretches(cuts: list[int], first: int) -> list[Stretch]:
    edges = [first, *sorted(set(cuts))]
    return [Stretch(start, stop) for start, stop in pairwise([*edges, None]) if start is not None]


def page(number: int, padding: int) -> bytes:
    prose = f"Ferga til Kråkvågen står, skriver Årdalsposten i sak {number}. " * 6
    body = f"<html><title>Sak {number}</title><body><p>{prose}</p><!--{'x' * padding}--></body></html>".encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number:08}-0000-4000-8000-000000000000>\r\n"
        f"WARC-Date: 2024-01-02T03:04:05Z\r\nWARC-Target-URI: https://avis.example/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize("zipped", [False, True])
@SAME_FOLDER
@given(cuts=st.lists(st.integers(1, 9000), max_size=4), broken=st.none() | st.integers(0, 5), rubbish=st.booleans())
def test_of_warc(tmp_path: Path, zipped: bool, cuts: list[int], broken: int | None, rubbish: bool) -> None:
    records = [page(number, 100 * number) for number in range(6)]
    if zipped:
        records = [gzip.compress(record) for record in records]
    if broken is not None:
        damage = bytearray(records[broken])
        damage[len(damage) // 2 if zipped else 3] ^= 0xFF
        records[broken] = bytes(damage)
    if rubbish:
        records.insert(3, b"rubbish " * 40)
    path = tmp_path / ("crawl.warc.gz" if zipped else "crawl.warc")
    path.write_bytes(b"".join(records))
    cuts = [cut % path.stat().st_size or 1 for cut in cuts]
    apart = [place for stretch in stretches(cuts, 0) for place in places(path, stretch)]
    assert apart == places(path)


@pytest.mark.parametrize("zipped", [False, True])
@SAME_FOLDER
@given(cuts=st.lists(st.integers(2, 14), max_size=4))
def test_of_json_lines(tmp_path: Path, zipped: bool, cuts: list[int]) -> None:
    rows = [json.dumps({"text": f"Ferga står igjen, sak {number}."}).encode() for number in range(12)]
    rows[4], rows[7] = b"{no json", b""
    lines = [row + b"\n" for row in rows]
    path = tmp_path / ("articles.jsonl.gz" if zipped else "articles.jsonl")
    path.write_bytes(gzip.compress(b"".join(lines)) if zipped else b"".join(lines))
    begins = {number + 1: len(b"".join(lines[:number])) for number in range(len(lines))}
    apart = []
    for stretch in stretches(cuts, 1):
        offset = 0 if zipped else begins.get(stretch.start, path.stat().st_size)
        apart += places(path, Stretch(stretch.start, stretch.stop, offset))
    assert apart == places(path)
    assert len(apart) == 11


@SAME_FOLDER
@given(cuts=st.lists(st.integers(2, 14), max_size=4), group=st.integers(1, 12))
def test_of_parquet(tmp_path: Path, cuts: list[int], group: int) -> None:
    path = tmp_path / "articles.parquet"
    rows = [{"text": f"Ferga står igjen, sak {number}." if number != 5 else ""} for number in range(12)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), path, row_group_size=group)
    apart = [place for stretch in stretches(cuts, 1) for place in places(path, stretch)]
    assert apart == places(path)
    assert len(apart) == 12
