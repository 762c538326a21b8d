"""Factors: numbers, names, constants with their dims, calls of functions declared or known."""

from __future__ import annotations

import difflib
import itertools
import re
from fractions import Fraction

from identities.expression import (
    Apply,
    Call,
    Cotangent,
    Expr,
    IndexedSum,
    Name,
    Number,
    Perturbation,
    Span,
)
from identities.notation.brackets import Brackets
from identities.notation.tokens import Token
from identities.vocabulary import WORDS, arity

CONSTANT_NAMES = {"I": "identity", "K": "commutation", "D": "duplication", "L": "elimination"}
NUMBERS = ("det", "tr")
CONSTANT_WORDS = ("ones", "pi", "imaginary")
DIM_ARGUMENTS = {"I": 1, "K": 2, "D": 1, "L": 1, "𝟏": 1}
EQUATION_LETTERS = "abcdefghijklmnopqrstuvwxyzN"


class Factors(Brackets):
    """Reads one factor without its postfixes, and functions without parentheses."""

    def primary(self) -> Expr:
        token = self.token
        if token.kind == "number":
            assert token.value is not None
            return Number(token.value, self.next().span)
        if token.kind == "name":
            return self.name()
        if token.kind == "function":
            return self.call()
        if token.kind == "perturbation":
            return Perturbation(self.next().text, token.span)
        if token.kind == "cotangent":
            return Cotangent(self.next().span)
        if self.sees("("):
            opened = self.next()
            norms, bars, self.norms, self.bars = self.norms, self.bars, 0, 0
            tree = self.sum()
            self.norms, self.bars = norms, bars
            self.take(")", opened, "the parenthesis")
            return tree
        if self.sees("["):
            return self.literal()
        if self.sees("‖"):
            return self.norm()
        if self.sees("|"):
            return self.absolute()
        if self.sees("√"):
            return self.root()
        if self.sees("∇", "∂"):
            return self.derivative_of_function()
        return self.transposed()

    def transposed(self) -> Expr:
        """ᵗX, a transpose written in front."""
        token = self.token
        if token.kind == "superscript" and token.text == "t":
            self.next()
            return Apply("transpose", (self.primary(),), self.since(token.span.start))
        raise self.fail(f"expected a factor, found {self.found()}")

    def root(self) -> Expr:
        """√ takes one factor with its postfixes; √xᵀx and √2x would be read in two ways."""
        sign, first = self.next(), self.token
        self.deeper()
        bare = self.primary()
        tree = self.postfixed(bare)
        self.depth -= 1
        if self.starts_factor() and first.text != "(" and (tree is not bare or not self.token.spaced):
            raise self.fail("a product after √ is read in two ways: write √(…)", self.since(sign.span.start))
        return Apply("sqrt", (tree,), self.since(sign.span.start))

    def arguments(self, closing: str, opened: Token, what: str) -> tuple[Expr, ...]:
        norms, bars, self.norms, self.bars = self.norms, self.bars, 0, 0
        parts = [self.sum()]
        while self.sees(","):
            self.next()
            parts.append(self.sum())
        self.norms, self.bars = norms, bars
        self.take(closing, opened, what)
        return tuple(parts)

    def name(self) -> Expr:
        token = self.next()
        name, start = token.text, token.span.start
        if name in self.names.functions:
            return self.function_call(name, "", start)
        joined = self.token.kind == "name" and not self.token.spaced
        if name == "D" and joined and self.token.text in self.names.functions:
            return self.function_call(self.next().text, "D", start)
        if name.startswith("J_") and name[2:] in self.names.functions:
            return self.function_call(name[2:], "∂", start)
        if name in CONSTANT_NAMES and (dims := self.dims_after(name, start)) is not None:
            return Apply(CONSTANT_NAMES[name], dims, self.since(start))
        if name in self.names.variables:
            return Name(name, token.span)
        if name == "I":
            return Apply("identity", (), token.span)
        if name == "e" and (self.sees("[") or self.token.kind == "subscript" or self.sees("_")):
            entry = self.postfixed_once(Name("e", token.span), start)
            if len(entry.args) != 2:
                raise self.fail("a unit vector has one index: e[i]", self.since(start))
            return Apply("unit", entry.args[1:], self.since(start))
        if name == "π":
            return Apply("pi", (), token.span)
        if name == "σ" and (self.sees("(") or (self.sees("⊙") and self.tokens[self.at + 1].text == "(")):
            return self.call_of("sigmoid", start)
        return Name(name, token.span)

    def postfixed_once(self, tree: Expr, start: int) -> Apply:
        result = self.entry(tree, start) if self.sees("[") else self.subscripted(tree, start)
        assert isinstance(result, Apply)
        return result

    def dims_after(self, name: str, start: int) -> tuple[Expr, ...] | None:
        """The dims said after a constant: I(n), Iₙ, I_n, K(m,n), K_{m,n}; None if what follows is not dims."""
        back = self.at
        if self.token.kind == "subscript" or self.sees("_"):
            token = self.next()
            letters = [token] if token.kind == "subscript" else []
            if not letters and self.sees("{"):
                self.next()
                while self.token.kind in ("name", "number") or self.sees(","):
                    letters.append(self.next())
                self.next()
            elif not letters:
                letters = [self.next()]
            said = (re.findall("[0-9]+|.", t.text) if t.kind == "subscript" else [t.text] for t in letters)
            words = [word for part in said for word in part if word != ","]
            if all(self.is_dim(w) for w in words):
                if len(words) == DIM_ARGUMENTS[name]:
                    return tuple(Number(Fraction(w), token.span) if w.isdigit() else Name(w, token.span) for w in words)
                self.refuse_count(name, len(words), start)
        elif self.sees("(") and not self.token.spaced and self.dims_follow(name):
            opened = self.next()
            parts = self.arguments(")", opened, "the dims")
            if len(parts) == DIM_ARGUMENTS[name]:
                return parts
            self.refuse_count(name, len(parts), start)
        self.at = back
        return None

    def refuse_count(self, name: str, found: int, start: int) -> None:
        """K(n) is an error where K can be nothing but a constant."""
        if self.names.dims and name not in self.names.declared and found and DIM_ARGUMENTS[name] == 2:
            raise self.fail(f"{name} has two dims, {name}(m,n) or {name}(n,n); found {found}", self.since(start))

    def dims_follow(self, name: str) -> bool:
        """Whether the parentheses at hand hold dims: looked up, not parsed, so that nothing is read twice."""
        level, strange, comma = 0, None, False
        for token in self.tokens[self.at :]:
            level += (token.text == "(") - (token.text == ")")
            comma |= token.text == "," and level == 1
            known = token.kind in ("number", "superscript") or (token.kind == "op" and token.text in "()+−·*/^,")
            if not known and not (token.kind == "name" and self.is_dim(token.text)):
                strange = strange or token
            if strange and (not comma and token.kind != "name"):
                return False
            if level == 0:
                break
        if strange and comma and self.names.dims and name not in self.names.declared and strange.kind == "name":
            raise self.fail(
                f"'{strange.text}' is not a dim of the entry: {name} takes dims, as in {name}(m,n)", strange.span
            )
        return strange is None

    def is_dim(self, word: str) -> bool:
        if word.isdigit() or word in self.names.dims:
            return True
        return not self.names.dims and word in EQUATION_LETTERS and word not in self.names.declared

    def opens_without_parentheses(self) -> bool:
        after, word = self.tokens[self.at + 1], self.token.text
        if word in CONSTANT_WORDS:
            return False
        if after.kind == "superscript" or (after.kind == "op" and after.text in ("^", "**", "'", "_")):
            raise self.fail(f"a raised sign on '{word}': write ({word}(…)) with the sign after it", after.span)
        return after.kind != "op" or after.text not in ("⊙", "(")

    def open_function(self) -> Expr:
        """A function without parentheses takes the product that follows: tr AX, log det X."""
        token = self.next()
        if not self.starts_factor():
            raise self.fail(f"{token.text} needs an argument, found {self.found()}")
        self.deeper()
        first = self.at
        alone = None if self.opened or token.text not in NUMBERS else self.only_factor()
        opened, self.opened = self.opened, True
        argument = alone or self.product()
        self.opened = opened
        self.depth -= 1
        # The sign Σ takes all that follows, so nothing after log Σᵢ is unclear.
        for later in self.tokens[first + 1 : self.at] if not isinstance(argument, IndexedSum) else ():
            word = later.kind == "function" and later.text not in CONSTANT_WORDS
            unclear = later.text == "/" or (word and self.tokens[first].kind != "function")
            if later.kind in ("op", "function") and unclear and self.level(first, later) == 0:
                raise self.fail(
                    f"'{later.text}' after {token.text} without parentheses is read in two ways: write {token.text}(…)",
                    later.span,
                )
        return self.applied(token.text, (argument,), token)

    def only_factor(self) -> Expr | None:
        """The X of det X tr(Y) and tr X · tr Y, where what follows is a number of its own; None for a product."""
        back = self.at
        found = self.postfixed(self.primary()) if self.token.kind == "name" else None
        after = self.tokens[self.at + 1] if self.sees("·") or self.sees("(") else self.token
        number = after.kind == "function" and after.text in (("sum",) if self.sees("(") else NUMBERS)
        if found and (number or (self.sees("‖", "|") and self.starts_factor())):  # but tr X log X is tr(X log X)
            return found
        self.at = back
        return None

    def level(self, first: int, token: Token) -> int:
        """How many brackets are open at a token, counted from the token numbered ``first``."""
        depth = 0
        for other in itertools.takewhile(lambda other: other is not token, self.tokens[first:]):
            if other.kind == "op":
                depth += (other.text in ("(", "[")) - (other.text in (")", "]"))
        return depth

    def call(self) -> Expr:
        token = self.next()
        if token.text == "ones":
            return self.ones(token)
        if token.text in CONSTANT_WORDS:
            return Apply(token.text, (), token.span)
        return self.call_of(token.text, token.span.start)

    def call_of(self, word: str, start: int) -> Expr:
        mark = self.next().text if self.sees("⊙") else ""
        if not self.sees("("):
            raise self.fail(f"expected '(' after {word}{mark}, found {self.found()}")
        opened = self.next()
        arguments = self.arguments(")", opened, f"the argument of {word}")
        if opened.spaced and self.sees("^") and self.text[opened.span.start] != "(":  # log‖x‖²: bars are the brackets
            arguments = (self.postfixed(arguments[0]),)
        raised = self.token.kind == "superscript" or self.sees("'", "^", "**", ".T")
        if opened.spaced and (raised or self.starts_factor()):
            what, place = f"{word} (…) followed by {self.found()}", Span(start, self.token.span.stop)
            raise self.fail(
                f"{what} is read in two ways: write {word}(…) without the space, or all in parentheses", place
            )
        return self.applied(word + mark, arguments, self.tokens[self.at - 1], start)

    def applied(self, word: str, arguments: tuple[Expr, ...], token: Token, start: int | None = None) -> Expr:
        span = self.since(token.span.start if start is None else start)
        if word == "sum" and len(arguments) == 4 and isinstance(arguments[0], Name):
            _, lower, upper, body = arguments
            return IndexedSum(arguments[0].name, lower, upper, body, span)
        if word == "sum" and len(arguments) == 2 and isinstance(arguments[0], Name):
            return IndexedSum(arguments[0].name, None, None, arguments[1], span)
        op = WORDS.get(word.removesuffix("⊙"), word.removesuffix("⊙")) + ("⊙" if word.endswith("⊙") else "")
        others = tuple(argument for argument in arguments if argument != Number(Fraction(0)))
        if op == "max" and len(others) == 1 < len(arguments):  # max(0, X)
            op, arguments = "relu", others
        wanted = arity(op.removesuffix("⊙"))
        if len(arguments) != wanted:
            raise self.fail(f"{word} takes {wanted} argument{'s' * (wanted > 1)}, found {len(arguments)}", span)
        return Apply(op, arguments, span)

    def ones(self, token: Token) -> Expr:
        if (dims := self.dims_after("𝟏", token.span.start)) is not None:
            return Apply("ones", dims, self.since(token.span.start))
        return Apply("ones", (), token.span)

    def function_call(self, function: str, derivative: str, start: int) -> Expr:
        """F(X), g'(t), g⊙(x), g'⊙(x), ∇L(X), ∂F(x), DF(X)[dX]."""
        while derivative.strip("'") == "" and self.sees("'"):
            self.next()
            derivative += "'"
        if self.sees("⊙"):
            if derivative.strip("'"):
                raise self.fail(f"{derivative}{function} is of {function} as a whole: it takes no ⊙", self.since(start))
            self.next()
            derivative += "⊙"
        if not self.sees("("):
            raise self.fail(f"{function} is a declared function: expected {function}(…), found {self.found()}")
        opened = self.next()
        arguments = self.arguments(")", opened, f"the argument of {function}")
        if len(arguments) != 1:
            raise self.fail(f"{function} takes one argument, found {len(arguments)}", self.since(start))
        if derivative == "D":
            if not self.sees("["):
                raise self.fail(f"expected the direction in brackets, D{function}(X)[dX], found {self.found()}")
            opened = self.next()
            arguments += self.arguments("]", opened, "the direction")
        return Call(function, derivative, arguments, self.since(start))

    def derivative_of_function(self) -> Expr:
        sign = self.next()
        mark = sign.text
        if self.token.kind == "superscript" and self.token.text == "2":
            self.next()
            mark += "²"
        elif self.sees("^") and self.tokens[self.at + 1].text == "2" and mark == "∇":
            self.at += 2
            mark += "²"
        if self.token.kind == "superscript" or mark == "∂²":
            raise self.fail("∇ has the powers ∇ and ∇² (gradient and Hessian), ∂ has none", sign.span)
        if self.token.kind != "name":
            raise self.fail(f"expected a declared function after {mark}, found {self.found()}: ∇L(X) with L: m×n → ℝ")
        function = self.token.text
        unknown = function not in self.names.functions
        after, before = self.tokens[self.at + 1].text, self.tokens[self.at - 2].text if self.at > 1 else ""
        if unknown and mark == "∂" and function != "f" and after not in ("(", "[", "/") and before != "/":
            self.next()
            return Perturbation(function, self.since(sign.span.start))
        if unknown and not self.names.declared and self.tokens[self.at + 1].text != "(":
            raise self.fail(f"{mark} is of a smooth function that is declared, at a point: {mark}{function}(X)")
        if unknown and self.names.declared:
            near = difflib.get_close_matches(function, self.names.functions, 1, 0) or ["L"]
            raise self.fail(f"'{function}' is not a declared function; declare it in `where`, as in {near[0]}: m×n → ℝ")
        self.next()
        return self.function_call(function, mark, sign.span.start)
