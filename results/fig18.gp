# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 18: class error (top) and test loss (bottom) against alpha for three losses of the readout, one column per number of
# steps; points are trained networks.
width = 9.2
height = 6.2
load "results/style.gp"

networks = "results/fig18-networks.tsv"
loss(k) = word("squared logistic hinge", k)
theory(k) = sprintf("%s/fig18-%s.tsv", data, loss(k))
# Rows of one loss and number of steps, with the header.
trained(k, T) = sprintf("< awk -F '\\t' 'NR == 1 || ($1 == \"%s\" && $4 == %d)' '%s'", loss(k), T, networks)
column_left(T) = 0.075 + 0.262*T

set linetype 61 linecolor rgb "#000000" linewidth 2.0 dashtype solid
set linetype 62 linecolor rgb "#0072B2" linewidth 2.0 dashtype (16, 5)
set linetype 63 linecolor rgb "#E69F00" linewidth 2.4 dashtype (5, 3)
set linetype 71 linecolor rgb "#000000" linewidth 1.2 dashtype solid pointtype 6 pointsize 0.7
set linetype 72 linecolor rgb "#0072B2" linewidth 1.2 dashtype solid pointtype 13 pointsize 0.8
set linetype 73 linecolor rgb "#C07800" linewidth 1.2 dashtype solid pointtype 9 pointsize 0.8

set multiplot
set logscale x
set xrange [0.18:11]
unset key
do for [row = 1:2] {
    measure = row == 1 ? "test_class" : "test_loss"
    set tmargin at screen (row == 1 ? 0.945 : 0.515)
    set bmargin at screen (row == 1 ? 0.555 : 0.105)
    set yrange [(row == 1 ? 0.15 : 0.2):(row == 1 ? 0.46 : 1)]
    set ylabel (row == 1 ? "class error" : "test loss, each its own") offset 1, 0
    do for [T = 0:2] {
        set lmargin at screen column_left(T)
        set rmargin at screen column_left(T) + 0.25
        if (row == 1) {
            set title (T == 0 ? "untrained" : T == 1 ? "1 step" : "2 steps") offset 0, -0.5
            unset xlabel
            set xtics ("" 0.2, "" 0.5, "" 1, "" 2, "" 5, "" 10)
        } else {
            unset title
            set xlabel "sample ratio {/:Italic α} = {/:Italic n}/{/:Italic d}"
            set xtics ("0.2" 0.2, "0.5" 0.5, "1" 1, "2" 2, "5" 5, "" 10)
        }
        set label 99 letter(3*(row - 1) + T) at graph 0.92, graph 0.94
        step = row == 1 ? 0.1 : 0.2
        set ytics step
        if (T == 0) { set format y "%.1f" } else { unset ylabel; set format y "" }
        unset key
        if (row == 1 && T == 2) { set key at screen 0.86, screen 0.93 left top title "theory, loss\nof the readout" left }
        plot for [k = 1:3] curve(theory(k), T) using "alpha":measure with lines linetype 60 + k title loss(k), \
             for [k = 1:3] trained(k, T) using "alpha":measure:measure . "_sem" with yerrorbars linetype 70 + k, \
             networks using (NaN):(NaN):(NaN) with yerrorbars linetype 71 title "networks"
    }
}
unset multiplot
