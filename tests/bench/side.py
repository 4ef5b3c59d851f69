"""One checkout's half of `make bench ARGS="--against FOLDER"`: does its rows as they are asked for.

Run as a file with the checkout's folder as the working one: what is measured is that folder's code,
and an older commit needs nothing but its own `tests/bench`. Reads lines of JSON, [label, number],
and answers each with a list, the milliseconds of each database, the smaller first. Before that it
writes a list of its rows. An empty label lets another thread answer, as `warm_up` does.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from tests.bench import __main__ as bench
from tests.bench import measure as rows


def answer(sites, *_):
    """Stands where `bench` would measure all rows by itself."""
    works = {work.label: work for work in rows.WORKS}
    say([[work.label, work.kind, getattr(work, "every", 1)] for work in works.values()])

    for line in sys.stdin:
        label, number = json.loads(line)
        if not label:
            for site in sites:
                site.connection.close()
            continue
        say([works[label].do(site, number) for site in sites])
    # There is no table to draw: leave as one who is stopped, so that all is taken away.
    raise KeyboardInterrupt


def say(values):
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    bench.measure = answer
    sys.exit(bench.main(["--quick", "--rounds", sys.argv[1]]))
