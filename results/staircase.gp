# SPDX-License-Identifier: GPL-3.0-or-later
# Staircase: excess risk against the exponent s of the step size K0 p^(s - 1/2), at three widths and in the limit; points are
# networks of width 500, the thin line the theory at their width.
width = 6.4
height = 4.2
load "results/style.gp"

table(w) = sprintf("%s/staircase-%s.tsv", data, w)
limits = data . "/staircase-limits.tsv"
# Stages as steps, up to their last threshold; thresholds as points.
stages = sprintf("< awk -F '\\t' '$1 == \"stage\" && $4 > 0 { print $2 \"\\t\" $5; print $3 \"\\t\" $5 }' '%s'", limits)
thresholds = sprintf("< awk -F '\\t' '$1 == \"threshold\" { print $2 \"\\t\" $5 }' '%s'", limits)

set xrange [-0.01:0.51]
set yrange [0.8:1.9]
set xlabel "exponent {/:Italic s} of the step size {/:Italic K}_0 {/:Italic p}^{ {/:Italic s}-1/2}"
set ylabel "excess risk" offset 1, 0
set xtics ("0" 0, "0.1" 0.1, "0.2" 0.2, "1/4" 0.25, "1/3" 0.3333, "3/8" 0.375, "2/5" 0.4, "1/2" 0.5) font ",8"
set ytics 0.2
set linetype 61 linecolor rgb "#56B4E9" linewidth 2.2 dashtype solid
set linetype 62 linecolor rgb "#009E73" linewidth 2.2 dashtype (12, 4, 2, 4)
set linetype 63 linecolor rgb "#D55E00" linewidth 2.2 dashtype (16, 5)
set linetype 64 linecolor rgb "#56B4E9" linewidth 1.0 dashtype solid
set linetype 65 linecolor rgb "#000000" linewidth 1.2 dashtype solid pointtype 6 pointsize 0.7
do for [k = 1:5] {
    threshold = (k - 1)/(2.0*k)
    set arrow k from threshold, graph 0 to threshold, graph 1 nohead linetype 9 dashtype (2, 4)
}
set key bottom left
plot stages using 1:2 with lines linetype 5 title "{/:Italic p} = ∞", \
     thresholds using 1:2 with points linetype 5 pointtype 7 pointsize 0.7 notitle, \
     table("1e12") using "step_exponent":"excess_risk" with lines linetype 63 title "10^{12}", \
     table("1e6") using "step_exponent":"excess_risk" with lines linetype 62 title "10^{6}", \
     table("1e3") using "step_exponent":"excess_risk" with lines linetype 61 title "1000", \
     table("500") using "step_exponent":"excess_risk" with lines linetype 64 title "500", \
     "results/staircase-networks.tsv" using "step_exponent":"excess_risk":"excess_risk_sem" with yerrorbars linetype 65 \
         title "networks, 500"
