/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flat.c - the equations of docs/theory 3 to 5 where V does not depend on kappa.
 *
 *   V = mu1^2 V1 + mu2^2 V2,   V1h = rho mu1^2/(1+V),   D = lambda + rho mu2^2/(1+V),
 *   V2 (D + V1h/(1 + beta V2 V1h)) = 1,   V1 = V2/(1 + beta V2 V1h);
 * the second line is a quadratic equation in V2 with one positive root, and the right-hand side of the first over V decreases
 * in V: its logarithm is bisected.  With T = beta V2, M = 1/(1 + T V1h):
 *   (1/V2^2 - beta (M V1h)^2) q2 = q2h + energy + M^2 q1h,   Q0 = beta V1^2 q1h + M^2 q2,
 *   (q1h, q2h) = (mu1^2, mu2^2) rho R/(1+V)^2,   R = R0 + mu1^2 Q0 + mu2^2 q2. */
#include "solver/regimes/flat.h"

#include <math.h>

/* The bracket of log V, and halvings that exhaust it. */
#define LOG_V_MOST 600.0
enum { HALVINGS = 120 };

/* The right-hand side for V at V, with all that belongs to it. */
static double value_at(gst_flat *f, double V)
{
    double beta = f->point.beta, mu1sq = f->mu1 * f->mu1;
    f->V = V;
    f->V1h = f->rho * mu1sq / (1.0 + V);
    double D = f->point.lambda + f->rho * f->mu2sq / (1.0 + V), a = beta * f->V1h;
    double linear = D + f->V1h - a, root = sqrt(linear * linear + 4.0 * a * D);
    f->V2 = linear > 0.0 ? 2.0 / (linear + root) : (root - linear) / (2.0 * a * D);
    f->V1 = f->V2 / (1.0 + a * f->V2);
    return mu1sq * f->V1 + f->mu2sq * f->V2;
}

int gst_flat_solve(gst_flat *f, double mu1, double mu2sq, const gst_point *point)
{
    double low = -LOG_V_MOST, high = LOG_V_MOST;
    *f = (gst_flat){.point = *point, .mu1 = mu1, .mu2sq = mu2sq, .rho = point->alpha / point->beta};
    for (size_t i = 0; i < HALVINGS; i++) {
        double middle = 0.5 * (low + high);
        int above = value_at(f, exp(middle)) > exp(middle);
        low = above ? middle : low;
        high = above ? high : middle;
    }
    double V = exp(0.5 * (low + high));
    f->residual = fabs(value_at(f, V) / V - 1.0);
    return isfinite(f->residual) && high < LOG_V_MOST && low > -LOG_V_MOST ? GST_OK : GST_FAILED;
}

/* V1h psi + psi/(beta V2) = rho mu1 E h1/(1+V) */
double gst_flat_residual(const gst_flat *f, double mean)
{
    double force = f->rho * f->mu1 * mean / (1.0 + f->V);
    return force / (f->V1h + 1.0 / (f->point.beta * f->V2));
}

double gst_flat_fluctuate(const gst_flat *f, double R0, double energy)
{
    double beta = f->point.beta, mu1sq = f->mu1 * f->mu1, M = 1.0 / (1.0 + beta * f->V2 * f->V1h);
    double hat = f->rho / ((1.0 + f->V) * (1.0 + f->V)), E = M * f->V1h;
    double response = 1.0 / (1.0 / (f->V2 * f->V2) - beta * E * E);
    double q2 = response * hat * (f->mu2sq + M * M * mu1sq);       /* per R, */
    double Q0 = beta * f->V1 * f->V1 * hat * mu1sq + M * M * q2;   /* per R; */
    double free_q2 = response * energy, free_Q0 = M * M * free_q2; /* of the energy */
    return (R0 + mu1sq * free_Q0 + f->mu2sq * free_q2) / (1.0 - mu1sq * Q0 - f->mu2sq * q2);
}
