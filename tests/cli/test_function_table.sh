#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# --activation and --target from a table of panels, table:FILE: equal to the expressions they are; in every command;
# what is refused, with the reason; rows that need it where it is not known fail.
# Needs GIANTSTEP, the program; prints `ok' and `not ok' lines, exit status 1 if any failed.
set -u
G=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/../report.bash"
cd "$T" || exit 1

run() { # arguments: sets code; out, err are files
    timeout -k 2 100 "$G" "$@" >out 2>err </dev/null; code=$?
}
numbers() { # numbers of the table in `out' that are answers: all but errors and iterations
    rows <out | cut -f"$1"
}
same() { # name, columns, tolerance, arguments with the tables, --, arguments with the expressions
    local name=$1 columns=$2 tolerance=$3 one=(); shift 3
    while [ "$1" != -- ]; do one+=("$1"); shift; done
    shift
    run "${one[@]}" --quiet; local first=$code; numbers "$columns" >a
    run "$@" --quiet; numbers "$columns" >b
    [ "$first" = 0 ] && [ "$code" = 0 ] && [ -s a ] && paste a b | awk -v t="$tolerance" '
        { for (i = 1; i <= NF / 2; i++) { x = $i; y = $(i + NF / 2)
              if (x != y) { d = x - y; if (d < 0) d = -d; if (!(d <= t * (1 + (y < 0 ? -y : y)))) exit 1 } } }'
    report $? "$name"
    [ "$first$code" = 00 ] || cat err
}

# A cubic by its coefficients in T_0 .. T_3 on [-r, r], z = r u; the hinge with its kink; the two at -1 and 1.
awk 'BEGIN { for (i = -200; i < 200; i++) { m = i + 0.5; h = 0.5  # z = m + h u: z^2 - 1 and z
    printf "panel %d %d %.17g %.17g %.17g\n", i, i + 1, m * m + h * h / 2 - 1, 2 * m * h, h * h / 2 } }' >he2.table
printf '# max(z, 0)\nkink 0\npanel -500 0 0\npanel 0 500 250 250\nslope 1\n' >relu.table
printf 'kink 0\npanel -500 0 -1\npanel 0 500 1\n' >sign.table
printf 'panel -500 500 0 500\n' >z.table
printf 'kink 0\npanel -13 0 0\npanel 0 13 6.5 6.5\n' >short.table

C="curve --alpha0 5,inf --alpha 0.4,1.373"
same "an activation with a kink" 8-11 1e-12 $C --activation table:relu.table --target sin -- $C --activation relu --target sin
same "a target" 8-11 1e-12 $C --target "table:he2.table(z)+z" -- $C --target "he2(z)+z"
same "a target that jumps" 8-11 1e-12 $C --target table:sign.table -- $C --target sign
same "in an expression, of several variables" 8-11 1e-12 $C --target "table:he2.table(z2)+table:z.table(z)*z2" -- $C --target "he2(z2)+z*z2"
same "its argument moves the kink" 8-11 1e-10 $C --activation "table:relu.table(z-0.3)" -- $C --activation "relu(z-0.3)"
same "signs of it as labels" 8-11 1e-10 $C --labels sign --noise 0.1 --target table:z.table -- $C --labels sign --noise 0.1 --target z
same "steps" 5-7 1e-10 steps --steps 2 --eta 2 --alpha0 4 --activation table:relu.table -- steps --steps 2 --eta 2 --alpha0 4 --activation relu
same "learnability" 1-4 1e-10 steps --learnability --target table:he2.table -- steps --learnability --target he2
same "bounds" 2-4 1e-10 bounds --target "table:he2.table(z)+z" -- bounds --target "he2(z)+z"
same "networks" 8-10 1e-9 simulate --d 60 --trials 2 --test-samples 300 --activation table:relu.table -- \
    simulate --d 60 --trials 2 --test-samples 300 --activation relu
run curve --activation table:relu.table --quiet
is "the preamble names it" "$(grep '^# activation:' out)" "# activation: table:relu.table"

# ------------------------------------------------------------------ where it is not known
run curve --activation table:short.table --eta 10 --alpha0 20 --alpha 1 --output far.tsv
[ "$code" = 2 ] || [ "$code" = 3 ]; report $? "a step that needs it beyond its panels does not pass (exit $code)"
[ ! -e far.tsv ] || [ "$(column status <far.tsv)" = failed ]; report $? "and no number is written"
run simulate --d 60 --trials 1 --eta 100 --activation table:short.table --quiet
[ "$code" != 0 ] || ! column status <out | grep -q '^ok'; report $? "nor does a network (exit $code)"

# ------------------------------------------------------------------ refused
refuses() { # what the message says, arguments
    local why=$1; shift
    run curve "$@" --output never
    [ "$code" = 2 ] && [ ! -e never ] && grep -qF -e "$why" err
    report $? "refused: $* ($(head -c 200 err))"
}
printf 'panel -20 20 1 x\n' >bad.table
printf 'panel -20 20 1\n' >constant.table
refuses "table none: No such file" --activation table:none
refuses "table bad.table:1: has something that is no finite number" --target table:bad.table
refuses "is constant" --target table:constant.table
refuses "expected an operator" --target "table:z.table z"
refuses "is discontinuous" --activation table:sign.table

echo "$failures failed"
[ "$failures" = 0 ]
