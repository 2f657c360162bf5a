"""What can break, each as it happens to a running cluster. `short` and `long` are how many seconds it lasts."""

import asyncio
import random

from cluster import Cluster, ClusterError
from history import History
from load import Load, Size
from servers import Replica
from topologies import OneServer
from violation import Allowed


class Fault:
    """`notices`, `refusals`: how many `gap` and `epoch` pushes and refused publishes it causes at least, or it did not
    strike."""

    name = ""
    about = ""
    allowed = Allowed()
    load: type[Load] = Load
    size: Size | None = None  # of the load, where it is not the run's
    keeper = OneServer
    redis_settings: tuple[str, ...] = ()
    proxied = sentinels = detoured = False  # of the cluster
    must_find = ""  # a rule: what it finds is what this run is for
    node_settings: dict[str, str] = {}
    notices = refusals = 0
    short, long = 3.0, 10.0

    def __init__(self, seconds: float, seed: int):
        self.seconds, self.random = seconds, random.Random(f"{seed} {self.name}")

    def unavailable(self) -> str:
        """Why it cannot be tried on this machine; empty: it can."""
        return ""

    async def prepare(self, cluster: Cluster) -> None:
        """Before the members come."""

    async def begin(self, cluster: Cluster, load: Load, history: History) -> None:
        """When the members begin to act: whoever else has a part in it begins too."""

    async def strike(self, cluster: Cluster) -> None:
        """Breaks and mends: when this returns, nothing is broken any more."""
        raise NotImplementedError

    async def end(self) -> None:
        """When the members have stopped: what `begin` started comes to its end."""

    def problems(self, history: History) -> list[str]:
        """What is wrong beside what the rules find."""
        return []

    async def clean_up(self) -> None:
        """Ends what `prepare` started."""


class Nothing(Fault):
    name, about = "none", "nothing breaks"

    async def strike(self, cluster: Cluster) -> None:
        await asyncio.sleep(self.seconds)


class NodeKilled(Fault):
    name, about = "kill9_node", "kill -9 of a node, which comes back"
    short, long = 1.0, 5.0

    async def strike(self, cluster: Cluster) -> None:
        node = self.random.choice(cluster.nodes)
        node.kill()
        await asyncio.sleep(self.seconds)
        node.start()
        await node.ready()


class NodePaused(Fault):
    name, about = "node_paused", "SIGSTOP of a node, whose members go elsewhere; then SIGCONT"
    short, long = 8.0, 20.0

    async def strike(self, cluster: Cluster) -> None:
        node = self.random.choice(cluster.nodes)
        node.pause()
        await asyncio.sleep(self.seconds)
        node.go_on()


class RedisRestartedEmpty(Fault):
    name, about = "redis_restart_empty", "Redis is killed and comes back with nothing"
    allowed, notices, refusals = Allowed(epochs=True, loss=True), 1, 1
    short, long = 1.0, 5.0

    async def strike(self, cluster: Cluster) -> None:
        cluster.redis.kill()
        await asyncio.sleep(self.seconds)
        await asyncio.to_thread(cluster.redis.start_again)


class RedisRestartedWithData(RedisRestartedEmpty):
    name, about = "redis_restart_with_data", "Redis is killed and comes back with all it had"
    allowed = Allowed(epochs=True)
    redis_settings = ("--appendonly", "yes", "--appendfsync", "always")


class FlushAll(Fault):
    name, about = "flushall", "FLUSHALL"
    allowed, notices = Allowed(epochs=True, loss=True), 1

    async def strike(self, cluster: Cluster) -> None:
        await asyncio.to_thread(cluster.redis.client.flushall)


class ScriptFlush(Fault):
    name, about = "script_flush", "SCRIPT FLUSH, again and again"

    async def strike(self, cluster: Cluster) -> None:
        for _ in range(10):
            await asyncio.to_thread(cluster.redis.client.script_flush)
            await asyncio.sleep(self.seconds / 10)
        if "errorstat_NOSCRIPT" not in await asyncio.to_thread(cluster.redis.client.info, "errorstats"):
            raise ClusterError("no script was missed")


class SubscriptionKilled(Fault):
    name, about = "subscription_killed", "CLIENT KILL TYPE pubsub, three times"

    async def strike(self, cluster: Cluster) -> None:
        killed = 0
        for _ in range(3):
            killed += await asyncio.to_thread(cluster.redis.client.client_kill_filter, _type="pubsub")
            await asyncio.sleep(self.seconds / 3)
        if not killed:
            raise ClusterError("no subscription was there to be killed")


class RedisPaused(Fault):
    name, about = "redis_paused", "SIGSTOP of Redis, then SIGCONT"
    refusals = 1
    short, long = 4.0, 10.0

    async def strike(self, cluster: Cluster) -> None:
        cluster.redis.pause()
        await asyncio.sleep(self.seconds)
        cluster.redis.go_on()


class MessagesRepeated(Fault):
    name, about = "proxy", "what Redis publishes comes late and twice"
    proxied = True
    short, long = 6.0, 20.0

    async def strike(self, cluster: Cluster) -> None:
        for proxy in cluster.proxies:
            proxy.repeat_and_delay(self.random)
        await asyncio.sleep(self.seconds)
        for proxy in cluster.proxies:
            proxy.repeat_and_delay(None)
        if not all(proxy.repeated for proxy in cluster.proxies):
            raise ClusterError("nothing came twice")


class NodeCutOff(Fault):
    name, about = "node_cut_off", "one node loses Redis, the others do not"
    proxied, refusals = True, 1
    short, long = 5.0, 20.0

    async def strike(self, cluster: Cluster) -> None:
        proxy = self.random.choice(cluster.proxies)
        await proxy.close()
        await asyncio.sleep(self.seconds)
        await proxy.open()


class SameAddress(Fault):
    name, about = "failover_same_address", "a replica that lacks the newest writes comes to Redis' address"
    allowed, notices = Allowed(epochs=True, loss=True), 1
    proxied = True
    short, long = 1.0, 2.0
    replica: Replica | None = None

    async def prepare(self, cluster: Cluster) -> None:
        self.replica = await asyncio.to_thread(Replica, cluster.redis)

    async def strike(self, cluster: Cluster) -> None:
        await asyncio.to_thread(self.replica.cut_off)
        await asyncio.sleep(self.seconds)
        cluster.redis.kill()
        await asyncio.to_thread(self.replica.promote)
        for proxy in cluster.proxies:
            await proxy.point_to(self.replica.port)

    async def clean_up(self) -> None:
        if self.replica:
            self.replica.stop()


class FailOver(Fault):
    name, about = "failover_commanded", "SENTINEL FAILOVER, while everybody talks"
    allowed, notices = Allowed(epochs=True, loss=True), 1
    sentinels = True
    short, long = 1.0, 5.0

    async def strike(self, cluster: Cluster) -> None:
        await asyncio.to_thread(cluster.sentinels.fail_over)
        await asyncio.to_thread(cluster.sentinels.await_switch)
        await asyncio.sleep(self.seconds)


class LostWrites(FailOver):
    """One node sleeps through it, so that the others have given the lost numbers to other messages when it wakes."""
    name, about = "failover_lost_writes", "the replicas are cut off, then the master dies; one node sleeps meanwhile"
    refusals = 1
    short, long = 1.0, 2.0

    async def strike(self, cluster: Cluster) -> None:
        await asyncio.to_thread(cluster.sentinels.cut_off_replicas)
        await asyncio.sleep(self.seconds)
        sleeper = cluster.nodes[0]  # not the last one, by which the checker knows what was kept
        sleeper.pause()
        self.end_master(cluster)
        await asyncio.to_thread(cluster.sentinels.await_switch)
        await asyncio.sleep(2 * self.seconds)
        sleeper.go_on()

    def end_master(self, cluster: Cluster) -> None:
        cluster.redis.kill()


class IsolatedMaster(LostWrites):
    name, about = "failover_isolated", "the master is alone with the nodes, who go on writing until another is announced"
    refusals = 0

    def end_master(self, cluster: Cluster) -> None:
        cluster.sentinels.lock_out()


class WithoutParents(LostWrites):
    name, about = "failover_without_parents", "failover_lost_writes without parent epochs: the checker has to find it"
    detoured, must_find = True, "losses_are_told"
    notices = refusals = 0
