/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolution.c - one point at one order of quadrature: fixed point, mean prediction, fluctuations, errors. */
#include "solver/readout/resolution.h"
#include "models/training/bulk_law.h"

#include "base/memory.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* First order and number of doublings of the average over m spikes. */
static const struct {
    size_t order, levels;
} resolution[GST_SPIKES_MAX + 1] = {{8, 1}, {96, 8}, {64, 4}, {64, 2}, {32, 1}};

/* The same for the label law of r target variables, whose mesh is the cost of it; its nodes at first. */
static const struct {
    size_t order, levels;
} label_resolution[GST_TARGET_DIM_MAX + 1] = {{0, 0}, {256, 4}, {160, 3}, {64, 1}, {32, 1}};
#define LABEL_NODES ((size_t)40)

/* Relative rounding of V up to this is left to the difference of full and half order. */
#define ORDINARY_SLIP 1e-12

size_t gst_level_label_count(const gst_features *features)
{
    return features->bulk->batch ? label_resolution[features->r].levels : SIZE_MAX;
}

size_t gst_level_count(const gst_features *features)
{
    size_t levels = resolution[features->m].levels;
    size_t labels = label_resolution[features->r].levels;
    return features->bulk->batch && labels > levels ? labels : levels;
}

/* `index`, or the last of `levels`. */
static size_t capped(size_t index, size_t levels)
{
    return index < levels ? index : levels - 1;
}

static int worse(int one, int other)
{
    return one < 0 || other == GST_OK ? one : other;
}

/* The companion has 3/4 of the orders. */
static gst_label_resolution label_orders(const gst_features *features, size_t index, int half)
{
    index = capped(index, label_resolution[features->r].levels);
    size_t order = label_resolution[features->r].order << index, nodes = LABEL_NODES << index;
    return (gst_label_resolution){.order = half ? order / 4 * 3 : order,
                                  .nodes = half ? nodes / 4 * 3 : nodes,
                                  .half = half != 0};
}

static int alloc_bulk(gst_level *level, const gst_features *features, size_t index, int half,
                      const gst_level *previous)
{
    if (previous && index >= gst_level_label_count(features)) {
        level->quality = worse(level->quality, previous->quality);
        return gst_bulk_share(&level->bulk, features, previous->bulk);
    }
    gst_label_resolution orders = {0};
    if (features->bulk->batch)
        orders = label_orders(features, index, half);
    int quality = gst_bulk_alloc(&level->bulk, features, orders);
    level->quality = worse(quality, level->quality);
    return quality < 0 ? quality : GST_OK;
}

int gst_level_refine(gst_level *level, const gst_features *features, size_t index, int half,
                     const gst_level *previous)
{
    *level = (gst_level){.solved = 0};
    size_t order = resolution[features->m].order << capped(index, resolution[features->m].levels);
    int quality = gst_moments_tabulate(&level->moments, features, features->problem.activation,
                                       features->problem.target, order, half);
    level->quality = quality;
    int status = quality < 0 ? quality : alloc_bulk(level, features, index, half, previous);
    if (status == GST_OK)
        status = gst_equations_alloc(&level->equations, level->moments, level->bulk);
    if (status == GST_OK)
        status = gst_readout_alloc(&level->readout, level->equations);
    if (status < 0)
        gst_level_clear(level);
    return status < 0 ? status : GST_OK;
}

int gst_level_alloc(gst_level *level, const gst_features *features, size_t index, int half)
{
    return gst_level_refine(level, features, index, half, NULL);
}

void gst_level_reset(gst_level *level)
{
    level->solved = 0;
    gst_bulk_reset(level->bulk);
}

void gst_level_clear(gst_level *level)
{
    gst_rare_free(level->rare);
    gst_readout_free(level->readout);
    gst_equations_free(level->equations);
    gst_bulk_free(level->bulk);
    gst_moments_free(level->moments);
    *level = (gst_level){.solved = 0};
}

/* ---- the fixed point ---------------------------------------------------------------------------- */

/* x of `from` in the scaling of `to`: V = x/shift. */
static int take_start(gst_level *level, const gst_level *from, const gst_scaled_point *to)
{
    double ratio = to->shift / from->last.shift;
    if (!from->solved || !(ratio > 0.0 || to->shift == from->last.shift))
        return 0;
    if (to->shift == from->last.shift)
        ratio = 1.0;
    for (size_t a = 0; a < level->equations->L; a++)
        level->equations->x[a] = from->equations->x[a] * ratio;
    return isfinite(ratio);
}

static gst_iteration_options iteration_options(const gst_solve_options *o)
{
    size_t most = o->max_iterations;
    if (most == 0)
        most = o->method == GST_METHOD_NEWTON ? 1000 : 1000000;
    return (gst_iteration_options){o->tol, o->damping, most, o->stop};
}

static int solve_equations(gst_level *level, const gst_scaled_point *point,
                           const gst_solve_options *o, const gst_level *start,
                           gst_iteration_info *info, double *gap)
{
    gst_equations *e = level->equations;
    gst_iteration_options options = iteration_options(o);
    if (o->method == GST_METHOD_DAMPED)
        return gst_solve_damped(e, point, &options, info);
    if (o->method == GST_METHOD_ENCLOSE)
        return gst_solve_enclose(e, point, &options, info, gap);
    int warm = take_start(level, start ? start : level, point);
    return gst_solve_newton(e, point, warm, &options, info);
}

/* ---- the certificate ---------------------------------------------------------------------------- */

static int errors_at(gst_level *level, const gst_scaled_point *point)
{
    int status = gst_readout_mean(level->readout, level->equations, point);
    return status == GST_OK ? gst_readout_errors(level->readout, level->equations, point) : status;
}

/* Rounding of the excess risk, absolute; errors_at has been called. */
static int set_rounding(gst_level *level, const gst_scaled_point *point, double residual)
{
    gst_readout *r = level->readout;
    double slip = gst_equations_slip(level->equations, residual), excess = r->excess_risk;
    level->rounding = r->test_error * (r->rounding + (slip > ORDINARY_SLIP ? slip : 0.0));
    if (!r->unresolved)
        return GST_OK;
    r->leave_out = 1;
    int status = errors_at(level, point);
    r->leave_out = 0;
    level->rounding += status == GST_OK ? fabs(r->excess_risk - excess) : excess;
    return errors_at(level, point);
}

/* Twice the sum over order parameters of |excess(x + gap_a) - excess(x)|: twice the first-order bound on
 * the excess risk over the box. */
static int certify(gst_level *level, const gst_scaled_point *point, const double *gap,
                   double *spread)
{
    gst_equations *e = level->equations;
    double centre = level->readout->excess_risk;
    *spread = 0.0;
    for (size_t a = 0; a < e->L; a++) {
        double kept = e->x[a];
        e->x[a] += gap[a];
        int status = gst_equations_map(e, point);
        if (status == GST_OK)
            status = gst_equations_linearise(e);
        if (status == GST_OK)
            status = errors_at(level, point);
        e->x[a] = kept;
        if (status != GST_OK)
            return status;
        *spread += 2.0 * fabs(level->readout->excess_risk - centre);
    }
    int status = gst_equations_map(e, point);
    if (status == GST_OK)
        status = gst_equations_linearise(e);
    return status == GST_OK ? errors_at(level, point) : status;
}

/* gap = NULL: the enclosure has not closed and bounds nothing. */
static int set_certificate(gst_level *level, const gst_scaled_point *point, const double *gap,
                           gst_risk *risk)
{
    double spread = INFINITY;
    int status = gap ? certify(level, point, gap, &spread) : GST_OK;
    risk->excess_low = gap ? risk->excess_risk - spread : 0.0;
    risk->excess_high = risk->excess_risk + spread;
    return status;
}

/* ------------------------------------------------------------------------------------------------- */

gst_risk gst_risk_failed(double lambda, const char *reason)
{
    return (gst_risk){.excess_risk = NAN,
                      .test_error = NAN,
                      .train_error = NAN,
                      .lambda = lambda,
                      .residual = NAN,
                      .quad_error = NAN,
                      .excess_low = NAN,
                      .excess_high = NAN,
                      .rare_share = NAN,
                      .status = GST_FAILED,
                      .reason = reason};
}

static void take_errors(gst_risk *risk, const gst_readout *readout)
{
    risk->excess_risk = readout->excess_risk;
    risk->test_error = readout->test_error;
    risk->train_error = readout->train_error;
}

int gst_level_solve(gst_level *level, const gst_point *point, const gst_solve_options *options,
                    const gst_level *start, gst_risk *risk)
{
    gst_scaled_point scaled =
        gst_scale_point(point->alpha, point->beta, point->lambda, point->noise, point->width);
    gst_iteration_info info;
    *risk = gst_risk_failed(point->lambda, "");
    double *gap = gst_alloc_doubles(level->equations->L);
    if (!gap)
        return GST_NO_MEMORY;
    int status = solve_equations(level, &scaled, options, start, &info, gap);
    int errors = status >= 0 ? errors_at(level, &scaled) : status;
    risk->iterations = info.iterations;
    risk->reason = info.reason;
    level->solved = status >= 0;
    level->last = scaled;
    if (status >= 0 && errors == GST_OK) {
        risk->residual = info.residual;
        take_errors(risk, level->readout);
        errors = set_rounding(level, &scaled, info.residual);
        if (errors == GST_OK && options->method == GST_METHOD_ENCLOSE)
            errors = set_certificate(level, &scaled, status == GST_OK ? gap : NULL, risk);
    }
    if (status >= 0 && errors != GST_OK) {
        *risk = gst_risk_failed(point->lambda, info.reason[0]
                                                   ? info.reason
                                                   : "the linear systems of the readout have no "
                                                     "acceptable solution");
        status = errors;
    }
    free(gap);
    return risk->status = status;
}

int gst_level_rare_share(gst_level *level, const gst_features *features,
                         const gst_activation *activation, double n, double p, double *share)
{
    int status =
        level->rare ? GST_OK : gst_rare_alloc(&level->rare, level->equations, features, activation);
    if (status == GST_OK)
        *share = gst_rare_share(level->rare, level->readout, level->equations, &level->last, n, p);
    return status;
}

void gst_level_order(const gst_level *level, double *order)
{
    const gst_readout *r = level->readout;
    const gst_equations *e = level->equations;
    size_t K = r->K, m = r->m, q = r->q, s = m + q + 1;
    double *V1 = order, *V2 = V1 + K * K, *mean = V2 + K, *theta = mean + K;
    double *psi = theta + K * m, *eps = psi + K * q, *Q = eps + K, *q2 = Q + K * K;
    gst_packed_expand(K, e->x, V1);
    for (size_t i = 0; i < K * K; i++)
        V1[i] /= level->last.shift;
    for (size_t g = 0; g < K; g++) {
        V2[g] = e->x[gst_packed_value(K, g)] / level->last.shift;
        memcpy(theta + g * m, r->t + g * s, m * sizeof *theta);
        memcpy(psi + g * q, r->t + g * s + m, q * sizeof *psi);
        eps[g] = r->t[g * s + m + q];
    }
    memcpy(mean, r->mean, K * sizeof *mean);
    memcpy(Q, r->Q, K * K * sizeof *Q);
    memcpy(q2, r->q2, K * sizeof *q2);
}
