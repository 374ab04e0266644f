/* SPDX-License-Identifier: GPL-3.0-or-later */
/* original.c - cases, their samples, and one_batch.c's formulas at the moments of these. */
#include "tests/original.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static double sine(const double *z)
{
    return sin(z[0]);
}

static double bent(const double *z)
{
    return sin(z[0]) + 0.2 * z[0] * z[0];
}

static double pair(const double *z)
{
    return sin(z[0] + 0.3) + 0.5 * tanh(z[0]) * z[1];
}

static const struct {
    const char *options;
    double (*target)(const double *z);
    size_t r;
    double shift; /* sigma(z) = tanh(z + shift) */
} cases[ORIGINAL_CASES] = {
    {"--activation tanh --target sin(z) --eta 2.3 --alpha0 0.83 --noise 0.11", sine, 1, 0},
    {"--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --eta 2.1 --alpha0 0.41", bent, 1, 0.5},
    {"--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --second-layer 1:0.3,-0.7:0.5,0.4:0.2 "
     "--eta 2.6 --alpha0 1.3 --noise 0.2",
     bent, 1, 0.5},
    {"--activation tanh --target sin(z1+0.3)+0.5*tanh(z1)*z2 --second-layer 1:0.3,-0.7:0.7 --eta 2 "
     "--alpha0 0.7",
     pair, 2, 0},
    {"--activation tanh(z-0.4) --target sin(z1+0.3)+0.5*tanh(z1)*z2 --second-layer 1:0.3,-0.7:0.7 "
     "--eta 2.2 --alpha0 1.7",
     pair, 2, -0.4},
};

/* Sums of f(x) weight(x) over the trapezoid rule of `steps` intervals on [-REACH, REACH]. */
#define REACH 9.0

static double gauss(double x, double step)
{
    return step / 2.5066282746310002 * exp(-0.5 * x * x);
}

/* The averages of tanh(z + shift) and its slope, derivatives by Stein. */
static gst_gradient_moments sigma_moments(double shift)
{
    enum { STEPS = 600 };
    gst_gradient_moments s = {0};
    double h = 2 * REACH / STEPS;
    for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k <= STEPS; k++) {
            double z = -REACH + h * k, w = gauss(z, h), value = tanh(z + shift);
            double slope = 1 - value * value, tau = slope - s.mu1 - s.c2 * z;
            if (pass == 1) {
                s.s2 += w * tau * tau;
                s.s21 += w * tau * tau * z;
                s.s2zz += w * tau * tau * z * z;
                s.t3 += w * tau * tau * tau;
                s.t31 += w * tau * tau * tau * z;
                s.t4 += w * tau * tau * tau * tau;
                continue;
            }
            s.mean += w * value;
            s.c3 += w * slope * (z * z - 1);
            s.c4 += w * slope * (z * z * z - 3 * z);
        }
        for (int k = 0; pass == 0 && k <= STEPS; k++) {
            double z = -REACH + h * k, w = gauss(z, h), slope = 1 - pow(tanh(z + shift), 2);
            s.mu1 += w * slope;
            s.c2 += w * slope * z;
        }
    }
    return s;
}

void original_samples(original *o, int i, original_add *add)
{
    const size_t steps = o->r == 1 ? 400 : 108, noisy = o->net.problem.training.noise > 0 ? 54 : 0;
    const double h = 2 * REACH / (double)steps, hx = noisy ? 2 * REACH / (double)noisy : 0;
    double f0 = 0, at[GST_TARGET_DIM_MAX] = {0};
    for (size_t g = 0; g < o->K; g++)
        f0 += o->f->pi[g] * o->net.layer.A[g] * o->sigma.mean;
    for (size_t k = 0; k <= steps; k++) {
        for (size_t l = 0; l <= (o->r == 2 ? steps : 0); l++) {
            at[0] = -REACH + h * (double)k;
            at[1] = o->r == 2 ? -REACH + h * (double)l : 0;
            double w = gauss(at[0], h) * (o->r == 2 ? gauss(at[1], h) : 1);
            for (size_t s = 0; s <= noisy; s++) {
                double xi = noisy ? -REACH + hx * (double)s : 0;
                double share = noisy ? gauss(xi, hx) : 1;
                double y = cases[i].target(at) - f0 + sqrt(o->net.problem.training.noise) * xi;
                if (w * share > 1e-18)
                    add(o, w * share, y, at);
            }
        }
    }
}

static void add_moments(original *o, double w, double y, const double *z)
{
    gst_label_law *law = o->batch->law;
    for (int k = 0; k < GST_LABEL_MOMENTS; k++)
        law->moment[k] += w * pow(y, k);
    for (int k = 1; k <= ONE_BATCH_POWERS; k++) {
        for (size_t j = 0; j < o->r; j++)
            law->linear[(size_t)(k - 1) * o->r + j] += w * pow(y, k) * z[j];
    }
}

/* one_batch.c's formulas at these moments; built once to have a place for them. */
static void set_batch(original *o, int i)
{
    const gst_step *step = gst_training_step(&o->net.problem.training, 0);
    gst_label_law *law = gst_alloc(1, sizeof *law);
    ck_assert_ptr_nonnull(law);
    law->r = o->r;
    o->sigma = sigma_moments(cases[i].shift);
    o->batch = &(one_batch){.law = law};
    original_samples(o, i, add_moments);
    ck_assert_int_eq(
        one_batch_build(&o->batch, &o->sigma, law, &o->net.layer, step->eta, step->alpha0), GST_OK);
}

void original_open(original *o, int i)
{
    const gst_label_resolution resolution = {.order = 256, .spikes = 96, .nodes = 120};
    unsigned long long state = 77 + (unsigned)i;
    network_make(&o->net, "%s --bulk exact", cases[i].options);
    o->f = network_features(&o->net);
    o->K = o->f->K;
    o->r = o->f->r;
    o->n = 2 * o->K;
    ck_assert_uint_eq(o->r, cases[i].r);
    gst_bulk *bulk;
    ck_assert_int_eq(gst_bulk_alloc(&bulk, o->f, resolution), GST_OK);
    ck_assert_str_eq(bulk->type->name, "chain");
    o->bulk = (gst_chain *)bulk;
    set_batch(o, i);
    double V1h[GROUPS * GROUPS];
    fill_square(&state, o->K, o->K, 0.1, V1h);
    o->V1h = zero(o->K, o->K);
    for (size_t g = 0; g < o->K; g++) {
        for (size_t h = 0; h < o->K; h++)
            o->hat[gst_packed_pair(o->K, g, h)] = o->V1h.a[g][h] = V1h[g * o->K + h];
        o->hat[gst_packed_value(o->K, g)] = 0.05 + uniform(&state);
    }
    o->beta = 1.37;
    memset(o->x, 0, sizeof o->x);
    ck_assert_int_eq(bulk->type->map(bulk, o->beta, o->hat, o->x), GST_OK);
    o->V2 = o->x + gst_packed_value(o->K, 0);
    o->D = o->hat + gst_packed_value(o->K, 0);
}

void original_close(original *o)
{
    gst_bulk_free(&o->bulk->base);
    one_batch_free(o->batch);
    gst_features_free(o->f);
    network_clear(&o->net);
}
