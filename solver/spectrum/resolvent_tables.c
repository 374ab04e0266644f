/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolvent_tables.c - tables of one order for the spectrum, full and companion (docs/theory, spectrum).
 *
 *   1. The resolution of solver/readout/resolution.h, or one with a mesh for the label law where its Gauss rule cannot follow a tail;
 *   2. one spike: kappa on an equally spaced mesh (pole_corrections.c);
 *   3. resolvents on them. */
#include "solver/spectrum/spectrum_private.h"
#include "giantstep/features.h"
#include "models/training/bulk_law.h"

/* With a batch, after so many orders of resolution.h (one target variable, or more, where they are slow), those with
 * a mesh for the label law. */
#define BATCH_ORDERS 3
#define BATCH_ORDERS_MANY 1
#define DENSE_ORDERS 1
#define DENSE_ORDERS_ONE_EACH 3
#define DENSE_ORDER ((size_t)192)
#define DENSE_NODES ((size_t)512) /* of one variable; of several twice as many along each */
/* Intervals of the mesh of one spike, and doublings. */
#define MESH_ORDER ((size_t)96)
#define MESH_DOUBLINGS 7

/* Mean eigenvalue of the bulk, rho sum_g pi_g E[c_g mu1_g^2 + mu2_g^2]. */
static double mean_eigenvalue(const gst_moments *t, const gst_features *f, double rho)
{
    double sum = 0.0;
    for (size_t g = 0; g < f->K; g++) {
        for (size_t k = 0; k < t->n; k++) {
            double mu1 = t->mu1[g * t->n + k];
            sum += f->pi[g] * t->w[k] * (f->c[g] * mu1 * mu1 + t->mu2sq[g * t->n + k]);
        }
    }
    return rho * sum;
}

void gst_spectrum_tables_clear(gst_spectrum_tables *t)
{
    for (size_t i = 0; i < GST_RESOLUTIONS; i++) {
        gst_resolvent_clear(&t->r[i]);
        gst_resolution_clear(&t->resolution[i]);
    }
}

/* A resolution with a mesh for the label law (gst_label_law_mesh), without a readout. */
static int dense_resolution(gst_resolution *resolution, const gst_features *f, size_t doublings,
                            int half)
{
    *resolution = (gst_resolution){.loss = NULL};
    size_t order = DENSE_ORDER << doublings, nodes = DENSE_NODES << (doublings + (f->r > 1));
    if (half)
        nodes = nodes / 8 * 6;
    int status = gst_moments_tabulate(&resolution->moments, f, f->problem.activation,
                                      f->problem.target, order, half ? GST_MOMENTS_COARSER : 0);
    if (status >= 0)
        status = gst_bulk_alloc(
            &resolution->bulk, f,
            (gst_label_resolution){
                .order = half ? order / 4 * 3 : order, .nodes = nodes, .dense = 1, .half = half});
    if (status >= 0)
        status = gst_resolution_equip(resolution);
    if (status < 0)
        gst_resolution_clear(resolution);
    return status < 0 ? status : GST_OK;
}

/* Orders of resolution.h that are tried first. */
size_t gst_spectrum_first_orders(const gst_spectrum *s)
{
    if (!s->features[0]->bulk->trajectory)
        return gst_orders_count(s->features[0]);
    return s->features[0]->r == 1 ? BATCH_ORDERS : BATCH_ORDERS_MANY;
}

/* All orders there are; a dense resolution of several groups is slow, of several target variables large. */
size_t gst_spectrum_all_orders(const gst_spectrum *s)
{
    const gst_features *f = s->features[0];
    size_t dense = f->K == 1 && f->r == 1 ? DENSE_ORDERS_ONE_EACH : DENSE_ORDERS;
    return gst_spectrum_first_orders(s) + (s->features[0]->bulk->trajectory ? dense : 0);
}

/* The tables of one spike on an equally spaced mesh in place of panels between the target's kinks, which do not
 * concern the features. */
static int take_equal_mesh(const gst_spectrum *s, size_t index, int half, gst_spectrum_tables *t)
{
    gst_resolution *resolution = &t->resolution[half];
    gst_moments *moments;
    size_t order = MESH_ORDER << (index < MESH_DOUBLINGS ? index : MESH_DOUBLINGS);
    int status =
        gst_moments_tabulate(&moments, s->features[half], s->features[half]->problem.activation,
                             s->smooth, order, half ? GST_MOMENTS_COARSER : 0);
    if (status < 0)
        return status;
    gst_resolvent_clear(&t->r[half]);
    status = gst_resolution_replace_moments(resolution, moments);
    if (status < 0)
        return status;
    return gst_resolvent_alloc(&t->r[half], resolution, s->alpha, s->beta);
}

/* index: that of resolution.h, or beyond the first orders that of a dense resolution. */
int gst_spectrum_tables_build(const gst_spectrum *s, size_t index, gst_spectrum_tables *t)
{
    size_t first = gst_spectrum_first_orders(s);
    int status = GST_OK, dense = index >= first;
    *t = (gst_spectrum_tables){.support = {.bulks = 0}};
    for (size_t i = 0; status == GST_OK && i < GST_RESOLUTIONS; i++) {
        status = dense ? dense_resolution(&t->resolution[i], s->features[i], index - first, (int)i)
                       : gst_resolution_alloc(&t->resolution[i], s->features[i], index,
                                              i ? GST_MOMENTS_COARSER : 0);
        if (status == GST_OK)
            status = gst_resolvent_alloc(&t->r[i], &t->resolution[i], s->alpha, s->beta);
        if (status == GST_OK && s->features[0]->m == 1 && t->r[i].poles.n == 0)
            status = take_equal_mesh(s, index, (int)i, t);
    }
    if (status < 0)
        gst_spectrum_tables_clear(t);
    else
        t->unit =
            1.0 / mean_eigenvalue(t->resolution[0].moments, s->features[0], s->alpha / s->beta);
    return status;
}
