/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_label_panels.c - laws of labels as Gauss rules on panels: averages of 1/(yt - w), w near the real axis among rare
 * labels, with every weight, against sums over all of a mesh that shares no node; moments; few points. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>

#include "models/training/label_law.h"
#include "models/training/label_measure.h"
#include "tests/network.h"

enum { TERMS = 18, POLES = 4, WHOLE = 2000 };

/* What meshes of 1/32 see of poles as near as those below. */
#define CLOSE 1e-5

static const double f0 = 0.17;
static const char *const targets[] = {"z1+z1*z2", "he2(z1)+0.3*z2", "tanh(z1)+z2"};
static const double complex poles[POLES] = {4 + 0.1 * I, -6 + 0.15 * I, 1.3 + 0.1 * I,
                                            9 + 0.25 * I};

/* The terms of label_law.h at a label v of (a, b). */
static void terms_at(double v, double a, double b, double term[TERMS])
{
    term[0] = 1;
    for (size_t e = 1; e <= 6; e++)
        term[e] = v * term[e - 1];
    for (size_t e = 1; e <= 3; e++) {
        term[5 + 2 * e] = term[e] * a;
        term[6 + 2 * e] = term[e] * b;
    }
    term[13] = a;
    term[14] = b;
    term[15] = a * a;
    term[16] = a * b;
    term[17] = b * b;
}

/* Averages by the trapezoid rule, of steps of 3/250, and those of absolute values. */
static void whole(const gst_expression *g, double complex sum[POLES][TERMS],
                  double size[POLES][TERMS])
{
    static double x[2 * WHOLE], y[WHOLE];
    double step = 24.0 / WHOLE, term[TERMS];
    for (size_t i = 0; i < WHOLE; i++) {
        double a = -12 + step * ((double)i + 0.37);
        for (size_t j = 0; j < WHOLE; j++) {
            x[j] = a;
            x[WHOLE + j] = -12 + step * ((double)j + 0.37);
        }
        gst_expression_evaluate(g, WHOLE, x, y, NULL);
        for (size_t j = 0; j < WHOLE; j++) {
            double b = x[WHOLE + j], v = y[j] - f0;
            double weight = step * step / (4 * acos(0.0)) * exp(-(a * a + b * b) / 2);
            if (!(weight > 1e-20))
                continue;
            terms_at(v, a, b, term);
            for (size_t p = 0; p < POLES; p++) {
                double complex F = weight / (v - poles[p]);
                for (size_t f = 0; f < TERMS; f++) {
                    sum[p][f] += term[f] * F;
                    size[p][f] += fabs(term[f]) * cabs(F);
                }
            }
        }
    }
}

START_TEST(near_the_axis)
{
    gst_target *target;
    ck_assert_int_eq(gst_target_compile(&target, targets[_i], NULL), GST_OK);
    double complex sum[POLES][TERMS] = {{0}};
    double size[POLES][TERMS] = {{0}};
    for (int companion = 0; companion < 2; companion++) {
        gst_label_source source;
        gst_label_law *law;
        ck_assert_int_eq(
            gst_label_source_setup(&source, target, NULL, companion ? 768 : 1024, companion),
            GST_OK);
        if (!companion)
            whole(source.g.g, sum, size);
        ck_assert_int_eq(gst_label_law_panels(&law, &source, NULL, f0, 0), GST_OK);
        ck_assert_uint_eq(law->terms, TERMS);
        ck_assert(law->n < 4000);
        for (size_t p = 0; p < POLES; p++) {
            for (size_t f = 0; f < TERMS; f++) {
                double complex by_law = 0;
                for (size_t i = 0; i < law->n; i++)
                    by_law += law->weight[f * law->n + i] / (law->y[i] - poles[p]);
                ASSERT_NEAR(cabs(by_law - sum[p][f]), 0, CLOSE * size[p][f]);
            }
        }
        gst_label_law_free(law);
        gst_label_source_clear(&source);
    }
    gst_target_free(target);
}
END_TEST

/* Where the measure has fewer points than a panel has nodes, they are the nodes; panels without points are none. */
START_TEST(few_points)
{
    gst_label_measure m;
    gst_label_law *law;
    static const double y[] = {-7.3, 0.002, 0.003, 41};
    ck_assert_int_eq(gst_label_measure_alloc(&m, 4, 1), GST_OK);
    m.n = 4;
    for (size_t k = 0; k < 4; k++) {
        m.y[k] = y[k];
        m.x[k] = y[k] / sqrt(1 + y[k] * y[k]);
        m.w[k] = pow(10, -5 * (double)k);
        m.z[k] = 0.3 + (double)k;
        m.zz[k] = m.z[k] * m.z[k];
    }
    for (int companion = 0; companion < 2; companion++) {
        ck_assert_int_eq(gst_label_law_alloc(&law, 1), GST_OK);
        ck_assert_int_eq(gst_label_reduce_panels(law, &m, 1, companion), GST_OK);
        ck_assert_uint_eq(law->n, 4);
        for (size_t k = 0; k < 4; k++) {
            ASSERT_CLOSE(law->y[k], y[k], 1e-9);
            ASSERT_CLOSE(law->weight[k], m.w[k], 1e-9);
            ASSERT_CLOSE(law->weight[gst_label_term_linear(law, 3, 0) * 4 + k],
                         m.w[k] * m.z[k] * pow(y[k], 3), 1e-9);
        }
        gst_label_law_free(law);
    }
    free(m.block);
}
END_TEST

int main(void)
{
    TCase *suite = tcase_create("label panels");
    tcase_set_timeout(suite, 120);
    tcase_add_loop_test(suite, near_the_axis, 0, COUNT(targets));
    tcase_add_test(suite, few_points);
    return run_cases("label panels", suite);
}
