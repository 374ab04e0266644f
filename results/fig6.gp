# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 6: excess risk against alpha after 0 .. 3 giant steps, theory as lines, trained networks as points, error
# floors of the directions learned as thin lines.
width = 7.2
height = 4.6
load "results/style.gp"

theory = data . "/fig6-theory.tsv"
floors = data . "/fig6-floors.tsv"
networks = "results/fig6-networks.tsv"
style(k) = int(word("1 2 4 5", k + 1))

set logscale x
set xrange [0.45:13]
set yrange [0.9:3.4]
set xtics ("0.5" 0.5, "1" 1, "2" 2, "4" 4, "8" 8, "12" 12)
set ytics 1, 0.5
set mytics 5
set xlabel "sample ratio {/:Italic α} = {/:Italic n}/{/:Italic d}" offset 0, 0.3
set ylabel "excess risk" offset 0.5, 0
set rmargin 24
set key at graph 1.02, graph 0.98 left top title "theory, steps" left
stats floors using (strcol("step") eq "0" ? column("floor") : NaN) nooutput name "first"
stats floors using (strcol("step") eq "1" ? column("floor") : NaN) nooutput name "second"
set label 1 "floor, nothing learned" at 12.5, first_max + 0.06 right
set label 2 "floor, {/:Italic z}_1 learned" at 12.5, second_max + 0.06 right
plot first_max with lines linetype 9, second_max with lines linetype 9, \
     for [k = 0:3] curve(theory, k) using "alpha":"excess_risk" with lines linetype style(k) \
         title sprintf("%d", k), \
     for [k = 0:3] curve(networks, k) using "alpha":"excess_risk":"excess_risk_sem" with yerrorbars \
         linetype 40 + style(k), \
     networks using (NaN):(NaN):(NaN) with yerrorbars linetype 41 title "networks, {/:Italic d} = 250"
