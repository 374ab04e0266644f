# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 19: threshold of separability alpha_c against the step size, one curve per variance of the label noise, one panel per
# batch ratio; thin lines, the untrained network.
width = 8.2
height = 4
load "results/style.gp"

trained = data . "/fig19-trained.tsv"
untrained = data . "/fig19-untrained.tsv"
noise(k) = word("0 0.1 0.5 2", k)
style(k) = 62 + k
# Rows of one batch ratio and noise, with the header.
rows(table, ratio, k) = sprintf("< awk -F '\\t' '/^#/ || !NF { next } !head++ || ($2 == %d && $4 == %s)' '%s'", \
    ratio, noise(k), table)
left(panel) = 0.085 + 0.37*(panel - 1)
set linetype 62 linecolor rgb "#909090" linewidth 1.2 dashtype (1.5, 2.5)
set linetype 63 linecolor rgb "#1A1A3A" linewidth 2.2 dashtype solid
set linetype 64 linecolor rgb "#0072B2" linewidth 2.2 dashtype (16, 5)
set linetype 65 linecolor rgb "#D55E00" linewidth 2.2 dashtype (12, 4, 2, 4)
set linetype 66 linecolor rgb "#E8A33D" linewidth 2.6 dashtype (5, 3)

set multiplot
set logscale x
set xrange [0.085:4.7]
set yrange [1.9:6.6]
set xtics ("0.1" 0.1, "0.2" 0.2, "0.5" 0.5, "1" 1, "2" 2, "4" 4)
set ytics 1
set xlabel "step size {/:Italic η}"
set bmargin at screen 0.14
set tmargin at screen 0.91
set ylabel "threshold of separability {/:Italic α}_c" offset 1, 0
unset key
do for [panel = 1:2] {
    ratio = panel == 1 ? 2 : 20
    set lmargin at screen left(panel)
    set rmargin at screen left(panel) + 0.335
    set title sprintf("{/:Italic α}_0 = %d", ratio) offset 0, -0.5
    set label 99 letter(panel - 1) at graph 0, graph 1 offset 0, 0.6
    if (panel == 2) {
        unset ylabel
        set format y ""
        set key at screen 0.815, screen 0.86 left top title "theory, noise Δ" left
    }
    plot for [k = 1:4] rows(untrained, 0, k) using (0.1):"alpha_c":(3.9):(0) with vectors nohead linetype 62, \
         for [k = 1:4] rows(trained, ratio, k) using "eta":"alpha_c" with lines linetype style(k) title noise(k), \
         NaN with lines linetype 62 title "untrained"
}
unset multiplot
