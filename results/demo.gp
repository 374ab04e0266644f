# SPDX-License-Identifier: GPL-3.0-or-later
# The demo's figure: excess risk against alpha, theory as lines, trained networks as points.
width = 6.4
height = 4.4
load "results/style.gp"

curves = data . "/curves.tsv"
networks = data . "/networks.tsv"
set logscale y
set xrange [0.1:3.1]
set yrange [0.015:0.6]
set ytics ("0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5)
set xlabel "sample ratio {/:Italic α} = {/:Italic n}/{/:Italic d}"
set ylabel "excess risk" offset 1, 0
set key outside right top title "batch ratio {/:Italic α}_0" left
style(k) = word("1 2 4 5", k + 1) + 0
name(k) = word("untrained 5 20 ∞", k + 1)
plot for [k = 0:3] curve(curves, k) using "alpha":"excess_risk" with lines \
         linetype style(k) title name(k), \
     for [k = 0:2] curve(networks, k) using "alpha":"excess_risk":"excess_risk_sem" with yerrorbars \
         linetype 40 + style(k), \
     networks using (NaN):(NaN):(NaN) with yerrorbars linetype 45 title "networks,", \
     NaN with lines linetype 9 linecolor rgb "#ffffff" title "d = 500"
