"""The register: who the outlets, agencies and institutions are that news cites, and which of them a name means.

The entries stand in ``register/*.toml`` beside this file; docs/register.md tells their form and how to add one's own.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

from kildespor.errors import UsageError
from kildespor.model import Language, SourceType
from kildespor.sources.naming import Naming, form, namings

EntryKind = Literal[
    "agency",
    "newspaper",
    "broadcaster",
    "magazine",
    "news site",
    "encyclopedia",
    "platform",
    "statistics office",
    "government",
    "parliament",
    "ministry",
    "authority",
    "armed forces",
    "court",
    "royal house",
    "research institute",
    "university",
    "pollster",
    "stock exchange",
    "party",
    "organisation",
    "international body",
]
Control = Literal["state", "party", "public service", "private"]

OUTLETS = frozenset({"newspaper", "broadcaster", "magazine", "news site", "encyclopedia", "platform"})
PUBLIC_BODIES = frozenset(
    {"statistics office", "government", "parliament", "ministry", "authority", "armed forces", "court", "royal house"}
)

# Where an article in the language is most often at home: the first group that has a bearer of the name decides.
HOMES: dict[Language, tuple[frozenset[str], ...]] = {
    "nob": (frozenset({"NO"}),),
    "nno": (frozenset({"NO"}),),
    "dan": (frozenset({"DK"}), frozenset({"FO", "GL"})),
    "swe": (frozenset({"SE"}), frozenset({"FI", "AX"})),
    "eng": (frozenset({"GB", "US"}),),
}

Text = Annotated[str, Meta(pattern=r"^\S(.*\S)?$")]
Domain = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One outlet, agency or institution.

    ``aliases`` are other names in any language; ``generic`` are common nouns and words that mean this one only beside
    its nationality ("det russiske forsvarsdepartementet") or, for media, beside a word for what it is ("magasinet
    Time"). ``likely`` are names shared with others that mean this one where nothing tells, ``ambiguous`` those that
    another of the same country bears too. ``country`` is ISO 3166 alpha-2, None for bodies of many countries.
    ``why`` is the reason for ``control``.
    """

    key: Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Text
    kind: EntryKind
    country: Annotated[str, Meta(pattern=r"^(?!UK$)[A-Z]{2}$")] | None = None
    aliases: tuple[Text, ...] = ()
    generic: tuple[Text, ...] = ()
    likely: tuple[Text, ...] = ()
    ambiguous: tuple[Text, ...] = ()
    domains: tuple[Domain, ...] = ()
    owner: Text | None = None
    control: Control | None = None
    why: Text | None = None
    wikidata: Annotated[str, Meta(pattern=r"^Q[1-9][0-9]*$")] | None = None

    @property
    def source_type(self) -> SourceType:
        """What it is as a source of an article."""
        if self.kind in OUTLETS:
            return "outlet"
        return "agency" if self.kind == "agency" else "organisation"


class _Bearer(Struct, frozen=True):
    """An entry by one of its names."""

    entry: Entry
    name: str
    generic: bool


class Register(Struct, frozen=True, dict=True):
    """All entries, by name, domain or key. The indexes are built at the first question."""

    entries: tuple[Entry, ...]

    @cached_property
    def _by_key(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in self.entries}

    @cached_property
    def _by_domain(self) -> dict[str, Entry]:
        return {domain: entry for entry in self.entries for domain in entry.domains}

    @cached_property
    def _by_form(self) -> dict[str, list[_Bearer]]:
        index: dict[str, list[_Bearer]] = {}
        for entry in self.entries:
            for generic, names in ((False, (entry.name, *entry.aliases)), (True, entry.generic)):
                for name in names:
                    index.setdefault(form(name).casefold(), []).append(_Bearer(entry, name, generic))
        return index

    def get(self, key: str) -> Entry | None:
        """The entry with this key."""
        return self._by_key.get(key)

    def by_domain(self, host: str) -> Entry | None:
        """The entry that owns ``host`` or the nearest domain above it: ``www.nrk.no`` is NRK's."""
        host = host.strip().rstrip(".").casefold()
        while "." in host:
            if host in self._by_domain:
                return self._by_domain[host]
            host = host.partition(".")[2]
        return None

    def find(
        self, name: str, *, country: str | None = None, language: Language | None = None, domain: str | None = None
    ) -> Entry | None:
        """The entry that ``name`` means, as it stands in an article; None where none does or the text does not tell.

        ``country`` (ISO 3166 alpha-2) is where the article's outlet is at home, ``language`` the article's, and
        ``domain`` the host that the name is linked to. A nationality beside the name decides before all three
        ("danske TV 2"), then ``domain``, ``country`` and ``language`` in that order, then the entries' ``likely``.
        """
        for naming in namings(name):
            bearers = [bearer for bearer in self._by_form.get(naming.form, ()) if _bears(bearer, naming)]
            if bearers:
                return _one_meant(bearers, naming, country, language, domain)
            if "." in naming.name and (owner := self.by_domain(naming.name)):
                return owner
        return None

    def search(self, words: str) -> tuple[Entry, ...]:
        """Entries with, for every one of ``words``, a word that begins so in a name, domain, key, kind, country, owner
        or control, whatever the case; those of just that name first, then by name. No words, all entries."""
        wanted = _spaced(words).split()
        sought = form(words).casefold()

        def named(entry: Entry) -> bool:
            return any(form(name).casefold() == sought for name in (entry.name, *entry.aliases))

        found = [e for e in self.entries if named(e) or all(f" {word}" in _searchable(e) for word in wanted)]
        return tuple(sorted(found, key=lambda entry: (not named(entry), entry.name.casefold())))


def load_register(*extra: Path) -> Register:
    """The shipped register with the entries of ``extra`` files, which add or, by key, replace.

    Raises :class:`UsageError` that names file, line and mend when a file is missing or wrong; nothing of it is kept.
    """
    entries = {entry.key: entry for entry in _shipped()}
    for path in extra:
        own = read_entries(path)
        entries |= {entry.key: entry for entry in own}
        for entry, field, value, other in clashes(entries.values()):
            if entry in own or other in own:
                mine, theirs = (entry, other) if entry in own else (other, entry)
                raise UsageError(_clash(path, mine, field, value, theirs))
    return Register(tuple(entries.values()))


@cache
def shipped_register() -> Register:
    """The shipped register alone, loaded once."""
    return load_register()


@cache
def _shipped() -> tuple[Entry, ...]:
    folder = Path(__file__).with_name("register")
    return tuple(entry for path in sorted(folder.glob("*.toml")) for entry in read_entries(path))


def read_entries(path: Path) -> tuple[Entry, ...]:
    """The entries of one file of the register, in its order. Raises :class:`UsageError`."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UsageError(f"{path}:{line}: the file is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise UsageError(
            f"{path}: cannot read this register file ({error.strerror}); give the path of a file"
        ) from error
    text = text.removeprefix("\ufeff")
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        said = str(error)[: place.start()] if place else str(error)
        raise UsageError(f"{path}:{line}: not TOML: {said}; see https://toml.io for the form") from error
    return tuple(_entry(path, text, key, table) for key, table in tables.items())


def _entry(path: Path, text: str, key: str, table: Any) -> Entry:
    if not isinstance(table, dict):
        raise UsageError(f"{path}:{_line(text, None, key)}: {key!r} stands outside an entry; put it under a [key] line")
    try:
        if "key" in table:
            raise msgspec.ValidationError("Object contains unknown field `key`")
        entry = msgspec.convert({"key": key, **table}, Entry)
    except msgspec.ValidationError as error:
        named = re.search(r"(?:field `|\$\.)(\w+)", str(error))
        field = named[1] if named else None
        said = str(error).partition(" - at ")[0].replace("Object ", "")
        raise UsageError(f"{path}:{_line(text, key, field)}: [{key}] {said}; {_mend(field, table)}") from error
    for field, wrong, mend in _inconsistent(entry):
        raise UsageError(f"{path}:{_line(text, key, field)}: [{key}] {wrong}; {mend}")
    return entry


def _inconsistent(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Fields that do not go together, each as field, what is wrong, mend."""
    if entry.control and not entry.why:
        yield "control", "control has no reason", "give it in one line as why"
    if entry.why and not entry.control:
        yield "why", "why gives a reason for no control", "add control or leave why out"
    for field, marked in (("likely", entry.likely), ("ambiguous", entry.ambiguous)):
        for name in marked:
            if name not in (entry.name, *entry.aliases, *entry.generic):
                yield field, f"{field} holds {name!r}, which is none of its names", "add it to aliases too"


def _mend(field: str | None, table: dict[str, Any]) -> str:
    fields = Entry.__struct_fields__[1:]
    if field in ("kind", "control"):
        allowed = get_args(EntryKind if field == "kind" else Control)
        near = get_close_matches(str(table.get(field)), allowed, 1)
        meant = f"did you mean {near[0]!r}? " if near else ""
        return f"{meant}{field} is one of {', '.join(allowed)}"
    mends = {
        "key": "the key is lower-case a-z, figures and hyphens, such as dagens-nyheter, and stands in [key] alone",
        "country": "country is two capital letters of ISO 3166, such as NO; the United Kingdom is GB",
        "domains": 'domains is a list of hosts without https:// and path, such as ["vg.no"]',
        "wikidata": "wikidata is an item's number, such as Q9531",
    }
    if field in mends:
        return mends[field]
    if field in fields:
        form_of_field = "a list of texts" if field in ("aliases", "generic", "likely", "ambiguous") else "a text"
        return f"{field} is {form_of_field}, not empty, without spaces at its ends"
    near = get_close_matches(field or "", fields, 1)
    return f"{f'did you mean {near[0]}? ' if near else ''}the fields are {', '.join(fields)}"


def _line(text: str, key: str | None, field: str | None) -> int:
    """The line, from 1, of ``field`` in the table ``key``, or of the table's header where the field is not there."""
    header = 0
    inside = key is None
    for number, line in enumerate(text.splitlines(), start=1):
        table = re.match(r"""\s*\[\s*["']?([^"'\]]*?)["']?\s*\]""", line)
        if table:
            inside = key is not None and re.split(r"""["']?\s*\.\s*["']?""", table[1])[0] == key
            header = header or (number if inside else 0)
        elif inside and field and re.match(rf"""\s*["']?{re.escape(field)}["']?\s*[=.]""", line):
            return number
    return header or 1


def clashes(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str, str, Entry]]:
    """Domains that two entries claim, and names that two of one country bear without both calling them ambiguous:
    each as the later entry, the field, the value and the earlier entry."""
    domains: dict[str, Entry] = {}
    names: dict[tuple[str | None, str], Entry] = {}
    for entry in entries:
        for domain in entry.domains:
            if (first := domains.setdefault(domain, entry)) is not entry:
                yield entry, "domains", domain, first
        declared = {form(name) for name in entry.ambiguous}
        for field, borne in (("name", (entry.name,)), ("aliases", entry.aliases), ("generic", entry.generic)):
            for name in borne:
                first = names.setdefault((entry.country, _identity(name)), entry)
                if first is not entry and not (form(name) in declared and form(name) in map(form, first.ambiguous)):
                    yield entry, field, name, first


def _clash(path: Path, mine: Entry, field: str, value: str, theirs: Entry) -> str:
    text = path.read_text("utf-8")
    mend = f"use the key {theirs.key} to replace that entry"
    if field != "domains":
        mend = f"{mend}, or list the name as ambiguous in both"
    return f"{path}:{_line(text, mine.key, field)}: [{mine.key}] {value!r} already belongs to [{theirs.key}]; {mend}"


def _searchable(entry: Entry) -> str:
    texts = (
        entry.key,
        entry.name,
        *entry.aliases,
        *entry.domains,
        entry.kind,
        entry.country,
        entry.owner,
        entry.control,
    )
    return _spaced(" ".join(text for text in texts if text))


def _spaced(text: str) -> str:
    return " " + re.sub(r"\W+", " ", text).casefold()


def _identity(name: str) -> str:
    """Names with the same identity cannot be told apart in a text: short ones differ by case, longer ones do not."""
    folded = form(name)
    return folded if len(folded) <= SHORT else folded.casefold()


# Names of so few letters and figures are acronyms or look like words ("Time", "SANA", "Ap"): their case must agree.
SHORT = 4


def _bears(bearer: _Bearer, naming: Naming) -> bool:
    """Whether the name as written can be the bearer's: its case agrees and a generic name has what it needs."""
    entry = bearer.entry
    own_country = entry.country in naming.nations or entry.country in naming.places
    if naming.places and entry.kind in PUBLIC_BODIES and not own_country:
        return False
    if bearer.generic and not own_country and not (naming.medium and (entry.kind in OUTLETS or entry.kind == "agency")):
        return False
    if len(form(bearer.name)) <= SHORT:
        return form(bearer.name) == form(naming.name)
    if bearer.name[0].islower() or naming.opens_with_article:
        return True
    return not naming.name[0].islower() or (own_country and entry.kind in PUBLIC_BODIES)


def _one_meant(
    bearers: list[_Bearer], naming: Naming, country: str | None, language: Language | None, domain: str | None
) -> Entry | None:
    likely = {
        bearer.entry.key for bearer in bearers if form(bearer.name) in {form(name) for name in bearer.entry.likely}
    }
    pool = {bearer.entry.key: bearer.entry for bearer in bearers}
    homes = ((frozenset({country}),) if country else ()) + (HOMES[language] if language else ())
    if naming.nations:
        pool = _narrow(pool, naming.nations) or {key: entry for key, entry in pool.items() if entry.country is None}
    elif len(naming.form) <= 2 and not naming.places:
        at_home = frozenset[str | None]({None}).union(*homes)
        pool = {key: entry for key, entry in pool.items() if entry.country in at_home or key in likely}
    pool = _narrow(pool, naming.places) or pool
    if domain:
        host = domain.strip().rstrip(".").casefold()
        own = {
            key: entry
            for key, entry in pool.items()
            if any(host == each or host.endswith("." + each) for each in entry.domains)
        }
        ending = host.rpartition(".")[2].upper()
        pool = own or _narrow(pool, {"GB" if ending == "UK" else ending}) or pool
    for home in (*homes, frozenset({None})):
        if narrowed := _narrow(pool, home):
            pool = narrowed
            break
    else:
        pool = {key: entry for key, entry in pool.items() if key in likely} or pool if len(pool) > 1 else pool
    return next(iter(pool.values())) if len(pool) == 1 else None


def _narrow(pool: dict[str, Entry], countries: Iterable[str | None]) -> dict[str, Entry]:
    wanted = set(countries)
    return {key: entry for key, entry in pool.items() if entry.country in wanted}
