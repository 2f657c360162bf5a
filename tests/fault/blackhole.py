"""Redis in a black hole: packets to and from it are dropped without a word, by nftables in a network namespace in which
all of a run takes place, so that nothing outside of it is touched and the rules end with it.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys

from cluster import Cluster, ClusterError
from faults import Fault

INSIDE = "FAULT_NAMESPACE"
UNSHARE = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]


def enter_namespace() -> None:
    """Runs this program again, from its beginning, inside a namespace of its own. Returns where it is there already,
    and where the machine or the user's rights do not allow one."""
    if os.environ.get(INSIDE):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    elif not _missing() and subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0:
        os.execvpe(UNSHARE[0], [*UNSHARE, sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})


def _missing() -> list[str]:
    return [tool for tool in ("unshare", "ip", "nft") if not shutil.which(tool)]


class Blackhole(Fault):
    name, about = "blackhole", "packets to and from Redis vanish (needs nftables and a network namespace)"
    refusals = 1
    short, long = 5.0, 20.0

    def unavailable(self) -> str:
        if missing := _missing():
            return f"{' and '.join(missing)} not installed"
        return "" if os.environ.get(INSIDE) else "no right to a network namespace"

    async def strike(self, cluster: Cluster) -> None:
        port = cluster.redis.port
        _nft(f"add table inet fault; add chain inet fault input {{ type filter hook input priority 0; }}; "
             f"add rule inet fault input tcp dport {port} counter drop; "
             f"add rule inet fault input tcp sport {port} counter drop")
        await asyncio.sleep(self.seconds)
        dropped = sum(map(int, re.findall(r"packets (\d+)", _nft("list table inet fault"))))
        _nft("delete table inet fault")
        if not dropped:
            raise ClusterError("no packet was dropped")


def _nft(commands: str) -> str:
    done = subprocess.run(["nft", commands], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ClusterError(f"nft: {done.stderr.strip()}")
    return done.stdout
