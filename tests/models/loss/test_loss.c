/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_loss.c - every loss by iteration over the lists: the proximal operator against the minimum that defines it, its
 * derivatives against differences, the places where it bends, names and parameters. */
#include "models/loss/loss.h"

#include <float.h>
#include <gsl/gsl_math.h>
#include <string.h>

#include "tests/numbers.h"

#define ROW(name) &gst_loss_##name,
static const gst_loss *const losses[] = {GST_LOSS_LIST(ROW) GST_LIMIT_LOSS_LIST(ROW)};

enum { POINTS = 240 };

/* Points (y, om) of all sizes, at a width V. */
typedef struct {
    double V, y[POINTS], om[POINTS], f[POINTS], G[POINTS], dG[POINTS];
} points;

static void draw(const gst_loss *loss, double V, unsigned long long *state, points *p)
{
    double at[GST_LOSS_BREAKS_MAX];
    size_t breaks = loss->breaks(loss, V, at);
    p->V = V;
    for (size_t i = 0; i < POINTS; i++) {
        double size = pow(10.0, 12.0 * uniform(state) - 6.0);
        p->y[i] = uniform(state) < 0.5 ? -1.0 : 1.0;
        p->om[i] = (uniform(state) < 0.5 ? -1.0 : 1.0) * size;
        if (!loss->margin)
            p->y[i] = 3.0 * uniform(state) - 1.0;
        if (i % 3 == 0 && breaks > 0) { /* next to a bend or a turn */
            double near = at[i / 3 % breaks] + (uniform(state) - 0.5);
            p->om[i] = loss->margin ? p->y[i] * near : p->y[i] - near;
        }
    }
    loss->prox(loss, POINTS, p->y, p->om, V, p->f, p->G, p->dG);
}

static double value(const gst_loss *loss, double y, double f)
{
    double out;
    loss->value(loss, 1, &y, &f, &out);
    return out;
}

static double slope(const gst_loss *loss, double y, double f)
{
    double out;
    loss->slope(loss, 1, &y, &f, &out);
    return out;
}

static gst_loss pick(int i, double *V)
{
    gst_loss loss = *losses[i / 9];
    if (loss.parameter_name)
        loss.parameter = 0.37;
    *V = pow(10.0, 2.0 * (i % 9) - 8.0);
    return loss;
}

/* G = (prox - om)/V lies between the slopes -l' at both sides of prox: what makes it the minimum. */
START_TEST(optimality)
{
    unsigned long long state = 11 + (unsigned long long)_i;
    double V;
    gst_loss loss = pick(_i, &V);
    points p;
    draw(&loss, V, &state, &p);
    for (size_t i = 0; i < POINTS; i++) {
        double size = 1.0 + fabs(p.f[i]), move = 4.0 * DBL_EPSILON * (fabs(p.f[i]) + fabs(p.om[i]));
        ck_assert_msg(fabs(p.f[i] - p.om[i] - V * p.G[i]) <= 3.0 * size * move + 1e-300,
                      "%s V=%g om=%g: f=%.17g G=%.17g", loss.name, V, p.om[i], p.f[i], p.G[i]);
        double step = 1e-12 * size + move;
        double below = slope(&loss, p.y[i], p.f[i] - step),
               above = slope(&loss, p.y[i], p.f[i] + step);
        ck_assert_msg(p.G[i] <= below + 1e-9 * fabs(below) && p.G[i] >= above - 1e-9 * fabs(above),
                      "%s V=%g y=%g om=%.17g f=%.17g: G=%.17g outside %g .. %g", loss.name, V,
                      p.y[i], p.om[i], p.f[i], p.G[i], above, below);
    }
}
END_TEST

/* No other prediction has less l + (f - om)^2/(2V): by the values alone. */
START_TEST(minimum)
{
    unsigned long long state = 57 + (unsigned long long)_i;
    double V;
    gst_loss loss = pick(_i, &V);
    points p;
    draw(&loss, V, &state, &p);
    for (size_t i = 0; i < POINTS; i++) {
        double best = value(&loss, p.y[i], p.f[i]) + 0.5 * V * p.G[i] * p.G[i];
        ck_assert(isfinite(best) && p.dG[i] >= 0.0);
        for (int k = 0; k < 20; k++) {
            double f = p.f[i] + (uniform(&state) - 0.5) * (fabs(p.f[i]) + 1.0) * pow(0.3, k);
            double other = value(&loss, p.y[i], f) + 0.5 * (f - p.om[i]) * (f - p.om[i]) / V;
            ck_assert_msg(other >= best - 1e-11 * (fabs(best) + p.om[i] * p.om[i] / V),
                          "%s V=%g y=%g om=%g: %g at %.17g, %g at %.17g", loss.name, V, p.y[i],
                          p.om[i], best, p.f[i], other, f);
        }
    }
}
END_TEST

/* Moreau's envelope has slope -G, G decreases in om with slope -G', and dG/dV = -G G'. */
START_TEST(derivatives)
{
    unsigned long long state = 91 + (unsigned long long)_i;
    double V, at[GST_LOSS_BREAKS_MAX];
    gst_loss loss = pick(_i, &V);
    points p;
    draw(&loss, V, &state, &p);
    size_t breaks = loss.strip > 0.0 ? 0 : loss.breaks(&loss, V, at);
    for (size_t i = 0; i < POINTS; i++) {
        double scale = fmax(1e-3, 1e-4 * fabs(p.om[i])), envelope[2], G[2], f, dG;
        double a = loss.margin ? p.y[i] * p.om[i] : p.y[i] - p.om[i], step = 1e-2 * scale;
        int close = 0;
        for (size_t b = 0; b < breaks; b++)
            close = close || fabs(a - at[b]) < 2.0 * step;
        if (close || fabs(p.om[i]) > 1e3)
            continue;
        for (int side = 0; side < 2; side++) {
            double om = p.om[i] + (side ? step : -step);
            loss.prox(&loss, 1, &p.y[i], &om, V, &f, &G[side], &dG);
            envelope[side] = value(&loss, p.y[i], f) + 0.5 * V * G[side] * G[side];
        }
        double rounding = 1e-15 * (envelope[0] + fabs(p.om[i])) / step;
        ASSERT_NEAR((envelope[1] - envelope[0]) / (2.0 * step), -p.G[i],
                    1e-5 * fabs(p.G[i]) + step * step / V + 1e-9 + rounding);
        ck_assert(G[1] <= G[0] + 4.0 * DBL_EPSILON * (fabs(G[0]) + fabs(p.om[i]) / V));
        ASSERT_NEAR((G[0] - G[1]) / (2.0 * step), p.dG[i],
                    1e-5 * p.dG[i] + 1e-9 + 1e-15 * (fabs(G[0]) + fabs(p.om[i]) / V) / step);
        double wide = V + fmin(1e-4 * V, 1e-3), narrow = V - fmin(1e-4 * V, 1e-3);
        loss.prox(&loss, 1, &p.y[i], &p.om[i], wide, &f, &G[1], &dG);
        loss.prox(&loss, 1, &p.y[i], &p.om[i], narrow, &f, &G[0], &dG);
        if (breaks == 0)
            ASSERT_NEAR((G[1] - G[0]) / (wide - narrow), -p.G[i] * p.dG[i],
                        1e-5 * fabs(p.G[i] * p.dG[i]) +
                            1e-15 * (1.0 + fabs(p.G[i])) / (wide - narrow));
    }
}
END_TEST

/* prox is smooth between the breaks: a polynomial through a few points of an interval no longer than a Gaussian's width
 * at 12 of its points agrees with it in between. */
START_TEST(breaks_resolve)
{
    double V, at[GST_LOSS_BREAKS_MAX + 2], worst = 0.0;
    gst_loss loss = pick(_i, &V);
    enum { NODES = 20 };
    size_t count = loss.breaks(&loss, V, at);
    ck_assert_uint_le(count, GST_LOSS_BREAKS_MAX);
    at[count++] = -3.0 * (1.0 + V);
    at[count++] = 40.0 + 3.0 * (1.0 + V);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            if (at[j] < at[i]) {
                double kept = at[i];
                at[i] = at[j];
                at[j] = kept;
            }
        }
    }
    for (size_t i = 0; i + 1 < count; i++) {
        double x[NODES], y[NODES], om[NODES], f[NODES], G[NODES], dG[NODES];
        double middle = 0.5 * (at[i] + at[i + 1]), half = 0.5 * (at[i + 1] - at[i]);
        for (int k = 0; k < NODES; k++) {
            x[k] = cos(M_PI * (k + 0.5) / NODES);
            y[k] = loss.margin ? 1.0 : 0.0;
            om[k] = (loss.margin ? 1.0 : -1.0) * (middle + half * x[k]);
        }
        loss.prox(&loss, NODES, y, om, V, f, G, dG);
        for (double t = -0.99; t < 1.0; t += 0.045) {
            double top = 0.0, bottom = 0.0, one, exact, slope_, place;
            for (int k = 0; k < NODES; k++) {
                double weight = (k % 2 ? -1.0 : 1.0) * sin(M_PI * (k + 0.5) / NODES) / (t - x[k]);
                top += weight * G[k];
                bottom += weight;
            }
            one = (loss.margin ? 1.0 : -1.0) * (middle + half * t);
            loss.prox(&loss, 1, y, &one, V, &place, &exact, &slope_);
            worst = fmax(worst,
                         fabs(top / bottom - exact) / (1.0 + fabs(exact) + 1e-7 * fabs(one) / V));
        }
    }
    ck_assert_msg(worst < 1e-9, "%s V=%g: %g", loss.name, V, worst);
}
END_TEST

/* The logistic prox solves its equation to rounding, mirrored too; the issue is V from 1e-8 to 1e8. */
START_TEST(logistic_equation)
{
    unsigned long long state = 5 + (unsigned long long)_i;
    double V = pow(10.0, _i - 8.0);
    for (int i = 0; i < 400; i++) {
        double om = (uniform(&state) - 0.6) * pow(10.0, 6.0 * uniform(&state) - 2.0) *
                    (i % 2 ? 1.0 : V),
               y = 1.0, f, g, dG, mirror = -V - om, less;
        gst_loss_logistic.prox(&gst_loss_logistic, 1, &y, &om, V, &f, &g, &dG);
        double wanted = 1.0 / (1.0 + exp(f));
        ASSERT_NEAR(g, wanted, 4e-16 * (1.0 + fabs(f)) * wanted + 1e-300);
        gst_loss_logistic.prox(&gst_loss_logistic, 1, &y, &mirror, V, &f, &less, &dG);
        ASSERT_NEAR(g + less, 1.0, 1e-15 + 4e-16 * (V + fabs(om)) * dG);
    }
}
END_TEST

START_TEST(nan_stays)
{
    double V;
    gst_loss loss = pick(9 * _i + 4, &V);
    double y = 1.0, om = NAN, f, G, dG;
    loss.prox(&loss, 1, &y, &om, V, &f, &G, &dG);
    ck_assert_msg(isnan(f) || isnan(G), "%s", loss.name);
}
END_TEST

START_TEST(names)
{
    static const char *const bad[] = {
        "",          "square",        "huber",    "huber:",    "huber:0",
        "huber:-1",  "huber:inf",     "huber:1x", "hinge:1",   "cone",
        "huber:nan", "interpolation", "squared ", "huber:1:2", "max_margin"};
    gst_loss loss;
    gst_message message;
    for (int i = 0; i < COUNT(bad); i++) {
        ck_assert_int_eq(gst_loss_parse(bad[i], &loss, &message), GST_INVALID);
        ck_assert_int_eq(strncmp(message.text, "loss: ", 6), 0);
    }
    for (size_t i = 0; gst_loss_row(i); i++) {
        char text[64];
        const gst_loss *row = gst_loss_row(i);
        strcpy(text, row->name);
        if (row->parameter_name)
            strcat(text, ":0.25");
        ck_assert_int_eq(gst_loss_parse(text, &loss, NULL), GST_OK);
        ck_assert_ptr_eq(gst_loss_find(row->name), row);
        ck_assert(gst_loss_equal(row, &loss) == !row->parameter_name);
        ck_assert(row->without_loss && row->without_loss->without_loss == row->without_loss);
    }
    ck_assert_int_eq(gst_loss_parse("huber:0.25", &loss, NULL), GST_OK);
    ck_assert(loss.parameter == 0.25 && gst_loss_equal(NULL, &gst_loss_squared));
    ck_assert_ptr_eq(gst_loss_row(0), gst_loss_of(NULL));
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("loss");
    tcase_add_loop_test(cases, optimality, 0, 9 * COUNT(losses));
    tcase_add_loop_test(cases, minimum, 0, 9 * COUNT(losses));
    tcase_add_loop_test(cases, derivatives, 0, 9 * COUNT(losses));
    tcase_add_loop_test(cases, breaks_resolve, 0, 9 * COUNT(losses));
    tcase_add_loop_test(cases, logistic_equation, 0, 17);
    tcase_add_loop_test(cases, nan_stays, 0, COUNT(losses));
    tcase_add_test(cases, names);
    return run_cases("loss", cases);
}
