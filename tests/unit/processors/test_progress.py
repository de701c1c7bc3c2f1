"""Who does not get on while commands wait is noticed; who waits, restores or slept is not."""

from __future__ import annotations

from processors.progress import LOOKS_MAX, Progress


def test_commands_wait_and_nothing_moves() -> None:
    progress = Progress()
    looks = [progress.stalled(0, end=5, next_command=3, moved=(3, 2)) for _ in range(LOOKS_MAX + 1)]
    assert looks == [False] * LOOKS_MAX + [True]


def test_nothing_waits() -> None:
    progress = Progress()
    assert not any(progress.stalled(0, end=3, next_command=3, moved=(3, 2)) for _ in range(20))


def test_a_restoring_partition_moves_by_what_it_reads() -> None:
    progress = Progress()
    assert not any(
        progress.stalled(0, end=99, next_command=3, moved=(3, read)) for read in range(20)
    )


def test_partitions_are_judged_apart_and_a_silent_broker_makes_all_forget() -> None:
    progress = Progress()
    for _ in range(LOOKS_MAX):
        assert not progress.stalled(0, end=5, next_command=3, moved=(3, 2))
    assert not progress.stalled(1, end=5, next_command=3, moved=(3, 2))
    progress.forget()
    assert not progress.stalled(0, end=5, next_command=3, moved=(3, 2))
