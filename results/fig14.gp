# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 14: the square of step exponents: how many directions separate beyond the first, and the best overlap
# with the target when the batch is reused.
width = 8.6
height = 4.1
load "results/style.gp"

map = data . "/fig14.tsv"
# The k-th direction separates where a_2 > k(1/2 - a_1): the areas are drawn to these edges, and the table, on a grid, says
# how many there are and how large the overlap is.
edge(k, x) = k*(0.5 - x) < top ? k*(0.5 - x) : top
top = 0.4875
stats map using 3 nooutput name "count"
stats map using 5 nooutput name "overlap"
shades = "#D4E6F1 #A9CCE3 #7FB3D5 #5499C7 #2E86C1 #1B4F72"

set multiplot
set xrange [0:top]
set yrange [0:top]
set size square
set samples 400
set xtics 0, 0.1, 0.4
set ytics 0, 0.1, 0.4
set xlabel "exponent {/:Italic a}_1 of the first step" offset 0, 0.3
set ylabel "exponent {/:Italic a}_2 of the second step" offset 1, 0
set tmargin at screen 0.90
set bmargin at screen 0.15
set lmargin at screen 0.08
set rmargin at screen 0.50
unset key
set title "directions beyond the first" offset 0, -0.5
set label 99 letter(0) at graph 0, graph 1 offset 0, 0.6
do for [k = 1:3] {
    set label k sprintf("%d", k) at 0.5 - 0.40/(k + 0.5), 0.40 center front
}
set label 6 "0" at 0.13, 0.15 center front
set label 7 sprintf("≥ %d", count_max) at 0.457, 0.43 center front textcolor rgb "#FFFFFF"
plot for [k = 1:6] "+" using 1:(edge(k, $1)):(top) with filledcurves linecolor rgb word(shades, k), \
     for [k = 1:6] k*(0.5 - x) with lines linetype 9
do for [k = 1:7] { unset label k }
set ylabel ""
set lmargin at screen 0.56
set rmargin at screen 0.98
set title "best overlap, reused batch" offset 0, -0.5
set label 99 letter(1)
set label 1 sprintf("%.2g", overlap_max) at 0.41, 0.33 center front textcolor rgb "#FFFFFF"
set label 2 "0" at 0.2, 0.2 center front
plot "+" using 1:(edge(2, $1)):(top) with filledcurves linecolor rgb "#2E86C1", \
     for [k = 1:2] k*(0.5 - x) with lines linetype 9
unset multiplot
