"""A report in the forms that can be downloaded, the same on a page and through the API."""

import json
from typing import Literal, get_args

from msgspec import Struct

from kildespor.export.stream import linked, written
from kildespor.messages import Words
from kildespor.model import Report

Form = Literal["json", "csv", "html", "text", "prov", "schema-org", "web-annotation", "ninjs"]
FORMS: tuple[Form, ...] = get_args(Form)

MEDIA_TYPES: dict[Form, str] = {
    "json": "application/json",
    "csv": "text/csv",
    "html": "text/html",
    "text": "text/plain",
    "prov": "application/ld+json",
    "schema-org": "application/ld+json",
    "web-annotation": "application/ld+json",
    "ninjs": "application/json",
}
ENDINGS: dict[Form, str] = {
    "json": "json",
    "csv": "csv",
    "html": "html",
    "text": "txt",
    "prov": "prov.jsonld",
    "schema-org": "schema-org.jsonld",
    "web-annotation": "annotations.jsonld",
    "ninjs": "ninjs.json",
}


class File(Struct, frozen=True):
    """What is downloaded."""

    body: str | bytes
    media_type: str
    ending: str


def in_form(report: Report, form: Form, words: Words) -> File:
    """Return a report in a form."""
    return File(_body(report, form, words), MEDIA_TYPES[form], ENDINGS[form])


def _body(report: Report, form: Form, words: Words) -> str:
    match form:
        case "json" | "csv" | "html" | "text":
            return "".join(written([report], form, many=False, words=words, why=True))
        case _:
            return json.dumps(linked(report, form), ensure_ascii=False, indent=2)
