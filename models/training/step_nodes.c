/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step_nodes.c - nodes of kappa with sigma's averages and the moments of the labels (docs/theory, several steps). */
#include "models/training/step_nodes.h"
#include "base/arena.h"
#include "base/memory.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/functions/activation_moments.h"
#include "models/data/data.h"
#include "models/training/kappa_mesh.h"
#include "models/training/step_nodes_latent.h"

static int take(gst_step_nodes *nodes)
{
    size_t n = nodes->n;
    const gst_array arrays[] = {GST_VECTOR(nodes->w, n),
                                GST_MATRIX(nodes->kappa, nodes->m, n),
                                GST_MATRIX(nodes->slope, nodes->K * nodes->rows, n),
                                GST_VECTOR(nodes->f0, n),
                                GST_VECTOR(nodes->mean, n),
                                GST_VECTOR(nodes->square, n),
                                GST_MATRIX(nodes->linear, nodes->q, n),
                                GST_VECTOR(nodes->from, n),
                                GST_VECTOR(nodes->to, n),
                                GST_VECTOR(nodes->bulk, n)};
    return gst_arena_take(&nodes->memory, sizeof arrays / sizeof *arrays, arrays);
}

void gst_step_nodes_clear(gst_step_nodes *nodes)
{
    gst_latent_clear(&nodes->latent);
    gst_arena_free(&nodes->memory);
    *nodes = (gst_step_nodes){0};
}

/* Averages of sigma of untrained rows, known to more than a quadrature here would find. */
static int slopes_at_start(const gst_activation *activation, size_t rows, int half, double *slope)
{
    gst_gradient_moments m;
    int status = gst_activation_gradient_moments(activation, half, &m);
    const double all[GST_SLOPE_MOMENTS] = {m.mean, m.mu1,         m.c2, m.c3,  m.c4, m.s2,
                                           m.s21,  m.s2zz - m.s2, m.t3, m.t31, m.t4};
    memcpy(slope, all, rows * sizeof *slope);
    return status;
}

static int set_slopes(gst_step_nodes *nodes, const gst_features *f, int half)
{
    const gst_problem *p = &f->problem;
    size_t n = nodes->n;
    double *s = gst_alloc_doubles(n);
    int worst = s ? GST_OK : GST_NO_MEMORY;
    for (size_t g = 0; g < nodes->K && worst >= 0; g++) {
        double *slope = nodes->slope + g * nodes->rows * n;
        memset(s, 0, n * sizeof *s);
        for (size_t l = 0; l < nodes->m; l++)
            for (size_t k = 0; k < n; k++)
                s[k] += f->U[g * nodes->m + l] * nodes->kappa[l * n + k];
        int status = nodes->m == 0 && f->c[g] == 1.0
                         ? slopes_at_start(p->activation, nodes->rows, half, slope)
                         : gst_slope_table(p->activation, nodes->rows, n, s, f->c[g], half, slope);
        worst = status != GST_OK ? status : worst;
        for (size_t k = 0; k < n && worst >= 0; k++)
            nodes->f0[k] += p->layer->pi[g] * p->layer->A[g] * slope[GST_SLOPE_VALUE * n + k];
    }
    free(s);
    return worst;
}

static int build_normal(gst_step_nodes *nodes, const gst_features *f, gst_step_target *target,
                        size_t order, size_t rows, int half)
{
    double one = 1.0;
    gst_mesh mesh = {.n = 1};
    *nodes = (gst_step_nodes){.K = f->K, .m = f->m, .q = f->q, .rows = rows};
    int quality = f->m > 0 ? gst_kappa_mesh(&mesh, f, &target->y, order, half) : GST_OK;
    nodes->n = mesh.n;
    int status = quality < 0 ? quality : take(nodes);
    if (status == GST_OK) {
        memcpy(nodes->w, f->m > 0 ? mesh.w : &one, mesh.n * sizeof *nodes->w);
        memcpy(nodes->kappa, mesh.x ? mesh.x : &one, f->m * mesh.n * sizeof *nodes->kappa);
        status = set_slopes(nodes, f, half);
    }
    gst_mesh_clear(&mesh);
    return status != GST_OK ? status : quality;
}

static int build_latent(gst_step_nodes *nodes, const gst_features *f, gst_step_target *target,
                        size_t order, size_t rows, int half, int together)
{
    size_t s = f->m + f->q;
    *nodes =
        (gst_step_nodes){.K = f->K, .m = together ? 0 : s, .q = together ? s : 0, .rows = rows};
    int status = gst_step_nodes_latent(&nodes->latent, f, target->labels, order, half);
    nodes->n = gst_step_nodes_latent_count(&nodes->latent, together);
    if (status == GST_OK)
        status = take(nodes);
    if (status != GST_OK)
        return status;
    gst_step_nodes_latent_place(nodes, together);
    return gst_step_nodes_latent_slopes(nodes, f, half);
}

int gst_step_nodes_build(gst_step_nodes *nodes, const gst_features *f, gst_step_target *target,
                         size_t order, size_t rows, int half)
{
    return gst_data_has_nodes(f->problem.data)
               ? build_latent(nodes, f, target, order, rows, half, 0)
               : build_normal(nodes, f, target, order, rows, half);
}

int gst_step_nodes_together(gst_step_nodes *nodes, const gst_features *f, gst_step_target *target,
                            size_t order, size_t rows, int half)
{
    return gst_data_has_nodes(f->problem.data)
               ? build_latent(nodes, f, target, order, rows, half, f->m == 0)
               : build_normal(nodes, f, target, order, rows, half);
}

int gst_step_nodes_labels(gst_step_nodes *nodes, gst_step_target *target, int half)
{
    if (nodes->latent.n > 0) {
        gst_step_nodes_latent_labels(nodes, target->labels);
        return GST_OK;
    }
    return gst_step_target_tabulate(target, nodes->n, nodes->kappa, nodes->f0, half, nodes->mean,
                                    nodes->square, nodes->linear);
}
