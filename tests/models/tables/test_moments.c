/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_moments.c - moment tables against the tower property and against a quadrature of the test's own. */
#include "models/tables/moments.h"
#include "models/functions/activation_moments.h"
#include "tests/network.h"

static double mean_of(const gst_activation *a, double c, double *square)
{
    double mu0, mu1, mu2sq, nu, s = 0;
    ck_assert_int_ge(gst_activation_moments(a, 1, &s, c, 0, &mu0, &mu1, &mu2sq, &nu), 0);
    *square = mu0 * mu0 + c * mu1 * mu1 + mu2sq;
    return mu0;
}

/* E h = E g, E[h kappa] = gamma^T c1, E h1 = rest^T c1, E[h^2 + h1^2 + rest] = E g^2; per group E mu0 and
 * E[mu0^2 + c mu1^2 + mu2^2] are those of sigma at variance |U|^2 + c, E[kappa mu0] = U E mu1. */
static void check_tables(const network *n, const gst_features *f, const gst_moments *t, double tol)
{
    gst_target_moments g;
    ck_assert_int_ge(gst_target_moments_compute(n->target, 0, &g), 0);
    double size = sqrt(g.variance + g.mean * g.mean), h = 0, square = 0, share = 0;
    for (size_t k = 0; k < t->n; k++) {
        h += t->w[k] * t->h[k];
        share += t->w[k];
        square += t->w[k] * (t->h[k] * t->h[k] + t->rest[k]);
        ck_assert_double_ge(t->rest[k], 0);
        for (size_t j = 0; j < t->q; j++)
            square += t->w[k] * t->h1[j * t->n + k] * t->h1[j * t->n + k];
    }
    ASSERT_NEAR(share, 1, tol);
    ASSERT_NEAR(h, g.mean, tol * size);
    ASSERT_NEAR(square, size * size, tol * size * size);
    for (size_t l = 0; l < t->m + t->q; l++) {
        double sum = 0, exact = 0;
        for (size_t k = 0; k < t->n; k++)
            sum += t->w[k] *
                   (l < t->m ? t->h[k] * t->kappa[l * t->n + k] : t->h1[(l - t->m) * t->n + k]);
        for (size_t j = 0; j < f->r; j++)
            exact += g.c1[j] * (l < t->m ? f->gamma[j * t->m + l] : f->rest[j * t->q + l - t->m]);
        ASSERT_NEAR(sum, exact, tol * size);
    }
    for (size_t a = 0; a < t->K; a++) {
        double mean = 0, slope = 0, energy = 0, variance = f->c[a], exact,
               tilt[GST_SPIKES_MAX] = {0};
        for (size_t l = 0; l < t->m; l++)
            variance += f->U[a * t->m + l] * f->U[a * t->m + l];
        for (size_t k = 0; k < t->n; k++) {
            size_t at = a * t->n + k;
            mean += t->w[k] * t->mu0[at];
            slope += t->w[k] * t->mu1[at];
            energy += t->w[k] *
                      (t->mu0[at] * t->mu0[at] + f->c[a] * t->mu1[at] * t->mu1[at] + t->mu2sq[at]);
            for (size_t l = 0; l < t->m; l++)
                tilt[l] += t->w[k] * t->kappa[l * t->n + k] * t->mu0[at];
        }
        ASSERT_NEAR(mean, mean_of(n->activation, variance, &exact), tol * sqrt(exact));
        ASSERT_NEAR(energy, exact, tol * exact);
        for (size_t l = 0; l < t->m; l++)
            ASSERT_NEAR(tilt[l], f->U[a * t->m + l] * slope, tol * sqrt(exact));
    }
}

static const struct {
    const char *options;
    size_t order;
    double tol;
} tables[] = {
    {"--activation 'tanh(z+0.5)' --target 'z+sqrt(z^2+0.1)' --eta 3", 256, 1e-12},
    {"--activation 'relu(z-0.2)' --target 'sign(z1)' --second-layer 1:0.3,-0.5:0.7 --eta 1.4", 128,
     2e-13},
    {"--activation 'relu(z-0.2)' --target 'sign(z1)' --eta 1.4 --alpha0 1.9 --noise 0.1", 128,
     2e-13},
    {"--activation 'erf(z+0.4)' --target 'tanh(z1)*z2+z1' --eta 2.3", 128, 2e-13},
    {"--activation 'erf(z+0.4)' --target 'abs(z1-0.5*z2)+z1' --eta 2.3", 64, 1e-12},
    {"--activation 'sin(z+0.4)' --target 'z1+z1*z2' --second-layer gaussian:3 --eta 1.2 --alpha0 "
     "1.1",
     128, 2e-13},
    {"--activation 'tanh(z+0.1)' --target 'z1*z2^2+z1' --spike '1,-0.5;0.7,1.6' --overlap "
     "'0.5,0.3;-0.6,0.4' --bulk-variance 0.7,1.2",
     64, 2e-13},
    {"--activation 'abs(z-0.4)' --target 'z1^3' --spike '0.4,-0.5;0.7,0.6' --overlap '0.6;0.3'", 64,
     2e-13},
    {"--activation 'sign(z-0.4)' --target 'z1^3-z2' --alpha0 0", 64, 2e-13},
};

START_TEST(tower_property)
{
    network n;
    gst_moments *t;
    network_make(&n, "%s", tables[_i].options);
    gst_features *f = network_features(&n);
    ck_assert_int_ge(gst_moments_tabulate(&t, f, n.activation, n.target, tables[_i].order, 0), 0);
    check_tables(&n, f, t, tables[_i].tol);
    gst_moments_free(t);
    gst_features_free(f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("moments");
    tcase_add_loop_test(cases, tower_property, 0, COUNT(tables));
    return run_cases("moments", cases);
}
