# SPDX-License-Identifier: GPL-3.0-or-later
# Outliers of the features' covariance at p = 1e6 against the exponent of the step size.
width = 6.4
height = 4.0
load "results/style.gp"

set xrange [-0.01:0.51]
set yrange [2:1.6e6]
set logscale y
set format y "10^{%T}"
set xlabel "exponent {/:Italic s} of the step size {/:Italic K}_0 {/:Italic p}^{ {/:Italic s}-1/2}"
set ylabel "eigenvalue" offset 1, 0
set xtics ("0" 0, "0.1" 0.1, "0.2" 0.2, "1/4" 0.25, "1/3" 0.3333, "3/8" 0.375, "2/5" 0.4, "1/2" 0.5) font ",8"
do for [k = 1:5] {
    threshold = (k - 1)/(2.0*k)
    set arrow k from threshold, graph 0 to threshold, graph 1 nohead linetype 9 dashtype (2, 4)
}
set linetype 65 linecolor rgb "#000000" linewidth 1.2 dashtype solid pointtype 7 pointsize 0.6
set label 1 "constant" at 0.02, 1.3e5 font ",8"
do for [k = 1:5] { set label k + 1 sprintf("%d", k) at (k - 1)/(2.0*k) + 0.004, 9e5 font ",8" textcolor rgb "#0072B2" }
set label 10 "{/:Italic p}^{2{/:Italic s}}" at 0.21, 40 font ",8" textcolor rgb "#0072B2"
plot (x > 0.08 && x <= 0.5 ? 0.25*1e6**(2*x) : NaN) with lines linetype 9 linecolor rgb "#0072B2" dashtype (6, 4), \
     data . "/outliers.tsv" using "step_exponent":"outlier" with points linetype 65
