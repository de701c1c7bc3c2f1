"""Apache Kafka's server jars by Maven, fetched once and kept beside the pom."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

KAFKA_VERSION: Final = "4.4.0"
FETCH_SECONDS_MAX: Final = 480

_HERE: Final = Path(__file__).resolve().parent
_JARS: Final = _HERE / "target" / f"jars-{KAFKA_VERSION}"


class JarsUnavailableError(Exception):
    """Java or Maven is missing, or Maven could not fetch the jars; the message says which."""


def missing_tools() -> list[str]:
    """Names of the programs that are needed and not on the path (empty: all there)."""
    needed = ["java"] if _JARS.is_dir() else ["java", "mvn"]
    return [name for name in needed if shutil.which(name) is None]


def fetch_jars() -> Path:
    """Return the folder with the server's jars; the first call asks Maven for them.

    Two callers at once are fine: each fetches into a folder of its own, and the first rename wins.
    """
    missing = missing_tools()
    if missing:
        raise JarsUnavailableError(f"not on the path: {', '.join(missing)}")
    if _JARS.is_dir():
        return _JARS
    _JARS.parent.mkdir(parents=True, exist_ok=True)
    fetched = Path(tempfile.mkdtemp(prefix="fetch-", dir=_JARS.parent))
    try:
        _copy_dependencies(fetched)
        _publish(fetched)
    finally:
        shutil.rmtree(fetched, ignore_errors=True)
    return _JARS


def _copy_dependencies(folder: Path) -> None:
    command = ["mvn", "-q", "-B", "-f", str(_HERE / "pom.xml"), "dependency:copy-dependencies"]
    command.append(f"-DoutputDirectory={folder}")
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=FETCH_SECONDS_MAX,
        check=False,
    )
    if done.returncode != 0:
        raise JarsUnavailableError(f"Maven failed ({done.returncode}): {done.stdout[-800:]}")


def _publish(folder: Path) -> None:
    try:
        folder.rename(_JARS)
    except OSError:
        if not _JARS.is_dir():
            raise
