/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolution.c - one point at one order of quadrature: fixed point, mean prediction, fluctuations, errors. */
#include "solver/readout/resolution.h"
#include "giantstep/features.h"
#include "models/training/bulk_law.h"

#include "base/arena.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Relative rounding of V up to this is left to the difference of full and half order. */
#define ORDINARY_SLIP 1e-12

static int worse(int one, int other)
{
    return one < 0 || other == GST_OK ? one : other;
}

static int alloc_bulk(gst_resolution *resolution, const gst_features *features, size_t labels,
                      int half, const gst_resolution *other)
{
    int status = GST_OK, quality;
    if (other && features->bulk->trajectory) {
        quality = other->bulk_quality;
        status = gst_bulk_share(&resolution->bulk, features, other->bulk);
    } else {
        quality = gst_bulk_alloc(&resolution->bulk, features,
                                 gst_bulk_resolution(features, labels, half));
        status = quality < 0 ? quality : GST_OK;
    }
    resolution->bulk_quality = quality;
    resolution->quality = worse(quality, resolution->quality);
    return status;
}

int gst_resolution_equip(gst_resolution *r)
{
    int status = gst_averages_alloc(&r->averages, r->moments, r->bulk, r->loss);
    if (status != GST_OK)
        return status;
    r->state = gst_averages_state(r->averages);
    size_t L = r->state->L;
    const gst_array arrays[] = {GST_VECTOR(r->start, L), GST_VECTOR(r->gap, L)};
    status = gst_arena_take(&r->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK)
        status = gst_path_alloc(&r->path, L);
    return status == GST_OK ? gst_fixed_point_alloc(&r->fixed_point, r->averages) : status;
}

/* Frees all that was made from the moments, and these. */
static void clear_tables(gst_resolution *r)
{
    gst_coupled_resolution_free(r->coupled);
    gst_rare_free(r->rare);
    gst_readout_free(r->readout);
    gst_fixed_point_clear(&r->fixed_point);
    gst_path_clear(&r->path);
    gst_arena_free(&r->memory);
    gst_averages_free(r->averages);
    if (!r->shared)
        gst_moments_free(r->moments);
    r->shared = 0;
    r->coupled = NULL;
    r->rare = NULL;
    r->readout = NULL;
    r->averages = NULL;
    r->state = NULL;
    r->moments = NULL;
}

int gst_resolution_replace_moments(gst_resolution *resolution, gst_moments *moments)
{
    clear_tables(resolution);
    resolution->moments = moments;
    return gst_resolution_equip(resolution);
}

static int set_moments(gst_resolution *resolution, const gst_features *features, size_t order,
                       int half, const gst_resolution *other)
{
    const gst_problem *p = &features->problem;
    int quality;
    if (other) {
        quality = other->moments_quality;
        resolution->moments = other->moments;
        resolution->shared = 1;
    } else {
        quality = gst_moments_tabulate(&resolution->moments, features, p->activation, p->target,
                                       order, half);
    }
    resolution->moments_quality = resolution->quality = quality;
    return quality < 0 ? quality : GST_OK;
}

static int couple(gst_resolution *resolution, const gst_features *features, gst_orders orders,
                  size_t order, int half, const gst_resolution *other)
{
    int status = alloc_bulk(resolution, features, orders.labels, half, other);
    if (status == GST_OK) {
        int quality = gst_resolution_couple(resolution, features, order, half);
        resolution->quality = worse(quality, resolution->quality);
        status = quality < 0 ? quality : GST_OK;
    }
    if (status < 0)
        gst_resolution_clear(resolution);
    return status;
}

int gst_resolution_at(gst_resolution *resolution, const gst_features *features, gst_orders orders,
                      int half, const gst_resolution *tables, const gst_resolution *laws)
{
    *resolution = (gst_resolution){.loss = features->problem.loss};
    size_t order = gst_orders_intervals(features, orders);
    if (gst_problem_has_losses(&features->problem))
        return couple(resolution, features, orders, order, half, laws);
    int status = set_moments(resolution, features, order, half, tables);
    if (status == GST_OK)
        status = alloc_bulk(resolution, features, orders.labels, half, laws);
    if (status == GST_OK)
        status = gst_resolution_equip(resolution);
    if (status == GST_OK)
        status = gst_readout_alloc(&resolution->readout, resolution->state);
    if (status < 0)
        gst_resolution_clear(resolution);
    return status < 0 ? status : GST_OK;
}

int gst_resolution_alloc(gst_resolution *resolution, const gst_features *features, size_t index,
                         int half)
{
    return gst_resolution_at(resolution, features, gst_orders_doubled(features, index), half, NULL,
                             NULL);
}

void gst_resolution_reset(gst_resolution *resolution)
{
    resolution->path.count = 0;
    if (resolution->coupled)
        resolution->coupled->solved = 0;
    gst_bulk_reset(resolution->bulk);
}

void gst_resolution_clear(gst_resolution *resolution)
{
    clear_tables(resolution);
    gst_bulk_free(resolution->bulk);
    *resolution = (gst_resolution){.moments = NULL};
}

/* ---- the fixed point ---------------------------------------------------------------------------- */

/* What the last solutions of `from` say of `to`, a positive start, into resolution->start; NULL if there are none. */
static const double *take_start(gst_resolution *resolution, const gst_resolution *from,
                                const gst_scaled_point *to)
{
    double *start = resolution->start;
    int status = gst_path_ahead(&from->path, to, from->state->unit, start);
    if (status == GST_OK && !gst_averages_positive(resolution->averages, start))
        status = gst_path_nearest(&from->path, to, start);
    return status == GST_OK ? start : NULL;
}

static gst_iteration_options iteration_options(const gst_solve_options *o)
{
    size_t most = o->max_iterations;
    if (most == 0)
        most = o->method == GST_METHOD_NEWTON ? 1000 : 1000000;
    return (gst_iteration_options){
        .tol = o->tol, .damping = o->damping, .max_iterations = most, .stop = o->stop};
}

static int solve_equations(gst_resolution *resolution, const gst_scaled_point *point,
                           const gst_solve_options *o, const gst_resolution *other,
                           gst_iteration_info *info)
{
    gst_fixed_point *f = &resolution->fixed_point;
    gst_iteration_options options = iteration_options(o);
    if (o->method == GST_METHOD_DAMPED)
        return gst_solve_damped(f, point, &options, info);
    if (o->method == GST_METHOD_ENCLOSE)
        return gst_solve_enclose(f, point, &options, info, resolution->gap);
    const double *start = take_start(resolution, other ? other : resolution, point);
    return gst_solve_newton(f, point, start, &options, info);
}

/* ---- the certificate ---------------------------------------------------------------------------- */

static int errors_at(gst_resolution *resolution)
{
    int status = gst_readout_mean(resolution->readout, resolution->state);
    return status == GST_OK ? gst_readout_errors(resolution->readout, resolution->state) : status;
}

/* Rounding of the excess risk, absolute; errors_at has been called. */
static int set_rounding(gst_resolution *resolution, double residual)
{
    gst_readout *r = resolution->readout;
    double slip = gst_averages_slip(resolution->averages, residual), excess = r->excess_risk;
    resolution->rounding = r->test_error * (r->rounding + (slip > ORDINARY_SLIP ? slip : 0.0));
    if (!r->unresolved)
        return GST_OK;
    r->leave_out = 1;
    int status = errors_at(resolution);
    r->leave_out = 0;
    resolution->rounding += status == GST_OK ? fabs(r->excess_risk - excess) : excess;
    return errors_at(resolution);
}

/* The errors at order parameters x, which need not solve the equations. */
static int errors_beside(gst_resolution *resolution, const gst_scaled_point *point, const double *x)
{
    int status = gst_averages_map(resolution->averages, point, x);
    if (status == GST_OK)
        status = gst_averages_linearise(resolution->averages);
    return status == GST_OK ? errors_at(resolution) : status;
}

/* Twice the sum over order parameters of |excess(x + gap_a) - excess(x)|: twice the first-order bound on
 * the excess risk over the box. */
static int certify(gst_resolution *resolution, const gst_scaled_point *point, const double *gap,
                   double *spread)
{
    size_t L = resolution->state->L;
    double centre = resolution->readout->excess_risk, *x = resolution->start;
    const double *solution = resolution->path.x;
    memcpy(x, solution, L * sizeof *x);
    *spread = 0.0;
    for (size_t a = 0; a < L; a++) {
        x[a] += gap[a];
        int status = errors_beside(resolution, point, x);
        x[a] = solution[a];
        if (status != GST_OK)
            return status;
        *spread += 2.0 * fabs(resolution->readout->excess_risk - centre);
    }
    return errors_beside(resolution, point, x);
}

/* gap = NULL: the enclosure has not closed and bounds nothing. */
static int set_certificate(gst_resolution *resolution, const gst_scaled_point *point,
                           const double *gap, gst_risk *risk)
{
    double spread = INFINITY;
    int status = gap ? certify(resolution, point, gap, &spread) : GST_OK;
    risk->excess_low = gap ? risk->excess_risk - spread : 0.0;
    risk->excess_high = risk->excess_risk + spread;
    return status;
}

/* ------------------------------------------------------------------------------------------------- */

static void take_errors(gst_risk *risk, const gst_readout *readout)
{
    risk->excess_risk = readout->excess_risk;
    risk->test_error = readout->test_error;
    risk->train_error = readout->train_error;
    risk->test_loss = 0.5 * readout->test_error;
    risk->train_loss = 0.5 * readout->train_error;
}

/* Errors, their rounding and certificate at the solution just found. */
static int set_errors(gst_resolution *resolution, const gst_solve_options *options, int found,
                      const gst_iteration_info *info, gst_risk *risk)
{
    int status = errors_at(resolution);
    if (status != GST_OK)
        return status;
    risk->residual = info->residual;
    take_errors(risk, resolution->readout);
    status = set_rounding(resolution, fmax(info->residual, info->noise));
    if (status == GST_OK && options->method == GST_METHOD_ENCLOSE)
        status = set_certificate(resolution, &resolution->path.at[0],
                                 found == GST_OK ? resolution->gap : NULL, risk);
    return status;
}

int gst_resolution_solve(gst_resolution *resolution, const gst_point *point,
                         const gst_solve_options *options, const gst_resolution *start,
                         gst_risk *risk)
{
    if (resolution->coupled)
        return gst_resolution_solve_coupled(resolution, point, options, start, risk);
    gst_scaled_point scaled =
        gst_scale_point(point->alpha, point->beta, point->lambda, point->noise, point->width);
    gst_iteration_info info;
    *risk = gst_risk_failed(point->lambda, "");
    int status = solve_equations(resolution, &scaled, options, start, &info);
    risk->iterations = info.iterations;
    risk->reason = info.reason;
    if (status < 0) {
        resolution->path.count = 0;
        return risk->status = status;
    }
    gst_path_add(&resolution->path, &scaled, resolution->state->x);
    int errors = set_errors(resolution, options, status, &info, risk);
    if (errors != GST_OK) {
        *risk = gst_risk_failed(point->lambda, info.reason[0]
                                                   ? info.reason
                                                   : "the linear systems of the readout have no "
                                                     "acceptable solution");
        status = errors;
    }
    return risk->status = status;
}

int gst_resolution_rare_share(gst_resolution *resolution, const gst_features *features,
                              const gst_activation *activation, double n, double p, double *share)
{
    const gst_state *state = resolution->state;
    int status =
        resolution->rare ? GST_OK : gst_rare_alloc(&resolution->rare, state, features, activation);
    if (status == GST_OK)
        *share = gst_rare_share(resolution->rare, resolution->readout, state, n, p);
    return status;
}

double gst_resolution_truncation(const gst_resolution *resolution)
{
    const gst_moments *t = resolution->moments;
    double sum = 0.0;
    if (!resolution->coupled)
        return gst_state_truncation(resolution->state);
    if (resolution->coupled->equations.active < t->n || t->m == 0)
        return 0.0;
    for (size_t k = 0; k < t->n; k++)
        sum += t->share[k] * t->edge[k];
    return sum;
}

void gst_resolution_take_solution(const gst_resolution *resolution, gst_solution *solution)
{
    if (resolution->coupled) {
        gst_coupled_take_solution(&resolution->coupled->equations, resolution->coupled->u,
                                  solution);
        return;
    }
    const gst_readout *r = resolution->readout;
    const double *x = resolution->path.x;
    double shift = resolution->path.at[0].shift;
    size_t K = r->K, m = r->m, q = r->q, s = gst_readout_special(r);
    gst_packed_expand(K, x, solution->V1);
    for (size_t i = 0; i < K * K; i++)
        solution->V1[i] /= shift;
    for (size_t g = 0; g < K; g++) {
        solution->V2[g] = x[gst_packed_value(K, g)] / shift;
        memcpy(solution->theta + g * m, r->t + g * s, m * sizeof *r->t);
        memcpy(solution->psi + g * q, r->t + g * s + m, q * sizeof *r->t);
        solution->eps[g] = r->t[g * s + m + q];
    }
    memcpy(solution->mean, r->mean, K * sizeof *r->mean);
    memcpy(solution->Q, r->Q, K * K * sizeof *r->Q);
    memcpy(solution->q2, r->q2, K * sizeof *r->q2);
}
