/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral_batch.c - one step on a finite batch of inputs of any covariance (docs/theory, inputs of any covariance).
 *
 * Means of the rows: with v_y = sum_mu y_mu x_mu/n and a unit vector n beyond the teacher,
 *   omega_g = e m1 Omega v_y,   v_y = sum_a E[y z_a] w*_a + sqrt(phi E y^2) n.
 * Given the batch f = (1 + b v-like matrices) f0 + noise, of mean covariance
 *   S_g(omega) = omega + 2 b Ey omega^2 + b^2 (Ey^2 omega^3 + phi E y^2 omega^2) + w E y^2 omega^2,   c_g = E_mu S_g,
 * b = e E sigma'', w = e^2 phi s2.  What the pencil takes of it node by node is solver/bulk/coloured.h; the norm's numbers, with
 * m_k = E_mu omega^k, are here: polynomials in y, averaged with the moments of its law. */
#include <math.h>
#include <stdlib.h>

#include "models/data/covariance.h"
#include "giantstep/features.h"
#include "giantstep/second_layer.h"
#include "models/functions/activation_moments.h"
#include "models/training/regime.h"
#include "models/training/spectral.h"
#include "models/training/step_labels.h"
#include "models/training/step_target.h"
#include "models/training/trajectory.h"

static const gst_step *acting_step(const gst_training *training)
{
    size_t i = 0;
    while (!gst_step_acts(gst_training_step(training, i)))
        i++;
    return gst_training_step(training, i);
}

/* ---- features ----------------------------------------------------------------------------------- */

/* Averages over the labels of the untrained network. */
static int label_means(const gst_problem *problem, const gst_gradient_moments *sigma, int half,
                       gst_residual_moments *y, gst_message *message)
{
    gst_step_labels labels;
    gst_step_target target;
    gst_features *start;
    double f0 = 0.0;
    int status = gst_step_labels_init(&labels, problem, message);
    if (status != GST_OK)
        return status;
    status = gst_features_untrained(&start, problem, half, message);
    if (status == GST_OK) {
        start->problem = *problem;
        for (size_t g = 0; g < start->K; g++)
            f0 += problem->layer->pi[g] * problem->layer->A[g] * sigma->mean;
        status = gst_step_target_setup(&target, start, &labels, half);
        if (status >= 0)
            status = gst_step_target_start(&target, f0, half, y);
        gst_step_target_clear(&target);
        gst_features_free(start);
    }
    gst_step_labels_clear(&labels);
    return status;
}

/* Pi = sqrt(S/omega), and the mean rows. */
static void set_rows(gst_spectral *s, const gst_problem *problem, const gst_step *step,
                     const gst_gradient_moments *sigma, const gst_residual_moments *y)
{
    size_t r = s->R - 1, J = s->J;
    double phi = 1.0 / step->alpha0;
    for (size_t g = 0; g < s->K; g++) {
        double e = step->eta * problem->layer->A[g], b = e * sigma->c2;
        double w = e * e * phi * sigma->s2, *mean = s->mean + g * s->R * J;
        for (size_t j = 0; j < J; j++) {
            double omega = s->omega[j], L = 1.0 + b * y->mean * omega;
            s->Pi[g * J + j] = sqrt(L * L + omega * (b * b * phi + w) * y->square);
            for (size_t a = 0; a < r; a++)
                mean[a * J + j] = e * sigma->mu1 * omega * y->linear[a];
            mean[r * J + j] = e * sigma->mu1 * omega * sqrt(phi * y->square);
        }
        for (size_t i = 0; i < s->length; i++)
            s->delta[g * s->length + i] = 0.0;
    }
}

int gst_features_spectral_isotropic(gst_features **features, const gst_problem *problem, int half,
                                    gst_message *message)
{
    const gst_step *step = acting_step(&problem->training);
    gst_gradient_moments sigma;
    gst_residual_moments y;
    gst_spectral *s = NULL;
    size_t m;
    int quality = gst_activation_gradient_moments(problem->activation, half, &sigma);
    int status = quality < 0 ? quality : label_means(problem, &sigma, half, &y, message);
    quality = status != GST_OK ? status : quality;
    if (quality < 0)
        return gst_fail(message, quality, "the moments of the step are not finite");
    status = gst_spectral_start(&s, problem, 1, half);
    if (status == GST_OK) {
        double rounding = 0.0;
        set_rows(s, problem, step, &sigma, &y);
        for (size_t g = 0; g < s->K; g++)
            rounding += fabs(step->eta * problem->layer->A[g]) * 1e-12 * sqrt(y.square);
        status = gst_spectral_features(features, s, problem, rounding, &m);
    }
    if (status == GST_OK)
        return quality;
    gst_spectral_free(s);
    return gst_fail(message, status, "the features could not be set up");
}

int gst_features_spectral_batch(gst_features **features, const gst_problem *problem, int half,
                                gst_message *message)
{
    int status = gst_features_spectral_isotropic(features, problem, half, message);
    if (status >= 0)
        gst_features_fix_norms(*features);
    return status;
}

/* ---- the norm ----------------------------------------------------------------------------------- */

/* Polynomials in y of degree below 5, without overflow of the degree. */
enum { DEGREES = 5 };
typedef struct {
    double c[DEGREES];
} polynomial;

static polynomial product(polynomial p, polynomial q)
{
    polynomial out = {{0.0}};
    for (size_t i = 0; i < DEGREES; i++)
        for (size_t k = 0; i + k < DEGREES; k++)
            out.c[i + k] += p.c[i] * q.c[k];
    return out;
}

static double average(polynomial p, const double *moment)
{
    double sum = 0.0;
    for (size_t i = 0; i < DEGREES; i++)
        sum += p.c[i] * moment[i];
    return sum;
}

/* A group: m[k] = E_mu omega^k, y[k] = E y^k. */
typedef struct {
    double m[7], e, b, phi;
    const double *y;
    gst_gradient_moments sigma;
} norm_case;

/* d Var of f0 L^2 f0 beyond its mean's: l4. */
static double fourth_moment(const norm_case *n)
{
    const double *m = n->m;
    double b = n->b, y1 = n->y[1], k2 = n->phi * n->y[2], k3 = n->phi * n->phi * n->y[3];
    double k4 = n->phi * n->phi * n->phi * n->y[4];
    double cubic = y1 * y1 * y1 * m[5] + k2 * y1 * (2.0 * m[2] * m[3] + m[4]) + k3 * m[2] * m[2];
    double quartic =
        y1 * y1 * y1 * y1 * m[6] + 2.0 * k2 * y1 * y1 * (m[5] + m[2] * m[4] + m[3] * m[3]) +
        k2 * k2 * (m[4] + m[2] * m[2] * m[2]) + 4.0 * k3 * y1 * m[2] * m[3] + k4 * m[2] * m[2];
    return m[2] + 4.0 * b * y1 * m[3] + 2.0 * b * b * (y1 * y1 * m[4] + k2 * m[3]) +
           4.0 * b * b * (y1 * y1 * m[4] + k2 * m[2] * m[2]) + 4.0 * b * b * b * cubic +
           b * b * b * b * quartic;
}

static double noise_square(const norm_case *n, polynomial kb)
{
    const gst_gradient_moments *s = &n->sigma;
    const double *m = n->m, *y = n->y;
    double e = n->e, phi = n->phi, b = n->b, y1 = y[1], y2 = y[2];
    double s2 = s->s2, t4 = s->t4;
    polynomial square = {{0, 0, 1}}, cube = {{0, 0, 0, 1}}, fourth = {{0, 0, 0, 0, 1}};
    double vz = m[3] - m[2] * m[2] + 2.0 * b * y1 * (m[4] - m[2] * m[3]) +
                b * b * (y1 * y1 * (m[5] - m[3] * m[3]) + phi * y2 * m[4]);
    double sum =
        4.0 * e * e * (s->s2zz - s->c3 * s->c3) * average(product(square, product(kb, kb)), y);
    sum += 4.0 * e * e * e * phi * m[2] * (s->t31 - s->c3 * s->s21) * average(product(cube, kb), y);
    sum += e * e * e * e * phi * phi * m[2] * m[2] * (t4 - s2 * s2 - s->s21 * s->s21) *
           average(fourth, y);
    return phi * sum + 4.0 * e * e * phi * y2 * s2 * vz +
           2.0 * e * e * e * e * phi * phi * y2 * y2 * s2 * s2 * m[4];
}

/* kb, be and p2 of the theory as polynomials in y. */
static polynomial slope_kb(const norm_case *n)
{
    return (polynomial){{n->m[2] + n->b * n->y[1] * n->m[3], n->b * n->phi * n->m[2]}};
}

static polynomial slope_be(const norm_case *n)
{
    double b = n->b, phi = n->phi;
    return (polynomial){
        {0.0, 2.0 * b * phi * (n->m[2] + b * n->y[1] * n->m[3]), b * b * phi * phi * n->m[2]}};
}

static polynomial slope_p2(const norm_case *n)
{
    const gst_gradient_moments *s = &n->sigma;
    polynomial kb = slope_kb(n);
    double s22 = s->s2zz - s->s2;
    return (polynomial){{0.0, 2.0 * n->e * s->c4 * kb.c[0],
                         2.0 * n->e * s->c4 * kb.c[1] + n->e * n->e * n->phi * n->m[2] * s22}};
}

static void set_norm(const norm_case *n, double *S0q, double *Sqq)
{
    const double *m = n->m, *y = n->y;
    double b = n->b, y1 = y[1], y2 = y[2], phi = n->phi;
    polynomial p2 = slope_p2(n), be = slope_be(n);
    double mean = average(p2, y);
    double cL = 1.0 + 2.0 * b * y1 * m[2] + b * b * (y1 * y1 * m[3] + phi * y2 * m[2]);
    double G0 = m[2] + 2.0 * b * y1 * m[3] + b * b * (y1 * y1 * m[4] + phi * y2 * m[2] * m[2]);
    *S0q = 2.0 * (G0 - cL) + mean * (m[2] - 1.0);
    *Sqq = 2.0 * (fourth_moment(n) - cL * cL) +
           2.0 * (mean * (G0 - cL) + average(product(p2, be), y)) +
           0.5 * mean * mean * (m[2] - 1.0) + noise_square(n, slope_kb(n));
}

/* ---- the law of the step ------------------------------------------------------------------------ */

/* Of one group: v_1 and v_2 as the norm has them here; v_u, v_a, a and b are those of isotropic inputs. */
static void set_psi(const norm_case *n, double psi[GST_PSI_KINDS * GST_PSI_POWERS])
{
    const gst_gradient_moments *s = &n->sigma;
    double e = n->e, phi = n->phi, m2 = n->m[2];
    polynomial kb = slope_kb(n), be = slope_be(n);
    double *v_1 = psi + GST_PSI_NORM * GST_PSI_POWERS, *v_2 = psi + GST_PSI_NOISE * GST_PSI_POWERS;
    v_1[0] = 2.0 * e * s->c3 * kb.c[0];
    v_1[1] = 2.0 * e * s->c3 * kb.c[1] + e * e * phi * m2 * s->s21;
    v_2[0] = 0.0;
    v_2[1] = e * s->c3 * be.c[1] + 2.0 * e * e * phi * s->s21 * kb.c[0];
    v_2[2] = e * s->c3 * be.c[2] + 2.0 * e * e * phi * s->s21 * kb.c[1] +
             e * e * e * phi * phi * m2 * s->t3;
}

static int colour_law(gst_step_law *law, const gst_problem *problem, double eta, int half)
{
    const gst_covariance_rule *rule = gst_covariance_rule_of(problem->data->covariance, half);
    norm_case n = {.phi = law->phi, .y = law->node[0].labels->moment};
    int status = gst_activation_gradient_moments(problem->activation, half, &n.sigma);
    if (status < 0)
        return status;
    for (size_t k = 0; k < 7; k++)
        for (size_t j = 0; j < rule->J; j++)
            n.m[k] += rule->mu[j] * pow(rule->omega[j], (double)k);
    law->start = 2.0 * (n.m[2] - 1.0);
    for (size_t g = 0; g < problem->layer->K; g++) {
        n.e = eta * problem->layer->A[g];
        n.b = law->linear ? n.e * n.sigma.c2 : 0.0;
        set_norm(&n, &law->D[g], &law->Om[g]);
        set_psi(&n, (double *)law->node[0].psi + g * GST_PSI_KINDS * GST_PSI_POWERS);
    }
    return status;
}

int gst_trajectory_coloured(gst_trajectory **trajectory, const gst_problem *problem,
                            gst_label_resolution resolution, gst_message *message)
{
    const gst_step *step = acting_step(&problem->training);
    gst_problem first = *problem;
    first.data = NULL;
    first.training.steps = first.training.listed = 1;
    first.training.step[0] = *step;
    int quality = gst_trajectory_build(trajectory, &first, resolution, message);
    if (quality < 0)
        return quality;
    int status = colour_law(&(*trajectory)->step[0], problem, step->eta, resolution.half);
    if (status < 0) {
        gst_trajectory_free(*trajectory);
        *trajectory = NULL;
        return gst_fail(message, status, "the law of the step could not be set up");
    }
    return status != GST_OK ? status : quality;
}

const gst_bulk_law gst_bulk_law_spectral = {.name = "spectral"};
const gst_bulk_law gst_bulk_law_coloured = {.name = "coloured",
                                            .trajectory = gst_trajectory_coloured};
