"""The only place that reads a clock. Nothing that decides may import it."""

import time


def now_ms() -> int:
    """Return the wall clock in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def monotonic_ms() -> int:
    """Return milliseconds that never go backwards, from an arbitrary start."""
    return time.monotonic_ns() // 1_000_000


def thread_cpu_ms() -> int:
    """Return the milliseconds of CPU time that this thread has used."""
    return time.thread_time_ns() // 1_000_000
