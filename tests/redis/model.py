"""A room in plain Python: what publish.lua, open.lua and read_page.lua promise, without their economies."""

from collections import namedtuple

Kept = namedtuple("Kept", "seq epoch payload places at")


class Key:
    def __init__(self, seq, ordinal, passed):
        self.seq, self.ordinal, self.passed = seq, ordinal, passed
        self.promised = True  # never again, once it was out of the window


class Model:
    """`at` is Redis' clock in microseconds; `passed` the same without its steps back, by which a key's age counts."""

    def __init__(self, settings, clocks_wrong=0):
        self.settings, self.told = settings, settings.told()
        self.clocks_wrong = clocks_wrong  # by how many ms a publisher's clock may be
        self.forget()

    def forget(self):
        self.epoch, self.head, self.lineage = b"", 0, []
        self.log, self.keys, self.keyed = [], {}, 0

    def begin(self, epoch, child):
        if child:
            self.lineage = [(self.epoch, self.head), *self.lineage][:16]
        else:
            self.forget()
        self.epoch = epoch

    def first_number_of(self, key, passed):
        """The number and whether it must be remembered. None: the key was never published."""
        self.age_keys(passed)
        found = self.keys.get(key)
        return found and (found.seq, found.promised)

    def age_keys(self, passed):
        told = self.told
        for key in self.keys.values():
            later = self.keyed - key.ordinal
            # The scripts remember whole seconds.
            young = (passed - key.passed) // 1000 < told.key_age - 1000 - self.clocks_wrong
            if not (young or later < told.key_count) or later >= told.key_most // 2:
                key.promised = False

    def publish(self, payload, key, at, passed):
        self.head += 1
        if key is not None:
            self.keyed += 1
            self.keys[key] = Key(self.head, self.keyed, passed)
        if self.told.places:
            self.log.append(Kept(self.head, self.epoch, payload, self.settings.places_of(payload), at))
        return self.head

    def shown(self, at):
        """What a reader sees, oldest first: the longest newest part that is within every bound."""
        used, part = 0, []
        for kept in reversed(self.log):
            used += kept.places
            if used > self.told.places or (at - kept.at) // 1000 >= self.told.age:
                break
            part.append(kept)
        return part[::-1]
