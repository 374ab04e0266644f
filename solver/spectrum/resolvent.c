/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolvent.c - the self-consistent equations at complex ridge lambda = -z (docs/theory, spectrum).
 *
 *   V(kappa) = sum_a mult_a w_a B_a,   hat_a = rho E[B_a/(1+V)] (+ lambda for the values),
 *   (V1, V2', inner') = relations of the bulk at (hat, V2, inner)
 * (averages over a single kappa with what the rule misses near zeros of 1 + V, pole_corrections.c).
 * Newton's iteration runs on all of w = (V1, V2, inner) at once:
 *   1. evaluate T(w), dT/dw = slope_hat . d hat/dw + slope_u, d hat_a/dw_b = -rho E[B_a B_b/(1+V)^2] mult_b;
 *   2. solve (I - dT/dw) (step, rate) = (T(w) - w, dT/dz), dT/dz = - sum_g slope along D_g;
 *   3. repeat until the step is rounding. */
#include "solver/spectrum/resolvent.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) (fabs(creal(x)) + fabs(cimag(x)))
#include "base/dense.inc"

/* Nodes whose share is below this are left out. */
#define NEGLIGIBLE 1e-20
#define PASSES 30
/* Steps below the first are rounding; below the second they may stop shrinking. */
#define SETTLED 1e-14
#define ACCEPTED 1e-7
/* A step longer than this is shortened to it. */
#define LONGEST_STEP 0.5
#define START_PASSES 400
#define START_CHANGE 0.02

/* ---- memory ------------------------------------------------------------------------------------- */

static size_t count_nodes(const gst_moments *t)
{
    size_t n = 1;
    while (n < t->n && t->share[n] > NEGLIGIBLE)
        n++;
    return n;
}

static int take_memory(gst_resolvent *r)
{
    size_t size = r->size, columns = r->L + r->K + r->inner, L = r->L, n = r->nodes;
    const gst_array arrays[] = {GST_VECTOR(r->w, size),
                                GST_VECTOR(r->rate, size),
                                GST_VECTOR(r->kept.w, size),
                                GST_VECTOR(r->kept.rate, size),
                                GST_VECTOR(r->marked.w, size),
                                GST_VECTOR(r->marked.rate, size),
                                GST_VECTOR(r->value, size),
                                GST_MATRIX(r->slope, size, columns),
                                GST_MATRIX(r->system, size, size),
                                GST_MATRIX(r->column, size, 2),
                                GST_VECTOR(r->hat, L),
                                GST_MATRIX(r->curvature, L, L),
                                GST_VECTOR(r->unit, size),
                                GST_VECTOR(r->weight[0], n),
                                GST_VECTOR(r->weight[1], n),
                                GST_VECTOR(r->weight2[0], n),
                                GST_VECTOR(r->weight2[1], n)};
    return gst_arena_take(&r->memory, sizeof arrays / sizeof *arrays, arrays);
}

int gst_resolvent_alloc(gst_resolvent *r, const gst_resolution *resolution, double alpha,
                        double beta)
{
    const gst_bulk *bulk = resolution->bulk;
    *r = (gst_resolvent){.tables = resolution->state,
                         .bulk = resolution->bulk,
                         .alpha = alpha,
                         .beta = beta,
                         .rho = alpha / beta,
                         .K = bulk->K,
                         .L = bulk->L,
                         .inner = bulk->inner,
                         .size = bulk->L + bulk->inner,
                         .nodes = count_nodes(resolution->moments)};
    int status = gst_poles_alloc(&r->poles, resolution->moments);
    if (r->poles.n > 0)
        r->nodes = r->poles.n; /* none is negligible beside a pole */
    if (status == GST_OK)
        status = take_memory(r);
    if (status != GST_OK)
        gst_resolvent_clear(r);
    return status;
}

void gst_resolvent_clear(gst_resolvent *r)
{
    gst_poles_clear(&r->poles);
    gst_arena_free(&r->memory);
    *r = (gst_resolvent){.solved = 0};
}

double complex gst_resolvent_value(const gst_resolvent *r, size_t g)
{
    return r->w[gst_packed_value(r->K, g)];
}

double complex gst_resolvent_sum(const gst_resolvent *r)
{
    double complex sum = 0.0;
    for (size_t g = 0; g < r->K; g++)
        sum += gst_resolvent_value(r, g);
    return sum;
}

/* ---- averages over kappa ------------------------------------------------------------------------ */

/* weight = rho w/(1+V), weight2 = rho w/(1+V)^2. */
static void set_weights(gst_resolvent *r)
{
    const gst_state *e = r->tables;
    size_t stride = e->moments->n, n = r->nodes;
    double *re = r->weight2[0], *im = r->weight2[1];
    for (size_t k = 0; k < n; k++) {
        re[k] = 1.0;
        im[k] = 0.0;
    }
    for (size_t a = 0; a < r->L; a++) {
        const double *row = e->B + a * stride;
        double x = e->multiplicity[a] * creal(r->w[a]), y = e->multiplicity[a] * cimag(r->w[a]);
        for (size_t k = 0; k < n; k++) {
            re[k] += x * row[k];
            im[k] += y * row[k];
        }
    }
    gst_poles_find(&r->poles, re, im);
    for (size_t k = 0; k < n; k++) {
        double square = re[k] * re[k] + im[k] * im[k];
        double a = re[k] / square, b = -im[k] / square, weight = r->rho * e->moments->w[k];
        r->weight[0][k] = weight * a;
        r->weight[1][k] = weight * b;
        r->weight2[0][k] = weight * (a * a - b * b);
        r->weight2[1][k] = weight * 2.0 * a * b;
    }
}

static double complex average(size_t n, double *const weight[2], const double *a)
{
    double re = 0.0, im = 0.0;
#pragma omp simd reduction(+ : re, im)
    for (size_t k = 0; k < n; k++) {
        re += weight[0][k] * a[k];
        im += weight[1][k] * a[k];
    }
    return re + im * I;
}

static double complex average_product(size_t n, double *const weight[2], const double *a,
                                      const double *b)
{
    double re = 0.0, im = 0.0;
#pragma omp simd reduction(+ : re, im)
    for (size_t k = 0; k < n; k++) {
        double product = a[k] * b[k];
        re += weight[0][k] * product;
        im += weight[1][k] * product;
    }
    return re + im * I;
}

double complex gst_resolvent_average(const gst_resolvent *r, const double *a, const double *b)
{
    return average_product(r->nodes, r->weight, a, b) + r->rho * gst_poles_miss(&r->poles, a, b);
}

/* hats, and curvature_ab = rho E[B_a B_b/(1+V)^2]. */
static void set_hats(gst_resolvent *r, double complex z)
{
    const double *B = r->tables->B;
    size_t stride = r->tables->moments->n, n = r->nodes, L = r->L;
    for (size_t a = 0; a < L; a++) {
        const double *row = B + a * stride;
        r->hat[a] = average(n, r->weight, row) + r->rho * gst_poles_miss(&r->poles, row, NULL);
        for (size_t b = a; b < L; b++)
            r->curvature[a * L + b] = r->curvature[b * L + a] =
                average_product(n, r->weight2, row, B + b * stride) +
                r->rho * gst_poles_miss_square(&r->poles, row, B + b * stride);
    }
    for (size_t g = 0; g < r->K; g++)
        r->hat[gst_packed_value(r->K, g)] -= z;
}

/* ---- one step ----------------------------------------------------------------------------------- */

static void set_units(gst_resolvent *r)
{
    size_t K = r->K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            r->unit[gst_packed_pair(K, g, h)] =
                sqrt(cabs(r->w[gst_packed_pair(K, g, g)]) * cabs(r->w[gst_packed_pair(K, h, h)]));
        r->unit[gst_packed_value(K, g)] = cabs(gst_resolvent_value(r, g));
    }
    for (size_t a = r->L; a < r->size; a++)
        r->unit[a] = 1.0 + cabs(r->w[a]);
}

static void set_system(gst_resolvent *r)
{
    size_t L = r->L, K = r->K, size = r->size, columns = L + K + r->inner, first = L - K;
    for (size_t i = 0; i < size; i++) {
        const double complex *row = r->slope + i * columns;
        double complex along_ridge = 0.0;
        for (size_t j = 0; j < size; j++) {
            double complex sum = 0.0;
            for (size_t a = 0; j < L && a < L; a++)
                sum -= row[a] * r->curvature[a * L + j];
            if (j < L)
                sum *= r->tables->multiplicity[j];
            if (j >= first)
                sum += row[L + j - first];
            r->system[i * size + j] = (i == j ? 1.0 : 0.0) - sum * (r->unit[j] / r->unit[i]);
        }
        for (size_t g = 0; g < K; g++)
            along_ridge -= row[gst_packed_value(K, g)];
        r->column[2 * i] = (r->value[i] - r->w[i]) / r->unit[i];
        r->column[2 * i + 1] = along_ridge / r->unit[i];
    }
}

int gst_resolvent_evaluate(gst_resolvent *r, double complex z)
{
    set_weights(r);
    set_hats(r, z);
    set_units(r);
    int status =
        r->bulk->type->relations(r->bulk, r->beta, r->hat, r->w + r->L - r->K, r->value, r->slope);
    if (status == GST_OK)
        set_system(r);
    return status;
}

/* One Newton step and the rate; the relative size of the step, or NaN. */
static double newton_step(gst_resolvent *r, double complex z)
{
    double size = 0.0, share = 1.0;
    if (gst_resolvent_evaluate(r, z) != GST_OK ||
        dense_solve(r->size, r->system, 2, r->column) != GST_OK)
        return NAN;
    for (size_t i = 0; i < r->size; i++) {
        double step = cabs(r->column[2 * i]);
        if (!(step <= size))
            size = step;
    }
    if (size > LONGEST_STEP)
        share = LONGEST_STEP / size;
    for (size_t i = 0; i < r->size; i++) {
        r->w[i] += share * r->column[2 * i] * r->unit[i];
        r->rate[i] = r->column[2 * i + 1] * r->unit[i];
    }
    return size;
}

int gst_resolvent_newton(gst_resolvent *r, double complex z)
{
    double last = INFINITY;
    r->solved = 0;
    for (size_t pass = 0; pass < PASSES; pass++) {
        double size = newton_step(r, z);
        if (!isfinite(size))
            return GST_FAILED;
        if (size <= SETTLED || (size <= ACCEPTED && size >= 0.25 * last)) {
            r->error = size;
            r->z = z;
            r->solved = 1;
            return GST_OK;
        }
        last = size;
    }
    return GST_FAILED;
}

void gst_resolvent_store(const gst_resolvent *r, gst_resolvent_place *place)
{
    memcpy(place->w, r->w, r->size * sizeof *r->w);
    memcpy(place->rate, r->rate, r->size * sizeof *r->rate);
    place->z = r->z;
}

void gst_resolvent_recall(gst_resolvent *r, const gst_resolvent_place *place)
{
    memcpy(r->w, place->w, r->size * sizeof *r->w);
    memcpy(r->rate, place->rate, r->size * sizeof *r->rate);
    r->z = place->z;
    r->solved = 1;
}

void gst_resolvent_mark(gst_resolvent *r)
{
    gst_resolvent_store(r, &r->marked);
}

void gst_resolvent_return(gst_resolvent *r)
{
    gst_resolvent_recall(r, &r->marked);
}

int gst_resolvent_follow(gst_resolvent *r, double complex z)
{
    for (size_t i = 0; i < r->size; i++)
        r->w[i] += r->rate[i] * (z - r->z);
    return gst_resolvent_newton(r, z);
}

int gst_resolvent_start(gst_resolvent *r, double complex z)
{
    size_t K = r->K;
    r->solved = 0;
    memset(r->w, 0, r->size * sizeof *r->w);
    for (size_t g = 0; g < K; g++) {
        double complex V2 = -r->bulk->pi[g] / z;
        r->w[gst_packed_value(K, g)] = V2;
        r->w[gst_packed_pair(K, g, g)] = r->bulk->c[g] * V2;
    }
    for (size_t pass = 0; pass < START_PASSES; pass++) {
        double change = 0.0;
        if (gst_resolvent_evaluate(r, z) != GST_OK)
            return GST_FAILED;
        for (size_t i = 0; i < r->size; i++) {
            double size = cabs(r->column[2 * i]);
            if (!(size <= change))
                change = size;
            r->w[i] += 0.5 * (r->value[i] - r->w[i]);
        }
        if (!isfinite(change))
            return GST_FAILED;
        if (change < START_CHANGE)
            return gst_resolvent_newton(r, z);
    }
    return GST_FAILED;
}
