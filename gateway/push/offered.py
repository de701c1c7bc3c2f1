"""What the protocol knows and this gateway has not: refused in words, never overlooked.

Rule 1: a request that asks for what is not there gets `NOT_AVAILABLE` (108) with a sentence; the
connection lives. The table stands in docs/push.md.
Rule 2: a wish that the answer itself settles is none of it: `positioned`, `recoverable` and `delta`
are answered by whether the reply bears them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from gateway.push import protocol
from gateway.push.close_codes import NOT_AVAILABLE, Error
from gateway.push.protocol import Subscribe

PROTOBUF: Final = "centrifuge-protobuf"
JSON: Final = "centrifuge-json"


def _not_available(sentence: str) -> Error:
    return Error(NOT_AVAILABLE.code, f"{NOT_AVAILABLE.message}: {sentence}")


_WISHES: Final[Mapping[Callable[[Subscribe], Any], Error]] = {
    lambda asked: asked.token: _not_available(
        "a subscription has no token of its own, the connection's says who you are"
    ),
    lambda asked: asked.data: _not_available("a subscription takes no data"),
    lambda asked: asked.join_leave: _not_available(
        "who joins and leaves is not told, ask presence_stats"
    ),
    lambda asked: asked.tf: _not_available("publications have no tags to filter by"),
    lambda asked: asked.type: _not_available("there are stream subscriptions alone"),
}


def refused_wish(asked: Subscribe) -> Error | None:
    """Return why a subscribe cannot be as it was asked for."""
    return next((error for wishes, error in _WISHES.items() if wishes(asked)), None)


PUBLISHING: Final = Error(103, "permission denied: only the log publishes, send a command by rpc")
UNKNOWN: Final = Error(104, "method not found: docs/push.md says what there is")
_SENT: Final = protocol.encode(
    {
        "push": {
            "message": {
                "data": {
                    "error": {
                        "code": NOT_AVAILABLE.code,
                        "message": "not available: nobody hears what is sent, ask by rpc",
                    }
                }
            }
        }
    }
)


def answer_to_send() -> bytes:
    """Return the push that answers `send`, which has no id to be answered by."""
    return _SENT
