"""Who the sources are: names put together, pronouns and descriptions resolved, flags with their reasons."""

import msgspec
import numpy as np
import pytest
from msgspec import structs
from scored import TAGS, Said, scored, words_at

from kildespor.attribution.attribute import attribute
from kildespor.attribution.scorer import Scored
from kildespor.export.chain import flag_why
from kildespor.messages import Words
from kildespor.model import Article, Attribution, Flag, Relay, Report, Source, Why
from kildespor.sources.described import described
from kildespor.sources.kinds import kind_of_phrase
from kildespor.sources.people import people
from kildespor.sources.recount import recounted
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


def party_flags(source: str, content: str, *names: str, links: tuple[tuple[str, str], ...] = ()) -> list[str]:
    """The names in the reasons of the party flags of a source that says a content."""
    kinds = {name: "PER" if name == "Kari Li" else "ORG" for name in names}
    article = scored(
        f"{source} sier at {content}.", [Said(anchor="sier", content=content, cue="sier", source=source)], kinds, links
    )
    return [f.values["name"] for f in read(article)[1][0].flags if f.flag == "party"]


@pytest.mark.parametrize(
    "content", ["våre soldater er trygge", "Forsvarsdepartementet har kontroll", "egne styrker er trygge"]
)
def test_a_body_of_the_register_that_tells_of_itself_is_flagged_as_party(content: str) -> None:
    source = "Forsvarsdepartementet"
    assert shipped_register().find(source, language="nob")
    assert len(party_flags(source, content, source)) == 1


@pytest.mark.parametrize(
    "content", ["våre tall er gode", "vi tjener penger", "Nordlyd tjener penger", "Nordlyds tall er gode"]
)
def test_a_body_outside_the_register_that_tells_of_itself_is_flagged_as_party(content: str) -> None:
    assert shipped_register().find("Nordlyd", language="nob") is None
    assert party_flags("Nordlyd", content, "Nordlyd") == ["Nordlyd"]


def test_a_company_that_the_article_calls_one_tells_of_itself_by_that_noun() -> None:
    links = (("selskapet", "Nordlyd"),)
    assert party_flags("Nordlyd", "selskapet tjener penger", "Nordlyd", links=links) == ["Nordlyd"]


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("Nordlyd", "strømmen blir dyr"),
        ("Nordlyd", "Nordlydfestivalen er avlyst"),
        ("Nordlyd", "selskapet bryter loven"),
        ("Nordlyd", "regjeringen øker sine utgifter"),
        ("Kari Li", "vi tjener penger"),
        ("Kari Li", "Kari Li er syk"),
    ],
    ids=["of something else", "a longer word", "of another company", "of others' own", "a person", "a person by name"],
)
def test_who_tells_of_others_or_is_no_body_is_no_party(source: str, content: str) -> None:
    assert party_flags(source, content, source) == []


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
        ("politimesteren", "person"),
        ("LO-lederen", "person"),
        ("reiselivseksperten", "person"),
        ("reiselivsekspertene", "group"),
        ("rederiet", "organisation"),
        ("det britiske utenriksdepartementet", "organisation"),
    ],
)
def test_a_phrase_tells_what_kind_of_source_it_is(phrase: str, kind: str) -> None:
    assert kind_of_phrase(phrase) == kind


@pytest.mark.parametrize(
    ("source", "entity"),
    [
        ("Bergs advokat Kari Li", "Kari Li"),
        ("Bergs advokat", "Bergs advokat"),
        ("faren til Ola Berg", "faren til Ola Berg"),
    ],
    ids=["the name that the phrase ends in", "the owner is another", "of whom it is"],
)
def test_a_name_that_only_says_whose_is_not_the_source(source: str, entity: str) -> None:
    article = scored(
        f"Ola Berg er siktet. Det er feil, sier {source}.",
        [Said(anchor="sier", content="Det er feil", cue="sier", source=source, source_kind="unnamed")],
        {"Ola Berg": "PER", "Bergs": "PER", "Kari Li": "PER"},
    )
    assert entities(article) == [entity]


@pytest.mark.parametrize(
    ("text", "tagged", "names"),
    [
        ("Senterlaget ved Inger S. Moe vant.", {"Inger": "PER", "Moe": "PER"}, {"Inger S. Moe"}),
        ("Helse- og omsorgsdepartementet svarte.", {"Helse": "ORG"}, {"Helse- og omsorgsdepartementet"}),
        ("Firmaet Harrow & Quay svarte.", {"Harrow": "ORG"}, {"Harrow & Quay"}),
        ("I dag sendte TV 2 nyheten.", {"TV": "ORG"}, {"TV 2"}),
        ("Da kom Moe Sporing og slo.", {"Moe": "PER", "Sporing": "ORG"}, {"Moe", "Sporing"}),
        ("Så kom Det neste.", {"Det": "ORG"}, set()),
    ],
    ids=["initial", "shortened word", "ampersand", "number", "another name begins", "article alone"],
)
def test_where_a_name_ends(text: str, tagged: dict[str, str], names: set[str]) -> None:
    assert {n.name for n in people(scored(text, [], tagged), TAGS).named} == names


def test_an_acronym_is_the_name_whose_initials_it_has() -> None:
    article = scored(
        "Nasjonal sikkerhetsmyndighet advarer. NSM sier at det haster.",
        [Said(anchor="sier", content="det haster", cue="sier", source="NSM")],
        {"Nasjonal sikkerhetsmyndighet": "ORG", "NSM": "ORG"},
    )
    assert entities(article) == ["Nasjonal sikkerhetsmyndighet"]


def test_names_that_the_register_knows_as_one_are_one() -> None:
    article = scored("Arbeiderpartiet vant. Ap gledet seg.", [], {"Arbeiderpartiet": "ORG", "Ap": "ORG"})
    (party,) = people(article, TAGS, shipped_register(), "nob").named
    assert party.name == "Arbeiderpartiet" and len(party.mentions) == 2


@pytest.mark.parametrize(("pronoun", "entity"), [("hun", "Silje Li"), ("han", "Ola Moe")])
def test_a_pronoun_means_whoever_it_agrees_with(pronoun: str, entity: str) -> None:
    article = scored(
        f"Silje Li møtte Ola Moe. – Fint, sier {pronoun}.",
        [Said(anchor="sier", content="– Fint", cue="sier", source=pronoun, kind="direct")],
        {"Silje Li": "PER", "Ola Moe": "PER"},
    )
    assert entities(article) == [entity]


def test_a_title_means_the_person_who_has_it() -> None:
    article = scored(
        "Ordfører Kari Li møtte lærer Ola Moe. Det er bra, sier ordføreren.",
        [Said(anchor="sier", content="Det er bra", cue="sier", source="ordføreren", source_kind="unnamed")],
        {"Kari Li": "PER", "Ola Moe": "PER"},
    )
    (a,) = read(article)[0]
    assert (a.entity, a.source_kind) == ("Kari Li", "named")


def test_a_relay_without_a_name_is_resolved_as_a_source_is() -> None:
    article = scored(
        "Avisen Bild har snakket med Kari Li. – Det er slutt, sier Li, ifølge avisen.",
        [
            Said(
                anchor="sier",
                content="– Det er slutt",
                cue="sier",
                source="Li#2",
                relay_source="avisen",
                relay_cue="ifølge",
                kind="direct",
            )
        ],
        {"Bild": "ORG", "Kari Li": "PER", "Li": "PER"},
    )
    (a,), sources = read(article)
    assert [r.entity for r in a.relays] == ["Bild"]
    assert {s.name: s.through for s in sources} == {"Kari Li": ("Bild",), "Bild": ()}


def test_through_whom_a_source_is_had_is_counted_anew_when_attributions_go() -> None:
    def said(key: str, *relays: str) -> Attribution:
        return Attribution(
            id=key,
            content=((0, 1),),
            source_id="s1",
            source_kind="named",
            kind="indirect",
            act="say",
            relays=tuple(Relay(source=(), cue=(), entity=name) for name in relays),
            confidence=0.9,
            why=Why(anchor="cue", by="model", score=0.9),
        )

    source = Source(id="s1", name="Kari Li", type="person", mentions=((0, 7),))
    report = Report(model="m", article=Article(id="x", text="Li."), attributions=(), sources=(source,))
    first, second = said("a1", "Bild", "AFP"), said("a2", "AFP", "NTB")
    (both,) = recounted(structs.replace(report, attributions=(first, second))).sources
    assert (both.through, both.indirect) == (("Bild", "AFP", "NTB"), 2)
    (left,) = recounted(structs.replace(report, attributions=(second,))).sources
    assert (left.through, left.indirect) == (("AFP", "NTB"), 1)


def test_a_stored_source_without_relays_still_loads() -> None:
    stored = b'{"id": "s1", "name": "VG", "type": "outlet", "mentions": [[0, 2]], "direct": 0, "indirect": 1}'
    assert msgspec.json.decode(stored, type=Source).through == ()


def test_the_reason_of_a_flag_is_told_in_the_interfaces_language() -> None:
    article = scored(
        "Byen er tatt, melder det statlige russiske nyhetsbyrået TASS.",
        [Said(anchor="melder", content="Byen er tatt", cue="melder", source="det statlige russiske nyhetsbyrået TASS")],
        {"TASS": "ORG"},
    )
    (flag,) = read(article)[1][0].flags
    assert flag_why(flag, Words("nb")) == "artikkelen kaller kilden «det statlige russiske nyhetsbyrået»"
    assert flag_why(flag, Words("en")) == flag.why
    assert flag_why(Flag(flag="state", why="of old"), Words("nb")) == "of old"


def test_what_is_said_of_a_person_by_a_title_is_not_that_person() -> None:
    article = scored(
        "President Li er syk. Det er feil, sier en talsmann for president Li.",
        [Said(anchor="sier", content="Det er feil", cue="sier", source="en talsmann for president Li")],
        {"Li": "PER"},
    )
    assert entities(article) == ["en talsmann for president Li"]


@pytest.mark.parametrize(
    ("introduced", "source", "entity"),
    [
        ("Det tyrkiske rederiet Ege eier skipet.", "rederiet", "Ege"),
        ("Konsultfirmaet Ege tegnet huset.", "firmaet", "Ege"),
        ("Kraftverkets direktør, Kari Li, var til stede.", "direktøren", "Kari Li"),
        ("Vi møtte kritiker i danske Ege Kari Li.", "kritikeren", "Kari Li"),
        ("Storvik kommune har saken.", "kommunen", "Storvik kommune"),
        ("Saken er hos Sør politidistrikt.", "politiet", "Sør politidistrikt"),
        ("Ordfører Kari Li møtte ordfører Ola Moe.", "ordføreren", "Ola Moe"),
    ],
)
def test_a_noun_goes_by_what_the_article_brought_it_up_as(introduced: str, source: str, entity: str) -> None:
    names = ("Kari Li", "Ola Moe")
    bodies = ("Storvik kommune", "Ege", "Sør politidistrikt")
    text = f"{introduced} Det blir dyrt, sier {source}."
    said = f"{source}#{text.count(source)}"
    article = scored(
        text,
        [Said(anchor="sier", content="Det blir dyrt", cue="sier", source=said, source_kind="unnamed")],
        dict.fromkeys(names, "PER") | dict.fromkeys(bodies, "ORG"),
    )
    assert entities(article) == [entity]


def test_a_body_goes_by_the_name_that_its_phrase_refers_to() -> None:
    article = scored(
        "Nordlyd kutter igjen. Det blir dyrt, sier konsernet.",
        [Said(anchor="sier", content="Det blir dyrt", cue="sier", source="konsernet", source_kind="unnamed")],
        {"Nordlyd": "ORG"},
        (("konsernet", "Nordlyd"),),
    )
    assert entities(article) == ["Nordlyd"]


@pytest.mark.parametrize("source", ["Gutane", "Båe to", "begge", "dei to"])
def test_two_named_together_are_one_source(source: str) -> None:
    article = scored(
        f"Per Li og Ola Moe er heime. Vi møtte Kari Vik. Det går bra, seier {source}.",
        [Said(anchor="seier", content="Det går bra", cue="seier", source=source)],
        {"Per Li": "PER", "Ola Moe": "PER", "Kari Vik": "PER"},
    )
    attributions, (pair,) = read(article)
    assert [(a.entity, a.source_kind) for a in attributions] == [("Per Li og Ola Moe", "named")]
    assert pair.type == "group" and article.encoded.text[slice(*pair.mentions[0])] == "Per Li og Ola Moe"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Kari Vik, Per Li og Ola Moe er heime.", "begge"),
        ("Per Li og Ola Moe er heime.", "begge partia"),
    ],
    ids=["two of three", "two of something else"],
)
def test_two_of_something_else_are_not_those_named_together(text: str, source: str) -> None:
    article = scored(
        f"{text} Det går bra, seier {source}.",
        [Said(anchor="seier", content="Det går bra", cue="seier", source=source)],
        {"Per Li": "PER", "Ola Moe": "PER", "Kari Vik": "PER"},
    )
    assert "Per Li og Ola Moe" not in entities(article)


@pytest.mark.parametrize(
    ("text", "tagged", "names"),
    [
        ("Kari Li vant. – Ja, sa Li Dagbladet.no.", {"Li Dagbladet.no": "ORG"}, {"Kari Li", "Dagbladet.no"}),
        (
            "Kari Li vant. Det vet Jyllands-Posten Kari Li.",
            {"Jyllands-Posten Kari Li": "PER"},
            {"Kari Li", "Jyllands-Posten"},
        ),
        ("Ola Moen vant. Kari Moens bil sto.", {"Ola Moen": "PER", "Kari Moens": "PER"}, {"Ola Moen", "Kari Moen"}),
        ("Per Aas vant. Per Ås lo. Per Ås sov.", {"Per Aas": "PER", "Per Ås": "PER"}, {"Per Ås"}),
        ("Arbeiderpartiet vant. Ap lo.", {"Arbeiderpartiet": "ORG"}, {"Arbeiderpartiet"}),
    ],
    ids=["outlet after a person", "person after an outlet", "genitive of a surname", "spelling", "no name"],
)
def test_which_names_there_are(text: str, tagged: dict[str, str], names: set[str]) -> None:
    article = scored(text, [], {"Kari Li": "PER"} | tagged)
    assert {n.name for n in people(article, TAGS, shipped_register(), "nob").named} == names


def entities_by_name(text: str) -> dict[str, list[str]]:
    """The entities of a text, each with its mentions, in which every Oslo is a place but the last, a body."""
    article = scored(text, [], {"Oslo kommune": "ORG", "Oslo": "GPE_LOC"})
    last = words_at(article.encoded, text.rindex("Oslo"), text.rindex("Oslo") + 4)
    article.names[last] = np.eye(len(TAGS))[TAGS.index("B-GPE_ORG")]
    return {n.name: [m.text for m in n.mentions] for n in people(article, TAGS, shipped_register(), "nob").named}


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Oslo kommune har saken.", "Oslo kommune"),
        ("Saken er hos byrådet i Oslo nå.", "byrådet i Oslo"),
    ],
)
def test_a_place_and_the_body_that_governs_it_are_two(body: str, name: str) -> None:
    found = entities_by_name(f"Det regner over Oslo nå. {body} Det blir dyrt, sier Oslo.")
    assert set(found) == {name, "Oslo"}
    assert found[name] == [name, "Oslo"] and "Oslo" in found["Oslo"]


def test_the_body_speaks_under_its_fullest_name() -> None:
    text = "Det regner over Oslo nå. Saken er hos byrådet i Oslo nå. Det blir dyrt, sier Oslo."
    article = scored(
        text, [Said(anchor="sier", content="Det blir dyrt", cue="sier", source="Oslo#3")], {"Oslo": "GPE_LOC"}
    )
    article.names[words_at(article.encoded, len(text) - 5, len(text) - 1)] = np.eye(len(TAGS))[TAGS.index("B-GPE_ORG")]
    ((said,), (council,)) = read(article)
    assert (said.entity, council.name, council.type) == ("byrådet i Oslo", "byrådet i Oslo", "organisation")
    assert text.index("Oslo") not in {start for start, _ in council.mentions}


def test_a_place_is_one_with_a_body_that_the_article_does_not_name() -> None:
    assert set(entities_by_name("Det regner over Oslo nå. Det blir dyrt, sier Oslo.")) == {"Oslo"}
