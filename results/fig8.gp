# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 8: what one giant step recovers on n0 = d^l samples; points simulated, lines to leading order at the
# same d.  Panels: the mean direction of a target of leap 1, its second direction, both of a target of leap 2.
width = 8.6
height = 3.4
load "results/style.gp"

d(k) = word("32 96 256", k + 1)
shape(k) = 2*k + 5
colour(k) = word("#E8A33D #009E73 #1A1A3A", k + 1) # light to dark as in style.gp
measure = "mean second pair"
rows(m, k) = "< awk -F '\\t' '$1 == \"" . m . "\" && $3 == " . d(k) . "' results/fig8-networks.tsv"

set multiplot
set xrange [0.93:2.32]
set xtics ("1" 1, "1.5" 1.5, "2" 2) 
set xtics add ("" 1.25 1, "" 1.75 1, "" 2.25 1)
set yrange [0:0.9]
set ytics 0, 0.2
set tmargin at screen 0.80
set bmargin at screen 0.16
titles = "'leap 1: mean direction' 'leap 1: second direction' 'leap 2: both directions'"
steps = "'{/:Italic η} ∼ 1' '{/:Italic η} ∼ {/:Italic d}^{1/2}' '{/:Italic η} ∼ {/:Italic d}^{1/2}'"
targets = "'{/:Italic g} = {/:Italic z}_1 + {/:Italic z}_1{/:Italic z}_2' '{/:Italic g} = {/:Italic z}_1 + {/:Italic z}_1{/:Italic z}_2' '{/:Italic g} = {/:Italic z}_1{/:Italic z}_2'"
do for [i = 1:3] {
    m = word(measure, i)
    set lmargin at screen 0.085 + 0.308*(i - 1)
    set rmargin at screen 0.085 + 0.308*(i - 1) + 0.285
    set label 99 letter(i - 1) at graph 0, graph 1 offset 0, 0.6
    set label 1 word(titles, i) at graph 0.5, 1.17 center
    set label 2 word(targets, i) . ", " . word(steps, i) at graph 0.5, 1.06 center
    set xlabel "{/:Italic l},  {/:Italic n}_0 = {/:Italic d}^{ {/:Italic l}}" offset 0, 0.3
    if (i == 1) { set ylabel "part of |{/:Italic w}|^2 recovered" offset 1, 0; set format y "%g" } else { unset ylabel; set format y "" }
    if (i == 2) { set key at graph 0.06, 0.97 left top title "{/:Italic d}" left } else { unset key }
    set arrow 1 from (i == 1 ? 1 : 2), graph 0 to (i == 1 ? 1 : 2), graph 1 nohead linetype 9 dashtype (2, 4)
    plot for [k = 0:2] rows(m, k) using 4:9 smooth mcsplines with lines linetype 9 linecolor rgb colour(k) linewidth 1.4, \
         for [k = 0:2] rows(m, k) using 4:7:8 with yerrorbars linetype 9 linecolor rgb colour(k) pointtype shape(k) pointsize 0.6 \
             linewidth 1.4 title d(k)
}
unset multiplot
