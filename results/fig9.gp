# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 9: density of the feature covariance before and after one giant step; histogram of trained networks; the
# upper end on a logarithmic scale.
width = 7.6
height = 4.4
load "results/style.gp"

before = data . "/fig9-before.tsv"
after = data . "/fig9-after.tsv"
histogram = data . "/fig9-histogram.tsv"

# Where the density rises at its lower edge, 0.013, its line would be one with the axis.
above(x, y) = x > 0.03 ? y : NaN
outlier = real(system("sed -n 's/^# spectrum.outliers: //p' " . histogram))
set multiplot
set xrange [0:4.6]
set yrange [0:1.2]
set xlabel "eigenvalue {/:Italic x}" offset 0, 0.3
set ylabel "density" offset 1.2, 0
set style fill solid 0.35 noborder
set key at graph 0.98, 0.31 right
set label 2 sprintf("outlier at %.0f →", outlier) at graph 0.985, 0.06 right front
plot histogram using (0.5*(column("x_low") + column("x_high"))):"density":(column("x_high") - column("x_low")) \
         with boxes linecolor rgb "#D55E00" title "trained networks, {/:Italic d} = 1000", \
     before using "x":(above(column("x"), column("density"))) with lines linetype 1 title "theory, before the step", \
     after using "x":(above(column("x"), column("density"))) with lines linetype 5 title "theory, after one step, {/:Italic α}_0 = 0.5"

set origin 0.36, 0.40
set size 0.61, 0.57
unset key
unset label 2
set xrange [2:4.5]
set yrange [0.0005:0.3]
set logscale y
set xlabel ""
set ylabel ""
set xtics 1
set ytics ("0.001" 0.001, "0.01" 0.01, "0.1" 0.1)
set label 1 "logarithmic scale" at graph 0.96, 0.9 right front
plot histogram using (0.5*(column("x_low") + column("x_high"))):"density":(column("x_high") - column("x_low")) \
         with boxes linecolor rgb "#D55E00", \
     before using "x":"density" with lines linetype 1, \
     after using "x":"density" with lines linetype 5
unset multiplot
