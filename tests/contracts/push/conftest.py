"""A log that runs, for the gateway as it is shipped."""

from tests.contracts.gateway.conftest import stage

__all__ = ["stage"]
