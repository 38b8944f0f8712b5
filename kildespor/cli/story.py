"""``kildespor story``: the same claim in many articles, and how many origins it has; of folders or of the archive."""

from collections.abc import Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import typer

from kildespor.cli.options import ArchiveOption, LangOption, LimitOption, OffsetOption
from kildespor.cli.output import complain, opened, put, say, width
from kildespor.errors import UsageError
from kildespor.messages import Words
from kildespor.refusals import unwritten

if TYPE_CHECKING:
    from kildespor.stories import Story

StoryForm = Literal["text", "json", "svg", "prov"]
SUFFIX: dict[StoryForm, str] = {"text": "txt", "json": "json", "svg": "svg", "prov": "jsonld"}

app = typer.Typer()


@app.command(help="story")
def story(
    given: Annotated[list[str] | None, typer.Argument(metavar="FOLDER|ARTICLE|WORDS...", help="story_given")] = None,
    archive: ArchiveOption = None,
    form: Annotated[StoryForm, typer.Option("--format", "-f", help="story_format")] = "text",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="story_out")] = None,
    alone: Annotated[bool, typer.Option("--all", help="story_all")] = False,
    limit: LimitOption = 20,
    offset: OffsetOption = 0,
    lang: LangOption = "nb",
) -> None:
    words = Words(lang)
    if not given:
        if form not in ("text", "json"):
            raise UsageError(words("cli.list_form", form=form))
        _list(archive, form, limit, offset, words)
        return
    for each in given:
        if "/" in each and not Path(each).is_dir():
            raise UsageError(words("cli.no_folder", path=each))
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritten(out, error, words) from None
    shown = 0
    taken: set[str] = set()
    for name, told in _stories(given, archive, limit, offset):
        shown += 1
        piece = _shown(told, form, words, alone)
        if out is None:
            say(piece)
            continue
        with opened(out / f"{_free(name, taken)}.{SUFFIX[form]}", words) as file:
            put(piece, file)
    if not shown:
        complain(words("story.nothing"))


def _free(name: str, taken: set[str]) -> str:
    """The name, numbered where a story written before has it: folders in different places may be called the same."""
    numbered = (f"{name}-{n}" for n in count(2))
    free = next(each for each in chain([name], numbered) if each not in taken)
    taken.add(free)
    return free


def _list(archive: str | None, form: StoryForm, limit: int, offset: int, words: Words) -> None:
    """The archive's stories, a line each, those with the newest article first."""
    from kildespor.archive import Archive
    from kildespor.stories.show import list_text

    with Archive.open(archive, create=False) as opened_archive:
        lines = opened_archive.story_lines(limit=limit, offset=offset)
    say(
        msgspec.json.format(msgspec.json.encode(lines), indent=2).decode() + "\n"
        if form == "json"
        else list_text(lines, words)
    )


def _stories(given: Sequence[str], archive: str | None, limit: int, offset: int) -> "Iterator[tuple[str, Story]]":
    """Stories by the names of their files: of folders where all that is given are folders, else of the archive."""
    folders = [Path(g) for g in given]
    if all(f.is_dir() for f in folders):
        from kildespor.stories import tell
        from kildespor.stories.folder import read_folder

        for folder in folders:
            yield folder.resolve().name, tell(read_folder(folder))
        return
    from kildespor.archive import Archive

    with Archive.open(archive, create=False) as opened_archive:
        for told in opened_archive.stories(" ".join(given), limit=limit, offset=offset):
            yield told.articles[0].id, told


def _shown(told: "Story", form: StoryForm, words: Words, alone: bool) -> str:
    from kildespor.stories.as_json import story_json
    from kildespor.stories.as_prov import story_prov
    from kildespor.stories.draw import story_svg
    from kildespor.stories.show import story_text

    match form:
        case "text":
            return story_text(told, words, width(), alone=alone) + "\n"
        case "json":
            return msgspec.json.format(msgspec.json.encode(story_json(told, words)), indent=2).decode() + "\n"
        case "svg":
            return story_svg(told, words, alone=alone)
        case "prov":
            return msgspec.json.format(msgspec.json.encode(story_prov(told)), indent=2).decode() + "\n"
