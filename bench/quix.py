"""The environment of the comparator in Quix Streams, made on demand; no part of the project's own.

Rule 1: what is installed is what bench/quix_streams/requirements.txt names, by hash.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent / "quix_streams"
WANTED = HERE / "requirements.txt"
FOLDER = HERE / "target"


def interpreter() -> str | None:
    """Return the Python that has Quix Streams; None, said aloud, where it cannot be installed."""
    python, made_of = FOLDER / "bin" / "python", FOLDER / "requirements.txt"
    if made_of.is_file() and made_of.read_bytes() == WANTED.read_bytes():
        return str(python)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        install = ("-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", str(WANTED))
        subprocess.run([str(python), *install], check=True)
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"Quix Streams is not measured: {error}\n")
        return None
    made_of.write_bytes(WANTED.read_bytes())
    return str(python)
