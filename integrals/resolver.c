/* SPDX-License-Identifier: GPL-3.0-or-later */
/* resolver.c - the samples of a partition (step 1 of partition.c), its rule and its room. */
#include "integrals/resolver.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Places near 0 where the size of f is looked at. */
enum { natural_points = 256 };

/* The most strata of step 1. */
static const double strata_most = 4e6;

/* A number in (0, 1) that looks random in (key, index): the finaliser of SplitMix64 (Steele et al. 2014). */
double gst_resolver_random(uint64_t key, uint64_t index)
{
    uint64_t z = key + (index + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    z ^= z >> 31;
    return ((double)(z >> 11) + 0.5) * 0x1p-53;
}

uint64_t gst_resolver_key(const gst_resolver *r, double place)
{
    uint64_t bits;
    memcpy(&bits, &place, sizeof bits);
    return bits ^ (r->problem->companion ? UINT64_C(0x5DEECE66D5A7B3C1) : 0);
}

static int set_rule(gst_resolver *r)
{
    int status = gst_rule_legendre(N, r->node, r->weight);
    for (size_t k = 0; k < N && !status; k++) {
        double P[N];
        gst_resolver_legendre(r->node[k], P);
        for (size_t j = 0; j < N; j++)
            r->project[k][j] = 0.5 * (double)(2 * j + 1) * r->weight[k] * P[j];
    }
    return status;
}

static int take_samples(gst_resolver *r)
{
    const gst_partition_problem *p = r->problem;
    double length = p->high - p->low, strata = ceil(length / p->spacing);
    if (!(strata <= strata_most))
        return GST_INVALID;
    r->chunks = (size_t)ceil(strata / samples_per_chunk);
    r->strata = r->chunks * samples_per_chunk;
    strata = (double)r->strata;
    r->chunk = gst_alloc(p->functions, r->chunks * sizeof(double));
    r->at = gst_alloc_doubles(r->strata);
    r->sample = gst_alloc(p->functions, r->strata * sizeof(double));
    if (!r->chunk || !r->at || !r->sample)
        return GST_NO_MEMORY;
    uint64_t key = gst_resolver_key(r, p->low);
    for (size_t i = 0; i < r->strata; i++)
        r->at[i] = p->low + length * (((double)i + gst_resolver_random(key, i)) / strata);
    p->f(r->strata, r->at, r->sample, p->params);
    for (size_t c = 0; c < p->functions; c++)
        for (size_t i = 0; i < r->strata; i++) {
            gst_resolver_raise(&r->largest[c], r->sample[c * r->strata + i]);
            gst_resolver_raise(&r->chunk[c * r->chunks + i / samples_per_chunk],
                               r->sample[c * r->strata + i]);
        }
    return GST_OK;
}

/* The size of f near 0. */
static int take_natural(gst_resolver *r)
{
    const gst_partition_problem *p = r->problem;
    double x[natural_points];
    double *value = gst_alloc(p->functions, natural_points * sizeof *value);
    if (!value)
        return GST_NO_MEMORY;
    for (size_t i = 0; i < natural_points; i++)
        x[i] = p->natural * (2 * ((double)i + 0.5) / natural_points - 1);
    p->f(natural_points, x, value, p->params);
    for (size_t c = 0; c < p->functions; c++)
        for (size_t i = 0; i < natural_points; i++)
            gst_resolver_raise(&r->natural[c], value[c * natural_points + i]);
    free(value);
    return GST_OK;
}

int gst_resolver_init(gst_resolver *r)
{
    size_t C = r->problem->functions;
    r->partition->functions = C;
    r->partition->doubt = gst_alloc_doubles(C);
    r->largest = gst_alloc_doubles(7 * C);
    r->value = gst_alloc(C, 2 * N * sizeof(double));
    if (!r->partition->doubt || !r->largest || !r->value)
        return GST_NO_MEMORY;
    r->peak = r->largest + C;
    r->error = r->peak + C;
    r->rounding = r->error + C;
    r->fresh = r->rounding + C;
    r->beside = r->fresh + C;
    r->natural = r->beside + C;
    r->coefficient = r->value + C * N;
    int status = set_rule(r);
    if (!status && r->problem->natural > 0)
        status = take_natural(r);
    return status ? status : take_samples(r);
}

void gst_resolver_clear(gst_resolver *r)
{
    free(r->chunk);
    free(r->at);
    free(r->sample);
    free(r->largest);
    free(r->value);
}
