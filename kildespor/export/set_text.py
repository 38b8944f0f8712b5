"""The blocks of an article's text as HTML: its pieces as marked words, the numbers of attributions after them.

It is written here and not as a template because most of a page is this, hundreds of pieces each with many attributes.
"""

from collections.abc import Iterable, Iterator

from markupsafe import Markup, escape

from kildespor.export.marked import Block, Card, Piece
from kildespor.messages import Words


def set_text(blocks: Iterable[Block], words: Words, linked: bool = False) -> Markup:
    """Return the blocks as HTML whose text is the article's. With ``linked`` the words for a source lead to what there
    is on it, and the end of a sentence in the outlet's own voice to what there is on that."""
    return Markup("".join(_set(blocks, words, linked)))


def _set(blocks: Iterable[Block], words: Words, linked: bool) -> Iterator[str]:
    for block in blocks:
        if block.tag:
            yield f'<{block.tag} class="subhead">' if block.subhead else f"<{block.tag}>"
            for piece in block.pieces:
                yield _words(piece, linked)
                if linked and piece.own_ends:
                    yield _voice(piece.own_ends, words)
                yield from (_number(card, words) for card in piece.notes)
            yield f"</{block.tag}>"
        else:
            yield from (kept(piece.text) for piece in block.pieces)
        yield kept(block.line_end)


def _words(piece: Piece, linked: bool) -> str:
    if not piece.text:
        return ""
    whose = linked and piece.whose
    tag = "a" if whose else "span"
    attributes = [f' class="{piece.classes}"'] if piece.classes else []
    if whose:
        attributes.append(f' href="#{escape(whose)}" data-who="{escape(whose)}"')
        attributes += [' tabindex="-1"'] if piece.goes_on else []
    if piece.opens:
        attributes.append(f' data-opens="{piece.opens.number}" data-chain="{escape(piece.opens.chain)}"')
    if linked and piece.own:
        attributes.append(f' data-own="{escape(piece.own)}"')
    if piece.roles:
        attributes.append(f' data-roles="{piece.roles}"')
    return f"<{tag}{''.join(attributes)}>{kept(piece.text)}</{tag}>"


def _voice(statement: str, words: Words) -> str:
    label = escape(words("basis.own"))
    return f'<a class="voice" href="#own" data-own="{escape(statement)}" aria-label="{label}"></a>'


def _number(card: Card, words: Words) -> str:
    n, chain = card.number, escape(card.chain)
    label = escape(words("page.see", n=n, chain=card.chain))
    doubtful = " doubtful" if card.doubtful else ""
    return (
        f'<a class="number {card.basis}{doubtful}" id="n{n}" href="#c{n}" data-number="{n}" data-chain="{chain}" '
        f'aria-label="{label}"></a>'
    )


def kept(text: str) -> Markup:
    """Escape text so that a parser gives it back unchanged: a bare CR would become a line feed. NUL, which HTML
    cannot hold, becomes U+FFFD."""
    return Markup(str(escape(text)).replace("\r", "&#13;").replace("\0", "\ufffd"))
