/* SPDX-License-Identifier: GPL-3.0-or-later */
/* moments.c - tables over kappa of the features' and the target's conditional moments.
 *
 *   1. mesh over kappa in m dimensions, cut where the target z = gamma kappa + rest s has kinks that no
 *      residual direction s smooths;
 *   2. target: h = E[g|kappa], h1_j = E[g s_j|kappa], then rest = E[(g - h - h1.s)^2|kappa], sums of
 *      squares that lose nothing to cancellation;
 *   3. activation: mu0, mu1, mu2^2, nu of each group at s = U_g.kappa;
 *   4. nodes are put in order of their share.
 * Inputs that are not N(0, I) have nodes of all special coordinates instead of 1 and 2 (exposed.h). */
#include "models/tables/moments.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"
#include "models/data/latent.h"
#include "models/functions/activation_moments.h"
#include "integrals/mesh.h"

#include "models/data/data.h"
#include "models/training/conditional.h"
#include "models/training/exposed.h"
#include "models/training/kappa_mesh.h"
#include "base/arena.h"
#include "base/memory.h"
#include "models/training/smooth_table.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* mu2^2 below this, relative to mu0^2 + c mu1^2, is the square of rounding. */
#define LINEAR (1e4 * DBL_EPSILON * DBL_EPSILON)
/* Moments of which the last unit of the box of kappa holds more than this part do not converge in it. */
#define DIVERGENT 0.01

/* ---- the container ------------------------------------------------------------------------------ */

enum { TABLES = 13 };

/* All tables with their rows of n numbers, one per node. */
static void list_tables(gst_moments *t, gst_array tables[TABLES])
{
    const gst_array list[TABLES] = {
        GST_VECTOR(t->w, t->n),         GST_VECTOR(t->h, t->n),
        GST_VECTOR(t->rest, t->n),      GST_VECTOR(t->share, t->n),
        GST_VECTOR(t->edge, t->n),      GST_MATRIX(t->kappa, t->m, t->n),
        GST_MATRIX(t->h1, t->q, t->n),  GST_MATRIX(t->mu0, t->K, t->n),
        GST_MATRIX(t->mu1, t->K, t->n), GST_MATRIX(t->mu2sq, t->K, t->n),
        GST_MATRIX(t->nu, t->K, t->n),  GST_VECTOR(t->bulk, t->n),
        GST_VECTOR(t->radius, t->n)};
    memcpy(tables, list, sizeof list);
}

static int moments_alloc(gst_moments **moments, size_t K, size_t m, size_t q, size_t n)
{
    gst_moments *t = *moments = gst_alloc(1, sizeof *t);
    if (!t)
        return GST_NO_MEMORY;
    *t = (gst_moments){.K = K, .m = m, .q = q, .n = n};
    gst_array tables[TABLES];
    list_tables(t, tables);
    if (gst_arena_take(&t->memory, TABLES, tables) != GST_OK) {
        free(t);
        *moments = NULL;
        return GST_NO_MEMORY;
    }
    return GST_OK;
}

void gst_moments_free(gst_moments *moments)
{
    if (!moments)
        return;
    gst_arena_free(&moments->memory);
    free(moments);
}

/* ---- the activation ----------------------------------------------------------------------------- */

/* A group whose mu2^2 is nowhere more than rounding has features linear in the inputs: mu2^2 = 0, or at
 * lambda = 0 that rounding would count as noise that interpolates. */
static void clean_linear_group(gst_moments *t, size_t g, double c)
{
    double largest = 0.0, size = 0.0;
    for (size_t k = g * t->n; k < (g + 1) * t->n; k++) {
        largest = fmax(largest, t->mu2sq[k]);
        size = fmax(size, t->mu0[k] * t->mu0[k] + c * t->mu1[k] * t->mu1[k]);
    }
    if (largest <= LINEAR * size)
        memset(t->mu2sq + g * t->n, 0, t->n * sizeof *t->mu2sq);
}

/* Group g at nodes from .. to-1, all of one bulk: sigma at bulk (s + sqrt(c_g) z). */
static int tabulate_part(gst_moments *t, const gst_features *f, const gst_expression *sigma,
                         size_t g, size_t from, size_t to, double *s, int half)
{
    size_t row = g * t->n + from, n = to - from;
    double bulk = t->bulk[from];
    for (size_t k = 0; k < n; k++) {
        s[k] = 0.0;
        for (size_t l = 0; l < t->m; l++)
            s[k] += f->U[g * t->m + l] * t->kappa[l * t->n + from + k];
        s[k] *= bulk;
    }
    int status = gst_smooth_moments(sigma, n, s, f->c[g] * bulk * bulk, half, t->mu0 + row,
                                    t->mu1 + row, t->mu2sq + row, t->nu + row);
    for (size_t k = row; bulk != 1.0 && k < row + n; k++) {
        t->mu1[k] *= bulk;
        t->nu[k] *= bulk * bulk;
    }
    return status;
}

static int tabulate_activation(gst_moments *t, const gst_features *f,
                               const gst_activation *activation, int half)
{
    const gst_expression *sigma = gst_activation_expression(activation);
    double *s = gst_alloc_doubles(t->n);
    int worst = s ? GST_OK : GST_NO_MEMORY;
    for (size_t g = 0; g < t->K && worst >= 0; g++) {
        for (size_t from = 0, to = 0; from < t->n && worst >= 0; from = to) {
            while (to < t->n && t->bulk[to] == t->bulk[from])
                to++;
            int status = tabulate_part(t, f, sigma, g, from, to, s, half);
            if (status != GST_OK)
                worst = status;
        }
        clean_linear_group(t, g, f->c[g]);
    }
    free(s);
    return worst;
}

/* ---- order of nodes ----------------------------------------------------------------------------- */

/* The size of everything that is averaged at node k: all squares of h, rest, (1, kappa) mu, nu. */
static double node_size(const gst_moments *t, size_t k)
{
    double scale = 1.0, size = t->h[k] * t->h[k] + t->rest[k];
    for (size_t l = 0; l < t->m; l++)
        scale += t->kappa[l * t->n + k] * t->kappa[l * t->n + k];
    for (size_t j = 0; j < t->q; j++)
        size += t->h1[j * t->n + k] * t->h1[j * t->n + k];
    for (size_t g = 0; g < t->K; g++) {
        size_t at = g * t->n + k;
        size += t->mu0[at] * t->mu0[at] + scale * t->mu1[at] * t->mu1[at] + t->mu2sq[at] +
                t->nu[at] * t->nu[at];
    }
    return t->w[k] * size;
}

typedef struct {
    double share;
    size_t node;
} ranked;

/* Decreasing share; nodes of equal share in their original order. */
static int compare_ranked(const void *left, const void *right)
{
    const ranked *a = left, *b = right;
    if (a->share != b->share)
        return a->share > b->share ? -1 : 1;
    return a->node < b->node ? -1 : 1;
}

static void permute_rows(gst_moments *t, const ranked *order, double *copy)
{
    gst_array tables[TABLES];
    list_tables(t, tables);
    for (size_t i = 0; i < TABLES; i++) {
        double *first = *(double **)tables[i].pointer;
        for (size_t r = 0; r < tables[i].rows; r++) {
            double *row = first + r * t->n;
            memcpy(copy, row, t->n * sizeof *row);
            for (size_t k = 0; k < t->n; k++)
                row[k] = copy[order[k].node];
        }
    }
}

static int sort_nodes(gst_moments *t)
{
    ranked *order = gst_alloc(t->n, sizeof *order);
    double *copy = gst_alloc_doubles(t->n), sum = 0.0, edge = 0.0;
    int status = order && copy ? GST_OK : GST_NO_MEMORY;
    for (size_t k = 0; status == GST_OK && k < t->n; k++) {
        order[k] = (ranked){.share = node_size(t, k), .node = k};
        sum += order[k].share;
        edge += order[k].share * t->edge[k];
    }
    if (status == GST_OK && !(isfinite(sum) && edge <= DIVERGENT * sum))
        status = GST_FAILED;
    for (size_t k = 0; status == GST_OK && k < t->n; k++)
        t->share[k] = order[k].share / sum;
    if (status == GST_OK) {
        qsort(order, t->n, sizeof *order, compare_ranked);
        permute_rows(t, order, copy);
    }
    free(order);
    free(copy);
    return status;
}

/* ------------------------------------------------------------------------------------------------- */

/* bulk, radius, edge of inputs that are N(0, I). */
static void place_normal(gst_moments *t)
{
    t->normal = 1;
    for (size_t k = 0; k < t->n; k++) {
        double square = 0.0;
        for (size_t l = 0; l < t->m; l++) {
            double kappa = t->kappa[l * t->n + k];
            square += kappa * kappa;
            t->edge[k] = fmax(t->edge[k], fabs(kappa) > GST_GAUSSIAN_BOX - 1.0);
        }
        t->radius[k] = sqrt(square);
        t->bulk[k] = 1.0;
    }
}

/* kappa and w of an empty or one-point mesh too: without spikes there is one node of weight one.  The
 * companion counts what the box of kappa cuts off, estimated by the tables at its ends. */
static int start_tables(gst_moments **moments, const gst_features *f,
                        gst_conditional_target *target, size_t order, int half)
{
    gst_mesh mesh = {.n = 1};
    int quality =
        f->m > 0 ? gst_kappa_mesh(&mesh, f, target, order, half != 0 && half != GST_MOMENTS_COARSER)
                 : GST_OK;
    int status = quality < 0 ? quality : moments_alloc(moments, f->K, f->m, f->q, mesh.n);
    if (status == GST_OK && f->m > 0) {
        memcpy((*moments)->w, mesh.w, mesh.n * sizeof(double));
        for (size_t k = 0; half && k < mesh.n; k++)
            (*moments)->w[k] += mesh.edge[k];
        memcpy((*moments)->kappa, mesh.x, f->m * mesh.n * sizeof(double));
    } else if (status == GST_OK) {
        (*moments)->w[0] = 1.0;
    }
    if (status == GST_OK)
        place_normal(*moments);
    gst_mesh_clear(&mesh);
    return status == GST_OK ? quality : status;
}

/* Both families of tables at the nodes set; the worse status of the two. */
static int fill_tables(gst_moments *t, const gst_features *features,
                       const gst_activation *activation, gst_conditional_target *target, int half)
{
    int of_target =
        gst_conditional_tabulate(target, features, t->n, t->kappa, half, t->h, t->h1, t->rest);
    if (of_target < 0)
        return of_target;
    int of_sigma = tabulate_activation(t, features, activation, half);
    return of_sigma != GST_OK ? of_sigma : of_target;
}

/* Given the spikes. */
static int tabulate_given(gst_moments **moments, const gst_features *features,
                          const gst_activation *activation, const gst_target *target, size_t order,
                          int half)
{
    gst_conditional_target conditional;
    gst_conditional_setup(&conditional, features, target);
    int status = start_tables(moments, features, &conditional, order, half);
    if (status < 0)
        return status;
    int quality = fill_tables(*moments, features, activation, &conditional, half);
    return quality == GST_OK ? status : quality;
}

/* At nodes of all special coordinates: nothing of the target is left. */
static int tabulate_nodes(gst_moments **moments, const gst_features *f,
                          const gst_activation *activation, const gst_target *target, size_t order,
                          int half)
{
    gst_latent x;
    int status = gst_exposed_nodes(&x, f, target, order, half != 0 && half != GST_MOMENTS_COARSER);
    if (status == GST_OK)
        status = moments_alloc(moments, f->K, f->m, 0, x.n);
    for (size_t part = 0; status == GST_OK && part < x.parts; part++) {
        gst_moments *t = *moments;
        for (size_t k = x.first[part]; k < x.first[part + 1]; k++) {
            t->w[k] = x.w[k] + (half ? x.edge[k] : 0.0);
            t->h[k] = x.y[k];
            t->bulk[k] = x.bulk[part];
            t->radius[k] = x.radius[k];
            t->edge[k] = x.reach[k] > GST_GAUSSIAN_BOX - 1.0;
            for (size_t l = 0; l < t->m; l++)
                t->kappa[l * t->n + k] = x.x[l * t->n + k] / x.bulk[part];
        }
    }
    gst_latent_clear(&x);
    return status == GST_OK ? tabulate_activation(*moments, f, activation, half) : status;
}

int gst_moments_tabulate(gst_moments **moments, const gst_features *features,
                         const gst_activation *activation, const gst_target *target, size_t order,
                         int half)
{
    size_t intervals = half ? order / 4 * 3 : order;
    *moments = NULL;
    int quality = gst_data_has_nodes(features->problem.data)
                      ? tabulate_nodes(moments, features, activation, target, intervals, half)
                      : tabulate_given(moments, features, activation, target, intervals, half);
    int status = quality < 0 ? quality : sort_nodes(*moments);
    if (status < 0) {
        gst_moments_free(*moments);
        *moments = NULL;
        return status;
    }
    return quality;
}

int gst_moments_at(gst_moments **moments, const gst_features *features,
                   const gst_activation *activation, const gst_target *target, size_t count,
                   const double *kappa)
{
    gst_conditional_target conditional;
    *moments = NULL;
    if (features->m != 1)
        return GST_INVALID;
    gst_conditional_setup(&conditional, features, target);
    int status = moments_alloc(moments, features->K, 1, features->q, count);
    if (status != GST_OK)
        return status;
    memcpy((*moments)->kappa, kappa, count * sizeof *kappa);
    place_normal(*moments);
    status = fill_tables(*moments, features, activation, &conditional, 0);
    if (status < 0) {
        gst_moments_free(*moments);
        *moments = NULL;
    }
    return status;
}

double gst_moments_own_error(const gst_moments *t, const gst_second_layer *layer)
{
    double sum = 0.0;
    for (size_t k = 0; k < t->n; k++) {
        double left = t->h[k], square = t->rest[k];
        for (size_t g = 0; g < t->K; g++)
            left -= layer->pi[g] * layer->A[g] * t->mu0[g * t->n + k];
        for (size_t j = 0; j < t->q; j++)
            square += t->h1[j * t->n + k] * t->h1[j * t->n + k];
        sum += t->w[k] * (left * left + square);
    }
    return sum;
}
