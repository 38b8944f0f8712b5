"""The folder that a job is written into: whose it is, what it is made of, what of it is done."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from kildespor.batch.files import write
from kildespor.batch.plan import Part
from kildespor.batch.tables import SCHEMAS, VERSION, Done, done_path
from kildespor.batch.work import Job
from kildespor.errors import UsageError

JOB, PLAN, LOCK = "batch.json", "plan.jsonl", ".lock"


class _Version(msgspec.Struct):
    schema: int


@contextmanager
def kept(out: Path) -> Iterator[None]:
    """Keep the folder for this process alone, and make it where it is missing. The system lifts the lock when the
    process ends, however that is. Raises UsageError when another run has the folder, OSError when it cannot be
    written."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / LOCK, timeout=0):
            yield
    except Timeout:
        raise UsageError(f"{out}: another run is writing there. Wait for it, or name another folder.") from None


def job_of(out: Path) -> Job:
    """The job that a folder is the output of. Raises UsageError when it is none, or of another schema version."""
    try:
        content = (out / JOB).read_bytes()
        version = msgspec.json.decode(content, type=_Version).schema
        if version == VERSION:
            return msgspec.json.decode(content, type=Job)
    except (OSError, msgspec.DecodeError):
        raise UsageError(f"{out} is no folder that kildespor batch has written. Name one that is.") from None
    raise UsageError(
        f"{out} was written with version {version} of the tables, and this is version {VERSION}. "
        "Name another folder, or use the version of kildespor that began it."
    )


def begin(out: Path, job: Job) -> None:
    """Make the folder that of a job, or go on with it. Raises UsageError when it is something else's."""
    if not (out / JOB).exists():
        if any(path.name != LOCK and not path.name.startswith(f".{JOB}.") for path in out.iterdir()):
            raise UsageError(
                f"{out} is not empty, and kildespor batch has not written it. Name an empty or new folder."
            )
        write(out / JOB, [msgspec.json.encode(job)])
        return
    before = msgspec.to_builtins(job_of(out))
    for field, value in msgspec.to_builtins(job).items():
        # What the program itself is called does not change what it gives.
        if before[field] != value and field != "kildespor":
            raise UsageError(
                f"{out} was begun with {field} {_shown(before[field])}, and this is {_shown(value)}. "
                "Go on with the same, or name another folder."
            )


def planned(out: Path, parts: Iterable[Part]) -> None:
    """Write down the parts of the job, or see that they are those that were written down. Raises UsageError when the
    input is no longer what it was."""
    path = out / PLAN
    lines = (msgspec.json.encode(part) for part in parts)
    if not path.exists():
        write(path, (line + b"\n" for line in lines))
        return
    with path.open("rb") as file:
        for before, now in zip_longest((line.rstrip(b"\n") for line in file), lines):
            if before != now:
                part = msgspec.json.decode(now or before or b"", type=Part)
                raise UsageError(
                    f"{part.files[0]} (or a file near it) is new, gone or changed since {out} was begun. "
                    "Put the input back as it was, or name another folder."
                )


def parts(out: Path) -> Iterator[Part]:
    """The parts of the job, one at a time."""
    with (out / PLAN).open("rb") as file:
        yield from (msgspec.json.decode(line, type=Part) for line in file)


def done(out: Path, part: Part) -> Done | None:
    """What is noted of a part that is done; None for one that is not."""
    try:
        return msgspec.json.decode(done_path(out, part.number).read_bytes(), type=Done)
    except FileNotFoundError:
        return None


def swept(out: Path) -> None:
    """Take away what stopped runs and dead workers have left: files under a name that is not their own yet."""
    for folder in (*(out / name for name in (*SCHEMAS, "done")), out):
        for path in folder.glob(".*"):
            if path.name != LOCK:
                path.unlink(missing_ok=True)


def _shown(value: object) -> str:
    return msgspec.json.encode(value).decode()
