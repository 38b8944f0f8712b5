"""A worker: the model loaded once, one part after the other read and written."""

import platform
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from kildespor.articles import Failure, articles_in
from kildespor.attribution.scorer import Scorer, shipped
from kildespor.batch.plan import Part
from kildespor.batch.tables import VERSION, Done, done_path, write_part
from kildespor.errors import ArticleError, KildesporError, ModelError
from kildespor.model import Article, Report
from kildespor.reading import read
from kildespor.sources.register import load_register


class Job(Struct, frozen=True, kw_only=True):
    """What is to be done with the input: everything that the tables depend on but the input itself.

    ``schema`` is the version of the tables, ``columns``, ``outlet``, ``published`` and ``language`` are as for
    :func:`kildespor.articles.articles_in` and :func:`kildespor.read`, ``register`` names files as for
    :func:`kildespor.sources.register.load_register`.
    """

    schema: int = VERSION
    kildespor: str
    model: str
    inputs: tuple[str, ...]
    columns: dict[str, str] = {}
    outlet: str | None = None
    published: str | None = None
    language: str | None = None
    register: tuple[str, ...] = ()


class Worker:
    """Reads parts of a job into the folder ``out``; made once in each process. Raises ModelError on a machine that has
    another model than the job is done with."""

    def __init__(self, out: Path, job: Job, *, threads: int = 1, scorer: Scorer | None = None) -> None:
        self._out, self._job = out, job
        self._scorer = scorer or shipped(threads=threads)
        if self._scorer.name != job.model:
            raise ModelError(
                f"{platform.node()} has the model {self._scorer.name}, and the job is done with {job.model}. "
                "Install the same version of kildespor on all machines."
            )
        self._register = load_register(*(Path(name) for name in job.register))

    def read(self, part: Part, tell: Callable[[], object] = lambda: None) -> Done:
        """Read and write one part; ``tell`` is called after each article. A part that is done already is left as it
        is. Raises OSError when the folder cannot be written."""
        done = done_path(self._out, part.number)
        if done.exists():
            return msgspec.json.decode(done.read_bytes(), type=Done)
        job = self._job
        metadata = {
            "kildespor.schema": str(job.schema),
            "kildespor.version": job.kildespor,
            "kildespor.model": job.model,
        }
        return write_part(self._out, part, self._results(part, tell), metadata)

    def _results(self, part: Part, tell: Callable[[], object]) -> Iterator[Report | Failure]:
        for name in part.files:
            try:
                for given in articles_in(Path(name), self._job.columns, part.stretch):
                    yield given if isinstance(given, Failure) else self._one(given)
                    tell()
            except Exception as error:
                yield Failure(name, _defect(error))

    def _one(self, given: Article | Path) -> Report | Failure:
        name = str(given) if isinstance(given, Path) else given.file or given.id
        job = self._job
        try:
            return read(
                given,
                outlet=job.outlet,
                published=job.published,
                language=job.language,
                register=self._register,
                scorer=self._scorer,
            )
        except KildesporError as error:
            return Failure(name, error)
        except Exception as error:
            return Failure(name, _defect(error))


def _defect(error: Exception) -> ArticleError:
    """An error that nobody foresaw costs an article, not the millions after it; the table of failures names it."""
    return ArticleError(f"Reading failed with {type(error).__name__}: {error}. Please report it with the article.")
