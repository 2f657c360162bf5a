"""What many nodes promise, measured: a scenario for each bar, and a table of what was found.

`main` reads the options and runs the scenarios (`latency`, `publish_cost`, `node_death`, `users`, `idle`), each of
which returns an `Outcome` with its bars. `nodes` starts a Redis and nodes around it, with the modules of tests/fault;
`crowd` is ten thousand clients on one thread, `line` one client that waits for its answers, `websocket` the frames of
both, `monitor` what is asked of a Redis.
"""
