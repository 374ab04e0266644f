/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_relations.c - the slopes of the bulks' own equations against differences, and what the box of kappa cuts off
 * against its definition. */
#include "solver/readout/resolution.h"
#include "integrals/mesh.h"
#include "tests/network.h"

#include <complex.h>
#include <string.h>

enum { MOST = 32 };

static const char *const cases[] = {
    ("--alpha0 2.3 --second-layer 1:1,-0.6:2 --activation tanh(z+0.5) --eta 1.7 --noise 0.1 --bulk "
     "exact"),
    "--alpha0 0.7 --second-layer 1:1,-0.6:2 --activation tanh --eta 2.1 --bulk exact",
    "--alpha0 1.3 --activation relu --eta 1.4 --noise 0.2 --bulk exact",
    "--alpha0 inf --second-layer 1:1,-0.6:2,0.4:1 --activation tanh(z+0.5)",
};

/* Arbitrary hats and state, off the real axis, near those of a real problem. */
static void set_point(const gst_resolution *resolution, double complex *hat, double complex *u)
{
    const gst_bulk *bulk = resolution->bulk;
    size_t K = bulk->K, L = bulk->L;
    for (size_t a = 0; a < L; a++)
        hat[a] = resolution->state->hat[a] * (1 + 0.1 * sin(3.0 * (double)a) + 0.2 * I);
    for (size_t g = 0; g < K; g++)
        u[g] = resolution->state->x[gst_packed_value(K, g)] *
               (1 + 0.07 * cos(5.0 * (double)g) - 0.1 * I);
    for (size_t i = 0; i < bulk->inner; i++)
        u[K + i] = 0.1 * sin(1.0 + 2.0 * (double)i) + 0.05 * I * cos(3.0 * (double)i);
}

/* Every slope is the central difference along its variable. */
START_TEST(slopes_of_relations)
{
    network n;
    gst_resolution resolution;
    gst_risk risk;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s", cases[_i]);
    gst_features *f = network_features(&n);
    ck_assert_int_eq(gst_resolution_alloc(&resolution, f, 0, 0), GST_OK);
    ck_assert_int_eq(gst_resolution_solve(&resolution, &n.point, &options, NULL, &risk), GST_OK);
    gst_bulk *bulk = resolution.bulk;
    size_t K = bulk->K, L = bulk->L, rows = L + bulk->inner, columns = L + K + bulk->inner;
    ck_assert_uint_le(columns, MOST);
    double complex at[MOST], value[2][MOST], slope[MOST * MOST], unused[MOST * MOST];
    set_point(&resolution, at, at + L);
    ck_assert_int_eq(bulk->type->relations(bulk, n.point.beta, at, at + L, value[0], slope),
                     GST_OK);
    for (size_t j = 0; j < columns; j++) {
        double complex kept = at[j], step = 1e-5 * (1.0 + 0.3 * I) * (cabs(kept) + 0.01);
        for (int side = 0; side < 2; side++) {
            at[j] = kept + (side ? step : -step);
            ck_assert_int_eq(
                bulk->type->relations(bulk, n.point.beta, at, at + L, value[side], unused), GST_OK);
        }
        at[j] = kept;
        for (size_t i = 0; i < rows; i++) {
            double complex difference = (value[1][i] - value[0][i]) / (2.0 * step);
            double error = cabs(difference - slope[i * columns + j]);
            ck_assert_msg(error < 1e-7 * (1.0 + cabs(difference)), "row %zu, column %zu: %g of %g",
                          i, j, error, cabs(difference));
        }
    }
    gst_resolution_clear(&resolution);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* The part of rho E[(h^2 + sum_i S_i^2)/(t+V)], S = (mu0, kappa mu1, nu), beyond |kappa| = box - 1, from the tables. */
static double cut_off(const gst_resolution *resolution)
{
    const gst_moments *t = resolution->moments;
    double sum = 0, outside = 0;
    for (size_t k = 0; k < t->n; k++) {
        double size = t->h[k] * t->h[k], weight = resolution->state->weight[k];
        int edge = 0;
        for (size_t g = 0; g < t->K; g++) {
            size_t at = g * t->n + k;
            size += t->mu0[at] * t->mu0[at] + t->nu[at] * t->nu[at];
            for (size_t l = 0; l < t->m; l++) {
                double S = t->kappa[l * t->n + k] * t->mu1[at];
                size += S * S;
            }
        }
        for (size_t l = 0; l < t->m; l++)
            edge |= fabs(t->kappa[l * t->n + k]) > GST_GAUSSIAN_BOX - 1;
        sum += weight * size;
        outside += edge ? weight * size : 0;
    }
    return outside / sum;
}

/* The error of a row holds what its box has cut off. */
START_TEST(truncation)
{
    static const char *const list[] = {
        "--activation z^7 --spike 1.5,4 --second-layer 1:1,1:2 --alpha 0.7 --lambda 1e-12",
        "--activation z^9 --spike 4 --alpha 0.6 --lambda 1e-13",
    };
    network n;
    gst_resolution resolution;
    gst_risk risk, of_model;
    gst_solve_options options = gst_solve_defaults();
    network_make(&n, "%s", list[_i]);
    gst_features *f = network_features(&n);
    ck_assert_int_eq(gst_resolution_alloc(&resolution, f, 0, 0), GST_OK);
    ck_assert_int_ge(gst_resolution_solve(&resolution, &n.point, &options, NULL, &risk), GST_OK);
    ck_assert_uint_eq(resolution.state->active, resolution.moments->n);
    double wanted = cut_off(&resolution);
    ck_assert_double_gt(wanted, 1e-40);
    ASSERT_CLOSE(gst_state_truncation(resolution.state), wanted, 1e-10);
    gst_model *model = network_model(&n);
    ck_assert_int_ge(gst_model_solve(model, &n.point, &options, &of_model, NULL), GST_OK);
    ck_assert_double_ge(of_model.quad_error, 0.5 * wanted * of_model.excess_risk);
    gst_model_free(model);
    gst_resolution_clear(&resolution);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("relations");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, slopes_of_relations, 0, COUNT(cases));
    tcase_add_loop_test(tests, truncation, 0, 2);
    return run_cases("relations", tests);
}
