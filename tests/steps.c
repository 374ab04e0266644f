/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steps.c - networks trained step by step. */
#include "tests/steps.h"

#include "models/training/regime.h"

gst_trajectory *trajectory_of(const network *n, gst_label_resolution at)
{
    gst_trajectory *t = NULL;
    gst_message message = {""};
    int status = gst_trajectory_build(&t, &n->problem, at, &message);
    ck_assert_msg(status == GST_OK, "%d: %s", status, message.text);
    return t;
}

/* E[w(kappa) yt^p F], F = 1 (a = s), or coordinate a < m + q: by the moments of the labels' laws. */
static double sample_mean(const gst_step_node *node, size_t m, size_t q, int p, size_t a)
{
    if (a < m || a >= m + q)
        return node->labels->moment[p] * (a < m ? node->kappa[a] : 1);
    return node->labels->linear[(size_t)(p - 1) * q + a - m];
}

double psi_mean(const gst_step_law *law, size_t g, gst_psi kind, size_t a)
{
    double sum = 0;
    for (size_t k = 0; k < law->n; k++)
        for (int p = 1; p <= GST_PSI_POWERS; p++)
            sum += law->node[k].weight *
                   law->node[k].psi[(g * GST_PSI_KINDS + kind) * GST_PSI_POWERS + (size_t)p - 1] *
                   sample_mean(&law->node[k], law->before->m, law->before->q, p, a);
    return sum;
}

void set_schedule(network *n, size_t steps, const double *eta, const double *alpha0)
{
    n->problem.training.steps = n->problem.training.listed = steps;
    for (size_t i = 0; i < steps; i++)
        n->problem.training.step[i] = (gst_step){.eta = eta[i], .alpha0 = alpha0[i]};
}

gst_features *trained(const network *n, int half)
{
    gst_features *f = NULL;
    gst_message message = {""};
    int status = gst_features_trained(&f, &n->problem, half, &message);
    ck_assert_msg(status == GST_OK, "%d: %s", status, message.text);
    return f;
}

double rows_product(const gst_features *f, size_t g, size_t h)
{
    double sum = 0;
    for (size_t l = 0; l < f->m; l++)
        sum += f->U[g * f->m + l] * f->U[h * f->m + l];
    return sum;
}

double target_product(const gst_features *f, size_t j, size_t g)
{
    double sum = 0;
    for (size_t l = 0; l < f->m; l++)
        sum += f->gamma[j * f->m + l] * f->U[g * f->m + l];
    return sum;
}
