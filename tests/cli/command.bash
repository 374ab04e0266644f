# SPDX-License-Identifier: GPL-3.0-or-later
# command.bash - what the scripts of commands share: the program $G, run in the scratch folder; its table; what it refuses.
G=$(realpath "${GIANTSTEP:-build/giantstep}")
. "$(dirname "${BASH_SOURCE[0]}")/../report.bash"
cd "$T" || exit 1
QUIET=--quiet # or nothing

run() { # arguments: sets code, out and err, which are also files
    # shellcheck disable=SC2086
    timeout -k 2 60 "$G" "$@" $QUIET >out 2>err </dev/null; code=$?
    out=$(cat out; printf x); out=${out%x}; err=$(cat err)
}
of_out() { column "$1" <out; }
list() { of_out "$1" | tr '\n' ' '; }
near() { # name, got, wanted, relative tolerance
    awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { d = a - b; b = b < 0 ? -b : b; exit !(d <= t * b && -d <= t * b) }'
    report $? "$1 ($2, $3)"
}
refuses_with() { # exit code, what the one line must name, what it must say, arguments: nothing is written
    local want=$1 name=$2 value=$3 bad=; shift 3
    run "$@" --output never
    [ "$code" = "$want" ] || bad="exit $code instead of $want"
    [ -s out ] && bad="$bad, wrote to stdout"
    [ -e never ] && bad="$bad, made the output file" && rm -f never
    [ "$(grep -vc 'note:' err)" = 1 ] || bad="$bad, $(wc -l <err) lines on stderr"
    grep -q '^giantstep: ' err || bad="$bad, no prefix"
    grep -qF -e "$name" err || bad="$bad, does not name $name"
    grep -qF -e "$value" err || bad="$bad, does not say $value"
    [ -z "$bad" ]; report $? "refused: $* ${bad:+($bad: $err)}"
}
refuses() { # what the line must say, arguments
    refuses_with 2 "$1" "$1" "${@:2}"
}
