/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pole_corrections.c - the trapezoid rule over kappa where 1 + V has zeros near the real axis (docs/theory, spectrum).
 *
 * With n < p, or an unbounded V, rare kappa make up a tail of the density: there 1 + V(kappa) has a zero nearer to
 * the real axis than the nodes to each other, and a plain sum over the nodes is a comb of narrow bands instead of
 * a density.  What the rule misses is known.  For f analytic but for poles t_p with residues R_p in the strip where
 * the rule of spacing 1 converges,
 *
 *   int f dt = sum_j f(j) + sum_p R_p phi(t_p),   phi = pi (cot pi t + i s),   s = +-1: t_p above or below
 *
 * (int f (cot pi t)/(2 i) dt around the strip).  With q = exp(2 pi i t):  phi = 2 pi i q/(q - 1) above,
 * 2 pi i/(q - 1) below,  phi' = 4 pi^2 q/(q - 1)^2.  W = spacing times the normal density:
 *   W a/(1+V)    R = W a/V_t
 *   W a/(1+V)^2  W a/V_t^2 phi' + ((W a)_t - W a V_tt/V_t)/V_t^2 phi
 *
 *   1. Zeros: one Newton step by central differences at every node; where it stays within reach, Newton's iteration
 *      on the polynomial through the nodes around, tables being entire functions of kappa;
 *   2. derivatives of that polynomial, by the weights of Fornberg's recursion.
 * On the axis s follows from Im V > 0 for Im z > 0: s = - sign V_t.  It is kept for a zero that an iterate has on the
 * wrong side by little, so that averages are analytic functions of V. */
#include "solver/spectrum/pole_corrections.h"
#include "giantstep/status.h"

#include "base/arena.h"

#include <float.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

/* Zeros farther from the axis than this, in nodes, are no concern: exp(-2 pi 6) = 4e-17. */
#define FARTHEST 6.0
/* Nearer than this the side follows from the slope. */
#define NEAR 0.3
/* A first Newton step to be followed. */
#define REACH 0.75
#define REACH_UP 8.0
#define DRIFT 3.0
#define NEWTON_PASSES 20
#define NEWTON_END 1e-13
/* A zero this far from the middle of the nodes that give it needs no others; so often they are changed. */
#define CENTRED 0.6
#define CENTRINGS 4
/* Zeros nearer than this are one. */
#define SAME 0.02
/* A guess this near to a zero at hand, and as much per node of height, leads there. */
#define GUESSED 0.1
/* Departure of a mesh from equal spacing. */
#define EQUAL 1e-9

/* ---- the mesh ----------------------------------------------------------------------------------- */

static int by_kappa(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Positions from pairs (kappa, node), without the last node of a companion, which has no weight and is out of step
 * (rule.c); 0 if they are not equally spaced. */
static size_t place_nodes(gst_poles *p, size_t n, double (*pair)[2])
{
    qsort(pair, n, sizeof *pair, by_kappa);
    p->first = pair[0][0];
    p->spacing = (pair[n - 1][0] - pair[0][0]) / (double)(n - 1);
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(pair[i][0] - p->first - (double)i * p->spacing) <= EQUAL))
            return 0;
        p->place[i] = (size_t)pair[i][1];
    }
    return n;
}

int gst_poles_alloc(gst_poles *p, const gst_moments *t)
{
    *p = (gst_poles){.n = 0};
    if (t->m != 1 || !t->normal || t->n < 2 * GST_POLE_STENCIL)
        return GST_OK;
    double(*pair)[2];
    gst_arena scratch = {0};
    const gst_array arrays[] = {GST_VECTOR(p->place, t->n), GST_VECTOR(p->line[0], t->n),
                                GST_VECTOR(p->line[1], t->n)};
    const gst_array pairs[] = {GST_VECTOR(pair, t->n)};
    int status = gst_arena_take(&p->memory, sizeof arrays / sizeof *arrays, arrays);
    if (status == GST_OK)
        status = gst_arena_take(&scratch, 1, pairs);
    if (status != GST_OK) {
        gst_poles_clear(p);
        return status;
    }
    size_t n = 0;
    for (size_t k = 0; k < t->n; k++) {
        if (t->w[k] > 0.0) {
            pair[n][0] = t->kappa[k];
            pair[n++][1] = (double)k;
        }
    }
    p->n = place_nodes(p, n, pair);
    gst_arena_free(&scratch);
    return GST_OK;
}

void gst_poles_clear(gst_poles *p)
{
    gst_arena_free(&p->memory);
    *p = (gst_poles){.n = 0};
}

/* ---- interpolation ------------------------------------------------------------------------------ */

/* Weights of value, first and second derivative at t on the nodes 0, 1, .. (Fornberg, Math. Comp. 51, 1988). */
static void interpolate(double complex t, double complex (*c)[GST_POLE_STENCIL])
{
    double product = 1.0;
    double complex before, here = -t;
    for (size_t j = 0; j < GST_POLE_STENCIL; j++)
        c[0][j] = c[1][j] = c[2][j] = 0.0;
    c[0][0] = 1.0;
    for (size_t i = 1; i < GST_POLE_STENCIL; i++) {
        double next = 1.0;
        before = here;
        here = (double)i - t;
        for (size_t j = 0; j < i; j++) {
            double gap = (double)(i - j);
            next *= gap;
            if (j == i - 1) {
                for (size_t k = 3; k-- > 0;) {
                    double complex lower = k > 0 ? (double)k * c[k - 1][j] : 0.0;
                    c[k][i] = product / next * (lower - before * c[k][j]);
                }
            }
            for (size_t k = 3; k-- > 0;) {
                double complex lower = k > 0 ? (double)k * c[k - 1][j] : 0.0;
                c[k][j] = (here * c[k][j] - lower) / gap;
            }
        }
        product = next;
    }
}

/* sum_j c_j (1 + V)_j. */
static double complex along_line(const gst_poles *p, size_t begin, const double complex *c)
{
    double complex sum = 0.0;
    for (size_t j = 0; j < GST_POLE_STENCIL; j++)
        sum += c[j] * (p->line[0][begin + j] + p->line[1][begin + j] * I);
    return sum;
}

/* ---- zeros -------------------------------------------------------------------------------------- */

static int is_known(const gst_poles *p, double complex t, double near)
{
    for (size_t i = 0; i < p->count; i++) {
        if (cabs(p->pole[i].t - t) < near)
            return 1;
    }
    return 0;
}

/* Newton's step of the polynomial at t, counted from the first node (Berrut & Trefethen, SIAM Rev. 46, 2004). */
static double complex newton_step(const gst_poles *p, size_t begin, double complex t)
{
    double complex value = 0.0, sum = 0.0, slope = 0.0, share[GST_POLE_STENCIL];
    double binomial = 1.0;
    for (size_t j = 0; j < GST_POLE_STENCIL; j++) {
        double x = creal(t) - (double)j, y = cimag(t), square = x * x + y * y;
        if (!(square > 0.0))
            square = DBL_MIN;
        share[j] = binomial / square * x - I * (binomial / square * y);
        sum += share[j];
        value += share[j] * (p->line[0][begin + j] + p->line[1][begin + j] * I);
        binomial *= -(double)(GST_POLE_STENCIL - 1 - j) / (double)(j + 1);
    }
    value /= sum;
    for (size_t j = 0; j < GST_POLE_STENCIL; j++) {
        double complex f = p->line[0][begin + j] + p->line[1][begin + j] * I;
        slope += share[j] * (value - f) / (t - (double)j);
    }
    return value * sum / slope;
}

/* Newton's iteration from *t on one polynomial. */
static int iterate(const gst_poles *p, size_t begin, double complex *t)
{
    double complex start = *t;
    for (int pass = 0; pass < NEWTON_PASSES; pass++) {
        double complex step = newton_step(p, begin, *t - (double)begin);
        if (!(cabs(step) <= REACH_UP && cabs(*t - step - start) <= DRIFT + fabs(cimag(start))))
            return 0;
        *t -= step;
        if (cabs(step) <= NEWTON_END * (1.0 + cabs(*t)))
            return 1;
    }
    return 0;
}

/* The zero near *t from the nodes around itself, whichever node led there. */
static int refine(const gst_poles *p, double complex *t, size_t *begin)
{
    double half = 0.5 * (GST_POLE_STENCIL - 1);
    for (int pass = 0; pass < CENTRINGS; pass++) {
        double lowest = floor(creal(*t) - half + 0.5);
        if (!(lowest >= 0.0 && lowest + GST_POLE_STENCIL <= (double)p->n))
            return 0;
        *begin = (size_t)lowest;
        if (!iterate(p, *begin, t))
            return 0;
        if (fabs(creal(*t) - half - lowest) <= CENTRED)
            return 1;
    }
    return 1;
}

/* Factors of the residues at a zero with weights c. */
static void add_pole(gst_poles *p, size_t begin, double complex t,
                     double complex (*c)[GST_POLE_STENCIL])
{
    gst_pole *pole = &p->pole[p->count++];
    double complex V1 = along_line(p, begin, c[1]), V2 = along_line(p, begin, c[2]);
    double complex kappa = p->first + p->spacing * t, q = cexp(2.0 * M_PI * I * t);
    double complex W = p->spacing * M_SQRT1_2 * M_2_SQRTPI * 0.5 * cexp(-0.5 * kappa * kappa);
    int above = fabs(cimag(t)) < NEAR ? creal(V1) < 0.0 : cimag(t) > 0.0;
    double complex phi = 2.0 * M_PI * I * (above ? q : 1.0) / (q - 1.0);
    double complex rate = 4.0 * M_PI * M_PI * q / ((q - 1.0) * (q - 1.0));
    pole->t = t;
    pole->begin = begin;
    pole->simple = W * phi / V1;
    pole->slope = W * phi / (V1 * V1);
    pole->twice = W * (rate - (p->spacing * kappa + V2 / V1) * phi) / (V1 * V1);
    for (size_t j = 0; j < GST_POLE_STENCIL; j++) {
        pole->value[j] = c[0][j];
        pole->rate[j] = c[1][j];
    }
}

void gst_poles_find(gst_poles *p, const double *re, const double *im)
{
    double complex c[3][GST_POLE_STENCIL];
    size_t begin;
    p->count = 0;
    for (size_t i = 0; i < p->n; i++) {
        p->line[0][i] = re[p->place[i]];
        p->line[1][i] = im[p->place[i]];
    }
    for (size_t i = GST_POLE_STENCIL / 2; i + GST_POLE_STENCIL / 2 < p->n; i++) {
        double complex here = p->line[0][i] + p->line[1][i] * I;
        double complex slope = 0.5 * (p->line[0][i + 1] - p->line[0][i - 1] +
                                      (p->line[1][i + 1] - p->line[1][i - 1]) * I);
        double complex t = (double)i - here / slope;
        if (!(fabs(creal(t) - (double)i) <= REACH && fabs(cimag(t)) <= REACH_UP) ||
            is_known(p, t, GUESSED * (1.0 + fabs(cimag(t)))))
            continue;
        if (!refine(p, &t, &begin) || fabs(cimag(t)) > FARTHEST || is_known(p, t, SAME) ||
            p->count == GST_POLES_MAX)
            continue;
        interpolate(t - (double)begin, c);
        add_pole(p, begin, t, c);
    }
}

/* ---- what is missed ----------------------------------------------------------------------------- */

/* a b at the zero and its derivative. */
static void at_pole(const gst_poles *p, const gst_pole *pole, const double *a, const double *b,
                    double complex *value, double complex *rate)
{
    *value = *rate = 0.0;
    for (size_t j = 0; j < GST_POLE_STENCIL; j++) {
        size_t k = p->place[pole->begin + j];
        double product = b ? a[k] * b[k] : a[k];
        *value += pole->value[j] * product;
        *rate += pole->rate[j] * product;
    }
}

double complex gst_poles_miss(const gst_poles *p, const double *a, const double *b)
{
    double complex sum = 0.0, value, rate;
    for (size_t i = 0; i < p->count; i++) {
        at_pole(p, &p->pole[i], a, b, &value, &rate);
        sum += p->pole[i].simple * value;
    }
    return sum;
}

double complex gst_poles_miss_square(const gst_poles *p, const double *a, const double *b)
{
    double complex sum = 0.0, value, rate;
    for (size_t i = 0; i < p->count; i++) {
        at_pole(p, &p->pole[i], a, b, &value, &rate);
        sum += p->pole[i].twice * value + p->pole[i].slope * rate;
    }
    return sum;
}
