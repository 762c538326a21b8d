"""What a check is asked to check: read, chosen, laid out and divided as its options say.

Of a large catalogue the first entries are there before the rest is read, so that a reader sees something soon.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence

from identities import catalogue, files
from identities.arguments import Unusable
from identities.catalogue import Identity, Problem
from identities.changes import NoHistory
from identities.gathering import Gathered, asked_for
from identities.layouts import asked
from identities.run import part, selected


class Request:
    """The identities that are asked for, in order. Raises :class:`~identities.arguments.Unusable` where it is read.

    ``told`` is called once, when everything is read: ``problems`` and what was ``found`` are known from then on.
    """

    def __init__(self, options: Namespace, told: Callable[[Request], None]) -> None:
        self.options, self.told = options, told
        self.identities: Sequence[Identity] = ()
        self.problems: list[Problem | str] = []
        self.found = Gathered()
        self.is_read = False
        self.begun = beginning(options)
        self.claims = count(self.begun)  # as far as is known
        if not self.begun:
            self.read()

    def __iter__(self) -> Iterator[Identity]:
        yield from self.begun
        self.read()
        begun = {identity.place for identity in self.begun}
        yield from (identity for identity in self.identities if identity.place not in begun)

    def read(self) -> None:
        """Read everything, once."""
        if self.is_read:
            return
        options, self.is_read = self.options, True
        try:
            found = asked_for(options.paths, strict=options.strict, if_any=options.if_any, changed=options.changed)
        except NoHistory as error:
            raise Unusable(str(error)) from error
        identities, unselected = selected(found.identities, options.select)
        identities = asked(identities, options.layout)
        self.problems += [*found.problems, *unselected]
        if options.shard is not None:
            identities, empty = part(identities, *options.shard)
            self.problems += empty
        self.identities, self.found, self.claims = identities, found, count(identities)
        self.told(self)


def count(identities: Sequence[Identity]) -> int:
    """How many claims they make."""
    return sum(len(identity.claims) for identity in identities)


def beginning(options: Namespace) -> Sequence[Identity]:
    """The first entries of a large catalogue that is asked for as a whole; else none."""
    whole = (options.select, options.shard, options.changed) == (None, None, None) and not options.fix
    match options.paths:
        case [path] if whole and path != "-" and not files.is_document(path):
            return asked(catalogue.beginning(path), options.layout)
    return ()
