"""A comparison of servers by what they use: from the series of all groups to one table and its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.driver.bench import FLOOR, ROOMD
from bench.driver.result import Result, Table, number
from bench.driver.rig import Rig
from bench.driver.series import Series


@dataclass
class Comparison:
    """`measure` is compared, under its heading; `beside` are further measures and their headings."""
    name: str
    title: str
    measure: str
    heading: str
    beside: Mapping[str, str] = field(default_factory=dict)
    result: Result = field(init=False)

    def __post_init__(self) -> None:
        header = ["server", self.heading, "quartiles", "to the floor", "roomd to it", *self.beside.values()]
        self.result = Result(self.name, self.title, Table(header))

    def add(self, series: Series, rig: Rig) -> None:
        """Servers that an earlier group had are there to compare with, and are not shown again."""
        fresh = [name for name in series.servers if name not in self._fact(self.measure)]
        for server in fresh:
            self._add(series, server, rig.bench.titles[rig.servers[server].recipe])
        if series.cycles:
            self.result.remarks.append(series.remark + (f" ({', '.join(fresh)})" if self.result.remarks else ""))

    def finish(self, rig: Rig) -> None:
        """Takes over what was lost since the last comparison."""
        rig.tell(self.result)

    def _fact(self, measure: str) -> dict[str, float]:
        return self.result.facts.setdefault(measure, {})

    def _add(self, series: Series, server: str, title: str) -> None:
        main = series.figure(server, self.measure)
        self._fact(self.measure)[server] = main.median
        row = [title, number(main.median), f"{number(main.low)} to {number(main.high)}"]
        row.append(self._ratio(series, server, FLOOR, "to floor", server))
        row.append(self._ratio(series, ROOMD, server, "roomd to", server))
        for measure in self.beside:
            self._fact(measure)[server] = series.figure(server, measure).median
            row.append(number(self._fact(measure)[server]))
        self.result.table.rows.append(row)

    def _ratio(self, series: Series, server: str, to: str, fact: str, key: str) -> str:
        if server not in series.servers or to not in series.servers:
            return ""
        self._fact(fact)[key] = series.ratio(server, to, self.measure)
        return f"{self._fact(fact)[key]:.2f}"
