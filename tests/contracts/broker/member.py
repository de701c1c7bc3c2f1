"""A group member as a process of its own, to be killed: `python -m … BOOTSTRAP TOPIC`.

The group has the topic's name.
"""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer


async def hold(bootstrap: str, topic: str) -> None:
    """Stay in the group until killed."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=topic,
        session_timeout_ms=6_000,
        heartbeat_interval_ms=500,
        enable_auto_commit=False,
    )
    async with consumer:
        async for _ in consumer:
            pass


if __name__ == "__main__":
    asyncio.run(hold(*sys.argv[1:3]))
