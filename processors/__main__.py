"""`python -m processors ROLE`: what runs behind the log.

Roles: deciders, projections, reactors, verify, show, watch, log-tail. Exit codes: 0 done, 1 failed
or differs, 2 an undecided tail, 3 partial, 4 usage, 5 a broken chain, 6 no progress.
"""

import argparse
import asyncio
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Final

from infra.private import keep_private
from infra.process import EXIT_USAGE, stop_event
from infra.role import Role, run_role
from infra.running import DATA
from infra.topics import FAMILIES, Family

_FAMILIES: Final = {family.name: family for family in FAMILIES}


def main(arguments: list[str] | None = None) -> int:
    """Run one role and return its exit code."""
    keep_private()
    options = _parser().parse_args(arguments)
    role: Role = options.role
    return run_role(role, options)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--bootstrap", help="HOST:PORT of the broker")
    common.add_argument("--data", default=str(DATA), help=f"data folder (default: {DATA})")
    common.add_argument("--family", default="bidding", choices=sorted(_FAMILIES))
    common.add_argument("--log-id", help="refuse any other log")
    parser = argparse.ArgumentParser(prog="python -m processors", description=__doc__)
    roles = parser.add_subparsers(required=True)

    deciders = roles.add_parser("deciders", parents=[common], help="decide commands")
    deciders.add_argument("--slot", default="decider-0", help="stable name of this worker")
    deciders.add_argument("--stdin-guard", action="store_true", help="end when stdin ends")
    deciders.set_defaults(role=_deciders)

    projections = roles.add_parser("projections", parents=[common], help="keep the read model")
    projections.add_argument("--stdin-guard", action="store_true", help="end when stdin ends")
    projections.add_argument("--metrics-port", type=int, default=None, help="on loopback")
    projections.add_argument("--rebuild", action="store_true", help="drop it, make it anew, end")
    projections.set_defaults(role=_projections)

    reactors = roles.add_parser("reactors", parents=[common], help="handover, notices, heat")
    reactors.add_argument("--slot", default="reactor-0", help="stable name of this worker")
    reactors.add_argument("--stdin-guard", action="store_true", help="end when stdin ends")
    reactors.set_defaults(role=_reactors)

    verify = roles.add_parser("verify", parents=[common], help="prove the log")
    verify.add_argument("--all", action="store_true", help="every family")
    verify.add_argument(
        "--head", action="append", default=[], metavar="P:OFFSET:HASH",
        help="a decision that must be on the chain, as a receipt names it",
    )  # fmt: skip
    verify.add_argument(
        "--checkpoint", action="append", default=[], metavar="SHA256:FILE",
        help="a snapshot kept and trusted: what comes after it is decided again",
    )  # fmt: skip
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(role=_verify)

    show = roles.add_parser("show", parents=[common], help="one bidding as it is now")
    show.add_argument("aggregate")
    show.add_argument("--json", action="store_true")
    show.set_defaults(role=_show)

    watch = roles.add_parser("watch", parents=[common], help="what happens in one bidding")
    watch.add_argument("aggregate")
    watch.add_argument("--json", action="store_true")
    watch.set_defaults(role=_watch)

    tail = roles.add_parser("log-tail", parents=[common], help="decisions as they come")
    tail.add_argument("--count", type=int, default=20, help="how many of the last to begin with")
    tail.add_argument("--all", action="store_true", help="every family")
    tail.add_argument("--follow", action="store_true")
    tail.add_argument("--json", action="store_true")
    tail.set_defaults(role=_log_tail)
    return parser


def _family(options: argparse.Namespace) -> Family:
    return _FAMILIES[options.family]


async def _deciders(options: argparse.Namespace) -> int:
    from processors.deciders import Worker, WorkerSettings

    settings = WorkerSettings(
        options.bootstrap, options.slot, Path(options.data), _family(options), options.log_id
    )
    return await Worker(settings, stop_event(stdin_guard=options.stdin_guard)).run()


async def _projections(options: argparse.Namespace) -> int:
    from processors.projections.worker import Settings, Worker

    settings = Settings(
        options.bootstrap,
        Path(options.data),
        options.log_id,
        options.metrics_port,
        start_over=options.rebuild,
        until_end=options.rebuild,
    )
    return await Worker(settings, stop_event(stdin_guard=options.stdin_guard)).run()


async def _reactors(options: argparse.Namespace) -> int:
    from processors.app import ReactorSettings, Worker

    settings = ReactorSettings(options.bootstrap, options.slot, Path(options.data), options.log_id)
    return await Worker(settings, stop_event(stdin_guard=options.stdin_guard)).run()


async def _verify(options: argparse.Namespace) -> int:
    from processors.checkpoint import read_checkpoint
    from processors.families import RULES
    from processors.verify import check_head
    from processors.verify_log import print_proof, result_of, verify_log

    asked = _family(options)
    families = list(RULES) if options.all else [asked]
    try:
        heads = dict(check_head(text) for text in options.head)
        checkpoints = [read_checkpoint(text) for text in options.checkpoint]
        topics = [family.commands for family in families]
        if strays := [one for one in checkpoints if one.place.topic not in topics]:
            raise ValueError(f"a checkpoint of {strays[0].place.topic} is of no use here")  # noqa: TRY301
        proof = {
            family.name: await verify_log(
                options.bootstrap,
                family,
                heads if family == asked else None,
                options.log_id,
                checkpoints,
            )
            for family in families
        }
    except ValueError as error:
        sys.stderr.write(f"verify: {error}\n")
        return EXIT_USAGE
    print_proof(proof, as_json=options.json)
    return int(result_of(proof))


async def _show(options: argparse.Namespace) -> int:
    from processors.reading import show

    return await show(options.bootstrap, _family(options), options.aggregate, as_json=options.json)


async def _watch(options: argparse.Namespace) -> int:
    from processors.reading import watch

    return await _until_stopped(
        watch(options.bootstrap, _family(options), options.aggregate, as_json=options.json)
    )


async def _log_tail(options: argparse.Namespace) -> int:
    from processors.reading import log_tail

    return await _until_stopped(
        log_tail(
            options.bootstrap,
            FAMILIES if options.all else [_family(options)],
            options.count,
            follow=options.follow,
            as_json=options.json,
        )
    )


async def _until_stopped(work: Awaitable[int]) -> int:
    """Run what may go on for ever; SIGTERM and SIGINT end it cleanly."""
    stop = stop_event()
    task = asyncio.ensure_future(work)
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
