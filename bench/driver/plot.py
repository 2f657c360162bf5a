"""The plots, as SVG, where matplotlib is there."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path

from bench.driver.bench import FLOOR, FLOOR_TURN, ROOMD
from bench.driver.result import Result

COLOURS = {FLOOR: "#555555", FLOOR_TURN: "#999999", ROOMD: "#d62728", "uwebsockets": "#1f77b4", "nchan": "#2ca02c",
           "nats": "#9467bd", "ws": "#ff7f0e", "socketio": "#8c564b", "centrifugo": "#17a2b8"}
PANELS = {"fanout-1000-w1": "1 × 1,000, one in flight", "fanout-1000-w32": "1 × 1,000, 32 in flight",
          "fanout-10000-w1": "1 × 10,000, one in flight", "rooms-w1": "1,000 × 10, random rooms"}
STYLE = {"svg.fonttype": "none", "svg.hashsalt": "roomd", "font.size": 11, "axes.spines.top": False,
         "axes.spines.right": False, "axes.grid": True, "grid.color": "#dddddd", "axes.axisbelow": True}


def draw(out: Path, results: Mapping[str, Result]) -> list[Path]:
    """Draws what was measured; returns the files. Without matplotlib there are none."""
    if not importlib.util.find_spec("matplotlib"):
        print("-- no plots: python3-matplotlib is not installed")
        return []
    import matplotlib
    matplotlib.use("svg")
    from matplotlib import pyplot
    drawn = []
    with matplotlib.rc_context(STYLE):
        panels = [name for name in PANELS if results.get(name) and "us" in results[name].facts]
        for name, figure in (("growth", _growth(pyplot, results.get("growth"))),
                             ("fanout", _bars(pyplot, {name: results[name] for name in panels}))):
            if figure:
                figure.savefig(out / f"{name}.svg", metadata={"Date": None}, bbox_inches="tight", facecolor="white")
                pyplot.close(figure)
                drawn.append(out / f"{name}.svg")
    return drawn


def _growth(pyplot, result: Result | None):
    """Cost for a delivery against members, both logarithmic; the legend in the order of the lines' ends."""
    sizes = {int(name.rsplit(" ", 1)[1]): costs for name, costs in result.facts.items()} if result else {}
    if not sizes:
        return None
    figure, axes = pyplot.subplots(figsize=(9, 5.5))
    last = sizes[max(sizes)]
    for server in sorted(last, key=last.get, reverse=True):
        known = [size for size in sizes if server in sizes[size]]
        axes.plot(known, [sizes[size][server] for size in known], marker="o", markersize=4, label=server,
                  color=COLOURS.get(server), linewidth=3 if server == ROOMD else 1.5,
                  linestyle="--" if server in (FLOOR, FLOOR_TURN) else "-")
    axes.set(xscale="log", yscale="log", xlabel="members of the room", ylabel="CPU µs a delivery",
             title="Cost of a delivery, one publish in flight")
    axes.set_xticks(list(sizes), [f"{size:,}" for size in sizes])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.yaxis.set_minor_formatter(lambda value, _: f"{value:g}" if f"{value:.0e}"[0] in "25" else "")
    axes.minorticks_on()
    axes.xaxis.set_minor_locator(pyplot.NullLocator())
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return figure


def _bars(pyplot, panels: Mapping[str, Result]):
    """One panel a scenario, the dearest at the top."""
    if not panels:
        return None
    figure, grid = pyplot.subplots(1, len(panels), figsize=(4.2 * len(panels), 4), squeeze=False)
    for axes, (name, result) in zip(grid[0], panels.items()):
        costs = dict(sorted(result.facts["us"].items(), key=lambda item: item[1]))
        drawn = axes.barh(list(costs), list(costs.values()), color=[COLOURS.get(server, "#333333") for server in costs])
        axes.bar_label(drawn, [f"{cost:.2f}" for cost in costs.values()], padding=3, fontsize=9)
        axes.set_title(PANELS[name], fontsize=11)
        axes.set_xlabel("CPU µs a delivery")
        axes.margins(x=0.18)
        axes.grid(axis="y", visible=False)
    figure.tight_layout()
    return figure
