"""`shuoguo doctor`: what this machine has. What is optional and absent costs nothing."""

import importlib.metadata
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from infra.broker.storage import newer_format
from infra.cli.exits import Exit, out
from infra.cli.roles import runs
from infra.private import open_to_others
from infra.running import read_running

PYTHON_MIN: Final = (3, 11)
DISK_BYTES_MIN: Final = 1024**3
PACKAGES: Final = ("aiokafka", "kafka-python", "msgspec", "typer", "rich", "uvloop")
OPTIONAL: Final = (
    ("java", "Apache Kafka, 对照测试 conformance tests"),
    ("mvn", "Apache Kafka 的 jar, its jars"),
    ("chromium", "页面测试 tests of the pages"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. status: ok, missing (a person must act) or absent (optional)."""

    name: str
    status: str
    detail: str


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("python", "ok" if sys.version_info >= PYTHON_MIN else "missing", version)


def _packages() -> Finding:
    found: list[str] = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            return Finding("packages", "missing", f"{name}; make setup")
    return Finding("packages", "ok", ", ".join(found))


def _folder(data: Path) -> Finding:
    running = read_running(data)
    if running is not None and runs(running):
        return Finding("data", "ok", f"{data} (in use: pid {running.pid}, {running.bootstrap})")
    if newer_format(data) is not None:
        return Finding("data", "missing", f"{data} 由更新的版本写成 was written by a newer version")
    place = data if data.exists() else _existing(data)
    usable = place.is_dir() and os.access(place, os.W_OK)
    return Finding(
        "data", "ok" if usable else "missing", f"{data}{'' if usable else ' not usable'}"
    )


def _private(data: Path) -> Finding:
    found = list(open_to_others(data)) if data.is_dir() else []
    if not found:
        return Finding("private", "ok", "0700/0600")
    said = f"{found[0]} 等 {len(found)} 处他人可读 open to others; shuoguo up mends it"
    return Finding("private", "missing", said)


def _disk(data: Path) -> Finding:
    free = shutil.disk_usage(_existing(data)).free
    status = "ok" if free >= DISK_BYTES_MIN else "missing"
    return Finding("disk", status, f"{free / 1024**3:.1f} GiB free")


def _looked(name: str, look: Callable[[], Finding]) -> Finding:
    """Return a finding, where the system does not even let us look."""
    try:
        return look()
    except OSError as error:
        return Finding(name, "missing", error.strerror or str(error))


def _existing(path: Path) -> Path:
    path = path.absolute()
    while not path.exists():
        path = path.parent
    return path


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return Finding("port", "missing", f"{port}: {error.strerror}; up --port 0")
    return Finding("port", "ok", f"{port} is free")


def _optional(name: str, purpose: str) -> Finding:
    where = shutil.which(name)
    return Finding(name, "ok" if where else "absent", where or f"optional: {purpose}")


def findings(data: Path, port: int) -> list[Finding]:
    """Look at everything."""
    looks: list[Callable[[], Finding]] = [_python, _packages]
    found = [look() for look in looks]
    found += [
        _looked("data", lambda: _folder(data)),
        _looked("private", lambda: _private(data)),
        _looked("disk", lambda: _disk(data)),
    ]
    running = read_running(data)
    if running is None or not running.bootstrap.endswith(f":{port}"):
        found.append(_port(port))
    return found + [_optional(name, purpose) for name, purpose in OPTIONAL]


def doctor(data: Path, port: int, *, as_json: bool) -> Exit:
    """Print what was found; `REFUSED` where something is missing."""
    found = findings(data, port)
    if as_json:
        out(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        marks = {"ok": "✓ 正常", "missing": "✗ 缺少", "absent": "– 未装"}
        for one in found:
            out(f"{marks[one.status]}  {one.name:<9} {one.detail}")
    return Exit.REFUSED if any(one.status == "missing" for one in found) else Exit.OK
