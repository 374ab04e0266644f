/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_chain_random.c - R(X) and N~(X) of a trained bulk against explicit random matrices.
 *
 * Real batches of n_t = alpha_t d Gaussian samples drive rows w = omega_g + f, (f, delta) Gaussian, as
 *   f <- (I + e M) f + delta v_a + noise,   delta <- D delta + v_1.f + nu,   omega_g <- omega_g + v_u,
 *   M = X^T diag(om) X/n,  d Cov(noise) = X^T diag(a) X/n,  v_psi = X^T psi/n,  d Cov(nu, noise) = v_2,  d Var nu = Om,
 * so that S_g = d Cov(f, delta) is a product of T random matrices.  With S = blockdiag_g S_g, X (x) I on f and 0 on delta,
 *   H = S (I + X S)^{-1},   R_gh = tr H_gh/d (f alone),   N~_gh(u, u') = u^T H_gh u'
 * for u = w*_1 .., omega_1 .. and delta; at X = 0 these are c_g and C_g.  All weights are written here once more from
 * sigma, sums over zeta by the trapezoid rule, averages over a step's samples as means over its batch.
 *
 * Fixed seeds, pairs of d and 2d (pairs.h): a right program with other seeds would fail with probability 1e-3 for each
 * of the cases.  The same at d = 400 and 800 with 260, 260 and 110 pairs passed too (six minutes). */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <lapacke.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/pairs.h"
#include "tests/trained_chain.h"
#include "validate/networks/blas.h"

enum { GROUPS = CHAIN_GROUPS, ZETA = 73 };

#define LEVEL 1e-3

static double curved(const double *z)
{
    return sin(z[0]) + 0.5 * z[0] * z[0];
}

static double pair(const double *z)
{
    return z[0] + z[0] * tanh(z[1]);
}

/* sigma = tanh(z + shift). */
static const struct {
    const char *options;
    double shift;
    double (*target)(const double *z);
    size_t d, replicates;
    double X[GROUPS * GROUPS], blunt;
} cases[] = {
    {"--activation tanh(z+0.5) --target sin(z)+0.5*z^2 --schedule 2:2,1.5:3 --noise 0.1",
     0.5,
     curved,
     100,
     500,
     {1.3},
     0.03},
    {"--activation tanh --target sin(z)+0.5*z^2 --schedule 1.5:1.5,1:2,1.2:2.5",
     0,
     curved,
     100,
     400,
     {0.7},
     0.03},
    {"--activation tanh(z+0.5) --target z1+z1*tanh(z2) --second-layer 1:0.6,-0.7:0.4 --schedule "
     "2:3,1.5:2 --noise 0.1",
     0.5,
     pair,
     150,
     120,
     {1, 0.3, 0.3, 0.7},
     0.05},
};

/* ---- rows --------------------------------------------------------------------------------------- */

/* Groups one after the other: omega (d), Sigma (d x d), Q = d Cov(f, delta) (d); var = d Var delta. */
typedef struct {
    size_t d, K;
    double *omega, *Sigma, *Q, var[GROUPS], c[GROUPS];
} rows;

static double *doubles(size_t count)
{
    double *a = gst_alloc_doubles(count);
    ck_assert_ptr_nonnull(a);
    return a;
}

static void rows_open(rows *r, size_t d, size_t K)
{
    *r = (rows){
        .d = d, .K = K, .omega = doubles(K * d), .Sigma = doubles(K * d * d), .Q = doubles(K * d)};
    for (size_t g = 0; g < K; g++) {
        r->c[g] = 1;
        for (size_t j = 0; j < d; j++)
            r->Sigma[(g * d + j) * d + j] = 1;
    }
}

static void rows_close(rows *r)
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

static void batch_draw(batch *b, const rows *r, size_t n, double noise, int i, gsl_rng *rng)
{
    *b = (batch){.n = n, .d = r->d};
    b->x = doubles(n * b->d);
    b->y = doubles(n);
    b->s = doubles(r->K * n);
    b->scaled = doubles(n * b->d);
    for (size_t k = 0; k < n * b->d; k++)
        b->x[k] = gsl_ran_gaussian_ziggurat(rng, 1);
    for (size_t mu = 0; mu < n; mu++)
        b->y[mu] =
            cases[i].target(b->x + mu * b->d) + sqrt(noise) * gsl_ran_gaussian_ziggurat(rng, 1);
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

static void step(rows *r, const network *net, size_t t, int i, gsl_rng *rng)
{
    const gst_step *at = gst_training_step(&net->problem.training, t);
    size_t n = (size_t)lround(at->alpha0 * (double)r->d), K = r->K;
    batch b;
    batch_draw(&b, r, n, net->problem.training.noise, i, rng);
    averages *of = gst_alloc(K * n, sizeof *of);
    double *res = doubles(n), *room = doubles(6 * n);
    ck_assert_ptr_nonnull(of);
    memcpy(res, b.y, n * sizeof *res);
    for (size_t k = 0; k < K * n; k++) {
        of[k] = average(cases[i].shift, b.s[k], r->c[k / n]);
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

/* ---- forms -------------------------------------------------------------------------------------- */

/* S, K (d+1) square, delta last in each group. */
static double *covariance(const rows *r)
{
    size_t d = r->d, one = d + 1, size = r->K * one;
    double *S = doubles(size * size);
    for (size_t g = 0; g < r->K; g++) {
        double *block = S + g * one * size + g * one;
        for (size_t i = 0; i < d; i++) {
            memcpy(block + i * size, r->Sigma + (g * d + i) * d, d * sizeof *S);
            block[i * size + d] = block[d * size + i] = r->Q[g * d + i];
        }
        block[d * size + d] = r->var[g];
    }
    return S;
}

/* H = (I + S X)^{-1} S in the place of S. */
static void respond(const rows *r, const double *X, double *S)
{
    size_t one = r->d + 1, size = r->K * one;
    double *system = doubles(size * size);
    lapack_int *pivot = gst_alloc(size, sizeof *pivot), n = (lapack_int)size;
    ck_assert_ptr_nonnull(pivot);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++) {
            double sum = i == j;
            for (size_t h = 0; j % one < r->d && h < r->K; h++)
                sum += S[i * size + h * one + j % one] * X[h * r->K + j / one];
            system[i * size + j] = sum;
        }
    }
    ck_assert_int_eq(LAPACKE_dgesv(LAPACK_ROW_MAJOR, n, n, system, n, pivot, S, n), 0);
    free(system);
    free(pivot);
}

/* u^T H u', u = vector a of the frame for group g. */
static double form(const rows *r, size_t variables, const double *H, size_t a, size_t g, size_t b,
                   size_t h)
{
    size_t d = r->d, one = d + 1, size = r->K * one, last = variables + r->K;
    double sum = 0;
    for (size_t i = 0; i < one; i++) {
        double left = a == last || i == d ? (double)(a == last && i == d)
                      : a < variables     ? (double)(i == a)
                                          : r->omega[(a - variables) * d + i];
        for (size_t j = 0; left != 0 && j < one; j++) {
            double right = b == last || j == d ? (double)(b == last && j == d)
                           : b < variables     ? (double)(j == b)
                                               : r->omega[(b - variables) * d + j];
            sum += left * H[(g * one + i) * size + h * one + j] * right;
        }
    }
    return sum;
}

/* Where a number belongs: R (a = frame) or a form. */
typedef struct {
    int at_zero;
    size_t a, g, b, h;
} place;

static place places[PAIRS_MOST];
static size_t count;

/* R and c_g; forms at X of all pairs, at 0 within a group. */
static void set_places(const trained_chain *c)
{
    size_t size = c->frame * c->K;
    count = 0;
    for (int zero = 0; zero < 2; zero++) {
        for (size_t g = 0; g < c->K; g++)
            for (size_t h = g; h < c->K; h++)
                if (!zero || g == h)
                    places[count++] = (place){zero, c->frame, g, c->frame, h};
        for (size_t i = 0; i < size; i++)
            for (size_t j = i; j < size; j++)
                if (!zero || i % c->K == j % c->K)
                    places[count++] = (place){zero, i / c->K, i % c->K, j / c->K, j % c->K};
    }
    ck_assert(count <= PAIRS_MOST);
}

static const char *name_of(size_t i)
{
    static char name[80];
    const place *p = &places[i];
    snprintf(name, sizeof name, "%s (%zu,%zu) (%zu,%zu)", p->at_zero ? "at 0" : "at X", p->a, p->g,
             p->b, p->h);
    return name;
}

/* All numbers of one set of rows. */
static void measure(const trained_chain *c, const rows *r, const double *X, double *out)
{
    size_t one = r->d + 1, size = r->K * one;
    double *S = covariance(r), *H = covariance(r);
    respond(r, X, H);
    for (size_t i = 0; i < count; i++) {
        const place *p = &places[i];
        const double *from = p->at_zero ? S : H;
        out[i] = 0;
        if (p->a < c->frame)
            out[i] = form(r, c->f->r, from, p->a, p->g, p->b, p->h);
        for (size_t j = 0; p->a == c->frame && j < r->d; j++)
            out[i] += from[(p->g * one + j) * size + p->h * one + j] / (double)r->d;
    }
    free(S);
    free(H);
}

static void replicate(const trained_chain *c, size_t d, int i, gsl_rng *rng, double *out)
{
    rows r;
    rows_open(&r, d, c->K);
    for (size_t t = 0; t < c->net.problem.training.steps; t++)
        step(&r, &c->net, t, i, rng);
    measure(c, &r, cases[i].X, out);
    rows_close(&r);
}

static void expect(trained_chain *c, int i, double *want)
{
    double R[2][GROUPS * GROUPS], N[2][CHAIN_SIZE * CHAIN_SIZE], zero[GROUPS * GROUPS] = {0};
    trained_chain_solve(c, cases[i].X, R[0], N[0]);
    trained_chain_solve(c, zero, R[1], N[1]);
    for (size_t k = 0; k < count; k++) {
        const place *p = &places[k];
        want[k] = p->a == c->frame ? R[p->at_zero][p->g * c->K + p->h]
                                   : trained_chain_form(c, N[p->at_zero], p->a, p->g, p->b, p->h);
    }
}

START_TEST(explicit_matrices)
{
    static pairs found;
    double want[PAIRS_MOST], small[PAIRS_MOST], large[PAIRS_MOST];
    trained_chain c;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 4711 + (unsigned)_i);
    trained_chain_open(&c, cases[_i].options);
    found = (pairs){0};
    set_places(&c);
    expect(&c, _i, want);
    for (size_t k = 0; k < cases[_i].replicates; k++) {
        replicate(&c, cases[_i].d, _i, rng, small);
        replicate(&c, 2 * cases[_i].d, _i, rng, large);
        pairs_add(&found, count, small, large);
    }
    pairs_check(&found, want, LEVEL, cases[_i].blunt, name_of);
    trained_chain_close(&c);
    gsl_rng_free(rng);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("chain_random");
    tcase_add_loop_test(all, explicit_matrices, 0, COUNT(cases));
    return run_cases("chain_random", all);
}
