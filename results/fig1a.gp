# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 1a: excess risk against alpha, one curve per alpha0, one panel per step size.
width = 8.6
height = 4
load "results/style.gp"

curves = data . "/fig1a.tsv"
bounds = data . "/fig1a-bounds.tsv"
stats bounds every ::0::0 using "kernel" nooutput
kernel = STATS_max

set multiplot
set logscale y
set xrange [0.1:3.1]
set yrange [0.015:0.5]
set xtics ("0.2" 0.2, "1" 1, "2" 2, "3" 3)
set xtics add ("" 0.5 1, "" 1.5 1, "" 2.5 1)
set xlabel "sample ratio {/:Italic α} = {/:Italic n}/{/:Italic d}"
set lmargin at screen 0.085
set rmargin at screen 0.425
set bmargin at screen 0.14
set tmargin at screen 0.91
set title "step size {/:Italic η} = 1" offset 0, -0.5
set label 99 letter(0) at graph 0, graph 1 offset 0, 0.6
set ylabel "excess risk" offset 1, 0
set ytics ("0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5)
unset key
plot for [k = 0:4] curve(curves, k) using "alpha":"excess_risk" with lines linetype k + 1, \
     kernel with lines linetype 11

set lmargin at screen 0.455
set rmargin at screen 0.795
set title "step size {/:Italic η} = 3"
set label 99 letter(1) at graph 0, graph 1 offset 0, 0.6
set ytics ("" 0.02, "" 0.05, "" 0.1, "" 0.2, "" 0.5)
unset ylabel
set key at screen 0.815, screen 0.84 left top title "theory, {/:Italic α}_0" left
name(k) = word("untrained 5 10 20 ∞", k + 1)
plot for [k = 0:4] curve(curves, k + 5) using "alpha":"excess_risk" with lines \
         linetype k + 1 title name(k), \
     kernel with lines linetype 11 title "kernel bound"
unset multiplot
