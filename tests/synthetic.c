/* SPDX-License-Identifier: GPL-3.0-or-later */
/* synthetic.c - made-up simulations of a ladder of d. */
#include "tests/synthetic.h"

#include <gsl/gsl_randist.h>

const scatter scatter_plain = {"independent", -0.5, 0, 0, 0, 0};

void ladder_make(ladder_data *x, size_t rungs, size_t trials)
{
    for (size_t l = 0; l < rungs; l++) {
        x->d[l] = rungs == 3 ? 250 * (double)(1 << l) : 200 + 150 * (double)l;
        x->theory[l] = 0.3 + 20 / x->d[l];
    }
    x->ladder = (gst_ladder){rungs, trials, x->d, x->theory, x->sim, 0};
}

/* One replicate's deviations of unit variance at all rungs. */
static void deviate(const ladder_data *x, const scatter *s, gsl_rng *rng, double *to)
{
    double shared = gsl_ran_ugaussian(rng), sum = 0, last = 0;
    for (size_t l = 0; l < x->ladder.rungs; l++) {
        if (s->nested) {
            sum += sqrt(x->d[l] - last) * gsl_ran_ugaussian(rng);
            last = x->d[l];
            to[l] = sum / sqrt(x->d[l]);
        } else if (s->shape > 0)
            to[l] = (gsl_ran_gamma(rng, s->shape, 1) - s->shape) / sqrt(s->shape);
        else
            to[l] =
                sqrt(s->correlation) * shared + sqrt(1 - s->correlation) * gsl_ran_ugaussian(rng);
    }
}

void ladder_simulate(ladder_data *x, size_t count, const scatter *s, double a, double b,
                     double spread, gsl_rng *rng)
{
    for (size_t t = 0; t < x->ladder.trials; t++) {
        double common[MOST_RUNGS], own[MOST_RUNGS];
        deviate(x, s, rng, common);
        for (size_t i = 0; i < count; i++) {
            deviate(x, s, rng, own);
            for (size_t l = 0; l < x->ladder.rungs; l++)
                x[i].sim[l * x->ladder.trials + t] =
                    x->theory[l] + a + b / x->d[l] +
                    spread * pow(x->d[l] / 1000, s->power) *
                        (sqrt(s->common) * common[l] + sqrt(1 - s->common) * own[l]);
        }
    }
}

void ladder_exact(ladder_data *x, size_t T, double theory, double a, double error)
{
    const double equal[3] = {1, 1, 1};
    double ca[3], cb[3], square = 0;
    ladder_make(x, 3, T);
    gst_trend_weights(3, x->d, equal, ca, cb);
    for (size_t l = 0; l < 3; l++)
        square += ca[l] * ca[l];
    double deviation = error * sqrt((double)(T - 1) / square);
    for (size_t l = 0; l < 3; l++) {
        x->theory[l] = theory;
        for (size_t t = 0; t < T; t++)
            x->sim[l * T + t] = theory * (1 + a + (t % 2 ? deviation : -deviation));
    }
}

gst_finding ladder_found(const gst_ladder *ladder)
{
    gst_verdict_options options = gst_verdict_defaults();
    gst_finding f;
    ck_assert_int_eq(gst_finding_compute(&f, ladder, &options), GST_OK);
    return f;
}
