# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 7: overlaps U with the target's three variables and bulk variance c after each giant step, both groups of
# neurons; theory as lines, trained networks as points.
width = 7.6
height = 4.4
load "results/style.gp"

networks = "results/fig7-networks.tsv"
style(k) = int(word("5 4 2", k))
group(g) = sprintf("< awk -F'\t' '$2 == \"group\" || $2 == %d' %s", g, networks)
name(k) = sprintf("U_%d", k)

set xrange [-0.15:5.15]
set xtics 0, 1
set xlabel "giant steps" offset 0, 0.3
set multiplot layout 1, 2
set key bottom left
do for [g = 1:2] {
    set title sprintf("neurons of second layer %s", g == 1 ? "+1" : "−1") offset 0, -0.6
    set label 99 letter(g - 1) at graph 0, graph 1 offset 0, 0.6
    set ylabel g == 1 ? "mean overlap, bulk variance" : "" offset 0.5, 0
    set yrange [-2.2:2.2]
    if (g == 2) { unset key }
    plot 0 with lines linetype 9, \
         for [k = 1:3] group(g) using "step":name(k) with lines linetype style(k) \
             title sprintf("theory, {/:Italic U} on {/:Italic z}_%d", k), \
         group(g) using "step":"c" with lines linetype 1 title "theory, {/:Italic c}", \
         for [k = 1:3] group(g) using "step":(column(name(k) . "_sim")):(column(name(k) . "_sem")) \
             with yerrorbars linetype 40 + style(k), \
         group(g) using "step":"c_sim":"c_sem" with yerrorbars linetype 41, \
         networks using (NaN):(NaN):(NaN) with yerrorbars linetype 45 title "networks"
}
unset multiplot
