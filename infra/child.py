"""`python -m infra.child MODULE …`: runs a module for another process of ours.

That one reads what it says (infra.terminal), and it ends with that one (infra.guard).
"""

import runpy
import sys

from infra import guard, terminal

if __name__ == "__main__":
    guard.watch()
    terminal.speak_utf8()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
