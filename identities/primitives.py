"""What each JAX primitive means in NumPy: one table, :data:`PRIMITIVES`.

A row plans a primitive once and the plan then runs many times. It is called with sample operands, of which
only shape and dtype matter, and with the primitive's parameters by keyword (symbolic dims already numbers);
``known`` says which operands are the same in every run, so that their values may be planned upon. It returns
the NumPy function of the operands, giving an array, or a sequence of arrays for a primitive of several
results; or ``None`` where these parameters have no NumPy meaning here. Results have the shape and dtype that
XLA's have. A draw without a result (a singular matrix, no convergence) gives NaN or infinity for that draw.

LU and triangular solves go to the LAPACK and BLAS routines that XLA calls on a CPU, through SciPy, which JAX
itself requires; it is imported only for these and the special functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Function = Callable[..., Any]
Plan = Callable[..., Function | None]


def _each(function: Function) -> Plan:
    """The plan of a primitive that its operands alone determine."""
    return lambda *_operands, **_params: function


def _special(name: str) -> Plan:
    """The plan of a special function, by its name in ``scipy.special``."""

    def plan(*_operands: Array, **_params: Any) -> Function:
        from scipy import special  # type: ignore[import-untyped]

        function: Function = vars(special)[name]
        return function

    return plan


# Arithmetic


def _div(a: Array, _: Array, **_params: Any) -> Function:
    if a.dtype.kind in "fc":
        return np.divide

    def toward_zero(a: Array, b: Array) -> Array:
        quotient = a // b
        return np.asarray(quotient + ((quotient * b != a) & ((a < 0) != (b < 0))), a.dtype)

    return toward_zero


def _integer_pow(_: Array, *, y: int, **_params: Any) -> Function:
    def power(x: Array) -> Any:
        result, base, exponent = None, x, abs(y)
        while exponent:
            if exponent & 1:
                result = base if result is None else result * base
            exponent >>= 1
            base = base * base if exponent else base
        if result is None:
            return np.ones_like(x)
        return 1 / result if y < 0 else result

    return power


def _round(_: Array, *, rounding_method: Any, **_params: Any) -> Function:
    if int(rounding_method) == 1:
        return np.rint

    def away_from_zero(x: Array) -> Any:
        whole = np.trunc(x)
        return whole + np.copysign(np.abs(x - whole) >= 0.5, x)

    return away_from_zero


def _complex(real: Array, imaginary: Array) -> Array:
    # Not real + 1j*imaginary, where an infinite part would make the other one NaN.
    result = np.empty(np.shape(real), np.result_type(real, np.complex64))
    result.real, result.imag = real, imaginary
    return result


def _conj(x: Array, **_params: Any) -> Function:
    return np.conjugate if x.dtype.kind == "c" else lambda x: x.astype(np.result_type(x, np.complex64))


def _convert(a: Array, *, new_dtype: Any, **_params: Any) -> Function:
    dtype = np.dtype(new_dtype)
    if a.dtype.kind == "c" and dtype.kind not in "cb":
        return lambda a: a.real.astype(dtype)
    if a.dtype.kind != "f" or dtype.kind not in "iu":
        return lambda a: a.astype(dtype)
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max

    def saturate(a: Array) -> Array:
        inside = np.where((a > low) & (a < high), a, 0).astype(dtype)
        return np.where(a >= high, dtype.type(high), np.where(a <= low, dtype.type(low), inside))

    return saturate


def _reduce_precision(a: Array, *, exponent_bits: int, mantissa_bits: int, **_params: Any) -> Function | None:
    full = np.finfo(a.dtype)
    return _same if (full.nexp, full.nmant) == (exponent_bits, mantissa_bits) else None


def _same(a: Array) -> Array:
    return a


def _select(which: Array, *cases: Array) -> Array:
    if which.dtype.kind == "b":
        return np.where(which, cases[1], cases[0])
    result = cases[0]
    for number, case in enumerate(cases[1:], 1):
        result = np.where(which == number, case, result)
    return result


def _total_order(compare: Function) -> Function:
    """Comparison in IEEE 754's total order, −NaN < −∞ < … < −0 < +0 < … < ∞ < NaN."""

    def key(x: Array) -> Any:
        if x.dtype.kind != "f":
            return x
        bits = x.view(f"i{x.itemsize}")
        return bits ^ ((bits >> (8 * x.itemsize - 1)) & np.iinfo(bits.dtype).max)

    return lambda a, b: compare(key(a), key(b))


# Shapes


def _broadcast(a: Array, *, shape: tuple[int, ...], broadcast_dimensions: Sequence[int], **_params: Any) -> Function:
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


def _reshape(_: Array, *, new_sizes: tuple[int, ...], **_params: Any) -> Function:
    return lambda a: a.reshape(new_sizes)


def _squeeze(a: Array, *, dimensions: Sequence[int], **_params: Any) -> Function:
    shape = tuple(size for axis, size in enumerate(a.shape) if axis not in dimensions)
    return lambda a: a.reshape(shape)


def _transpose(_: Array, *, permutation: Sequence[int], **_params: Any) -> Function:
    return lambda a: a.transpose(permutation)


def _rev(a: Array, *, dimensions: Sequence[int], **_params: Any) -> Function:
    index = tuple(slice(None, None, -1 if axis in dimensions else 1) for axis in range(a.ndim))
    return lambda a: a[index]


def _slice(
    _: Array, *, start_indices: Sequence[int], limit_indices: Sequence[int], strides: Any, **_params: Any
) -> Function:
    steps = strides or (1,) * len(start_indices)
    index = tuple(map(slice, start_indices, limit_indices, steps))
    return lambda a: a[index]


def _split(a: Array, *, sizes: Sequence[int], axis: int, **_params: Any) -> Function:
    ends = np.cumsum(sizes).tolist()
    before = (slice(None),) * axis
    indices = [(*before, slice(end - size, end)) for size, end in zip(sizes, ends, strict=True)]
    return lambda a: [a[index] for index in indices]


def _pad(a: Array, _: Array, *, padding_config: Sequence[tuple[int, int, int]], **_params: Any) -> Function:
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


def _dynamic_slice(*_operands: Array, slice_sizes: Sequence[int], **_params: Any) -> Function:
    return lambda a, *starts: a[_window(starts, slice_sizes, a.shape)]


def _dynamic_update_slice(a: Array, update: Array, *starts: Array) -> Array:
    result = a.copy()
    result[_window(starts, update.shape, a.shape)] = update
    return result


def _iota(*, dtype: Any, shape: tuple[int, ...], dimension: int, **_params: Any) -> Function:
    along = [-1 if axis == dimension else 1 for axis in range(len(shape))]
    return lambda: np.broadcast_to(np.arange(shape[dimension], dtype=dtype).reshape(along), shape)


# Sums and orders


def _reduce(ufunc: np.ufunc) -> Plan:
    def plan(a: Array, *, axes: Sequence[int], **_params: Any) -> Function:
        over, dtype = tuple(axes), a.dtype  # the dtype named, as NumPy sums small integers in larger ones
        return lambda a: ufunc.reduce(a, axis=over, dtype=dtype)

    return plan


def _cumulate(ufunc: np.ufunc) -> Plan:
    def plan(a: Array, *, axis: int, reverse: bool, **_params: Any) -> Function:
        dtype, back = a.dtype, (*(slice(None),) * axis, slice(None, None, -1))
        if reverse:
            return lambda a: ufunc.accumulate(a[back], axis=axis, dtype=dtype)[back]
        return lambda a: ufunc.accumulate(a, axis=axis, dtype=dtype)

    return plan


def _arg(extreme: Function) -> Plan:
    def plan(_: Array, *, axes: Sequence[int], index_dtype: Any, **_params: Any) -> Function:
        return lambda a: extreme(a, axis=axes[0]).astype(index_dtype)

    return plan


def _sort(*operands: Array, dimension: int, num_keys: int, **_params: Any) -> Function:
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


def _dot_general(
    a: Array, b: Array, *, dimension_numbers: Any, preferred_element_type: Any = None, **_params: Any
) -> Function:
    (over_a, over_b), (batch_a, batch_b) = dimension_numbers
    free_a = [axis for axis in range(a.ndim) if axis not in over_a and axis not in batch_a]
    free_b = [axis for axis in range(b.ndim) if axis not in over_b and axis not in batch_b]
    order_a, order_b = (*batch_a, *free_a, *over_a), (*batch_b, *over_b, *free_b)
    batch = tuple(a.shape[axis] for axis in batch_a)
    rows, columns = tuple(a.shape[axis] for axis in free_a), tuple(b.shape[axis] for axis in free_b)
    inner = prod(a.shape[axis] for axis in over_a)
    shape_a, shape_b = (*batch, prod(rows), inner), (*batch, inner, prod(columns))
    shape = (*batch, *rows, *columns)
    dtype = np.dtype(preferred_element_type or a.dtype)

    def multiply(a: Array, b: Array) -> Any:
        product = np.matmul(a.transpose(order_a).reshape(shape_a), b.transpose(order_b).reshape(shape_b))
        return product.reshape(shape).astype(dtype, copy=False)

    return multiply


# Gather and scatter. An axis of the operand is *addressed* (it takes a start from the indices, belongs to a
# batch, or is cut) or taken *whole*; with the addressed axes in front, either is one NumPy indexing. Axes
# that are ``gone`` do not appear in the window.


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
        grid = np.ogrid[tuple(map(slice, (*batch, *(sizes[axis] for axis in kept))))]
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


def _gather(
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
    numbers = dimension_numbers
    windows = _Windows(
        operand.shape,
        slice_sizes,
        indices.shape[:-1],
        numbers.start_index_map,
        numbers.collapsed_slice_dims,
        numbers.operand_batching_dims,
        numbers.start_indices_batching_dims,
    )
    offsets = list(numbers.offset_dims)
    rank = indices.ndim - 1
    arranged, batch_axes = [], iter(range(rank))
    for axis in range(rank + len(offsets)):
        window = rank + windows.places.index(offsets.index(axis)) if axis in offsets else None
        arranged.append(next(batch_axes) if window is None else window)
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


def _fill(dtype: np.dtype[Any]) -> Any:
    """What JAX finds outside an array: NaN, the least signed or the largest unsigned integer, true."""
    if dtype.kind in "iu":
        return np.iinfo(dtype).min if dtype.kind == "i" else np.iinfo(dtype).max
    return True if dtype.kind == "b" else np.nan


def _scatter(combine: np.ufunc | None) -> Plan:
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


# Linear algebra


def _isolated(decompose: Callable[[Array], tuple[Array, ...]]) -> Callable[[Array], tuple[Array, ...]]:
    """The decomposition of a batch in which a matrix that has none gives NaN, and the others their own."""

    def run(a: Array) -> tuple[Array, ...]:
        try:
            return decompose(a)
        except np.linalg.LinAlgError:
            *batch, m, n = a.shape
            none = [np.full_like(part, np.nan) for part in decompose(np.eye(m, n, dtype=a.dtype))]
            if not batch:
                return tuple(none)
            parts = zip(*(run(matrix) for matrix in a.reshape(-1, m, n)), strict=True)
            return tuple(np.stack(part).reshape(*batch, *like.shape) for part, like in zip(parts, none, strict=True))

    return run


def _cholesky(_: Array, **_params: Any) -> Function:
    run = _isolated(lambda a: (np.linalg.cholesky(a),))
    return lambda a: run(a)[0]


def _eigh(_: Array, *, lower: bool, subset_by_index: Any = None, **_params: Any) -> Function | None:
    if subset_by_index is not None:
        return None
    if lower:
        return _isolated(lambda a: tuple(np.linalg.eigh(a, "L"))[::-1])
    return _isolated(lambda a: tuple(np.linalg.eigh(a, "U"))[::-1])


def _eig(
    a: Array, *, compute_left_eigenvectors: bool, compute_right_eigenvectors: bool, **_params: Any
) -> Function | None:
    dtype = np.result_type(a, np.complex64)
    if compute_left_eigenvectors:
        return None
    if compute_right_eigenvectors:
        return _isolated(lambda a: tuple(part.astype(dtype) for part in np.linalg.eig(a)))
    return _isolated(lambda a: (np.linalg.eigvals(a).astype(dtype),))


def _svd(
    _: Array, *, full_matrices: bool, compute_uv: bool, subset_by_index: Any = None, **_params: Any
) -> Function | None:
    if subset_by_index is not None:
        return None
    if not compute_uv:
        return _isolated(lambda a: (np.linalg.svd(a, compute_uv=False),))

    def decompose(a: Array) -> tuple[Array, ...]:
        U, s, Vh = np.linalg.svd(a, full_matrices=full_matrices)
        return s, U, Vh

    return _isolated(decompose)


def _qr(_: Array, *, full_matrices: bool, pivoting: bool = False, **_params: Any) -> Function | None:
    if pivoting:
        return None
    if full_matrices:
        return _isolated(lambda a: tuple(np.linalg.qr(a, mode="complete")))
    return _isolated(lambda a: tuple(np.linalg.qr(a, mode="reduced")))


def _permutation(swaps: Array, size: int) -> list[int]:
    """The order of rows after swapping row k with row ``swaps[k]``, for k = 0, 1, …."""
    order = list(range(size))
    for row, other in enumerate(swaps.tolist()):
        order[row], order[other] = order[other], order[row]
    return order


def _pivots_to_permutation(pivots: Array, *, permutation_size: int, **_params: Any) -> Function:
    def permute(pivots: Array) -> Array:
        rows = [_permutation(swaps, permutation_size) for swaps in pivots.reshape(-1, pivots.shape[-1])]
        return np.array(rows, pivots.dtype).reshape(*pivots.shape[:-1], permutation_size)

    return permute


def _lu(a: Array, **_params: Any) -> Function:
    """LU with partial pivoting: the packed factors, the row swaps, the permutation of rows."""
    from scipy.linalg import lapack  # type: ignore[import-untyped]

    (factorise,) = lapack.get_lapack_funcs(("getrf",), (a,))
    *batch, m, n = a.shape

    def decompose(a: Array) -> tuple[Array, Array, Array]:
        packed = np.empty((prod(batch), m, n), a.dtype)
        swaps = np.empty((prod(batch), min(m, n)), np.int32)
        for number, matrix in enumerate(a.reshape(-1, m, n)):
            packed[number], swaps[number], _ = factorise(matrix)
        order = np.array([_permutation(row, m) for row in swaps], np.int32)
        return packed.reshape(a.shape), swaps.reshape(*batch, -1), order.reshape(*batch, m)

    return decompose


def _triangular_solve(
    a: Array,
    b: Array,
    *,
    left_side: bool,
    lower: bool,
    transpose_a: bool,
    conjugate_a: bool,
    unit_diagonal: bool,
    **_params: Any,
) -> Function:
    """op(A) X = B or X op(A) = B for the triangle of A, op being nothing, transpose or conjugate."""
    from scipy.linalg import blas

    (solve,) = blas.get_blas_funcs(("trsm",), (a, b))
    operation = (2 if conjugate_a else 1) if transpose_a else 0
    conjugated = conjugate_a and not transpose_a
    # BLAS counts columns first: what it is given is Aᵀ and Bᵀ, so sides and triangles change places.
    options = {"side": left_side, "lower": not lower, "trans_a": operation, "diag": unit_diagonal}
    order, free = a.shape[-1], b.shape[-1 if left_side else -2]
    # Few right-hand sides at a time: for more, OpenBLAS starts threads, and on a busy machine waiting for
    # these takes a hundred times as long as the solve.
    width = max(1, 512 // order)
    cuts = [slice(first, first + width) for first in range(0, free, width)]
    parts = [(slice(None), cut) if left_side else (cut, slice(None)) for cut in cuts]

    def substitute(a: Array, b: Array) -> Array:
        flat = (np.conjugate(a) if conjugated else a).reshape(-1, order, order)
        right = b.reshape(-1, *b.shape[-2:])
        result = np.empty(right.shape, right.dtype)
        for matrix, given, found in zip(flat, right, result, strict=True):
            for part in parts:
                found[part] = solve(1.0, matrix.T, given[part].T, **options).T
        return result.reshape(b.shape)

    return substitute


# The table. First the primitives that move, choose or compare numbers, and so never round.

_EXACT: dict[str, Plan] = {
    "rem": _each(np.fmod),
    "neg": _each(np.negative),
    "abs": _each(np.abs),
    "sign": _each(np.sign),
    "max": _each(np.maximum),
    "min": _each(np.minimum),
    "clamp": _each(lambda low, x, high: np.minimum(np.maximum(x, low), high)),
    "floor": _each(np.floor),
    "ceil": _each(np.ceil),
    "round": _round,
    "nextafter": _each(np.nextafter),
    "real": _each(lambda z: z.real),
    "imag": _each(lambda z: z.imag),
    "complex": _each(_complex),
    "conj": _conj,
    "convert_element_type": _convert,
    "eq": _each(np.equal),
    "ne": _each(np.not_equal),
    "lt": _each(np.less),
    "le": _each(np.less_equal),
    "gt": _each(np.greater),
    "ge": _each(np.greater_equal),
    "eq_to": _each(_total_order(np.equal)),
    "lt_to": _each(_total_order(np.less)),
    "le_to": _each(_total_order(np.less_equal)),
    "and": _each(np.bitwise_and),
    "or": _each(np.bitwise_or),
    "xor": _each(np.bitwise_xor),
    "not": _each(np.invert),
    "is_finite": _each(np.isfinite),
    "select_n": _each(_select),
    "copy": _each(_same),
    "name": _each(_same),
    "stop_gradient": _each(_same),
    "optimization_barrier": _each(lambda *arrays: arrays),
    "dim_as_value": lambda *, dim, **_: lambda: np.asarray(dim, np.int64),
    "iota": _iota,
    "empty": lambda *, shape, dtype, **_: lambda: np.zeros(shape, dtype),
    "empty2": lambda *, dtype, **_: lambda: np.zeros((), dtype),
    "broadcast_in_dim": _broadcast,
    "reshape": _reshape,
    "squeeze": _squeeze,
    "transpose": _transpose,
    "rev": _rev,
    "tile": lambda *_, reps, **__: lambda a: np.tile(a, reps),
    "stack": lambda *_, axis, **__: lambda *arrays: np.stack(arrays, axis=axis),
    "unstack": lambda *_, axis, **__: lambda a: np.moveaxis(a, axis, 0),
    "concatenate": lambda *_, dimension, **__: lambda *arrays: np.concatenate(arrays, axis=dimension),
    "pad": _pad,
    "slice": _slice,
    "split": _split,
    "dynamic_slice": _dynamic_slice,
    "dynamic_update_slice": _each(_dynamic_update_slice),
    "gather": _gather,
    "scatter": _scatter(None),
    "scatter-min": _scatter(np.minimum),
    "scatter-max": _scatter(np.maximum),
    "reduce_max": _reduce(np.maximum),
    "reduce_min": _reduce(np.minimum),
    "reduce_and": _reduce(np.bitwise_and),
    "reduce_or": _reduce(np.bitwise_or),
    "reduce_xor": _reduce(np.bitwise_xor),
    "argmax": _arg(np.argmax),
    "argmin": _arg(np.argmin),
    "cummax": _cumulate(np.maximum),
    "cummin": _cumulate(np.minimum),
    "sort": _sort,
    "lu_pivots_to_permutation": _pivots_to_permutation,
}

_ROUNDING: dict[str, Plan] = {
    "add": _each(np.add),
    "add_any": _each(np.add),
    "sub": _each(np.subtract),
    "mul": _each(np.multiply),
    "div": _div,
    "square": _each(np.square),
    "integer_pow": _integer_pow,
    "pow": _each(np.power),
    "sqrt": _each(np.sqrt),
    "rsqrt": _each(lambda x: 1 / np.sqrt(x)),
    "cbrt": _each(np.cbrt),
    "exp": _each(np.exp),
    "exp2": _each(np.exp2),
    "expm1": _each(np.expm1),
    "log": _each(np.log),
    "log1p": _each(np.log1p),
    "logistic": _each(lambda x: 1 / (1 + np.exp(-x))),
    "sin": _each(np.sin),
    "cos": _each(np.cos),
    "tan": _each(np.tan),
    "asin": _each(np.arcsin),
    "acos": _each(np.arccos),
    "atan": _each(np.arctan),
    "atan2": _each(np.arctan2),
    "sinh": _each(np.sinh),
    "cosh": _each(np.cosh),
    "tanh": _each(np.tanh),
    "asinh": _each(np.arcsinh),
    "acosh": _each(np.arccosh),
    "atanh": _each(np.arctanh),
    "erf": _special("erf"),
    "erfc": _special("erfc"),
    "erf_inv": _special("erfinv"),
    "lgamma": _special("gammaln"),
    "digamma": _special("digamma"),
    "zeta": _special("zeta"),
    "reduce_precision": _reduce_precision,
    "scatter-add": _scatter(np.add),
    "scatter-sub": _scatter(np.subtract),
    "scatter-mul": _scatter(np.multiply),
    "reduce_sum": _reduce(np.add),
    "reduce_prod": _reduce(np.multiply),
    "cumsum": _cumulate(np.add),
    "cumprod": _cumulate(np.multiply),
    "cumlogsumexp": _cumulate(np.logaddexp),
    "dot_general": _dot_general,
    "cholesky": _cholesky,
    "eig": _eig,
    "eigh": _eigh,
    "lu": _lu,
    "qr": _qr,
    "svd": _svd,
    "triangular_solve": _triangular_solve,
}

PRIMITIVES: dict[str, Plan] = {**_EXACT, **_ROUNDING}
EXACT = frozenset(_EXACT)
