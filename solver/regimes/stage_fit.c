/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stage_fit.c - the limit p -> infinity in one stage of the step size (docs/theory, every step size).
 *
 * mu0 of a row is a polynomial in A eta, sum_j (A eta)^j P_j(kappa), P_j = (mu1 v kappa)^j E sigma^(j)/j! but for lower powers; with
 *   P_1 = mu1^2 v kappa + a2^2 E yt,
 *   P_2 = (a2/2) (mu1^2 v^2 kappa^2 + a2^2 (phi E yt^2 + (E yt)^2) + phi s2 E yt^2) + E sigma''' mu1 v a2 E yt kappa
 *         + E sigma'''' a2^2 (E yt)^2/2,         a2 = E sigma'',
 * which matters where E sigma = 0 and the constant is not free.
 *   1. Free columns: 1 unless E sigma = 0; P_j of the stage, in Hermite polynomials, made orthonormal; what h has of them is
 *      fitted, and gone.
 *   2. Columns with a cost: kappa mu1 with theta^2/(beta V2); at a threshold P_l with tau^2/(V2 Var_l K0^(2l)).
 *   3. Residual directions by themselves; fluctuations from flat.h, with dD = theta^2/(beta V2^2) + tau^2/(V2^2 Var K0^(2l))
 *      + sum_j psi_j^2/(beta V2^2). */
#include "solver/regimes/stage_fit.h"
#include "solver/regimes/flat.h"

#include "base/linear.h"

#include <math.h>
#include <string.h>

/* Columns with less than this part of their square beyond others depend on these. */
#define DEPENDENT 1e-20

enum { TERMS = GST_REGIME_TERMS, COSTLY = 2 };

typedef struct {
    double a[TERMS]; /* in normalised Hermite polynomials */
} polynomial;

typedef struct {
    const gst_regime_data *data;
    size_t columns;
    polynomial free_column[TERMS + 1]; /* orthonormal */
    polynomial left;                   /* of h */
    size_t costly;
    polynomial column[COSTLY];
    double cost[COSTLY], coefficient[COSTLY];
} fit;

static double product(const polynomial *a, const polynomial *b)
{
    double sum = 0.0;
    for (size_t j = 0; j < TERMS; j++)
        sum += a->a[j] * b->a[j];
    return sum;
}

static void subtract(polynomial *a, double factor, const polynomial *b)
{
    for (size_t j = 0; j < TERMS; j++)
        a->a[j] -= factor * b->a[j];
}

/* Adds factor kappa^k, kappa^k = sum_j k!/(2^i i! sqrt(j!)) h_j, i = (k - j)/2. */
static void add_power(polynomial *p, size_t k, double factor)
{
    for (size_t i = 0; 2 * i <= k; i++) {
        double size = lgamma((double)k + 1.0) - (double)i * log(2.0) - lgamma((double)i + 1.0) -
                      0.5 * lgamma((double)(k - 2 * i) + 1.0);
        p->a[k - 2 * i] += factor * exp(size);
    }
}

static int is_special(const gst_regime_data *d)
{
    return d->slope[0] == 0.0 && !d->odd;
}

/* P_j. */
static polynomial expansion(const gst_regime_data *d, size_t j)
{
    double spike = d->slope[1] * d->v, a2 = d->slope[2], mean = d->mean_label;
    polynomial p = {{0.0}};
    add_power(&p, j, pow(spike, (double)j) * d->slope[j] / tgamma((double)j + 1.0));
    if (j == 1)
        add_power(&p, 0, a2 * a2 * mean);
    if (j == 2) {
        add_power(&p, 1, d->slope[3] * spike * a2 * mean);
        add_power(&p, 0,
                  0.5 * a2 *
                          (a2 * a2 * (d->phi * d->square_label + mean * mean) +
                           d->phi * d->s2 * d->square_label) +
                      0.5 * d->slope[4] * a2 * a2 * mean * mean);
    }
    return p;
}

/* Whether A^j is a column of its own. */
static int has_column(const gst_regime_data *d, size_t j)
{
    int grows = d->slope[1] != 0.0 && d->v > 0.0;
    return grows && d->spread[j] > 0.0 && (d->slope[j] != 0.0 || (is_special(d) && j <= 2));
}

static void add_free(fit *f, polynomial column)
{
    double whole = product(&column, &column);
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < f->columns; i++)
            subtract(&column, product(&column, &f->free_column[i]), &f->free_column[i]);
    double left = product(&column, &column);
    if (!(left > DEPENDENT * whole))
        return;
    for (size_t j = 0; j < TERMS; j++)
        column.a[j] /= sqrt(left);
    subtract(&f->left, product(&f->left, &column), &column);
    f->free_column[f->columns++] = column;
}

static void add_costly(fit *f, polynomial column, double cost)
{
    for (size_t i = 0; i < f->columns; i++)
        subtract(&column, product(&column, &f->free_column[i]), &f->free_column[i]);
    f->column[f->costly] = column;
    f->cost[f->costly++] = cost;
}

/* Coefficients of the columns with a cost, whose part of h is then gone from f->left. */
static int solve_costly(fit *f, double weight)
{
    double gram[COSTLY * COSTLY], scale[COSTLY];
    size_t n = f->costly;
    for (size_t i = 0; i < n; i++) {
        f->coefficient[i] = weight * product(&f->column[i], &f->left);
        for (size_t j = 0; j < n; j++)
            gram[i * n + j] =
                weight * product(&f->column[i], &f->column[j]) + (i == j ? f->cost[i] : 0.0);
    }
    if (gst_cholesky_factor(n, gram, scale, 0.0) != GST_OK)
        return GST_FAILED;
    gst_cholesky_solve(n, gram, scale, f->coefficient);
    for (size_t i = 0; i < n; i++)
        subtract(&f->left, f->coefficient[i], &f->column[i]);
    return GST_OK;
}

static void set_free(fit *f, size_t highest)
{
    const gst_regime_data *d = f->data;
    polynomial one = {{1.0}};
    memcpy(f->left.a, d->hermite, sizeof f->left.a);
    if (d->slope[0] != 0.0)
        add_free(f, one);
    for (size_t j = 1; j <= highest; j++)
        if (has_column(d, j))
            add_free(f, expansion(d, j));
}

/* Errors from what is left of h, residual directions and costs. */
static void set_errors(const fit *f, const gst_flat *flat, gst_stage *stage)
{
    const gst_regime_data *d = f->data;
    double beyond = d->h_square, h[TERMS], left, explained, energy = 0.0, V2 = flat->V2;
    memcpy(h, d->hermite, sizeof h);
    for (size_t j = 0; j < TERMS; j++)
        beyond -= h[j] * h[j];
    beyond = fmax(beyond, 0.0);
    left = product(&f->left, &f->left) + beyond + d->rest + d->h1_square;
    explained = d->h_square - beyond;
    for (size_t j = 0; j < TERMS; j++)
        explained -= h[j] * f->left.a[j];
    for (size_t j = 0; j < d->q; j++) {
        double psi = gst_flat_residual(flat, d->h1_mean[j]), fitted = flat->mu1 * psi;
        left += fitted * (fitted - 2.0 * d->h1_mean[j]);
        explained += fitted * d->h1_mean[j];
        energy += psi * psi / (flat->point.beta * V2 * V2);
    }
    for (size_t i = 0; i < f->costly; i++)
        energy += f->cost[i] * f->coefficient[i] * f->coefficient[i] / V2;
    double noise = flat->point.noise, x = 1.0 / (1.0 + flat->V);
    double risk = gst_flat_fluctuate(flat, left + noise, energy);
    stage->excess_risk = risk - noise;
    stage->train_error = risk * x * x;
    stage->objective = x * (d->h_square + d->h1_square + d->rest + noise - explained);
}

/* Powers that are free in the stage, or below the threshold. */
static size_t count_spikes(const gst_regime_data *d, size_t highest)
{
    size_t count = 0;
    for (size_t j = 1; j <= highest; j++)
        count += (size_t)has_column(d, j);
    return count;
}

static void set_range(size_t l, int threshold, gst_stage *stage)
{
    double k = (double)l;
    stage->s_low = l == 0 ? -INFINITY : (k - 1.0) / (2.0 * k);
    stage->s_high = threshold ? stage->s_low : l == 0 ? 0.0 : k / (2.0 * k + 2.0);
}

int gst_stage_fit(const gst_regime_data *data, const gst_point *point, double K0, size_t l,
                  int threshold, gst_stage *stage)
{
    fit f = {.data = data};
    gst_flat flat;
    polynomial kappa = {{0.0, data->slope[1]}};
    size_t highest = threshold ? l - 1 : l;
    *stage = (gst_stage){.excess_risk = NAN,
                         .train_error = NAN,
                         .objective = NAN,
                         .error = NAN,
                         .residual = NAN,
                         .reason = "",
                         .spikes = count_spikes(data, highest)};
    set_range(l, threshold, stage);
    if (l > 2 && is_special(data)) {
        stage->reason =
            "an activation without mean that is not odd: stages beyond the second are not known";
        return GST_FAILED;
    }
    if (gst_flat_solve(&flat, data->slope[1], data->mu2sq, point) != GST_OK) {
        stage->reason = "lambda = 0 has no limit at n <= p";
        return GST_FAILED;
    }
    set_free(&f, highest);
    if (data->slope[1] != 0.0)
        add_costly(&f, kappa, 1.0 / (point->beta * flat.V2));
    if (threshold && has_column(data, l) && K0 != 0.0)
        add_costly(&f, expansion(data, l),
                   1.0 / (flat.V2 * data->spread[l] * pow(K0, 2.0 * (double)l)));
    if (solve_costly(&f, flat.rho / (1.0 + flat.V)) != GST_OK)
        return GST_FAILED;
    stage->residual = flat.residual;
    set_errors(&f, &flat, stage);
    return GST_OK;
}
