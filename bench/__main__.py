"""All benchmarks, or those named: `python -m bench [NAME …]`, a JSON line a result."""

import os
import sys
import tempfile

from bench import bids, broker, fanout, latency, pipeline, restore, rules, strangers, streams
from infra.scratch import scratch

BENCHES = {
    "rules": rules.main,
    "broker": broker.main,
    "pipeline": pipeline.main,
    "streams": streams.main,
    "latency": latency.main,
    "restore": restore.main,
    "fanout": fanout.main,
    "bids": bids.main,
    "house": bids.full,
    "strangers": strangers.main,
}


def main(names: list[str]) -> int:
    """Run them in turn."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"no such benchmark: {', '.join(unknown)}; there are {list(BENCHES)}\n")
        return 4
    with scratch("bench") as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)  # of all that is started, too
        for name in names or BENCHES:
            BENCHES[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
