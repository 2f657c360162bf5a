#!/usr/bin/env python3
"""Holds every #include under src/ against the tables in src/README.md.

tests/layers.py              checks this tree
tests/layers.py --self-test  proves that broken examples are found
"""
import dataclasses
import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
NAMES = re.compile(r"`([^`]+)`")
PURE_LINE = re.compile(r"^- \*\*Pure folders\*\* are ([^.]+)\.", re.MULTILINE)
IMPURE_HEADERS = frozenset(
    "barrier condition_variable ctime filesystem fstream future iostream latch mutex semaphore shared_mutex "
    "stop_token thread time.h".split())
CLOCK_READ = re.compile(r"\b\w+_clock::now\b")
TEXT_TABLE = re.compile(r"\bunordered_(multi)?(map|set)<std::string(_view)?\b(?!.*\btext_hash\b)")
ALL = "all"


class TableError(Exception):
    """src/README.md cannot be read as tables of rules."""


@dataclasses.dataclass
class Rule:
    includes: set[str] | str  # folders and folder/header, or ALL
    in_headers: set[str] | str  # libraries, or ALL
    in_sources: set[str] | str


@dataclasses.dataclass
class Rules:
    folders: dict[str, Rule]
    prefixes: dict[str, str]  # what an include begins with -> library
    pure: set[str]


def rows(text: str, first_heading: str) -> list[list[str]]:
    """The cells below the table's head whose first heading is this one."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(f"| {first_heading} |"):
            next(lines)
            table = []
            for row in lines:
                if not row.startswith("|"):
                    break
                table.append([cell.strip() for cell in row.strip("|").split("|")])
            return table
    raise TableError(f"no table that begins with '{first_heading}'")


def words(cell: str, pattern: re.Pattern[str] = re.compile(r"[^,\s][^,]*")) -> set[str] | str:
    if cell == ALL:
        return ALL
    return set() if cell == "none" else {word.strip() for word in pattern.findall(cell)}


def parse(text: str) -> Rules:
    prefixes = {prefix: name for name, cell in rows(text, "Library") for prefix in NAMES.findall(cell)}
    folders = {}
    for row in rows(text, "Folder"):
        if len(row) != 5:
            raise TableError(f"a row with {len(row)} cells: {row[0]}")
        name, _, includes, headers, sources = row
        in_headers, in_sources = words(headers), words(sources)
        if ALL not in (in_headers, in_sources):
            unknown = (in_headers | in_sources) - set(prefixes.values())
            if unknown:
                raise TableError(f"{name} names unknown libraries: {', '.join(sorted(unknown))}")
            in_sources |= in_headers
        folders[NAMES.findall(name)[0]] = Rule(words(includes, NAMES), in_headers, in_sources)
    pure = PURE_LINE.search(text)
    if not pure:
        raise TableError("no line that names the pure folders")
    return Rules(folders, prefixes, set(NAMES.findall(pure[1])))


def own_include_problem(rules: Rules, folder: str, name: str) -> str | None:
    allowed = rules.folders[folder].includes
    target, _, rest = name.rpartition("/")
    if not target:
        return None if folder == "." else f'"{name}" must be written with its folder'
    if target == folder or allowed == ALL or target in allowed or f"{target}/{rest.split('.')[0]}" in allowed:
        return None
    return f'{folder} may not include "{name}"'


def library_problem(rules: Rules, folder: str, name: str, header: bool) -> str | None:
    if folder in rules.pure and name in IMPURE_HEADERS:
        return f"{folder} is pure: no <{name}>"
    library = next((lib for prefix, lib in rules.prefixes.items() if name.startswith(prefix)), None)
    if library is None:
        standard = "/" not in name and ("." not in name or name == "time.h")
        return None if standard else f"<{name}> belongs to no library in src/README.md"
    rule = rules.folders[folder]
    allowed = rule.in_headers if header else rule.in_sources
    if allowed == ALL or library in allowed:
        return None
    return f"{folder} may not use {library} in a {'header' if header else '.cpp'}: <{name}>"


def line_problem(rules: Rules, folder: str, line: str, header: bool) -> str | None:
    include = INCLUDE.match(line)
    if include:
        kind, name = include.groups()
        if kind == '"':
            return own_include_problem(rules, folder, name)
        return library_problem(rules, folder, name, header)
    code = line.split("//")[0]
    if folder in rules.pure and CLOCK_READ.search(code):
        return f"{folder} is pure: time comes in as an argument"
    if TEXT_TABLE.search(code):
        return "a table whose keys others may choose: text_map or text_hash of core/text_hash.hpp"
    return None


def check(tree: pathlib.Path) -> tuple[list[str], int]:
    """The problems, and how many files were read."""
    source = tree / "src"
    rules = parse((source / "README.md").read_text())
    problems = [f"src/README.md: no folder src/{name}" for name in rules.folders if not (source / name).is_dir()]
    files = sorted(path for path in source.rglob("*") if path.suffix in (".hpp", ".cpp"))
    for path in files:
        place, folder = path.relative_to(tree), str(path.parent.relative_to(source))
        if folder not in rules.folders:
            problems.append(f"{place}: src/README.md has no row for {folder}")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            problem = line_problem(rules, folder, line, path.suffix == ".hpp")
            if problem:
                problems.append(f"{place}:{number}: {problem}")
    return problems, len(files)


GOOD = [
    ("core/a.hpp", "#include <chrono>\n#include <boost/system/error_code.hpp>\n// steady_clock::now() is the caller's"),
    ("core/a.cpp", '#include "core/a.hpp"'),
    ("config/a.cpp", "#include <toml++/toml.h>"),
    ("net/a.hpp", '#include "config/settings.hpp"\n#include "actors/interfaces.hpp"\n#include <boost/beast/core.hpp>'),
    ("net/a.cpp", "#include <boost/asio/post.hpp>\n#include <sys/socket.h>\n#include <thread>"),
    ("core/a.hpp", "std::unordered_map<std::string_view, int, text_hash> a; std::unordered_map<int, std::string> b;"),
    ("daemon.cpp", '#include "daemon.hpp"\n#include "net/a.hpp"\n#include <CLI/CLI.hpp>'),
]
BAD = [
    ("core/a.hpp", '#include "protocol/json.hpp"'),
    ("core/a.hpp", '#include "b.hpp"'),
    ("core/a.hpp", "#include <caf/all.hpp>"),
    ("core/a.cpp", "#include <mutex>"),
    ("core/a.cpp", "#  include <fstream>"),
    ("core/a.cpp", "auto t = std::chrono::steady_clock::now();"),
    ("core/a.cpp", "auto t = system_clock::now();"),
    ("core/a.cpp", "#include <unknown/library.hpp>"),
    ("core/a.cpp", "#include <unistd.h>"),
    ("protocol/a.hpp", "#include <nlohmann/json.hpp>"),
    ("protocol/a.cpp", "#include <thread>"),
    ("actors/a.hpp", '#include "net/listener.hpp"'),
    ("actors/a.cpp", '#include "config/load.hpp"'),
    ("net/a.cpp", '#include "actors/room.hpp"'),
    ("net/a.cpp", '#include "store/store.hpp"'),
    ("net/a.hpp", "#include <prometheus/counter.h>"),
    ("net/a.hpp", "std::unordered_map<std::string, int> rooms_;"),
    ("store/a.cpp", "std::unordered_set<std::string_view> seen;"),
    ("elsewhere/a.cpp", "int x;"),
    ("core/deep/a.cpp", "int x;"),
]


def found(readme: str, name: str, text: str) -> list[str]:
    """What the check says of a tree with this one file, and this project's table."""
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        for place in parse(readme).folders:
            (tree / "src" / place).mkdir(parents=True, exist_ok=True)
        (tree / "src/README.md").write_text(readme)
        path = tree / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return check(tree)[0]


def self_test() -> int:
    readme = (ROOT / "src/README.md").read_text()
    wrong = [f"refused, though right: {case}: {found(readme, *case)}" for case in GOOD if found(readme, *case)]
    wrong += [f"accepted, though wrong: {case}" for case in BAD if len(found(readme, *case)) != 1]
    print("\n".join(wrong + [f"layers, self-test: {len(GOOD) + len(BAD) - len(wrong)} right, {len(wrong)} wrong"]))
    return 1 if wrong else 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    problems, files = check(ROOT)
    print("\n".join(problems + [f"layers: {files} files, {len(problems)} against src/README.md"]))
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
