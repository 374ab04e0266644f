/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scalar_lines.h - the lines of a site with rules along them: private to scalar_*.c. */
#ifndef GST_SCALAR_LINES_H
#define GST_SCALAR_LINES_H

#include "solver/readout/coupled/scalar_problem.h"

/* Lines of less weight are left out. */
#define GST_LINE_NEGLIGIBLE 1e-18

/* Site k at work; the number of its lines into *lines.  GST_OK, or problem->status is set. */
int gst_scalar_open(gst_scalar_problem *p, gst_label_sites *sites, size_t k,
                    const gst_scalar_point *point, size_t *lines);
/* Line i of it. */
gst_label_line gst_scalar_line_at(const gst_scalar_problem *p, const gst_label_sites *sites,
                                  size_t k, size_t i, const gst_scalar_point *point);

/* Whether the probability of the label depends on zeta. */
int gst_scalar_varies(const gst_label_line *line);
/* Places in zeta where it turns; their number. */
size_t gst_scalar_label_cuts(const gst_label_line *line, double *cut);
/* These, and the bends and turns of the loss at width V; at most GST_LINE_CUTS_MAX. */
size_t gst_scalar_loss_cuts(const gst_loss *loss, const gst_label_line *line, double V,
                            double *cut);
/* The place in zeta of a margin a = y om, or of u = y - om. */
double gst_scalar_place(const gst_label_line *line, double a);

/* Nodes of a rule along the line for averages of prox, with the weights of that rule. */
const double *gst_scalar_nodes(gst_scalar_problem *p, const gst_loss *loss,
                               const gst_label_line *line, double V, size_t *n,
                               const double **weight);

/* p->weight = w P_y at the nodes; for q directions p->place = w phi(u) of a probit, p->moment = w e_yj of a series. */
void gst_scalar_weigh(gst_scalar_problem *p, const gst_label_line *line, size_t n, size_t q,
                      const double *zeta, const double *w);
/* The same, and the nodes as (p->y, p->om). */
void gst_scalar_set(gst_scalar_problem *p, const gst_label_line *line, size_t n, size_t q,
                    const double *zeta, const double *w);

#endif
