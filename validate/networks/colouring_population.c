/* SPDX-License-Identifier: GPL-3.0-or-later */
/* colouring_population.c - rows after population steps on inputs of any covariance (docs/theory, inputs of any covariance).
 *
 * A population step is linear in a row f but for what vanishes as d grows: with the numbers of gst_features_train at the
 * network's own eigenvalues and directions,
 *   w = omega_g + f,   f = Pi_g f0 + sum_k V_k (<b_k|f0> + f0^T ph_k f0 - E_mu[omega ph_k]).
 * What vanishes includes |f|^2 - c_g - delta, whose mean is of order 1/d: f is given the length of the law, beside its special
 * directions, as rows drawn from the law of isotropic inputs have it (srf_rows.c).
 *
 *   1. the law of the d eigenvalues, equal ones together, with T_j the energies of the network's directions;
 *   2. the features of that law;
 *   3. the map, for each row. */
#include "validate/networks/colouring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "giantstep/covariance.h"
#include "giantstep/features.h"
#include "models/training/spectral.h"
#include "validate/networks/blas.h"

/* The law of the network's own eigenvalues; node[k]: that of axis k, of eigenvalues that decrease. */
static int own_law(gst_data **law, const gst_colouring *c, size_t *node, gst_message *message)
{
    size_t r = c->r, J = 0;
    double *omega = gst_alloc_doubles(c->d), *weight = gst_alloc_doubles(c->d),
           *T = gst_alloc_doubles(c->d * r * r);
    int status = omega && weight && T ? GST_OK : gst_fail(message, GST_NO_MEMORY, "no memory");
    for (size_t k = 0; k < c->d && status == GST_OK; k++) {
        J += k == 0 || c->omega[k] != omega[J - 1];
        node[k] = J - 1;
        omega[J - 1] = c->omega[k];
        weight[J - 1] += 1;
        for (size_t i = 0; i < r * r; i++)
            T[(J - 1) * r * r + i] += c->target[i / r * c->d + k] * c->target[i % r * c->d + k];
    }
    if (status == GST_OK)
        status = gst_covariance_nodes(law, J, omega, weight, r, T, NAN, message);
    free(omega);
    free(weight);
    free(T);
    return status;
}

/* A vector of the law at the axes: sum_j a_j(omega_k) w*_j(k). */
static void spread(const gst_colouring *c, const size_t *node, const gst_spectral *s,
                   const double *vector, double *axes)
{
    for (size_t k = 0; k < c->d; k++) {
        axes[k] = 0;
        for (size_t j = 0; j < c->r; j++)
            axes[k] += vector[j * s->J + node[k]] * c->target[j * c->d + k];
    }
}

/* What the rows of a group need, on the axes: omega_g, the vectors and their functionals, special directions, delta_g. */
typedef struct {
    double *mean, *V, *b, *special, *delta;
    double *start; /* f0 of one row */
    gst_arena memory;
} map;

/* A functional of f0: b on the axes, ph at the nodes. */
static double value_of(const gst_spectral *s, const size_t *node, size_t d, const double *b,
                       const double *ph, const double *start)
{
    double sum = gst_dense_dot(d, b, start) - gst_spectral_mean(s, 1, ph, NULL);
    for (size_t a = 0; a < d; a++)
        sum += ph[node[a]] * start[a] * start[a];
    return sum;
}

/* The row's part beyond the special directions to the length that is left; 0 if there is none. */
static int set_length(const gst_spectral *s, size_t d, double square, const map *m, double *row)
{
    double along[GST_SPIKES_MAX + GST_TARGET_DIM_MAX];
    for (size_t l = 0; l < s->directions; l++) {
        along[l] = gst_dense_dot(d, m->special + l * d, row);
        square -= along[l] * along[l];
        for (size_t a = 0; a < d; a++)
            row[a] -= along[l] * m->special[l * d + a];
    }
    double scale = sqrt(square / gst_dense_dot(d, row, row));
    for (size_t a = 0; a < d; a++) {
        row[a] *= scale;
        for (size_t l = 0; l < s->directions; l++)
            row[a] += along[l] * m->special[l * d + a];
    }
    return isfinite(scale);
}

static int map_row(const gst_spectral *s, const size_t *node, size_t g, size_t d, double c,
                   const map *m, double *row)
{
    size_t size = s->R * s->J;
    const double *delta = s->delta + g * s->length + size;
    memcpy(m->start, row, d * sizeof *row);
    for (size_t a = 0; a < d; a++)
        row[a] = s->Pi[g * s->J + node[a]] * m->start[a];
    for (size_t k = 0; k < s->vectors; k++) {
        const double *ph = s->xi + (g * s->vectors + k) * s->length + size;
        double xi = value_of(s, node, d, m->b + k * d, ph, m->start);
        for (size_t a = 0; a < d; a++)
            row[a] += xi * m->V[k * d + a];
    }
    double square = c + value_of(s, node, d, m->delta, delta, m->start);
    int whole = set_length(s, d, square, m, row);
    for (size_t a = 0; a < d; a++)
        row[a] += m->mean[a];
    return whole;
}

static int map_group(const gst_first_layer *network, const gst_features *f, const size_t *node,
                     size_t g, map *m)
{
    const gst_colouring *c = network->colouring;
    const gst_spectral *s = f->spectral;
    size_t d = c->d, size = s->R * s->J;
    spread(c, node, s, s->mean + g * size, m->mean);
    spread(c, node, s, s->delta + g * s->length, m->delta);
    for (size_t l = 0; l < s->directions; l++)
        spread(c, node, s, s->direction + l * size, m->special + l * d);
    for (size_t k = 0; k < s->vectors; k++) {
        spread(c, node, s, s->V + (g * s->vectors + k) * size, m->V + k * d);
        spread(c, node, s, s->xi + (g * s->vectors + k) * s->length, m->b + k * d);
    }
    for (size_t i = network->first[g]; i < network->first[g + 1]; i++) {
        double *row = gst_first_layer_row(network, i);
        gst_colouring_turn_back(c, row);
        if (!map_row(s, node, g, d, f->c[g], m, row))
            return GST_FAILED;
        gst_colouring_turn(c, row);
        gst_first_layer_keep_row(network, i);
    }
    return GST_OK;
}

static int map_rows(gst_first_layer *network, const gst_features *f, const size_t *node,
                    gst_message *message)
{
    const gst_spectral *s = f->spectral;
    size_t d = network->d;
    map m = {.mean = NULL};
    const gst_array arrays[] = {
        GST_VECTOR(m.mean, d),          GST_VECTOR(m.delta, d),
        GST_VECTOR(m.start, d),         GST_MATRIX(m.V, s->vectors, d),
        GST_MATRIX(m.b, s->vectors, d), GST_MATRIX(m.special, s->directions, d)};
    int status = gst_arena_take(&m.memory, sizeof arrays / sizeof *arrays, arrays);
    if (status != GST_OK)
        return gst_fail(message, status, "not enough memory");
    for (size_t g = 0; g < s->K && status == GST_OK; g++)
        status = map_group(network, f, node, g, &m);
    gst_arena_free(&m.memory);
    return status == GST_OK ? GST_OK
                            : gst_fail(message, status,
                                       "weights: srf: a row has no length left beside its special "
                                       "directions at d = %zu: the law wants a larger `d`",
                                       d);
}

int gst_colouring_population(gst_first_layer *network, gst_message *message)
{
    gst_problem problem = *network->problem;
    gst_data *law = NULL;
    gst_features *features = NULL;
    size_t *node = gst_alloc(network->d, sizeof *node);
    int status = node ? own_law(&law, network->colouring, node, message)
                      : gst_fail(message, GST_NO_MEMORY, "not enough memory");
    if (status == GST_OK) {
        problem.data = law;
        status = gst_features_train(&features, &problem, 0, message);
    }
    if (status >= 0) {
        int mapped = map_rows(network, features, node, message);
        status = mapped == GST_OK ? status : mapped;
    }
    gst_features_free(features);
    gst_covariance_free(law);
    free(node);
    return status;
}
