/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum_spikes.c - the length of the weights along the spike of a network trained on a finite batch:
 * against averages over one sample of the batch, and against trained networks. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/network.h"
#include "solver/spectrum/spectrum_private.h"

#define PI 3.14159265358979323846
enum { ROOM = 8 };

/* ---- a closed form ------------------------------------------------------------------------------ */

/* v = v_y/|v_y|, v_y = X0^T y/n0, M1 = X0^T diag(y) X0/n0, M2 = X0^T diag(y^2) X0/n0.  A sample of the batch sees
 *   x.v_y = phi y + c1 z + s u,   s^2 = phi E y^2,  u ~ N(0,1) of the other samples,
 * and rotations of R^d that keep (z, v_y) leave the rest of M1 v_y random. */
typedef struct {
    double y, yy, yh, yyh, yhh, yyhh, yhz, yhp; /* averages of y, y^2, y h, y^2 h, y h^2, .. */
    double c1, s2, phi;
} label_averages;

static label_averages average_labels(double (*target)(double), double offset, double noise,
                                     double phi)
{
    label_averages a = {.phi = phi};
    enum { HALF = 90 };
    double step = 0.1;
    for (int pass = 0; pass < 2; pass++) { /* h needs c1 and s2 of the first pass */
        double y1 = 0, y2 = 0, c1 = 0, sums[6] = {0};
        for (int i = -HALF; i <= HALF; i++) {
            for (int j = -HALF; j <= HALF; j++) {
                double z = i * step, xi = j * step;
                double w = step * step * exp(-0.5 * (z * z + xi * xi)) / (2 * PI);
                double y = target(z) - offset + sqrt(noise) * xi, h = phi * y + a.c1 * z;
                y1 += w * y;
                y2 += w * y * y;
                c1 += w * y * z;
                double terms[] = {y * h,         y * y * h, y * h * h,
                                  y * y * h * h, y * h * z, y * h * phi * y};
                for (int k = 0; k < 6; k++)
                    sums[k] += w * terms[k];
            }
        }
        a.y = y1;
        a.yy = y2;
        a.c1 = c1;
        a.s2 = phi * y2;
        a.yh = sums[0];
        a.yyh = sums[1];
        a.yhh = sums[2] + a.s2 * y1;
        a.yyhh = sums[3] + a.s2 * y2;
        a.yhz = sums[4];
        a.yhp = sums[5] + a.s2 * y1;
    }
    return a;
}

/* v^T Sigma v, Sigma = (I + b M1)^2 + w M2. */
static double variance_along_spike(const label_averages *a, double b, double w)
{
    double length2 = a->c1 * a->c1 + a->s2;
    double square =
        a->yhz * a->yhz + a->yhp * a->yhp / a->s2 + a->phi * (a->yyhh - a->yyh * a->yyh / a->yy);
    return 1 + (2 * b * a->yhh + b * b * square + w * a->yyhh) / length2;
}

static double tanh_cos(double z)
{
    return tanh(z) + 0.5 * cos(z);
}

/* E sigma, E sigma', E z sigma', E tau^2 of tanh(z + shift). */
static void activation_averages(double shift, double out[4])
{
    double square = 0;
    memset(out, 0, 4 * sizeof *out);
    for (int i = -180; i <= 180; i++) {
        double z = i * 0.05, w = 0.05 * exp(-0.5 * z * z) / sqrt(2 * PI);
        double value = tanh(z + shift), slope = 1 - value * value;
        out[0] += w * value;
        out[1] += w * slope;
        out[2] += w * z * slope;
        square += w * slope * slope;
    }
    out[3] = square - out[1] * out[1] - out[2] * out[2];
}

START_TEST(length_is_an_average_over_the_batch)
{
    static const struct {
        const char *options;
        double (*target)(double);
        double A[2], alpha0, noise, shift;
    } cases[] = {
        {"--activation tanh(z+0.5) --target tanh --eta 3 --alpha0 0.5 --noise 0.1 --bulk exact "
         "--second-layer 1:0.5,1:0.5",
         tanh,
         {1, 1},
         0.5,
         0.1,
         0.5},
        {"--activation tanh(z+0.5) --target tanh(z)+0.5*cos(z) --second-layer 1:0.5,-0.5:0.5 --eta "
         "3 --alpha0 0.73 --noise 0.02 --bulk exact",
         tanh_cos,
         {1, -0.5},
         0.73,
         0.02,
         0.5},
    };
    network net;
    gst_resolution resolution;
    double norm2, want = 0, s[4], eta = 3, pi = 0.5;
    network_make(&net, "%s", cases[_i].options);
    gst_features *f = network_features(&net);
    ck_assert_int_eq(gst_resolution_alloc(&resolution, f, 1, 0), GST_OK);
    ck_assert_int_eq(gst_spike_norms(resolution.bulk, f, 1, 1, &norm2), GST_OK);
    activation_averages(cases[_i].shift, s);
    double mean_A = pi * (cases[_i].A[0] + cases[_i].A[1]);
    label_averages a =
        average_labels(cases[_i].target, mean_A * s[0], cases[_i].noise, 1 / cases[_i].alpha0);
    for (int g = 0; g < 2; g++) {
        double e = eta * cases[_i].A[g], U = e * s[1] * sqrt(a.c1 * a.c1 + a.s2);
        ASSERT_CLOSE(f->U[g], U, 1e-9);
        double C = variance_along_spike(&a, e * s[2], e * e * s[3] * a.phi);
        ck_assert_double_gt(fabs(C - f->c[g]), 0.1 * C); /* it is not the trace */
        want += pi * (U * U + C);
    }
    ASSERT_CLOSE(norm2, want, 1e-8);
    gst_resolution_clear(&resolution);
    gst_features_free(f);
    network_clear(&net);
}
END_TEST

/* ---- trained networks --------------------------------------------------------------------------- */

static uint64_t state;

static double normal(void)
{
    double u[2];
    for (int i = 0; i < 2; i++) { /* splitmix64 */
        uint64_t x = state += 0x9e3779b97f4a7c15u;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
        u[i] = ((double)((x ^ (x >> 31)) >> 11) + 0.5) / 9007199254740992.0;
    }
    return sqrt(-2 * log(u[0])) * cos(2 * PI * u[1]);
}

enum { D = 100, BATCH = 50, SAMPLES = 200, NETWORKS = 60, POWER = 40 };

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* W after one step eta = 3 on a batch of tanh(z1) + noise; spike = (1/n0) sum (y - E sigma) x. */
static void train(double (*W)[D], double *spike, double mean)
{
    static double step[D][D];
    double x[D];
    memset(step, 0, sizeof step);
    memset(spike, 0, D * sizeof *spike);
    for (size_t i = 0; i < D; i++) {
        for (size_t j = 0; j < D; j++)
            W[i][j] = normal();
        double norm = sqrt(dot(W[i], W[i], D));
        for (size_t j = 0; j < D; j++)
            W[i][j] /= norm;
    }
    for (size_t mu = 0; mu < BATCH; mu++) {
        double value[D], f = 0;
        for (size_t j = 0; j < D; j++)
            x[j] = normal();
        for (size_t i = 0; i < D; i++) {
            value[i] = tanh(dot(W[i], x, D) + 0.5);
            f += value[i] / D;
        }
        double y = tanh(x[0]) + sqrt(0.1) * normal();
        for (size_t j = 0; j < D; j++)
            spike[j] += (y - mean) * x[j] / BATCH;
        for (size_t i = 0; i < D; i++) {
            double share = 3 * (y - f) * (1 - value[i] * value[i]) / BATCH;
            for (size_t j = 0; j < D; j++)
                step[i][j] += share * x[j];
        }
    }
    for (size_t i = 0; i < D; i++) {
        for (size_t j = 0; j < D; j++)
            W[i][j] += step[i][j];
    }
}

/* |a.(W v)|/|W v| for the top right singular vector a of the features. */
static double top_overlap(double (*W)[D], const double *spike)
{
    static double Phi[SAMPLES][D];
    double a[D], next[D], x[D], along[D];
    for (size_t mu = 0; mu < SAMPLES; mu++) {
        for (size_t j = 0; j < D; j++)
            x[j] = normal();
        for (size_t i = 0; i < D; i++)
            Phi[mu][i] = tanh(dot(W[i], x, D) + 0.5);
    }
    for (size_t i = 0; i < D; i++) {
        a[i] = 1;
        along[i] = dot(W[i], spike, D);
    }
    for (int pass = 0; pass < POWER; pass++) {
        memset(next, 0, sizeof next);
        for (size_t mu = 0; mu < SAMPLES; mu++) {
            double share = dot(Phi[mu], a, D);
            for (size_t i = 0; i < D; i++)
                next[i] += share * Phi[mu][i];
        }
        double norm = sqrt(dot(next, next, D));
        for (size_t i = 0; i < D; i++)
            a[i] = next[i] / norm;
    }
    return fabs(dot(a, along, D)) / sqrt(dot(along, along, D));
}

/* 4 standard errors, and one part in a thousand for what is O(1/p^2) beside 1 - overlap = 0.004: a right program
 * with another seed would fail in less than 1e-4. */
START_TEST(overlap_of_trained_networks)
{
    static double W[D][D];
    double spike[D], s[4], sum = 0, square = 0;
    network net;
    gst_spectrum *spectrum;
    gst_message message = {""};
    gst_outlier found[ROOM];
    size_t count;
    activation_averages(0.5, s);
    state = 20;
    for (int i = 0; i < NETWORKS; i++) {
        train(W, spike, s[0]);
        double overlap = top_overlap(W, spike);
        sum += overlap;
        square += overlap * overlap;
    }
    double mean = sum / NETWORKS, sem = sqrt((square / NETWORKS - mean * mean) / (NETWORKS - 1));
    network_make(&net, "--activation tanh(z+0.5) --target tanh --eta 3 --alpha0 0.5 --alpha 2 "
                       "--noise 0.1 --bulk exact");
    ck_assert_int_eq(gst_spectrum_alloc(&spectrum, &net.problem, 2, 1, 1e-10, NULL, &message),
                     GST_OK);
    ck_assert_int_ge(gst_spectrum_find(spectrum, &message), 0);
    ck_assert_int_eq(gst_spectrum_outliers(spectrum, D, ROOM, found, &count), GST_OK);
    ck_assert_int_eq((int)count, 1);
    ck_assert_msg(fabs(found[0].spike[0] - mean) <= 4 * sem + 1e-3,
                  "theory %.5f, networks %.5f +- %.5f", found[0].spike[0], mean, sem);
    gst_spectrum_free(spectrum);
    network_clear(&net);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("spectrum spikes");
    tcase_set_timeout(cases, 200);
    tcase_add_loop_test(cases, length_is_an_average_over_the_batch, 0, 2);
    tcase_add_test(cases, overlap_of_trained_networks);
    return run_cases("spectrum spikes", cases);
}
