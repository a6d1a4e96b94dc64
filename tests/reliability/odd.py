"""Values and snippets that no config, table or command line should hold."""

from __future__ import annotations

from typing import Any

from orgsim.model.parameters import BY_PATH

STEERING = ["\x1b]0;x\x07", "\x1b[2J", "\x9b2J", "\u202e", "\x7f", "a\rb"]
"""What would steer a terminal, or turn the direction of writing."""

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**63), 10**30, 0.0, -0.0),
    *(1e-320, 1e308, float("inf"), float("nan"), -0.5, 40, 0.3, 1e-9),
    *("", " ", "x" * 5_000, "é", "../..", "~", "[]", "nan", "article-2014", "separate"),
    *STEERING,
    *([], [[]], [1, "a"], [0.5] * 300, {}, {"dist": "beta"}, {"": 1}),
    {"dist": "beta", "mean": 2.0, "concentration": -1.0},
    {"dist": "normal", "mean": 0.1, "sd": 0.0},
    {"marketing": 0.1},
    {"marketing": 0.1, "it": {"dist": "uniform", "low": 1, "high": 0}},
    {"low": 1.0, "high": 0.0},
    {"values": [1, 1]},
    {"low": 0.0, "high": 1.0, "scale": "log"},
]
KEYS = ["", "x", "firms", "a b", "é", "\x1b[2J", "k" * 3_000, "sweep", "title", "__class__"]
SNIPPETS = [
    *"=[]{}\"'\\#\n-+e.,\0\x1b\u2028\ufeff",
    *("0x", "0b", "nan", "inf", "1979-05-27", "[[", "]]", '"""', "true"),
    *("extends", "sweep", "[sweep]", "[precision]", "firms"),
    *("9" * 400, "0x" + "f" * 5_000, "[" * 300, "a." * 300),
]
PATHS = [
    *BY_PATH,
    *("title", "sweep.points", "sweep.design", "precision.half_width", "cluster.jobs"),
]
CONSTRAINTS = [
    *("0.5", "resistance.status_threat", "<", ">", "==", "+", "*", "(", ")", "and", "not"),
    *("1e999", "x", "'", "__import__", "[", "if", "**", "9" * 99, "\x1b", "lambda:", "1 if"),
]
HEADS = [
    *("resistance.status_threat", "cooperation.learning_rate", "firm.structure"),
    *("preset", "point", "", "x", "\x1b", "é", "0.1"),
]
CELLS = [
    *("0.1", "1", "0,5", "", "nan", "inf", "-1", "x", '"', "separate", "1e400", "\x1b", "\0"),
    *("true", "9" * 400, "0x1p3", "1_0"),
]
SHARES = [
    *("cemo", "cmto", "cmo_and_cto", "cmo_vs_cto", "CEMO", "share", "count", "scenario"),
    *("0.4", "40", "40.0", "0,4", "-1", "1e-320", "nan", "1e308", "", "x", "\x1b", "9" * 400),
    *("40 %", "0x" + "f" * 5_000),
]
WORDS = [
    *("", "x", "-1", "0", "1/0", "9" * 30, "é", "\udcff", "/dev/null", "tcp://x", "--", "a=b"),
    *STEERING,
]
"""Of a command line, besides options."""
