"""An application on fakes, with a real read model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.http_app import HttpStage, http_stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[HttpStage]:
    """A fresh application; the public asks until `acts_as`."""
    made = http_stage(tmp_path)
    yield made
    made.close()
