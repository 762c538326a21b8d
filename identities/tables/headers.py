"""The header of a column → what stands in the column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

from identities.notation import canonical_name
from identities.notation.tex_commands import ACCENT_MARKS, LETTERS
from identities.tables.blocks import Line

# What a column may hold, and the words that say so; a header of several words is searched for them from the top.
# `derivative` is of the kind that the shapes ask for: a gradient of a scalar f, a Jacobian of a vector, ….
ROLES: dict[str, tuple[str, ...]] = {
    "ignored": ("no.", "no", "#", "nr", "name", "id", "eq.", "eq", "equation number", "source", "reference", "ref", "label",
                "ref.", "status", "page", "verified", "type", "topic", "number"),
    "code": ("code", "python", "numpy", "jax", "torch", "pytorch", "matlab", "julia", "implementation"),
    "second_differential": ("second differential", "second-order differential", "d²f", "d2f"),
    "hessian": ("hessian", "second derivative", "hess", "∇²f", "h", "hessian matrix", "curvature"),
    "pullback": ("pullback", "reverse rule", "vjp", "adjoint", "backward", "reverse mode", "reverse", "adjoint rule",
                 "cotangent", "backward pass", "backprop", "vjp rule", "reverse-mode", "backward rule", "vector-jacobian product", "grad_input", "grad_inputs",
                 "grad input", "grad inputs"),
    "differential": ("differential", "jvp", "forward rule", "pushforward", "forward mode", "tangent", "df", "dy",
                     "forward-mode", "jvp rule", "tangent rule", "linearisation", "linearization", "total differential",
                     "jacobian-vector product"),
    "condition": ("condition", "conditions", "assumption", "assumptions", "requires", "requirement", "requirements",
                  "valid for", "valid when", "when", "holds when", "constraints", "constraint", "given", "provided", "if",
                  "hypotheses", "hypothesis", "valid if", "holds if", "needs", "restrictions", "restriction", "under",
                  "precondition", "preconditions", "prerequisite", "prerequisites"),
    "where": ("where", "shape", "shapes", "dimensions", "dims", "domain", "note", "notes", "comment", "comments", "remark",
              "remarks", "description", "size", "sizes", "variables and shapes", "dimension", "for", "explanation",
              "details", "applicability", "symmetry", "applies to"),
    "jacobian": ("jacobian", "jacobian matrix", "j"),
    "derivative": ("gradient", "derivative", "grad", "answer", "partial derivative", "derivative rule", "gradient rule",
                   "matrix derivative", "gradients", "derivatives", "partial", "first derivative", "f'(x)", "f′(x)", "f′", "f'",
                   "vector derivative", "its gradient", "grad f", "derivative with respect to", "partials", "df/dx",
                   "sensitivity", "score", "differentiated", "subgradient"),
    "wrt": ("w.r.t.", "wrt", "w.r.t", "variable", "with respect to", "var", "var.", "variables", "argument", "parameter",
            "differentiate by", "differentiated by", "differentiation variable", "in", "with respect to variable", "by", "unknown"),
    "equation": ("identity", "identities", "rule", "rules", "equation", "equations", "statement", "property", "properties",
                 "law", "fact", "facts"),
    "f": ("function", "expression", "f(x)", "f", "scalar", "y", "scalar function", "objective", "loss", "expr", "input",
          "term", "quantity", "forward", "primal", "operation", "op", "scalar-valued function", "vector function", "scalar field",
          "function f", "function f(x)", "matrix function", "scalar expression", "scalar form", "loss function", "map", "value",
          "original", "form", "function value", "energy", "cost", "forward pass", "scalar f", "functions", "expressions", "lhs",
          "layer", "layers", "activation", "primitive", "computation", "call", "mapping", "criterion", "potential", "likelihood",
          "log-likelihood", "composition", "left-hand side", "left side", "problem", "fn", "func", "differentiand", "case"),
    "formula": ("formula", "formulas", "formulae", "definition", "definitions"),
    "result": ("result", "results", "closed form", "equals", "rhs", "right-hand side", "right side", "becomes",
               "simplification", "solution", "output", "simplified", "="),
}  # fmt: skip
WORDS = {word: role for role, words in ROLES.items() for word in words}
DERIVATIVES = ("derivative", "jacobian", "hessian", "differential", "second_differential", "pullback")

_LAYOUTS = ("numerator", "denominator")
_COMMANDS = {
    r"\partial": "∂", r"\nabla": "∇", r"\top": "ᵀ", r"\intercal": "ᵀ", r"\mathrm d": "d", r"\ldots": "…", r"\cdot": "·",
    r"\left": "", r"\right": "", r"\displaystyle": "", r"\,": " ", r"\;": " ", r"\!": "", r"\quad": " ", "~": " ",
} | {f"\\{name}": letter for name, letter in LETTERS.items()}  # fmt: skip
_FRACTION = re.compile(
    r"\\[dt]?frac\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
)
_FONT = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|mathrm|operatorname|text|textbf|rm|bf|mathit|vec|mathsf|mathcal|textit|emph)\b\*?"
)
_ACCENT = re.compile(r"\\(hat|widehat|tilde|widetilde)\s*(?:\{\s*([A-Za-z])\s*\}|([A-Za-z]))")
_NAME = r"[A-Za-zα-ωΑ-Ω\U0001D400-\U0001D7FF][\u0300-\u036f]*(?:_?[0-9₀-₉]+)?"
_LOSS = "[A-Zℒℓ]"
_BY_VEC = re.compile(rf"/∂\W*vec\W*({_NAME})[^\w=]*[T⊤ᵀ]?\W*$")  # ∂vec F/∂(vec X)′
_SECOND = re.compile(rf"[∂d](?:\^?[2²])[^/]*/\(?[∂d]\(?({_NAME})")
_FIRST = re.compile(rf"[∂d][^/]*/\(?[∂d]\(?({_NAME})")
_HESSIAN = re.compile(rf"∇(?:\^?2|²)(?:_\{{?(?P<below>{_NAME})|{_NAME}\((?P<of>{_NAME})\))?")
_NABLA = re.compile(rf"∇_\{{?({_NAME})|∇([ₓ])|∇[a-zA-Zα-ωΑ-Ωℒℓ]*(?:\(({_NAME})\))?$")
_SUBSCRIBED = re.compile(rf"^∂(?:_\{{?({_NAME})|([ₓ]))")  # ∂_x f
_DIFFERENTIAL = re.compile(rf"d(?:{_NAME})(?:\([^()]*\))?")
_BAR = re.compile(rf"\\(?:bar|overline|widebar)\s*\{{?({_NAME})\}}?|([A-Za-z])\u0304|([A-Za-z])_?bar")
# f_x, f_{xx}
_BELOW, _TWICE = re.compile(r"^[fghφℓ]_\{?([A-Za-zθβ])\}?$"), re.compile(r"^[fghφℓ]_\{?([A-Za-zθβ])\1\}?$")
_SIGNS = (
    (_BY_VEC, "jacobian"), (_SECOND, "hessian"), (_HESSIAN, "hessian"), (_FIRST, "derivative"), (_NABLA, "derivative"),
    (_SUBSCRIBED, "derivative"), (_BAR, "pullback"), (_BELOW, "derivative"), (_TWICE, "hessian"),
)  # fmt: skip
# ∂L/∂x given g = ∂L/∂y
_GIVEN = re.compile(rf"[∂d]\s*{_LOSS}\s*/\s*[∂d]\s*({_NAME})\W.*[∂d]\s*{_LOSS}\s*/\s*[∂d]")
# f′(x), Df(X), J_f(x), H_f
_NAMED_DERIVATIVE = re.compile(
    rf"(?:{_NAME}(?P<primes>['′″]{{1,2}})|D_?{_NAME}|(?P<letter>[JH])_?\{{?[a-zφℓ]\}}?)(?:\((?P<of>{_NAME})\))?"
)
_EQUATED = re.compile(rf"({_NAME})={_NAME}\(({_NAME})\)")  # y = f(x)
_CALL = re.compile(rf"{_NAME}\(({_NAME})(?:,[^()]*)?\)")
_BY = re.compile(rf"(?:w\.?\s?r\.?\s?t\.?|with respect to|in|by)\s+(?:[a-z]+\s+)?({_NAME})(?![A-Za-z.])")
_PLURAL = re.compile(r"(?<=[a-z]{3}[^s])s$")
_OF = re.compile(rf"\b(?:of|for)\s+({_NAME})(?![A-Za-z])")
# Gradient w.r.t. first input; ∂/∂ second argument.
_PLACES = ("first|1st|left", "second|2nd|right", "third|3rd")
_PLACE = re.compile(
    rf"\b(?:{'|'.join(f'({words})' for words in _PLACES)})[ -](?:input|argument|operand|factor|matrix|term|variable)\b"
    r"|\b(?:input|argument|operand) #?([123])\b"
)


@dataclass(frozen=True, slots=True)
class Column:
    """``role``, of :data:`ROLES`; the variable that the header names, or its place in the function; the layout."""

    role: str
    wrt: str = ""
    layout: str = ""
    place: int = 0  # 1 for the first variable of the function
    output: str = ""  # what the values of the function are called


def column(head: Line) -> Column:
    """What one header says; of f(x) or f(X) the first."""
    text = first_of(plain(head))
    words = " ".join(text.lower().replace("–", "-").split()).strip(" :*_()")
    layout = next((name for name in _LAYOUTS if name in words), "")
    if layout:
        return Column("derivative", "", layout)
    if words in WORDS and not (len(words) == 1 and any(run.manner != "words" for run in head) and words in "jh"):
        role = WORDS[words]
        call = _CALL.fullmatch(text.strip())
        if role in DERIVATIVES:
            return Column(role, mathematics(text)[1])
        return Column(role, name(call[1]) if call and role == "f" else "")
    if given := _GIVEN.match(text.strip()):
        return Column("pullback", name(given[1]))
    role, wrt = mathematics(text)
    if role and not re.search(r"[A-Za-z]{4,}", re.sub(r"\(.*\)", "", text)):
        named = _EQUATED.fullmatch(re.sub(r"\s", "", text))
        return Column(role, wrt, output=name(named[1]) if named else "")
    by = _BY.search(text)
    of = _OF.search(text)
    ordinal = _PLACE.search(words)
    place = int(ordinal[4] or ordinal.lastindex or 0) if ordinal else 0
    said = [_PLURAL.sub("", word) for word in re.sub(r"\bjax\.|[^\w²′'./-]+", " ", words).split()]
    for known, names in ROLES.items():
        for word in names:
            parts = [_PLURAL.sub("", part) for part in word.split()]
            if len(word) > 2 and any(said[n : n + len(parts)] == parts for n in range(len(said))):
                if known in ("f", "equation", "where", "ignored", "wrt", "result", "formula") and role:
                    return Column(role, wrt)
                if known == "pullback" and of:  # cotangent of x
                    by = of
                if known in DERIVATIVES:
                    return Column(known, name(by[1]) if by else wrt, place=0 if by else place)
                return Column(known, name(of[1]) if of and known == "f" and text.strip().endswith(of[0]) else "")
    return Column(role, wrt)


def first_of(text: str) -> str:
    """Of f(x) or f(X) the first."""
    first, *others = re.split(r"\s+or\s+", text)
    return first if others and mathematics(first)[0] else text


def mathematics(text: str) -> tuple[str, str]:
    """The role and the variable that ∂f/∂x, ∇f, df, f(x), X̄ in a header stand for."""
    bare = re.sub(r"\s", "", text).rstrip("=")
    for pattern, role in _SIGNS:
        if match := pattern.search(bare):
            below = next(filter(None, match.groups()), "")
            return role, name("x" if below == "ₓ" else below)
    if _DIFFERENTIAL.fullmatch(bare):
        return "differential", ""
    if match := _NAMED_DERIVATIVE.fullmatch(bare):
        second = "hessian" if match["primes"] in ("''", "′′", "″") else "derivative"
        return {"H": "hessian", "J": "jacobian"}.get(match["letter"] or "", second), name(match["of"])
    if match := _CALL.fullmatch(bare) or _EQUATED.fullmatch(bare):
        return "f", name(match[match.lastindex or 1])
    if re.fullmatch(_NAME, bare):
        return "f", ""
    return "", ""


def name(text: str | None) -> str:
    """The canonical spelling of a name, "" for none."""
    return (canonical_name(text) or text) if text else ""


def decomposed(char: str) -> str:
    """Ā as A and a bar; other signs as they are."""
    return normalize("NFD", char) if char.isalpha() else char


def plain(head: Line) -> str:
    r"""The header in Unicode: ``\frac{\partial f}{\partial \mathbf{x}}`` is ∂f/∂x."""
    text = "".join(decomposed(char) for char in " ".join(run.text.text for run in head))
    for _ in range(4):
        text = _FRACTION.sub(lambda match: f"{match[1]}/{match[2]}", text)
    text = _FONT.sub("", text)
    text = _ACCENT.sub(lambda match: (match[2] or match[3]) + ACCENT_MARKS[match[1]], text)
    for command, sign in _COMMANDS.items():
        text = re.sub(re.escape(command) + ("(?![A-Za-z])" if command[-1].isalpha() else ""), sign, text)
    return re.sub(r"\{([^{}\\]*)\}", r"\1", text)
