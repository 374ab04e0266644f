/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_complex.c - the trained bulk at complex hats (docs/theory, the trained bulk).
 *
 * The equations of chain.c hold as they stand, with plain transposes and any branch of sqrt(Th).  They are iterated with
 * damping 1/2 on (M, V2), from V2 in x and the last complex M (cold: the real solution if there is one, else M = 0), until real
 * and imaginary parts have settled, each in its own units: an imaginary part of 1e-20 thus carries a derivative. */
#include "solver/bulk/chain.h"
#include "giantstep/features.h"

#include <math.h>
#include <string.h>

#define SCALAR double complex
#define SIZE(x) cabs(x)
#include "base/dense.inc"

#define SETTLED 1e-14
#define PASSES 20000

double complex gst_chain_root_complex(double complex V2)
{
    return creal(V2) > 0.0 ? csqrt(V2) : I * csqrt(-V2);
}

int gst_chain_respond_complex(gst_chain *b)
{
    size_t K = b->base.K;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->Xc[g * K + h] = b->beta * gst_chain_root_complex(b->V2c[g]) *
                               gst_chain_root_complex(b->V2c[h]) * b->V1hc[g * K + h];
    }
    if (b->pencil->response_complex(b, b->Xc, b->Mc, b->Gc, b->workc) != GST_OK)
        return GST_FAILED;
    for (size_t g = 0; g < K; g++) {
        for (size_t h = 0; h < K; h++)
            b->Rc[g * K + h] = -0.5 * (b->Gc[g * b->fields + h] + b->Gc[h * b->fields + g]);
    }
    return GST_OK;
}

static double complex plain_value(const gst_chain *b, size_t g, double complex D)
{
    size_t K = b->base.K;
    double complex sum = 0.0;
    for (size_t h = 0; h < K; h++)
        sum += b->Xc[g * K + h] * b->Rc[h * K + g];
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

static int pass(gst_chain *b, const double complex *D, progress *p)
{
    *p = (progress){{0.0, 0.0}, {0.0, 0.0}};
    if (gst_chain_respond_complex(b) != GST_OK ||
        gst_chain_average_complex(b, b->Gc, b->nextc, NULL, b->workc) != GST_OK)
        return GST_FAILED;
    for (size_t g = 0; g < b->base.K; g++)
        damp(&b->V2c[g], plain_value(b, g, D[g]), cabs(b->V2c[g]), p);
    for (size_t i = 0; i < b->base.inner; i++)
        damp(&b->Mc[i], b->nextc[i], 1.0, p);
    return isfinite(p->size[0]) && isfinite(p->size[1]) ? GST_OK : GST_FAILED;
}

static int settle(gst_chain *b, const double complex *D)
{
    progress p;
    for (size_t i = 0; i < PASSES; i++) {
        if (pass(b, D, &p) != GST_OK)
            return GST_FAILED;
        if (p.change[0] <= SETTLED * p.size[0] && p.change[1] <= SETTLED * p.size[1])
            return gst_chain_respond_complex(b);
    }
    return GST_LOOSE;
}

int gst_chain_map_complex(gst_bulk *bulk, double beta, const double complex *hat, double complex *x)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K;
    const double complex *D = hat + gst_packed_value(K, 0);
    b->beta = beta;
    for (size_t g = 0; g < K; g++) {
        b->V2c[g] = x[gst_packed_value(K, g)];
        for (size_t h = 0; h < K; h++)
            b->V1hc[g * K + h] = hat[gst_packed_pair(K, g, h)];
    }
    for (size_t i = 0; !b->warm_complex && i < bulk->inner; i++)
        b->Mc[i] = b->warm ? b->M[i] : 0.0;
    int status = settle(b, D);
    b->warm_complex = status >= 0;
    if (status < 0)
        return status;
    for (size_t g = 0; g < K; g++) {
        x[gst_packed_value(K, g)] = b->V2c[g];
        for (size_t h = g; h < K; h++)
            x[gst_packed_pair(K, g, h)] = gst_chain_root_complex(b->V2c[g]) *
                                          gst_chain_root_complex(b->V2c[h]) * b->Rc[g * K + h];
    }
    return status;
}

int gst_chain_directions_complex(gst_bulk *bulk, double complex *N_perp)
{
    gst_chain *b = (gst_chain *)bulk;
    size_t K = bulk->K, s = bulk->m + bulk->q + 1, size = K * s;
    if (!b->warm_complex ||
        b->pencil->special_N_complex(b, b->Xc, b->Mc, b->Nc, b->workc) != GST_OK)
        return GST_FAILED;
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            b->Nc[i * size + j] *= b->beta * gst_chain_root_complex(b->V2c[i / s]) *
                                   gst_chain_root_complex(b->V2c[j / s]);
    }
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            double complex sum = i == j ? 1.0 : 0.0;
            for (size_t g = 0; j % s < bulk->m && g < K; g++)
                sum -= b->Nc[i * size + g * s + j % s] * b->V1hc[g * K + j / s];
            b->pullc[i * size + j] = sum;
        }
    }
    memcpy(N_perp, b->Nc, size * size * sizeof *N_perp);
    return dense_solve(size, b->pullc, size, N_perp);
}
