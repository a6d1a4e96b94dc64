"""What the port of the model in JAX is made with: random words, tables, and a fence.

Importing this sets JAX up: the CPU, one thread, vectors of 512 bits, and of JAX's generators the
one that costs least a word.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import common
import jax
import jax.numpy as jnp
import numpy as np
from common import beta_quantiles
from jax import Array, lax
from numpy.typing import NDArray

FLAGS = ("--xla_cpu_multi_thread_eigen=false", "--xla_cpu_prefer_vector_width=512")
os.environ["XLA_FLAGS"] = " ".join((os.environ.get("XLA_FLAGS", ""), *FLAGS))
jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_enable_x64", True)
jax.config.update("jax_default_prng_impl", "philox2x32")

MEANS, CELLS, QUANTITY_CELLS = 32, 512, 4096
Singles = NDArray[np.float32]


def fence(zero: Array, values: Any) -> Any:
    """Return values unchanged, in memory: a loop without turns, which XLA does not fuse."""
    return lax.while_loop(
        lambda turn: turn[0] < zero,
        lambda turn: (turn[0] + 1, jax.tree.map(jnp.zeros_like, turn[1])),
        (jnp.zeros_like(zero), values),
    )[1]


def take(flat: Array, index: Array) -> Array:
    """Gather, without a check of bounds."""
    return flat.at[index].get(mode="promise_in_bounds")


def words(key: Array, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Return two arrays of 32 random bits."""
    both = jax.random.bits(key, shape, jnp.uint64)
    return (both >> 32).astype(jnp.uint32), both.astype(jnp.uint32)


def kept_words(zero: Array, key: Array, shape: tuple[int, ...], number: int) -> list[Array]:
    """Return arrays of 32 random bits that several fusions read: made once, in memory."""
    both = fence(zero, jax.random.bits(key, (number // 2, *shape), jnp.uint64))
    return [half for w in both for half in ((w >> 32).astype(jnp.uint32), w.astype(jnp.uint32))]


def unit(word: Array) -> Array:
    """Return a uniform single in [0, 1) of 32 random bits."""
    return (word >> 8).astype(jnp.int32).astype(jnp.float32) * jnp.float32(2.0**-24)


def pick(word: Array, size: int) -> tuple[Array, Array]:
    """Return a number below ``size`` and, independent of it, a uniform single."""
    sizes = jnp.full_like(word, size)
    return lax.mulhi(word, sizes).astype(jnp.int32), unit(word * sizes)


def share(tasks: Array, encounters: Array, required: Array) -> Array:
    """Return completed tasks over encounters, or over what was required if that is more."""
    base = jnp.maximum(encounters, required)
    return jnp.where(base > 0.0, tasks / jnp.where(base > 0.0, base, 1.0), 0.0)


def beta_table(concentration: float) -> Singles:
    """Return quantiles by mean and probability, flat."""
    rows = [beta_quantiles(m / MEANS, concentration, CELLS) for m in range(MEANS + 1)]
    return np.concatenate(rows).astype(np.float32)


def rows(means: Any, concentration: float) -> Singles | None:
    """Return quantiles for each mean, flat; None for a mean that firms draw."""
    if isinstance(means, Mapping):
        return None
    means = means if isinstance(means, list) else [means]
    return np.concatenate([beta_quantiles(m, concentration, CELLS) for m in means]).astype(
        np.float32
    )


def split_word(word: Array, bits: int) -> tuple[Array, Array]:
    """Return the highest bits of a word as a number, the others as a single in [0, 1)."""
    rest = 32 - bits
    along = (word & (2**rest - 1)).astype(jnp.int32).astype(jnp.float32)
    return (word >> rest).astype(jnp.int32), along * jnp.float32(2.0**-rest)


def interpolate(nodes: Array, place: Array, along: Array) -> Array:
    """Return what is so far along from a node to the next."""
    low = take(nodes, place)
    return low + along * (take(nodes, place + 1) - low)


def beta(table: Singles, mean: Array, word: Array) -> Array:
    """Draw around any mean by interpolation between the means and probabilities of a table."""
    nodes = jnp.asarray(table)
    position = mean * MEANS
    row = jnp.minimum(position.astype(jnp.int32), MEANS - 1)
    across = position - row.astype(jnp.float32)
    cell, along = split_word(word, CELLS.bit_length() - 1)
    place = row * (CELLS + 1) + cell
    below = interpolate(nodes, place, along)
    return below + across * (interpolate(nodes, place + CELLS + 1, along) - below)


def beta_row(table: Singles, row: Any, word: Array) -> Array:
    """Draw around the mean of one row of a table."""
    cell, along = split_word(word, CELLS.bit_length() - 1)
    return interpolate(jnp.asarray(table), row * (CELLS + 1) + cell, along)


class Quantity:
    """A number or a distribution of the settings, drawn by its quantile function."""

    def __init__(self, distribution: Any) -> None:
        """Tabulate the quantiles."""
        self.is_choice = isinstance(distribution, Mapping) and distribution["dist"] == "choice"
        if self.is_choice:
            weights = np.cumsum(distribution["weights"]) / np.sum(distribution["weights"])
            self.steps = weights.astype(np.float32)
            self.nodes = np.asarray(distribution["values"], np.float32)
        else:
            even = np.arange(QUANTITY_CELLS + 1) / QUANTITY_CELLS
            self.nodes = common.quantile(distribution, even).astype(np.float32)

    def draw(self, word: Array) -> Array:
        """Return a value for 32 random bits."""
        nodes = jnp.asarray(self.nodes)
        if self.is_choice:
            step = jnp.searchsorted(jnp.asarray(self.steps), unit(word), side="right")
            return take(nodes, jnp.minimum(step, len(self.nodes) - 1))
        cell, along = split_word(word, QUANTITY_CELLS.bit_length() - 1)
        return interpolate(nodes, cell, along)
