"""nats-server with its WebSocket listener: a room is a subject, and the payload of a frame is the NATS protocol."""
import pathlib

from . import install
from .recipe import Place, Recipe

PROGRAM = "/usr/sbin/nats-server"

# The plain listener must be there, but nobody uses it: -1 takes a free port. A PING in the same frame as messages
# would go unanswered by the load generator, so that none is sent; the default is one in two minutes.
CONFIGURATION = """\
host: "127.0.0.1"
port: -1
ping_interval: "1h"
websocket {{
  host: "127.0.0.1"
  port: {port}
  no_tls: true
}}
"""


def _prepare(root: pathlib.Path) -> None:
    install.debian({"nats-server": PROGRAM}, services=("nats-server",))


def _title(root: pathlib.Path) -> str:
    return f"nats-server {install.version([PROGRAM, '--version'])}, WebSocket"


def _command(place: Place) -> list[str]:
    path = place.workdir / "nats.conf"
    path.write_text(CONFIGURATION.format(port=place.port))
    return [PROGRAM, "--config", str(path)]


CONNECT = 'CONNECT {"verbose":false,"pedantic":false,"lang":"bench","version":"1","protocol":1}\r\n'
# The PONG says that everything before the PING is done.
MEMBER = [{"wait": "INFO "}, {"send": CONNECT + "SUB {room} 1\r\nPING\r\n"}, {"wait": "PONG"}]
PUBLISHER = [{"wait": "INFO "}, {"send": CONNECT + "PING\r\n"}, {"wait": "PONG"}]

NATS = Recipe(
    name="nats",
    prepare=_prepare,
    title=_title,
    command=_command,
    dialect={
        "binary": True,
        "member": {"path": "/", "steps": MEMBER},
        "publisher": {"path": "/", "steps": PUBLISHER, "publish": "PUB {room} {size}\r\n{data}\r\n"},
        "answers": [{"to": "PING\r\n", "with": "PONG\r\n"}],
    },
    environment={"GOMAXPROCS": "1"},
)
