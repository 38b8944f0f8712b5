"""What has gone wrong, in the language of the interface.

Errors say in English what is the matter and what mends it. ``[refused]`` in ``messages.toml`` has the same sentences in
Bokmål; each is found by its English form, in which ``{…}`` stands for what is named.
"""

import re
from functools import cache
from pathlib import Path

from kildespor.errors import UsageError
from kildespor.messages import Words, messages

SECTION = "refused."

LONGEST = 800
"""Characters of a message; of a longer one, which names something long, the middle is left out."""


def said(message: str, words: Words) -> str:
    """Return an error's message in the language of ``words``; one that ``messages.toml`` does not have as it is."""
    return translated(message, words) or message


def translated(message: str, words: Words) -> str | None:
    """Return an error's message in the language of ``words``, None where ``messages.toml`` does not have it."""
    return message if words.lang == "en" else _found(shortened(message), words)


def unwritten(path: Path, error: OSError, words: Words) -> UsageError:
    """Return the error of a file that cannot be written, with the system's reason in the language of ``words``."""
    return UsageError(words("cli.cannot_write", path=path, reason=said(error.strerror or str(error), words)))


def shortened(message: str) -> str:
    """Return the message with its middle left out where it is longer than LONGEST."""
    return message if len(message) <= LONGEST else f"{message[: LONGEST // 2]} … {message[-LONGEST // 2 :]}"


def _found(message: str, words: Words) -> str | None:
    for key, form in _forms():
        if matched := form.fullmatch(message):
            # What is named may be said in English, too: a reason, a kind of file.
            named = {name: _found(value, words) or value for name, value in matched.groupdict().items()}
            return words(key, **named)
    return None


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The keys of the messages, each with the English form of the message as a pattern, in the order of the file."""
    return tuple((key, pattern(str(both["en"]))) for key, both in messages().items() if key.startswith(SECTION))


def pattern(form: str) -> re.Pattern[str]:
    """Return a pattern of the messages that have a form such as ``{name} is empty. Give the text of an article.``"""
    plain = re.escape(form).replace(r"\{\{", "{{").replace(r"\}\}", "}}")
    escaped = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", plain)
    return re.compile(escaped.replace("{{", r"\{").replace("}}", r"\}"), re.DOTALL)
