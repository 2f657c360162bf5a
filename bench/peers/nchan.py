"""nchan, the pub/sub module of nginx: a configuration of its own, run by the current user in the work folder."""
import os
import pathlib
import pwd

from . import install
from .recipe import Place, Recipe, open_files

MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so"
PROGRAM = "/usr/sbin/nginx"

# One worker. A room keeps 450 messages, a new member gets only what comes after it, as elsewhere; the shared memory
# (default 128 MB) has space for so many in 1,000 rooms.
CONFIGURATION = """\
load_module {module};
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile {files};
pid nginx.pid;
error_log stderr warn;

events {{ worker_connections {files}; }}

http {{
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  nchan_shared_memory_size 512M;

  server {{
    listen 127.0.0.1:{port};

    location ~ ^/join/(.+)$ {{
      nchan_subscriber websocket;
      nchan_channel_id $1;
      nchan_subscriber_first_message newest;
    }}

    location ~ ^/pub/(.+)$ {{
      nchan_publisher websocket;
      nchan_channel_id $1;
      nchan_message_buffer_length 450;
    }}
  }}
}}
"""


def _prepare(root: pathlib.Path) -> None:
    install.debian({"nginx": PROGRAM, "libnginx-mod-nchan": MODULE}, services=("nginx",))


def _title(root: pathlib.Path) -> str:
    return f"nchan {install.debian_version('libnginx-mod-nchan')}, nginx {install.version([PROGRAM, '-v'])}"


def _command(place: Place) -> list[str]:
    # Only root may, and must, say as whom the worker runs.
    user = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""
    text = CONFIGURATION.format(module=MODULE, user=user, files=open_files(), port=place.port)
    (place.workdir / "nginx.conf").write_text(text)
    return [PROGRAM, "-p", str(place.workdir), "-c", "nginx.conf", "-e", "stderr"]


NCHAN = Recipe(
    name="nchan",
    prepare=_prepare,
    title=_title,
    command=_command,
    dialect={
        "member": {"path": "/join/{room}"},
        "publisher": {"path": "/pub/{room}", "per_room": True, "publish": "{data}"},
    },
)
