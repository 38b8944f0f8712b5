"""How input is cut into parts: every article stands in one of them, and the same input gives the same parts."""

import gzip
import json
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from kildespor.articles import Failure, articles_in
from kildespor.batch.plan import FEWEST, MOST, Part, plan
from kildespor.errors import UsageError
from kildespor.model import Article


def place(one: Article | Path | Failure) -> str:
    if isinstance(one, Failure):
        return f"failed {one.source}"
    return str(one) if isinstance(one, Path) else one.file or ""


def places(parts: list[Part]) -> list[str]:
    return [place(one) for part in parts for file in part.files for one in articles_in(Path(file), {}, part.stretch)]


def whole(*paths: Path) -> list[str]:
    return [place(one) for path in paths for one in articles_in(path)]


def lines(count: int) -> bytes:
    return b"".join(json.dumps({"text": f"Ferga står, sak {n}."}).encode() + b"\n" for n in range(count))


def test_of_json_lines_and_parquet_every_row_stands_in_one_part(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(1000).rstrip(b"\n"))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines(777)))
    table = pyarrow.Table.from_pylist([{"text": f"Ferga står, sak {n}."} for n in range(1234)])
    parquet.write_table(table, tmp_path / "c.parquet", row_group_size=100)
    parts = list(plan([tmp_path], {}))
    assert places(parts) == whole(tmp_path)
    assert len(places(parts)) == sum(part.expected for part in parts) == 1000 + 777 + 1234
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert 3 * 20 < len(parts) < 3 * 40
    assert all(part.expected <= max(FEWEST, 1234 // 32 + FEWEST) for part in parts)
    assert list(plan([tmp_path], {})) == parts


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(st.sampled_from([b"\n", b"{\n", b'{"text": "Ferga"}\n', b"\r\n", b"x"]), max_size=90).map(b"".join)
)
@pytest.mark.parametrize("zipped", [False, True])
def test_any_lines_at_all(tmp_path: Path, zipped: bool, data: bytes) -> None:
    path = tmp_path / ("a.jsonl.gz" if zipped else "a.jsonl")
    path.write_bytes(gzip.compress(data) if zipped else data)
    assert places(list(plan([path], {}))) == whole(path)


def test_names_in_capitals_and_what_is_zipped_without_saying_so(tmp_path: Path) -> None:
    (tmp_path / "a.JSONL.GZ").write_bytes(gzip.compress(lines(100)))
    (tmp_path / "b.jsonl").write_bytes(gzip.compress(lines(100)))
    (tmp_path / "c.Jsonl.gz").write_bytes(lines(100))
    parts = list(plan([tmp_path], {}))
    assert places(parts) == whole(tmp_path)
    assert len(places(parts)) == 300
    assert [part.expected for part in parts] == [20] * 15


def test_a_long_file_makes_parts_that_are_not_too_long(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "Ferga"}\n' * (40 * MOST))
    assert {part.expected for part in plan([path], {})} == {MOST}


def test_files_of_one_article_are_gathered(tmp_path: Path) -> None:
    for n in range(50):
        (tmp_path / f"{n:02}.txt").write_text(f"Ferga står, sak {n}.", encoding="utf-8")
    (tmp_path / "gold.json").write_text('{"attributions": []}', encoding="utf-8")
    parts = list(plan([tmp_path], {}))
    assert [len(part.files) for part in parts] == [20, 20, 10]
    assert places(parts) == whole(tmp_path)


def test_a_broken_end_is_met_once(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(lines(20_000))[:-2000])
    found = places(list(plan([path], {})))
    assert found == whole(path)
    assert [one for one in found if one.startswith("failed")] == [f"failed {path}"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet", "a.warc.gz"])
def test_a_file_that_cannot_be_read_at_all_fails_once(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"" if name == "a.warc.gz" else b'{"body": "Ferga"}\n' * 500)
    if name == "a.warc.gz":
        path.unlink()
        path.symlink_to(path.name)
        path = tmp_path
    assert places(list(plan([path], {}))) == whole(path)
    assert len(whole(path)) == 1


def test_a_changed_file_has_another_stamp(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(3))
    (before,) = plan([path], {})
    path.write_bytes(lines(4))
    (after,) = plan([path], {})
    assert before.stamp != after.stamp


def test_an_empty_folder_is_a_failure_and_what_is_not_there_an_error(tmp_path: Path) -> None:
    assert places(list(plan([tmp_path], {}))) == [f"failed {tmp_path}"]
    with pytest.raises(UsageError, match=r"there is no such file or folder"):
        list(plan([tmp_path / "gone"], {}))
