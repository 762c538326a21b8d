"""What each JAX primitive means in NumPy: one table, :data:`PRIMITIVES`.

A row plans a primitive once and the plan then runs many times. It is called with sample operands, of which
only shape and dtype matter, and with the primitive's parameters by keyword (symbolic dims already numbers);
``known`` says which operands are the same in every run, so that their values may be planned upon. It returns
the NumPy function of the operands, giving an array, or a sequence of arrays for a primitive of several
results; or ``None`` where these parameters have no NumPy meaning here. Results have the shape and dtype that
XLA's have. A draw without a result (a singular matrix, no convergence) gives NaN or infinity for that draw.

LU goes to the LAPACK routine that XLA calls on a CPU, through SciPy, which JAX itself requires; it is imported
only for that and the special functions.
"""

from __future__ import annotations

import numpy as np

from identities.primitives.arithmetic import (
    complex_number,
    conjugate,
    convert,
    divide,
    integer_power,
    reduce_precision,
    round_half,
    same,
    select,
    total_order,
)
from identities.primitives.arrays import (
    argument_of,
    broadcast,
    cumulate,
    cut,
    dot_general,
    dynamic_slice,
    dynamic_update_slice,
    iota,
    pad_with,
    reduce,
    reshape,
    reverse,
    sort_by,
    split,
    squeeze,
    transpose,
)
from identities.primitives.linear_algebra import (
    cholesky,
    eig,
    eigh,
    lu,
    pivots_to_permutation,
    qr,
    svd,
    triangular_solve,
)
from identities.primitives.plan import Array, Each, Function, Plan, special
from identities.primitives.windows import gather, scatter_with

__all__ = ["EXACT", "PRIMITIVES", "SIZELESS", "Array", "Function", "Plan"]

# The table. First the primitives that move, choose or compare numbers, and so never round.

_EXACT: dict[str, Plan] = {
    "rem": Each(np.fmod),
    "neg": Each(np.negative),
    "abs": Each(np.abs),
    "sign": Each(np.sign),
    "max": Each(np.maximum),
    "min": Each(np.minimum),
    "clamp": Each(lambda low, x, high: np.minimum(np.maximum(x, low), high)),
    "floor": Each(np.floor),
    "ceil": Each(np.ceil),
    "round": round_half,
    "nextafter": Each(np.nextafter),
    "real": Each(lambda z: z.real),
    "imag": Each(lambda z: z.imag),
    "complex": Each(complex_number),
    "conj": conjugate,
    "convert_element_type": convert,
    "eq": Each(np.equal),
    "ne": Each(np.not_equal),
    "lt": Each(np.less),
    "le": Each(np.less_equal),
    "gt": Each(np.greater),
    "ge": Each(np.greater_equal),
    "eq_to": Each(total_order(np.equal)),
    "lt_to": Each(total_order(np.less)),
    "le_to": Each(total_order(np.less_equal)),
    "and": Each(np.bitwise_and),
    "or": Each(np.bitwise_or),
    "xor": Each(np.bitwise_xor),
    "not": Each(np.invert),
    "is_finite": Each(np.isfinite),
    "select_n": Each(select),
    "copy": Each(same),
    "name": Each(same),
    "stop_gradient": Each(same),
    "optimization_barrier": Each(lambda *arrays: arrays),
    "dim_as_value": lambda *, dim, **_: lambda: np.asarray(dim, np.int64),
    "iota": iota,
    "empty": lambda *, shape, dtype, **_: lambda: np.zeros(shape, dtype),
    "empty2": lambda *, dtype, **_: lambda: np.zeros((), dtype),
    "broadcast_in_dim": broadcast,
    "reshape": reshape,
    "squeeze": squeeze,
    "transpose": transpose,
    "rev": reverse,
    "tile": lambda *_, reps, **__: lambda a: np.tile(a, reps),
    "stack": lambda *_, axis, **__: lambda *arrays: np.stack(arrays, axis=axis),
    "unstack": lambda *_, axis, **__: lambda a: np.moveaxis(a, axis, 0),
    "concatenate": lambda *_, dimension, **__: lambda *arrays: np.concatenate(arrays, axis=dimension),
    "pad": pad_with,
    "slice": cut,
    "split": split,
    "dynamic_slice": dynamic_slice,
    "dynamic_update_slice": Each(dynamic_update_slice),
    "gather": gather,
    "scatter": scatter_with(None),
    "scatter-min": scatter_with(np.minimum),
    "scatter-max": scatter_with(np.maximum),
    "reduce_max": reduce(np.maximum),
    "reduce_min": reduce(np.minimum),
    "reduce_and": reduce(np.bitwise_and),
    "reduce_or": reduce(np.bitwise_or),
    "reduce_xor": reduce(np.bitwise_xor),
    "argmax": argument_of(np.argmax),
    "argmin": argument_of(np.argmin),
    "cummax": cumulate(np.maximum),
    "cummin": cumulate(np.minimum),
    "sort": sort_by,
    "lu_pivots_to_permutation": pivots_to_permutation,
}

_ROUNDING: dict[str, Plan] = {
    "add": Each(np.add),
    "add_any": Each(np.add),
    "sub": Each(np.subtract),
    "mul": Each(np.multiply),
    "div": divide,
    "square": Each(np.square),
    "integer_pow": integer_power,
    "pow": Each(np.power),
    "sqrt": Each(np.sqrt),
    "rsqrt": Each(lambda x: 1 / np.sqrt(x)),
    "cbrt": Each(np.cbrt),
    "exp": Each(np.exp),
    "exp2": Each(np.exp2),
    "expm1": Each(np.expm1),
    "log": Each(np.log),
    "log1p": Each(np.log1p),
    "logistic": Each(lambda x: 1 / (1 + np.exp(-x))),
    "sin": Each(np.sin),
    "cos": Each(np.cos),
    "tan": Each(np.tan),
    "asin": Each(np.arcsin),
    "acos": Each(np.arccos),
    "atan": Each(np.arctan),
    "atan2": Each(np.arctan2),
    "sinh": Each(np.sinh),
    "cosh": Each(np.cosh),
    "tanh": Each(np.tanh),
    "asinh": Each(np.arcsinh),
    "acosh": Each(np.arccosh),
    "atanh": Each(np.arctanh),
    "erf": special("erf"),
    "erfc": special("erfc"),
    "erf_inv": special("erfinv"),
    "lgamma": special("gammaln"),
    "digamma": special("digamma"),
    "zeta": special("zeta"),
    "reduce_precision": reduce_precision,
    "scatter-add": scatter_with(np.add),
    "scatter-sub": scatter_with(np.subtract),
    "scatter-mul": scatter_with(np.multiply),
    "reduce_sum": reduce(np.add),
    "reduce_prod": reduce(np.multiply),
    "cumsum": cumulate(np.add),
    "cumprod": cumulate(np.multiply),
    "cumlogsumexp": cumulate(np.logaddexp),
    "dot_general": dot_general,
    "cholesky": cholesky,
    "eig": eig,
    "eigh": eigh,
    "lu": lu,
    "qr": qr,
    "svd": svd,
    "triangular_solve": triangular_solve,
}

PRIMITIVES: dict[str, Plan] = {**_EXACT, **_ROUNDING}
EXACT = frozenset(_EXACT)

# Those whose function follows from parameters, dtypes and ranks, whatever the sizes of the operands.
SIZELESS = frozenset(
    {
        *(name for name, plan in PRIMITIVES.items() if isinstance(plan, Each)),
        *(name for name in PRIMITIVES if name.startswith("reduce_") and name != "reduce_precision"),
        "concatenate",
        "convert_element_type",
        "div",
        "dot_general",
        "integer_pow",
        "transpose",
    }
)
