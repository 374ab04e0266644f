# SPDX-License-Identifier: GPL-3.0-or-later
# literals.awk FILE...: lines `file:line KIND text' of C sources, KIND string (one literal) or comment (its part of one
# line).
function out(kind, text) { print FILENAME ":" FNR, kind, text }
FNR == 1 { comment = 0 }
{
    rest = $0
    while (rest != "") {
        if (comment) {
            end = index(rest, "*/")
            out("comment", end ? substr(rest, 1, end - 1) : rest)
            rest = end ? substr(rest, end + 2) : ""
            comment = !end
        } else if (match(rest, /\/\*|\/\/|"([^"\\]|\\.)*"|'([^'\\]|\\.)+'/)) {
            piece = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
            if (piece ~ /^"/) out("string", substr(piece, 2, length(piece) - 2))
            if (piece == "//") { out("comment", rest); rest = "" }
            comment = piece == "/*"
        } else rest = ""
    }
}
