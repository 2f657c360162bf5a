"""Redis servers of the tests' own: free ports, private folders, ended by their process id."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

PROGRAM = shutil.which(os.environ.get("ROOMD_REDIS_SERVER", "redis-server"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, condition, seconds=60):
    """Asks until the condition holds; what is still wrong after so long is a failure."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (redis.exceptions.RedisError, OSError):
            pass
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


class Server:
    """One redis-server. `settings` are its flags: Server("--appendonly", "yes"). With a `certificate` it speaks TLS and
    nothing else."""

    def __init__(self, *settings, certificate=None):
        if PROGRAM is None:
            raise unittest.SkipTest("redis-server is not installed (./dev setup --test installs it)")
        self.folder = tempfile.mkdtemp(prefix="roomd-redis-")
        self.settings, self.certificate = settings, certificate
        self.start()

    def start(self):
        for _ in range(5):  # somebody else may have taken the port meanwhile
            self.port, bus = free_port(), free_port()
            cluster = ["--cluster-port", str(bus)] if "--cluster-enabled" in self.settings else []
            with open(os.path.join(self.folder, "log"), "ab") as log:
                self.process = subprocess.Popen(
                    [PROGRAM, *self.first_arguments(), *self.listening(), "--bind", "127.0.0.1", "--dir", self.folder,
                     "--save", "", "--repl-diskless-sync-delay", "0", *cluster, *self.settings],
                    stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            self.client = self.connect()
            try:
                wait_for("a started redis-server", lambda: self.client.ping() or self.process.poll() is not None)
                if self.process.poll() is None:
                    return
            except AssertionError:
                self.end_process()
        with open(os.path.join(self.folder, "log"), encoding="utf8", errors="replace") as log:
            raise AssertionError("redis-server does not start:\n" + log.read()[-2000:])

    def first_arguments(self):
        """What stands before the flags."""
        return []

    def listening(self):
        """Flags that say where."""
        if not self.certificate:
            return ["--port", str(self.port)]
        return ["--port", "0", "--tls-port", str(self.port), *self.certificate.server_flags()]

    def connect(self):
        """A client that sends nothing twice of its own accord, as newer ones of redis-py else do."""
        more = self.certificate.client_settings() if self.certificate else {}
        return self.client_of(socket_timeout=20, retry=Retry(NoBackoff(), 0), **more)

    def client_of(self, **more):
        """By the address: a machine may have no /etc/hosts, and then `localhost` is looked up elsewhere."""
        return redis.Redis("127.0.0.1", self.port, **more)

    def refusal(self, *command):
        """What the server refuses this with, as it stands on the wire: libraries word it anew with each version."""
        words = [w if isinstance(w, bytes) else str(w).encode() for w in command]
        said = b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as s, s.makefile("rb") as answers:
            s.sendall(said)
            line = answers.readline().decode().rstrip()
        if not line.startswith("-"):
            raise AssertionError(f"it is not refused: {line}")
        return line[1:]

    def end_process(self):
        self.client.close()
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.end_process()
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self):
        """Killed and started again on another port, with what it has on disk."""
        self.end_process()
        self.start()

    def generation(self):
        return self.client.info("replication")["master_replid"].encode()

    def wait_for_all_of(self, master):
        wait_for("a replica that has everything", lambda: self.client.info("replication")["slave_repl_offset"]
                 == master.client.info("replication")["master_repl_offset"])

    def cpu(self):
        """Seconds of processor time that the main thread has used."""
        with open(f"/proc/{self.process.pid}/schedstat", encoding="ascii") as f:
            return int(f.read().split()[0]) / 1e9


class ServerTest(unittest.TestCase):
    """Tests that share one server, which each finds empty. SETTINGS: its flags."""

    SETTINGS = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.SETTINGS)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.redis = self.server.client  # another one after a restart
        self.redis.flushall()


class Replica(Server):
    def __init__(self, master):
        super().__init__("--replicaof", f"127.0.0.1 {master.port}", certificate=master.certificate)
        wait_for("a replica in step", lambda: self.client.info("replication")["master_link_status"] == "up")

    def cut_off(self):
        """It hears nothing more of its master, and keeps what it has."""
        self.client.replicaof("127.0.0.1", free_port())

    def promote(self):
        self.client.replicaof("NO", "ONE")


class Cluster:
    """Three masters, a third of the slots each."""

    def __init__(self, make=lambda: Server("--cluster-enabled", "yes", "--cluster-node-timeout", "5000")):
        self.servers = []
        try:
            for _ in range(3):
                self.servers.append(make())
            self.join()
        except BaseException:
            self.stop()
            raise

    def join(self):
        bounds = [0, 5461, 10922, 16384]
        for i, server in enumerate(self.servers):
            server.client.execute_command("CLUSTER", "ADDSLOTSRANGE", bounds[i], bounds[i + 1] - 1)
            server.client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", i + 1)
        first = self.servers[0]
        for server in self.servers[1:]:
            first.client.execute_command("CLUSTER", "MEET", "127.0.0.1", server.port, self.bus_of(server))
        for server in self.servers:
            wait_for("a cluster that is up", lambda s=server: self.knows(s, 3))

    @staticmethod
    def bus_of(server):
        return server.client.config_get("cluster-port")["cluster-port"]

    @staticmethod
    def knows(server, count):
        """It serves, and knows of so many servers."""
        info = server.client.execute_command("CLUSTER INFO")
        return info["cluster_state"] == "ok" and info["cluster_known_nodes"] == str(count)

    def server_of(self, key):
        slot = self.servers[0].client.execute_command("CLUSTER KEYSLOT", key)
        return self.servers[0 if slot < 5461 else 1 if slot < 10922 else 2]

    def stop(self):
        for server in self.servers:
            server.stop()
