"""The shape of the code: sizes, names and what each layer may import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import everwhen

SOURCE = Path(everwhen.__file__).parent
MODULES = sorted(SOURCE.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "handler", "service", "core"}


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_modules_have_one_subject_and_fit_in_500_lines() -> None:
    long = {
        str(path.relative_to(SOURCE)): lines
        for path in MODULES
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 500
    }
    assert not long


def test_functions_fit_a_screen() -> None:
    long = [
        f"{path.relative_to(SOURCE)}:{function.lineno} {function.name}"
        for path in MODULES
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > 60
    ]
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(SOURCE))
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not silent


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in MODULES if path.stem in FORBIDDEN_NAMES]


def test_at_most_twenty_public_names() -> None:
    assert len(everwhen.__all__) <= 20
    assert all(hasattr(everwhen, name) for name in everwhen.__all__)


def test_importing_everwhen_loads_no_heavy_package() -> None:
    """numpy and rich are loaded when they are needed."""
    heavy = ("numpy", "rich", "click")
    code = f"import sys, everwhen; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
