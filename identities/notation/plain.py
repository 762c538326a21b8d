"""Text → tree: a Pratt parser for the Unicode and ASCII spellings of the notation.

Binding, tightest first: postfixes and calls · juxtaposition, ``@``, ``·``, ``/`` · a function without parentheses ·
``⊙ ⊘ ⊗`` · unary minus · ``+ −``. What people read in two ways is refused, with both readings named.
"""

from __future__ import annotations

import re
from fractions import Fraction

from identities import limits
from identities.expression import (
    Apply,
    Expr,
    Number,
    Span,
    children,
    walk,
)
from identities.notation.factors import CONSTANT_WORDS, Factors
from identities.notation.tokens import Names, NotationError, Token

MIXED = {"⊙": "hadamard", "⊘": "hadamard_quotient", "⊗": "kronecker"}


class Parser(Factors):
    """One formula; every method reads one phrase of the grammar and leaves the position after it."""

    def formula(self) -> Expr:
        if self.token.kind == "end":
            raise self.fail("an empty formula")
        tree = self.sum()
        if self.token.kind != "end":
            if self.sees("="):
                raise self.fail("a formula is one expression; write the two sides of '=' as f and `equals`")
            raise self.fail(f"unexpected {self.found()}; expected an operation or the end of the formula")
        return tree

    def sum(self) -> Expr:
        self.deeper()
        start = self.token.span.start
        terms = [self.signed()]
        while self.sees("+", "−"):
            sign = self.next()
            if self.sees("+", "−"):
                raise self.fail("two signs in a row; put the second one in parentheses")
            term = self.mixed()
            if sign.text == "−":
                term = Apply("neg", (term,), Span(sign.span.start, term.span.stop))
            terms.append(term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Apply("sum", tuple(terms), self.since(start))

    def signed(self) -> Expr:
        if self.sees("+"):
            raise self.fail("a sum does not start with '+'")
        if not self.sees("−"):
            return self.mixed()
        sign = self.next()
        if self.sees("+", "−"):
            raise self.fail("two signs in a row; put the second one in parentheses")
        return Apply("neg", (self.mixed(),), self.since(sign.span.start))

    def mixed(self) -> Expr:
        start = self.token.span.start
        left = self.product()
        first: Token | None = None
        while self.sees(*MIXED):
            sign = self.next()
            if first and (first.text != sign.text or sign.text == "⊘") and (first.text, sign.text) != ("⊙", "⊘"):
                a, b = first.text, sign.text
                raise self.fail(
                    f"{a} followed by {b} is read in two ways, (… {a} …) {b} … and … {a} (… {b} …): add parentheses",
                    sign.span,
                )
            first = sign
            if self.sees("−", "+"):
                raise self.fail(f"a sign after {sign.text}; put the signed factor in parentheses")
            from_ = self.at
            left = Apply(MIXED[sign.text], (left, self.product()), self.since(start))
            self.refuse_star_after(sign, from_)
        return left

    def refuse_star_after(self, sign: Token, from_: int) -> None:
        """A.*B*C: to MATLAB the two signs bind alike, here * binds more tightly."""
        a = self.source(sign.span)
        for number in range(from_ + 1, self.at) if a in (".*", "./") else ():
            token, before = self.tokens[number], self.tokens[number - 1]
            star = token.kind == "op" and token.text == "*" and before.text not in ("_", "{")
            if star and self.level(from_, token) == 0:
                raise self.fail(
                    f"* after {a} is read in two ways, (… {a} …) * … and … {a} (… * …): add parentheses", token.span
                )

    def product(self) -> Expr:
        start = self.token.span.start
        factors = [self.factor()]
        divided: Token | None = None  # the last token of a denominator written without parentheses around the quotient
        while True:
            if self.sees("/", "*", "@", "·"):
                sign = self.next()
                if self.sees("−", "+"):
                    raise self.fail(f"a sign after '{sign.text}'; put the signed factor in parentheses")
                if sign.text == "/":
                    top = self.joined(factors, start)
                    bottom = self.denominator()
                    divided = self.tokens[self.at - 1]
                    factors = [self.join("quotient", top, bottom, start)]
                elif sign.text == "*" and self.dialect != "matlab":
                    left = self.joined(factors, start)
                    op = "times⊙" if self.dialect in ("numpy", "library") else "times"
                    factors = [self.join(op, left, self.factor(), start)]
                else:
                    factors.append(self.factor())
            elif self.starts_factor():
                if self.token.kind == "number":
                    raise self.fail("a number stands first in a product, or after '·'")
                if divided is self.tokens[self.at - 1] and not self.token.spaced:
                    raise self.fail(
                        "a factor right after a denominator is read in two ways, (a/b) c and a/(b c): "
                        "add parentheses, or a space for (a/b) c",
                    )
                factors.append(self.factor())
            else:
                return self.joined(factors, start)

    def denominator(self) -> Expr:
        """One factor; but nobody divides by xᵀ, so x/xᵀAx is x/(xᵀAx), and x/xᵀ x."""
        start = self.token.span.start
        factors = [self.factor()]
        turned = isinstance(factors[0], Apply) and factors[0].op == "transpose"
        while turned and self.starts_factor() and (len(factors) == 1 or not self.token.spaced):
            factors.append(self.factor())
        return self.joined(factors, start)

    def join(self, op: str, left: Expr, right: Expr, start: int) -> Expr:
        return Apply(op, (left, right), self.since(start))

    def joined(self, factors: list[Expr], start: int) -> Expr:
        return factors[0] if len(factors) == 1 else Apply("product", tuple(factors), self.since(start))

    def starts_factor(self) -> bool:
        if self.token.kind == "op":
            self.split_bars()
            if self.sees("‖"):
                return self.norms == 0
            if self.sees("|"):
                return self.bars == 0
            return self.sees("(", "[", "√", "∇", "∂")
        return self.token.kind in ("number", "name", "function", "perturbation", "cotangent")

    def factor(self) -> Expr:
        if self.token.kind == "function":
            start, exponent = self.token.span.start, self.raised_word()
            if exponent or self.opens_without_parentheses():
                value = self.open_function() if self.opens_without_parentheses() else self.call()
                return self.power(value, exponent, start) if exponent else value
        if self.is_sum_sign():
            return self.indexed_sum()
        return self.postfixed(self.primary())

    def raised_word(self) -> Number | None:
        """The exponent of tanh²(x), which is that of the value; None where no whole number above 1 stands there."""
        after, then = self.tokens[self.at + 1], self.tokens[self.at + 2 : self.at + 5]
        raised, length = "", 0
        if after.kind == "superscript":
            raised, length = after.text, 1
        elif after.kind == "op" and after.text in ("^", "**"):
            braced = [token.text for token in then[::2]] == ["{", "}"]
            token = then[1] if braced else then[0]
            raised, length = (token.text, 4 if braced else 2) if token.kind == "number" else ("", 0)
        if not re.fullmatch("[2-9]|[1-9][0-9]", raised) or self.token.text in CONSTANT_WORDS:
            return None
        word = self.token
        del self.tokens[self.at + 1 : self.at + 1 + length]
        return Number(Fraction(raised), Span(word.span.stop, self.tokens[self.at + 1].span.start))

    def exponent(self, text: str) -> Expr:
        return Parser(text, Names(self.names.variables, frozenset(), self.names.dims)).formula()


def parse(text: str, names: Names | None = None) -> Expr:
    """The tree of a formula in the Unicode or ASCII spelling of the notation.

    ``names`` are the declared variables, functions and dims; without them every letter is a variable. Raises
    :class:`NotationError` with the column, what was found, and the nearest remedy.
    """
    tree = Parser(text, names or Names()).formula()
    for count, _ in enumerate(walk(tree)):
        if count > limits.FORMULA_NODES:
            raise NotationError(
                f"a formula of more than {limits.FORMULA_NODES} parts; name parts with `let`",
                Span(0, 1),
                text,
            )
    level, depth = [tree], 0
    while level:
        level, depth = [part for node in level for part in children(node)], depth + 1
        if depth > limits.NESTING:
            raise NotationError(f"nested deeper than {limits.NESTING} levels; name parts with `let`", Span(0, 1), text)
    nodes = [(tree, 1)]
    for node, deep in nodes:  # a product is evaluated two factors at a time
        nodes += [(part, deep + 1 + place * in_turn(node)) for place, part in enumerate(reversed(children(node)))]
        if deep > limits.DEPTH:
            raise NotationError(
                f"a product of more than {limits.DEPTH} factors; name parts with `let`", Span(0, 1), text
            )
    return tree


def in_turn(tree: Expr) -> bool:
    """Whether the parts of a tree are taken one after the other, each with the result so far."""
    return isinstance(tree, Apply) and tree.op == "product"
