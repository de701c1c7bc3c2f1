"""Makes .venv from requirements.lock: `python3 infra/deploy/environment.py`.

Rule 1: what is installed is what the lock names, by hash, and nothing is resolved anew: a release
of tomorrow must not change what is installed, nor fail it (beside a pinned `coverage`, pip takes
the newest for `coverage[toml]`). The project itself is installed editable.
Rule 2: quick when nothing changed: a stamp in `.venv` names what it was made from, and where.
Rule 3: two at once wait for each other; one that was interrupted is gone over again.
"""

import fcntl
import hashlib
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / ".made-from"
PYTHON = VENV / "bin" / "python"


def fingerprint() -> str:
    """Return where the environment belongs, and a hash of what it is made from."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return f"{ROOT}\n{digest.hexdigest()}\n"


def is_current() -> bool:
    """Whether `.venv` was made, to the end, from the files as they are now."""
    return PYTHON.exists() and STAMP.is_file() and STAMP.read_text() == fingerprint()


def is_foreign() -> bool:
    """Whether it was made for another place: its programs would start the Python there."""
    return STAMP.is_file() and not STAMP.read_text().startswith(f"{ROOT}\n")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the environment's Python and keep what it says."""
    return subprocess.run(
        [PYTHON, *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )


def pip(*arguments: str) -> None:
    """Install, or end with pip's own words."""
    ended = run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)
    if ended.returncode:
        sys.exit(f"{ended.stdout}{ended.stderr}\nsetup: pip could not install")


def install_locked() -> None:
    """Install what the lock names; end with pip's own words where it leaves out something."""
    pip("--no-deps", "--require-hashes", "--requirement", "requirements.lock")
    checked = run("-m", "pip", "check", "--disable-pip-version-check")
    if checked.returncode:
        sys.exit(f"{checked.stdout}{checked.stderr}\nsetup: requirements.lock is not complete")


def make() -> None:
    """Make the environment, from whatever state it was left in."""
    print("setup: making .venv from requirements.lock (a minute, once)", flush=True)
    if is_foreign() or not PYTHON.exists() or run("-c", "import pip").returncode:
        try:
            venv.create(VENV, clear=True, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("setup: this Python has no ensurepip; on Debian: apt-get install python3-venv")
    STAMP.unlink(missing_ok=True)
    install_locked()
    pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", ".")
    STAMP.write_text(fingerprint())


def main() -> None:
    """Make the environment unless it is current."""
    if is_current():
        return
    with (ROOT / ".venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current():
            make()


if __name__ == "__main__":
    main()
