"""One event as a file for somebody's own calendar (RFC 5545), with an alarm 10 min before.

Rule 1: a text is escaped, and a line is folded at 75 octets between characters, as it asks.
Rule 2: the end is a guess and is called so: a calendar wants one.
"""

from datetime import UTC, datetime
from typing import Final

from starlette.responses import Response

from gateway.queries.calendar import Event

MEDIA_TYPE: Final = "text/calendar"
LINE_OCTETS: Final = 75
LASTS_MS: Final = 3_600_000


def respond(event: Event, base_url: str, now_ms: int) -> Response:
    """Answer with the file. base_url: of our own pages, with a slash at its end."""
    text = written(event, base_url, now_ms)
    headers = {"content-disposition": 'attachment; filename="shuoguo.ics"'}
    return Response(text, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def written(event: Event, base_url: str, now_ms: int) -> str:
    """Return the file's text."""
    url = base_url.rstrip("/") + event.link
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Shuoguo//Roadshow//ZH", "BEGIN:VEVENT",
        f"UID:{event.root}@shuoguo", f"DTSTAMP:{_stamp(now_ms)}",
        f"DTSTART:{_stamp(event.starts_at_ms)}", f"DTEND:{_stamp(event.starts_at_ms + LASTS_MS)}",
        f"SUMMARY:{_text(event.title)}", f"LOCATION:{_text(event.place or url)}", f"URL:{url}",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(event.title)}", "TRIGGER:-PT10M",
        "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    )  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1_000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    lines, room = [""], LINE_OCTETS
    for character in line:
        size = len(character.encode())
        if size > room:
            lines.append("")
            room = LINE_OCTETS - 1  # the space that begins it
        lines[-1] += character
        room -= size
    return "\r\n ".join(lines)
