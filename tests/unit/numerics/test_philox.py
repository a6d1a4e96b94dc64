"""Philox against published vectors and an independent implementation."""

from __future__ import annotations

import numpy as np
import pytest

from orgsim.model import draws
from orgsim.numerics import philox

# Known-answer tests "philox4x32 10" of the Random123 distribution (file kat_vectors).
PUBLISHED = [
    (
        (0x00000000,) * 4,
        (0x00000000,) * 2,
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), PUBLISHED)
def test_philox_gives_the_published_vectors(counter, key, expected):
    words = philox.philox(*(np.uint64(v) for v in (*counter, *key)))
    assert tuple(int(w) for w in words) == expected


def test_philox_agrees_with_randomgen():
    from randomgen import Philox

    generator = np.random.default_rng(11)
    for _ in range(50):
        counter = generator.integers(0, 2**32, 4, dtype=np.uint64)
        key = generator.integers(0, 2**32, 2, dtype=np.uint64)
        number = sum(int(word) << (32 * i) for i, word in enumerate(counter))
        # randomgen advances the counter before it draws.
        theirs = Philox(
            counter=(number - 1) % 2**128, key=int(key[0]) | int(key[1]) << 32, number=4, width=32
        ).random_raw(4)
        ours = philox.philox(*counter, *key)
        assert [int(w) for w in ours] == [int(w) for w in theirs]


def test_a_draw_depends_on_every_part_of_what_it_is_for():
    key = (np.uint64(1), np.uint64(0))
    base = (5, 6, 7, 8, 9)
    seen = {tuple(map(int, philox.words(key, *base)))}
    for place in range(5):
        changed = list(base)
        changed[place] += 1
        seen.add(tuple(map(int, philox.words(key, *changed))))
    for other in ((np.uint64(2), np.uint64(0)), (np.uint64(1), np.uint64(1))):
        seen.add(tuple(map(int, philox.words(other, *base))))
    assert len(seen) == 8


def test_fields_of_the_counter_do_not_overlap():
    """The largest quarter and the smallest next agent are different draws."""
    key = (np.uint64(1), np.uint64(0))
    last = philox.words(key, 0, 3, philox.LARGEST_QUARTER, 1, 0)
    next_agent = philox.words(key, 0, 4, 0, 1, 0)
    assert tuple(map(int, last)) != tuple(map(int, next_agent))
    largest_agent = draws.IT_AGENT + philox.LARGEST_DEPARTMENT - 1
    assert largest_agent < 2**16


def test_unit_covers_zero_and_never_reaches_one():
    assert philox.unit(np.uint64(0)) == 0.0
    assert philox.unit(np.uint64(2**32 - 1)) == 1.0 - 2.0**-32


@pytest.mark.parametrize("n", [1, 2, 3, 19, 2_000, 32_768])
def test_split_picks_evenly_and_its_coin_never_reaches_one(n):
    edges = [(k * 2**32 + n - 1) // n for k in range(n)]
    assert [philox.split(np.uint64(edge), n)[0] for edge in edges] == list(range(n))
    pick, coin = philox.split(np.uint64(2**32 - 1), n)
    assert pick == n - 1
    assert coin == (1 - 2.0**-24 if n < 256 else np.floor((1 - n / 2**32) * 2**24) / 2**24)
    assert philox.split(np.uint64(0), n) == (0, 0.0)


@pytest.mark.parametrize("n", [1, 3, 20, 999])
def test_split_makes_pick_and_coin_independent(n):
    """Words that cover their range evenly fall into every cell of pick and coin by its size."""
    words = 2**20
    point = (np.arange(words, dtype=np.uint64) << np.uint64(12)) * np.uint64(n)
    pairs = [philox.split(np.uint64(w << 12), n) for w in range(0, words, 4_099)]
    assert [int(pick) for pick, _ in pairs] == [int(p >> 32) for p in point[::4_099]]
    assert [float(coin) for _, coin in pairs] == [
        int(p % 2**32 >> 8) * 2.0**-24 for p in point[::4_099]
    ]
    picks, coins = point >> np.uint64(32), (point % np.uint64(2**32)) / 2**32
    for pick in {0, n // 2, n - 1}:
        for chance in (0.03, 0.5, 0.9):
            share = np.mean((picks == pick) & (coins < chance))
            assert abs(share - chance / n) <= 2 / words


def test_coins_of_the_largest_department_are_right_to_2_to_the_minus_17():
    """There the coin repeats every 2**17 words: the worst case."""
    coins = np.array(
        [philox.split(np.uint64(w), philox.LARGEST_DEPARTMENT)[1] for w in range(2**17)]
    )
    for chance in (0.003, 0.035, 0.5, 0.9):
        assert abs(np.mean(coins < chance) - chance) <= 2.0**-17


def test_draw_picks_splits_the_words_of_each_firm():
    number = np.array([4, 9, 2**32 - 1], dtype=np.uint32)
    key = (np.uint64(7), np.uint64(1))
    picks = np.zeros((4, 3), dtype=np.uint32)
    coins = np.zeros((4, 3), dtype=np.float32)
    philox.draw_picks(picks, coins, key, number, 12, 3, draws.ENCOUNTER, 2, 20)
    for lane, firm in enumerate(number):
        words = philox.words(key, firm, 12, 3, draws.ENCOUNTER, 2)
        expected = [philox.split(np.uint64(w), 20) for w in words]
        assert picks[:, lane].tolist() == [pick for pick, _ in expected]
        assert coins[:, lane].tolist() == [coin for _, coin in expected]


def test_draw_words_gives_each_firm_its_own_words():
    number = np.array([4, 9, 2**32 - 1], dtype=np.uint32)
    key = (np.uint64(7), np.uint64(1))
    out = np.zeros((4, 3), dtype=np.uint32)
    philox.draw_words(out, key, number, 12, 3, draws.ENCOUNTER, 2)
    for lane, firm in enumerate(number):
        expected = philox.words(key, firm, 12, 3, draws.ENCOUNTER, 2)
        assert out[:, lane].tolist() == [int(w) for w in expected]


def test_purposes_differ():
    names = [
        "FIRM_QUANTITY",
        "SECTOR",
        "STAFF_TRAITS",
        "CHIEF_TRAITS",
        "CONTACT_AND_EXIT",
        "ENCOUNTER",
        "RECRUIT",
        "SUCCESSION",
        "REORGANISATION",
    ]
    assert len({int(getattr(draws, name)) for name in names}) == len(names)
