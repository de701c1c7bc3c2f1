"""Who may produce: ids and epochs of producers."""

import pytest

from infra.broker.errors import Error
from infra.broker.kafka_python import producer
from infra.broker.produce import init_producer_id
from infra.broker.wire import CALLS, Message, Request, filled

INIT_PRODUCER_ID = 22


async def asked(**fields: object) -> Message:
    known = {"transactional_id": None, "producer_id": -1, "producer_epoch": -1}
    message = producer.InitProducerIdRequest(version=3, **{**known, **fields})
    call = CALLS[INIT_PRODUCER_ID]
    return filled(call.response, await init_producer_id(Request(call, 3, 1, "test", message)))


async def test_no_producer_gets_the_id_of_another() -> None:
    given = {(await asked()).producer_id for _ in range(1_000)}
    assert len(given) == 1_000
    assert all(0 <= each < 2**63 for each in given)


async def test_a_producer_that_asks_again_keeps_its_id_and_gets_the_next_epoch() -> None:
    again = await asked(producer_id=7, producer_epoch=3)
    assert (again.error_code, again.producer_id, again.producer_epoch) == (0, 7, 4)


@pytest.mark.parametrize("epoch", [32_766, 32_767])
async def test_a_producer_whose_epochs_are_used_up_gets_a_new_id(epoch: int) -> None:
    again = await asked(producer_id=7, producer_epoch=epoch)
    assert again.producer_id != 7
    assert again.producer_epoch == 0


async def test_a_transaction_is_refused() -> None:
    refused = await asked(transactional_id="t")
    assert refused.error_code == Error.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
