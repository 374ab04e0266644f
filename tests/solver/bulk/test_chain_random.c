/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_chain_random.c - R(X) and N~(X) of a trained bulk against explicit random matrices.
 *
 * Rows are driven by real batches (driven_rows.h), so that S_g = d Cov(f, delta) is a product of T random matrices.  With
 * S = blockdiag_g S_g, X (x) I on f and 0 on delta,
 *   H = S (I + X S)^{-1},   R_gh = tr H_gh/d (f alone),   N~_gh(u, u') = u^T H_gh u'
 * for u = w*_1 .., omega_1 .. and delta; at X = 0 these are c_g and C_g.
 *
 * Fixed seeds, pairs of d and 2d (pairs.h): a right program with other seeds would fail with probability 1e-3 for each
 * of the cases.  500, 400 and 120 pairs passed, and at d = 400 and 800 260, 260 and 110 (six minutes). */
#include <gsl/gsl_rng.h>
#include <lapacke.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/driven_rows.h"
#include "tests/pairs.h"
#include "tests/trained_chain.h"
#include "validate/networks/blas.h"

enum { GROUPS = CHAIN_GROUPS };

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
    rows_target *target;
    size_t d, replicates;
    double X[GROUPS * GROUPS], blunt;
} cases[] = {
    {"--activation tanh(z+0.5) --target sin(z)+0.5*z^2 --schedule 2:2,1.5:3 --noise 0.1",
     0.5,
     curved,
     100,
     420,
     {1.3},
     0.03},
    {"--activation tanh --target sin(z)+0.5*z^2 --schedule 1.5:1.5,1:2,1.2:2.5",
     0,
     curved,
     100,
     320,
     {0.7},
     0.03},
    {"--activation tanh(z+0.5) --target z1+z1*tanh(z2) --second-layer 1:0.6,-0.7:0.4 --schedule "
     "2:3,1.5:2 --noise 0.1",
     0.5,
     pair,
     150,
     70,
     {1, 0.3, 0.3, 0.7},
     0.05},
};

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
        rows_step(&r, &c->net, t, cases[i].target, cases[i].shift, rng);
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
