# SPDX-License-Identifier: GPL-3.0-or-later
# Figure 13: overlap of the learned directions with the target against phi = d/n.
width = 8.6
height = 3.9
load "results/style.gp"

theory = data . "/fig13.tsv"
networks = "results/fig13-networks.tsv"
lines(name, k) = sprintf("< awk -F'\t' '$1 == \"%s\" && $3 == %d' %s", name, k, theory)
points(name, batch, k) = \
    sprintf("< awk -F'\t' '$1 == \"%s\" && $6 == \"%s\" && $7 == %d' %s", name, batch, k, networks)

set multiplot layout 1, 2
set logscale x
set xrange [0.01:10]
set xtics ("0.01" 0.01, "0.1" 0.1, "1" 1, "10" 10)
set xlabel "{/:Italic φ} = {/:Italic d}/{/:Italic n}" offset 0, 0.3
set ylabel "overlap |{/:Italic t}_k| with the target" offset 1, 0
set yrange [-0.02:0.52]
set label 99 letter(0) at graph 0, graph 1 offset 0, 0.6
set title "{/:Italic g} = sin 2{/:Italic z} − 2{/:Italic e}^{−3/2} sin {/:Italic z}" offset 0, -0.5
set key top left
plot lines("sines", 2) using 2:7 with lines linetype 4 title "theory, reused, {/:Italic k} = 2", \
     lines("sines", 4) using 2:7 with lines linetype 2 title "theory, reused, {/:Italic k} = 4", \
     lines("sines", 2) using 2:6 with lines linetype 1 title "theory, fresh, any {/:Italic k}", \
     points("sines", "reuse", 2) using 2:11:12 with yerrorbars linetype 4 dashtype solid pointtype 7 pointsize 0.7, \
     points("sines", "reuse", 4) using 2:11:12 with yerrorbars linetype 2 dashtype solid pointtype 5 pointsize 0.7, \
     points("sines", "fresh", 2) using 2:11:12 with yerrorbars linetype 1 dashtype solid pointtype 6 pointsize 0.7, \
     networks using (NaN):(NaN):(NaN) with yerrorbars linetype 45 title "networks"
set yrange [-0.05:1.5]
set ytics 0, 0.2, 1
set label 99 letter(1) at graph 0, graph 1 offset 0, 0.6
set title "{/:Italic g} = tanh {/:Italic z}" offset 0, -0.5
set ylabel ""
set key top right
plot lines("tanh", 0) using 2:7 with lines linetype 5 title "theory, {/:Italic k} = 0", \
     lines("tanh", 2) using 2:7 with lines linetype 4 title "theory, reused, {/:Italic k} = 2", \
     lines("tanh", 2) using 2:6 with lines linetype 1 title "theory, fresh, {/:Italic k} = 2", \
     points("tanh", "reuse", 0) using 2:11:12 with yerrorbars linetype 5 pointtype 7 pointsize 0.7, \
     points("tanh", "reuse", 2) using 2:11:12 with yerrorbars linetype 4 dashtype solid pointtype 7 pointsize 0.7, \
     points("tanh", "fresh", 2) using 2:11:12 with yerrorbars linetype 1 dashtype solid pointtype 6 pointsize 0.7, \
     networks using (NaN):(NaN):(NaN) with yerrorbars linetype 45 title "networks"
unset multiplot
