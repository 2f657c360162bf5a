"""The ingest stream: the node that reads it dies, and the next one stands still beyond its lease and wakes up again; or
the master that has it dies, and a replica goes on with it."""

import asyncio

from backend import NAME, STREAM, Backend, problems, reader
from cluster import Cluster, ClusterError, Node, until
from faults import Fault
from faults_of_many import MasterKilled
from history import Added, History, Publish
from load import Load
from redis_server import Redis
from topologies import RedisCluster

RATE = 60  # entries a second
ROOMS = 6  # of the load's, so that each gets its share
TAKEN_OVER_WITHIN = 10.0  # seconds; the lease is 3


class WithBackend(Fault):
    """A backend adds entries while the members act. It has an entry for added when `replicas` have it."""

    node_settings = {"redis.ingest": "true"}
    replicas = 0
    backend: Backend | None = None

    async def begin(self, cluster: Cluster, load: Load, history: History) -> None:
        self.backend = Backend(self.homes(cluster), history, load.rooms[:ROOMS], RATE, self.replicas)
        self.backend.begin()

    def homes(self, cluster: Cluster) -> list[Redis]:
        """Servers of which one has the stream at a time."""
        return [cluster.redis]

    async def end(self) -> None:
        await self.backend.end()

    def problems(self, history: History) -> list[str]:
        return problems(history, RATE * 3)


class IngestReader(WithBackend):
    name, about = "ingest_reader", "kill -9 of the node that reads the ingest stream, SIGSTOP of the next one"
    short, long = 1.0, 5.0

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


class StreamCluster(RedisCluster):
    """The stream's master is the one with a replica."""

    replicated = 1

    def _replicate(self) -> None:
        super()._replicate()
        if self.server_of(STREAM) is not self.master:
            raise ClusterError(f"{STREAM} is not in a slot of the master that has a replica")


class IngestMaster(WithBackend, MasterKilled):
    """What is added and replicated must not be lost, though rooms of the same master lose what they had."""

    name, about = "ingest_master", "a master of a Redis Cluster dies, the one that has the ingest stream"
    keeper = StreamCluster
    replicas = 1

    def homes(self, cluster: Cluster) -> list[Redis]:
        return [cluster.keeper.master, cluster.keeper.replica]

    def problems(self, history: History) -> list[str]:
        attempts = sum(1 for event in history.of(Publish) if event.client == NAME)
        unnoticed = attempts == sum(1 for _ in history.of(Added))
        return super().problems(history) + ["the backend did not notice that the master died"] * unnoticed
