/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_step_laws.c - what a step does to the law of the rows, in closed form: everything is a sine.
 *
 * For sines E[sin(u.z+f) sin(v.z+h)] = (cos(f-h) e^{-|u-v|^2/2} - cos(f+h) e^{-|u+v|^2/2})/2, E[z_j X] is
 * E[dX/dz_j], and E_xi sigma^{(k)}(s + sqrt(c) xi) = e^{-c/2} sin(s + a + k pi/2) for sigma = sin(z + a).
 *    Population steps: the map of a row's overlaps o and squared length k is written down, and D_g is its
 * Jacobian by differences: no coefficient of models/training/rows.c is used.
 *    Finite batches: the weights of models/training/step_law.c that need second moments only. */
#include <gsl/gsl_math.h>
#include <stdlib.h>

#include "models/training/regime.h"
#include "models/training/rows.h"
#include "models/training/trajectory.h"
#include "tests/network.h"

enum { R = 2, S = R + 1, K = 2 };

/* amplitude sin(u.z + phase) */
typedef struct {
    double amplitude, u[R], phase;
} wave;

static wave turned(wave x)
{
    x.phase += M_PI_2;
    return x;
}

static double product(wave x, wave y)
{
    double minus = 0, plus = 0;
    for (size_t j = 0; j < R; j++) {
        minus += (x.u[j] - y.u[j]) * (x.u[j] - y.u[j]);
        plus += (x.u[j] + y.u[j]) * (x.u[j] + y.u[j]);
    }
    return x.amplitude * y.amplitude / 2 *
           (cos(x.phase - y.phase) * exp(-minus / 2) - cos(x.phase + y.phase) * exp(-plus / 2));
}

/* E[x y z_j]. */
static double product_slope(wave x, wave y, size_t j)
{
    return x.u[j] * product(turned(x), y) + y.u[j] * product(x, turned(y));
}

/* ---- a step on the population ------------------------------------------------------------------- */

#define SHIFT 0.4
static const double second[K] = {0.9, -0.5}, part[K] = {0.3, 0.7}, eta = 1.7;
static const double U[K * R] = {0.8, -0.3, 0.2, 0.6}, c[K] = {0.7, 1.2};
static const double C[K * S * S] = {1.1, 0.3,  -0.4, 0.3,  0.8, 0.5, -0.4, 0.5, 1.9,
                                    0.6, -0.2, 0.7,  -0.2, 1.3, 0.1, 0.7,  0.1, 0.9};
/* The target sin(1.1 z1 - 0.4 z2 + 0.3) and the features that are subtracted from it. */
static const wave target = {1, {1.1, -0.4}, 0.3};

/* sigma^{(k)} of a row with overlaps o and rest of squared length `length`, averaged over the rest. */
static wave feature(const double *o, double length, int k)
{
    return (wave){exp(-length / 2), {o[0], o[1]}, SHIFT + k * M_PI_2};
}

/* E[res X], E[res X z_j] for j < R. */
static double residual_product(wave x, size_t j)
{
    double sum = j < R ? product_slope(target, x, j) : product(target, x);
    for (size_t h = 0; h < K; h++) {
        wave f = feature(U + h * R, c[h], 0);
        sum -= part[h] * second[h] * (j < R ? product_slope(f, x, j) : product(f, x));
    }
    return sum;
}

/* Where a step takes the row x = (o, k). */
static void step_row(double e, const double *x, double *moved)
{
    double growth = 1 + e * residual_product(feature(x, x[R], 2), R);
    for (size_t j = 0; j < R; j++)
        moved[j] = x[j] + e * residual_product(feature(x, x[R], 1), j);
    moved[R] = x[R] * growth * growth;
}

static void jacobian(double e, const double *x, double *D)
{
    const double h = 1e-3, weight[2] = {8.0 / 12, -1.0 / 12}; /* error of order h^4 */
    for (size_t i = 0; i < S * S; i++)
        D[i] = 0;
    for (size_t b = 0; b < S; b++) {
        for (int side = -2; side <= 2; side++) {
            double at[S] = {x[0], x[1], x[2]}, moved[S];
            if (side == 0)
                continue;
            at[b] += side * h;
            step_row(e, at, moved);
            for (size_t a = 0; a < S; a++)
                D[a * S + b] += (side < 0 ? -1 : 1) * weight[abs(side) - 1] * moved[a] / h;
        }
    }
}

/* Rows of the overlaps, variances and covariances above; two spikes, along the target's variables. */
static gst_rows rows_of(network *n)
{
    gst_rows rows = {.population = 1};
    ck_assert_int_eq(gst_features_alloc(&rows.f, K, R, 0, R), GST_OK);
    rows.f->problem = n->problem;
    for (size_t g = 0; g < K; g++) {
        rows.f->pi[g] = part[g];
        rows.f->c[g] = c[g];
    }
    for (size_t i = 0; i < K * R; i++)
        rows.f->U[i] = U[i];
    for (size_t j = 0; j < R; j++)
        rows.f->gamma[j * R + j] = 1;
    for (size_t i = 0; i < K * S * S; i++)
        rows.f->C[i] = C[i];
    return rows;
}

START_TEST(step_is_the_map_of_a_row)
{
    network n;
    gst_rows after;
    gst_message message = {""};
    const gst_step step = {.eta = eta, .alpha0 = INFINITY};
    network_make(&n,
                 "--activation sin(z+%g) --target sin(1.1*z1-0.4*z2+0.3) "
                 "--second-layer 0.9:0.3,-0.5:0.7",
                 SHIFT);
    gst_rows rows = rows_of(&n);
    gst_step_labels labels;
    ck_assert_int_eq(gst_step_labels_init(&labels, &n.problem, NULL), GST_OK);
    ck_assert_int_eq(gst_rows_step(&after, &rows, &labels, &step, 1, _i, &message), GST_OK);
    const gst_features *f = after.f;
    ck_assert(f->m == R && f->q == 0 && f->gamma[0] == 1 && f->gamma[1] == 0);
    for (size_t g = 0; g < K; g++) {
        double e = eta * second[g], x[S] = {U[g * R], U[g * R + 1], c[g]}, moved[S], D[S * S];
        step_row(e, x, moved);
        jacobian(e, x, D);
        for (size_t j = 0; j < R; j++)
            ASSERT_NEAR(f->U[g * R + j], moved[j], 1e-12);
        ASSERT_NEAR(f->c[g], moved[R], 1e-12);
        for (size_t a = 0; a < S; a++) {
            for (size_t b = 0; b < S; b++) {
                double want = 0;
                for (size_t k = 0; k < S * S; k++)
                    want += D[a * S + k / S] * C[g * S * S + k] * D[b * S + k % S];
                ASSERT_NEAR(f->C[(g * S + a) * S + b], want, 1e-10);
            }
        }
    }
    gst_rows_clear(&rows);
    gst_rows_clear(&after);
    network_clear(&n);
}
END_TEST

/* x y = out[0] + out[1]. */
static void multiply(wave x, wave y, wave out[2])
{
    for (int sign = 0; sign < 2; sign++) {
        double by = sign ? 1 : -1;
        out[sign].amplitude = -by * x.amplitude * y.amplitude / 2;
        out[sign].phase = x.phase + by * y.phase + M_PI_2;
        for (size_t j = 0; j < R; j++)
            out[sign].u[j] = x.u[j] + by * y.u[j];
    }
}

/* E[(res^2 + noise) f] of `count` waves f. */
static double residual_square(double noise, size_t count, const wave *f)
{
    enum { PARTS = K + 1 };
    const wave one = {1, {0}, M_PI_2};
    wave res[PARTS] = {target};
    double sum = 0;
    for (size_t h = 0; h < K; h++) {
        res[h + 1] = feature(U + h * R, c[h], 0);
        res[h + 1].amplitude *= -part[h] * second[h];
    }
    for (size_t k = 0; k < count; k++) {
        sum += noise * product(f[k], one);
        for (size_t i = 0; i < PARTS * PARTS; i++) {
            wave pair[2];
            multiply(res[i / PARTS], res[i % PARTS], pair);
            sum += product(pair[0], f[k]) + product(pair[1], f[k]);
        }
    }
    return sum;
}

/* E[(res^2 + noise) m^2] of averages m = E sigma^{(order)} of group g. */
static double slope_square(double noise, size_t g, int order)
{
    wave slope = feature(U + g * R, c[g], order), square[2];
    multiply(slope, slope, square);
    return residual_square(noise, 2, square);
}

/* The same of E tau^2 = E sigma'^2 - m1^2 - c m2^2, sigma'^2 = (1 + cos(2 ..))/2. */
static double remainder_square(double noise, size_t g)
{
    const double *o = U + g * R;
    const wave square[2] = {{0.5, {0}, M_PI_2},
                            {exp(-2 * c[g]) / 2, {2 * o[0], 2 * o[1]}, 2 * SHIFT + M_PI_2}};
    return residual_square(noise, 2, square) - slope_square(noise, g, 1) -
           c[g] * slope_square(noise, g, 2);
}

/* The same step of the same rows on a finite batch: drift, and what the batch adds to lengths and overlaps. */
START_TEST(step_on_a_batch)
{
    network n;
    gst_rows after;
    gst_message message = {""};
    const double alpha0 = 1.7, noise = 0.2;
    const gst_step step = {.eta = eta, .alpha0 = alpha0};
    network_make(&n,
                 "--activation sin(z+%g) --target sin(1.1*z1-0.4*z2+0.3) --noise 0.2 "
                 "--second-layer 0.9:0.3,-0.5:0.7",
                 SHIFT);
    gst_rows rows = rows_of(&n);
    gst_step_labels labels;
    ck_assert_int_eq(gst_step_labels_init(&labels, &n.problem, NULL), GST_OK);
    ck_assert_int_eq(gst_rows_step(&after, &rows, &labels, &step, 1, _i, &message), GST_OK);
    const gst_features *f = after.f;
    ck_assert(f->m == K && f->q == R);
    for (size_t g = 0; g < K; g++) {
        double e = eta * second[g], x[S] = {U[g * R], U[g * R + 1], c[g]}, moved[S];
        step_row(e, x, moved);
        for (size_t j = 0; j < R; j++) {
            double along = 0;
            for (size_t l = 0; l < f->m; l++)
                along += f->gamma[j * f->m + l] * f->U[g * f->m + l];
            ASSERT_NEAR(along, moved[j], 1e-12);
        }
        double first = slope_square(noise, g, 1), curved = slope_square(noise, g, 2);
        double length = 0, omega = 0;
        for (size_t l = 0; l < f->m; l++)
            omega += f->U[g * f->m + l] * f->U[g * f->m + l];
        for (size_t j = 0; j < R; j++)
            length += moved[j] * moved[j];
        ASSERT_NEAR(omega, length + e * e / alpha0 * first, 1e-11);
        double added = c[g] * curved + remainder_square(noise, g);
        ASSERT_NEAR(f->c[g], moved[R] + e * e / alpha0 * added, 1e-11);
    }
    gst_rows_clear(&rows);
    gst_rows_clear(&after);
    network_clear(&n);
}
END_TEST

/* At the start sigma and the target separate: products of one average of each. */
START_TEST(averages_at_the_start)
{
    network n;
    gst_rows rows;
    gst_step_means a;
    network_make(&n,
                 "--activation sin(z+%g) --target sin(1.1*z1-0.4*z2+0.3) "
                 "--second-layer 0.9:0.3,-0.5:0.7",
                 SHIFT);
    gst_step_labels labels;
    ck_assert_int_eq(gst_rows_start(&rows, &n.problem), GST_OK);
    ck_assert_int_eq(gst_step_labels_init(&labels, &n.problem, NULL), GST_OK);
    ck_assert_int_eq(gst_step_means_start(&a, rows.f, &labels, _i), GST_OK);
    const wave one = {1, {0}, M_PI_2};
    double layer = part[0] * second[0] + part[1] * second[1], sine = exp(-0.5) * sin(SHIFT);
    double cosine = exp(-0.5) * cos(SHIFT), mean = product(target, one) - layer * sine;
    ASSERT_NEAR(a.second[1], -sine * mean, 1e-14);
    ASSERT_NEAR(a.fourth[1], sine * mean, 1e-14);
    for (size_t j = 0; j < R; j++) {
        ASSERT_NEAR(a.drift[R + j], cosine * product_slope(target, one, j), 1e-14);
        ASSERT_NEAR(a.third[R + j], -cosine * product_slope(target, one, j), 1e-14);
        for (size_t k = 0; k < R; k++) {
            double square = (j == k) * mean - target.u[j] * target.u[k] * product(target, one);
            ASSERT_NEAR(a.hessian[(R + j) * R + k], -sine * square, 1e-14);
        }
    }
    gst_step_means_clear(&a);
    gst_rows_clear(&rows);
    network_clear(&n);
}
END_TEST

/* ---- a step on a finite batch ------------------------------------------------------------------- */

/* sigma = sin(z + a), target sin(z + h): every moment of second order is one of `product'. */
static const struct {
    double a, h, alpha0, noise;
} batches[] = {{0.7, 0.2, 0.6, 0.15}, {-0.3, -1.1, 3.7, 0}, {1e-6, 0.5, 1.4, 0.4}, {0, 0.4, 2, 0}};

START_TEST(batch_of_sines)
{
    network n;
    gst_trajectory *t;
    const double A[2] = {0.8, -1.3}, pi[2] = {0.25, 0.75};
    network_make(&n,
                 "--activation sin(z+%.17g) --target sin(z+%.17g) --eta 1.9 --alpha0 %.17g "
                 "--noise %.17g --second-layer 0.8:0.25,-1.3:0.75",
                 batches[_i].a, batches[_i].h, batches[_i].alpha0, batches[_i].noise);
    gst_label_resolution at = {.order = 256, .spikes = 96, .nodes = 40};
    ck_assert_int_ge(gst_trajectory_build(&t, &n.problem, at, NULL), 0);
    const gst_step_node *node = t->step[0].node;
    const wave one = {1, {0}, M_PI_2}, sigma = {1, {1, 0}, batches[_i].a};
    const wave label = {1, {1, 0}, batches[_i].h}, slope = turned(sigma);
    double phi = 1 / batches[_i].alpha0;
    double output = (pi[0] * A[0] + pi[1] * A[1]) * product(sigma, one);
    double mean = product(label, one) - output, c1 = product_slope(label, one, 0);
    double square = product(label, label) - 2 * output * product(label, one) + output * output +
                    batches[_i].noise;
    double mu1 = product(slope, one), c2 = product_slope(slope, one, 0), c3 = -mu1;
    double s2 = product(slope, slope) - mu1 * mu1 - c2 * c2;
    ck_assert(t->step[0].linear == (batches[_i].a != 0));
    for (size_t g = 0; g < 2; g++) {
        double e = 1.9 * A[g], b = e * c2;
        const double *psi = node->psi + g * GST_PSI_KINDS * GST_PSI_POWERS;
        ASSERT_CLOSE(fabs(t->state[1]->U[g]), fabs(e * mu1) * sqrt(c1 * c1 + phi * square), 1e-12);
        ASSERT_NEAR(node->b[g], b, 1e-15);
        ASSERT_CLOSE(node->a[g], e * e * s2 * phi, 1e-12);
        ASSERT_CLOSE(psi[GST_PSI_NORM * GST_PSI_POWERS], 2 * e * c3 * (1 + b * mean), 1e-12);
    }
    gst_trajectory_free(t);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("step laws");
    tcase_add_loop_test(cases, step_is_the_map_of_a_row, 0, 2);
    tcase_add_loop_test(cases, step_on_a_batch, 0, 2);
    tcase_add_loop_test(cases, averages_at_the_start, 0, 2);
    tcase_add_loop_test(cases, batch_of_sines, 0, COUNT(batches));
    return run_cases("step laws", cases);
}
