/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conditional.c - the target given the spikes.
 *
 *   no residual direction   the target's own values;
 *   one variable            the moments of g under N(gamma kappa, rest^2), as those of the activation;
 *   residual directions partly aligned with the spikes share their work: conditional_aligned.c,
 *                           conditional_product.c;
 *   none of them aligned    the same for every kappa;
 *   otherwise               every kappa by itself: conditional_direct.c. */
#include "models/training/conditional_aligned.h"

#include "base/memory.h"
#include "models/training/conditional_direct.h"
#include "models/training/conditional_product.h"
#include "models/training/smooth_table.h"

#include <stdlib.h>
#include <string.h>

/* z = gamma kappa + rest s: the moments of g under N(gamma kappa, rest^2), as those of the activation. */
static int along_line(const gst_conditional_target *t, size_t n, const double *kappa, int half,
                      double *h, double *h1, double *rest)
{
    double *offset = gst_alloc(n, 2 * sizeof *offset), scale = t->matrix[t->m];
    if (!offset)
        return GST_NO_MEMORY;
    for (size_t k = 0; k < n; k++)
        for (size_t l = 0; l < t->m; l++)
            offset[k] += t->matrix[l] * kappa[l * n + k];
    int status = gst_smooth_moments(t->g, n, offset, scale * scale, half, h, h1, rest, offset + n);
    for (size_t k = 0; k < n; k++)
        h1[k] *= scale;
    free(offset);
    return status;
}

/* The same for every kappa. */
static int once(gst_conditional_target *t, size_t n, int half, double *h, double *h1, double *rest)
{
    double kappa[GST_SPIKES_MAX] = {0.0}, value, linear[GST_TARGET_DIM_MAX], left;
    int status = gst_conditional_each(t, 1, kappa, half, &value, linear, &left);
    for (size_t k = 0; status >= 0 && k < n; k++) {
        h[k] = value;
        rest[k] = left;
        for (size_t j = 0; j < t->q; j++)
            h1[j * n + k] = linear[j];
    }
    return status;
}

int gst_conditional_tabulate(gst_conditional_target *t, const gst_features *features, size_t n,
                             const double *kappa, int half, double *h, double *h1, double *rest)
{
    if (t->q == 0) {
        gst_conditional_values(t, n, kappa, h);
        memset(rest, 0, n * sizeof *rest);
        return GST_OK;
    }
    if (t->map.to == 1)
        return along_line(t, n, kappa, half, h, h1, rest);
    if (gst_target_is_unpulled(features))
        return once(t, n, half, h, h1, rest);
    gst_aligned a;
    if (gst_aligned_setup(&a, features)) {
        int status = gst_product_tabulate(&a, t->g, t->finest, n, kappa, half, h, h1, rest);
        return status != GST_UNBUILT
                   ? status
                   : gst_aligned_tabulate(&a, t->g, t->finest, n, kappa, half, h, h1, rest);
    }
    return gst_conditional_each(t, n, kappa, half, h, h1, rest);
}
