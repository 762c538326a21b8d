"""Documents in many styles, true and false rows mixed: how much is read, and each row gets its verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from identities import tables
from identities.gathering import gathered
from identities.run import verdicts
from identities.settings import Settings

FOLDER = Path(__file__).parent / "documents"
CHAIN = r"(\mathbf D\mathbf x+\mathbf e)^\top\mathbf C\mathbf A + (\mathbf A\mathbf x+\mathbf b)^\top\mathbf C\mathbf D"
KERNEL = (
    r"\tfrac12\operatorname{tr}\left(( (K(θ) K(θ)ᵀ)^{-1} - \bm{\alpha}\bm{\alpha}^{\mathsf T})"
    r"(K'(θ) K(θ)ᵀ + K(θ) K'(θ)ᵀ)\right)"
)
XT = r"\boldsymbol{X}^\top"
RESIDUAL = r"\boldsymbol{X}\boldsymbol{w} - \boldsymbol{y}"
KK = "(K(θ) K(θ)ᵀ)"
# What is read, right, wrong and skipped; the false rows as line and closed form.
DOCUMENTS = {
    # MATLAB as a calculator writes it, without backticks
    "calculator.md": ((10, 8, 2, 0), {(11, "x"), (13, "2 A X")}),
    # names that are other ones in the next lemma
    "lemma-by-lemma.tex": ((10, 9, 1, 0), {(17, r"B^\top\otimes A^\top")}),
    "warm-up.tex": ((12, 11, 1, 0), {(11, "B")}),
    "optimization.tex": ((17, 16, 1, 0), {(12, r"A^{\!\top}A")}),
    # H² = H of a matrix that is defined is skipped
    "statistics.md": ((9, 7, 2, 1), {(10, r"(X^\top X - \lambda I)^{-1}X^\top y"), (17, r"\Sigma^{-1}x")}),
    "jacobian-table.tex": (
        (12, 10, 2, 0),
        {(19, r"(\mathbf{x}^T\mathbf{x})\mathbf{I} + \mathbf{x}\mathbf{x}^T"), (24, r"\mathbf{A}")},
    ),
    # δ for the derivative of a loss
    "upstream-delta.md": ((13, 13, 0, 0), set()),
    # a row in which the sizes clash is skipped
    "vec-rules.md": ((10, 10, 0, 1), set()),
    "cs-notes.md": (
        (16, 15, 1, 2),
        {
            (21, "B"),
        },
    ),
    "recipes.md": (
        (13, 11, 2, 3),
        {
            (11, r"2X(X^\top X-I)"),
            (19, r"I\otimes X+X\otimes I"),
        },
    ),
    "directions.tex": (
        (17, 15, 2, 0),
        {
            (14, r"2(dX)X^\top"),
            (24, r"ab^\top"),
        },
    ),
    "holds-when.md": (
        (16, 14, 2, 0),
        {
            (5, "2Ax"),
            (14, "2AXB"),
        },
    ),
    "two-layers.md": (
        (10, 9, 1, 0),
        {
            (16, "(f̄)u"),
        },
    ),
    "optimizer.md": (
        (24, 21, 3, 0),
        {
            (17, "A"),
            (25, "baᵀ"),
            (30, "2bᵀx"),
        },
    ),
    "plain-tex.tex": (
        (17, 16, 1, 3),
        {
            (18, r"{\bf a}{\bf b}^T"),
        },
    ),
    "layer-jacobians.md": (
        (12, 10, 2, 0),
        {
            (15, r"\exp(x)"),
            (16, "BA"),
        },
    ),
    "inner-products.md": (
        (20, 18, 2, 2),
        {
            (15, r"\langle X^{-1},dX\rangle"),
            (21, r"2X\,dX^T"),
        },
    ),
    "jax-says.md": (
        (9, 8, 1, 0),
        {
            (10, "jnp.linalg.inv(X)"),
        },
    ),
    "across.md": (
        (23, 19, 4, 2),
        {
            (6, "2AA^T"),
            (14, "A^T"),
            (29, "-2X^{-3}"),
            (32, r"\sigma(a^Tx)"),
        },
    ),
    "description.tex": (
        (15, 12, 3, 0),
        {
            (8, r"\operatorname{tr}(\mathbf X^{-1}d\mathbf X)"),
            (13, r"\mathbf A^T\mathbf b"),
            (33, r"\mathbf A^T(\mathbf A\mathbf x-\mathbf b)"),
        },
    ),
    "upstream.rst": (
        (14, 13, 1, 0),
        {
            (15, "(f̄) ⊙ B"),
        },
    ),
    "exercise-sheet.md": (
        (7, 6, 1, 0),
        {
            (25, r"-A^{-1}xy^\top A^{-1}"),
        },
    ),
    "repo-losses.md": (
        (20, 17, 3, 0),
        {
            (12, r"2X^T(Xw-y)+\lambda w"),
            (19, "2X^T"),
            (28, "X(f̄)Z"),
        },
    ),
    "covariances.tex": (
        (13, 11, 2, 1),
        {
            (21, "2P^{-1}(x-m)"),
            (26, "2Bx"),
        },
    ),
    "two-sides.md": (
        (22, 20, 2, 0),
        {
            (7, r"\operatorname{tr}(BAC)"),
            (22, r"B^T\otimes A^T"),
        },
    ),
    "faq.md": (
        (10, 10, 0, 0),
        set(),
    ),
    "numbered.md": (
        (18, 16, 2, 1),
        {
            (13, r"\mathbf A\mathbf y"),
            (31, r"\mathbf a\mathbf b^{\mathsf T}"),
        },
    ),
    "physics.tex": (
        (9, 8, 1, 0),
        {
            (23, "X^{-1}"),
        },
    ),
    "numpy-vjp.md": (
        (21, 19, 2, 0),
        {
            (8, "B.T @ (f̄)"),
            (13, "(f̄) * np.linalg.inv(A)"),
        },
    ),
    "assignment.md": (
        (10, 9, 1, 1),
        {
            (19, r"2A^\top(AXB-C)B"),
        },
    ),
    "callouts.md": (
        (14, 12, 2, 0),
        {
            (11, "BA"),
            (30, "2Bx"),
        },
    ),
    "pandoc.md": (
        (17, 13, 4, 0),
        {
            (12, "b a^T"),
            (18, "2X"),
            (29, r"dX\odot dY"),
            (30, r"2X\,dX"),
        },
    ),
    "warmup.tex": (
        (15, 13, 2, 0),
        {
            (12, "A^{T}"),
            (35, r"\Sigma^{-1}aa^{T}\Sigma^{-1}"),
        },
    ),
    "tangents.md": (
        (28, 26, 2, 1),
        {
            (11, "-Z(f̄) Z"),
            (17, r"(f̄)\, b a^\top"),
        },
    ),
    "cribsheet.md": (
        (23, 18, 5, 0),
        {
            (11, r"\mathbf{A}^T"),
            (14, r"\mathbf{b}\mathbf{a}^T"),
            (23, r"2\mathbf{B}\mathbf{X}"),
            (28, r"\mathbf{X}"),
            (40, r"-(\mathbf{X}^{-1}\mathbf{A}\mathbf{B}\mathbf{X}^{-1})^T"),
        },
    ),
    "vectorderivs.tex": (
        (26, 22, 4, 0),
        {
            (17, r"2\mathbf{a}^\top\mathbf{x}"),
            (20, r"3\|\mathbf{x}\|_2^2\,\mathbf{x}"),
            (25, r"\mathbf{X}^{-1}(\mathrm{d}\mathbf{X})\mathbf{X}^{-1}"),
            (48, r"\mathbf{A}\mathbf{A}^\top"),
        },
    ),
    "notebookbullets.md": (
        (20, 16, 4, 0),
        {
            (6, "2(a − x)"),
            (11, "x / xᵀx"),
            (14, "det(X) X⁻¹"),
            (18, "(A ⊗ Bᵀ) vec(X)"),
        },
    ),
    "numpychecked.md": (
        (16, 13, 3, 0),
        {
            (9, "2 * A @ x"),
            (15, "np.outer(b, a)"),
            (22, "x"),
        },
    ),
    "mlpage.md": (
        (29, 23, 6, 1),
        {
            (17, r"\sigma(c^\top x)(1-\sigma(c^\top x))c^\top c"),
            (21, r"(x^\top x)I + xx^\top"),
            (40, "BA"),
            (41, "-X^{-2}"),
            (42, r"yx^\top"),
            (43, r"A^\top Ax"),
        },
    ),
    "toolboxams.tex": (
        (24, 22, 2, 0),
        {
            (40, r"-\bm X^{-1}\bm A\bm X^{-1}"),
            (44, r"(\bm I+\bm X\bm X^{\mathsf T})^{-1}\bm X"),
        },
    ),
    "footnotes.md": (
        (18, 16, 2, 0),
        {
            (6, "2Ax"),
            (36, "Sy"),
        },
    ),
    "propositions.tex": (
        (13, 11, 2, 0),
        {
            (24, r"2\boldsymbol{A}\boldsymbol{x}"),
            (47, r"\boldsymbol{A}^{\!\top}(\boldsymbol{A}\boldsymbol{X}-\boldsymbol{B})"),
        },
    ),
    "multireg.md": (
        (9, 8, 1, 0),
        {
            (12, r"(XB-Y)^\top X"),
        },
    ),
    "forum.md": (
        (9, 6, 3, 0),
        {
            (16, "2Ax"),
            (16, "2A"),
            (18, "2A(Ax-b)"),
        },
    ),
    # a table in a README, Unicode
    "readme.md": ((7, 6, 1, 0), {(13, "det(X) X⁻¹")}),
    # a table as Wikipedia has them: derivatives in both layouts
    "wikipedia.md": ((10, 9, 1, 0), {(10, r"\mathbf{A} \mathbf{b}")}),
    # a table whose rows are in numerator layout, but for one
    "numerator.md": ((6, 5, 1, 0), {(12, "2 A^T (Ax - b)")}),
    # lecture notes: macros, align, equation, chained sentences
    "lecture.tex": ((7, 6, 1, 0), {(16, "X^{-1}")}),
    # a cheat sheet: tabular with rules, spans and a column of variables
    "cheatsheet.tex": ((8, 6, 2, 0), {(11, r"\mathbf{b}\mathbf{a}^\top"), (16, r"\mathbf{X}")}),
    # rules of automatic differentiation, forward and reverse
    "autodiff.md": ((11, 10, 1, 0), {(13, "x @ (f̄).T")}),
    # prose: sentences, lists, a quotation, a chain
    "blog.md": ((10, 8, 2, 0), {(7, "2Ax"), (14, "−X⁻² dX")}),
    # long lists of equations, as the Matrix Cookbook prints them
    "cookbook.tex": ((9, 8, 1, 0), {(11, r"\mathbf{X} \mathbf{B} \mathbf{B}^T")}),
    # a notebook with code between
    "homework.ipynb": ((6, 5, 1, 0), {(28, r"A^\top A")}),
    # documentation in reStructuredText
    "reference.rst": ((7, 5, 2, 0), {(20, "2X"), (26, "baᵀ")}),
    # spelled as in NumPy; einsum is outside the notation
    "docstrings.md": ((7, 6, 1, 1), {(10, "np.linalg.inv(X)")}),
    # two tables with a column of comments, shapes said before them
    "backprop.md": ((11, 9, 2, 0), {(10, r"W^\top W x"), (21, "W")}),
    # plain Unicode: a numbered list, and sentences with formulas in them; one at a point is skipped
    "notes.md": ((18, 15, 3, 1), {(9, "X⁻¹"), (14, "X⁻¹ dX X⁻¹"), (18, "2M")}),
    # a paper: booktabs, macros of bold letters and derivatives, conditions in a column; A^{-2\top} is skipped
    "booktabs.tex": ((15, 14, 1, 1), {(15, r"2\bm{A}\bm{x}")}),
    # rules of reverse mode with bars, and the same in code
    "rules.md": ((20, 19, 1, 0), {(13, "(f̄) A^{-1}")}),
    # conditions beside the functions, columns of gradients and Hessians
    "conditions.md": ((7, 5, 2, 0), {(5, "Ax + b"), (5, "A")}),
    # spelled as in NumPy, JAX and PyTorch
    "torch.md": ((11, 10, 1, 0), {(11, "2 * A @ x")}),
    # a table of LaTeX with conditions and definitions in its cells
    "hessians.tex": (
        (10, 9, 1, 0),
        {(9, r"I/\|\mathbf{x}\|_2 - \mathbf{x}\mathbf{x}^{\mathsf T}/\|\mathbf{x}\|_2^2")},
    ),
    # derivatives as rows, one of them as a column
    "rows.md": ((9, 8, 1, 0), {(13, r"\mathbf A^\top\mathbf b")}),
    # a list of sentences with formulas, rules of algebra among them; two are skipped
    "appendix.tex": ((11, 11, 0, 2), set()),
    # a notebook with a table of gradients and Hessians
    "seminar.ipynb": ((10, 9, 1, 0), {(17, r"\sigma(a^\top x)aa^\top")}),
    # the tables of an encyclopaedia: several derivatives before closed forms in both layouts, conditions in words
    "layouts.md": ((33, 31, 2, 0), {(25, r"|\mathbf{AXB}|(\mathbf X^{-1})^\top"), (26, r"\mathbf X^{-1}")}),
    # a review for students: f: S → ℝ, chains, gradients of gradients, which are skipped
    "review.tex": ((20, 19, 1, 5), {(27, "B x")}),
    # statistics: log-likelihoods, ridge regression, a table of objectives with Hessians
    "gaussian.tex": (
        (17, 15, 2, 0),
        {
            (43, r"2AA^{\mathsf{T}}"),
            (
                45,
                r"\frac{2}{x^{\mathsf{T}} x}\left(Ax - \frac{x^{\mathsf{T}} A x}{x^{\mathsf{T}} x}x\right)",
            ),
        },
    ),
    # numbered lists in the layout that the first line names
    "lists.md": ((22, 19, 3, 2), {(18, r"ab^\top"), (21, r"\det(X)\,X^{-1}"), (40, "-X^{-1}AX^{-1}")}),
    # plain Unicode, a layout in parentheses
    "plain.md": ((20, 19, 1, 0), {(25, "abᵀ")}),
    # the appendix of a paper: macros with arguments, differentials in steps, vec, the inversion lemma
    "identities.tex": ((20, 19, 1, 1), {(36, r"-\bm{X}^{-\top}\bm{A}\bm{X}^{-\top}")}),
    # solutions of exercises
    "solutions.tex": ((17, 15, 2, 2), {(20, "-X^{-1} b a^T X^{-1}"), (28, "A^T r")}),
    # forward and reverse rules side by side, one made of the cotangent before it
    "adjoints.md": ((25, 24, 1, 1), {(17, "(f̄) A")}),
    # notes with callouts, in numerator layout
    "vault.md": ((12, 11, 1, 0), {(12, "a")}),
    # rules of differentials and a table with rules between its columns
    "differentials.tex": (
        (19, 16, 3, 3),
        {
            (32, r"|\mathbf{A}\mathbf{X}\mathbf{B}|\,\mathbf{X}^{-T}"),
            (33, r"2\mathbf{X}^{-1}"),
            (34, r"2(\mathbf{X}\mathbf{A}\mathbf{X}^T)^{-1}\mathbf{X}\mathbf{A}"),
        },
    ),
    # a notebook with losses in ŷ
    "loss.ipynb": ((10, 9, 1, 0), {(1, r"(y - \hat y)/\|\hat y - y\|")}),
    # layers: dX = dY Wᵀ, ∂L/∂x given g = ∂L/∂y, φ(Wx), a table with an unknown header
    "layers.md": ((18, 15, 3, 1), {(8, "f̄.T @ X"), (14, "A @ (f̄)"), (23, "2Mx")}),
    # lecture notes on machine learning, remarks beside the functions
    "machine-learning.md": (
        (17, 13, 4, 0),
        {
            (19, "2A(Ax - b)"),
            (25, r"\dfrac{x}{2\sqrt{1 + x^\top x}}"),
            (39, r"ab^\top"),
            (42, "X^{-1}"),
        },
    ),
    # rules for u = u(x) in numerator layout; f(g(u)) is skipped
    "chain-rule.md": (
        (15, 12, 3, 1),
        {
            (30, CHAIN),
            (31, r"\dfrac{\mathbf x-\mathbf a}{\lVert\mathbf x-\mathbf a\rVert}"),
            (39, r"\mathbf X^{-1}\mathbf A\mathbf X^{-1}"),
        },
    ),
    # rules of reverse mode, several in a cell, one of an elementwise function
    "tape.md": (
        (23, 19, 4, 2),
        {(23, "(f̄) A"), (28, r"(f̄)\, C"), (36, r"(f̄)\, c\, A^{-1}"), (38, r"2(f̄)\, A")},
    ),
    # an answer in a forum, plain Unicode
    "answer.md": ((16, 12, 4, 0), {(20, "2X"), (22, "(A + Aᵀ)X"), (24, "AXB"), (29, "−X⁻¹AX⁻¹")}),
    # a post whose conditions stand in sentences before and after its displays
    "likelihood.md": (
        (16, 11, 5, 1),
        {
            (27, r"\Sigma^{-1}aa^\top\Sigma^{-1}"),
            (47, r"2X^\top(y - Xw)"),
            (53, r"2X^\top(Xw - y) + \lambda w"),
            (71, "2L^{-1}"),
        },
    ),
    # gradients and Hessians side by side, a column of what they need
    "newton.md": (
        (25, 20, 5, 1),
        {
            (12, "2Ax"),
            (12, "2A"),
            (13, "2AA^T"),
            (15, "2(x^T x)I + 2xx^T"),
            (18, r"\frac{1}{\|x\|}I - \frac{1}{\|x\|^2}xx^T"),
        },
    ),
    # a list of code with arrows, conditions in its headings; the shapes of two rows do not fit
    "arrows.md": (
        (16, 11, 5, 1),
        {
            (16, "A @ x"),
            (29, "2 * A @ X"),
            (31, "-np.linalg.inv(X) @ np.outer(a, b) @ np.linalg.inv(X)"),
            (33, "2 * W.T @ (X @ W - Y)"),
            (34, "2 * B @ X"),
        },
    ),
    # the appendix of a thesis: chapters, align, a matrix that is a function of a parameter
    "thesis.tex": (
        (14, 10, 4, 0),
        {
            (28, r"2\mathbf{D}(\mathbf{X}\mathbf{b}+\mathbf{c})\mathbf{b}^{\mathsf T}"),
            (29, r"\frac{\mathbf{X}}{2\|\mathbf{X}\|_F}"),
            (31, r"2(\mathbf{X}^{\mathsf T}\mathbf{X})^{-1}\mathbf{X}^{\mathsf T}"),
            (46, KERNEL),
        },
    ),
    # propositions in numerator layout, with macros for derivatives and bold letters
    "jacobians.tex": (
        (14, 11, 3, 2),
        {
            (55, r"2\mathbf{x}"),
            (66, r"\mathbf{A}\operatorname{diag}(\sigma'⊙(\mathbf{A}\mathbf{x}))"),
            (68, r"(\mathbf{a}^{\top}\mathbf{x})\mathbf{I} + \mathbf{a}\mathbf{x}^{\top}"),
        },
    ),
    # one page, a prime for the transpose, the variable in the first column; eigenvectors are skipped
    "one-page.tex": ((13, 10, 3, 3), {(18, "2Ax"), (23, "AB"), (26, "-CX(X'CX)^{-2}")}),
    # differentials in bullets, numbers and displays
    "differentials.md": (
        (17, 13, 4, 0),
        {
            (19, r"-X^{-\top}(dX)X^{-\top}"),
            (40, r"2X^\top\,dX"),
            (42, r"3X^2\,dX"),
            (53, r"\operatorname{tr}(X^{-1} B A X^{-1}\,dX)"),
        },
    ),
    # grid and list tables of reStructuredText
    "solvers.rst": (
        (13, 9, 4, 0),
        {(29, "2W(x-s)"), (49, "-X^{-2}"), (53, r"2B B^\top X"), (59, r"(I + X X^\top)^{-1} X")},
    ),
    # a notebook of layers whose upstream gradient is named in words
    "layers.ipynb": (
        (16, 12, 4, 0),
        {(34, r"W^\top (f̄)"), (46, r"(f̄) \odot (1 - H)"), (71, r"\dfrac1n(Y - T)"), (79, "(f̄)Q")},
    ),
    # lecture notes on linear models: equations that are solved are no identities
    "linear-models.md": (
        (17, 13, 4, 1),
        {(24, r"2X^T(X\theta - y) + \lambda\theta"), (37, "X W X^T"), (47, r"A^T(A\theta - b)"), (48, "B")},
    ),
    # a table of fractions ∂f/∂x in numerator layout
    "fractions.md": ((18, 15, 3, 0), {(10, r"\mathbf{a}"), (21, r"\mathbf{A}\mathbf{B}"), (25, r"\mathbf{X}^{-\top}")}),
    # code: gradients with respect to the first and the second input, * elementwise
    "matmul.md": (
        (21, 16, 5, 0),
        {
            (8, "(f̄) @ A"),
            (11, "(f̄)"),
            (21, "np.linalg.det(X) * np.linalg.inv(X)"),
            (24, "A @ x"),
            (27, "-np.linalg.inv(X @ X)"),
        },
    ),
    # a list table, and one whose header says what the Hessian is in
    "list-table.rst": (
        (18, 13, 5, 0),
        {
            (18, "A x"),
            (35, "-X^{-2}"),
            (39, r"2 X / \|X\|_F"),
            (43, r"X (a b^\top + b a^\top)"),
            (54, r"2 A A^\top"),
        },
    ),
    # booktabs with a column of conditions that name nothing
    "valid-for.tex": (
        (19, 16, 3, 0),
        {
            (23, r"\bm{A}"),
            (30, r"2\bm B^{\mathsf T}(\bm A-\bm B\bm X)"),
            (31, r"\bm b\bm a^{\mathsf T}"),
        },
    ),
    # lemmas, gather, chains of a Hessian after a gradient; K is not said to be the commutation matrix
    "lemmas.tex": (
        (19, 15, 4, 2),
        {
            (27, r"\operatorname{diag}(x)"),
            (30, r"A^{-\mathrm T}"),
            (38, r"X \otimes I + I \otimes X"),
            (48, r"\frac{1}{\|x\|} \left( I + \frac{x x^{\mathrm{T}}}{\|x\|^2} \right)"),
        },
    ),
    # a survey: macros for fonts and transposes, captions that speak of scalar functions of x
    "survey-tables.tex": (
        (26, 20, 6, 0),
        {
            (30, r"\dfrac{1}{1+\exp(\mathbf{a}^{\mathsf{T}}\mathbf{x})}\mathbf{a}"),
            (31, r"\mathbf{A}\mathbf{A}^{\mathsf{T}}\mathbf{x}"),
            (32, r"2\mathbf{B}(\mathbf{x}-\mathbf{a})"),
            (46, r"\mathbf{A}^{\mathsf{T}}"),
            (53, r"\det(\mathbf{X})\,\mathbf{X}^{-1}"),
            (56, r"\mathbf{X}^{-\mathsf T}\mathbf{a}\mathbf{b}^{\mathsf{T}}\mathbf{X}^{-\mathsf T}"),
        },
    ),
    # an appendix on differentials, Kronecker products and Hessians in words
    "vec.tex": (
        (23, 18, 5, 0),
        {
            (16, r"2X\,dX"),
            (19, "A(dX)A^{-1}"),
            (29, r"-X^{-1}\otimes X^{-\top}"),
            (34, r"B^{\top}\otimes A^{\top}"),
            (39, r"A^{\top}A"),
        },
    ),
    # displays of a Gaussian process, lists under an unfinished sentence, conditions in brackets
    "kalman.md": (
        (13, 10, 3, 0),
        {
            (40, rf"y^\top  {KK}^{{-1}}(K'(θ) K(θ)ᵀ + K(θ) K'(θ)ᵀ) {KK}^{{-1}}y"),
            (50, "HP"),
            (55, r"H^\top R^{-1}(y - Hx)"),
        },
    ),
    # adjoints and tangents in Unicode, with bars and dots
    "adjoint-rules.md": (
        (24, 20, 4, 0),
        {(13, "(f̄) X + X (f̄)"), (15, "2 (f̄) X"), (20, "(f̄) X⁻¹"), (32, "(dX)ᵀ X + X (dX)ᵀ")},
    ),
    # numerator layout that the text names
    "numerator-layout.md": (
        (23, 20, 3, 0),
        {(14, r"\mathbf A^\top\mathbf b"), (21, r"\mathbf A"), (33, r"\mathbf X^\top")},
    ),
    # documentation of parameters: math directives, lists, a list-table
    "parameters.rst": (
        (15, 12, 3, 0),
        {(15, "W (W x - y)"), (30, "-X^{-2}"), (48, r"\operatorname{diag}(\sigma(x) \odot (1 + \sigma(x)))")},
    ),
    # exercises that define f again and again; (b − Ax)⁻¹ of a vector is skipped
    "exercises.tex": (
        (19, 15, 4, 1),
        {(9, "Qx"), (16, r"-\frac{x}{(1+x^Tx)^2}"), (17, "BA"), (22, "2A(AX-B)")},
    ),
    # transposes as primes, derivatives by a row, eqnarray
    "econometrics.tex": (
        (17, 13, 4, 0),
        {(13, r"2\Sigma^{-1}(y-\mu)"), (17, r"\Sigma z"), (20, "2|X'X|(X'X)^{-1}X"), (29, "2A")},
    ),
    # lecture notes on learning: macros for letters, upstream gradients, the size of a sample
    "deep-learning.tex": (
        (10, 8, 2, 0),
        {(21, rf"\frac{{1}}{{N}} {XT} ({RESIDUAL}) + 2\lambda \boldsymbol{{w}}"), (37, r"\boldsymbol{x}(f̄)^\top")},
    ),
    # numbered tables of a handbook, remarks in a column, the matrix exponential
    "handbook.md": (
        (25, 20, 5, 0),
        {
            (15, r"2\mathbf{X}"),
            (22, "expm(X)"),
            (34, r"2\mathbf{A}\mathbf{X}(\mathbf{X}^T\mathbf{A}\mathbf{X})^{-1}"),
            (35, r"|\mathbf{X}|^2\mathbf{X}^{-T}"),
            (44, r"-|\mathbf{X}^{-1}|\mathbf{X}^{-1}"),
        },
    ),
    # derivatives in the cells, a column for each layout
    "both-layouts.md": ((18, 17, 1, 0), {(13, r"2\mathbf{A}(\mathbf{A}\mathbf{x}+\mathbf{b})")}),
    # vector-Jacobian products in NumPy, the cotangent of each argument
    "vjp-numpy.md": (
        (28, 25, 3, 0),
        {
            (15, "-(f̄) * np.cos(x)"),
            (24, "A @ (f̄) @ A.T"),
            (28, "(f̄) * np.linalg.det(A) * np.linalg.inv(A)"),
        },
    ),
    # differentials beside Jacobian matrices, tr (…) dX of a number; a definition of DF is skipped
    "jacobian-matrices.tex": (
        (24, 22, 2, 2),
        {(18, "(dX)AX^{-1} + XAX^{-1}(dX)X^{-1}"), (34, r"|X|^{-1}\,\mathrm{tr}\,X^{-1}dX")},
    ),
    # a simple table of costs with gradient and Hessian, displays that go on
    "control.rst": ((14, 12, 2, 0), {(12, "2 C C^T"), (27, "2R + B^T S B")}),
    # a list in plain Unicode
    "unicode-list.md": ((19, 15, 4, 0), {(11, "abᵀx"), (12, "2A"), (17, "X⁻¹"), (22, "2Xᵀ dX")}),
    # slides: items with overlays, f(x) = … ⇒ ∇f(x) = …; g'(0) is skipped
    "slides.tex": (
        (15, 13, 2, 1),
        {(13, r"2\mathbf A\mathbf A^\top"), (24, r"\mathbf A^\top(\mathbf X\mathbf A-\mathbf B)")},
    ),
    # an answer on a forum with differentials and a second derivative by vec(X); A:B is skipped
    "colon.md": ((11, 10, 1, 2), {(32, "AXB + BXA")}),
    # rules in Julia, where * is the product of matrices; dot(a, b) is skipped
    "julia.md": ((12, 11, 1, 2), {(23, "tr(dA)")}),
    # solutions in boxes; 2λ for 2λI, and a composition ∘, are skipped
    "exam.tex": ((8, 8, 0, 2), set()),
    # a longtable with its header twice
    "longtable.tex": (
        (11, 9, 2, 0),
        {
            (15, r"2\mathbf{B}\mathbf{x}"),
            (22, r"\mathbf{B}\mathbf{X}\mathbf{C}+\mathbf{B}\mathbf{X}\mathbf{C}^{\top}"),
        },
    ),
    # gradients beside Jacobians of numbers, which are rows; P⁺ is skipped
    "estimation.md": ((9, 7, 2, 1), {(26, r"\frac{a^T}{\|x\|} + \frac{a^Tx}{\|x\|^3}x^T"), (38, "2KR")}),
    # d/dx (…) in a list of plain Unicode
    "bullets.md": ((16, 14, 2, 0), {(12, "2A(Ax + b)"), (23, "−X⁻²")}),
    # a thesis in denominator layout, a Lagrangian with Q symmetric; a number added to every entry
    "lagrangian.tex": (
        (13, 11, 2, 0),
        {(19, r"\mathbf{C}"), (38, r"\frac{\mathbf D\mathbf D^T\mathbf x}{\|\mathbf D\mathbf x\|_2}")},
    ),
    # function, gradient, Hessian
    "three-columns.md": ((22, 20, 2, 0), {(14, "‖x‖² I + xxᵀ"), (15, "2I/(xᵀx) − 2xxᵀ/(xᵀx)²")}),
    # numbered results in sentences
    "results.tex": (
        (10, 9, 1, 0),
        {(13, r"-\boldsymbol\Sigma^{-1}\mathbf x\mathbf x'\boldsymbol\Sigma^{-1}")},
    ),
    # bars of a loss that is not said, softmax of rows, a letter for two things: most of it is skipped
    "attention.md": ((7, 6, 1, 3), {(28, r"L^\top X")}),
    # a handout with examples and maps; the definition of ∇f, x_i of a declared x, and σ beside its map are skipped
    "course.md": (
        (18, 16, 2, 3),
        {(19, r"-e^{-\|x\|^2}x"), (32, r"\frac{I}{1+b^Tx} - \frac{bx^T}{(1+b^Tx)^2}")},
    ),
    # an appendix on signal processing: items, a quotient, derivatives along a number
    "beamforming.tex": (
        (12, 10, 2, 0),
        {
            (14, r"2\boldsymbol{H}(\boldsymbol{H}^{\mathrm{T}}\boldsymbol{W}-\boldsymbol{D})"),
            (35, r"\operatorname{tr}\left((\boldsymbol{I}+\gamma\boldsymbol{R})^{-1}\right)"),
        },
    ),
    # a numbered table with columns of variables and notes
    "pocket.md": (
        (20, 17, 3, 0),
        {(6, r"yx^\mathsf{T}"), (19, r"2AA^\mathsf{T}B"), (22, r"A^\mathsf{T}(\mathbf 1-\tanh(Ax))")},
    ),
    # documentation of backward formulas in code, and derivatives in words
    "backward.rst": ((15, 13, 2, 0), {(21, "((f̄) + (f̄).T) @ A"), (34, "2AX")}),
    # cells that name the derivative, under headers that say nothing; rules of functions in general are skipped
    "sheet.md": ((17, 14, 3, 1), {(14, "A"), (29, r"c\det(A)"), (34, r"\operatorname{tr}(ACB)")}),
    # gradients of a bound with S and K symmetric; KL = … is skipped, S = LLᵀ is singular for some L
    "variational.tex": (
        (9, 6, 2, 1),
        {(13, r"\mathbf K^{-1}\mathbf S\mathbf K^{-1}"), (21, r"\mathbf L^{-\top}")},
    ),
    # energies and stresses
    "simulation.md": ((11, 10, 1, 0), {(15, "(a^TF^TFa-1)Faa^T")}),
    # equations of Kronecker products with a column of conditions; tr A tr B is skipped
    "kronecker.tex": ((10, 9, 1, 0), {(12, r"\mathbf a\otimes\mathbf b")}),
    # losses by name, their formulas, gradients and Hessians
    "losses.md": ((15, 13, 2, 0), {(14, "X(Xw-y)"), (14, "XX^T")}),
    # rules with their names
    "differential-rules.md": ((13, 12, 1, 0), {(16, r"2X\,dX")}),
    # if f(x) = … then ∇f(x) = …; X^{-2T} and g(Ax) are skipped
    "if-then.tex": ((8, 7, 1, 1), {(10, "C")}),
    # a grid table with a column of parameters; exp of a matrix is skipped
    "grid.rst": ((6, 5, 1, 1), {(17, "2 W (W^T W - I)")}),
    # two tables side by side, without bars around
    "side-by-side.md": ((10, 9, 1, 0), {(9, r"\mathbf X^{-1}")}),
    # GitHub's maths in backticks
    "github.md": (
        (26, 21, 5, 0),
        {
            (12, "2Qx + c"),
            (18, r"\frac{a}{1+\exp(a^{\top}x)}"),
            (30, "BA"),
            (33, r"\det(X)\,X^{-1}"),
            (47, r"\frac{aa^{\top}}{(a^{\top}x)^2}"),
        },
    ),
    # notes with callouts
    "obsidian.md": (
        (24, 20, 4, 0),
        {
            (17, "2X"),
            (27, r"k \det(X^k) X^{-1}"),
            (36, "2(x - a)"),
            (51, r"\operatorname{tr}(X\,dX)"),
        },
    ),
    # grid and csv tables
    "solver.rst": (
        (11, 9, 2, 0),
        {
            (15, "A^T A x"),
            (27, "2A"),
        },
    ),
    # slides with columns
    "beamer.tex": (
        (14, 13, 1, 0),
        {
            (29, "-X^{-1}AX^{-1}"),
        },
    ),
    # NumPy, with numbers beside arrays
    "backprop-numpy.md": (
        (16, 14, 2, 0),
        {
            (8, "f̄.T @ X"),
            (17, "f̄ * A"),
        },
    ),
    # a longtable, side-by-side columns, a minimizer in words
    "thesis-longtable.tex": (
        (22, 19, 3, 0),
        {
            (23, r"2\mathbf{B}\mathbf{X}"),
            (27, r"\mathbf{X}^{-1}"),
            (53, r"2(\mathbf{X}\mathbf{B}-\mathbf{Y})\mathbf{B}"),
        },
    ),
    # gradient and Hessian in one row; log of a matrix is skipped
    "reference-card.md": (
        (30, 27, 3, 1),
        {
            (13, r"-\mathbf{c}\mathbf{c}^\top/(\mathbf{c}^\top\mathbf{x})"),
            (26, r"(\mathbf{c}^\top\mathbf{x})\mathbf{I} + \mathbf{c}\mathbf{x}^\top"),
            (36, r"\mathbf{a}\mathbf{b}^\top"),
        },
    ),
    # solutions of a homework, f at another place
    "homework.tex": (
        (20, 18, 2, 0),
        {
            (22, r"\frac{e^{a^Tx}}{1+e^{a^Tx}}\,aa^T"),
            (37, r"2(a^TXb)\,ba^T"),
        },
    ),
    # a notebook; the minimizer is read twice
    "losses.ipynb": (
        (6, 5, 1, 0),
        {
            (11, "X^T(Xw - y)"),
        },
    ),
    # bold headers with maths in them
    "formulary.tex": (
        (12, 11, 1, 0),
        {
            (8, r"\bm A\bm x"),
        },
    ),
    # equations in sentences, and minimizers of functions that are named
    "optimisation.md": ((18, 17, 1, 2), {(39, r"e^{\|x\|^2}x")}),
    # plain text: function → gradient
    "arrows-list.md": ((13, 11, 2, 1), {(23, "X⁻¹"), (25, "baᵀ")}),
    # functions named by calls, and defined beside them
    "definitions.md": ((11, 10, 1, 0), {(15, r"2X^\top(Xw-y)+\lambda w")}),
    "backward-code.md": ((15, 13, 2, 0), {(10, "f̄ * x"), (13, "B.T @ f̄")}),
    # the components of vectors
    "components.tex": ((14, 14, 0, 0), set()),
    # inner products by a macro with two arguments, \intertext, several environments
    "inner-macros.tex": ((17, 15, 2, 0), {(17, r"\mathbf{A}\mathbf{B}"), (33, r"\boldsymbol{x}\boldsymbol{y}^\top")}),
    "kernels.md": ((9, 8, 1, 2), {(17, r"S^{-1}")}),
    # d/dt over a column, Ȧ(t) beside A(t)
    "matrix-by-scalar.tex": ((14, 13, 1, 0), {(15, r"2 A(t)  A'(t)")}),
    "hypertext.md": ((5, 4, 1, 0), {(8, "2Ax")}),
    "handout.tex": ((14, 13, 1, 0), {(29, r"X^{-\top}aa^\top X^{-\top}")}),
    "deltas.tex": ((14, 13, 1, 0), {(14, "f̄")}),
}

# Of what is skipped, what claims nothing: the definition of ∇f or of Ā, df = tr(Gᵀ dX) of any f, dA = 0 of a constant.
NO_CLAIMS = {
    "review.tex": 3,
    "identities.tex": 1,
    "adjoints.md": 1,
    "differentials.tex": 1,
    "tape.md": 2,
    "arrows.md": 1,
    "linear-models.md": 1,
    "lemmas.tex": 1,
    "jacobian-matrices.tex": 1,
    "slides.tex": 1,
    "colon.md": 2,
    "estimation.md": 1,
    "course.md": 2,
    "sheet.md": 2,
    "variational.tex": 1,
    "losses.ipynb": 1,
    "assignment.md": 1,
    "inner-products.md": 2,
    "cs-notes.md": 2,
    "recipes.md": 2,
    "kernels.md": 2,
}


def test_every_document_is_looked_at():
    assert {path.name for path in FOLDER.iterdir()} == set(DOCUMENTS)
    assert len(DOCUMENTS) >= 10


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_read_is_judged_rightly(name):
    (read, right, wrong, skipped), false = DOCUMENTS[name]
    found = gathered([FOLDER / name])
    assert found.problems == []
    judged = list(verdicts(found.identities, Settings(), cache=None))
    outcomes = [verdict.verdict for verdict in judged]
    assert (len(judged), outcomes.count("verified"), outcomes.count("refuted"), len(found.skipped)) == (
        read,
        right,
        wrong,
        skipped,
    )
    assert {(verdict.line, verdict.closed_form) for verdict in judged if verdict.verdict == "refuted"} == false
    assert all(verdict.diagnosis.kind != "unknown" for verdict in judged if verdict.diagnosis)


def test_more_than_nineteen_rows_of_twenty_are_read():
    counts = [count for count, _ in DOCUMENTS.values()]
    read, unread = (sum(count[place] for count in counts) for place in (0, 3))
    assert read / (read + unread - sum(NO_CLAIMS.values())) > 0.95


def test_the_layout_of_a_table_is_found_and_a_row_in_another_is_wrong():
    found = gathered([FOLDER / "numerator.md"])
    judged = list(verdicts(found.identities, Settings(), cache=None))
    assert {verdict.layout for verdict in judged} == {"numerator"}
    (wrong,) = (verdict for verdict in judged if verdict.verdict == "refuted")
    assert wrong.diagnosis.kind == "layout"
    assert wrong.diagnosis.suggestion == "2(xᵀAᵀ − bᵀ)A"


def test_a_named_file_without_a_claim_is_a_problem_and_one_in_a_folder_is_not(tmp_path):
    tmp_path.joinpath("empty.md").write_text("# Nothing here\n", encoding="utf-8")
    tmp_path.joinpath("t.md").write_text("So $\\nabla_x a^\\top x = a$.\n", encoding="utf-8")
    (problem,) = gathered([tmp_path / "empty.md"]).problems
    assert "no claim found" in problem.message
    assert gathered([tmp_path]).problems == []
    assert gathered([tmp_path / "empty.md"], if_any=True).problems == []


def test_strictly_a_formula_in_a_table_that_is_not_read_is_a_problem():
    path = FOLDER / "docstrings.md"
    assert gathered([path]).problems == []
    assert len(gathered([path], strict=True).problems) == 1


def test_every_format_of_a_folder_is_read():
    assert {path.suffix for path in FOLDER.iterdir()} <= set(tables.SUFFIXES)
