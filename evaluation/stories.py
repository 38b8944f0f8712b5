"""What is made of sets of articles about one event, beside the truth.

usage: python -m evaluation.stories SETS_DIR … [--json]

Each folder of SETS_DIR holds articles, ``articles.json`` and the truth in ``story.json`` (evaluation/stories/README.md
tells the form). The sets are read by the shipped model, told, and scored together:

  links        F1 of (article, derived from) pairs inside the set, whatever the how; copies: those with how = copy
  claims       B-cubed (Bagga and Baldwin 1998) over the gold reports of claims that two or more articles report; a gold
               report belongs to the claim whose report overlaps it best (shared over joint length)
  found        share of gold reports that some report overlaps
  polarity     share of those found with the same polarity; denials: the same over gold reports that deny
  independent  share of gold claims of several articles whose number is right, read off the claim that holds most of its
               asserting reports; more than one: the same where the true number is above one
  guess one    what guessing "one origin" everywhere gets
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kildespor.model import Span
from kildespor.stories import Claim, Story, tell
from kildespor.stories.folder import read_folder


class Share(Struct, frozen=True):
    """So many right of so many."""

    right: float
    of: float

    @property
    def value(self) -> float:
        """The share; 0 of nothing."""
        return self.right / self.of if self.of else 0.0


class Pairs(Struct, frozen=True):
    """Precision and recall of what was found: of those found and of those that there are."""

    precision: Share
    recall: Share

    @property
    def value(self) -> float:
        """F1, their harmonic mean."""
        p, r = self.precision.value, self.recall.value
        return 2 * p * r / (p + r) if p + r else 0.0


class StoryFigures(Struct, frozen=True, kw_only=True):
    """The figures of some sets, as the module says."""

    links: Pairs
    copies: Pairs
    claims: Pairs
    found: Share
    polarity: Share
    denials: Share
    independent: Share
    more_than_one: Share
    guess_one: Share

    def as_dict(self) -> dict[str, float]:
        """Each figure (0-1) by its name."""
        return {name: round(getattr(self, name).value, 3) for name in self.__struct_fields__}


class _Item(Struct, frozen=True):
    """A gold report of a claim of several articles: its claim, the number of the claim that it was found in (None where
    in none), its polarity there and in truth."""

    gold: str
    found: int | None
    polarity: str | None
    truth: str


def score(sets: Iterable[tuple[Path, Story]]) -> StoryFigures:
    """Score stories told of folders against the truth in them."""
    total: Counter[str] = Counter()
    for folder, story in sets:
        truth = json.loads((folder / "story.json").read_text("utf-8"))
        total.update(_links(truth, story))
        shared = [c for c in truth["claims"] if len({r["file"] for r in c["reports"]}) > 1]
        items = [item for c in shared for item in _items(c, folder, story)]
        total.update(_claims(items))
        for claim in shared:
            total.update(_independent(claim, [i for i in items if i.gold == claim["id"]], story.claims))

    def share(right: str, of: str) -> Share:
        return Share(total[right], total[of])

    return StoryFigures(
        links=Pairs(share("links right", "links found"), share("links right", "links")),
        copies=Pairs(share("copies right", "copies found"), share("copies right", "copies")),
        claims=Pairs(share("precision", "reports"), share("recall", "reports")),
        found=share("found", "reports"),
        polarity=share("polarity", "found"),
        denials=share("denials right", "denials"),
        independent=share("exact", "claims"),
        more_than_one=share("many exact", "many"),
        guess_one=share("one", "claims"),
    )


def _links(truth: Mapping[str, Any], story: Story) -> Counter[str]:
    files = {a["file"] for a in truth["articles"]}
    name = {a.id: a.file for a in story.articles}
    gold = {
        (a["file"], d["article"]): d["how"]
        for a in truth["articles"]
        for d in a["derived_from"]
        if d["article"] in files
    }
    found = {(name[x.article], name[x.source]): x.how for x in story.links if x.here}
    copies = {pair for pair, how in gold.items() if how == "copy"}
    found_copies = {pair for pair, how in found.items() if how == "copy"}
    return Counter(
        {
            "links": len(gold),
            "links found": len(found),
            "links right": len(gold.keys() & found.keys()),
            "copies": len(copies),
            "copies found": len(found_copies),
            "copies right": len(copies & found_copies),
        }
    )


def _items(claim: Mapping[str, Any], folder: Path, story: Story) -> Iterable[_Item]:
    file = {a.id: a.file for a in story.articles}
    for report in claim["reports"]:
        text = (folder / report["file"]).read_text("utf-8")
        start = text.find(report["text"])
        if start < 0:
            raise ValueError(f"{folder}: {report['file']} does not hold {report['text']!r}")
        span = start, start + len(report["text"])
        told = [
            (_joint(span, r.span), n, r.polarity)
            for n, c in enumerate(story.claims)
            for r in c.reports
            if file[r.article] == report["file"]
        ]
        best = max(told, default=(0.0, 0, ""), key=lambda found: found[0])
        hit = best[0] > 0
        yield _Item(claim["id"], best[1] if hit else None, best[2] if hit else None, report["polarity"])


def _joint(a: Span, b: Span) -> float:
    """What two spans share over what they cover together."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))


def _claims(items: Sequence[_Item]) -> Counter[str]:
    total: Counter[str] = Counter()
    for item in items:
        same_gold = [x for x in items if x.gold == item.gold]
        # A report that was not found is a claim of its own.
        same_found = [x for x in items if x.found == item.found] if item.found is not None else [item]
        both = sum(x.gold == item.gold for x in same_found)
        right = item.polarity == item.truth
        denies = item.truth == "denies"
        total.update({"reports": 1, "found": item.found is not None, "polarity": right})
        total.update({"denials": denies, "denials right": denies and right})
        total["precision"] += both / len(same_found)  # type: ignore[assignment]
        total["recall"] += both / len(same_gold)  # type: ignore[assignment]
    return total


def _independent(claim: Mapping[str, Any], items: Sequence[_Item], claims: Sequence[Claim]) -> Counter[str]:
    votes = Counter(i.found for i in items if i.found is not None and i.truth != "denies")
    number = claims[votes.most_common(1)[0][0]].independent if votes else 0
    exact, many = number == claim["independent"], claim["independent"] > 1
    return Counter(
        {"claims": 1, "exact": exact, "many": many, "many exact": exact and many, "one": claim["independent"] == 1}
    )


def folders_in(sets: Path) -> list[Path]:
    """The sets in a folder, in order."""
    return sorted(p.parent for p in sets.glob("*/story.json"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    folders = [f for sets in args.sets for f in ([sets] if (sets / "story.json").exists() else folders_in(sets))]
    figures = score((f, tell(read_folder(f))) for f in folders)
    if args.json:
        print(msgspec.json.encode(figures.as_dict()).decode())
        return
    print(f"{len(folders)} sets, {figures.independent.of:.0f} claims of several articles")
    for name in figures.__struct_fields__:
        figure = getattr(figures, name)
        detail = ""
        if isinstance(figure, Pairs):
            detail = f"  P {figure.precision.value:.3f}  R {figure.recall.value:.3f}  (n = {figure.recall.of:.0f})"
        print(f"{name.replace('_', ' '):15} {figure.value:.3f}{detail}")


if __name__ == "__main__":
    main()
