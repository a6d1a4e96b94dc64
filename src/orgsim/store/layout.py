"""Which firms of which design points stand in which part.

A part is what is simulated, written, vouched for, lost and repeated as a whole: seconds to a
minute of work, and a file of some megabytes. It holds a few design points with all their firms,
or some of the firms of a single large one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

TILE = 1_024
"""Firms whose rows are hashed together. Digests are made of tiles, so that no digest depends on
parts; this number is part of their definition."""

MOST_PART_FIRMS = 2**18
"""A part this large has some 25 MB of rows."""

LEAST_PART_FIRMS = 2**14
PARTS_WANTED = 64
"""Small runs have smaller parts, so that there are some to share out."""

MOST_PART_WORK = 4_000_000_000
"""Agent-quarters a part, about a minute on one core."""


PART = re.compile(r"part-p([0-9]{8,10})-([0-9]{8,10})-f([0-9]{10,18})-([0-9]{10,18})")
"""A part's file, without its ending."""


class Part(NamedTuple):
    """Design points and firms that stand in one file."""

    first_point: int
    stop_point: int
    first_firm: int
    stop_firm: int

    @property
    def name(self) -> str:
        """Its file's name, without the ending; names sort as the rows do."""
        return (
            f"part-p{self.first_point:08d}-{self.stop_point:08d}"
            f"-f{self.first_firm:010d}-{self.stop_firm:010d}"
        )

    @classmethod
    def named(cls, name: str) -> Part | None:
        """Return the part that a file is named after, without its ending; None if it is of none."""
        match = PART.fullmatch(name)
        part = cls(*map(int, match.groups())) if match else None
        return part if part is not None and part.name == name else None

    @property
    def points(self) -> range:
        """The design points."""
        return range(self.first_point, self.stop_point)


@dataclass(frozen=True)
class Layout:
    """How a run is cut into parts.

    Attributes
    ----------
    points : int
    firms : int
        A point; with a precision asked for, the most there may be.
    part_firms : int
        Firms a part, a power of two.
    expected : int
        Firms that a point is expected to have; equal to ``firms`` unless a precision decides.
    adaptive : bool
        Whether a precision decides; then the firms of a point are never split.
    """

    points: int
    firms: int
    part_firms: int
    expected: int
    adaptive: bool

    @property
    def is_split(self) -> bool:
        """Whether the firms of a point stand in several parts."""
        return not self.adaptive and self.firms > self.part_firms

    @property
    def group(self) -> int:
        """Points a part."""
        return 1 if self.is_split else max(self.part_firms // self.expected, 1)

    def parts(self) -> Iterator[Part]:
        """Yield all parts, in the order of their rows."""
        if not self.is_split:
            for first in range(0, self.points, self.group):
                yield Part(first, min(first + self.group, self.points), 0, self.firms)
            return
        for point in range(self.points):
            for first in range(0, self.firms, self.part_firms):
                yield Part(point, point + 1, first, min(first + self.part_firms, self.firms))

    def quarter_parts(self) -> Iterator[Part]:
        """Yield what rows by quarter stand in: the same parts, or one a point that is split."""
        if not self.is_split:
            yield from self.parts()
        else:
            for point in range(self.points):
                yield Part(point, point + 1, 0, self.firms)

    @property
    def count(self) -> int:
        """The number of parts."""
        if self.is_split:
            return self.points * -(-self.firms // self.part_firms)
        return -(-self.points // self.group)

    def part_of(self, point: int, firm: int) -> Part:
        """Return the part in which a firm of a point stands; both must be there."""
        if not self.is_split:
            first = point - point % self.group
            return Part(first, min(first + self.group, self.points), 0, self.firms)
        first = firm - firm % self.part_firms
        return Part(point, point + 1, first, min(first + self.part_firms, self.firms))

    def quarter_part_of(self, point: int) -> Part:
        """Return the part in which a point's rows by quarter stand; the point must be there."""
        return Part(point, point + 1, 0, self.firms) if self.is_split else self.part_of(point, 0)

    def is_quarters(self, part: Part) -> bool:
        """Whether rows by quarter stand in a file of this name."""
        point = part.first_point
        return point < self.points and part == self.quarter_part_of(point)

    def __len__(self) -> int:
        """Return the number of parts."""
        return self.count

    def __contains__(self, part: object) -> bool:
        """Whether a part is one of these."""
        if not isinstance(part, Part):
            return False
        point, firm = part.first_point, part.first_firm
        return point < self.points and firm < self.firms and part == self.part_of(point, firm)


def is_cut(part_firms: int, expected: int) -> bool:
    """Whether runs may be cut so: firms a part, and firms that a point is expected to have."""
    return 0 < part_firms <= MOST_PART_FIRMS and expected > 0


def part_firms(points: int, firms: int, work: int) -> int:
    """Return how many firms a part of a new run shall hold.

    Parameters
    ----------
    points, firms : int
        Design points, and firms that each is expected to have.
    work : int
        Agent-quarters a firm, at most.
    """
    wanted = min(points * firms // PARTS_WANTED, MOST_PART_FIRMS)
    bounded = min(max(wanted, LEAST_PART_FIRMS), max(MOST_PART_WORK // max(work, 1), TILE))
    return 1 << (bounded.bit_length() - 1)
