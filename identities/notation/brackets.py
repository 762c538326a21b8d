"""What stands in brackets: norms, absolute values, matrices; and sums over an index."""

from __future__ import annotations

import re
from dataclasses import replace

from identities.expression import (
    Apply,
    Expr,
    IndexedSum,
    Literal,
    Name,
    Number,
    Span,
)
from identities.notation.names import canonical_name
from identities.notation.postfixes import Postfixes
from identities.notation.signs import KNOWN_NORMS, NORM_SUBSCRIPTS, NORM_WEIGHT
from identities.notation.tokens import INDEX_LETTERS

_NORM_NAME = re.compile(r"\{\s*[^{}\s]+\s*\}|[A-Za-z][a-z]+|[A-ZΑ-Ω][0-9₀-₉]+|[A-Za-zΑ-Ω0-9∞*]")


class Brackets(Postfixes):
    """Reads ‖…‖, |…|, […] and Σ."""

    def norm(self) -> Expr:
        opened = self.next()
        bars, self.bars = self.bars, 0
        self.norms += 1
        inner = self.sum()
        self.norms -= 1
        self.bars = bars
        self.take("‖", opened, "the norm")
        raised, after = self.token, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        first = raised.kind == "superscript" and (after.kind == "subscript" or after.text == "_")  # ‖X‖²_F
        if first:
            self.next()
        mark = self.token
        subscript = self.next().text if mark.kind == "subscript" else self.norm_name() if self.sees("_") else ""
        weight = None if subscript in NORM_SUBSCRIPTS else NORM_WEIGHT.fullmatch(subscript)
        if subscript not in NORM_SUBSCRIPTS and not weight:
            raise self.fail(
                f"‖…‖ with '{subscript}': {KNOWN_NORMS}",
                self.since(mark.span.start),
            )
        norm = Apply(NORM_SUBSCRIPTS.get(subscript, ""), (inner,), self.since(opened.span.start))
        if weight:
            name = Name(canonical_name(weight[1]) or weight[1], self.since(mark.span.start))
            by = Apply("inverse", (name,), name.span) if weight[2] else name
            norm = Apply("norm_weighted", (inner, by), norm.span)
        return self.superscript(norm, raised.text, raised, opened.span.start) if first else norm

    def norm_name(self) -> str:
        """What stands after the underscore of a norm, in braces or not; words of several letters are several tokens."""
        start = self.next().span.stop
        match = _NORM_NAME.match(self.text, start)
        while match and self.token.span.stop <= match.end() and self.token.kind != "end":
            self.next()
        if not match or self.tokens[self.at - 1].span.stop != match.end():
            if self.token.kind != "end":
                self.next()
            return self.source(self.since(start))
        return match[0].strip("{} ")

    def split_bars(self) -> None:
        """Read ``||`` as two bars where a single one is open: |A||B|, |t − |x||."""
        token = self.token
        if self.bars and not token.spaced and self.sees("‖") and self.source(token.span) == "||":
            middle = token.span.start + 1
            first = replace(token, text="|", span=Span(token.span.start, middle))
            second = replace(token, text="|", span=Span(middle, token.span.stop))
            self.tokens[self.at : self.at + 1] = [first, second]

    def absolute(self) -> Expr:
        opened = self.next()
        norms, self.norms = self.norms, 0
        self.bars += 1
        inner = self.sum()
        self.bars -= 1
        self.norms = norms
        self.take("|", opened, "the bar")
        return Apply("bars", (inner,), self.since(opened.span.start))

    def literal(self) -> Expr:
        opened = self.next()
        previous = self.tokens[self.at - 2] if self.at > 1 else opened
        norms, bars, self.norms, self.bars = self.norms, self.bars, 0, 0
        rows, row = [], [self.sum()]
        while self.sees(",", ";"):
            if self.next().text == ";":
                rows.append(tuple(row))
                row = []
            row.append(self.sum())
        self.norms, self.bars = norms, bars
        self.take("]", opened, "the matrix")
        rows.append(tuple(row))
        span = self.since(opened.span.start)
        if len({len(r) for r in rows}) > 1:
            raise self.fail(f"the rows of a matrix have {' and '.join(str(len(r)) for r in rows)} entries", span)
        follows = previous is not opened and (previous.kind in ("name", "superscript") or previous.text == ")")
        if (
            follows
            and len(rows) == 1
            and all((isinstance(e, Name) and e.name in INDEX_LETTERS) or isinstance(e, Number) for e in rows[0])
        ):
            raise self.fail("a bracket after a space is read in two ways: x[i] is an entry, x · [2] a product", span)
        return Literal(tuple(rows), span)

    def is_sum_sign(self) -> bool:
        if self.token.kind != "name" or self.token.text != "Σ" or "Σ" in self.names.variables:
            after = self.tokens[self.at + 1] if self.token.kind != "end" else self.token
            return (
                self.token.kind == "name"
                and self.token.text == "Σ"
                and (after.kind == "subscript" or after.text == "_")
            )
        after = self.tokens[self.at + 1]
        return after.kind == "subscript" or (after.kind == "op" and after.text == "_")

    def indexed_sum(self) -> Expr:
        """Σᵢ body, Σᵢⱼ body, Σ_{r=0}^{k − 1} body: the body is the product that follows."""
        sign = self.next()
        mark = self.next()
        lower: Expr | None = None
        upper: Expr | None = None
        if mark.kind == "subscript":
            indices = list(mark.text)
        elif self.sees("{"):
            opened = self.next()
            indices = []
            while self.token.kind == "name" or self.sees(","):
                word = self.next().text
                indices += [c for c in word if c != ","]
            if self.sees("="):
                self.next()
                lower = self.sum()
            self.take("}", opened, "the index")
        else:
            indices = [self.next().text]
        if lower is not None:
            if not self.sees("^"):
                raise self.fail("a sum with a lower bound needs an upper one: Σ_{r=0}^{k−1}")
            self.next()
            if self.sees("{"):
                opened = self.next()
                upper = self.sum()
                self.take("}", opened, "the upper bound")
            else:
                upper = self.plain_exponent()
        if not indices or any(len(i) > 1 for i in indices) or (lower is not None and len(indices) > 1):
            raise self.fail("a sum runs over an index: Σᵢ, Σᵢⱼ or Σ_{r=0}^{k−1}", mark.span)
        self.deeper()
        body = self.product()
        self.depth -= 1
        for index in reversed(indices):
            body = IndexedSum(index, lower, upper, body, self.since(sign.span.start))
        return body
