"""The log's codec: JSON, UTF-8, no spaces, integers only. It knows no message type by name."""

from infra.codec.commands import (
    CLOCK_TICK,
    COMMAND_ID,
    Command,
    RefusalCode,
    Refused,
    Tick,
    decode_command,
    digest,
    encode_command,
    encode_tick,
    read_command,
)
from infra.codec.decisions import (
    Asked,
    Decision,
    Entry,
    Refusal,
    decode_decision,
    decode_event,
    encode_decision,
    encode_event,
    event_type,
)

__all__ = [
    "CLOCK_TICK",
    "COMMAND_ID",
    "Asked",
    "Command",
    "Decision",
    "Entry",
    "Refusal",
    "RefusalCode",
    "Refused",
    "Tick",
    "decode_command",
    "decode_decision",
    "decode_event",
    "digest",
    "encode_command",
    "encode_decision",
    "encode_event",
    "encode_tick",
    "event_type",
    "read_command",
]
