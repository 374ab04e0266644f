/* SPDX-License-Identifier: GPL-3.0-or-later */
/* covariance.c - inputs x ~ N(0, Omega): the nodes of Omega's spectrum (docs/theory, inputs of any covariance).
 *
 * Projections of whitened inputs are normal, so that this law has no nodes of its own (data.h): what it changes is the bulk. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "models/data/covariance.h"

const gst_data gst_data_covariance = {.name = "covariance"};

/* How far T_j may miss sum I, and being positive. */
#define SLACK 1e-10

/* ---- life --------------------------------------------------------------------------------------- */

static int take_rule(gst_covariance_rule *rule, size_t J)
{
    *rule = (gst_covariance_rule){.J = J,
                                  .omega = gst_alloc_doubles(J),
                                  .mu = gst_alloc_doubles(J),
                                  .share = gst_alloc_doubles(J)};
    return rule->omega && rule->mu && rule->share ? GST_OK : GST_NO_MEMORY;
}

int gst_covariance_take(gst_data **data, size_t J, size_t companion, size_t r)
{
    gst_data *made = *data = gst_alloc(1, sizeof *made);
    gst_covariance *c = gst_alloc(1, sizeof *c);
    if (made) {
        *made = gst_data_covariance;
        made->covariance = c;
    }
    int status = made && c ? take_rule(&c->rule[0], J) : GST_NO_MEMORY;
    if (status == GST_OK)
        status = take_rule(&c->rule[1], companion);
    if (status == GST_OK && r > 0) {
        c->r = r;
        c->teacher = gst_alloc_doubles(J * r * r);
        status = c->teacher ? GST_OK : GST_NO_MEMORY;
    }
    if (status == GST_OK)
        return GST_OK;
    if (!made)
        free(c);
    gst_covariance_free(made);
    *data = NULL;
    return status;
}

void gst_covariance_free(gst_data *data)
{
    if (!data)
        return;
    gst_covariance *c = (gst_covariance *)data->covariance;
    for (size_t i = 0; c && i < 2; i++) {
        free(c->rule[i].omega);
        free(c->rule[i].mu);
        free(c->rule[i].share);
    }
    if (c) {
        free(c->teacher);
        free(c->component);
        free(c->weight);
    }
    free(c);
    free(data);
}

/* ---- accessors ---------------------------------------------------------------------------------- */

size_t gst_covariance_count(const gst_data *data)
{
    return data && data->covariance ? data->covariance->rule[0].J : 0;
}

void gst_covariance_node(const gst_data *data, size_t j, double *omega, double *mu)
{
    *omega = data->covariance->rule[0].omega[j];
    *mu = data->covariance->rule[0].mu[j];
}

const gst_covariance_rule *gst_covariance_rule_of(const gst_covariance *c, int half)
{
    return &c->rule[half && c->rule[1].J > 0];
}

void gst_covariance_teacher(const gst_covariance *c, int half, size_t j, size_t r, double *T)
{
    double share = gst_covariance_rule_of(c, half)->share[j];
    for (size_t i = 0; i < r * r; i++)
        T[i] = c->teacher ? c->teacher[j * r * r + i] : i / r == i % r ? share : 0.0;
}

/* ---- from lines --------------------------------------------------------------------------------- */

int gst_covariance_normalise(gst_covariance_rule *rule, double source, gst_message *message)
{
    double weight = 0.0, trace = 0.0, energy = 0.0;
    for (size_t j = 0; j < rule->J; j++)
        weight += rule->mu[j];
    for (size_t j = 0; j < rule->J; j++) {
        rule->mu[j] /= weight;
        trace += rule->mu[j] * rule->omega[j];
    }
    if (!(weight > 0.0) || !isfinite(weight) || !(trace > 0.0) || !isfinite(trace))
        return gst_fail(message, GST_INVALID,
                        "covariance: weights of sum %g and a trace of %g cannot be scaled to 1",
                        weight, trace);
    for (size_t j = 0; j < rule->J; j++) {
        rule->omega[j] /= trace;
        rule->share[j] = rule->mu[j] * pow(rule->omega[j], source);
        energy += rule->share[j];
    }
    if (!(energy > 0.0) || !isfinite(energy))
        return gst_fail(message, GST_INVALID,
                        "teacher_source: %g makes the teacher's variance %g with this `covariance`",
                        source, energy);
    for (size_t j = 0; j < rule->J; j++)
        rule->share[j] /= energy;
    return GST_OK;
}

static int decreasing(const void *a, const void *b)
{
    double x = ((const gst_covariance_line *)a)->omega, y = ((const gst_covariance_line *)b)->omega;
    return (x < y) - (x > y);
}

/* Equal eigenvalues become one line; how many are left. */
static size_t merge(size_t count, gst_covariance_line *lines)
{
    size_t kept = 0;
    qsort(lines, count, sizeof *lines, decreasing);
    for (size_t i = 1; i < count; i++) {
        if (lines[i].omega != lines[kept].omega) {
            lines[++kept] = lines[i];
            continue;
        }
        lines[kept].weight += lines[i].weight;
        for (size_t a = 0; a < GST_TARGET_DIM_MAX; a++)
            lines[kept].energy[a] += lines[i].energy[a];
    }
    return kept + 1;
}

/* T_j = diag(omega_j s_ij)/sum. */
static int set_energies(gst_covariance *c, const gst_covariance_line *lines, gst_message *message)
{
    for (size_t a = 0; a < c->r; a++) {
        double sum = 0.0;
        for (size_t j = 0; j < c->rule[0].J; j++)
            sum += c->rule[0].omega[j] * lines[j].energy[a];
        if (!(sum > 0.0) || !isfinite(sum))
            return gst_fail(message, GST_INVALID,
                            "covariance: the energies of direction %zu give it a variance of %g",
                            a + 1, sum);
        for (size_t j = 0; j < c->rule[0].J; j++)
            c->teacher[(j * c->r + a) * c->r + a] = c->rule[0].omega[j] * lines[j].energy[a] / sum;
    }
    return GST_OK;
}

int gst_covariance_of_lines(gst_data **data, size_t count, gst_covariance_line *lines,
                            size_t energies, double source, gst_message *message)
{
    size_t J = merge(count, lines);
    int status = gst_covariance_take(data, J, 0, energies);
    if (status != GST_OK)
        return gst_fail(message, status, "no memory");
    gst_covariance *c = (gst_covariance *)(*data)->covariance;
    c->source = source;
    for (size_t j = 0; j < J; j++) {
        c->rule[0].omega[j] = lines[j].omega;
        c->rule[0].mu[j] = lines[j].weight;
    }
    status = gst_covariance_normalise(&c->rule[0], source, message);
    if (status == GST_OK)
        status = set_energies(c, lines, message);
    if (status == GST_OK)
        return GST_OK;
    gst_covariance_free(*data);
    *data = NULL;
    return status;
}

/* ---- from nodes --------------------------------------------------------------------------------- */

static int check_node(double omega, double weight, size_t j, gst_message *message)
{
    if (!(omega > 0.0) || !isfinite(omega))
        return gst_fail(message, GST_INVALID,
                        "covariance: eigenvalue %zu, %g, is not positive and finite", j + 1, omega);
    if (!(weight > 0.0) || !isfinite(weight))
        return gst_fail(message, GST_INVALID,
                        "covariance: weight %zu, %g, is not positive and finite", j + 1, weight);
    return GST_OK;
}

/* The matrices T_j of the caller's order, at nodes that are sorted and merged. */
static int place_teacher(gst_covariance *c, size_t J, const double *omega, const double *teacher,
                         double trace, size_t r, gst_message *message)
{
    double sum[GST_TARGET_DIM_MAX * GST_TARGET_DIM_MAX] = {0.0};
    for (size_t j = 0; j < J; j++) {
        size_t to = 0;
        for (size_t i = 1; i < c->rule[0].J; i++)
            to = fabs(c->rule[0].omega[i] * trace - omega[j]) <
                         fabs(c->rule[0].omega[to] * trace - omega[j])
                     ? i
                     : to;
        for (size_t i = 0; i < r * r; i++) {
            c->teacher[to * r * r + i] += teacher[j * r * r + i];
            sum[i] += teacher[j * r * r + i];
        }
    }
    for (size_t i = 0; i < r * r; i++)
        if (!(fabs(sum[i] - (i / r == i % r)) <= SLACK))
            return gst_fail(message, GST_INVALID,
                            "covariance: the teacher's matrices do not add up to the identity");
    return GST_OK;
}

int gst_covariance_nodes(gst_data **data, size_t J, const double *omega, const double *weight,
                         size_t r, const double *teacher, double source, gst_message *message)
{
    gst_covariance_line *lines = gst_alloc(J, sizeof *lines);
    int status = lines ? GST_OK : GST_NO_MEMORY;
    double sum = 0.0, trace = 0.0;
    *data = NULL;
    for (size_t j = 0; j < J && status == GST_OK; j++) {
        status = check_node(omega[j], weight[j], j, message);
        lines[j] = (gst_covariance_line){.omega = omega[j], .weight = weight[j]};
        sum += weight[j];
        trace += weight[j] * omega[j];
        for (size_t a = 0; teacher && a < r; a++)
            lines[j].energy[a] = teacher[(j * r + a) * r + a] / omega[j];
    }
    if (status == GST_OK)
        status = gst_covariance_of_lines(data, J, lines, teacher ? r : 0,
                                         isnan(source) ? 1.0 : source, message);
    if (status == GST_OK && teacher) {
        gst_covariance *c = (gst_covariance *)(*data)->covariance;
        memset(c->teacher, 0, c->rule[0].J * r * r * sizeof *c->teacher);
        status = place_teacher(c, J, omega, teacher, trace / sum, r, message);
    }
    if (status != GST_OK) {
        gst_covariance_free(*data);
        *data = NULL;
    }
    free(lines);
    return status;
}
