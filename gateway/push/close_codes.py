"""Why a socket is closed, an error answered, a subscription ended: Centrifuge's numbers alone.

Rule 1: 3000–3499: the client comes back by itself; 3500–3999: it does not.
Rule 2: a reason is words. One that parses as JSON made clients take 3008 for final.
Rule 3: an error that is worth another try says `temporary`; without it a connect error stops a
client for good. An expired token (109) is understood without it.
"""

from dataclasses import dataclass, field
from typing import Any, Final

_FINAL: Final = 3500


@dataclass(frozen=True, slots=True)
class CloseCode:
    """A code of a close frame with its words."""

    code: int
    reason: str

    @property
    def comes_back(self) -> bool:
        """Whether the client connects again by itself."""
        return self.code < _FINAL


SHUTDOWN: Final = CloseCode(3001, "shutdown")
SERVER_ERROR: Final = CloseCode(3004, "internal server error")
EXPIRED: Final = CloseCode(3005, "connection expired")
SLOW: Final = CloseCode(3008, "slow")
INSUFFICIENT_STATE: Final = CloseCode(3010, "insufficient state")
NO_PONG: Final = CloseCode(3012, "no pong")
TOO_MANY_REQUESTS: Final = CloseCode(3013, "too many requests")
INVALID_TOKEN: Final = CloseCode(3500, "invalid token")
BAD_REQUEST: Final = CloseCode(3501, "bad request")
NOT_PROTOBUF: Final = CloseCode(3501, "bad request: JSON is spoken here, protobuf is not")
STALE: Final = CloseCode(3502, "stale")
CONNECTION_LIMIT: Final = CloseCode(3504, "connection limit")
BANNED: Final = CloseCode(3507, "permission denied")

CLOSE_CODES: Final = (
    SHUTDOWN, SERVER_ERROR, EXPIRED, SLOW, INSUFFICIENT_STATE, NO_PONG, TOO_MANY_REQUESTS,
    INVALID_TOKEN, BAD_REQUEST, STALE, CONNECTION_LIMIT, BANNED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Error:
    """What a reply says instead of a result. `params` are ours; other clients overlook them."""

    code: int
    message: str
    temporary: bool = False
    params: dict[str, Any] = field(default_factory=dict[str, Any])


INTERNAL: Final = Error(100, "internal server error", temporary=True)
AHEAD: Final = Error(100, "position ahead of this gateway, try again", temporary=True)
UNAUTHORIZED: Final = Error(101, "unauthorized")
PERMISSION_DENIED: Final = Error(103, "permission denied")
METHOD_NOT_FOUND: Final = Error(104, "method not found")
ALREADY_SUBSCRIBED: Final = Error(105, "already subscribed")
LIMIT_EXCEEDED: Final = Error(106, "limit exceeded")
TOO_LONG: Final = Error(106, "limit exceeded: a command has at most 64 KiB")
MALFORMED: Final = Error(107, "bad request")
NOT_AVAILABLE: Final = Error(108, "not available")
TOKEN_EXPIRED: Final = Error(109, "token expired")
BUSY: Final = Error(111, "too many requests", temporary=True)
UNRECOVERABLE: Final = Error(112, "unrecoverable position")

UNSUBSCRIBED: Final = CloseCode(2000, "server unsubscribe")  # stays so
RESUBSCRIBE: Final = CloseCode(2500, "insufficient state")  # the client subscribes again
