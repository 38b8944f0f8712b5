"""The sets of articles in evaluation/stories/ hold a truth that agrees with its own texts."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

STORIES = Path(__file__).parent.parent / "evaluation" / "stories"
KEPT_BACK = STORIES / "kept_back"
FOLDERS = sorted(path.parent for path in STORIES.rglob("story.json"))


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    article: str
    how: str


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program may know of an article."""

    file: str
    outlet: str
    url: str
    published: str
    language: str


class Told(Known, frozen=True, forbid_unknown_fields=True):
    own_reporting: bool
    derived_from: list[Link]


class Reported(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    text: str
    source: str | None
    relays: list[str]
    polarity: str


class Claimed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    claim: str
    reports: list[Reported]
    origins: list[str]
    independent: int


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    story: str
    articles: list[Told]
    claims: list[Claimed]


class StorySet:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth = msgspec.json.decode((folder / "story.json").read_bytes(), type=Truth)
        self.articles = {article.file: article for article in self.truth.articles}
        self.texts = {file: (folder / file).read_text(encoding="utf-8") for file in self.articles}

    def links(self) -> Iterator[tuple[Told, Link]]:
        return ((article, link) for article in self.truth.articles for link in article.derived_from)

    def copies(self) -> set[tuple[str, str]]:
        inside = [(article.file, link) for article, link in self.links() if link.article in self.articles]
        return {(file, link.article) for file, link in inside if link.how == "copy"}

    def reports(self) -> Iterator[tuple[Claimed, Reported]]:
        return ((claim, report) for claim in self.truth.claims for report in claim.reports)

    def shared_claims(self) -> list[Claimed]:
        return [claim for claim in self.truth.claims if len({report.file for report in claim.reports}) > 1]


SETS = [StorySet(folder) for folder in FOLDERS]

each_set = pytest.mark.parametrize("told", SETS, ids=lambda told: told.folder.name)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


def contained(text: str, other: str) -> float:
    """The share of a text's runs of three words that stand in another text as well."""
    return len(shingles(text) & shingles(other)) / len(shingles(text))


@each_set
def test_a_program_is_given_the_articles_and_none_of_the_truth(told: StorySet) -> None:
    given = msgspec.json.decode((told.folder / "articles.json").read_bytes(), type=list[Known])
    fields = Known.__struct_fields__
    assert given == [Known(*(getattr(article, field) for field in fields)) for article in told.truth.articles]
    assert sorted(path.name for path in told.folder.glob("*.txt")) == sorted(told.texts)


@each_set
def test_articles_have_the_length_of_news_and_a_headline_of_their_own(told: StorySet) -> None:
    assert 5 <= len(told.texts) <= 9
    for text in told.texts.values():
        assert 120 <= len(text.split()) <= 350
        headline, _, body = text.partition("\n\n")
        assert headline and "\n" not in headline and body


@each_set
def test_every_report_stands_in_its_article_exactly_once(told: StorySet) -> None:
    for claim, report in told.reports():
        assert told.texts[report.file].count(report.text) == 1, (claim.id, report)


@each_set
def test_no_two_reports_are_the_same_words(told: StorySet) -> None:
    seen = Counter((report.file, report.text) for _, report in told.reports())
    assert [report for report, times in seen.items() if times > 1] == []


@each_set
def test_sources_and_relays_are_named_as_in_the_article(told: StorySet) -> None:
    for claim, report in told.reports():
        for name in (report.source, *report.relays):
            assert name is None or name.lower() in told.texts[report.file].lower(), (claim.id, report)


@each_set
def test_what_an_article_is_derived_from_was_there_before(told: StorySet) -> None:
    for article, link in told.links():
        assert link.how in {"copy", "rewrite", "cite"}
        if link.article.endswith(".txt"):
            earlier = told.articles[link.article]
            assert datetime.fromisoformat(earlier.published) < datetime.fromisoformat(article.published), article.file
    for article in told.truth.articles:
        assert datetime.fromisoformat(article.published).tzinfo is not None
        names = [link.article for link in article.derived_from]
        assert len(names) == len(set(names)) and article.file not in names
        assert article.own_reporting or names, f"{article.file} has its knowledge from nowhere"


@each_set
def test_copies_share_their_wording_and_other_articles_do_not(told: StorySet) -> None:
    copies = told.copies()
    for copy, original in copies:
        assert contained(told.texts[copy], told.texts[original]) > 0.5, (copy, original)
    related = copies | {(b, a) for a, b in copies}
    related |= {(a, b) for a, one in copies for b, other in copies if one == other}
    for one, other in permutations(told.texts, 2):
        if (one, other) not in related:
            assert contained(told.texts[one], told.texts[other]) < 0.25, (one, other)


@each_set
def test_no_claim_has_more_independent_origins_than_origins(told: StorySet) -> None:
    assert len({claim.id for claim in told.truth.claims}) == len(told.truth.claims)
    for claim in told.truth.claims:
        assert {report.polarity for report in claim.reports} <= {"asserts", "denies", "questions"}
        asserted_by = [report for report in claim.reports if report.polarity == "asserts"]
        assert asserted_by, claim.id
        assert len(claim.origins) == len(set(claim.origins))
        assert 1 <= claim.independent <= min(len(claim.origins), len(asserted_by)), claim.id


def test_the_sets_hold_what_they_were_written_for() -> None:
    shared = [claim for told in SETS for claim in told.shared_claims()]
    several = sum(claim.independent > 1 for claim in shared) / len(shared)
    assert 0.28 <= several <= 0.40
    assert sum(len(told.copies()) for told in SETS) >= 10
    assert {article.language for told in SETS for article in told.truth.articles} == {"nob", "nno", "dan", "swe", "eng"}
    assert sum(report.polarity == "denies" for told in SETS for _, report in told.reports()) >= 50


def test_two_sets_are_kept_back() -> None:
    assert [folder.name for folder in FOLDERS if folder.parent == KEPT_BACK] == ["o07", "o08"]
    assert [folder.name for folder in FOLDERS if folder.parent == STORIES] == [f"o0{n}" for n in range(1, 7)]


def test_the_readme_states_the_size_of_the_sets() -> None:
    readme = (STORIES / "README.md").read_text(encoding="utf-8")
    figures = {
        "articles": sum(len(told.articles) for told in SETS),
        "copies": sum(len(told.copies()) for told in SETS),
        "reports": sum(1 for told in SETS for _ in told.reports()),
        "shared": sum(len(told.shared_claims()) for told in SETS),
        "several": sum(claim.independent > 1 for told in SETS for claim in told.shared_claims()),
    }
    for name, figure in figures.items():
        assert re.search(rf"\b{figure}\b", readme), (name, figure)
