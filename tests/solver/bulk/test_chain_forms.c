/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_chain_forms.c - R(X) and N~(X) of a trained bulk at given X: the numbers of tests/reference/steps.tsv, the same
 * through the map, and a bulk of infinite batches against the isotropic one. */
#include <stdlib.h>
#include <string.h>

#include "tests/blocks.h"
#include "tests/trained_chain.h"

enum { GROUPS = CHAIN_GROUPS, SIZE = CHAIN_SIZE };

/* Of R; of N~ at X != 0, and at 0, where weights are polynomials of the labels, unbounded: all of our rules, those of
 * two target variables too coarse to be slow.  The reference has 1e-12. */
static const struct {
    double R, N, C;
} digits[] = {{0}, {4e-12, 5e-11, 1e-8}, {2e-11, 2e-8, 3e-7}};

/* Upper triangle, groups inner. */
static void check_forms(const trained_chain *c, const double *N, const double *want, double tol)
{
    size_t size = c->frame * c->K;
    double largest = 0;
    for (size_t i = 0; i < size * (size + 1) / 2; i++)
        largest = fmax(largest, fabs(want[i]));
    for (size_t i = 0; i < size; i++)
        for (size_t j = i; j < size; j++, want++)
            ASSERT_NEAR(trained_chain_form(c, N, i / c->K, i % c->K, j / c->K, j % c->K), *want,
                        tol * largest);
}

/* ---- at given X --------------------------------------------------------------------------------- */

static void check_R(const trained_chain *c, const double *R, const double *want)
{
    for (size_t i = 0; i < c->K * c->K; i++)
        ASSERT_NEAR(R[i], want[i], digits[c->f->r].R);
}

/* V1h = X and D that make V2 = 1/beta: V1 = R/beta, N = N~, N_perp (I - V1h N) = N, V1h on spikes. */
static void check_map(trained_chain *c, const double *X, const double *R, const double *N)
{
    size_t K = c->K, n = c->n, s = c->s;
    double beta = 4 / c->f->pi[0], perp[SIZE * SIZE], hat[8], x[8] = {0};
    for (size_t g = 0; g < K; g++) {
        double E = 0;
        for (size_t h = 0; h < K; h++) {
            hat[gst_packed_pair(K, g, h)] = X[g * K + h];
            E += X[g * K + h] * R[h * K + g];
        }
        hat[gst_packed_value(K, g)] = beta * c->f->pi[g] - E;
    }
    ck_assert_int_eq(c->b->base.type->map(&c->b->base, beta, hat, x), GST_OK);
    for (size_t g = 0; g < K; g++) {
        ASSERT_CLOSE(x[gst_packed_value(K, g)], 1 / beta, 1e-12);
        for (size_t h = 0; h < K; h++)
            ASSERT_NEAR(x[gst_packed_pair(K, g, h)], R[g * K + h] / beta, 1e-12);
    }
    ck_assert_int_eq(c->b->base.type->directions(&c->b->base, perp), GST_OK);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            double pulled = perp[i * n + j];
            for (size_t k = 0; k < n; k++)
                for (size_t h = 0; k % s < c->f->m && h < K; h++)
                    pulled -= perp[i * n + k] * X[k / s * K + h] * N[(h * s + k % s) * n + j];
            ASSERT_NEAR(pulled, N[i * n + j], 1e-11 * (1 + fabs(N[j * n + j])));
        }
    }
}

START_TEST(reference_forms)
{
    trained_chain c;
    trained_chain_open(&c, block_options(_i));
    size_t K = c.K, size = c.frame * K, entries = size * (size + 1) / 2;
    const double *X = block_numbers(_i, "X", K * K), zero[GROUPS * GROUPS] = {0};
    double R[GROUPS * GROUPS], N[SIZE * SIZE], variances[GROUPS * GROUPS] = {0};
    if (X) {
        trained_chain_solve(&c, X, R, N);
        check_R(&c, R, block_numbers(_i, "R", K * K));
        check_forms(&c, N, block_numbers(_i, "N", entries), digits[c.f->r].N);
        check_map(&c, X, R, N);
        trained_chain_solve(&c, zero, R, N);
        for (size_t g = 0; g < K; g++)
            variances[g * K + g] = block_numbers(_i, "c", K)[g];
        check_R(&c, R, variances);
        check_forms(&c, N, block_numbers(_i, "C", entries), digits[c.f->r].C);
    }
    trained_chain_close(&c);
}
END_TEST

/* ---- infinite batches --------------------------------------------------------------------------- */

static const char *const populations[] = {
    "--activation tanh(z+0.5) --target z+sqrt(z^2+0.1) --alpha0 inf --eta 3 --noise 0.1",
    "--activation tanh(z+0.5) --target z+sqrt(z^2+0.1) --schedule 2:inf,1:inf,1.5:inf",
    "--activation tanh(z+0.3) --target sin(z)+0.5*z^2 --second-layer 1:0.4,-0.6:0.6 --schedule "
    "1.3:inf,2:inf --noise 0.2",
    "--activation tanh(z+0.5) --target z1+z1*z2 --second-layer 1:0.6,-1:0.4 --steps 2 --eta 2 "
    "--alpha0 inf",
};

static void draw_hat(unsigned long long *state, size_t K, double *hat)
{
    double V1h[GROUPS * GROUPS];
    fill_square(state, K, K, 0, V1h);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            hat[gst_packed_pair(K, g, h)] = V1h[g * K + h];
        hat[gst_packed_value(K, g)] = 0.05 + uniform(state);
    }
}

/* (V1, V2), N_perp, and gradients along random fields, of both bulks. */
static void compare(gst_bulk *chain, gst_bulk *isotropic, size_t r, unsigned long long *state)
{
    gst_bulk *both[2] = {chain, isotropic};
    size_t K = chain->K, L = chain->L, n = K * (chain->m + chain->q + 1);
    double hat[8], x[2][8] = {{0}}, dx[2][8], N[2][SIZE * SIZE], fields[SIZE], gradient[2][8];
    double beta = 0.4 + 2 * uniform(state), dhat[8], size = 0;
    draw_hat(state, K, hat);
    fill(state, L, dhat);
    fill(state, n, fields);
    for (int i = 0; i < 2; i++) {
        const gst_bulk_type *type = both[i]->type;
        ck_assert_int_eq(type->map(both[i], beta, hat, x[i]), GST_OK);
        ck_assert_int_eq(type->tangent(both[i], dhat, dx[i]), GST_OK);
        ck_assert_int_eq(type->directions(both[i], N[i]), GST_OK);
        ck_assert_int_eq(type->directions_tangent(both[i], fields, gradient[i]), GST_OK);
    }
    for (size_t a = 0; a < L; a++) {
        ASSERT_NEAR(x[0][a], x[1][a], 1e-11 * (1 + fabs(x[1][a])));
        ASSERT_NEAR(dx[0][a], dx[1][a], 1e-10 * (1 + fabs(dx[1][a])));
        ASSERT_NEAR(gradient[0][a], gradient[1][a], 10 * digits[r].N * (1 + fabs(gradient[1][a])));
    }
    for (size_t k = 0; k < n * n; k++)
        size = fmax(size, fabs(N[1][k]));
    for (size_t k = 0; k < n * n; k++)
        ASSERT_NEAR(N[0][k], N[1][k], digits[r].N * size);
}

START_TEST(infinite_batches_are_isotropic)
{
    unsigned long long state = 700 + (unsigned)_i;
    network net;
    gst_message message = {""};
    gst_trajectory *trajectory;
    gst_bulk *chain, *isotropic;
    network_make(&net, "%s --bulk exact", populations[_i]);
    gst_features *f = network_features(&net);
    ck_assert_str_eq(f->bulk->name, "isotropic");
    ck_assert_int_eq(
        gst_trajectory_build(&trajectory, &net.problem, trained_chain_resolution(f), &message),
        GST_OK);
    ck_assert_int_eq(gst_bulk_chain_alloc(&chain, f, trajectory), GST_OK);
    ck_assert_int_eq(gst_bulk_isotropic_alloc(&isotropic, f, NULL), GST_OK);
    for (int trial = 0; trial < 5; trial++)
        compare(chain, isotropic, f->r, &state);
    gst_bulk_free(chain);
    gst_bulk_free(isotropic);
    gst_features_free(f);
    network_clear(&net);
}
END_TEST

/* ---- orders ------------------------------------------------------------------------------------- */

/* Of a kappa so light that a fine mesh has no point that matters, all points count: no order is too high. */
START_TEST(fine_meshes_of_light_kappas)
{
    const gst_label_resolution fine[] = {{.order = 1024, .spikes = 384, .nodes = 160},
                                         {.order = 1536, .spikes = 288, .nodes = 120, .half = 1}};
    static const char *const networks[] = {
        "--activation tanh --target sin --steps 2 --eta 3 --alpha0 5",
        "--activation tanh(z+0.5) --target tanh(2*z) --schedule 2.5:1,2.5:3 --noise 0.1",
    };
    network net;
    gst_bulk *bulk;
    network_make(&net, "%s --bulk exact", networks[_i]);
    gst_features *f = network_features(&net);
    for (int i = 0; i < COUNT(fine); i++) {
        ck_assert_int_eq(gst_bulk_alloc(&bulk, f, fine[i]), GST_OK);
        gst_bulk_free(bulk);
    }
    gst_features_free(f);
    network_clear(&net);
}
END_TEST

int main(void)
{
    int blocks = blocks_read("steps");
    TCase *cases = tcase_create("chain_forms");
    tcase_add_loop_test(cases, reference_forms, 0, blocks);
    tcase_add_loop_test(cases, infinite_batches_are_isotropic, 0, COUNT(populations));
    tcase_add_loop_test(cases, fine_meshes_of_light_kappas, 0, 2);
    return run_cases("chain_forms", cases);
}
