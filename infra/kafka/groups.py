"""How far a consumer group says it has come: a hint, never a checkpoint.

Rule: what stands in a group may be ahead of what its member has done; who relies on it goes back.
"""

from aiokafka.errors import KafkaError

from infra.kafka.admin import NoBroker, open_admin
from infra.kafka.settings import START_SECONDS_MAX


async def committed_offsets(
    bootstrap: str, group: str, seconds_max: float = START_SECONDS_MAX
) -> dict[tuple[str, int], int]:
    """Return the next offset of each (topic, partition) that a group has committed."""
    admin = await open_admin(bootstrap, seconds_max)
    try:
        found = await admin.list_consumer_group_offsets(group)
    except KafkaError as error:
        raise NoBroker(f"the broker does not answer: {error}") from error
    finally:
        await admin.close()
    return {(at.topic, at.partition): one.offset for at, one in found.items() if one.offset >= 0}
