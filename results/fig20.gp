# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 20: class error (left) and test loss (right) against alpha for inputs from two clusters, after 0, 1 and 2 steps; points
# are trained networks.
width = 8.6
height = 3.6
load "results/style.gp"

theory = sprintf("%s/fig20.tsv", data)
networks = "results/fig20-networks.tsv"
# Rows of one number of steps, with the header.
trained(T) = sprintf("< awk -F '\\t' '/^#/ || !NF { next } /^eta/ || $3 == %d' '%s'", T, networks)
name(T) = T == 0 ? "untrained" : T == 1 ? "1 step" : "2 steps"

set linetype 60 linecolor rgb "#909090" linewidth 2.0 dashtype (1.5, 2.5)
set linetype 61 linecolor rgb "#0072B2" linewidth 2.0 dashtype (16, 5)
set linetype 62 linecolor rgb "#000000" linewidth 2.0 dashtype solid
set linetype 70 linecolor rgb "#606060" linewidth 1.2 dashtype solid pointtype 7 pointsize 0.6
set linetype 71 linecolor rgb "#0072B2" linewidth 1.2 dashtype solid pointtype 13 pointsize 0.8
set linetype 72 linecolor rgb "#000000" linewidth 1.2 dashtype solid pointtype 6 pointsize 0.7

best = 0.5*erfc(1.5/sqrt(2))

set multiplot
set logscale x
set xrange [0.18:11]
set xtics ("0.2" 0.2, "0.5" 0.5, "1" 1, "2" 2, "5" 5, "10" 10)
set xlabel "sample ratio {/:Italic α} = {/:Italic n}/{/:Italic d}"
set tmargin at screen 0.95
set bmargin at screen 0.17
set format y "%.1f"
do for [column = 1:2] {
    measure = column == 1 ? "test_class" : "test_loss"
    set lmargin at screen (column == 1 ? 0.07 : 0.485)
    set rmargin at screen (column == 1 ? 0.40 : 0.815)
    set yrange [(column == 1 ? 0 : 0.2):(column == 1 ? 0.4 : 0.7)]
    set ytics 0.1
    set ylabel (column == 1 ? "class error" : "logistic test loss") offset 1, 0
    unset key
    if (column == 2) { set key at screen 0.825, screen 0.93 left top Left reverse }
    plot for [T = 0:2] curve(theory, T) using "alpha":measure with lines linetype 60 + T title name(T), \
         (column == 1 ? best : NaN) with lines linetype 11 title "best rule", \
         for [T = 0:2] trained(T) using "alpha":measure:measure . "_sem" with yerrorbars linetype 70 + T notitle, \
         networks using (NaN):(NaN):(NaN) with yerrorbars linetype 72 title "networks"
}
unset multiplot
