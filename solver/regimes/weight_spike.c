/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weight_spike.c - the leading singular value of the first layer after a step of eta = K0 p^(-1/2) (Ba et al. 2205.01445; docs/theory,
 * every step size).
 *
 * W has independent entries of variance 1/d and the rank-one part K0 mu1 A vbar^T/sqrt p.  With psi2 = beta and
 * theta1 = |K0 mu1| |vbar| (E A^2)^{1/2}, theta2 the same with |c1|: for theta1^4 > psi2
 *   value = ((1 + theta1^2)(psi2 + theta1^2))^{1/2}/theta1,
 *   overlap^2 = (theta2/theta1)^2 (1 - (psi2 + theta1^2)/(theta1^2 (theta1^2 + 1))),
 * else the edge 1 + psi2^{1/2}, and 0. */
#include "solver/regimes/regime_private.h"

#include <float.h>
#include <math.h>

static double strength(const gst_regime_data *d, double K0, double along)
{
    return fabs(K0 * d->slope[1]) * along * sqrt(d->square_A);
}

static double singular_value(double theta, double psi2)
{
    double square = theta * theta;
    return square * square > psi2 ? sqrt((1.0 + square) * (psi2 + square)) / theta
                                  : 1.0 + sqrt(psi2);
}

int gst_regimes_weights(const gst_regimes *r, gst_weight_spike *spike)
{
    double psi2 = r->point.beta, theta = strength(&r->full, r->K0, r->full.v),
           square = theta * theta;
    double companion = singular_value(strength(&r->half, r->K0, r->half.v), psi2);
    int separated = square * square > psi2;
    *spike =
        (gst_weight_spike){.singular_value = singular_value(theta, psi2),
                           .theta1 = theta,
                           .theta2 = strength(&r->full, r->K0, r->full.c1),
                           .K0_threshold = sqrt(sqrt(psi2)) / strength(&r->full, 1.0, r->full.v)};
    if (separated)
        spike->overlap =
            spike->theta2 / theta * sqrt(1.0 - (psi2 + square) / (square * (square + 1.0)));
    spike->error =
        fabs(spike->singular_value - companion) + 8.0 * DBL_EPSILON * spike->singular_value;
    spike->status = spike->error <= r->tol * spike->singular_value ? GST_OK : GST_LOOSE;
    return spike->status;
}
