"""Servers to test with: ``kildespor serve`` as a user starts it, and pages of newspapers on this machine."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import urllib3

TEXT = (
    "Ferja ligger ved kai\n\nFerja «Lyngvær» er slept til kai. "
    "Ingen kom til skade, opplyser rederiet Nordsund Ferjer.\n\n"
    "– Vi så røyk fra maskinrommet, sier kaptein Mari Holten til Lyngposten.\n\n"
    "Brannen skal ha startet i en pumpe.\n\n– Pumpen er gammel, sier Per Ås til NTB, ifølge NRK.\n\n"
    "– Vi lærer av dette, sier Holten.\n"
)


class Answer(msgspec.Struct, frozen=True):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> dict:
        return msgspec.json.decode(self.body)


class Served:
    """A running ``kildespor serve``."""

    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address = address.rstrip("/")
        self.process = process
        self._pool = urllib3.PoolManager(retries=False, timeout=120)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def ask(
        self, method: str, path: str, *, json: object = None, fields: dict | None = None, headers: dict | None = None
    ):
        given = dict(headers or {})
        body = None
        if json is not None:
            body, given["Content-Type"] = msgspec.json.encode(json), "application/json"
        elif fields is not None:
            body, given["Content-Type"] = urllib3.encode_multipart_formdata(fields)
        found = self._pool.request(method, self.address + path, body=body, headers=given, redirect=False)
        return Answer(found.status, {name.lower(): value for name, value in found.headers.items()}, found.data)


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    """``kildespor serve`` with an archive in ``folder`` on a port that the system chooses."""
    archive = [] if "--archive" in options else ["--archive", str(folder / "archive.db")]
    command = [sys.executable, "-m", "kildespor.cli", "serve", "--port", "0", *archive, *options]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "KILDESPOR_LANG": "nb"}
    log = (folder / "serve.log").open("w+")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line + (folder / "serve.log").read_text()
        served = Served(found[0], process)
        # Listening begins before answering does.
        assert urllib3.PoolManager(retries=urllib3.Retry(8, backoff_factor=0.2)).request("GET", found[0]).status < 500
        yield served
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@contextmanager
def newspaper(pages: dict[str, str]) -> Iterator[str]:
    """The address of a server of pages on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
