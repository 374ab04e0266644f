/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group_slopes.c - derivatives of sigma averaged over the bulk: 16 Chebyshev points on intervals of length sqrt(c_g).  For a
 * convolution with a Gaussian |d^n E sigma| <= sqrt(n!) c^{-n/2} sup|sigma|, so that they interpolate to rounding. */
#include "models/training/group_slopes.h"
#include "giantstep/features.h"

#include "integrals/mesh.h"
#include "models/functions/slope_moments.h"

#include <math.h>

enum { POINTS = 16 };

typedef struct {
    const gst_activation *activation;
    double c;
    int half;
} sampled_group;

static int sample(size_t count, const double *s, double *out, void *params)
{
    const sampled_group *group = params;
    return gst_slope_moments(group->activation, GST_SLOPE_DERIVATIVES, count, s, group->c,
                             group->half, out);
}

int gst_group_slopes(gst_chebyshev *table, const gst_features *f, size_t axes, const double *U,
                     int half)
{
    int worst = GST_OK;
    for (size_t g = 0; g < f->K && worst >= 0; g++) {
        double reach = sqrt(f->c[g]); /* the largest |U_g.z| in the box, and something for U = 0 */
        for (size_t j = 0; j < axes; j++)
            reach += GST_GAUSSIAN_BOX * fabs(U[g * axes + j]);
        sampled_group group = {.activation = f->problem.activation, .c = f->c[g], .half = half};
        int status = gst_chebyshev_fit(&table[g], -reach, reach, sqrt(f->c[g]), POINTS,
                                       GST_SLOPE_DERIVATIVES, sample, &group);
        worst = status != GST_OK ? status : worst;
    }
    return worst;
}
