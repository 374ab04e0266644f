/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_risks.h - what a prediction costs at a test point, on average over the noise of the label. */
#ifndef GST_LABEL_RISKS_H
#define GST_LABEL_RISKS_H

#include <stddef.h>

typedef struct gst_problem gst_problem;

/* Of f at points of target g, with y = g + sqrt(noise) n or its sign, noise = training.noise, and m = E[y|g]:
 *   excess (m - f)^2,   error E (y - f)^2,   loss E l(y, f) (NaN where it is infinite),
 *   share P(y f < 0), one half where f = 0; NaN for real labels. */
typedef struct {
    double excess, error, loss, share;
} gst_label_risk;

/* Means over rows points, stride between their f.  chance: P(y = 1|x) of signs where the point's g does not say it, else
 * NULL.  work: GST_LABEL_RISK_WORK doubles a row.  Real labels: losses u^2/2 and Huber's, in closed form. */
enum { GST_LABEL_RISK_WORK = 5 };
gst_label_risk gst_label_risks(const gst_problem *problem, size_t rows, const double *g,
                               const double *chance, const double *f, size_t stride, double *work);

/* P(y = 1|g) of signs, by halves where there is no noise and g = 0. */
double gst_chance_of_one(double g, double noise);

#endif
