# SPDX-License-Identifier: GPL-3.0-or-later
# The demo's curves in the terminal: letters are networks, everything else is theory.
set terminal dumb noenhanced 100 32
set datafile separator "\t"
curves = data . "/curves.tsv"
networks = data . "/networks.tsv"
set title "excess risk after one giant step: theory (marks), trained networks (U, F, T)"
set xlabel "alpha = n/d"
set key outside top center horizontal
set xrange [0.1:3.1]
set logscale y
set ytics ("0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5)
plot curves using "alpha":"excess_risk" every :::0::0 with lines title "alpha0 = 0 (untrained)", \
     curves using "alpha":"excess_risk" every :::1::1 with lines title "5", \
     curves using "alpha":"excess_risk" every :::2::2 with lines title "20", \
     curves using "alpha":"excess_risk" every :::3::3 with lines title "inf", \
     for [k = 0:2] networks using "alpha":"excess_risk":(word("U F T", k + 1)) every :::k::k with labels notitle
