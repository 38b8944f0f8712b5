"""WARC files: records as crawlers write them, and as time, networks and attackers leave them."""

import gzip
import random
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kildespor.articles import Failure, articles_in
from kildespor.articles.fetch import LARGEST_BODY
from kildespor.articles.warc import articles
from kildespor.errors import UsageError
from kildespor.model import Article

HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


def page(number: int, extra: str = "") -> bytes:
    prose = f"Ferga til Kråkvågen står, skriver Årdalsposten i sak {number}. " * 6
    return f"<html><title>Sak {number}</title><body><h1>Sak {number}</h1><p>{prose}</p>{extra}</body></html>".encode()


def record(number: int, body: bytes | None = None, http: bytes = HTML, kind: str = "response", more: str = "") -> bytes:
    block = http + b"\r\n" + (page(number) if body is None else body)
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number:08}-0000-4000-8000-000000000000>\r\n"
        f"WARC-Date: 2024-01-02T03:04:05Z\r\nWARC-Target-URI: https://avis.example/{number}\r\n{more}"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def plain(records: list[bytes]) -> bytes:
    return b"".join(records)


def zipped(records: list[bytes]) -> bytes:
    return b"".join(gzip.compress(each) for each in records)


def offsets(records: list[bytes], form: Callable[[list[bytes]], bytes]) -> list[int]:
    return [len(form(records[:n])) for n in range(len(records))]


FORMS = pytest.mark.parametrize(("form", "ending"), [(plain, ".warc"), (zipped, ".warc.gz")])


def read(path: Path, data: bytes) -> tuple[list[str], list[str]]:
    """The titles of the articles and the sources of the failures."""
    path.write_bytes(data)
    found = list(articles(path))
    titles = [each.title or "" for each in found if isinstance(each, Article)]
    return titles, [each.source for each in found if isinstance(each, Failure)]


@FORMS
def test_pages_become_articles_and_the_rest_is_passed_over(
    tmp_path: Path, form: Callable[[list[bytes]], bytes], ending: str
) -> None:
    records = [
        record(0, kind="request"),
        record(1),
        record(2, http=b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n"),
        record(3, http=b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"),
        record(4),
        record(5, kind="metadata"),
    ]
    path = tmp_path / f"crawl{ending}"
    path.write_bytes(form(records))
    first, second = list(articles(path))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    places = offsets(records, form)
    assert (first.title, first.url, first.file) == ("Sak 1", "https://avis.example/1", f"{path}:{places[1]}")
    assert (second.title, second.file) == ("Sak 4", f"{path}:{places[4]}")
    assert "Kråkvågen" in second.text
    assert list(articles_in(path)) == [first, second]


@FORMS
def test_a_record_with_no_article_in_it_is_a_failure_with_its_offset(
    tmp_path: Path, form: Callable[[list[bytes]], bytes], ending: str
) -> None:
    records = [record(1), record(2, b"<html></html>"), record(3, more="WARC-Truncated: length\r\n"), record(4)]
    path, places = tmp_path / f"crawl{ending}", offsets(records, form)
    titles, failed = read(path, form(records))
    assert (titles, failed) == (["Sak 1", "Sak 4"], [f"{path}:{places[1]}", f"{path}:{places[2]}"])


def test_a_flipped_byte_costs_one_record_of_a_zipped_file(tmp_path: Path) -> None:
    noise = random.Random(7)
    records = [record(n, page(n, f"<!-- {noise.randbytes(30_000 * n).hex()} -->")) for n in range(1, 6)]
    sound, places, path = zipped(records), offsets(records, zipped), tmp_path / "crawl.warc.gz"
    for within in (12, 500, 40_000, places[3] - places[2] - 6):
        broken = bytearray(sound)
        broken[places[2] + within] ^= 0xFF
        titles, failed = read(path, bytes(broken))
        assert (titles, failed) == (["Sak 1", "Sak 2", "Sak 4", "Sak 5"], [f"{path}:{places[2]}"]), within


@pytest.mark.parametrize("claims", [5, 1200, 10**12])
def test_a_wrong_length_costs_one_record_of_a_plain_file(tmp_path: Path, claims: int) -> None:
    records = [record(n) for n in range(1, 6)]
    places, path = offsets(records, plain), tmp_path / "crawl.warc"
    head, _, rest = records[2].partition(b"Content-Length: ")
    records[2] = head + b"Content-Length: %d" % claims + rest[rest.index(b"\r\n") :]
    titles, failed = read(path, plain(records))
    assert (titles, failed) == (["Sak 1", "Sak 2", "Sak 4", "Sak 5"], [f"{path}:{places[2]}"])


@FORMS
def test_rubbish_between_records_is_a_failure_and_costs_none(
    tmp_path: Path, form: Callable[[list[bytes]], bytes], ending: str
) -> None:
    before, after = form([record(1)]), form([record(2)])
    path = tmp_path / f"crawl{ending}"
    titles, failed = read(path, before + b"rubbish \x1f\x8b\x08 rubbish WARC/1. rubbish\n" * 50 + after)
    assert (titles, failed) == (["Sak 1", "Sak 2"], [f"{path}:{len(before)}"])


@FORMS
def test_a_file_that_breaks_off(tmp_path: Path, form: Callable[[list[bytes]], bytes], ending: str) -> None:
    first, second = form([record(1)]), form([record(2)])
    path = tmp_path / f"crawl{ending}"
    for kept in (30, len(second) // 2):
        titles, failed = read(path, first + second[:kept])
        assert (titles, failed) == (["Sak 1"], [f"{path}:{len(first)}"]), kept


def test_what_is_no_warc_and_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    assert read(path, b"Ferga st\xe5r.") == ([], [f"{path}:0"])
    (gone,) = articles(tmp_path / "gone.warc")
    assert isinstance(gone, Failure)
    assert isinstance(gone.error, UsageError)


CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("header", "encode"),
    [
        (b"Content-Encoding: gzip", gzip.compress),
        (b"Content-Encoding: br", brotli.compress),
        (b"Content-Encoding: deflate", zlib.compress),
        (b"Transfer-Encoding: chunked", lambda body: CHUNKED % (len(body), body)),
        (b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked", lambda body: gzip.compress(body)),
        (b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked", lambda body: body),
    ],
)
def test_encodings_are_undone_also_where_the_crawler_undid_them(
    tmp_path: Path, header: bytes, encode: Callable[[bytes], bytes]
) -> None:
    titles, failed = read(tmp_path / "a.warc", record(1, encode(page(1)), HTML + header + b"\r\n"))
    assert (titles, failed) == (["Sak 1"], [])


# What FastWARC takes is not Python's, so only the process as a whole can tell.
MEASURE = """
import resource, sys
from pathlib import Path
from kildespor.articles.warc import articles

def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

list(articles(Path(sys.argv[1])))
before = megabytes()
for each in articles(Path(sys.argv[2])):
    print(type(each).__name__, getattr(each, "error", ""))
print(megabytes() - before)
"""


def test_bombs_are_refused_in_constant_memory_and_the_others_go_on(tmp_path: Path) -> None:
    size = 20 * LARGEST_BODY
    inner = record(1, gzip.compress(bytes(size), 1), HTML + b"Content-Encoding: gzip\r\n")
    bomb, small = tmp_path / "bomb.warc.gz", tmp_path / "small.warc.gz"
    small.write_bytes(zipped([record(1)]))
    bomb.write_bytes(zipped([inner, record(2, bytes(size))]) + gzip.compress(bytes(size), 1) + zipped([record(3)]))
    done = subprocess.run([sys.executable, "-c", MEASURE, small, bomb], capture_output=True, text=True, check=True)
    first, second, third, fourth, taken = done.stdout.splitlines()
    assert all(line.startswith("Failure") and "larger than 10 MB" in line for line in (first, second))
    assert third.startswith("Failure")
    assert "no sound record" in third
    assert fourth.startswith("Article")
    assert float(taken) < 80


def test_thousands_of_records_take_no_more_memory_than_a_few(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    one = gzip.compress(record(0, http=b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n"))
    path.write_bytes(one * 50_000 + gzip.compress(record(1)))
    tracemalloc.start()
    try:
        (only,) = articles(path)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert isinstance(only, Article)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_end_in_articles_and_failures(tmp_path: Path, data: st.DataObject) -> None:
    form = data.draw(st.sampled_from([plain, zipped]))
    whole = bytearray(form([record(n) for n in range(3)]))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    path = tmp_path / "a.warc"
    path.write_bytes(bytes(whole))
    for each in articles(path):
        assert isinstance(each, Article | Failure)
