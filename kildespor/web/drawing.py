"""The chains of an article as one drawing: sources on the left, relays between, the article's outlet on the right.

It is laid out as a tree whose root is the outlet, so that chains through the same relay run together there.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from kildespor.export.chain import Basis, shorten
from kildespor.export.marked import BASES, Card

WIDTH = 400
MOST_ROWS = 26
"""Sources drawn; of more, those with most to say."""

NAME_END, SOURCE_AT, FIRST_RELAY, BAR_AT = 166, 178, 240, 396
PITCH, PITCH_RELAYED = 23, 32
TOP = 34
LONGEST_NAME = 26
LETTER = 5.9
"""How wide a letter of a relay's name is on average."""


class Row(Struct, frozen=True, kw_only=True):
    """A source at its height: how many attributions it has along this chain, and the first of them."""

    name: str
    title: str
    basis: Basis
    y: float
    n: int
    number: int
    whose: str | None


class Relay(Struct, frozen=True, kw_only=True):
    """A relay where it stands."""

    name: str
    title: str
    x: float
    y: float


class Line(Struct, frozen=True, kw_only=True):
    """A line from one hand to the next: an SVG path and how many attributions run along it."""

    path: str
    basis: Basis
    weight: int


class Drawing(Struct, frozen=True, kw_only=True):
    """Everything to draw, in units of which the drawing is ``WIDTH`` wide. ``left_out`` sources found no room."""

    width: int
    height: float
    top: float
    bar: float
    outlet: str
    rows: tuple[Row, ...]
    relays: tuple[Relay, ...]
    lines: tuple[Line, ...]
    left_out: int
    name_end: float = NAME_END
    source_at: float = SOURCE_AT


class _Hand(Struct):
    """A source or relay in the tree, with those that it has it from."""

    name: str
    basis: Basis
    cards: list[Card]
    whose: str | None = None
    below: "dict[tuple[str, Basis | None], _Hand]" = field(default_factory=dict)


def drawing_of(cards: Sequence[Card]) -> Drawing | None:
    """Lay out the chains of an article's cards; None where there are none."""
    if not cards:
        return None
    root = _tree(cards)
    leaves = sorted(_leaves(root), key=lambda hand: -len(hand.cards))
    shown = {id(hand) for hand in leaves[:MOST_ROWS]}
    layout = _Layout(shown, max(len(card.links) - 2 for card in cards))
    for hand in _in_order(root):
        layout.place(hand, depth=0)
    return Drawing(
        width=WIDTH,
        height=layout.y + 8,
        top=TOP,
        bar=BAR_AT,
        outlet=shorten(cards[0].links[-1].name, 30),
        rows=tuple(layout.rows),
        relays=tuple(layout.relays),
        lines=tuple(layout.lines),
        left_out=len(leaves) - len(shown),
    )


def _tree(cards: Sequence[Card]) -> _Hand:
    root = _Hand("", "named", [])
    for card in cards:
        at = root
        path = list(zip(card.links[:-1], card.ids, strict=False))
        for link, whose in reversed(path):
            source = link.role == "source"
            key = (link.name, card.basis if source else None)
            if key not in at.below:
                at.below[key] = _Hand(link.name, card.basis, [], whose, {})
            at = at.below[key]
            at.cards.append(card)
    return root


def _leaves(hand: _Hand) -> Iterator[_Hand]:
    for key, below in hand.below.items():
        if key[1] is not None:
            yield below
        yield from _leaves(below)


def _in_order(hand: _Hand) -> list[_Hand]:
    """Those below, by what they rest on, relays after sources, the most heard first."""
    return sorted(hand.below.values(), key=lambda h: (BASES.index(h.basis), bool(h.below), -len(h.cards)))


class _Layout:
    """The drawing as it grows downwards."""

    def __init__(self, shown: set[int], most_relays: int) -> None:
        self.rows: list[Row] = []
        self.relays: list[Relay] = []
        self.lines: list[Line] = []
        self.y = float(TOP)
        self._shown = shown
        self._step = (BAR_AT - FIRST_RELAY) / (most_relays + 0.35) if most_relays else 0.0
        self._room = int(min(self._step or WIDTH, 110) / LETTER)

    def place(self, hand: _Hand, depth: int) -> tuple[float, float] | None:
        """Draw a hand and all below it; return where it stands, None if nothing of it is shown."""
        x = BAR_AT - self._step * (depth + 0.6)
        ends = [(below, at) for below in _in_order(hand) if (at := self.place(below, depth + 1))]
        own = self._row(hand, depth) if id(hand) in self._shown else None
        if not ends:
            if own and depth == 0:
                self._line((SOURCE_AT, own), (BAR_AT, own), hand)
            return (SOURCE_AT, own) if own else None
        y = sum(at[1] for _, at in ends) / len(ends)
        for below, at in ends:
            self._line(at, (x, y), below)
        self.relays.append(Relay(name=shorten(hand.name, max(6, self._room)), title=hand.name, x=x, y=y))
        if depth == 0:
            self._line((x, y), (BAR_AT, y), hand)
        return x, y

    def _row(self, hand: _Hand, depth: int) -> float:
        # A relay's name stands above its line and needs room there.
        y = self.y + (PITCH_RELAYED if depth else PITCH) / 2
        self.y += PITCH_RELAYED if depth else PITCH
        self.rows.append(
            Row(
                name=shorten(hand.name, LONGEST_NAME),
                title=hand.name,
                basis=hand.basis,
                y=y,
                n=len(hand.cards),
                number=hand.cards[0].number,
                whose=hand.whose,
            )
        )
        return y

    def _line(self, start: tuple[float, float], end: tuple[float, float], hand: _Hand) -> None:
        (x1, y1), (x2, y2) = start, end
        middle = (x1 + x2) / 2
        onward = f"H{x2:g}" if y1 == y2 else f"C{middle:g} {y1:g} {middle:g} {y2:g} {x2:g} {y2:g}"
        self.lines.append(Line(path=f"M{x1:g} {y1:g}{onward}", basis=hand.basis, weight=min(4, len(hand.cards))))
