"""The limits that keep bad or hostile input from costing more than a message. All of them stand here.

CONTRIBUTING.md shows them as a table, which `tools/readme` makes of the lines below.
"""

# A formula.
FORMULA_LENGTH = 10_000  # characters of one formula
FORMULA_NODES = 3_000  # nodes of one tree
NESTING = 60  # parentheses, calls and brackets inside one another, and levels of a tree
DEPTH = 120  # levels of a tree in which a product of n factors is n deep
DIGITS = 15  # digits of one number
EXPONENT = 64  # k in X^k, k a number
UNDECLARED = 500  # nodes of formulas whose undeclared names are read in other ways where the usual one fails

# A dim.
DIM = 64  # a dim in numbers, as in 3×2
DIM_LENGTH = 200  # characters of one dim
DIM_DEGREE = 9  # factors of one term of a dim
DIM_TERMS = 1_000  # terms of a product of dims, before like ones are collected

# The check of one claim.
OPERATIONS = 3_000  # operations of one evaluation, with powers and sums run through and parts named by `let` put in
ELEMENTS = 4_000_000  # numbers in one intermediate array, all draws together
DRAWS = 1_000  # draws of each size, if asked for
SECONDS = 60  # seconds; what takes longer is inconclusive
REPAIRS = 2_000  # formulas near a wrong one that are tried in its place

# A message.
QUOTED = 160  # characters of a formula that are repeated
MESSAGE = 1_000  # characters about one formula

# A file of identities.
FILE_BYTES = 20_000_000  # bytes
FILE_LINES = 1_000_000  # lines
FILE_ENTRIES = 100_000  # entries
YAML_NODES = 300_000  # nodes of YAML: some 10,000 rich entries, read in two seconds and half a gigabyte
YAML_DEPTH = 20  # lists, mappings and brackets inside one another
FLOW_ITEMS = 2_000  # items of one list in brackets
TEXT_LENGTH = 10_000  # characters of one text
ID_LENGTH = 80  # characters of an id
PROBLEMS = 1_000  # problems; the rest is not read
CERTIFICATE_PARTS = 1_000_000  # lists and objects of a report that is repeated

# A run.
JOBS = 256  # processes
SHARDS = 10_000  # parts of a run, as in --shard 1/10000

# A document with formulas in it.
DOCUMENT_LENGTH = 200_000  # characters of its text, which in a notebook is that of all its Markdown cells
SIDES = 50  # sides of one chain of equations, a = b = c
COMPOSED = 5  # functions of functions of which the formulas are put in
DISPLAY_LINES = 200  # lines of one display or paragraph
PARAGRAPH = 100  # formulas of one paragraph
MACROS = 20_000  # uses of macros that are put in
MACRO_LENGTH = 200_000  # characters that macros stand for, all together
MACRO_GROWTH = 10  # times the characters of the document (and 100 more) that macros stand for
MACRO_DEPTH = 20  # macros within macros
