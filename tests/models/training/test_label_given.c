/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_label_given.c - the law of the labels given the spikes: averaged over kappa it is the law without spikes, for
 * smooth, kinked and steep targets, noise or none, as a Gauss rule and as a mesh; and a linear
 * target in closed form. */
#include <stdlib.h>

#include "models/training/label_law.h"
#include "models/training/residual_directions.h"
#include "tests/network.h"

typedef struct {
    const char *target;
    size_t m;
    double gamma[6]; /* gamma[j*m + l] */
    double f0, noise;
    size_t order, nodes;
    int dense; /* a mesh as well */
} given;

static const given cases[] = {
    {"tanh(1.3*z)+0.4*z^2", 1, {0.8}, 0.3, 0, 320, 40, 1},
    {"tanh(1.3*z)+0.4*z^2", 1, {0.8}, 0.3, 0.07, 320, 40, 1},
    {"tanh(40*z-3)", 1, {0.6}, -0.1, 0, 320, 60, 0},
    {"sin(z)", 1, {1}, 0.1, 0.2, 320, 40, 1}, /* q = 0 */
    {"sin(z)", 1, {0}, 0.1, 0, 320, 40, 0},   /* a spike that has nothing to do with the target */
    {"relu(z1-0.3)+0.4*z1*z2", 1, {0.5, -0.4}, 0.2, 0, 96, 30, 0},
    {"sin(z1)+0.3*z1*z2", 2, {0.7, 0.1, -0.2, 0.8}, 0.2, 0.05, 64, 40, 0},
};

static gst_features *features_of(const given *c, size_t r, gst_features *f, double *rest)
{
    *f = (gst_features){.m = c->m, .r = r, .gamma = (double *)c->gamma, .rest = rest};
    ck_assert_int_eq(gst_residual_directions(r, c->m, c->gamma, rest, &f->q), GST_OK);
    return f;
}

/* Averages of 1, yt^k, yt^k z_j and F, F z_0^2, F = 1/(1 + yt^2/4), of one law. */
enum { POWERS = 5, NUMBERS = POWERS + 3 + 3 };

static double response(double y)
{
    return 1 / (1 + y * y / 4);
}

/* Adds weight times the averages of the law given kappa. */
static void add(double *sum, double weight, const gst_features *f, const double *kappa,
                const gst_label_law *law)
{
    double along = 0;
    for (size_t l = 0; l < f->m; l++)
        along += f->gamma[l] * kappa[l];
    for (size_t k = 0; k < POWERS; k++)
        sum[k] += weight * law->moment[k];
    for (size_t k = 1; k <= 3; k++) {
        double z = along * law->moment[k];
        for (size_t i = 0; i < f->q; i++)
            z += f->rest[i] * law->linear[(k - 1) * f->q + i];
        sum[POWERS + k - 1] += weight * z;
    }
    double pair = along * along * law->moment[1];
    for (size_t i = 0; i < f->q; i++) {
        pair += 2 * along * f->rest[i] * law->linear[i];
        for (size_t j = 0; j < f->q; j++)
            pair += f->rest[i] * f->rest[j] * law->square[i * f->q + j];
    }
    sum[POWERS + 3] += weight * pair;
    for (size_t p = 0; p < law->n; p++) {
        double F = weight * response(law->y[p]), z = along * along * law->weight[p];
        for (size_t i = 0; i < f->q; i++) {
            size_t term = gst_label_term_mean(law, i);
            z += 2 * along * f->rest[i] * law->weight[term * law->n + p];
            for (size_t j = 0; j < f->q; j++) {
                term = gst_label_term_square(law, i, j);
                z += f->rest[i] * f->rest[j] * law->weight[term * law->n + p];
            }
        }
        sum[POWERS + 4] += F * law->weight[p];
        sum[POWERS + 5] += F * z;
    }
}

/* The averages of the law without spikes; a kappa of no coordinates asks for exact moments in spite of noise. */
static void without_spikes(const given *c, const gst_target *target, double *sum)
{
    size_t r = gst_target_dim(target);
    gst_label_law *law;
    gst_label_source source;
    double rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX] = {0}, none = 0;
    gst_features f = {.q = r, .r = r, .rest = rest};
    for (size_t j = 0; j < r; j++)
        rest[j * r + j] = 1;
    ck_assert_int_eq(gst_label_source_setup(&source, target, NULL, r == 1 ? 500 : 96, 0), GST_OK);
    ck_assert_int_eq(
        gst_label_law_given(&law, &source, &none, 1, c->f0, c->noise, r == 1 ? 100 : 60, 4),
        GST_OK);
    add(sum, 1, &f, &none, law);
    gst_label_law_free(law);
    gst_label_source_clear(&source);
}

static void with_spikes(const given *c, const gst_target *target, int dense, int half, double *sum)
{
    gst_features f;
    double rest[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX];
    gst_label_source source;
    gst_mesh mesh;
    gst_kinks smooth = {.dim = c->m};
    ck_assert_int_eq(gst_label_source_setup(&source, target,
                                            features_of(c, gst_target_dim(target), &f, rest),
                                            c->order, half),
                     GST_OK);
    /* without residual directions kappa has to see the steps and kinks itself */
    ck_assert_int_eq(gst_mesh_build(&mesh, &smooth, 0, c->m, NULL, c->m == 1 ? 96 : 48, half),
                     GST_OK);
    for (size_t k = 0; k < mesh.n; k++) {
        double kappa[2];
        gst_label_law *law;
        for (size_t l = 0; l < c->m; l++)
            kappa[l] = mesh.x[l * mesh.n + k];
        if (!(mesh.w[k] > 1e-18))
            continue;
        int status = dense ? gst_label_mesh_given(&law, &source, kappa, c->f0, c->noise, 700)
                           : gst_label_law_given(&law, &source, kappa, mesh.w[k] * 1e-4, c->f0,
                                                 c->noise, c->nodes, k % 2 ? 2 : 4);
        ck_assert_int_eq(status, GST_OK);
        add(sum, mesh.w[k], &f, kappa, law);
        gst_label_law_free(law);
    }
    gst_mesh_clear(&mesh);
    gst_label_source_clear(&source);
}

START_TEST(averaged_over_the_spikes)
{
    const given *c = &cases[_i];
    gst_target *target;
    double whole[NUMBERS] = {0}, parts[NUMBERS];
    ck_assert_int_eq(gst_target_compile(&target, c->target, NULL), GST_OK);
    without_spikes(c, target, whole);
    for (int dense = 0; dense <= c->dense; dense++) {
        for (int half = 0; half < 2 - dense; half++) {
            for (size_t i = 0; i < NUMBERS; i++)
                parts[i] = 0;
            with_spikes(c, target, dense, half, parts);
            for (size_t i = 0; i < NUMBERS; i++)
                ck_assert_msg(fabs(parts[i] - whole[i]) <= 2e-9 * (1 + fabs(whole[i])),
                              "%zu (dense %d, half %d): %.15g is not %.15g", i, dense, half,
                              parts[i], whole[i]);
        }
    }
    gst_target_free(target);
}
END_TEST

/* yt = gamma kappa + rho s - f0 + sqrt(Delta) xi. */
START_TEST(linear_target)
{
    gst_target *target;
    gst_features f;
    gst_label_source source;
    gst_label_law *law;
    const given c = {.target = "z", .m = 1, .gamma = {0.6}};
    double rest[1], kappa = 0.7, f0 = 0.2, noise = 0.3, mean = 0.6 * kappa - f0, rho = 0.8;
    ck_assert_int_eq(gst_target_compile(&target, c.target, NULL), GST_OK);
    ck_assert_int_eq(gst_label_source_setup(&source, target, features_of(&c, 1, &f, rest), 96, 0),
                     GST_OK);
    ck_assert_int_eq(gst_label_law_given(&law, &source, &kappa, 1, f0, noise, 5, 3), GST_OK);
    double square = rho * rho + noise, moment[5] = {1, mean, mean * mean + square};
    for (size_t k = 3; k < 5; k++)
        moment[k] = mean * moment[k - 1] + (double)(k - 1) * square * moment[k - 2];
    for (size_t k = 0; k < 5; k++)
        ASSERT_NEAR(law->moment[k], moment[k], 1e-13);
    for (size_t k = 1; k <= 3; k++) /* by parts */
        ASSERT_NEAR(law->linear[k - 1], (double)k * rho * moment[k - 1], 1e-13);
    ASSERT_NEAR(law->square[0], mean, 1e-13);
    ck_assert_uint_eq(law->n, 5);
    gst_label_law_free(law);
    gst_label_source_clear(&source);
    gst_target_free(target);
}
END_TEST

int main(void)
{
    TCase *suite = tcase_create("label given");
    tcase_set_timeout(suite, 120);
    tcase_add_loop_test(suite, averaged_over_the_spikes, 0, COUNT(cases));
    tcase_add_test(suite, linear_target);
    return run_cases("label given", suite);
}
