/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectrum.c - a spectrum's tables, densities and Stieltjes transforms with their errors (docs/theory).
 *
 *   1. The rank of the features per neuron, hence the atom at 0;
 *   2. order by order as in model.c: tables at full order and the companion's (resolvent_tables.c), the support (edges.c), and the
 *      difference of the two densities at a few points of every bulk, until that is small enough;
 *   3. the mass (mass.c). */
#include "solver/spectrum/spectrum_private.h"
#include "giantstep/features.h"
#include "giantstep/target.h"
#include "solver/spectrum/grid_density.h"

#include "solver/spectrum/edges.h"

#include "base/memory.h"

#include <float.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

/* Probes of the order's error are points 1, STEP, 2 STEP, .., GRID - 1 of a grid per bulk; the share of the
 * tolerance it may take. */
enum { PROBE_GRID = 400, PROBE_STEP = 8 };
#define PROBE_SHARE 0.5
#define PROBE_RATIO 0.1
/* Tables are good to 1e-16 and the companion's to 1e-11 of their largest values: nearer to 0 no order helps. */
#define PROBE_LEAST 1e-7
/* Doubling pays if it reduces the error by this factor; so often it may fail to. */
#define WORTH_WHILE 0.5
#define IDLE_ORDERS 3
/* mu2^2 relative to E sigma^2 below this is a linear feature. */
#define LINEAR 1e-13
/* Ranks per neuron nearer than this are equal. */
#define SAME_RANK (4.0 * DBL_EPSILON)

/* ---- atom --------------------------------------------------------------------------------------- */

static int is_linear(const gst_moments *t, const double *c, size_t g)
{
    for (size_t k = 0; k < t->n; k++) {
        double mu1 = t->mu1[g * t->n + k];
        if (t->mu2sq[g * t->n + k] > LINEAR * c[g] * mu1 * mu1)
            return 0;
    }
    return 1;
}

/* Ranks per neuron: of the samples, and of the features, of which linear ones span d directions at most.  *square:
 * some of these are equal, which lets singular values go down to 0. */
static void count_ranks(const gst_moments *t, const gst_features *f, double alpha, double beta,
                        double *samples, double *features, int *square)
{
    double linear = 0.0, rank = 0.0;
    for (size_t g = 0; g < f->K; g++)
        *(is_linear(t, f->c, g) ? &linear : &rank) += f->pi[g];
    *samples = alpha / beta;
    *features = rank + fmin(linear, 1.0 / beta);
    *square = fabs(*samples - *features) <= SAME_RANK ||
              (linear > 0.0 && fabs(linear - 1.0 / beta) <= SAME_RANK);
}

/* Mass at 0 is what n samples leave of p features. */
static double atom_mass(double samples, double features)
{
    double rank = fmin(samples, features);
    return rank < 1.0 - SAME_RANK ? 1.0 - rank : 0.0;
}

/* ---- values ------------------------------------------------------------------------------------- */

gst_spectral_value gst_spectrum_density(gst_spectrum *s, double x, double *group)
{
    return gst_spectrum_tables_density(&s->tables, s->tol, x, group);
}

static int solve_ridge(gst_spectrum *s, size_t which, double lambda, double *values, double *sum,
                       double *residual)
{
    gst_fixed_point *f = &s->tables.resolution[which].fixed_point;
    gst_scaled_point point = gst_scale_point(s->alpha, s->beta, lambda, 0.0, INFINITY);
    gst_iteration_options options = {
        .tol = s->tol, .damping = 1.0, .max_iterations = 1000, .stop = s->stop};
    gst_iteration_info info;
    int status = gst_solve_newton(f, &point, NULL, &options, &info);
    *sum = 0.0;
    for (size_t g = 0; g < s->features[0]->K; g++) {
        double V2 = status < 0 ? NAN : gst_state_V2(f->state, g) / point.shift;
        if (values)
            values[g] = V2;
        *sum += V2;
    }
    *residual = info.residual;
    return status;
}

static gst_spectral_value stieltjes(gst_spectrum *s, double lambda, double *group)
{
    double value, other, residual, ignored;
    int status = solve_ridge(s, GST_FULL, lambda, group, &value, &residual);
    if (status < 0)
        return (gst_spectral_value){.value = NAN, .error = NAN, .status = status};
    status = solve_ridge(s, GST_COMPANION, lambda, NULL, &other, &ignored);
    if (status == GST_NO_MEMORY)
        return (gst_spectral_value){.value = NAN, .error = NAN, .status = status};
    double error = fabs(value - other) + 4.0 * DBL_EPSILON * value;
    if (!isfinite(error))
        error = INFINITY;
    gst_spectral_value result = gst_spectral_judge(value, error, s->tol * value);
    if (!(residual <= s->tol) && result.status == GST_OK)
        result.status = GST_LOOSE;
    return result;
}

/* ---- life --------------------------------------------------------------------------------------- */

static int find_support(gst_spectrum *s, gst_spectrum_tables *t)
{
    double samples, features;
    int square;
    count_ranks(t->resolution[0].moments, s->features[0], s->alpha, s->beta, &samples, &features,
                &square);
    int status = gst_support_find(&t->r[GST_FULL], &t->r[GST_COMPANION],
                                  atom_mass(samples, features), s->stop, &t->support);
    if (status == GST_OK && !(t->support.low[0] > 0.0))
        t->support.low_kind[0] = square ? GST_EDGE_HARD : GST_EDGE_TAIL;
    return status;
}

gst_spectral_value gst_spectrum_stieltjes(gst_spectrum *s, double lambda, double *group)
{
    size_t levels = gst_spectrum_first_orders(s);
    gst_spectral_value value = stieltjes(s, lambda, group);
    while (value.status == GST_LOOSE && s->index + 1 < levels) {
        gst_spectrum_tables finer;
        double before = value.error;
        int built = gst_spectrum_tables_build(s, s->index + 1, &finer);
        if (built == GST_NO_MEMORY)
            return (gst_spectral_value){.value = NAN, .error = NAN, .status = built};
        if (built != GST_OK)
            break;
        finer.support = s->tables.support;
        finer.rough = s->tables.rough;
        gst_spectrum_tables_clear(&s->tables);
        s->tables = finer;
        s->index++;
        value = stieltjes(s, lambda, group);
        if (!(value.error < WORTH_WHILE * before))
            break;
    }
    return value;
}

/* Error of the density at x in units of its tolerance, or `worst` if that is more. */
static double probe_at(gst_spectrum_tables *t, double tol, double x, double worst)
{
    gst_spectral_value value = gst_spectrum_tables_density(t, tol, x, NULL);
    double error = value.error / (GST_DENSITY_LOSS * tol * (value.value + t->unit));
    if (error <= worst)
        return worst;
    return isfinite(error) ? error : INFINITY;
}

/* Largest error of the density at the probes: the grid's, and down to 0 in constant ratios. */
static double probe(gst_spectrum_tables *t, double tol)
{
    const gst_support *support = &t->support;
    double worst = 0.0;
    gst_spectrum_tables_find_tails(t, tol);
    for (size_t b = 0; b < support->bulks; b++) {
        double low = support->low[b], high = support->high[b];
        for (size_t i = 1;
             i<PROBE_GRID; i += i> 1 && i < PROBE_GRID - PROBE_STEP ? PROBE_STEP : PROBE_STEP - 1)
            worst = probe_at(t, tol, gst_grid_place(low, high, i, PROBE_GRID, NULL), worst);
        for (double x = PROBE_RATIO * high; x > fmax(low, PROBE_LEAST * high); x *= PROBE_RATIO)
            worst = probe_at(t, tol, x, worst);
    }
    return worst;
}

/* Raises the order until the density stands still at the probes, or IDLE_ORDERS have brought nothing. */
static int choose_tables(gst_spectrum *s)
{
    size_t levels = gst_spectrum_all_orders(s), idle = 0;
    int status = find_support(s, &s->tables);
    if (status == GST_NO_MEMORY)
        return status;
    double error = status < 0 ? INFINITY : probe(&s->tables, s->tol);
    for (size_t index = 1; index < levels && error > PROBE_SHARE && idle < IDLE_ORDERS; index++) {
        gst_spectrum_tables finer;
        int built =
            status == GST_INTERRUPTED ? status : gst_spectrum_tables_build(s, index, &finer);
        if (built == GST_NO_MEMORY)
            return built;
        if (built != GST_OK)
            break;
        int found = find_support(s, &finer);
        if (found == GST_NO_MEMORY || found == GST_INTERRUPTED) {
            gst_spectrum_tables_clear(&finer);
            return found;
        }
        double now = found < 0 ? INFINITY : probe(&finer, s->tol);
        idle = now < WORTH_WHILE * error ? 0 : idle + 1;
        if (found < 0 || (status == GST_OK && !(now < error))) {
            gst_spectrum_tables_clear(&finer);
            continue;
        }
        gst_spectrum_tables_clear(&s->tables);
        s->tables = finer;
        s->index = index;
        error = now;
        status = found;
    }
    s->tables.rough |= !(error <= PROBE_SHARE);
    return status;
}

int gst_spectrum_find(gst_spectrum *s, gst_message *message)
{
    int status = choose_tables(s);
    if (status == GST_OK)
        status = gst_spectrum_integrate(s);
    if (status == GST_INTERRUPTED)
        return gst_fail(message, status, "interrupted");
    if (status < 0)
        return gst_fail(message, status, "the bulks of the spectrum were not found");
    const gst_support *support = &s->tables.support;
    double miss = fabs(support->mass - 1.0);
    return miss <= GST_DENSITY_LOSS * s->tol ? GST_OK : GST_LOOSE;
}

static int compile_smooth(gst_spectrum *s, const gst_problem *problem, gst_message *message)
{
    static const char *const sums[] = {"z1", "z1+z2", "z1+z2+z3", "z1+z2+z3+z4"};
    size_t r = gst_target_dim(problem->target);
    return gst_target_compile(&s->smooth, sums[r - 1], message);
}

int gst_spectrum_alloc(gst_spectrum **spectrum, const gst_problem *problem, double alpha,
                       double beta, double tol, volatile const int *stop, gst_message *message)
{
    *spectrum = NULL;
    if (!(alpha > 0.0 && isfinite(alpha)))
        return gst_fail(message, GST_INVALID, "alpha: %g is not positive and finite", alpha);
    if (!(beta > 0.0 && isfinite(beta)))
        return gst_fail(message, GST_INVALID, "beta: %g is not positive and finite", beta);
    int status = gst_problem_validate(problem, message);
    if (status != GST_OK)
        return status;
    gst_spectrum *s = gst_alloc(1, sizeof *s);
    if (!s)
        return gst_fail(message, GST_NO_MEMORY, "not enough memory");
    s->alpha = alpha;
    s->beta = beta;
    s->tol = tol;
    s->stop = stop;
    status = compile_smooth(s, problem, message);
    if (status >= 0)
        status = gst_features_train(&s->features[0], problem, 0, message);
    if (status >= 0)
        status = gst_features_train(&s->features[1], problem, 1, message);
    if (status >= 0 && s->features[0]->m != s->features[1]->m)
        status =
            gst_fail(message, GST_FAILED, "the quadrature cannot tell whether there is a spike");
    if (status >= 0 && (status = gst_spectrum_tables_build(s, 0, &s->tables)) < 0)
        gst_fail(message, status, "the moment tables are not finite");
    if (status < 0) {
        gst_spectrum_free(s);
        return status;
    }
    *spectrum = s;
    return GST_OK;
}

void gst_spectrum_free(gst_spectrum *spectrum)
{
    if (!spectrum)
        return;
    gst_spectrum_tables_clear(&spectrum->tables);
    for (size_t i = 0; i < GST_RESOLUTIONS; i++)
        gst_features_free(spectrum->features[i]);
    gst_target_free(spectrum->smooth);
    free(spectrum->panel);
    free(spectrum);
}

const char *gst_edge_kind_name(gst_edge_kind kind)
{
    static const char *const names[] = {"root", "hard", "tail"};
    return names[kind];
}

const gst_support *gst_spectrum_support(const gst_spectrum *spectrum)
{
    return &spectrum->tables.support;
}

void gst_spectrum_shape(const gst_spectrum *spectrum, size_t *K, size_t *m)
{
    *K = spectrum->features[0]->K;
    *m = spectrum->features[0]->m;
}
