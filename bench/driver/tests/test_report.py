"""Tables, bars and the report's files."""
import dataclasses
import pathlib
import tempfile
import unittest
from unittest import mock

from bench.driver import bars, report
from bench.driver.result import Result, Table, number

ABOUT = report.About("machine", "abc", "2026-01-01", {"floor": "floor"}, {"ws": "no node"}, 5)


def result(name: str, **facts) -> Result:
    return Result(name, name.title(), Table(["server", "us"], [[name, "1.00"]]), facts)


class TableTest(unittest.TestCase):
    def test_columns_are_aligned(self):
        table = Table(["server", "µs"], [["floor", "1.12"], ["a", "10"]])
        self.assertEqual(table.text().splitlines(), ["| server |   µs |", "| ------ | ---: |", "| floor  | 1.12 |",
                                                     "| a      |   10 |"])

    def test_numbers_have_the_digits_worth_reading(self):
        self.assertEqual([number(value) for value in (0.123, 12.34, 123.4, 12345.6)], ["0.12", "12.3", "123", "12,346"])


class BarsTest(unittest.TestCase):
    def row(self, text: str, results: dict[str, Result]) -> list[str]:
        return next(row for row in bars.table(results).rows if row[0].startswith(text))

    def test_not_measured(self):
        self.assertEqual(self.row("Connecting", {})[2:], ["not measured", ""])

    def test_met_and_not_met(self):
        for ratio, met in ((3.3, "yes"), (3.5, "**no**")):
            results = {"connect": result("connect", **{"to floor": {"roomd": ratio}})}
            self.assertEqual(self.row("Connecting", results)[3], met)

    def test_every_peer_leaves_the_floors_out(self):
        results = {"latency": result("latency", **{"roomd to": {"floor": 3.0, "roomd": 1.0, "ws": 0.9, "nats": 0.5}})}
        self.assertEqual(bars.worst_peer("latency")(results), 0.9)

    def test_growth_is_held_against_the_floors(self):
        facts = {"us at 10": {"roomd": 2.0, "floor": 1.0}, "us at 10000": {"roomd": 6.0, "floor": 2.0}}
        self.assertEqual(bars.growth({"growth": result("growth", **facts)}), 1.5)


class ReportTest(unittest.TestCase):
    def write(self, out: pathlib.Path, results: list[Result], keep: bool, about=ABOUT) -> str:
        with mock.patch("bench.driver.plot.draw", return_value=[]):
            report.write(out, about, results, keep)
        return (out / "results.md").read_text()

    def test_one_scenario_again_keeps_the_others(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder)
            self.write(out, [result("fanout-1000-w1"), result("storm")], keep=False)
            again = self.write(out, [dataclasses.replace(result("storm"), title="Again")], keep=True)
            self.assertIn("### Fanout-1000-W1", again)
            self.assertIn("### Again", again)
            self.assertNotIn("### Storm", again)

    def test_a_full_run_keeps_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder)
            self.write(out, [result("storm")], keep=False)
            self.assertNotIn("### Storm", self.write(out, [result("idle")], keep=False))

    def test_results_stand_in_the_order_of_the_scenarios(self):
        with tempfile.TemporaryDirectory() as folder:
            text = self.write(pathlib.Path(folder), [result("storm-alone"), result("fanout-10000-w1"),
                                                     result("fanout-1000-w1")], keep=False)
            places = [text.index(f"### {name}") for name in ("Fanout-1000-W1", "Fanout-10000-W1", "Storm-Alone")]
            self.assertEqual(places, sorted(places))

    def test_missing_servers_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertIn("`ws` is missing: no node", self.write(pathlib.Path(folder), [], keep=False))


if __name__ == "__main__":
    unittest.main()
