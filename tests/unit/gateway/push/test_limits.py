"""Buckets, and bounds that belong together."""

from gateway.push.limits import Bucket, Limits


def test_a_bucket_gives_its_burst_and_then_what_comes_back() -> None:
    bucket = Bucket(10, 3)
    assert [bucket.take(1, 1_000) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(1, 1_100)
    assert not bucket.take(1, 1_100)


def test_it_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(10, 3)
    assert not bucket.take(4, 10_000_000)
    assert bucket.take(3, 10_000_000)


def test_an_evicted_reader_is_gone_within_five_seconds() -> None:
    limits = Limits()
    assert limits.progress_ms + 1_000 <= 5_000
    assert limits.unsent_bytes_max + 64 * 1024 <= 1_000_000


def test_what_is_owed_has_to_come_back_first() -> None:
    bucket = Bucket(10, 3)
    bucket.owe(5, 1_000)
    assert bucket.wait_ms(0, 1_000) == 200
    assert bucket.wait_ms(1, 1_100) == 200
    assert not bucket.take(1, 1_200)
    assert bucket.take(1, 1_300)


def test_guests_and_strangers_together_leave_room_for_people() -> None:
    limits = Limits()
    assert limits.guests_percent + 10 < 100
    assert limits.guest_channels_max < limits.channels_max
