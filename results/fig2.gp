# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 2: the predictions that attain the bounds, as functions of kappa, and their distance from the target.
width = 8.6
height = 5
load "results/style.gp"

table(eta) = data . "/fig2-eta" . eta . ".tsv"
density(x) = exp(-x*x/2)/sqrt(2*pi)
set style fill solid noborder

set multiplot
set xrange [-4:4]
set mxtics 2
set key at screen 0.775, screen 0.88 left top
set label 1 "prediction" at screen 0.02, screen 0.67 rotate center
set label 2 "minus target" at screen 0.02, screen 0.26 rotate center

do for [panel = 0:1] {
    f = table(panel == 0 ? "1" : "3")
    set lmargin at screen 0.085 + 0.35*panel
    set rmargin at screen 0.405 + 0.35*panel
    set bmargin at screen 0.43
    set tmargin at screen 0.92
    set title "step size {/:Italic η} = " . (panel == 0 ? "1" : "3") offset 0, -0.5
    set xtics -4, 2, 4 format ""
    set label 99 letter(panel) at graph 0, graph 1 offset 0, 0.6
    unset xlabel
    set yrange [-1.6:1.6]
    set ytics -1, 1, 1 format (panel == 0 ? "%g" : "")
    set mytics 2
    shown(text) = panel == 1 ? text : ""
    plot f using "kappa":(1.2*density(column("kappa")) - 1.6) with filledcurves y1=-1.6 \
             linecolor rgb "#e0e0e0" title shown("density of {/:Italic κ}"), \
         f using "kappa":"lower" with lines linetype 14 title shown("lower"), \
         f using "kappa":"lower_published" with lines linetype 15 title shown("published lower"), \
         f using "kappa":"upper" with lines linetype 13 title shown("upper"), \
         f using "kappa":"target" with lines linetype 12 title shown("target sin {/:Italic κ}")
    unset title
    unset label
    set bmargin at screen 0.12
    set tmargin at screen 0.40
    set xtics -4, 2, 4 format "%g"
    set xlabel "projection {/:Italic κ} on the spike"
    set yrange [-0.4:0.4]
    set ytics -0.3, 0.3, 0.3 format (panel == 0 ? "%g" : "")
    set mytics 3
    plot 0 with lines linetype 9, \
         f using "kappa":(column("lower") - column("target")) with lines linetype 14, \
         f using "kappa":(column("lower_published") - column("target")) with lines linetype 15, \
         f using "kappa":(column("upper") - column("target")) with lines linetype 13
}
unset multiplot
