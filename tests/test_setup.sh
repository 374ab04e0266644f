#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tools/probe-libraries, tools/install-dependencies and what the Makefile makes of them: the answer and when it is
# sought again, what plain `make' says where a library is missing, who may install, undeclared functions.
# Run from the top of the tree; needs CC as set by `make check`.  Installs nothing: apt-get, sudo and id are put on.
set -u
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD CFLAGS CPPFLAGS LDFLAGS
. "$(dirname "$0")/report.bash"
export CC=${CC:-gcc}
REAL=$CC
mkdir "$T/bin" "$T/none"
bin() { # name, text of a command
    printf '#!/bin/sh\n%s\n' "$2" >"$T/bin/$1"
    chmod +x "$T/bin/$1"
}
value() { # variable, file
    sed -n "s/^$1 := //p" "$2"
}

# ------------------------------------------------------------------ the answer
answer=$T/libraries.mk
tools/probe-libraries "$answer"; report $? "probe: exit 0"
is "nothing is missing" "$(value MISSING "$answer")$(value CHECK_MISSING "$answer")" ""
has "OpenBLAS and LAPACKE before GSL" "$(value FOUND_LIBS "$answer")" '(-llapacke.*)?openblas.* -lgsl.* -lcubature'
is "no slow cblas" "$(grep -c -e '-lgslcblas' "$answer")" 0
bare=$(PKG_CONFIG=$T/no-such tools/probe-libraries)
is "without pkg-config: nothing is missing" "$(grep 'MISSING := .' <<<"$bare")" ""

# The reference BLAS has a cblas.h too.
mkdir "$T/reference"
printf '%s\n' 'enum CBLAS_ORDER { CblasRowMajor = 101 };' 'double cblas_ddot(int, const double *, int, const double *, int);' \
    >"$T/reference/cblas.h"
BLAS_CFLAGS="-I$T/reference" tools/probe-libraries "$T/reference.mk"
is "the reference BLAS is not OpenBLAS" "$(value MISSING "$T/reference.mk")" openblas
grep -q openblas_get_config "$T/reference.mk.log"; report $? "the compiler's messages are kept"

# ------------------------------------------------------------------ when it is sought again
# From here on a quick compiler: it counts how often it compiles, takes all but what includes $REFUSE, and its
# version can be changed.
bin quick "case \$* in *--version*) cat '$T/version'; exit;; esac
echo >>'$T/count'
cat \$(printf '%s\n' \"\$@\" | grep '[.]c\$') | grep -q \"\${REFUSE-no such header}\" && exit 1
while [ \$# -gt 0 ]; do [ \"\$1\" = -MF ] && echo >\"\$2\"; shift; done"
export CC=$T/bin/quick
echo one >"$T/version"
: >"$T/count"
tools/probe-libraries "$T/counted.mk"
[ "$(wc -l <"$T/count")" -ge 7 ]; report $? "every library is tried"
cp "$T/counted.mk" "$T/before.mk"
: >"$T/count"
tools/probe-libraries "$T/counted.mk"
is "the second time nothing is compiled" "$(wc -l <"$T/count")" 0
touch -d '2001-01-01' "$T/counted.mk"
touch -d '2001-01-01' "$T/counted.mk.key" # every directory has changed since
tools/probe-libraries "$T/counted.mk"
[ "$(wc -l <"$T/count")" -ge 7 ]; report $? "a directory has changed: probed again"
cmp -s "$T/before.mk" "$T/counted.mk" && [ -z "$(find "$T/counted.mk" -newermt 2002-01-01)" ]
report $? "the same answer: the file is not touched"
again() { # name, command: the answer is another
    cp "$T/counted.mk" "$T/before.mk"
    "${@:2}" tools/probe-libraries "$T/counted.mk"
    ! cmp -s "$T/before.mk" "$T/counted.mk"; report $? "$1: another answer"
}
echo two >"$T/version"; again "another compiler" env
again "other flags" env CFLAGS=-O1
again "a library named by hand" env CFLAGS=-O1 CUBATURE_LIBS="-lcubature -lm"
has "it is taken" "$(value FOUND_LIBS "$T/counted.mk")" '-lcubature -lm'
is "on stdout where no file is given" "$(tools/probe-libraries | grep -c '^FOUND_LIBS')" 1
# Rules of objects are those with a source; folders may have `.c' in their names, as those of mktemp do now and then.
listed=$(make -pn BUILD="$T/a.c/listed.cc" 2>/dev/null | grep -E '^[^#].*[a-z]\.o:.* [^ ]+\.c ')
[ "$(wc -l <<<"$listed")" -gt 100 ]; report $? "make: lists the objects"
is "make: every object depends on the answer" "$(grep -v "libraries.mk" <<<"$listed")" ""

# ------------------------------------------------------------------ a library that is missing
export REFUSE=cblas.h
quick=(BUILD="$T/build")
# What is installed already would only be named, not be asked for.
bin dpkg-query 'exit 1'
bin id 'case $1 in -u) echo 1000;; *) exit 1;; esac'
bin sudo 'exit 1'
bin apt-get "echo \"apt-get \$*\" >>'$T/apt'"
: >"$T/apt"
says() { # targets: the paragraph, without what make adds on stderr
    PATH="$T/bin:$PATH" make --no-print-directory "${quick[@]}" "$@" 2>"$T/err"
}
wanted="Missing: OpenBLAS.  Please run
    sudo apt-get update && sudo apt-get install -y --no-install-recommends libopenblas-dev"
is "make: what is missing, and the line to run" "$(says)" "$wanted"
says >"$T/out"; is "exit code 2" $? 2
for target in demo check; do is "make $target: the same" "$(says $target)" "$wanted"; done
is "make install: the same" "$(says install)" "$wanted"
is "no object was made" "$(find "$T/build" -name '*.o')" ""
is "without leave nothing is installed" "$(cat "$T/apt")" ""
is "make help, clean: nothing is probed" "$(make BUILD="$T/unused" help clean | grep -c Missing; ls "$T/unused" 2>/dev/null)" 0
has "where it is installed already, the messages" \
    "$(rm "$T/bin/dpkg-query"; bin dpkg-query 'echo install ok installed'; says)" "libraries.mk.log"
bin dpkg-query 'exit 1'

bin sudo "[ \"\$1\" = -n ] && shift; echo \"sudo \$*\" >>'$T/apt'"
says demo >"$T/out"
is "sudo without password: apt-get is called" "$(cat "$T/apt")" "sudo true
sudo apt-get update -q
sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libopenblas-dev"
is "and the paragraph if that did not help" "$(tail -n 2 "$T/out")" "$wanted"
: >"$T/apt"
says >"$T/out"
is "plain make installs nothing" "$(cat "$T/apt")" ""
bin id 'echo 0'
: >"$T/apt"
says check >"$T/out"
is "root: apt-get is called" "$(cat "$T/apt")" "apt-get update -q
apt-get install -y --no-install-recommends libopenblas-dev"
: >"$T/apt"
is "--print: nothing is installed" "$(env "${quick[@]}" PATH="$T/bin:$PATH" tools/install-dependencies --print; cat "$T/apt")" \
    "Missing: OpenBLAS.  Please run
    apt-get update && apt-get install -y --no-install-recommends libopenblas-dev"
has "no compiler: all of it" "$(CC=$T/no-such PATH="$T/bin:$PATH" tools/install-dependencies --print)" \
    'Missing: a C compiler .*, OpenBLAS, .*check'
has "--list" "$(tools/install-dependencies --list --lint)" '^gcc libc6-dev libopenblas-dev .* clang clang-format$'
tools/install-dependencies --nonsense >"$T/out"; is "an unknown option" $? 1

# ------------------------------------------------------------------ undeclared functions
# With the command that compiles base/status.c.
unset REFUSE
compile=$(make CC="$REAL" -n BUILD="$T/fresh" Q= "$T/fresh/base/status.o" | grep -e ' -c base/status.c')
[ -n "$compile" ]; report $? "the command that compiles"
fails() { # name, source: must not compile
    echo "$2" >"$T/bad.c"
    (eval "${compile//base\/status.c/$T/bad.c}") >"$T/log" 2>&1; local code=$?
    [ $code -ne 0 ] && grep -q 'error' "$T/log"; report $? "$1 is an error"
}
fails "an undeclared function" 'int f(void); int f(void) { return undeclared(); }'
fails "an integer for a pointer" 'int *f(int x); int *f(int x) { return x; }'
fails "another pointer" 'int *f(double *x); int *f(double *x) { return x; }'

echo "$failures failed"
[ $failures = 0 ]
