"""Installs what the servers need: Debian packages, npm packages, Go programs. What is there is not fetched again."""
import contextlib
import functools
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping

from .recipe import Unavailable, cache_folder

NODE_FOLDER = pathlib.Path(__file__).resolve().parent
POLICY = "/usr/sbin/policy-rc.d"


def run(command: list[str], **options) -> str:
    """The command's output; Unavailable, with the end of what it said, where it fails."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                              stdin=subprocess.DEVNULL, **options)
    except OSError as problem:
        raise Unavailable(f"{command[0]}: {problem.strerror}") from problem
    if done.returncode != 0:
        said = " / ".join(done.stdout.strip().splitlines()[-2:])
        raise Unavailable(f"{' '.join(command[:4])} failed: {said}")
    return done.stdout


def version(command: list[str]) -> str:
    """The first thing that looks like a version in what the command prints."""
    found = re.search(r"\d+(?:\.\d+)+", run(command))
    return found[0] if found else "?"


def debian_version(package: str) -> str:
    """The upstream part of an installed package's version."""
    text = run(["dpkg-query", "-W", "-f=${Version}", package])
    return re.sub(r"^\d+:|[+-].*$", "", text)


def debian(packages: Mapping[str, str], services: tuple[str, ...] = ()) -> None:
    """Installs the packages whose proof (a command or a file) is missing.

    The services that come with them are neither started nor enabled: the benchmark starts its own.
    """
    missing = [package for package, proof in packages.items() if not shutil.which(proof) and not os.path.exists(proof)]
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise Unavailable(f"no apt-get here, and missing: {' '.join(missing)}")
    print(f"-- apt-get install {' '.join(missing)}", flush=True)
    _update_packages()
    with _services_stay_down():
        run([*_sudo(), *_apt(), "install", "--yes", "--no-install-recommends", *missing])
    fresh = [service for service in services if service in missing]
    if fresh and shutil.which("systemctl"):
        run([*_sudo(), "systemctl", "disable", *fresh])


def _sudo() -> list[str]:
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise Unavailable("installing packages needs root or sudo")
    return ["sudo"]


def _apt() -> list[str]:
    return ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=600"]


@functools.cache
def _update_packages() -> None:
    run([*_sudo(), *_apt(), "update"])


@contextlib.contextmanager
def _services_stay_down() -> Iterator[None]:
    """Debian's maintainer scripts ask this program whether they may start a service; 101 is no."""
    if os.path.exists(POLICY):  # somebody's own policy: containers have one that says no
        yield
        return
    with tempfile.NamedTemporaryFile("w") as text:
        text.write("#!/bin/sh\nexit 101\n")
        text.flush()
        run([*_sudo(), "install", "-m", "755", text.name, POLICY])
    try:
        yield
    finally:
        run([*_sudo(), "rm", "-f", POLICY])


def npm() -> None:
    """Node.js, and the packages of package-lock.json into node_modules beside it."""
    debian({"nodejs": "node", "npm": "npm"})
    lock = hashlib.sha256((NODE_FOLDER / "package-lock.json").read_bytes()).hexdigest()
    stamp = NODE_FOLDER / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    print("-- npm ci", flush=True)
    run(["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], cwd=NODE_FOLDER)
    stamp.write_text(lock)


def npm_version(package: str) -> str:
    manifest = NODE_FOLDER / "node_modules" / package / "package.json"
    found = re.search(r'"version"\s*:\s*"([^"]+)"', manifest.read_text())
    return found[1] if found else "?"


def go_program(module: str, release: str) -> pathlib.Path:
    """Builds the program in the module's root, in the cache folder, once a release.

    A module of our own that requires it is built, since `go install` also wants the list of all releases, which not
    every proxy has. Takes minutes the first time.
    """
    name = [part for part in module.split("/") if not re.fullmatch(r"v\d+", part)][-1]
    program = cache_folder() / "bin" / f"{name}-{release}"
    if program.exists():
        return program
    if not shutil.which("go"):
        raise Unavailable("no go here to build it with")
    print(f"-- go build {module} {release} (minutes)", flush=True)
    program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=program.parent) as folder:
        manifest = pathlib.Path(folder) / "go.mod"
        manifest.write_text(f"module bench\n\nrequire {module} {release}\n")
        built = pathlib.Path(folder) / name
        run(["nice", "-n", "10", "go", "build", "-mod=mod", "-trimpath", "-o", str(built), module],
            cwd=folder, env=os.environ | {"GOTOOLCHAIN": "local", "CGO_ENABLED": "0"})
        built.rename(program)
    return program
