"""What stands after a factor: raised signs, powers, transposes, entries."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from fractions import Fraction

from identities.expression import (
    Apply,
    Expr,
    Name,
    Number,
    Span,
    children,
    walk,
    with_children,
)
from identities.notation.cursor import Cursor
from identities.notation.names import METHODS
from identities.notation.tokens import NotationError, Token
from identities.vocabulary import SCALARS


class Postfixes(Cursor):
    """Reads the postfixes of a factor, tightest of all."""

    @abstractmethod
    def exponent(self, text: str) -> Expr:
        """The tree of an exponent spelled in raised signs."""

    def postfixed(self, tree: Expr) -> Expr:
        start = tree.span.start if tree.span.stop else self.tokens[self.at - 1].span.start
        while True:
            if self.token.kind == "superscript":
                mark = self.next()
                tree = self.superscript(tree, mark.text, mark, start)
            elif self.token.kind == "subscript" or self.sees("_"):
                tree = self.subscripted(tree, start)
            elif self.sees("'", ".T"):
                self.next()
                tree = Apply("transpose", (tree,), self.since(start))
            elif self.sees(*METHODS):
                tree = self.method(tree, start)
            elif self.sees("^", "**", ".^"):
                tree = self.caret(tree, start)
            elif (
                self.sees("⊙")
                and self.tokens[self.at + 1].kind == "superscript"
                and not self.tokens[self.at + 1].spaced
            ):
                self.next()
                mark = self.next()
                tree = self.superscript(tree, mark.text, mark, start, elementwise=True)
            elif self.sees("⊙") and self.tokens[self.at + 1].text == "^" and not self.tokens[self.at + 1].spaced:
                self.next()
                tree = self.caret(tree, start, elementwise=True)
            elif self.sees("[") and not self.token.spaced:
                tree = self.entry(tree, start)
            else:
                return tree

    def method(self, tree: Expr, start: int) -> Expr:
        """A.dot(x) or X.trace(), which binds as tightly as the call that it is."""
        word = self.next().text
        if not self.sees("("):
            raise self.fail(f"expected '(' after {word}, found {self.found()}")
        opened = self.next()
        arguments: tuple[Expr, ...] = (tree,)
        if not self.sees(")"):
            arguments += self.arguments(")", opened, f"the argument of {word}")
        else:
            self.next()
        wanted = 1 + (word == ".dot")
        if len(arguments) != wanted:
            found = f"takes {wanted - 1} argument{'s' * (wanted < 2)} here, found {len(arguments) - 1}"
            raise self.fail(f"{word} {found}", self.since(start))
        return Apply(METHODS[word], arguments, self.since(start))

    def superscript(self, tree: Expr, run: str, token: Token, start: int, elementwise: bool = False) -> Expr:
        """The run of raised signs after an operand, such as ᵀ, ⁻¹, ⁻ᵀ, ⁺ᵀ, ², ᵏ⁻¹."""
        at = 0
        while at < len(run):
            rest = run[at:]
            if elementwise and at == 0 and (rest[0] in "TH" or rest in ("+", "†", "-T", "-H")):
                raise self.fail(f"'{self.source(token.span)}' after ⊙ is not an exponent", token.span)
            if rest.startswith(("-T", "-H")):
                op = "transpose" if rest[1] == "T" else "conjugate_transpose"
                tree = Apply(op, (Apply("inverse", (tree,), self.since(start)),), self.since(start))
                at += 2
            elif rest[0] in "TH":
                tree = Apply("transpose" if rest[0] == "T" else "conjugate_transpose", (tree,), self.since(start))
                at += 1
            elif rest[0] in "+†":
                op = "conjugate_transpose" if rest[0] == "†" and self.is_complex(tree) else "pinv"
                tree = Apply(op, (tree,), self.since(start))
                at += 1
            elif rest == "t" and "t" not in self.names.declared | self.names.dims:
                raise self.fail(
                    "ᵗ is read in two ways: a transpose, which is ᵀ, or a power, which takes another letter", token.span
                )
            else:
                stop = at + 1
                while (
                    stop < len(run)
                    and run[stop] not in "TH†"
                    and not (run[stop] in "+-" and run[stop + 1 : stop + 2] in ("", "T", "H"))
                ):
                    if run[stop] in "+-" and not any(c.isalpha() for c in run[at:stop]):
                        break
                    stop += 1
                exponent = self.raised(token, run[at:stop])
                if elementwise and at == 0:
                    tree = Apply("power⊙", (tree, exponent), self.since(start))
                else:
                    tree = self.power(tree, exponent, start)
                at = stop
        return tree

    def is_complex(self, tree: Expr) -> bool:
        """Whether a variable declared complex stands in the tree."""
        return any(isinstance(node, Name) and node.name in self.names.complex for node in walk(tree))

    def raised(self, token: Token, run: str) -> Expr:
        """The exponent that a run of raised signs says: −1, 2, k, k − 1."""
        spelled = " ".join(run.replace("-", " − ").replace("+", " + ").split())
        try:
            tree = self.exponent(spelled)
        except NotationError as error:
            raise self.fail(f"'{self.source(token.span)}' is not an exponent: {error.message}", token.span) from None
        return _moved(tree, token.span)

    def power(self, tree: Expr, exponent: Expr, start: int) -> Expr:
        if exponent == Apply("neg", (Number(Fraction(1)),)):
            return Apply("inverse", (tree,), self.since(start))
        return Apply("power", (tree, exponent), self.since(start))

    def caret(self, tree: Expr, start: int, elementwise: bool = False) -> Expr:
        sign = self.next().text
        elementwise |= sign == ".^" or (sign == "**" and self.dialect == "library" and not is_number(tree))
        if not elementwise and (signed := self.sign_after_caret(tree, start)) is not None:
            return signed
        exponent: Expr
        if self.sees("*") and not elementwise:
            star = self.next()
            if not self.is_complex(tree):
                raise self.fail(
                    "^* is the conjugate transpose of a variable declared complex: of a real one write ᵀ", star.span
                )
            return Apply("conjugate_transpose", (tree,), self.since(start))
        if self.sees("+") and not elementwise:
            self.next()
            raise self.fail("'^+' is the pseudo-inverse; a power is written X^2")
        if self.sees("{"):
            opened = self.next()
            exponent = self.sum()
            self.take("}", opened, "the exponent")
        elif self.sees("−"):
            minus = self.next()
            exponent = Apply("neg", (self.plain_exponent(),), self.since(minus.span.start))
        else:
            exponent = self.plain_exponent()
        chained = self.sees("^", "**", ".^") or (self.token.kind == "superscript" and self.token.text[0] not in "TH+-")
        if chained or (self.sees("/") and exponent == Number(Fraction(1))):
            raise self.fail(
                f"{self.found()} after an exponent is read in two ways: put (…) around the power or the exponent"
            )
        if elementwise:
            return Apply("power⊙", (tree, exponent), self.since(start))
        return self.power(tree, exponent, start)

    def sign_after_caret(self, tree: Expr, start: int) -> Expr | None:
        """X^T, X^H, X^-T, X^+, X^⊤, each in braces or not; None if what follows ^ is an exponent."""
        back = self.at
        braced = self.sees("{") and bool(self.next())
        token, run = self.token, ""
        while run in ("", "-") and (
            self.token.kind == "superscript"
            or self.sees("+", "−")
            or (self.token.kind == "name" and self.token.text in "TH")
        ):
            run += self.next().text.replace("−", "-")
        closed = self.sees("}") if braced else run != "+" or self.token.kind != "number" or self.token.spaced
        if braced and run == "" and self.sees("*") and self.tokens[self.at + 1].text == "}":
            self.tokens[self.at - 1 : self.at + 2] = [self.token]  # X^{*} is X^*
        if run not in ("T", "H", "+", "†", "-T", "-H") or not closed:
            self.at = back
            return None
        self.at += braced
        return self.superscript(tree, run, token, start)

    def plain_exponent(self) -> Expr:
        if self.token.kind in ("number", "name") or self.sees("("):
            return self.primary()
        raise self.fail(f"expected an exponent, found {self.found()}: X^2, X^k, X^(k − 1), X^T, X^-1")

    def subscripted(self, tree: Expr, start: int) -> Expr:
        """xᵢ and Aᵢⱼ, or x_i and A_{ij}: entries at free indices."""
        token = self.next()
        letters = token.text
        if token.kind == "op":
            if self.sees("{"):
                opened = self.next()
                letters = ""
                while self.token.kind == "name" or self.sees(","):
                    letters += self.next().text.replace(",", "")
                self.take("}", opened, "the subscript")
            elif self.token.kind == "name":
                letters = self.next().text
                while self.token.kind == "name" and self.token.text in "ijkl" and not self.token.spaced:
                    letters += self.next().text
            else:
                raise self.fail(f"expected a subscript, found {self.found()}")
        if not 1 <= len(letters) <= 2 or any(c not in "ijkl" for c in letters):
            raise self.fail(f"'{letters}' is not an index: entries are written x[i], A[i,j], A[2,1]", token.span)
        return Apply("entry", (tree, *(Name(c, token.span) for c in letters)), self.since(start))

    def entry(self, tree: Expr, start: int) -> Expr:
        opened = self.next()
        indices = self.arguments("]", opened, "the entry")
        if not 1 <= len(indices) <= 2:
            raise self.fail("an entry has one index (of a vector) or two (of a matrix)", self.since(start))
        return Apply("entry", (tree, *indices), self.since(start))


def is_number(tree: Expr) -> bool:
    """Whether a factor is a number in any reading: 2, ‖x‖, tr(X)."""
    return isinstance(tree, Number) or (isinstance(tree, Apply) and tree.op in SCALARS)


def _moved(tree: Expr, span: Span) -> Expr:
    parts = tuple(_moved(part, span) for part in children(tree))
    return replace(with_children(tree, parts) if parts else tree, span=span)
