"""`python -m processors.room`: the live rooms in a terminal, from the log; then the results.

Rule 1: the countdown is by log time: our clock only carries it on between two decisions.
Rule 2: where the output is no terminal, plain lines.
"""

import argparse
import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from infra.clock import now_ms
from infra.i18n.shown import shown_clock, shown_text
from infra.kafka.admin import check_log
from infra.process import EXIT_FAILED, EXIT_OK, run, stop_event
from infra.tail import Tail, open_tail
from infra.topics import BIDDING as TOPICS
from processors.room_state import OVER, PHASES, Line, Room, Rooms, wan

SHOWN_MAX: Final = 3
LINES_SHOWN: Final = 14
LINES_MIN: Final = 3
EARLIER_MAX: Final = 6
PANEL_HEIGHT: Final = 9
FRAME_HEIGHT: Final = 5
TABLE_HEIGHT: Final = 5
REFRESH_SECONDS: Final = 0.2
READ_MS: Final = 100
STYLES: Final = {"bid": "green", "refused": "red", "phase": "cyan", "deal": "bold yellow"}
LEAST_WIDTH: Final = 30
URGENT_MS: Final = 5_000


def render(
    rooms: Rooms, log_ms: int, log_id: str, size: tuple[int, int], note: str = ""
) -> RenderableType:
    """Return the whole screen, as much of it as fits; `note` stands under its head."""
    width, height = size
    newest = rooms.in_order()[-SHOWN_MAX:]
    each = max(LEAST_WIDTH, (width - 2) // max(1, len(newest)) - 1)
    beside = max(1, min(len(newest), width // (each + 1)))
    panels_height = PANEL_HEIGHT * -(-len(newest) // beside)
    earlier = [room for room in rooms.in_order()[:-SHOWN_MAX] if room.is_over][-EARLIER_MAX:]
    used = FRAME_HEIGHT + panels_height + (len(earlier) + TABLE_HEIGHT if earlier else 0)
    used += len(note.splitlines())
    lines = list(rooms.lines)[-max(LINES_MIN, min(LINES_SHOWN, height - used)) :]
    head = Text.assemble(
        (" 硕果 shuoguo ", "bold white on dark_blue"),
        ("  演示 demo · 规则档 profile demo: 短时限 short terms  ", "yellow"),
        f"{shown_clock(log_ms)[:8]} UTC+8  日志 log {log_id}  "
        f"{rooms.decisions_count} 条裁决 decisions",
        overflow="ellipsis",
        no_wrap=True,
    )
    panels = Columns([_panel(room, log_ms, each) for room in newest])
    stream = Table.grid(padding=(0, 1))
    for line in lines:
        stream.add_row(
            Text(shown_clock(line.at_ms), "dim"),
            Text(line.bidding_id, "dim"),
            Text(line.text, STYLES[line.kind], overflow="ellipsis", no_wrap=True),
        )
    foot = Text(" Ctrl-C: 结束并核验日志 end, and verify the log", "dim")
    parts: list[RenderableType] = [head, *([Text(note)] if note else [])]
    parts.append(panels if newest else Text("  …"))
    parts.append(Panel(stream, title="现场 (监督视图 supervisor's view)", border_style="dim"))
    if earlier:
        parts.append(results(earlier, "此前结果 earlier results"))
    return Group(*parts, foot)


def _panel(room: Room, log_ms: int, width: int) -> RenderableType:
    bidding, terms = room.bidding, room.bidding.facts.terms
    phase = bidding.phase
    style = "red" if phase == "suspended" else "yellow" if phase in OVER else "blue"
    price = Text(wan(bidding.price_fen), "bold", justify="center")
    leader = "尚无报价 no bid yet" if bidding.leader is None else f"领先 leader {bidding.leader}"
    facts = (
        f"起始 {wan(terms.start_price_fen)} · 加价 {wan(terms.increments[0].increment_fen)} · "
        f"E {terms.extension_ms // 1_000}s"
    )
    counts = f"报价 {room.bids_count} · 延时 {room.extensions_count} · 拒绝 {room.refused_count}"
    if room.suspended_count:
        counts += f" · 中止 {room.suspended_count}"
    body = Group(
        Text(shown_text(terms.lot), "bold", overflow="ellipsis", no_wrap=True),
        Text(facts, "dim", overflow="ellipsis", no_wrap=True),
        Text(""),
        price,
        Text(leader, "green" if bidding.leader else "dim", justify="center"),
        _countdown(room, log_ms, width - 4),
        Text(counts, overflow="ellipsis", no_wrap=True),
    )
    title = f"{room.bidding_id} {PHASES[phase]}"
    return Panel(body, title=title, border_style=style, width=width)


def left_ms(room: Room, log_ms: int) -> int | None:
    """Return what is left of the running period, by log time."""
    bidding = room.bidding
    suspension = bidding.facts.suspension
    if bidding.phase == "suspended" and suspension is not None:
        return suspension.remaining_ms
    if bidding.phase in ("scheduled", "lobby"):
        return max(0, bidding.facts.terms.opens_at_ms - log_ms)
    return None if bidding.ends_at_ms is None else max(0, bidding.ends_at_ms - log_ms)


def _countdown(room: Room, log_ms: int, width: int) -> RenderableType:
    left = left_ms(room, log_ms)
    if left is None or room.is_over:
        return Text(room.result, "bold yellow", justify="center")
    terms = room.bidding.facts.terms
    before = room.bidding.phase in ("scheduled", "lobby")
    whole = (
        max(left, 1)
        if before
        else terms.free_ms
        if room.bidding.phase == "free_bidding"
        else terms.extension_ms
    )
    style = "red" if left < URGENT_MS and room.bidding.phase == "limited_bidding" else "blue"
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_row(
        ProgressBar(
            total=whole,
            completed=min(left, whole),
            width=max(8, width - 9),
            style="grey23",
            complete_style=style,
            finished_style=style,
        ),
        Text(f"{left / 1_000:5.1f}s", style, justify="right"),
    )
    return grid


def results(rooms: list[Room], title: str) -> Table:
    """Return the table of results; what is still open is listed as open."""
    table = Table(title=title, title_justify="left", expand=False)
    for name in ("编号 id", "标的 lot", "结果 result", "竞买号 no.", "价格 price", "报价 bids",
                 "延时 ext.", "拒绝 refused", "中止 susp."):  # fmt: skip
        table.add_column(name, overflow="fold")
    for room in rooms:
        table.add_row(
            room.bidding_id, shown_text(room.bidding.facts.terms.lot), room.result,
            room.bidding.leader or "—",
            wan(room.bidding.price_fen), str(room.bids_count), str(room.extensions_count),
            str(room.refused_count), str(room.suspended_count),
        )  # fmt: skip
    return table


def plain(line: Line) -> str:
    """Return a line for a file or a pipe."""
    return f"{shown_clock(line.at_ms)}  {line.bidding_id:<9} {line.text}"


class Screen:
    """Reads the log and shows it."""

    def __init__(self, console: Console, note: str = "") -> None:
        self._console = console
        self._note = note
        self.rooms = Rooms()
        self._ahead_ms: int | None = None  # log time minus ours

    async def follow(self, tail: Tail, log_id: str, stop: asyncio.Event) -> None:
        """Show until told to stop."""
        if self._console.is_terminal:
            with Live(console=self._console, auto_refresh=False, screen=True) as live:
                drawing = asyncio.create_task(self._draw(live, log_id))
                try:
                    await self._read(tail, stop)
                finally:
                    drawing.cancel()
                    with suppress(asyncio.CancelledError):
                        await drawing
        else:
            await self._read(tail, stop)

    async def _draw(self, live: Live, log_id: str) -> None:
        while True:
            log_ms = now_ms() + (self._ahead_ms or 0)
            shown = render(self.rooms, log_ms, log_id, self._console.size, self._note)
            live.update(shown, refresh=True)
            await asyncio.sleep(REFRESH_SECONDS)

    async def _read(self, tail: Tail, stop: asyncio.Event) -> None:
        stopping = asyncio.create_task(stop.wait())
        while not stopping.done():
            await self._take(tail)
        await self._take(tail)  # what the last commands led to

    async def _take(self, tail: Tail) -> None:
        for heard in await tail.read(timeout_ms=READ_MS):
            decision = heard.counted.decision
            ahead_ms = decision.at_ms - now_ms()
            self._ahead_ms = max(ahead_ms, self._ahead_ms or ahead_ms)
            for line in self.rooms.fold(decision):
                if not self._console.is_terminal:
                    sys.stdout.write(plain(line) + "\n")
                    sys.stdout.flush()


def summary(rooms: Rooms) -> dict[str, int]:
    """Return the figures that tell whether anything happened."""
    found = list(rooms.rooms.values())
    return {
        "biddings": len(found),
        "sold": sum(room.bidding.phase == "closed_sold" for room in found),
        "unsold": sum(room.bidding.phase == "closed_unsold" for room in found),
        "open": sum(not room.is_over for room in found),
        "bids": sum(room.bids_count for room in found),
        "extensions": sum(room.extensions_count for room in found),
        "refused": sum(rooms.refusals.values()),
        "suspensions": sum(room.suspended_count for room in found),
        "decisions": rooms.decisions_count,
    }


async def _main(options: argparse.Namespace) -> int:
    stop = stop_event(stdin_guard=options.stdin_guard)
    found = await check_log(options.bootstrap, TOPICS)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
    note = Path(options.note).read_text(encoding="utf-8") if options.note else ""
    screen = Screen(console, note.rstrip())
    tail, heard = await open_tail(options.bootstrap, TOPICS, found)
    try:
        for one in heard:
            screen.rooms.fold(one.counted.decision)
        sys.stderr.write("room open\n")
        sys.stderr.flush()
        await screen.follow(tail, found.log_id, stop)
        broken = bool(tail.broken)
    finally:
        await tail.close()
    console.print(results(screen.rooms.in_order(), "结果 results"))
    counts = sorted(screen.rooms.refusals.items(), key=lambda item: -item[1])
    console.print("拒绝 refused: " + (", ".join(f"{code} {n}" for code, n in counts) or "—"))
    if options.summary:
        _write(Path(options.summary), summary(screen.rooms))
    return EXIT_FAILED if broken else EXIT_OK


def _write(path: Path, figures: dict[str, int]) -> None:
    path.write_text(json.dumps(figures), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run the screen; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m processors.room", description=__doc__)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--summary", help="a file for the figures at the end, as JSON")
    parser.add_argument("--note", help="a file whose text is shown above the rooms")
    parser.add_argument("--stdin-guard", action="store_true")
    return run(_main(parser.parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
