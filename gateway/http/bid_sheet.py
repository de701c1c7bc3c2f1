"""The history of bids as a sheet (CSV) that opens in Excel.

Rule 1: a cell that a spreadsheet would take for a formula begins with `'` (reliability T20).
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from starlette.responses import Response

MEDIA_TYPE: Final = "text/csv"
COLUMNS: Final = (
    "seq", "time_utc8", "at_ms", "number", "amount_yuan", "amount_fen", "kind", "is_proxy",
    "extended", "void_code", "public_seq", "partition", "decision_offset", "decision_hash",
)  # fmt: skip
_SHANGHAI: Final = timezone(timedelta(hours=8))
_FORMULA: Final = re.compile(r"^\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]")
_FEN: Final = 100
_MARK: Final = "\ufeff"  # by which Excel knows UTF-8


def respond(bidding_id: str, bids: Iterable[dict[str, Any]]) -> Response:
    """Answer with a sheet to keep."""
    name = _PLAIN.sub("_", bidding_id)[:80]
    headers = {"content-disposition": f'attachment; filename="bids-{name}.csv"'}
    return Response(sheet(bids), media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def sheet(bids: Iterable[dict[str, Any]]) -> str:
    """Return the whole sheet."""
    page = io.StringIO()
    page.write(_MARK)
    writer = csv.writer(page, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for bid in bids:
        writer.writerow([safe(cell) for cell in _row(bid)])
    return page.getvalue()


def _row(bid: dict[str, Any]) -> list[Any]:
    at = datetime.fromtimestamp(bid["at_ms"] / 1_000, UTC).astimezone(_SHANGHAI)
    receipt = bid["receipt"]
    by_limit = "" if bid["is_proxy"] is None else int(bid["is_proxy"])
    return [
        bid["seq"] or "", at.isoformat(timespec="milliseconds"), bid["at_ms"], bid["number"],
        f"{bid['amount_fen'] // _FEN}.{bid['amount_fen'] % _FEN:02d}", bid["amount_fen"],
        bid["kind"], by_limit, int(bid["extended"]), bid["void_code"],
        bid["public_seq"], receipt["partition"], receipt["decision_offset"], receipt["hash"],
    ]  # fmt: skip


def safe(cell: Any) -> Any:
    """Return a cell that no spreadsheet computes."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
