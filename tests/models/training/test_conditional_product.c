/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_conditional_product.c - the target given the spikes by products of axes: sin(a.z) and linear targets in closed
 * form, others against quadrature at every kappa by itself, on the turned mesh of kappa; and what is no product. */
#include <math.h>
#include <stdlib.h>

#include "models/training/conditional_direct.h"
#include "models/training/conditional_product.h"
#include "models/training/kappa_mesh.h"
#include "models/training/residual_directions.h"
#include "tests/network.h"

enum { MOST = GST_TARGET_DIM_MAX };

/* gamma[j*m + l]. */
typedef struct {
    size_t m, r;
    double gamma[MOST * MOST];
} overlaps;

static const overlaps cases[] = {
    {2, 2, {0.71, 0.13, -0.24, 0.62}},
    {2, 2, {0.93, 0.05, 0.02, 0.31}},
    {1, 2, {0.6, -0.37}},
    {2, 3, {0.5, 0.2, -0.3, 0.6, 0.1, 0.4}},
    {3, 2, {0.4, 0.3, -0.2, 0.1, -0.5, 0.6}},
};

/* Everything at the nodes of a mesh of kappa. */
typedef struct {
    gst_features f;
    double U[2 * MOST], c[2], rest[MOST * MOST];
    gst_target *target;
    gst_conditional_target t;
    gst_mesh mesh;
    double *h, *h1, *left;
} table;

static void table_open(table *t, const overlaps *of, const char *target, size_t order, int half)
{
    *t = (table){.c = {0.9, 1.1}};
    for (size_t i = 0; i < 2 * of->m; i++)
        t->U[i] = 0.3 + 0.1 * (double)i;
    t->f = (gst_features){.K = 2,
                          .m = of->m,
                          .r = of->r,
                          .U = t->U,
                          .c = t->c,
                          .gamma = (double *)of->gamma,
                          .rest = t->rest};
    ck_assert_int_eq(gst_residual_directions(of->r, of->m, of->gamma, t->rest, &t->f.q), GST_OK);
    ck_assert_int_eq(gst_target_compile(&t->target, target, NULL), GST_OK);
    ck_assert_uint_eq(gst_target_dim(t->target), of->r);
    gst_conditional_setup(&t->t, &t->f, t->target);
    ck_assert_int_eq(gst_kappa_mesh(&t->mesh, &t->f, &t->t, order, half), GST_OK);
    t->h = malloc((2 + MOST) * t->mesh.n * sizeof *t->h);
    t->left = t->h + t->mesh.n;
    t->h1 = t->left + t->mesh.n;
}

static int table_fill(table *t, int half)
{
    gst_aligned a;
    ck_assert_int_eq(gst_aligned_setup(&a, &t->f), 1);
    return gst_product_tabulate(&a, t->t.g, t->t.finest, t->mesh.n, t->mesh.x, half, t->h, t->h1,
                                t->left);
}

static void table_clear(table *t)
{
    gst_mesh_clear(&t->mesh);
    gst_target_free(t->target);
    free(t->h);
}

static double size_of_kappa(const table *t, size_t k)
{
    double square = 0;
    for (size_t l = 0; l < t->f.m; l++)
        square += t->mesh.x[l * t->mesh.n + k] * t->mesh.x[l * t->mesh.n + k];
    return sqrt(square);
}

/* ---- closed forms ------------------------------------------------------------------------------- */

static const double wave[MOST] = {1.3, -0.7, 0.4, 0.2};

static void check_wave(const table *t, size_t k, double tol)
{
    size_t n = t->mesh.n, m = t->f.m, q = t->f.q;
    double phase = 0, v = 0, along[MOST] = {0}, linear = 0;
    for (size_t j = 0; j < t->f.r; j++) {
        for (size_t l = 0; l < m; l++)
            phase += wave[j] * t->f.gamma[j * m + l] * t->mesh.x[l * n + k];
        for (size_t i = 0; i < q; i++)
            along[i] += wave[j] * t->rest[j * q + i];
    }
    for (size_t i = 0; i < q; i++)
        v += along[i] * along[i];
    double h = sin(phase) * exp(-v / 2);
    ASSERT_NEAR(t->h[k], h, tol);
    for (size_t i = 0; i < q; i++) {
        double h1 = along[i] * cos(phase) * exp(-v / 2);
        ASSERT_NEAR(t->h1[i * n + k], h1, tol);
        linear += h1 * h1;
    }
    ASSERT_NEAR(t->left[k], 0.5 * (1 - cos(2 * phase) * exp(-2 * v)) - h * h - linear, tol);
}

START_TEST(waves)
{
    static const char *const targets[] = {
        [2] = "sin(1.3*z1-0.7*z2)", [3] = "sin(1.3*z1-0.7*z2+0.4*z3)"};
    for (int half = 0; half < 2; half++) {
        table t;
        table_open(&t, &cases[_i], targets[cases[_i].r], 24, half);
        ck_assert_int_eq(table_fill(&t, half), GST_OK);
        for (size_t k = 0; k < t.mesh.n; k++)
            if (size_of_kappa(&t, k) < 8)
                check_wave(&t, k, 2e-12);
        table_clear(&t);
    }
}
END_TEST

/* Nothing but rounding is left of a linear target. */
START_TEST(linear)
{
    static const char *const targets[] = {[2] = "3+2*z1-z2", [3] = "3+2*z1-z2+0.5*z3"};
    table t;
    table_open(&t, &cases[_i], targets[cases[_i].r], 24, 0);
    ck_assert_int_eq(table_fill(&t, 0), GST_OK);
    for (size_t k = 0; k < t.mesh.n; k++)
        if (size_of_kappa(&t, k) < 8)
            ASSERT_NEAR(t.left[k], 0, 1e-16);
    table_clear(&t);
}
END_TEST

/* ---- another route ------------------------------------------------------------------------------ */

START_TEST(each_by_itself)
{
    static const char *const targets[] = {
        [2] = "z1+z1*z2+0.3*tanh(z2)", [3] = "z1+z1*z2+0.3*tanh(z3)"};
    table t;
    table_open(&t, &cases[_i], targets[cases[_i].r], 24, 0);
    ck_assert_int_eq(table_fill(&t, 0), GST_OK);
    size_t n = t.mesh.n, step = n / 23 + 1;
    for (size_t k = 0; k < n; k += step) {
        double kappa[MOST], h, h1[MOST], left;
        if (!(size_of_kappa(&t, k) < 8))
            continue;
        for (size_t l = 0; l < t.f.m; l++)
            kappa[l] = t.mesh.x[l * n + k];
        ck_assert_int_ge(gst_conditional_each(&t.t, 1, kappa, 0, &h, h1, &left), 0);
        ASSERT_NEAR(t.h[k], h, 1e-10 * (1 + fabs(h)));
        ASSERT_NEAR(t.left[k], left, 1e-10 * (1 + left));
        for (size_t i = 0; i < t.f.q; i++)
            ASSERT_NEAR(t.h1[i * n + k], h1[i], 1e-10 * (1 + fabs(h1[i])));
    }
    table_clear(&t);
}
END_TEST

/* ---- the mesh ----------------------------------------------------------------------------------- */

/* Turned or not, it is one of N(0, I). */
START_TEST(turned_mesh)
{
    table t;
    table_open(&t, &cases[_i], cases[_i].r == 2 ? "z1*z2" : "z1*z2*z3", 48, 0);
    size_t n = t.mesh.n, m = t.f.m;
    for (size_t a = 0; a < m; a++) {
        for (size_t b = 0; b < m; b++) {
            double second = 0, fourth = 0;
            for (size_t k = 0; k < n; k++) {
                double x = t.mesh.x[a * n + k], y = t.mesh.x[b * n + k];
                second += t.mesh.w[k] * x * y;
                fourth += t.mesh.w[k] * x * x * y * y;
            }
            ASSERT_NEAR(second, a == b, 1e-12);
            ASSERT_NEAR(fourth, a == b ? 3 : 1, 1e-12);
        }
    }
    table_clear(&t);
}
END_TEST

/* Kinks, and kappa here and there, are left to others. */
START_TEST(no_product)
{
    table t;
    table_open(&t, &cases[0], "relu(z1)+z2", 24, 0);
    ck_assert_int_eq(table_fill(&t, 0), GST_UNBUILT);
    table_clear(&t);
    table_open(&t, &cases[0], "z1*z2", 24, 0);
    for (size_t k = 0; k < 2 * t.mesh.n; k++)
        t.mesh.x[k] += 0.1 * sin(1.7 * (double)k);
    ck_assert_int_eq(table_fill(&t, 0), GST_UNBUILT);
    table_clear(&t);
}
END_TEST

int main(void)
{
    TCase *suite = tcase_create("conditional product");
    tcase_set_timeout(suite, 120);
    tcase_add_loop_test(suite, waves, 0, COUNT(cases));
    tcase_add_loop_test(suite, linear, 0, COUNT(cases));
    tcase_add_loop_test(suite, each_by_itself, 0, COUNT(cases));
    tcase_add_loop_test(suite, turned_mesh, 0, COUNT(cases));
    tcase_add_test(suite, no_product);
    return run_cases("conditional product", suite);
}
