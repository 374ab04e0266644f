# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 15: excess risk against alpha after 1, 2 and 3 steps, one curve per batch ratio, one panel per number of steps;
# points are trained networks.
width = 9.6
height = 4
load "results/style.gp"

theory = data . "/fig15-theory.tsv"
networks = "results/fig15-networks.tsv"
# Curves of the theory, four numbers of steps from 0 for every batch ratio, and of the networks, three from 1.
style(a) = int(word("6 2 4 5", a + 1))
name(a) = word("2 5 20 ∞", a + 1)
left(T) = 0.075 + 0.257*(T - 1)

set multiplot
set logscale xy
set xrange [0.18:4.5]
set yrange [0.0095:0.5]
set xtics ("0.2" 0.2, "0.5" 0.5, "1" 1, "2" 2, "4" 4)
set xlabel "sample ratio {/:Italic α} = {/:Italic n}/{/:Italic d}"
set bmargin at screen 0.14
set tmargin at screen 0.91
set ylabel "excess risk" offset 1, 0
set ytics ("0.01" 0.01, "0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5)
unset key
do for [T = 1:3] {
    set lmargin at screen left(T)
    set rmargin at screen left(T) + 0.245
    set title (T == 1 ? "1 step" : sprintf("%d steps", T)) offset 0, -0.5
    set label 99 letter(T - 1) at graph 0, graph 1 offset 0, 0.6
    if (T == 2) {
        unset ylabel
        set ytics ("" 0.01, "" 0.02, "" 0.05, "" 0.1, "" 0.2, "" 0.5)
    }
    if (T == 3) { set key at screen 0.845, screen 0.88 left top title "theory, {/:Italic α}_0" left }
    plot curve(theory, 0) using "alpha":"excess_risk" with lines linetype 1 title "untrained", \
         for [a = 0:3] curve(theory, 4*a + T) using "alpha":"excess_risk" every 2 with lines linetype style(a) \
             title name(a), \
         for [a = 0:2] curve(networks, 3*a + T - 1) using "alpha":"excess_risk":"excess_risk_sem" \
             with yerrorbars linetype 40 + style(a), \
         networks using (NaN):(NaN):(NaN) with yerrorbars linetype 45 title "networks"
}
unset multiplot
