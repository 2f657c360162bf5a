#!/usr/bin/env python3
"""clang-tidy over folders of src/, remembering what was clean.

A unit is clean as long as its text, the project's headers that it includes, its command line, .clang-tidy and
clang-tidy's version stay the same. The record of a clean unit is an empty file named by the hash of all of these.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def closure(unit: pathlib.Path) -> list[pathlib.Path]:
    """The unit and every project header that it includes, directly or not."""
    seen: set[pathlib.Path] = set()
    waiting = [unit]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in INCLUDE.findall(path.read_text()):
            waiting += [found for found in (ROOT / "src" / name, path.parent / name) if found.is_file()]
    return sorted(seen)


def key(unit: pathlib.Path, command: str, rules: bytes) -> str:
    """Independent of where the project lies, so that another clone finds the record."""
    digest = hashlib.sha256(rules)
    digest.update(command.replace(str(ROOT), ".").encode())
    for path in closure(unit):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def tidy(unit: pathlib.Path, build: pathlib.Path) -> tuple[pathlib.Path, int, str]:
    command = ["clang-tidy", "--quiet", "-p", str(build), str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return unit, done.returncode, done.stdout + (done.stderr if done.returncode else "")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--build", required=True, help="folder with compile_commands.json")
    options.add_argument("--cache", required=True, help="folder of the records")
    options.add_argument("folders", nargs="+", help="which, as src/core")
    arguments = options.parse_args()
    build, cache = pathlib.Path(arguments.build), pathlib.Path(arguments.cache)
    cache.mkdir(parents=True, exist_ok=True)

    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    rules = version + (ROOT / ".clang-tidy").read_bytes()
    commands = json.loads((build / "compile_commands.json").read_text())
    units = {pathlib.Path(entry["file"]): entry["command"] for entry in commands}
    keys = {unit: key(unit, command, rules) for unit, command in units.items()
            if any(unit.is_relative_to(ROOT / folder) for folder in arguments.folders)}
    waiting = [unit for unit, name in sorted(keys.items()) if not (cache / name).exists()]
    print(f"{len(keys) - len(waiting)} of {len(keys)} units are known to be clean")

    dirty = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda unit: tidy(unit, build), waiting)
        for number, (unit, status, output) in enumerate(results, 1):
            print(f"[{number}/{len(waiting)}] {unit.relative_to(ROOT)}", flush=True)
            if status == 0:
                (cache / keys[unit]).touch()
            else:
                dirty += 1
                print(output, flush=True)
    print(f"clang-tidy: {dirty} of {len(keys)} units have findings")
    return 1 if dirty or not keys else 0


if __name__ == "__main__":
    sys.exit(main())
