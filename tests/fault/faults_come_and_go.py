"""Members that hardly ever stay, in rooms that end with the last of them, while the servers that keep the rooms come and
go."""

import asyncio

from cluster import Cluster
from faults import Fault
from history import History, Joined, Left
from load import Load, Size
from memberships import Facts
from rest import everybody_is_in
from restless import Restless
from silence import silent_members
from topologies import TwoServers
from violation import Allowed, Violation

HEARD_WITHIN = 15.0  # seconds: a server may be away for the longest time of all, and is looked for every two seconds
WAYS = ("kill", "pause", "stop")
AWAY = (0.2, 0.7, 1.5, 3.5)  # seconds; the longest is more than `session.write_timeout`
FEWEST = 50  # of each way in and out
BETWEEN = (0.05, 0.5, 1.0)  # seconds with both servers


class ServersComeAndGo(Fault):
    """When all is mended, one message goes to every room: none of them is dead."""

    name, about = "servers_come_and_go", "two Redis servers are killed, paused and stopped in turn; rooms end at once"
    keeper, load, size = TwoServers, Restless, Size(clients=60, rooms=30, rate=200)
    allowed, notices, refusals = Allowed(epochs=True), 1, 1
    node_settings = {"rooms.linger": "0ms", "session.write_timeout": "2s"}
    short, long = 10.0, 60.0
    members: Load

    async def begin(self, cluster: Cluster, load: Load, history: History) -> None:
        self.members = load

    async def strike(self, cluster: Cluster) -> None:
        now = asyncio.get_running_loop().time
        ends, chance, ways = now() + self.seconds, self.random, []
        while now() < ends:
            ways = ways or chance.sample(WAYS, len(WAYS))
            mend = self._break(chance.choice(cluster.keeper.servers), ways.pop())
            await asyncio.sleep(chance.choice(AWAY))
            await asyncio.to_thread(mend)
            await asyncio.sleep(chance.choice(BETWEEN))

    @staticmethod
    def _break(server, how: str):
        """What mends it."""
        if how == "pause":
            server.pause()
            return server.go_on
        server.kill() if how == "kill" else server.shut_down()
        return server.start_again

    async def end(self) -> None:
        await everybody_is_in(self.members)
        for number, room in enumerate(self.members.rooms):
            member = self.members.members[number % len(self.members.members)]
            member.join(room)
            member.publish(room, "is it alive", keyed=True)

    def problems(self, history: History) -> list[str]:
        joins = list(history.of(Joined))
        seen = {"leaves": sum(1 for _ in history.of(Left)), "joins": len(joins),
                "joins with the newest messages": sum(1 for event in joins if event.last),
                "joins from where it stood": sum(1 for event in joins if event.since)}
        found = silent_members(Facts(history), HEARD_WITHIN)
        return [*(f"too few {name}: {count}" for name, count in seen.items() if count < FEWEST),
                *(str(Violation("silent_members", *finding)) for finding in found)]
