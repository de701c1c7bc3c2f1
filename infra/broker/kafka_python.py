"""What the broker takes from kafka-python: the messages of the protocol and its reader of records.

It reads its schemas by a function that Python 3.11 calls deprecated (and Python 3.13 does not).
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka.errors import KafkaError
    from kafka.protocol import admin, consumer, metadata, producer
    from kafka.record import MemoryRecords

__all__ = ["KafkaError", "MemoryRecords", "admin", "consumer", "metadata", "producer"]
