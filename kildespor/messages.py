"""The words of the interface in Bokmål and English, read from ``messages.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Lang = Literal["nb", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

Message = str | list[str]


class Words:
    """The interface's words in one language: ``words("kind.direct")``, ``words("summary.sources", n=3)``."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the message ``section.name`` with ``values`` put into it; KeyError when there is none."""
        message = messages()[key][self.lang]
        if isinstance(message, list):
            message = message[0 if values["n"] == 1 else 1]
        return message.format(**values)

    def __contains__(self, key: str) -> bool:
        return key in messages()


@cache
def messages() -> Mapping[str, Mapping[Lang, Message]]:
    """Return every message by its key ``section.name``."""
    sections = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {f"{section}.{name}": both for section, entries in sections.items() for name, both in entries.items()}
