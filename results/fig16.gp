# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 16: what the curve of infinite batches leaves out after two steps, over the plane of batch ratio and step size:
# excess risk over that at alpha0 = inf, minus one, on a logarithmic scale; dashed, the best step size at each ratio.
width = 8.6
height = 5.2
load "results/style.gp"

finite = data . "/fig16-finite.tsv"
infinite = data . "/fig16-infinite.tsv"
best = data . "/fig16-best.tsv"
# Step size, logarithm of the batch ratio, what is left out in percent; an empty line between step sizes.
excess = "< awk '/^#/ || !NF || /^eta/ { next } FNR == NR { limit[$1] = $9; next } \
    $1 != last { if (n++) print \"\"; last = $1 } \
    { printf \"%.14g %s %.12g\\n\", log($2)/log(10), $1, 100*($9/limit[$1] - 1) }' " . infinite . " " . finite
set datafile separator whitespace

set xrange [log10(0.4999):log10(100.01)]
set yrange [0.25:6]
set xtics ("0.5" log10(0.5))
do for [x in "1 2 5 10 20 50 100"] { set xtics add (x log10(x)) }
set ytics ("0.25" 0.25, "1" 1, "2" 2, "3" 3, "4" 4, "5" 5, "6" 6)
set xlabel "batch ratio of both steps, {/:Italic α}_0 = {/:Italic n}_0/{/:Italic d}" offset 0, 0.3
set ylabel "step size {/:Italic η}" offset 1, 0

set view map
set contour base
set lmargin at screen 0.075
set rmargin at screen 0.82
set bmargin at screen 0.135
set tmargin at screen 0.965
set cntrparam levels discrete 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000
set cntrlabel onecolor start 12 interval 400 format "+%g" font ",9"
set style textbox noborder opaque margins 0.4, 0.4
set logscale cb
set cbrange [0.8:4000]
set palette defined (0 "#FFFFF0", 1 "#FDE3A7", 2 "#F4A94E", 3 "#D9691E", 4 "#A8431A", 5 "#6E2A20")
set palette maxcolors 64
set colorbox user origin screen 0.85, screen 0.135 size screen 0.025, screen 0.80
set cbtics ("+1" 1, "+10" 10, "+100" 100, "+1000" 1000)
set cblabel "finite batches over infinite ones, %" offset 0.5, 0
unset key
splot excess using 1:2:3 with image nocontour, \
      excess using 1:2:3 with lines nosurface linecolor rgb "#000000" linewidth 0.7 dashtype solid, \
      best using (log10($2)):1:(1) with lines nocontour linecolor rgb "#FFFFFF" linewidth 4.5 dashtype solid, \
      best using (log10($2)):1:(1) with lines nocontour linecolor rgb "#005088" linewidth 2.4 dashtype (8, 5), \
      excess using 1:2:3 with labels boxed nosurface
