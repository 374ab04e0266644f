#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Help, manual pages, completion and messages for machines: every column of a table is in its command's help, every option
# in the list and in the scripts of the shells, every command has two examples that run and a page that troff takes.
set -u
G=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "$0")/../report.bash"
JSON=$(realpath "$(dirname "$0")/../json.awk")
LIST=$(realpath "$(dirname "$0")/../../cli/options/option_list.h")
cd "$T" || exit 1
export OPENBLAS_NUM_THREADS=1
run() { timeout -k 2 60 "$G" "$@" >out 2>err </dev/null; code=$?; out=$(cat out); err=$(cat err); }

# ------------------------------------------------------------------ columns
# Numbers in names are letters in help: V1_1_2 is V1_g_h.
columns() { # arguments: the header of that table
    local missing= name pattern
    "$G" help "$1" | sed -n '/^Columns/,/^Examples/p' | grep -v '^        ' | sed 's/--[a-z -]*://; s/\.\.\./c1 c2 c3 c4 c5/' |
        tr -s ' ' '\n' >known
    for name in $("$G" "$@" --quiet 2>/dev/null | grep -v '^#' | head -1); do
        pattern=$(sed -E 's/_[0-9]+/_[a-z]/g' <<<"$name")
        grep -qxE -e "$name|$pattern" known || missing="$missing $name"
    done
    is "help $1 knows the columns of: $*" "$missing" ""
}
columns curve --order-parameters --method enclose --timing
columns curve --labels sign --loss logistic
columns curve --optimise eta,lambda --tol 1e-3
columns simulate --alpha0 2 --d 30 --trials 2 --timing --labels sign --loss logistic
columns simulate --alpha0 2 --d 30 --trials 2 --raw
columns validate --alpha0 2 --d 20,30,40 --trials 2 --labels sign --loss squared-hinge
columns bounds; columns bounds --functions; columns bounds --separability --labels sign
columns spectrum --x 1; columns spectrum --moments 1; columns spectrum --outliers --width 300
columns spectrum --alpha0 2 --simulate --d 30 --trials 2
columns steps --covariance; columns steps --alpha0 2 --simulate --d 30 --trials 2; columns steps --learnability
columns twostep; columns twostep --map --order 1; columns twostep --singular-values; columns twostep --simulate --d 30 --trials 2
columns list; columns regimes; columns curve --step-exponent 0.25 --width 100

# ------------------------------------------------------------------ examples, exit codes, pages
commands=$("$G" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 12 ]; report $? "commands were found"
: >all.1
for command in $commands; do
    run help "$command"
    is "help $command: two examples" "$(sed -n '/^Examples/,/^Exit/p' out | grep -c "^        giantstep $command")" 2
    has "help $command: exit codes" "$out" '^    2   wrong usage'
    run help "$command" --man
    is "page of $command" "$code$err $(grep -cE '^\.SH (NAME|SYNOPSIS|OPTIONS|EXAMPLES|EXIT STATUS)$' out)" "0 5"
    if command -v groff >/dev/null; then
        is "troff takes the page of $command" "$(groff -man -ww -Tutf8 out 2>&1 >/dev/null)" ""
    fi
done
for command in curve simulate bounds spectrum steps twostep list; do # quick ones, read and checked
    while IFS= read -r line; do
        case $line in *validate* | *'d 500'* | *optimise* | *'| '*) continue;; esac
        bash -c "${line/giantstep/\"$G\"} --quiet" >out 2>err </dev/null; is "runs: $line" "$?$(head -1 err)" 0
    done < <("$G" help $command | sed -n 's/^        \(giantstep .*\)/\1/p')
done
run help --man; has "giantstep(1) names the others" "$out" 'giantstep\\-curve'
run help simulate; has "--d as simulate has it" "$out" '^  --d AXIS +input dimensions of the networks \[1000\]'
run help validate; has "--d as validate has it" "$out" '^  --d AXIS +.*verdict wants three or more \[250,500,1000\]'
run help curve; has "--second-layer: equal weights" "$out" '1,-1 are equal halves'

# ------------------------------------------------------------------ options for machines
run --list-options; is "--list-options" "$code$err" 0; all=$out
run help --list-options; is "help --list-options: the same" "$out" "$all"
is "eight cells in every row" "$(awk -F'\t' 'NF != 8' out)" ""
awk -F'\t' 'NR > 1 { print $2 }' out | sort -u >listed
sed -n 's/^X([A-Z0-9_]*, "\([a-z0-9-]*\)".*/\1/p' "$LIST" | sort -u >named
is "every option is listed" "$(diff listed named)" ""
run help curve --list-options; is "of one command" "$(cut -f1 out | sort -u | tr '\n' ' ')" "command curve "
has "an axis and its default" "$out" "^curve	eta	AXIS	axis	parameter	1	"

# ------------------------------------------------------------------ completion
run help --completion bash; is "bash completion" "$code$err" 0; cp out giantstep.bash
is "bash takes it" "$(bash -n giantstep.bash 2>&1)" ""
complete_bash() { # words...; the last one is completed
    bash -c '. ./giantstep.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _giantstep; printf "%s\n" "${COMPREPLY[@]}"' _ "$@"
}
is "a command" "$(complete_bash giantstep sim)" simulate
is "an option" "$(complete_bash giantstep curve --alp | tr '\n' ' ')" "--alpha0 --alpha "
is "no option of another command" "$(complete_bash giantstep bounds --opt)" ""
is "a choice" "$(complete_bash giantstep curve --method en)" enclose
is "a function" "$(complete_bash giantstep curve --activation soft)" softplus
touch table.tsv; is "a file" "$(complete_bash giantstep plot tab)" table.tsv
is "a file of an option" "$(complete_bash giantstep curve --config tab)" table.tsv
run help --completion zsh; is "zsh completion" "$code$err$(head -1 out)" "0#compdef giantstep"
for option in $(cat named); do grep -q -e "'--$option\[" out || echo "$option"; done >missing
is "zsh knows every option" "$(cat missing)" ""
if command -v zsh >/dev/null; then is "zsh takes it" "$(zsh -n out 2>&1)" ""; fi
run help --completion fish; is "another shell: refused" "$code" 2

# ------------------------------------------------------------------ messages
says() { local want=$1; shift; run "$@"; is "says: $*" "$code $err" "2 giantstep: $want"; }
says "--activation: 'rleu' at column 1 is no function, no constant and no variable (z); did you mean relu" curve --activation rleu
says "--target: 'z1*rleu(z)': 'rleu' at column 4 is no function, no constant and no variable (z1 to z9); did you mean relu" \
    curve --target 'z1*rleu(z)'
object() { # key: its kind, of err
    LC_ALL=C awk -f "$JSON" err | awk -v key="$1" '$1 == key { print $2 }'
}
run curve --eta x --errors json
is "--errors json: one line, exit 2" "$code $(wc -l <err) $(wc -c <out)" "2 1 0"
is "--errors json: an object" "$(object error) $(object exit_code) $(object messages)" "string number array"
has "--errors json: option and text" "$err" "\"error\": \"--eta: 'x' is not a finite number\", \"exit_code\": 2, \"option\": \"eta\""
run crve --errors=json; has "an unknown command" "$err" '^\{"error": "'"'crve'"' is not a command, did you mean curve\?", "exit_code": 2, "option": null'
printf 'eta = 1\nalpha = "\xff"\nerrors = json\n' >bad.conf
run curve --config bad.conf --errors json; is "bytes that are no text" "$code $(object messages)" "2 array"
run curve --config bad.conf --alpha 2 --alpha0 0; has "errors = json in a config file; a note alone is no error" "$err" '^\{"error": null, "exit_code": 0'
run curve --lambda 0 --alpha 1 --errors json; has "a failed row: exit 3" "$err" '"exit_code": 3, .*"messages": \[\{'
run curve --errors json; is "nothing to say: nothing said" "$code$err" 0
run simulate --alpha0 2 --d 60 --trials 8 --progress lines; has "--progress lines" "$err" '^progress: 1 0$'
run simulate --alpha0 2 --d 60 --trials 2; is "no progress without a terminal" "$err" ""

echo "$failures failed"
[ $failures = 0 ]
