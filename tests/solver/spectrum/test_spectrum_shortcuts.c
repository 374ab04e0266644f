/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_spectrum_shortcuts.c - what makes spectra fast gives the numbers of the long way round.
 *
 *   1. Extrapolation from above along a chain of warm starts (complex_tails.c) against every node from far above, by Neville's
 *      scheme;
 *   2. mass on few panels (mass.c) against the density itself on a lattice of irrational steps;
 *   3. panels end where the density's own error begins. */
#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/network.h"
#include "solver/spectrum/spectrum_private.h"

#define PI 3.14159265358979323846

/* ---- tails -------------------------------------------------------------------------------------- */

enum { HEIGHTS = 12, TOPS = 6 };

/* The heights of a top: Chebyshev's nodes of [top/8, top]. */
static void set_heights(double top, double *h)
{
    for (int j = 0; j < HEIGHTS; j++)
        h[j] = top * (9 + 7 * cos(PI * (2 * j + 1) / (2 * HEIGHTS))) / 16;
}

/* V2_g at x + i h, from far above. */
static void solve_cold(gst_resolvent *r, double x, double h, double complex *V2)
{
    double high = 64 * x;
    r->solved = 0;
    ck_assert_int_eq(gst_resolvent_start(r, x + high * I), GST_OK);
    while (high > h) {
        high = fmax(high / 1.6, h);
        ck_assert_int_eq(gst_resolvent_follow(r, x + high * I), GST_OK);
    }
    for (size_t g = 0; g < r->K; g++)
        V2[g] = gst_resolvent_value(r, g);
}

/* Neville's scheme at h = 0. */
static void extrapolate_cold(gst_resolvent *r, double x, double top, double complex *V2)
{
    double h[HEIGHTS];
    double complex at[HEIGHTS][GST_GROUPS_MAX];
    set_heights(top, h);
    for (int j = 0; j < HEIGHTS; j++)
        solve_cold(r, x, h[j], at[j]);
    for (int order = 1; order < HEIGHTS; order++)
        for (int j = 0; j + order < HEIGHTS; j++)
            for (size_t g = 0; g < r->K; g++)
                at[j][g] = (h[j] * at[j + 1][g] - h[j + order] * at[j][g]) / (h[j] - h[j + order]);
    memcpy(V2, at[0], r->K * sizeof *V2);
}

static double distance(size_t K, const double complex *a, const double complex *b)
{
    double most = 0;
    for (size_t g = 0; g < K; g++)
        most = fmax(most, cabs(a[g] - b[g]));
    return most;
}

/* The surest of all tops, as complex_tails.c says. */
static double tail_cold(gst_resolvent *r, gst_resolvent *companion, double x, double complex *V2)
{
    double complex now[TOPS][GST_GROUPS_MAX], other[GST_GROUPS_MAX];
    double best = INFINITY;
    for (int k = 0; k < TOPS; k++) {
        double top = 0.2 * x * pow(0.5, k);
        extrapolate_cold(r, x, top, now[k]);
        extrapolate_cold(companion, x, top, other);
        if (k == 0)
            continue;
        double error = distance(r->K, now[k], other) + distance(r->K, now[k], now[k - 1]);
        if (error < best)
            memcpy(V2, now[k], r->K * sizeof *V2);
        best = fmin(best, error);
    }
    return best;
}

START_TEST(tails_do_not_depend_on_the_start)
{
    static const char *const options[] = {
        "--activation tanh(z+0.5) --target tanh --eta 3 --alpha0 0.5 --noise 0.1 --bulk exact "
        "--alpha 2 --beta 1",
        "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --second-layer 1:0.5,-0.7:0.5 --eta 2.3 "
        "--alpha0 0.83 --noise 0.11 --bulk exact --alpha 1.7 --beta 1.1",
    };
    static const double places[] = {9.1};
    network net;
    gst_spectrum *s;
    gst_message message = {""};
    network_make(&net, "%s", options[_i]);
    ck_assert_int_eq(gst_spectrum_alloc(&s, &net.problem, net.point.alpha, net.point.beta, 1e-10,
                                        NULL, &message),
                     GST_OK);
    gst_resolvent *r = s->tables.r;
    for (int i = 0; i < COUNT(places); i++) {
        double complex warm[GST_GROUPS_MAX], cold[GST_GROUPS_MAX];
        double error = gst_resolvent_tail(&r[GST_FULL], &r[GST_COMPANION], places[i], 0, warm);
        double other = tail_cold(&r[GST_FULL], &r[GST_COMPANION], places[i], cold);
        ck_assert(error < 0.1);
        ASSERT_NEAR(error, other, 1e-7 * cabs(cold[0]));
        ASSERT_NEAR(distance(r->K, warm, cold), 0, 1e-8 * cabs(cold[0]));
    }
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

/* ---- mass --------------------------------------------------------------------------------------- */

enum { LATTICE = 500 };

/* Integral of the density over [from, to] in the bulk [from, high], to <= high: golden steps under a smooth
 * window, in a variable in which the integrand is smooth and periodic. */
static double lattice_mass(gst_spectrum *s, double from, double to)
{
    double step = 0.5 * (sqrt(5) - 1), at = 0.3141592653, sum = 0, weights = 0;
    double a = sqrt(from), b = sqrt(to);
    for (int i = 1; i < LATTICE; i++) {
        double weight = pow(sin(PI * i / LATTICE), 4), group[GST_GROUPS_MAX];
        at += step;
        at -= floor(at);
        double t = at - sin(2 * PI * at) / (2 * PI), slope = 1 - cos(2 * PI * at);
        double root = a + (b - a) * t;
        gst_spectral_value v = gst_spectrum_density(s, root * root, group);
        ck_assert(v.status >= 0);
        sum += weight * v.value * 2 * root * (b - a) * slope;
        weights += weight;
    }
    return sum / weights;
}

START_TEST(mass_is_that_of_the_density)
{
    static const char *const options[] = {
        "--activation relu --spike 2,1,-1,-2 --alpha 2 --beta 1.13",
        "--activation tanh --target sin --eta 3 --alpha0 2 --noise 0.03 --bulk exact --alpha 2",
        "--activation z+0.3*he2(z) --alpha0 0 --alpha 0.6 --beta 1.37", /* an atom */
    };
    network net;
    gst_spectrum *s;
    gst_message message = {""};
    network_make(&net, "%s", options[_i]);
    ck_assert_int_eq(gst_spectrum_alloc(&s, &net.problem, net.point.alpha, net.point.beta, 1e-10,
                                        NULL, &message),
                     GST_OK);
    ck_assert_int_eq(gst_spectrum_find(s, &message), GST_OK);
    const gst_support *support = gst_spectrum_support(s);
    double below = support->atom;
    for (size_t b = 0; b < support->bulks; b++) {
        double low = support->low[b], high = support->high[b], found;
        static const double shares[] = {0.0713, 0.8853};
        for (int i = 0; i < COUNT(shares); i++) {
            double x = low + shares[i] * (high - low);
            gst_spectrum_distribution(s, 1, &x, &found);
            ASSERT_NEAR(found, below + lattice_mass(s, low, x), 2e-6);
        }
        below += lattice_mass(s, low, high);
        gst_spectrum_distribution(s, 1, &high, &found);
        ASSERT_NEAR(found, below, 2e-6);
    }
    ASSERT_NEAR(support->mass, below, 2e-6);
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

/* Densities here are good to 1e-6: hundreds of panels more find nothing. */
START_TEST(panels_end_with_the_error_of_the_density)
{
    network net;
    gst_spectrum *s;
    gst_message message = {""};
    network_make(&net, "--activation tanh(z+0.5) --target tanh --eta 3 --alpha0 0.5 --noise 0.1 "
                       "--bulk exact --alpha 2 --beta 1");
    ck_assert_int_eq(gst_spectrum_alloc(&s, &net.problem, net.point.alpha, net.point.beta, 1e-10,
                                        NULL, &message),
                     GST_OK);
    ck_assert_int_ge(gst_spectrum_find(s, &message), GST_OK);
    const gst_support *support = gst_spectrum_support(s);
    ck_assert_uint_le(s->panels, 60);
    ck_assert(support->mass_error <= 2e-5);
    ASSERT_NEAR(support->mass, 1, support->mass_error);
    gst_spectrum_free(s);
    network_clear(&net);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("shortcuts");
    tcase_set_timeout(cases, 120);
    tcase_add_loop_test(cases, tails_do_not_depend_on_the_start, 0, 2);
    tcase_add_loop_test(cases, mass_is_that_of_the_density, 0, 3);
    tcase_add_test(cases, panels_end_with_the_error_of_the_density);
    return run_cases("spectrum shortcuts", cases);
}
