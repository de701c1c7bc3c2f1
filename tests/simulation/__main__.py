"""`python -m tests.simulation --seed N` or `--seeds A:B`: run seeds, and audit each.

`--family roadshow|trading` runs the worlds of another family, `lots` biddings of every mode.
"""

import argparse
import sys
import time
from collections import Counter

from tests.simulation.auditor import Audit, Objection, audit, audit_log
from tests.simulation.families import AccountWorld, ShowWorld
from tests.simulation.lots import LotWorld
from tests.simulation.world import World

WORLDS = {"bidding": World, "lots": LotWorld, "roadshow": ShowWorld, "trading": AccountWorld}


def audited(family: str, seed: int) -> Audit:
    """Run a seed to its end, and audit it."""
    world = WORLDS[family](seed).run()
    return audit(world) if family == "bidding" else audit_log(world)[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seeds", default="0:500", metavar="A:B")
    parser.add_argument("--family", choices=WORLDS, default="bidding")
    options = parser.parse_args()
    first, _, last = options.seeds.partition(":")
    seeds = [options.seed] if options.seed is not None else range(int(first), int(last))
    began = time.monotonic()
    totals: Counter[str] = Counter()
    failed = []
    for seed in seeds:
        try:
            seen = audited(options.family, seed)
        except Objection as error:
            failed.append(seed)
            sys.stdout.write(f"seed {seed}: {error}\n")
            continue
        totals.update({name: n for name, n in vars(seen).items() if isinstance(n, int)})
        totals.update({f"suspended: {reason}": 1 for reason in seen.reasons})
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{len(seeds)} seeds in {seconds:.0f} s, {len(failed)} failed; {dict(totals)}\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
