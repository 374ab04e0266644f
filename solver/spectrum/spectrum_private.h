/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum_private.h - state of a spectrum: private to the solver's spectrum files. */
#ifndef GST_SPECTRUM_PRIVATE_H
#define GST_SPECTRUM_PRIVATE_H

#include "solver/spectrum/resolvent.h"
#include "giantstep/spectrum.h"

enum { GST_FULL, GST_COMPANION, GST_RESOLUTIONS };

/* Tables of one order and the resolvents on them. */
typedef struct {
    gst_resolution resolution[GST_RESOLUTIONS];
    gst_resolvent r[GST_RESOLUTIONS];
    gst_support support;
    int rough; /* some densities need complex_tails.c */
    /* Of each bulk: where, towards an edge that is a tail, those begin. */
    double tail_below[GST_BULKS_MAX], tail_above[GST_BULKS_MAX];
    double unit; /* of densities: 1/(mean eigenvalue) */
} gst_spectrum_tables;

enum { GST_MASS_NODES = 16 };

/* theta in [from, to] of a bulk: f = sum_k c_k T_k there, its integral, the error of that, and what full and companion
 * disagree by; the mass at and below `from`. */
typedef struct {
    size_t bulk;
    int idle; /* halvings in a row that have not reduced the error */
    double from, to, mass, error, doubt, below, c[GST_MASS_NODES];
} gst_mass_panel;

struct gst_spectrum {
    gst_target *smooth; /* of as many variables, without kinks in kappa */
    gst_features *features[GST_RESOLUTIONS];
    double alpha, beta, tol;
    volatile const int *stop;
    size_t index; /* order of the tables */
    gst_spectrum_tables tables;
    size_t panels; /* of the mass, by place (mass.c) */
    gst_mass_panel *panel;
};

/* Lost digits of a density, which is a root near its edges, against the equations. */
#define GST_DENSITY_LOSS 1e4

/* Tables of order `index`; beyond gst_spectrum_first_orders, with a mesh for the label law (resolvent_tables.c). */
int gst_spectrum_tables_build(const gst_spectrum *s, size_t index, gst_spectrum_tables *t);
void gst_spectrum_tables_clear(gst_spectrum_tables *t);
size_t gst_spectrum_first_orders(const gst_spectrum *s);
size_t gst_spectrum_all_orders(const gst_spectrum *s);

/* A value, GST_OK if its error is within the tolerance. */
gst_spectral_value gst_spectral_judge(double value, double error, double tolerance);

/* Density at x with its error from both resolutions, on the axis or extrapolated to it, whichever is surer. */
gst_spectral_value gst_spectrum_tables_density(gst_spectrum_tables *t, double tol, double x,
                                               double *group);

/* Sets where tails begin: outward from the middle of a bulk, the first density of a grid that full and companion do not agree
 * on.  Beyond, they may do so by chance. */
void gst_spectrum_tables_find_tails(gst_spectrum_tables *t, double tol);
int gst_spectrum_tables_in_tail(const gst_spectrum_tables *t, double x);

/* The same where the full resolvent has no certified branch on the axis: extrapolated alone, or NaN. */
double gst_spectrum_tables_above(gst_spectrum_tables *t, double tol, double x);

/* Mass of the bulks by adaptive panels, with its error (mass.c). */
int gst_spectrum_integrate(gst_spectrum *s);

/* norm2[l] = |W v_l|^2 at width p and dimension d, m numbers (spike_norms.c).  The bulk's last point is lost. */
int gst_spike_norms(gst_bulk *bulk, const gst_features *features, double width, double dimension,
                    double *norm2);

#endif
