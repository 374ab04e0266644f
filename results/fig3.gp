# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 3: excess risk of case F against the width p: limit, finite-width theory, simulation; below, what is left
# between simulation and theory.
width = 6.4
height = 5.4
load "results/style.gp"

theory = data . "/fig3-width.tsv"
networks = "results/fig3-networks.tsv"
stats data . "/fig3-limit.tsv" every ::0::0 using "excess_risk" nooutput
limit = STATS_max
set multiplot
set lmargin at screen 0.15
set rmargin at screen 0.97
set logscale x
set xrange [90:3300]
set tmargin at screen 0.965
set bmargin at screen 0.41
set yrange [0:0.6]
set ytics 0, 0.1, 0.6
set ylabel "excess risk" offset -0.3, 0
set label 99 letter(0) at graph 0.02, graph 0.93
set xtics ("" 100, "" 200, "" 500, "" 1000, "" 2000)
set key at graph 0.97, 0.95 right top
plot limit with lines linetype 16 title "limit {/:Italic p} → ∞", \
     theory using "width":"excess_risk" with lines linetype 27 title "theory at width {/:Italic p}", \
     networks using "p":"excess_risk":"excess_risk_sem" with yerrorbars linetype 45 \
         title "networks, mean ± standard error"

set tmargin at screen 0.38
set bmargin at screen 0.115
set yrange [-6:10]
set ytics ("−4" -4, "0" 0, "4" 4, "8" 8)
set ylabel "minus theory, %" offset -0.3, 0
set xlabel "width {/:Italic p} = 1.5 {/:Italic d}" offset 0, 0.3
set xtics ("100" 100, "200" 200, "500" 500, "1000" 1000, "2000" 2000)
unset key
set label 99 letter(1) at graph 0.02, graph 0.88
# Points over the theory at their width.
ratio = "< awk -F '\\t' -v OFS='\\t' '/^#/ || !NF { next } NR == FNR { t[$7] = $9; next } $9 in t { print $9, $12/t[$9], $13/t[$9] }' " \
    . data . "/fig3-points.tsv " . networks
plot 0 with lines linetype 9, \
     ratio using 1:(100*($2 - 1)):(100*$3) with yerrorbars linetype 45
unset multiplot
