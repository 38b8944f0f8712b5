"""A process that adds articles to an archive and tells of each when it is there: ``adder ADDRESS FIRST LAST``."""

import sys
from collections.abc import Iterator

from msgspec.structs import replace

from kildespor.archive import Archive
from kildespor.model import Report
from tests.reports import annotated


def report(number: int) -> Report:
    """One of any number of articles, each with attributions, sources and relays."""
    made = annotated("nob__syn-a01")
    return replace(
        made, article=replace(made.article, text=f"{made.article.text}\nSak {number}.", file=f"{number}.txt")
    )


def main(address: str, first: str, last: str) -> None:
    articles: Iterator[Report] = (report(number) for number in range(int(first), int(last)))
    with Archive.open(address) as archive:
        for added in archive.add_many(articles):
            print(added.article, added.outcome, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
