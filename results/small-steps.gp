# SPDX-License-Identifier: GPL-3.0-or-later
# Small steps: the excess risk after a step of K0/sqrt(p) over that of the untrained network, and trained networks.
width = 5.6
height = 3.9
load "results/style.gp"

lines(w) = sprintf("< awk -F '\\t' '/^#/ || !NF || ($1 != \"eta\" && $7 != %s) { next } \
    $1 == \"eta\" { print \"K0\\trisk\"; next } !first { first = $9 } { print $1*sqrt($7) \"\\t\" $9/first }' '%s/small-steps.tsv'", w, data)
networks = "< awk -F '\\t' '/^#/ || !NF { next } $1 == \"eta\" { print \"K0\\trisk\\tsem\"; next } !first { first = $12; e = $13 } \
    { print $1*sqrt($9) \"\\t\" $12/first \"\\t\" $13/first }' results/small-steps-networks.tsv"
set xrange [-0.2:8.2]
set yrange [0.5:1.05]
set xlabel "{/:Italic K}_0, step size {/:Italic K}_0 / √{/:Italic p}"
set ylabel "excess risk, untrained = 1" offset 1, 0
set key top right
set linetype 65 linecolor rgb "#000000" linewidth 1.2 dashtype solid pointtype 6 pointsize 0.7
plot lines("100000000") using "K0":"risk" with lines linetype 5 title "{/:Italic p} = 10^8", \
     lines("750") using "K0":"risk" with lines linetype 16 title "{/:Italic p} = 750", \
     networks using "K0":"risk":"sem" with yerrorbars linetype 65 title "networks, 750"
