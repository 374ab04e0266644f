# SPDX-License-Identifier: GPL-3.0-or-later
# json.awk - a strict reader of JSON (RFC 8259, UTF-8), so that the tests need no other language.
#     LC_ALL=C awk -f tests/json.awk FILE
# Exit code 1 and the place of the first fault; or one line for each member of the outermost object: its name, its
# kind, how many it holds and, if these are arrays, how many those hold.
BEGIN {
    hex = "[0-9a-fA-F]"
    more = "[\200-\277]"
    utf8 = "[\302-\337]" more "|\340[\240-\277]" more "|[\341-\354\356\357]" more more "|\355[\200-\237]" more \
        "|\360[\220-\277]" more more "|[\361-\363]" more more more "|\364[\200-\217]" more more
    STRING = "^\"([ !#-[]|[]-\177]|\\\\[\"\\\\/bfnrt]|\\\\u" hex hex hex hex "|" utf8 ")*\""
    NUMBER = "^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?"
}
{ text = text $0 "\n" }
END {
    rest = text
    value(0)
    blanks()
    if (rest != "")
        fault("more than one value")
}
function fault(why) {
    printf "%s at byte %d: %.40s\n", why, length(text) - length(rest) + 1, rest
    exit 1
}
function blanks() { take("^[ \t\n\r]+") }
function take(pattern) {
    if (!match(rest, pattern))
        return 0
    token = substr(rest, 1, RLENGTH)
    rest = substr(rest, RLENGTH + 1)
    return 1
}
# Its kind and, of objects and arrays, how many it holds.
function value(depth) {
    blanks()
    if (take("^[{]"))
        return list(depth, "object", "^[}]")
    if (take("^[[]"))
        return list(depth, "array", "^[]]")
    if (take(STRING))
        return "string"
    if (take(NUMBER))
        return "number"
    if (take("^true") || take("^false") || take("^null"))
        return token
    fault("no value")
}
# The rest of an object or array; the lengths of arrays in it follow its own.
function list(depth, kind, end,    n, name, held, sizes) {
    blanks()
    if (take(end))
        return kind " 0"
    do {
        n++
        blanks()
        if (kind == "object") {
            if (!take(STRING))
                fault("no name")
            name = substr(token, 2, length(token) - 2)
            if ((depth, name) in seen && depth == 0)
                fault("two of one name")
            seen[depth, name] = 1
            blanks()
            if (!take("^:"))
                fault("no colon")
        }
        held = value(depth + 1)
        if (depth == 0)
            print name, held
        if (held ~ /^array/ && index(sizes " ", " " substr(held, 7) " ") == 0)
            sizes = sizes " " substr(held, 7)
        blanks()
    } while (take("^,"))
    if (!take(end))
        fault("no end of the " kind)
    return kind " " n sizes
}
