r"""LaTeX source → what it says: comments and verbatim left out, own macros put in, every character with its place.

A directive in a comment becomes the command ``\identities{…}``, which no document has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from identities import limits
from identities.catalogue import Place, Text
from identities.tables.directives import MARK

DIRECTIVE = r"\identities"
VERBATIM = r"(?:verbatim|Verbatim|lstlisting|minted|comment|alltt|filecontents|tikzpicture)\*?"
_HIDDEN = re.compile(
    rf"\\begin\{{(?P<verbatim>{VERBATIM})\}}|\\(?:verb|lstinline)\*?(?P<sign>[^A-Za-z\s*])|\\[\\%`]|(?P<quote>`+)"
    r"|(?P<comment>%(?P<said>[^\r\n]*)(?:\r\n|\r|\n|$)[ \t]*)"
)
_COMMAND = re.compile(r"\\(?:([A-Za-z@]+)\*?|[^A-Za-z])")
_DEFINING = re.compile(
    r"\\(?:(?:re|provide|Re)?newcommand\*?|DeclareRobustCommand\*?)\s*\{?\s*\\(?P<name>[A-Za-z@]+)\s*\}?\s*"
    r"(?:\[(?P<count>[0-9])\])?\s*(?:\[(?P<default>[^\[\]]*)\])?\s*(?=\{)"
    r"|\\(?:g|e|x)?def\s*\\(?P<defined>[A-Za-z@]+)\s*(?P<parameters>(?:#[1-9])*)\s*(?=\{)"
    r"|\\DeclareMathOperator(?P<star>\*?)\s*\{?\s*\\(?P<operator>[A-Za-z@]+)\s*\}?\s*(?=\{)"
    r"|\\DeclarePairedDelimiter\s*\{?\s*\\(?P<pair>[A-Za-z@]+)\s*\}?\s*(?=\{)"
)
_EMPTY = re.compile(r"\\mathop\s*\{\s*\}\s*(?:\\!\s*)?")  # of \mathop{}\!\mathrm{d}: only a space
_ENDING = re.compile(r"\\[A-Za-z]{1,40}\Z")
_PARAMETER = re.compile(r"#([1-9])")


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro: its text, how many arguments it takes, the default of an optional first one; its text with one less."""

    body: str
    arguments: int = 0
    default: str | None = None
    shorter: str = ""


# Those of the packages physics, derivative and diffcoeff, and what everybody calls norms; a document may define others.
_PARTIAL = Macro(r"\frac{\partial^{#1} #2}{\partial #3^{#1}}", 3, "", shorter=r"\frac{\partial^{#1}}{\partial #2^{#1}}")
_TOTAL = Macro(
    r"\frac{\mathrm d^{#1} #2}{\mathrm d #3^{#1}}", 3, "", shorter=r"\frac{\mathrm d^{#1}}{\mathrm d #2^{#1}}"
)
PRESETS = {
    **dict.fromkeys(("pdv", "diffp", "pderivative", "partialderivative"), _PARTIAL),
    **dict.fromkeys(("dv", "odv", "derivative"), _TOTAL),
    "qty": Macro(""), "vb": Macro(r"\mathbf{#1}", 1), "dd": Macro(r"\mathrm d #1", 1),
    "norm": Macro(r"\lVert #1\rVert", 1), "abs": Macro(r"\lvert #1\rvert", 1),
}  # fmt: skip


@dataclass
class Expansion:
    """Puts macros in, until there is too much of it: then ``endless`` names the one to blame."""

    room: int  # characters
    macros: dict[str, Macro] = field(default_factory=lambda: dict(PRESETS))
    steps: int = 0
    size: int = 0
    endless: str = ""

    def expanded(self, text: Text, depth: int = 0) -> Text:
        """The text with its macros replaced by what they stand for, all of which stands where they are used."""
        pieces: list[Text] = []
        at = 0
        for match in _commands(text.text):
            macro = self.macros.get(match[1] or "")
            if macro is None or match.start() < at:
                continue
            if self.steps >= limits.MACROS or self.size >= self.room or depth >= limits.MACRO_DEPTH:
                self.endless = self.endless or match[0]
                break
            arguments, stop = read_arguments(text, match.end(), macro)
            self.steps += 1
            pieces.append(text.part(at, match.start()))
            at = stop
            short = macro.shorter and len(arguments) < macro.arguments
            body = self.filled(macro.shorter if short else macro.body, arguments, text.at(match.start()))
            gap = Text(" ", text.at(match.start()))
            if body.text[:1].isalpha() and _ENDING.search(text.text[max(0, match.start() - 40) : match.start()]):
                body = Text.joined([gap, body])  # \top\vx is no command \topx
            if _ENDING.search(body.text[-40:]) and text.text[at : at + 1].isalpha():
                body = Text.joined([body, gap])
            pieces.append(self.expanded(body, depth + 1))
        return Text.joined([*pieces, text.part(at, len(text.text))]) if pieces else text

    def filled(self, body: str, arguments: list[Text], place: Place) -> Text:
        """The body with its arguments; its own characters all stand at one place."""
        pieces: list[Text] = []
        at = 0
        if arguments and not arguments[0].text:
            body = body.replace("^{#1}", "")
        for match in _PARAMETER.finditer(body):
            pieces.append(pinned(body[at : match.start()], place))
            argument = arguments[int(match[1]) - 1] if int(match[1]) <= len(arguments) else None
            if (
                argument
                and argument.text[:1].isalpha()
                and _ENDING.search(body[max(0, match.start() - 40) : match.start()])
            ):
                pieces.append(Text(" ", place))  # \partial#1 with f is no command \partialf
            pieces += [argument] if argument else []
            at = match.end()
        found = Text.joined([*pieces, pinned(body[at:], place)])
        self.size += len(found.text)
        return found


def pinned(text: str, place: Place) -> Text:
    """A text of which every character stands at one place."""
    return Text(text, place, tuple((number, place.line, place.column) for number in range(len(text))))


def _commands(text: str) -> Iterator[re.Match[str]]:
    return _COMMAND.finditer(text)


def read_arguments(text: Text, at: int, macro: Macro) -> tuple[list[Text], int]:
    """The arguments of a macro from ``at`` on, and where they end."""
    found: list[Text] = []
    source = text.text
    count = macro.arguments
    if macro.default is not None and count:
        start = _skipped(source, at)
        stop = source.find("]", start)
        if source[start : start + 1] == "[" and stop >= 0:
            found.append(text.part(start + 1, stop))
            at = stop + 1
        else:
            found.append(Text(macro.default, text.at(at)))
        count -= 1
    for number in range(count):
        start = _skipped(source, at)
        if macro.shorter and number == count - 1 and source[start : start + 1] != "{":
            break
        if source[start : start + 1] == "{":
            stop = closing(source, start)
            found.append(text.part(start + 1, stop))
            at = stop + 1
        else:
            match = _COMMAND.match(source, start)
            at = match.end() if match else min(start + 1, len(source))
            found.append(text.part(start, at))
    return found, at


def _skipped(source: str, at: int) -> int:
    while source[at : at + 1] in (" ", "\n", "\t", "\r") and at < len(source):
        at += 1
    return at


def closing(source: str, at: int) -> int:
    """Where the brace that opens at ``at`` is closed, the end of the text where it is not."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.DOTALL).finditer(source, at):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
            if depth == 0:
                return match.start()
    return len(source)


def said(text: Text) -> Text:
    """The source without comments, verbatim and quotation marks; a directive in a comment stays."""
    pieces: list[Text] = []
    at, source = 0, text.text
    position = 0
    while match := _HIDDEN.search(source, position):
        position = match.end()
        if match["verbatim"]:
            ending = rf"\end{{{match['verbatim']}}}"
            stop = source.find(ending, position)
            position = len(source) if stop < 0 else stop + len(ending)
        elif match["sign"]:
            stop = source.find(match["sign"], position)
            if stop < 0:
                continue
            position = stop + 1
        elif match["comment"] is None and match["quote"] is None:
            continue  # an escaped sign
        pieces.append(text.part(at, match.start()))
        if match["comment"] and (mark := MARK.match(match["said"])):
            start = match.start("said") + mark.end()
            place = text.at(match.start())
            pieces += [Text(DIRECTIVE + "{", place), text.part(start, match.end("said")), Text("}\n", place)]
        elif match["comment"] and _is_whole_line(source, match.start()) and _is_blank_after(source, match.end()):
            pieces.append(Text("\n", text.at(match.start())))
        at = position
    return Text.joined([*pieces, text.part(at, len(source))]) if pieces else text


def _is_whole_line(source: str, at: int) -> bool:
    return not source[source.rfind("\n", 0, at) + 1 : at].strip()


def _is_blank_after(source: str, at: int) -> bool:
    return source[at : at + 1] in ("\n", "\r", "")


def without_definitions(text: Text, macros: dict[str, Macro]) -> Text:
    """The text without the definitions of macros, which are noted."""
    pieces: list[Text] = []
    at = 0
    source = text.text
    position = 0
    while match := _DEFINING.search(source, position):
        stop = closing(source, match.end())
        body = source[match.end() + 1 : stop]
        if match["name"]:
            body = _EMPTY.sub("", body)
            macros[match["name"]] = Macro(body, int(match["count"] or 0), match["default"])
        elif match["defined"]:
            macros[match["defined"]] = Macro(body, len(match["parameters"]) // 2)
        elif match["operator"]:
            macros[match["operator"]] = Macro(rf"\operatorname{match['star']}{{{body}}}")
        else:
            opening = _skipped(source, stop + 1)
            second = closing(source, opening)
            macros[match["pair"]] = Macro(rf"{body} #1{source[opening + 1 : second]}", 1)
            stop = second
        pieces.append(text.part(at, match.start()))
        at = position = stop + 1
    return Text.joined([*pieces, text.part(at, len(source))]) if pieces else text


def prepared(text: Text) -> tuple[Text, str]:
    """What the source says, and the macro that does not end, if there is one."""
    expansion = Expansion(min(limits.MACRO_LENGTH, limits.MACRO_GROWTH * (100 + len(text.text))))
    plain = without_definitions(said(text), expansion.macros)
    return expansion.expanded(plain), expansion.endless
