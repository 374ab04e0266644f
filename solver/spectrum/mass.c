/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mass.c - mass of the bulks, and the distribution function (docs/theory, spectrum).
 *
 * In a bulk [a, b] with a > 0, sqrt(x) = sqrt a + (sqrt b - sqrt a) sin(theta/2)^2: a density that is a root at
 * both edges makes f(theta) = density dx/dtheta smooth.  At a = 0 the density is a power of x times a smooth
 * function, and sqrt(x) = sqrt b sin(theta/2)^3 leaves little of it.  Bulks that nearly touch, thin tails and narrow
 * bands are features of f on any scale:
 *   1. panels of theta, each with the polynomial through Chebyshev's nodes; its error is what it misses at
 *      points that share nothing with the nodes, or its last coefficients;
 *   2. the panel with the largest error is halved until the sum of the errors is small, or what is left of it is the
 *      densities' own: the number of panels has doubled for next to nothing, or there are no more panels;
 *   3. mass below theta = sum of whole panels and the integral of one polynomial. */
#include "solver/spectrum/spectrum_private.h"
#include "solver/spectrum/grid_density.h"

#include "base/memory.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdlib.h>

enum { NODES = GST_MASS_NODES, FIRST = 4, CHECKS = 2, PANELS = 600, PANELS_ROUGH = 16 };
/* Sum of the panels' errors that is small enough, in units of the tolerance of a density, and where densities are
 * extrapolated from above. */
#define ENOUGH 1e-3
#define ENOUGH_ROUGH 0.1
/* A panel that misses less than this share of what full and companion disagree by is fine enough. */
#define DOUBT_SHARE 0.5
/* Halving a panel must reduce its error to this; so often in a row it may fail to. */
#define WORTH_WHILE 0.75
#define IDLE 3
/* The same of the sum of all, for twice the panels and so many more: a feature may take that many halvings to find. */
#define MORE_PANELS 16
/* Nearer to 0 than this, relative, a density is a power of x. */
#define NEAREST 1e-13

/* Where the polynomial is checked, in [-1, 1]. */
static const double check_point[CHECKS] = {-0.7390851332, 0.2618033989};

/* ---- the integrand ------------------------------------------------------------------------------ */

static double place(double low, double high, double theta, double *slope)
{
    double half = sin(0.5 * theta), a = sqrt(low), b = sqrt(high);
    if (!(low > 0.0)) {
        *slope = 3.0 * high * pow(half, 5.0) * cos(0.5 * theta);
        return high * pow(half, 6.0);
    }
    double root = a + (b - a) * half * half;
    *slope = root * (b - a) * sin(theta);
    return root * root;
}

static double theta_of(double low, double high, double x)
{
    double a = sqrt(low), b = sqrt(high);
    if (x >= high)
        return M_PI;
    return 2.0 * asin(low > 0.0 ? sqrt((sqrt(x) - a) / (b - a)) : cbrt(sqrt(x) / b));
}

static double density_at(gst_spectrum *s, double x)
{
    if (s->tables.rough)
        return gst_spectrum_tables_density(&s->tables, s->tol, x, NULL).value;
    double value = gst_resolvent_density(&s->tables.r[GST_FULL], x, NULL);
    return isfinite(value) ? value : gst_spectrum_tables_above(&s->tables, s->tol, x);
}

/* f(theta); below NEAREST by the power of x at hand. */
static double integrand(gst_spectrum *s, size_t bulk, double theta)
{
    double low = s->tables.support.low[bulk], high = s->tables.support.high[bulk], slope;
    double x = place(low, high, theta, &slope), least = NEAREST * high;
    if (x >= least)
        return density_at(s, x) * slope;
    double value = density_at(s, least), other = density_at(s, 10.0 * least);
    double power = log10(value / other);
    return isfinite(power) ? value * pow(least / x, power) * slope : 0.0;
}

/* Mass below NEAREST by two powers of x, value (least/x)^power: their difference. */
static double doubt_of_power(gst_spectrum *s)
{
    double least = NEAREST * s->tables.support.high[0];
    if (s->tables.support.low[0] > 0.0)
        return 0.0;
    double a = density_at(s, least), b = density_at(s, 10.0 * least),
           c = density_at(s, 100.0 * least);
    double one = a * least / (1.0 - log10(a / b)), other = a * least / (1.0 - log10(b / c));
    return isfinite(one - other) ? fabs(one - other) : INFINITY;
}

/* ---- panels ------------------------------------------------------------------------------------- */

static double evaluate(const double *c, double t)
{
    double a = 0.0, b = 0.0;
    for (size_t k = NODES; k-- > 1;) {
        double next = 2.0 * t * a - b + c[k];
        b = a;
        a = next;
    }
    return t * a - b + c[0];
}

/* Integral of the polynomial over [-1, t]. */
static double integral(const double *c, double t)
{
    double angle = acos(fmax(-1.0, fmin(1.0, t))), sum = c[0] * (t + 1.0);
    sum += c[1] * 0.5 * (t * t - 1.0);
    for (size_t k = 2; k < NODES; k++) {
        double up = (double)k + 1.0, down = (double)k - 1.0, sign = k % 2 ? -1.0 : 1.0;
        double here = cos(up * angle) / up - cos(down * angle) / down;
        double there = -sign / up + sign / down;
        sum += 0.5 * c[k] * (here - there);
    }
    return sum;
}

/* f(theta) and what full and companion disagree by. */
static double checked(gst_spectrum *s, size_t bulk, double theta, double *doubt)
{
    double low = s->tables.support.low[bulk], high = s->tables.support.high[bulk], slope;
    double x = place(low, high, theta, &slope), least = NEAREST * high;
    gst_spectral_value found =
        gst_spectrum_tables_density(&s->tables, s->tol, fmax(x, least), NULL);
    *doubt = found.error * slope;
    return x >= least ? found.value * slope : integrand(s, bulk, theta);
}

static int fill(gst_spectrum *s, gst_mass_panel *p)
{
    double value[NODES], middle = 0.5 * (p->from + p->to), half = 0.5 * (p->to - p->from);
    for (size_t i = 0; i < NODES; i++) {
        double t = cos(M_PI * ((double)i + 0.5) / NODES);
        value[i] = integrand(s, p->bulk, middle + half * t);
        if (!isfinite(value[i]))
            return GST_FAILED;
    }
    for (size_t k = 0; k < NODES; k++) {
        double sum = 0.0;
        for (size_t i = 0; i < NODES; i++)
            sum += value[i] * cos(M_PI * (double)k * ((double)i + 0.5) / NODES);
        p->c[k] = sum * (k == 0 ? 1.0 : 2.0) / NODES;
    }
    p->error = fabs(p->c[NODES - 1]) + fabs(p->c[NODES - 2]);
    p->doubt = 0.0;
    for (size_t i = 0; i < CHECKS; i++) {
        double theta = middle + half * check_point[i];
        double doubt, value_there = checked(s, p->bulk, theta, &doubt);
        double miss = fabs(value_there - evaluate(p->c, check_point[i]));
        if (!(miss <= p->error))
            p->error = miss;
        p->doubt += doubt / CHECKS;
    }
    p->error *= 2.0 * half;
    p->doubt *= 2.0 * half;
    p->mass = integral(p->c, 1.0) * half;
    return isfinite(p->error) ? GST_OK : GST_FAILED;
}

/* Rounding of the densities does not shrink with the panel, unlike what a polynomial misses. */
static int halve(gst_spectrum *s, size_t i)
{
    gst_mass_panel *left = &s->panel[i], *right = &s->panel[s->panels++];
    double before = left->error;
    *right = *left;
    left->to = right->from = 0.5 * (left->from + left->to);
    int status = fill(s, right);
    if (status == GST_OK)
        status = fill(s, left);
    int idle = left->error + right->error > WORTH_WHILE * before;
    left->idle = right->idle = idle ? left->idle + 1 : 0;
    return status;
}

/* The panel with the largest error that halving may reduce, s->panels if there is none, and the sum of all. */
static size_t find_worst(const gst_spectrum *s, double *sum)
{
    size_t worst = s->panels;
    *sum = 0.0;
    for (size_t i = 0; i < s->panels; i++) {
        const gst_mass_panel *p = &s->panel[i];
        *sum += p->error;
        int fine = p->idle >= IDLE || p->error <= DOUBT_SHARE * p->doubt;
        if (!fine && (worst == s->panels || p->error > s->panel[worst].error))
            worst = i;
    }
    return worst;
}

static int by_place(const void *a, const void *b)
{
    const gst_mass_panel *x = a, *y = b;
    if (x->bulk != y->bulk)
        return x->bulk < y->bulk ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

static int first_panels(gst_spectrum *s)
{
    int status = GST_OK;
    s->panels = 0;
    for (size_t b = 0; b < s->tables.support.bulks; b++) {
        for (size_t i = FIRST; i-- > 0 && status == GST_OK;) {
            gst_mass_panel *p = &s->panel[s->panels++];
            *p = (gst_mass_panel){
                .bulk = b, .from = M_PI * (double)i / FIRST, .to = M_PI * (double)(i + 1) / FIRST};
            status = fill(s, p);
        }
    }
    return status;
}

static int refine(gst_spectrum *s, size_t most)
{
    double enough = (s->tables.rough ? ENOUGH_ROUGH : ENOUGH) * GST_DENSITY_LOSS * s->tol;
    double least = INFINITY;
    size_t last = s->panels; /* when the sum of the errors was `least` */
    while (s->panels < most) {
        double error;
        size_t worst = find_worst(s, &error);
        if (s->stop && *s->stop)
            return GST_INTERRUPTED;
        if (error <= WORTH_WHILE * least) {
            least = error;
            last = s->panels;
        }
        if (error <= enough || worst == s->panels || s->panels >= 2 * last + MORE_PANELS)
            return GST_OK;
        int status = halve(s, worst);
        if (status != GST_OK)
            return status;
    }
    return GST_OK;
}

int gst_spectrum_integrate(gst_spectrum *s)
{
    gst_support *support = &s->tables.support;
    size_t most = support->bulks * FIRST + (s->tables.rough ? PANELS_ROUGH : PANELS);
    free(s->panel);
    s->panel = gst_alloc(most, sizeof *s->panel);
    if (!s->panel)
        return GST_NO_MEMORY;
    int status = first_panels(s);
    if (status == GST_OK)
        status = refine(s, most);
    support->mass = support->atom;
    support->mass_error = support->left_out + doubt_of_power(s);
    if (status == GST_OK)
        qsort(s->panel, s->panels, sizeof *s->panel, by_place);
    for (size_t i = 0; i < s->panels; i++) {
        s->panel[i].below = support->mass;
        support->mass += s->panel[i].mass;
        support->mass_error += s->panel[i].error + s->panel[i].doubt;
    }
    return status;
}

/* ---- distribution ------------------------------------------------------------------------------- */

static double mass_below(const gst_spectrum *s, double x)
{
    const gst_support *support = &s->tables.support;
    double below = support->atom;
    for (size_t i = 0; i < s->panels; i++) {
        const gst_mass_panel *p = &s->panel[i];
        double low = support->low[p->bulk];
        if (!(x > low))
            break;
        double theta = theta_of(low, support->high[p->bulk], x);
        double half = 0.5 * (p->to - p->from);
        if (theta < p->to)
            return theta > p->from
                       ? p->below + half * integral(p->c, (theta - p->from) / half - 1.0)
                       : p->below;
        below = p->below + p->mass;
    }
    return below;
}

int gst_spectrum_distribution(gst_spectrum *s, size_t count, const double *x, double *below)
{
    for (size_t i = 0; i < count; i++)
        below[i] = x[i] >= 0.0 ? mass_below(s, x[i]) : 0.0;
    return GST_OK;
}
