#!/usr/bin/env python3
"""Holds the documents to the tree: every relative link leads to a file (and its #part to a heading), and every path
of the project that a document names exists.

tests/docs_links.py              checks this tree
tests/docs_links.py --self-test  proves that broken examples are found
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# src/net/server.cpp, src/net/server, src/net/server.{hpp,cpp}, tests/e2e/run.sh, docs/protocol.md; not src/<folder>/
PATH = re.compile(r"(?<![\w./-])(?:src|tests|docs|cmake|config|systemd|web|scripts|\.ci)/"
                  r"[\w./-]*(?:\{[\w,]+\})?(?![\w*<…])")
FENCE = re.compile(r"^(```|~~~)")


def documents(tree: pathlib.Path) -> list[pathlib.Path]:
    """Every Markdown file that belongs to the project."""
    if (tree / ".git").exists():
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
        names = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True).stdout.splitlines()
        return sorted(tree / name for name in set(names) if (tree / name).is_file())
    return sorted(path for path in tree.rglob("*.md") if "node_modules" not in path.parts)


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip()).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def anchors(path: pathlib.Path) -> set[str]:
    found, fenced = set(), False
    for line in path.read_text(encoding="utf-8").splitlines():
        fenced ^= bool(FENCE.match(line))
        if not fenced and line.startswith("#"):
            found.add(slug(line.lstrip("#")))
    return found


def link_problem(document: pathlib.Path, link: str) -> str | None:
    if re.match(r"[a-z]+:", link):
        return None
    name, _, part = link.partition("#")
    target = (document.parent / name) if name else document
    if not target.exists():
        return f"the link leads nowhere: {link}"
    if part and target.suffix == ".md" and part not in anchors(target):
        return f"no such heading: {link}"
    return None


def stands(path: pathlib.Path) -> bool:
    return path.exists() or any(path.parent.glob(path.name + ".*"))


def path_problem(tree: pathlib.Path, document: pathlib.Path, name: str) -> str | None:
    """A path begins at the root or beside its document; it may lack its ending: a pair of files; `{a,b}`: both."""
    name = name.rstrip("./")
    braces = re.fullmatch(r"(.*)\{([\w,]+)\}", name)
    for each in [braces[1] + ending for ending in braces[2].split(",")] if braces else [name]:
        if not stands(tree / each) and not stands(document.parent / each):
            return f"there is no {each}"
    return None


def check(tree: pathlib.Path) -> tuple[list[str], int, int]:
    """The problems, and how many documents and references were read."""
    problems, references = [], 0
    all_documents = documents(tree)
    for document in all_documents:
        for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
            links = LINK.findall(line)
            paths = PATH.findall(LINK.sub("", line))
            references += len(links) + len(paths)
            found = [link_problem(document, link) for link in links]
            found += [path_problem(tree, document, path) for path in paths]
            problems += [f"{document.relative_to(tree)}:{number}: {problem}" for problem in found if problem]
    return problems, len(all_documents), references


GOOD = ["[a](src/a.cpp)", "[a](#the-first-part)", "[a](b.md#second)", "[a](https://example.org/x)",
        "`src/a.cpp`", "src/a", "src/a.{cpp,hpp}", "src/<folder>/*.cpp", "see src/.", "src/*.cpp"]
BAD = ["[a](src/b.cpp)", "[a](#the-last-part)", "[a](b.md#third)", "`src/b.cpp`", "src/b", "src/a.{cpp,txt}",
       "tests/none.py"]


def problems_of(text: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        (tree / "src").mkdir()
        for name in ("src/a.cpp", "src/a.hpp"):
            (tree / name).touch()
        (tree / "b.md").write_text("## Second\n")
        (tree / "a.md").write_text("# The first part\n\n" + text + "\n")
        return check(tree)[0]


def self_test() -> int:
    wrong = [f"refused, though right: {text}: {problems_of(text)}" for text in GOOD if problems_of(text)]
    wrong += [f"accepted, though wrong: {text}" for text in BAD if len(problems_of(text)) != 1]
    print("\n".join(wrong + [f"docs, self-test: {len(GOOD) + len(BAD) - len(wrong)} right, {len(wrong)} wrong"]))
    return 1 if wrong else 0


def main() -> int:
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    problems, count, references = check(ROOT)
    print("\n".join(problems + [f"docs: {count} documents, {references} links and paths, {len(problems)} wrong"]))
    return 1 if problems or not references else 0


if __name__ == "__main__":
    sys.exit(main())
