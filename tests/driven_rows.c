/* SPDX-License-Identifier: GPL-3.0-or-later */
/* driven_rows.c - rows driven by real batches: weights of the samples once more, from sigma, sums over zeta by the
 * trapezoid rule, averages over a step's samples as means over its batch. */
#include "tests/driven_rows.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "validate/networks/blas.h"

enum { ZETA = 73 };

void rows_open(rows *r, size_t d, size_t K)
{
    *r = (rows){
        .d = d, .K = K, .omega = doubles(K * d), .Sigma = doubles(K * d * d), .Q = doubles(K * d)};
    for (size_t g = 0; g < K; g++) {
        r->c[g] = 1;
        for (size_t j = 0; j < d; j++)
            r->Sigma[(g * d + j) * d + j] = 1;
    }
}

void rows_close(rows *r)
{
    free(r->omega);
    free(r->Sigma);
    free(r->Q);
}

/* ---- a batch ------------------------------------------------------------------------------------ */

typedef struct {
    size_t n, d;
    double *x, *y, *s, *scaled; /* n x d; n; K x n: omega_g.x; n x d */
} batch;

static void batch_draw(batch *b, const rows *r, size_t n, double noise, rows_target *target,
                       gsl_rng *rng)
{
    *b = (batch){.n = n, .d = r->d};
    b->x = doubles(n * b->d);
    b->y = doubles(n);
    b->s = doubles(r->K * n);
    b->scaled = doubles(n * b->d);
    for (size_t k = 0; k < n * b->d; k++)
        b->x[k] = gsl_ran_gaussian_ziggurat(rng, 1);
    for (size_t mu = 0; mu < n; mu++)
        b->y[mu] = target(b->x + mu * b->d) + sqrt(noise) * gsl_ran_gaussian_ziggurat(rng, 1);
    for (size_t g = 0; g < r->K; g++)
        gst_dense_apply(GST_AS_IS, n, b->d, b->x, r->omega + g * b->d, 0, b->s + g * n);
}

static void batch_clear(batch *b)
{
    free(b->x);
    free(b->y);
    free(b->s);
    free(b->scaled);
}

/* out = X^T w/n. */
static void vector_of(const batch *b, const double *w, double *out)
{
    gst_dense_apply(GST_TRANSPOSED, b->n, b->d, b->x, w, 0, out);
    for (size_t j = 0; j < b->d; j++)
        out[j] /= (double)b->n;
}

/* out = X^T diag(w) X/n + keep out. */
static void matrix_of(batch *b, const double *w, double keep, double *out)
{
    for (size_t mu = 0; mu < b->n; mu++)
        for (size_t j = 0; j < b->d; j++)
            b->scaled[mu * b->d + j] = w[mu] / (double)b->n * b->x[mu * b->d + j];
    gst_dense_multiply(GST_TRANSPOSED, GST_AS_IS, b->d, b->d, b->n, b->scaled, b->x, keep, out);
}

/* ---- weights ------------------------------------------------------------------------------------ */

/* Averages of sigma(s + h), h = sqrt(c) zeta, and of tau = sigma' - m1 - m2 h. */
typedef struct {
    double mu0, m1, m2, a2, a3, s2, s21, s22, t3, t2h2, t3h, t4;
} averages;

static averages average(double shift, double s, double c)
{
    averages a = {0};
    double step = 18.0 / (ZETA - 1), slope[ZETA], weight[ZETA];
    for (int k = 0; k < ZETA; k++) {
        double z = -9 + step * k, value = tanh(s + shift + sqrt(c) * z);
        double w = weight[k] = step / 2.5066282746310002 * exp(-0.5 * z * z);
        slope[k] = 1 - value * value;
        a.mu0 += w * value;
        a.m1 += w * slope[k];
        a.m2 += w * slope[k] * z / sqrt(c);
        a.a2 += w * slope[k] * (z * z - 1) / c;
        a.a3 += w * slope[k] * (z * z * z - 3 * z) / (c * sqrt(c));
    }
    for (int k = 0; k < ZETA; k++) {
        double z = -9 + step * k, h = sqrt(c) * z, tau = slope[k] - a.m1 - a.m2 * h;
        double w = weight[k], t2 = tau * tau;
        a.s2 += w * t2;
        a.s21 += w * t2 * h;
        a.s22 += w * t2 * (z * z - 1);
        a.t3 += w * t2 * tau;
        a.t2h2 += w * t2 * h * h;
        a.t3h += w * t2 * tau * h;
        a.t4 += w * t2 * t2;
    }
    return a;
}

/* Of one group: averages and residual labels of all samples, in; weights and numbers of the step, out. */
typedef struct {
    size_t n;
    double e, phi, c;
    const averages *of;
    const double *res;
    double *om, *a, *psi_u, *psi_a, *psi_1, *psi_2;
    double l2, D, Om, noise; /* noise = E res^2 s2 */
} weights;

/* Means of om^k over the batch, k = 1..4. */
static void om_means(weights *w, double *mean)
{
    memset(mean, 0, 5 * sizeof *mean);
    for (size_t mu = 0; mu < w->n; mu++) {
        w->om[mu] = w->res[mu] * w->of[mu].m2;
        for (int k = 1; k <= 4; k++)
            mean[k] += pow(w->om[mu], k) / (double)w->n;
    }
}

/* l4; l2 into w: moments of M from its free cumulants phi^{k-1} E om^k. */
static double bulk_moments(weights *w, const double *mean)
{
    double e = w->e, k1 = mean[1], k2 = w->phi * mean[2], k3 = w->phi * w->phi * mean[3];
    double k4 = w->phi * w->phi * w->phi * mean[4];
    double M2 = k2 + k1 * k1, M3 = k3 + 3 * k2 * k1 + k1 * k1 * k1;
    double M4 = k4 + 4 * k3 * k1 + 2 * k2 * k2 + 6 * k2 * k1 * k1 + pow(k1, 4);
    w->l2 = 1 + 2 * e * k1 + e * e * M2;
    return 1 + 4 * e * k1 + 6 * e * e * M2 + 4 * pow(e, 3) * M3 + pow(e, 4) * M4;
}

static void set_weights(weights *w)
{
    double mean[5], e = w->e, phi = w->phi, c = w->c, n = (double)w->n, sum = 0, more = 0, D = 0;
    om_means(w, mean);
    double l4 = bulk_moments(w, mean);
    w->noise = 0;
    for (size_t mu = 0; mu < w->n; mu++) {
        averages m = w->of[mu];
        double y = w->res[mu], om = w->om[mu], kb = 1 + e * (mean[1] + phi * om);
        double be = 2 * e * phi * om * (1 + e * mean[1]) + e * e * phi * phi * om * om;
        w->psi_u[mu] = e * y * m.m1;
        w->psi_a[mu] = 0.5 * e * y * m.a2;
        w->psi_1[mu] = 2 * e * c * y * m.a2 * kb + e * e * phi * y * y * m.s21 / c;
        w->psi_2[mu] = e * c * c * y * m.a2 * be + 2 * e * e * phi * y * y * kb * m.s21 +
                       pow(e, 3) * phi * phi * y * y * y * m.t3;
        w->a[mu] = e * e * phi * y * y * m.s2;
        w->noise += y * y * m.s2 / n;
        D += (e * c * y * m.a3 * kb + e * e * phi * y * y * m.s22 / (2 * c)) / n;
        sum += (4 * e * e * y * y * kb * kb * (m.t2h2 - m.a2 * m.a2 * c * c * c) +
                4 * pow(e, 3) * phi * pow(y, 3) * kb * (m.t3h - m.a2 * c * m.s21) +
                pow(e, 4) * phi * phi * pow(y, 4) * (m.t4 - m.s2 * m.s2 - m.s21 * m.s21 / c)) /
               n;
        more += be * (2 * e * y * kb * c * c * c * m.a3 + e * e * phi * y * y * c * m.s22) / n;
    }
    w->D = w->l2 + D;
    w->Om = 2 * c * c * (l4 - w->l2 * w->l2) + phi * sum + 2 * more +
            4 * pow(e, 4) * phi * phi * c * w->noise * mean[2] +
            2 * pow(e, 4) * phi * phi * w->noise * w->noise;
}

/* ---- a step ------------------------------------------------------------------------------------- */

static void add_outer(size_t d, double factor, const double *u, const double *v, double *S)
{
    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++)
            S[i * d + j] += factor * u[i] * v[j];
}

/* S_g <- its image; omega_g + v_u; c_g. */
static void move_group(rows *r, size_t g, batch *b, const weights *w)
{
    size_t d = r->d;
    double *Sigma = r->Sigma + g * d * d, *Q = r->Q + g * d, var = r->var[g];
    double *L = doubles(d * d), *LS = doubles(d * d), *v = doubles(6 * d);
    double *v_u = v, *v_a = v + d, *v_1 = v + 2 * d, *v_2 = v + 3 * d, *LQ = v + 4 * d;
    double *S1 = v + 5 * d;
    vector_of(b, w->psi_u, v_u);
    vector_of(b, w->psi_a, v_a);
    vector_of(b, w->psi_1, v_1);
    vector_of(b, w->psi_2, v_2);
    matrix_of(b, w->om, 0, L);
    for (size_t k = 0; k < d * d; k++)
        L[k] = w->e * L[k] + (k / d == k % d);
    gst_dense_apply(GST_AS_IS, d, d, Sigma, v_1, 0, S1);
    double one_Q = gst_dense_dot(d, v_1, Q), one_one = gst_dense_dot(d, v_1, S1);
    gst_dense_apply(GST_AS_IS, d, d, L, Q, 0, LQ);
    gst_dense_multiply(GST_AS_IS, GST_AS_IS, d, d, d, L, Sigma, 0, LS);
    gst_dense_multiply(GST_AS_IS, GST_TRANSPOSED, d, d, d, LS, L, 0, Sigma);
    add_outer(d, 1, LQ, v_a, Sigma);
    add_outer(d, 1, v_a, LQ, Sigma);
    add_outer(d, var, v_a, v_a, Sigma);
    matrix_of(b, w->a, 1, Sigma);
    for (size_t j = 0; j < d; j++)
        Q[j] = w->D * LQ[j] + v_a[j] * (w->D * var + one_Q) + v_2[j];
    gst_dense_apply(GST_AS_IS, d, d, L, S1, 1, Q);
    r->var[g] = w->D * w->D * var + 2 * w->D * one_Q + one_one + w->Om;
    for (size_t j = 0; j < d; j++)
        r->omega[g * d + j] += v_u[j];
    r->c[g] = r->c[g] * w->l2 + w->e * w->e * w->phi * w->noise;
    free(L);
    free(LS);
    free(v);
}

void rows_step(rows *r, const network *net, size_t t, rows_target *target, double shift,
               gsl_rng *rng)
{
    const gst_step *at = gst_training_step(&net->problem.training, t);
    size_t n = (size_t)lround(at->alpha0 * (double)r->d), K = r->K;
    batch b;
    batch_draw(&b, r, n, net->problem.training.noise, target, rng);
    averages *of = gst_alloc(K * n, sizeof *of);
    double *res = doubles(n), *room = doubles(6 * n);
    ck_assert_ptr_nonnull(of);
    memcpy(res, b.y, n * sizeof *res);
    for (size_t k = 0; k < K * n; k++) {
        of[k] = average(shift, b.s[k], r->c[k / n]);
        res[k % n] -= net->layer.pi[k / n] * net->layer.A[k / n] * of[k].mu0;
    }
    for (size_t g = 0; g < K; g++) {
        weights w = {.n = n,
                     .e = at->eta * net->layer.A[g],
                     .phi = 1 / at->alpha0,
                     .c = r->c[g],
                     .of = of + g * n,
                     .res = res,
                     .om = room,
                     .a = room + n,
                     .psi_u = room + 2 * n,
                     .psi_a = room + 3 * n,
                     .psi_1 = room + 4 * n,
                     .psi_2 = room + 5 * n};
        set_weights(&w);
        move_group(r, g, &b, &w);
    }
    free(of);
    free(res);
    free(room);
    batch_clear(&b);
}
