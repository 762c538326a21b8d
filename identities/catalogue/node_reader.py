"""Nodes → the texts, lists and mappings of the format, and a problem for each that is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from identities.catalogue.identity import Text
from identities.catalogue.places import Place, Problems, shown
from identities.catalogue.yaml_nodes import MappingNode, Node, RefusedNode, ScalarNode, SequenceNode

N = TypeVar("N", ScalarNode, SequenceNode, MappingNode)

_TEXTS = {
    "where": "`where: {A: m×n, x: n}`",
    "let": "`P: softmax(x)` below `let:` and indented",
    "at": "`at: {t: 0}`",
    "example": "`x: '[1; 2]'` below `example:` and indented",
}
_NULLS = ("~", "null", "Null", "NULL")  # what YAML takes for nothing, and a formula for n·u·l·l
VARIABLE = re.compile(r"([^\W\d_]|\\)[^\s,;:=()\[\]]*")


@dataclass(slots=True)
class Reader:
    """Takes nodes apart, and notes what is wrong with them under the id of one entry."""

    problems: Problems
    id: str = ""
    sound: bool = True

    def note(self, place: Place, message: str) -> None:
        self.sound = False
        self.problems.add(place, message, self.id)

    def block(self, node: Node, shape: type[N], otherwise: str) -> N | None:
        """The node if it has this shape and is in block style."""
        flow = isinstance(node, SequenceNode | MappingNode) and node.flow
        if isinstance(node, shape) and not flow:
            return node
        if flow:
            self.note(
                node.place,
                "[…] and {…} may stand in where, at, source and tags only: write it in block style; a matrix "
                "literal or a formula that starts with [ or { needs quotes: '[1; 2]'",
            )
        elif not isinstance(node, RefusedNode):
            self.note(node.place, otherwise)
        self.sound = False
        return None

    def fields(
        self, node: Node, what: str, keys: tuple[str, ...], required: Mapping[str, str]
    ) -> dict[str, Node] | None:
        """The values of a block mapping by key, of those it should have; None if it is none."""
        start = next(iter(required.values()))
        mapping = self.block(node, MappingNode, f"expected {what}, which starts with {start}")
        if mapping is None:
            return None
        fields = {key.text: value for key, value in mapping.pairs}
        for key, _ in mapping.pairs:
            if key.text not in keys:
                del fields[key.text]
                near = difflib.get_close_matches(key.text[:40].lower(), keys, 1)
                remedy = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(keys)}"
                self.note(key.place, f"unknown key {shown(key.text)} in {what}: {remedy}")
        for name, form in required.items():
            if name not in fields:
                self.note(node.place, f"{what} without {name}: expected {form}")
        return fields

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """The items of a block list; none for no node."""
        sequence = node and self.block(node, SequenceNode, f"no {what}: expected a list of `- …` below the key")
        return sequence.items if sequence else ()

    def text(self, node: Node | None, what: str, long: bool = False) -> Text | None:
        """One text; on one line, unless it is ``long`` as a note is. None for no node."""
        scalar = node and self.block(node, ScalarNode, f"expected one text for {what}, not a list or mapping")
        if not scalar:
            return None
        if scalar.style in ("|", ">") and not long:
            self.note(scalar.place, f"a block text ({scalar.style}) is for note and source only: write one line")
        elif not scalar.text.strip() or (not scalar.style and scalar.text in _NULLS):
            self.note(scalar.place, f"empty {what}: expected some text; what has none is left out with its key")
        elif scalar.style == '"' and not long and re.search("[\n\t]", scalar.text):
            clash = "a tab or line break, perhaps from \\t or \\n in double quotes"
            self.note(scalar.place, f"{clash}: use single quotes, where a backslash is a backslash")
        else:
            return Text(scalar.text if long else scalar.text.replace("\n", " "), scalar.place)
        return None

    def words(self, node: Node | None, what: str) -> tuple[str, ...]:
        """A text or a list of texts, in either style."""
        items = node.items if isinstance(node, SequenceNode) else (node,)
        flow = isinstance(node, SequenceNode) and node.flow
        texts = [self.text(item, what, long=True) for item in items if not (flow and item and self.is_cut(item))]
        return tuple(text.text.strip() for text in texts if text)

    def texts(self, node: Node | None, what: str, flow: bool = False, names: bool = True) -> dict[str, Text]:
        """A mapping of texts; of variables where the keys are ``names``. Empty for no node."""
        if node is None:
            return {}
        usage = f"expected a mapping for {what}, such as {_TEXTS[what]}"
        mapping = node if flow and isinstance(node, MappingNode) else self.block(node, MappingNode, usage)
        found: dict[str, Text] = {}
        for key, value in mapping.pairs if mapping else ():
            if isinstance(value, ScalarNode) and not value.style and not value.text and ":" in key.text:
                self.note(key.place, f"{shown(key.text)} has no value: a colon needs a space after it")
            elif mapping and mapping.flow and self.is_cut(value, key):
                continue
            elif names and not VARIABLE.fullmatch(key.text):
                self.note(key.place, f"{shown(key.text)} is no variable: expected one, such as {_TEXTS[what]}")
            elif text := self.text(value, f"{what} of {shown(key.text)}"):
                found[key.text] = text
        return found

    def is_cut(self, value: Node, key: ScalarNode | None = None) -> bool:
        """Note a text that a comma inside brackets cuts in two: ``{X: outer(a, b)}`` has the key ``b)``."""
        if not isinstance(value, ScalarNode) or value.style:
            return False
        if value.text and all(value.text.count(a) == value.text.count(b) for a, b in ("()", "[]", "{}")):
            return False
        clash, place = f"{shown(value.text)} is cut off", value.place
        if key and not value.text:
            clash, place = f"{shown(key.text)} has no value", key.place
        remedy = "put quotes around a text with a comma, or write block style"
        self.note(place, f"{clash}: inside […] and {{…}} a comma ends the text before it; {remedy}")
        return True
