"""Where a member stands in a room: the newest number up to which every number came, was given up, or is its own
acknowledged publish. A resume may safely start from there. Pure.
"""


class Position:
    def __init__(self, epoch: str, seq: int):
        self.epoch, self.seq = epoch, seq
        self._ahead: set[int] = set()  # known beyond a number that is not
        self._elsewhere: dict[str, set[int]] = {}  # acknowledged under epochs that the room is not in, or not yet

    def has(self, seq: int) -> bool:
        return seq <= self.seq or seq in self._ahead

    def account(self, seq: int) -> None:
        if seq > self.seq:
            self._ahead.add(seq)
        while self.seq + 1 in self._ahead:
            self.seq += 1
            self._ahead.remove(self.seq)

    def acknowledge(self, epoch: str, seq: int) -> None:
        if epoch == self.epoch:
            self.account(seq)
        else:
            self._elsewhere.setdefault(epoch, set()).add(seq)

    def skip_to(self, seq: int) -> None:
        """Numbers up to this one will never come."""
        self.seq = max(self.seq, seq)
        self._ahead = {ahead for ahead in self._ahead if ahead > self.seq}
        self.account(self.seq)

    def rename(self, epoch: str) -> None:
        """The room goes on under another epoch, and all that came holds there."""
        self.epoch = epoch
        for seq in self._elsewhere.pop(epoch, ()):
            self.account(seq)

    def restart(self, epoch: str, seq: int) -> None:
        self.seq, self._ahead = seq, set()
        self.rename(epoch)
