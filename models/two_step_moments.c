/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_moments.c - averages over one sample of the second batch (theory 9).
 *
 *   1. C1 = E[g z], Y2 = E[g^2] + Delta, E g by Gaussian expectation over z.
 *   2. For every point z the averages over u and xi are those of polynomials: Gauss-Hermite rules of
 *      degree + 2 nodes, exact up to degree 2 degree + 3.
 *   3. The average over z is taken on boxes that grow from 12 to 40 standard deviations,
 *      E F(z) = E F(c t) c^r exp(-(c^2 - 1) |t|^2/2), until its error is small.  If that never happens the
 *      moments do not exist. */
#include "two_step_moments.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "affine.h"
#include "memory.h"

#define CHUNK GST_TWO_STEP_CHUNK
/* Relative error of moments at which the box stops growing, and above which they mean nothing. */
#define SETTLED 1e-13
#define DIVERGENT 0.01
/* Averages over u and xi that vanish leave this behind, when y is in units of its own size. */
#define CANCELLED 1e-14
#define ROUNDING (4 * DBL_EPSILON)
/* Points of a mesh at most, and intervals per variable at first, for r = 1 .. 4. */
static const size_t evaluations[GST_TARGET_DIM_MAX] = {1 << 16, 1 << 21, 1 << 23, 20000000};
static const size_t order_first[GST_TARGET_DIM_MAX] = {64, 64, 32, 32};

/* The boxes, in units of that of mesh.h. */
static const double stretches[] = {1.0, 1.5, 2.25, 3.375};

/* The integrands: prepared by set_map, and below by each caller. */
typedef struct {
    const gst_two_step *problem;
    size_t r;
    gst_affine map; /* z = c t */
    double matrix[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    const gst_two_step_label *label; /* NULL while it is being computed */
    const gst_two_step_moments *moments;
    gst_two_step_basis *basis;
    const void *params;
    size_t nodes, noise_nodes;
    double x[GST_TWO_STEP_ORDER_MAX + 2], w[GST_TWO_STEP_ORDER_MAX + 2];
    double *value, *slope; /* of the basis */
} average;

/* A chunk of points: z[j*n + i], g, and the factor of the stretched box. */
typedef struct {
    size_t n;
    double z[GST_TARGET_DIM_MAX * CHUNK], g[CHUNK], factor[CHUNK];
} chunk;

int gst_two_step_check(const gst_two_step *problem, gst_message *message)
{
    if (!(problem->phi > 0 && isfinite(problem->phi)))
        return gst_fail(message, GST_INVALID, "--phi: '%.15g' is not a finite positive number",
                        problem->phi);
    if (problem->batch == GST_BATCH_FRESH && !(problem->phi1 > 0 && isfinite(problem->phi1)))
        return gst_fail(message, GST_INVALID, "--phi1: '%.15g' is not a finite positive number",
                        problem->phi1);
    if (!(problem->noise >= 0 && isfinite(problem->noise)))
        return gst_fail(message, GST_INVALID, "--noise: '%.15g' is not a finite number >= 0",
                        problem->noise);
    if (problem->order < 1 || problem->order > GST_TWO_STEP_ORDER_MAX)
        return gst_fail(message, GST_INVALID, "--order: '%zu' is outside 1 .. %d", problem->order,
                        GST_TWO_STEP_ORDER_MAX);
    return GST_OK;
}

/* ---- the average over z ------------------------------------------------------------------------- */

static void set_map(average *a, const gst_two_step *problem)
{
    const gst_expression *g = gst_target_expression(problem->target);
    size_t r = gst_target_dim(problem->target);
    a->problem = problem;
    a->r = r;
    a->map = (gst_affine){
        .from = r, .to = r, .matrix = a->matrix, .offset = NULL, .kinks = gst_expression_kinks(g)};
}

static void set_stretch(average *a, double c)
{
    for (size_t j = 0; j < a->r; j++)
        a->matrix[j * a->r + j] = c;
}

static void fill_chunk(const average *a, size_t n, size_t begin, const double *t, chunk *c)
{
    double stretch = a->matrix[0], volume = pow(stretch, (double)a->r);
    double rate = (stretch * stretch - 1) / 2;
    c->n = n - begin < CHUNK ? n - begin : CHUNK;
    for (size_t i = 0; i < c->n; i++) {
        double square = 0;
        for (size_t j = 0; j < a->r; j++) {
            double tj = t[j * n + begin + i];
            c->z[j * c->n + i] = stretch * tj;
            square += tj * tj;
        }
        c->factor[i] = volume * exp(-rate * square);
    }
    gst_expression_evaluate(gst_target_expression(a->problem->target), c->n, c->z, c->g, NULL);
}

/* Largest ratio of a component's error to its scale. */
static double relative_error(size_t components, const double *error, const double *scale)
{
    double worst = 0;
    for (size_t c = 0; c < components; c++) {
        double ratio = error[c] / scale[c];
        if (error[c] > 0 && !(ratio <= worst))
            worst = isnan(ratio) ? HUGE_VAL : ratio;
    }
    return worst;
}

/* scale: fills scale[components] from the values found.  epsabs: what is rounding in an integrand. */
static int integrate(average *a, size_t components, double epsabs, gst_integrand *f,
                     void (*scale)(const average *a, const double *value, double *to),
                     double *value, double *error, double *worst)
{
    gst_expectation_options options = gst_expectation_defaults();
    double *trial = gst_alloc_doubles(3 * components);
    int found = GST_FAILED;
    options.epsabs = epsabs;
    options.order_first = order_first[a->r - 1];
    options.evaluations = evaluations[a->r - 1];
    *worst = HUGE_VAL;
    if (!trial)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < sizeof stretches / sizeof *stretches && !(*worst <= SETTLED); i++) {
        set_stretch(a, stretches[i]);
        gst_expectand e = {gst_affine_kinks(&a->map), components, f, a, 0};
        int status = gst_expectation(&e, NULL, &options, trial, NULL, trial + components);
        if (status == GST_NO_MEMORY)
            found = status;
        if (status < 0)
            continue;
        scale(a, trial, trial + 2 * components);
        double ratio = relative_error(components, trial + components, trial + 2 * components);
        if (isless(ratio, *worst)) {
            *worst = ratio;
            found = ratio <= SETTLED ? GST_OK : GST_LOOSE;
            memcpy(value, trial, components * sizeof *value);
            memcpy(error, trial + components, components * sizeof *error);
        }
    }
    free(trial);
    return found;
}

static int refuse_divergent(int status, double worst, const char *moment, gst_message *message)
{
    if (status == GST_NO_MEMORY)
        return gst_fail(message, status, "no memory");
    if (status < 0 || !(worst <= DIVERGENT))
        return gst_fail(message, GST_INVALID,
                        "has moments %s that do not settle as the box of integration grows",
                        moment);
    return status;
}

/* ---- labels ------------------------------------------------------------------------------------- */

enum { LABEL_MEAN, LABEL_SQUARE, LABEL_Z };

static void label_integrand(size_t n, const double *t, double *out, void *params)
{
    const average *a = params;
    chunk c;
    for (size_t begin = 0; begin < n; begin += c.n) {
        fill_chunk(a, n, begin, t, &c);
        for (size_t i = 0; i < c.n; i++) {
            double g = c.g[i] * c.factor[i];
            out[LABEL_MEAN * n + begin + i] = g;
            out[LABEL_SQUARE * n + begin + i] = g * c.g[i];
            for (size_t j = 0; j < a->r; j++)
                out[(LABEL_Z + j) * n + begin + i] = g * c.z[j * c.n + i];
        }
    }
}

static void label_scale(const average *a, const double *value, double *to)
{
    for (size_t c = 0; c < LABEL_Z + a->r; c++)
        to[c] = c == LABEL_SQUARE ? value[LABEL_SQUARE] : sqrt(value[LABEL_SQUARE]);
}

int gst_two_step_label_compute(const gst_two_step *problem, gst_two_step_label *label,
                               gst_message *message)
{
    average a = {0};
    double value[LABEL_Z + GST_TARGET_DIM_MAX], error[LABEL_Z + GST_TARGET_DIM_MAX], worst;
    set_map(&a, problem);
    int status = integrate(&a, LABEL_Z + a.r, 0, label_integrand, label_scale, value, error,
                           &worst); /* no rounding: targets of any size */
    status = refuse_divergent(status, worst, "E[y^2]", message);
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
static void add_node(const average *a, const chunk *c, const double *w, double u, const double *y,
                     size_t n, double *out)
{
    const gst_two_step_moments *m = a->moments;
    double wy[CHUNK], wyy[CHUNK];
    for (size_t i = 0; i < c->n; i++) {
        wy[i] = w[i] * y[i];
        wyy[i] = wy[i] * y[i];
    }
    for (size_t j = 0, pair = 0; j < m->count; j++) {
        const double *f = a->value + j * c->n, *slope = a->slope + j * c->n;
        double *to_u = out + gst_two_step_at_u(m, j) * n;
        double *to_slope = out + gst_two_step_at_slope(m, j) * n;
        for (size_t k = j; k < m->count; k++, pair++) {
            const double *h = a->value + k * c->n;
            for (size_t i = 0; i < c->n; i++)
                out[pair * n + i] += wyy[i] * f[i] * h[i];
        }
        for (size_t l = 0; l < a->r; l++) {
            double *to_z = out + gst_two_step_at_z(m, j, l) * n;
            for (size_t i = 0; i < c->n; i++)
                to_z[i] += wy[i] * f[i] * c->z[l * c->n + i];
        }
        for (size_t i = 0; i < c->n; i++) {
            to_u[i] += wy[i] * f[i] * u;
            to_slope[i] += wy[i] * slope[i];
        }
    }
}

static void add_chunk(const average *a, const chunk *c, size_t n, double *out)
{
    double y[CHUNK], kappa[CHUNK], w[CHUNK], scale = spread(a), delta = sqrt(a->problem->noise);
    double size = sqrt(a->label->Y2);
    double xi[GST_TWO_STEP_ORDER_MAX + 2] = {0}, share[GST_TWO_STEP_ORDER_MAX + 2] = {1};
    if (a->noise_nodes > 1) {
        memcpy(xi, a->x, sizeof xi);
        memcpy(share, a->w, sizeof share);
    }
    for (size_t s = 0; s < a->noise_nodes; s++) {
        for (size_t q = 0; q < a->nodes; q++) {
            for (size_t i = 0; i < c->n; i++) {
                y[i] = c->g[i] + delta * xi[s];
                w[i] = share[s] * a->w[q] * c->factor[i];
                kappa[i] = scale * a->x[q];
                for (size_t j = 0; j < a->r; j++)
                    kappa[i] += a->label->C1[j] * c->z[j * c->n + i];
            }
            a->basis(a->params, c->n, kappa, y, a->value, a->slope);
            for (size_t i = 0; i < c->n; i++)
                y[i] /= size;
            add_node(a, c, w, a->x[q], y, n, out);
        }
    }
}

static void moments_integrand(size_t n, const double *t, double *out, void *params)
{
    const average *a = params;
    chunk c;
    memset(out, 0, n * a->moments->components * sizeof *out);
    for (size_t begin = 0; begin < n; begin += c.n) {
        fill_chunk(a, n, begin, t, &c);
        add_chunk(a, &c, n, out + begin);
    }
}

/* Cauchy and Schwarz: |E[f_j f_k y^2]| <= s_j s_k, |E[f_j y z]| <= s_j, s_j^2 = E[f_j^2 y^2]; a derivative
 * is measured by E|y f'| <= s_0 (E f'^2)^{1/2}, of the order of s_0 degree times that of the function. */
static void moments_scale(const average *a, const double *value, double *to)
{
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
    average a = {.label = label, .moments = moments, .basis = basis, .params = params};
    double worst = HUGE_VAL;
    set_map(&a, problem);
    *moments = (gst_two_step_moments){.count = count, .r = a.r};
    int status = prepare(&a, degree, moments);
    if (status == GST_OK)
        status = integrate(&a, moments->components, CANCELLED, moments_integrand, moments_scale,
                           moments->value, moments->error, &worst);
    free(a.value);
    char text[64];
    snprintf(text, sizeof text, "E[kappa^%zu y^2]", 2 * degree);
    status = refuse_divergent(status, worst, text, message);
    return status >= 0 && set_units(&a, moments) < 0 ? GST_NO_MEMORY : status;
}

void gst_two_step_moments_clear(gst_two_step_moments *moments)
{
    free(moments->value);
    *moments = (gst_two_step_moments){0};
}
