"""How far a run through many articles has come."""

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pyarrow
import pytest
from pyarrow import parquet

from kildespor.articles import articles_in
from kildespor.articles.extent import Extent, size_of
from tests.articles.test_articles_warc import page, plain, record, zipped

LINES = "".join(json.dumps({"text": f"Ferga står, skriver VG i sak {n}."}) + "\n" for n in range(3000)).encode()


def write(folder: Path) -> None:
    records = [record(number, body=page(number)) for number in range(9)]
    (folder / "a.warc").write_bytes(plain(records))
    (folder / "b.warc.gz").write_bytes(zipped(records))
    (folder / "c.jsonl").write_bytes(LINES)
    (folder / "d.jsonl.gz").write_bytes(gzip.compress(LINES))
    parquet.write_table(pyarrow.table({"text": [f"Ferga står {n}." for n in range(1000)]}), folder / "e.parquet")
    (folder / "f.txt").write_text("Ferga står.", encoding="utf-8")


@pytest.mark.parametrize("name", ["a.warc", "b.warc.gz", "c.jsonl", "d.jsonl.gz", "e.parquet", "f.txt", ""])
def test_it_goes_up_evenly_from_nothing_to_all(tmp_path: Path, name: str) -> None:
    write(tmp_path)
    path, extent = tmp_path / name, Extent()
    reached = [extent.reached(each) for each in articles_in(path)]
    assert all(earlier <= later for earlier, later in pairwise(reached))
    assert 0.85 * size_of(path) <= reached[-1] <= size_of(path)
    if name and len(reached) > 1:
        assert reached[0] <= 0.15 * size_of(path)
        assert 0.35 * size_of(path) <= reached[len(reached) // 2] <= 0.65 * size_of(path)


def test_what_is_not_there_or_broken_has_no_length(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl.gz"
    broken.write_bytes(gzip.compress(LINES)[:500])
    for path in (tmp_path / "none.txt", broken):
        extent = Extent()
        assert all(extent.reached(each) <= size_of(path) for each in articles_in(path))
