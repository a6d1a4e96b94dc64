"""Numbers of samples by block: values of outputs, or what is known of their errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Blocks(NamedTuple):
    """Numbers by block, of a design of :func:`orgsim.design.saltelli.saltelli_blocks`.

    Attributes
    ----------
    a, b : float64 (samples, outputs)
    ab : float64 (samples, groups, outputs)
        A dummy is one more group.
    ba : float64 (samples, groups or fewer, outputs), optional
        For indices of pairs among its groups, which are the first ones of ``ab``.
    """

    a: Floats
    b: Floats
    ab: Floats
    ba: Floats | None = None

    def whole(self) -> NDArray[np.bool_]:
        """Return which samples lack no number: (samples,)."""
        samples = len(self.a)
        blocks = [block.reshape(samples, -1) for block in self if block is not None]
        return np.asarray(np.isfinite(np.concatenate(blocks, axis=1)).all(axis=1))

    def at(self, samples: NDArray[np.bool_]) -> Blocks:
        """Return some samples."""
        ba = None if self.ba is None else self.ba[samples]
        return Blocks(self.a[samples], self.b[samples], self.ab[samples], ba)


def split_blocks(values: Floats, groups: int, *, second_order: bool, dummy: bool) -> Blocks:
    """Return values by block of a design of :func:`orgsim.design.saltelli.saltelli_blocks`.

    Parameters
    ----------
    values : float64 (samples, blocks, outputs)
        In the order of the design; a dummy becomes the last group of ``ab``.
    groups : int
        Groups of the design, the dummy not counted.
    """
    a, b, ab = values[:, 0], values[:, 1], values[:, 2 : 2 + groups]
    ba = values[:, 2 + groups : 2 + 2 * groups] if second_order else None
    return Blocks(a, b, np.concatenate([ab, values[:, -1:]], axis=1) if dummy else ab, ba)
