"""What the health pages say: words that no single record of the log moves."""

from __future__ import annotations

from gateway.http.health import BEHIND_RECORDS
from gateway.http.telemetry import FeedCollector
from tests.support.http_app import HttpStage

PAGES = ("/healthz", "/readyz")


async def test_no_record_of_the_log_shows_on_a_health_page(stage: HttpStage) -> None:
    said = set()
    async with stage.client() as client:
        for read in (5, 6, 7, 90):
            stage.feed.read = read
            for page in PAGES:
                answer = await client.get(page)
                said.add((answer.text, answer.headers.get("content-length")))
    text, _ = said.pop()
    assert said == set()
    assert not any(character.isdigit() for character in text)


async def test_what_is_far_behind_is_said_in_a_word(stage: HttpStage) -> None:
    stage.feed.read = 2 * BEHIND_RECORDS
    async with stage.client() as client:
        late = (await client.get("/healthz")).json()
        stage.feed.is_ready = False
        answer = await client.get("/readyz")
    assert late == {"status": "ok", "log": "ok", "read_model": "behind"}
    assert (answer.status_code, answer.json()["log"]) == (503, "behind")


async def test_the_figures_are_on_the_metrics_listener(stage: HttpStage) -> None:
    lag, read = FeedCollector(stage.feed.health).collect()
    assert [(one.labels, one.value) for one in read.samples] == [
        ({"family": "bidding", "partition": "0"}, 5)
    ]
    assert [one.value for one in lag.samples] == [0]
