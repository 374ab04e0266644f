/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scalar_lines.c - the lines of a site (label_sites.h) with rules along them.
 *
 *   1. Where labels are those of nodes of s and their series (label_series.h) has terms enough for the b and v at hand, it
 *      takes the place of the nodes, and the lines are two.
 *   2. The nodes of a line: by the trapezoid rule if prox is analytic in a wide enough strip, else by panels cut where prox
 *      or the probability of the label turns.
 *   3. Where the line is om, weights are those of the rule times P_y; where it is y - om, prox is that at om = 0. */
#include "solver/readout/coupled/scalar_lines.h"

#include "base/arena.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <string.h>

#include "models/functions/vector_math.h"

/* Slopes of the probability of a label in zeta beyond this have cuts of their own. */
#define STEEP 1.0
/* A series has no slope beyond. */
#define STEEPEST 12.0
/* It may turn anywhere: cuts, in units of its shortest turn. */
#define REACH 8.7
#define SPACING 2.0

/* ---- life --------------------------------------------------------------------------------------- */

int gst_scalar_problem_init(gst_scalar_problem *problem, int finer)
{
    size_t n = GST_LINE_NODES_MAX, q = GST_TARGET_DIM_MAX;
    size_t scratch = 2 * n + (q + 1) * (GST_LABEL_TERMS_MAX + 1);
    *problem = (gst_scalar_problem){.rule = {.steps = 0}};
    const gst_array arrays[] = {GST_VECTOR(problem->y, n),
                                GST_VECTOR(problem->om, n),
                                GST_VECTOR(problem->f, n),
                                GST_VECTOR(problem->G, n),
                                GST_VECTOR(problem->dG, n),
                                GST_VECTOR(problem->weight, n),
                                GST_VECTOR(problem->place, n),
                                GST_MATRIX(problem->moment, q, n),
                                GST_MATRIX(problem->series.coefficient, q + 1, GST_LABEL_TERMS_MAX),
                                GST_MATRIX(problem->series.sums, q + 1, n),
                                GST_VECTOR(problem->series.scratch, scratch)};
    int status = gst_line_rule_init(&problem->rule, finer);
    return status == GST_OK
               ? gst_arena_take(&problem->memory, sizeof arrays / sizeof *arrays, arrays)
               : status;
}

void gst_scalar_problem_clear(gst_scalar_problem *problem)
{
    gst_line_rule_clear(&problem->rule);
    gst_arena_free(&problem->memory);
}

/* ---- lines -------------------------------------------------------------------------------------- */

/* The series of site k at the point, if it has terms enough. */
static void open_series(gst_scalar_series *s, const gst_label_series *of, size_t k,
                        const gst_scalar_point *point)
{
    double square = 0.0, e[GST_TARGET_DIM_MAX] = {1.0};
    for (size_t j = 0; j < of->q; j++)
        square += point->b[j] * point->b[j];
    double length = sqrt(square);
    s->zeta = NULL;
    s->tau = sqrt(point->v + square);
    s->slope = length / sqrt(point->v);
    s->terms = s->slope <= STEEPEST ? gst_label_series_terms(of, k, length / s->tau) : 0;
    if (s->terms == 0)
        return;
    for (size_t j = 0; j < of->q; j++) {
        e[j] = length > 0.0 ? point->b[j] / length : e[j];
        s->along[j] = point->b[j] / s->tau;
    }
    gst_label_series_along(of, k, s->terms, length / s->tau, e, s->scratch, s->coefficient);
}

/* Site k at work; the number of its lines into *lines. */
int gst_scalar_open(gst_scalar_problem *p, gst_label_sites *sites, size_t k,
                    const gst_scalar_point *point, size_t *lines)
{
    p->series.terms = 0;
    if (sites->series.degree > 0)
        open_series(&p->series, &sites->series, k, point);
    *lines = 2;
    if (p->series.terms > 0)
        return GST_OK;
    int status = gst_label_sites_open(sites, k);
    if (status != GST_OK)
        p->status = status;
    else
        *lines = gst_label_lines(sites, k);
    return status;
}

gst_label_line gst_scalar_line_at(const gst_scalar_problem *p, const gst_label_sites *sites,
                                  size_t k, size_t i, const gst_scalar_point *point)
{
    if (p->series.terms == 0)
        return gst_label_line_at(sites, k, i, point->yb, point->v, point->b);
    return (gst_label_line){.label = i ? -1.0 : 1.0,
                            .mean = point->yb,
                            .sd = p->series.tau,
                            .weight = 1.0,
                            .series = 1,
                            .slope = p->series.slope,
                            .width = 1.0};
}

/* ---- nodes -------------------------------------------------------------------------------------- */

int gst_scalar_varies(const gst_label_line *line)
{
    return line->probit || line->series;
}

static double steepness(const gst_label_line *line)
{
    return gst_scalar_varies(line) ? fabs(line->slope) / line->width : 0.0;
}

size_t gst_scalar_label_cuts(const gst_label_line *line, double *cut)
{
    static const double around[] = {-8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0};
    size_t count = 0;
    if (!(steepness(line) > STEEP))
        return 0;
    if (line->series) {
        for (double zeta = -REACH; zeta < REACH; zeta += SPACING / line->slope)
            cut[count++] = zeta;
        return count;
    }
    for (; count < sizeof around / sizeof *around; count++)
        cut[count] = (around[count] * line->width - line->place) / line->slope;
    return count;
}

double gst_scalar_place(const gst_label_line *line, double a)
{
    return ((line->label < 0.0 ? -a : a) - line->mean) / line->sd;
}

size_t gst_scalar_loss_cuts(const gst_loss *loss, const gst_label_line *line, double V, double *cut)
{
    size_t count = loss->breaks(loss, V, cut);
    for (size_t i = 0; i < count; i++) {
        double a =
            !loss->margin && line->label != 0.0 ? 1.0 - cut[i] : cut[i]; /* |y - om| = |1 - y om| */
        cut[i] = gst_scalar_place(line, a);
    }
    return count + gst_scalar_label_cuts(line, cut + count);
}

const double *gst_scalar_nodes(gst_scalar_problem *p, const gst_loss *loss,
                               const gst_label_line *line, double V, size_t *n,
                               const double **weight)
{
    double cut[GST_LINE_CUTS_MAX];
    const double *zeta = loss->strip > 0.0 ? gst_line_trapezoid(&p->rule, loss->strip / line->sd,
                                                                steepness(line), n, weight)
                                           : NULL;
    return zeta ? zeta
                : gst_line_panels(&p->rule, gst_scalar_loss_cuts(loss, line, V, cut), cut, n,
                                  weight);
}

/* ---- weights ------------------------------------------------------------------------------------ */

/* weight = w P_y and place = w phi(u), from place = zeta: both on the nodes. */
GST_VECTOR_CLONES
static void weigh(size_t n, double place, double slope, double width, double label,
                  const double *restrict zeta, const double *restrict w, double *restrict weight,
                  double *restrict density)
{
    double scale = label * M_SQRT1_2 / width, factor = M_2_SQRTPI * M_SQRT1_2 * 0.5;
    for (size_t i = 0; i < n; i++) {
        double t = scale * (place + slope * zeta[i]);
        weight[i] = w[i] * 0.5 * erfc(-t);
        density[i] = w[i] * factor * exp(-t * t);
    }
}

/* out = sign w x + along w zeta + constant w: what a series says of one label, or of the other. */
GST_VECTOR_CLONES
static void weigh_sum(size_t n, double sign, double constant, double along,
                      const double *restrict x, const double *restrict zeta,
                      const double *restrict w, double *restrict out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = w[i] * (constant + along * zeta[i] + sign * x[i]);
}

/* The same from the series: weight and moment. */
static void weigh_series(gst_scalar_problem *p, const gst_label_line *line, size_t n, size_t q,
                         const double *zeta, const double *w)
{
    gst_scalar_series *s = &p->series;
    int other = line->label < 0.0;
    double sign = other ? -1.0 : 1.0;
    if (zeta != s->zeta)
        gst_label_series_sum(q + 1, s->terms, s->coefficient, n, zeta, s->scratch, s->sums);
    s->zeta = zeta == p->rule.panel ? NULL : zeta; /* panels are made anew */
    weigh_sum(n, sign, other ? 1.0 : 0.0, 0.0, s->sums, zeta, w, p->weight);
    for (size_t j = 0; j < q; j++)
        weigh_sum(n, sign, 0.0, other ? s->along[j] : 0.0, s->sums + (j + 1) * n, zeta, w,
                  p->moment + j * n);
}

void gst_scalar_weigh(gst_scalar_problem *p, const gst_label_line *line, size_t n, size_t q,
                      const double *zeta, const double *w)
{
    if (line->series)
        weigh_series(p, line, n, q, zeta, w);
    else if (line->probit)
        weigh(n, line->place, line->slope, line->width, line->label, zeta, w, p->weight, p->place);
    else
        memcpy(p->weight, w, n * sizeof *w);
}

/* The line's nodes as (y, om) and weights of all but line->weight; density: of a probit. */
void gst_scalar_set(gst_scalar_problem *p, const gst_label_line *line, size_t n, size_t q,
                    const double *zeta, const double *w)
{
    for (size_t i = 0; i < n; i++) {
        double x = line->mean + line->sd * zeta[i];
        p->y[i] = line->label == 0.0 ? x : line->label;
        p->om[i] = line->label == 0.0 ? 0.0 : x;
    }
    gst_scalar_weigh(p, line, n, q, zeta, w);
}
