"""roomd itself: one shard, its own defaults, and without what only people need (the playground, logs, a slow drain)."""
import dataclasses
import pathlib

from .install import version
from .recipe import CATCHUP, EVERYWHERE, Place, Recipe, Unavailable

PROGRAM = "build/release/roomd"
SETTINGS = {
    "server.threads": "1",
    "limits.connections": "100000",  # this and the next are defaults, said because much depends on them
    "limits.commands_per_second": "0",
    "ui.enabled": "false",
    "log.level": "warn",
    "drain.window": "0ms",
    "drain.timeout": "1s",
}


def _prepare(root: pathlib.Path) -> None:
    if not (root / PROGRAM).exists():
        raise Unavailable(f"{PROGRAM} is not built")


def _title(root: pathlib.Path) -> str:
    return f"roomd {version([str(root / PROGRAM), '--version'])}"


def _command(place: Place) -> list[str]:
    command = [str(place.root / PROGRAM), "--listen", f"127.0.0.1:{place.port}"]
    for name, value in (SETTINGS | dict(place.settings)).items():
        command += ["--set", f"{name}={value}"]
    return command


HELLO = [{"send": '{"hello":{},"id":1}'}, {"wait": '"session"'}]
JOIN = [{"send": '{"join":{"room":"{room}"},"id":2}'}, {"wait": '"recovered"'}]
RESUME = [{"send": '{"join":{"room":"{room}","since":{"epoch":"{epoch}","seq":{since}}},"id":2}'}]

ROOMD = Recipe(
    name="roomd",
    prepare=_prepare,
    title=_title,
    command=_command,
    dialect={
        "member": {"path": "/v1/ws", "steps": HELLO + JOIN},
        "publisher": {
            "path": "/v1/ws",
            "steps": HELLO,
            "publish": '{"publish":{"room":"{room}","event":"m","data":"{data}"}}',
        },
        "answers": [{"to": '{"ping":{}}', "with": '{"pong":{}}'}],
        "sequence": '{"message":{"seq":',
        "epoch": '"epoch":"',
        "returning": {"path": "/v1/ws", "steps": HELLO + RESUME},
    },
    supports=EVERYWHERE | CATCHUP,
)


def another(program: pathlib.Path) -> Recipe:
    """Another build of roomd, as the server `before`."""
    def prepare(_: pathlib.Path) -> None:
        if not program.is_file():
            raise Unavailable(f"{program} is not there")

    return dataclasses.replace(ROOMD, name="before", prepare=prepare, title=lambda _: f"roomd of {program}",
                               command=lambda place: [str(program), *_command(place)[1:]])
