/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_label_series.c - the series that takes the place of nodes of the residual directions: against a probit, which has closed
 * forms, and against the nodes themselves for every loss, label by label. */
#include <string.h>

#include "models/training/label_target.h"
#include "solver/readout/coupled/scalar_problem.h"
#include "solver/readout/resolution.h"
#include "tests/network.h"

typedef struct {
    network n;
    gst_features *f;
    gst_target *mean;
    gst_moments *moments;
    gst_label_sites sites;
    gst_scalar_problem scalar;
} bench;

static void open_bench(bench *b, const char *target, double noise, size_t order)
{
    network_make(&b->n,
                 "--activation tanh(z+0.5) --target %s --alpha0 2 --eta 3 --labels sign --noise %g",
                 target, noise);
    b->f = network_features(&b->n);
    ck_assert_int_eq(gst_label_target(&b->mean, b->n.problem.target, GST_LABELS_SIGN, noise),
                     GST_OK);
    ck_assert_int_ge(
        gst_moments_tabulate(&b->moments, b->f, b->n.problem.activation, b->mean, 8, 0), 0);
    ck_assert_int_eq(gst_label_sites_make(&b->sites, b->f, b->moments, b->mean, GST_LABELS_SIGN,
                                          gst_label_noise_normal(noise), order, 0),
                     GST_OK);
    ck_assert_int_eq(gst_scalar_problem_init(&b->scalar, 0), GST_OK);
}

static void close_bench(bench *b)
{
    gst_scalar_problem_clear(&b->scalar);
    gst_label_sites_clear(&b->sites);
    gst_moments_free(b->moments);
    gst_target_free(b->mean);
    gst_features_free(b->f);
    network_clear(&b->n);
}

static const struct {
    const char *target;
    double noise;
    size_t order;
} cases[] = {{"sin(1.3*z1)+0.2", 0.3, 192},
             {"z1+0.7*z1*z2", 0.8, 96},
             {"z1+0.4*z2*z3", 1.7, 40},
             {"abs(z1+0.3)-0.5", 0.2, 160}};

static const char *const losses[] = {"squared",       "logistic",   "hinge",
                                     "squared-hinge", "max-margin", "huber:0.3"};

static void same(const char *what, size_t of, double a, double b, double size)
{
    ck_assert_msg(fabs(a - b) <= 3e-12 * size, "%s of case %zu: %.15g and %.15g", what, of, a, b);
}

/* The site of largest weight: terms and nodes are for weighted sums. */
static size_t largest(const bench *b)
{
    size_t k = 0;
    for (size_t i = 1; i < b->moments->n; i++)
        k = b->moments->w[i] > b->moments->w[k] ? i : k;
    return k;
}

/* At one site, for b of several lengths against v: averages and losses with the series and without. */
START_TEST(same_as_nodes)
{
    size_t of = (size_t)_i / COUNT(losses);
    bench b;
    gst_loss loss;
    open_bench(&b, cases[of].target, cases[of].noise, cases[of].order);
    ck_assert_int_eq(gst_loss_parse(losses[(size_t)_i % COUNT(losses)], &loss, NULL), GST_OK);
    size_t q = b.sites.q, k = largest(&b), degree = b.sites.series.degree;
    ck_assert_uint_eq(q, of == 3 ? 1 : b.f->r);
    ck_assert(degree > 0 && !b.sites.probit);
    for (int length = 0; length < 4; length++) {
        double slope[] = {0.0, 0.11, -0.37, 0.23};
        for (size_t j = 0; j < 4; j++)
            slope[j] = (of == 2 ? 0.3 : 0.45) * length * (j == 0 ? 0.41 : slope[j]);
        gst_scalar_point at = {.V = 1.37, .v = 0.73, .yb = -0.21, .b = slope};
        double means[2][4 + GST_TARGET_DIM_MAX], errors[2][5];
        for (int nodes = 0; nodes < 2; nodes++) {
            b.sites.series.degree = nodes ? 0 : degree;
            gst_scalar_means m = gst_scalar_average(&b.scalar, &loss, &b.sites, k, &at);
            ck_assert((b.scalar.series.terms > 0) == !nodes);
            gst_scalar_losses e = gst_scalar_measure(&b.scalar, &loss, &loss, &b.sites, k, &at);
            double values[] = {m.G, m.G2, m.dG,
                               gst_scalar_misclassified(&b.scalar, &b.sites, k, &at)};
            memcpy(means[nodes], values, sizeof values);
            memcpy(means[nodes] + 4, m.sG, q * sizeof *m.sG);
            double shares[] = {e.test_loss, e.train_loss, e.train_square, e.test_class,
                               e.train_class};
            memcpy(errors[nodes], shares, sizeof shares);
        }
        for (size_t i = 0; i < 4 + q; i++)
            same(losses[(size_t)_i % COUNT(losses)], of, means[0][i], means[1][i], 1);
        for (size_t i = 0; i < 5; i++)
            if (isfinite(errors[1][i]))
                same("a loss", of, errors[0][i], errors[1][i], 1);
    }
    close_bench(&b);
}
END_TEST

/* A target that is affine but for a part too small to see. */
START_TEST(same_as_probit)
{
    bench exact, series;
    open_bench(&exact, _i ? "z1-0.4*z2+0.3" : "z1+0.3", 0.4, 8);
    open_bench(&series, _i ? "z1-0.4*z2+0.3+1e-13*sin(z1)" : "z1+0.3+1e-13*sin(z1)", 0.4, 160);
    ck_assert(exact.sites.probit && !series.sites.probit);
    for (size_t k = 0; k < exact.moments->n; k++) {
        const double slope[] = {0.43, -0.29};
        gst_scalar_point at = {.V = 2.1, .v = 0.4, .yb = 0.3, .b = slope};
        gst_scalar_means a =
            gst_scalar_average(&exact.scalar, &gst_loss_logistic, &exact.sites, k, &at);
        gst_scalar_means c =
            gst_scalar_average(&series.scalar, &gst_loss_logistic, &series.sites, k, &at);
        double size = 1e-4 / exact.moments->w[k];
        same("G", k, c.G, a.G, 1 + size);
        same("G2", k, c.G2, a.G2, 1 + size);
        same("dG", k, c.dG, a.dG, 1 + size);
        for (size_t j = 0; j < exact.sites.q; j++)
            same("sG", k, c.sG[j], a.sG[j], 1 + size);
    }
    close_bench(&exact);
    close_bench(&series);
}
END_TEST

/* Where v is nothing beside |b|^2 the nodes are back. */
START_TEST(steep)
{
    bench b;
    open_bench(&b, "sin(1.3*z1)+0.2", 0.3, 96);
    const double slope[] = {1.0};
    gst_scalar_point at = {.V = 1.0, .v = 1e-3, .yb = 0.1, .b = slope};
    size_t k = largest(&b);
    ck_assert_ptr_null(b.sites.nodes[k].weight);
    gst_scalar_means m = gst_scalar_average(&b.scalar, &gst_loss_logistic, &b.sites, k, &at);
    ck_assert(b.scalar.series.terms == 0 && b.sites.nodes[k].weight && isfinite(m.G));
    ck_assert_int_eq(b.scalar.status, GST_OK);
    close_bench(&b);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("label series");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, same_as_nodes, 0, COUNT(cases) * COUNT(losses));
    tcase_add_loop_test(tests, same_as_probit, 0, 2);
    tcase_add_test(tests, steep);
    return run_cases("label series", tests);
}
