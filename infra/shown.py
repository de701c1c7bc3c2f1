"""`python -m infra.shown MODULE …`: runs a module on the streams of a person (infra.terminal)."""

import runpy
import sys

from infra import terminal


def main() -> int:
    """Run the module named first; returns its exit code."""
    del sys.argv[0]
    try:
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if isinstance(ended.code, str):
            raise
        return int(ended.code or 0)
    except KeyboardInterrupt:
        return terminal.EXIT_OK
    return terminal.EXIT_OK


if __name__ == "__main__":
    terminal.show_what_can_be_shown()
    sys.exit(terminal.guarded(main))
