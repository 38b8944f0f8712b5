"""A newspaper to follow: a real server on this machine."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Site:
    """A newspaper's server: its feed of ``items``, oldest first, what has ``changed`` in them, its robots.txt, and what
    it has been asked."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.changed: dict[str, str] = {}
        self.robots: tuple[int, str] = (404, "")
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.bodies: dict[str, bytes] = {}
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((time.monotonic(), self.path, dict(self.headers.items())))
                status, headers, body = site.answer(self.path, dict(self.headers.items()))
                self.send_response(status)
                for key, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, path: str, asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        if path == "/robots.txt" and path not in self.answers:
            return self.robots[0], {"Content-Type": "text/plain"}, self.robots[1].encode()
        if path in self.answers:
            return *self.answers[path], self.bodies.get(path, b"")
        if path.startswith("/feed"):
            etag = f'"{"-".join(item + self.changed.get(item, "") for item in self.items)}"'
            if asked.get("If-None-Match") == etag:
                return 304, {}, b""
            return 200, {"Content-Type": "application/rss+xml", "ETag": etag}, self.feed().encode()
        more = self.changed.get(path.removeprefix("/"), "")
        prose = f"Ferga til Kråkvågen står, skriver Årdalsposten om {path}. " * 6 + more
        html = f"<html><head><title>Sak</title></head><body><h1>Sak {path}</h1><p>{prose}</p></body></html>"
        return 200, {"Content-Type": "text/html; charset=utf-8"}, html.encode()

    def feed(self) -> str:
        items = "".join(
            f"<item><title>Sak {item}{self.changed.get(item, '')}</title><link>{self.url}/{item}</link>"
            "<pubDate>Tue, 02 Jan 2024 03:04:05 GMT</pubDate></item>"
            for item in reversed(self.items)
        )
        return f'<rss version="2.0"><channel><title>Avisen</title>{items}</channel></rss>'

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
