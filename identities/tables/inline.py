r"""A line of Markdown → its runs: words, formulas between dollar signs or \(…\), and code spans."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from identities.catalogue import Text
from identities.tables.blocks import Directive, Line, Manner, Run
from identities.tables.directives import MARK

# What opens a formula, what closes it, and its manner; the longer sign before the shorter.
FENCES: dict[str, tuple[str, Manner]] = {
    "$`": ("`$", "math"),
    "$$": ("$$", "display"),
    r"\\[": (r"\\]", "display"),
    r"\\(": (r"\\)", "math"),
    r"\[": (r"\]", "display"),
    r"\(": (r"\)", "math"),
    "$": ("$", "math"),
}
ENVIRONMENTS = r"(?:equation|align|gather|multline|eqnarray|displaymath|alignat|flalign|math)\*?"
_OPENING = re.compile(rf"<!--|`+(?!\$)|\$`|\$\$?|\\\\?[\[(]|\\begin\{{({ENVIRONMENTS})\}}|\\[\\$`]")
_PLAIN_DOLLAR = re.compile(r"\s[^\\^_=]*|[^\\^_=]*\s")  # between the two of "$5 or $6"

_TAG = re.compile(
    r"</?(?:b|i|em|strong|var|span|code|tt|div|p|u|a|center|font|small|nobr|mark)(?:\s[^<>]{0,200})?>", re.IGNORECASE
)
_RAISED = re.compile(r"<(sup|sub)>([^<>]{1,60})</\1>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_]{1,80}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*)\]'])([*])(\w{1,3})\1(?![\w*])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# \|X\| in a table is the determinant bars of |X|, escaped for the table; around anything else it is a norm.
_BARS = re.compile(
    r"\\\|(\s*(?:\\[a-z]+\{)?(?:[A-Z]|\\(?:Sigma|Lambda|Omega|Psi|Phi|Gamma|Theta))\}?\s*)\\\|(?!\s*[_^])"
)
_MATH_ESCAPED = re.compile(r"\\([_*])")


def runs(text: Text, *, piped: bool = False) -> Line:
    """The runs of a line; ``piped``: from a table, where a pipe is escaped."""
    return tuple(run for run in _cleaned(split(text), piped) if run.text.text.strip())


def directives(text: Text) -> Iterator[Directive]:
    """The directives in comments within a line."""
    for match in re.finditer(r"<!--(.*?)-->", text.text, re.DOTALL):
        if mark := MARK.match(match[1]):
            yield Directive(text.part(match.start(1) + mark.end(), match.end(1)).stripped())


_LEFT_DIVISION = re.compile(r"(?<=[\w')\]] )\\(?= )")  # A \ B of code, no space of TeX


def split(text: Text, *, doubled: bool = True) -> Iterator[Run]:
    """The runs of a line as they stand; ``doubled``: a backslash before a bracket may be escaped, as in Markdown."""
    source, at, words = text.text, 0, 0
    endings = Endings(source)
    while opening := _OPENING.search(source, at):
        sign, at = opening[0], opening.end()
        manner: Manner | None
        if not doubled and sign.startswith("\\\\"):
            continue
        if sign == "<!--":
            closing, manner = "-->", None
        elif sign[0] == "`":
            closing, manner = sign, "code"
        elif opening[1]:
            closing, manner = rf"\end{{{opening[1]}}}", "display"
        elif sign in FENCES:
            closing, manner = FENCES[sign]
        else:
            continue
        stop = endings.after(at, closing)
        if stop < 0:
            continue
        if sign == "$" and (stop == at or _PLAIN_DOLLAR.fullmatch(source, at, stop)):
            continue
        yield Run("words", text.part(words, opening.start()))
        words = stop + len(closing)
        if manner:
            whole = opening[1] is not None
            yield Run(manner, text.part(opening.start(), words) if whole else text.part(at, stop).stripped())
        at = words
    yield Run("words", text.part(words, len(source)))


class Endings:
    """Where the closing signs of a text stand. None is looked for twice beyond the last: that would be quadratic."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.missing: set[str] = set()
        self.ticks: dict[str, list[int]] = {}  # where the runs of backticks of each length stand
        for match in re.finditer("`+", source):
            self.ticks.setdefault(match[0], []).append(match.start())

    def after(self, at: int, closing: str) -> int:
        """The place of the next such sign, or −1: of exactly as many backticks, of a dollar sign without backslash."""
        if not closing.strip("`"):
            same = self.ticks.get(closing, [])
            later = bisect_left(same, at)
            return same[later] if later < len(same) else -1
        stop = -1 if closing in self.missing else self.source.find(closing, at)
        while closing == "$" and stop > 0 and self.source[stop - 1] == "\\":
            stop = self.source.find(closing, stop + 1)
        if stop < 0:
            self.missing.add(closing)
        return stop


def _cleaned(found: Iterator[Run], piped: bool) -> Iterator[Run]:
    for run in found:
        text = run.text
        if run.manner == "words":
            text = plain_words(text)
        elif run.manner == "code":
            text = changed(text, re.compile(r"\\\|"), lambda _: "|") if piped else text
            text = changed(text, _LEFT_DIVISION, lambda _: "∖")
        else:
            if piped:
                text = changed(text, re.compile(r"\\\\\|"), lambda _: "\\|")
                text = changed(text, _BARS, lambda match: f"|{match[1]}|")
            text = changed(text, _MATH_ESCAPED, lambda match: match[1])
        yield Run(run.manner, text)


def plain_words(text: Text) -> Text:
    """Words without marks of emphasis, tags, entities and escapes; raised and lowered text after ^ and _."""
    text = changed(text, _RAISED, lambda match: f"{'^' if match[1].lower() == 'sup' else '_'}{{{match[2]}}}")
    text = changed(text, _TAG, lambda _: "")
    text = changed(text, _ENTITY, lambda match: html.unescape(match[0]))
    text = changed(text, _STRONG, lambda match: match[2])
    text = changed(text, _EMPHASIS, lambda match: match[2])
    return changed(text, _ESCAPED, lambda match: match[1])


def changed(text: Text, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> Text:
    """The text with every match changed; what stands between keeps its places, what is new has that of the match."""
    parts, at = [], 0
    for match in pattern.finditer(text.text):
        new = change(match)
        # New characters that stand in the match keep their own places, too.
        inner = match[0].find(new)
        parts.append(text.part(at, match.start()))
        if inner >= 0:
            parts.append(text.part(match.start() + inner, match.start() + inner + len(new)))
        else:
            parts.append(Text(new, text.at(match.start())))
        at = match.end()
    return Text.joined([*parts, text.part(at, len(text.text))]) if parts else text
