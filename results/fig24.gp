# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 24: learning curves before and after one step on inputs of three spectra; theory as lines, networks as points.
width = 9
height = 3.6
load "results/style.gp"

networks = "results/fig24-networks.tsv"
theory(name) = sprintf("%s/fig24-%s.tsv", data, name)
names = "flat levels power"
style(k) = int(word("1 6 5", k))
label(k) = k == 1 ? "untrained" : k == 2 ? "{/:Italic α}_0 = 2" : "{/:Italic α}_0 = ∞"
# Rows of one batch, with the header.
batch(k) = word("0 2 inf", k)
drawn(name, k) = sprintf("< awk -F '\\t' '/^#/ || !NF { next } !head++ { print; next } $1 == \"%s\" && $3 == \"%s\"' '%s'", \
    name, batch(k), networks)

set multiplot
set logscale xy
set xrange [0.18:11]
set yrange [0.04:0.6]
set xtics ("¼" 0.25, "½" 0.5, "1" 1, "2" 2, "4" 4, "8" 8)
set xlabel "samples {/:Italic n}/{/:Italic d}"
set bmargin at screen 0.15
set tmargin at screen 0.91
set ylabel "excess risk" offset 1, 0
set ytics ("0.05" 0.05, "0.1" 0.1, "0.2" 0.2, "0.5" 0.5)
unset key
do for [panel = 1:3] {
    name = word(names, panel)
    set lmargin at screen 0.075 + 0.262*(panel - 1)
    set rmargin at screen 0.32 + 0.262*(panel - 1)
    set title (panel == 1 ? "all eigenvalues equal" : panel == 2 ? "3.4 (20%) and 0.4 (80%)" : "{/:Italic ω}({/:Italic u}) ∝ 1/({/:Italic u} + 0.05)") offset 0, -0.5
    if (panel > 1) {
        unset ylabel
        set ytics ("" 0.05, "" 0.1, "" 0.2, "" 0.5)
    }
    if (panel == 3) {
        set key at screen 0.85, screen 0.86 left top
    }
    plot for [k = 1:3] curve(theory(name), k - 1) using "alpha":"excess_risk" with lines linetype style(k) \
             title label(k), \
         for [k = 1:3] drawn(name, k) using "alpha":"excess_risk":"excess_risk_sem" with yerrorbars linetype 40 + style(k), \
         networks using (NaN):(NaN):(NaN) with yerrorbars linetype 45 title "networks"
}
unset multiplot
