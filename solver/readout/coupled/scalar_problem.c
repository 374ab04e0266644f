/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scalar_problem.c - averages over the lines of one site (label_sites.h).
 *
 *   1. The nodes of a line: by the trapezoid rule if prox is analytic in a wide enough strip, else by panels cut where prox
 *      or the probability of the label turns.
 *   2. Where the line is om, weights are those of the rule times P_y; where it is y - om, prox is that at om = 0.
 *   3. One call of prox for all nodes, and sums.
 *   4. Where prox is linear between bends and the weight is that of the line, in closed form instead.
 * Shares of the label are by panels cut at the threshold too: P(y prox < 0) = P(y om < -V g(0)), g(0) = -l'(0). */
#include "solver/readout/coupled/scalar_problem.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "integrals/rule.h"

#include "models/functions/vector_math.h"

/* Lines of less weight are left out. */
#define NEGLIGIBLE 1e-18
/* Slopes of the probability of a label in zeta beyond this have cuts of their own. */
#define STEEP 1.0

int gst_scalar_problem_init(gst_scalar_problem *problem, int finer)
{
    size_t n = GST_LINE_NODES_MAX;
    *problem = (gst_scalar_problem){.rule = {.steps = 0}};
    const gst_array arrays[] = {GST_VECTOR(problem->y, n),    GST_VECTOR(problem->om, n),
                                GST_VECTOR(problem->f, n),    GST_VECTOR(problem->G, n),
                                GST_VECTOR(problem->dG, n),   GST_VECTOR(problem->weight, n),
                                GST_VECTOR(problem->place, n)};
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

/* ---- nodes -------------------------------------------------------------------------------------- */

static double steepness(const gst_label_line *line)
{
    return line->probit ? fabs(line->slope) / line->width : 0.0;
}

/* Places in zeta where the probability of the label turns; their number. */
static size_t label_cuts(const gst_label_line *line, double *cut)
{
    static const double around[] = {-8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0};
    size_t count = 0;
    if (!(steepness(line) > STEEP))
        return 0;
    for (; count < sizeof around / sizeof *around; count++)
        cut[count] = (around[count] * line->width - line->place) / line->slope;
    return count;
}

/* The place in zeta of a margin a = y om, or of u = y - om. */
static double place_of(const gst_label_line *line, double a)
{
    return ((line->label < 0.0 ? -a : a) - line->mean) / line->sd;
}

static size_t loss_cuts(const gst_loss *loss, const gst_label_line *line, double V, double *cut)
{
    size_t count = loss->breaks(loss, V, cut);
    for (size_t i = 0; i < count; i++) {
        double a =
            !loss->margin && line->label != 0.0 ? 1.0 - cut[i] : cut[i]; /* |y - om| = |1 - y om| */
        cut[i] = place_of(line, a);
    }
    return count + label_cuts(line, cut + count);
}

static const double *choose_nodes(gst_scalar_problem *p, const gst_loss *loss,
                                  const gst_label_line *line, double V, size_t *n,
                                  const double **weight)
{
    double cut[GST_LINE_CUTS_MAX];
    const double *zeta = loss->strip > 0.0 ? gst_line_trapezoid(&p->rule, loss->strip / line->sd,
                                                                steepness(line), n, weight)
                                           : NULL;
    return zeta ? zeta : gst_line_panels(&p->rule, loss_cuts(loss, line, V, cut), cut, n, weight);
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

/* The line's nodes as (y, om) and weights of all but line->weight; density: of a probit. */
static size_t set_line(gst_scalar_problem *p, const gst_label_line *line, size_t n,
                       const double *zeta, const double *w)
{
    for (size_t i = 0; i < n; i++) {
        double x = line->mean + line->sd * zeta[i];
        p->y[i] = line->label == 0.0 ? x : line->label;
        p->om[i] = line->label == 0.0 ? 0.0 : x;
    }
    if (line->probit)
        weigh(n, line->place, line->slope, line->width, line->label, zeta, w, p->weight, p->place);
    else
        memcpy(p->weight, w, n * sizeof *w);
    return n;
}

/* ---- averages ----------------------------------------------------------------------------------- */

static void add_line(const gst_scalar_problem *p, const gst_label_line *line, size_t n, size_t q,
                     const double *zeta, gst_scalar_means *sum)
{
    double G = 0.0, G2 = 0.0, dG = 0.0, zG = 0.0, cG = 0.0;
    for (size_t i = 0; i < n; i++) {
        double g = p->weight[i] * p->G[i];
        G += g;
        G2 += g * p->G[i];
        dG += p->weight[i] * p->dG[i];
    }
    sum->G += line->weight * G;
    sum->G2 += line->weight * G2;
    sum->dG += line->weight * dG;
    if (q == 0)
        return;
    for (size_t i = 0; line->probit && i < n; i++) {
        zG += p->weight[i] * p->G[i] * zeta[i];
        cG += p->place[i] * p->G[i];
    }
    for (size_t j = 0; j < q; j++)
        sum->sG[j] += line->probit ? line->along[j] * zG + line->across[j] * line->label * cG
                                   : line->weight * line->along[j] * G;
}

/* P(low < zeta < high), to rounding relative to itself. */
static double mass_between(double low, double high)
{
    return low > 0.0 ? 0.5 * (erfc(M_SQRT1_2 * low) - erfc(M_SQRT1_2 * high))
                     : 0.5 * (erfc(-M_SQRT1_2 * high) - erfc(-M_SQRT1_2 * low));
}

/* zeta phi(zeta), 0 at infinity. */
static double density_moment(double zeta)
{
    return isfinite(zeta) ? zeta * gst_normal_density(zeta) : 0.0;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* A line whose weight does not depend on zeta, and a prox linear between cuts: on each piece G = G_0 + slope (zeta -
 * zeta_0), and moments of the normal density between two cuts are known. */
static void add_pieces(gst_scalar_problem *p, const gst_loss *loss, const gst_label_line *line,
                       double V, size_t q, gst_scalar_means *sum)
{
    double cut[GST_LINE_CUTS_MAX + 2], zeta[GST_LINE_CUTS_MAX + 1], G = 0.0, G2 = 0.0, dG = 0.0;
    size_t pieces = loss_cuts(loss, line, V, cut + 1) + 1;
    double sign = line->label == 0.0 ? 1.0 : -1.0;
    cut[0] = -INFINITY;
    cut[pieces] = INFINITY;
    qsort(cut + 1, pieces - 1, sizeof *cut, compare);
    for (size_t i = 0; i < pieces; i++)
        zeta[i] = i == 0            ? (pieces > 1 ? cut[1] - 1.0 : 0.0)
                  : i + 1 == pieces ? cut[i] + 1.0
                                    : 0.5 * (cut[i] + cut[i + 1]);
    set_line(p, line, pieces, zeta, zeta);
    loss->prox(loss, pieces, p->y, p->om, V, p->f, p->G, p->dG);
    for (size_t i = 0; i < pieces; i++) {
        double slope = sign * line->sd * p->dG[i], at = p->G[i] - slope * zeta[i];
        double mass = mass_between(cut[i], cut[i + 1]);
        double first = gst_normal_density(cut[i]) - gst_normal_density(cut[i + 1]);
        double second = mass + density_moment(cut[i]) - density_moment(cut[i + 1]);
        G += at * mass + slope * first;
        G2 += at * at * mass + 2.0 * at * slope * first + slope * slope * second;
        dG += p->dG[i] * mass;
    }
    sum->G += line->weight * G;
    sum->G2 += line->weight * G2;
    sum->dG += line->weight * dG;
    for (size_t j = 0; j < q; j++)
        sum->sG[j] += line->weight * line->along[j] * G;
}

gst_scalar_means gst_scalar_average(gst_scalar_problem *problem, const gst_loss *loss,
                                    const gst_label_sites *sites, size_t k,
                                    const gst_scalar_point *point)
{
    gst_scalar_means sum = {.G = 0.0};
    size_t lines = gst_label_lines(sites, k), n;
    const double *w;
    for (size_t i = 0; i < lines; i++) {
        gst_label_line line = gst_label_line_at(sites, k, i, point->yb, point->v, point->b);
        if (!(line.weight > NEGLIGIBLE))
            continue;
        if (!line.probit && !(loss->strip > 0.0)) {
            add_pieces(problem, loss, &line, point->V, sites->q, &sum);
            continue;
        }
        const double *zeta = choose_nodes(problem, loss, &line, point->V, &n, &w);
        set_line(problem, &line, n, zeta, w);
        loss->prox(loss, n, problem->y, problem->om, point->V, problem->f, problem->G, problem->dG);
        add_line(problem, &line, n, sites->q, zeta, &sum);
    }
    return sum;
}

/* ---- losses ------------------------------------------------------------------------------------- */

/* share[i] += P(y om < threshold[i]) on a line of om, times its weight. */
static void add_shares(gst_scalar_problem *p, const gst_label_line *line, size_t count,
                       const double *threshold, double *share)
{
    double cut[GST_LINE_CUTS_MAX], end;
    size_t n, cuts = line->probit ? label_cuts(line, cut) : 0;
    const double *w, *zeta;
    for (size_t j = 0; j < count; j++) {
        end = cut[cuts + j] = place_of(line, threshold[j]);
        if (!line->probit)
            share[j] += line->weight * 0.5 * erfc(-M_SQRT1_2 * line->label * end);
    }
    if (!line->probit)
        return;
    zeta = gst_line_panels(&p->rule, cuts + count, cut, &n, &w);
    weigh(n, line->place, line->slope, line->width, line->label, zeta, w, p->weight, p->place);
    for (size_t j = 0; j < count; j++)
        for (size_t i = 0; i < n; i++)
            share[j] += (zeta[i] - cut[cuts + j]) * line->label < 0.0 ? p->weight[i] : 0.0;
}

static void add_losses(gst_scalar_problem *p, const gst_loss *loss, const gst_label_line *line,
                       size_t n, gst_scalar_losses *sum)
{
    double *at_prox = p->G, *at_om = p->dG, test = 0.0, train = 0.0, square = 0.0;
    loss->value(loss, n, p->y, p->f, at_prox);
    loss->value(loss, n, p->y, p->om, at_om);
    for (size_t i = 0; i < n; i++) {
        double left = p->y[i] - p->f[i];
        test += p->weight[i] * at_om[i];
        train += p->weight[i] * at_prox[i];
        square += p->weight[i] * left * left;
    }
    sum->test_loss += line->weight * test;
    sum->train_loss += line->weight * train;
    sum->train_square += line->weight * square;
}

gst_scalar_losses gst_scalar_measure(gst_scalar_problem *problem, const gst_loss *loss,
                                     const gst_loss *cost, const gst_label_sites *sites, size_t k,
                                     const gst_scalar_point *point)
{
    gst_scalar_losses sum = {.test_loss = 0.0};
    const double one = 1.0, zero = 0.0;
    double slope, share[2] = {0.0, 0.0};
    size_t lines = gst_label_lines(sites, k), n;
    const double *w;
    loss->slope(loss, 1, &one, &zero, &slope);
    const double threshold[2] = {0.0, -point->V * slope};
    for (size_t i = 0; i < lines; i++) {
        gst_label_line line = gst_label_line_at(sites, k, i, point->yb, point->v, point->b);
        if (!(line.weight > NEGLIGIBLE))
            continue;
        const double *zeta = choose_nodes(problem, cost, &line, point->V, &n, &w);
        set_line(problem, &line, n, zeta, w);
        loss->prox(loss, n, problem->y, problem->om, point->V, problem->f, problem->G, problem->dG);
        add_losses(problem, cost, &line, n, &sum);
        if (sites->labels != GST_LABELS_SIGN)
            continue;
        add_shares(problem, &line, 2, threshold, share);
    }
    sum.test_class = share[0];
    sum.train_class = share[1];
    return sum;
}

double gst_scalar_misclassified(gst_scalar_problem *problem, const gst_label_sites *sites, size_t k,
                                const gst_scalar_point *point)
{
    const double threshold = 0.0;
    double sum = 0.0;
    size_t lines = gst_label_lines(sites, k);
    for (size_t i = 0; i < lines; i++) {
        gst_label_line line = gst_label_line_at(sites, k, i, point->yb, point->v, point->b);
        add_shares(problem, &line, 1, &threshold, &sum);
    }
    return sum;
}
