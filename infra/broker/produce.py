"""Produce and InitProducerId: a batch gets its place when read, its answer waits for the disk."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from infra.broker.commits import CommitFailedError
from infra.broker.errors import Error
from infra.broker.log import Appended, Log
from infra.broker.wire import Message, Request

_EPOCH_MAX = 32_766


def produce(log: Log, request: Request, answer: Callable[[Message], None]) -> None:
    """Give every batch its place now; `answer` gets the message once they are durable or lost."""
    results = [
        (topic.name, [_append(log, request, topic.name, part) for part in topic.partition_data])
        for topic in request.message.topic_data
    ]
    log.committer.tell(lambda failure: answer(_answer(request, results, failure)))


def _answer(
    request: Request,
    results: list[tuple[str, list[tuple[int, Appended | Error]]]],
    failure: CommitFailedError | None,
) -> Message:
    response = request.call.response
    topics = [
        response.TopicProduceResponse(
            name=name,
            partition_responses=[_result(response, *each, failed=bool(failure)) for each in parts],
        )
        for name, parts in results
    ]
    return response(responses=topics, throttle_time_ms=0)


def _append(log: Log, request: Request, name: str, part: Message) -> tuple[int, Appended | Error]:
    partition = log.partition(name, part.index)
    if partition is None:
        return part.index, Error.UNKNOWN_TOPIC_OR_PARTITION
    if request.message.transactional_id is not None:
        return part.index, Error.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    if not part.records:
        return part.index, Error.CORRUPT_MESSAGE
    return part.index, log.append(log.topics[name], partition, part.records)


def _result(response: Message, index: int, result: Appended | Error, *, failed: bool) -> Message:
    made = response.TopicProduceResponse.PartitionProduceResponse
    if isinstance(result, Error):
        return made(index=index, error_code=result, base_offset=-1)
    if failed:
        return made(index=index, error_code=Error.KAFKA_STORAGE_ERROR, base_offset=-1)
    return made(
        index=index,
        error_code=Error.NONE,
        base_offset=result.base_offset,
        log_append_time_ms=result.append_ms,
        log_start_offset=0,
    )


async def init_producer_id(request: Request) -> Message:
    """A new producer id, or the next epoch of the one it has; transactions are refused.

    A new id is drawn: none is drawn twice, and nothing has to be written down for it.
    """
    message, response = request.message, request.call.response
    if message.transactional_id is not None:
        error = Error.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
        return response(error_code=error, producer_id=-1, producer_epoch=-1)
    if message.producer_id >= 0 and 0 <= message.producer_epoch < _EPOCH_MAX:
        bumped = message.producer_epoch + 1
        return response(error_code=0, producer_id=message.producer_id, producer_epoch=bumped)
    return response(error_code=0, producer_id=secrets.randbits(62), producer_epoch=0)
