"""The work behind the calls that take long, done by functions of the command line in a process apart."""

import io
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct

from kildespor.archive import Added, Archive
from kildespor.messages import Lang, Words
from kildespor.sources.register import load_register
from kildespor.web import downloads
from kildespor.web.forms import File

if TYPE_CHECKING:
    from kildespor.stats import Stats
    from kildespor.stats.show import Table

Drawn = Literal["csv", "svg", "png"]
MEDIA_TYPES = {form: downloads.MEDIA_TYPES[form] for form in get_args(Drawn)}

ZIP = "application/zip"


class NotRead(Struct, frozen=True, kw_only=True):
    """An article that could not be read, and why."""

    source: str
    reason: str


class Reread(Struct, frozen=True, kw_only=True):
    """What has been read again and what could not be. ``more`` says that others wait; ``offset`` is what to ask with
    then, since what could not be read is still there."""

    reread: tuple[Added, ...]
    failed: tuple[NotRead, ...]
    offset: int
    more: bool


def figures(archive: Path | str | None, outlet: str | None, year: str | None, limit: int) -> "Stats":
    """The figures of an archive."""
    from kildespor.stats import stats

    return stats(archive, outlet=outlet, year=year, limit=limit)


def figures_as(figures: "Callable[[], Stats]", form: Drawn, table: "Table", lang: Lang) -> File:
    """A table of the figures as CSV or drawn."""
    found = figures()
    if form == "csv":
        from kildespor.stats.show import table_csv

        return File(table_csv(found, table), MEDIA_TYPES[form], form)
    from kildespor.stats.plot import draw

    with TemporaryDirectory() as folder:
        path = Path(folder) / f"stats.{form}"
        draw(found, table, path, Words(lang))
        return File(path.read_bytes(), MEDIA_TYPES[form], form)


def reread(archive: Path | str | None, registers: Sequence[Path], limit: int, offset: int, seconds: float) -> Reread:
    """Read so many articles again that another model has read, ``offset`` of them skipped; no more once the seconds are
    over."""
    until = time.monotonic() + seconds
    done: list[Added] = []
    failed: list[NotRead] = []
    with Archive.open(archive, create=False) as opened:
        for each in opened.reread(register=load_register(*registers), limit=limit, offset=offset):
            if isinstance(each, Added):
                done.append(each)
            else:
                failed.append(NotRead(source=each.source, reason=str(each.error)))
            if time.monotonic() > until:
                break
        left = opened.outdated()
    offset += len(failed)
    return Reread(reread=tuple(done), failed=tuple(failed), offset=offset, more=left > offset)


def batch(
    lines: bytes, outlet: str | None, published: str | None, language: str | None, registers: Sequence[Path]
) -> File:
    """Read JSON Lines of articles; a zip of the folder that ``kildespor batch`` writes."""
    from kildespor.batch import batch as run

    before = Path.cwd()
    with TemporaryDirectory() as folder:
        own = [Path(f"register-{number}.toml") for number, _ in enumerate(registers, start=1)]
        for path, copy in zip(registers, own, strict=True):
            shutil.copy(path, Path(folder) / copy)
        # So that nothing in the zip tells of the server's folders.
        os.chdir(folder)
        try:
            given, out = Path("articles.jsonl"), Path("tables")
            given.write_bytes(lines)
            run([given], out, outlet=outlet, published=published, language=language, register=own, workers=1)
            return zipped(out)
        finally:
            os.chdir(before)


def corrections(archive: Archive) -> File:
    """A zip of the corrected articles, as ``kildespor export-corrections`` writes them."""
    with TemporaryDirectory() as folder:
        archive.export_corrections(Path(folder))
        return zipped(Path(folder))


def zipped(folder: Path) -> File:
    """A zip of what stands in a folder; hidden files are left out."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("[!.]*")):
            if path.is_file():
                packed.write(path, path.relative_to(folder).as_posix())
    return File(content.getvalue(), ZIP, "zip")
