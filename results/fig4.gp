# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 4: excess risk against alpha by batch ratio, exact bulk solid, isotropic bulk dashed, trained networks as
# points; below, how far the isotropic bulk is off.
width = 8.6
height = 6.2
load "results/style.gp"

exact = data . "/fig4-exact.tsv"
isotropic = data . "/fig4-isotropic.tsv"
networks = "results/fig4-networks.tsv"
# How far off the isotropic bulk is, in percent, batch by batch.
off = "< awk -F '\\t' -v OFS='\\t' '/^#/ || !NF { next } /^eta\t/ { for (i = 1; i <= NF; i++) at[$i] = i; file++; next } \
    file == 1 { exact[n++] = $at[\"excess_risk\"]; next } \
    m && $at[\"alpha0\"] != last { print \"\\n\" } \
    { last = $at[\"alpha0\"]; print $at[\"alpha\"], 100*($at[\"excess_risk\"]/exact[m++] - 1) }' " \
    . exact . " " . isotropic
batch(k) = word("0.25 0.5 1 2 8 32", k + 1)

set multiplot
set xrange [0.1:4.1]
set lmargin at screen 0.105
set rmargin at screen 0.785

set tmargin at screen 0.97
set bmargin at screen 0.41
set logscale y
set yrange [0.02:0.6]
set ytics ("0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5)
set ylabel "excess risk" offset 0, 0
set xtics ("" 0.2, "" 1, "" 2, "" 3, "" 4)
set xtics add ("" 0.5 1, "" 1.5 1, "" 2.5 1, "" 3.5 1)
set key at screen 0.80, screen 0.955 left top title "theory, {/:Italic α}_0" left
set label 99 letter(0) at graph 0.02, graph 0.94
plot for [k = 0:5] curve(isotropic, k) using "alpha":"excess_risk" with lines linetype 31 + k, \
     for [k = 0:5] curve(exact, k) using "alpha":"excess_risk" with lines linetype 21 + k \
         title batch(k), \
     for [k = 0:5] curve(networks, k) using "alpha":"excess_risk":"excess_risk_sem" with yerrorbars \
         linetype 51 + k, \
     NaN with lines linetype 27 title "exact bulk", \
     NaN with lines linetype 37 title "isotropic bulk", \
     networks using (NaN):(NaN):(NaN) with yerrorbars linetype 45 title "networks"

set tmargin at screen 0.385
set bmargin at screen 0.095
unset logscale y
set yrange [-16:8]
set ytics ("−15" -15, "−10" -10, "−5" -5, "0" 0, "5" 5)
set ylabel "error of isotropic, %" offset 0, 0
set xlabel "sample ratio {/:Italic α} = {/:Italic n}/{/:Italic d}" offset 0, 0.3
set xtics ("0.2" 0.2, "1" 1, "2" 2, "3" 3, "4" 4)
set xtics add ("" 0.5 1, "" 1.5 1, "" 2.5 1, "" 3.5 1)
unset key
set label 99 letter(1) at graph 0.02, graph 0.88
plot 0 with lines linetype 9, \
     for [k = 0:5] off index k using 1:2 every 2 with linespoints linetype 51 + k linewidth 2.2 pointinterval 14
unset multiplot
