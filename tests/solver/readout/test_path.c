/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_path.c - starts from the last solutions: cubics in the places of points on a line are met exactly, points beside the
 * line and rough curves leave the newest; answers along a curve are those of points solved alone. */
#include "solver/readout/path.h"
#include "solver/readout/resolution.h"
#include "tests/network.h"

#include <string.h>

enum { L = 3, MOST = GST_PATH_POINTS };

static const double unit[L] = {1.0, 2.0, 0.5};

/* alpha, beta, lambda of lines through the last one, which is asked for. */
static const double lines[][MOST + 1][3] = {
    {{1.2, 0.9, 0.1}, {1.25, 0.9, 0.1}, {1.31, 0.9, 0.1}, {1.36, 0.9, 0.1}, {1.4, 0.9, 0.1}},
    {{0.3, 0.9, 0.1}, {0.32, 0.9, 0.1}, {0.33, 0.9, 0.1}, {0.345, 0.9, 0.1}, {0.35, 0.9, 0.1}},
    {{1.2, 0.9, 0.10}, {1.2, 0.9, 0.11}, {1.2, 0.9, 0.125}, {1.2, 0.9, 0.13}, {1.2, 0.9, 0.14}},
    {{0.5, 0.9, 0.14}, {0.5, 0.9, 0.13}, {0.5, 0.9, 0.125}, {0.5, 0.9, 0.11}, {0.5, 0.9, 0.10}},
    {{2.0, 0.9, 0.1}, {2.0, 0.93, 0.1}, {2.0, 0.95, 0.1}, {2.0, 0.98, 0.1}, {2.0, 1.0, 0.1}},
    {{1.2, 0.90, 0}, {1.2, 0.92, 0}, {1.2, 0.95, 0}, {1.2, 0.96, 0}, {1.2, 0.99, 0}},
};

static gst_scaled_point point_at(const double p[3])
{
    return gst_scale_point(p[0], p[1], p[2], 0.0, INFINITY);
}

/* Half the logarithm of the ratio, as the head of path.c has it, of the coordinate that moves: n/p or lambda. */
static double place_of(const double p[3], const double q[3])
{
    double a = p[2] != q[2] ? p[2] : p[0] / p[1], b = q[2] != p[2] ? q[2] : q[0] / q[1];
    return (a - b) / (a + b);
}

/* x_a = 1 + a + c_1 s + .. + c_degree s^degree. */
static void curve_at(double s, size_t degree, double x[L])
{
    for (size_t a = 0; a < L; a++) {
        double sum = 0.0;
        for (size_t k = degree; k > 0; k--)
            sum = (sum + 0.7 - 0.13 * (double)(k * (a + 1))) * s;
        x[a] = 1.0 + (double)a + sum;
    }
}

static void open_path(gst_path *path, const double (*line)[3], size_t count, size_t degree)
{
    double x[L];
    ck_assert_int_eq(gst_path_alloc(path, L), GST_OK);
    for (size_t k = MOST - count; k < MOST; k++) {
        gst_scaled_point at = point_at(line[k]);
        curve_at(place_of(line[k], line[MOST]), degree, x);
        gst_path_add(path, &at, x);
    }
}

/* Of degree k, from k + 1 points on. */
START_TEST(polynomials_are_exact)
{
    const double(*line)[3] = lines[_i];
    for (size_t degree = 0; degree < MOST; degree++) {
        for (size_t count = degree + 1; count <= MOST; count++) {
            gst_path path;
            double x[L], wanted[L];
            gst_scaled_point to = point_at(line[MOST]);
            open_path(&path, line, count, degree);
            ck_assert_int_eq(gst_path_ahead(&path, &to, unit, x), GST_OK);
            curve_at(0.0, degree, wanted);
            for (size_t a = 0; a < L; a++)
                ASSERT_CLOSE(x[a], wanted[a], 1e-14);
            gst_path_clear(&path);
        }
    }
}
END_TEST

/* A corner after the oldest point: it does not count, and three are left for a parabola. */
START_TEST(points_beside_the_line_do_not_count)
{
    static const double corner[3] = {1.2, 0.9, 0.2};
    gst_path path;
    double x[L], wanted[L];
    gst_scaled_point to = point_at(lines[0][MOST]);
    open_path(&path, lines[0], MOST, 2);
    path.at[MOST - 1] = point_at(corner);
    for (size_t a = 0; a < L; a++)
        path.x[(MOST - 1) * L + a] *= 1.0 + 1e-6;
    ck_assert_int_eq(gst_path_ahead(&path, &to, unit, x), GST_OK);
    curve_at(0.0, 2, wanted);
    for (size_t a = 0; a < L; a++)
        ASSERT_CLOSE(x[a], wanted[a], 1e-14);
    gst_path_clear(&path);
}
END_TEST

/* Changes that do not get smaller: the newest is what is left. */
START_TEST(rough_curves_leave_the_newest)
{
    gst_path path;
    double x[L];
    gst_scaled_point to = point_at(lines[0][MOST]);
    open_path(&path, lines[0], MOST, 1);
    for (size_t a = 0; a < L; a++)
        path.x[L + a] *= 3.0;
    ck_assert_int_eq(gst_path_ahead(&path, &to, unit, x), GST_OK);
    ck_assert(memcmp(x, path.x, sizeof x) == 0);
    gst_path_clear(&path);
}
END_TEST

/* Across n = p V is kept, and nothing else is known; at the same place the newest replaces what there was. */
START_TEST(sides_and_places)
{
    static const double under[3] = {0.8, 0.9, 0.1}, over[3] = {0.97, 0.9, 0.1};
    gst_scaled_point from = point_at(under), to = point_at(over);
    gst_path path;
    double x[L], first[L] = {1.0, 2.0, 3.0}, second[L] = {1.5, 2.5, 3.5};
    ck_assert_int_eq(gst_path_alloc(&path, L), GST_OK);
    ck_assert_int_eq(gst_path_ahead(&path, &to, unit, x), GST_FAILED);
    gst_path_add(&path, &from, first);
    from.noise = 0.3;
    gst_path_add(&path, &from, second);
    ck_assert_uint_eq(path.count, 1);
    ck_assert_int_eq(gst_path_ahead(&path, &from, unit, x), GST_OK);
    ck_assert(memcmp(x, second, sizeof x) == 0);
    ck_assert_int_eq(gst_path_ahead(&path, &to, unit, x), GST_OK);
    for (size_t a = 0; a < L; a++)
        ASSERT_CLOSE(x[a] / to.shift, second[a] / from.shift, 1e-15);
    path.at[0].shift = 0.0;
    ck_assert_int_eq(gst_path_ahead(&path, &to, unit, x), GST_FAILED);
    gst_path_clear(&path);
}
END_TEST

/* ---- along curves ------------------------------------------------------------------------------- */

static const char *const networks[] = {
    "--activation tanh --target sin --eta 1.3",
    "--activation 'tanh(z+0.37)' --second-layer 1:0.2,-0.7:0.3,0.4:0.5 --eta 1.7 --alpha0 20",
    "--activation 'tanh(z+0.5)' --target 'z1+z1*z2' --eta 2 --alpha0 3 --bulk exact --noise 0.1",
};

/* Each point once after its neighbours, through n = p, and once cold. */
START_TEST(answers_are_those_of_points_alone)
{
    network n;
    network_make(&n, "%s --beta 0.83 --lambda 0.03", networks[_i]);
    gst_model *along = network_model(&n), *alone = network_model(&n);
    size_t steps = 0, cold = 0;
    for (size_t i = 0; i < 40; i++) {
        gst_point point = n.point;
        point.alpha = 0.61 + 0.0113 * (double)i;
        gst_model_reset(alone);
        gst_risk a = model_risk(along, &point, NULL), b = model_risk(alone, &point, NULL);
        ck_assert(a.status == b.status && a.residual <= 1e-13);
        ASSERT_CLOSE(a.excess_risk, b.excess_risk, 1e-12);
        ASSERT_CLOSE(a.train_error, b.train_error, 1e-12);
        steps += a.iterations;
        cold += b.iterations;
    }
    ck_assert_msg(2 * steps < cold, "%zu steps along the curve, %zu alone", steps, cold);
    gst_model_free(along);
    gst_model_free(alone);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *suite = tcase_create("path");
    tcase_set_timeout(suite, 60);
    tcase_add_loop_test(suite, polynomials_are_exact, 0, COUNT(lines));
    tcase_add_test(suite, points_beside_the_line_do_not_count);
    tcase_add_test(suite, rough_curves_leave_the_newest);
    tcase_add_test(suite, sides_and_places);
    tcase_add_loop_test(suite, answers_are_those_of_points_alone, 0, COUNT(networks));
    return run_cases("path", suite);
}
