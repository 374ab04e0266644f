/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spike_norms.c - lengths of the weights along a spike (docs/theory, outliers).
 *
 * Row i of group g has w_i . v_l = U_gl + f_i . v_l, so
 *   |W v_l|^2 = p sum_g pi_g (U_gl^2 + C_g,ll/d),   C_g,ll/d = Var(f . v_l).
 * The spike is a combination of the batch's own inputs and no typical direction of the trained bulk: C_g,ll
 * is not tr Sigma_g/d.  It is N_gl,gl/Th_g where N has no hats to respond to, V1h = 0 (N~(0) = C in docs/theory):
 *   1. the bulk's equations at V1h = 0, D_g = pi_g;
 *   2. N_perp there, in units of Th_g = beta V2_g. */
#include "solver/spectrum/spectrum_private.h"
#include "giantstep/features.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

/* N_perp at V1h = 0, and V2. */
static int free_directions(gst_bulk *bulk, double complex *x, double complex *hat,
                           double complex *N)
{
    for (size_t a = 0; a < bulk->L; a++)
        x[a] = hat[a] = 0.0;
    for (size_t g = 0; g < bulk->K; g++) {
        x[gst_packed_value(bulk->K, g)] = 1.0;
        hat[gst_packed_value(bulk->K, g)] = bulk->pi[g];
    }
    int status = bulk->type->map_complex(bulk, 1.0, hat, x);
    return status == GST_OK ? bulk->type->directions_complex(bulk, N) : status;
}

int gst_spike_norms(gst_bulk *bulk, const gst_features *features, double width, double dimension,
                    double *norm2)
{
    size_t K = bulk->K, m = bulk->m, s = m + bulk->q + 1, size = K * s;
    double complex *x, *hat, *N;
    gst_arena memory = {0};
    const gst_array arrays[] = {GST_VECTOR(x, bulk->L), GST_VECTOR(hat, bulk->L),
                                GST_MATRIX(N, size, size)};
    int status = gst_arena_take(&memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK)
        status = free_directions(bulk, x, hat, N);
    for (size_t l = 0; status == GST_OK && l < m; l++) {
        norm2[l] = 0.0;
        for (size_t g = 0; g < K; g++) {
            size_t i = g * s + l;
            double U = features->U[g * m + l];
            double C = creal(N[i * size + i] / x[gst_packed_value(K, g)]);
            norm2[l] += width * features->pi[g] * (U * U + C / dimension);
        }
        if (!(norm2[l] > 0.0 && isfinite(norm2[l])))
            status = GST_FAILED;
    }
    gst_arena_free(&memory);
    return status;
}
