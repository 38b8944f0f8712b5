"""``kildespor sources``: the register of outlets, agencies and institutions, printed and searched."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kildespor.messages import Lang, Words

if TYPE_CHECKING:
    from kildespor.sources.register import Entry

app = typer.Typer()


@app.command(help="register_search")
def sources(
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS...", help="register_words")] = None,
    register: Annotated[list[Path] | None, typer.Option(help="register")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="register_json")] = False,
    lang: Annotated[Lang, typer.Option(envvar="KILDESPOR_LANG", help="lang")] = "nb",
) -> None:
    import msgspec

    from kildespor.sources.register import load_register

    found = load_register(*(register or ())).search(" ".join(words or ()))
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    said = Words(lang)
    for entry in found:
        print(_line(entry, said))
    print(said("register.count", n=len(found)))


def _line(entry: "Entry", words: Words) -> str:
    """One entry: its key and name, what and where it is, under whose control, its other names."""
    from kildespor.sources.telling import owner_told, why_told

    kind = words(f"entry_kind.{entry.kind.replace(' ', '_')}")
    owner = entry.owner and owner_told(entry.owner, words)
    about = ", ".join(part for part in (kind, entry.country, owner) if part)
    control = ""
    if entry.control and entry.why:
        control = words("voice.control_" + entry.control.replace(" ", "_"))
        control = f" · {control}: {why_told(entry.why, words)}"
    aliases = f" · {', '.join(entry.aliases)}" if entry.aliases else ""
    return f"{entry.key}  {entry.name} ({about}){control}{aliases}"
