"""A story as text for the terminal: each claim with its verdict, who tells it, and who has what from whom."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from kildespor.export.chain import ARROW, date_words, one_line, shorten
from kildespor.messages import Words
from kildespor.stories.model import Claim, ClaimReport, Link, Story
from kildespor.stories.verdict import moment, verdict

if TYPE_CHECKING:
    from kildespor.archive.stories import StoryLine

LONGEST = 160


def story_text(story: Story, words: Words, width: int, *, alone: bool = False) -> str:
    """A story as text. Claims of a single article are shown only with ``alone``."""
    if not story.articles:
        return words("story.nothing") + "\n"
    claims = [c for c in story.claims if alone or _shared(c)]
    shared = sum(map(_shared, claims))
    head = " · ".join([words("story.articles", n=len(story.articles)), words("story.claims", n=shared)])
    parts = [one_line(story.title), head, "", words("story.who_from_whom") + ":", *tree(story, words), ""]
    for claim in claims:
        parts += [*_claim(claim, story, words, width), ""]
    return "\n".join(parts)


def list_text(lines: "Sequence[StoryLine]", words: Words) -> str:
    """An archive's stories, two lines each: the title, then how many articles, by whom, since when."""
    if not lines:
        return words("story.nothing") + "\n"
    return "".join(
        f"{one_line(line.title or line.articles[0])}\n"
        f"  {words('story.articles', n=len(line.articles))} · {', '.join(map(one_line, line.outlets))} · "
        f"{_when(line.first, words)} – {_when(line.last, words)} · {line.articles[0]}\n"
        for line in lines
    )


def _when(published: str | None, words: Words) -> str:
    return date_words(published, words) if published else "?"


def _shared(claim: Claim) -> bool:
    return len({r.article for r in claim.reports}) > 1


def _claim(claim: Claim, story: Story, words: Words, width: int) -> Iterator[str]:
    yield textwrap.fill(f"{claim.id}  {shorten(one_line(claim.text), LONGEST)}", width, subsequent_indent="    ")
    for sentence in verdict(claim, story, words):
        yield textwrap.fill(sentence, width, initial_indent="    ", subsequent_indent="    ")
    for report in outermost(claim.reports):
        mark = {"asserts": "+", "denies": "–", "questions": "?"}[report.polarity]
        chain = ARROW.join(one_line(name) for name in report.chain)
        line = f"{mark} {moment(story.article(report.article), story, words)}: {chain}"
        yield textwrap.fill(line, width, initial_indent="      ", subsequent_indent="        ")


def outermost(reports: tuple[ClaimReport, ...]) -> tuple[ClaimReport, ...]:
    """The reports that lie in no other of the same claim, in order."""
    return tuple(
        r
        for r in reports
        if not any(
            o is not r and o.article == r.article and o.span[0] <= r.span[0] and r.span[1] <= o.span[1] for o in reports
        )
    )


def tree(story: Story, words: Words) -> Iterator[str]:
    """Who has what from whom as an indented list, each article below what it has most from; others stand behind it."""
    ids = [a.id for a in story.articles]
    main: dict[str, Link] = {}
    for link in sorted(story.links, key=lambda x: (x.how != "copy", -x.share)):
        if link.here and ids.index(link.source) < ids.index(link.article):
            main.setdefault(link.article, link)
    by_time = {id_: n for n, id_ in enumerate(ids)}

    def below(parent: str | None, depth: int) -> Iterator[str]:
        for id_ in ids:
            if (main[id_].source if id_ in main else None) == parent:
                others = [x for x in story.links if x.article == id_ and x is not main.get(id_)]
                names = [
                    moment(story.article(x.source), story, words) if x.here else one_line(x.source) for x in others
                ]
                how = f" ({words(f'story.{main[id_].how}')})" if id_ in main else ""
                also = f"  ← {', '.join(names)}" if names else ""
                yield f"  {'  ' * depth}{moment(story.article(id_), story, words)}{how}{also}"
                yield from below(id_, depth + 1)

    if by_time:
        yield from below(None, 0)
