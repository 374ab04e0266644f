/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_liblinear.c - readouts of convex losses against liblinear's: other code, another method (coordinate descent on the
 * dual, trust region Newton), the same minimum.
 *
 * liblinear ends after 1000 passes, which is too early for the hinge loss at small L: it may be above, never below.
 * It minimises |c|^2/2 + C sum xi: with C = 1/L that is our objective over L; its squared hinge is twice ours. */
#include <linear.h>
#include <stdlib.h>
#include <string.h>

#include "giantstep/status.h"
#include "tests/numbers.h"
#include "validate/networks/convex_fit.h"

enum { ROWS = 90, P = 40 };

typedef struct {
    double phi[ROWS * P], y[ROWS], c[P], f[ROWS];
    struct feature_node node[ROWS * (P + 1)], *row[ROWS];
} data;

static void quiet(const char *text)
{
    (void)text;
}

static data *data_make(unsigned long long seed)
{
    data *x = calloc(1, sizeof *x);
    double teacher[P];
    fill(&seed, ROWS * P, x->phi);
    fill(&seed, P, teacher);
    fill(&seed, ROWS, x->y);
    for (size_t i = 0; i < ROWS; i++) {
        double g = 2 * x->y[i];
        x->row[i] = x->node + i * (P + 1);
        for (size_t k = 0; k < P; k++) {
            x->row[i][k] = (struct feature_node){.index = (int)k + 1, .value = x->phi[i * P + k]};
            g += 0.7 * x->phi[i * P + k] * teacher[k];
        }
        x->row[i][P].index = -1;
        x->y[i] = g > 0 ? 1 : -1;
    }
    return x;
}

/* sum l + (L/2)|c|^2 by its definition. */
static double objective(const data *x, const char *name, double L, const double *c)
{
    double sum = 0;
    for (size_t k = 0; k < P; k++)
        sum += 0.5 * L * c[k] * c[k];
    for (size_t i = 0; i < ROWS; i++) {
        double margin = 0;
        for (size_t k = 0; k < P; k++)
            margin += x->y[i] * x->phi[i * P + k] * c[k];
        double missing = fmax(1 - margin, 0);
        sum += strcmp(name, "logistic") == 0 ? log1p(exp(-margin))
               : strcmp(name, "hinge") == 0  ? missing
                                             : 0.5 * missing * missing;
    }
    return sum;
}

/* liblinear's c. */
static void fit_by_liblinear(data *x, int solver, double C, double *c)
{
    struct problem problem = {.l = ROWS, .n = P, .y = x->y, .x = x->row, .bias = -1};
    struct parameter parameter = {.solver_type = solver, .C = C, .eps = 1e-10};
    set_print_string_function(quiet);
    struct model *model = train(&problem, &parameter);
    double sign = model->label[0] == 1 ? 1 : -1;
    for (size_t k = 0; k < P; k++)
        c[k] = sign * model->w[k];
    free_and_destroy_model(&model);
}

static const struct {
    const char *name;
    int solver;
    double factor; /* of its loss over ours */
} cases[] = {{"logistic", L2R_LR, 1},
             {"logistic", L2R_LR_DUAL, 1},
             {"hinge", L2R_L1LOSS_SVC_DUAL, 1},
             {"squared-hinge", L2R_L2LOSS_SVC, 2},
             {"squared-hinge", L2R_L2LOSS_SVC_DUAL, 2}};

START_TEST(same_minimum)
{
    static const double ridge[] = {4, 70, 0.3};
    data *x = data_make(17);
    gst_convex *work;
    ck_assert_int_eq(gst_convex_alloc(&work, ROWS, P), GST_OK);
    for (int k = 0; k < COUNT(cases); k++)
        for (int r = 0; r < COUNT(ridge); r++) {
            double L = ridge[r], c[P];
            gst_loss loss;
            ck_assert_int_eq(gst_loss_parse(cases[k].name, &loss, NULL), GST_OK);
            gst_convex_samples samples = {
                .n = ROWS, .p = P, .phi = x->phi, .y = x->y, .loss = &loss, .ridge = L};
            gst_convex_result fit = gst_convex_fit(work, &samples, x->c, x->f);
            ck_assert_int_eq(fit.status, GST_OK);
            double ours = objective(x, cases[k].name, L, x->c);
            ASSERT_CLOSE(fit.objective, ours, 1e-12);
            fit_by_liblinear(x, cases[k].solver, 1 / (L * cases[k].factor), c);
            double theirs = objective(x, cases[k].name, L, c);
            ck_assert_msg(theirs >= ours * (1 - 1e-13), "%s L %g: liblinear's %.15g below %.15g",
                          cases[k].name, L, theirs, ours);
            if (r == 2 && strcmp(cases[k].name, "hinge") == 0)
                continue;
            ASSERT_CLOSE(theirs, ours, 1e-8);
            for (size_t j = 0; j < P; j++)
                ASSERT_NEAR(c[j], x->c[j], 1e-4);
        }
    gst_convex_free(work);
    free(x);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("liblinear");
    tcase_add_test(all, same_minimum);
    return run_cases("liblinear", all);
}
