/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exact_risk.c - the excess risk of a network of finite size, without test samples (theory 1).
 *
 *   risk = E g^2 - 2 sum_i c_i b_i + sum_ij c_i c_j K_ij,  b_i = E[g(z) sigma(w_i.x)],
 *   K_ij = E[sigma(w_i.x) sigma(w_j.x)], a closed form of |w_i|^2, |w_j|^2 and w_i.w_j (closed_form.h).
 *
 *   1. E g^2 by Gaussian expectation.
 *   2. Given z, w_i.x = u_i.z + t_i xi, u_i = W* w_i, t_i^2 = |w_i|^2 - |u_i|^2: the mean over xi is closed
 *      too, which leaves b_i = sum_k w_k s_i(z_k) over a rule common to all neurons.  Its order doubles
 *      until the last doubling changes no risk by more than the tolerance; that change is the error.
 *   3. Rows of K in blocks, those right of the diagonal block by symmetry; a block is used up by
 *      sum_ij c_i c_j K_ij of all readouts at once. */
#include "validate/networks/exact_risk.h"
#include "giantstep/target.h"
#include "giantstep/problem.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/expectation.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/functions/closed_form.h"
#include "validate/networks/blas.h"
#include "base/memory.h"
#include "validate/networks/target_rule.h"

/* BLOCK: rows of K at a time.  The first order that can be accepted is twice FIRST_ORDER. */
enum { BLOCK = 256, CHUNK = 512, FIRST_ORDER = 32, LAST_ORDER = 1 << 20 };

typedef struct {
    const gst_first_layer *network;
    const gst_closed_kernel *kernel;
    const gst_population_options *options;
    volatile const int *stop;
    size_t p, r, fits;
    double scale;
    const double *c;
    double *square, *own;  /* scale^2 |w_i|^2, K_ii */
    double *u, *t;         /* scale*u_i at u[i*r + j], |scale| t_i */
    double *cross, *shift; /* b_i, its change at the last doubling */
    double *readout;       /* readout[i*fits + k] = c[k*p + i] */
    double *gram, *partial;
    double *room,
        *panel; /* in single precision: two blocks of rows in double, and the product of these; else NULL */
    gst_target_rule rule;
    double target, target_error; /* E g^2 */
} population;

gst_population_options gst_population_defaults(void)
{
    return (gst_population_options){.epsrel = 1e-10, .nodes = (size_t)1 << 20};
}

int gst_population_validate(const gst_population_options *options, gst_message *message)
{
    if (!(options->epsrel > 0) || !(options->epsrel < 1))
        return gst_fail(message, GST_INVALID, "epsrel: %g is not in (0, 1)", options->epsrel);
    if (options->nodes < 1 || options->nodes > SIZE_MAX / 64)
        return gst_fail(message, GST_INVALID, "nodes: %zu is out of range", options->nodes);
    return GST_OK;
}

int gst_population_is_known(const gst_activation *activation)
{
    double scale;
    return gst_closed_kernel_find(activation, &scale) != NULL;
}

/* Doubles of `room` and `panel`. */
static size_t count_copies(size_t d, gst_precision precision)
{
    return precision == GST_PRECISION_DOUBLE ? 0 : BLOCK * (2 * d + BLOCK);
}

double gst_population_doubles(size_t p, size_t d, gst_precision precision, size_t fits, size_t r,
                              size_t nodes)
{
    double rows = (double)p, columns = (double)fits, axes = (double)r;
    return rows * (5 + axes + columns + BLOCK) + BLOCK * columns + (axes + 1) * (double)nodes +
           (double)count_copies(d, precision);
}

static int allocate(population *q)
{
    size_t p = q->p;
    q->square = gst_alloc_doubles(p);
    q->own = gst_alloc_doubles(p);
    q->u = gst_alloc_doubles(p * q->r);
    q->t = gst_alloc_doubles(p);
    q->cross = gst_alloc_doubles(p);
    q->shift = gst_alloc_doubles(p);
    q->readout = gst_alloc(p, q->fits * sizeof *q->readout);
    q->gram = gst_alloc_doubles(BLOCK * p);
    q->partial = gst_alloc_doubles(BLOCK * q->fits);
    q->room = gst_alloc_doubles(count_copies(q->network->d, gst_first_layer_precision(q->network)));
    q->panel = q->room ? q->room + 2 * BLOCK * q->network->d : NULL;
    int status = gst_target_rule_init(&q->rule, q->network->problem->target, q->options->nodes);
    if (!q->square || !q->own || !q->u || !q->t || !q->cross || !q->shift || !q->readout ||
        !q->gram || !q->partial || !q->room)
        return GST_NO_MEMORY;
    return status;
}

static void release(population *q)
{
    free(q->square);
    free(q->own);
    free(q->u);
    free(q->t);
    free(q->cross);
    free(q->shift);
    free(q->readout);
    free(q->gram);
    free(q->partial);
    free(q->room);
    gst_target_rule_clear(&q->rule);
}

/* Lengths and target coordinates of the rows. */
static void measure_rows(population *q)
{
    const gst_first_layer *network = q->network;
    for (size_t i = 0; i < q->p; i++) {
        const double *w = gst_first_layer_row(network, i);
        double square = gst_dense_dot(network->d, w, w), rest = square;
        for (size_t j = 0; j < q->r; j++) {
            double u = gst_dense_dot(network->s, network->read + j * network->s, w);
            rest -= u * u;
            q->u[i * q->r + j] = q->scale * u;
        }
        q->t[i] = rest < 0 ? 0 : fabs(q->scale) * sqrt(rest);
        q->square[i] = q->own[i] = q->scale * q->scale * square;
        q->kernel->pairs(1, q->square[i], q->square + i, q->own + i);
        for (size_t k = 0; k < q->fits; k++)
            q->readout[i * q->fits + k] = q->c[k * q->p + i];
    }
}

/* ---- target ------------------------------------------------------------------------------------- */

static void squared_target(size_t n, const double *z, double *out, void *params)
{
    const population *q = params;
    gst_expression_evaluate(gst_target_expression(q->network->problem->target), n, z, out, NULL);
    for (size_t k = 0; k < n; k++)
        out[k] *= out[k];
}

static int measure_target(population *q)
{
    const gst_expression *g = gst_target_expression(q->network->problem->target);
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand square = {
        .kinks = gst_expression_kinks(g), .components = 1, .f = squared_target, .params = q};
    options.epsabs = 0;
    options.epsrel = 0.1 * q->options->epsrel;
    int status = gst_expectation(&square, NULL, &options, &q->target, NULL, &q->target_error);
    return status < 0 ? status : GST_OK;
}

/* ---- cross term --------------------------------------------------------------------------------- */

/* E[g s_i] by the rule of the present order. */
static double cross_term(const population *q, size_t i)
{
    const gst_target_rule *rule = &q->rule;
    const double *u = q->u + i * q->r;
    double s[CHUNK], sum = 0;
    for (size_t first = 0; first < rule->n; first += CHUNK) {
        size_t count = rule->n - first < CHUNK ? rule->n - first : CHUNK;
        memset(s, 0, count * sizeof *s);
        for (size_t j = 0; j < q->r; j++)
            for (size_t k = 0; k < count; k++)
                s[k] += u[j] * rule->z[j * rule->most + first + k];
        q->kernel->smoothed(count, q->t[i], s);
        sum += gst_dense_dot(count, rule->w + first, s);
    }
    return sum;
}

/* Error of 2 sum_i c_i b_i of readout k. */
static double cross_error(const population *q, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < q->p; i++)
        sum += fabs(q->readout[i * q->fits + k] * q->shift[i]);
    return 2 * sum;
}

static int is_settled(const population *q)
{
    for (size_t k = 0; k < q->fits; k++)
        if (!(cross_error(q, k) <= 0.5 * q->options->epsrel * q->target))
            return 0;
    return 1;
}

/* A rule that would be too large ends the doubling; the first two must be there. */
static int measure_cross(population *q)
{
    for (size_t order = FIRST_ORDER; order <= LAST_ORDER; order *= 2) {
        int status = gst_target_rule_fill(&q->rule, order);
        if (status == GST_LOOSE)
            return order <= 2 * FIRST_ORDER ? GST_FAILED : GST_OK;
        for (size_t i = 0; status == GST_OK && i < q->p; i++) {
            double last = q->cross[i];
            if (q->stop && *q->stop)
                status = GST_INTERRUPTED;
            q->cross[i] = cross_term(q, i);
            q->shift[i] = q->cross[i] - last;
        }
        if (status != GST_OK)
            return status;
        if (order > FIRST_ORDER && is_settled(q))
            return GST_OK;
    }
    return GST_OK;
}

/* ---- pair term ---------------------------------------------------------------------------------- */

/* Rows first .. first+rows-1 of W W^T, as many columns: the risk wants more digits than products of single precision have. */
static void multiply_rows(population *q, size_t first, size_t rows, size_t columns)
{
    gst_numbers W = gst_first_layer_weights(q->network);
    size_t d = q->network->d;
    if (W.wide) {
        gst_dense_multiply(GST_AS_IS, GST_TRANSPOSED, rows, columns, d, W.wide + first * d, W.wide,
                           0, q->gram);
        return;
    }
    double *other = q->room + BLOCK * d;
    gst_numbers_load(rows * d, gst_numbers_from(W, first * d), q->room);
    for (size_t at = 0; at < columns; at += BLOCK) {
        size_t width = columns - at < BLOCK ? columns - at : BLOCK;
        gst_numbers_load(width * d, gst_numbers_from(W, at * d), other);
        gst_dense_multiply(GST_AS_IS, GST_TRANSPOSED, rows, width, d, q->room, other, 0, q->panel);
        for (size_t i = 0; i < rows; i++)
            memcpy(q->gram + i * columns + at, q->panel + i * width, width * sizeof *q->gram);
    }
}

/* Rows first .. first+rows-1 of K left of the end of the diagonal block; what lies left of that block
 * stands for its mirror image too. */
static void kernel_rows(population *q, size_t first, size_t rows)
{
    size_t columns = first + rows;
    multiply_rows(q, first, rows, columns);
    for (size_t i = 0; i < rows; i++) {
        double *row = q->gram + i * columns;
        for (size_t j = 0; j < columns; j++)
            row[j] *= q->scale * q->scale;
        q->kernel->pairs(columns, q->square[first + i], q->square, row);
        for (size_t j = 0; j < first; j++)
            row[j] *= 2;
    }
}

/* risk += sum_ij c_i c_j K_ij. */
static int add_pairs(population *q, gst_population_risk *risks)
{
    for (size_t first = 0; first < q->p; first += BLOCK) {
        size_t rows = q->p - first < BLOCK ? q->p - first : BLOCK;
        if (q->stop && *q->stop)
            return GST_INTERRUPTED;
        kernel_rows(q, first, rows);
        gst_dense_multiply(GST_AS_IS, GST_AS_IS, rows, q->fits, first + rows, q->gram, q->readout,
                           0, q->partial);
        for (size_t i = 0; i < rows; i++)
            for (size_t k = 0; k < q->fits; k++)
                risks[k].risk +=
                    q->readout[(first + i) * q->fits + k] * q->partial[i * q->fits + k];
    }
    return GST_OK;
}

/* ---- risk --------------------------------------------------------------------------------------- */

/* E g^2 - 2 c.b, and the errors: rounding of K_ij relative to sqrt(K_ii K_jj). */
static void start_risks(const population *q, gst_population_risk *risks)
{
    for (size_t k = 0; k < q->fits; k++) {
        double cross = 0, size = sqrt(q->target);
        for (size_t i = 0; i < q->p; i++) {
            double c = q->readout[i * q->fits + k];
            cross += c * q->cross[i];
            size += fabs(c) * sqrt(q->own[i]);
        }
        risks[k].risk = q->target - 2 * cross;
        risks[k].error = q->target_error + cross_error(q, k) + DBL_EPSILON * size * size;
    }
}

static int judge(const population *q, gst_population_risk *risks)
{
    int worst = GST_OK;
    for (size_t k = 0; k < q->fits; k++) {
        gst_population_risk *risk = risks + k;
        double allowed = q->options->epsrel * (risk->risk + q->target);
        risk->status = risk->error <= allowed ? GST_OK : GST_LOOSE;
        if (!isfinite(risk->risk) || !isfinite(risk->error))
            *risk = (gst_population_risk){.risk = NAN, .error = NAN, .status = GST_FAILED};
        if (risk->status != GST_OK && worst != GST_FAILED)
            worst = risk->status;
    }
    return worst;
}

static int compute(population *q, gst_population_risk *risks)
{
    for (size_t k = 0; k < q->fits; k++)
        risks[k] = (gst_population_risk){.risk = NAN, .error = NAN, .status = GST_FAILED};
    int status = allocate(q);
    if (status != GST_OK)
        return status;
    measure_rows(q);
    status = measure_target(q);
    if (status == GST_OK)
        status = measure_cross(q);
    if (status != GST_OK)
        return status;
    start_risks(q, risks);
    status = add_pairs(q, risks);
    return status == GST_OK ? judge(q, risks) : status;
}

int gst_population_risks(const gst_first_layer *network, size_t fits, const double *c,
                         const gst_population_options *options, volatile const int *stop,
                         gst_population_risk *risks)
{
    population q = {.network = network, .options = options, .stop = stop, .fits = fits, .c = c};
    q.p = network->p;
    q.r = gst_target_dim(network->problem->target);
    q.kernel = gst_closed_kernel_find(network->problem->activation, &q.scale);
    int status = q.kernel ? gst_population_validate(options, NULL) : GST_INVALID;
    if (status == GST_OK)
        status = compute(&q, risks);
    release(&q);
    return status;
}
