"""`python -m infra ROLE ...`: the roles of this folder, each imported only when it is asked for."""

from __future__ import annotations

import importlib
import sys

from infra.private import keep_private

ROLES = {
    "broker": "infra.broker.main",
}


def main(arguments: list[str]) -> int:
    """Run the role named first; the exit code."""
    keep_private()
    if not arguments or arguments[0] not in ROLES:
        sys.stderr.write(f"usage: python -m infra {{{','.join(ROLES)}}} ...\n")
        return 2
    role = importlib.import_module(ROLES[arguments[0]])
    code: int = role.main(arguments[1:])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
