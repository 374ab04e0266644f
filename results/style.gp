# SPDX-License-Identifier: GPL-3.0-or-later
# style.gp - line styles and layout shared by all figures.
#
# Called with `format` (png or pdf), `output` and `data` (the folder of the tables) set.  A figure sets
# `width` and `height`, in inches, and loads this file.
#
# The colours are those of Okabe and Ito, which colour-blind readers tell apart.  Every line also has its
# own dash pattern or width, so that a figure printed in grey reads the same.  Which line means what is the
# same in all figures:
#   1  untrained             4  alpha0 = 20           11  kernel bound
#   2  alpha0 = 5            5  alpha0 = inf          12  target
#   3  alpha0 = 10           9  thin zero line        13, 14, 15  upper, lower, published lower bound
#   6  alpha0 = 2           16  limit of infinite width
#  41 .. 46  points: trained networks, in the colour of 1 .. 6 and with a shape of their own; 51 .. 56 those of 21 .. 26
#  21 .. 26  alpha0 = 0.25, 0.5, 1, 2, 8, 32 by the exact bulk, 27 any; 31 .. 37  the same by the isotropic one

# Curve k of a table, from 0, with its header: rows between empty lines.  (`index k' would do for columns by number:
# gnuplot looks for their names in every block.)
curve(table, k) = sprintf("< awk -v k=%d '/^#/ { next } !NF { gap = 1; next } !head++ { print; next } \
    gap { n++; gap = 0 } n == k' '%s'", k, table)

set encoding utf8
if (format eq "pdf") {
    set terminal pdfcairo enhanced color font "sans-serif,12" size width, height
} else {
    set terminal pngcairo enhanced color font "sans-serif,9" fontscale 1.15 linewidth 1.15 \
        pointscale 1.2 size 96*width, 96*height
}
set output output

set linetype  1 linecolor rgb "#909090" linewidth 2.0 dashtype (1.5, 2.5)
set linetype  2 linecolor rgb "#E69F00" linewidth 2.0 dashtype (12, 4, 2, 4)
set linetype  3 linecolor rgb "#009E73" linewidth 2.0 dashtype (12, 4, 2, 4, 2, 4)
set linetype  4 linecolor rgb "#0072B2" linewidth 2.0 dashtype (16, 5)
set linetype  5 linecolor rgb "#000000" linewidth 2.0 dashtype solid
set linetype  6 linecolor rgb "#CC79A7" linewidth 2.0 dashtype (5, 3)
set linetype  9 linecolor rgb "#000000" linewidth 0.5 dashtype solid
set linetype 11 linecolor rgb "#D55E00" linewidth 1.2 dashtype (8, 5)
set linetype 12 linecolor rgb "#000000" linewidth 1.2 dashtype solid
set linetype 13 linecolor rgb "#E69F00" linewidth 2.0 dashtype (5, 3)
set linetype 14 linecolor rgb "#8CCBEE" linewidth 5.0 dashtype solid
set linetype 15 linecolor rgb "#A03000" linewidth 1.8 dashtype (6, 5)
set linetype 16 linecolor rgb "#0072B2" linewidth 2.0 dashtype (8, 5)
# Small batches light, large ones dark: the order survives in grey.
colours = "#E8A33D #D55E00 #CC79A7 #009E73 #0072B2 #1A1A3A #000000"
do for [k = 0:6] {
    set linetype 21 + k linecolor rgb word(colours, k + 1) linewidth 2.2 dashtype solid
    set linetype 31 + k linecolor rgb word(colours, k + 1) linewidth 1.6 dashtype (7, 5)
}

shapes = "7 9 5 13 6 11"
do for [k = 0:5] {
    set linetype 51 + k linecolor rgb word(colours, k + 1) linewidth 1.2 dashtype solid \
        pointtype int(word(shapes, k + 1)) pointsize 0.7
}
set linetype 41 linecolor rgb "#606060" linewidth 1.2 dashtype solid pointtype 7 pointsize 0.6
set linetype 42 linecolor rgb "#E69F00" linewidth 1.2 dashtype solid pointtype 9 pointsize 0.7
set linetype 43 linecolor rgb "#009E73" linewidth 1.2 dashtype solid pointtype 5 pointsize 0.6
set linetype 44 linecolor rgb "#0072B2" linewidth 1.2 dashtype solid pointtype 13 pointsize 0.8
set linetype 45 linecolor rgb "#000000" linewidth 1.2 dashtype solid pointtype 6 pointsize 0.7
set linetype 46 linecolor rgb "#CC79A7" linewidth 1.2 dashtype solid pointtype 5 pointsize 0.6

set datafile separator "\t"
set border 31 linewidth 0.8
set tics scale 0.6 nomirror
set key noautotitle spacing 1.3 samplen 3.2 Left reverse
set pointintervalbox 0.001 # bars reach their marks

# Letter k of a panel, from 0, for the left end of the line above it.
letter(k) = sprintf("{/:Bold %s}", word("a b c d e f", k + 1))
