/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derivatives.c - averaged derivatives of the activation (docs/theory, several steps).
 *
 * One adaptive expectation per offset, kinks of sigma(s + sqrt(c) xi) split off; the five averages come
 * from the same samples of sigma and sigma'. */
#include "derivatives.h"

#include "affine.h"

#include <math.h>

typedef struct {
    const gst_expression *sigma;
    double s, scale;
} shifted;

/* sigma, sigma', and He_1 sigma', He_2 sigma', He_3 sigma' of xi over powers of the scale. */
static void integrand(size_t n, const double *xi, double *out, void *params)
{
    enum { BLOCK = 256 };
    const shifted *at = params;
    double z[BLOCK];
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t size = n - first < BLOCK ? n - first : BLOCK;
        double *value = out + first, *slope = value + n;
        for (size_t k = 0; k < size; k++)
            z[k] = at->s + at->scale * xi[first + k];
        gst_expression_evaluate(at->sigma, size, z, value, slope);
        for (size_t k = 0; k < size; k++) {
            double x = xi[first + k], y = slope[k] / at->scale;
            slope[n + k] = x * y;
            slope[2 * n + k] = (x * x - 1.0) * y / at->scale;
            slope[3 * n + k] = (x * x - 3.0) * x * y / (at->scale * at->scale);
        }
    }
}

int gst_activation_derivatives(const gst_activation *activation, size_t count, const double *s,
                               double c, int half, double *out)
{
    if (!(c > 0.0))
        return GST_INVALID;
    shifted at = {gst_activation_expression(activation), 0.0, sqrt(c)};
    gst_affine map = {1, 1, &at.scale, &at.s, gst_expression_kinks(at.sigma)};
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = {gst_affine_kinks(&map), GST_DERIVATIVES, integrand, &at, 0};
    int worst = GST_OK;
    for (size_t i = 0; i < count && worst >= 0; i++) {
        double full[GST_DERIVATIVES], by_half[GST_DERIVATIVES];
        at.s = s[i];
        int status = gst_expectation(&e, NULL, &options, full, by_half, NULL);
        for (size_t k = 0; k < GST_DERIVATIVES; k++)
            out[k * count + i] = half ? by_half[k] : full[k];
        if (status != GST_OK)
            worst = status;
    }
    return worst;
}
