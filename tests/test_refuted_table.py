"""Wrong claims are refuted: those of the table, each with a counterexample, and mutants of our own gradients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any, TypeGuard
from zlib import crc32

import pytest

from identities import domains, hypotheses, parsed
from identities.catalogue import KINDS, Claim, Identity, read, read_text
from identities.checking import stream
from identities.expression import Apply, Expr, Name, Number, children, walk, with_children
from identities.notation.typeset import unicode
from identities.statement import Statement, statements
from identities.typed import transposed
from identities.verdict import Verdict

HERE = Path(__file__).parent
TABLE = HERE / "tables" / "refuted.identities.yaml"
WRONG, PROBLEMS = read(TABLE)
CHUNK = 10  # entries of one test: small enough to share the work among processes
DIAGNOSES = {"transposed", "sign", "factor", "layout", "missing-hypothesis", "repaired", "shape", "unknown"}


def chunks() -> list[Any]:
    """The entries of each section, a few at a time."""
    found = []
    for section, entries in groupby(WRONG, lambda identity: identity.section):
        whole = tuple(entries)
        for start in range(0, len(whole), CHUNK):
            name = f"{section.replace(' ', '-').lower()}-{start // CHUNK + 1}"
            found.append(pytest.param(whole[start : start + CHUNK], id=name))
    return found


def not_refuted(verdicts: list[Verdict]) -> list[str]:
    return [f"{v.id} {v.kind} {v.wrt}: {v.verdict} {v.message}" for v in verdicts if v.verdict != "refuted"]


def flat(rows: Any) -> list[complex]:
    return [complex(number) for row in rows for number in row]


def shape(rows: Any) -> tuple[int, int]:
    return len(rows), len(rows[0])


def test_the_table_is_sound_and_holds_wrong_claims_of_every_kind() -> None:
    kinds = Counter(claim.kind for identity in WRONG for claim in identity.claims)
    assert not PROBLEMS
    assert kinds.total() >= 60
    assert set(kinds) == set(KINDS)


@pytest.mark.parametrize("chunk", chunks())
def test_every_wrong_claim_is_refuted_with_a_counterexample(chunk: tuple[Identity, ...]) -> None:
    verdicts = list(stream(chunk))
    assert len(verdicts) == sum(len(identity.claims) for identity in chunk)
    assert not_refuted(verdicts) == []
    for verdict in verdicts:
        example = verdict.counterexample
        assert verdict.message, verdict.id
        assert verdict.draws > 0, verdict.id
        assert example is not None, verdict.id
        assert verdict.diagnosis is not None, verdict.id
        assert verdict.diagnosis.kind in DIAGNOSES, verdict.id
        if verdict.kind in ("minimizer", "maximizer"):
            # Stationary points of the wrong curvature are refuted by the Hessian, the others by the gradient.
            assert "∇f" in verdict.message or "∇²f" in verdict.message, verdict.id
            continue
        closed, true = example["closed_form"], example["true"]
        gap = [abs(c - t) for c, t in zip(flat(closed), flat(true), strict=False)]
        # NaN is a difference too: the closed form has no value where the derivative has one.
        assert shape(closed) != shape(true) or not max(gap) <= 1e-9, verdict.id


# ---- mutants: the gradients of our catalogue, one edit of the tree away from what is true

CATALOGUE, _ = read(HERE.parent / "catalogue.yaml")
PARTS = 4
ENOUGH = 32


def lot(text: str) -> int:
    """A number that looks random and is the same on every machine."""
    return crc32(text.encode())


# Gradients drawn by lot: nearly the same ones whatever is added to the catalogue, and never more.
GRADIENTS = sorted(
    (
        (identity, claim)
        for identity in CATALOGUE
        for claim in identity.claims
        if claim.kind == "gradient" and not claim.worked
    ),
    key=lambda pair: lot(f"{pair[0].id} {pair[1].wrt} {pair[1].closed_form.text}"),
)[:ENOUGH]
MUTANTS = 2  # of each, one for each of so many kinds of edit

# Mutants that are true although `Normal` does not see it: (id, mutant) → why.
EQUAL = {
    ("cosine-similarity", "a/(‖a‖ ‖x‖) − (xaᵀ/(‖a‖ ‖x‖³))x"): "xaᵀx = (aᵀx)x",
    ("det-two-sided", "det(XAB)X⁻ᵀ"): "the determinant of a product of square matrices knows no order",
    ("det-of-square-congruence", "2 det(AXᵀX)X⁻ᵀ"): "the determinant of a product of square matrices knows no order",
}


def edits(tree: Expr, scalars: set[Expr], others: dict[str, list[str]]) -> Iterator[tuple[str, Expr]]:
    """(kind of edit, the whole tree after it); what does nothing to a scalar is left out."""
    two = Number(Fraction(2))
    for node in dict.fromkeys(walk(tree)):
        for kind, new in edits_of(node, scalars, others):
            yield kind, once(tree, node, new)
    yield "sign", negated(tree)
    yield "factor", Apply("product", (two, *tree.args) if is_product(tree) else (two, tree))


def edits_of(node: Expr, scalars: set[Expr], others: dict[str, list[str]]) -> Iterator[tuple[str, Expr]]:
    if node not in scalars and isinstance(node, (Name, Apply)) and node != Apply("neg", children(node)):
        yield "transpose", transposed(node)
    if isinstance(node, Name):
        for other in others.get(node.name, ()):
            yield "variable", Name(other)
    if is_product(node):
        for place in range(len(node.args) - 1):
            left, right = node.args[place : place + 2]
            if left not in scalars and right not in scalars:
                yield "swap", replace(node, args=(*node.args[:place], right, left, *node.args[place + 2 :]))
    if isinstance(node, Apply) and node.op == "sum":
        for place, term in enumerate(node.args):
            yield "term", replace(node, args=(*node.args[:place], negated(term), *node.args[place + 1 :]))


def is_product(tree: Expr) -> TypeGuard[Apply]:
    return isinstance(tree, Apply) and tree.op == "product"


def negated(tree: Expr) -> Expr:
    return tree.args[0] if isinstance(tree, Apply) and tree.op == "neg" else Apply("neg", (tree,))


def once(tree: Expr, old: Expr, new: Expr) -> Expr:
    """The tree with the first occurrence of ``old`` replaced."""
    if tree == old:
        return new
    parts = list(children(tree))
    for place, part in enumerate(parts):
        if any(node == old for node in walk(part)):
            parts[place] = once(part, old, new)
            return with_children(tree, tuple(parts))
    raise AssertionError(f"{old} is not in {tree}")


@dataclass(frozen=True)
class Normal:
    """Formulas that a few rules of transposition show to be the same have the same normal form.

    (Aᵀ)ᵀ = A, (AB)ᵀ = BᵀAᵀ, (A + B)ᵀ = Aᵀ + Bᵀ, (A⁻¹)ᵀ = (Aᵀ)⁻¹, sᵀ = s for scalars, Iᵀ = I, Sᵀ = S for symmetric S,
    det Aᵀ = det A and so on, Xᵀ[i,j] = X[j,i]; scalar factors stand first, terms in alphabetical order.
    """

    scalars: frozenset[Expr]
    symmetric: frozenset[str]
    lets: dict[str, Expr]

    BLIND = ("det", "tr", "total", "norm", "norm_F", "norm_2", "norm_nuclear")  # f(Aᵀ) = f(A)
    THROUGH = ("neg", "inverse", "sqrtm", "expm", "logm", "adj", "hadamard")  # f(Aᵀ) = f(A)ᵀ
    FIXED = ("identity", "diag")  # f(…)ᵀ = f(…)

    @classmethod
    def of(cls, statement: Statement) -> str:
        """The normal form of the closed form."""
        nodes = (node for tree in statement.trees for node in hypotheses.every(tree))
        words = {variable.name: variable.words for variable in statement.variables.values()}
        even = (n for n, w in words.items() if any(domains.has(w, word) for word in ("symmetric", "diagonal")))
        definite = (n for n, w in words.items() if domains.has(w, "psd") and not domains.has(w, "complex"))
        lets = {name: tree.node for name, tree in statement.lets}
        self = cls(frozenset(node.node for node in nodes if node.is_scalar), frozenset((*even, *definite)), lets)
        return repr(self.form(statement.closed_form.node))

    def form(self, tree: Expr, turned: bool = False) -> Expr:
        """The normal form of the tree, or of its transpose."""
        turned = turned and tree not in self.scalars
        if isinstance(tree, Name) and tree.name in self.lets:
            return self.form(self.lets[tree.name], turned)
        if isinstance(tree, Name) and tree.name in self.symmetric:
            return tree
        if not isinstance(tree, Apply):
            tree = with_children(tree, tuple(map(self.form, children(tree))))
            return Apply("transpose", (tree,)) if turned else tree
        if tree.op == "transpose":
            return self.form(tree.args[0], not turned)
        if tree.op == "product":
            scalars = sorted((self.form(part) for part in tree.args if part in self.scalars), key=repr)
            rest = [self.form(part, turned) for part in tree.args if part not in self.scalars]
            parts = [*scalars, *(reversed(rest) if turned else rest)]
            flat = [leaf for part in parts for leaf in (part.args if is_product(part) else (part,))]
            return flat[0] if len(flat) == 1 else Apply("product", tuple(flat))
        if tree.op == "sum":
            return Apply("sum", tuple(sorted((self.form(part, turned) for part in tree.args), key=repr)))
        if tree.op in self.BLIND:
            return Apply(tree.op, (min(self.form(tree.args[0]), self.form(tree.args[0], True), key=repr),))
        if tree.op == "entry" and isinstance(base := tree.args[0], Apply) and base.op == "transpose":
            return self.form(replace(tree, args=(base.args[0], *reversed(tree.args[1:]))))
        if tree.op in ("quotient", "power"):
            return Apply(tree.op, (self.form(tree.args[0], turned), self.form(tree.args[1])))
        inner = turned and tree.op in self.THROUGH
        plain = Apply(tree.op, tuple(self.form(part, inner) for part in tree.args))
        return Apply("transpose", (plain,)) if turned and tree.op not in (*self.THROUGH, *self.FIXED) else plain


def identity_of(identity: Identity, claim: Claim, closed: str) -> Identity:
    """The entry of a generated YAML file that claims another closed form."""

    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    lines = ["format: 1", "title: T", "identities:", f"- id: {identity.id}"]
    for key, texts in (("where", identity.where), ("let", identity.let), ("at", identity.at)):
        if texts:
            lines += [f"  {key}:", *(f"    {name}: {quoted(text.text)}" for name, text in texts.items())]
    lines += [f"  f: {quoted(identity.f.text)}", f"  {claim.kind}:", f"    {claim.wrt}: {quoted(closed)}"]
    found, problems = read_text("\n".join(lines), "mutant.yaml")
    assert not problems, [str(problem) for problem in problems]
    return found[0]


def only_statement(identity: Identity) -> Statement | None:
    """The typed claim of an entry with one, None if it does not type-check in the shape it must have."""
    (found,) = statements(parsed.read(identity))
    return found if isinstance(found, Statement) and found.fits else None


def mutants(identity: Identity, claim: Claim) -> Iterator[tuple[Identity, bool]]:
    """A few well-typed mutants of one gradient, of different kinds of edit, and whether they are provably the same."""
    original = only_statement(identity_of(identity, claim, claim.closed_form.text))
    assert original is not None
    scalars = {node.node for tree in original.trees for node in hypotheses.every(tree) if node.is_scalar}
    alike: dict[Any, list[str]] = {}
    for variable in original.variables.values():
        alike.setdefault(variable.shape, []).append(variable.name)
    others = {name: [other for other in names if other != name] for names in alike.values() for name in names}
    texts: dict[str, list[str]] = {}
    for kind, tree in edits(original.closed_form.node, scalars, others):
        texts.setdefault(kind, []).append(unicode(tree))
    made = 0
    for kind in sorted(texts, key=lambda kind: lot(f"{identity.id} {kind}")):
        turn = lot(identity.id) % len(texts[kind])
        for text in texts[kind][turn:] + texts[kind][:turn]:
            mutant = identity_of(identity, claim, text)
            if made < MUTANTS and (statement := only_statement(mutant)):
                made += 1
                yield mutant, Normal.of(statement) == Normal.of(original)
                break


@pytest.mark.parametrize("part", range(PARTS))
def test_mutants_of_our_gradients_are_refuted_unless_they_are_true(part: int) -> None:
    chosen = GRADIENTS[part::PARTS]
    made = [pair for identity, claim in chosen for pair in mutants(identity, claim)]
    assert len(made) >= len(chosen)
    surprises = []
    for (_, same), found in zip(made, stream([mutant for mutant, _ in made]), strict=True):
        true = same or (found.id, found.closed_form) in EQUAL
        if found.verdict != ("verified" if true else "refuted"):
            surprises.append(f"{found.id}: {found.f} with {found.wrt}: {found.closed_form} is {found.verdict}")
    assert surprises == []


@pytest.mark.parametrize(("id", "mutant"), EQUAL)
def test_the_exceptions_are_true(id: str, mutant: str) -> None:
    identity = next(identity for identity in CATALOGUE if identity.id == id)
    claim = next(claim for claim in identity.claims if claim.kind == "gradient")
    found = identity_of(identity, claim, mutant)
    assert [verdict.verdict for verdict in stream([found])] == ["verified"]


def test_there_are_mutants_enough_and_few_of_them_are_true() -> None:
    assert len(GRADIENTS) == ENOUGH
    same = [same for identity, claim in GRADIENTS[::2] for _, same in mutants(identity, claim)]
    assert len(same) >= 30
    assert sum(same) <= len(same) / 4
