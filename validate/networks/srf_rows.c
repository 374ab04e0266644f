/* SPDX-License-Identifier: GPL-3.0-or-later */
/* srf_rows.c - rows drawn from the spiked random-features law (theory 2).
 *
 * For row i of group g, with s = m + q axes and R R^T = C_g:
 *   1. n ~ N(0, I_d) (stream WEIGHTS).  If C_g = diag(c, .., c, 0), f = sqrt(c) n/|n|.  Otherwise
 *   2. t = R u/sqrt(d), u = n_1 .. n_s and one more normal (stream SPECIAL): f_a = t_a for a <= s,
 *      |f|^2 = c + t_{s+1},
 *   3. f_{s+1 .. d} = n_{s+1 .. d}, scaled to length (|f|^2 - sum_a t_a^2)^{1/2}.
 * Then the spikes are added.
 *
 * The law is one of large d: with C_g of order d c its normal t_{s+1} can leave a row less than its special coordinates
 * take, or less than nothing.  There is no such row, and to draw until there is one would be another law: refused. */
#include "validate/networks/srf_rows.h"
#include "giantstep/features.h"

#include <math.h>
#include <string.h>

#include "validate/networks/blas.h"

/* z = gamma kappa + rest s. */
static void set_axes(gst_first_layer *network, const gst_features *f)
{
    size_t s = f->m + f->q;
    network->s = s;
    for (size_t j = 0; j < f->r; j++) {
        memcpy(network->read + j * s, f->gamma + j * f->m, f->m * sizeof *f->gamma);
        memcpy(network->read + j * s + f->m, f->rest + j * f->q, f->q * sizeof *f->rest);
    }
}

/* Whether C = diag(c, .., c, 0), s axes and the norm. */
static int is_sphere(size_t s, double c, const double *C)
{
    for (size_t a = 0; a <= s; a++)
        for (size_t b = 0; b <= s; b++)
            if (C[a * (s + 1) + b] != (a == b && a < s ? c : 0))
                return 0;
    return 1;
}

/* Scale x[0 .. n-1] to squared length `square`; 0 if that is not positive. */
static int set_length(size_t n, double square, double *x)
{
    double scale = sqrt(square / gst_dense_dot(n, x, x));
    for (size_t j = 0; j < n; j++)
        x[j] *= scale;
    return isgreater(square, 0) && isfinite(scale);
}

/* Steps 2 and 3 on a row of normals. */
static int shape_row(const gst_first_layer *network, size_t i, size_t s, double c,
                     const double *root, double *row)
{
    double u[GST_SPECIAL_MAX + 1], t[GST_SPECIAL_MAX + 1], square = c;
    memcpy(u, row, s * sizeof *u);
    gst_random_normals(&network->random, GST_STREAM_SPECIAL, (uint32_t)i, 1, u + s);
    for (size_t a = 0; a <= s; a++) {
        t[a] = 0;
        for (size_t b = 0; b <= s; b++)
            t[a] += root[a * (s + 1) + b] * u[b] / sqrt((double)network->d);
        square += a < s ? -t[a] * t[a] : t[a];
    }
    memcpy(row, t, s * sizeof *t);
    return set_length(network->d - s, square, row + s);
}

static int draw_group(gst_first_layer *network, const gst_features *f, size_t g,
                      gst_message *message)
{
    size_t d = network->d, s = f->m + f->q;
    const double *C = f->C + g * (s + 1) * (s + 1);
    double root[(GST_SPECIAL_MAX + 1) * (GST_SPECIAL_MAX + 1)], c = f->c[g];
    int sphere = is_sphere(s, c, C);
    if (!sphere && gst_dense_root(s + 1, C, root) != 0)
        return gst_fail(message, GST_FAILED, "the covariance of group %zu has no root", g + 1);
    for (size_t i = network->first[g]; i < network->first[g + 1]; i++) {
        double *row = gst_first_layer_row(network, i);
        gst_random_normals(&network->random, GST_STREAM_WEIGHTS, (uint32_t)i, d, row);
        if (!(sphere ? set_length(d, c, row) : shape_row(network, i, s, c, root, row)))
            return gst_fail(
                message, GST_FAILED,
                "weights: srf: a row of group %zu has no squared length left beside its "
                "special directions at d = %zu: the law wants a larger `d`",
                g + 1, d);
        for (size_t l = 0; l < f->m; l++)
            row[l] += f->U[g * f->m + l];
        gst_first_layer_keep_row(network, i);
    }
    return GST_OK;
}

int gst_srf_rows(gst_first_layer *network, const gst_features *features, gst_message *message)
{
    size_t s = features->m + features->q;
    if (s > GST_SPECIAL_MAX || network->d < s + 2)
        return gst_fail(message, GST_INVALID, "d: '%zu' is too small for %zu special directions",
                        network->d, s);
    set_axes(network, features);
    int status = GST_OK;
    for (size_t g = 0; g < features->K && status == GST_OK; g++)
        status = draw_group(network, features, g, message);
    return status;
}
