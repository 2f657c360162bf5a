#!/usr/bin/python3
"""What a publish, a message, a room and a member cost: the numbers of docs/decisions/redis-scripts.md.

Usage: tests/redis/measure.py [ROUNDS]. A publish is compared with the least that could be called one, the script BARE, in
alternating runs over one connection. Counted is the processor time that the kernel says the server's thread has used.
"""

import random
import socket
import statistics
import sys

from rooms import Room, Settings, publish_arguments, text_of
from servers import Server

BARE = """local n = redis.call('INCR', KEYS[1])
redis.call('XADD', KEYS[2], n, 'm', ARGV[1])
redis.call('PUBLISH', KEYS[3], ARGV[1])
return n"""
ONE_RUN = 1600


def command(*arguments):
    parts = [b"*%d\r\n" % len(arguments)]
    for a in arguments:
        a = a if isinstance(a, bytes) else str(a).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(a), a))
    return b"".join(parts)


class Publisher:
    """Makes the commands of one kind of publish: `bare`, `publish`, `keyed`. Not `sure`: without foreseeing the number,
    as where several nodes publish at once. `settings`: the room's."""

    def __init__(self, client, kind, size, sure=True, settings=Settings()):
        self.kind, self.payload, self.count, self.sure = kind, b"x" * size, 0, sure
        self.room = Room(client, "maths-101", settings)
        self.channel = self.room.channel
        self.sha = client.script_load(BARE if kind == "bare" else text_of("publish"))
        if kind != "bare":
            self.room.open()

    def next(self):
        self.count += 1
        if self.kind == "bare":
            record = self.room.record
            return command("EVALSHA", self.sha, 3, record + ":n", record + ":log", record, self.payload)
        keyed = self.kind == "keyed"
        seq = self.count if self.sure else None
        arguments = publish_arguments(self.room.epoch + b"@" + self.room.generation, seq, self.room.clock(), self.payload,
                                      f"key-{self.count:012d}" if keyed else None,
                                      look=keyed and self.count % 65 == 1)  # as the engine
        return command("EVALSHA", self.sha, 4 if keyed else 2, *self.room.keys[:4 if keyed else 2], *arguments)


class Link:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))

    def run(self, commands, pipelined, listeners):
        end = b"$3\r\nEND\r\n"
        for i in range(0, len(commands), pipelined):
            self.socket.sendall(b"".join(commands[i:i + pipelined]) + command("ECHO", "END"))
            reply = b""
            while not reply.endswith(end):
                reply += self.socket.recv(65536)
            assert b"-ERR" not in reply, reply[:200]
            for listener in listeners:
                drain(listener)


def drain(listener):
    try:
        while listener.recv(1 << 20):
            pass
    except BlockingIOError:
        pass


def listen(port, publisher):
    listener = socket.create_connection(("127.0.0.1", port))
    listener.sendall(command("SUBSCRIBE" if publisher.kind == "bare" else "SSUBSCRIBE", publisher.channel))
    listener.recv(1000)
    listener.setblocking(False)
    return listener


def compare(server, rounds, pipelined, size, subscribers):
    kinds = ["bare", "publish", "keyed"]
    used = {kind: [] for kind in kinds}
    link = Link(server.port)
    for _ in range(rounds):
        for kind in random.sample(kinds, len(kinds)):
            server.client.flushall()
            publisher = Publisher(server.client, kind, size)
            listeners = [listen(server.port, publisher) for _ in range(subscribers)]
            commands = [publisher.next() for _ in range(2 * ONE_RUN)]
            link.run(commands[:ONE_RUN], pipelined, listeners)
            before = server.cpu()
            link.run(commands[ONE_RUN:], pipelined, listeners)
            used[kind].append((server.cpu() - before) / ONE_RUN * 1e6)
            for listener in listeners:
                listener.close()
    row = []
    for kind in kinds:
        ratios = [x / y for x, y in zip(used[kind], used["bare"])]
        low = sorted(used[kind])[len(used[kind]) // 4]
        row.append(f"{kind} {low:5.1f} us" + ("" if kind == "bare" else f" (x {statistics.median(ratios):.2f})"))
    print(f"{pipelined:3d} in flight, {size} bytes, {subscribers} subscribers:  " + ";  ".join(row), flush=True)


def memory(client, keys):
    return {key: client.memory_usage(key, samples=0) or 0 for key in keys}


def measure_memory(server):
    client = server.client
    for payload in (128, 1024):
        room = Room(client, "maths-101")
        client.flushall()
        room.open()
        print(f"an empty room: {memory(client, room.keys)}")
        for i in range(1000):
            room.publish(b"x" * payload)
        used = memory(client, room.keys)
        print(f"1,000 messages of {payload} bytes: {used}: {used[room.keys[1]] / 1000 - payload:.0f} bytes each beside")
    for keys in (10, 1000):
        client.flushall()
        room = Room(client, "maths-101", Settings(count=0))
        for i in range(keys):
            room.publish(b"x", f"{i:036d}")
        used = memory(client, room.keys)
        print(f"{keys} keys of 36 bytes: {used}: {used[room.keys[2]] / keys:.0f} bytes each")
    client.flushall()
    before = client.info("memory")["used_memory"]
    for i in range(2000):
        Room(client, f"room {i:08d}", scripts=room.scripts).open()
    print(f"2,000 empty rooms: {(client.info('memory')['used_memory'] - before) / 2000:.0f} bytes each, all told")
    client.flushall()
    for i in range(100):
        room.scripts.run(client, "lease", ["roomd:{leases}"], f"node-{i:016d}", 5000)
    print(f"100 nodes' leases: {client.memory_usage('roomd:{leases}', samples=0)}")


def measure_commands(server):
    client = server.client
    for key in (None, "key"):
        client.flushall()
        room = Room(client)
        room.publish(b"x")
        client.config_resetstat()
        for i in range(640):
            room.publish(b"x" * 200, key and f"{key} {i}")
        stats = client.info("commandstats")
        calls = {name[8:]: f"{s['calls'] / 640:.2f}" for name, s in stats.items() if name.startswith("cmdstat_")
                 and s["calls"] > 1}
        print(f"commands of a publish {'with' if key else 'without'} a key: {calls}; "
              f"{stats['cmdstat_evalsha']['usec'] / 640:.1f} us")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    server = Server()
    try:
        measure_memory(server)
        measure_commands(server)
        for pipelined, subscribers in ((16, 0), (1, 0), (16, 3), (1, 3)):
            compare(server, rounds, pipelined, 200, subscribers)
        compare(server, rounds, 16, 4000, 0)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
