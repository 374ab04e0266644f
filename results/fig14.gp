# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 14: the square of step exponents: how many directions separate beyond the first, and the best overlap
# with the target when the batch is reused.
width = 8.6
height = 4.1
load "results/style.gp"

map = data . "/fig14.tsv"
set multiplot layout 1, 2
set view map
set xrange [0:0.4875]
set yrange [0:0.4875]
set size square
set xtics 0, 0.1, 0.4
set ytics 0, 0.1, 0.4
set xlabel "exponent {/:Italic a}_1 of the first step" offset 0, 0.3
set ylabel "exponent {/:Italic a}_2 of the second step" offset 1, 0
unset key
unset colorbox
set title "directions beyond the first" offset 0, -0.5
set palette defined (0 "#FFFFFF", 1 "#D4E6F1", 2 "#A9CCE3", 3 "#7FB3D5", 4 "#5499C7", 5 "#2E86C1", 6 "#1B4F72")
set cbrange [0:6]
do for [k = 1:3] {
    set label k sprintf("%d", k) at 0.5 - 0.40/(k + 0.5), 0.40 center front
}
set label 6 "0" at 0.13, 0.15 center front
set label 7 "≥ 6" at 0.457, 0.43 center front textcolor rgb "#FFFFFF"
plot map using 1:2:3 with image, \
     for [k = 1:6] k*(0.5 - x) with lines linetype 9
do for [k = 1:7] { unset label k }
set ylabel ""
set colorbox
set title "best overlap, reused batch" offset 0, -0.5
set palette defined (0 "#FFFFFF", 0.1 "#FDDBC7", 0.25 "#B2182B")
set cbrange [0:0.27]
set cbtics 0, 0.05, 0.25
set label 1 "0.25" at 0.41, 0.33 center front textcolor rgb "#FFFFFF"
set label 2 "0" at 0.2, 0.2 center front
plot map using 1:2:5 with image, \
     for [k = 1:2] k*(0.5 - x) with lines linetype 9
unset multiplot
