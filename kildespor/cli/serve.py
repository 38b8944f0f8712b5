"""``kildespor serve``: the page and the HTTP API; ``kildespor user``: who may sign in to them."""

import getpass
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kildespor.cli.options import ArchiveOption, LangOption, PrivateOption, RegisterOption
from kildespor.errors import UsageError
from kildespor.messages import Words

if TYPE_CHECKING:
    from starlette.applications import Starlette

LOOPBACK = ("127.0.0.1", "::1", "localhost")

AccountsOption = Annotated[Path | None, typer.Option("--accounts", metavar="FILE", help="accounts")]

app = typer.Typer()


@app.command(help="serve")
def serve(
    host: Annotated[str, typer.Option(help="host")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="port")] = 8080,
    archive: ArchiveOption = None,
    accounts: AccountsOption = None,
    sign_in: Annotated[bool, typer.Option("--sign-in", help="sign_in")] = False,
    register: RegisterOption = None,
    allow_private: PrivateOption = False,
    readers: Annotated[int, typer.Option(min=0, help="readers")] = 0,
    rate: Annotated[int, typer.Option(min=1, help="rate")] = 60,
    lang: LangOption = "nb",
) -> None:
    _need_web()
    from kildespor.reading import cores
    from kildespor.sources.register import load_register
    from kildespor.web.accounts import Accounts
    from kildespor.web.app import application
    from kildespor.web.settings import Settings

    words = Words(lang)
    sign_in = sign_in or host not in LOOPBACK
    if sign_in and not Accounts(accounts).names():
        raise UsageError(words("serve.no_accounts"))
    # A file that is wrong is told now and not at the first article.
    load_register(*register or ())
    settings = Settings(
        archive=archive,
        accounts=accounts,
        sign_in=sign_in,
        registers=tuple(register or ()),
        allow_private=allow_private,
        lang=lang,
        readers=readers or cores(),
        readings=rate,
    )
    _run(application(settings), host, port, words)


def _run(asgi: "Starlette", host: str, port: int, words: Words) -> None:
    import uvicorn

    # The socket is bound here, so that the address can be told, also where the system has chosen the port.
    config = uvicorn.Config(asgi, host=host, port=port, log_level="warning", server_header=False, limit_concurrency=500)
    listening = _bound(host, port)
    shown = f"[{host}]" if ":" in host else host
    print(words("serve.at", address=f"http://{shown}:{listening.getsockname()[1]}/"), flush=True)
    uvicorn.Server(config).run(sockets=[listening])


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(f"{host}:{port}: {error.strerror}. Name another with --host or --port.") from None
    # asyncio turns Nagle's algorithm off for the sockets that it opens itself, not for this one: an answer leaves in
    # two pieces, and on a kept connection the second would wait 40 ms, until the client acknowledges the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _need_web() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("starlette", "uvicorn", "argon2") if find_spec(name) is None]
    if missing:
        raise UsageError("The page and the API need packages that are not installed: pip install 'kildespor[web]'.")


@app.command(help="user")
def user(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="user_name")] = None,
    key: Annotated[bool, typer.Option("--key", help="user_key")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="user_remove")] = False,
    accounts: AccountsOption = None,
    lang: LangOption = "nb",
) -> None:
    _need_web()
    from kildespor.web.accounts import Accounts

    words, known = Words(lang), Accounts(accounts)
    if name is None:
        if key or remove:
            raise UsageError(words("serve.whose"))
        print("\n".join(known.names()) or words("serve.nobody", path=known.path))
    elif remove:
        known.remove(name)
    elif key:
        print(known.add_key(name))
    else:
        known.set_password(name, _password(words))


def _password(words: Words) -> str:
    """A password typed twice at the terminal, or the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(words("serve.password"))
    if first != getpass.getpass(words("serve.again")):
        raise UsageError(words("serve.differ"))
    return first
