"""Centrifugo, built from the Go module: the memory engine, and anonymous clients that may subscribe and publish."""
import json
import pathlib

from . import install
from .recipe import Place, Recipe

MODULE = "github.com/centrifugal/centrifugo/v5"
RELEASE = "v5.4.9"
CONFIGURATION = {
    "allow_anonymous_connect_without_token": True,
    "allow_subscribe_for_client": True,
    "allow_subscribe_for_anonymous": True,
    "allow_publish_for_client": True,
    "allow_publish_for_anonymous": True,
    "log_level": "error",
}


def _prepare(root: pathlib.Path) -> None:
    install.go_program(MODULE, RELEASE)


def _title(root: pathlib.Path) -> str:
    return f"Centrifugo {RELEASE.removeprefix('v')}"


def _command(place: Place) -> list[str]:
    path = place.workdir / "centrifugo.json"
    path.write_text(json.dumps(CONFIGURATION, indent=2))
    program = install.go_program(MODULE, RELEASE)
    return [str(program), "--config", str(path), "--address", "127.0.0.1", "--port", str(place.port)]


# Its own ping, `{}`, may share a frame with messages; WebSocket's, which this parameter chooses, cannot.
PATH = "/connection/websocket?cf_ws_frame_ping_pong=true"
CONNECT = [{"send": '{"id":1,"connect":{}}'}, {"wait": '"connect":'}]
SUBSCRIBE = [{"send": '{"id":2,"subscribe":{"channel":"{room}"}}'}, {"wait": '"subscribe":'}]

CENTRIFUGO = Recipe(
    name="centrifugo",
    prepare=_prepare,
    title=_title,
    command=_command,
    dialect={
        "member": {"path": PATH, "steps": CONNECT + SUBSCRIBE},
        "publisher": {
            "path": PATH,
            "steps": CONNECT,
            # Without an id it would be refused: each publish is acknowledged.
            "publish": '{"id":3,"publish":{"channel":"{room}","data":"{data}"}}',
        },
    },
    environment={"GOMAXPROCS": "1"},
)
