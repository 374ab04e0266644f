# SPDX-License-Identifier: GPL-3.0-or-later
# definitions.awk - "name file" for every function that the C files on the command line define, in their own text: not
# declarations, not what a macro makes.  A definition begins in the first column.
function words(line,    at) { # of one line without comments; `comment' says that one goes on
    if (comment) {
        if (!(at = index(line, "*/"))) return ""
        comment = 0; line = substr(line, at + 2)
    }
    while (at = index(line, "/*")) {
        rest = substr(line, at + 2); line = substr(line, 1, at - 1)
        if (!(at = index(rest, "*/"))) { comment = 1; break }
        line = line " " substr(rest, at + 2)
    }
    return line
}
FNR == 1 { comment = 0; head = "" }
{ line = words($0) }
head == "" && line !~ /^[A-Za-z_]/ { next }
{
    head = head " " line
    if (!match(head, /[;{]/)) next
    if (substr(head, RSTART, 1) == "{" && head !~ /=.*{/ && head ~ /[A-Za-z0-9_]+\(/) {
        match(head, /[A-Za-z0-9_]+\(/)
        print substr(head, RSTART, RLENGTH - 1), FILENAME
    }
    head = ""
}
