"""The servers on Node.js: uWebSockets, ws and Socket.IO, each in the few lines its users write (node/*.mjs)."""
import functools
import pathlib

from . import install
from .recipe import Place, Recipe

SCRIPTS = pathlib.Path(__file__).resolve().parent / "node"


def _prepare(package: str, root: pathlib.Path) -> None:
    """Loading the package shows whether its native part, if any, fits this machine and this Node.js."""
    install.npm()
    install.run(["node", "--input-type=module", "--eval", f"import '{package}'"], cwd=SCRIPTS)


def _title(label: str, package: str, root: pathlib.Path) -> str:
    node = install.version(["node", "--version"])
    return f"{label.format(install.npm_version(package))}, Node.js {node}"


def _command(script: str, place: Place) -> list[str]:
    return ["node", str(SCRIPTS / script), str(place.port)]


def _recipe(name: str, script: str, package: str, label: str, dialect: dict) -> Recipe:
    return Recipe(
        name=name,
        prepare=functools.partial(_prepare, package),
        title=functools.partial(_title, label, package),
        command=functools.partial(_command, script),
        dialect=dialect,
        environment={"NODE_ENV": "production"},
    )


PLAIN = {
    "member": {"path": "/join/{room}"},
    "publisher": {"path": "/pub", "publish": "{room} {data}"},
}

# Engine.IO's packets begin with a digit: 0 open, 2 ping, 3 pong, 4 message. In a message comes Socket.IO's: 0 connect,
# 2 event, 3 acknowledgement. The second 0 in 420[...] asks for an acknowledgement with number 0.
OPEN = [{"wait": '0{"sid"'}, {"send": "40"}, {"wait": '40{"sid"'}]
SOCKET_IO = {
    "member": {
        "path": "/socket.io/?EIO=4&transport=websocket",
        "steps": [*OPEN, {"send": '420["join","{room}"]'}, {"wait": "430["}],
    },
    "publisher": {
        "path": "/socket.io/?EIO=4&transport=websocket",
        "steps": OPEN,
        "publish": '42["publish","{room}","{data}"]',
    },
    "answers": [{"to": "2", "with": "3"}],
}

UWEBSOCKETS = _recipe("uwebsockets", "uwebsockets.mjs", "uwebsockets", "uWebSockets v20 (npm uwebsockets {})", PLAIN)
WS = _recipe("ws", "ws.mjs", "ws", "ws {}", PLAIN)
SOCKETIO = _recipe("socketio", "socketio.mjs", "socket.io", "Socket.IO {}", SOCKET_IO)
