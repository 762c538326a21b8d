"""A claim, typed and ready to check.

This is where a closed form meets f: ``where`` says what the names are, f gives the shape that the claim must have,
and what the operations need of the variables joins the declared domains.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from identities import claims, limits
from identities.catalogue import Claim, Identity, Problem, Text
from identities.claims import HERE, said
from identities.declaration import Condition, Declaration, Shape
from identities.dims import Dim
from identities.expression import Call, Cotangent, Expr, Name, Perturbation, Span, walk
from identities.hypotheses import joined, preconditions
from identities.notation import NotationError, canonical_name, parse
from identities.parsed import Misread, Parsed, reading
from identities.ranks import likely_vectors, other_readings, vectors
from identities.shapes import Inference, default_kind
from identities.typed import SCALAR, ShapeError, Typed
from identities.work import operations
from identities.worked import sized_by_example


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that is drawn at random: its shape and the words of its domain, declared and inferred."""

    name: str
    shape: Shape
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim, typed. ``expected`` is the shape its closed form must have, ``fits`` whether it has it."""

    identity: Identity
    claim: Claim
    f: Typed
    closed_form: Typed
    expected: Shape
    fits: bool
    lets: tuple[tuple[str, Typed], ...]
    at: Mapping[str, Typed]
    variables: Mapping[str, Variable]
    functions: Mapping[str, Declaration]
    wrt: tuple[str, ...]
    indices: Mapping[str, Dim]  # free indices of f and the closed form, with their ranges
    entry_of_f: tuple[str, ...]  # in a claim about entries, the indices of f[k,l]
    entry_of_variable: tuple[str, ...]
    conditions: tuple[Condition, ...]
    symbols: tuple[str, ...]  # dim symbols, sorted
    integers: tuple[str, ...]

    @property
    def trees(self) -> tuple[Typed, ...]:
        """f, the closed form and the parts named by ``let``."""
        return (self.f, self.closed_form, *(tree for _, tree in self.lets))


def statements(parsed: Parsed) -> Iterator[Statement | Problem]:
    """Every claim in order: typed, or the problem that makes it unreadable."""
    for number in range(len(parsed.identity.claims)):
        trouble = parsed.problems.get(-1) or parsed.problems.get(number)
        if trouble is not None:
            yield trouble
            continue
        try:
            yield with_some_reading(parsed, number)
        except Misread as misread:
            yield misread.problem(parsed.identity)


def with_some_reading(parsed: Parsed, number: int) -> Statement:
    """Type a claim; of a document, with a number beside a column meant for its entries where nothing else will do.

    Rather that, too, than to take a letter of vectors or matrices for a number: of numbers almost everything is true.
    """
    try:
        found = with_some_kinds(parsed, number)
    except Misread:
        if not parsed.identity.broadcasts:
            raise
        with suppress(Misread):
            return with_some_kinds(parsed, number, broadcasts=True)
        raise
    numbers = {default_kind(name) for name, v in found.variables.items() if v.shape == SCALAR} - {"scalar"}
    if parsed.identity.broadcasts and numbers:
        with suppress(Misread):
            other = with_some_kinds(parsed, number, broadcasts=True)
            alike = other.f.shape == found.f.shape or found.f.shape != SCALAR or numbers == {"matrix"}
            return other if alike or found.claim.kind == "pullback" else found
    return found


def with_some_kinds(parsed: Parsed, number: int, *, broadcasts: bool = False) -> Statement:
    """Type with the default kinds of undeclared names; where they fail and exactly one other reading fits, take it.

    A name that is a number by default and stands where a vector stands is one: read as a number, θᵀAθ has the
    derivative 2Aθ.
    """
    kinds = vectors(parsed)
    likely = kinds | likely_vectors(parsed)
    if found := typed_or_none(parsed, number, likely, broadcasts):
        return found
    try:
        return Reader(parsed, number, kinds, broadcasts).statement()
    except Misread as failure:
        trees = (parsed.f, parsed.closed_forms[number], *(tree for tree, _ in parsed.lets.values()))
        nodes = sum(1 for tree in trees if tree for _ in walk(tree))
        if not kinds or not isinstance(failure.error, ShapeError) or nodes > limits.UNDECLARED:
            raise
        bases = [dict(kinds), likely] if likely != kinds else [dict(kinds)]  # ‖y − Xβ‖²/(2s) has β and s otherwise
        for other_kinds in chain.from_iterable(other_readings(base, parsed) for base in bases):
            fitting = [s for other in other_kinds if (s := typed_or_none(parsed, number, other, broadcasts))]
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                break
        raise


def typed_or_none(parsed: Parsed, number: int, kinds: dict[str, str], broadcasts: bool) -> Statement | None:
    """The statement under these kinds, None where it does not type-check."""
    try:
        return Reader(parsed, number, kinds, broadcasts).statement()
    except Misread:
        return None


class Reader:
    """Types one claim of a parsed identity together with f and the parts named by ``let``; raises Misread."""

    def __init__(self, parsed: Parsed, number: int, kinds: dict[str, str], broadcasts: bool = False) -> None:
        self.parsed = parsed
        self.claim = parsed.identity.claims[number]
        self.what = said(self.claim)
        tree = parsed.closed_forms[number]
        assert tree is not None
        assert parsed.f is not None
        self.tree, self.f_tree = tree, parsed.f
        declarations = parsed.declarations
        if self.claim.worked:
            declarations = sized_by_example(self.claim, declarations)
        self.inference = Inference(declarations, kinds)
        self.inference.broadcasts = broadcasts
        self.lets: dict[str, Typed] = {}

    def statement(self) -> Statement:
        claim, inference = self.claim, self.inference
        f_text, closed_text = self.parsed.identity.f, claim.closed_form
        self.name_parts(Cotangent, Perturbation)
        with reading(f_text, "f"):
            self.refuse_moving(self.f_tree)
            f = inference.infer(self.f_tree, f_text.text)
            # The dims of f's variables are settled by f: a closed form must fit them and may not narrow them.
            inference.name_unknown_dims()
        in_f = {*inference.undeclared, *inference.declarations}
        of_f = set(inference.ranges)
        with reading(closed_text, self.what):
            wrt = self.variables_of_claim(in_f)
        if claim.kind == "pullback":
            inference.cotangent = f.shape
        self.name_parts(*(() if claim.kind == "pullback" else (Cotangent,)))
        with reading(closed_text, self.what):
            self.refuse_moving(self.tree)
            entry_of_variable = claims.indices_of_variable(claim, inference)
            closed = inference.infer(self.tree, closed_text.text)
            self.refuse_strangers(in_f)
            claims.check_kind(claim, f.shape, wrt, inference)
            expected = claims.required_shape(claim.kind, f.shape, [inference.shape_of(name) for name in wrt])
            fits = inference.unify(closed.shape, expected, self.tree.span)
            if not fits:
                inference.fill(closed.shape, expected)
        at = {canonical_name(name) or name: self.value_at(name, text) for name, text in claim.at.items()}
        entry_of_f: tuple[str, ...] = ()
        if claim.kind == "entries":
            with reading(closed_text, self.what):
                entry_of_f = claims.indices_of_f(f.shape, entry_of_variable, of_f, inference)
        with reading(closed_text, self.what):
            inference.settle(last=True)
        f = self.finished(f, f_text, "f")
        closed = self.finished(closed, closed_text, self.what)
        texts = {name: text for name, (_, text) in self.parsed.lets.items()}
        lets = tuple((name, self.finished(part, texts[name], f"let {name}:")) for name, part in self.lets.items())
        self.refuse_excess(((f, f_text, "f"), (closed, closed_text, self.what)), lets)
        at = {name: inference.finish(value, "") for name, value in at.items()}
        trees = [f, closed, *(tree for _, tree in lets)]
        variables = self.variables([*trees, *at.values()])
        if claim.kind in claims.DIFFERENTIALS:
            self.refuse_still([f, *(tree for _, tree in lets)], variables)
        called = {node.function for tree in trees for node in walk(tree.node) if isinstance(node, Call)}
        declared = inference.declarations
        return Statement(
            self.parsed.identity, claim, f, closed, inference.resolved(expected), fits, lets, at, variables,
            {name: declaration for name, declaration in declared.items() if name in called}, wrt,
            {index: inference.solver.resolve(range_) for index, range_ in inference.ranges.items()},
            entry_of_f, entry_of_variable,
            tuple(condition for declaration in declared.values() for condition in declaration.conditions),
            self.symbols(variables), tuple(sorted(self.integers)),
        )  # fmt: skip

    # ---- parts of it

    @property
    def integers(self) -> set[str]:
        declared = {name for name, declaration in self.inference.declarations.items() if declaration.is_integer}
        return declared | self.inference.whole_numbers

    def variables_of_claim(self, known: set[str]) -> tuple[str, ...]:
        wrt = claims.variables_of(self.claim)
        for name in wrt:
            claims.check_variable(name, self.inference.declarations, list(self.parsed.lets))
            if name not in known:
                raise self.no_such(name, HERE)
        return wrt

    def said_in(self, tree: Expr) -> Iterator[tuple[Expr, Span]]:
        """Every node of a tree and of the parts named in it, each with its place in the tree."""
        waiting = [(node, node.span) for node in walk(tree)]
        parts = dict(self.parsed.lets)
        while waiting:
            node, span = waiting.pop()
            yield node, span
            if isinstance(node, Name) and node.name in parts:
                part, _ = parts.pop(node.name)
                waiting += [(inner, span) for inner in walk(part)]

    def name_parts(self, *unwanted: type) -> None:
        """Infer the parts in which no node of an unwanted kind stands."""
        for name, (part, text) in self.parsed.lets.items():
            if name not in self.lets and not any(isinstance(node, unwanted) for node, _ in self.said_in(part)):
                with reading(text, f"let {name}:"):
                    self.refuse_later(part)
                    self.lets[name] = self.inference.lets[name] = self.inference.infer(part, text.text)

    def refuse_later(self, part: Expr) -> None:
        """A part named by `let` may name those above it."""
        for node in walk(part):
            if isinstance(node, Name) and node.name in self.parsed.lets and node.name not in self.lets:
                raise NotationError(f"{node.name} is not yet said: parts may name those above them", node.span)

    def finished(self, tree: Typed, text: Text, what: str) -> Typed:
        with reading(text, what):
            return self.inference.finish(tree, text.text)

    def refuse_still(self, trees: Iterable[Typed], variables: Mapping[str, Variable]) -> None:
        """Something moves in a differential: a variable of f or of a part, or X where dX stands."""
        named = {node.name for tree in trees for node in walk(tree.node) if isinstance(node, Name)}
        nodes = (node for tree in (self.tree, *(tree.node for tree in trees)) for node in walk(tree))
        named |= {node.of for node in nodes if isinstance(node, Perturbation)}
        if not variables.keys() & named:
            with reading(self.claim.closed_form, self.what):
                raise NotationError("there is no variable in f, so nothing moves", HERE)

    def refuse_strangers(self, known: set[str]) -> None:
        """A closed form may name only what f, `where` and `let` name."""
        for node in walk(self.tree):
            name = node.name if isinstance(node, Name) else node.of if isinstance(node, Perturbation) else ""
            if name in self.inference.undeclared and name not in known:
                raise self.no_such(name, node.span)

    def refuse_excess(self, formulas: Iterable[tuple[Typed, Text, str]], lets: Iterable[tuple[str, Typed]]) -> None:
        """A formula may not say more than can be evaluated, however short it is."""
        parts: dict[str, int] = {}
        for name, part in lets:
            parts[name] = operations(part, parts)
        for tree, text, what in formulas:
            if (count := operations(tree, parts)) > limits.OPERATIONS:
                with reading(text, what):
                    raise NotationError(
                        f"{count} operations once powers and sums are run through and parts named by `let` put in; "
                        f"the limit is {limits.OPERATIONS}",
                        HERE,
                    )

    def refuse_moving(self, tree: Expr) -> None:
        """dX stands only in a differential, f̄ in a pullback; neither in f."""
        what, kind = (f"the {self.what}", self.claim.kind) if tree is self.tree else ("f itself", "")
        for node, span in self.said_in(tree):
            if isinstance(node, Cotangent) and kind != "pullback":
                raise NotationError(f"f̄, the cotangent of f, stands only in a pullback, and this is {what}", span)
            if isinstance(node, Perturbation) and kind not in claims.DIFFERENTIALS:
                raise NotationError(f"d{node.of} stands only in a differential, and this is {what}", span)
            if isinstance(node, Perturbation) and self.claim.wrt and node.of not in claims.variables_of(self.claim):
                raise NotationError(f"d{node.of}: {node.of} does not move in {what}", span)

    def no_such(self, name: str, span: Span) -> NotationError:
        known = sorted({*self.parsed.declarations, *self.inference.undeclared, *self.parsed.lets} - {name})
        near = difflib.get_close_matches(name, known, 1, 0.6)
        hint = f"; did you mean {near[0]}?" if near else ""
        return NotationError(f"no variable {name} in this entry, which has {', '.join(known) or 'none'}{hint}", span)

    def value_at(self, name: str, text: Text) -> Typed:
        inference = self.inference
        with reading(text, f"{name}:"):
            value = inference.infer(parse(text.text, self.parsed.names), text.text)
            wanted = inference.shape_of(canonical_name(name) or name)
            if not inference.unify(value.shape, wanted, HERE):
                given = inference.spelled(value.shape)
                raise NotationError(f"{name} is {inference.spelled(wanted)}, but this is {given}", HERE)
            return value

    def variables(self, trees: list[Typed]) -> dict[str, Variable]:
        """Everything that is drawn: declared or not, with what the operations need of it."""
        needed = preconditions(trees)
        found: dict[str, tuple[Shape, tuple[str, ...]]] = {
            name: (declaration.shape, declaration.words)
            for name, declaration in self.inference.declarations.items()
            if not declaration.is_function and not declaration.is_integer
        }
        found |= {name: (self.inference.resolved(shape), ()) for name, shape in self.inference.undeclared.items()}
        return {
            name: Variable(name, shape, joined(words, needed.get(name, ()), shape))
            for name, (shape, words) in found.items()
        }

    def symbols(self, variables: Mapping[str, Variable]) -> tuple[str, ...]:
        found = set(self.inference.dim_symbols)
        for variable in variables.values():
            found |= variable.shape[0].symbols | variable.shape[1].symbols
        return tuple(sorted(found - self.integers))
