"""Calls of array libraries → the plain spelling: ``np.outer(x, y)`` is ``(x) @ (y).T``, with every place kept.

Functions that the vocabulary has, ``np.trace`` or ``np.linalg.inv``, pass unchanged: a scanner skips the module.
"""

from __future__ import annotations

import re

from identities import limits
from identities.expression import Span
from identities.notation.names import MODULES
from identities.notation.spelled import Spelled, Writer
from identities.notation.tokens import NotationError

# Function ↦ number of arguments ↦ what it says, {0} being its first argument.
CALLS: dict[str, dict[int, str]] = {
    **{word: {2: "(({0}) @ ({1}))"} for word in ["matmul", "dot", "mm", "mv"]},
    **{word: {2: "(({0}).T @ ({1}))"} for word in ["inner", "vdot"]},
    **{word: {1: "({0}).T"} for word in ["transpose", "t", "matrix_transpose"]},
    **{word: {1: "I({0})"} for word in ["eye", "identity"]},
    "ones": {1: "𝟏({0})"},
    "inverse": {1: "inv({0})"},
    "maximum": {2: "max({0}, {1})"},
    "multiply": {2: "(({0}) ⊙ ({1}))"},
    "solve": {2: "(inv({0}) @ ({1}))"},
    "matrix_power": {2: "(({0})^({1}))"},
    "slogdet": {1: "log(abs(det({0})))"},
    "log1p": {1: "log⊙(1 + ({0}))"},
    "expm1": {1: "(exp⊙({0}) − 1)"},
    "exp2": {1: "exp⊙(log(2) ({0}))"},
    **{f"log{base}": {1: f"(1/log({base})) log⊙({{0}})"} for base in ("2", "10")},
    "norm": {1: "norm_F({0})", 2: "{norm}({0})"},
    "sum": {1: "sum({0})", 2: "{sums}({0})"},
    **{
        word: {1: f"{word}⊙({{0}})"}
        for word in ["exp", "log", "tanh", "sin", "cos", "sqrt", "sigmoid", "relu", "softplus", "abs", "sign"]
    },
}
NORMS = {
    **dict.fromkeys(["fro", "'fro'", '"fro"'], "norm_F"), **dict.fromkeys(["nuc", "'nuc'", '"nuc"'], "norm_nuclear"),
    "1": "norm_1", "2": "norm_2", "np.inf": "norm_inf", "jnp.inf": "norm_inf", "numpy.inf": "norm_inf",
}  # fmt: skip
# Sums along an axis are one number for each column, or row: a column.
SUMS = {"0": "colsums", "-2": "colsums", "1": "rowsums", "-1": "rowsums"}
ORDERS = {
    "{norm}": (NORMS, "ord|p", "the norms of order 1, 2, 'fro', 'nuc' and inf"),
    "{sums}": (SUMS, "axis|dim", "sums along the axes 0 and 1"),
}
# Those that are a call of a library without its name as well.
_BARE = r"dot(?=\s*\()|solve|matmul|slogdet|matrix_power|log1p|expm1"
_CALL = re.compile(
    rf"(?<![\w.\\])(?={_BARE}|{MODULES})(?:{MODULES})?(?P<name>{'|'.join(sorted(CALLS, key=len, reverse=True))})\s*\("
)
CALLED = re.compile(rf"(?<![\w.]){MODULES}(?=[a-z])")  # a function of an array library
_METHOD = re.compile(r"\.(?:transpose\(\s*\)|t\(\s*\)|mT(?![A-Za-z]))|\.(?:dot|matmul|mm|mv)(?=\s*\()")
_SUMS = re.compile(r"\.sum\(\s*(?:axis\s*=|dim\s*=)?\s*(-?[0-9])\s*(?P<kept>,\s*keepdims?\s*=\s*True\s*)?\)")
_BROADCAST = re.compile(r"(?<=[a-z])\.(?=\()|(?<=\s)\.(?=[-+]\s)")  # Julia's exp.(x) and 1 .- x
_SLOGDET = re.compile(r"\s*\[\s*1\s*\]|\s*\.logabsdet(?![A-Za-z])")


def is_code(text: str) -> bool:
    """Whether a call or method of an array library stands in the text."""
    return any(pattern.search(text) for pattern in (_CALL, _METHOD, _SUMS, _BROADCAST))


class Calls:
    """Respells one formula; raises NotationError for a call with other arguments than it takes."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.out = Writer()

    def write(self, start: int, stop: int, depth: int = 0) -> None:
        """The piece [start, stop)."""
        if depth > limits.NESTING:
            raise NotationError(f"nested deeper than {limits.NESTING} levels", Span(start, start + 1), self.text)
        at = start
        while at < stop:
            if match := _CALL.match(self.text, at, stop):
                at = self.call(match, depth)
            elif match := _METHOD.match(self.text, at, stop):
                self.out.add(".T" if match[0][1:] in ("transpose()", "t()", "mT") else ".dot", at, match.end())
                at = match.end()
            elif (match := _SUMS.match(self.text, at, stop)) and match[1] in SUMS:
                turned = ".T" if match["kept"] and SUMS[match[1]] == "colsums" else ""
                self.out.add(f".{SUMS[match[1]]}(){turned}", at, match.end())
                at = match.end()
            elif match := _BROADCAST.match(self.text, at, stop):
                self.out.add("⊙" if self.text.startswith("(", match.end()) else "", at, match.end())
                at = match.end()
            else:
                self.out.add(self.text[at], at, at + 1)
                at += 1

    def call(self, match: re.Match[str], depth: int) -> int:
        """One call; where it ends."""
        name, start = match["name"], match.start()
        arguments, end = self.arguments(match.end())
        template = CALLS[name].get(len(arguments))
        if template is None:
            raise NotationError(
                f"{name} takes {min(CALLS[name])} here, found {len(arguments)}", Span(start, end), self.text
            )
        if name == "slogdet":
            second = _SLOGDET.match(self.text, end)
            if not second:
                raise NotationError("slogdet gives two values: write slogdet(X)[1]", Span(start, end), self.text)
            end = second.end()
        for part in re.split(r"(\{\w+\})", template):
            if part in ORDERS:
                self.out.add(self.order(part, arguments[1]), start, match.end())
            elif part in ("{0}", "{1}"):
                self.write(*arguments[int(part[1])], depth + 1)
            else:
                self.out.add(part, start, match.end())
        return end

    def order(self, part: str, said: tuple[int, int]) -> str:
        """The function that a second argument names: a norm of order 'fro' or ord=1, sums along axis=0."""
        names, word, known = ORDERS[part]
        text = re.sub(rf"^\s*(?:{word})\s*=|\s", "", self.text[slice(*said)])
        if text not in names:
            raise NotationError(f"'{text}' is none of {known}", Span(*said), self.text)
        return names[text]

    def arguments(self, start: int) -> tuple[list[tuple[int, int]], int]:
        """The arguments of a call whose parenthesis is open, and the place after the one that closes it."""
        found: list[tuple[int, int]] = []
        level, begin = 0, start
        for at in range(start, len(self.text)):
            char = self.text[at]
            if level == 0 and char in ",)":
                found.append((begin, at))
                begin = at + 1
                if char == ")":
                    return found, at + 1
            level += (char in "([") - (char in ")]")
        raise NotationError("this parenthesis is never closed", Span(start - 1, start), self.text)


def in_signs(text: str) -> Spelled:
    """The formula with calls of array libraries in the signs of the notation."""
    calls = Calls(text)
    calls.write(0, len(text))
    return calls.out.spelled()
