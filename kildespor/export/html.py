"""A report as one self-contained page: the article with its spans marked, a card with the chain of each attribution."""

import base64
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from kildespor.export.chain import article_line, counts_words, flag_why, quoted, relay_counts, summary_line, time_words
from kildespor.export.marked import BASES, blocks_of, cards_of, title_line, web_address
from kildespor.export.set_text import set_text
from kildespor.language.codes import BCP47
from kildespor.messages import Words
from kildespor.model import Report

PAGE = Path(__file__).parent / "page"


def html(report: Report, *, words: Words, why: bool = False) -> str:
    """Return a whole HTML page that asks nothing of any other address; ``why`` adds to each card what decided.

    The text of the element ``#text`` is the article's text, character by character (NUL, which HTML cannot hold, as
    U+FFFD).
    """
    cards = cards_of(report, words, why=why)
    relays = relay_counts(report)
    script = (PAGE / "page.js").read_text(encoding="utf-8")
    return _template().render(
        words=words,
        report=report,
        article=report.article,
        language=BCP47[report.article.language] if report.article.language else None,
        link=web_address(report.article.url),
        article_line=article_line(report, words),
        summary_line=summary_line(report, words),
        blocks=blocks_of(report, cards),
        titled=title_line(report) is not None,
        cards=cards,
        bases=BASES,
        counts=Counter(card.basis for card in cards),
        sources=[(source, counts_words(source, relays, words)) for source in report.sources],
        flag_why=flag_why,
        dates=[(quoted(report.article.text, (date.span,)), time_words(date.edtf, words)) for date in report.dates],
        style=Markup((PAGE / "page.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined)
    environment.globals["set_text"] = set_text
    return environment.get_template("page.html.j2")
