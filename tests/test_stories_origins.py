"""Who has what from whom, and how many origins a claim has."""

import pytest

from kildespor.messages import Words
from kildespor.stories import Claim, Story, tell
from kildespor.stories.bodies import Body, one_body
from kildespor.stories.copies import bands, contained, shingles
from kildespor.stories.sense import Reading
from kildespor.stories.verdict import verdict
from tests.story_readings import Said, reading

TELEGRAM = (
    "Ferge kantret\n\n"
    "Minst 14 mennesker omkom da en ferge kantret ved øya Calagsan natt til fredag, opplyser kystvakten.\n\n"
    "Fergen var godkjent for 180 passasjerer, men hadde 213 om bord. Letingen fortsetter utover dagen."
)
COPY = (
    "Drama i natt\n\n"
    "Fergen var godkjent for 180 passasjerer, men hadde 213 om bord. Letingen fortsetter utover dagen.\n\n"
    "Minst 14 mennesker omkom da en ferge kantret ved øya Calagsan natt til fredag, opplyser kystvakten. (NTB)"
)
COASTGUARD = Said(
    "Minst 14 mennesker omkom da en ferge kantret ved øya Calagsan natt til fredag", "kystvakten", cue="opplyser"
)


def hour(n: int) -> str:
    return f"2024-07-12T{n:02}:00:00+02:00"


def dead(story: Story) -> Claim:
    """The claim that 14 are dead."""
    return next(c for c in story.claims if any("14 mennesker omkom" in r.text for r in c.reports))


def telegram() -> Reading:
    return reading(1, TELEGRAM, outlet="NTB", published=hour(5), said=(COASTGUARD,), credit=("NTB",))


def test_a_copy_is_found_whatever_its_headline_and_order() -> None:
    story = tell(
        [reading(2, COPY, outlet="Adressa", published=hour(6), said=(COASTGUARD,), credit=("NTB",)), telegram()]
    )
    (link,) = story.links
    assert (link.article, link.source, link.how, link.found_by) == ("article2", "article1", "copy", "shared words")
    assert link.share > 0.8
    assert set(bands(TELEGRAM)) & set(bands(COPY))
    assert contained(shingles(COPY), shingles(TELEGRAM)) > 0.8


def test_ten_outlets_that_repeat_one_telegram_have_one_origin() -> None:
    copies = [
        reading(n, COPY, outlet=f"Avis {n}", published=hour(n + 5), said=(COASTGUARD,), credit=("NTB",))
        for n in range(2, 11)
    ]
    story = tell([telegram(), *copies])
    claim = dead(story)
    assert claim.standing.outlets == 10
    assert claim.independent == 1
    assert not claim.standing.confirmed
    assert claim.origins[0].name == "kystvakten"
    said = verdict(claim, story, Words("nb"))
    assert said[0].startswith("10 medier, ett opphav: kystvakten")
    assert "Ingen uavhengig bekreftelse." in said
    assert any("har kopiert NTB" in sentence for sentence in said)
    assert verdict(claim, story, Words("en"))[0].startswith("10 outlets, one origin")


def test_a_witness_of_ones_own_is_an_origin_more() -> None:
    text = (
        "Overlevende: – Jeg så dem drukne\n\n"
        "– Minst 14 mennesker omkom da fergen kantret ved øya Calagsan natt til fredag, sier Torunn Vassmo til NRK."
    )
    witness = Said(
        "– Minst 14 mennesker omkom da fergen kantret ved øya Calagsan natt til fredag",
        "Torunn Vassmo",
        cue="sier",
        addressee="NRK",
    )
    story = tell([telegram(), reading(2, text, outlet="NRK", published=hour(9), said=(witness,))])
    claim = dead(story)
    assert claim.independent == 2
    assert claim.standing.confirmed
    assert {o.name for o in claim.origins if o.counts} == {"kystvakten", "Torunn Vassmo"}


def test_spokesmen_of_one_body_are_one_origin() -> None:
    police = Body("Siv Haugetun", ("operasjonsleder Siv Haugetun i politiet",), person=True)
    press = Body("politiets pressevakt")
    lawyer = Body("Kari Moe", ("politiadvokat Kari Moe i Vest politidistrikt",), person=True)
    assert one_body(police, press) and one_body(press, lawyer)
    assert one_body(Body("forbundet"), Body("Norsk Kollektivforbund")) == "same"
    assert one_body(Body("TASS"), Body("Tass")) == "same"
    assert one_body(Body("Harald Myrvoll", ("Skarvøys sportsdirektør",), person=True), Body("FK Skarvøy")) == "body"
    assert one_body(Body("Torunn Vassmo", person=True), Body("kystvakten")) is None
    assert one_body(Body("Kari Moe", person=True), Body("Ola Berg", person=True)) is None


@pytest.mark.parametrize(
    ("forms", "names"),
    [
        (("kystvagten", "kystvagtens"), ("kystvagten",)),
        (("kystvagtens", "kystvagten"), ("kystvagten",)),
        (("kustbevakningens", "kustbevakningen"), ("kustbevakningen",)),
        (("politiets", "politi"), ("politi",)),
        (("kystvakta", "kystvaktas", "kystvakt"), ("kystvakta",)),
        (("Norsk Havvakt", "Norsk Havvakts"), ("Norsk Havvakt",)),
        (("Reuters",), ("Reuters",)),
        (("Kari Holm", "Holm"), ("Kari Holm", "Holm")),
    ],
)
def test_the_forms_of_one_name_are_listed_once(forms: tuple[str, ...], names: tuple[str, ...]) -> None:
    told = "Minst 14 mennesker omkom da fergen kantret ved øya Calagsan"
    articles = [
        reading(n, f"{told}, sier {form} til Avis {n}.", outlet=f"Avis {n}", published=hour(n), said=(said,))
        for n, form in enumerate(forms, 1)
        for said in [Said(told, form, addressee=f"Avis {n}")]
    ]
    claim = dead(tell(articles))
    assert {name for origin in claim.origins for name in origin.names} == set(names)
    if len(names) == 1:
        assert claim.origins[0].name == names[0]


def test_who_is_brought_up_by_the_post_speaks_for_the_body_told_of_before() -> None:
    text = (
        "Begge er trygge\n\n"
        "Utenriksdepartementet følger saken. To norske passasjerer er i sikkerhet, opplyser pressevakt Eivind Tårnby."
    )
    other = "Trygge\n\nTo norske passasjerer er i sikkerhet, opplyser Utenriksdepartementet."
    content = "To norske passasjerer er i sikkerhet"
    by_post = Said(content, "pressevakt Eivind Tårnby", entity="Eivind Tårnby", cue="opplyser")
    body = Said(content, "Utenriksdepartementet", cue="opplyser", type_="organisation")
    story = tell(
        [
            reading(1, text, outlet="NRK", published=hour(5), said=(by_post,)),
            reading(2, other, outlet="VG", published=hour(6), said=(body,)),
        ]
    )
    claim = next(c for c in story.claims if {r.source for r in c.reports} >= {"Eivind Tårnby", "Utenriksdepartementet"})
    assert claim.independent == 1
    assert set(claim.origins[0].names) == {"Eivind Tårnby", "Utenriksdepartementet"}


def test_a_speaker_whose_own_company_is_known_does_not_speak_for_whom_he_tells_of() -> None:
    speaker = Body("Kasper Lund", ("selskapets direktør",), person=True, told=("Datatilsynet har fått melding",))
    assert one_body(speaker, Body("Datatilsynet", ("Datatilsynet",))) is None


def test_what_data_show_is_not_had_from_the_witness_of_the_article_before() -> None:
    first = "Grunnstøtte\n\n– Skipet kom i full fart mot land, sier fisker Odd Sørgård til Gåsøyposten."
    later = "Full fart\n\nGåsøyposten meldte om ulykken. Skipet kom i full fart mot land, viser data fra brua."
    witness = Said("– Skipet kom i full fart mot land", "fisker Odd Sørgård", entity="Odd Sørgård", cue="sier")
    data = Said("Skipet kom i full fart mot land", "data fra brua", cue="viser", act="show")
    story = tell(
        [
            reading(1, first, outlet="Gåsøyposten", published=hour(5), said=(witness,)),
            reading(2, later, outlet="NTB", published=hour(6), said=(data,)),
        ]
    )
    claim = next(c for c in story.claims if any(r.source == "Odd Sørgård" for r in c.reports))
    assert {o.kind for o in claim.origins} == {"source", "document"}


def test_outlets_of_one_owner_are_one() -> None:
    assert one_body(Body("Aftenposten"), Body("VG")) == "owner"
    assert one_body(Body("VG"), Body("Dagbladet")) is None


def test_an_outlet_that_is_not_here_is_said_to_be_elsewhere() -> None:
    text = "Minst 14 mennesker omkom da en ferge kantret, ifølge AFP."
    said = Said("Minst 14 mennesker omkom da en ferge kantret", "AFP", cue="ifølge")
    story = tell([reading(n, text, outlet=f"Avis {n}", published=hour(n), said=(said,)) for n in (1,)])
    (link,) = story.links
    assert (link.source, link.here) == ("AFP", False)
    claim = dead(story)
    assert [o.kind for o in claim.origins] == ["outlet elsewhere"]
    assert "AFP" in verdict(claim, story, Words("nb"))[0]


def test_a_ring_of_outlets_without_times_is_found_and_named() -> None:
    first = Said("Minst 14 mennesker omkom da fergen kantret", "Blikk", cue="melder")
    second = Said("Minst 14 mennesker omkom da fergen kantret", "Feber", cue="melder")
    story = tell(
        [
            reading(1, "Minst 14 mennesker omkom da fergen kantret, melder Blikk.", outlet="Feber", said=(first,)),
            reading(2, "Minst 14 mennesker omkom da fergen kantret, melder Feber.", outlet="Blikk", said=(second,)),
        ]
    )
    claim = dead(story)
    said = verdict(claim, story, Words("nb"))
    assert claim.independent <= 1
    assert set(claim.loops[0]) == {"Feber", "Blikk"}
    assert any("viser til hverandre i ring" in sentence for sentence in said)
    assert any("ingen tid" in sentence for sentence in said)


def test_an_outlet_that_is_confirmed_by_who_had_it_from_itself_is_a_ring() -> None:
    text = "Minst 14 mennesker omkom da fergen kantret"

    def told(number: int, outlet: str, by: str | None) -> Reading:
        said = (Said(text, by, cue="melder"),) if by else ()
        rest = (
            "Letingen fortsetter utover dagen med to båter.",
            "Havnen er stengt.",
            "Nå ber folk om svar fra eierne av skipet.",
        )
        words = f"{text}, melder {by}. {rest[number - 1]}" if by else f"{text}. {rest[0]}"
        return reading(number, words, outlet=outlet, published=hour(number), said=said)

    story = tell([told(1, "Feber", None), told(2, "Blikk", "Feber"), told(3, "Feber", "Blikk")])
    claim = dead(story)
    assert claim.independent == 1
    assert claim.loops == (("Feber", "Blikk", "Feber"),)


def test_a_hedge_that_is_lost_is_pointed_out_by_name() -> None:
    hedged = Said("Motoren skal ha stanset før bølgen traff fergen", hedge="skal ha")
    story = tell(
        [
            reading(
                1, "Motoren skal ha stanset før bølgen traff fergen.", outlet="NTB", published=hour(5), said=(hedged,)
            ),
            reading(2, "Motoren stanset før bølgen traff fergen.", outlet="Nyhetsnett", published=hour(6)),
        ]
    )
    claim = story.claims[0]
    (change,) = [c for c in claim.changes if c.what == "hedge lost"]
    assert (change.article, change.earlier) == ("article2", "article1")
    assert any(
        "Nyhetsnett skriver som sikkert det NTB hadde med forbehold" in s for s in verdict(claim, story, Words("nb"))
    )


@pytest.mark.parametrize(
    ("published", "outlet", "unknown"),
    [(None, "A", "no_time"), (hour(5), None, "no_outlet"), ("2999-01-01", "A", "future")],
)
def test_the_verdict_says_what_it_could_not_know(published: str | None, outlet: str | None, unknown: str) -> None:
    text = "Minst 14 mennesker omkom da fergen kantret."
    story = tell(
        [reading(1, text, outlet=outlet, published=published), reading(2, text, outlet="B", published=hour(6))]
    )
    claim = dead(story)
    assert unknown in claim.unknown
    assert verdict(claim, story, Words("nb"))[-1] == Words("nb")(f"story.{unknown}")


def test_the_same_article_twice_counts_once_and_an_outlet_may_cite_itself() -> None:
    own = Said("Minst 14 mennesker omkom da fergen kantret", "VG", cue="skriver")
    text = "Minst 14 mennesker omkom da fergen kantret, skriver VG."
    twice = [reading(1, text, outlet="VG", published=hour(5), said=(own,))] * 2
    story = tell([*twice, reading(2, text, outlet="VG", published=hour(6), said=(own,))])
    assert len(story.articles) == 2
    assert dead(story).standing.outlets == 1
    assert tell([]).claims == ()


@pytest.mark.parametrize("said", [("VG", "NTB"), ("kystvakten", "VG", "NTB")])
def test_a_chain_ends_with_the_outlet_that_tells(said: tuple[str, ...]) -> None:
    content = "Minst 14 mennesker omkom da fergen kantret"
    text = f"{content}, skriver {' ifølge '.join(said)}."
    own = reading(
        1, text, outlet="VG", published=hour(5), said=(Said(content, said[0], cue="skriver", relays=said[1:]),)
    )
    other = reading(2, content + ".", outlet="NTB", published=hour(6))
    chains = {r.article: r.chain for r in dead(tell([own, other])).reports if r.attribution}
    assert chains == {"article1": (*said, "VG")}
    assert dead(tell([own, other])).standing.outlets == 2


@pytest.mark.parametrize("published", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:00:00-02:00"])
def test_a_time_at_the_calendar_s_end_is_none(published: str) -> None:
    text = "Minst 14 mennesker omkom da fergen kantret."
    claim = dead(tell([reading(1, text, outlet="A", published=published), reading(2, text, outlet="B")]))
    assert "no_time" in claim.unknown
