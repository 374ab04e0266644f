/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_jacobian.c - the linearised equations of the trained bulk (docs/theory, the trained bulk).
 *
 *   dQ = - phi Q dG Q,   dG = G_.f dX G_f. - G P^T dM P G,   dR = - dG_ff,
 *   dV2' = - (V2'^2/pi) (dD + dE),   dE_g = (dX R + X dR)_gg/Th_g - E_g d ln V2_g,
 *   dX = sqrt(Th) dV1h sqrt(Th) + (d ln V2_g + d ln V2_h)/2 X_gh. */
#include "solver/bulk/chain.h"

#include "base/linear.h"

#include <string.h>

/* rise: what the dG at hand makes of next, and of V2' behind; dX: NULL or what moves besides G. */
static void respond(gst_chain *b, const double *dX)
{
    size_t K = b->base.K;
    gst_chain_rise(b, b->dQ, b->dG, b->rise);
    for (size_t g = 0; g < K; g++) {
        double sum = 0.0;
        for (size_t h = 0; h < K; h++) {
            sum -= b->X[g * K + h] * b->dG[h * b->fields + g];
            if (dX)
                sum += dX[g * K + h] * b->R[h * K + g];
        }
        b->rise[b->base.inner + g] =
            -b->plain[g] * b->plain[g] / b->f->pi[g] * sum / (b->beta * b->V2[g]);
    }
}

static void columns_along_M(gst_chain *b)
{
    size_t inner = b->base.inner, size = inner + b->base.K;
    for (size_t t = 0; t < b->T; t++) {
        const gst_chain_step *s = &b->step[t];
        for (size_t i = 0, column = s->at; i < s->n; i++) {
            for (size_t j = i; j < s->n; j++, column++) {
                b->pencil->move_M(b, b->G, t, i, j, b->dG);
                respond(b, NULL);
                for (size_t a = 0; a < size; a++)
                    b->system[a * size + column] = (a == column) - b->rise[a];
            }
        }
    }
}

/* Along ln V2_g; rows of V2 are still in its own units. */
static void columns_along_V2(gst_chain *b)
{
    size_t K = b->base.K, inner = b->base.inner, size = inner + K;
    for (size_t g = 0; g < K; g++) {
        for (size_t i = 0; i < K; i++) {
            for (size_t j = 0; j < K; j++)
                b->dX[i * K + j] = 0.5 * ((i == g) + (j == g)) * b->X[i * K + j];
        }
        b->pencil->move_X(b, b->G, b->dX, b->dG);
        respond(b, b->dX);
        b->rise[inner + g] += b->plain[g] * b->plain[g] / b->f->pi[g] * b->E[g];
        for (size_t a = 0; a < size; a++)
            b->system[a * size + inner + g] = -b->rise[a];
        b->system[(inner + g) * size + inner + g] += b->V2[g];
    }
}

int gst_chain_set_system(gst_chain *b)
{
    size_t K = b->base.K, inner = b->base.inner, size = inner + K;
    columns_along_M(b);
    columns_along_V2(b);
    for (size_t i = 0; i < inner; i++)
        memcpy(b->fixed + i * inner, b->system + i * size, inner * sizeof *b->fixed);
    for (size_t g = 0; g < K; g++) {
        for (size_t a = 0; a < size; a++)
            b->system[(inner + g) * size + a] /= b->V2[g];
    }
    if (gst_lu_factor(size, b->system, b->pivot) != GST_OK)
        return GST_FAILED;
    return gst_lu_factor(inner, b->fixed, b->pivot_fixed);
}
