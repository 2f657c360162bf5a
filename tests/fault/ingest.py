"""The node that reads the ingest stream dies, and the next one stands still beyond its lease and wakes up again."""

import asyncio

from backend import Backend, problems, reader
from cluster import Cluster, Node, until
from faults import Fault
from history import History
from load import Load

RATE = 60  # entries a second
ROOMS = 6  # of the load's, so that each gets its share
TAKEN_OVER_WITHIN = 10.0  # seconds; the lease is 3


class IngestReader(Fault):
    name, about = "ingest_reader", "kill -9 of the node that reads the ingest stream, SIGSTOP of the next one"
    node_settings = {"redis.ingest": "true"}
    short, long = 1.0, 5.0
    backend: Backend | None = None

    async def begin(self, cluster: Cluster, load: Load, history: History) -> None:
        self.backend = Backend(cluster.redis, history, load.rooms[:ROOMS], RATE)
        self.backend.begin()

    async def strike(self, cluster: Cluster) -> None:
        killed = reader(cluster)
        killed.kill()
        await self._another_than(killed, cluster)
        killed.start()
        await killed.ready()
        paused = reader(cluster)
        paused.pause()
        await self._another_than(paused, cluster)
        await asyncio.sleep(self.seconds)
        paused.go_on()

    async def _another_than(self, node: Node, cluster: Cluster) -> None:
        async def reads() -> bool:
            return reader(cluster) is not node

        await until("another node reads the ingest stream", reads, TAKEN_OVER_WITHIN)

    async def end(self) -> None:
        await self.backend.end()

    def problems(self, history: History) -> list[str]:
        return problems(history, RATE * 3)
