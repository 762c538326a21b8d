"""Tree → text: Unicode and LaTeX, with the parentheses a reader would want and no others.

Printing and parsing agree: ``parse(unicode(tree)) == tree`` for every tree that the parser can produce.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from identities.expression import (
    Apply,
    Call,
    Cotangent,
    Expr,
    IndexedSum,
    Literal,
    Name,
    Number,
    Perturbation,
    walk,
)
from identities.notation.signs import (
    CONSTANTS,
    MIXED_SIGNS,
    NORM_MARKS,
    TEX_CONSTANTS,
    is_norm_weight,
    latex_name,
    makes_word,
    plain_number,
    raised,
)
from identities.vocabulary import TABLE

# How tightly a phrase binds; a child that binds less tightly than its place needs gets parentheses.
SUM, NEG, MIXED, OPEN, PRODUCT, POSTFIX, ATOM = range(1, 8)
RAISING = ("transpose", "conjugate_transpose", "inverse", "pinv", "power", "power⊙", "sqrt")


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between the spellings: how a leaf, a raised exponent and a bracket are written."""

    name: str
    product_sign: str
    brackets: tuple[str, str]
    leaf: Callable[[str], str]
    mixed: dict[str, str]


def unicode(tree: Expr) -> str:
    """The formula in the Unicode spelling."""
    return Printer(UNICODE, tree).text(tree, SUM)


def latex(tree: Expr) -> str:
    """The formula in LaTeX, for math mode."""
    return Printer(LATEX, tree).text(tree, SUM)


UNICODE = Style("unicode", " · ", ("(", ")"), str, MIXED_SIGNS)
LATEX = Style("latex", r" \cdot ", (r"\left(", r"\right)"), latex_name,
              {"hadamard": r"\odot", "hadamard_quotient": r"\oslash", "kronecker": r"\otimes"})  # fmt: skip


class Printer:
    """Prints one formula in a style; ``phrase`` also says how tightly what it returns binds."""

    def __init__(self, style: Style, tree: Expr) -> None:
        self.style = style
        self.tex = style.name == "latex"
        self.sigma = Name("σ") in walk(tree)  # a variable of that letter: the function is spelled out

    def text(self, tree: Expr, place: int) -> str:
        """The phrase, in parentheses if it binds less tightly than its place needs."""
        said, binding = self.phrase(tree)
        return self.enclosed(said) if binding < place else said

    def enclosed(self, said: str) -> str:
        return self.style.brackets[0] + said + self.style.brackets[1]

    def phrase(self, tree: Expr) -> tuple[str, int]:
        match tree:
            case Number(value=value):
                return self.number(value)
            case Name(name=name):
                return self.style.leaf(name), ATOM
            case Perturbation(of=name):
                return (r"\mathrm{d}" if self.tex else "d") + self.style.leaf(name), ATOM
            case Cotangent():
                return (r"\bar{f}" if self.tex else "f̄"), ATOM
            case Call():
                return self.call(tree), ATOM
            case Literal(rows=rows):
                return self.literal(rows), ATOM
            case IndexedSum():
                return self.indexed_sum(tree), OPEN
            case Apply():
                return self.apply(tree)

    def number(self, value: Fraction) -> tuple[str, int]:
        if value.denominator == 1:
            return str(value.numerator), ATOM
        if self.tex:
            return rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}", ATOM
        return plain_number(value), ATOM

    # ---- operations

    def apply(self, tree: Apply) -> tuple[str, int]:
        op, args = tree.op, tree.args
        if op in OPERATIONS:
            return OPERATIONS[op](self, tree)
        if op in self.style.mixed:
            return self.mixed(op, args)
        if op in NORM_MARKS and all(map(is_norm_weight, args[1:])):
            return self.norm(op, *args), ATOM
        if op in CONSTANTS:
            return self.constant(op, args), ATOM
        return self.function(op, args)

    def sum(self, tree: Apply) -> tuple[str, int]:
        first, *rest = tree.args
        said = self.text(first, NEG)
        for term in rest:
            if isinstance(term, Apply) and term.op == "neg":
                said += f" {self.minus} {self.text(term.args[0], MIXED)}"
            else:
                said += f" + {self.text(term, MIXED)}"
        return said, SUM

    @property
    def minus(self) -> str:
        return "-" if self.tex else "−"

    def neg(self, tree: Apply) -> tuple[str, int]:
        return self.minus + self.text(tree.args[0], MIXED), NEG

    def mixed(self, op: str, args: tuple[Expr, ...]) -> tuple[str, int]:
        left, right = args
        same = isinstance(left, Apply) and left.op == op and op != "hadamard_quotient"
        first = self.text(left, MIXED if same else OPEN)
        return f"{first} {self.style.mixed[op]} {self.text(right, OPEN)}", MIXED

    def product(self, tree: Apply) -> tuple[str, int]:
        parts: list[str] = []
        last = len(tree.args) - 1
        for position, factor in enumerate(tree.args):
            said, binding = self.phrase(factor)
            open_end = binding == OPEN and position == last and isinstance(factor, IndexedSum)
            if binding <= PRODUCT and not open_end:
                said = self.enclosed(said)
            if parts:
                joint = self.joint("".join(parts), said, tree.args[position - 1], factor)
                said = joint + said
            parts.append(said)
        return "".join(parts), OPEN if isinstance(tree.args[last], IndexedSum) else PRODUCT

    def joint(self, before: str, after: str, left: Expr, right: Expr) -> str:
        """What stands between two factors: nothing between single letters, a space beside words, · before numbers."""
        if left == Name("d") and isinstance(right, (Name, Perturbation)):
            return self.style.product_sign
        if after[0] in "0123456789½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒[" or after.startswith(r"\tfrac"):
            return self.style.product_sign
        if isinstance(right, Literal):
            return r"\,"
        if self.tex:
            return r"\," if isinstance(right, Perturbation) or isinstance(left, Perturbation) else " "
        tight_left = self.is_short(left) or before.endswith(")")
        tight_right = self.is_short(right) or (after.startswith("(") and not before[-1].isalpha())
        if after.startswith("(") and left in (Name("σ"), Apply("ones")):
            return self.style.product_sign
        if makes_word(before, after) or (isinstance(left, Apply) and left.op == "sqrt"):
            return " "
        if after.startswith("(") and self.is_short(left):
            return "" if isinstance(left, Apply) or before[-1] in "ᵀ¹" else " "
        if isinstance(left, Number):
            return "" if tight_right and before[-1].isdigit() else " "
        return "" if tight_left and tight_right else " "

    def is_short(self, tree: Expr) -> bool:
        """A single letter, perhaps with raised signs: what may stand without a space."""
        while isinstance(tree, Apply) and tree.op in ("transpose", "inverse", "pinv", "conjugate_transpose"):
            tree = tree.args[0]
        if isinstance(tree, Name):
            return len(tree.name) == 1 and tree.name not in "dσDJ∇Σ" and tree.name != "e"
        return isinstance(tree, Apply) and tree.op == "ones" and not tree.args and not self.tex

    def quotient(self, tree: Apply) -> tuple[str, int]:
        top, bottom = tree.args
        if self.tex:
            return rf"\frac{{{self.text(top, SUM)}}}{{{self.text(bottom, SUM)}}}", ATOM
        upper = self.text(top, PRODUCT) if not self.is_quotient(top) else self.enclosed(self.text(top, SUM))
        return f"{upper}/{self.text(bottom, POSTFIX)}", PRODUCT

    @staticmethod
    def is_quotient(tree: Expr) -> bool:
        return isinstance(tree, Apply) and tree.op in ("quotient", "times", "times⊙")

    def times(self, tree: Apply) -> tuple[str, int]:
        left, right = tree.args
        sign = {"times": " * ", "times⊙": " .* "}[tree.op]
        if self.tex:
            sign = r" \odot " if tree.op == "times⊙" else " "
        said = self.text(left, PRODUCT) if not self.is_quotient(left) else self.enclosed(self.text(left, SUM))
        return said + sign + self.text(right, POSTFIX), PRODUCT

    def transpose(self, tree: Apply) -> tuple[str, int]:
        sign, letter = ("T", "ᵀ") if tree.op == "transpose" else ("H", "ᴴ")
        inner = tree.args[0]
        if isinstance(inner, Apply) and inner.op == "inverse":
            base = self.base(inner.args[0])
            raised = r"^{-\top}" if sign == "T" else "^{-H}"
            return base + (raised if self.tex else "⁻" + letter), POSTFIX
        return self.base(inner) + ((r"^{\top}" if sign == "T" else "^{H}") if self.tex else letter), POSTFIX

    def inverse(self, tree: Apply) -> tuple[str, int]:
        return self.base(tree.args[0]) + ("^{-1}" if self.tex else "⁻¹"), POSTFIX

    def pinv(self, tree: Apply) -> tuple[str, int]:
        return self.base(tree.args[0]) + ("^{+}" if self.tex else "⁺"), POSTFIX

    def base(self, tree: Expr) -> str:
        """What a raised sign stands on: (Xᵀ)⁻¹ is not X⁻ᵀ, and a fraction needs parentheses."""
        said, binding = self.phrase(tree)
        fraction = isinstance(tree, Number) and tree.value.denominator != 1
        raised = isinstance(tree, Apply) and (tree.op in RAISING or (self.tex and tree.op == "quotient"))
        return self.enclosed(said) if binding < POSTFIX or fraction or raised else said

    def power(self, tree: Apply) -> tuple[str, int]:
        base, exponent = tree.args
        mark = "" if tree.op == "power" else r"\odot " if self.tex else "⊙"
        if self.tex:
            return f"{self.base(base)}^{{{mark}{self.text(exponent, SUM)}}}", POSTFIX
        if (signs := raised(exponent)) is not None:
            return self.base(base) + mark + signs, POSTFIX
        return f"{self.base(base)}{'.^' if mark else '^'}({self.text(exponent, SUM)})", POSTFIX

    def entry(self, tree: Apply) -> tuple[str, int]:
        base, *indices = tree.args
        said = ",".join(self.text(index, SUM) for index in indices)
        of = self.enclosed(self.base(base)) if base == Name("e") else self.base(base)  # e[i] is a unit vector
        return (f"{{{of}}}_{{{said}}}" if self.tex else f"{of}[{said}]"), POSTFIX

    def unit(self, tree: Apply) -> tuple[str, int]:
        index = self.text(tree.args[0], SUM)
        return (f"e_{{{index}}}" if self.tex else f"e[{index}]"), ATOM

    def root(self, tree: Apply) -> tuple[str, int]:
        inner = tree.args[0]
        if self.tex:
            return rf"\sqrt{{{self.text(inner, SUM)}}}", ATOM
        said, binding = self.phrase(inner)
        short = binding == ATOM and not isinstance(inner, Literal)
        return "√" + (said if short else self.enclosed(said)), ATOM

    def bars(self, tree: Apply) -> tuple[str, int]:
        inner = self.between("|", tree.args[0])
        return (rf"\lvert {inner}\rvert" if self.tex else f"|{inner}|"), ATOM

    def between(self, bar: str, inner: Expr) -> str:
        """What stands between two bars; the same bars inside need parentheses."""
        said = self.text(inner, SUM)
        return self.enclosed(said) if bar in said else said

    def norm(self, op: str, inner: Expr, *weight: Expr) -> str:
        said = self.between("‖", inner)
        plain, tex = (mark.format(*(self.text(one, SUM) for one in weight)) for mark in NORM_MARKS[op])
        return rf"\lVert {said}\rVert{tex}" if self.tex else f"‖{said}‖{plain}"

    def constant(self, op: str, args: tuple[Expr, ...]) -> str:
        dims = ",".join(self.text(arg, SUM) for arg in args)
        if self.tex:
            return (TEX_CONSTANTS.get(op) or CONSTANTS[op]) + (f"_{{{dims}}}" if dims else "")
        return CONSTANTS[op] + (f"({dims})" if dims else "")

    def function(self, op: str, args: tuple[Expr, ...]) -> tuple[str, int]:
        name, mark = op.removesuffix("⊙"), op.endswith("⊙")
        row = TABLE.get(name)
        word = row.words[0] if row and row.words else name
        if self.tex:
            word = (row.latex if row else "") or rf"\operatorname{{{word}}}"
        elif word == "sigmoid" and not self.sigma:
            word = "σ"
        said = ", ".join(self.text(arg, SUM) for arg in args)
        if mark:
            word += r"_{\odot}" if self.tex else "⊙"
        return word + self.enclosed(said), ATOM

    # ---- what is not an operation

    def call(self, tree: Call) -> str:
        name, mark = self.style.leaf(tree.function), tree.derivative
        point = self.enclosed(self.text(tree.args[0], SUM))
        if mark == "D":
            return f"D{name}{point}[{self.text(tree.args[1], SUM)}]"
        if mark in ("∇", "∇²", "∂"):
            sign = {"∇": r"\nabla ", "∇²": r"\nabla^{2} ", "∂": r"\partial "}[mark] if self.tex else mark
            return sign + name + point
        if self.tex:
            mark = mark.replace("⊙", r"_{\odot}")
        return name + mark + point

    def literal(self, rows: tuple[tuple[Expr, ...], ...]) -> str:
        cells = [[self.text(entry, SUM) for entry in row] for row in rows]
        if self.tex:
            return r"\begin{bmatrix}" + r" \\ ".join(" & ".join(row) for row in cells) + r"\end{bmatrix}"
        return "[" + "; ".join(", ".join(row) for row in cells) + "]"

    def indexed_sum(self, tree: IndexedSum) -> str:
        body = self.text(tree.body, OPEN)
        if body.startswith("["):
            body = self.enclosed(body)
        if tree.lower is None or tree.upper is None:
            return (rf"\sum_{{{tree.index}}} " if self.tex else f"Σ_{tree.index} ") + body
        lower, upper = self.text(tree.lower, SUM), self.text(tree.upper, SUM)
        return (
            rf"\sum_{{{tree.index}={lower}}}^{{{upper}}} " if self.tex else f"Σ_{{{tree.index}={lower}}}^{{{upper}}} "
        ) + body


OPERATIONS: dict[str, Callable[[Printer, Apply], tuple[str, int]]] = {
    "sum": Printer.sum, "neg": Printer.neg, "product": Printer.product, "quotient": Printer.quotient,
    "times": Printer.times, "times⊙": Printer.times, "transpose": Printer.transpose,
    "conjugate_transpose": Printer.transpose, "inverse": Printer.inverse, "pinv": Printer.pinv,
    "power": Printer.power, "power⊙": Printer.power, "entry": Printer.entry, "unit": Printer.unit,
    "sqrt": Printer.root, "bars": Printer.bars, "pi": lambda printer, _: (r"\pi" if printer.tex else "π", ATOM),
}  # fmt: skip
