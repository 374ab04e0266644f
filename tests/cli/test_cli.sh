#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line's contract: tables, preambles, config files, grids, exit codes, bad input, interruption.
# Needs GIANTSTEP, the program; prints `ok' and `not ok' lines, exit status 1 if any failed.
set -u
JSON=$(realpath "$(dirname "$0")/../json.awk")
. "$(dirname "$0")/command.bash"
QUIET=
TAB=$'\t'

refuses() { # exit code, name, value, arguments
    refuses_with "$@" --quiet
}

# ------------------------------------------------------------------ help and version
run; is "no arguments: exit 2" "$code" 2; has "usage on stderr" "$err" '^usage: giantstep'
is "nothing on stdout" "$out" ""
run help; is "help: exit 0" "$code$err" 0; has "help on stdout" "$out" '^usage: giantstep'
run --help; is "--help: exit 0" "$code$err" 0
run -h; is "-h: exit 0" "$code$err" 0; before=$out
run --help; is "-h is --help: the same text" "$out" "$before"
run -V; is "-V: exit 0" "$code$err" 0; before=$out
run --version; is "-V is --version" "$out" "$before"
run help help; has "help help" "$out" '^usage: giantstep help'
run --version; is "--version: exit 0" "$code$err" 0; has "version" "$out" '^giantstep [0-9]+\.[0-9]+\.[0-9]+'
for command in curve simulate validate bounds spectrum steps twostep list info help; do
    run help $command; is "help $command" "$code$err" 0
    has "help $command names it" "$out" "^usage: giantstep $command"
    before=$out
    run $command --help; is "$command --help is the same text" "$code$err$out" "0$before"
    run $command -h; is "$command -h is the same text" "$code$err$out" "0$before"
done
run help curve; has "help: axes of a grid" "$out" 'AXIS is a list'
run help spectrum; has "help: axes of one point" "$out" 'AXIS is one value'
run help nonsense; is "help of an unknown command: exit 2" "$code" 2
run nonsense; is "unknown command: exit 2" "$code" 2; has "unknown command named" "$err" nonsense
# What is misspelt gets the nearest name, what is far from all of them none.
meant() { # text wanted, arguments
    local want=$1; shift
    run "$@"; is "misspelt: $*: exit 2, one line" "$code $(grep -c . err)" "2 1"; has "misspelt: $*" "$err" "did you mean $want"
}
meant 'simulate\?' siumlate; meant 'curve\?' curv; meant 'validate\?' help validat
meant '--alpha\?' curve --alpah 2; meant '--alpha\?' curve --alph 2; meant '--second-layer\?' curve --second_layer ones
meant '--output\?' list --ouput x; meant '--trials\?' simulate --trial 3
meant 'tanh' curve --target 'tnah(z1)'; meant 'sigmoid' curve --activation 'sigmod(z)'; meant 'softplus' curve --activation softpuls
for words in 'q' 'curve --x 1' 'curve --nonsense 3' 'curve --target foo(z1)' 'help xyz'; do
    run $words; is "no guess for '$words'" "$code $(grep -c 'did you mean' err)" "2 0"
done
run help --man; has "manual page" "$out" '^\.TH GIANTSTEP 1'
for option in activation target second-layer eta alpha0 steps bulk spike overlap bulk-variance alpha beta \
    lambda noise width method damping max-iterations tol threads timing quiet output format dry-run config \
    order-parameters resume shard optimise; do
    run help curve; has "help curve lists --$option" "$out" "^  --$option "
    run help --man; has "the manual lists --$option" "$out" "^\.B \\\\-\\\\-${option//-/\\\\-}( |$)"
done
run info; is "info: exit 0" "$code$err" 0
for key in giantstep.version giantstep.git build.compiler build.flags library.gsl library.cubature \
    library.openblas blas.bound machine.cores; do has "info has $key" "$out" "^$key: ."; done
has "cblas is OpenBLAS, not gslcblas" "$out" '^blas.fast: yes'

# ------------------------------------------------------------------ the table
fixed="eta alpha0 steps noise beta lambda width alpha excess_risk test_error train_error residual quad_error iterations status rare_share"
fixed=${fixed// /$TAB}
run curve --eta 1.3,2.1 --beta 0.9 --noise 0.02 --alpha 0.37:2.9:4 --lambda 0.03,0.3
is "curve: exit 0" "$code" 0; is "curve: quiet stderr" "$err" ""
is "columns" "$(grep -v '^#' out | head -1)" "$fixed"
is "one header row" "$(grep -c excess_risk out)" 1
is "rows" "$(rows <out | wc -l)" 16
is "empty lines between curves only" "$(grep -c '^$' out)" 6
is "no blank line at the end" "$(tail -1 out | grep -c .)" 1
is "two after each curve but the last" "$(grep -v '^#' out | grep -n '^$' | tr '\n' ' ')" "6: 7: 12: 13: 18: 19: "
if command -v gnuplot >/dev/null; then
    is "gnuplot: index k is a curve" "$(gnuplot -e 'set datafile separator "\t"; set table "/dev/stdout"; plot "out" index 2 using 8:9' | awk '$3 == "i"' | wc -l)" 4
fi
is "both ends of a range" "$(column alpha <out | head -4 | tr '\n' ' ')" \
    "0.37 1.21333333333333 2.05666666666667 2.9 "
is "eta is slower than lambda" "$(column eta <out | tr '\n' ' ')" \
    "1.3 1.3 1.3 1.3 1.3 1.3 1.3 1.3 2.1 2.1 2.1 2.1 2.1 2.1 2.1 2.1 "
is "lambda is slower than alpha" "$(column lambda <out | uniq | tr '\n' ' ')" "0.03 0.3 0.03 0.3 "
is "infinite columns" "$(column alpha0 <out | uniq; column width <out | uniq)" $'inf\ninf'
is "test_error = excess_risk + noise" "$(rows <out | awk -F'\t' \
    '{ d = $10 - $9 - 0.02; if (d < -1e-12 || d > 1e-12) bad++ } END { print bad + 0 }')" 0
is "all rows ok" "$(column status <out | sort -u)" ok
for key in giantstep.version giantstep.git giantstep.command activation target second-layer eta alpha0 steps \
    bulk noise beta lambda width alpha method damping max-iterations tol order-parameters library.gsl \
    library.cubature library.openblas run.command run.threads run.host run.date; do
    has "preamble has $key" "$out" "^# $key: ."
done
has "the text as given" "$out" '^# alpha: 0\.37:2\.9:4$'
has "defaults in effect" "$out" '^# max-iterations: 1000$'
run curve --alpha 1.7 --eta 1,2; is "one-point curves: no blank line in a single curve" "$(grep -c '^$' out)" 0
run curve --eta 1,2,3 --alpha 0.5,1.5 --beta 2
is "lists" "$(rows <out | wc -l) $(grep -c '^$' out)" "6 4"
run curve --lambda 1e-4:1:5:log --alpha 1.3
is "log ranges" "$(column lambda <out | tr '\n' ' ')" "0.0001 0.001 0.01 0.1 1 "
run curve --alpha=0.7 --eta=-1.5 --target=sin; is "--key=value" "$code$(column eta <out)" "0-1.5"
run curve --alpha 0.7 --eta -1.5; is "a value that begins with -" "$code$(column eta <out)" "0-1.5"
run curve --alpha 0.7 --steps 0; is "untrained: exit 0" "$code" 0
is "untrained: one note" "$(grep -c . err) $(grep -c note err)" "1 1"
run curve --alpha 0.7 --alpha0 0,inf; is "alpha0 = 0: one note" "$code $(grep -c . err)" "0 1"
first=$(column excess_risk <out | head -1)
run curve --alpha 0.7 --steps 0; is "alpha0 = 0 and steps = 0 agree" "$(column excess_risk <out)" "$first"
run curve --alpha 0.7 --timing; has "--timing" "$(grep -v '^#' out | head -1)" 'status.rare_share.seconds$'
run curve --alpha 0.7 --method enclose --timing
has "--method enclose" "$(grep -v '^#' out | head -1)" 'status.rare_share.excess_low.excess_high.seconds$'
is "the enclosure holds the value" "$(rows <out | awk -F'\t' '{ print ($17 <= $9 && $9 <= $18) }')" 1
has "its iteration limit" "$out" '^# max-iterations: 1000000$'
run curve --alpha 0.7 --lambda opt; is "--lambda opt: exit 0" "$code" 0
run curve --eta 3 --alpha0 2 --alpha 0.5,3 --lambda 1e-8
has "rare samples: said once" "$err" '^giantstep: 1 of 2 rows: up to 9.51% of excess_risk is made by samples rarer'
is "rare samples: one line, exit 0" "$(wc -l <<<"$err") $code" "1 0"
run curve --alpha 0.7 --width 1000,inf; is "no rare samples: nothing said" "$err" ""
has "it prints the ridge used" "$(column lambda <out)" '^[0-9.e-]+$'
run curve --order-parameters --alpha 1.3 --steps 0,1 --second-layer '1:3,-0.5:1' --target 'z1+z1*z2'
names="V1_1_1 V1_1_2 V1_2_1 V1_2_2 V2_1 V2_2 m_1 m_2 theta_1_1 theta_2_1 psi_1_1 psi_1_2 psi_2_1 psi_2_2"
names="$names eps_1 eps_2 Q_1_1 Q_1_2 Q_2_1 Q_2_2 q2_1 q2_2"
is "--order-parameters" "$(grep -v '^#' out | head -1)" "$fixed$TAB${names// /$TAB}"
is "what a model lacks is nan" "$(column theta_1_1 <out | head -1) $(column psi_1_2 <out | tail -1)" "nan nan"
is "what it has is not" "$(column theta_1_1 <out | tail -1; column psi_1_2 <out | head -1)" \
    "$(column theta_1_1 <out | grep -v nan; column psi_1_2 <out | grep -v nan)"
run curve --spike '1.1,-0.4' --second-layer '1:1,2:3' --alpha 1.3
is "--spike: exit 0" "$code" 0
is "--spike: eta alpha0 steps are nan" "$(rows <out | cut -f1-3)" "nan${TAB}nan${TAB}nan"
is "--spike: no such keys" "$(grep -cE '^# (eta|alpha0|steps):' out)" 0
run curve --spike '1.1,-0.4' --alpha 1.3; is "--spike without weights" "$code" 0
is "no -nan, no hexadecimal" "$(grep -ciE -- '-nan|0x' out)" 0

# ------------------------------------------------------------------ csv, json
run curve --alpha 0.5,1.5 --eta 1,2 --format csv
is "csv: exit 0" "$code" 0; is "csv: no empty lines" "$(grep -c '^$' out)" 0
is "csv: header" "$(grep -v '^#' out | head -1)" "${fixed//$TAB/,}"
is "csv: 16 fields a row" "$(grep -v '^#' out | awk -F, '{ print NF }' | sort -u)" 16
run curve --alpha 0.5,1.5 --eta 1,2 --steps 0,1 --order-parameters --format json
is "json: exit 0" "$code" 0
has "json: inf is null, and named" "$out" '^"infinite": \{"alpha0": \[0, 1, 2, 3, 4, 5, 6, 7\], "width": \['
has "json: nan is null" "$out" 'null'
is "json: no bare inf or nan" "$(grep -cE '[[ ](inf|nan)[],]' out)" 0
is "json: balanced" "$(tr -cd '{}[]' <out)" "{[][$(for _ in 1 2 3 4 5 6 7 8; do printf '[]'; done)][]{{[][]}}}"
cp out table.json
has "json: valid, rows as long as columns" "$(LC_ALL=C awk -f "$JSON" table.json | tr '\n' ';')" \
    '^columns array 24;data array 8 24;index array 8;meta object [1-9][0-9];$'
run curve --alpha 0.5 --target 'z1' --format json --output $'caf\xc3\xa9 \xff"\\.json' --quiet
LC_ALL=C awk -f "$JSON" caf*.json >parts; report $? "json: strings escaped"
has "json: control characters and bad UTF-8 are faults" \
    "$(printf '{"a": "\t"}\n' | LC_ALL=C awk -f "$JSON"; printf '{"a": "\377"}\n' | LC_ALL=C awk -f "$JSON")" 'no value'

# ------------------------------------------------------------------ config files, preamble round trip
cat >a.conf <<'CONF'
# a comment
eta = 2        # another
alpha=0.5:1.5:3

   target   =  z1 + 0.3*z1^2
order-parameters = yes
CONF
run curve --config a.conf; is "config: exit 0" "$code" 0
is "config: values" "$(column alpha <out | tr '\n' ' ')$(column eta <out | uniq)" "0.5 1 1.5 2"
has "config: blanks dropped" "$out" '^# target: z1 \+ 0\.3\*z1\^2$'
has "config: flag" "$out" 'V1_1_1'
run curve --config a.conf --eta 3 --order-parameters=no
is "flags override the file" "$(column eta <out | uniq) $(grep -c V1_1_1 out)" "3 0"
printf 'alpha = 1,2\r\nbeta = 1.5\r\n' >crlf.conf
run curve --config crlf.conf; is "config: CRLF" "$code $(column beta <out | uniq)" "0 1.5"
printf '\xef\xbb\xbfalpha = 1,2\r\n\r\n# comment\r\nbeta = 1.5' >bom.conf
run curve --config bom.conf; is "config: byte order mark" "$code$err $(column beta <out | uniq) $(rows <out | wc -l)" "0 1.5 2"
printf '\xef\xbb\xbf' >bom.conf; run curve --config bom.conf; is "config: only a byte order mark" "$code$err" 0
printf '\xef\xbbalpha = 1' >bom.conf; run curve --config bom.conf; is "config: half a mark" "$code $(grep -c . err)" "2 1"
config() { # code, pattern, then lines on stdin
    cat >b.conf; run curve --config b.conf --output never
    is "config: $2: exit" "$code" "$1"; has "config: $2" "$err" "$2"
    is "config: $2: one line, nothing written" "$(grep -c . err)$(ls never 2>/dev/null)" 1
}
config 2 'b.conf:2: .alpah. is not a key, did you mean alpha\?' <<<$'eta = 1\nalpah = 2'
config 2 'b.conf:3: .eta. is set twice' <<<$'eta = 1\nalpha = 1\neta = 2'
config 2 'b.conf:1: .eta 1. is not of the form' <<<'eta 1'
config 2 'b.conf:1: eta: .. is empty' <<<'eta ='
config 2 'b.conf:2: beta: .-1. is not' <<<$'\nbeta = -1'
config 2 'b.conf:1: timing: .true. is not one of no.yes' <<<'timing = true'
config 2 'b.conf:1: .config. is not allowed' <<<'config = other.conf'
config 2 'b.conf:1: .trials. is not an option of curve' <<<'trials = 3'
config 2 'b.conf:1: tol: .1. is outside' <<<'tol = 1'
config 2 'b.conf:2: .eta.|eta: ' <<<$'spike = 1\neta = 2'
refuses 1 --config missing.conf curve --config missing.conf
refuses 1 --config "$T" curve --config "$T"
head -c 2000000 /dev/zero | tr '\0' '\n' >big.conf
refuses 2 --config big.conf curve --config big.conf

body() { grep -vE '^(# run\.|"run\.)' "$1"; }
round_trip() { # arguments of a run whose preamble must reproduce it
    run "$@"; cp out one.tsv
    sed -n 's/^# \([a-z][a-z0-9-]*\): \(.*\)/\1 = \2/p' one.tsv >one.conf
    run "$1" --config one.conf; cp out two.tsv
    cmp -s <(body one.tsv) <(body two.tsv); report $? "the preamble reproduces: $*"
    grep -q . one.conf; report $? "    and has parameters"
    sed -n 's/^# \([^:]*\): \(.*\)/\1 = \2/p' one.tsv >all.conf
    run "$1" --config all.conf
    cmp -s <(body one.tsv) <(body out); report $? "    also with its other lines"
}
round_trip curve --eta 1.3,2.1 --noise 0.02 --alpha 0.37:2.9:5 --lambda 1e-3:1:3:log
round_trip curve --spike '1.1,0.3' --overlap '0.6' --bulk-variance 0.9,1.2 --alpha 1.3,2
round_trip curve --method enclose --order-parameters --steps 0,1 --activation ' relu( z + 0.2 ) ' --tol 1e-8
round_trip curve --lambda opt --second-layer 'gaussian:3' --target 'z1*z2 + z1' --width 300,inf --format csv
round_trip bounds --eta 1:3:4 --target 'z1 + z1^2/3'
round_trip bounds --functions --eta 1.5
round_trip spectrum --x 0.3:2:4:log --alpha 1.7 --activation 'tanh(z+0.2)'
round_trip spectrum --outliers --width 400 --spike 2,-1
round_trip steps --steps 2 --target 'z1 + z1*z3' --covariance
round_trip steps --learnability --target 'z1 + z1*z3'
round_trip twostep --exponents 0.3,0.45 --order 4 --noise 0.1
round_trip list --format tsv

# ------------------------------------------------------------------ output files, write errors
run curve --alpha 0.5,1.5; grep -v '^# run' out >plain
run curve --alpha 0.5,1.5 --output file.tsv; is "--output: stdout empty" "$code$out" 0
cmp -s plain <(grep -v '^# run' file.tsv); report $? "--output: the same table"
# The ending of the name is the format, unless that is given; compressed endings are refused.
for name in ending.csv ending.json ending.tsv ending.txt; do
    format=${name#*.}; [ $format = txt ] && format=tsv
    run curve --format $format; cp out plain.format
    run curve --output $name; is "$name: exit 0" "$code$err" 0
    cmp -s <(body plain.format) <(body $name); report $? "$name is $format"
done
run curve --output other.csv --format tsv; is "--format wins over the ending" "$(grep -c "$TAB" other.csv)" 2
echo 'format = tsv' >format.conf
run curve --config format.conf --output third.csv; is "also in a config file" "$(grep -c "$TAB" third.csv)" 2
for ending in gz bz2 xz zst zip; do
    run curve --output packed.tsv.$ending
    is ".$ending: exit 2, one line, nothing written" "$code $(grep -c . err) $(ls packed* 2>/dev/null)" "2 1 "
    has ".$ending is named" "$err" "packed.tsv.$ending. ends in \.$ending"
done
echo precious >kept; chmod 644 kept
run curve --output kept; is "an existing file is refused" "$code $(cat kept) $(grep -c force err)" "2 precious 1"
run curve --alpha -1 --force --output kept; is "bad input leaves the output file alone" "$code $(cat kept)" "2 precious"
run curve --target '0*z1' --force --output kept; is "so does a constant target" "$code $(cat kept)" "2 precious"
run curve --output no/such/directory/file; is "unwritable output: exit 1" "$code $(grep -c . err)" "1 1"
has "unwritable output named" "$err" '^giantstep: --output: .no/such/directory/file.: '
run curve --output "$T"; is "output is a directory: exit 1" "$code $(grep -c . err)" "1 1"
run bounds --output no/such/file; is "bounds, unwritable: exit 1" "$code" 1
if [ -c /dev/full ]; then
    "$G" curve >/dev/full 2>err; is "full disk: exit 1, one line" "$? $(grep -c . err)" "1 1"
    run curve --output /dev/full; is "full disk, --output" "$code $(grep -c . err)" "1 1"
    for command in info list help; do
        "$G" $command >/dev/full 2>err; is "full disk, $command" "$? $(grep -c . err)" "1 1"
    done
fi
"$G" curve >&- 2>err; is "closed stdout: exit 1, one line" "$? $(grep -c . err)" "1 1"
"$G" curve --method damped --max-iterations 1 --output held.tsv 2>&-
is "closed stderr: messages do not end in the output file" "$? $(grep -c ^giantstep: held.tsv)" "3 0"
{ "$G" curve --alpha 0.1:5:30000 --lambda 0.1,1 2>err; echo $? >code; } | head -1 >/dev/null
is "closed pipe: exit 141, silence" "$(cat code) $(grep -c . err)" "141 0"
{ "$G" help curve 2>err; echo $? >code; } | :
sleep 0.2; [ "$(cat code)" = 141 ] || [ "$(cat code)" = 0 ]; report $? "closed pipe, help"
is "closed pipe, help: silence" "$(grep -c . err)" 0
(ulimit -f 64; "$G" curve --alpha 0.1:5:3000 --output short.tsv 2>err; echo $? >code)
is "a file that may not grow: exit 1, one line" "$(cat code) $(grep -c . err)" "1 1"
is "    no table" "$(ls short.tsv 2>/dev/null)" ""
is "    only whole rows are left" "$(rows <short.tsv.part | awk -F'\t' 'NF != 16 || $15 != "ok"' | wc -l)" 0
is "    ending in a newline" "$(tail -c1 short.tsv.part | od -An -c | tr -d ' ')" '\n'
[ "$(wc -c <short.tsv.part)" -gt 40000 ]; report $? "    and not nothing"

# ------------------------------------------------------------------ threads, interruption, dry run
# BLAS starts threads when it is loaded, as many as there are cores: they have ended.
if [ -r /proc/self/status ]; then
    env -u OPENBLAS_NUM_THREADS "$G" curve --alpha 0.2:3:1000 --lambda 0.01:10:1000:log --threads 1 --quiet >out 2>err & alone=$!
    for _ in $(seq 100); do [ -s out ] && break; sleep 0.05; done
    is "--threads 1 is one thread" "$(sed -n 's/^Threads:[^0-9]*//p' "/proc/$alone/status")" 1
    kill $alone; wait $alone 2>/dev/null
fi
run curve --eta 1,2 --noise 0,0.1 --alpha 0.2:3:150 --threads 1; cp out t1
for n in 2 5; do
    run curve --eta 1,2 --noise 0,0.1 --alpha 0.2:3:150 --threads $n
    cmp -s <(body t1) <(body out); report $? "the same bytes with $n threads"
done
interrupt() { # signal, exit code
    "$G" curve --second-layer gaussian:4 --activation 'tanh(z+0.3)' --alpha 0.5:1.5:1000000 \
        --threads 2 --quiet >partial 2>err &
    local pid=$!
    for _ in $(seq 400); do [ "$(wc -l <partial)" -gt 100 ] && break; sleep 0.05; done
    kill -s "$1" $pid; wait $pid
    is "$1: exit $2" $? "$2"
    is "$1: one line" "$(grep -c interrupted err)" 1
    is "$1: only whole rows" "$(rows <partial | awk -F'\t' 'NF != 16' | wc -l)" 0
    is "$1: in order" "$(column alpha <partial | sort -c -g 2>&1)" ""
    [ "$(rows <partial | wc -l)" -gt 0 ]; report $? "$1: rows so far are written"
    [ "$(rows <partial | wc -l)" -lt 1000000 ]; report $? "$1: it stopped"
}
interrupt INT 130
interrupt TERM 143
"$G" curve --second-layer gaussian:4 --activation 'tanh(z+0.3)' --alpha 0.5:1.5:1000000 --format json \
    --quiet >partial.json 2>err & pid=$!
sleep 0.5; kill -s INT $pid; wait $pid; is "interrupted json: exit 130" $? 130
is "interrupted json is closed" "$(tail -1 partial.json)" "}}"
if command -v python3 >/dev/null; then
    python3 -c 'import json; t = json.load(open("partial.json")); assert len(t["index"]) == len(t["data"]) > 0'
    report $? "interrupted json is valid"
fi
run curve --alpha 0.2:3:1000 --eta 1,2,3 --dry-run --output dry.tsv
is "--dry-run: exit 0" "$code" 0; is "--dry-run: no output file" "$(ls dry.tsv 2>/dev/null)" ""
for key in 'rows: 3000' 'models: 3' 'seconds: ' 'memory_megabytes: '; do has "--dry-run: $key" "$out" "^$key"; done
is "--dry-run: key: value lines only" "$(grep -vcE '^[a-z0-9_-]+: ' out)" 0
run curve --alpha -1 --dry-run; is "--dry-run checks its input" "$code" 2
# Whatever the grid, in a second of an idle machine: its sizes at once, and then the time.
for command in curve simulate validate; do
    for grid in '--alpha 1:2:100000 --beta 3:4:1000000 --lambda 0,1' '--eta 1:2:1000 --alpha0 1:2:1000 --noise 1:2:1000'; do
        began=$(date +%s%N); run $command $grid --dry-run; took=$((($(date +%s%N) - began) / 1000000))
        is "--dry-run of a large grid: exit 0: $command $grid" "$code" 0
        [ $took -lt 6000 ]; report $? "    quickly ($took ms)"
        has "    its rows" "$out" '^rows: [0-9]{9,}$'
        has "    and the time" "$(sed -n '/^rows/,$p' <<<"$out")" '^seconds: [0-9.e+]+$'
    done
done
run curve --eta 1,2 --alpha0 inf,0.5,2 --noise 0,0.1,0.2,0.3 --dry-run
has "--dry-run: noise makes models of finite batches only" "$out" '^models: 18$'

# ------------------------------------------------------------------ exit codes of rows
for command in curve 'simulate --d 60 --trials 3'; do
    run $command --alpha 0.5,1,1.5 --beta 1,2 --lambda 0,0.1
    is "no ridge at n = p, $command: exit 3" "$code" 3
    is "    one row failed" "$(column status <out | sort | uniq -c | awk '{ printf "%s %s ", $1, $2 }')" "1 failed 11 ok "
    is "    that one" "$(rows <out | awk -F'\t' '/failed/ { print $5, $6, $'$([ "$command" = curve ] && echo 8 || echo 7)' }')" "1 0 1"
    has "    with the reason" "$err" '1 of 12 rows failed: lambda = 0 has no limit at n = p'
done
run curve --alpha 1 --lambda 0; is "no ridge at n = p alone: exit 3" "$code" 3
run curve --max-iterations 1 --method damped --alpha 0.7,1.3
is "rows that are not ok: exit 3" "$code" 3; has "they are marked" "$(column status <out)" 'loose|failed'
has "and the reason is given" "$err" '^giantstep: 2 of 2 rows (loose|failed): .'
"$G" curve --max-iterations 1 --method damped >/dev/full 2>err; is "I/O wins over rows" $? 1

# ------------------------------------------------------------------ bounds, list
run bounds --eta 1:3:3; is "bounds: columns" "$(grep -v '^#' out | head -1)" \
    "eta${TAB}upper${TAB}lower${TAB}lower_published${TAB}kernel${TAB}status"
is "bounds: exit 0" "$code" 0
is "bounds: rows" "$(rows <out | wc -l)" 3
is "bounds: lower < upper < kernel" "$(rows <out | awk -F'\t' '{ print ($3 < $2 && $2 < $5) }' | sort -u)" 1
is "bounds: readout options are not in the preamble" "$(grep -cE '^# (alpha|beta|lambda):' out)" 0
run bounds --functions --eta 2; is "bounds --functions: exit 0" "$code" 0
is "bounds --functions: columns" "$(grep -v '^#' out | head -1)" \
    "kappa${TAB}target${TAB}upper${TAB}lower${TAB}lower_published"
is "kappa from -4 to 4" "$(column kappa <out | sed -n '1p;$p' | tr '\n' ' ')" "-4 4 "
is "the target" "$(rows <out | awk -F'\t' '{ d = $2 - sin($1); if (d * d > 1e-20) bad++ } END { print bad + 0 }')" 0
refuses 2 --eta 1,2 bounds --functions --eta 1,2
refuses 2 --second-layer gaussian:3 bounds --functions --second-layer gaussian:3
refuses 2 --alpha0 5 bounds --alpha0 5
refuses 2 --steps 2 bounds --steps 2
refuses 2 --alpha bounds bounds --alpha 1
run list; is "list: exit 0" "$code$err" 0
is "list: tanh's coefficients" "$(rows <out | awk -F'\t' '$1 == "tanh" { printf "%.6f %.6f", $3, $5 }')" "0.605706 -0.148437"
is "list: h3 is normalised" "$(rows <out | awk -F'\t' '$1 == "h3" { printf "%.9f", $5 }')" 1.000000000
for name in tanh erf sin cos linear relu abs sign step sigmoid softplus gelu he1 he6 h1 h6 exp; do
    has "list has $name" "$out" "^$name$TAB"
done
has "list says what --second-layer takes" "$out" 'gaussian:K'
run list --format json; is "list --format json" "$code" 0

# ------------------------------------------------------------------ bad input
for axis in alpha beta; do
    for value in -1 0 nan inf -inf 1e999 1e-999 0x10 1,5,x '1,' ',1' '' ' ' 1:2 1:2:1 1:2:0 1:2:2.5 1:2:-3 2:1:5 1:1:5 \
        :2:3 1::3 1:2: 1:2:3:lin 1:2:3:log:4 1:nan:3 1:2:1e30 1,2:3:4 '1 2' 1e 1e+ . - + --alpha; do
        token=${value##*,}; case $value in 1,|,1|' '|*::*) token=;; *nan*) token=nan;; esac
        refuses 2 "--$axis" "${token:0:1}" curve "--$axis" "$value"
    done
done
refuses 2 --lambda -0.1 curve --lambda -0.1
refuses 2 --lambda nan curve --lambda nan
refuses 2 --lambda 0:1:3:log curve --lambda 0:1:3:log
refuses 2 --lambda opt curve --lambda opt,0.1
refuses 2 --noise -0.1 curve --noise -0.1
refuses 2 --noise inf curve --noise inf
refuses 2 --eta nan curve --eta nan
refuses 2 --eta inf curve --eta inf
refuses 2 --eta -1:1:3:log curve --eta -1:1:3:log
refuses 2 --alpha0 -2 curve --alpha0 -2
refuses 2 --alpha0 nan curve --alpha0 nan
refuses 2 --alpha0 1:inf:3 curve --alpha0 1:inf:3
refuses 2 --steps 1.5 curve --steps 1.5
refuses 2 --steps -1 curve --steps -1
refuses 2 --steps 0:3:3 curve --steps 0:3:3
refuses 2 --alpha0 3 curve --bulk isotropic --steps 2 --alpha0 3
refuses 2 --width 0 curve --width 0
refuses 2 --width -100 curve --width -100
refuses 2 --bulk round curve --bulk round
refuses 2 --method magic curve --method magic
refuses 2 --format xml curve --format xml
for value in 1e-15 0.2 0 -1 nan inf abc; do refuses 2 --tol "$value" curve --tol "$value"; done
for value in 0 -0.5 1.5 nan; do refuses 2 --damping "$value" curve --damping "$value"; done
for value in 0 -1 1.5 nan inf; do refuses 2 --max-iterations "$value" curve --max-iterations "$value"; done
for value in 0 -1 1.5 many 100000; do refuses 2 --threads "$value" curve --threads "$value"; done
refuses 2 --target foo curve --target 'foo(z1)'
refuses 2 --target '0,5*z' curve --target '0,5*z'
refuses 2 --target 'z1 +' curve --target 'z1 +'
refuses 2 --target 'z1+z2+z3+z4+z5' curve --target 'z1+z2+z3+z4+z5'
refuses 2 --target 'log(z1)' curve --target 'log(z1)'
refuses 2 --target '3' curve --target 3
refuses 2 --target 'z1-z1' curve --target 'z1-z1'
refuses 2 --target 'control' curve --target $'z1\n+z2'
refuses 2 --activation z2 curve --activation 'tanh(z2)'
refuses 2 --activation nonsense curve --activation nonsense
refuses 2 --activation sign curve --activation sign
refuses 2 --activation 'step(z)' curve --activation 'z + step(z)'
refuses 2 --activation sign bounds --activation sign
refuses 2 --second-layer '1:0' curve --second-layer '1:0'
refuses 2 --second-layer '1:-1' curve --second-layer '1:-1,2:3'
refuses 2 --second-layer 'gaussian:0' curve --second-layer gaussian:0
refuses 2 --second-layer 'gaussian:x' curve --second-layer gaussian:x
refuses 2 --second-layer 'twos' curve --second-layer twos
refuses 2 --second-layer nan curve --second-layer nan:1
refuses 2 --eta 2 curve --spike 1 --eta 2
refuses 2 --alpha0 inf curve --spike 1 --alpha0 inf
refuses 2 --steps 1 curve --spike 1 --steps 1
refuses 2 --spike x curve --spike x
refuses 2 --spike nan curve --spike nan
refuses 2 --spike '1,2;3' curve --spike '1,2;3' --overlap '0.5;0.5'
refuses 2 --overlap 1.5 curve --spike 1 --overlap 1.5
refuses 2 --overlap '0.9;0.9' curve --spike '1;1' --overlap '0.9;0.9'
refuses 2 --overlap '0.5,0.5' curve --spike 1 --overlap '0.5,0.5'
refuses 2 --overlap 0.5 curve --overlap 0.5
refuses 2 --bulk-variance 0 curve --spike 1 --bulk-variance 0
refuses 2 --bulk-variance -1 curve --spike 1,2 --bulk-variance 1,-1
refuses 2 --bulk-variance 1,2,3 curve --spike 1,2 --bulk-variance 1,2,3
refuses 2 --bulk-variance 1 curve --bulk-variance 1
refuses 2 --second-layer '1:1,2:1,3:1' curve --spike 1,2 --second-layer '1:1,2:1,3:1'
# What the library says of its fields is said of options, and what was given is quoted as it is.
says() { # line wanted, arguments
    local want=$1; shift
    run "$@"; is "says: $*" "$code $err" "2 giantstep: $want"
}
says "--bulk: after 2 steps an isotropic one needs --alpha0 inf, not 3" \
    curve --bulk isotropic --steps 2 --alpha0 3
says "--bulk-variance: '1,2,3' has 3 values, --spike has 2 groups" curve --spike 1,2 --bulk-variance 1,2,3
says "--spike: '\`eta\`' in '\`eta\`,1' is not a number" curve --spike '`eta`,1'
says "--spike: ''\`eta\`'' in ''\`eta\`'' is not a number" curve --spike "'\`eta\`'"
says "--target: 'eta: z1': 'eta' at column 1 is no function, no constant and no variable (z1 to z9)" curve --target 'eta: z1'
refuses 2 --nonsense unknown curve --nonsense 3
refuses 2 --alph unknown curve --alph 3
refuses 2 --resumed unknown curve --resumed
refuses 2 --trials curve curve --trials 3
refuses 2 stray stray curve stray
refuses 2 -x -x curve -x
refuses 2 --alpha twice curve --alpha 1 --alpha 1
refuses 2 --quiet twice curve --quiet
refuses 2 --timing maybe curve --timing=maybe
refuses 2 yes yes curve --timing yes
run curve --alpha; is "a missing value: exit 2" "$code $(grep -c . err)" "2 1"; has "it is named" "$err" '--alpha'
run info --alpha 1; is "info takes no options" "$code" 2

echo "$failures failed"
[ "$failures" = 0 ]
