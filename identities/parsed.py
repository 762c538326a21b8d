"""An identity's texts as trees: what `where` declares, the formulas parsed, every problem with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from identities import domains
from identities.catalogue import TURNED, Identity, Problem, Text, quoted
from identities.claims import HERE, said, variables_of
from identities.declaration import Declaration, declare
from identities.expression import Expr, Span
from identities.notation import Names, NotationError, canonical_name, dialect, parse
from identities.typed import transposed


@dataclass(frozen=True, slots=True)
class Parsed:
    """Declarations and formulas of an identity; ``problems`` by number of claim, −1 for the whole entry."""

    identity: Identity
    declarations: Mapping[str, Declaration]
    names: Names
    f: Expr | None
    lets: Mapping[str, tuple[Expr, Text]]
    closed_forms: tuple[Expr | None, ...]
    problems: Mapping[int, Problem] = field(default_factory=dict)


class Misread(Exception):
    """A notation error together with the text it stands in and what that text is."""

    def __init__(self, error: NotationError, text: Text, what: str) -> None:
        super().__init__(str(error))
        self.error, self.text, self.what = error, text, what

    def problem(self, identity: Identity) -> Problem:
        """The error with its place in the file; a closed form need not be repeated."""
        itself = any(self.text is claim.closed_form for claim in identity.claims)
        message = self.error.message if itself else f"{self.what} '{quoted(self.text.text)}': {self.error.message}"
        return Problem(self.text.at(self.error.span.start), identity.id, message)


@contextmanager
def reading(text: Text, what: str) -> Iterator[None]:
    """Tell a notation error raised inside which text it stands in."""
    try:
        yield
    except NotationError as error:
        raise Misread(error, text, what) from None


def read(identity: Identity) -> Parsed:
    """Parse everything an identity says; every problem is found, none is raised."""
    problems: dict[int, Problem] = {}

    @contextmanager
    def noting(text: Text, what: str, number: int) -> Iterator[None]:
        try:
            with reading(text, what):
                yield
        except Misread as misread:
            problems.setdefault(number, misread.problem(identity))

    declarations: dict[str, Declaration] = {}
    for written, text in identity.where.items():
        with noting(text, f"where {written}:", -1):
            name = canonical_name(written)
            if name is None:
                raise NotationError("not a name: one letter, with a subscript perhaps", HERE, written)
            declarations[name] = checked(declare(text.text), text.text)
    dims = frozenset().union(*(d.shape[0].symbols | d.shape[1].symbols for d in declarations.values()), declarations)
    dims |= frozenset().union(*(d.target[0].symbols | d.target[1].symbols for d in declarations.values() if d.target))
    for written, text in identity.where.items():
        declaration = declarations.get(canonical_name(written) or "")
        for condition in declaration.conditions if declaration else ():
            for symbol in sorted((condition.left.symbols | condition.right.symbols) - dims):
                with noting(text, f"where {written}:", -1):
                    raise NotationError(
                        f"the condition {condition} names {symbol}, which is no dim of this entry", HERE
                    )
    parts = {canonical_name(name) or name: text for name, text in identity.let.items()}
    functions = frozenset(name for name, declaration in declarations.items() if declaration.is_function)
    symbols = frozenset().union(*(declaration.symbols for declaration in declarations.values()))
    of_complex = frozenset(name for name, d in declarations.items() if domains.has(d.words, "complex"))
    texts = (identity.f, *parts.values(), *(claim.closed_form for claim in identity.claims))
    shown = dialect(*(text.text for text in texts))
    names = Names(frozenset(declarations) - functions | frozenset(parts), functions, symbols, of_complex, shown)

    f: Expr | None = None
    with noting(identity.f, "f", -1):
        f = parse(identity.f.text, names)
    lets: dict[str, tuple[Expr, Text]] = {}
    for name, text in parts.items():
        with noting(text, f"let {name}:", -1):
            lets[name] = (parse(text.text, names), text)
    closed: list[Expr | None] = [None] * len(identity.claims)
    for number, claim in enumerate(identity.claims):
        with noting(claim.closed_form, said(claim), number):
            variables_of(claim)  # that it names some
            tree = parse(claim.closed_form.text, names)
            closed[number] = transposed(tree) if claim.kind in TURNED.get(claim.layout, ()) else tree
    return Parsed(identity, declarations, names, f, lets, tuple(closed), problems)


def checked(declaration: Declaration, text: str) -> Declaration:
    """The declaration with its domain words in their canonical spelling; raises NotationError."""
    whole = Span(0, len(text))
    try:
        words = domains.parse_words(" ".join(declaration.words))
    except ValueError as error:
        raise NotationError(str(error), whole, text) from None
    rows, columns = declaration.shape
    reason = domains.check_words(words, str(rows), str(columns), rows == columns) if words else None
    if reason:
        raise NotationError(reason, whole, text)
    return replace(declaration, words=words)
