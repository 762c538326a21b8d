"""The limits that keep bad or hostile input from costing more than a message. All of them stand here."""

FORMULA_LENGTH = 10_000  # code points of one formula
FORMULA_NODES = 3_000  # nodes of one tree
NESTING = 60  # parentheses, calls and brackets inside one another; also the depth of a tree
DEPTH = 120  # of a tree in which a product of n factors is n deep
UNDECLARED = 500  # nodes of formulas whose undeclared names are read in other ways where the usual one fails
OPERATIONS = 3_000  # of one evaluation: powers and sums between bounds run through, parts named by `let` put in
DIGITS = 15  # digits of one number
EXPONENT = 64  # |k| in X^k with a literal k
DIM = 64  # a literal dim, as in 3×2
FACTORIAL_DIMS = 12  # distinct dim symbols in one entry
ELEMENTS = 4_000_000  # numbers in one intermediate array, all draws together

REPAIRS = 800  # formulas near a wrong one that are tried in its place

# Of the check of one claim.
SECONDS = 60  # asked between draws; what takes longer is inconclusive

# Of a message.
QUOTED = 160  # characters of a formula that are repeated
MESSAGE = 1_000  # characters about one formula

# Of a file of identities.
FILE_BYTES = 20_000_000
FILE_LINES = 1_000_000
FILE_ENTRIES = 100_000
YAML_NODES = 500_000  # some 15,000 rich entries; read in two seconds and half a gigabyte
FLOW_ITEMS = 2_000  # of one list in brackets
ID_LENGTH = 80  # characters of an id
YAML_DEPTH = 20  # lists, mappings and brackets inside one another
TEXT_LENGTH = 10_000  # code points of one text
PROBLEMS = 1_000  # problems of one file; the rest is not read
