"""I and 𝟏 with a size that nothing else says, I_n, 1_{m×n}, np.eye(n): they are as large as they have to be.

And sums from 1 to an n that nothing says, which are over all entries, and e as in e^x.
"""

from __future__ import annotations

import re

from identities.catalogue import Text
from identities.equations.kinds import names_in
from identities.equations.outline import outline, shown_or_nothing
from identities.equations.stated import Context
from identities.notation.names import MODULES, SUBSCRIPTS

_LETTER = re.compile(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])")
_UNDER = rf"\s?_\s?(?:\{{(?P<braced>[^{{}}]*)\}}|(?P<bare>[A-Za-z]))|(?P<small>[{''.join(SUBSCRIPTS)}]+)"
_SIZED = re.compile(rf"(?<![A-Za-z\\])(?P<what>I|\{{1\}}|[𝟏𝟙]|(?<![0-9.])1)(?:{_UNDER})")
_LIMITED = re.compile(
    r"(?:\\sum|[Σ∑])\s*_\s*\{\s*(?P<index>[ijk])\s*=\s*1\s*\}\s*\^\s*"
    r"(?:\{\s*(?=[A-Za-z]\s*\}))?(?P<last>[A-Za-z])(?![A-Za-z])(?:\s*\})?"
)
_OPEN = re.compile(r"[I1𝟏𝟙Σ∑]|e\s*\^|eye|identity|ones|sum")  # what any of these begins with
_POWER_OF_E = re.compile(r"(?<![A-Za-z\\])e\s*\^\s*(?P<bare>[A-Za-z])(?!\s*[_(])")
_CALLED = re.compile(
    rf"(?<![\w.])(?:{MODULES})?(?P<what>eye|identity|ones_like|ones)\s*\((?P<sizes>[^()]*|\([^()]*\)|len\([^()]*\))\)"
)
# L or D before brackets that hold a formula of vectors or matrices
_NO_SIZE = re.compile(r"(?<![a-z\\_^])(?P<of>[LD])(?=\s*\([^()]*(?:[A-Z\\ᵀ^⊙u-zα-ω]|[a-t]\s*[-+−]\s*[a-z]))")
_WRITTEN = {"I": "I", "column": " 𝟏 ", "matrix": "(𝟏 𝟏ᵀ)"}


# A one that is transposed is a column of them; so is one that ends a product beside it.
_TURNED = re.compile(r"(?<![0-9A-Za-z.\\^_{])1{1,2}(?=\s*(?:ᵀ|\^\s*\{?\s*[T⊤ᵀ](?![A-Za-z])))")
_LAST = re.compile(r"(?<=[A-Za-zα-ω)\]ᵀ}])\s?1(?![0-9.^_ᵀ])|\A\s*1\s*\Z")


def as_products(text: Text, context: Context) -> Text:
    """The text with L(x − y) and D(x − y) as products: no function, nor with the size of an elimination matrix."""
    shown = shown_or_nothing(text)
    letters = {"L", "D"} - context.definitions.keys()  # and no bold ones, which are read so
    spots = [match.span("of") for match in _NO_SIZE.finditer(shown)]
    drawn = outline(text) if spots else None
    pieces = [(*at, f"({shown[slice(*at)]})") for at in spots if drawn and drawn.part(*at).text in letters]
    return drawn.replaced(0, len(shown), pieces) if drawn and pieces else text


def with_ones(f: Text, form: Text) -> tuple[Text, Text]:
    """The same with 1ᵀx as 𝟏ᵀx."""
    if not any(_TURNED.search(shown_or_nothing(text)) for text in (f, form)):
        return f, form
    return ones_in(f), ones_in(form)


def ones_in(text: Text) -> Text:
    """The text with its ones as columns of them."""
    shown = shown_or_nothing(text)
    pieces = [
        (*match.span(), " " + "𝟏" * match[0].count("1") + " ")
        for pattern in (_TURNED, _LAST)
        for match in pattern.finditer(shown)
    ]
    return outline(text).replaced(0, len(shown), sorted(pieces)) if pieces else text


def said_sizes(context: Context) -> set[str]:
    """The letters of sizes that were said, whether they hold here or not."""
    return {letter for said in context.where.values() for letter in _LETTER.findall(said.text)} | context.sizes


def unsized(text: Text, context: Context) -> Text:
    """The text without the sizes of constants, where neither a declaration nor the rest of the formula has them."""
    if not _OPEN.search(text.text):
        return text
    shown = shown_or_nothing(text)
    known = said_sizes(context)
    pieces, open_ = list[tuple[int, int, str]](), set[str]()
    for match in _SIZED.finditer(shown):
        sizes = match["braced"] or match["bare"] or "".join(SUBSCRIPTS[sign] for sign in match["small"])
        letters = re.findall(r"[A-Za-z]", sizes.replace("\\times", "×"))
        if letters and not {"i", "j", *known} & {*letters}:
            what = "I" if match["what"] == "I" else "column" if len(letters) == 1 else "matrix"
            pieces.append((*match.span(), _WRITTEN[what]))
            open_.update(letters)
    for match in _LIMITED.finditer(shown):
        if match["last"] not in known:
            pieces.append((*match.span(), f"Σ_{match['index']} "))
            open_.add(match["last"])
    for match in _POWER_OF_E.finditer(shown) if "e" not in {*context.where, *context.definitions} else ():
        apart = " " if re.search(r"[^\Wᵀ⊤_]$", shown[: match.start()]) else ""
        pieces.append((*match.span(), f"{apart}exp({match['bare']})"))
    for match in _CALLED.finditer(shown):
        sizes = match["sizes"].strip("() ")
        if sizes and sizes not in known:
            flat = sizes.islower() if match["what"] == "ones_like" else re.search(r",(?!\s*1\s*$)", sizes) is None
            what = "I" if match["what"] in ("eye", "identity") else "column" if flat else "matrix"
            pieces.append((*match.span(), _WRITTEN[what]))
            open_.update(sizes if len(sizes) == 1 else "")
    if not pieces:
        return text
    found = outline(text).replaced(0, len(shown), sorted(pieces))
    return text if open_ & names_in(found) else found
