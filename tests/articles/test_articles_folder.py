"""Folders: every file of articles in its order, what is hidden apart, nothing passed over in silence."""

import os
from pathlib import Path

import pytest

from kildespor.articles import Failure, articles_in
from kildespor.errors import UsageError
from kildespor.model import Article


def test_files_come_in_the_order_of_their_names_hidden_ones_apart(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.html", "a/10.HTM", "c.TEXT", ".hidden/x.txt", ".x.txt", "bilde.png", "a/.git/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("Ferga står.")
    names = [str(each.relative_to(tmp_path)) for each in articles_in(tmp_path) if isinstance(each, Path)]
    assert names == ["a/10.HTM", "a/2.html", "b.txt", "c.TEXT"]


def test_collections_in_a_folder_are_opened(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "En."}\n{"text": ""}\n')
    (tmp_path / "b.txt").write_text("To.")
    first, second, third = articles_in(tmp_path)
    assert isinstance(first, Article)
    assert isinstance(second, Failure)
    assert third == tmp_path / "b.txt"


def test_json_in_a_folder_is_passed_over_where_it_is_plainly_no_ninjs(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"attributions": []}')
    (tmp_path / "b.json").write_text('{"uri": "x", "body_text": "Ferga står."}')
    (tmp_path / "c.json").write_text('{"uri": "x", "body_te')
    first, second = articles_in(tmp_path)
    assert isinstance(first, Article)
    assert isinstance(second, Failure)
    assert second.source == str(tmp_path / "c.json")
    assert isinstance(next(articles_in(tmp_path / "a.json")), Failure)


def test_a_file_is_itself_whatever_its_ending(tmp_path: Path) -> None:
    assert list(articles_in(tmp_path / "sak")) == [tmp_path / "sak"]


def test_a_folder_without_articles_is_a_failure(tmp_path: Path) -> None:
    (found,) = articles_in(tmp_path)
    assert isinstance(found, Failure)
    assert isinstance(found.error, UsageError)
    assert str(tmp_path) in str(found.error)


def test_links_that_lead_back_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("En.")
    (tmp_path / "b").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "c.txt").symlink_to(tmp_path / "a.txt")
    assert list(articles_in(tmp_path)) == [tmp_path / "a.txt", tmp_path / "c.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0)
    (tmp_path / "b.txt").write_text("En.")
    first, second = articles_in(tmp_path)
    assert isinstance(first, Failure)
    assert second == tmp_path / "b.txt"


def test_walking_is_lazy(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("En.")
    (tmp_path / "b.jsonl").write_text('{"text": "En."}\n')
    found = articles_in(tmp_path)
    assert next(found) == tmp_path / "a.txt"
    (tmp_path / "b.jsonl").write_text('{"text": "To."}\n')
    later = next(found)
    assert isinstance(later, Article)
    assert later.text == "To."
