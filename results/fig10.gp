# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 10: outliers of the feature covariance against the step size, theory at the width of the simulation; the
# shaded part is the bulk.
width = 7.2
height = 4.4
load "results/style.gp"

theory = data . "/fig10-theory.tsv"
simulated = data . "/fig10-simulated.tsv"

set logscale y
set xrange [0:4.1]
set yrange [1.6:400]
set ytics (2, 5, 10, 20, 50, 100, 200)
set xlabel "step size {/:Italic η}" offset 0, 0.3
set ylabel "eigenvalue {/:Italic x}" offset 1.2, 0
set style fill solid 0.25 noborder
set key at graph 0.98, 0.36 right
set label 1 "bulk" at 0.3, 2.3 front
rank(k) = sprintf("< awk '$2 == %d' %s", k, theory)
plot rank(0) using 1:3:(1.6) with filledcurves linecolor rgb "#909090", \
     rank(0) using 1:3 with lines linetype 1 title "edge of the bulk", \
     rank(1) using 1:3 with lines linetype 5 title "outliers, theory", \
     rank(2) using 1:3 with lines linetype 5, \
     simulated using "eta":"outlier":"sem" with yerrorbars pointtype 6 pointsize 0.9 \
         linecolor rgb "#D55E00" title "drawn networks, {/:Italic d} = 400"
