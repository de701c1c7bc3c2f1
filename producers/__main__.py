"""`python -m producers ROLE`: what puts something on the log.

Roles: open, bid, send, status, chronograph, crowd, show-crowd. Exit codes: 0 done, 1 refused or
failed, 4 usage, 5 a broken chain.
"""

import argparse
import asyncio
import sys
from typing import Final

from infra.kafka.admin import check_log
from infra.private import keep_private
from infra.process import EXIT_FAILED, EXIT_OK, EXIT_USAGE, stop_event
from infra.role import Role, run_role
from infra.running import DATA
from infra.topics import FAMILIES
from producers.asking import BadLine, add_asking_roles
from trading.bounds import PROFILES, STANDARD

_FAMILIES: Final = {family.name: family for family in FAMILIES}


def main(arguments: list[str] | None = None) -> int:
    """Run one role and return its exit code."""
    keep_private()
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["crowd"]:
        from producers.crowd import main as crowd

        return crowd(given[1:])
    if given[:1] == ["show-crowd"]:
        from producers.show_crowd import main as show_crowd

        return show_crowd(given[1:])
    options = _parser().parse_args(given)
    options.family = _FAMILIES[options.family]
    return run_role(_lines_checked(options.role), options)


def _lines_checked(role: Role) -> Role:
    """Tell a line that cannot be read as what it is: a mistake of the caller's."""

    async def checked(options: argparse.Namespace) -> int:
        try:
            return await role(options)
        except BadLine as error:
            sys.stderr.write(f"{error}\n")
            return EXIT_USAGE

    return checked


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--bootstrap", help="HOST:PORT of the broker")
    common.add_argument("--data", default=str(DATA), help=f"data folder (default: {DATA})")
    common.add_argument("--family", default="bidding", choices=sorted(_FAMILIES))
    common.add_argument("--log-id", help="refuse any other log")
    common.add_argument(
        "--allow-profile", default=STANDARD, choices=PROFILES, help="the profile of what runs"
    )
    parser = argparse.ArgumentParser(prog="python -m producers", description=__doc__)
    roles = parser.add_subparsers(required=True)
    chronograph = roles.add_parser("chronograph", parents=[common], help="put time on the log")
    chronograph.add_argument("--slot", default="chronograph-0", help="the name its ticks bear")
    chronograph.add_argument("--all", action="store_true", help="every family")
    chronograph.add_argument("--stdin-guard", action="store_true", help="end when stdin ends")
    chronograph.set_defaults(role=_chronograph)
    add_asking_roles(roles, common)
    roles.add_parser("crowd", help="seeded synthetic bidders", add_help=False)
    roles.add_parser("show-crowd", help="a live roadshow with its people", add_help=False)
    return parser


async def _chronograph(options: argparse.Namespace) -> int:
    from producers.chronograph import Chronograph

    stop = stop_event(stdin_guard=options.stdin_guard)
    families = FAMILIES if options.all else (options.family,)
    clocks = [
        Chronograph(
            options.bootstrap,
            family,
            await check_log(options.bootstrap, family, options.log_id),
            options.slot,
        )
        for family in families
    ]
    ticking = [asyncio.create_task(clock.run()) for clock in clocks]
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([*ticking, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    ended = [task for task in ticking if task.done()]
    for task in ticking:
        task.cancel()
    await asyncio.gather(*ticking, return_exceptions=True)
    for task in ended:
        task.result()
    return EXIT_FAILED if ended else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
