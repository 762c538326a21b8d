r"""The side of an equation that names a derivative: ∇_X f, ∂f/∂x, \frac{d}{dt}, J_f(x), Df(X)[H], d(X⁻¹), X̄, argmin."""

from __future__ import annotations

import re
from dataclasses import replace

from identities.equations.marks import FUNCTION, lowered, primed
from identities.equations.outline import CLOSING, NAME, OPENING, Piece, closing, trimmed
from identities.equations.stated import Derivative, Unreadable
from identities.notation.names import SUBSCRIPTS, canonical_name
from identities.vocabulary import WORDS

_SQUARE = r"(?:\^\{\s*2\s*\}|\^\s*2|²)"
_WITHIN = r"(?:[^{}]|\{[^{}]*\})*"
_BELOW = rf"(?:_\s*(?:\{{(?P<braced>{_WITHIN})\}}|(?P<bare>{NAME}))|(?P<small>[{''.join(SUBSCRIPTS)}]+))"
_MINUS = re.compile(r"[-−]\s*(?=∇|\\frac\{\s*[∂d])")
_PARTIAL = rf"∂(?=\s*{_SQUARE}?\s*(?:_|[{''.join(SUBSCRIPTS)}])(?!\s*\{{?\s*[ijkl₀-₉ᵢⱼₖ]))"  # ∂_X f, and no ∂_i f
_NABLA = re.compile(
    rf"(?:(?:∇|{_PARTIAL})\s*(?P<twice>{_SQUARE})?\s*{_BELOW}?\s*(?P<later>{_SQUARE})?"
    rf"\s*(?P<again>(?:∇|{_PARTIAL})\s*{_BELOW.replace('?P<', '?P<n')}?\s*(?:\^\s*\{{?\s*[ᵀT]\s*\}}?|ᵀ)?)?"
    rf"|\\(?:operatorname )?(?P<hess>[Hh]ess(?:ian)?|[Gg]rad)\s*{_BELOW.replace('?P<', '?P<h')}?)\s*"
)
_TRANSPOSED = r"(?:\^\s*\{?\s*[ᵀT⊤]\s*\}?|ᵀ|')"
_OVER = re.compile(
    rf"\s*(?P<d>[∂d])\s*(?P<vec>\(?\\?vec\s*\(?\s*)?\(?(?P<name>{NAME})\)?\s*\)?\)?\s*(?P<t>{_TRANSPOSED})?\s*\)?\s*(?P<square>{_SQUARE})?"
    rf"\s*(?:(?P<d2>(?P=d)(?!et\b|iag\b))\s*(?:\(?\\?vec\s*\(?\s*)?\(?(?P<name2>{NAME})\)?\s*\)?\)?\s*(?P<t2>{_TRANSPOSED})?\s*\)?)?\s*"
)
_ENTRY = re.compile(r"(.+?)_\s*\{?([ijklmnpqrs])\s*,?\s*([ijklmnpqrs])?\}?")
_VEC = re.compile(r"\\?(?:operatorname )?vec\s*(?:\((.*)\)|(.*))")
_BY_VEC = re.compile(rf"\\?(?:operatorname )?vec\s*\(?\s*(?P<name>{NAME})\s*\)?")
_TOP = re.compile(rf"\s*(?P<d>[∂d])\s*(?P<square>{_SQUARE})?\s*")
_JACOBIAN = re.compile(
    rf"(?:J|\\(?:operatorname )?[Jj]ac)\s*(?:_\s*(?:\{{(?P<f>[^{{}}]*)\}}|(?P<f1>{NAME}))|\(?(?P<f2>{NAME})(?=\s*\())"
    r"\s*(?P<rest>.*)"
)
_HESSIAN = re.compile(rf"H\s*_\s*(?:\{{(?P<f>[^{{}}]*)\}}|(?P<f1>{NAME}))\s*(?P<rest>.*)")
_ALONG = re.compile(rf"(?P<d>[D𝐷d])\s*(?P<twice>{_SQUARE})?\s*(?:_\s*(?P<wrt>{NAME}))?\s*(?P<rest>.*)")
_EXTREME = re.compile(
    r"(?:\\?arg\s*\\?(?P<which>min|max)|\\(?:operatorname )?arg(?P<which2>min|max))\s*"
    f"{_BELOW}?"
    r"\s*(?P<rest>.*)"
)
_WORD = re.compile(rf"(?:{'|'.join(sorted((re.escape(word) for word in WORDS), key=len, reverse=True))})(?![A-Za-z])")
_INVERSE = re.compile(r"\s*(?:\^\s*\{?\s*[-−][^{}]*\}?|⁻.)\s*")  # dX⁻¹ is d(X⁻¹): no perturbation is inverted
_PERTURBED = re.compile(rf"(?P<d>[∂d])\s*(?P<square>{_SQUARE})?\s*(?P<rest>.+)")


def derivative(text: str, piece: Piece, defined: frozenset[str]) -> Derivative | None:
    """What a side names, None where it is a formula without a derivative; raises Unreadable."""
    start, stop = trimmed(text, piece)
    side = text[start:stop]
    if (minus := _MINUS.match(side)) and (found := derivative(text, (start + minus.end(), stop), defined)):
        return replace(found, negated=True)
    for read in (_extreme, _nabla, _fraction, _jacobian, _along, primed, lowered, _cotangent, _perturbed):
        found = read(side, start, defined)
        if found is not None:
            return found
    return None


def operand(side: str, at: int, start: int, kind: str, wrt: str, defined: frozenset[str]) -> Derivative:
    """The derivative of what stands from ``at`` on: a function by its name, or the product that follows."""
    rest = side[at:]
    if not rest.strip():
        raise Unreadable("a derivative of nothing: no formula stands after it")
    piece = trimmed(side, (at, len(side)))
    match = FUNCTION.fullmatch(rest)
    if (
        match
        and not match["primes"]
        and (match["arguments"] is None or closing(rest, match.start("arguments")) >= len(rest.rstrip()) - 1)
    ):
        name = match["name"].strip()
        if (canonical_name(name) or name) in defined or match["arguments"] is None or name != "σ":
            inner = (match["arguments"] or "").strip()[1:-1].strip()
            return Derivative(kind, (start + piece[0], start + piece[1]), name, inner, wrt)
    if rest.lstrip()[:1] in tuple("([{") and closing(rest, len(rest) - len(rest.lstrip())) == len(rest.rstrip()) - 1:
        inside = trimmed(side, (piece[0] + 1, piece[1] - 1))
        return Derivative(kind, (start + inside[0], start + inside[1]), wrt=wrt)
    if loose(rest):
        raise Unreadable("a derivative of the first term or of the sum? Parentheses say it")
    return Derivative(kind, (start + piece[0], start + piece[1]), wrt=wrt)


def loose(text: str) -> bool:
    """Whether a sum stands outside all brackets."""
    depth, bar = 0, False
    for place, char in enumerate(text):
        bar ^= char in "|‖"
        depth += (char in OPENING) - (char in CLOSING)
        before = text[:place].rstrip()
        if char in "+-−" and depth == 0 and not bar and before and before[-1] not in "^_(":
            return True
    return False


def below(match: re.Match[str], prefix: str = "") -> str:
    """The subscript of a match."""
    found = match[f"{prefix}braced"] or match[f"{prefix}bare"] or match[f"{prefix}small"] or ""
    return "".join(SUBSCRIPTS.get(char, char) for char in found).strip() if match[f"{prefix}small"] else found.strip()


def _nabla(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    match = _NABLA.match(side)
    if not match:
        return None
    wrt = below(match) if match["hess"] is None else below(match, "h")
    second = bool(
        match["twice"] or match["later"] or match["again"] or (match["hess"] or "").lower().startswith("hess")
    )
    if doubled := re.fullmatch(rf"({NAME})\s*,?\s*({NAME})", wrt):
        second, wrt = True, doubled[1] if doubled[1] == doubled[2] else f"{doubled[1]}, {doubled[2]}"
    stacked = _BY_VEC.fullmatch(wrt)
    kind = "hessian" if second else "jacobian" if stacked else "first"
    found = operand(side, match.end(), start, kind, stacked["name"] if stacked else wrt, defined)
    return replace(found, layout="vec" if stacked else "" if side[0] == "∂" else "gradient")


def parts_of_fraction(side: str) -> tuple[Piece, Piece, int] | None:
    r"""What stands above and below in \frac{∂ …}{∂ …} or ∂ …/∂ …, and where the fraction ends."""
    if side.startswith("\\frac{"):
        middle = closing(side, 5)
        end = closing(side, middle + 1)
        return (6, middle), (middle + 2, end), end + 1
    slash = first_slash(side)
    under = _OVER.match(side, slash + 1) if slash >= 0 and side[:1] in tuple("∂d(") else None
    if not under:
        return None
    above = (1, slash - 1) if side[:1] == "(" and closing(side, 0) == slash - 1 else (0, slash)
    return above, (slash + 1, under.end()), under.end()


def order(over: re.Match[str], under: re.Match[str]) -> tuple[str, str]:
    """The kind of a fraction and its variables: ∂f/∂x, ∂f/∂xᵀ, ∂²f/∂x∂yᵀ, ∂f/∂Xᵢⱼ; raises Unreadable."""
    second = bool(over["square"])
    if second != bool(under["square"] or under["name2"]):
        raise Unreadable("a second derivative is of second order above and below")
    names = {under["name"].strip(): None} | ({under["name2"].strip(): None} if under["name2"] else {})
    wrt = ", ".join(names)
    if indexed := _ENTRY.fullmatch(wrt):
        if second:
            raise Unreadable("a second derivative in entries")
        return "entries", f"{indexed[1]}[{','.join(index for index in (indexed[2], indexed[3]) if index)}]"
    return ("hessian" if second else "jacobian" if under["t"] or under["vec"] else "first"), wrt


def _fraction(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    r"""\frac{∂ top}{∂ bottom} rest, ∂ top/∂ bottom rest."""
    parts = parts_of_fraction(side)
    if not parts:
        return None
    top, bottom, after = parts
    over, under = _TOP.match(side, *top), _OVER.fullmatch(side, *bottom)
    if over and not under and re.match(r"\s*[∂d]", side[slice(*bottom)]):
        raise Unreadable(f"'{side[slice(*bottom)].strip()}' below a derivative: expected one variable")
    if not over or not under or over["d"] != under["d"]:
        return None
    kind, wrt = order(over, under)
    above = trimmed(side, (over.end(), top[1]))
    if above[0] == above[1]:
        return operand(side, after, start, kind, wrt, defined)
    rest = side[after:].strip()
    if rest and not re.fullmatch(rf"\(\s*{re.escape(under['name'].strip())}\s*\)", rest):
        raise Unreadable("something stands beside a derivative: state the derivative alone")
    layout = "" if kind == "hessian" else "numerator" if under["t"] else "vec" if under["vec"] else ""
    if vec := _VEC.fullmatch(side[slice(*above)]):
        group = 1 if vec[1] is not None else 2
        piece, kind = (above[0] + vec.start(group), above[0] + vec.end(group)), "jacobian"
        layout = layout.replace("vec", "")
    else:
        piece = above
    return replace(operand(side[: piece[1]], piece[0], start, kind, wrt, defined), layout=layout)


def first_slash(side: str) -> int:
    """The slash between ∂f and ∂x; −1 where there is none."""
    depth = 0
    for place, char in enumerate(side):
        depth += (char in OPENING) - (char in CLOSING)
        if char == "/" and depth == 0 and re.match(r"\s*\(?\s*[∂d]", side[place + 1 :]):
            return place
    return -1


def _named(match: re.Match[str], kind: str, start: int, side: str, defined: frozenset[str]) -> Derivative | None:
    """J_f(x), H_f(x): of a function that is defined."""
    name = next((match[group] for group in ("f", "f1", "f2") if match.groupdict().get(group)), "").strip()
    if name not in defined:
        return None
    inner = match["rest"].strip()
    if inner and not (inner.startswith("(") and closing(inner, 0) == len(inner) - 1):
        raise Unreadable("something stands beside a derivative: state the derivative alone")
    return Derivative(kind, (start, start + len(side)), name, inner[1:-1].strip())


def _jacobian(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    for pattern, kind in ((_JACOBIAN, "jacobian"), (_HESSIAN, "hessian")):
        if (match := pattern.fullmatch(side)) and (found := _named(match, kind, start, side, defined)):
            return found
    return None


def _along(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    """Df(X)[H] is a differential, Df(x) a Jacobian."""
    match = _ALONG.fullmatch(side)
    if not match:
        return None
    rest = match["rest"].rstrip()
    along = ""
    if rest.endswith("]") and (opening := rest.rfind("[")) > 0:
        along, rest = rest[opening + 1 : -1].strip(), rest[:opening].rstrip()
    elif (called := re.fullmatch(rf"({NAME})\s*\(([^()]*)\)\s*\(([^()]*)\)", rest)) and called[1].strip() in defined:
        along, rest = called[3].strip(), rest[: called.end(2) + 1]
    begin = match.start("rest")
    if match["d"] == "d" and not along:
        return None
    call = FUNCTION.fullmatch(rest)
    known = call is not None and call["name"].strip() in defined and not call["primes"]
    if not along and not known:
        return None
    kind = ("second_differential" if match["twice"] else "differential") if along else "jacobian"
    if match["twice"] and not along:
        kind = "hessian"
    if along and match["twice"]:
        halves = [half.strip() for half in along.split(",")]
        if len(set(halves)) != 1:
            raise Unreadable("a second differential in two directions")
        along = halves[0]
    if along and not re.fullmatch(NAME, along):
        raise Unreadable(f"the direction '{along}' is not a name")
    wrt = (match["wrt"] or "").strip()
    if not known and (point := re.fullmatch(rf"(\(.*\)|\{{.*\}})\s*\(({NAME})\)", rest)):  # D(X⁻¹)(X)[H]
        rest, wrt = point[1], point[2]
    found = operand(side[: begin + len(rest)], begin, start, kind, wrt, defined)
    return Derivative(found.kind, found.of, found.function, found.arguments, found.wrt, along)


def _cotangent(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    """X̄ is the cotangent of X, Ẏ the tangent of Y."""
    match = re.fullmatch(rf"({NAME})", side)
    if not match or not {"\u0304", "\u0307"} & set(side):
        return None
    if "\u0304" in side:
        return Derivative("pullback", (start, start + len(side)), wrt=side.replace("\u0304", ""))
    name = side.replace("\u0307", "")
    return Derivative("differential", (start, start + len(side)), name, along="\u0307") if name in defined else None


def _perturbed(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    """d(X⁻¹), ∂(XY), d²f."""
    match = _PERTURBED.fullmatch(side)
    if not match or match["rest"][:1] in tuple("=^ᵀ'_") or ("d" in defined and match["d"] == "d"):
        return None
    if (
        not _WORD.match(match["rest"])
        and (first := re.match(NAME, match["rest"]))
        and match["rest"][first.end() :].strip()
        and not _INVERSE.fullmatch(match["rest"], first.end())
        and first[0].strip() not in defined
    ):
        return None  # dX Y is a term of a closed form
    kind = "second_differential" if match["square"] else "differential"
    return operand(side, match.start("rest"), start, kind, "", defined)


def _extreme(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    match = _EXTREME.fullmatch(side)
    if not match:
        return None
    kind = "minimizer" if (match["which"] or match["which2"]) == "min" else "maximizer"
    wrt = re.split("∈|,", below(match))[0].strip()
    begin, rest = match.start("rest"), match["rest"]
    if re.fullmatch(NAME + r"\s*(?:\(.*\))?", rest.strip()) or not loose(rest):
        return operand(side, begin, start, kind, wrt, defined)
    piece = trimmed(side, (begin, len(side)))
    return Derivative(kind, (start + piece[0], start + piece[1]), wrt=wrt)  # argmin takes all of the sum
