"""Stories as text, JSON, SVG and PROV; folders of articles; the command; the score against a truth."""

import json
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from msgspec.structs import replace
from rdflib import RDF, Graph, Namespace

from evaluation.stories import score
from kildespor.archive.stories import StoryLine
from kildespor.errors import ArticleError, UsageError
from kildespor.messages import LANGS, Lang, Words
from kildespor.stories import Story, tell
from kildespor.stories.as_json import story_json
from kildespor.stories.as_prov import story_prov
from kildespor.stories.draw import story_svg
from kildespor.stories.folder import articles_in
from kildespor.stories.model import Change
from kildespor.stories.show import list_text, story_text
from kildespor.stories.verdict import moment, verdict
from tests.story_readings import Said, reading

PROV = Namespace("http://www.w3.org/ns/prov#")
FIRST = "Minst 14 mennesker omkom da fergen kantret ved øya Calagsan, opplyser kystvakten."
SECOND = "Minst 14 mennesker omkom da fergen kantret ved øya Calagsan, melder NTB. Kongen <sørger> & ber."
THIRD = (
    "Rederiet avviser at minst 14 mennesker omkom da fergen kantret ved øya Calagsan. "
    "Styret samles i hovedstaden i dag, og en egen gruppe skal ta imot alle pårørende som vil reise dit i helgen."
)
DEAD = "inst 14 mennesker omkom da fergen kantret ved øya Calagsan"


@pytest.fixture(scope="module")
def story() -> Story:
    def hour(n: int) -> str:
        return f"2024-07-12T{n:02}:12:00+02:00"

    said = (
        Said("M" + DEAD, "kystvakten", cue="opplyser"),
        Said("M" + DEAD, "NTB", cue="melder"),
        Said("m" + DEAD, "Rederiet", cue="avviser", polarity="denies"),
    )
    return tell(
        [
            reading(1, FIRST, outlet="NTB", published=hour(5), said=said[:1]),
            reading(2, SECOND, outlet="Dagens <Blikk>", published=hour(6), said=said[1:2]),
            reading(3, THIRD, outlet="VG", published=hour(7), said=said[2:]),
        ]
    )


@pytest.mark.parametrize("lang", LANGS)
def test_text_tells_verdict_order_and_who_has_it_from_whom(story: Story, lang: Lang) -> None:
    text = story_text(story, Words(lang), 100)
    verdict = {"nb": "2 medier, ett opphav: kystvakten.", "en": "2 outlets, one origin: kystvakten."}[lang]
    denied = {
        "nb": "Avvises av Rederiet (VG 12. juli 2024 kl. 07.12).",
        "en": "Denied by Rederiet (VG 12 July 2024 at 07:12).",
    }[lang]
    day = {"nb": "12. juli 2024 kl. 05.12", "en": "12 July 2024 at 05:12"}[lang]
    assert verdict in text
    assert denied in text
    assert text.index(f"NTB {day}") < text.index("    Dagens <Blikk> 12")
    assert all(len(line) <= 100 for line in text.splitlines())


def test_an_outlet_that_changes_its_own_number_is_told_by_the_times(story: Story) -> None:
    first, *_, last = story.articles
    change = Change(what="number", article=last.id, earlier=first.id, detail="14 → 15")
    claim = replace(story.claims[0], changes=(change,))
    same = replace(story, articles=(*story.articles[:-1], replace(last, outlet="NTB")))
    day = "12. juli 2024 kl."
    assert f"VG har et annet tall enn NTB: {change.detail}." in verdict(claim, story, Words("nb"))
    told = f"NTB {day} 07.12 har et annet tall enn NTB {day} 05.12: {change.detail}."
    assert told in verdict(claim, same, Words("nb"))


def test_who_is_told_to_say_a_thing_and_to_deny_it_is_told_apart(story: Story) -> None:
    claim = story.claims[0]
    reports = [replace(r, chain=("kystvakten", *r.chain[1:])) for r in claim.reports]
    told = verdict(replace(claim, reports=tuple(reports)), story, Words("nb"))
    assert "Gjengis både som kilde for det og som en som avviser det: kystvakten (VG 12. juli 2024 kl. 07.12)." in told
    assert not [sentence for sentence in told if sentence.startswith("Avvises")]


def test_a_list_tells_titles_outlets_and_times_in_words() -> None:
    line = StoryLine(
        title="Ferge kantret",
        first="2024-07-12T05:12:00+02:00",
        last=None,
        articles=("a1", "b2"),
        outlets=("NTB", "VG"),
    )
    told = list_text((line,), Words("nb"))
    assert told == "Ferge kantret\n  2 artikler · NTB, VG · 12. juli 2024 kl. 05.12 – ? · a1\n"


def test_json_is_what_the_scorer_of_sets_reads(story: Story) -> None:
    form = json.loads(msgspec.json.encode(story_json(story, Words("nb"))))
    assert [a["file"] for a in form["articles"]] == ["1.txt", "2.txt", "3.txt"]
    assert form["articles"][1]["derived_from"][0]["article"] == "1.txt"
    claim = next(c for c in form["claims"] if len({r["file"] for r in c["reports"]}) == 3)
    assert claim["independent"] == 1
    assert claim["origins"] == ["kystvakten"]
    assert claim["verdict"][0].startswith("2 medier")
    texts = {"1.txt": FIRST, "2.txt": SECOND, "3.txt": THIRD}
    assert all(texts[r["file"]][slice(*r["span"])] == r["text"] for c in form["claims"] for r in c["reports"])
    assert {r["polarity"] for r in claim["reports"] if r["file"] == "3.txt"} == {"denies"}


def test_svg_is_well_formed_whatever_names_hold(story: Story) -> None:
    drawn = ElementTree.fromstring(story_svg(story, Words("nb"), alone=True))
    said = " ".join(drawn.itertext())
    assert "kystvakten" in said
    assert "Dagens <Blikk>" in said
    assert "ett opphav" in said


def test_the_graph_names_each_article_by_outlet_and_time_however_long_the_name(story: Story) -> None:
    articles = tuple(replace(a, outlet=f"Nordre Lyngfjord og omegns avis {n}") for n, a in enumerate(story.articles))
    drawn = story_svg(replace(story, articles=articles), Words("nb"), alone=True)
    for article in articles:
        clock = moment(article, story, Words("nb")).removeprefix(f"{article.outlet} ")
        assert clock and f">{clock}</text>" in drawn


def test_times_of_several_zones_are_told_with_their_zone(story: Story) -> None:
    first, *others = story.articles
    assert "UTC" not in " ".join(moment(a, story, Words("nb")) for a in story.articles)
    afar = replace(first, outlet="AFP", published="2024-07-12T10:20:00+08:00")
    near = replace(others[0], outlet="NTB", published="2024-07-12T05:12:00+02:00")
    several = replace(story, articles=(afar, near, *others[1:]))
    assert moment(afar, several, Words("nb")) == "AFP 12. juli 2024 kl. 10.20 UTC+8"
    assert moment(near, several, Words("en")) == "NTB 12 July 2024 at 05:12 UTC+2"
    far = replace(afar, published="2024-09-12T10:20:00+12:45")
    drawn = story_svg(replace(several, articles=(far, near, *others[1:])), Words("nb"), alone=True)
    assert ">12. sep. 2024 kl. 10.20 UTC+12:45</text>" in drawn
    undated = replace(first, outlet="AFP", published="2024-07")
    assert moment(undated, story, Words("nb")) == "AFP juli 2024"


def test_a_name_steers_neither_terminal_nor_drawing(story: Story) -> None:
    named = tuple(replace(a, outlet=f"V\x1b[31m\nG {n}", file=None) for n, a in enumerate(story.articles))
    links = tuple(replace(x, source="\x1b[2JAFP", here=False) for x in story.links)
    steering = replace(story, articles=named, links=(*story.links, *links))
    ElementTree.fromstring(story_svg(steering, Words("nb"), alone=True))
    text = story_text(steering, Words("nb"), 100, alone=True)
    assert "\x1b" not in text and "AFP" in text


def test_how_an_article_has_another_s_words_is_told_in_the_language(story: Story) -> None:
    told = {lang: story_text(story, Words(lang), 100) for lang in LANGS}
    assert {x.how for x in story.links if x.here} <= {"copy", "cite"}
    assert "(kopi)" in told["nb"] and "(a copy)" in told["en"]


def test_a_story_of_one_article_has_no_claim_of_several() -> None:
    alone = tell([reading(1, FIRST, outlet="NTB", said=(Said("M" + DEAD, "kystvakten", cue="opplyser"),))])
    assert "0 claims in several articles" in story_text(alone, Words("en"), 100, alone=True)


def test_two_articles_of_one_outlet_are_told_of_once_where_the_words_are_the_same(story: Story) -> None:
    link = next(x for x in story.links if x.here)
    twice = replace(story, links=(link, link))
    for claim in twice.claims:
        sentences = verdict(claim, twice, Words("nb"))
        assert len(sentences) == len(set(sentences))


def test_prov_says_what_was_derived_from_what(story: Story) -> None:
    graph = Graph().parse(data=json.dumps(story_prov(story)), format="json-ld")
    quoted = list(graph.subject_objects(PROV.wasQuotedFrom))
    assert [(str(s).rpartition(":")[2], str(o).rpartition(":")[2]) for s, o in quoted] == [("article2", "article1")]
    assert set(quoted) <= set(graph.subject_objects(PROV.wasDerivedFrom))
    primary = {str(o) for o in graph.objects(None, PROV.hadPrimarySource)}
    assert len(primary) == 1


def test_prov_keeps_apart_what_has_one_name_and_describes_what_is_not_here(story: Story) -> None:
    claim = next(c for c in story.claims if len({r.article for r in c.reports}) == 3)
    (origin,) = (o for o in claim.origins if o.counts)
    anonymous = replace(origin, name="en kilde", names=("en kilde",), kind="unnamed source")
    other = replace(anonymous, articles=("article2",))
    claims = (replace(claim, origins=(anonymous, other), independent=2), replace(claim, id="c9", origins=(anonymous,)))
    absent = tuple(replace(x, source="AFP", here=False) for x in story.links)
    document = story_prov(replace(story, claims=claims, links=absent))
    nodes = [node["id"] for node in document["@graph"]]
    assert len(nodes) == len(set(nodes))
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    assert len(set(graph.objects(None, PROV.hadPrimarySource))) == 3
    described = {str(subject) for subject in graph.subjects(RDF.type, None)}
    for relation in (PROV.wasDerivedFrom, PROV.wasQuotedFrom, PROV.hadPrimarySource, PROV.hadMember):
        assert {str(found) for found in graph.objects(None, relation)} <= described


def test_a_folder_lists_its_articles(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("Fergen kantret ved øya Calagsan i natt, melder kystvakten.", "utf-8")
    listed = [{"file": "1.txt", "outlet": "NTB", "published": "2024-07-12T05:12:00+02:00", "language": "nob"}]
    (tmp_path / "articles.json").write_text(json.dumps(listed), "utf-8")
    (article,) = articles_in(tmp_path)
    assert (article.file, article.outlet, article.published) == ("1.txt", "NTB", "2024-07-12T05:12:00+02:00")


def test_a_list_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(FIRST, "utf-8")
    (tmp_path / "articles.json").write_text('[{"file": "1.txt"}]', "utf-8-sig")
    assert len(articles_in(tmp_path)) == 1


@pytest.mark.parametrize(
    ("listed", "error"),
    [
        (None, UsageError),
        ("{", UsageError),
        ('[{"outlet": "NTB"}]', UsageError),
        ('[{"file": "../secret.txt"}]', UsageError),
        ('[{"file": "gone.txt"}]', ArticleError),
        ('[{"file": "' + 5000 * "a" + '"}]', ArticleError),
        ('[{"file": "1\\u0000.txt"}]', ArticleError),
        ('[{"file": "."}]', ArticleError),
        ("[" * 10_000, UsageError),
    ],
)
def test_a_folder_that_is_none_is_said_to_be_so(tmp_path: Path, listed: str | None, error: type[Exception]) -> None:
    if listed is not None:
        (tmp_path / "articles.json").write_text(listed, "utf-8")
    with pytest.raises(error):
        articles_in(tmp_path)


def test_the_score_of_a_story_is_by_its_truth(story: Story, tmp_path: Path) -> None:
    for name, text in (("1.txt", FIRST), ("2.txt", SECOND), ("3.txt", THIRD)):
        (tmp_path / name).write_text(text, "utf-8")
    reports = [
        {"file": "1.txt", "text": "M" + DEAD, "polarity": "asserts"},
        {"file": "2.txt", "text": "M" + DEAD, "polarity": "asserts"},
        {"file": "3.txt", "text": "m" + DEAD, "polarity": "denies"},
    ]
    derived: list[list[dict[str, str]]] = [[], [{"article": "1.txt", "how": "cite"}], []]
    truth = {
        "articles": [{"file": f"{n}.txt", "derived_from": d} for n, d in enumerate(derived, 1)],
        "claims": [{"id": "c1", "reports": reports, "independent": 1}],
    }
    (tmp_path / "story.json").write_text(json.dumps(truth), "utf-8")
    figures = score([(tmp_path, story)]).as_dict()
    assert figures["links"] == figures["claims"] == figures["found"] == figures["denials"] == 1.0
    assert figures["independent"] == figures["guess_one"] == 1.0
    truth["claims"][0]["independent"] = 2  # type: ignore[index]
    (tmp_path / "story.json").write_text(json.dumps(truth), "utf-8")
    assert score([(tmp_path, story)]).as_dict()["independent"] == 0.0
