"""A formula respelled: the plain text of it, and for every character where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from identities.expression import Span


@dataclass(frozen=True, slots=True)
class Spelled:
    """``text`` in another spelling; ``origins[k]`` is the piece of the source that its character ``k`` stands for."""

    text: str
    origins: tuple[Span, ...]

    def source(self, span: Span) -> Span:
        """The piece of the source that a piece of the text stands for."""
        within = self.origins[span.start : max(span.stop, span.start + 1)]
        if not within:
            end = self.origins[-1].stop if self.origins else 0
            return Span(end, end + 1)
        return Span(min(origin.start for origin in within), max(origin.stop for origin in within))


def unchanged(text: str) -> Spelled:
    """The text as it stands."""
    return Spelled(text, tuple(Span(at, at + 1) for at in range(len(text))))


@dataclass(slots=True)
class Writer:
    """Collects a respelled text piece by piece."""

    characters: list[str] = field(default_factory=list)
    origins: list[Span] = field(default_factory=list)

    def add(self, text: str, start: int, stop: int) -> None:
        self.characters += text
        self.origins += [Span(start, stop)] * len(text)

    def insert(self, place: int, text: str, start: int, stop: int) -> None:
        self.characters[place:place] = text
        self.origins[place:place] = [Span(start, stop)] * len(text)

    @property
    def last(self) -> str:
        return self.characters[-1] if self.characters else ""

    def tail(self, length: int) -> str:
        return "".join(self.characters[-length:])

    def spelled(self) -> Spelled:
        return Spelled("".join(self.characters), tuple(self.origins))
