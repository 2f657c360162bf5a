"""What a cluster of nodes keeps its rooms in: one Redis, two independent ones, or a Redis Cluster with a replica; in
the clear or over TLS."""

import servers
from certificate import Certificate
from redis_server import Redis
from servers import wait_for


class OneServer:
    """`names`: how a node is told of it, where it goes through a proxy by the proxy's port. `trust`: what else it is
    told so that it can believe it."""

    over_tls = False

    def __init__(self, *settings: str):
        self.certificate = Certificate() if self.over_tls else None
        self.servers = [Redis(*settings, certificate=self.certificate)]

    def names(self, proxy_port: int | None) -> dict[str, str]:
        return {"redis.address": f"127.0.0.1:{proxy_port or self.servers[0].port}"}

    @property
    def trust(self) -> dict[str, str]:
        return {"redis.tls": "true", "redis.tls_ca": self.certificate.file} if self.certificate else {}

    def stop(self) -> None:
        for server in self.servers:
            server.stop()
        if self.certificate:
            self.certificate.remove()


class OneServerOverTls(OneServer):
    over_tls = True


class TwoServers(OneServer):
    """Each with its share of the rooms, and with all that it was told on its disk."""

    def __init__(self, *settings: str):
        super().__init__("--appendonly", "yes", "--appendfsync", "always", *settings)
        self.servers.append(Redis(*self.servers[0].settings, certificate=self.certificate))

    def names(self, proxy_port: int | None) -> dict[str, str]:
        return {"redis.mode": "servers", "redis.addresses": _list_of(self.servers)}


class ClusterServer(Redis):
    def __init__(self, certificate: Certificate | None):
        super().__init__("--cluster-enabled", "yes", "--cluster-node-timeout", "1000",
                         "--cluster-replica-validity-factor", "0", certificate=certificate)

    def order(self, *words):
        return self.client.execute_command("CLUSTER", *words)


class RedisCluster(servers.Cluster, OneServer):
    """Three masters, and a replica of one of them: of the first, where nothing else is `replicated`. The nodes know the
    last one only."""

    replicated = 0
    stop = OneServer.stop  # and not the other one's, which knows of no certificate

    def __init__(self, *_: str):
        self.certificate = Certificate() if self.over_tls else None
        super().__init__(lambda: ClusterServer(self.certificate))
        self.master = self.servers[self.replicated]
        try:
            self.replica = ClusterServer(self.certificate)
            self.servers.append(self.replica)
            self._replicate()
        except BaseException:
            self.stop()
            raise

    def _replicate(self) -> None:
        self.master.order("MEET", "127.0.0.1", self.replica.port, self.bus_of(self.replica))
        wait_for("a fourth server", lambda: self.knows(self.replica, 4))
        self.replica.order("REPLICATE", self.master.order("MYID").decode())
        wait_for("a replica in step", lambda: self.replica.client.info("replication")["master_link_status"] == "up")
        for server in self.servers:
            wait_for("all know all", lambda s=server: self.knows(s, 4))

    def names(self, proxy_port: int | None) -> dict[str, str]:
        return {"redis.mode": "cluster", "redis.addresses": _list_of(self.servers[2:3])}

    def kill_master(self) -> None:
        """The one with a replica. Returns when that has taken its place, and it is back as a replica."""
        self.master.kill()
        wait_for("a promoted replica", lambda: self.has_role(self.replica, "master"))
        for server in self.servers:
            if server is not self.master:
                wait_for("a cluster that is whole", lambda s=server: self.is_whole(s))
        self.master.start_again()
        wait_for("a master that is a replica now", lambda: self.has_role(self.master, "slave"))

    def hand_over(self, replica: ClusterServer) -> None:
        """To a replica that has everything, while its master waits."""
        replica.order("FAILOVER")
        wait_for("a replica that has taken over", lambda: self.has_role(replica, "master"))
        for server in self.servers:
            wait_for("a cluster that is whole", lambda s=server: self.is_whole(s))
            wait_for("a server that is in step", lambda s=server: self.has_role(s, "master") or
                     s.client.info("replication")["master_link_status"] == "up")

    @staticmethod
    def has_role(server: ClusterServer, role: str) -> bool:
        return server.client.info("replication")["role"] == role

    def move_slot(self, slot: int, source: ClusterServer, target: ClusterServer) -> None:
        """As redis-cli does it."""
        target.order("SETSLOT", slot, "IMPORTING", source.order("MYID").decode())
        source.order("SETSLOT", slot, "MIGRATING", target.order("MYID").decode())
        while keys := source.client.execute_command("CLUSTER GETKEYSINSLOT", slot, 10):
            source.client.execute_command("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *keys)
        for server in (target, source, *self.servers):
            if server is not self.replica:
                server.order("SETSLOT", slot, "NODE", target.order("MYID").decode())

    @staticmethod
    def is_whole(server) -> bool:
        info = server.client.execute_command("CLUSTER INFO")
        return info["cluster_state"] == "ok" and info["cluster_slots_ok"] == "16384"


class RedisClusterOverTls(RedisCluster):
    over_tls = True


def _list_of(all_of_them) -> str:
    return ",".join(f"127.0.0.1:{server.port}" for server in all_of_them)
