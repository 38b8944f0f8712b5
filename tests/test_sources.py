"""Who the sources are: names put together, pronouns and descriptions resolved, flags with their reasons."""

import pytest
from scored import TAGS, Said, scored

from kildespor.attribution.attribute import attribute
from kildespor.attribution.scorer import Scored
from kildespor.model import Article, Attribution, Source
from kildespor.sources.described import described
from kildespor.sources.kinds import kind_of_phrase
from kildespor.sources.people import people
from kildespor.sources.register import shipped_register
from kildespor.sources.resolve import resolve
from kildespor.sources.sources import with_sources


def read(article: Scored) -> tuple[tuple[Attribution, ...], tuple[Source, ...]]:
    who = people(article, TAGS)
    attributions = resolve(attribute(article, "nob"), who, "nob", shipped_register())
    taken = Article(id="x", text=article.encoded.text, language="nob")
    return with_sources(attributions, who, taken, "nob", shipped_register())


def entities(article: Scored) -> list[str | None]:
    return [a.entity for a in read(article)[0]]


def test_a_surname_means_the_person_named_in_full() -> None:
    article = scored(
        "Statsminister Kari Li var glad. – Vi vant, sier Li.",
        [Said(anchor="sier", content="– Vi vant", cue="sier", source="Li#2")],
        {"Kari Li": "PER", "Li": "PER"},
    )
    assert entities(article) == ["Kari Li"]


def test_a_surname_that_two_share_means_the_one_last_named_in_full() -> None:
    article = scored(
        "Kari Li møtte Ola Moe. – Fint, sier Li. Så kom Per Li. – Ja, mener Li.",
        [
            Said(anchor="sier", content="– Fint", cue="sier", source="Li#2"),
            Said(anchor="mener", content="– Ja", cue="mener", source="Li#4"),
        ],
        {"Kari Li": "PER", "Per Li": "PER", "Ola Moe": "PER", "Li": "PER"},
    )
    assert entities(article) == ["Kari Li", "Per Li"]


def test_a_genitive_is_no_part_of_the_name() -> None:
    article = scored(
        "Equinors planer er klare. Equinor sier at alt går bra.",
        [Said(anchor="sier", content="alt går bra", cue="sier", source="Equinor#2")],
        {"Equinors": "ORG", "Equinor": "ORG"},
    )
    assert {n.name for n in people(article, TAGS).named} == {"Equinor"}


@pytest.mark.parametrize(
    ("referent", "links"),
    [("Kari Li", ()), ("", (("hun", "Kari Li"),))],
    ids=["the model points at the name", "the pronoun's phrase refers to the name"],
)
def test_a_pronoun_is_resolved(referent: str, links: tuple[tuple[str, str], ...]) -> None:
    article = scored(
        "Kari Li møtte Ola Moe. – Fint, sier hun.",
        [Said(anchor="sier", content="– Fint", cue="sier", source="hun", referent=referent)],
        {"Kari Li": "PER", "Ola Moe": "PER"},
        links,
    )
    assert entities(article) == ["Kari Li"]


def test_a_quote_without_cue_goes_on_with_the_speaker_before() -> None:
    article = scored(
        "– Fint, sier Kari Li. Hun ler.\n\n– Vi fortsetter.",
        [
            Said(anchor="sier", content="– Fint", cue="sier", source="Kari Li", kind="direct"),
            Said(anchor="– Vi", content="– Vi fortsetter.", kind="direct"),
        ],
        {"Kari Li": "PER"},
    )
    assert entities(article) == ["Kari Li", "Kari Li"]


def test_a_question_in_an_interview_is_the_reporters() -> None:
    article = scored(
        "– Er du glad?\n\n– Ja, sier Li.",
        [
            Said(anchor="– Er", content="– Er du glad?", kind="direct", act="ask", source_kind="unnamed"),
            Said(anchor="sier", content="– Ja", cue="sier", source="Li", kind="direct"),
        ],
        {"Li": "PER"},
    )
    assert entities(article) == ["journalisten", "Li"]


@pytest.mark.parametrize("source", ["en talsperson for Kreml", "flere eksperter"])
def test_a_source_without_a_name_goes_by_its_description(source: str) -> None:
    article = scored(
        f"Krigen er over, sier {source}.",
        [Said(anchor="sier", content="Krigen er over", cue="sier", source=source, source_kind="unnamed")],
        {"Kreml": "ORG"},
    )
    assert entities(article) == [source]


def test_a_source_is_known_by_the_register_and_flagged_with_the_reason() -> None:
    article = scored(
        "Byen er tatt, melder det statlige russiske nyhetsbyrået TASS.",
        [Said(anchor="melder", content="Byen er tatt", cue="melder", source="det statlige russiske nyhetsbyrået TASS")],
        {"TASS": "ORG"},
    )
    (tass,) = read(article)[1]
    assert (tass.name, tass.type, tass.register) == ("TASS", "agency", "tass")
    assert tass.described_as == ("det statlige russiske nyhetsbyrået",)
    assert [f.flag for f in tass.flags] == ["state"] and "statlige" in tass.flags[0].why
    assert (tass.direct, tass.indirect) == (0, 1)


def test_a_body_that_tells_of_itself_is_flagged_as_party() -> None:
    text = "Forsvarsdepartementet i Oslo sier at våre soldater er trygge."
    article = scored(
        text,
        [Said(anchor="sier", content="våre soldater er trygge", cue="sier", source="Forsvarsdepartementet")],
        {"Forsvarsdepartementet": "ORG"},
    )
    (ministry,) = read(article)[1]
    assert [f.flag for f in ministry.flags] == (["party"] if ministry.register else [])


def test_an_apposition_describes_and_a_clause_does_not() -> None:
    text = "Ramsan Berg, en av Putins nærmeste allierte, og Ola Moe, som er der, kom."
    assert described(text, [(0, 11)], []) == ("en av Putins nærmeste allierte",)
    assert described(text, [(48, 55)], []) == ()


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("en fersk rapport", "document"),
        ("flere eksperter", "group"),
        ("en video på Telegram", "image"),
        ("politiet i Oslo", "organisation"),
        ("en talsmann for politiet", "person"),
        ("ein nabo", "person"),
    ],
)
def test_a_phrase_tells_what_kind_of_source_it_is(phrase: str, kind: str) -> None:
    assert kind_of_phrase(phrase) == kind
