"""What an outlet rests on, drawn."""

from pathlib import Path

from matplotlib import rc_context
from matplotlib.figure import Figure

from kildespor.archive.derive import RestsOn
from kildespor.archive.figures import OutletFigures
from kildespor.archive.show import share
from kildespor.errors import UsageError
from kildespor.messages import Words
from kildespor.refusals import unwritten

COLOURS: dict[RestsOn, str] = {"own": "#009e73", "media": "#56b4e9", "agency": "#0072b2", "nobody": "#d55e00"}
"""Four of the colours that Okabe and Ito (2008) have found to be told apart whatever one's colour vision."""


def draw(figures: OutletFigures, path: Path, words: Words) -> None:
    """Draw the figures as bars into an SVG or PNG file, by the ending of its name.

    Raises UsageError when the ending is another or the file cannot be written.
    """
    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(words("archive.plot_ending", path=path))
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.add_subplot()
    numbers = list(figures.rests_on.values())
    bars = axes.barh([words(f"rests_on.{basis}") for basis in figures.rests_on], numbers)
    for bar, basis in zip(bars, figures.rests_on, strict=True):
        bar.set_color(COLOURS[basis])
    axes.bar_label(bars, [f"{n} ({share(n, figures.attributions)})" for n in numbers], padding=4)
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(words("archive.attributions"))
    counted = words("archive.articles", n=figures.articles)
    # A dollar sign would begin a formula.
    axes.set_title(f"{figures.outlet.replace('$', chr(92) + '$')} · {counted}", loc="left")
    try:
        # The same figures give the same file.
        with rc_context({"svg.hashsalt": "kildespor", "svg.fonttype": "none"}):
            figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    except OSError as error:
        raise unwritten(path, error, words) from None
