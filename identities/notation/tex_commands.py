r"""The commands of LaTeX that formulas use, and the sign of the notation that each stands for."""

from __future__ import annotations

import re

from identities.notation.signs import ACCENTS, GREEK
from identities.vocabulary import WORDS


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


LETTERS = {name: letter for letter, name in GREEK.items()} | {
    "phi": "φ", "varepsilon": "ε", "vartheta": "θ", "varrho": "ρ", "varsigma": "σ", "varkappa": "κ", "varpi": "π",
    "ell": "l", "omicron": "ο",
    **{f"var{name}": letter for letter, name in GREEK.items() if letter.isupper()},
}  # fmt: skip
SIGNS = {
    "cdot": "·", "odot": "⊙", "circ": "⊙", "oslash": "⊘", "otimes": "⊗", "ast": "*", "times": "×", "div": "÷",
    "infty": "∞", "nabla": "∇", "partial": "∂", "lbrack": "(", "rbrack": ")", "lparen": "(", "rparen": ")",
    "slash": "/", "dd": "ⅆ", "differential": "ⅆ", "lbrace": "(", "rbrace": ")", "{": "(", "}": ")", "colon": ":",
    "approx": "≈", "vert": "|", "mathds1": "𝟏", "bigodot": "⊙", "bigotimes": "⊗",
}  # fmt: skip
SPACES = frozenset(
    [
        ",",
        ";",
        ":",
        ">",
        " ",
        "\n",
        "\t",
        "quad",
        "qquad",
        "enspace",
        "thinspace",
        "medspace",
        "thickspace",
        "nobreakspace",
        "hfill",
    ]
)
# What changes the look and not the meaning; those of the second table swallow an argument.
UNSEEN = frozenset(["!", "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits",
                    "nonumber", "notag", "mathstrut", "strut", "normalfont", "negthinspace", "allowbreak", "nobreak",
                    "relax", "/", "mathopen", "mathclose", "mathrel", "mathbin", "mathord", "mathop", "mathinner",
                    "ensuremath", "boxed", "underbrace", "overbrace", "displaylimits", "smash", "middle"])  # fmt: skip
UNSEEN_WITH_ARGUMENT = words("label tag phantom hphantom vphantom hspace vspace color mspace hskip")
SIZES = words("left right") | {size + side for size in words("big Big bigg Bigg") for side in ("", "l", "r", "m")}
BOLD = words(
    "mathbf boldsymbol bm textbf pmb mathbfit symbf vec overrightarrow bf bfseries boldmath symbfit "
    "mathbfsf vb vectorbold"
)
SLANTED = words("mathit mathcal mathscr mathfrak mathbb mathds mathbbm it cal mathnormal symit emph textit vb*")
UPRIGHT = words(
    "mathrm operatorname text textrm mathsf textsf mathtt texttt rm sf tt textup textnormal symup mbox hbox"
)
SWITCHES = words("bf rm it sf tt cal bfseries boldmath")
FONTS = (BOLD | SLANTED | UPRIGHT) - {"vec", "overrightarrow"}
ACCENT_MARKS = {name: mark for mark, name in ACCENTS.items()} | {
    "widehat": "\u0302", "widetilde": "\u0303", "overline": "\u0304", "acute": "\u0301", "grave": "\u0300",
    "vec": "", "overrightarrow": "",
}  # fmt: skip
FRACTIONS = frozenset(["frac", "tfrac", "dfrac", "cfrac", "nicefrac", "sfrac"])
MATRICES = words("matrix pmatrix bmatrix Bmatrix smallmatrix psmallmatrix bsmallmatrix array vmatrix")
ALIGNMENTS = words("aligned align split gathered equation gather multline alignedat eqnarray math displaymath")
OPENING = {"lvert": "|", "lVert": "‖", "langle": "⟨"}
CLOSING = {"rvert": "|", "rVert": "‖", "rangle": "⟩"}

# A function word however it is cased and joined: \operatorname{Tr}, \mathrm{log\,softmax}, \ReLU.
_MORE_WORDS = {"trace": "tr", "spur": "tr", "vect": "vec", "lse": "logsumexp", "expit": "sigmoid",
               "sgn": "sign", "sigm": "sigmoid", "sigmoid": "sigmoid", "logistic": "sigmoid", "re": "re", "im": "im",
               "heaviside": "step", "arctg": "arctan", "tg": "tan", "cofactor": "cof", "rk": "rank"}  # fmt: skip


def joined(word: str) -> str:
    """The letters of a word, small, without what joins them."""
    return re.sub("[^a-z0-9]", "", word.lower())


FUNCTIONS = {joined(word): word for word in reversed(WORDS) if len(word) > 1 and word.isascii()} | _MORE_WORDS


def function_word(name: str) -> str:
    """The word of the vocabulary that a name in LaTeX says, "" for none."""
    return FUNCTIONS.get(joined(name), "")
