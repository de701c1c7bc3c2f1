"""Produce and InitProducerId: a batch gets its place when read, its answer waits for the disk."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from infra.broker.errors import Error
from infra.broker.log import Appended, Log
from infra.broker.wire import Message, Request, Values

_EPOCH_MAX = 32_766
_WHY = {
    Error.UNSUPPORTED_COMPRESSION_TYPE: "records are taken unpacked or packed with gzip",
    Error.INVALID_RECORD: "the records are not what their batch says, or not for clients to write",
}


def produce(log: Log, request: Request, answer: Callable[[Values], None]) -> None:
    """Give every batch its place now; `answer` gets what to say once they are durable or lost."""
    results = [
        (topic.name, [_append(log, request, topic.name, part) for part in topic.partition_data])
        for topic in request.message.topic_data
    ]

    def told(failure: Exception | None) -> None:
        topics = [
            {
                "name": name,
                "partition_responses": [_result(*each, failed=bool(failure)) for each in parts],
            }
            for name, parts in results
        ]
        answer({"responses": topics})

    log.committer.tell(told)


def _append(log: Log, request: Request, name: str, part: Message) -> tuple[int, Appended | Error]:
    partition = log.partition(name, part.index)
    if partition is None:
        return part.index, Error.UNKNOWN_TOPIC_OR_PARTITION
    if request.message.transactional_id is not None:
        return part.index, Error.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    if not part.records:
        return part.index, Error.CORRUPT_MESSAGE
    return part.index, log.append(log.topics[name], partition, part.records)


def _result(index: int, result: Appended | Error, *, failed: bool) -> Values:
    if failed and isinstance(result, Appended):
        result = Error.KAFKA_STORAGE_ERROR
    if isinstance(result, Error):
        why = _WHY.get(result)
        return {"index": index, "error_code": result, "base_offset": -1, "error_message": why}
    return {
        "index": index,
        "base_offset": result.base_offset,
        "log_append_time_ms": result.append_ms,
        "log_start_offset": 0,
    }


async def init_producer_id(request: Request) -> Values:
    """A new producer id, or the next epoch of the one it has; transactions are refused.

    A new id is drawn: none is drawn twice, and nothing has to be written down for it.
    """
    message = request.message
    if message.transactional_id is not None:
        error = Error.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
        return {"error_code": error, "producer_id": -1, "producer_epoch": -1}
    if message.producer_id >= 0 and 0 <= message.producer_epoch < _EPOCH_MAX:
        return {"producer_id": message.producer_id, "producer_epoch": message.producer_epoch + 1}
    return {"producer_id": secrets.randbits(62), "producer_epoch": 0}
