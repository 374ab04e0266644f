# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 5: relative error of the isotropic bulk over the plane of step size and batch ratio.  Blue where it is too
# low, yellow where it is too high; the numbers are on the contour lines, the thick one is
# where it is right by chance.
width = 8.6
height = 5.2
load "results/style.gp"

exact = data . "/fig5-exact.tsv"
isotropic = data . "/fig5-isotropic.tsv"
# Step size, logarithm of the batch ratio, error in percent; an empty line between step sizes.
off = "< awk -F '\\t' '/^#/ || !NF { next } $1 == \"eta\" { for (i = 1; i <= NF; i++) at[$i] = i; file++; next } \
    file == 1 { exact[n++] = $at[\"excess_risk\"]; next } \
    $at[\"eta\"] != last { if (m) print \"\"; last = $at[\"eta\"] } \
    { printf \"%.14g %s %.12g\\n\", log($at[\"alpha0\"])/log(10), $at[\"eta\"], 100*($at[\"excess_risk\"]/exact[m++] - 1) }' " \
    . exact . " " . isotropic
set datafile separator whitespace

set xrange [log10(0.1999):log10(100.01)]
set yrange [0.25:5]
set xtics ("0.2" log10(0.2))
do for [x in "0.5 1 2 5 10 20 50 100"] { set xtics add (x log10(x)) }
set ytics ("0.25" 0.25, "1" 1, "2" 2, "3" 3, "4" 4, "5" 5)
set xlabel "batch ratio {/:Italic α}_0 = {/:Italic n}_0/{/:Italic d}" offset 0, 0.3
set ylabel "step size {/:Italic η}" offset 1, 0

set contour base
set cntrparam levels discrete 0
set table $zero
unset surface
splot off using 1:2:3 with lines
unset table
set surface

set minussign
set view map
set lmargin at screen 0.075
set rmargin at screen 0.82
set bmargin at screen 0.135
set tmargin at screen 0.965
set cntrparam levels discrete -14, -12, -9, -6, -4, -2, -1, 1, 2, 3, 4, 5
set cntrlabel onecolor start 25 interval 400 format "%+g"
set style textbox noborder opaque margins 0.4, 0.4
# Ever lighter from the lowest to the highest value: in grey the sign is read off as well.
set cbrange [-16:6]
set palette defined (-16 "#053061", -10 "#2166AC", -5 "#67A9CF", -1 "#B5CFE0", 0 "#D9DFE3", \
                     2 "#F6E3B4", 6 "#FFF27A")
set palette maxcolors 64
set colorbox user origin screen 0.85, screen 0.135 size screen 0.025, screen 0.80
set cbtics ("−15" -15, "−10" -10, "−5" -5, "0" 0, "+5" 5)
set cblabel "(isotropic − exact)/exact, %" offset 0.5, 0
unset key
splot off using 1:2:3 with image nocontour, \
      off using 1:2:3 with lines nosurface linecolor rgb "#000000" linewidth 0.7 dashtype solid, \
      $zero using 1:2:(0) with lines nocontour linecolor rgb "#000000" linewidth 2 dashtype solid, \
      off using 1:2:3 with labels boxed nosurface
