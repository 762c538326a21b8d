"""What the text has said so far: of which variables, for how long. Headings, items and sentences end it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from identities import equations
from identities.catalogue import Place, Text
from identities.equations import Context
from identities.equations.conditions import conditions, covariances
from identities.equations.declared import merged
from identities.equations.stated import Texts
from identities.tables.blocks import Heading, Prose, Run
from identities.tables.remarks import stated_layout
from identities.tables.sentences import ends, goes_on

_FORMULA = re.compile(r"\$([^$]{3,80})\$")
_IF = re.compile(r"\W*(?:If|When|For)\b")


@dataclass
class Scope:
    """What holds at one place of a document."""

    section: str = ""
    above: list[tuple[int, Context, str]] = field(default_factory=list)  # levels, what their text says, the layout
    level: int = -1
    layout: str = ""  # that the text says it uses
    context: Context = field(default_factory=Context)
    passing: Texts = field(default_factory=dict)  # what an unfinished sentence says of variables
    over: Texts = field(default_factory=dict)  # what is said so of all items of a list
    items: list[tuple[int, dict[str, Text]]] = field(default_factory=list)  # what those around say beside their claims
    supposed: tuple[int, Context] | None = None  # an item that begins with If y = Ax: its level, what was said before
    listed: int = 0  # the line at which the list begins that is being read
    beside: dict[str, Texts] = field(default_factory=dict)  # what was said of variables where a function was defined

    def heading(self, heading: Heading, file: str) -> None:
        self.section = heading.title
        self.above.append((self.level, self.context, self.layout))
        while self.above[-1][0] >= heading.level:
            self.above.pop()
        (_, self.context, self.layout), self.level = self.above[-1], heading.level
        place = Place(file, 1, 1)
        said = conditions(Text(heading.title, place))  # Vector arguments, A symmetric
        self.context = replace(self.context, where=merged(self.context.where, said))
        for formula in _FORMULA.findall(heading.title):  # Linear layer, y = Wx, with δ = ∂L/∂y
            self.context = equations.read(Text(formula, place), self.context).context
        self.supposed = None
        self.leave_list()

    def paragraph(self, prose: Prose) -> None:
        """A paragraph or an item begins."""
        if prose.item != "more":
            self.leave_items(prose.depth if prose.item else 0)
            self.items.append((prose.depth, {}))
            if prose.item and prose.line and _IF.match(prose.line[0].text.text):
                self.supposed = prose.depth, self.context
        if prose.item == "first":
            self.passing = self.over = self.over if self.listed else self.passing
        elif not prose.item and not goes_on(prose.line):
            self.passing = {}
        here = prose.line[0].text.place.line if prose.line else 1
        self.listed, self.over = (self.listed or here, self.over) if prose.item else (0, {})

    def keep(self, sentence: list[Run], said: Context, context: Context, within: Context, claims: bool) -> None:
        """What a sentence says for those after it: ``context`` by itself, ``within`` also in passing."""
        base, defined = self.context.where, news(context.definitions, said.definitions)
        lasting = {
            name: base.get(name) if self.passing.get(name) is text else text for name, text in context.where.items()
        }
        where = {name: text for name, text in lasting.items() if text is not None}
        whole = " ".join(run.text.text for run in sentence)
        spd = {name: Text("spd", sentence[0].text.place) for name in covariances(whole)}  # even if it says nothing else
        self.context = replace(context, where=merged(where, spd))
        self.beside |= dict.fromkeys(defined, news(self.context.where, said.where))
        # An item with its own f and A, and not one of a list of conditions.
        if self.listed and self.items and (claims or defined):
            self.items[-1][1].update(news(self.context.where, base))
        if ends(sentence):
            self.passing = self.over
        elif not claims:  # With A symmetric we have
            self.passing = {**self.passing, **news(within.where, said.where)}
        self.layout = stated_layout(whole) or self.layout

    def leave_list(self) -> None:
        """What an unfinished sentence said of the items of a list holds neither below a heading nor below a table."""
        self.leave_items(0)
        self.passing, self.over, self.listed = {}, {}, 0

    def leave_items(self, depth: int) -> None:
        """What an item says beside its claims is of it and of those inside it; what it supposes, If y = Ax, of it."""
        if self.supposed and depth <= self.supposed[0]:
            (_, before), self.supposed = self.supposed, None
            self.context = replace(self.context, definitions=before.definitions, arguments=before.arguments)
        while self.items and self.items[-1][0] >= depth:
            self.undo(self.items.pop()[1])

    def forget(self, defined: Iterable[str]) -> bool:
        """Drop what was said beside definitions that others replace: let f(x) = xᵀQx, Q symmetric; let f(x) = …"""
        return self.undo({name: text for one in defined for name, text in self.beside.pop(one, {}).items()})

    def undo(self, old: Texts) -> bool:
        """Drop from the context what was said so; whether anything was."""
        where = {name: text for name, text in self.context.where.items() if old.get(name) is not text}
        changed = len(where) < len(self.context.where)
        self.context = replace(self.context, where=where)
        return changed

    def said(self, directed: Mapping[str, Text]) -> Context:
        """What holds now; a directive has the last word."""
        return replace(self.context, where={**self.context.where, **self.passing, **directed})


def news(now: Texts, before: Texts) -> Texts:
    """What is said now and was not before."""
    return {name: text for name, text in now.items() if before.get(name) is not text}
