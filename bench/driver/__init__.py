"""The benchmark: starts servers, has the load generator talk to them in turn, and reports ratios.

`main` reads the options and runs the scenarios. A scenario (`fan_out`, `latency`, `connections`, `growth`, `sends`,
`storm`, `slow_readers`) starts its servers with a `rig`, measures them in alternating `slices`, and returns `result`s;
`bars` holds these against what was aimed at, `report` and `plot` write them down. `machine` reads what the kernel says,
`load` speaks to the load generator, `stats` and `series` are pure.
"""
