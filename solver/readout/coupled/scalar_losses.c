/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scalar_losses.c - losses of the output and of prox over the lines of one site (scalar_lines.h).
 *
 * Shares of the label are by panels cut at the threshold too: P(y prox < 0) = P(y om < -V g(0)), g(0) = -l'(0). */
#include "solver/readout/coupled/scalar_problem.h"
#include "giantstep/problem.h"

#include <gsl/gsl_math.h>
#include <math.h>

#include "solver/readout/coupled/scalar_lines.h"

/* share[i] += P(y om < threshold[i]) on a line of om, times its weight. */
static void add_shares(gst_scalar_problem *p, const gst_label_line *line, size_t q, size_t count,
                       const double *threshold, double *share)
{
    double cut[GST_LINE_CUTS_MAX], end;
    size_t n, cuts = gst_scalar_varies(line) ? gst_scalar_label_cuts(line, cut) : 0;
    const double *w, *zeta;
    for (size_t j = 0; j < count; j++) {
        end = cut[cuts + j] = gst_scalar_place(line, threshold[j]);
        if (!gst_scalar_varies(line))
            share[j] += line->weight * 0.5 * erfc(-M_SQRT1_2 * line->label * end);
    }
    if (!gst_scalar_varies(line))
        return;
    zeta = gst_line_panels(&p->rule, cuts + count, cut, &n, &w);
    gst_scalar_weigh(p, line, n, q, zeta, w);
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
                                     const gst_loss *cost, gst_label_sites *sites, size_t k,
                                     const gst_scalar_point *point)
{
    gst_scalar_losses sum = {.test_loss = 0.0};
    const double one = 1.0, zero = 0.0;
    double slope, share[2] = {0.0, 0.0};
    size_t lines, n;
    const double *w;
    loss->slope(loss, 1, &one, &zero, &slope);
    const double threshold[2] = {0.0, -point->V * slope};
    if (gst_scalar_open(problem, sites, k, point, &lines) != GST_OK)
        return (gst_scalar_losses){.test_loss = NAN};
    for (size_t i = 0; i < lines; i++) {
        gst_label_line line = gst_scalar_line_at(problem, sites, k, i, point);
        if (!(line.weight > GST_LINE_NEGLIGIBLE))
            continue;
        const double *zeta = gst_scalar_nodes(problem, cost, &line, point->V, &n, &w);
        gst_scalar_set(problem, &line, n, sites->q, zeta, w);
        loss->prox(loss, n, problem->y, problem->om, point->V, problem->f, problem->G, problem->dG);
        add_losses(problem, cost, &line, n, &sum);
        if (sites->labels != GST_LABELS_SIGN)
            continue;
        add_shares(problem, &line, sites->q, 2, threshold, share);
    }
    sum.test_class = share[0];
    sum.train_class = share[1];
    return sum;
}

double gst_scalar_misclassified(gst_scalar_problem *problem, gst_label_sites *sites, size_t k,
                                const gst_scalar_point *point)
{
    const double threshold = 0.0;
    double sum = 0.0;
    size_t lines;
    if (gst_scalar_open(problem, sites, k, point, &lines) != GST_OK)
        return NAN;
    for (size_t i = 0; i < lines; i++) {
        gst_label_line line = gst_scalar_line_at(problem, sites, k, i, point);
        add_shares(problem, &line, sites->q, 1, &threshold, &sum);
    }
    return sum;
}
