/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mixture_bulk.c - clusters whose bulk differs in variance, and that have targets of their own, which no option can
 * say: y = tanh(z1) in the first cluster, -0.3 + 0.2 z1 in the second.  Rows and errors are another code's (docs/theory,
 * mixtures). */
#include <string.h>

#include "giantstep/mixture.h"
#include "models/data/latent.h"
#include "models/data/data.h"
#include "tests/network.h"

static int nodes_with_targets(const gst_data *data, size_t M, const double *G,
                              const gst_latent_target *target, size_t order, int companion,
                              gst_latent *latent)
{
    int status = gst_data_mixture.nodes(data, M, G, target, order, companion, latent);
    for (size_t c = 0; status == GST_OK && c < latent->parts; c++)
        for (size_t k = latent->first[c]; k < latent->first[c + 1]; k++) {
            double z = 0;
            for (size_t a = 0; a < M; a++)
                z += G[a] * latent->x[a * latent->n + k];
            latent->y[k] = c == 0 ? tanh(z) : -0.3 + 0.2 * z;
        }
    return status;
}

static void open_two(network *n, gst_data *law, const char *options)
{
    network_make(n,
                 "--mixture 0.5:1:0.7:0.7;0.5:-0.6:1.3:1.3 --target z --activation tanh(z+0.5) "
                 "--second-layer 1,-0.5 --alpha 2 --lambda 0.05 %s",
                 options);
    *law = *n->mixture;
    law->nodes = nodes_with_targets;
    n->problem.data = law;
}

static const struct {
    const char *options;
    double test, train;
} known[] = {
    {"--steps 0", 0.19205162, 0.06511770},
    {"--eta 2", 0.09357763, 0.02978299},
    {"--eta 2 --width 300", 0.09498016, 0.03021922},
};

START_TEST(errors)
{
    network n;
    gst_data law;
    open_two(&n, &law, known[_i].options);
    gst_risk risk = network_solve(&n, NULL);
    ASSERT_NEAR(risk.test_error, known[_i].test, 6e-9);
    ASSERT_NEAR(risk.train_error, known[_i].train, 6e-9);
    network_clear(&n);
}
END_TEST

START_TEST(rows)
{
    const double U[] = {0.80981211, -0.40490605}, c[] = {1.00886533, 0.99558201};
    network n;
    gst_data law;
    open_two(&n, &law, "--eta 2");
    gst_features *f = network_features(&n);
    ck_assert_uint_eq(f->m, 1);
    for (size_t g = 0; g < 2; g++) {
        ASSERT_NEAR(f->U[g] * f->gamma[0], U[g], 6e-9);
        ASSERT_NEAR(f->c[g], c[g], 6e-9);
    }
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("bulks of clusters");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, errors, 0, COUNT(known));
    tcase_add_test(cases, rows);
    return run_cases("bulks of clusters", cases);
}
