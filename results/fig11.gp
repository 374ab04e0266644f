# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 11: excess risk over n/p for second layers of one to four values; lines theory at width 2048, points
# simulations of that width.
width = 7.2
height = 4.6
load "results/style.gp"

simulated = "results/fig11-networks.tsv"
theory(k) = sprintf("%s/fig11-%d.tsv", data, k)
beta = 1.5

set logscale y
set xrange [0.15:4.15]
set yrange [0.15:4]
set ytics (0.2, 0.5, 1, 2, 4)
set xlabel "sample ratio {/:Italic n}/{/:Italic p}" offset 0, 0.3
set ylabel "excess risk" offset 1.2, 0
set key at graph 0.98, 0.98 right top title "theory, second layer"
set linetype 41 linecolor rgb "#E8A33D" linewidth 2.0 dashtype (1.5, 2.5)
set linetype 42 linecolor rgb "#D55E00" linewidth 2.0 dashtype (12, 4, 2, 4)
set linetype 43 linecolor rgb "#0072B2" linewidth 2.0 dashtype (8, 4)
set linetype 44 linecolor rgb "#000000" linewidth 2.0 dashtype solid
names = "'3' '3, −3' '3, 1, −2' '3, 1, −1, −3'"
plot for [k = 1:4] theory(k) using (column("alpha")/beta):"excess_risk" with lines linetype 40 + k \
         title word(names, k), \
     for [k = 1:4] simulated using (column("groups") == k ? column("n")/column("p") : NaN):"excess_risk":"excess_risk_sem" \
         with yerrorbars pointtype 4 + 2*(k % 2) + (k > 2) pointsize 0.8 linetype 40 + k dashtype solid linewidth 1, \
     NaN with points pointtype 6 pointsize 0.8 linecolor rgb "#000000" title "networks, {/:Italic p} = 2048"
