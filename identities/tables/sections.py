"""Blocks → identities: what directives, headings and sentences say is carried along to what it holds for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath

from identities import limits
from identities.catalogue import Claim, Identity, Problem, Skipped, Text, quoted
from identities.equations import Context, Stated, Unreadable
from identities.equations.constants import said_sizes
from identities.equations.declared import without_sizes
from identities.equations.kinds import entry, typed
from identities.parsed import read as parsed
from identities.statement import statements
from identities.tables import rows
from identities.tables.blocks import Block, Cell, Directive, Heading, Prose, Row, Run, Table, Trouble, words
from identities.tables.columns import (
    columns_in,
    columns_of,
    equated,
    line_of,
    names_derivative,
    of_the_named,
    side_by_side,
    upright,
)
from identities.tables.directives import Settings, settings
from identities.tables.headers import Column
from identities.tables.moving import upstream
from identities.tables.prose import read as read_sentence
from identities.tables.rows import Read, Unread
from identities.tables.scope import Scope, news
from identities.tables.sentences import cut, is_afterthought, states_derivative
from identities.tables.spellings import respelled

Found = list[Read | Unread]
Sentence = list[Run]
Claims = Callable[[Context], Iterable[Read | Unread]]

_NUMPY = {
    "code": re.compile(r"@|\*\*|\.T\b|\.(?:sum|mean)\(|\b(?:np|jnp|numpy|torch)\."),
    "words": re.compile(r"[\w)] @ [\w(]"),
}
_PRIMED = {"code": re.compile(r"[A-Za-z)]'"), "words": re.compile(r"[A-Za-z)]' ?\*")}  # MATLAB's products
_GENERALLY = re.compile(r"\W*(?:In general|Generally|More generally|In the general case)\b")
_INTRODUCES = re.compile(r"\b(?:let|for|consider|define|suppose|take|given)\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:\((?:in |using )?|\bonly in |^\W*in )(?:the )?(numerator|denominator)[- ]layout\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Document:
    """The identities of a document, what is wrong with it, and what in it was skipped."""

    identities: tuple[Identity, ...] = ()
    problems: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def document(blocks: Iterable[Block], file: str) -> Document:
    """What the blocks of a file state."""
    reader = Reader(file)
    for block in respelled(blocks):
        reader.block(block)
        if reader.settings.skip_file:
            return Document((), tuple(reader.problems), ())
    return Document(tuple(reader.identities), tuple(reader.problems), tuple(reader.skipped))


@dataclass
class Reader:
    """Goes through the blocks of one document and collects what they state."""

    file: str
    scope: Scope = field(default_factory=Scope)
    cell: str = ""  # of a notebook, for ids
    settings: Settings = field(default_factory=Settings)
    primed: bool = False  # whether code writes A' for a transpose, so that * is the product
    shown_above: tuple[int, int, Claims, Settings] | None = None  # a display: what was there before it, what it states
    identities: list[Identity] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def name(self) -> str:
        return PurePath(self.file).name

    def block(self, block: Block) -> None:
        match block:
            case Heading():
                self.settings, self.shown_above = Settings(), None
                self.scope.heading(block, self.file)
            case Cell(number=number):
                self.cell = f"cell-{number}:"
            case Directive():
                self.settings = self.directed(self.settings, (block,))
            case Table():
                if self.scope.listed:  # else what the sentence above says is of the table
                    self.scope.leave_list()
                self.table(block, self.once())
            case Prose():
                self.prose(block, self.once())
            case Trouble(place=place, message=message):
                self.problems.append(Problem(place, "", message))

    def directed(self, before: Settings, directives: Iterable[Directive]) -> Settings:
        for directive in directives:
            before = replace(before, **settings(directive, self.problems))  # type: ignore[arg-type]
        return before

    def once(self) -> Settings:
        """The settings now; what holds only once is used up."""
        now, self.settings = self.settings, replace(self.settings, skip=False, expected="verified")
        return now

    def table(self, table: Table, now: Settings) -> None:
        table = of_the_named(upright(table), self.scope.context.definitions)
        heads, said = columns_in(table.header, [row.cells for row in table.rows])
        if now.skip:
            return
        # Where the header leaves the function open, what makes no sense is no claim, as in sentences.
        group = f"{self.name}:{line_of(table)}" if said else self.name
        if not heads:
            for row in (Row(table.header), *table.rows):
                self.unheaded(row, self.directed(now, row.directives), group)
            return
        code = any(run.manner in _NUMPY and _NUMPY[run.manner].search(run.text.text) for run in table.runs)
        primes = any(run.manner in _PRIMED and _PRIMED[run.manner].search(run.text.text) for run in table.runs)
        self.primed |= primes and not code
        own = "⊙" if code else "·" if self.primed else ""  # beside @, * is elementwise, and so is exp
        before = self.scope.context
        usual, handed = Counter[str](), dict(one for head in table.header for one in upstream(list(head)))
        known = replace(before, manner=before.manner or own, cotangents={**before.cotangents, **handed})
        for row in table.rows:
            self.scope.context = replace(known, usual=max(usual, key=usual.__getitem__, default=""))
            found = self.row(heads, row, self.directed(now, row.directives), group)
            usual.update(claim.wrt for one in found for claim in one.claims if claim.wrt)
        self.scope.context = before

    def row(self, heads: tuple[Column, ...], row: Row, now: Settings, group: str) -> list[Identity]:
        start = len(self.identities)
        for piece in side_by_side(heads) if not now.skip else ():
            claims = partial(rows.claims, heads[piece], row.cells[piece], wrt=now.wrt)
            self.add(claims, now, group, in_table=True)
        return self.identities[start:]

    def unheaded(self, row: Row, now: Settings, group: str) -> None:
        """A row under a header that says nothing to us: what its cells name and state by themselves."""
        equation, own = equated(row.cells), columns_of(row.cells)
        if equation or own:
            self.prose(Prose(equation), now) if equation else self.row(own, row, now, group)
            return
        stating = any(states_derivative(cell) or names_derivative(cell) for cell in row.cells)
        if stating:  # f(x) = xᵀx | ∇f(x) = 2x
            runs = [run for cell in row.cells if cell for run in (*cell, Run("words", Text(", ", cell[0].text.place)))]
            self.prose(Prose(tuple(runs)), now)
        formulas = [run.text for cell in row.cells for run in cell if run.manner in ("math", "display")]
        if len(formulas) > 1 and not stating:
            reason = "the header of its table names no column of functions and derivatives, nor of equations"
            problem = Problem(formulas[0].place, "", f"'{quoted(formulas[0].text)}' is not read: {reason}")
            self.skipped.append(Skipped(problem, in_table=False))

    def prose(self, prose: Prose, now: Settings) -> None:
        if now.skip:
            return
        self.scope.paragraph(prose)
        sentences = list(cut(prose.line))
        formulas = [run.text for sentence in sentences for run in sentence if run.manner != "words"]
        if len(formulas) > limits.PARAGRAPH:
            reason = f"a paragraph of {len(formulas)} formulas; the limit is {limits.PARAGRAPH}"
            problem = Problem(formulas[0].place, "", f"'{quoted(formulas[0].text)}' is not read: {reason}")
            self.skipped.append(Skipped(problem, in_table=False))
            return
        if sentences and self.shown_above and is_afterthought(prose.line):
            self.amend(sentences[0], *self.shown_above)
        self.shown_above = None
        for sentence in sentences:
            if aside := _ASIDE.search(" ".join(run.text.text for run in sentence)):
                now = replace(now, layout=now.layout or aside[1].lower())
            self.sentence(sentence, now)

    def sentence(self, sentence: Sentence, now: Settings) -> None:
        """Keep what a sentence states, and what it says for those after it."""
        said = self.scope.said(now.where)
        found, context, within = read_sentence(sentence, said)
        defined = news(context.definitions, said.definitions)
        others = [*self.scope.beside] if _GENERALLY.match(words(sentence)) else defined
        if (others != defined or _INTRODUCES.search(words(sentence))) and self.scope.forget(others):
            said = self.scope.said(now.where)
            found, context, within = read_sentence(sentence, said)

        def stated(known: Context) -> Found:
            return found if known == said else read_sentence(sentence, known)[0]

        if found and sentence[-1].manner == "display":
            self.shown_above = (len(self.identities), len(self.skipped), stated, now)
        self.add(stated, now, self.name, in_table=False)
        self.scope.keep(sentence, said, context, within, bool(found))

    def amend(self, sentence: Sentence, identities: int, skipped: int, stated: Claims, now: Settings) -> None:
        """Read what was shown above this sentence again, in the light of it: … with A symmetric."""
        if more := news(read_sentence(sentence, self.scope.said(now.where))[2].where, self.scope.said(now.where).where):
            del self.identities[identities:], self.skipped[skipped:]
            self.scope.passing = more
            self.add(stated, now, self.name, in_table=False)
            self.scope.passing = {}

    def add(self, stated: Claims, now: Settings, group: str, *, in_table: bool) -> None:
        """Keep what is stated. Sizes that sentences gave hold where they fit: a document is full of other A and X."""
        known = self.scope.said(now.where)
        found = [self.read(one, now, group) for one in stated(known)]
        where = {**without_sizes({**self.scope.context.where, **self.scope.passing}), **now.where}
        general = replace(known, where=where, sizes=frozenset(said_sizes(known)))
        if any(isinstance(one, Unread) for one in found) and general.where != known.where:
            read = [one for one in found if isinstance(one, Identity)]
            places = {one.claims[0].closed_form.place for one in read}
            others = [self.read(one, now, group) for one in stated(general)]
            more = [one for one in others if isinstance(one, Unread) or one.claims[0].closed_form.place not in places]
            if any(isinstance(one, Identity) for one in more):
                found = sorted([*read, *more], key=place)
        for one in found:
            if isinstance(one, Identity):
                self.identities.append(one)
            else:
                problem = Problem(one.text.place, "", f"'{quoted(one.text.text)}' is not read: {one.reason}")
                self.skipped.append(Skipped(problem, in_table))

    def read(self, read: Read | Unread, now: Settings, group: str) -> Identity | Unread:
        """The identity that is read, if its formulas can be checked."""
        if isinstance(read, Unread):
            return read
        claim = read.stated
        layout, line = (
            read.layout or now.layout or self.scope.layout or claim.layout or "auto",
            claim.closed_form.place.line,
        )
        form = claim.closed_form
        if claim.turned is not None:
            if layout not in ("numerator", "denominator"):
                return Unread(
                    form, "in which layout is the derivative within it? Numerator or denominator layout, say it"
                )
            form = claim.turned if layout == "denominator" else form
        stated = Claim(claim.kind, claim.wrt, form, {}, layout=layout, expected=now.expected)
        found = replace(
            entry(stated, claim.f, claim.where, claim.let),
            id=f"{self.name}:{self.cell}{line}", section=self.scope.section, span=(line, line),
            table=f"{group}:{self.scope.listed}" if group == self.name and self.scope.listed else group,  # one layout
        )  # fmt: skip
        first = next(statements(parsed(found)))
        if isinstance(first, Problem) and ((group == self.name and not read.surely) or not is_typed(claim)):
            return Unread(claim.closed_form, first.message)
        return found


def is_typed(claim: Stated) -> bool:
    """Whether the function of a claim makes sense by itself, so that what is wrong is its closed form."""
    try:
        typed(claim.f, claim.where, claim.let)
    except Unreadable:
        return False
    return True


def place(one: Identity | Unread) -> tuple[int, int]:
    """Where a claim, or what is not read, stands."""
    text = one.text if isinstance(one, Unread) else one.claims[0].closed_form
    return text.place.line, text.place.column
