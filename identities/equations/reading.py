"""An equation → what it claims, what it defines, and what of it could not be read."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from identities.catalogue import Text, quoted
from identities.equations import dependent
from identities.equations.clauses import HYPOTHESES, Clause, clauses, clauses_between
from identities.equations.components import with_components
from identities.equations.conditions import conditions
from identities.equations.declared import merged
from identities.equations.dependent import of_itself
from identities.equations.derivatives import derivative
from identities.equations.kinds import canonical
from identities.equations.outline import LETTER, NAME, Piece, closing, derived, outline, trimmed
from identities.equations.phrases import learnt, lettered, restored
from identities.equations.rules import BAR, DOT, cotangent_of, upstream_of
from identities.equations.stated import Context, Derivative, Reading, Stated, Unreadable
from identities.equations.stating import linked, stated
from identities.equations.unmet import asks_more, asks_something, no_equality
from identities.notation import NotationError, canonical_name

_DOMAIN = re.compile(rf"\{{?\\?dom\s*\}}?\s*\(?\s*(?P<name>{NAME})\s*\)?\s*=")
_MAP = re.compile(rf"(?<![A-Za-z])(?P<name>{LETTER})\s*:")
# Letters that are values of their own where they stand alone.
CONSTANTS = ("I", "e", "π")
_MOVED = re.compile(r"(?<![A-Za-z\\])[d∂]")
_DEFINED = re.compile(rf"(?P<name>{NAME})\s*(?:\((?P<arguments>[^()]*)\))?")


def read(text: Text, context: Context) -> Reading:
    """The claims of an equation, or of several in one display, in the light of what was said before."""
    return Reader(text, context).reading()


class Reader:
    """Reads one text."""

    def __init__(self, text: Text, context: Context) -> None:
        self.phrases = learnt(text, context.phrases, "".join([*context.where, *context.definitions]))
        self.text = lettered(text, self.phrases)
        self.definitions = dict(context.definitions)
        self.where = dict(context.where)
        self.arguments = dict(context.arguments)
        self.cotangents = dict(context.cotangents)
        self.dependents = dict(context.dependents)
        self.given = context
        self.claims, self.unread = list[Stated](), list[tuple[Text, str]]()

    def reading(self) -> Reading:
        try:
            self.outline = outline(self.text)
            found = clauses(self.outline)
        except NotationError as error:
            self.unread.append((self.text, error.message))
            found = []
        equations = self.without_consequences(self.conditions_of(found))
        later = self.definitions_of(equations)
        for clause in equations:
            self.define(clause, self.definitions, self.arguments)
            known = {name: text for name, text in later[0].items() if name not in self.definitions}
            self.definitions |= known
            self.arguments |= {name: said for name, said in later[1].items() if name in known}
            try:
                self.state(clause)
            except (Unreadable, NotationError) as error:
                self.unread.append((self.outline.part(*clause.piece), str(error)))
        return Reading(tuple(self.claims), self.context, tuple(restored(self.unread, self.phrases)))

    # ---- conditions and definitions

    def conditions_of(self, found: list[Clause]) -> list[Clause]:
        """The clauses that are equations; what the others say of names joins ``where``."""
        equations: list[Clause] = []
        said: list[Text] = []
        refused: list[tuple[Text, str]] = []
        unmet: list[Text] = []
        for clause in map(self.without_parentheses, found):
            whole = self.condition_of(clause)
            if clause.sides and not clause.relation and not self.is_condition(clause):
                if self.asks_for_values(clause):
                    unmet.append(whole)
                    continue
                equations.append(self.without_remark(clause, said))
                continue
            said.append(whole)
            if reason := no_equality(self.outline, clause, whole):
                refused.append((whole, reason))
            elif asks_more(self.outline, clause, whole):
                unmet.append(whole)
        self.where = merged(self.where, self.says(said))
        self.dependents |= dict(found for text in said for found in dependent.said(text.text))
        if not equations and not refused and not self.says(said):
            refused.append(
                (self.text, "no equation: expected a derivative = its closed form, or an equality of two formulas")
            )
        self.unread += refused
        if not unmet:
            return equations
        if not equations and not refused:
            self.unread.append((unmet[0], "a condition rather than an identity"))
        kept = [clause for clause in equations if self.is_definition(clause)]
        reason = f"it holds under a condition that is not understood: {quoted(unmet[0].text.strip())}"
        self.unread += [(self.outline.part(*clause.piece), reason) for clause in equations if clause not in kept]
        return kept

    def without_consequences(self, equations: list[Clause]) -> list[Clause]:
        """The equations but those that follow from one that is no definition; f = xᵀAx ⇒ ∇f = … is two statements."""
        kept: list[Clause] = []
        supposed = False
        for clause in equations:
            if supposed:
                self.unread.append((self.outline.part(*clause.piece), "it follows from an equation that may not hold"))
                continue
            claimed = self.is_definition(clause) or any(self.derivative_of(side) for side in clause.sides)
            supposed = clause.implies and not claimed
            kept.append(clause)
        return kept

    def without_parentheses(self, clause: Clause) -> Clause:
        """A remark in parentheses is a condition: (A symmetric), (λ > 0)."""
        start, stop = trimmed(self.outline.text, clause.piece)
        inside = self.outline.text[start : start + 1] in tuple("([") and closing(self.outline.text, start) == stop - 1
        if clause.sides or clause.relation or not inside:
            return clause
        first, *more = clauses_between(self.outline, (start + 1, stop - 1)) or [clause]
        formal = any(one.sides or one.relation for one in (first, *more))  # and not words: (A, B square)
        return replace(first, lead=first.lead or "with", piece=first.piece if formal else (start + 1, stop - 1))

    def condition_of(self, clause: Clause) -> Text:
        """The text of a clause; dom f = S, and f: S → ℝ, say that the argument of f is in S."""
        start, stop = trimmed(self.outline.text, clause.piece)
        match = _DOMAIN.match(self.outline.text, start, stop)
        if not match and clause.relation == "→":
            match, stop = _MAP.search(self.outline.text, start, stop), self.outline.text.index("→", start)
        if not match:
            return self.outline.part(*clause.piece)
        called = re.search(rf"{match['name']}\s*\(\s*({NAME})\s*\)", self.outline.text)
        argument = called[1] if called else self.arguments.get(match["name"], "")
        of = Text(f"{argument} ∈ ", self.outline.part(*clause.piece).place)
        return Text.joined([of, self.outline.part(match.end(), stop)])

    def says(self, said: list[Text]) -> dict[str, Text]:
        parts = [part for text in said for part in (text, Text(", ", text.place))]
        return dict(conditions(Text.joined(parts))) if parts else {}

    def asks_for_values(self, clause: Clause) -> bool:
        """Whether an equality of two formulas may be a condition, ‖x‖ = 1, which would be true of what it asks for."""
        marked = any({BAR, DOT} & set(self.shown(side)) or derived(self.shown(side)) for side in clause.sides)
        if marked or len(clause.sides) != 2 or self.is_definition(clause) or any(map(self.derivative_of, clause.sides)):
            return False
        left, right = map(self.body, clause.sides)
        return asks_something(self.outline.part(*clause.piece), left, right, self.where)

    def is_condition(self, clause: Clause) -> bool:
        """Whether an equality says a property (A = Aᵀ, XᵀX = I) or stands after "if" without defining a name."""
        if _DOMAIN.match(self.outline.text, *trimmed(self.outline.text, clause.piece)):
            return True
        if any(self.derivative_of(side) for side in clause.sides):
            return False
        whole = self.outline.part(*clause.piece)
        if conditions(whole) and (clause.lead in HYPOTHESES or self.is_definition(clause)):
            return True
        return clause.lead in HYPOTHESES and not self.is_definition(clause)

    def without_remark(self, clause: Clause, said: list[Text]) -> Clause:
        """The clause without a condition in parentheses at its end: … = 2Ax (A symmetric)."""
        start, stop = trimmed(self.outline.text, clause.sides[-1])
        side = self.outline.text[start:stop]
        for match in re.finditer(r"[(\[⟦]", side):
            if closing(side.replace("⟦", "(").replace("⟧", ")"), match.start()) == len(side) - 1:
                remark = self.outline.part(start + match.start() + 1, stop - 1)
                nonzero = re.search(r"(?:≠|\\neq?)\s*0\s*$", remark.text)
                if match.start() and (nonzero or (re.search("[a-z]{4}|[≻⪰∈]", remark.text) and conditions(remark))):
                    said.append(remark)
                    return replace(clause, sides=[*clause.sides[:-1], (start, start + match.start())])
        return clause

    def derivative_of(self, side: Piece) -> Derivative | None:
        try:
            return derivative(self.outline.text, side, frozenset(self.definitions))
        except Unreadable:
            return Derivative("", side)

    def is_definition(self, clause: Clause) -> bool:
        """Whether the first side is a name, f or f(x), and the rest of the clause a formula of others."""
        start, stop = trimmed(self.outline.text, clause.sides[0]) if clause.sides else (0, 0)
        match = _DEFINED.fullmatch(self.outline.text, start, stop)
        if not match or clause.adds:
            return False
        name, inner = match["name"].strip(), match["arguments"]
        if canonical_name(name) is None or {BAR, DOT} & set(name) or name in CONSTANTS or (name == "σ" and inner):
            return False
        moved = name in "d∂" and inner and _MOVED.search(self.outline.text, clause.sides[1][0])  # no function called d
        if moved or (inner is not None and not re.fullmatch(rf"\s*{NAME}(?:\s*[,;]\s*{NAME})*\s*", inner)):
            return False
        return not derived(self.outline.text[slice(*clause.sides[1])]) or name[-1:] in ("*", "\u0302")

    def define(self, clause: Clause, definitions: dict[str, Text], arguments: dict[str, str]) -> None:
        """Note the definition that a clause is, if it is one."""
        if not self.is_definition(clause) or derived(self.shown(clause.sides[1])):
            return
        match = _DEFINED.fullmatch(self.outline.text, *trimmed(self.outline.text, clause.sides[0]))
        assert match is not None
        name = canonical(match["name"].strip())
        body = self.body(clause.sides[1])
        of, more = dependent.itself(name, body)
        if of:
            self.dependents[name] = of
            self.where = merged(self.where, self.says([Text(f"{name} is {more}", body.place)] if more else []))
        elif body.text:
            argument = match["arguments"] or ""
            definitions[name], self.where = with_components(body, canonical(argument.strip()), self.where)
            arguments.pop(name, None)
            arguments |= {name: argument} if argument else {}

    def definitions_of(self, equations: list[Clause]) -> tuple[dict[str, Text], dict[str, str]]:
        """All that the text defines, for claims that stand before it."""
        definitions: dict[str, Text] = {}
        arguments: dict[str, str] = {}
        for clause in reversed(equations):
            self.define(clause, definitions, arguments)
        return definitions, arguments

    def names_cotangent(self, clause: Clause) -> bool:
        """Whether the clause is G = ∂L/∂Y, which it then notes; ∂L/∂b = G is a claim where G is known."""
        for one, other in (clause.sides, clause.sides[::-1]) if len(clause.sides) == 2 else ():
            name = canonical(self.shown(one))
            of = upstream_of(self.outline.text, other, self.context)
            known = {*self.definitions, *(self.cotangents if one is clause.sides[1] else ())}
            if of and re.fullmatch(NAME, self.shown(one)) and name not in known and BAR not in name:
                self.cotangents[name] = of
                return True
        return False

    # ---- claims

    @property
    def context(self) -> Context:
        return replace(
            self.given,
            definitions=dict(self.definitions),
            where=dict(self.where),
            arguments=dict(self.arguments),
            cotangents=self.cotangents,
            phrases=self.phrases,
            dependents=self.dependents,
        )

    def state(self, clause: Clause) -> None:
        """Add the claims of one equation."""
        if self.names_cotangent(clause):
            return
        named, troubles = self.derivatives(clause.sides)
        if not any(named):
            if troubles:
                raise troubles[0]
            self.equalities(clause.sides[1:] if self.is_definition(clause) else clause.sides)
            return
        forms = self.closed_forms(clause.sides, named)
        for form in forms:
            may = [
                one.kind in ("first", "pullback") or of_itself(one.function, self.shown(form)) for one in named if one
            ]
            if derived(self.shown(form)) and not any(may):
                raise Unreadable("a derivative stands within a formula")
        found, unread = list[Stated](), list[tuple[Text, str]]()
        for one in filter(None, named):
            for form in forms:
                try:
                    found.append(stated(self.outline, self.context, one, form))
                except Unreadable as error:
                    troubles.append(error)
                    if not (one.function and len(named) - len(forms) > 1):  # df = d tr(X²) = … needs no formula for f
                        why = "a derivative stands within a formula" if derived(self.shown(form)) else str(error)
                        unread.append((self.body(form), why))
        if not found:
            raise troubles[0]
        self.claims += found
        self.unread += unread

    def closed_forms(self, sides: list[Piece], named: list[Derivative | None]) -> list[Piece]:
        """The sides that are formulas, as ȳ in b̄ = ȳ is where y = Wx + b; raises Unreadable where there is none."""
        if len(sides) == 2 and all(one is not None and one.kind in ("pullback", "first") for one in named):
            handed = [n for n, side in enumerate(sides) if cotangent_of(self.outline.text, side, self.context)]
            if len(handed) == 1:
                named[handed[0]] = None
        forms = [
            side for number, (side, one) in enumerate(zip(sides, named, strict=True))
            if one is None and not self.is_only_a_name(side, number)
        ]  # fmt: skip
        if not forms:
            raise Unreadable("derivatives and names on both sides: no closed form to check")
        return forms

    def derivatives(self, sides: list[Piece]) -> tuple[list[Derivative | None], list[Unreadable]]:
        """What each side names, and why some look like derivatives and are none."""
        found: list[Derivative | None] = []
        troubles: list[Unreadable] = []
        for side in sides:
            try:
                found.append(derivative(self.outline.text, side, frozenset(self.definitions)))
            except Unreadable as error:
                found.append(None)
                troubles.append(error)
        return found, troubles

    def is_only_a_name(self, side: Piece, number: int) -> bool:
        """Whether a side names what the others say, an optimum x̂ or the g of g = ∇f(x)."""
        shown = self.shown(side)
        if re.fullmatch(rf"{LETTER}(?:\s?[\^_]\s*\{{?\s*[*⋆∗]\s*\}}?|⋆)|[A-Za-zα-ω]\u0302(?:_.*)?", shown):
            return True
        return number == 0 and _DEFINED.fullmatch(shown) is not None and not {BAR, DOT} & set(shown)

    def equalities(self, sides: list[Piece]) -> None:
        """a = b = c: every link is a claim."""
        for left, right in pairwise(sides):
            for side in (left, right):
                if derived(self.shown(side)) or {BAR, DOT} & set(self.shown(side)):
                    raise Unreadable("a derivative stands within a formula")
            self.claims.append(linked(self.context, *map(self.body, (sides[0], left, right))))

    def shown(self, side: Piece) -> str:
        return self.outline.text[slice(*trimmed(self.outline.text, side))]

    def body(self, side: Piece) -> Text:
        return self.outline.part(*trimmed(self.outline.text, side))
