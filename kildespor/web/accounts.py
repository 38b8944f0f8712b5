"""Who may sign in: names with the argon2 hashes of passwords and of API keys, in one file that only its owner reads."""

import hashlib
import os
import re
import secrets
import tempfile
from functools import cache
from pathlib import Path

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct, structs

from kildespor.errors import UsageError

SHORTEST = 10
"""Characters of a password, the least. Length is what counts (NIST SP 800-63B, 3.1.1.2)."""

LONGEST = 1000
"""Characters of a password or key that are looked at."""

_NAME = re.compile(r"[\w.@-]{1,64}")
_hasher = PasswordHasher()


class Account(Struct, frozen=True):
    """A name's hashes, in argon2's encoded form; an account may have a password, keys or both."""

    password: str | None = None
    keys: tuple[str, ...] = ()


class Accounts:
    """The accounts of a file. A file that another process has changed is read anew."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or _home()
        self._read: tuple[int, dict[str, Account]] = (-1, {})
        self._right: dict[str, tuple[str, str]] = {}

    def names(self) -> tuple[str, ...]:
        """Every name that there is. Raises UsageError when the file is none of accounts."""
        return tuple(sorted(self._all()))

    def set_password(self, name: str, password: str) -> None:
        """Give a name a password, and an account if it has none. Raises UsageError when either will not do."""
        if len(password) < SHORTEST:
            raise UsageError(f"The password is too short. Give at least {SHORTEST} characters.")
        if len(password) > LONGEST:
            raise UsageError(f"The password is too long. Give at most {LONGEST} characters.")
        account = self._account(name)
        self._write(name, structs.replace(account, password=_hasher.hash(password)))

    def add_key(self, name: str) -> str:
        """Give a name one more key for the API, and an account if it has none; the key is kept nowhere else."""
        account = self._account(name)
        key = f"{name}:{secrets.token_urlsafe(32)}"
        self._write(name, structs.replace(account, keys=(*account.keys, _hasher.hash(key))))
        return key

    def remove(self, name: str) -> None:
        """Remove a name. Raises UsageError when there is none."""
        if name not in self._all():
            raise UsageError(f"{name}: there is no such account in {self.path}.")
        self._write(name, None)

    def has_password(self, name: str, password: str) -> bool:
        """Whether that is the name's password. Takes as long for a name that is not there."""
        account = self._all().get(name)
        known = account.password if account else None
        return _verified(known or _nobodys(), password[:LONGEST]) and known is not None

    def remembered(self, key: str) -> str | None:
        """Whose key that is, if it has been right before: argon2 takes its time by design."""
        name, hashed = self._right.get(_digest(key), ("", ""))
        account = self._all().get(name)
        return name if account and hashed in account.keys else None

    def owner(self, key: str) -> str | None:
        """Whose key that is, None when it is nobody's."""
        name, _, _ = key[:LONGEST].partition(":")
        account = self._all().get(name, Account())
        right = next((hashed for hashed in account.keys if _verified(hashed, key[:LONGEST])), None)
        if right is None:
            return None
        self._right[_digest(key)] = name, right
        return name

    def _account(self, name: str) -> Account:
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name}: a name has letters, figures and . _ @ - only, 64 at most.")
        return self._all().get(name, Account())

    def _all(self) -> dict[str, Account]:
        try:
            changed = self.path.stat().st_mtime_ns
            if changed != self._read[0]:
                self._read = changed, msgspec.json.decode(self.path.read_bytes(), type=dict[str, Account])
        except FileNotFoundError:
            self._read = -1, {}
        except (msgspec.MsgspecError, OSError) as error:
            raise UsageError(f"{self.path} cannot be read as a file of accounts: {error}.") from None
        return self._read[1]

    def _write(self, name: str, account: Account | None) -> None:
        accounts = {key: value for key, value in self._all().items() if key != name}
        if account:
            accounts[name] = account
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # A temporary file is made readable to its owner only, and takes the other's place whole.
            handle, temporary = tempfile.mkstemp(dir=self.path.parent, prefix=self.path.name)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(accounts)))
            Path(temporary).replace(self.path)
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written: {error.strerror}.") from None
        self._read = -1, {}


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _home() -> Path:
    from platformdirs import user_config_path

    return user_config_path("kildespor", appauthor=False) / "accounts.json"


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())


def _verified(hashed: str, secret: str) -> bool:
    try:
        return _hasher.verify(hashed, secret.encode("utf-8", "replace"))
    except (VerificationError, InvalidHashError):
        return False
