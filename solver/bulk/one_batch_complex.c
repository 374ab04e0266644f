/* SPDX-License-Identifier: GPL-3.0-or-later */
/* one_batch_complex.c - the exact bulk at complex hats (docs/theory, the trained bulk).
 *
 * The equations of one_batch.c hold as they stand, with plain transposes and any branch of sqrt(Th).  They are
 * iterated with damping 1/2 on (M, V2), from V2 in x and the last complex M (cold: the real solution if
 * there is one, else M = 0), until real and imaginary parts have settled, each in its own units: an
 * imaginary part of 1e-20 thus carries a derivative. */
#include "solver/bulk/one_batch.h"

#include <math.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) cabs(x)
#include "base/dense.inc"

#define SETTLED 1e-14
#define PASSES 20000

double complex gst_exact_root_complex(double complex V2)
{
    return creal(V2) > 0.0 ? csqrt(V2) : I * csqrt(-V2);
}

int gst_exact_respond_complex(gst_exact *b)
{
    size_t K = b->base.K, n = b->forms.nb;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->Pc[g * K + h] = b->beta * gst_exact_root_complex(b->V2c[g]) *
                               gst_exact_root_complex(b->V2c[h]) * b->V1hc[g * K + h];
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            b->Xc[i * n + j] = b->Mc[i * n + j] + (i != j ? 0.0 : i < K ? 1.0 : -2.0);
    }
    return gst_exact_response_complex(&b->forms, b->Pc, b->Mc, b->Hc, b->Gc, b->workc);
}

static double complex plain_value(const gst_exact *b, size_t g, double complex D)
{
    size_t n = b->forms.nb;
    double complex sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += b->Xc[g * n + k] * b->Gc[k * n + g];
    return b->f->pi[g] / (D + sum / (b->beta * b->V2c[g]));
}

/* Changes and sizes of real and imaginary parts over one pass. */
typedef struct {
    double change[2], size[2];
} progress;

static void damp(double complex *value, double complex next, double unit, progress *p)
{
    double complex change = 0.5 * (next - *value);
    *value += change;
    p->change[0] = fmax(p->change[0], fabs(creal(change)) / unit);
    p->change[1] = fmax(p->change[1], fabs(cimag(change)) / unit);
    p->size[0] = fmax(p->size[0], fabs(creal(*value)) / unit);
    p->size[1] = fmax(p->size[1], fabs(cimag(*value)) / unit);
}

static int pass(gst_exact *b, const double complex *D, progress *p)
{
    size_t K = b->base.K, n = b->forms.nb;
    *p = (progress){{0.0, 0.0}, {0.0, 0.0}};
    if (gst_exact_respond_complex(b) != GST_OK)
        return GST_FAILED;
    int status = K == 1 ? gst_exact_single(&b->forms, b->Gc, b->nextc, NULL)
                        : gst_exact_mean_Q_complex(&b->forms, b->Gc, b->nextc, b->workc);
    if (status != GST_OK)
        return GST_FAILED;
    for (size_t g = 0; g < K; g++)
        damp(&b->V2c[g], plain_value(b, g, D[g]), cabs(b->V2c[g]), p);
    for (size_t i = 0; i < n * n; i++)
        damp(&b->Mc[i], b->nextc[i], 1.0, p);
    return isfinite(p->size[0]) && isfinite(p->size[1]) ? GST_OK : GST_FAILED;
}

static int settle(gst_exact *b, const double complex *D)
{
    progress p;
    for (size_t i = 0; i < PASSES; i++) {
        if (pass(b, D, &p) != GST_OK)
            return GST_FAILED;
        if (p.change[0] <= SETTLED * p.size[0] && p.change[1] <= SETTLED * p.size[1])
            return gst_exact_respond_complex(b);
    }
    return GST_LOOSE;
}

int gst_exact_map_complex(gst_bulk *bulk, double beta, const double complex *hat, double complex *x)
{
    gst_exact *b = (gst_exact *)bulk;
    size_t K = bulk->K, n = b->forms.nb;
    const double complex *D = hat + gst_packed_value(K, 0);
    b->beta = beta;
    for (size_t g = 0; g < K; g++) {
        b->V2c[g] = x[gst_packed_value(K, g)];
        for (size_t h = 0; h < K; h++)
            b->V1hc[g * K + h] = hat[gst_packed_pair(K, g, h)];
    }
    for (size_t i = 0; !b->warm_complex && i < n * n; i++)
        b->Mc[i] = b->warm ? b->M[i] : 0.0;
    int status = settle(b, D);
    b->warm_complex = status >= 0;
    if (status < 0)
        return status;
    dense_multiply(n, n, n, b->Hc, b->Xc, b->nextc);
    for (size_t g = 0; g < K; g++) {
        x[gst_packed_value(K, g)] = b->V2c[g];
        for (size_t h = g; h < K; h++)
            x[gst_packed_pair(K, g, h)] = gst_exact_root_complex(b->V2c[g]) *
                                          gst_exact_root_complex(b->V2c[h]) * 0.5 *
                                          (b->nextc[g * n + h] + b->nextc[h * n + g]);
    }
    return status;
}

int gst_exact_directions_complex_perp(gst_bulk *bulk, double complex *N_perp)
{
    gst_exact *b = (gst_exact *)bulk;
    size_t K = bulk->K, s = bulk->m + bulk->q + 1, size = K * s;
    if (!b->warm_complex ||
        gst_exact_special_N_complex(&b->forms, b->Pc, b->Mc, b->Nc, b->workc) != GST_OK)
        return GST_FAILED;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            b->Nc[i * size + j] *= b->beta * gst_exact_root_complex(b->V2c[i / s]) *
                                   gst_exact_root_complex(b->V2c[j / s]);
    }
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            double complex sum = i == j ? 1.0 : 0.0;
            for (size_t g = 0; j % s == 0 && g < K; g++)
                sum -= b->Nc[i * size + g * s] * b->V1hc[g * K + j / s];
            b->perpc[i * size + j] = sum;
        }
    }
    memcpy(N_perp, b->Nc, size * size * sizeof *N_perp);
    return dense_solve(size, b->perpc, size, N_perp);
}
