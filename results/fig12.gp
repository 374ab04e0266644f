# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 12: leading singular values of the first layer against its width; lines: finite-rank sum and bulk;
# thin lines: the exponents alone; points: networks.
width = 8.6
height = 3.9
load "results/style.gp"

theory = data . "/fig12.tsv"
networks = "results/fig12-networks.tsv"
rows(batch, k) = sprintf("< awk -F'\t' '!/^#/ && $4 == \"%s\" && $5 == %d' %s", batch, k, networks)
lines(batch, k) = sprintf("< awk -F'\t' '!/^#/ && $3 == \"%s\" && $4 == %d' %s", batch, k, theory)

# The strengths at the largest width, where the thin lines touch them.
do for [batch in "fresh reuse"] {
    do for [k = 0:1] {
        stats lines(batch, k) using 6 name sprintf("%s%d", batch, k) nooutput
    }
}
set multiplot layout 1, 2
set logscale xy
set lmargin 7
set xrange [190:5300]
set yrange [1.6:400]
set xtics ("250" 250, "500" 500, "1000" 1000, "2000" 2000, "4000" 4000)
set ytics ("2" 2, "3" 3, "5" 5, "10" 10, "20" 20, "50" 50, "100" 100)
set xlabel "width {/:Italic N} = {/:Italic d}" offset 0, 0.3
set ylabel "singular values of {/:Bold W}" offset 1.5, 0
set key top left
do for [batch in "fresh reuse"] {
    set title (batch eq "fresh" ? "fresh second batch" : "reused batch") offset 0, -0.5
    set label 99 letter(batch eq "fresh" ? 0 : 1) at graph 0, graph 1 offset 0, 0.6
    if (batch eq "reuse") { unset key; set ylabel "" }
    plot value(batch . "0_max")*(x/5000)**0.4 with lines linetype 9 title "{/:Italic N}^{ 0.4} and {/:Italic N}^{ 0.15}", \
         value(batch . "1_max")*(x/5000)**0.15 with lines linetype 9, \
         lines(batch, 0) using 1:7 with lines linetype 4 title "theory, {/:Italic k} = 0", \
         lines(batch, 1) using 1:7 with lines linetype 2 title "theory, {/:Italic k} = 1", \
         lines(batch, 1) using 1:9 with lines linetype 1 title "end of the bulk", \
         rows(batch, 0) using 1:12:13 with yerrorbars linetype 4 dashtype solid pointtype 7 pointsize 0.7 title "networks", \
         rows(batch, 1) using 1:12:13 with yerrorbars linetype 2 dashtype solid pointtype 5 pointsize 0.7, \
         rows(batch, 2) using 1:12:13 with yerrorbars linetype 1 dashtype solid pointtype 7 pointsize 0.5 title "third singular value"
}
unset multiplot
