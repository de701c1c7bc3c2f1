"""The description of the API is true: whatever fits it, and what does not, is answered as it says.

schemathesis makes the requests from the description; every answer is held against it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from tests.support.http_app import COOKIE, CSRF_HEADER, TOKEN, http_stage, person

ROLES = ("investor", "desk_officer", "host")
EXAMPLES = {GenerationMode.POSITIVE: 4, GenerationMode.NEGATIVE: 3}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "mode",
    [GenerationMode.POSITIVE, pytest.param(GenerationMode.NEGATIVE, marks=pytest.mark.long)],
)
def test_every_answer_is_as_described(mode: GenerationMode, tmp_path: Path) -> None:
    stage = http_stage(tmp_path)
    stage.acts_as(person("a-1", *ROLES, org_id="o-1"))
    config = SchemathesisConfig()
    config.projects.default.generation.with_security_parameters = False  # we give our own
    described = schemathesis.openapi.from_asgi("/openapi.json", stage.app, config=config)
    wrong: dict[str, str] = {}
    for found in described.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]

        @settings(
            max_examples=EXAMPLES[mode], deadline=None, derandomize=True, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers(case: Case[Any]) -> None:
            case.call_and_validate(cookies={COOKIE: TOKEN}, headers={CSRF_HEADER: TOKEN})

        try:
            answers()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, "nothing can be asked wrongly there"
        except FailureGroup as failures:
            wrong[operation.label] = " ".join(
                f"{type(one).__name__} {one}" for one in failures.exceptions
            )[:2_000]
    stage.close()
    assert wrong == {}
