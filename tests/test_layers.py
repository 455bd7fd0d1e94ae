"""The shape of the code, as docs/map.md draws it: imports run one way, modules and functions stay small."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 300
LONGEST_FUNCTION = 50

CORE = frozenset({"core", "errors"})
SHELL = CORE | {"case_rows", "ports", "reading", "resources"}

#: Part of the house -> the other parts it may import. The parts of the shell never see each other.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "resources": frozenset({"errors"}),
    "core": frozenset({"errors"}),
    "handlers": CORE,
    "reading": CORE,
    "rows": CORE,
    "case_rows": CORE | {"rows"},
    "ports": CORE | {"rows"},
    "settings": CORE | {"resources"},
    "config": CORE | {"resources", "settings"},
    "profiles": CORE | {"resources", "settings"},
    "policy": CORE | {"resources", "settings"},
    "store": SHELL,
    "channels": SHELL,
    "connectors": SHELL,
    "desk": SHELL,
    "documents": CORE | {"reading"},
    "paper": SHELL | {"desk"},
    "scans": SHELL | {"desk", "documents"},
    "testing": SHELL | {"desk", "handlers", "store"},
}
#: Where everything is put together: these may import any part below them.
SEAMS = ("wiring", "app", "web", "service", "demo", "cli", "__main__")

#: What would make a decision depend on more than its arguments.
IMPURE_MODULES = frozenset({"asyncio", "random", "secrets", "socket", "sqlite3", "subprocess", "threading", "time"})
IMPURE_CALLS = frozenset({"now", "today", "utcnow", "uuid1", "uuid4", "urandom", "open", "getenv", "print", "input"})


@dataclass(frozen=True)
class Module:
    """One source file: its dotted name and its text."""

    name: str
    source: str
    is_package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def part(self) -> str:
        """`dsarbot.core.case` -> core, `handlers.access` -> handlers, `dsarbot` -> the empty string."""
        top, _, rest = self.name.partition(".")
        return top if top == "handlers" else rest.partition(".")[0]


def modules() -> list[Module]:
    found = []
    for top in ("dsarbot", "handlers"):
        for path in sorted((ROOT / top).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            package = parts[-1] == "__init__"
            found.append(Module(".".join(parts[:-1] if package else parts), path.read_text(), package))
    return found


MODULES = modules()
HAND_WRITTEN = [module for module in MODULES if "migrations" not in module.name.split(".")]


def imported(module: Module, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Dotted names that these import statements may load; `from a import b` names a and a.b."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = module.name.split(".")
                above = above[: len(above) - node.level + module.is_package]
                base = ".".join([*above, *([base] if base else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def wrong_way(module: Module) -> list[str]:
    """Imports of our own parts that this part may not see."""
    if module.part in SEAMS or module.part == "":
        below = SEAMS[: SEAMS.index(module.part) + 1] if module.part else ()
        allowed = frozenset({*MAY_IMPORT, *below})
    else:
        allowed = MAY_IMPORT[module.part] | {module.part}
    wrong = set()
    for name in imported(module, ast.walk(module.tree)):
        target = Module(name, "").part if name.split(".")[0] in ("dsarbot", "handlers") else ""
        if target and target not in allowed and target in {*MAY_IMPORT, *SEAMS}:
            wrong.add(f"{module.part} imports {target}")
        if name.split(".")[0] == "tortoise" and module.part != "store":
            wrong.add(f"{module.part} imports tortoise")
    return sorted(wrong)


def impurities(module: Module) -> list[str]:
    """What a pure module loads or calls that it must be given as an argument."""
    found = {name.split(".")[0] for name in imported(module, ast.walk(module.tree))} & IMPURE_MODULES
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            found |= {name} & IMPURE_CALLS
        if isinstance(node, (ast.AsyncFunctionDef, ast.Await)):
            found.add("async")
    return sorted(found)


def hidden_imports(module: Module) -> list[int]:
    """Lines of imports inside functions."""
    functions = (node for node in ast.walk(module.tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    inside = (node for function in functions for node in ast.walk(function))
    return sorted({node.lineno for node in inside if isinstance(node, (ast.Import, ast.ImportFrom))})


def long_functions(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                found.append(f"{node.name}: {lines} lines")
    return found


def comments(module: Module) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(module.source).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def cycle(all_modules: Iterable[Module]) -> list[str]:
    """One import cycle among these modules, as the way around it; empty if there is none."""
    by_name = {module.name: module for module in all_modules}
    graph = {
        name: sorted({target for target in imported(module, module.tree.body) if target in by_name} - {name})
        for name, module in by_name.items()
    }
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        around = next((found for target in graph[name] if (found := visit(target, [*way, name]))), [])
        done.add(name)
        return around

    return next((found for name in graph if (found := visit(name, []))), [])


# --- the code itself -------------------------------------------------------------------------------------------


def test_every_module_stands_in_a_known_part() -> None:
    """A new part says in MAY_IMPORT what it may import."""
    assert {m.part for m in MODULES} - {*MAY_IMPORT, *SEAMS, ""} == set()


def test_imports_run_one_way() -> None:
    assert {m.name: wrong for m in MODULES if (wrong := wrong_way(m))} == {}


def test_decisions_depend_on_their_arguments_only() -> None:
    pure = [m for m in MODULES if m.part in ("core", "handlers")]
    assert {m.name: found for m in pure if (found := impurities(m))} == {}


def test_no_import_cycles() -> None:
    assert cycle(MODULES) == []


def test_modules_are_small() -> None:
    lines = {m.name: m.source.count("\n") for m in HAND_WRITTEN}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_functions_are_small() -> None:
    assert {m.name: found for m in HAND_WRITTEN if (found := long_functions(m))} == {}


def test_imports_inside_functions_stand_only_at_the_wiring_seam() -> None:
    elsewhere = [m for m in MODULES if m.part not in ("app", "cli")]
    assert {m.name: lines for m in elsewhere if (lines := hidden_imports(m))} == {}


def test_every_module_says_why_it_exists() -> None:
    assert [m.name for m in HAND_WRITTEN if not ast.get_docstring(m.tree)] == []


def test_no_leftovers() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "pragma: no" + " cover")
    assert {m.name: found for m in MODULES if (found := [c for c in comments(m) if any(w in c for w in words)])} == {}
    assert [m.name for m in MODULES if m.name.rpartition(".")[2] == "utils"] == []


def test_the_top_level_of_the_house() -> None:
    wanted = ("pyproject.toml", "dsarbot", "handlers", "profiles", "templates", "tests", "docs", "benchmarks",
              "config.example.toml", "README.md", "LICENSE", "Makefile", "dev.py", ".ci/run",
              "requirements/run.txt", "requirements/demo.txt", "requirements/dev.txt",
              "requirements/uv.txt")  # fmt: skip
    assert [name for name in wanted if not (ROOT / name).exists()] == []


# --- each check finds what it is for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "line", "found"),
    [
        ("dsarbot.core.case", "from dsarbot.ports import Store", ["core imports ports"]),
        ("dsarbot.core.case", "import dsarbot.desk.handle", ["core imports desk"]),
        ("dsarbot.core.case", "from dsarbot import reading", ["core imports reading"]),
        ("dsarbot.core.case", "from ..store import cases", ["core imports store"]),
        ("dsarbot.store.cases", "from dsarbot.channels.imap import watch", ["store imports channels"]),
        ("dsarbot.desk.handle", "def f():\n    from dsarbot.store import cases", ["desk imports store"]),
        ("dsarbot.desk.handle", "import tortoise.models", ["desk imports tortoise"]),
        ("dsarbot.app", "from dsarbot.cli import cases", ["app imports cli"]),
        ("handlers.access", "from dsarbot.ports import Store", ["handlers imports ports"]),
        ("dsarbot.store.tables", "from tortoise import fields", []),
        ("dsarbot.core.case", "from dsarbot.errors import NotAllowed\nfrom . import facts", []),
        ("dsarbot.cli.run", "from dsarbot.app import build", []),
    ],
)
def test_a_wrong_import_is_found(name: str, line: str, found: list[str]) -> None:
    assert wrong_way(Module(name, line)) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import asyncio", ["asyncio"]),
        ("from random import choice", ["random"]),
        ("at = datetime.now(UTC)", ["now"]),
        ("day = date.today()", ["today"]),
        ("key = uuid4()", ["uuid4"]),
        ("async def f() -> None: ...", ["async"]),
        ("due = received + relativedelta(months=1)", []),
    ],
)
def test_an_impurity_is_found(line: str, found: list[str]) -> None:
    assert impurities(Module("dsarbot.core.x", line)) == found


def test_a_cycle_is_found() -> None:
    a = Module("dsarbot.a", "from dsarbot import b")
    b = Module("dsarbot.b", "from .c import thing")
    c = Module("dsarbot.c", "import dsarbot.a")
    assert cycle([a, b, c]) == ["dsarbot.a", "dsarbot.b", "dsarbot.c", "dsarbot.a"]
    assert cycle([a, b]) == []


def test_hidden_imports_and_long_functions_are_found() -> None:
    body = "    pass\n" * LONGEST_FUNCTION
    module = Module("dsarbot.x", f"def long():\n{body}\ndef hiding():\n    import json\n")
    assert long_functions(module) == ["long: 51 lines"]
    assert hidden_imports(module) == [module.source.count("\n")]
