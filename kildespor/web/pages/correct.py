"""The page on which an archived article is corrected: judge its attributions, mend them, add one, take one back."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kildespor.archive import Archive, LastCorrection, Version
from kildespor.archive.judge import NoTime
from kildespor.errors import UsageError
from kildespor.export.chain import confidence_words, quoted
from kildespor.export.marked import Card
from kildespor.messages import Words
from kildespor.model import Attribution
from kildespor.web.marking import (
    CHOSEN,
    MOST_RELAYS,
    ROLES,
    NotThere,
    changes_of,
    fields_of,
    new_attribution,
)
from kildespor.web.refusals import said
from kildespor.web.service import service_of
from kildespor.web.shell import page, words_for
from kildespor.web.view import view_of

CHOICES = {
    "source_kind": ("named", "unnamed", "unstated"),
    "kind": ("direct", "indirect", "mixed"),
    "act": ("say", "think", "ask", "promise", "show"),
    "polarity": ("asserts", "denies", "questions"),
}
FIELDS = 2 * len(ROLES) + len(CHOSEN) + 5 * MOST_RELAYS + 8
"""Fields that the form can have, some to spare."""


class Entry(Struct, frozen=True):
    """An attribution in the list: its card, its id, the mark of how it stands, and what has been judged of it."""

    card: Card
    id: str
    seen: str
    state: str
    judged: bool


class Rejected(Struct, frozen=True):
    """An attribution that has been rejected: its id, its words, and who was given as its source."""

    id: str
    content: str
    entity: str | None


async def show(request: Request) -> Response:
    """The article, the list of its attributions, and a form for one of them or for a new one."""
    return await _page(request)


async def correct(request: Request) -> Response:
    """Do what a form asks for and go back to the page."""
    article = request.path_params["key"]
    async with request.form(max_files=0, max_fields=FIELDS, max_part_size=_room(request)) as sent:
        form = {name: value.replace("\r\n", "\n") for name, value in sent.items() if isinstance(value, str)}
    try:
        place = await service_of(request).ask(lambda archive: _done(archive, article, form))
    except UsageError as error:
        return await _page(request, form=form, error=error)
    return RedirectResponse(f"/article/{article}/correct{place}", 303)


def _done(archive: Archive, article: str, form: Mapping[str, str]) -> str:
    """Do it; return where on the page to go on."""
    version = _version(archive, article)
    of, what = form.get("of", ""), form.get("do", "")
    if what == "undo":
        last = form.get("number", "")
        archive.undo(article, int(last) if last.isdecimal() and len(last) < 19 else 0)
        return "#all"
    if what == "add":
        archive.mark(article, new_attribution(changes_of(form, version.report.article.text)))
        return "#all"
    if what == "restore":
        archive.correct(article, of, "accept")
        return "#all"
    number, attribution = _attribution(version, of)
    if form.get("seen") != _seen(attribution):
        raise UsageError("Somebody has corrected this attribution since. Look at it anew.")
    if what == "amend":
        changes = changes_of(form, version.report.article.text)
        if any(getattr(attribution, name) != value for name, value in _compared(changes, attribution).items()):
            archive.correct(article, of, "amend", **msgspec.to_builtins(changes))
    elif what in ("accept", "reject"):
        archive.correct(article, of, "accept" if what == "accept" else "reject")
    else:
        raise UsageError("The form says nothing that can be done here.")
    return f"#c{number}"


def _compared(changes: dict[str, object], attribution: Attribution) -> dict[str, object]:
    """The changes as the attribution would have them: whose id a relay has is not the form's to say."""
    bare = tuple(msgspec.structs.replace(relay, source_id=None) for relay in attribution.relays)
    same = bare == changes["relays"]
    return changes | ({"relays": attribution.relays} if same else {})


def _seen(attribution: Attribution) -> str:
    """A mark of an attribution as it stands, by which to tell whether it has been changed since."""
    return hashlib.sha256(msgspec.json.encode(attribution)).hexdigest()[:16]


def _version(archive: Archive, article: str) -> Version:
    try:
        return next(version for version in archive.versions(article) if version.article == article)
    except UsageError as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from None


def _attribution(version: Version, of: str) -> tuple[int, Attribution]:
    """The attribution of the corrected report with that id, and its number in it."""
    for number, one in enumerate(version.report.attributions, start=1):
        if one.id == of:
            return number, one
    raise UsageError("This attribution is no longer there. Look at the article anew.")


async def _page(
    request: Request, *, form: Mapping[str, str] | None = None, error: UsageError | None = None
) -> Response:
    article = request.path_params["key"]

    def find(archive: Archive) -> tuple[Version, LastCorrection | None]:
        return _version(archive, article), archive.last_correction(article)

    version, last = await service_of(request).ask(find)
    return await run_in_threadpool(_shown, request, version, last, form, error)


def _shown(
    request: Request,
    version: Version,
    last: LastCorrection | None,
    form: Mapping[str, str] | None,
    error: UsageError | None,
) -> Response:
    words, report = words_for(request), version.report
    of = form.get("of", "") if form else request.query_params.get("of", "")
    edited = next((one for one in report.attributions if one.id == of), None)
    if of and edited is None and error is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, "This article has no such attribution.")
    fields = fields_of(edited, report.article.text)
    if form and form.get("do") in ("add", "amend"):
        fields |= {name: value for name, value in form.items() if name in fields or name.startswith("relay_")}
    view = view_of(report, words)
    entries = [
        Entry(card, one.id, _seen(one), _state(version, one, words), one.id in version.corrections)
        for card, one in zip(view.cards, report.attributions, strict=True)
    ]
    return page(
        request,
        "correct.html.j2",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
        view=view,
        here=request.url.path,
        article=request.url.path.removesuffix("/correct"),
        entries=entries,
        rejected=_rejected(version),
        edited=next((entry for entry in entries if edited and entry.id == edited.id), None),
        fields=fields,
        relays=sum(name.startswith("relay_") and name.endswith("_entity") for name in fields),
        choices=CHOICES,
        names=sorted({source.name for source in report.sources}),
        last=last,
        error=said(str(error), words) if error else None,
        wrong=error.field if isinstance(error, NotThere | NoTime) else None,
    )


def _state(version: Version, attribution: Attribution, words: Words) -> str:
    correction = version.corrections.get(attribution.id)
    return words(f"archive.{correction.verdict}") if correction else confidence_words(attribution.confidence, words)


def _rejected(version: Version) -> list[Rejected]:
    text = version.report.article.text
    return [
        Rejected(id_, quoted(text, c.original.content or c.original.cue), c.original.entity)
        for id_, c in version.corrections.items()
        if c.verdict == "reject"
    ]


def _room(request: Request) -> int:
    # A character is four bytes at most.
    return 4 * service_of(request).settings.longest + 1000


routes = [
    Route("/article/{key}/correct", show),
    Route("/article/{key}/correct", correct, methods=["POST"]),
]
