/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_population.c - closed kernels of Gaussian pairs against cubature, and the population risk of a
 * network against plain integrals, linear algebra and sampling.
 *
 * Sampling uses fixed seeds and bounds of 4.5 standard errors (7e-6 per comparison, 1e-4 in all). */
#include <string.h>

#include "integrals/expectation.h"
#include "models/functions/activation_moments.h"
#include "models/functions/closed_form.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "tests/network.h"
#include "validate/networks/exact_risk.h"
#include "validate/networks/giant_step.h"

#define SIGMAS 4.5

static const char *const names[] = {"erf", "relu", "linear", "sin", "cos"};

/* ---- kernels ------------------------------------------------------------------------------------ */

/* F(a x_1 + offset) F(b x_1 + c x_2), or F(a x_1 + offset) alone. */
typedef struct {
    const gst_expression *F;
    int pair;
    double a, b, c, offset;
} product;

static double evaluate(const gst_expression *F, double z)
{
    double value;
    gst_expression_evaluate(F, 1, &z, &value, NULL);
    return value;
}

static void product_values(size_t n, const double *x, double *out, void *params)
{
    const product *q = params;
    for (size_t k = 0; k < n; k++) {
        out[k] = evaluate(q->F, q->a * x[k] + q->offset);
        if (q->pair)
            out[k] *= evaluate(q->F, q->b * x[k] + (q->c > 0 ? q->c * x[n + k] : 0));
    }
}

static void product_kinks(size_t n, const double *x, double *out, void *params)
{
    const product *q = params;
    for (size_t k = 0; k < n; k++) {
        out[k] = q->a * x[k] + q->offset;
        if (q->pair)
            out[n + k] = q->b * x[k] + q->c * x[n + k];
    }
}

static double integral(product *q, int kinked)
{
    gst_expectation_options options = gst_expectation_defaults();
    size_t dim = q->pair ? 2 : 1;
    gst_kinks kinks = {
        .dim = dim, .count = kinked ? dim : 0, .arguments = product_kinks, .params = q};
    gst_expectand e = {.kinks = kinks, .components = 1, .f = product_values, .params = q};
    double value, error;
    ck_assert_int_ge(gst_expectation(&e, NULL, &options, &value, NULL, &error), GST_OK);
    ck_assert(error <= 1e-12 * (1 + fabs(value)));
    return value;
}

static const gst_closed_kernel *kernel_of(const network *n, const char *name)
{
    double scale;
    const gst_closed_kernel *kernel = gst_closed_kernel_find(n->activation, &scale);
    ck_assert(kernel && strcmp(kernel->name, name) == 0 && scale == 1);
    return kernel;
}

START_TEST(pairs_are_integrals)
{
    network n;
    unsigned long long seed = 11 + (unsigned)_i;
    network_make(&n, "--activation %s", names[_i]);
    const gst_closed_kernel *kernel = kernel_of(&n, names[_i]);
    for (int trial = 0; trial < 12; trial++) {
        double A = 0.05 + 3 * uniform(&seed), B = 0.05 + 3 * uniform(&seed);
        double rho = 2 * uniform(&seed) - 1, C = rho * sqrt(A * B), value = C;
        product q = {gst_activation_expression(n.activation),
                     1,
                     sqrt(A),
                     rho * sqrt(B),
                     sqrt((1 - rho * rho) * B),
                     0};
        kernel->pairs(1, A, &B, &value);
        ASSERT_NEAR(value, integral(&q, _i == 1), 1e-12 * (1 + sqrt(A * B)));
    }
    network_clear(&n);
}
END_TEST

START_TEST(smoothed_are_integrals)
{
    network n;
    unsigned long long seed = 5 + (unsigned)_i;
    network_make(&n, "--activation %s", names[_i]);
    const gst_closed_kernel *kernel = kernel_of(&n, names[_i]);
    for (int trial = 0; trial < 20; trial++) {
        double t = trial == 0 ? 0 : 2.2 * uniform(&seed), s = 6 * uniform(&seed) - 3, value = s;
        product q = {gst_activation_expression(n.activation), 0, t, 0, 0, s};
        kernel->smoothed(1, t, &value);
        ASSERT_NEAR(value, t > 0 ? integral(&q, _i == 1) : evaluate(q.F, s), 2e-13 * (1 + fabs(s)));
    }
    network_clear(&n);
}
END_TEST

/* Rows parallel (sign 1) and antiparallel, their correlation beyond 1 by rounding. */
static void check_parallel(const network *n, const gst_closed_kernel *kernel, int sign, double A,
                           double B)
{
    product q = {gst_activation_expression(n->activation), 1, sqrt(A), sign * sqrt(B), 0, 0};
    gst_expectation_options options = gst_expectation_defaults();
    gst_expectand e = {.kinks = {.dim = 1}, .components = 1, .f = product_values, .params = &q};
    double exact = sign > 0 ? 0.5 * sqrt(A * B) : 0;
    if (strcmp(kernel->name, "relu") != 0)
        ck_assert_int_ge(gst_expectation(&e, NULL, &options, &exact, NULL, NULL), GST_OK);
    for (int off = -3; off <= 3; off++) {
        double value = sign * sqrt(A * B) * (1 + off * 0x1p-52);
        kernel->pairs(1, A, &B, &value);
        ASSERT_NEAR(value, exact, 3e-15);
    }
}

/* Parallel rows, rows of length zero, long rows, NaN. */
START_TEST(pairs_at_the_edge)
{
    network n;
    network_make(&n, "--activation %s", names[_i]);
    const gst_closed_kernel *kernel = kernel_of(&n, names[_i]);
    const double A = 1.3717, B = 0.6413, zero = 0, lengths[2] = {0, B}, huge = 3e5;
    const double at_zero = evaluate(gst_activation_expression(n.activation), 0);
    double with_zero = 0, both[2] = {0, 0}, rows[2] = {huge, 0.97 * huge},
           squares[2] = {huge, huge};
    double bad[2] = {NAN, 0.3}, bad_length[2] = {B, NAN};
    check_parallel(&n, kernel, 1, A, B);
    check_parallel(&n, kernel, -1, A, B);
    kernel->pairs(1, A, &zero, &with_zero);
    ASSERT_NEAR(with_zero, at_zero * exp(-A / 2), 1e-16);
    kernel->pairs(2, 0, lengths, both);
    ASSERT_NEAR(both[0], at_zero * at_zero, 0);
    ASSERT_NEAR(both[1], at_zero * exp(-B / 2), 1e-16);
    kernel->pairs(2, huge, squares, rows);
    ck_assert(isfinite(rows[0]) && isfinite(rows[1]) && rows[0] > rows[1]);
    kernel->pairs(2, A, bad_length, bad);
    ck_assert(isnan(bad[0]) && (isnan(bad[1]) || strcmp(kernel->name, "linear") == 0));
    network_clear(&n);
}
END_TEST

START_TEST(kernels_are_recognised)
{
    static const struct {
        const char *text, *name;
        double scale;
    } cases[] = {{"erf", "erf", 1},
                 {"erf(z1)", "erf", 1},
                 {"erf(z/sqrt(2))", "erf", 0.70710678118654752440},
                 {"erf(-(2*z - 0.5*z)/4)", "erf", -0.375},
                 {"relu(3*z)", "relu", 3},
                 {"sin(pi*h1(z))", "sin", 3.14159265358979323846},
                 {"cos(z*2^3)", "cos", 8},
                 {"linear", "linear", 1},
                 {"z", "linear", 1},
                 {"-3*z", "linear", -3},
                 {"tanh", NULL, 0},
                 {"erf(z+0.5)", NULL, 0},
                 {"1/z^2*erf(z)", NULL, 0},
                 {"z+erf(z)", NULL, 0},
                 {"2*erf(z)", NULL, 0},
                 {"erf(z*z)", NULL, 0},
                 {"erf(erf(z))", NULL, 0},
                 {"relu(z)^2", NULL, 0},
                 {"relu(2^z)", NULL, 0},
                 {"sin(min(z,2))", NULL, 0},
                 {"sin(z/(1+z))", NULL, 0},
                 {"z^1", NULL, 0}};
    for (int i = 0; i < COUNT(cases); i++) {
        gst_activation *activation;
        gst_message message = {""};
        double scale = 0;
        if (gst_activation_compile(&activation, cases[i].text, &message) != GST_OK) {
            ck_assert_msg(!cases[i].name, "%s: %s", cases[i].text, message.text);
            continue;
        }
        const gst_closed_kernel *kernel = gst_closed_kernel_find(activation, &scale);
        ck_assert_msg(!kernel == !cases[i].name, "%s", cases[i].text);
        ck_assert_msg(!kernel || strcmp(kernel->name, cases[i].name) == 0, "%s", cases[i].text);
        ASSERT_NEAR(scale, cases[i].scale, 1e-15);
        ck_assert_int_eq(gst_population_is_known(activation), cases[i].name != NULL);
        gst_activation_free(activation);
    }
}
END_TEST

/* ---- risks -------------------------------------------------------------------------------------- */

/* A trained layer and two readouts of it. */
enum { FITS = 2, MOST = 700 };

typedef struct {
    network n;
    gst_first_layer layer;
    double c[FITS * MOST];
} fitted;

static void open_fitted(fitted *f, const char *options, size_t d, size_t p)
{
    unsigned long long seed = 77;
    network_make(&f->n, "%s", options);
    f->n.problem.training.step[0].alpha0 = 2;
    ck_assert_int_eq(gst_first_layer_init(&f->layer, &f->n.problem, d, p, (gst_random){3, 1}),
                     GST_OK);
    gst_first_layer_draw_sphere(&f->layer);
    ck_assert_int_eq(gst_giant_steps(&f->layer, NULL), GST_OK);
    fill(&seed, FITS * p, f->c);
    for (size_t i = 0; i < FITS * p; i++)
        f->c[i] = (f->c[i] + 0.3) / sqrt((double)p);
}

static void close_fitted(fitted *f)
{
    gst_first_layer_clear(&f->layer);
    network_clear(&f->n);
}

static void risks_of(const fitted *f, gst_population_risk *risks)
{
    gst_population_options options = gst_population_defaults();
    ck_assert_int_eq(gst_population_risks(&f->layer, FITS, f->c, &options, NULL, risks), GST_OK);
    for (int k = 0; k < FITS; k++)
        ck_assert(risks[k].status == GST_OK && risks[k].error >= 0);
}

/* |W^T c - t|^2 for the target t.z. */
START_TEST(linear_networks)
{
    enum { D = 41, P = 530 };
    static const double t[] = {2, -0.7, 0.35};
    fitted f;
    gst_population_risk risks[FITS];
    open_fitted(&f, "--activation '1.7*z' --target '2*z1-0.7*z2+0.35*z3' --eta 1.3", D, P);
    risks_of(&f, risks);
    for (size_t k = 0; k < FITS; k++) {
        double risk = 0;
        for (size_t j = 0; j < D; j++) {
            double off = j < 3 ? -t[j] : 0;
            for (size_t i = 0; i < P; i++)
                off += 1.7 * f.c[k * P + i] * f.layer.W[i * D + j];
            risk += off * off;
        }
        ASSERT_CLOSE(risks[k].risk, risk, 1e-12);
        ASSERT_NEAR(risks[k].risk, risk, risks[k].error);
    }
    close_fitted(&f);
}
END_TEST

/* (g - f)^2 of a network of dimension 3, in plain sums. */
static void squared_error(size_t n, const double *x, double *out, void *params)
{
    const fitted *f = params;
    gst_expression_evaluate(gst_target_expression(f->n.target), n, x, out, NULL);
    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < f->layer.p; i++) {
            const double *w = f->layer.W + 3 * i;
            double s = w[0] * x[k] + w[1] * x[n + k] + w[2] * x[2 * n + k];
            out[k] -= f->c[i] * evaluate(gst_activation_expression(f->n.activation), s);
        }
        out[k] *= out[k];
    }
}

START_TEST(small_networks)
{
    static const char *const options[] = {
        "--activation erf --target 'tanh(z1)+0.4*z1*z2' --eta 2 --alpha0 2",
        "--activation 'sin(1.2*z)' --target 'z1*cos(z2)' --eta 1.5 --alpha0 2",
        "--activation 'cos(z)' --target 'z1*cos(z2)' --eta 1.5 --alpha0 2"};
    for (int i = 0; i < COUNT(options); i++) {
        fitted f;
        gst_population_risk risks[FITS];
        gst_expectation_options by_cubature = gst_expectation_defaults();
        gst_expectand e = {.kinks = {.dim = 3}, .components = 1, .f = squared_error, .params = &f};
        double value, error;
        open_fitted(&f, options[i], 3, 4);
        /* two readouts of 4 rows: the second begins at c + 4 */
        risks_of(&f, risks);
        by_cubature.epsrel = 1e-9;
        ck_assert_int_ge(gst_expectation(&e, NULL, &by_cubature, &value, NULL, &error), GST_OK);
        ASSERT_CLOSE(risks[0].risk, value, 1e-9);
        close_fitted(&f);
    }
}
END_TEST

/* Means of (g - f)^2 over N inputs. */
static void check_sampled(const char *options, size_t d, size_t p, size_t N)
{
    static double x[500 * 200], phi[500 * MOST], y[500];
    fitted f;
    gst_population_risk risks[FITS];
    double mean[FITS] = {0}, square[FITS] = {0};
    open_fitted(&f, options, d, p);
    risks_of(&f, risks);
    for (size_t first = 0; first < N; first += 500) {
        gst_first_layer_inputs(&f.layer, GST_STREAM_TEST, first, 500, gst_doubles(x));
        gst_first_layer_targets(&f.layer, GST_STREAM_TEST, first, 500, gst_doubles(x), y);
        gst_first_layer_features(&f.layer, 500, gst_doubles(x), gst_doubles(phi),
                                 gst_doubles(NULL));
        for (size_t i = 0; i < 500; i++) {
            for (size_t k = 0; k < FITS; k++) {
                double off = y[i];
                for (size_t j = 0; j < p; j++)
                    off -= f.c[k * p + j] * phi[i * p + j];
                mean[k] += off * off / (double)N;
                square[k] += off * off * off * off / (double)N;
            }
        }
    }
    for (size_t k = 0; k < FITS; k++) {
        double sem = sqrt((square[k] - mean[k] * mean[k]) / (double)N);
        ck_assert(sem < 0.03 * mean[k]);
        ck_assert_msg(fabs(mean[k] - risks[k].risk) <= SIGMAS * sem, "%s: %g, sampled %g +- %g",
                      options, risks[k].risk, mean[k], sem);
    }
    close_fitted(&f);
}

START_TEST(sampled_risks)
{
    check_sampled("--activation erf --target sin --eta 3 --alpha0 2", 50, 300, 20000);
    check_sampled("--activation relu --target 'abs(z)+0.3*z' --eta 2 --alpha0 2", 60, 257, 20000);
    check_sampled("--activation sin --target 'max(z1,z2)' --eta 3 --alpha0 2", 40, 100, 20000);
    check_sampled("--activation 'relu(0.8*z)' --target 'z1*z2+z3' --eta 2 --alpha0 2", 30, 40,
                  20000);
    check_sampled("--activation 'erf(z/sqrt(2))' --target 'tanh(z1)*z2' --eta 2 --alpha0 2", 150,
                  513, 4000);
}
END_TEST

START_TEST(what_cannot_be_had)
{
    fitted f;
    gst_population_risk risks[FITS];
    gst_population_options options = gst_population_defaults();
    const int stop = 1;
    open_fitted(&f, "--activation erf --target 'z1*tanh(4*z1*z2)' --alpha0 2", 20, 30);
    options.nodes = 8000;
    ck_assert_int_eq(gst_population_risks(&f.layer, FITS, f.c, &options, NULL, risks), GST_LOOSE);
    ck_assert(risks[0].status == GST_LOOSE && risks[0].error > 1e-10 && isfinite(risks[0].risk));
    options.nodes = 100;
    ck_assert_int_eq(gst_population_risks(&f.layer, FITS, f.c, &options, NULL, risks), GST_FAILED);
    ck_assert(isnan(risks[0].risk) && risks[1].status == GST_FAILED);
    options = gst_population_defaults();
    ck_assert_int_eq(gst_population_risks(&f.layer, FITS, f.c, &options, &stop, risks),
                     GST_INTERRUPTED);
    options.epsrel = NAN;
    ck_assert_int_eq(gst_population_risks(&f.layer, FITS, f.c, &options, NULL, risks), GST_INVALID);
    options = gst_population_defaults();
    f.c[3] = NAN;
    ck_assert_int_eq(gst_population_risks(&f.layer, FITS, f.c, &options, NULL, risks), GST_FAILED);
    ck_assert(risks[0].status == GST_FAILED && risks[1].status != GST_FAILED);
    close_fitted(&f);
    open_fitted(&f, "--activation tanh --alpha0 2", 20, 30);
    ck_assert_int_eq(gst_population_risks(&f.layer, FITS, f.c, &options, NULL, risks), GST_INVALID);
    close_fitted(&f);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("population");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, pairs_are_integrals, 0, COUNT(names));
    tcase_add_loop_test(cases, smoothed_are_integrals, 0, COUNT(names));
    tcase_add_loop_test(cases, pairs_at_the_edge, 0, COUNT(names));
    tcase_add_test(cases, kernels_are_recognised);
    tcase_add_test(cases, linear_networks);
    tcase_add_test(cases, small_networks);
    tcase_add_test(cases, sampled_risks);
    tcase_add_test(cases, what_cannot_be_had);
    return run_cases("population", cases);
}
