"""The report: results.md with the machine, the bars and all tables, its plots, and results.json to go on from."""

import datetime
import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.driver import bars, machine, plot
from bench.driver.bench import ROOT
from bench.driver.result import Result
from bench.driver.scenarios import SCENARIOS

METHOD = """\
- One worker each: the server on CPU 0, the load on CPU 1, over loopback; 128 bytes of payload.
- The main figure is CPU time (user and system) of the server's processes for one delivery, as the scheduler counts it.
- All servers of a scenario are up at once. Slices of 200 ms alternate between them; a ratio compares slices of one
  cycle. A figure is the median of the cycles, beside it the quartiles.
- The load spins while traffic flows: a client that sleeps makes the server pay for waking it.
- The host moves the two cores near to or far from each other. That is probed before and after each slice; a cycle
  counts only where it was the same all through, and where others used less than 5 % of either core.
"""


@dataclass(frozen=True)
class About:
    """Where and when, and with what versions."""
    machine: str
    commit: str
    date: str
    servers: dict[str, str]
    missing: dict[str, str]
    cycles: int

    @staticmethod
    def now(servers: Mapping[str, str], missing: Mapping[str, str], cycles: int) -> "About":
        return About(machine.description(), _commit(), datetime.date.today().isoformat(), dict(servers),
                     dict(missing), cycles)

    def text(self) -> str:
        lines = [f"- Machine: {self.machine}", f"- Date: {self.date}; roomd at commit {self.commit}",
                 f"- Cycles that count for a figure: {self.cycles}, where that many were alike"]
        lines += [f"- `{name}`: {title}" for name, title in self.servers.items()]
        lines += [f"- `{name}` is missing: {why}" for name, why in self.missing.items()]
        return "\n".join(lines)


def bars_text(results: Sequence[Result]) -> str:
    """Only the bars that were measured."""
    table = bars.table({result.name: result for result in results})
    table.rows = [row for row in table.rows if row[-1]]
    return "\n## Bars\n\n" + table.text() + "\n"


def write(out: Path, about: About, fresh: Sequence[Result], keep: bool) -> list[Path]:
    """Writes all files; `keep`: with the results in `out` that `fresh` does not replace. Returns what was written."""
    out.mkdir(parents=True, exist_ok=True)
    data = out / "results.json"
    earlier = json.loads(data.read_text()) if keep and data.exists() else None
    if earlier:
        about = About(**asdict(about) | {"servers": earlier["about"]["servers"] | about.servers})
    old = [Result.from_json(each) for each in earlier["results"]] if earlier else []
    results = _in_order({result.name: result for result in [*old, *fresh]})
    everything = {"about": asdict(about), "results": [each.to_json() for each in results.values()]}
    data.write_text(json.dumps(everything, indent=1, ensure_ascii=False) + "\n")
    plots = plot.draw(out, results)
    (out / "results.md").write_text(_page(about, results, plots))
    return [out / "results.md", data, *plots]


def _in_order(results: Mapping[str, Result]) -> dict[str, Result]:
    """As the scenarios are listed, whose names their results' begin with; one scenario's results as they came."""
    def place(name: str) -> int:
        return next(at for at, scenario in enumerate(SCENARIOS) if f"{name}-".startswith(f"{scenario}-"))
    return dict(sorted(results.items(), key=lambda item: place(item[0])))


def _page(about: About, results: Mapping[str, Result], plots: Sequence[Path]) -> str:
    images = [f"![{path.stem.replace('-', ' ')}]({path.name})" for path in plots]
    parts = ["# Results", "Written by `./dev bench`; not edited by hand.", about.text(), "## How this was measured",
             METHOD.strip(), "## Bars", bars.table(results).text(), "## Scenarios", *images]
    for result in results.values():
        dated = [] if result.date == about.date else [f"- measured on {result.date}"]
        parts.append("\n".join([result.text(), *dated]))
    return "\n\n".join(parts) + "\n"


def _commit() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True,
                          check=False)
    return re.sub(r"-dirty$", " and changes", done.stdout.strip()) or "unknown"
