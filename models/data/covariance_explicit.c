/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance_explicit.c - eigenvectors whose components in the rows are labels of groups (docs/theory, inputs of any
 * covariance).
 *
 *   1. a power law becomes its d eigenvalues;
 *   2. the L largest, of one eigenvector each, get no weight in the bulk: averages over it are not scaled for that;
 *   3. points of a product of Gauss rules for the components, and their weights. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "integrals/mesh.h"
#include "models/data/covariance.h"

/* How far the number of eigenvectors of a node may miss one. */
#define ONE_MISSED 1e-6

/* Points of a rule for one direction, by the number of them. */
enum { POINTS_MAX = 5 };
static const size_t points_of[GST_EXPLICIT_MAX + 1] = {1, POINTS_MAX, 4};

/* In the place of a power law. */
static int realise(gst_data **data, double d, gst_message *message)
{
    const gst_covariance *c = (*data)->covariance;
    size_t n = (size_t)d;
    gst_data *discrete = NULL;
    if (!c->continuous)
        return GST_OK;
    double *omega = gst_alloc_doubles(n), *weight = gst_alloc_doubles(n),
           *energy = gst_alloc_doubles(n);
    int status = omega && weight && energy ? GST_OK : gst_fail(message, GST_NO_MEMORY, "no memory");
    if (status == GST_OK) {
        gst_covariance_realise(c, n, 1, omega, energy);
        for (size_t k = 0; k < n; k++)
            weight[k] = 1.0;
        status = gst_covariance_nodes(&discrete, n, omega, weight, 0, NULL, c->source, message);
    }
    free(omega);
    free(weight);
    free(energy);
    if (status != GST_OK)
        return status;
    gst_covariance_free(*data);
    *data = discrete;
    return GST_OK;
}

static int set_points(gst_covariance *c, size_t L, double d)
{
    double x[POINTS_MAX], w[POINTS_MAX];
    size_t q = points_of[L];
    c->explicit = L;
    c->points = L == 1 ? q : q * q;
    c->component = gst_alloc_doubles(c->points * L);
    c->weight = gst_alloc_doubles(c->points);
    if (!c->component || !c->weight)
        return GST_NO_MEMORY;
    int status = gst_rule_hermite(q, x, w);
    for (size_t k = 0; k < c->points; k++) {
        c->weight[k] = 1.0;
        for (size_t l = 0, rest = k; l < L; l++, rest /= q) {
            c->component[k * L + l] = x[rest % q] * sqrt(c->rule[0].omega[l] / d);
            c->weight[k] *= w[rest % q];
        }
    }
    return status;
}

int gst_covariance_make_explicit(gst_data **data, size_t L, double d, gst_message *message)
{
    if (L > GST_EXPLICIT_MAX)
        return gst_fail(message, GST_INVALID, "explicit: %zu eigenvectors, not 1 or %d", L,
                        GST_EXPLICIT_MAX);
    int status = realise(data, d, message);
    if (status != GST_OK)
        return status;
    gst_covariance *c = (gst_covariance *)(*data)->covariance;
    double teacher[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    for (size_t l = 0; l < L; l++) {
        if (l + 1 >= c->rule[0].J || !(fabs(c->rule[0].mu[l] * d - 1.0) <= ONE_MISSED))
            return gst_fail(message, GST_INVALID,
                            "explicit: eigenvalue %zu of the `covariance` has %g eigenvectors at "
                            "d = %g, not one",
                            l + 1, l < c->rule[0].J ? c->rule[0].mu[l] * d : 0.0, d);
        gst_covariance_teacher(c, 0, l, c->r > 0 ? c->r : 1, teacher);
        if (!(teacher[0] > 0.0))
            return gst_fail(message, GST_INVALID,
                            "explicit: the target has no part in eigenvector %zu", l + 1);
        c->rule[0].share[l] = teacher[0];
    }
    for (size_t l = 0; l < L; l++)
        c->rule[0].mu[l] = 0.0;
    status = set_points(c, L, d);
    return status == GST_OK ? GST_OK : gst_fail(message, status, "no memory");
}

size_t gst_covariance_points(const gst_data *data)
{
    return data->covariance && data->covariance->explicit > 0 ? data->covariance->points : 1;
}

double gst_covariance_point_weight(const gst_data *data, size_t k)
{
    return gst_covariance_points(data) > 1 ? data->covariance->weight[k] : 1.0;
}
