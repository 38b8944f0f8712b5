"""The register: its files' form, whom a name means in its context, users' own files, and the search."""

import re
import time
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kildespor.errors import UsageError
from kildespor.messages import Words
from kildespor.model import Language
from kildespor.sources import register as module
from kildespor.sources.register import Control, Entry, EntryKind, Register, load_register
from kildespor.sources.telling import in_bokmal, owner_told, why_told


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


# --- the shipped files ---


def test_covers_the_news_that_nordic_papers_cite(register: Register) -> None:
    assert len(register.entries) >= 350
    countries = Counter(entry.country for entry in register.entries)
    assert all(
        countries[country] >= least for country, least in {"NO": 120, "DK": 60, "SE": 60, "FI": 10, "IS": 4}.items()
    )
    assert {entry.kind for entry in register.entries} == set(get_args(EntryKind))
    assert {entry.control for entry in register.entries} == {*get_args(Control), None}


def test_keys_domains_and_names_within_a_country_belong_to_one_entry(register: Register) -> None:
    assert len({entry.key for entry in register.entries}) == len(register.entries)
    assert list(module.clashes(register.entries)) == []


def test_no_name_is_given_twice_and_no_ambiguity_is_declared_in_vain(register: Register) -> None:
    bearers = Counter(
        (entry.country, name) for entry in register.entries for name in (entry.name, *entry.aliases, *entry.generic)
    )
    for entry in register.entries:
        names = (entry.name, *entry.aliases, *entry.generic)
        assert len(set(names)) == len(names), entry.key
        assert all(bearers[entry.country, name] > 1 for name in entry.ambiguous), entry.key


def test_every_control_has_its_reason_in_one_line(register: Register) -> None:
    for entry in register.entries:
        assert (entry.control is None) == (entry.why is None), entry.key
        assert entry.why is None or (entry.why.endswith(".") and "\n" not in entry.why), entry.key


def test_every_reason_and_every_owner_that_is_no_name_is_there_in_bokmal(register: Register) -> None:
    told = in_bokmal()
    assert set(told["why"]) == {entry.why for entry in register.entries if entry.why}
    assert all(reason.endswith(".") and "\n" not in reason for reason in told["why"].values())
    owners = {entry.owner for entry in register.entries if entry.owner}
    described = {owner for owner in owners if re.search(r"\b(state|government|and|of|Party|movement)\b", owner)}
    assert described <= set(told["owner"]) <= owners
    nb, en = Words("nb"), Words("en")
    assert why_told("Owned by the Russian state.", nb) == "Eid av den russiske staten."
    assert why_told("Owned by the Russian state.", en) == "Owned by the Russian state."
    assert why_told("Eies av oss.", nb) == "Eies av oss.", "a register of one's own speaks its owner's language"
    assert all(f"entry_kind.{kind.replace(' ', '_')}" in nb for kind in get_args(EntryKind))
    assert (owner_told("Norwegian state", nb), owner_told("Amedia", nb)) == ("den norske staten", "Amedia")


@pytest.mark.parametrize(
    ("key", "control"),
    [
        ("tass", "state"), ("ria-novosti", "state"), ("rt", "state"), ("sputnik", "state"), ("xinhua", "state"),
        ("cctv", "state"), ("global-times", "party"), ("peoples-daily", "party"), ("irna", "state"),
        ("press-tv", "state"),
        ("anadolu", "state"), ("trt", "state"), ("kcna", "state"), ("sana", "state"), ("belta", "state"),
        ("nrk", "public service"), ("tv2-dk", "public service"), ("tv2-no", "private"), ("bbc", "public service"),
        ("vg", "private"), ("ntb", "private"), ("reuters", "private"), ("ssb", "state"),
    ],
)  # fmt: skip
def test_who_controls_it(register: Register, key: str, control: Control) -> None:
    entry = register.get(key)
    assert entry is not None and entry.control == control


def test_every_entry_is_found_by_its_own_names(register: Register) -> None:
    for entry in register.entries:
        for name in (entry.name, *entry.aliases):
            if name in entry.ambiguous:
                continue
            assert register.find(name, country=entry.country, domain=(*entry.domains, None)[0]) == entry, (
                entry.key,
                name,
            )
        for domain in entry.domains:
            assert register.by_domain(domain) == entry


def test_loads_and_finds_quickly() -> None:
    def load() -> float:
        module._shipped.cache_clear()
        start = time.process_time()
        load_register()
        return time.process_time() - start

    assert min(load() for _ in range(5)) < 0.06


# --- whom a name means ---

NAMES = Path(__file__).with_name("data") / "register_names.tsv"
WRITTEN = [line.split("\t") for line in NAMES.read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("name", "language", "key"), WRITTEN)
def test_finds_whom_a_name_means(register: Register, name: str, language: Language, key: str) -> None:
    entry = register.find(name, language=language)
    assert (entry.key if entry else "") == key


@pytest.mark.parametrize(
    ("name", "context", "key"),
    [
        ("TV 2", {}, None),
        ("TV 2", {"country": "DK"}, "tv2-dk"),
        ("TV 2", {"country": "NO", "language": "eng"}, "tv2-no"),
        ("TV 2", {"domain": "nyheter.tv2.no", "language": "dan"}, "tv2-no"),
        ("TV 2", {"domain": "www.berlingske.dk"}, "tv2-dk"),
        ("norske TV 2", {"domain": "tv2.dk", "country": "DK", "language": "dan"}, "tv2-no"),
        ("Metro", {"domain": "metro.co.uk"}, "metro-gb"),
        ("Metro", {"country": "SE", "language": "eng"}, "metro-se"),
        ("UD", {"country": "SE", "language": "nob"}, "ud-se"),
        ("Högsta domstolen", {"country": "FI", "language": "swe"}, "hogsta-domstolen-se"),
        ("Reuters", {"country": "NO", "domain": "vg.no"}, "reuters"),
    ],
)
def test_context_tells_bearers_of_one_name_apart(
    register: Register, name: str, context: dict[str, str], key: str | None
) -> None:
    entry = register.find(name, **context)  # type: ignore[arg-type]
    assert (entry and entry.key) == key


PIECES = ["det", "russiske", "i", "TV", "2", "NTBs", "(", ")", "Danmark", "avisa", ",", ".", "’s"]


@given(
    name=st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map(" ".join)),
    country=st.sampled_from([None, "NO", "XX", ""]),
    language=st.sampled_from([None, "nob", "nno", "dan", "swe", "eng"]),
    domain=st.one_of(st.none(), st.text()),
)
def test_find_takes_any_text(
    register: Register, name: str, country: str | None, language: Language | None, domain: str | None
) -> None:
    found = register.find(name, country=country, language=language, domain=domain)
    assert found is None or found in register.entries


@given(words=st.text(), host=st.text())
def test_search_and_domains_take_any_text(register: Register, words: str, host: str) -> None:
    assert set(register.search(words)) <= set(register.entries)
    assert register.by_domain(host) is None or "." in host


@pytest.mark.parametrize(
    ("host", "key"), [("www.nrk.no", "nrk"), ("BBC.co.uk", "bbc"), ("no", None), ("notnrk.no", None)]
)
def test_a_host_belongs_to_the_owner_of_the_nearest_domain(register: Register, host: str, key: str | None) -> None:
    entry = register.by_domain(host)
    assert (entry and entry.key) == key


@pytest.mark.parametrize(
    ("key", "kind"), [("ntb", "agency"), ("vg", "outlet"), ("telegram", "outlet"), ("ssb", "organisation")]
)
def test_says_what_kind_of_source_an_entry_is(register: Register, key: str, kind: str) -> None:
    entry = register.get(key)
    assert entry is not None and entry.source_type == kind


# --- search ---


def test_search_puts_the_one_so_named_first(register: Register) -> None:
    assert [entry.key for entry in register.search("tv 2")][:2] == ["tv2-dk", "tv2-no"]
    assert register.search("DAGBLADET")[0].key == "dagbladet"
    assert {entry.key for entry in register.search("agency state RU")} == {
        "tass",
        "ria-novosti",
        "sputnik",
        "rossija-segodnja",
    }
    assert register.search("no such outlet") == ()
    assert len(register.search("")) == len(register.entries)


# --- users' own files ---

OWN = """\
[fjordbladet]
name = "Fjordbladet"
kind = "newspaper"
country = "NO"
domains = ["fjordbladet.example"]
"""


def own_file(folder: Path, text: str | bytes) -> Path:
    path = folder / "own.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_own_entries_add_to_the_register_and_replace_by_key(tmp_path: Path) -> None:
    path = own_file(tmp_path, "\ufeff" + OWN + '\n[ntb]\nname = "NTB"\nkind = "agency"\ncountry = "NO"\n')
    register = load_register(path)
    assert register.find("Fjordbladets") == Entry(
        key="fjordbladet", name="Fjordbladet", kind="newspaper", country="NO", domains=("fjordbladet.example",)
    )
    ntb = register.find("NTB")
    assert ntb is not None and ntb.control is None
    assert register.find("Norsk Telegrambyrå") is None
    assert len(register.entries) == len(load_register().entries) + 1


def test_a_later_file_replaces_an_earlier_one(tmp_path: Path) -> None:
    first, second = own_file(tmp_path, OWN), tmp_path / "second.toml"
    second.write_text(OWN.replace("newspaper", "magazine"), "utf-8")
    entry = load_register(first, second).get("fjordbladet")
    assert entry is not None and entry.kind == "magazine"


def test_an_ambiguity_that_both_declare_is_left_open(tmp_path: Path) -> None:
    twin = OWN.replace("[fjordbladet]", "[fjordbladet-vest]").replace("fjordbladet.ex", "vest.ex")
    own = OWN + 'ambiguous = ["Fjordbladet"]\n' + twin + 'ambiguous = ["Fjordbladet"]\n'
    register = load_register(own_file(tmp_path, own))
    assert register.find("Fjordbladet", country="NO") is None
    found = register.find("Fjordbladet", domain="vest.example")
    assert found is not None and found.key == "fjordbladet-vest"


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (OWN + "owner = ", 6, "not TOML"),
        (OWN + "owner = Eigar\n", 6, "not TOML"),
        (OWN + OWN, 6, "not TOML"),
        (b'[a]\nname = "\xe6"\n', 2, "save it as UTF-8"),
        ('name = "Fjordbladet"\n' + OWN, 1, "under a [key] line"),
        (OWN.replace('name = "Fjordbladet"\n', ""), 1, "missing required field `name`"),
        (OWN.replace('kind = "newspaper"\n', ""), 1, "missing required field `kind`"),
        (OWN.replace('"newspaper"', '"newspapr"'), 3, "did you mean 'newspaper'?"),
        (OWN.replace('"newspaper"', "1"), 3, "kind is one of agency,"),
        (OWN.replace('"NO"', '"Noreg"'), 4, "two capital letters"),
        (OWN.replace('"NO"', '"UK"'), 4, "the United Kingdom is GB"),
        (OWN.replace('["fj', '["https://fj'), 5, "without https://"),
        (OWN.replace('["fjordbladet.example"]', '"fjordbladet.example"'), 5, "domains is a list"),
        (OWN.replace('"Fjordbladet"', '""'), 2, "name is a text, not empty"),
        (OWN + 'aliases = ["Fjord", 7]\n', 6, "aliases is a list of texts"),
        (OWN + 'alias = ["FB"]\n', 6, "did you mean aliases?"),
        (OWN + 'key = "fjord"\n', 6, "stands in [key] alone"),
        (OWN + 'wikidata = "9531"\n', 6, "such as Q9531"),
        (OWN + 'control = "statlig"\nwhy = "Because."\n', 6, "control is one of state, party, public service, private"),
        (OWN + 'control = "state"\n', 6, "give it in one line as why"),
        (OWN + 'why = "Because."\n', 6, "add control"),
        (OWN + 'likely = ["Bladet"]\n', 6, "none of its names"),
        (OWN.replace("[fjordbladet]", "[Fjordbladet]"), 1, "the key is lower-case"),
        (OWN.replace("fjordbladet.example", "vg.no"), 5, "use the key vg to replace"),
        (OWN.replace('"Fjordbladet"', '"Aftenposten"'), 2, "already belongs to [aftenposten]"),
        (OWN + 'aliases = ["BT"]\n', 6, "already belongs to [bergens-tidende]"),
    ],
)
def test_an_error_names_file_line_and_mend(tmp_path: Path, text: str | bytes, line: int, says: str) -> None:
    path = own_file(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        load_register(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_right_line_is_named_among_many_entries(tmp_path: Path) -> None:
    second = OWN.replace("fjordbladet", "dalbladet").replace("Fjordbladet", "Dalbladet").replace("newspaper", "paper")
    with pytest.raises(UsageError, match=r"own\.toml:9: \[dalbladet\]"):
        load_register(own_file(tmp_path, f"# Two papers\n{OWN}{second}"))


@pytest.mark.parametrize("name", ["absent.toml", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="give the path of a file") as caught:
        load_register(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


@given(st.text())
def test_any_text_as_a_file_is_taken_or_refused_by_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "own.toml"
    path.write_bytes(text.encode())
    try:
        load_register(path)
    except UsageError as error:
        assert str(error).startswith(f"{path}:")
