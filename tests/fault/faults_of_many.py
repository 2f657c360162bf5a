"""What can break where the rooms are kept in more than one Redis."""

import asyncio

from cluster import Cluster
from faults import Fault, NodeKilled, Nothing
from topologies import RedisCluster, TwoServers
from violation import Allowed

MOVES = 3  # of every slot


class NothingOnTwoServers(Nothing):
    name, about = "none_servers", "nothing breaks, on two independent Redis servers"
    keeper = TwoServers


class ServerKilled(Fault):
    name, about = "server_killed", "one of two independent Redis servers is killed and comes back with all it had"
    keeper = TwoServers
    allowed, notices, refusals = Allowed(epochs=True), 1, 1

    async def strike(self, cluster: Cluster) -> None:
        server = self.random.choice(cluster.keeper.servers)
        server.kill()
        await asyncio.sleep(self.seconds)
        await asyncio.to_thread(server.start_again)


class NodeKilledOnCluster(NodeKilled):
    name, about = "kill9_node_cluster", "kill -9 of a node, which comes back, on a Redis Cluster"
    keeper = RedisCluster


class MasterKilled(Fault):
    """What the master had acknowledged and not yet sent to its replica is lost."""

    name, about = "master_killed", "a master of a Redis Cluster dies, and comes back as its replica's replica"
    keeper = RedisCluster
    allowed, notices, refusals = Allowed(epochs=True, loss=True), 1, 1

    async def strike(self, cluster: Cluster) -> None:
        await asyncio.to_thread(cluster.keeper.kill_master)


class MasterHandsOver(Fault):
    name, about = "master_hands_over", "CLUSTER FAILOVER: a master and its replica change places, and back"
    keeper = RedisCluster
    allowed, notices = Allowed(epochs=True), 1

    async def strike(self, cluster: Cluster) -> None:
        keeper = cluster.keeper
        for server in (keeper.replica, keeper.master):
            await asyncio.to_thread(keeper.hand_over, server)
            await asyncio.sleep(self.seconds / 2)


class SlotsMoved(Fault):
    """A room's numbering gets a child with every move, and nothing is lost."""

    name, about = "slots_moved", "slots of a Redis Cluster move to another master with the rooms in them"
    keeper = RedisCluster
    allowed, notices = Allowed(epochs=True), 1
    short, long = 4.0, 15.0

    async def strike(self, cluster: Cluster) -> None:
        keeper, source, target = cluster.keeper, cluster.keeper.servers[1], cluster.keeper.servers[2]
        keys = await asyncio.to_thread(lambda: list(source.client.scan_iter("roomd:{r:*}")))
        slots = {source.client.execute_command("CLUSTER KEYSLOT", key) for key in keys}
        for _ in range(MOVES):
            for slot in slots:
                await asyncio.to_thread(keeper.move_slot, slot, source, target)
            source, target = target, source
            await asyncio.sleep(self.seconds / MOVES)
