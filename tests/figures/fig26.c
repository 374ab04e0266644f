/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fig26.c - readouts of labels with outliers, ridge against Huber's loss, for figure 26: theory and drawn networks.
 *
 * Setting and noise: tests/outliers.h.  Each loss at the fixed ridge 0.1 and at the ridge where the theory of its width has
 * the least excess risk, which is sought on a grid of lambda and then by golden sections.
 *   lines POINTS     infinite width, POINTS values of alpha on a logarithmic scale
 *   networks TRIALS  d = p = 400, means over TRIALS networks, all losses and alpha on the same data; beside them theory at
 *                    that width
 * Output: tsv on stdout. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/outliers.h"
#include "validate/networks/blas.h"

enum { D = 400, TEST = 10000, ALPHAS = 7, RIDGES = 2, LOSSES = 4, CURVES = 5 };

static const double fixed_ridge = 0.1, first_alpha = 0.5, last_alpha = 64;
static const double alphas[ALPHAS] = {0.5, 1, 2, 4, 8, 16, 32};
static const char *const ridges[RIDGES] = {"fixed", "best"};
/* The last without outliers. */
static const char *const curves[CURVES] = {"squared", "huber:3", "huber:0.3", "huber:0.03",
                                           "squared"};

typedef struct {
    outliers_case of;
    gst_coupled with, without; /* outliers */
} setting;

/* A curve at one alpha and width. */
typedef struct {
    gst_coupled *equations;
    gst_loss loss;
    double alpha, width;
} question;

static int ask(setting *s, size_t curve, double alpha, double width, question *q)
{
    *q = (question){
        .equations = curve < LOSSES ? &s->with : &s->without, .alpha = alpha, .width = width};
    return gst_loss_parse(curves[curve], &q->loss, NULL);
}

/* Excess risk; INFINITY where there is no answer. */
static double risk_at(const question *q, double log_lambda)
{
    double excess;
    int status =
        outliers_theory(q->equations, &q->loss, q->alpha, pow(10, log_lambda), q->width, &excess);
    return status == GST_OK ? excess : INFINITY;
}

/* log10 of the best ridge. */
static double best_ridge(const question *q)
{
    const double from = -3, to = 2.5, step = 0.25, golden = 0.6180339887498949;
    double best = from, least = INFINITY;
    for (double l = from; l <= to; l += step) {
        double risk = risk_at(q, l);
        best = risk < least ? l : best;
        least = fmin(risk, least);
    }
    double a = best - step, b = best + step;
    double x = b - golden * (b - a), y = a + golden * (b - a);
    double at_x = risk_at(q, x), at_y = risk_at(q, y);
    while (b - a > 1e-3) {
        if (at_x < at_y) {
            b = y, y = x, at_y = at_x;
            at_x = risk_at(q, x = b - golden * (b - a));
        } else {
            a = x, x = y, at_x = at_y;
            at_y = risk_at(q, y = a + golden * (b - a));
        }
    }
    return 0.5 * (a + b);
}

static double ridge_of(const question *q, size_t ridge)
{
    return ridge == 0 ? fixed_ridge : pow(10, best_ridge(q));
}

/* ---- lines -------------------------------------------------------------------------------------- */

static int write_lines(setting *s, size_t points)
{
    int status = GST_OK;
    printf("ridge\tloss\toutliers\talpha\tlambda\texcess_risk\n");
    for (size_t i = 0; i < RIDGES * CURVES * points && status == GST_OK; i++) {
        size_t ridge = i / points / CURVES, curve = i / points % CURVES;
        double share = points > 1 ? (double)(i % points) / (double)(points - 1) : 0.0, excess;
        double alpha = first_alpha * pow(last_alpha / first_alpha, share);
        question q;
        status = ask(s, curve, alpha, INFINITY, &q);
        double lambda = ridge_of(&q, ridge);
        if (status == GST_OK)
            status = outliers_theory(q.equations, &q.loss, alpha, lambda, INFINITY, &excess);
        if (status == GST_OK)
            printf("%s\t%s\t%d\t%.6g\t%.5g\t%.7g\n", ridges[ridge], curves[curve], curve < LOSSES,
                   alpha, lambda, excess);
    }
    return status;
}

/* ---- networks ----------------------------------------------------------------------------------- */

typedef struct {
    size_t ridge, curve, n;
    double alpha, lambda, theory, sum, square;
    gst_loss loss;
} cell;

enum { CELLS = RIDGES * LOSSES * ALPHAS };

static int prepare(setting *s, cell cells[CELLS])
{
    int status = GST_OK;
    for (size_t i = 0; i < CELLS && status == GST_OK; i++) {
        cell *c = &cells[i];
        question q;
        *c = (cell){.ridge = i / ALPHAS / LOSSES,
                    .curve = i / ALPHAS % LOSSES,
                    .alpha = alphas[i % ALPHAS],
                    .n = (size_t)(alphas[i % ALPHAS] * D + 0.5)};
        status = ask(s, c->curve, c->alpha, D, &q);
        if (status == GST_OK) {
            c->loss = q.loss;
            c->lambda = ridge_of(&q, c->ridge);
            status = outliers_theory(q.equations, &c->loss, c->alpha, c->lambda, D, &c->theory);
        }
    }
    return status;
}

static int add_network(const outliers_case *of, uint32_t trial, cell cells[CELLS])
{
    outliers_network network;
    int status = outliers_draw(&network, of, D, (size_t)(alphas[ALPHAS - 1] * D + 0.5), TEST,
                               (gst_random){.seed = 26, .replicate = trial});
    for (size_t i = 0; i < CELLS && status == GST_OK; i++) {
        double excess;
        cell *c = &cells[i];
        status = outliers_fit(&network, of, &c->loss, c->n, c->lambda, &excess);
        c->sum += excess;
        c->square += (excess - c->theory) * (excess - c->theory);
    }
    outliers_network_clear(&network);
    return status;
}

static int write_networks(setting *s, size_t trials)
{
    static cell cells[CELLS];
    double n = (double)trials;
    int status = prepare(s, cells);
    for (uint32_t trial = 0; trial < trials && status == GST_OK; trial++)
        status = add_network(&s->of, trial, cells);
    if (status != GST_OK)
        return status;
    printf("ridge\tloss\talpha\tlambda\td\ttrials\texcess_risk\texcess_risk_sem\ttheory\n");
    for (size_t i = 0; i < CELLS; i++) {
        const cell *c = &cells[i];
        double mean = c->sum / n, off = mean - c->theory;
        double sem = sqrt((c->square / n - off * off) / (n - 1));
        printf("%s\t%s\t%g\t%.5g\t%d\t%zu\t%.6g\t%.2g\t%.6g\n", ridges[c->ridge], curves[c->curve],
               c->alpha, c->lambda, D, trials, mean, sem, c->theory);
    }
    return GST_OK;
}

int main(int argc, char **argv)
{
    setting s = {.of = {.activation = NULL}};
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    int lines = argc == 3 && strcmp(argv[1], "lines") == 0;
    if (count == 0 || (!lines && strcmp(argv[1], "networks") != 0)) {
        fprintf(stderr, "usage: fig26 lines POINTS | networks TRIALS\n");
        return 2;
    }
    gst_dense_set_threads(1);
    int status = outliers_open(&s.of);
    if (status == GST_OK)
        status = outliers_equations(&s.with, &s.of, outliers_noise);
    if (status == GST_OK)
        status = outliers_equations(&s.without, &s.of, outliers_left_out());
    if (status == GST_OK)
        status = lines ? write_lines(&s, count) : write_networks(&s, count);
    gst_coupled_clear(&s.with);
    gst_coupled_clear(&s.without);
    outliers_clear(&s.of);
    if (status != GST_OK)
        fprintf(stderr, "fig26: %s\n", gst_status_name(status));
    return status != GST_OK;
}
