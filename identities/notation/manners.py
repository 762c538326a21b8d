"""Tree → text as somebody else writes: in the spelling, with the signs and the fonts, of texts that are there already.

It is a guess: whether the text says what the tree does is found out by reading it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from identities.expression import Apply, Expr, Number
from identities.notation.typeset import ATOM, LATEX, MIXED, POSTFIX, PRODUCT, SUM, UNICODE, Printer

IsScalar = Callable[[Expr], bool]
Leaf = Callable[[str], str]

# What tells a spelling, looked for in this order. A text without any of it, such as 2Ax, could be in each.
SIGNS = {
    "latex": re.compile(r"\\[A-Za-z|]|[\^_]\{"),
    "numpy": re.compile(r"@|\.T\b|\bj?np\.|\bnumpy\."),
    "unicode": re.compile("[^\x00-\x7f]"),
    "matlab": re.compile(r"'\s*\*|[A-Za-z0-9)]\s*\*\s*[A-Za-z(]"),
    "ascii": re.compile(r"['^]|\.\*|\binv\("),
}
TEX_T = r"\\top|\\intercal|\\(?:mathsf|mathrm|text)\s*(?:\{\s*T\s*\}|T(?![A-Za-z]))|T(?![A-Za-z])"
RAISED_T = re.compile(rf"\^\s*(?:\{{\s*({TEX_T})\s*\}}|({TEX_T})(?![A-Za-z]))")
TEX_WORD = re.compile(r"\\(?:operatorname\*?|mathrm|text|textrm|mathop)\s*\{\s*(?:\\rm\s+)?([A-Za-z]+)\s*\}")
TEX_COMMAND = re.compile(r"\\([A-Za-z]+)(?![A-Za-z{])")
NUMPY = {
    "tr": "trace", "det": "linalg.det", "inverse": "linalg.inv", "pinv": "linalg.pinv", "norm": "linalg.norm",
    "norm_F": "linalg.norm", "kronecker": "kron", "diag": "diag", "sum": "sum", "sqrt": "sqrt",
}  # fmt: skip


def written(tree: Expr, leaves: Mapping[str, str], texts: Sequence[str], is_scalar: IsScalar) -> str:
    """The formula in the spelling of the first of the texts that tells one.

    ``leaves`` says how variables are written there, ``is_scalar`` which phrases code multiplies with ``*``.
    """
    found = (name for text in texts for name, sign in SIGNS.items() if sign.search(text))
    around = "\n".join(texts)
    manner = next(found, "unicode")
    if manner == "latex":
        return latex_like(tree, leaves, texts)
    if manner == "unicode":
        said = Printer(replace(UNICODE, leaf=lambda name: leaves.get(name, name)), tree).text(tree, SUM)
        return said.replace("ᵀ", "⊤") if "⊤" in around and "ᵀ" not in around else said
    product = {"numpy": "@", "matlab": "*", "ascii": ""}[manner]
    return Keyboard(tree, lambda name: leaves.get(name, name), texts, is_scalar, product).text(tree, SUM)


def latex_like(tree: Expr, leaves: Mapping[str, str], texts: Sequence[str]) -> str:
    r"""LaTeX with the transposes, brackets, fractions and function words that stand there: ``^T`` stays ``^T``."""
    said = Printer(replace(LATEX, leaf=lambda name: leaves.get(name, LATEX.leaf(name))), tree).text(tree, SUM)
    around = "\n".join(texts)
    if sign := next(filter(None, map(RAISED_T.search, texts)), None):
        said = said.replace(r"^{\top}", sign[0]).replace(r"^{-\top}", f"^{{-{sign[1] or sign[2]}}}")
    if r"\left(" not in around:
        said = said.replace(r"\left(", "(").replace(r"\right)", ")")
    if r"\frac" in around and r"\tfrac" not in around:
        said = said.replace(r"\tfrac", r"\frac")
    if "d" in TEX_WORD.findall(around) or r"\mathrm d" in around or r"\rm d" in around:
        said = re.sub(r"\\mathrm\{d\}\s*", r"\\mathrm{d}", said)
    else:
        said = said.replace(r"\mathrm{d}", "d ").replace("d \\", "d\\")
        said = re.sub(r"d (?=[A-Za-z])", "d", said)
    words = {word[1]: word[0] for word in (*TEX_COMMAND.finditer(around), *TEX_WORD.finditer(around))}
    return re.sub(r"\\operatorname\{([A-Za-z]+)\}", lambda word: words.get(word[1], word[0]), said)


class Keyboard(Printer):
    """Prints with the signs of ASCII: those of MATLAB where ``product`` is ``*``, of NumPy where it is ``@``."""

    def __init__(self, tree: Expr, leaf: Leaf, texts: Sequence[str], is_scalar: IsScalar, product: str) -> None:
        code = product == "@"
        mixed = {"hadamard": " * " if code else " .* ", "hadamard_quotient": " / " if code else " ./ "}
        super().__init__(replace(UNICODE, product_sign=" * ", leaf=leaf, mixed=mixed), tree)
        self.is_scalar, self.sign = is_scalar, product
        around = "\n".join(texts)
        self.library = next((name for name in ("jnp.", "np.", "numpy.") if name in around), "")
        marks = {"@": (".T",), "*": ("'",), "": (".T", "'", "^T")}[product]
        self.mark = next((mark for text in texts for mark in marks if mark in text), marks[-1])
        self.calls_inverse = bool(product) or "inv(" in around
        self.power_sign = "**" if code or "**" in around else "^"

    def apply(self, tree: Apply) -> tuple[str, int]:
        return KEYS[tree.op](self, tree) if tree.op in KEYS else super().apply(tree)

    @property
    def minus(self) -> str:
        return "-"

    def number(self, value: Fraction) -> tuple[str, int]:
        if value.denominator == 1:
            return str(value.numerator), ATOM
        exact = Fraction(float(value)) == value
        return (str(float(value)), ATOM) if exact else (f"({value.numerator}/{value.denominator})", ATOM)

    def joint(self, before: str, after: str, left: Expr, right: Expr) -> str:
        if self.sign:
            array = self.sign == "@" and not self.is_scalar(left) and not self.is_scalar(right)
            return " @ " if array else " * " if self.sign == "@" else "*"
        joint = super().joint(before, after, left, right)
        raised = re.search(r"[\^.]-?\w+$", before)  # A^T x, not A^Tx
        return " " if not joint and raised else joint

    def base(self, tree: Expr) -> str:
        said, binding = self.phrase(tree)
        return said if binding == ATOM else super().base(tree)

    def transpose(self, tree: Apply) -> tuple[str, int]:
        if tree.op != "transpose":
            return super().transpose(tree)
        inner = tree.args[0]
        if isinstance(inner, Apply) and inner.op == "inverse" and not self.calls_inverse:
            return self.base(inner.args[0]) + "^-T", POSTFIX
        return self.base(inner) + self.mark, POSTFIX

    def inverse(self, tree: Apply) -> tuple[str, int]:
        return self.called("inv", tree) if self.calls_inverse else (self.base(tree.args[0]) + "^-1", POSTFIX)

    def pinv(self, tree: Apply) -> tuple[str, int]:
        return self.called("pinv", tree)

    def norm(self, op: str, inner: Expr, *weight: Expr) -> str:
        if weight:  # no library has √(xᵀWx)
            inner, op = Apply("product", (Apply("transpose", (inner,)), *weight, inner)), "sqrt"
        return self.called(op, Apply(op, (inner,)))[0]

    def root(self, tree: Apply) -> tuple[str, int]:
        return self.called("sqrt", tree)

    def function(self, op: str, args: tuple[Expr, ...]) -> tuple[str, int]:
        if op == "kronecker" or op in NUMPY:
            return self.called({"kronecker": "kron"}.get(op, op), Apply(op, args))
        said, binding = super().function(op, args)
        return (self.library + said.replace("⊙", ""), binding) if self.library and "⊙" in op else (said, binding)

    def called(self, word: str, tree: Apply) -> tuple[str, int]:
        """A call by the word of the library, or its own."""
        name = self.library + NUMPY.get(tree.op, word) if self.library else word
        return f"{name}({', '.join(self.text(arg, SUM) for arg in tree.args)})", ATOM

    def power(self, tree: Apply) -> tuple[str, int]:
        base, exponent = tree.args
        said = self.text(exponent, SUM)
        whole = isinstance(exponent, Number) and exponent.value.denominator == 1
        mark = "." if tree.op == "power⊙" and self.sign != "@" else ""
        return f"{self.base(base)}{mark}{self.power_sign}{said if whole else f'({said})'}", POSTFIX

    def quotient(self, tree: Apply) -> tuple[str, int]:
        top, bottom = tree.args
        upper = self.text(top, POSTFIX if self.is_quotient(top) else PRODUCT)
        return f"{upper}/{self.text(bottom, POSTFIX)}", PRODUCT

    def mixed(self, op: str, args: tuple[Expr, ...]) -> tuple[str, int]:
        left, right = args
        return f"{self.text(left, POSTFIX)}{self.style.mixed[op]}{self.text(right, POSTFIX)}", MIXED


KEYS: Mapping[str, Callable[[Keyboard, Apply], tuple[str, int]]] = {
    "transpose": Keyboard.transpose, "inverse": Keyboard.inverse, "pinv": Keyboard.pinv, "power": Keyboard.power,
    "power⊙": Keyboard.power, "sqrt": Keyboard.root, "quotient": Keyboard.quotient,
}  # fmt: skip
