"""Numbers are written in words in one place: what looks like it elsewhere is found by its form."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import orgsim

PACKAGE = Path(orgsim.__file__).parent
HOME = "text.py"
CHARACTERS = {"printable.py": "it names the characters that ASCII lacks"}
"""Files that may hold a minus sign or a no-break space."""

ALLOWED = {
    ("model.py", "f'{name[1:]} % quantile'"): "a column's meaning; no share of anything",
    ("dask.py", "'s' * (count > 1)"): "workers are told without thousands separators",
    ("resume.py", "'s' * (damaged > 1)"): "and so are damaged parts",
}
"""By the last part of the file's name and the expression: why it stands where it is."""

_UNIT = re.compile("[ \N{NO-BREAK SPACE}]?%")
_PERCENT_FIELD = re.compile(r"\{[^{}]*%\}")


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _begins_with_unit(node):
    return _is_text(node) and _UNIT.match(node.value)


def _is_hundred(node):
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value == 100


def _is_s(node):
    return _is_text(node) and node.value == "s"


def _is_prose(node):
    """Whether it is a docstring, or text that stands below what it tells of."""
    return isinstance(node, ast.Expr) and _is_text(node.value)


def _written_parts(node):
    """Yield the texts behind a value of an f-string, be ``{NBSP}`` between them or not."""
    value_before = False
    for part in node.values:
        if isinstance(part, ast.Constant):
            if value_before:
                yield part
            value_before = False
        elif not (isinstance(part.value, ast.Name) and part.value.id == "NBSP"):
            value_before = True


def _is_percent_format(node):
    if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        return ast.unparse(node.format_spec).strip("f'\"").endswith("%")
    return _is_text(node) and _PERCENT_FIELD.search(node.value)


def _kinds_of_two(operator, sides):
    if isinstance(operator, ast.Add) and _begins_with_unit(sides[1]):
        yield "a value in percent"
    if isinstance(operator, ast.Mult) and any(map(_is_hundred, sides)):
        yield "a share times 100"
    if isinstance(operator, ast.Mult) and any(map(_is_s, sides)):
        yield "a plural"


def _kinds(node):
    """Yield what a node does that belongs into the one home."""
    if isinstance(node, ast.JoinedStr) and any(map(_begins_with_unit, _written_parts(node))):
        yield "a value in percent"
    if isinstance(node, ast.BinOp):
        yield from _kinds_of_two(node.op, (node.left, node.right))
    if _is_percent_format(node):
        yield "a format in percent"
    if isinstance(node, ast.IfExp) and (_is_s(node.body) or _is_s(node.orelse)):
        yield "a plural"
    if _is_text(node) and ("\N{MINUS SIGN}" in node.value or "\N{NO-BREAK SPACE}" in node.value):
        yield "a character"


def found_in(source):
    """Return kind and expression of all that is written in words in a module."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if _is_prose(node)}
    return [
        (kind, ast.unparse(node))
        for node in ast.walk(tree)
        if id(node) not in prose
        for kind in _kinds(node)
    ]


def found_in_package():
    for path in sorted(PACKAGE.rglob("*.py")):
        if path == PACKAGE / HOME:
            continue
        for kind, expression in found_in(path.read_text(encoding="utf-8")):
            if not (kind == "a character" and path.name in CHARACTERS):
                yield path.relative_to(PACKAGE), kind, expression


def test_numbers_are_written_in_words_in_one_place():
    elsewhere = [
        f"{path}: {kind}: {expression}"
        for path, kind, expression in found_in_package()
        if (path.name, expression) not in ALLOWED
    ]
    assert not elsewhere, "orgsim.text has, or takes, a function for it:\n" + "\n".join(elsewhere)


def test_what_is_allowed_is_there():
    assert {(path.name, expression) for path, _, expression in found_in_package()} == set(ALLOWED)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ('f"{100.0 * share:.1f}"', "a share times 100"),
        ("half = width * 100", "a share times 100"),
        ('f"{value:g} % is {value / 100.0:g}"', "a value in percent"),
        ('f"{value:.3g}{NBSP}%"', "a value in percent"),
        ('f"{value:.0f}\\N{NO-BREAK SPACE}%"', "a value in percent"),
        ('written + "%"', "a value in percent"),
        ('f"{share:.1%}"', "a format in percent"),
        ('"{:.1%}".format(share)', "a format in percent"),
        ("f\"{n} part{'s' * (n > 1)}\"", "a plural"),
        ("f\"{n} part{'' if n == 1 else 's'}\"", "a plural"),
        ('written.replace("-", "\\N{MINUS SIGN}")', "a character"),
    ],
)
def test_each_form_is_found(source, kind):
    assert kind in {found for found, _ in found_in(source)}


@pytest.mark.parametrize(
    "source",
    [
        '"""Of 95 %, and − is a minus sign."""',
        'head = f"{title}, %"',
        'note = "every share within 5 points (simultaneous 95 %)"',
        'name = f"orgsim-{name}-%A_%a.log"',
        "minutes = seconds % 60",
        'text.rstrip(" %")',
        "share = percent / 100.0",
    ],
)
def test_what_is_no_number_in_words_is_left_alone(source):
    assert not found_in(source)
