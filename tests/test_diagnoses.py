"""Wrong claims of the kinds that people make: what is said of each is what a mathematician says.

A row is the claim, its variables, f, the wrong closed form, the kind of diagnosis, the true closed form (any formula
equal to it is as good, None where the wrong one is near no true one but f itself), and the hypotheses under which the
wrong one is true.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from identities.catalogue import read_text
from identities.checking import stream
from identities.verdict import Diagnosis, Verdict


class Row(NamedTuple):
    claim: str
    where: str
    f: str
    wrong: str
    kind: str
    right: str | None
    when: tuple[str, ...] = ()


T, L, S, F = "transposed", "layout", "sign", "factor"
H, R, X, U = "missing-hypothesis", "repaired", "shape", "unknown"

# fmt: off
ROWS = [Row(*row) for row in (
    # ---- a lost or a spare transpose
    ("gradient x", "a: n, A: n×n, x: n", "aᵀAx", "Aa", H, "Aᵀa", ("A symmetric",)),
    ("gradient X", "A: n×n, X: n×n", "tr(XAXᵀ)", "2XA", H, "XA + XAᵀ", ("A symmetric",)),
    ("gradient W", "W: m×n, x: n, b: m, y: m", "½ ‖Wx + b − y‖²", "x(Wx + b − y)ᵀ", T, "(Wx + b − y)xᵀ"),
    ("gradient X", "a: m, b: n, X: m×n", "aᵀXb", "baᵀ", T, "abᵀ"),
    ("gradient X", "a: n, b: n, X: n×n", "aᵀXᵀb", "abᵀ", T, "baᵀ"),
    ("gradient x", "A: n×n, x: n, b: n", "‖Ax − b‖²", "2A(Ax − b)", H, "2Aᵀ(Ax − b)", ("A symmetric",)),
    ("gradient X", "X: n×n invertible", "log(det(X)²)", "2X⁻¹", T, "2X⁻ᵀ", ("X symmetric",)),
    ("gradient X", "X: n×n invertible", "det(X)", "det(X) X⁻¹", T, "det(X) X⁻ᵀ", ("X symmetric",)),
    ("gradient X", "X: m×n full-column-rank", "log det(XᵀX)", "2(XᵀX)⁻¹Xᵀ", T, "2X(XᵀX)⁻¹"),
    ("gradient X", "A: m×n, X: n×n invertible, B: n×m", "tr(AX⁻¹B)", "−X⁻¹BAX⁻¹", T, "−(X⁻¹BAX⁻¹)ᵀ"),
    ("gradient X", "X: n×n", "tr(X⁴)", "4X³", T, "4(X³)ᵀ", ("X symmetric",)),
    ("equals", "A: n×n, B: n×n", "(AB)ᵀ", "AᵀBᵀ", R, "BᵀAᵀ"),
    ("gradient X", "A: n×n, X: n×n", "tr(AXᵀ)", "Aᵀ", T, "A", ("A symmetric",)),
    ("equals", "A: n×n, B: n×n", "tr(AᵀB)", "tr(AB)", H, "sum(A ⊙ B)", ("A symmetric", "B symmetric")),
    # ---- a factor, where the true derivative of one number, or of a singular product, is 0 but for rounding
    ("hessian x", "x: n", "‖x‖", "3(I − xxᵀ/‖x‖²)/‖x‖", F, "(I − xxᵀ/‖x‖²)/‖x‖"),
    ("gradient x", "a: n, x: n", "aᵀx/(‖a‖ ‖x‖)", "2(a/(‖a‖ ‖x‖) − (aᵀx/(‖a‖ ‖x‖³)) x)", F,
     "a/(‖a‖ ‖x‖) − (aᵀx/(‖a‖ ‖x‖³)) x"),
    ("gradient X", "A: p×m, X: m×n, B: n×p", "det(AXB)", "2det(AXB) Aᵀ(AXB)⁻ᵀ Bᵀ", F, "det(AXB) Aᵀ(AXB)⁻ᵀ Bᵀ"),
    # ---- 2Ax for xᵀAx, and its relatives
    ("gradient x", "A: n×n, x: n", "xᵀAx", "2Ax", H, "(A + Aᵀ)x", ("A symmetric",)),
    ("gradient x", "A: n×n, x: n, b: n", "xᵀAx + bᵀx", "2Ax + b", H, "(A + Aᵀ)x + b", ("A symmetric",)),
    ("gradient x", "A: n×n, x: n", "exp(−½ xᵀAx)", "−exp(−½ xᵀAx) Ax", H, "−½ exp(−½ xᵀAx) (A + Aᵀ)x",
     ("A symmetric",)),
    ("gradient x", "S: n×n invertible, x: n, u: n", "(x − u)ᵀS⁻¹(x − u)", "2S⁻¹(x − u)", H, "(S⁻¹ + S⁻ᵀ)(x − u)",
     ("S symmetric",)),
    ("differential", "A: n×n, x: n", "xᵀAx", "2xᵀA dx", H, "xᵀ(A + Aᵀ) dx", ("A symmetric",)),
    ("gradient X", "A: n×n, X: n×m, B: m×m", "tr(XᵀAXB)", "2AXB", H, "AXB + AᵀXBᵀ", ("A and B symmetric",)),
    ("gradient X", "A: n×n, X: n×m", "tr(XᵀAX)", "2AX", H, "(A + Aᵀ)X", ("A symmetric",)),
    ("gradient x", "A: n×n, x: n", "xᵀAx", "Ax", R, "(A + Aᵀ)x"),
    # ---- Hessians that are not symmetrised
    ("hessian x", "A: n×n, x: n", "xᵀAx", "2A", H, "A + Aᵀ", ("A symmetric",)),
    ("hessian x", "A: n×n, x: n", "xᵀAx", "A", R, "A + Aᵀ"),
    ("hessian X", "A: n×n, X: n×m", "tr(XᵀAX)", "2 (I(m) ⊗ A)", H, "I(m) ⊗ (A + Aᵀ)", ("A symmetric",)),
    ("hessian x", "a: n, b: n, x: n", "(aᵀx)(bᵀx)", "abᵀ", R, "abᵀ + baᵀ"),
    ("hessian x", "A: m×n, x: n, b: m", "½ ‖Ax − b‖²", "AAᵀ", X, "AᵀA"),
    ("second_differential", "A: n×n, x: n", "xᵀAx", "dxᵀ A dx", F, "2 dxᵀ A dx"),
    ("second_differential", "A: n×n, X: n×n", "tr(AX²)", "tr(A dX dX)", F, "2 tr(A dX dX)"),
    # ---- a factor
    ("gradient x", "x: n, y: n", "‖x − y‖²", "x − y", F, "2(x − y)"),
    ("gradient x", "A: m×n, x: n, b: m", "½ ‖Ax − b‖²", "2Aᵀ(Ax − b)", F, "Aᵀ(Ax − b)"),
    ("gradient X", "X: m×n", "‖X‖_F²", "X", F, "2X"),
    ("derivative t", "t: scalar", "t⁴", "t³", F, "4t³"),
    ("gradient w", "X: m×n, w: n, y: m, λ: scalar", "½ ‖Xw − y‖² + ½ λ ‖w‖²", "Xᵀ(Xw − y) + 2λw", R,
     "Xᵀ(Xw − y) + λw"),
    ("hessian x", "x: n", "½ ‖x‖²", "2I", F, "I"),
    ("jacobian x", "x: n", "x⊙²", "diag(x)", F, "2 diag(x)"),
    ("second_differential", "X: n×n invertible", "X⁻¹", "X⁻¹ dX X⁻¹ dX X⁻¹", F, "2 X⁻¹ dX X⁻¹ dX X⁻¹"),
    ("gradient x", "x: n nonzero", "‖x‖", "2x/‖x‖", F, "x/‖x‖"),
    ("derivative t", "t: scalar, x: n, y: n", "‖x + ty‖²", "yᵀ(x + ty)", F, "2yᵀ(x + ty)"),
    ("equals", "x: n, y: n", "‖x + y‖²", "‖x‖² + xᵀy + ‖y‖²", R, "‖x‖² + 2xᵀy + ‖y‖²"),
    ("equals", "A: m×n, B: m×n", "‖A + B‖_F²", "‖A‖_F² + tr(AᵀB) + ‖B‖_F²", R, "‖A‖_F² + 2 tr(AᵀB) + ‖B‖_F²"),
    ("gradient x", "x: n nonzero", "‖x‖", "x", H, "x/‖x‖", ("x unit",)),
    # ---- a sign
    ("gradient X", "X: n×n invertible", "tr(X⁻¹)", "(X⁻²)ᵀ", S, "−(X⁻²)ᵀ"),
    ("differential", "X: n×n invertible", "X⁻¹", "X⁻¹ dX X⁻¹", S, "−X⁻¹ dX X⁻¹"),
    ("gradient x", "A: m×n, x: n, b: m", "‖b − Ax‖²", "2Aᵀ(b − Ax)", S, "−2Aᵀ(b − Ax)"),
    ("jacobian X", "X: n×n invertible", "X⁻¹", "X⁻ᵀ ⊗ X⁻¹", S, "−(X⁻ᵀ ⊗ X⁻¹)"),
    ("pullback A", "A: n×n invertible, b: n", "A⁻¹b", "A⁻ᵀ f̄ (A⁻¹b)ᵀ", S, "−A⁻ᵀ f̄ (A⁻¹b)ᵀ"),
    ("derivative t", "t: scalar", "exp(−t²)", "2t exp(−t²)", S, "−2t exp(−t²)"),
    ("differential", "A: m×n, B: m×n", "A ⊙ B", "dA ⊙ B − A ⊙ dB", R, "dA ⊙ B + A ⊙ dB"),
    ("gradient S", "S: n×n det-positive", "−½ log det S", "½ S⁻ᵀ", S, "−½ S⁻ᵀ"),
    ("entries X[i,j]", "X: n×n invertible", "X⁻¹", "(X⁻¹)[k,i] (X⁻¹)[j,l]", S, "−(X⁻¹)[k,i] (X⁻¹)[j,l]"),
    ("gradient X", "X: n×n invertible, A: n×n", "tr(X⁻¹A)", "X⁻ᵀAᵀX⁻ᵀ", S, "−X⁻ᵀAᵀX⁻ᵀ"),
    ("equals", "A: n×n invertible, u: n, v: n", "(A + uvᵀ)⁻¹", "A⁻¹ + A⁻¹uvᵀA⁻¹/(1 + vᵀA⁻¹u)", R,
     "A⁻¹ − A⁻¹uvᵀA⁻¹/(1 + vᵀA⁻¹u)"),
    ("gradient x", "A: m×n, x: n", "𝟏ᵀtanh(Ax)", "Aᵀ(𝟏 − tanh(Ax))", R, "Aᵀ(𝟏 − tanh(Ax)⊙²)"),
    # ---- the other layout
    ("gradient x", "a: n, x: n", "aᵀx", "aᵀ", L, "a"),
    ("gradient x", "A: n×n symmetric, x: n", "xᵀAx", "2xᵀA", L, "2Ax"),
    ("jacobian x", "A: m×n, x: n", "Ax", "Aᵀ", L, "A"),
    ("jacobian x", "W: m×n, x: n, b: m", "tanh(Wx + b)", "Wᵀ diag(𝟏 − tanh(Wx + b)⊙²)", L,
     "diag(𝟏 − tanh(Wx + b)⊙²) W"),
    ("hessian x, y", "A: n×m, x: n, y: m", "xᵀAy", "Aᵀ", L, "A"),
    ("jacobian x", "a: n, x: n", "aᵀx", "a", L, "aᵀ"),
    ("jacobian x", "A: m×n, B: p×m, x: n", "BAx", "AᵀBᵀ", L, "BA"),
    ("jacobian x", "A: m×n, x: n", "exp(Ax)", "Aᵀ diag(exp(Ax))", L, "diag(exp(Ax)) A"),
    # ---- the order of factors
    ("gradient X", "A: n×n, X: n×n, B: n×n", "tr(AXB)", "BᵀAᵀ", R, "AᵀBᵀ"),
    ("differential", "X: n×n", "X²", "2X dX", R, "X dX + dX X"),
    ("differential", "A: n×n, B: n×n", "AB", "B dA + A dB", R, "dA B + A dB"),
    ("equals", "A: m×n, X: n×p, B: p×q", "vec(AXB)", "(A ⊗ Bᵀ) vec(X)", R, "(Bᵀ ⊗ A) vec(X)"),
    ("jacobian X", "A: m×n, X: n×p, B: p×q", "AXB", "A ⊗ Bᵀ", R, "Bᵀ ⊗ A"),
    ("pullback B", "A: m×n, B: n×p", "AB", "f̄ᵀA", T, "Aᵀf̄"),
    ("pullback A", "A: n×n, B: n×n", "AB", "Bᵀf̄", R, "f̄Bᵀ"),
    ("gradient A", "A: n×n invertible, b: n, c: n", "cᵀA⁻¹b", "−A⁻ᵀbcᵀA⁻ᵀ", R, "−A⁻ᵀcbᵀA⁻ᵀ"),
    ("equals", "A: n×n invertible, B: n×n invertible", "(AB)⁻¹", "A⁻¹B⁻¹", R, "B⁻¹A⁻¹"),
    ("equals", "A: n×n, B: n×n, C: n×n", "tr(ABC)", "tr(ACB)", R, "tr(BCA)"),
    ("equals", "A: m×m, B: n×n", "(A ⊗ B)ᵀ", "Bᵀ ⊗ Aᵀ", R, "Aᵀ ⊗ Bᵀ"),
    ("equals", "x: m, y: n", "vec(xyᵀ)", "x ⊗ y", R, "y ⊗ x"),
    ("jacobian x", "A: n×n, x: n", "exp(Ax)", "A diag(exp(Ax))", R, "diag(exp(Ax)) A"),
    ("entries X[i,j]", "X: n×n invertible", "X⁻¹", "−(X⁻¹)[i,k] (X⁻¹)[j,l]", H, "−(X⁻¹)[k,i] (X⁻¹)[j,l]",
     ("X symmetric",)),
    ("equals", "A: n×n invertible, u: n, v: n", "det(A + uvᵀ)", "det(A) (1 + uᵀA⁻¹v)", H, "det(A) (1 + vᵀA⁻¹u)",
     ("A symmetric",)),
    # ---- the inverse transpose
    ("gradient X", "X: n×n det-positive", "log det X", "X⁻¹", T, "X⁻ᵀ", ("X symmetric",)),
    ("gradient X", "X: n×n det-positive", "log det X", "Xᵀ", R, "X⁻ᵀ"),
    ("gradient X", "X: n×n det-positive, A: n×n", "tr(AX) − log det X", "Aᵀ − X⁻¹", H, "Aᵀ − X⁻ᵀ", ("X symmetric",)),
    ("gradient S", "S: n×n det-positive, M: n×n", "log det S + tr(S⁻¹M)", "S⁻¹ − S⁻¹MS⁻¹", T, "S⁻ᵀ − S⁻ᵀMᵀS⁻ᵀ",
     ("S and M symmetric",)),
    ("pullback X", "X: n×n invertible", "X⁻¹", "−X⁻¹ f̄ X⁻¹", H, "−X⁻ᵀ f̄ X⁻ᵀ", ("X symmetric",)),
    # ---- a term or a factor that was lost
    ("gradient x", "A: n×n symmetric, x: n nonzero", "xᵀAx/(xᵀx)", "2Ax/(xᵀx)", R,
     "2Ax/(xᵀx) − 2 (xᵀAx) x/(xᵀx)²"),
    ("jacobian x", "a: n, x: n", "(aᵀx) x", "(aᵀx) I", R, "(aᵀx) I + xaᵀ"),
    ("gradient X", "A: n×n, X: n×n, B: n×n", "tr(AXBXᵀ)", "AᵀXBᵀ", R, "AᵀXBᵀ + AXB"),
    ("hessian x", "x: n", "‖x‖⁴", "4 ‖x‖² I", R, "4 ‖x‖² I + 8xxᵀ"),
    ("gradient w", "X: m×n, w: n, y: m, λ: scalar", "‖Xw − y‖² + λ ‖w‖²", "2Xᵀ(Xw − y)", R, "2Xᵀ(Xw − y) + 2λw"),
    ("differential", "X: n×n invertible", "det(X)", "tr(X⁻¹ dX)", R, "det(X) tr(X⁻¹ dX)"),
    ("pullback X", "X: n×n invertible", "det(X)", "f̄ X⁻ᵀ", R, "f̄ det(X) X⁻ᵀ"),
    ("equals", "x: n, y: n", "‖x + y‖²", "‖x‖² + ‖y‖²", R, "‖x‖² + 2xᵀy + ‖y‖²"),
    ("gradient x", "x: n", "exp(xᵀx)", "exp(xᵀx) x", F, "2 exp(xᵀx) x"),
    ("jacobian x", "A: n×n, x: n", "exp(Ax)", "diag(exp(Ax))", R, "diag(exp(Ax)) A"),
    # ---- another variable
    ("gradient y", "x: n, y: n, A: n×n", "xᵀAy", "Ay", R, "Aᵀx"),
    ("gradient b", "A: m×n, x: n, b: m", "½ ‖Ax − b‖²", "Aᵀ(Ax − b)", X, "b − Ax"),
    ("gradient x", "x: n, y: n, A: n×n", "xᵀAy", "Ax", R, "Ay"),
    ("gradient A", "A: n×n, x: n, y: n", "yᵀAx", "xxᵀ", R, "yxᵀ"),
    ("gradient X", "X: m×n, Y: m×n", "tr(XᵀY)", "X", R, "Y"),
    ("pullback B", "A: n×n, B: n×n", "AB", "Bᵀf̄", R, "Aᵀf̄"),
    ("gradient x", "g: ℝ → ℝ, a: n, x: n", "g(aᵀx)", "g'(aᵀx) x", R, "g'(aᵀx) a"),
    ("jacobian x", "A: n×n, x: n", "exp(Ax)", "diag(exp(x)) A", R, "diag(exp(Ax)) A"),
    # ---- Hadamard for product, and the other way round
    ("gradient X", "A: m×n, X: m×n", "sum(A ⊙ X)", "A ⊙ X", R, "A"),
    ("differential", "A: n×n, B: n×n", "A ⊙ B", "dA B + A dB", R, "dA ⊙ B + A ⊙ dB"),
    ("pullback A", "A: n×n, B: n×n", "A ⊙ B", "f̄ B", R, "f̄ ⊙ B"),
    ("pullback X", "X: m×n", "XXᵀ", "2 f̄ X", R, "(f̄ + f̄ᵀ)X"),
    ("pullback x", "x: n", "exp(x)", "f̄ exp(x)ᵀ", X, "f̄ ⊙ exp(x)"),
    ("gradient x", "x: n", "𝟏ᵀ x⊙³", "3x", R, "3x⊙²"),
    # ---- traces, sums and ones
    ("equals", "A: n×n, B: n×n", "tr(AB)", "tr(A) tr(B)", U, None),
    ("equals", "A: n×n, B: n×n", "det(A + B)", "det(A) + det(B)", U, None),
    ("gradient X", "X: n×n", "tr(X)", "𝟏𝟏ᵀ", R, "I"),
    ("gradient X", "X: n×n", "sum(X)", "I", R, "𝟏𝟏ᵀ"),
    ("equals", "α: scalar, A: n×n", "det(αA)", "α det(A)", R, "αⁿ det(A)"),
    ("equals", "A: n×n", "tr(AᵀA)", "tr(A²)", H, "‖A‖_F²", ("A symmetric",)),
    # ---- a wrong shape
    ("gradient x", "x: n", "‖x‖²", "2xᵀx", X, "2x"),
    ("gradient X", "X: n×n", "tr(X)", "1", X, "I"),
    ("jacobian X", "A: m×n, X: n×p", "AX", "A", X, "I(p) ⊗ A"),
    ("hessian x", "x: n", "‖x‖²", "2", X, "2I"),
    ("jacobian x", "x: n", "exp(x)", "exp(x)", X, "diag(exp(x))"),
    ("jacobian x", "a: n, x: n", "a ⊙ x", "a", X, "diag(a)"),
    ("jacobian x", "A: m×n, x: n", "‖Ax‖²", "2AᵀAx", L, "2xᵀAᵀA"),
    # ---- a hypothesis that is missing
    ("equals", "A: n×n invertible", "A⁻¹", "Aᵀ", H, None, ("A orthogonal",)),
    ("equals", "A: n×n", "Aᵀ", "A", T, None, ("A symmetric",)),
    ("equals", "A: n×n", "A²", "A", H, None, ("A idempotent",)),
    ("equals", "x: n", "‖x‖²", "1", H, None, ("x unit",)),
    ("equals", "x: n", "‖x‖₁", "sum(x)", H, None, ("x positive",)),
    ("equals", "Q: n×n, x: n", "‖Qx‖²", "‖x‖²", H, None, ("Q orthogonal",)),
    ("gradient x", "Q: n×n, x: n", "‖Qx‖²", "2x", H, "2QᵀQx", ("Q orthogonal",)),
    # ---- softmax, log-sum-exp and their like
    ("pullback z", "z: n", "softmax(z)", "softmax(z) ⊙ f̄", R, "softmax(z) ⊙ f̄ − softmax(z) (softmax(z)ᵀf̄)"),
    ("gradient x", "x: n", "log(𝟏ᵀ exp(x))", "exp(x)", R, "softmax(x)"),
    ("jacobian x", "x: n", "softmax(x)", "diag(softmax(x))", R, "diag(softmax(x)) − softmax(x) softmax(x)ᵀ"),
    ("jacobian x", "x: n", "softmax(x)", "softmax(x) softmax(x)ᵀ − diag(softmax(x))", S,
     "diag(softmax(x)) − softmax(x) softmax(x)ᵀ"),
    ("hessian x", "x: n", "log(𝟏ᵀ exp(x))", "diag(softmax(x)) + softmax(x) softmax(x)ᵀ", R,
     "diag(softmax(x)) − softmax(x) softmax(x)ᵀ"),
    ("gradient z", "z: n, y: n probability", "−yᵀ log(softmax(z))", "y − softmax(z)", S, "softmax(z) − y"),
    ("gradient z", "z: n, y: n probability", "−yᵀ log(softmax(z))", "softmax(z)", R, "softmax(z) − y"),
    ("derivative t", "t: scalar", "sigmoid(t)", "sigmoid(t) (1 + sigmoid(t))", R, "sigmoid(t) (1 − sigmoid(t))"),
    ("derivative t", "t: scalar", "tanh(t)", "1 − tanh(t)", R, "1 − tanh(t)²"),
    # ---- pullbacks without the transpose
    ("pullback x", "A: n×n, x: n", "Ax", "Af̄", H, "Aᵀf̄", ("A symmetric",)),
    ("pullback A", "A: n×n, B: n×n", "AB", "f̄ B", H, "f̄ Bᵀ", ("B symmetric",)),
    ("pullback X", "A: n×n, X: n×n, B: n×n", "AXB", "A f̄ B", H, "Aᵀ f̄ Bᵀ", ("A and B symmetric",)),
    ("pullback X", "X: n×n", "X²", "Xf̄ + f̄X", H, "Xᵀf̄ + f̄Xᵀ", ("X symmetric",)),
    ("pullback X", "X: m×n", "XᵀX", "2Xf̄", R, "X(f̄ + f̄ᵀ)"),
    # ---- extremes
    ("minimizer x", "A: n×n spd, x: n, b: n", "½ xᵀAx − bᵀx", "Ab", R, "A⁻¹b"),
    ("minimizer w", "X: m×n full-column-rank, w: n, y: m", "‖Xw − y‖²", "XᵀXXᵀy", R, "(XᵀX)⁻¹Xᵀy"),
    ("minimizer w", "X: m×n, w: n, y: m, λ: scalar positive", "‖Xw − y‖² + λ ‖w‖²", "(XᵀX + I)⁻¹Xᵀy", R,
     "(XᵀX + λ I)⁻¹Xᵀy"),
    ("minimizer x", "x: n, a: n, b: n", "‖x − a‖² + ‖x − b‖²", "a + b", R, "½ (a + b)"),
    ("minimizer x", "x: n, b: n", "‖x − b‖²", "bᵀ", L, "b"),
    ("maximizer x", "A: n×n spd, x: n, b: n", "bᵀx − ½ xᵀAx", "½ A⁻¹b", R, "A⁻¹b"),
)]

# What is said of these is less than it could be.
MISSED = [Row(*row) for row in (
    ("differential", "X: n×n", "X³", "dX X² + X² dX", R, "dX X² + X dX X + X² dX"),
    ("equals", "Q: n×n", "QᵀQ", "I", H, None, ("Q orthogonal",)),
    ("equals", "A: n×n, x: n", "xᵀAx", "0", H, None, ("A skew",)),
    ("derivative t", "t: scalar", "abs(t)", "1", H, "sign(t)", ("t positive",)),
    ("gradient x", "x: n", "‖x‖₁", "𝟏", H, "sign(x)", ("x positive",)),
    ("equals", "A: n×n, B: n×n", "AB", "BA", U, None),
)]
# fmt: on

ENOUGH = 0.9
LONGER = 8  # characters that a suggestion may have more than the true form that a mathematician writes


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def entry(number: int, row: Row, closed_form: str) -> str:
    kind, _, wrt = row.claim.partition(" ")
    form = f"\n      {quoted(wrt)}: {quoted(closed_form)}" if wrt else f" {quoted(closed_form)}"
    return f"  - id: row-{number}\n    where: {{{row.where}}}\n    f: {quoted(row.f)}\n    {kind}:{form}\n"


def verdicts(rows: list[tuple[Row, str]]) -> list[Verdict]:
    """Those on the claims of rows with other closed forms."""
    text = "format: 1\ntitle: T\nidentities:\n" + "".join(entry(n, *row) for n, row in enumerate(rows))
    identities, problems = read_text(text, "t.yaml")
    assert not problems, problems
    return list(stream(identities))


def diagnosed(rows: list[Row]) -> list[tuple[Row, Verdict, Diagnosis]]:
    found = []
    for row, verdict in zip(rows, verdicts([(row, row.wrong) for row in rows]), strict=True):
        assert verdict.verdict == "refuted", (row, verdict.message)
        assert verdict.diagnosis is not None, row
        found.append((row, verdict, verdict.diagnosis))
    return found


def is_right(row: Row, found: Diagnosis) -> bool:
    """Whether the diagnosis is the one expected; that a suggestion is true is for the check to say."""
    return (found.kind, bool(found.suggestion), {*found.holds_when}) == (row.kind, bool(row.right), {*row.when})


@pytest.fixture(scope="module")
def all_diagnosed() -> list[tuple[Row, Verdict, Diagnosis]]:
    return diagnosed(ROWS)


def test_the_diagnosis_of_every_row_is_what_a_mathematician_says(
    all_diagnosed: list[tuple[Row, Verdict, Diagnosis]],
) -> None:
    wrong = [f"{row}: {verdict.message}" for row, verdict, found in all_diagnosed if not is_right(row, found)]
    assert wrong == []


def test_what_is_missed_is_known_and_little() -> None:
    assert [row for row, _, found in diagnosed(MISSED) if is_right(row, found)] == []
    assert len(ROWS) >= ENOUGH * (len(ROWS) + len(MISSED))


def test_every_suggestion_is_true_and_no_longer_than_the_truth(
    all_diagnosed: list[tuple[Row, Verdict, Diagnosis]],
) -> None:
    offered = [(row, found.suggestion) for row, _, found in all_diagnosed if found.suggestion]
    known = {(row, row.right) for row in (*ROWS, *MISSED) if row.right}  # so is the table
    found = verdicts(list(dict.fromkeys([*offered, *known])))
    assert [v.message for v in found if v.verdict != "verified"] == []
    assert [text for row, text in offered if row.right and len(text) > len(row.right) + LONGER] == []
