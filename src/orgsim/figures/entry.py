"""What a figure says of itself, once, in its own file; and the figure of certain numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Numbers = TypeVar("Numbers")
"""What a figure is drawn from, such as ``setting.SettingShares``."""


@dataclass(frozen=True)
class Given(Generic[Numbers]):
    """Numbers that figures can be drawn from; they are read once, when first asked for.

    Parameters
    ----------
    kind : type
        Of the numbers: what entries say that they need.
    read : callable
        Returns them.
    slug : str
        What names of their figures end in, where there are several of a kind; fit for a file.
    called : str
        What titles of their figures end in.
    parameters : tuple of str
        Paths of the swept parameters that they are over, if not over all.
    """

    kind: type[Numbers]
    read: Callable[[], Numbers]
    slug: str = ""
    called: str = ""
    parameters: tuple[str, ...] = ()

    @classmethod
    def of(cls, numbers: Numbers) -> Given[Numbers]:
        """Return numbers that are there already."""
        return cls(type(numbers), lambda: numbers)

    @cached_property
    def numbers(self) -> Numbers:
        """The numbers."""
        return self.read()


@dataclass(frozen=True)
class Entry(Generic[Numbers]):
    """A figure as its own file declares it, under the name ``FIGURE``: see ``registry``.

    Parameters
    ----------
    name : str
        Fit for a file: small letters, digits and hyphens.
    needs : type
        What it is drawn from: it is there for whoever gives that.
    title : str
        A few words, to stand above it on a page.
    alt : callable
        Returns, from the same numbers, sentences for those who do not see it.
    draw : callable
        Returns the figure of matplotlib.
    order : int
        Where it comes among the figures of the same numbers, the lowest first.
    suits : callable, optional
        Whether it can be drawn from certain numbers, which are read then; else it can from all.
    """

    name: str
    needs: type[Numbers]
    title: str
    alt: Callable[[Numbers], str]
    draw: Callable[[Numbers], Figure]
    order: int = 100
    suits: Callable[[Numbers], bool] | None = None

    def is_for(self, given: Given[Any]) -> bool:
        """Whether it can be drawn from what is given."""
        if self.needs is not given.kind:
            return False
        return self.suits is None or self.suits(given.numbers)


@dataclass(frozen=True)
class Drawing:
    """The figure of certain numbers, which is not drawn yet."""

    entry: Entry[Any]
    given: Given[Any]

    @property
    def name(self) -> str:
        """Fit for a file."""
        return f"{self.entry.name}-{self.given.slug}" if self.given.slug else self.entry.name

    @property
    def title(self) -> str:
        """A few words."""
        return f"{self.entry.title}: {self.given.called}" if self.given.called else self.entry.title

    @property
    def parameters(self) -> tuple[str, ...]:
        """Paths of the swept parameters that it is over, if not over all."""
        return self.given.parameters

    def alt(self) -> str:
        """Return what it shows, for those who do not see it."""
        return self.entry.alt(self.given.numbers)

    def figure(self) -> Figure:
        """Draw it."""
        return self.entry.draw(self.given.numbers)
