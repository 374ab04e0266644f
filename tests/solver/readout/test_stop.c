/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_stop.c - searches for a minimum that are stopped, or meet points without a value; GSL's own error handler,
 * which aborts, is in place throughout. */
#include "base/minimise.h"
#include "tests/network.h"
#include "giantstep/optimise_step.h"

#include <pthread.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static volatile int stop;

/* Sets the flag `delay` seconds from now. */
static void *set_stop(void *context)
{
    double delay = *(double *)context;
    struct timespec wait = {(time_t)delay, (long)(1e9 * (delay - floor(delay)))};
    nanosleep(&wait, NULL);
    stop = 1;
    return NULL;
}

/* 0: the ridge; 1: the step size; 2: both. */
static int search(int kind, const network *n, gst_model *model, gst_plane *plane, gst_risk *risk)
{
    gst_solve_options options = gst_solve_defaults();
    gst_message message = {""};
    gst_minimiser at[2];
    options.stop = &stop;
    options.tol = 1e-8;
    if (kind == 0)
        return gst_model_optimise_lambda(model, &n->point, 1e-8, 1e4, &options, risk, NULL);
    return gst_plane_solve(plane, &n->point, &options, risk, at, &message);
}

/* Stopped anywhere between its beginning and its end, a search says so, at once, and leaves the caller alive. */
START_TEST(stopped_search)
{
    enum { MOMENTS = 20 };
    static const gst_range eta = {0.5, 5, 17}, lambda = {1e-2, 1, 17};
    network n;
    gst_message message;
    gst_plane *plane;
    gst_risk risk;
    int interrupted = 0;
    network_make(&n, "--alpha 1.373 --beta 1.19 --noise 0.1 --alpha0 2.3%s",
                 _i == 0 ? " --second-layer gaussian:8 --activation tanh(z+0.5)"
                         : " --bulk isotropic");
    gst_model *model = network_model(&n);
    ck_assert_int_eq(gst_plane_alloc(&plane, &n.problem, &eta, _i == 2 ? &lambda : NULL, &message),
                     GST_OK);
    stop = 0;
    double began, whole = INFINITY;
    for (int i = 0; i < 4; i++) { /* the first builds what is kept */
        gst_model_reset(model);
        gst_plane_reset(plane);
        began = now();
        ck_assert_int_ge(search(_i, &n, model, plane, &risk), GST_OK);
        whole = fmin(whole, now() - began);
    }
    double best = risk.excess_risk;
    for (int i = 0; i < MOMENTS; i++) {
        pthread_t thread;
        double delay = whole * i / MOMENTS;
        gst_model_reset(model);
        gst_plane_reset(plane);
        stop = 0;
        began = now();
        ck_assert_int_eq(pthread_create(&thread, NULL, set_stop, &delay), 0);
        int status = search(_i, &n, model, plane, &risk);
        double took = now() - began;
        pthread_join(thread, NULL);
        ck_assert_msg(status == GST_INTERRUPTED || status >= 0, "status %d", status);
        if (status >= 0)
            ck_assert_double_eq(risk.excess_risk, best);
        ck_assert_double_lt(took, delay + 1);
        interrupted += status == GST_INTERRUPTED;
    }
    ck_assert_int_ge(interrupted, MOMENTS / 4);
    gst_plane_free(plane);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* The flag set from the start: nothing is computed. */
START_TEST(stopped_before)
{
    network n;
    gst_risk risk;
    gst_plane *plane;
    gst_message message;
    static const gst_range eta = {0.5, 5, 17};
    network_make(&n, "--alpha 1.373");
    gst_model *model = network_model(&n);
    ck_assert_int_eq(gst_plane_alloc(&plane, &n.problem, &eta, NULL, &message), GST_OK);
    stop = 1;
    ck_assert_int_eq(search(0, &n, model, plane, &risk), GST_INTERRUPTED);
    ck_assert_int_eq(search(1, &n, model, plane, &risk), GST_INTERRUPTED);
    gst_plane_free(plane);
    gst_model_free(model);
    network_clear(&n);
}
END_TEST

/* ---- Brent's method ----------------------------------------------------------------------------- */

typedef struct {
    double at, hole_low, hole_high; /* minimum; no value strictly between the holes' ends */
    int evaluations, stop_after;
} well;

static double well_value(double x, const well *w)
{
    double y = x - w->at;
    return y * y * (1 + 0.3 * sin(3 * x)) + 0.1 * y * y * y * y;
}

static int well_objective(double x, double *value, void *context)
{
    well *w = context;
    w->evaluations++;
    if (w->stop_after && w->evaluations >= w->stop_after)
        return GST_INTERRUPTED;
    *value = well_value(x, w);
    return x > w->hole_low && x < w->hole_high ? GST_FAILED : GST_OK;
}

static gst_bracket well_bracket(const well *w, double low, double x, double high)
{
    return (gst_bracket){low, x, high, well_value(low, w), well_value(x, w), well_value(high, w)};
}

/* The minimum to the accuracy asked for, in few evaluations. */
START_TEST(minimum_of_a_well)
{
    int missing;
    for (int i = 0; i < 1000; i++) {
        double at = -1 + 2e-3 * i + 1e-4;
        well w = {.at = at};
        gst_bracket b = well_bracket(&w, at - 0.7, at + 0.13, at + 1.1);
        ck_assert_int_eq(gst_minimise(&b, well_objective, &w, 1e-6, 100, &missing), GST_OK);
        ASSERT_NEAR(b.x, at, 1e-6);
        ck_assert_double_eq(b.value, well_value(b.x, &w));
        ck_assert(b.low <= b.x && b.x <= b.high && missing == 0);
        ck_assert_int_lt(w.evaluations, 40);
    }
}
END_TEST

/* Where the function has no value the search goes on, and says so; any other status ends it. */
START_TEST(well_with_holes)
{
    int missing;
    well w = {.at = 0.3, .hole_low = -0.5, .hole_high = 0.25};
    gst_bracket b = well_bracket(&w, -1, 0.5, 2);
    ck_assert_int_eq(gst_minimise(&b, well_objective, &w, 1e-6, 100, &missing), GST_OK);
    ASSERT_NEAR(b.x, 0.3, 1e-5);
    w = (well){.at = 0.3};
    b = well_bracket(&w, -1, 0.5, 2);
    b.value_low = INFINITY;
    ck_assert_int_eq(gst_minimise(&b, well_objective, &w, 1e-6, 100, &missing), GST_OK);
    ASSERT_NEAR(b.x, 0.3, 1e-6);
    ck_assert_int_gt(missing, 0);
    w = (well){.at = 0.3, .hole_low = 0.1, .hole_high = 0.4999};
    b = well_bracket(&w, -1, 0.5, 2);
    ck_assert_int_eq(gst_minimise(&b, well_objective, &w, 1e-6, 100, &missing), GST_OK);
    ck_assert(missing > 0 && b.x >= 0.4999 - 1e-6 && b.x <= 0.5);
    w = (well){.at = 0.3, .stop_after = 5};
    b = well_bracket(&w, -1, 0.5, 2);
    ck_assert_int_eq(gst_minimise(&b, well_objective, &w, 1e-6, 100, &missing), GST_INTERRUPTED);
    ck_assert_int_eq(w.evaluations, 5);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("stop");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, stopped_search, 0, 3);
    tcase_add_test(cases, stopped_before);
    tcase_add_test(cases, minimum_of_a_well);
    tcase_add_test(cases, well_with_holes);
    return run_cases("stop", cases);
}
