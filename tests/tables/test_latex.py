r"""LaTeX: tables and displays with the macros of the document, what is hidden, and where all of it stands."""

from __future__ import annotations

import time

import pytest

from identities import tables


def claims(text):
    document = tables.read_text(text, "t.tex", ".tex")
    assert document.problems == ()
    assert document.skipped == ()
    return [
        (identity.id, claim.kind, claim.wrt, identity.f.text, claim.closed_form.text)
        for identity in document.identities
        for claim in identity.claims
    ]


def test_a_table_with_rules_spans_and_directives():
    text = r"""
\begin{tabular}{l|l}
\toprule
\textbf{Function} & \textbf{Gradient} \\
\midrule
\multicolumn{2}{c}{Quadratics} \\ \hline
$x^\top S x$ & $2 S x$ \\[2pt] % identities: where S: n×n symmetric
$\operatorname{tr}(A X)$ & $A$ \\ % identities: expect refuted
$\log\det X$ & $X^{-\top}$ \\ % identities: skip
\multirow{2}{*}{$a^\top X b$} & $a b^\top$ \\ & $(b a^\top)^\top$ \\
\bottomrule
\end{tabular}
"""
    assert [(id, f, form) for id, _, _, f, form in claims(text)] == [
        ("t.tex:7", "x^\\top S x", "2 S x"),
        ("t.tex:8", r"\operatorname{tr}(A X)", "A"),
        ("t.tex:10", "a^\\top X b", "a b^\\top"),
        ("t.tex:10", "a^\\top X b", "(b a^\\top)^\\top"),
    ]
    first, second, *_ = tables.read_text(text, "t.tex", ".tex").identities
    assert first.where["S"].text == "n×n symmetric"
    assert [identity.claims[0].expected for identity in (first, second)] == ["verified", "refuted"]


@pytest.mark.parametrize(
    "text",
    [
        r"\begin{align} \nabla_x a^\top x &= a \label{eq:1} \end{align}",
        r"\begin{equation*}\nabla_x a^\top x = a \tag{3}\end{equation*}",
        r"\begin{gather}\nabla_x a^\top x = a \nonumber\end{gather}",
        r"\[ \nabla_x a^\top x = a. \]",
        r"$$\nabla_x a^\top x = a$$",
        r"It is \(\nabla_x a^\top x = a\), as $x$ varies.",
        r"\begin{itemize}\item $\nabla_x a^\top x = a$\end{itemize}",
        "\\begin{array}{ll} f(x) & \\nabla f(x) \\\\ \\hline a^\\top x & a \\end{array}",
        "$$\\begin{array}{ll} f(x) & \\nabla f(x) \\\\ \\hline a^\\top x & a \\end{array}$$",
        "\\newcommand{\\grad}[2]{\\nabla_{#1} #2}\n\\def\\T{^\\top}\n$\\grad{x}{a\\T x} = a$",
        "\\newcommand{\\inner}[3][\\top]{#2^{#1} #3}\n$\\nabla_x \\inner{a}{x} = a$",
        "\\newcommand\\vx{x}\\newcommand{\\ax}{a^\\top\\vx}$\\nabla_x \\ax = a$",
        "$\\nabla_x a^\\top x = 2a$\n\\begin{document}$\\nabla_x a^\\top x = a$\\end{document} $2 = 3$",
    ],
)
def test_one_claim_however_it_is_written(text):
    ((_, kind, wrt, _, form),) = claims(text)
    assert (kind, wrt, form) == ("gradient", "x", "a")


@pytest.mark.parametrize(
    "text",
    [
        "% $\\nabla_x a^\\top x = 2a$\n",
        "\\begin{verbatim}\n$\\nabla_x a^\\top x = 2a$\n\\end{verbatim}",
        "\\begin{lstlisting}[language=Python]\n$\\nabla_x a^\\top x = 2a$\n\\end{lstlisting}",
        "\\begin{minted}{python}\n$\\nabla_x a^\\top x = 2a$\n\\end{minted}",
        "\\verb|$\\nabla_x a^\\top x = 2a$|",
        "% identities: skip\n\\[ \\nabla_x a^\\top x = 2a \\]",
        "\\begin{tabular}{ll} Name & Age \\\\ Ada & 36 \\end{tabular}",
        "\\newcommand{\\wrong}{\\nabla_x a^\\top x = 2a}",
    ],
)
def test_what_holds_no_claims(text):
    assert claims(text) == []


def test_a_place_is_where_it_stands_in_the_file_also_behind_macros():
    text = "% a comment\n\\newcommand{\\T}{^{\\top}}\n\n"
    text += "So $\\nabla_X \\operatorname{tr}(B\\T X) = B$, \nand \\[d(X^{-1})\n = -X^{-1}\\,dX\\,X^{-1}\\]"
    first, second = tables.read_text(text, "t.tex", ".tex").identities
    assert str(first.claims[0].closed_form.place) == "t.tex:4:41"
    assert str(second.claims[0].closed_form.place) == "t.tex:6:4"


@pytest.mark.parametrize(
    "text",
    [
        r"\newcommand{\x}{\x\x}" + "\n\n" + r"$\x = a$",
        "".join(
            f"\\newcommand{{\\{b}}}{{\\{a}\\{a}\\{a}\\{a}\\{a}\\{a}\\{a}\\{a}}}"
            for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
        )
        + "\\newcommand{\\a}{aaaaaaaaaaaaaaaaaaaa}$\\k$",
    ],
)
def test_macros_without_end_are_a_problem_and_not_a_hang(text):
    start = time.monotonic()
    (problem,) = tables.read_text(text, "t.tex", ".tex").problems
    assert "expands without end, or to too much" in problem.message
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "sign", ["{", "\\begin{tabular}", "\\begin{tabular}{", "$", "\\[", "\\newcommand{", "&", "\\\\", "%", "\\"]
)
def test_hostile_repetition_ends(sign):
    tables.read_text(sign * 3_000, "t.tex", ".tex")


def test_an_argument_right_behind_a_command_is_no_part_of_it():
    text = r"\newcommand{\pp}[2]{\frac{\partial#1}{\partial#2}} For $f=x^Tx$ we have $\pp{f}{x}=2x$ and $\pp fx=2x$."
    assert [found[1:] for found in claims(text)] == [("gradient", "x", "x^Tx", "2x")] * 2
