"""A Redis that is replaced when it fails: with two replicas, and three sentinels that watch it."""

import os

from redis_server import Redis
from servers import Replica, Server, wait_for

NAME = "maths"
USER, PASSWORD = "sentinel", "sentinels-only"


class Sentinel(Server):
    def __init__(self, master: Server):
        self._watched = master.port
        super().__init__(certificate=master.certificate)

    def first_arguments(self) -> list[str]:
        path = os.path.join(self.folder, "sentinel.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"sentinel monitor {NAME} 127.0.0.1 {self._watched} 2\n"
                       f"sentinel auth-user {NAME} {USER}\nsentinel auth-pass {NAME} {PASSWORD}\n"
                       f"sentinel down-after-milliseconds {NAME} 1000\nsentinel failover-timeout {NAME} 5000\n")
        return [path, "--sentinel"]

    def master_port(self) -> int:
        return self.client.sentinel_get_master_addr_by_name(NAME)[1]

    def knows_all(self) -> bool:
        said = self.client.sentinel_master(NAME)
        return said["num-slaves"] == 2 and said["num-other-sentinels"] == 2


class Sentinels:
    """`ports`: of the sentinels."""

    def __init__(self, master: Redis):
        self._master, self._replicas, self._sentinels = master, [], []
        try:
            self._replicas += [Replica(master) for _ in range(2)]
            for server in self.servers:
                _set_user(server, USER, "on", ">" + PASSWORD, "~*", "&*", "+@all")
            self._sentinels += [Sentinel(master) for _ in range(3)]
            for sentinel in self._sentinels:
                wait_for("a sentinel that knows all", sentinel.knows_all)
        except BaseException:
            self.stop()
            raise

    @property
    def servers(self) -> list[Server]:
        return [self._master, *self._replicas]

    @property
    def ports(self) -> list[int]:
        return [sentinel.port for sentinel in self._sentinels]

    def fail_over(self) -> None:
        self._sentinels[0].client.sentinel_failover(NAME)

    def cut_off_replicas(self) -> None:
        """They hear nothing more of their master. After a few seconds the sentinels would mend that."""
        for replica in self._replicas:
            replica.cut_off()

    def lock_out(self) -> None:
        """The master no longer lets the sentinels in, not as anybody, and goes on serving who is there."""
        _set_user(self._master, "default", "resetpass", ">" + PASSWORD)
        _set_user(self._master, USER, "off")
        self._master.client.client_kill_filter(user=USER)

    def await_switch(self) -> None:
        """All sentinels name another master than the first one."""
        for sentinel in self._sentinels:
            wait_for("another master", lambda s=sentinel: s.master_port() != self._master.port)

    def stop(self) -> None:
        for server in [*self._sentinels, *self._replicas]:
            server.stop()


def _set_user(server: Server, *rules: str) -> None:
    server.client.execute_command("ACL", "SETUSER", *rules)
