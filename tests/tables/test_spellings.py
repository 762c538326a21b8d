"""Spellings of documents that the notation has not."""

from __future__ import annotations

import pytest

from identities.run import verdicts
from identities.settings import Settings
from identities.tables import read_text


def judged(text):
    document = read_text(text, "t.md", ".md")
    found = verdicts(document.identities, Settings(), cache=None)
    return [(one.column, one.kind, one.verdict) for one in found]


@pytest.mark.parametrize("raised", ["^t", "^{t}", "^ t"])
def test_a_t_that_stands_nowhere_else_is_a_transpose(raised):
    text = "Here $\\nabla_x (x^tAx) = (A + A^t)x$ and\n\n| f | gradient |\n|---|---|\n| $x^tx$ | $x$ |\n"
    found = judged(text.replace("^t", raised))
    assert [(kind, verdict) for _, kind, verdict in found] == [("gradient", "verified"), ("gradient", "refuted")]


def test_a_t_that_is_a_variable_is_no_transpose():
    assert judged("Here $\\frac{d}{dt} e^{2t} = 2e^{2t}$, and $\\nabla_x (x^tx) = 2x$.")[0][1:] == (
        "derivative",
        "verified",
    )
    assert ("gradient", "verified") not in [one[1:] for one in judged("With $t > 0$, $\\nabla_x (x^tx) = 2x$.")]


@pytest.mark.parametrize("nabla", [r"\boldsymbol\nabla", r"\mathbf{\nabla}", r"\vec\nabla", r"\bm{ \nabla }"])
def test_a_bold_nabla(nabla):
    column = len(f"${nabla}_x (x^Tx) = ") + 1
    assert judged(f"${nabla}_x (x^Tx) = 2x$") == [(column, "gradient", "verified")]
    assert judged(f"${nabla}_x (x^Tx) = x$") == [(column, "gradient", "refuted")]
