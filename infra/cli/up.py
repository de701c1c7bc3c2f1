"""`shuoguo up`: everything on one machine, until Ctrl-C."""

import asyncio
import signal
from pathlib import Path

from infra.cli.exits import Exit, out
from infra.cli.logview import to_stream
from infra.cli.machine import Ports, fault, start_machine, stop_machine, watch_progress
from infra.clock import monotonic_ms
from infra.supervisor import Fault


def stop_signal() -> asyncio.Event:
    """Return an event that Ctrl-C, SIGTERM and the end of the terminal set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    return stop


async def up(data: Path, ports: Ports, profile: str) -> Exit:
    """Start everything, look after it, stop it cleanly."""
    stop = stop_signal()
    begun_ms = monotonic_ms()
    say = to_stream()
    machine = await start_machine(
        data, ports, say, lambda what: say("supervisor", f"starting {what}"), profile
    )
    try:
        running = machine.running
        seconds = (monotonic_ms() - begun_ms) / 1_000
        out(f"就绪 ready in {seconds:.1f} s: broker {running.bootstrap}, log {running.log_id}")
        out(f"页面 pages: {running.http}/")
        out(f"数据 data: {data}    停止 stop: Ctrl-C    另开一个终端 in another terminal:")
        out(f"  shuoguo bidding --help    shuoguo log tail --data {data} --follow")
        if profile != "standard":
            out(f"规则档 profile {profile}: 时限可缩短，仅供演示或测试 short terms are allowed")
        await machine.supervisor.run(stop.wait(), watch_progress(machine, say))
    except Fault as error:
        raise fault(error) from error
    finally:
        say("supervisor", "stopping")
        await stop_machine(machine)
        say("supervisor", "stopped")
    return Exit.OK
