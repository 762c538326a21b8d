r"""Conditions in words or signs → declarations: A symmetric, X \in \mathbb R^{n\times n}, "for symmetric A", A ≻ 0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from identities import domains, limits
from identities.catalogue import Text
from identities.equations.shown import shown
from identities.equations.told import (
    ANEW,
    DENIED,
    DOMAIN_WORDS,
    RELATIONS,
    SHAPE,
    SPACE,
    WORD,
    clause_says,
    named,
)
from identities.expression import Apply, Name, Number, walk
from identities.notation import NotationError, parse
from identities.notation.tex_commands import words

# A name that is introduced, whatever it was before: let A be a square matrix, for a matrix A.
_INTRODUCED = re.compile(
    r"\b[Ll]et\b|\b(?:for|given|consider|take)\s+an?\s+(?:[a-z×-]+\s+){0,4}(?:matrix|vector)\b", re.IGNORECASE
)
_MOREOVER = re.compile(r"\b(?:also|further(?:more)?|moreover|addition(?:ally)?|too)\b", re.IGNORECASE)
_NOUN = re.compile(r"\b(?:matrix|matrices|vectors?)\b")
# What is said of every matrix, and the name under which it is kept.
MATRICES = "matrices"
_ALL_MATRICES = re.compile(
    rf"(?:\ball(?: the)?(?: real| given| involved)? matrices|\bevery(?: real| given)? matrix"
    rf"|(?:^|[.;:,]\s|\b(?:assume|assuming|where|with|that|the)\s)matrices)\b"
    rf"(?:\s+(?:here|below|involved|in (?:this|the (?:following|next|table)) ?[a-z]*))?"
    rf"(?:\s+(?:is|are|be|to be|assumed|taken|supposed|being|considered))*\s+"
    rf"(?P<words>(?:{WORD})(?:(?:,| and|, and)? (?:{WORD}))*)(?![A-Za-z])",
    re.IGNORECASE,
)
# for square invertible matrices: those of the formula
_FOR_MATRICES = re.compile(
    rf"\bfor (?:all |any |real )*(?P<words>(?:{WORD})(?:(?:,| and|, and)? (?:{WORD}))*) matrices\b"
    r"(?!\s*(?:[^\W\d_]\b|[$⟦\\]))",
    re.IGNORECASE,
)
# What is 1 where something holds and 0 elsewhere, and so says nothing of its names: H ⊙ [Z > 0], 1(x > 0).
_HOLDS = r"[^\[\](){}]*[<>≥≤][^\[\](){}]*"
_INDICATOR = re.compile(
    rf"(?:[⊙∘*·1𝟏𝟙I]|\\(?:odot|circ|cdot|mathbb\{{1\}})|𝟙)\s*_?(?:\[{_HOLDS}\]|\({_HOLDS}\)|\{{{_HOLDS}\}})"
)
# A word before several names: for symmetric A and B.
_LETTER = r"[A-Za-zΑ-Ωα-ω][0-9₀-₉]*"
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
_SEVERAL = re.compile(
    rf"(?<![A-Za-z])(?P<word>{WORD})\s+(?:matrices\s+|vectors\s+|numbers\s+)?"
    rf"(?P<names>{_LETTER}(?:{_AND}{_LETTER}(?![A-Za-z_(]))+)(?!\s*(?:is|are|in|∈|[=≻⪰]|(?:{WORD})(?![A-Za-z])))",
    re.IGNORECASE,
)
# A word in brackets behind a name: P (symmetric).
_ADJECTIVE = re.compile(rf"\b(an?|the)\s+\(((?:real |{WORD}|,? and |, ?)+)\)", re.IGNORECASE)  # the (symmetric) matrix
_REAL = re.compile(r"\b(?:real|is|and)\b|,")
_BRACKETED = re.compile(rf"(?<![A-Za-z])({_LETTER})\s*\(\s*((?:(?:real|is|{WORD})[\s,]*(?:and\s+)?)+)\)", re.IGNORECASE)
# A word of one name alone: A is a function of a scalar t.
_SCALAR = re.compile(rf"(?<![A-Za-z])(?:an?|the|each|every)\s+(?:real\s+)?scalar\s+({_LETTER})(?![A-Za-z(])")
# The covariance of a Gaussian is positive definite: x ~ N(μ, S), N(x | μ, S), with covariance S, a Gaussian with its Σ.
_MATRIX = r"[A-HJ-MO-ZΑ-Ω][0-9₀-₉]*"
_NORMAL = re.compile(rf"(?:𝒩|(?<![A-Za-z])N)\s*\((?:[^();|∣]*[;|∣])?[^(),]*,\s*({_MATRIX})\s*\)")
_COVARIANCE = re.compile(
    rf"\bcovariance(?:\s+matrix)?\s+({_MATRIX})(?![A-Za-z(])"
    rf"|(?<![A-Za-z])({_MATRIX})\s+(?:is|denotes)\s+(?:an?|the|its)\s+covariance\b"
)
_GAUSSIAN = re.compile(r"\b(?:Gaussians?|multivariate normals?|normal (?:distribution|density)|MVN)\b", re.IGNORECASE)
# A clause that has said what it says of its names: A is a square matrix, X is invertible.
_VERB = re.compile(r"\b(?:is|are|be|denotes?|has|have)\b")
# A clause with a subject of its own that is no name: the Hessian is symmetric says nothing of the names before it.
_OF_ANOTHER = re.compile(
    r"\s*(?!(?:(?:which|that|it|both|they|these|all|each|and|is|are|be|has|have|also|moreover)\s+)+)"
    r"[^=≻⪰∈]*?(?:[A-Za-z]{3,}|∇\S*\s\S*)\s+(?:is|are|has|have)\b"
)
_WITH = re.compile(r"\s*(?:with|of|having|is|are)\s")
# Words of a condition that ask for nothing.
_NEUTRAL = words(
    "a all always an and any anything appropriate arbitrary are as assume assuming be become becomes being chain "
    "differentiable smooth but elementwise entrywise componentwise coordinatewise pointwise "
    "column columns compatible conformable constant constants data depend dimension dimensional dimensions does each "
    "entries entry every everything exist exists find fixed for function functions general generic get gets given "
    "gives has have here holds identity if in independent indicated into inverses is its let matrices matrix may not "
    "number numbers obtain of on only or our pseudoinverse real rectangular reduces respect row rows rule same scalar "
    "scalars shape simplifies size sizes some suitable suppose tall that the then there these this turns two valid "
    "value values variable variables vector vectors we when whenever where which while wide with wrt"
)
# elementwise exp: of functions that are known
_ELEMENTWISE = re.compile(r"\b(?:element|entry|component|point)-?wise\s+\\?(?:exp|log|ln|sin|cos|tanh|sqrt)\b")
# Operations that can have any value: an equality of them with a constant holds of some variables only.
_FREE = words(
    "product transpose sum neg norm norm_2 norm_F norm_1 tr det power hadamard total identity quotient entry ones bars"
)
_TELLING = frozenset(words("orthogonal permutation idempotent unit one-hot probability orthonormal-columns"))
_SENTENCES = re.compile(r"\.\s+(?=[A-ZΑ-Ω])")
_SEPARATORS = re.compile(r"\s*(?:[,;.()\[\]]|\b(?:and|where|while|but|then)\b)\s*")


def conditions(text: Text) -> Mapping[str, Text]:
    """What a text says of names, in the words of `where:`; without a shape where it says none.

    What says nothing of that kind is passed over. ``any`` before the words: nothing said before holds of the name.
    """
    found: dict[str, tuple[str, dict[str, None]]] = {}
    whole = _INDICATOR.sub(" ", shown(text.text[: limits.TEXT_LENGTH]))  # what is longer is no sentence
    for match in _SCALAR.finditer(whole):
        found |= {name: ("scalar", {}) for name in named(match[1])}
    found |= {name: ("", {"spd": None}) for name in covariances(whole)}
    whole = _ADJECTIVE.sub(r"\1 \2", _NORMAL.sub(" ", whole))
    whole = _SCALAR.sub(" ", whole)
    for match in _BRACKETED.finditer(whole):  # of this name alone, whatever stands before it
        inside = [ANEW] * bool(_INTRODUCED.search(whole)) + [*domains.parse_words(_REAL.sub(" ", match[2]))]
        found |= {name: ("", found.get(name, ("", {}))[1] | dict.fromkeys(inside)) for name in named(match[1])}
    whole = _BRACKETED.sub(r"\1 ", whole)
    every = _ALL_MATRICES.search(whole) or _FOR_MATRICES.search(whole)
    if every and not DENIED.search(re.split(r"[.;]", whole[: every.start()])[-1]):
        words = domains.parse_words(_SEPARATORS.sub(" ", every["words"]))
        found[MATRICES] = ("", dict.fromkeys(word for word in words if word != "real"))
        whole = f"{whole[: every.start()]} {whole[every.end() :]}"
    for sentence in _SENTENCES.split(_SEVERAL.sub(shared, whole)):
        names: list[str] = []
        carried: list[str] = []
        anew = _INTRODUCED.search(sentence) is not None and not _MOREOVER.search(sentence)
        for clause in clauses(sentence):
            own, shape, said = clause_says(clause)
            said += [ANEW] * (anew and ANEW not in said and bool(shape or said or _NOUN.search(clause)))
            if not own and _OF_ANOTHER.match(clause):
                names, carried = [], []
            if own and not shape and not said:
                carried = [] if _VERB.search(clause) or not_understood(clause) else carried + own
                continue
            if own or (carried and _WITH.match(clause)):  # X tall, with full column rank
                alone = own and (not_understood(clause) or "=" in clause)  # w, A = Aᵀ says nothing of w
                names, carried = [*([] if alone else carried), *own], []
            for name in names:
                old_shape, old_words = found.get(name, ("", {}))
                found[name] = (shape or old_shape, old_words | dict.fromkeys(said))
    return {
        name: Text(" ".join(filter(None, sorted([shape, *words], key=lambda word: word != ANEW))), text.place)
        for name, (shape, words) in found.items()
        if shape or words
    }


def covariances(text: str) -> list[str]:
    """The names of covariances of Gaussians; Σ is one wherever a Gaussian is named."""
    named = [name for match in _COVARIANCE.finditer(text) for name in match.groups() if name]
    return [*named, *_NORMAL.findall(text), *"Σ" * bool(_GAUSSIAN.search(text))]


def shared(match: re.Match[str]) -> str:
    """A word before several names, said of those of one case: symmetric S, T, x is nothing of x."""
    names = re.split(_AND, match["names"])
    same = [name for name in names if name[0].isupper() == names[0][0].isupper()]
    rest = ", ".join(name for name in names if name not in same)
    return f"; {', '.join(same)} are {match['word']}; {rest}"


def are_names(text: Text) -> bool:
    """Whether a text is names and commas: of xᵀAx nothing is said that holds of x, of x, A it is."""
    return all(named(word) for word in re.split(r"[\s,;]+|\band\b", shown(text.text).strip(" .,;:")) if word)


def not_understood(text: str) -> str:
    """What else a condition asks for: its words that are neither a domain, nor a name, nor idle."""
    rest = _ELEMENTWISE.sub(" ", shown(text))
    for pattern in (*(pattern for pattern, _ in RELATIONS), SPACE, SHAPE, DOMAIN_WORDS):
        rest = pattern.sub(" ", rest)
    words = re.findall(r"[A-Za-z]{2,}", rest)
    return " ".join(word for word in words if word.lower() not in _NEUTRAL)


def may_be_condition(left: Text, right: Text, where: Mapping[str, Text]) -> bool:
    """Whether an equality asks something of free variables, as Ax = b does; of orthogonal Q, det(Q)² = 1 does not."""
    try:
        trees = [parse(side.text) for side in (left, right)]
    except NotationError:
        return False
    names = {node.name for tree in trees for node in walk(tree) if isinstance(node, Name)}
    if names and all(name in where and _TELLING & {*where[name].text.split()} for name in names):
        return False
    if any(isinstance(tree, (Number, Name)) or tree == Apply("identity") for tree in trees):
        operations = {node.op for tree in trees for node in walk(tree) if isinstance(node, Apply)}
        return operations <= _FREE and any(isinstance(node, Name) for tree in trees for node in walk(tree))
    products = [tree.args for tree in trees if isinstance(tree, Apply) and tree.op == "product"]
    return (
        len(products) == 2
        and products[0] != products[1]
        and sorted(map(str, products[0])) == sorted(map(str, products[1]))
    )


def clauses(text: str) -> Iterator[str]:
    """Pieces between commas, brackets and "and"; the dims of a space are no clause of their own."""
    depth, start = 0, 0
    for match in re.finditer(r"[{}]|" + _SEPARATORS.pattern, text):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth <= 0:
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]
