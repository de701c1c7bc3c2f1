"""Keys: files that only we may read, a newest one that signs, old ones that go in time."""

import stat
import threading
from pathlib import Path

import pytest

from infra.identity.keys import (
    KEEP_MS,
    LOOK_AGAIN_MS,
    LOOK_UNKNOWN_MS,
    fixed_secret,
    open_keys,
    write_secret,
)

NOW = 1_800_000_000_000


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_first_start_makes_a_key_that_only_we_may_read(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    key = open_keys(folder, NOW).signing(NOW)
    assert [path.stat().st_mode & 0o777 for path in folder.iterdir()] == [0o600]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert open_keys(folder, NOW + 1).signing(NOW + 1) == key
    assert key.secret.hex() not in repr(key)


def test_the_newest_signs_and_the_one_before_still_verifies(tmp_path: Path) -> None:
    ring = open_keys(tmp_path, NOW)
    old = ring.signing(NOW)
    new = ring.rotate(NOW + 5)
    assert ring.signing(NOW + 5) == new
    assert ring.verifying(old.key_id, NOW + 5) == old


def test_a_replaced_key_goes_once_none_of_its_tokens_can_live(tmp_path: Path) -> None:
    ring = open_keys(tmp_path, NOW)
    first = ring.signing(NOW)
    second = ring.rotate(NOW + 1)
    third = ring.rotate(NOW + KEEP_MS)
    assert ring.verifying(first.key_id, NOW + KEEP_MS) == first
    fourth = ring.rotate(NOW + 1 + KEEP_MS)
    kept = [ring.verifying(key.key_id, NOW + 2 * KEEP_MS) for key in (first, second, third, fourth)]
    assert kept == [None, second, third, fourth]


def test_all_old_keys_can_be_dropped_at_once(tmp_path: Path) -> None:
    ring = open_keys(tmp_path, NOW)
    ring.rotate(NOW + 1)
    only = ring.rotate(NOW + 2, drop_old=True)
    assert names(tmp_path) == [f"token-{only.made_at_ms}-{only.key_id}.key"]


def test_a_key_that_another_process_made_is_found_at_once(tmp_path: Path) -> None:
    ours, theirs = open_keys(tmp_path, NOW), open_keys(tmp_path, NOW)
    ours.signing(NOW)
    made = theirs.rotate(NOW + 1)
    assert ours.verifying(made.key_id, NOW + LOOK_UNKNOWN_MS) == made
    assert ours.signing(NOW + LOOK_AGAIN_MS) == made


def test_forged_ids_do_not_make_us_read_the_disk_each_time(tmp_path: Path) -> None:
    ring = open_keys(tmp_path, NOW)
    ring.verifying("forged", NOW)
    made = open_keys(tmp_path, NOW).rotate(NOW + 1)
    assert ring.verifying(made.key_id, NOW + LOOK_UNKNOWN_MS - 1) is None
    assert ring.verifying(made.key_id, NOW + LOOK_UNKNOWN_MS) == made


def test_a_folder_that_has_been_emptied_takes_no_key_from_a_running_process(
    tmp_path: Path,
) -> None:
    ring = open_keys(tmp_path, NOW)
    key = ring.signing(NOW)
    for path in tmp_path.iterdir():
        path.unlink()
    assert ring.signing(NOW + LOOK_AGAIN_MS) == key


def test_a_half_written_or_foreign_file_is_no_key(tmp_path: Path) -> None:
    (tmp_path / f"token-{NOW + 9}-0123456789abcdef.key").write_bytes(b"short")
    (tmp_path / "notes.txt").write_text("?")
    ring = open_keys(tmp_path, NOW)
    assert ring.verifying("0123456789abcdef", NOW) is None


def test_a_fixed_secret_is_the_same_for_all_who_make_it_at_once(tmp_path: Path) -> None:
    gate = threading.Barrier(8)
    found: list[bytes] = []

    def make() -> None:
        gate.wait()
        found.append(fixed_secret(tmp_path, "csrf.key"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert names(tmp_path) == ["csrf.key"]


def test_a_secret_is_never_overwritten(tmp_path: Path) -> None:
    write_secret(tmp_path / "a.key", b"first")
    with pytest.raises(FileExistsError):
        write_secret(tmp_path / "a.key", b"second")
    assert (tmp_path / "a.key").read_bytes() == b"first"
    assert names(tmp_path) == ["a.key"]
