"""A claim as a graph in SVG: its origins, then the articles in order of time, and arrows from where each has it.

Layout is by layers, as in layered graph drawing (Sugiyama, Tagawa and Toda 1981): an article's layer is one more than
the deepest of those that it has the claim from.
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from msgspec import Struct

from kildespor.export.chain import one_line, shorten
from kildespor.messages import Words
from kildespor.stories.model import Claim, Story
from kildespor.stories.verdict import clock, links_of, origin_name, outlet_name, verdict

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 230, 44, 70, 18, 24
LINE = 16
LONGEST = 34
SIZE = re.compile(r'viewBox="0 0 (\d+) (\d+)"')
COLOURS = {"counts": "#1b5e46", "repeats": "#8a8a8a", "asserts": "#1f3d6e", "denies": "#a3212b", "questions": "#8a6100"}


class Node(Struct, frozen=True):
    """A box: what it says on each line, its colour and its place (layer, row)."""

    lines: tuple[str, ...]
    colour: str
    layer: int
    row: int


def claim_svg(claim: Claim, story: Story, words: Words) -> str:
    """The graph of one claim as an SVG document. Its verdict is the title that a screen reader reads out."""
    nodes = _nodes(claim, story, words)
    arrows = _arrows(claim, story)
    columns = max((n.layer for n in nodes.values()), default=0) + 1
    rows = max((n.row for n in nodes.values()), default=0) + 1
    width, height = MARGIN * 2 + columns * (WIDTH + GAP_X) - GAP_X, MARGIN * 2 + rows * (HEIGHT + GAP_Y) + 30
    said = escape(" ".join(verdict(claim, story, words)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="system-ui, sans-serif" font-size="13">',
        f"<title>{said}</title>",
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>',
        f'<text x="{MARGIN}" y="{MARGIN}" font-weight="600">{escape(shorten(one_line(claim.text), 110))}</text>',
    ]
    parts += [_arrow(nodes[a], nodes[b], dashed) for a, b, dashed in arrows if a in nodes and b in nodes]
    parts += [_box(node) for node in nodes.values()]
    return "\n".join([*parts, "</svg>", ""])


def story_svg(story: Story, words: Words, *, alone: bool = False) -> str:
    """The graphs of a story's claims, one below the other in one SVG document. Claims of a single article are drawn
    only with ``alone``."""
    drawn = [claim_svg(c, story, words) for c in story.claims if alone or len({r.article for r in c.reports}) > 1]
    sizes = [SIZE.search(svg) for svg in drawn]
    widest = max((int(m[1]) for m in sizes if m), default=0)
    y, parts = 0, []
    for svg, m in zip(drawn, sizes, strict=True):
        parts.append(svg.replace("<svg ", f'<svg y="{y}" ', 1))
        y += int(m[2]) if m else 0
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{widest}" height="{y}">\n{"".join(parts)}</svg>\n'


def _nodes(claim: Claim, story: Story, words: Words) -> Mapping[str, Node]:
    layers = _layers(claim, story)
    rows: dict[int, int] = {}
    nodes: dict[str, Node] = {}

    def put(key: str, lines: tuple[str, ...], colour: str) -> None:
        layer = layers[key]
        said = tuple(shorten(one_line(line), LONGEST) for line in lines if line)
        nodes[key] = Node(said, COLOURS[colour], layer, rows.get(layer, 0))
        rows[layer] = rows.get(layer, 0) + 1

    for n, origin in enumerate(claim.origins):
        put(f"o{n}", (origin_name(origin, words),), "counts" if origin.counts else "repeats")
    for article in story.articles:
        stands = [r.polarity for r in claim.reports if r.article == article.id]
        if stands:
            lines = (outlet_name(article), clock(article, story, words))
            put(article.id, lines, "asserts" if "asserts" in stands else stands[0])
    return nodes


def _layers(claim: Claim, story: Story) -> dict[str, int]:
    layers = {f"o{n}": 0 for n in range(len(claim.origins))}
    ids = [a.id for a in story.articles if any(r.article == a.id for r in claim.reports)]
    for id_ in ids:
        above = [layers.get(x.source, 0) for x in links_of(claim, story) if x.article == id_ and x.here]
        layers[id_] = 1 + max(above, default=0)
    return layers


def _arrows(claim: Claim, story: Story) -> list[tuple[str, str, bool]]:
    """From, to, and whether the origin only stands in for one."""
    linked = links_of(claim, story)
    found = [(x.source, x.article, False) for x in linked if x.here]
    passed_on = {x.article for x in linked if x.here}
    for n, origin in enumerate(claim.origins):
        found += [(f"o{n}", id_, not origin.counts) for id_ in origin.articles if id_ not in passed_on]
    return found


def _corner(node: Node) -> tuple[int, int]:
    return MARGIN + node.layer * (WIDTH + GAP_X), MARGIN + 24 + node.row * (HEIGHT + GAP_Y)


def _box(node: Node) -> str:
    x, y = _corner(node)
    box = f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#fff" stroke="{node.colour}" '
    first = y + HEIGHT // 2 + 5 - (len(node.lines) - 1) * LINE // 2
    said = (
        f'<text x="{x + WIDTH // 2}" y="{first + number * LINE}" text-anchor="middle" fill="{node.colour}">'
        f"{escape(line)}</text>"
        for number, line in enumerate(node.lines)
    )
    return f'{box}stroke-width="2"/>{"".join(said)}'


def _arrow(start: Node, end: Node, dashed: bool) -> str:
    (x1, y1), (x2, y2) = _corner(start), _corner(end)
    x1, y1, y2 = x1 + WIDTH, y1 + HEIGHT // 2, y2 + HEIGHT // 2
    bend = max(GAP_X // 2, abs(x2 - x1) // 2)
    dashes = ' stroke-dasharray="5 4"' if dashed else ""
    return (
        f'<path d="M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}" fill="none" stroke="#555"{dashes} '
        'marker-end="url(#arrow)"/>'
    )
