#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The library from C++: each public header by itself, and a program that computes what `giantstep curve' prints.
# Run from the top of the tree; needs BUILD and GIANTSTEP as set by `make check`.  Skipped where there is no C++.
set -u
BUILD=${BUILD:-build}
program=$(realpath "${GIANTSTEP:-$BUILD/giantstep}")
CXX=${CXX:-c++}
unset MAKEFLAGS MFLAGS MAKELEVEL
. "$(dirname "$0")/fail.bash"
if ! command -v "$CXX" >/dev/null; then
    echo "skipped: no C++ compiler (Debian: g++)"
    exit 0
fi
make -s install PREFIX="$work/prefix" >"$work/log" 2>&1 || fail "make install: $(cat "$work/log")"
package() { sed -n "s/^$1: //p" "$work/prefix/lib/pkgconfig/giantstep.pc"; }
# shellcheck disable=SC2206
cxx=("$CXX" -std=c++11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror ${CFLAGS-} $(package Cflags))

headers=0
for header in "$work"/prefix/include/giantstep/*.h; do
    headers=$((headers + 1))
    echo "#include <giantstep/$(basename "$header")>" >"$work/header.cc"
    "${cxx[@]}" -c "$work/header.cc" -o "$work/header.o" 2>"$work/log" ||
        fail "$(basename "$header") alone: $(cat "$work/log")"
    [ -z "$(tools/public-functions "$header")" ] || grep -q 'extern "C"' "$header" || fail "$(basename "$header"): no extern \"C\""
done
[ $headers -ge 12 ] && [ $headers -le 24 ] || fail "$headers headers installed"

# The shared library shows what these headers declare, and nothing else.
tools/public-functions "$work"/prefix/include/giantstep/*.h | sort -u >"$work/declared"
nm -D --defined-only "$work/prefix/lib/libgiantstep.so.0" | awk '{ print $3 }' | sort -u >"$work/shown"
[ "$(wc -l <"$work/declared")" -gt 50 ] && cmp -s "$work/declared" "$work/shown" ||
    fail "declared and shown: $(diff "$work/declared" "$work/shown")"

cat >"$work/curve.cc" <<'CXX'
#include <giantstep/giantstep.h>

#include <cstdio>

int main()
{
    gst_message message;
    gst_activation *sigma = nullptr;
    gst_target *g = nullptr;
    gst_second_layer layer = gst_second_layer();
    gst_model *model = nullptr;
    gst_problem problem = gst_problem();
    gst_point point = gst_point();
    gst_risk risk;
    if (gst_activation_compile(&sigma, "tanh", &message) < 0 ||
        gst_target_compile(&g, "sin(z1)", &message) < 0 ||
        gst_second_layer_parse(&layer, "1:0.5,-0.5:0.5", &message) < 0)
        return 1;
    problem.activation = sigma;
    problem.target = g;
    problem.layer = &layer;
    problem.training = gst_training_equal_steps(1, 2.3, 1.7);
    point.alpha = 1.373;
    point.beta = 1.21;
    point.lambda = 0.07;
    point.width = 300.0;
    if (gst_model_alloc(&model, &problem, &message) < 0)
        return 2;
    gst_solve_options options = gst_solve_defaults();
    if (gst_model_solve(model, &point, &options, &risk, nullptr) < 0)
        return 3;
    std::printf("%.12g\n", risk.excess_risk);
    gst_model_free(model);
    gst_second_layer_clear(&layer);
    gst_target_free(g);
    gst_activation_free(sigma);
    return 0;
}
CXX
wanted=$("$program" curve --target 'sin(z1)' --second-layer 1:0.5,-0.5:0.5 --eta 2.3 --alpha0 1.7 --alpha 1.373 \
    --beta 1.21 --lambda 0.07 --width 300 --quiet | grep -v '^#' | tail -n 1 | cut -f 9)

# linked NAME LIBRARIES...: with the shared library, with the archive
linked() {
    local name=$1 found
    shift
    "${cxx[@]}" "$work/curve.cc" ${LDFLAGS-} "$@" -o "$work/curve" 2>"$work/log" || fail "$name: link: $(cat "$work/log")"
    found=$("$work/curve") || fail "$name: the program ends with $?"
    [ "$found" = "$(printf '%.12g' "$wanted")" ] || fail "$name: C++ computes '$found', the program '$wanted'"
}
# shellcheck disable=SC2046
linked shared $(package Libs)
# shellcheck disable=SC2046
linked archive "$work/prefix/lib/libgiantstep.a" $(package Libs.private)

[ $failures -eq 0 ] && echo "all well"
exit $((failures > 0))
