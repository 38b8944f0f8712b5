"""Reports in the forms of W3C PROV, schema.org, Web Annotation and IPTC ninjs, read back by other people's libraries:
rdflib parses, pySHACL checks against shapes written from the specifications, prov and jsonschema read on their own."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from prov.model import ProvAttribution, ProvDerivation, ProvDocument
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from reports import annotated, reports

from kildespor.export.chain import words_of
from kildespor.export.linked import article_iri, day_of, moment_of, web_address
from kildespor.export.ninjs import ninjs
from kildespor.export.prov import prov
from kildespor.export.schema_org import schema_org
from kildespor.export.web_annotation import AROUND, web_annotation
from kildespor.model import Article, Attribution, Relay, Report, Source

STANDARDS = Path(__file__).parent / "data" / "standards"
PAGE = (Path(__file__).parent.parent / "docs" / "standards.md").read_text(encoding="utf-8")
CONTEXTS = json.loads((STANDARDS / "contexts.json").read_text(encoding="utf-8"))
NINJS = Draft202012Validator(
    json.loads((STANDARDS / "ninjs-3.1.json").read_text(encoding="utf-8")),
    format_checker=Draft202012Validator.FORMAT_CHECKER,
)
FERJA = msgspec.json.decode((STANDARDS / "ferja.json").read_bytes(), type=Report)
NAMES = ("nob__syn-a01", "nno__syn-e01", "swe__syn-c01")

PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("http://schema.org/")
OA = Namespace("http://www.w3.org/ns/oa#")
AS = Namespace("http://www.w3.org/ns/activitystreams#")
OWN = Namespace("urn:kildespor:vocabulary:")


def graph(document: dict[str, Any]) -> Graph:
    """Read JSON-LD from its JSON; contexts named by address are taken from the tests' data, so nothing is fetched."""
    document = json.loads(json.dumps(document))
    if isinstance(document["@context"], str):
        document["@context"] = CONTEXTS[document["@context"]]
    return Graph().parse(data=json.dumps(document), format="json-ld")


def faults(found: Graph, shapes: str) -> str:
    """What the shapes object to; empty when nothing."""
    shape_graph = Graph().parse(STANDARDS / f"{shapes}.ttl")
    conforms, _, text = validate(found, shacl_graph=shape_graph, ont_graph=shape_graph)
    return "" if conforms else text


def one(values: Any) -> Any:
    (value,) = values
    return value


@st.composite
def lawful(draw: st.DrawFn) -> Report:
    """Any report whose ids are unique within it, as docs/output.md promises, in a file or at an address."""
    report = draw(reports())
    address = draw(st.sampled_from([None, "https://avis.example/sak/1?a=b", "https://blåfjell.example/øst vest#topp"]))
    replace = msgspec.structs.replace
    return replace(
        report,
        article=replace(report.article, url=address or report.article.url),
        attributions=tuple(replace(a, id=f"{a.id}{n}") for n, a in enumerate(report.attributions)),
        statements=tuple(replace(s, id=f"{s.id}{n}") for n, s in enumerate(report.statements)),
        sources=tuple({source.id: source for source in report.sources}.values()),
    )


def attribution_iri(report: Report, attribution: Attribution) -> URIRef:
    """The name of an attribution, found by what docs/standards.md says of it."""
    return URIRef(
        f"urn:kildespor:article:{quote(report.article.id, safe='')}:attribution:{quote(attribution.id, safe='')}"
    )


# Identifiers and times


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://www.nrk.no/sak-1.123", "https://www.nrk.no/sak-1.123"),
        ("https://avis.example/nyheter/året?s=ø&x=1#topp", "https://avis.example/nyheter/%C3%A5ret?s=%C3%B8&x=1"),
        ("https://avis.example/100%", "https://avis.example/100%25"),
        ("https://avis.example/%C3%A5", "https://avis.example/%C3%A5"),
        ("http://avis.example:8080/a b", "http://avis.example:8080/a%20b"),
        ("javascript:alert(1)", None),
        ("ftp://avis.example/a", None),
        ("https://", None),
        ("https://a b.example/", None),
        ("https://[::1/", None),
        ("https://avis.example:port/", None),
        ("", None),
    ],
)
def test_an_address_becomes_a_uri_or_is_none(url: str, wanted: str | None) -> None:
    assert web_address(url) == wanted


@given(st.text())
@settings(max_examples=300)
def test_an_article_has_a_uri_whatever_its_address_and_id(text: str) -> None:
    for article in (Article(id=text, text="", url=text), Article(id=text, text="", url=f"https://avis.example/{text}")):
        assert Draft202012Validator.FORMAT_CHECKER.conforms(article_iri(article), "uri")


@pytest.mark.parametrize(
    ("edtf", "day", "moment", "zoned"),
    [
        ("2023-03-14", True, False, False),
        ("2023-03-14T18:05:00+01:00", False, True, True),
        ("2023-03-14T18:05:00Z", False, True, True),
        ("2023-03-14T18:05:00", False, True, False),
        ("2023-02-30", False, False, False),
        ("2023-02-30T10:00:00", False, False, False),
        ("2023-03", False, False, False),
        ("[2023-03-06, 2023-03-13]", False, False, False),
        ("2023-03-14~", False, False, False),
        ("2023-03-14\n", False, False, False),
        (None, False, False, False),
    ],
)
def test_only_plain_days_and_times_are_taken_for_such(edtf: str | None, day: bool, moment: bool, zoned: bool) -> None:
    assert day_of(edtf) == (edtf if day else None)
    assert moment_of(edtf) == (edtf if moment else None)
    assert moment_of(edtf, zoned=True) == (edtf if zoned else None)


# W3C PROV


@pytest.mark.parametrize("name", NAMES)
def test_prov_conforms_to_the_shapes(name: str) -> None:
    assert faults(graph(prov(annotated(name))), "prov") == ""


def test_the_chain_runs_from_the_article_over_the_relays_to_the_source() -> None:
    report = annotated("nob__syn-a01")
    found = graph(prov(report))
    hands = []
    step = attribution_iri(report, report.attributions[9])
    assert (URIRef(article_iri(report.article)), PROV.hadMember, step) in found
    primary = found.value(step, PROV.hadPrimarySource)
    while step:
        hands.append(str(found.value(found.value(step, PROV.wasAttributedTo), RDFS.label)))
        last = step
        step = found.value(step, PROV.wasDerivedFrom)
    assert hands == ["NTB", "AFP", "TASS", "Petr Halvik"]
    assert primary == last


def test_prov_is_read_by_the_prov_package() -> None:
    text = json.dumps(prov(FERJA))
    document = ProvDocument.deserialize(content=text, format="rdf", rdf_format="json-ld")
    passage = "urn:kildespor:article:5f0c2ab81d7e4493a6b0:attribution:a1"
    pairs = {(str(r.args[0].uri), str(r.args[1].uri)) for r in document.get_records(ProvDerivation)}
    assert (passage, f"{passage}:relay:1") in pairs
    assert (f"{passage}:relay:1", f"{passage}:said") in pairs
    attributed = {(str(r.args[0].uri), str(r.args[1].uri)) for r in document.get_records(ProvAttribution)}
    assert (f"{passage}:relay:1", "urn:kildespor:register:ntb") in attributed


def test_direct_is_quoted_indirect_derived_and_hearsay_has_no_primary_source() -> None:
    found = graph(prov(FERJA))
    direct, indirect = (attribution_iri(FERJA, a) for a in FERJA.attributions)
    assert found.value(direct, PROV.wasQuotedFrom)
    assert found.value(direct, PROV.hadPrimarySource)
    assert found.value(indirect, PROV.wasDerivedFrom)
    assert not found.value(indirect, PROV.wasQuotedFrom)
    assert not found.value(indirect, PROV.hadPrimarySource)
    assert found.value(indirect, OWN.hearsay) == Literal("skal ha")


def test_what_nobody_is_named_for_is_derived_from_nothing() -> None:
    nobody = msgspec.structs.replace(
        FERJA.attributions[1], source=(), entity=None, source_id=None, source_kind="unstated"
    )
    found = graph(prov(msgspec.structs.replace(FERJA, attributions=(nobody,))))
    passage = attribution_iri(FERJA, nobody)
    assert not found.value(passage, PROV.wasDerivedFrom)
    assert not found.value(passage, PROV.hadPrimarySource)
    assert faults(found, "prov") == ""


def test_a_document_is_an_entity_and_an_agent_of_nothing() -> None:
    report = with_source(Source(id="s1", name="rapporten", type="document", mentions=()))
    found = graph(prov(report))
    document = URIRef("urn:kildespor:article:5f0c2ab81d7e4493a6b0:source:s1")
    assert (document, RDF.type, PROV.Entity) in found
    assert found.value(attribution_iri(report, report.attributions[0]), PROV.hadPrimarySource) == document
    assert not list(found.subjects(PROV.wasAttributedTo, document))
    assert faults(found, "prov") == ""


def test_a_time_is_a_time_of_generation_and_a_month_is_not() -> None:
    moment = one(graph(prov(FERJA)).objects(URIRef("https://kystposten.example/ferja"), PROV.generatedAtTime))
    assert moment.toPython().isoformat() == "2023-03-14T18:05:00+01:00"
    article = msgspec.structs.replace(FERJA.article, published="2023-03")
    coarse = graph(prov(msgspec.structs.replace(FERJA, article=article)))
    assert not list(coarse.subject_objects(PROV.generatedAtTime))
    assert any(str(issued) == "2023-03" for issued in coarse.objects(URIRef(article_iri(article))))


@given(lawful())
@settings(max_examples=40)
def test_prov_keeps_texts_and_offsets_of_any_report(report: Report) -> None:
    found = graph(prov(report))
    for attribution in report.attributions:
        passage = attribution_iri(report, attribution)
        assert str(found.value(passage, PROV.value, default="")) == words_of(report.article.text, attribution.content)
        places = {str(place) for place in found.objects(passage, OWN.span)}
        assert places == {f"char={start},{end}" for start, end in attribution.content}
        assert float(found.value(passage, OWN.confidence)) == attribution.confidence


# schema.org


@pytest.mark.parametrize("name", NAMES)
def test_schema_org_conforms_to_the_shapes(name: str) -> None:
    assert faults(graph(schema_org(annotated(name))), "schema-org") == ""


def test_a_direct_attribution_is_a_quotation_and_an_indirect_one_a_claim() -> None:
    report = annotated("nob__syn-a01")
    found = graph(schema_org(report))
    wanted = {"direct": {SCHEMA.Quotation}, "indirect": {SCHEMA.Claim}, "mixed": {SCHEMA.Quotation, SCHEMA.Claim}}
    for attribution in report.attributions:
        node = attribution_iri(report, attribution)
        assert set(found.objects(node, RDF.type)) == wanted[attribution.kind]
        speaker = found.value(node, SCHEMA.spokenByCharacter) or found.value(node, SCHEMA.author)
        if attribution.entity:
            assert str(found.value(speaker, SCHEMA.name)) == attribution.entity


def test_what_a_source_denies_is_not_its_claim() -> None:
    denied = msgspec.structs.replace(FERJA.attributions[1], polarity="denies")
    report = msgspec.structs.replace(FERJA, attributions=(denied,))
    found = graph(schema_org(report))
    node = attribution_iri(report, denied)
    assert not list(found.objects(node, SCHEMA.author))
    assert str(found.value(found.value(node, SCHEMA.mentions), SCHEMA.name)) == "VG"
    assert OWN.denies in set(found.objects(node, SCHEMA.additionalType))
    assert faults(found, "schema-org") == ""


def test_relays_are_a_chain_of_works_down_to_the_document() -> None:
    relays = tuple(Relay(source=(), cue=(), entity=name) for name in ("TASS", "AFP"))
    report = with_source(Source(id="s1", name="rapporten", type="document", mentions=()), relays=relays)
    found = graph(schema_org(report))
    step = found.value(attribution_iri(report, report.attributions[0]), SCHEMA.isBasedOn)
    names = []
    while step:
        names.append(str(found.value(step, SCHEMA.creator) or found.value(step, SCHEMA.name)))
        step = found.value(step, SCHEMA.isBasedOn)
    assert names == ["AFP", "TASS", "rapporten"]
    assert faults(found, "schema-org") == ""


def test_a_published_month_is_no_date_of_schema_org() -> None:
    for published, wanted in (("2023-03-14", "2023-03-14"), ("2023-03", None), ("2023-03-14/2023-03-15", None)):
        article = msgspec.structs.replace(FERJA.article, published=published)
        document = schema_org(msgspec.structs.replace(FERJA, article=article))
        assert document["@graph"][0].get("datePublished") == wanted


@given(lawful())
@settings(max_examples=40)
def test_schema_org_keeps_the_texts_of_any_report(report: Report) -> None:
    found = graph(schema_org(report))
    article = URIRef(article_iri(report.article))
    assert str(found.value(article, SCHEMA.articleBody, default="")) == report.article.text
    for attribution in report.attributions:
        text = found.value(attribution_iri(report, attribution), SCHEMA.text, default="")
        assert str(text) == words_of(report.article.text, attribution.content)


# Web Annotation


@pytest.mark.parametrize("name", NAMES)
def test_web_annotations_conform_to_the_shapes(name: str) -> None:
    assert faults(graph(web_annotation(annotated(name))), "web-annotation") == ""


def pointed_at(found: Graph) -> list[tuple[str, int, int, str, str, str, str]]:
    """Role, start, end, prefix, exact, suffix and article of every annotation, in the order of the page."""
    page = found.value(None, RDF.type, AS.OrderedCollectionPage)
    items = Collection(found, found.value(page, AS["items"])) if page else []
    marks = []
    for annotation in items:
        target = found.value(annotation, OA.hasTarget)
        selectors = {found.value(s, RDF.type): s for s in found.objects(target, OA.hasSelector)}
        position, quote = selectors[OA.TextPositionSelector], selectors[OA.TextQuoteSelector]
        role = one(
            found.value(body, RDF.value)
            for body in found.objects(annotation, OA.hasBody)
            if found.value(body, OA.hasPurpose) == OA.classifying
        )
        offsets = (found.value(position, OA[edge]).toPython() for edge in ("start", "end"))
        words = (str(found.value(quote, OA[part])) for part in ("prefix", "exact", "suffix"))
        marks.append((str(role), *offsets, *words, str(found.value(target, OA.hasSource))))
    return marks


def spans_of(report: Report) -> Counter[tuple[str, int, int]]:
    """Role, start and end of every span of a report."""
    found: Counter[tuple[str, int, int]] = Counter()
    for attribution in report.attributions:
        for role in ("content", "cue", "source", "hearsay", "addressee", "refers_to"):
            found.update((role, *span) for span in getattr(attribution, role))
        for relay in attribution.relays:
            found.update(("relay source", *span) for span in relay.source)
            found.update(("relay cue", *span) for span in relay.cue)
    found.update(("statement", *statement.span) for statement in report.statements)
    found.update(("mention", *span) for source in report.sources for span in source.mentions)
    found.update(("date", *date.span) for date in report.dates)
    return found


@given(lawful())
@settings(max_examples=40)
def test_web_annotations_point_at_every_span_of_any_report(report: Report) -> None:
    text = report.article.text
    marks = pointed_at(graph(web_annotation(report)))
    assert Counter(mark[:3] for mark in marks) == spans_of(report)
    for _, start, end, prefix, exact, suffix, article in marks:
        assert exact == text[start:end]
        assert text[:start].endswith(prefix)
        assert text[end:].startswith(suffix)
        assert (len(prefix), len(suffix)) == (min(AROUND, start), min(AROUND, len(text) - end))
        assert article == article_iri(report.article)


def test_annotations_link_to_the_attribution_and_identify_the_party() -> None:
    found = graph(web_annotation(FERJA))
    prefix = "urn:kildespor:article:5f0c2ab81d7e4493a6b0"
    relay = URIRef(f"{prefix}:annotation:attribution:a1:relay:1:source:1")
    about = {found.value(b, OA.hasPurpose): found.value(b, OA.hasSource) for b in found.objects(relay, OA.hasBody)}
    assert about[OA.linking] == URIRef(f"{prefix}:attribution:a1")
    assert about[OA.identifying] == URIRef("urn:kildespor:register:ntb")


def test_a_report_without_spans_is_an_empty_collection() -> None:
    empty = Report(model="m", article=Article(id="x", text=""), attributions=())
    document = web_annotation(empty)
    assert document["total"] == 0
    assert "first" not in document
    assert faults(graph(document), "web-annotation") == ""


# IPTC ninjs


@pytest.mark.parametrize("name", NAMES)
def test_ninjs_is_valid_and_names_the_sources(name: str) -> None:
    report = annotated(name)
    document = ninjs(report)
    NINJS.validate(document)
    for role, wanted in (
        ("publisher", {"NTB"}),
        ("source", {a.entity for a in report.attributions if a.entity}),
        ("relay", {relay.entity for a in report.attributions for relay in a.relays if relay.entity}),
    ):
        assert wanted <= {source["name"] for source in document["infoSources"] if source["role"] == role}


@pytest.mark.parametrize(
    "wrong",
    [
        {"uri": "ikke en adresse"},
        {"uri": "urn:x:y", "contentCreated": "2023-03-14T18:05:00"},
        {"uri": "urn:x:y", "infosources": []},
        {"type": "text"},
    ],
)
def test_the_schema_of_ninjs_objects_to_what_ninjs_does_not_allow(wrong: dict[str, Any]) -> None:
    assert not NINJS.is_valid(wrong)


def test_ninjs_has_each_source_once_and_documents_and_places_apart() -> None:
    twice = msgspec.structs.replace(FERJA, attributions=FERJA.attributions * 2)
    assert ninjs(twice)["infoSources"] == ninjs(FERJA)["infoSources"]
    for type_, field in (("document", "objects"), ("image", "objects"), ("post", "objects"), ("place", "places")):
        document = ninjs(with_source(Source(id="s1", name="Kleivane", type=type_, mentions=())))
        NINJS.validate(document)
        assert [(entry["name"], entry["rel"]) for entry in document[field]] == [("Kleivane", "source")]
        assert "Kleivane" not in {source["name"] for source in document["infoSources"]}


def test_the_agency_of_a_picture_is_credited_for_no_text() -> None:
    pictured = msgspec.structs.replace(FERJA, article=msgspec.structs.replace(FERJA.article, credit=("foto: AFP",)))
    for form in (prov, ninjs):
        assert "AFP" not in json.dumps(form(pictured))
    nodes = schema_org(pictured)["@graph"]
    assert [node["creditText"] for node in nodes if "AFP" in json.dumps(node)] == ["foto: AFP"]


@given(lawful())
@settings(max_examples=60)
def test_ninjs_of_any_report_is_valid_and_keeps_the_text(report: Report) -> None:
    document = json.loads(json.dumps(ninjs(report)))
    NINJS.validate(document)
    assert document["bodies"][0]["value"] == report.article.text
    assert document["altIds"][0]["value"] == report.article.id


# The checks themselves, and what the documentation shows


@pytest.mark.parametrize(
    ("form", "shapes", "triple"),
    [
        (prov, "prov", (None, RDF.type, PROV.Agent)),
        (prov, "prov", (None, OWN.confidence, None)),
        (prov, "prov", (None, PROV.hadMember, None)),
        (schema_org, "schema-org", (None, RDF.type, SCHEMA.Person)),
        (schema_org, "schema-org", (None, SCHEMA.appearance, None)),
        (web_annotation, "web-annotation", (None, OA.hasSource, None)),
        (web_annotation, "web-annotation", (None, OA.exact, None)),
        (web_annotation, "web-annotation", (None, OA.start, None)),
    ],
)
def test_the_shapes_object_when_something_is_missing(form: Any, shapes: str, triple: tuple[Any, ...]) -> None:
    found = graph(form(FERJA))
    assert faults(found, shapes) == ""
    found.remove(triple)
    assert faults(found, shapes)


@given(lawful())
@settings(max_examples=12)
def test_any_report_conforms_to_the_shapes(report: Report) -> None:
    assert faults(graph(prov(report)), "prov") == ""
    assert faults(graph(schema_org(report)), "schema-org") == ""
    assert faults(graph(web_annotation(report)), "web-annotation") == ""


def test_the_shapes_object_to_a_derivation_in_a_circle() -> None:
    found = graph(prov(FERJA))
    passage = attribution_iri(FERJA, FERJA.attributions[0])
    found.add((found.value(passage, PROV.hadPrimarySource), PROV.wasDerivedFrom, passage))
    assert "derived from itself" in faults(found, "prov")


def test_wikidata_is_the_same_thing() -> None:
    report = with_source(Source(id="s1", name="Kari Lund", type="person", mentions=(), wikidata="Q9531"))
    wikidata = URIRef("http://www.wikidata.org/entity/Q9531")
    assert list(graph(prov(report)).subjects(OWL.sameAs, wikidata))
    assert list(graph(schema_org(report)).subjects(SCHEMA.sameAs, wikidata))


def examples(heading: str) -> list[Any]:
    """The JSON examples under a heading of the documentation."""
    section = re.split(r"^## ", PAGE.split(f"\n## {heading}\n", 1)[1], flags=re.MULTILINE)[0]
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", section, flags=re.DOTALL)]


def test_the_examples_of_the_documentation_are_what_comes_out() -> None:
    assert {"@context": prov(FERJA)["@context"], "@graph": examples("W3C PROV")[0]} == prov(FERJA)
    assert examples("schema.org") == [schema_org(FERJA)]
    assert examples("IPTC ninjs") == [ninjs(FERJA)]
    annotations = web_annotation(FERJA)
    annotations["first"]["items"] = annotations["first"]["items"][:1]
    assert examples("W3C Web Annotation") == [annotations]


def test_the_query_of_the_documentation_finds_the_article_that_rests_on_ntb() -> None:
    query = re.search(r"```sparql\n(.*?)```", PAGE, flags=re.DOTALL)[1]
    found = graph(prov(FERJA)) + graph(prov(annotated("swe__syn-c01", outlet=None)))
    answers = found.query(query, initNs={"prov": PROV})
    assert {str(row.article) for row in answers} == {"https://kystposten.example/ferja"}


def with_source(source: Source, relays: tuple[Relay, ...] = ()) -> Report:
    """The report of the ferry with one attribution, whose source is ``source``."""
    attribution = msgspec.structs.replace(FERJA.attributions[0], source_id=source.id, entity=source.name, relays=relays)
    return msgspec.structs.replace(FERJA, attributions=(attribution,), sources=(source,))
