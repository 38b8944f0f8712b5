"""How often one client may ask: a bucket of tokens for each, filled evenly (as in RFC 2697's token buckets)."""

import time

MOST_CLIENTS = 10_000


class Rate:
    """So many a minute for each client, and as many at once."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, client: str, number: int = 1) -> float:
        """Take so many for this client; 0 when they were there, else the seconds until they are. ``number`` is no more
        than there are a minute."""
        now = time.monotonic()
        held, since = self._buckets.get(client, (float(self.a_minute), now))
        held = min(float(self.a_minute), held + (now - since) * self.a_minute / 60)
        taken = held >= number
        self._buckets[client] = (held - number if taken else held, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._forget(now)
        return 0.0 if taken else (number - held) * 60 / self.a_minute

    def _forget(self, now: float) -> None:
        """Let go of the clients whose buckets are full again; of all, if that is not enough."""
        recent = {key: bucket for key, bucket in self._buckets.items() if now - bucket[1] < 60}
        self._buckets = recent if len(recent) <= MOST_CLIENTS else {}
