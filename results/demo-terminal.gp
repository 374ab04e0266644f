# SPDX-License-Identifier: GPL-3.0-or-later
# The demo's curves in the terminal: letters are networks, everything else is theory.
set terminal dumb noenhanced 100 32
set datafile separator "\t"
curves = data . "/curves.tsv"
networks = data . "/networks.tsv"
# As in style.gp.
curve(table, k) = sprintf("< awk -v k=%d '/^#/ { next } !NF { gap = 1; next } !head++ { print; next } \
    gap { n++; gap = 0 } n == k' '%s'", k, table)
set title "excess risk after one giant step: theory (marks), trained networks (U, F, T)"
set xlabel "alpha = n/d"
set key outside top center horizontal
set xrange [0.1:3.1]
set logscale y
set ytics ("0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5)
plot curve(curves, 0) using "alpha":"excess_risk" with lines title "alpha0 = 0 (untrained)", \
     curve(curves, 1) using "alpha":"excess_risk" with lines title "5", \
     curve(curves, 2) using "alpha":"excess_risk" with lines title "20", \
     curve(curves, 3) using "alpha":"excess_risk" with lines title "inf", \
     for [k = 0:2] curve(networks, k) using "alpha":"excess_risk":(word("U F T", k + 1)) with labels notitle
