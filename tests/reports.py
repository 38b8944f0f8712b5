"""Reports for the tests of what comes out: made from annotated articles, and any report at all."""

import json
from pathlib import Path

from hypothesis import strategies as st

from kildespor.model import (
    Article,
    Attribution,
    DateExpression,
    Flag,
    Relay,
    Report,
    Source,
    Statement,
    Why,
)
from kildespor.sources.recount import through

WRITTEN = Path(__file__).parent / "data" / "written"


def annotated(name: str, *, outlet: str | None = "NTB") -> Report:
    """Return the report that the gold annotation of an article in ``data/written`` amounts to."""
    text = (WRITTEN / f"{name}.txt").read_text(encoding="utf-8")
    gold = json.loads((WRITTEN / f"{name}.json").read_text(encoding="utf-8"))
    people: dict[str, str] = {}
    for attribution in gold["attributions"]:
        for spoken in (attribution, *attribution["relays"]):
            if spoken["entity"]:
                people.setdefault(spoken["entity"], f"s{len(people) + 1}")
    attributions = tuple(_attribution(entry, people) for entry in gold["attributions"])
    return Report(
        model="gold",
        article=Article(
            id=name,
            text=text,
            file=f"{name}.txt",
            title=text.split("\n", 1)[0],
            outlet=outlet,
            published="2023-03-14",
            language=gold["language"],
            credit=("NTB",),
        ),
        attributions=attributions,
        statements=_statements(text, attributions),
        sources=tuple(_source(name, key, text, attributions) for name, key in people.items()),
    )


def _spans(entry: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in entry)


def _attribution(entry: dict, people: dict[str, str]) -> Attribution:
    return Attribution(
        id=entry["id"],
        content=_spans(entry["content"]),
        cue=_spans(entry["cue"]),
        source=_spans(entry["source"]),
        entity=entry["entity"],
        source_id=people.get(entry["entity"]),
        source_kind=entry["source_kind"],
        kind=entry["kind"],
        act=entry["act"],
        hearsay=_spans(entry["hearsay"]),
        addressee=_spans(entry["addressee"]),
        relays=tuple(
            Relay(
                source=_spans(relay["source"]),
                cue=_spans(relay["cue"]),
                entity=relay["entity"],
                source_id=people.get(relay["entity"]),
            )
            for relay in entry["relays"]
        ),
        confidence=0.9,
        why=Why(anchor="cue" if entry["cue"] else "quote", by="model", score=0.9),
    )


def _statements(text: str, attributions: tuple[Attribution, ...]) -> tuple[Statement, ...]:
    """Take each line that no content touches as said by the outlet itself."""
    spans, start = [], 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip() and not any(s < end and e > start for a in attributions for s, e in a.content):
            spans.append((start, end))
        start = end + 1
    return tuple(Statement(id=f"t{n}", span=span) for n, span in enumerate(spans, start=1))


def _source(name: str, key: str, text: str, attributions: tuple[Attribution, ...]) -> Source:
    own = [a for a in attributions if a.entity == name]
    media = ("NTB", "BBC", "AFP", "TASS", "VTV", "Velpress", "Reuters", "NRK", "AP")
    return Source(
        id=key,
        name=name,
        type="agency" if name in media else "person",
        mentions=tuple(span for a in own for span in a.source),
        direct=sum(a.kind == "direct" for a in own),
        indirect=sum(a.kind == "indirect" for a in own),
        through=through(own),
        flags=(Flag(flag="state", why="Eid av staten Velania"),) if name == "VTV" else (),
    )


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--",
    "-->",
    "]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "<a href='javascript:alert(1)'>x</a>",
    "</span></p></article>",
    "&#13;&amp;&nbsp;",
    '=HYPERLINK("http://x")',
    "@SUM(1)",
    "\x1b[31mred\x1b[0m",
)

words = st.text(
    alphabet=st.one_of(
        st.sampled_from("aæøå .,–«»\"'<>&\n\r\t=-;"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
    ),
    max_size=40,
)
texts = st.lists(st.one_of(words, st.sampled_from(HOSTILE), st.sampled_from(["\n", "\n\n", "\r\n"])), max_size=12).map(
    "".join
)
names = st.one_of(st.none(), words, st.sampled_from(HOSTILE))


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Any report that the types allow over any text: spans nest, overlap, touch, are empty, name nobody."""
    text = draw(texts)
    cut = st.integers(0, len(text))
    span = st.tuples(cut, cut).map(lambda ends: (min(ends), max(ends)))
    spans = st.lists(span, max_size=3).map(lambda found: tuple(sorted(found)))
    ids = st.one_of(st.none(), st.sampled_from(["s1", "s2", "s3"]), st.sampled_from(HOSTILE))
    relay = st.builds(Relay, source=spans, cue=spans, entity=names, source_id=ids)
    score = st.floats(0, 1)
    attribution = st.builds(
        Attribution,
        id=st.one_of(st.sampled_from(["a1", "a2"]), words, st.sampled_from(HOSTILE)),
        content=spans,
        cue=spans,
        source=spans,
        entity=names,
        source_id=ids,
        hearsay=spans,
        addressee=spans,
        refers_to=spans,
        relays=st.lists(relay, max_size=3).map(tuple),
        when=names,
        confidence=score,
        why=st.builds(Why, by=st.one_of(words, st.sampled_from(HOSTILE)), score=score),
    )
    flag = st.builds(Flag, why=st.one_of(words, st.sampled_from(HOSTILE)))
    source = st.builds(
        Source,
        id=st.sampled_from(["s1", "s2", "s3"]),
        name=st.one_of(words, st.sampled_from(HOSTILE)),
        mentions=spans,
        described_as=st.lists(words, max_size=2).map(tuple),
        flags=st.lists(flag, max_size=2).map(tuple),
        through=st.lists(words, max_size=2).map(tuple),
    )
    article = st.builds(
        Article,
        id=words,
        text=st.just(text),
        file=names,
        title=st.one_of(names, st.just(text.split("\n", 1)[0])),
        outlet=names,
        url=names,
        byline=names,
        published=names,
        credit=st.lists(words, max_size=2).map(tuple),
    )
    return draw(
        st.builds(
            Report,
            model=words,
            article=article,
            attributions=st.lists(attribution, max_size=5).map(tuple),
            statements=st.lists(st.builds(Statement, id=words, span=span), max_size=3).map(tuple),
            sources=st.lists(source, max_size=3).map(tuple),
            dates=st.lists(st.builds(DateExpression, span=span, edtf=words), max_size=3).map(tuple),
        )
    )
