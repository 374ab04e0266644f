/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mixture_steps.c - the rows that steps on inputs from a Gaussian mixture leave: reference numbers of another code
 * (docs/theory, mixtures), a bulk that differs by cluster against sums written down here, and invariance. */
#include <stdlib.h>
#include <string.h>

#include "giantstep/mixture.h"
#include "models/data/latent.h"
#include "models/data/data.h"
#include "models/training/exposed.h"
#include "tests/steps.h"

static const struct {
    const char *options;
    size_t group;
    double U, c, gamma, tol;
} known[] = {
    {"--eta 2 --second-layer 1,-0.5", 0, 1.6859788424, 1.0502788657, 1, 1e-10},
    {"--eta 2 --second-layer 1,-0.5", 1, -0.8429894212, 0.9753230063, 1, 1e-10},
    {"--eta 3 --alpha0 2", 0, 2.81797946, 1.8392137, 0.89744028, 6e-9},
};

START_TEST(rows_of_another_code)
{
    network n;
    network_make(&n,
                 "--mixture 0.5:1.5;0.5:-1.5 --cluster-labels 1,-1 --activation tanh(z+0.5) "
                 "--bulk exact %s",
                 known[_i].options);
    gst_features *f = network_features(&n);
    size_t g = known[_i].group;
    ck_assert_uint_eq(f->q, 0);
    ASSERT_NEAR(f->U[g * f->m], known[_i].U, known[_i].tol);
    ASSERT_NEAR(f->c[g], known[_i].c, known[_i].tol * 6);
    ASSERT_NEAR(fabs(f->gamma[0]), known[_i].gamma, known[_i].tol);
    for (size_t l = 1; l < f->m; l++)
        ck_assert(f->U[g * f->m + l] == 0);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* d Cov of the special directions of the first group, both groups of the population. */
START_TEST(covariance_of_another_code)
{
    const double wanted[3] = {1.1679150952, -1.8841892298, 3.0397492661};
    network n;
    network_make(&n, "--mixture 0.5:1.5;0.5:-1.5 --cluster-labels 1,-1 --activation tanh(z+0.5) "
                     "--eta 2 --second-layer 1,-0.5");
    gst_features *f = network_features(&n);
    ck_assert(f->m == 1 && f->q == 0);
    ASSERT_NEAR(f->C[0], wanted[0], 1e-9);
    ASSERT_NEAR(f->C[1], wanted[1], 1e-9);
    ASSERT_NEAR(f->C[3], wanted[2], 1e-9);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* E[F(z) sigma^(k)(bulk h)], h ~ N(0, 1), over the mixture, by the trapezoid rule of this file. */
typedef double of_z(double z);

static double slope(double h, int order)
{
    double t = tanh(h), s = 1 - t * t;
    return order == 1 ? s : -2 * t * s;
}

static double mean_of(const gst_data *mixture, of_z *F, int order, int bulk_power)
{
    double sum = 0, pi = acos(-1), step = 0.05;
    for (size_t c = 0; c < gst_mixture_clusters(mixture); c++) {
        const gst_cluster *of = gst_mixture_cluster(mixture, c);
        double left = 0, right = 0;
        for (double t = -9; t < 9; t += step) {
            double w = step * exp(-t * t / 2) / sqrt(2 * pi);
            left += w * F(of->mean[0] + of->sd[0] * t);
            right += w * slope(of->bulk * t + 0.5, order);
        }
        sum += of->weight * pow(of->bulk, bulk_power) * left * right;
    }
    return sum;
}

static double target_times_z(double z)
{
    return z * tanh(2 * z);
}

static double target_itself(double z)
{
    return tanh(2 * z);
}

/* One step of the population, one group of mean output zero: A = (1, -1) and equal rows, so that yt = y.  omega = eta A
 * E[y sigma'(w.x) z], and a row keeps 1 + eta A E[y sigma''(w.x) bulk^2] of itself: c is that squared, U omega. */
START_TEST(bulk_by_cluster)
{
    network n;
    network_make(&n, "--mixture 1:1:0.7:0.4;2:-0.6:1.3:1.3 --target tanh(2*z) --activation "
                     "tanh(z+0.5) --eta 1.3 --second-layer 1,-1");
    gst_features *f = network_features(&n);
    double first = mean_of(n.mixture, target_times_z, 1, 0);
    double second = mean_of(n.mixture, target_itself, 2, 2);
    ck_assert(f->m == 1);
    for (size_t g = 0; g < 2; g++) {
        double e = g == 0 ? 1.3 : -1.3, q = 1 + e * second;
        ASSERT_NEAR(f->U[g] * f->gamma[0], e * first, 1e-11);
        ASSERT_NEAR(f->c[g], q * q, 1e-11);
    }
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* Directions that no step looks at are exposed with U = 0, those that are left keep C. */
START_TEST(exposed_directions)
{
    network n;
    network_make(&n, "--target z1+z1*z2 --activation tanh(z+0.5) --eta 2 --second-layer 1,-0.5");
    gst_features *f = network_features(&n), *all;
    ck_assert(f->q > 0);
    ck_assert_int_eq(gst_features_expose(&all, f), GST_OK);
    ck_assert(all->m == f->m + f->q && all->q == 0 && all->r == f->r);
    size_t s = all->m + 1;
    for (size_t g = 0; g < f->K; g++) {
        for (size_t l = 0; l < all->m; l++)
            ck_assert(all->U[g * all->m + l] == (l < f->m ? f->U[g * f->m + l] : 0));
        ck_assert(all->c[g] == f->c[g] && all->pi[g] == f->pi[g]);
        ck_assert_mem_eq(all->C + g * s * s, f->C + g * s * s, s * s * sizeof *f->C);
    }
    for (size_t i = 0; i < f->r; i++)
        for (size_t j = 0; j < f->r; j++) {
            double sum = 0;
            for (size_t a = 0; a < all->m; a++)
                sum += all->gamma[i * all->m + a] * all->gamma[j * all->m + a];
            ASSERT_NEAR(sum, i == j, 1e-13);
        }
    gst_features_free(all);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

/* Nodes of exposed features are those of the inputs: E[z] and E[y] by them. */
START_TEST(nodes_of_exposed_features)
{
    network n;
    gst_latent at;
    network_make(&n, "--mixture 1:1:0.7:0.4;3:-0.6:1.3:1.3 --target 2*z --activation tanh(z+0.5) "
                     "--eta 2 --alpha0 2 --bulk exact");
    gst_features *f = network_features(&n);
    ck_assert_uint_eq(f->m, 2);
    ck_assert_int_eq(gst_exposed_nodes(&at, f, n.target, 64, 0), GST_OK);
    double y = 0, z = 0;
    for (size_t k = 0; k < at.n; k++) {
        y += at.w[k] * at.y[k];
        for (size_t a = 0; a < 2; a++)
            z += at.w[k] * f->gamma[a] * at.x[a * at.n + k];
    }
    ASSERT_NEAR(z, 0.25 - 0.45, 1e-12);
    ASSERT_NEAR(y, 2 * (0.25 - 0.45), 1e-12);
    gst_latent_clear(&at);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("steps on mixtures");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, rows_of_another_code, 0, COUNT(known));
    tcase_add_test(cases, covariance_of_another_code);
    tcase_add_test(cases, bulk_by_cluster);
    tcase_add_test(cases, exposed_directions);
    tcase_add_test(cases, nodes_of_exposed_features);
    return run_cases("steps on mixtures", cases);
}
