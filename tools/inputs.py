"""Texts for tools/fuzz.py: real ones with slips in them, and made-up ones of all spellings of the notation."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from identities.catalogue import read_text
from identities.notation import NotationError, parse
from identities.notation.typeset import latex

ROOT = Path(__file__).resolve().parent.parent
LEDGER = ROOT / "errata.yaml"
Chance = random.Random


def words(text: str) -> tuple[str, ...]:
    """A table of words."""
    return tuple(text.split(" "))


# ---- real texts


@cache
def entries() -> tuple[str, ...]:
    """The entries of our catalogue as they stand in the file."""
    text = (ROOT / "catalogue.yaml").read_text(encoding="utf-8")
    found = re.split(r"^(?= *- id:)", text, flags=re.MULTILINE)[1:]
    return tuple(re.sub(r"^  ", "", entry.partition("\n- section")[0], flags=re.MULTILINE) for entry in found)


@cache
def formulas() -> tuple[str, ...]:
    """The formulas of our catalogue, in Unicode and in LaTeX."""
    identities, _ = read_text((ROOT / "catalogue.yaml").read_bytes(), "catalogue.yaml")
    texts = [text.text for entry in identities for text in (entry.f, *(c.closed_form for c in entry.claims))]
    found = list(dict.fromkeys(texts))
    for text in tuple(found):
        with contextlib.suppress(NotationError):
            found.append(latex(parse(text)))
    return tuple(found)


# ---- made-up texts: {} is a smaller one

ATOMS = {
    "Unicode": "A B X Y Σ x y a b t α λ μ n 2 3 ½ 0 1/2 0.5 I I(n) 𝟏 𝟏(n) dX dx f̄ eᵢ K(m,n) D(n) L(n) π ⅈ W₁ g'(t) "
    "∇L(X) ∇²L(x) DF(X)[dX] X[i,j]",
    "ASCII": "A B X Y x y a b t n 2 3 1/2 0 1e3 0.5 I I(n) ones ones(n) dX dx fbar e[i] K(m,n) x_1 W1 alpha Sigma "
    "X[i,j] X[1,n]",
    "LaTeX": r"A B X \mathbf{X} \boldsymbol\mu x \mathbf{x} a \Sigma \lambda n 2 \frac12 \tfrac{1}{2} 0 I_n "
    r"\mathbf{1} "
    r"\mathrm{d}X \bar{f} e_i K_{m,n} X_{ij} \mathbf{W}_1 (X^{-1})_{kl}",
}
RULES = {
    "Unicode": "{}ᵀ|{}⁻¹|{}⁻ᵀ|{}⁺|{}²|{}ᵏ|{}⊙²|{}{}|{} {}|{}·{}|{} + {}|{} − {}|−{}|{} ⊙ {}|{} ⊘ {}|{} ⊗ {}|"
    "({})|tr({})|"
    "tr {}|log det {}|det({})|‖{}‖|‖{}‖²|‖{}‖_F²|‖{}‖₁|{}/{}|{}/‖{}‖|exp⊙({})|exp({})|√{}|Σᵢ {}|{}[i,j]|[{}, "
    "{}; {}, {}]|"
    "{}^({})|vec({})|diag({})|softmax({})|expm({})|sqrtm({})|logsumexp({})|unvec({}, m, n)|sub({}, i, j)|"
    "eigvec({}, 1)|"
    "sum({})|2{}|½ {}|Σ_{i=1}^{n} {}|g⊙({})|λmax({})|adj({})|∇L({})|DF({})[{}]",
    "ASCII": "{}'|{}.T|{}^T|{}^-1|{}^-T|inv({})|pinv({})|{}^2|{}**2|{}^k|{}.^2|{} @ {}|{} {}|{}*{}|{} + {}|{} - "
    "{}|-{}|"
    "{} .* {}|{} ./ {}|kron({}, {})|({})|tr({})|trace({})|log det {}|det({})|norm({})|norm({})^2|norm_F({})^2|{}/{}|"
    "exp({})|sqrt({})|sum(i, {})|{}[i,j]|[{}, {}; {}, {}]|np.trace({})|np.linalg.inv({})|jnp.diag({})|{}^({})|"
    "vec({})|"
    "diag({})|softmax({})|np.{}|{}.sum()|||{}|||abs({})",
    "LaTeX": r"{}^\top|{}^{T}|{}^{-1}|{}^{-\top}|{}^{-T}|{}^{\dagger}|{}^2|{}^{k}|{}^{1/2}|{} {}|{} \cdot {}|{} + {}|"
    r"{} - {}|-{}|{} \odot {}|{} \otimes {}|({})|\left({}\right)|\operatorname{tr}({})|\mathrm{Tr}\left({}\right)|"
    r"\log\det {}|\lvert {}\rvert|\|{}\|^2|\lVert {}\rVert_F^2|\frac{{}}{{}}|\tfrac{1}{2} {}|\exp({})|\sqrt{{}}|"
    r"\sum_i {}|"
    r"\sum_{i=1}^{n} {}|{}_{ij}|\begin{bmatrix} {} & {} \\ {} & {} \end{bmatrix}|\mathbf{{}}|{\rm {}}|"
    r"\underbrace{{}}_{x}|"
    r"\left[{}\right]|\nabla L({})|\operatorname{diag}({})|\operatorname{vec}({})|{}^{{}}|\text{tr} {}|\!\! {}\,",
}
NASTY = words(
    "\0 \x1b[31m \ufeff \u200b \u202e \ud800 \U0010ffff \u0301 \u0304 ᵀᵀ ⁻ ⁻¹ ᵢ ₁₂ ² 𝟏 𝟙 Ⅳ ½½ ١ ｘ ’ ′ ″ ; : , # % & $ "
    r"\ \\ \frac \left \right \begin{ \end{matrix} \def \newcommand \mathbf \text{ { } [ ] ( ) | ‖ || < > = == != := → "
    r"""∂ ∇ ∑ Σ_{ √ ^ _ ^^ __ ** *** // @@ .. ... ' '' " -- +- ++ 1e9 1e999 9999999999 0x10 1_000 nan inf None """
    "__class__ eval( lambda import np. jnp.linalg. X.__mro__ tr ⊗⊗ ⊙⊗ & * ! !!python/object: *a &a %TAG --- ... ? - [ {"
)


def grown(chance: Chance, spelling: str, depth: int) -> str:
    """A formula of the grammar: well formed as text, seldom so in its shapes."""
    if depth <= 0 or chance.random() < 0.15:
        return chance.choice(ATOMS[spelling].split())
    rule = chance.choice(RULES[spelling].split("|"))
    return re.sub(r"\{\}", lambda _: grown(chance, spelling, depth - 1), rule)


def mutated(chance: Chance, text: str, other: str) -> str:
    """A text after a few slips: pieces dropped, doubled, moved, repeated without end, exchanged, or worse."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        start, stop = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        if chance.random() < 0.7:
            stop = min(stop, start + chance.randint(0, 3))
        piece = text[start:stop]
        begin = chance.randint(0, len(other))
        slip = chance.choice(SLIPS)
        text = text[:start] + slip(chance, piece, other[begin : begin + chance.randint(1, 12)]) + text[stop:]
    return text


SLIPS: Sequence[Callable[[Chance, str, str], str]] = (
    lambda chance, piece, other: "",
    lambda chance, piece, other: piece + piece,
    lambda chance, piece, other: piece[::-1],
    lambda chance, piece, other: piece.swapcase(),
    lambda chance, piece, other: other,
    lambda chance, piece, other: piece + other,
    lambda chance, piece, other: chance.choice(NASTY),
    lambda chance, piece, other: piece + chance.choice(NASTY),
    lambda chance, piece, other: chr(chance.choice((chance.randrange(128), chance.randrange(0x3000), 0x1D400))),
    lambda chance, piece, other: (piece[:2_000] or chance.choice(NASTY)) * chance.choice((2, 5, 60, 61, 1000)),
    lambda chance, piece, other: "(" * (depth := chance.choice((1, 30, 61, 400))) + piece + ")" * depth,
)  # fmt: skip


def formula(chance: Chance) -> str:
    """A formula in one of the spellings, made up or real, sound or not."""
    spelling = chance.choice(tuple(RULES))
    text = grown(chance, spelling, chance.randint(1, 5)) if chance.random() < 0.5 else chance.choice(formulas())
    return text if chance.random() < 0.3 else mutated(chance, text, chance.choice(formulas()))


WORDS = words(
    "invertible symmetric spd positive scalar integer complex orthogonal one-hot square → ℝ m×n p×q n with m ≥ = > 10"
)
DIMS = words("n m p 1 3 n+1 2n n² mn max(m,n) 1000000000 0 -1 64 n^9")
PER_VARIABLE = words("gradient jacobian hessian pullback derivative entries minimizer maximizer gradient_symmetric")
OF_ALL = words("differential second_differential equals")
KEYS = words("id where let f at example source note tags x") + PER_VARIABLE + OF_ALL
SPECKS = (b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\t", b"\xc2\x85", b"\xe2\x80\xa8", b"[", b"{", b"- ", b": ")


def declaration(chance: Chance) -> str:
    """What `where` says of a name."""
    shape = "×".join(chance.choice(DIMS) for _ in range(chance.choice((1, 2, 2, 3))))
    return f"{shape} {' '.join(chance.choices(WORDS, k=chance.randint(0, 3)))}"


def altered(chance: Chance, lines: list[str], real: Sequence[str], most: int) -> list[str]:
    """Lines with a few real entries after them, some of which are not what they were."""
    for entry in chance.choices(real, k=chance.choice((1, 1, 2, 3))):
        lines += entry.rstrip().split("\n")
    for _ in range(chance.randint(0, most)):
        at = chance.randrange(len(lines))
        line = lines[at]
        key, _, rest = line.partition(":")
        indent = " " * (len(line) - len(line.lstrip()))
        lines[at : at + 1] = chance.choice((
            [f"{key}: {formula(chance)}"],
            [f"{key}: '{formula(chance).replace(chr(39), chr(39) * 2)}'"],
            [f"{indent}{chance.choice(KEYS)}:{rest}"],
            [f"{indent}{chance.choice(KEYS)}: {formula(chance)}"],
            [f"{indent}where: {{{chance.choice('AXxtΣ')}: {declaration(chance)}, X: {declaration(chance)}}}"],
            [f"{indent}X: {declaration(chance)}"],
            [line, line], [], [" " + line], [line[1:]], [mutated(chance, line, chance.choice(lines))],
        ))  # fmt: skip
        lines = lines or [""]
    return lines


def catalogue(chance: Chance) -> str:
    """A file of a few entries, some of whose lines are not what they were."""
    return "\n".join(altered(chance, ["format: 1", "identities:"], entries(), 4)) + "\n"


def claim(chance: Chance) -> str:
    """A file of one entry: any two formulas, the one a closed form of the other. Mostly their shapes clash."""
    spelling, key = chance.choice(tuple(RULES)), chance.choice(PER_VARIABLE + OF_ALL * 2)
    f, closed = (grown(chance, spelling, chance.choice((0, 1, 1, 2))).replace("'", "''") for _ in range(2))
    name = chance.choice(re.findall(r"\b[ABXYxyabt]\b", f) or ["X"])
    where = f"  where: {{{name}: {declaration(chance)}}}\n" if chance.random() < 0.2 else ""
    said = f"\n    {name}: '{closed}'" if key in PER_VARIABLE else f" '{closed}'"
    return f"format: 1\nidentities:\n- id: a\n{where}  f: '{f}'\n  {key}:{said}\n"


def data(chance: Chance) -> bytes:
    """A file with damaged bytes."""
    found = bytearray(catalogue(chance).encode("utf-8", "surrogatepass"))
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        at = chance.randrange(len(found) + 1)
        damage = chance.randrange(5)
        if damage == 0:
            found[at : at + 1] = bytes((chance.randrange(256),))
        elif damage == 1:
            del found[at : at + chance.randint(1, 20)]
        elif damage == 2:
            found[at:at] = chance.choice(SPECKS)
        elif damage == 3:
            found[at:at] = found[chance.randrange(len(found) + 1) :][: chance.randint(1, 200)]
        else:
            found[at : at + 1] = bytes((found[at] ^ 1 << chance.randrange(8),)) if at < len(found) else b"\x80"
    return bytes(found)


OPTIONS = words(
    "check list show audit coverage errata cache --format --select --seed --draws --jobs --shard --no-cache --output "
    "--fix --if-any --changed --check --source --ledger -v --verbose --help --version --section --tag --as --layout "
    "--catalogue text json latex numpy jax yaml github junit sarif numerator 1 0 -1 8 1e9 2/4 0/0 5/4 trace-product "
    "mine.yaml mine.identities.yaml . - out.json clear show -- = --seed=3"
)


def arguments(chance: Chance) -> list[str]:
    """A command line, made of words that are known, and some that are not. Nothing is written outside the folder."""
    known = [chance.choice(OPTIONS[:7])] if chance.random() < 0.8 else []
    known += chance.choices(OPTIONS, k=chance.randint(0, 5))
    line = [word if chance.random() < 0.8 else mutated(chance, word, formula(chance)) for word in known]
    line = [word.replace("/", "∕") if word.count("/") > 1 or ".." in word else word for word in line]
    # As a system hands them over: without NUL, and what is no UTF-8 as lone surrogates.
    line = [os.fsdecode(word.replace("\0", "").encode("utf-8", "surrogatepass")) for word in line]
    return ["check", *line] if "cache" in line and "clear" in line else line


# ---- what people write in documents


@cache
def stated() -> tuple[str, ...]:
    """Equations as people write them: those of the tests."""
    blocks = (ROOT / "tests" / "equations" / "equations.txt").read_text(encoding="utf-8").split("\n\n")
    return tuple("\n".join(line[2:] for line in block.split("\n") if line[:1] not in ">!") for block in blocks)


SAYINGS = (
    "∇_X {} = {}", "∂/∂x({}) = {}", "d({}) = {}", "f(x) = {}, ∇f(x) = {}, where A is symmetric", "{} = {} = {}",
    "Y = {}, X̄ = {}", r"\nabla_{\mathbf{X}} {} = {}", r"\frac{\partial {}}{\partial X} = {}", r"\mathrm{d}({}) = {}",
    r"\nabla^2 f(x) = {} \quad f(x) = {}", r"\begin{align} \frac{\partial}{\partial x} {} &= {} \\ &= {} \end{align}",
    r"\arg\min_x {} = {}", r"{} \quad\text{for } X \succ 0",
)  # fmt: skip


def equation(chance: Chance) -> str:
    """An equation as a document has it."""
    if chance.random() < 0.5:
        text = chance.choice(stated())
    else:
        spelling = chance.choice(tuple(RULES))
        text = re.sub(r"\{\}", lambda _: grown(chance, spelling, 3), chance.choice(SAYINGS))
    return text if chance.random() < 0.3 else mutated(chance, text, chance.choice(stated()))


@cache
def errata() -> tuple[str, ...]:
    """The entries of our ledger of errata as they stand in the file."""
    return tuple(re.split(r"^(?=- id:)", LEDGER.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:])


def ledger(chance: Chance) -> str:
    """A ledger of errata, some of whose lines are not what they were."""
    return "\n".join(altered(chance, ["ledger: 1", "errata:"], errata(), 4)) + "\n"


@cache
def pieces() -> tuple[str, ...]:
    """Paragraphs, tables and displays as documents have them: those of the tests of documents, and our own pages."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "tables").glob("test_*.py")]
    texts += [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")]
    return tuple(piece for text in texts for piece in re.split(r"\n\n+", text) if any(c in piece for c in "|$&"))


LAYOUTS = (
    "| f | ∇f |\n|---|---|\n| {} | {} |\n| ${}$ | ${}$ |", "$${} = {}$$", "We have ${} = {}$ for all $x$.", "# {}",
    "```math\n{} = {}\n```", "<!-- identities: where {}: {} -->", "- ${}$", "> {}",
    "<table><tr><td>{}</td></tr></table>",
    "\\begin{tabular}{l|l}\nf & gradient \\\\ \\hline\n${}$ & ${}$ \\\\\n\\end{tabular}", "\\newcommand{\\m}[1]{{} #1}",
    "\\begin{align}\n{} &= {} \\\\\n&= {}\n\\end{align}", "\\def\\a{\\b\\b}\\def\\b{\\a {}}\n$\\a = {}$",
    "\\[ \\m{{}} = {} \\]",
    "% identities: where {}: n×n", "\\section{{}}", "\\begin{verbatim}\n{}\n\\end{verbatim}", "\\input{/etc/passwd} {}",
)  # fmt: skip


def document(chance: Chance) -> str:
    """Some pieces of Markdown and LaTeX, at times in a notebook; whoever reads it as the one finds the other in it."""
    found = []
    for _ in range(chance.choice((1, 2, 4, 8))):
        spelling = chance.choice(tuple(RULES))
        piece = chance.choice(pieces() + LAYOUTS * 4)
        piece = re.sub(r"\{\}", lambda _: grown(chance, spelling, 2), piece) if piece in LAYOUTS else piece  # noqa: B023
        found.append(piece if chance.random() < 0.6 else mutated(chance, piece, chance.choice(pieces())))
    if chance.random() < 0.2:
        cells = [{"cell_type": chance.choice(("markdown", "code", "", 1)), "source": piece} for piece in found]
        return mutated(chance, json.dumps({"nbformat": 4, "metadata": {}, "cells": cells}), NOTEBOOK)
    return "\n\n".join(found)[:DOCUMENT] + "\n"


DOCUMENT = 20_000  # characters, a table of five hundred rows: what is long takes its time to read
NOTEBOOK = '{"cells": [[{"source": ["$A$", 1, null]}]], "nbformat": 1e999, "worksheets": NaN}'
REPORT = (
    '{"format": 1, "seed": 0, "draws": 8, "environment": {"jax": "0"}, "problems": [], "summary": {"claims": 1}, '
    '"claims": [{"file": "t.yaml", "line": 5, "column": 8, "id": "a", "f": "tr(AX)", "kind": "gradient", "wrt": "X", '
    '"closed_form": "A", "verdict": "verified", "evidence": "numeric", "sizes": [{"m": 2}], "draws": 40, '
    '"max_error": 1e-16, "noise_floor": 1e-14, "margin": 2, "witness": "agrees", "message": ""}]}'
)


def certificate(chance: Chance) -> str:
    """A report that is to be repeated, after a few slips."""
    return mutated(chance, REPORT, chance.choice((REPORT, '"claims": [[[[', "1e999", "NaN", '{"seed": -1}')))
