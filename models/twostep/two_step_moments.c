/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_moments.c - averages over one sample of the second batch (theory 9).
 *
 *   1. C1 = E[g z], Y2 = E[g^2] + Delta, E g by Gaussian expectation over z.
 *   2. For every point z the averages over u and xi are those of polynomials: Gauss-Hermite rules of
 *      degree + 2 nodes, exact up to degree 2 degree + 3.
 *   3. The average over z is adaptive, on boxes that grow (growing_box.h). */
#include "models/twostep/two_step_moments.h"
#include "giantstep/target.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/mesh.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/growing_box.h"
#include "base/memory.h"

#define CHUNK GST_TWO_STEP_CHUNK
/* Averages over u and xi that vanish leave this behind, when y is in units of its own size. */
#define CANCELLED 1e-14
#define ROUNDING (4 * DBL_EPSILON)
typedef struct {
    const gst_two_step *problem;
    size_t r;
    const gst_two_step_label *label; /* NULL while it is being computed */
    const gst_two_step_moments *moments;
    gst_two_step_basis *basis;
    const void *params;
    size_t nodes, noise_nodes;
    double x[GST_TWO_STEP_ORDER_MAX + 2], w[GST_TWO_STEP_ORDER_MAX + 2];
    double *value, *slope; /* of the basis */
} average;

int gst_two_step_check(const gst_two_step *problem, gst_message *message)
{
    if (!(problem->phi > 0 && isfinite(problem->phi)))
        return gst_fail(message, GST_INVALID, "phi: '%.15g' is not a finite positive number",
                        problem->phi);
    if (problem->batch == GST_BATCH_FRESH && !(problem->phi1 > 0 && isfinite(problem->phi1)))
        return gst_fail(message, GST_INVALID, "phi1: '%.15g' is not a finite positive number",
                        problem->phi1);
    if (!(problem->noise >= 0 && isfinite(problem->noise)))
        return gst_fail(message, GST_INVALID, "noise: '%.15g' is not a finite number >= 0",
                        problem->noise);
    if (problem->order < 1 || problem->order > GST_TWO_STEP_ORDER_MAX)
        return gst_fail(message, GST_INVALID, "order: '%zu' is outside 1 .. %d", problem->order,
                        GST_TWO_STEP_ORDER_MAX);
    return GST_OK;
}

static void evaluate_target(const average *a, size_t n, const double *z, double *g)
{
    gst_expression_evaluate(gst_target_expression(a->problem->target), n, z, g, NULL);
}

static int integrate(average *a, size_t components, double epsabs, gst_integrand *f,
                     void (*scale)(const void *params, const double *value, double *to),
                     double *value, double *error, const char *moment, gst_message *message)
{
    gst_growing_box box = {
        .kinks = gst_expression_kinks(gst_target_expression(a->problem->target)),
        .components = components,
        .epsabs = epsabs,
        .f = f,
        .scale = scale,
        .params = a,
    };
    int status = gst_growing_box_expectation(&box, value, error);
    if (status == GST_INVALID)
        return gst_fail(message, status,
                        "has moments %s that do not settle as the box of integration grows",
                        moment);
    return status < 0 ? gst_fail(message, status, "no memory") : status;
}

/* ---- labels ------------------------------------------------------------------------------------- */

enum { LABEL_MEAN, LABEL_SQUARE, LABEL_Z };

static void label_integrand(size_t n, const double *z, double *out, void *params)
{
    const average *a = params;
    double *g = out + LABEL_MEAN * n;
    evaluate_target(a, n, z, g);
    for (size_t i = 0; i < n; i++) {
        out[LABEL_SQUARE * n + i] = g[i] * g[i];
        for (size_t j = 0; j < a->r; j++)
            out[(LABEL_Z + j) * n + i] = g[i] * z[j * n + i];
    }
}

static void label_scale(const void *params, const double *value, double *to)
{
    const average *a = params;
    for (size_t c = 0; c < LABEL_Z + a->r; c++)
        to[c] = c == LABEL_SQUARE ? value[LABEL_SQUARE] : sqrt(value[LABEL_SQUARE]);
}

int gst_two_step_label_compute(const gst_two_step *problem, gst_two_step_label *label,
                               gst_message *message)
{
    average a = {.problem = problem, .r = gst_target_dim(problem->target)};
    double value[LABEL_Z + GST_TARGET_DIM_MAX], error[LABEL_Z + GST_TARGET_DIM_MAX];
    int status = integrate(&a, LABEL_Z + a.r, 0, label_integrand, label_scale, value, error,
                           "E[y^2]", message); /* no rounding: targets of any size */
    if (status < 0)
        return status;
    *label = (gst_two_step_label){
        .r = a.r, .mean = value[LABEL_MEAN], .Y2 = value[LABEL_SQUARE] + problem->noise};
    for (size_t c = 0; c < LABEL_Z + a.r; c++)
        label->error = fmax(label->error, error[c]);
    for (size_t j = 0; j < a.r; j++) {
        double c1 = value[LABEL_Z + j];
        label->C1[j] = fabs(c1) <= error[LABEL_Z + j] ? 0 : c1;
    }
    return status;
}

/* ---- moments of a basis ------------------------------------------------------------------------- */

size_t gst_two_step_at_square(const gst_two_step_moments *m, size_t j, size_t k)
{
    size_t low = j < k ? j : k, high = j < k ? k : j;
    return low * m->count - low * (low + 1) / 2 + high;
}

size_t gst_two_step_at_z(const gst_two_step_moments *m, size_t j, size_t i)
{
    return m->count * (m->count + 1) / 2 + j * m->r + i;
}

size_t gst_two_step_at_u(const gst_two_step_moments *m, size_t j)
{
    return gst_two_step_at_z(m, m->count, 0) + j;
}

size_t gst_two_step_at_slope(const gst_two_step_moments *m, size_t j)
{
    return gst_two_step_at_u(m, m->count) + j;
}

double gst_two_step_product(const gst_two_step *problem, const gst_two_step_moments *m, size_t j,
                            size_t k)
{
    const double *v = m->value;
    double phi = problem->phi, sum = phi * v[gst_two_step_at_square(m, j, k)];
    for (size_t i = 0; i < m->r; i++)
        sum += v[gst_two_step_at_z(m, j, i)] * v[gst_two_step_at_z(m, k, i)];
    sum += v[gst_two_step_at_u(m, j)] * v[gst_two_step_at_u(m, k)];
    if (problem->batch == GST_BATCH_REUSED)
        sum += phi * (v[gst_two_step_at_slope(m, j)] * v[gst_two_step_at_square(m, 0, k)] +
                      v[gst_two_step_at_slope(m, k)] * v[gst_two_step_at_square(m, 0, j)]);
    return sum;
}

static double spread(const average *a)
{
    const gst_two_step *p = a->problem;
    return sqrt((p->batch == GST_BATCH_REUSED ? p->phi : p->phi1) * a->label->Y2);
}

/* Add the share of one node (u, y) with weights w to all components; y in units of sqrt(Y2). */
static void add_node(const average *a, size_t n, const double *z, const double *w, double u,
                     const double *y, double *out)
{
    const gst_two_step_moments *m = a->moments;
    double wy[CHUNK], wyy[CHUNK];
    for (size_t i = 0; i < n; i++) {
        wy[i] = w[i] * y[i];
        wyy[i] = wy[i] * y[i];
    }
    for (size_t j = 0, pair = 0; j < m->count; j++) {
        const double *f = a->value + j * n, *slope = a->slope + j * n;
        double *to_u = out + gst_two_step_at_u(m, j) * n;
        double *to_slope = out + gst_two_step_at_slope(m, j) * n;
        for (size_t k = j; k < m->count; k++, pair++) {
            const double *h = a->value + k * n;
            for (size_t i = 0; i < n; i++)
                out[pair * n + i] += wyy[i] * f[i] * h[i];
        }
        for (size_t l = 0; l < a->r; l++) {
            double *to_z = out + gst_two_step_at_z(m, j, l) * n;
            for (size_t i = 0; i < n; i++)
                to_z[i] += wy[i] * f[i] * z[l * n + i];
        }
        for (size_t i = 0; i < n; i++) {
            to_u[i] += wy[i] * f[i] * u;
            to_slope[i] += wy[i] * slope[i];
        }
    }
}

/* Points z[j*n + i], at most CHUNK of them. */
static void moments_integrand(size_t n, const double *z, double *out, void *params)
{
    const average *a = params;
    double g[CHUNK], y[CHUNK], kappa[CHUNK], w[CHUNK];
    double scale = spread(a), size = sqrt(a->label->Y2), delta = sqrt(a->problem->noise);
    memset(out, 0, n * a->moments->components * sizeof *out);
    evaluate_target(a, n, z, g);
    for (size_t s = 0; s < a->noise_nodes; s++) {
        double xi = a->noise_nodes > 1 ? a->x[s] : 0, share = a->noise_nodes > 1 ? a->w[s] : 1;
        for (size_t q = 0; q < a->nodes; q++) {
            for (size_t i = 0; i < n; i++) {
                y[i] = g[i] + delta * xi;
                w[i] = share * a->w[q];
                kappa[i] = scale * a->x[q];
                for (size_t j = 0; j < a->r; j++)
                    kappa[i] += a->label->C1[j] * z[j * n + i];
            }
            a->basis(a->params, n, kappa, y, a->value, a->slope);
            for (size_t i = 0; i < n; i++)
                y[i] /= size;
            add_node(a, n, z, w, a->x[q], y, out);
        }
    }
}

/* Cauchy and Schwarz: |E[f_j f_k y^2]| <= s_j s_k, |E[f_j y z]| <= s_j, s_j^2 = E[f_j^2 y^2]; a derivative
 * is measured by E|y f'| <= s_0 (E f'^2)^{1/2}, of the order of s_0 degree times that of the function. */
static void moments_scale(const void *params, const double *value, double *to)
{
    const average *a = params;
    const gst_two_step_moments *m = a->moments;
    for (size_t j = 0; j < m->count; j++) {
        double sj = sqrt(value[gst_two_step_at_square(m, j, j)]);
        for (size_t k = j; k < m->count; k++)
            to[gst_two_step_at_square(m, j, k)] = sj * sqrt(value[gst_two_step_at_square(m, k, k)]);
        for (size_t i = 0; i < a->r; i++)
            to[gst_two_step_at_z(m, j, i)] = sj;
        to[gst_two_step_at_u(m, j)] = sj;
        to[gst_two_step_at_slope(m, j)] = fmax(sj, fabs(value[gst_two_step_at_slope(m, j)]));
    }
}

static int prepare(average *a, size_t degree, gst_two_step_moments *m)
{
    size_t count = m->count;
    m->components = count * (count + 1) / 2 + count * (m->r + 2);
    m->value = gst_alloc_doubles(2 * m->components);
    a->value = gst_alloc_doubles(2 * count * CHUNK);
    if (!m->value || !a->value)
        return GST_NO_MEMORY;
    m->error = m->value + m->components;
    a->slope = a->value + count * CHUNK;
    a->nodes = degree + 2;
    a->noise_nodes = a->problem->noise > 0 ? a->nodes : 1;
    return gst_rule_hermite(a->nodes, a->x, a->w);
}

/* Errors not below the rounding of the averages over u and xi; values within their error of 0 become 0; from
 * units of sqrt(Y2) to those of y. */
static int set_units(const average *a, gst_two_step_moments *m)
{
    size_t squares = m->count * (m->count + 1) / 2;
    double *scale = gst_alloc_doubles(m->components);
    if (!scale)
        return GST_NO_MEMORY;
    moments_scale(a, m->value, scale);
    for (size_t c = 0; c < m->components; c++) {
        double unit = c < squares ? a->label->Y2 : sqrt(a->label->Y2);
        m->error[c] = fmax(m->error[c], ROUNDING * scale[c]);
        m->value[c] = fabs(m->value[c]) <= m->error[c] ? 0 : unit * m->value[c];
        m->error[c] *= unit;
    }
    free(scale);
    return GST_OK;
}

int gst_two_step_moments_compute(const gst_two_step *problem, const gst_two_step_label *label,
                                 size_t count, size_t degree, gst_two_step_basis *basis,
                                 const void *params, gst_two_step_moments *moments,
                                 gst_message *message)
{
    average a = {.problem = problem,
                 .r = gst_target_dim(problem->target),
                 .label = label,
                 .moments = moments,
                 .basis = basis,
                 .params = params};
    char text[64];
    *moments = (gst_two_step_moments){.count = count, .r = a.r};
    snprintf(text, sizeof text, "E[kappa^%zu y^2]", 2 * degree);
    int status = prepare(&a, degree, moments);
    if (status == GST_OK)
        status = integrate(&a, moments->components, CANCELLED, moments_integrand, moments_scale,
                           moments->value, moments->error, text, message);
    free(a.value);
    return status >= 0 && set_units(&a, moments) < 0 ? GST_NO_MEMORY : status;
}

void gst_two_step_moments_clear(gst_two_step_moments *moments)
{
    free(moments->value);
    *moments = (gst_two_step_moments){0};
}
