/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_feature_law_steps.c - the law that several giant steps on finite batches give to the rows, measured on the neurons
 * of networks that took those steps.
 *
 * Rows of group g are w = omega_g + f, delta = |f|^2 - c_g.  With omega_g the mean row of the group's n neurons, over
 * those neurons, divided by n-1:
 *   c_g = E |f|^2,  w*_j.omega_g,  omega_g.omega_h,  d Cov of f.w*_j, f.omega_h and delta,
 * against the trajectory's state and N~(0) of its bulk.  Neurons are n ~ d, so that all biases fall as 1/d.
 *
 * Fixed seeds, pairs of d and 2d (tests/pairs.h): a right program with other seeds would fail with probability 1e-3 for
 * each of the cases. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/pairs.h"
#include "tests/trained_chain.h"
#include "validate/networks/blas.h"
#include "validate/networks/giant_step.h"

enum { NEURONS = 8, GROUPS = CHAIN_GROUPS }; /* p = NEURONS d */

#define LEVEL 1e-3

static const struct {
    const char *options;
    size_t d, replicates;
    double blunt;
} cases[] = {
    {"--activation tanh(z+0.5) --target tanh(2*z)+0.4*cos(z) --schedule 2:2,1.5:3 --noise 0.1", 80,
     150, 0.04},
    {"--activation tanh --target sin --schedule 3:2,3:2", 80, 150, 0.04},
    {"--activation tanh(z+0.4) --target sin(z)+0.4 --second-layer 1:0.6,-0.7:0.4 --schedule "
     "2:3,1.5:2 --noise 0.1",
     80, 150, 0.04},
};

/* ---- places of the numbers ---------------------------------------------------------------------- */

typedef enum { VARIANCE, PRODUCT, COVARIANCE } kind;

/* Vectors a, b of the frame w*_1 .., omega_1 .., delta; of group g. */
typedef struct {
    kind what;
    size_t g, a, b;
} place;

static place places[PAIRS_MOST];
static size_t count;

static void set_places(const trained_chain *c)
{
    size_t r = c->f->r, K = c->K;
    count = 0;
    for (size_t g = 0; g < K; g++) {
        places[count++] = (place){VARIANCE, g, 0, 0};
        for (size_t a = 0; a <= r + g; a++)
            places[count++] = (place){PRODUCT, g, a, r + g};
        for (size_t a = 0; a <= r + K; a++)
            for (size_t b = a; b <= r + K; b++)
                places[count++] = (place){COVARIANCE, g, a, b};
    }
}

static const char *name_of(size_t i)
{
    static const char *const kinds[] = {"c", "product", "covariance"};
    static char name[60];
    snprintf(name, sizeof name, "%s of group %zu, %zu and %zu", kinds[places[i].what], places[i].g,
             places[i].a, places[i].b);
    return name;
}

/* ---- what the law says -------------------------------------------------------------------------- */

static double product(const gst_features *f, size_t a, size_t g)
{
    double sum = 0;
    for (size_t l = 0; l < f->m; l++)
        sum +=
            (a < f->r ? f->gamma[a * f->m + l] : f->U[(a - f->r) * f->m + l]) * f->U[g * f->m + l];
    return sum;
}

static void expect(trained_chain *c, double *want)
{
    double R[GROUPS * GROUPS], N[CHAIN_SIZE * CHAIN_SIZE], zero[GROUPS * GROUPS] = {0};
    trained_chain_solve(c, zero, R, N);
    for (size_t i = 0; i < count; i++) {
        const place *p = &places[i];
        want[i] = p->what == VARIANCE  ? c->f->c[p->g]
                  : p->what == PRODUCT ? product(c->f, p->a, p->g)
                                       : trained_chain_form(c, N, p->a, p->g, p->b, p->g);
    }
}

/* ---- what the neurons have ---------------------------------------------------------------------- */

/* frame: w*_j and the mean rows, one after the other. */
static double *frame_of(const gst_first_layer *layer, size_t r, size_t K)
{
    size_t d = layer->d;
    double *frame = doubles((r + K) * d);
    for (size_t j = 0; j < r; j++)
        frame[j * d + j] = 1;
    for (size_t g = 0; g < K; g++)
        for (size_t i = layer->first[g]; i < layer->first[g + 1]; i++)
            for (size_t j = 0; j < d; j++)
                frame[(r + g) * d + j] +=
                    layer->W[i * d + j] / (double)(layer->first[g + 1] - layer->first[g]);
    return frame;
}

/* value[a*n + i]: f_i on vector a of the frame, |f_i|^2 behind them, less their means; mean |f|^2 is returned. */
static double project(const gst_first_layer *layer, size_t g, size_t vectors, const double *mean,
                      const double *frame, double *value)
{
    size_t d = layer->d, first = layer->first[g], n = layer->first[g + 1] - first;
    double *f = doubles(d), square = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < d; j++)
            f[j] = layer->W[(first + i) * d + j] - mean[j];
        for (size_t a = 0; a < vectors; a++)
            value[a * n + i] = gst_dense_dot(d, f, frame + a * d);
        value[vectors * n + i] = gst_dense_dot(d, f, f);
        square += value[vectors * n + i] / (double)n;
    }
    for (size_t i = 0; i < n; i++)
        value[vectors * n + i] -= square;
    free(f);
    return square;
}

static void measure(const gst_first_layer *layer, size_t r, size_t K, double *out)
{
    size_t d = layer->d, vectors = r + K;
    double *frame = frame_of(layer, r, K), *value = doubles((vectors + 1) * layer->p);
    for (size_t g = 0, k = 0; g < K; g++) {
        size_t n = layer->first[g + 1] - layer->first[g];
        double less = (double)(n - 1);
        double square = project(layer, g, vectors, frame + (r + g) * d, frame, value);
        for (; k < count && places[k].g == g; k++) {
            const place *p = &places[k];
            if (p->what == VARIANCE)
                out[k] = square * (double)n / less;
            else if (p->what == PRODUCT)
                out[k] = gst_dense_dot(d, frame + p->a * d, frame + p->b * d) -
                         (p->a == p->b ? square / less : 0);
            else
                out[k] = (double)d / less * gst_dense_dot(n, value + p->a * n, value + p->b * n);
        }
    }
    free(frame);
    free(value);
}

static void replicate(const trained_chain *c, size_t d, uint64_t seed, double *out)
{
    gst_first_layer layer;
    ck_assert_int_eq(gst_first_layer_init(&layer, &c->net.problem, d, NEURONS * d,
                                          (gst_random){seed, (uint32_t)d}),
                     GST_OK);
    gst_first_layer_draw_sphere(&layer);
    ck_assert_int_eq(gst_giant_steps(&layer, NULL), GST_OK);
    measure(&layer, c->f->r, c->K, out);
    gst_first_layer_clear(&layer);
}

START_TEST(rows_after_several_steps)
{
    static pairs found;
    double want[PAIRS_MOST], small[PAIRS_MOST], large[PAIRS_MOST];
    trained_chain c;
    trained_chain_open(&c, cases[_i].options);
    set_places(&c);
    expect(&c, want);
    found = (pairs){0};
    for (size_t k = 0; k < cases[_i].replicates; k++) {
        replicate(&c, cases[_i].d, 900 + k, small);
        replicate(&c, 2 * cases[_i].d, 900 + k, large);
        pairs_add(&found, count, small, large);
    }
    pairs_check(&found, want, LEVEL, cases[_i].blunt, name_of);
    trained_chain_close(&c);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("feature_law_steps");
    tcase_add_loop_test(all, rows_after_several_steps, 0, COUNT(cases));
    return run_cases("feature_law_steps", all);
}
