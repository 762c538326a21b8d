"""Gather and scatter: windows of an array at places that indices name.

An axis of the operand is *addressed* (it takes a start from the indices, belongs to a batch, or is cut) or taken
*whole*; with the addressed axes in front, either is one NumPy indexing. Axes that are ``gone`` do not appear in
the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from identities.primitives.plan import Array, Function, Plan


class _Windows:
    """The windows that ``indices`` (…, k) point at in an operand: sizes, place, and which lie inside."""

    def __init__(
        self,
        shape: Sequence[int],
        sizes: Sequence[int],
        batch: tuple[int, ...],
        mapped: Sequence[int],
        removed: Sequence[int],
        batching: Sequence[int],
        index_batching: Sequence[int],
    ) -> None:
        axes = range(len(shape))
        gone = {*removed, *batching}
        whole = [axis for axis in axes if axis not in {*gone, *mapped} and sizes[axis] == shape[axis]]
        addressed = [axis for axis in axes if axis not in whole]
        kept = [axis for axis in addressed if axis not in gone]
        self.batch = batch
        self.order = (*addressed, *whole)
        self.axes = [axis for axis in axes if axis not in gone]
        self.places = [self.axes.index(axis) for axis in (*kept, *whole)]
        self.limits = np.array([shape[axis] - sizes[axis] for axis in mapped], np.int64)
        self._starts = [list(mapped).index(axis) if axis in mapped else None for axis in addressed]
        self._cuts = [sizes[axis] if axis in kept else None for axis in addressed]
        self._column = (*batch, *(1,) * len(kept))
        lengths = (*batch, *(sizes[axis] for axis in kept))
        # Quicker than np.ogrid.
        grid = [
            np.arange(n).reshape(n, *(1,) * after) for n, after in zip(lengths, range(len(lengths))[::-1], strict=True)
        ]
        inner = dict(zip(kept, grid[len(batch) :], strict=True))
        outer = {axis: grid[place] for axis, place in zip(batching, index_batching, strict=True)}
        self._offsets = [{**inner, **outer}.get(axis, 0) for axis in addressed]

    def inside(self, indices: Array) -> Any:
        """Which windows lie inside the operand, in the shape of the batch."""
        return np.all((indices >= 0) & (indices.astype(np.int64) <= self.limits), axis=-1)

    def place(self, indices: Array) -> tuple[Any, ...]:
        """Index of the addressed axes, giving (batch, kept, whole axes); windows outside are moved inside."""
        starts = np.minimum(np.maximum(indices.astype(np.int64), 0), self.limits)  # they may be unsigned
        if not self.batch:  # one window: a view
            first = [0 if start is None else int(starts[start]) for start in self._starts]
            cut = zip(first, self._cuts, strict=True)
            return tuple(at if size is None else slice(at, at + size) for at, size in cut)
        return tuple(
            offset if start is None else offset + starts[..., start].reshape(self._column)
            for start, offset in zip(self._starts, self._offsets, strict=True)
        )


def gather(
    operand: Array,
    indices: Array,
    *,
    dimension_numbers: Any,
    slice_sizes: Sequence[int],
    mode: Any,
    fill_value: Any,
    known: Sequence[bool] = (),
    **_params: Any,
) -> Function:
    """The windows of an array at the places that indices name."""
    numbers = dimension_numbers
    offsets = numbers.offset_dims
    windows, arranged = _gathered(
        operand.shape,
        tuple(slice_sizes),
        indices.shape[:-1],
        numbers.start_index_map,
        numbers.collapsed_slice_dims,
        numbers.operand_batching_dims,
        numbers.start_indices_batching_dims,
        offsets,
    )
    order = windows.order

    if mode.name == "FILL_OR_DROP":
        fill = _fill(operand.dtype) if fill_value is None else fill_value
        mask = (..., *(None,) * len(offsets))

        def gather_or_fill(operand: Array, indices: Array) -> Array:
            found = operand.transpose(order)[windows.place(indices)]
            filled = np.where(windows.inside(indices)[mask], found, np.asarray(fill, operand.dtype))
            return filled.transpose(arranged)

        return gather_or_fill
    if known and known[1]:
        index = windows.place(indices)
        return lambda operand, _: operand.transpose(order)[index].transpose(arranged)
    return lambda operand, indices: operand.transpose(order)[windows.place(indices)].transpose(arranged)


@lru_cache(1024)  # the diagonal of an n×n matrix is looked up by many claims
def _gathered(*shapes: tuple[int, ...]) -> tuple[_Windows, list[int]]:
    """The windows of a gather, and where their axes go."""
    *pointed, offsets = shapes
    windows = _Windows(*pointed)
    rank = len(windows.batch)
    arranged, batch_axes = [], iter(range(rank))
    for axis in range(rank + len(offsets)):
        window = rank + windows.places.index(offsets.index(axis)) if axis in offsets else None
        arranged.append(next(batch_axes) if window is None else window)
    return windows, arranged


def _fill(dtype: np.dtype[Any]) -> Any:
    """What JAX finds outside an array: NaN, the least signed or the largest unsigned integer, true."""
    if dtype.kind in "iu":
        return np.iinfo(dtype).min if dtype.kind == "i" else np.iinfo(dtype).max
    return True if dtype.kind == "b" else np.nan


def scatter_with(combine: np.ufunc | None) -> Plan:
    """The array with its windows at the places that indices name combined with updates, or replaced."""

    def plan(
        operand: Array,
        indices: Array,
        updates: Array,
        *,
        dimension_numbers: Any,
        mode: Any,
        unique_indices: bool,
        **_params: Any,
    ) -> Function:
        numbers = dimension_numbers
        gone = {*numbers.inserted_window_dims, *numbers.operand_batching_dims}
        window_axes = iter(numbers.update_window_dims)
        windows = _Windows(
            operand.shape,
            [1 if axis in gone else updates.shape[next(window_axes)] for axis in range(operand.ndim)],
            indices.shape[:-1],
            numbers.scatter_dims_to_operand_dims,
            numbers.inserted_window_dims,
            numbers.operand_batching_dims,
            numbers.scatter_indices_batching_dims,
        )
        batch_axes = [axis for axis in range(updates.ndim) if axis not in numbers.update_window_dims]
        arranged = (*batch_axes, *(numbers.update_window_dims[place] for place in windows.places))
        moved_inside = mode.name == "CLIP"
        apart = unique_indices or not windows.batch

        def scatter(operand: Array, indices: Array, updates: Array) -> Array:
            result = operand.copy()
            target, values = result.transpose(windows.order), updates.transpose(arranged)
            index = windows.place(indices)
            inside = True if moved_inside else windows.inside(indices)
            if not np.all(inside):  # what lies outside is dropped
                if not windows.batch:
                    return result
                index = tuple(part[inside] for part in np.broadcast_arrays(*index))
                values = values[inside]
            if combine is None:
                target[index] = values
            elif apart:
                target[index] = combine(target[index], values)
            else:
                combine.at(target, index, values)
            return result

        return scatter

    return plan
