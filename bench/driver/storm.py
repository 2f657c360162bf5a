"""Catching up: many members come back at once while others go on, and one alone.

Those who come back have missed what went into a room of their own; the others' room goes on. The floor for the time:
bench_floor sends as many clients as many bytes, a few clients a turn of its loop, so that its others are served
meanwhile as roomd's must be. What it takes when it lets the others wait for all of it is told beside. Then the harder
case: they come back to the others' room, where each that has caught up is one member more for every live message, with
fewer messages, so that the live ones alone do not fill the core.

Storms scatter, and so does the machine: a virtual one does the same work in half or twice the time from one second to
the next. So the floor goes before and behind each storm, and a storm counts where both times of the floor's are alike.
Every storm is told, and a bar holds when nine of ten that count are within it.
"""

from dataclasses import dataclass

from bench.driver import machine
from bench.driver.bench import FLOOR_TURN, ROOMD, Bench
from bench.driver.result import Result, Table, number
from bench.driver.rig import Rig, Server
from bench.driver.stats import figure, nine_of_ten

RETURNING, BEHIND, OTHERS = 2000, 1000, 200
HISTORY = {"rooms.history_size": "4000"}  # what is published during the storm pushes nothing out that is missed
BYTES = 277_500  # that one of them gets
REPEATS = 10
MOST_STORMS = 3 * REPEATS  # until so many count
ALIKE = 1.25  # times of the floor's before and behind a storm, the longer to the shorter
ALONE_REPEATS, ALONE_RATE = 7, 500
OWN_ROOM, SAME_ROOM = 1, 0
RATES = {OWN_ROOM: 100, SAME_ROOM: 20}  # live messages a second
FLOOR_A_TURN = 4  # clients: about what roomd hands out a turn
COLUMNS = ["storm", "counts", "cores", "seconds", "CPU s", "floor in turns", "to it", "floor at once", "to it",
           "others' p99 ms, calm", "in the storm", "to calm", "floor in turns", "to it", "floor at once", "memory MiB",
           "lost"]
MIB = 1024 * 1024


def catch_up(bench: Bench) -> list[Result]:
    if ROOMD not in bench.servers:
        return []
    rooms = [OWN_ROOM] if bench.quick else [OWN_ROOM, SAME_ROOM]
    return [*(_storm(bench, room) for room in rooms), _alone(bench)]


@dataclass(frozen=True)
class Replay:
    """The floor's storm: seconds until all have everything, and the others' p99 meanwhile in microseconds."""
    seconds: float
    p99: float


@dataclass(frozen=True)
class Storm:
    """One storm: times in seconds, CPU in seconds, memory in bytes."""
    near: tuple[bool, bool]
    seconds: float
    before: Replay | None  # the floor in turns
    after: Replay | None
    at_once: Replay | None
    calm_p99: float
    storm_p99: float
    cpu: float
    memory: int
    bytes: int  # that all who returned got
    lost: int  # by those who returned
    others_lost: int  # so far: the load generator counts on from storm to storm

    @property
    def in_turns(self) -> Replay | None:
        """The floor's, before and behind."""
        both = [replay for replay in (self.before, self.after) if replay]
        return Replay(*(sum(values) / len(both) for values in zip(*((r.seconds, r.p99) for r in both)))) if both else None

    @property
    def counts(self) -> bool:
        """The machine was the same before and behind it, as far as the floor says."""
        if not self.before or not self.after:
            return True
        return max(self.before.seconds, self.after.seconds) <= ALIKE * min(self.before.seconds, self.after.seconds)

    def row(self, name: str) -> list[str]:
        cores = "changed" if self.near[0] != self.near[1] else "near" if self.near[0] else "far"
        floors = (self.in_turns, self.at_once)
        times = [text for floor in floors
                 for text in ([number(floor.seconds), number(self.seconds / floor.seconds)] if floor else ["", ""])]
        return [name, "yes" if self.counts else "no", cores, number(self.seconds), number(self.cpu), *times,
                number(self.calm_p99 / 1000), number(self.storm_p99 / 1000), number(self.storm_p99 / self.calm_p99),
                *((number(self.in_turns.p99 / 1000), number(self.storm_p99 / self.in_turns.p99))
                  if self.in_turns else ("", "")),
                number(self.at_once.p99 / 1000) if self.at_once else "",
                number(self.memory / MIB), str(self.lost + self.others_lost)]


def _storm(bench: Bench, room: int) -> Result:
    where = "to a room of their own" if room == OWN_ROOM else "to the others' room"
    result = Result("storm" if room == OWN_ROOM else "storm-same-room",
                    f"Catch-up storm: {RETURNING:,} return {where}, each {BEHIND:,} messages behind; {OTHERS} others, "
                    f"{RATES[room]} messages a second", Table(COLUMNS))
    with Rig(bench) as rig:
        roomd = rig.start(ROOMD, settings=HISTORY)
        if FLOOR_TURN in bench.servers and (floor := rig.start(FLOOR_TURN)):
            rig.attempt(floor, lambda server: server.load("connect", members=OTHERS, rooms=1))
        if roomd and rig.attempt(roomd, lambda server: server.load("connect", members=OTHERS, rooms=1)):
            first = [machine.put_first(server.pids, server.load.pid) for server in rig.servers.values()]
            _sum_up(result, _storms(rig, room, 1 if bench.quick else REPEATS))
            result.remarks.append("the servers run before the machine's other processes" if all(first) else
                                  "the servers share their core with the machine's other processes: only root may change "
                                  "that, and others' work of a millisecond stands in these figures")
        rig.tell(result)
    result.remarks += ["seconds: from the first who asks until the last has everything; floor: bench_floor sends the "
                       f"same bytes to as many clients, {FLOOR_A_TURN} a turn of its loop, or to all before it looks at "
                       "its other sockets again; the bar's is the one in turns, since the others have a bar too: the mean "
                       "of one before and one behind the storm, which counts where the longer of the two took at most "
                       f"{ALIKE} times as long as the other",
                       "memory: growth to the peak, without the sessions; "
                       f"{HISTORY['rooms.history_size']} messages kept"]
    return result


def _storms(rig: Rig, room: int, wanted: int) -> list[Storm]:
    storms: list[Storm] = []
    while len(storms) < MOST_STORMS and sum(storm.counts for storm in storms) < wanted:
        storm = _one_storm(rig, len(storms), room, storms[-1].bytes if storms else RETURNING * BYTES)
        if not storm:
            break
        storms.append(storm)
    return storms


def _one_storm(rig: Rig, at: int, room: int, probably: int) -> Storm | None:
    """`probably`: so many bytes will go out."""
    roomd, floor = rig.servers.get(ROOMD), rig.servers.get(FLOOR_TURN)
    if not roomd:
        return None
    rig.bench.say(f"storm {at + 1}: calm, then the storm")

    def replay(total: int, a_turn: int) -> Replay | None:
        return rig.attempt(floor, lambda server: _replay(server, total, a_turn, room)) if floor else None

    floor_before = replay(probably, FLOOR_A_TURN)
    roomd.settle()
    near = rig.bench.distance.near()
    before: dict[str, int] = {}

    def ready() -> None:
        machine.forget_peak(roomd.peer.pids()[0])
        before.update(cpu=roomd.cpu_ns(), memory=machine.resident(roomd.pids[0]))

    answer = rig.attempt(roomd, lambda server: server.load.storm(ready, returning=RETURNING, behind=BEHIND,
                                                                       rate=RATES[room], room=room))
    if not answer:
        return None
    cpu, memory = roomd.cpu_ns() - before["cpu"], machine.peak(roomd.pids[0]) - before["memory"]
    floor_after, at_once = (replay(answer["bytes"], a_turn) for a_turn in (FLOOR_A_TURN, RETURNING))
    return Storm((near, rig.bench.distance.near()), answer["ns"] / 1e9, floor_before, floor_after, at_once,
                 answer["calm"]["p99_us"], answer["storm"]["p99_us"], cpu / 1e9, memory, answer["bytes"],
                 _losses(answer["returning"]), _losses(answer["others"]))


def _replay(floor: Server, total: int, a_turn: int, room: int) -> Replay:
    floor.settle()
    answer = floor.load("replay", returning=RETURNING, bytes=total // RETURNING, a_turn=a_turn, rate=RATES[room],
                        room=room)
    return Replay(answer["ns"] / 1e9, answer["storm"]["p99_us"])


def _losses(of: dict) -> int:
    return of["gaps"] + of["repeats"] + of["closed"]


def _sum_up(result: Result, storms: list[Storm]) -> None:
    if not storms:
        return
    result.remarks.append(f"{storms[0].bytes / 1e6:.0f} MB go out in a storm")
    result.table.rows = [storm.row(str(at + 1)) for at, storm in enumerate(storms)]
    lost = sum(storm.lost for storm in storms) + storms[-1].others_lost
    memory = max(storm.memory for storm in storms)
    storms = [storm for storm in storms if storm.counts] or storms
    facts = {"lost": lost, "seconds": figure([storm.seconds for storm in storms]).median,
             "p99 to calm": nine_of_ten([storm.storm_p99 / storm.calm_p99 for storm in storms]),
             "memory": memory}
    beside = [(storm, storm.in_turns) for storm in storms if storm.in_turns]
    if beside:
        facts["time to floor in turns"] = nine_of_ten([storm.seconds / floor.seconds for storm, floor in beside])
        facts["p99 to floor"] = nine_of_ten([storm.storm_p99 / floor.p99 for storm, floor in beside])
    if at_once := [storm.seconds / storm.at_once.seconds for storm in storms if storm.at_once]:
        facts["time to floor at once"] = figure(at_once).median
    result.facts = {name: {ROOMD: value} for name, value in facts.items()}
    if lost:
        result.failures.append(f"{lost} messages lost, repeated or connections closed in the storm")


def _alone(bench: Bench) -> Result:
    """CPU for one who comes back to a quiet server. Two live messages may fall into that time."""
    result = Result("storm-alone", f"One client alone returns, {BEHIND:,} messages behind",
                    Table(["server", "CPU ms", "quartiles", "all there after ms"]))
    with Rig(bench) as rig:
        roomd = rig.start(ROOMD, settings=HISTORY)
        if roomd and rig.attempt(roomd, lambda server: server.load("connect", members=1, rooms=1)):
            runs = [rig.attempt(roomd, _one_alone) for at in range(ALONE_REPEATS)
                    if rig.servers and not bench.say(f"alone: {at + 1} of {ALONE_REPEATS}")]
            if all(runs):
                cpu, took = (figure(values) for values in zip(*runs))
                result.facts = {"ms": {ROOMD: cpu.median}}
                result.table.rows.append([bench.titles[ROOMD], number(cpu.median),
                                          f"{number(cpu.low)} to {number(cpu.high)}", number(took.median)])
                result.remarks.append(f"{cpu.count} times")
        rig.tell(result)
    return result


def _one_alone(server: Server) -> tuple[float, float]:
    """CPU and time, in milliseconds."""
    before: list[int] = []
    answer = server.load.storm(lambda: before.append(server.cpu_ns()), returning=1, behind=BEHIND, rate=ALONE_RATE,
                               room=SAME_ROOM)
    server.settle()  # the kernel counts what a thread used when it sleeps
    return (server.cpu_ns() - before[0]) / 1e6, answer["ns"] / 1e6
