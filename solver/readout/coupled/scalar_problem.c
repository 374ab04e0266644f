/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scalar_problem.c - averages over the lines of one site (scalar_lines.h): one call of prox for all nodes of a line, and sums;
 * where prox is linear between bends and the weight is that of the line, in closed form instead. */
#include "solver/readout/coupled/scalar_problem.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

#include "integrals/rule.h"
#include "solver/readout/coupled/scalar_lines.h"

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
    for (size_t j = 0; line->series && j < q; j++)
        for (size_t i = 0; i < n; i++)
            sum->sG[j] += p->moment[j * n + i] * p->G[i];
    for (size_t j = 0; !line->series && j < q; j++)
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
    size_t pieces = gst_scalar_loss_cuts(loss, line, V, cut + 1) + 1;
    double sign = line->label == 0.0 ? 1.0 : -1.0;
    cut[0] = -INFINITY;
    cut[pieces] = INFINITY;
    qsort(cut + 1, pieces - 1, sizeof *cut, compare);
    for (size_t i = 0; i < pieces; i++)
        zeta[i] = i == 0            ? (pieces > 1 ? cut[1] - 1.0 : 0.0)
                  : i + 1 == pieces ? cut[i] + 1.0
                                    : 0.5 * (cut[i] + cut[i + 1]);
    gst_scalar_set(p, line, pieces, 0, zeta, zeta);
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
                                    gst_label_sites *sites, size_t k, const gst_scalar_point *point)
{
    gst_scalar_means sum = {.G = 0.0};
    size_t lines, n;
    const double *w;
    if (gst_scalar_open(problem, sites, k, point, &lines) != GST_OK)
        return (gst_scalar_means){.G = NAN};
    for (size_t i = 0; i < lines; i++) {
        gst_label_line line = gst_scalar_line_at(problem, sites, k, i, point);
        if (!(line.weight > GST_LINE_NEGLIGIBLE))
            continue;
        if (!gst_scalar_varies(&line) && !(loss->strip > 0.0)) {
            add_pieces(problem, loss, &line, point->V, sites->q, &sum);
            continue;
        }
        const double *zeta = gst_scalar_nodes(problem, loss, &line, point->V, &n, &w);
        gst_scalar_set(problem, &line, n, sites->q, zeta, w);
        loss->prox(loss, n, problem->y, problem->om, point->V, problem->f, problem->G, problem->dG);
        add_line(problem, &line, n, sites->q, zeta, &sum);
    }
    return sum;
}
