#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The library speaks of its fields and knows no options; cli/options/fields.c knows the option of each field.
# Run from the top of the tree.
set -u
top=$(realpath "$(dirname "$0")/..")
. "$top/tests/report.bash"
cd "$top" || exit 1

find base integrals models solver validate include -name '*.c' -o -name '*.h' -o -name '*.inc' |
    LC_ALL=C xargs awk -f tests/literals.awk >"$T/texts"
test "$(grep -c " string " "$T/texts")" -gt 500; report $? "texts of the library were found"

is "no string of the library names an option" "$(grep -E ' string .*--[A-Za-z%]' "$T/texts")" ""
options=$(sed -n 's/^X([A-Z0-9_]*, "\([a-z0-9-]*\)".*/\1/p' cli/options/option_list.h | paste -sd '|')
is "no comment of the library names an option" "$(grep -E " comment .*--($options)([^a-z-]|\$)" "$T/texts")" ""

# What a message begins with or has in backquotes is a field with an option, or one that no option sets.
sed -n 's/^    {"\([a-z0-9_]*\)", GST_OPTION_[A-Z0-9_]*},$/\1/p' cli/options/fields.c >"$T/fields"
echo listed epsrel nodes level negligible resolution shortest | tr ' ' '\n' >>"$T/fields"
{
    sed -nE 's/.* string ([a-z_0-9]+): .*/\1/p' "$T/texts"
    grep ' string ' "$T/texts" | grep -oE '`[^`]*`' | tr -d '`'
} | sort -u >"$T/named"
is "fields that messages name were found" "$(grep -cxE 'eta|alpha0|max_iterations' "$T/named")" 3
is "fields that messages name are known" "$(grep -vxFf "$T/fields" "$T/named")" ""

[ "$failures" = 0 ]
