"""Primitives that rearrange, sum, order and multiply arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np

from identities.primitives.plan import Array, Function, Plan

# Shapes


def broadcast(a: Array, *, shape: tuple[int, ...], broadcast_dimensions: Sequence[int], **_params: Any) -> Function:
    """The array repeated along new axes and axes of size 1."""
    expanded = tuple(
        a.shape[list(broadcast_dimensions).index(axis)] if axis in broadcast_dimensions else 1
        for axis in range(len(shape))
    )
    if expanded == shape:
        return lambda a: a.reshape(shape)

    def fill(a: Array) -> Array:
        result = np.empty(shape, a.dtype)  # at the sizes of a check several times quicker than np.broadcast_to
        result[...] = a.reshape(expanded)
        return result

    return fill


def reshape(_: Array, *, new_sizes: tuple[int, ...], **_params: Any) -> Function:
    """The same entries, rows first, in another shape."""
    return lambda a: a.reshape(new_sizes)


def squeeze(a: Array, *, dimensions: Sequence[int], **_params: Any) -> Function:
    """The array without these axes of size 1."""
    shape = tuple(size for axis, size in enumerate(a.shape) if axis not in dimensions)
    return lambda a: a.reshape(shape)


def transpose(_: Array, *, permutation: Sequence[int], **_params: Any) -> Function:
    """The axes in another order."""
    return lambda a: a.transpose(permutation)


def reverse(a: Array, *, dimensions: Sequence[int], **_params: Any) -> Function:
    """The entries backwards along some axes."""
    index = tuple(slice(None, None, -1 if axis in dimensions else 1) for axis in range(a.ndim))
    return lambda a: a[index]


def cut(
    _: Array, *, start_indices: Sequence[int], limit_indices: Sequence[int], strides: Any, **_params: Any
) -> Function:
    """Every s-th entry from a start up to a limit, along each axis."""
    steps = strides or (1,) * len(start_indices)
    index = tuple(map(slice, start_indices, limit_indices, steps))
    return lambda a: a[index]


def split(a: Array, *, sizes: Sequence[int], axis: int, **_params: Any) -> Function:
    """The array cut into pieces along an axis."""
    ends = accumulate(sizes)
    before = (slice(None),) * axis
    indices = [(*before, slice(end - size, end)) for size, end in zip(sizes, ends, strict=True)]
    return lambda a: [a[index] for index in indices]


def pad_with(a: Array, _: Array, *, padding_config: Sequence[tuple[int, int, int]], **_params: Any) -> Function:
    """Entries of a value before, after and between those of the array; negative numbers cut off."""
    shape, taken, placed = [], [], []
    for size, (low, high, interior) in zip(a.shape, padding_config, strict=True):
        step = interior + 1
        length = max(0, low + high + size + max(0, size - 1) * interior)
        first = max(0, -(low // step))  # negative padding cuts entries off
        last = min(size - 1, (length - 1 - low) // step)
        shape.append(length)
        taken.append(slice(first, max(first, last + 1)))
        placed.append(slice(low + first * step, max(low + first * step, low + last * step + 1), step))
    source, target = tuple(taken), tuple(placed)

    def pad(a: Array, value: Array) -> Array:
        result = np.empty(shape, a.dtype)
        result[...] = value
        result[target] = a[source]
        return result

    return pad


def _window(starts: Sequence[Any], sizes: Sequence[int], shape: Sequence[int]) -> tuple[slice, ...]:
    """The window of the given sizes that starts at ``starts``, moved inside ``shape`` as XLA does."""
    first = [min(max(int(at), 0), total - size) for at, size, total in zip(starts, sizes, shape, strict=True)]
    return tuple(slice(at, at + size) for at, size in zip(first, sizes, strict=True))


def dynamic_slice(*_operands: Array, slice_sizes: Sequence[int], **_params: Any) -> Function:
    """The window that starts at indices known only in the run."""
    return lambda a, *starts: a[_window(starts, slice_sizes, a.shape)]


def dynamic_update_slice(a: Array, update: Array, *starts: Array) -> Array:
    """The array with such a window replaced."""
    result = a.copy()
    result[_window(starts, update.shape, a.shape)] = update
    return result


def iota(*, dtype: Any, shape: tuple[int, ...], dimension: int, **_params: Any) -> Function:
    """0, 1, 2, … along one axis."""

    def count() -> Array:
        along = np.arange(shape[dimension], dtype=dtype).reshape(-1, *(1,) * (len(shape) - dimension - 1))
        return along if len(shape) == 1 else np.broadcast_to(along, shape)

    return count


# Sums and orders


def reduce(ufunc: np.ufunc) -> Plan:
    """All entries along some axes taken together."""

    def plan(a: Array, *, axes: Sequence[int], **_params: Any) -> Function:
        over, dtype = tuple(axes), a.dtype  # the dtype named, as NumPy sums small integers in larger ones
        return lambda a: ufunc.reduce(a, axis=over, dtype=dtype)

    return plan


def cumulate(ufunc: np.ufunc) -> Plan:
    """All entries up to each one, or from each one on, taken together."""

    def plan(a: Array, *, axis: int, reverse: bool, **_params: Any) -> Function:
        dtype, back = a.dtype, (*(slice(None),) * axis, slice(None, None, -1))
        if reverse:
            return lambda a: ufunc.accumulate(a[back], axis=axis, dtype=dtype)[back]
        return lambda a: ufunc.accumulate(a, axis=axis, dtype=dtype)

    return plan


def argument_of(extreme: Function) -> Plan:
    """Where the extreme entry along an axis stands."""

    def plan(_: Array, *, axes: Sequence[int], index_dtype: Any, **_params: Any) -> Function:
        return lambda a: extreme(a, axis=axes[0]).astype(index_dtype)

    return plan


def sort_by(*operands: Array, dimension: int, num_keys: int, **_params: Any) -> Function:
    """The first operand sorted along an axis, stably, and the others carried along."""
    if len(operands) == 1:
        return lambda a: [np.sort(a, axis=dimension, kind="stable")]
    grid = list(np.ogrid[tuple(map(slice, operands[0].shape))])

    def sort(*operands: Array) -> list[Array]:
        keys = operands[:num_keys]
        order = (
            np.argsort(keys[0], axis=dimension, kind="stable")
            if num_keys == 1
            else np.lexsort(keys[::-1], axis=dimension)
        )
        index = (*grid[:dimension], order, *grid[dimension + 1 :])
        return [a[index] for a in operands]

    return sort


# Products


def dot_general(
    a: Array, b: Array, *, dimension_numbers: Any, preferred_element_type: Any = None, **_params: Any
) -> Function:
    """Σ over pairs of axes of a and b, along batches: one product of matrices per batch."""
    (over_a, over_b), (batch_a, batch_b) = dimension_numbers
    free_a = [axis for axis in range(a.ndim) if axis not in over_a and axis not in batch_a]
    free_b = [axis for axis in range(b.ndim) if axis not in over_b and axis not in batch_b]
    order_a, order_b = (*batch_a, *free_a, *over_a), (*batch_b, *over_b, *free_b)
    batches, inner, rows, columns = len(batch_a), len(over_a), len(free_a), len(free_b)
    dtype = np.dtype(preferred_element_type or a.dtype)

    def multiply(a: Array, b: Array) -> Any:
        a, b = a.transpose(order_a), b.transpose(order_b)
        batch, shape_a, shape_b = a.shape[:batches], a.shape[batches:], b.shape[batches:]
        if rows != 1 or inner != 1:
            a = a.reshape(*batch, prod(shape_a[:rows]), prod(shape_a[rows:]))
        if columns != 1 or inner != 1:
            b = b.reshape(*batch, prod(shape_b[:inner]), prod(shape_b[inner:]))
        product = np.matmul(a, b)
        if rows != 1 or columns != 1:
            product = product.reshape(*batch, *shape_a[:rows], *shape_b[inner:])
        return product.astype(dtype, copy=False)

    return multiply
