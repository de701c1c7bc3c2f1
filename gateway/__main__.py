"""`python -m gateway ROLE`: what stands between the log and people.

Roles: accounts (who may sign in), http, push. Exit codes: those of `shuoguo` for accounts; of http
and push 0 done, 1 failed, 4 usage, 5 a broken chain.
"""

import importlib
import sys
from typing import Final

from infra.private import keep_private
from infra.process import EXIT_USAGE

ROLES: Final = {
    "accounts": "gateway.accounts",
    "http": "gateway.http.main",
    "push": "gateway.push.main",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one role and return its exit code."""
    keep_private()
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] in (["-h"], ["--help"]):
        sys.stdout.write(__doc__ or "")
        return 0
    if not given or given[0] not in ROLES:
        sys.stderr.write(f"name a role: {', '.join(ROLES)}\n")
        return EXIT_USAGE
    module = importlib.import_module(ROLES[given[0]])
    return int(module.main(given[1:]))


if __name__ == "__main__":
    sys.exit(main())
