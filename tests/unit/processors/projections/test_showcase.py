"""Cards of the showcase."""

import json
from pathlib import Path

from processors.projections import showcase
from roadshow.showcase import events as ev
from roadshow.showcase.commands import CardContent
from tests.support.rows import changes_of, written

CONTENT = CardContent(
    title="Winch control", problem="cables snap", principle="observer", field="marine",
    holder="o-1", trl=6, ip=("ZL1",), offer=("license",), price_idea_fen=5,
)  # fmt: skip
NOMINATED = ev.ShowcaseNominated(CONTENT, "c-1", "a-1", "a-broker", "broker")
STEPS = [
    NOMINATED,
    ev.ShowcaseScreened("desk_attestation", "file-1", "a-desk"),
    ev.ShowcaseEvaluated(
        "desk_attestation", 3, "", 7, 9, (1, 2, 3, 4, 5), "file-2", "a-desk", None
    ),
    ev.ShowcasePublished(50, 100, 200, "a-review"),
]


def phase_after(events: list[object], folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    return str(written(folder, changes_of(showcase.project, "c1", events))["cards"][0]["phase"])


def test_a_card_goes_from_nominated_to_published(tmp_path: Path) -> None:
    found = [phase_after(STEPS[:count], tmp_path / str(count)) for count in range(1, 5)]
    assert found == ["nominated", "screened", "evaluated", "published"]


def test_an_evaluation_without_a_price_leaves_the_price(tmp_path: Path) -> None:
    (row,) = written(tmp_path, changes_of(showcase.project, "c1", STEPS))["cards"]
    assert (row["price_idea_fen"], row["trl"], row["innovation_level"]) == (5, 7, 9)
    assert json.loads(row["offer"]) == ["license"]


def test_a_classification_says_where_a_card_belongs_and_moves_nothing(tmp_path: Path) -> None:
    classified = ev.ShowcaseClassified("green_energy", "major_original", "", "a-desk")
    (row,) = written(tmp_path, changes_of(showcase.project, "c1", [*STEPS, classified]))["cards"]
    assert (row["industry"], row["achievement_class"]) == ("green_energy", "major_original")
    assert (row["stage"], row["phase"]) == ("", "published")


def test_a_card_ends_in_every_way(tmp_path: Path) -> None:
    ends = {
        "returned": ev.ShowcaseReturned("desk_attestation", "f", "a", ("not_secret",), "secret"),
        "revalidation_due": ev.ShowcaseRevalidationDue(),
        "expired": ev.ShowcaseExpired(),
        "converted": ev.ShowcaseConverted("listing", "l-1", "a"),
        "removed": ev.ShowcaseRemoved("sold", "a"),
        "published": ev.ShowcaseRevalidated(300, 400, "f", "a", 9),
    }
    found = {name: phase_after([*STEPS, event], tmp_path / name) for name, event in ends.items()}
    assert found == {name: name for name in ends}
