"""Who was told what (table notices). A repeat of a notice changes nothing: its id is derived."""

from collections.abc import Iterator
from typing import Any

import msgspec

from processors.projections.changes import Change, Keep, Value, as_json


class _Notice(msgspec.Struct):
    notice_id: str
    audience: str
    code: str
    params: dict[str, Any]
    priority: str
    root: str
    at_ms: int
    fallback_due: bool = False


_decoder = msgspec.json.Decoder(_Notice)


def project(partition: int, row: Any) -> Iterator[Change]:
    """Say what a record of the topic changes."""
    try:
        notice = _decoder.decode(row.value or b"")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return
    values: dict[str, Value] = {
        "audience": notice.audience,
        "code": notice.code,
        "params": as_json(notice.params),
        "priority": notice.priority,
        "root": notice.root,
        "at_ms": notice.at_ms,
        "fallback_due": int(notice.fallback_due),
        "partition": partition,
        "offset": row.offset,
    }
    yield Keep("notices", {"notice_id": notice.notice_id}, values)
