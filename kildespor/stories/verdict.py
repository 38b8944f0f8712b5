"""How a claim stands, in words: how many outlets, how many origins, what that rests on, and what cannot be known."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from kildespor.export.chain import date_words, one_line
from kildespor.messages import Words
from kildespor.model import Article
from kildespor.stories.model import Claim, Link, Origin, Story

AT_MOST = 4
"""Names that are listed; more are left to the graph."""
PLAIN: dict[str, str] = {"copy": "has_copied", "cite": "has_cited", "rewrite": "has_rewritten"}


def verdict(claim: Claim, story: Story, words: Words) -> tuple[str, ...]:
    """The verdict on a claim as sentences, the conclusion first, then its reasons and reservations."""
    sentences = (
        _conclusion(claim, words),
        *_confirmation(claim, words),
        *_path(claim, story, words),
        *_united(claim, words),
        *_repeating(claim, words),
        *_interests(claim, words),
        *_over_time(claim, story, words),
        *(words("story.loop", names=", ".join(loop)) for loop in claim.loops),
        *(words(f"story.{key}") for key in claim.unknown),
    )
    return tuple(dict.fromkeys(map(one_line, sentences)))


def _conclusion(claim: Claim, words: Words) -> str:
    outlets = claim.standing.outlets
    if not outlets:
        return words("story.nobody_asserts")
    counting = [o for o in claim.origins if o.counts]
    head = words("story.outlets", n=outlets)
    if not counting:
        absent = [o for o in claim.origins if o.kind == "outlet elsewhere"]
        tail = words("story.origins", n=1, names=origin_name(absent[0], words)) if absent else words("story.no_origin")
        return f"{head}, {tail}"
    return f"{head}, " + words(
        "story.origins", n=len(counting), names=_listed([origin_name(o, words) for o in counting])
    )


def origin_name(origin: Origin, words: Words) -> str:
    """An origin's name, with what kind it is where that is not plain."""
    match origin.kind:
        case "outlet elsewhere":
            return words("story.elsewhere", name=origin.name)
        case "own observation":
            return words("story.observed", name=origin.name)
        case "unnamed source":
            return words("story.unnamed", name=origin.name)
    return origin.name


def _confirmation(claim: Claim, words: Words) -> Iterator[str]:
    if claim.standing.confirmed:
        yield words("story.confirmed")
    elif claim.standing.outlets > 1:
        yield words("story.unconfirmed")


def _path(claim: Claim, story: Story, words: Words) -> Iterator[str]:
    """Who has it from whom, of the articles that assert it."""
    having = set(claim.articles)
    for link in links_of(claim, story)[:AT_MOST]:
        if link.article in having:
            yield words(
                f"story.{PLAIN[link.how]}",
                outlet=outlet_name(story.article(link.article)),
                source=moment(story.article(link.source), story, words) if link.here else link.source,
            )


def links_of(claim: Claim, story: Story) -> tuple[Link, ...]:
    """The links between the articles that report a claim."""
    having = {r.article for r in claim.reports}
    return tuple(x for x in story.links if x.article in having and (not x.here or x.source in having))


def _united(claim: Claim, words: Words) -> Iterator[str]:
    for origin in claim.origins:
        if origin.counts and len(origin.names) > 1:
            why = ", ".join(words(f"story.{w}") for w in origin.why) or words("story.same")
            yield words("story.as_one", names=_listed(origin.names), why=why)


def _repeating(claim: Claim, words: Words) -> Iterator[str]:
    silent = [n for o in claim.origins if o.kind == "unsourced" for n in o.names]
    if silent and any(o.counts for o in claim.origins):
        yield words("story.repeats", names=_listed(silent))


def _interests(claim: Claim, words: Words) -> Iterator[str]:
    for flag, names in (("party", claim.standing.party), ("state", claim.standing.state)):
        for name in dict.fromkeys(names):
            yield words(f"story.{flag}", name=name)


def _over_time(claim: Claim, story: Story, words: Words) -> Iterator[str]:
    saying = {r.chain[0] for r in claim.reports if r.polarity == "asserts"}
    for key, names in (
        ("denied", [name for name in claim.standing.denied_by if name not in saying]),
        ("said_both", [name for name in claim.standing.denied_by if name in saying]),
    ):
        if names:
            yield words(f"story.{key}", names=_listed(_denying(names, claim, story, words)))
    for change in claim.changes:
        if change.what == "denied" or change.earlier is None:
            continue
        key = "hedge_lost" if change.what == "hedge lost" else "number"
        article, earlier = story.article(change.article), story.article(change.earlier)
        same = outlet_name(article) == outlet_name(earlier)
        outlet, first = ((moment(a, story, words) if same else outlet_name(a)) for a in (article, earlier))
        yield words(f"story.{key}", outlet=outlet, first=first, detail=change.detail)


def _denying(names: Sequence[str], claim: Claim, story: Story, words: Words) -> tuple[str, ...]:
    """Those who deny a claim, each with the article that first tells so."""
    first = {r.chain[0]: r.article for r in reversed(claim.denials)}
    return tuple(f"{name} ({moment(story.article(first[name]), story, words)})" for name in names)


def moment(article: Article, story: Story, words: Words) -> str:
    """An article by its outlet and time, in the article's own time zone: ``NTB 12. juli 2024 kl. 05.12``."""
    return f"{one_line(outlet_name(article))} {clock(article, story, words)}".rstrip()


def clock(article: Article, story: Story, words: Words) -> str:
    """The time of an article in words, in its own time zone; empty where it has none."""
    told = date_words(article.published, words) if article.published else ""
    return f"{told} {zone(article, story)}".strip()


def zone(article: Article, story: Story) -> str:
    """The time zone of an article, as in "UTC+8", where the articles of its story have several: who was first could not
    be seen without; else empty."""
    offsets = {known.utcoffset() for each in story.articles if (known := _known(each))}
    known = _known(article)
    offset = known.utcoffset() if known else None
    if offset is None or len(offsets) < 2:
        return ""
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _known(article: Article) -> datetime | None:
    """The time of publication, where it is known to the hour."""
    try:
        return datetime.fromisoformat(article.published or "") if "T" in (article.published or "") else None
    except ValueError:
        return None


def outlet_name(article: Article) -> str:
    """What an article is called by: its outlet, or else where it comes from."""
    return article.outlet or article.file or article.url or article.id


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:AT_MOST])
    return shown if len(names) <= AT_MOST else f"{shown} … (+{len(names) - AT_MOST})"
