"""Two articles side by side, with what differs marked."""

import re
from difflib import SequenceMatcher
from http import HTTPStatus

from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kildespor.errors import UsageError
from kildespor.export.chain import one_line
from kildespor.language.codes import BCP47
from kildespor.messages import Words
from kildespor.model import Report
from kildespor.web.service import service_of
from kildespor.web.shell import page, words_for

LONGEST = 4000
"""Words of an article that are compared; the time taken grows with the square."""

_WORD = re.compile(r"\S+\s*|\s+")


class Side(Struct, frozen=True):
    """An article of the two: pieces of its text in order, each with whether it is in the other one, too."""

    key: str
    title: str
    outlet: str
    language: str | None
    pieces: tuple[tuple[str, bool], ...]


async def compare(request: Request) -> Response:
    """The page of two articles of the archive."""
    one, other = request.path_params["one"], request.path_params["other"]
    try:
        both = await service_of(request).ask(lambda archive: (archive.report(one), archive.report(other)))
    except UsageError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from None
    words = words_for(request)
    sides = await service_of(request).compare(lambda: side_by_side(*both, words))
    return page(request, "compare.html.j2", sides=sides)


def side_by_side(one: Report, other: Report, words: Words) -> tuple[Side, Side]:
    """Cut the texts of two articles at the words where one departs from the other."""
    texts = [_WORD.findall(report.article.text)[:LONGEST] for report in (one, other)]
    bare = [[word.strip() for word in text] for text in texts]
    first: list[tuple[str, bool]] = []
    second: list[tuple[str, bool]] = []
    for what, start, end, other_start, other_end in SequenceMatcher(
        None, bare[0], bare[1], autojunk=False
    ).get_opcodes():
        first.append(("".join(texts[0][start:end]), what == "equal"))
        second.append(("".join(texts[1][other_start:other_end]), what == "equal"))
    return _side(one, first, words), _side(other, second, words)


def _side(report: Report, pieces: list[tuple[str, bool]], words: Words) -> Side:
    article = report.article
    return Side(
        key=article.id,
        title=one_line(article.title or "") or words("article.untitled"),
        outlet=one_line(article.outlet or "") or words("chain.here"),
        language=BCP47[article.language] if article.language else None,
        pieces=tuple(piece for piece in pieces if piece[0]),
    )


routes = [Route("/compare/{one}/{other}", compare)]
