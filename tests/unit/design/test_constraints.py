"""Constraints against plain Python, point by point, and what they refuse."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from orgsim.design.constraints import check, satisfied
from orgsim.errors import ConfigError
from orgsim.model import MODEL

PATHS = (
    "resistance.status_threat",
    "cooperation.learning_rate",
    "resistance.initial.it",
    "firm.it_staff",
    "mechanisms.status_threat",
    "firm.structure",
    "preset",
)


@pytest.fixture(scope="module")
def columns():
    rng = np.random.default_rng(1)
    n = 500
    return {
        "resistance.status_threat": rng.random(n) * 5,
        "cooperation.learning_rate": rng.integers(0, 5, n) / 4,
        "resistance.initial.it": rng.random(n),
        "firm.it_staff": rng.integers(1, 8, n),
        "mechanisms.status_threat": rng.random(n) < 0.5,
        "firm.structure": np.array(["separate", "cmto", "cemo"], dtype=object)[
            rng.integers(0, 3, n)
        ],
        "preset": np.array(["small", "large"], dtype=object)[rng.integers(0, 2, n)],
    }


@pytest.mark.parametrize(
    "constraint",
    [
        "resistance.status_threat + 2 * cooperation.learning_rate <= 1.2",
        "  resistance.status_threat > 1  ",
        "0.1 < resistance.initial.it <= 0.9 != cooperation.learning_rate",
        "not (resistance.initial.it > 0.5 or cooperation.learning_rate == 0.25)",
        "firm.it_staff ** 2 - firm.it_staff / 3 >= -(-2) ** 3 and mechanisms.status_threat",
        "2 ** -firm.it_staff < 0.1",
        "mechanisms.status_threat == (firm.it_staff > 3)",
        "mechanisms.status_threat != True or resistance.status_threat < 1",
        "firm.structure == 'cmto' or preset != \"small\" and firm.it_staff < 4",
        "'cemo' == firm.structure == firm.structure",
        "1 < 2",
        "'a' == 'b' or not mechanisms.status_threat",
        "resistance.initial.it < 0.2 or resistance.initial.it > 0.4 or firm.it_staff == 1",
        "1_000 * resistance.initial.it >= 1e2 * firm.it_staff - 0x10",
    ],
)
def test_constraints_mean_what_python_means(constraint, columns):
    def truth(i):
        value = {path: column[i].item() if path not in ("firm.structure", "preset") else column[i]
                 for path, column in columns.items()}  # fmt: skip
        names = {
            "resistance": SimpleNamespace(
                status_threat=value["resistance.status_threat"],
                initial=SimpleNamespace(it=value["resistance.initial.it"]),
            ),
            "cooperation": SimpleNamespace(learning_rate=value["cooperation.learning_rate"]),
            "firm": SimpleNamespace(
                it_staff=value["firm.it_staff"], structure=value["firm.structure"]
            ),
            "mechanisms": SimpleNamespace(status_threat=value["mechanisms.status_threat"]),
            "preset": value["preset"],
        }
        return eval(constraint.strip(), names)

    found = satisfied([constraint], columns)
    assert found.dtype == np.bool_
    assert found.tolist() == [truth(i) for i in range(500)]
    check(constraint, PATHS, MODEL)


def test_all_constraints_must_hold(columns):
    parts = ["resistance.initial.it > 0.2", "firm.it_staff > 2", "preset == 'small'"]
    assert satisfied([], columns).all()
    assert (satisfied(parts, columns) == satisfied([" and ".join(parts)], columns)).all()


def test_true_and_false_may_be_written_as_in_toml(columns):
    on = columns["mechanisms.status_threat"]
    assert (satisfied(["mechanisms.status_threat == true"], columns) == on).all()
    assert (satisfied(["mechanisms.status_threat == false"], columns) == ~on).all()
    assert not satisfied(["false"], columns).any()


def test_what_has_no_value_is_not_equal_and_not_in_order():
    columns = {"firm.it_staff": np.array([0, 1])}
    assert satisfied(["firm.it_staff / firm.it_staff <= 1"], columns).tolist() == [False, True]
    assert satisfied(["1 / firm.it_staff > 1e300"], columns).tolist() == [True, False]
    assert satisfied(["(-firm.it_staff) ** 0.5 >= 0"], columns).tolist() == [True, False]


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        ("abs(firm.it_staff) < 3", "'abs(firm.it_staff)' is not allowed; allowed: numbers"),
        ("firm.it_staff % 2 == 0", "'firm.it_staff % 2' is not allowed"),
        ("firm.it_staff // 2 == 0", "'firm.it_staff // 2' is not allowed"),
        ("+firm.it_staff > 2", "'+firm.it_staff' is not allowed"),
        ("firm.it_staff in (1, 2)", "is not allowed"),
        ("firm.it_staff[0] < 1", "'firm.it_staff[0]' is not allowed"),
        ("(lambda: 1).it < 1", "'(lambda: 1).it' is not allowed"),
        ("firm.it_staff < 1j", "'1j' is not allowed"),
        ("firm.it_staff < None", "'None' is not allowed"),
        ("preset == b'a'", "is not allowed"),
        ("preset == f'{firm.it_staff}'", "is not allowed"),
        ("(firm.it_staff > 1) if true else false", "is not allowed"),
        ("(x := firm.it_staff) > 1", "is not allowed"),
        ("__import__('os').system('true')", "is not allowed"),
        ("firm.it_staff = 3", "cannot be read"),
        ("firm.it_staff <", "cannot be read"),
        ("", "cannot be read"),
        ("firm.it_staff < 1or preset == 'a'", "cannot be read"),
        (r"preset == '\d'", "cannot be read"),
        ("preset == 'a\0'", "cannot be read"),
        ("firm.it_staff < 1e999", "too large"),
        (f"firm.it_staff < {'9' * 400}", "too large"),
        ("1 + " * 400 + "1 < firm.it_staff", "characters long; allowed: at most 1,000"),
        ("(" * 400 + "true" + ")" * 400, "cannot be read"),
        ("firm.it_staff + 1", "'firm.it_staff + 1' is a number; needed: true or false"),
        ("firm.it_staff", "compare it"),
        ("preset", "'preset' is a word; needed: true or false"),
        ("not firm.it_staff", "'firm.it_staff' is a number; needed: true or false"),
        ("firm.it_staff > 1 and 2", "'2' is a number; needed: true or false"),
        ("-mechanisms.status_threat < 1", "is true or false; needed: a number"),
        ("preset + 'a' == 'b'", "'preset' is a word; needed: a number"),
        ("preset < 'b'", "'preset' is a word and \"'b'\" is a word; allowed"),
        ("preset == 1", "'preset' is a word and '1' is a number"),
        ("firm.it_staff == mechanisms.status_threat", "is a number and"),
        ("mechanisms.status_threat < true", "is true or false"),
        ("firm.it_stuff < 3", "unknown parameter firm.it_stuff"),
        ("firm.it_stuff < 3", "did you mean 'firm.it_staff'?"),
        ("zzz < 3", "unknown parameter zzz; swept: resistance.status_threat, "),
        ("firm.marketing_staff < 3", "firm.marketing_staff is not swept; swept: "),
        ("resistance.initial < 3", "resistance.initial is not swept"),
        ("resistance.initial.marketing < 3", "resistance.initial.marketing is not swept"),
        ("firm.it_staff.it < 3", "unknown parameter firm.it_staff.it"),
    ],
)
def test_what_is_refused(constraint, words, columns):
    with pytest.raises(ConfigError) as caught:
        check(constraint, PATHS, MODEL)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"constraint {constraint.strip()!r}: ")
    with pytest.raises(ConfigError) as again:
        satisfied([constraint], columns)
    # Of what is not swept it only knows that it is not: a config has been checked before.
    assert "is not swept" in words or words.split(";")[0] in str(again.value)


@pytest.mark.parametrize("opening", ["-", "not ", "("])
def test_deep_nesting_is_an_error_like_any_other(opening):
    deep = opening * (999 // len(opening))
    with pytest.raises(ConfigError, match="constraint"):
        check(deep, PATHS, MODEL)
    closing = "1" + ")" * deep.count("(")
    with pytest.raises(ConfigError, match="constraint"):
        check(deep[: 990 - len(closing)] + closing, PATHS, MODEL)
