"""How the cost of a delivery grows with the members of a room, one publish in flight."""

from bench.driver.bench import Bench
from bench.driver.result import Result, Table, number
from bench.driver.rig import Rig
from bench.driver.series import Series
from bench.driver.slices import alternate, fan_out, per_delivery, warm_up

SIZES = (10, 30, 100, 300, 1000, 3000, 10_000)


def growth(bench: Bench) -> list[Result]:
    result = Result("growth", "Growth: µs a delivery in one room, one in flight",
                    Table(["server", *(f"{size:,} members" for size in SIZES)]))
    titles: dict[str, str] = {}
    for group in bench.groups(SIZES[-1]):
        with Rig(bench) as rig:
            rig.start_all(group, SIZES[0], 1)
            warm_up(rig)
            _grow(rig, result)
            titles |= {name: bench.titles[server.recipe] for name, server in rig.servers.items()}
            rig.tell(result)
    for name, title in titles.items():
        cells = [result.facts[f"us at {size}"][name] for size in SIZES]
        result.table.rows.append([title, *map(number, cells)])
    return [result]


def _grow(rig: Rig, result: Result) -> None:
    """Measures at each size; the rooms grow by who is missing."""
    held = SIZES[0]
    for size in SIZES:
        if size > held:
            rig.each(lambda server, more=size - held: server.load("connect", members=more, rooms=1),
                     f"growing to {size:,}")
        held = size
        series = alternate(rig, f"growth {size:,}", fan_out(1, 1), per_delivery)
        _note(series, size, result)


def _note(series: Series, size: int, result: Result) -> None:
    known = result.facts.setdefault(f"us at {size}", {})
    for server in series.servers:
        known.setdefault(server, series.figure(server, "us").median)
    result.remarks.append(f"{size:,} members: {series.remark}")
