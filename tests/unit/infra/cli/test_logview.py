"""The log view."""

import errno
import io
from pathlib import Path

from infra.cli.logview import format_line, to_file, to_stream


class Full(io.StringIO):
    """A file on a full disk."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_line_bears_the_name_of_its_role_in_colour_only_on_a_terminal() -> None:
    assert format_line("broker", "listening", colour=False) == "broker        │ listening"
    assert format_line("broker", "listening", colour=True).startswith("\x1b[34mbroker")


def test_a_full_disk_under_the_log_view_ends_nothing(tmp_path: Path) -> None:
    to_stream(Full())("broker", "listening")
    to_file(tmp_path / "full")("broker", "listening")
    assert (tmp_path / "full").read_text() == "broker        │ listening\n"
    (tmp_path / "full").unlink()
    (tmp_path / "full").symlink_to("/dev/full")
    to_file(tmp_path / "full")("broker", "listening")
