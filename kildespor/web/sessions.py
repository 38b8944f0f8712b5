"""Who has signed in: random tokens in cookies, known here by their digests until they end."""

import hashlib
import secrets
import time

from msgspec import Struct

HOURS = 12
COOKIE = "kildespor_session"


class Session(Struct, frozen=True):
    """Somebody who has signed in; ``ends`` is in seconds of ``time.monotonic``."""

    name: str
    ends: float


class Sessions:
    """The sessions of one server. They end with it."""

    def __init__(self, hours: float = HOURS) -> None:
        self._seconds = hours * 3600
        self._sessions: dict[str, Session] = {}

    def begin(self, name: str) -> str:
        """Begin a session and return the token for the cookie."""
        now = time.monotonic()
        self._sessions = {key: session for key, session in self._sessions.items() if session.ends > now}
        token = secrets.token_urlsafe(32)
        self._sessions[_digest(token)] = Session(name, now + self._seconds)
        return token

    def name(self, token: str) -> str | None:
        """Whose session it is, None when it is none or has ended."""
        session = self._sessions.get(_digest(token))
        return session.name if session and session.ends > time.monotonic() else None

    def end(self, token: str) -> None:
        """End a session."""
        self._sessions.pop(_digest(token), None)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
