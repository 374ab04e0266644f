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
set key bottom right
set label 1 "bulk" at 1.9, 2.1
plot theory using "eta":(column("index") == 0 ? column("outlier") : NaN):(1.6) with filledcurves \
         linecolor rgb "#909090", \
     theory using "eta":(column("index") == 0 ? column("outlier") : NaN) with lines linetype 1 title "edge of the bulk", \
     theory using "eta":(column("index") == 1 ? column("outlier") : NaN) with lines linetype 5 title "outliers, theory", \
     theory using "eta":(column("index") == 2 ? column("outlier") : NaN) with lines linetype 5, \
     simulated using "eta":"outlier":"sem" with yerrorbars pointtype 6 pointsize 0.9 \
         linecolor rgb "#D55E00" title "drawn networks, {/:Italic d} = 400"
