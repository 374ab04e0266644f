# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 17: excess risk against the number of steps that share a budget of samples, each at its best step size; theory as
# lines, trained networks as points, one panel per target.
width = 8.2
height = 4
load "results/style.gp"

networks = "results/fig17-networks.tsv"
theory(name) = sprintf("%s/fig17-%s.tsv", data, name)
style(k) = 23 + k
budget(k) = int(word("2 8 32", k))
# Rows of one budget, with the header; `alpha0' and `steps' are found by name.
spent(table, filter, k) = sprintf("< awk -F '\\t' -v budget=%d '/^#/ || !NF { next } !head++ { for (i = 1; i <= NF; i++) \
    at[$i] = i; print; next } { off = $at[\"alpha0\"]*$at[\"steps\"]/budget - 1 } %s off*off < 1e-6' '%s'", \
    budget(k), filter, table)

set multiplot
set logscale y
set xrange [0.7:6.3]
set yrange [0.008:0.5]
set xtics 1, 1
set xlabel "number of steps {/:Italic T}"
set bmargin at screen 0.14
set tmargin at screen 0.91
set ylabel "excess risk" offset 1, 0
set ytics ("0.01" 0.01, "0.02" 0.02, "0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5)
unset key
do for [panel = 1:2] {
    name = word("sin tanh", panel)
    set lmargin at screen (panel == 1 ? 0.09 : 0.445)
    set rmargin at screen (panel == 1 ? 0.425 : 0.78)
    set title (panel == 1 ? "tanh({/:Italic z}) learns sin({/:Italic z}_1)" : \
        "tanh({/:Italic z} + 0.5) learns tanh(2{/:Italic z}_1)") offset 0, -0.5
    set label 99 letter(panel - 1) at graph 0, graph 1 offset 0, 0.6
    if (panel == 2) {
        unset ylabel
        set ytics ("" 0.01, "" 0.02, "" 0.05, "" 0.1, "" 0.2, "" 0.5)
        set key at screen 0.80, screen 0.86 left top title "theory, samples/{/:Italic d},\nall steps" left
    }
    plot for [k = 1:3] spent(theory(name), "", k) using "steps":"excess_risk" with lines linetype style(k) \
             title sprintf("%d", budget(k)), \
         for [k = 1:3] spent(networks, sprintf("$1 == \"%s\" &&", name), k) using "steps":"excess_risk":"excess_risk_sem" \
             with yerrorbars linetype 30 + style(k), \
         networks using (NaN):(NaN):(NaN) with yerrorbars linetype 45 title "networks"
}
unset multiplot
