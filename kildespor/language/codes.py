"""Codes of the languages that are read: ISO 639-3, and what others write for them."""

from kildespor.model import Language

BCP47: dict[Language, str] = {"nob": "nb", "nno": "nn", "dan": "da", "swe": "sv", "eng": "en"}
"""The tags of the web (RFC 5646), which takes the shorter codes of ISO 639-1 where there are any."""

KNOWN: dict[str, Language] = {
    **{code: code for code in BCP47},
    **{tag: code for code, tag in BCP47.items()},
    # Most archives write this of Bokmål.
    "no": "nob",
}
"""Every code that a language may be given by."""
