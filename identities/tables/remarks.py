"""What the words beside a formula, and the conditions of a row, add to the context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from identities import equations
from identities.catalogue import Text
from identities.equations import Context
from identities.equations.applied import manner
from identities.equations.declared import says_shape
from identities.tables.formulas import Formula


def learnt(context: Context, words: Text, *, defined: bool = True) -> Context:
    """The context with what a condition or definition beside a formula says."""
    said = equations.read(Text.joined([Text("where ", words.place), words]), context).context
    definitions = said.definitions if defined else context.definitions
    where = merged(context.where, said.where)
    return replace(
        context,
        where=where,
        definitions=symbolic(definitions),
        dependents=said.dependents,
        manner=manner(words.text) or context.manner,
    )


def symbolic(definitions: Mapping[str, Text]) -> dict[str, Text]:
    """Definitions without those that are a number: n = 3 is said of an example."""
    return {name: text for name, text in definitions.items() if re.search(r"[^\W\d_]", text.text)}


def merged(before: Mapping[str, Text], now: Mapping[str, Text]) -> dict[str, Text]:
    """Declarations one after the other: a shape that is known stays where only words are added."""
    found = dict(before)
    for known, text in now.items():
        old = before.get(known)
        if old is None or old.text == text.text or says_shape(text.text):
            found[known] = text
        else:
            found[known] = Text(f"{old.text} {text.text}", text.place)
    return found


def with_words(context: Context, formula: Formula) -> Context:
    """The context, and what the words beside the formula add to it."""
    return context if formula.words is None else learnt(context, formula.words)
