"""The source text itself keeps the rules of the house."""

import ast
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES_MAX = 400
BODY_LINES_MAX = 70
LONG_FOR_A_REASON: dict[str, str] = {}
DEPENDENCY_FILES = ("requirements.lock", "pyproject.toml")
# where time passes by itself: the one helper that waits, and virtual time
MAY_SLEEP = ("tests/support/", "tests/simulation/")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_names_a_place_of_one_machine() -> None:
    place = re.compile(r"(?<![\w.])/(root|home/\w+|work|Users/\w+)/")
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in tracked()}
    assert [name_of(path) for path, text in texts.items() if place.search(text)] == []


def test_dependencies_are_named_without_an_address() -> None:
    for name in DEPENDENCY_FILES:
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_every_locked_dependency_has_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert pinned
    assert [each for each in pinned if "==" not in each or "--hash=sha256:" not in each] == []


def test_no_module_is_long_without_a_reason() -> None:
    modules = [path for path in tracked("*.py") if not name_of(path).startswith("tests/")]
    sizes = {name_of(path): len(path.read_text().splitlines()) for path in modules}
    assert {name for name, lines in sizes.items() if lines > LINES_MAX} == set(LONG_FOR_A_REASON)


def test_no_function_is_long() -> None:
    found = []
    for path in tracked("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first, last = node.body[0].lineno, node.end_lineno or 0
                if last - first >= BODY_LINES_MAX:
                    found.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert found == []


def waits(path: Path) -> list[str]:
    """Return the places where time is let pass; `sleep(0)` only gives way."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    sleeps = [call for call in calls if ast.unparse(call.func) in {"time.sleep", "asyncio.sleep"}]
    return [f"{name_of(path)}:{it.lineno}" for it in sleeps if ast.unparse(it.args[0]) != "0"]


def test_only_the_helper_waits_in_tests() -> None:
    files = [path for path in tracked("tests/*.py") if not name_of(path).startswith(MAY_SLEEP)]
    assert [place for path in files for place in waits(path)] == []
