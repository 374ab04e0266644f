# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 26: excess risk against alpha for ridge and Huber's loss with outliers in the labels, all at one ridge (left) and each
# at its best (right).  Points are drawn networks.
width = 8.6
height = 3.6
load "results/style.gp"

table = data . "/fig26.tsv"
networks = "results/fig26-networks.tsv"
loss(k) = word("squared huber:3 huber:0.3 huber:0.03", k)
name(k) = word("'ridge' 'Huber, {/:Italic δ} = 3' 'Huber, {/:Italic δ} = 0.3' 'Huber, {/:Italic δ} = 0.03'", k)
lines(r, k, outliers) = sprintf("< awk -F '\\t' 'NR == 1 || ($1 == \"%s\" && $2 == \"%s\" && $3 == %d)' '%s'", r, loss(k), outliers, table)
points(r, k) = sprintf("< awk -F '\\t' 'NR == 1 || ($1 == \"%s\" && $2 == \"%s\")' '%s'", r, loss(k), networks)

set linetype 61 linecolor rgb "#000000" linewidth 2.0 dashtype solid
set linetype 62 linecolor rgb "#0072B2" linewidth 2.0 dashtype (16, 5)
set linetype 63 linecolor rgb "#D55E00" linewidth 2.6 dashtype (5, 3)
set linetype 64 linecolor rgb "#009E73" linewidth 1.6 dashtype (12, 4, 2, 4)
set linetype 65 linecolor rgb "#909090" linewidth 2.0 dashtype (1.5, 2.5)
set linetype 71 linecolor rgb "#000000" linewidth 1.2 dashtype solid pointtype 7 pointsize 0.7
set linetype 72 linecolor rgb "#0072B2" linewidth 1.2 dashtype solid pointtype 12 pointsize 0.9
set linetype 73 linecolor rgb "#D55E00" linewidth 1.2 dashtype solid pointtype 5 pointsize 0.6
set linetype 74 linecolor rgb "#009E73" linewidth 1.2 dashtype solid pointtype 8 pointsize 0.8

set multiplot
set logscale xy
set xrange [0.43:75]
set xtics ("0.5" 0.5, "1" 1, "2" 2, "4" 4, "8" 8, "16" 16, "32" 32, "64" 64)
set xlabel "sample ratio {/:Italic α} = {/:Italic n}/{/:Italic d}"
set tmargin at screen 0.90
set bmargin at screen 0.155
unset key
do for [i = 1:2] {
    r = word("fixed best", i)
    set lmargin at screen (i == 1 ? 0.085 : 0.445)
    set rmargin at screen (i == 1 ? 0.38 : 0.735)
    set label 99 letter(i - 1) at graph 0, graph 1 offset 0, 0.6
    set title (i == 1 ? "all at {/:Italic λ} = 0.1" : "each at its best {/:Italic λ}") offset 0, -0.5
    if (i == 1) {
        set ylabel "excess risk" offset 1, 0
        set yrange [0.06:0.7]
        set ytics ("0.06" 0.06, "0.1" 0.1, "0.2" 0.2, "0.4" 0.4, "0.6" 0.6)
    } else {
        unset ylabel
        set yrange [0.065:0.1]
        set ytics ("0.07" 0.07, "0.08" 0.08, "0.09" 0.09, "0.10" 0.10)
        set key at screen 0.995, screen 0.90 right top
    }
    plot for [k = 1:4] lines(r, k, 1) using "alpha":"excess_risk" with lines linetype 60 + k title name(k), \
         lines(r, 1, 0) using "alpha":"excess_risk" with lines linetype 65 title "ridge, no outliers", \
         for [k = 1:4] points(r, k) using "alpha":"excess_risk":"excess_risk_sem" with yerrorbars linetype 70 + k, \
         networks using (NaN):(NaN):(NaN) with yerrorbars linetype 71 title "networks"
}
unset multiplot
