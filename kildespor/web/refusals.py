"""What has gone wrong, as a page says it: short, and with a word where it can only be said in English."""

from kildespor.messages import Words
from kildespor.refusals import shortened, translated


def said(message: str, words: Words) -> str:
    """Return an error's message as the page says it. One that ``messages.toml`` does not have is given as it is, said
    to be English."""
    message = shortened(message)
    return translated(message, words) or words("refused_otherwise.other", message=message)
