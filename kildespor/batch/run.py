"""A job from beginning to end."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from kildespor.articles import article_from
from kildespor.articles.columns import checked
from kildespor.attribution.scorer import shipped
from kildespor.batch import local, output
from kildespor.batch.plan import Part, name_of, plan
from kildespor.batch.tables import FAILURES, Done
from kildespor.batch.work import Job
from kildespor.errors import KildesporError, UsageError
from kildespor.reading import cores
from kildespor.sources.register import load_register


class Progress(Struct, frozen=True):
    """How far a job has come: articles read or failed so far, in ``before`` earlier runs, and expected in all."""

    articles: int
    before: int
    expected: int


class Summary(Struct, frozen=True, kw_only=True):
    """What is in the folder when a job is done: the rows of each table, and how many parts they stand in."""

    parts: int
    rows: dict[str, int]


def batch(
    inputs: Sequence[Path],
    out: Path,
    *,
    columns: Mapping[str, str] = MappingProxyType({}),
    outlet: str | None = None,
    published: str | None = None,
    language: str | None = None,
    register: Sequence[Path] = (),
    workers: int | None = None,
    ray: str | None = None,
    tell: Callable[[Progress], object] = lambda progress: None,
) -> Summary:
    """Read every article of ``inputs`` (WARC, JSON Lines, Parquet, ninjs, text and HTML files, and folders of them)
    and write tables in Parquet into the folder ``out``: docs/batch.md has their form.

    ``columns`` are as for :func:`kildespor.articles.articles_in`, ``outlet``, ``published`` and ``language`` as for
    :func:`kildespor.read`; ``register`` names files as for ``load_register``. ``workers`` is the number of processes,
    one a core when it is None; with ``ray``, the address of a Ray cluster (or ``local`` for one on this machine), the
    machines there do the work. ``tell`` is told how far it has come.

    A job that was stopped, however that was, goes on when it is called again with the same. What cannot be read is a
    row in the table of failures. Raises UsageError when an option is wrong, an input is not there, or the folder is of
    another job, input, model or version of the tables, or another run is at it; KildesporError when it cannot be
    written, or a worker is ended from outside.
    """
    _check(inputs, out, columns, published, language, register)
    job = Job(
        kildespor=version("kildespor"),
        model=shipped().name,
        inputs=tuple(map(name_of, inputs)),
        columns=dict(columns),
        outlet=outlet,
        published=published,
        language=language,
        register=tuple(map(str, register)),
    )
    try:
        with output.kept(out):
            output.begin(out, job)
            output.planned(out, plan(inputs, columns))
            output.swept(out)
            summary = _run(out, job, workers or cores(), ray, tell)
            # A worker that died on the way has left what it was writing, though another has read its part since.
            output.swept(out)
            return summary
    except OSError as error:
        raise KildesporError(
            f"{error.filename or out} cannot be written: {error.strerror or error}. What is done stands: mend it, and "
            "the same command goes on from there."
        ) from error


def _check(
    inputs: Sequence[Path],
    out: Path,
    columns: Mapping[str, str],
    published: str | None,
    language: str | None,
    register: Sequence[Path],
) -> None:
    """What is wrong with the call is told once, not for each article. Raises UsageError."""
    checked(columns)
    article_from("-", published=published, language=language)
    load_register(*register)
    for path in inputs:
        if path.is_dir() and out.resolve().is_relative_to(path.resolve()):
            raise UsageError(f"{out} is within {path}, and would be read as input. Name a folder outside it.")


def _run(out: Path, job: Job, workers: int, ray: str | None, tell: Callable[[Progress], object]) -> Summary:
    rows: dict[str, int] = {}
    parts = todo = before = expected = 0
    for part in output.parts(out):
        found = output.done(out, part)
        _add(rows, found)
        parts, todo = parts + 1, todo + (found is None)
        before += _articles(found)
        expected += _articles(found) if found else part.expected

    def told(articles: int) -> None:
        tell(Progress(before + articles, before, expected))

    told(0)
    read = 0
    for done in _done(out, job, min(workers, todo), ray, told):
        _add(rows, done)
        read += _articles(done)
        expected += _articles(done) - done.expected
        if ray:
            told(read)
    told(read)
    return Summary(parts=parts, rows=rows)


def _done(out: Path, job: Job, workers: int, ray: str | None, told: Callable[[int], None]) -> Iterator[Done]:
    if not workers:
        return iter(())
    if ray:
        from kildespor.batch.cluster import read_on_cluster

        return read_on_cluster(out, job, _undone(out), ray)
    return local.read_here(out, job, _undone(out), workers, told)


def _undone(out: Path) -> Iterator[Part]:
    return (part for part in output.parts(out) if output.done(out, part) is None)


def _articles(done: Done | None) -> int:
    return done.rows["articles"] + done.rows[FAILURES] if done else 0


def _add(rows: dict[str, int], done: Done | None) -> None:
    for name, n in (done.rows if done else {}).items():
        rows[name] = rows.get(name, 0) + n
