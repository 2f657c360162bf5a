"""The calling convention of the scripts, as the engine uses it: keys, arguments, replies."""

import hashlib
import itertools
import os
import random
import time
from collections import namedtuple

import redis

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "store", "redis")
word = f"{random.SystemRandom().getrandbits(60):x}"
counter = itertools.count()

Opened = namedtuple("Opened", "epoch generation lineage head what")
Page = namedtuple("Page", "epoch generation lineage head first messages")
Message = namedtuple("Message", "epoch seq seconds micros payload")
Told = namedtuple("Told", "places place age key_count key_age key_most keep")


class Settings(namedtuple("Settings", "count bytes age key_count key_age key_most keep",
                          defaults=(1000, 8388608, 86400000, 1000, 300000, 65536, 90000000))):
    """A room's bounds, as roomd's settings have them."""

    def told(self):
        """As the scripts have them: COUNT and BYTES become places of equal size."""
        places = min(self.count, self.bytes, 2**19) if self.age else 0
        return Told(places, max(self.bytes // max(places, 1), 1), *self[2:])

    def places_of(self, payload):
        return min(max(-(-(len(payload) + 64) // self.told().place), 1), 2**19)


def text_of(name):
    with open(os.path.join(FOLDER, name + ".lua"), encoding="utf8") as f:
        return f.read()


def parse(message):
    epoch, seq, seconds, micros, payload = message.split(b" ", 4)
    return Message(epoch, int(seq), int(seconds), int(micros), payload)


def format_message(epoch, seq, micros, payload):
    return b"%s %d %010d %d %s" % (epoch, seq, micros // 10**6, micros % 10**6, payload)


def publish_arguments(numbering, seq, micros, payload, key=None, step=1, look=False):
    """publish.lua's ARGV, as the engine has them, for a message that is thought to get the number `seq`; None: nobody
    knows."""
    epoch, _ = numbering.split(b"@")
    message = format_message(epoch, seq or 0, micros, payload)
    if seq is None:
        message, seq = message[len(epoch) + 2:], ""
    every = [message, numbering, seq, key or "", step, 1]
    return every[:6 if look else 5 if step > 1 else 4 if key else 3]


def new_epoch():
    return f"{word}.{next(counter)}".encode()


class Scripts:
    """EVALSHA, and one EVAL where the server does not know the script. `change` rewrites a script's text."""

    def __init__(self, change=lambda text: text):
        self.texts = {name: change(text_of(name)) for name in (
            "publish", "open", "read_page", "drop", "lease", "ingest", "probe", "set_aside")}
        self.shas = {}

    def run(self, client, name, keys, *args):
        sha = self.shas.setdefault(name, hashlib.sha1(self.texts[name].encode()).hexdigest())
        try:
            return client.evalsha(sha, len(keys), *keys, *args)
        except redis.exceptions.NoScriptError:
            return client.eval(self.texts[name], len(keys), *keys, *args)


class Room:
    """A room as one node's engine sees it over one connection (`client`) to a master."""

    def __init__(self, client, name="Maths", settings=Settings(), scripts=None, prefix="roomd:"):
        self.client, self.settings = client, settings
        self.scripts = scripts or Scripts()
        record = f"{prefix}{{r:{name}}}"
        self.record = self.channel = record
        self.keys = [record, record + ":log", record + ":keys", record + ":old"]
        self.epoch, self.generation = b"", b"0" * 40
        self.until_look = 0
        self.head = 0  # the newest number that is known here
        self.sure = True  # foresees what number a message gets
        self.clock = lambda: time.time_ns() // 1000  # Redis' clock, in microseconds

    def open(self, create=True, candidate=None):
        opened = Opened(*self.scripts.run(self.client, "open", self.keys, candidate or new_epoch(), int(create),
                                          " ".join(map(str, self.settings.told()))))
        self.epoch, self.generation = opened.epoch, opened.generation
        self.until_look, self.head = 0, opened.head
        return opened

    def publish_once(self, payload, key=None):
        """The script's reply."""
        told = self.settings.told()
        keys = [self.record, self.keys[1] if told.places else self.record, *self.keys[2:]]
        look = bool(key) and self.until_look == 0
        arguments = publish_arguments(self.epoch + b"@" + self.generation, self.head + 1 if self.sure else None,
                                      self.clock(), payload, key, 1 + 2**32 * (self.settings.places_of(payload) - 1), look)
        reply = self.scripts.run(self.client, "publish", keys if key else keys[:2], *arguments)
        if reply > 0:
            self.head = reply
        if key and reply > 0:
            self.until_look = 64 if look else self.until_look - 1
        return reply

    def publish(self, payload, key=None):
        """As the engine: opens the room where the script says so."""
        reply = self.publish_once(payload, key)
        if reply == 0:
            self.open()
            reply = self.publish_once(payload, key)
        return reply

    def read(self, direction, number, messages=1000, room=1 << 20):
        reply = self.scripts.run(self.client, "read_page", self.keys[:2], direction, number, messages, room)
        return Page(*reply[:5], [parse(m) for m in reply[5]])

    def read_from(self, number, **bounds):
        return self.read("from", number, **bounds)

    def read_before(self, number=0, **bounds):
        return self.read("before", number, **bounds)

    def drop(self, epoch=b""):
        return self.scripts.run(self.client, "drop", self.keys, epoch)


def common(since_epoch, since_seq, page):
    """Up to which number a client at this position and the room agree: None where nothing is known of the epoch."""
    if since_epoch == page.epoch:
        return since_seq
    for ancestor in page.lineage.split():
        epoch, seq = ancestor.rsplit(b":", 1)
        if epoch == since_epoch:
            return min(since_seq, int(seq))
    return None


class Subscription:
    """A sharded subscription over a connection of its own."""

    def __init__(self, port, channel):
        self.connection = redis.connection.Connection(host="127.0.0.1", port=port, socket_timeout=5)
        self.connection.send_command("SSUBSCRIBE", channel)
        assert self.connection.read_response()[0] == b"ssubscribe"

    def next(self):
        return parse(self.next_text())

    def next_text(self):
        kind, _, message = self.connection.read_response()
        assert kind == b"smessage"
        return message

    def close(self):
        self.connection.disconnect()
