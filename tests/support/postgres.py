"""A private PostgreSQL cluster for a run of the tests; skips aloud where PostgreSQL is not there.

`started = start_postgres()`, then `url = started.new_database()`, at the end `started.stop()`.
PostgreSQL refuses to run as root, so root runs it as a user without rights.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

START_SECONDS_MAX = 30
_USERS = ("postgres", "nobody")
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")
_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"


@dataclass
class Postgres:
    """A running cluster."""

    folder: Path
    programs: Path
    port: int
    made: count[int]

    def url(self, database: str) -> str:
        """Return the URL of a database of this cluster."""
        return f"postgresql://tester@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database; returns its URL."""
        name = f"t{next(self.made)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def stop(self) -> None:
        """End it, and leave nothing behind."""
        _run(self.programs / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgres() -> Postgres:
    """Start a new cluster on a free port of loopback, or skip the test that asked for it."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's initdb is not on this machine: not tried on PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="shuoguo-pg-"))
    user = _user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    data, port = folder / "data", _free_port()
    _run(
        programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8",
        "--locale=C", "--no-sync",
    )  # fmt: skip
    started = Postgres(folder, programs, port, count(1))
    resume_postgres(started)
    return started


def halt_postgres(cluster: Postgres) -> None:
    """End the server at once; what it holds stays."""
    data = cluster.folder / "data"
    _run(cluster.programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def resume_postgres(cluster: Postgres) -> None:
    """Start the server, on its port."""
    options = f"-p {cluster.port} -c listen_addresses=127.0.0.1 -k {cluster.folder} {_FAST}"
    _run(
        cluster.programs / "pg_ctl", "-D", cluster.folder / "data", "-w",
        "-t", str(START_SECONDS_MAX), "-l", cluster.folder / "log", "-o", options, "start",
    )  # fmt: skip


def _programs() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).parent
    root = Path("/")
    found = [path for place in _PLACES for path in sorted(root.glob(place.lstrip("/")))]
    return next((path for path in reversed(found) if (path / "initdb").exists()), None)


def _user() -> pwd.struct_passwd | None:
    """Who runs it: ourselves, or where that is root, somebody without rights."""
    if os.geteuid() != 0:
        return None
    names = {one.pw_name for one in pwd.getpwall()}
    return pwd.getpwnam(next(name for name in _USERS if name in names))


def _run(*command: object) -> None:
    user = _user()
    as_user: dict[str, Any] = {}
    if user is not None:
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    done = subprocess.run(
        [str(part) for part in command], cwd="/", stdin=subprocess.DEVNULL, check=False,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120, **as_user,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
