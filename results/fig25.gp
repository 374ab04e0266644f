# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 25: excess risk against the number of samples at the best ridge, before and after one step, inputs with a power law.
width = 8.2
height = 3.8
load "results/style.gp"

# The least excess risk over the ridges, a block per step size.
best(name, k) = sprintf("< awk -F '\\t' -v k=%d '/^#/ || !NF { next } $1 == \"eta\" { next } \
    !($1 in at) { at[$1] = n++ } at[$1] == k && (!($8 in least) || $9 < least[$8]) { least[$8] = $9 } \
    END { for (a in least) print a \"\\t\" least[a] }' %s/fig25-%s.tsv | sort -g", k, data, name)

set multiplot
set logscale xy
set xrange [2e-4:15]
set yrange [0.008:1.2]
set xtics ("10^{-3}" 1e-3, "10^{-2}" 1e-2, "0.1" 0.1, "1" 1, "10" 10)
set xlabel "samples {/:Italic n}/{/:Italic d}"
set bmargin at screen 0.15
set tmargin at screen 0.91
set ylabel "excess risk, best ridge" offset 1, 0
set ytics ("0.01" 0.01, "0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5, "1" 1)
set datafile separator "\t"
do for [panel = 1:2] {
    name = word("linear sin", panel)
    set lmargin at screen (panel == 1 ? 0.085 : 0.56)
    set rmargin at screen (panel == 1 ? 0.505 : 0.98)
    set title (panel == 1 ? "target {/:Italic z}_1" : "target sin(2{/:Italic z}_1)") offset 0, -0.5
    if (panel == 2) {
        unset ylabel
        set yrange [0.33:0.6]
        set ytics ("0.35" 0.35, "0.4" 0.4, "0.45" 0.45, "0.5" 0.5, "0.55" 0.55, "0.6" 0.6)
    }
    if (panel == 1) { set key left bottom } else { set key right top }
    plot for [k = 1:3] best(name, k - 1) using 1:2 with lines linetype int(word("1 6 5", k)) \
             title (k == 1 ? "untrained" : sprintf("one step, {/:Italic η} = %s", \
             word(panel == 1 ? "0.0001 0.003" : "0.003 0.03", k - 1))), \
         [2e-4:15] (panel == 1 ? 0.028/sqrt(x) : NaN) with lines linetype 9 title (panel == 1 ? "{/:Italic n}^{−1/2}" : "")
}
unset multiplot
