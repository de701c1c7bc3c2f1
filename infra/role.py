"""What every role that talks to a running log does first and last: find it, and say what failed."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from infra.chain import Broken
from infra.kafka.admin import NoBroker, WrongLog
from infra.process import EXIT_BROKEN, EXIT_FAILED, EXIT_USAGE, run
from infra.running import read_running

Role = Callable[[argparse.Namespace], Awaitable[int]]


def run_role(role: Role, options: argparse.Namespace) -> int:
    """Run a role on the log that `--bootstrap` names or `--data` holds; returns its exit code."""
    if options.bootstrap is None:
        running = read_running(Path(options.data))
        if running is None:
            sys.stderr.write(f"nothing runs on {options.data}: name the broker with --bootstrap\n")
            return EXIT_USAGE
        options.bootstrap = running.bootstrap
    return run(_guarded(role, options))


async def _guarded(role: Role, options: argparse.Namespace) -> int:
    try:
        return await role(options)
    except (NoBroker, WrongLog) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_FAILED
    except Broken as error:
        sys.stderr.write(f"the chain is broken: {error}\n")
        return EXIT_BROKEN
