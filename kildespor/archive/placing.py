"""Articles placed in stories as they come: what may tell of the same event is looked up by shared keys within a window
of time, scored, and joined. Every function works within the transaction of the connection that it is given.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, select, update

from kildespor.archive.store import article_with
from kildespor.archive.story_tables import placed, story_keys
from kildespor.archive.tables import versions
from kildespor.model import Report
from kildespor.stories.keys import copy_keys, term_keys, vector_keys

WINDOW = timedelta(days=10)
"""How far apart in time articles of one event may stand from the nearest other."""
DEEPEST = 40
"""Articles looked up under one key, the newest first; a key that more share says little."""
CLOSEST = 60
"""Articles that are scored, those that share most keys."""
JOINS_FROM = 0.5
"""Score from which two articles tell of one event."""
TERMS, MEANING, COPY = 1.0, 0.8, 0.5
"""What shared terms, the cosine and shared bands weigh in the score."""

Vector = NDArray[np.float32]


class Placing(Struct, frozen=True):
    """Where a version was placed: its story, how well it goes with the nearest in it (0 when it begins one), and the
    versions that left other stories for this one on its account."""

    story: int
    tie: float
    joined_by: tuple[int, ...] = ()


def unplaced(connection: Connection, limit: int, article: str | None = None) -> list[int]:
    """The ids of current versions that stand in no story yet, in the order in which they came; with ``article``, the
    id of any of its versions, only that one's."""
    v = versions.c
    without = (
        select(v.id).outerjoin(placed, placed.c.version_id == v.id).where(v.current, placed.c.version_id.is_(None))
    )
    if article is not None:
        without = without.where(v.article_id == article_with(article))
    return list(connection.scalars(without.order_by(v.id).limit(limit)))


def place(connection: Connection, version_id: int, report: Report, vector: Vector | None, time: datetime) -> Placing:
    """Place a version in the story of what it goes with best, or begin one with it.

    An article that goes better with the new one than with any in its own story leaves that for this.
    """
    scores = _scores(connection, report, vector, time)
    near = {id_: s for id_, s in scores.items() if s >= JOINS_FROM and id_ != version_id}
    best = max(near, key=lambda id_: near[id_], default=None)
    standing = _standing(connection, list(near))
    story = standing[best][0] if best is not None else version_id
    tie = near[best] if best is not None else 0.0
    _keep(connection, version_id, story, tie, report, vector, time)
    leaving = []
    for id_, score in near.items():
        theirs, their_tie = standing[id_]
        if score > their_tie:
            leaves = theirs != story
            connection.execute(update(placed).where(placed.c.version_id == id_).values(story=story, tie=score))
            leaving += [id_] if leaves else []
    return Placing(story, tie, tuple(leaving))


def _scores(connection: Connection, report: Report, vector: Vector | None, time: datetime) -> dict[int, float]:
    """The scores of the versions that share most with an article."""
    terms = list(term_keys(report))
    shared: dict[int, float] = defaultdict(float)
    total = 0.0
    for key in terms:
        found = _under(connection, key, time)
        weight = 1 - log(1 + min(len(found), DEEPEST)) / log(2 + DEEPEST)
        total += weight
        for id_ in found:
            shared[id_] += weight
    score = {id_: TERMS * weight / max(total, 1e-9) for id_, weight in shared.items()}
    for id_ in {id_ for key in copy_keys(report) for id_ in _under(connection, key, time)}:
        score[id_] = score.get(id_, 0.0) + COPY
    if vector is not None:
        for id_ in {id_ for key in vector_keys(vector) for id_ in _under(connection, key, time)}:
            score.setdefault(id_, 0.0)
        closest = sorted(score, key=lambda id_: -score[id_])[:CLOSEST]
        vectors = _vectors(connection, closest)
        score = {
            id_: score[id_] + MEANING * max(0.0, float(vectors[id_] @ vector)) for id_ in closest if id_ in vectors
        }
    return score


def _under(connection: Connection, key: int, time: datetime) -> Sequence[int]:
    k = story_keys.c
    near = select(k.version_id).where(k.key == key, k.time.between(time - WINDOW, time + WINDOW))
    return connection.scalars(near.order_by(k.time.desc()).limit(DEEPEST)).all()


def _vectors(connection: Connection, ids: Sequence[int]) -> dict[int, Vector]:
    rows = connection.execute(select(placed.c.version_id, placed.c.vector).where(placed.c.version_id.in_(ids)))
    return {id_: unpacked(vector) for id_, vector in rows}


def _standing(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, float]]:
    p = placed.c
    rows = connection.execute(select(p.version_id, p.story, p.tie).where(p.version_id.in_(ids)))
    return {id_: (story, tie) for id_, story, tie in rows}


def _keep(
    connection: Connection,
    version_id: int,
    story: int,
    tie: float,
    report: Report,
    vector: Vector | None,
    time: datetime,
) -> None:
    row = {
        "version_id": version_id,
        "story": story,
        "time": time,
        "tie": tie,
        "vector": packed(vector) if vector is not None else None,
    }
    connection.execute(insert(placed), [row])
    keys = {*term_keys(report), *copy_keys(report), *(vector_keys(vector) if vector is not None else ())}
    if keys:
        connection.execute(
            insert(story_keys), [{"key": key, "time": time, "version_id": version_id} for key in sorted(keys)]
        )


def packed(vector: Vector) -> bytes:
    """A vector of length 1 in signed bytes."""
    return np.clip(np.round(vector * 127 / max(float(np.abs(vector).max()), 1e-9)), -127, 127).astype(np.int8).tobytes()


def unpacked(stored: bytes | None) -> Vector:
    vector = np.frombuffer(stored or b"", np.int8).astype(np.float32)
    if not len(vector):
        return np.zeros(128, np.float32)
    unit: Vector = vector / max(float(np.linalg.norm(vector)), 1e-9)
    return unit
