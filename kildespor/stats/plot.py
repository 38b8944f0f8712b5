"""Figures drawn, in SVG or PNG, at the size of a column of a paper or two."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from kildespor.errors import UsageError

if find_spec("matplotlib") is None:
    raise UsageError("Plots need a package that is not installed: pip install 'kildespor[stats]'.")

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kildespor.messages import Words
from kildespor.refusals import unwritten
from kildespor.stats.figures import Concentration, Group, Stats
from kildespor.stats.show import Table

COLOURS = ("#009e73", "#56b4e9", "#0072b2", "#d55e00", "#cc79a7", "#e69f00")
"""Those that Okabe and Ito (2008) have found to be told apart whatever one's colour vision."""
RESTS_ON = ("own", "media", "agency", "nobody")
KINDS = ("direct", "mixed", "indirect")
CURVES = len(COLOURS)
BAR, HEAD = 0.28, 1.2
"""Inches that a bar takes up, and all that is above and below the bars."""


def draw(stats: Stats, table: Table, path: Path, words: Words) -> None:
    """Draw a table into an SVG or PNG file, by the ending of its name: what outlets rest on, how that changes over the
    years, who is quoted and how, or how attributions gather on few sources (Lorenz 1905).

    Raises UsageError when the ending is another or the file cannot be written.
    """
    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(words("archive.plot_ending", path=path))
    bars = {"outlets": len(stats.outlets), "sources": len(stats.sources)}.get(table)
    figure = Figure(figsize=(7, 3.5 if bars is None else HEAD + BAR * max(bars, 1)), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    _DRAWN[table](axes, stats, words)
    try:
        # The same figures give the same file.
        with rc_context({"svg.hashsalt": "kildespor", "svg.fonttype": "none"}):
            figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    except OSError as error:
        raise unwritten(path, error, words) from None


def _outlets(axes: Axes, stats: Stats, words: Words) -> None:
    groups = [group for group in stats.outlets if group.attributions]
    names = [f"{_plain(group.outlet or words('stats.unknown'))} ({group.attributions})" for group in groups]
    left = [0.0] * len(groups)
    for basis, colour in zip(RESTS_ON, COLOURS, strict=False):
        shares = [100 * getattr(group, basis) / group.attributions for group in groups]
        axes.barh(names, shares, left=left, color=colour, label=words(f"rests_on.{basis}"))
        left = [before + share for before, share in zip(left, shares, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel(words("stats.share"))
    _legend(axes, len(RESTS_ON))


def _years(axes: Axes, stats: Stats, words: Words) -> None:
    years = sorted({group.year for group in stats.years if group.year})
    for measure, colour in zip(("direct", "media", "agency", "nobody"), COLOURS, strict=False):
        of_year = [[group for group in stats.years if group.year == year] for year in years]
        shares = [_share(groups, measure) for groups in of_year]
        name = words("kind.direct") if measure == "direct" else words(f"rests_on.{measure}")
        axes.plot(years, shares, marker="o", color=colour, label=name)
    axes.set_ylim(bottom=0)
    axes.set_ylabel(words("stats.share"))
    _legend(axes, 4)


def _share(groups: list[Group], measure: str) -> float:
    whole = sum(group.attributions for group in groups)
    return 100 * sum(getattr(group, measure) for group in groups) / whole if whole else 0.0


def _sources(axes: Axes, stats: Stats, words: Words) -> None:
    # Namesakes of another kind have a bar of their own.
    places = range(len(stats.sources))
    left = [0] * len(places)
    for kind, colour in zip(KINDS, COLOURS, strict=False):
        numbers = [getattr(source, kind) for source in stats.sources]
        axes.barh(places, numbers, left=left, color=colour, label=words(f"kind.{kind}"))
        left = [before + n for before, n in zip(left, numbers, strict=True)]
    axes.set_yticks(places, [_plain(source.name) for source in stats.sources])
    axes.invert_yaxis()
    axes.set_xlabel(words("archive.attributions"))
    _legend(axes, len(KINDS))


def _concentration(axes: Axes, stats: Stats, words: Words) -> None:
    axes.plot([0, 100], [0, 100], color="0.8", linewidth=1)
    for one, colour in zip([c for c in stats.concentration if c.sources][:CURVES], COLOURS, strict=False):
        name = _plain(one.outlet or words("stats.all"))
        axes.plot(*_lorenz(one), color=colour, label=f"{name} ({words('stats.gini')} {one.gini:.2f})")
    axes.set_xlabel(words("stats.share_of_sources"))
    axes.set_ylabel(words("stats.share"))
    axes.legend(frameon=False)


def _lorenz(one: Concentration) -> tuple[list[float], list[float]]:
    """The share of the attributions that the least quoted sources have, for each share of the sources."""
    sources, attributions = [0], [0]
    for n, m in one.curve:
        sources.append(sources[-1] + m)
        attributions.append(attributions[-1] + n * m)
    return [100 * x / one.sources for x in sources], [100 * y / one.attributions for y in attributions]


def _legend(axes: Axes, columns: int) -> None:
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=columns, frameon=False)


def _plain(name: str) -> str:
    """A dollar sign would begin a formula."""
    return name.replace("$", "\\$")


_DRAWN: dict[Table, Callable[[Axes, Stats, Words], None]] = {
    "outlets": _outlets,
    "years": _years,
    "sources": _sources,
    "concentration": _concentration,
}
