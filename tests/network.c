/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.c - a network, its training and a readout from option texts. */
#include "tests/network.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACTIVATION, TARGET, LAYER, SPIKE, OVERLAP, BULK_VARIANCE, BULK, TEXTS };
enum { ETA = TEXTS, ALPHA0, STEPS, ALPHA, BETA, LAMBDA, NOISE, WIDTH, OPTIONS };

static const char *const names[OPTIONS] = {[ACTIVATION] = "activation",
                                           [TARGET] = "target",
                                           [LAYER] = "second-layer",
                                           [SPIKE] = "spike",
                                           [OVERLAP] = "overlap",
                                           [BULK_VARIANCE] = "bulk-variance",
                                           [BULK] = "bulk",
                                           [ETA] = "eta",
                                           [ALPHA0] = "alpha0",
                                           [STEPS] = "steps",
                                           [ALPHA] = "alpha",
                                           [BETA] = "beta",
                                           [LAMBDA] = "lambda",
                                           [NOISE] = "noise",
                                           [WIDTH] = "width"};

#define LONGEST 200

typedef struct {
    int given[OPTIONS];
    char text[OPTIONS][LONGEST];
} values;

static const values defaults = {.given = {[ACTIVATION] = 1, [TARGET] = 1},
                                .text = {[ACTIVATION] = "tanh",
                                         [TARGET] = "sin",
                                         [LAYER] = "ones",
                                         [BULK] = "isotropic",
                                         [ETA] = "1",
                                         [ALPHA0] = "inf",
                                         [STEPS] = "1",
                                         [ALPHA] = "1",
                                         [BETA] = "1",
                                         [LAMBDA] = "0.1",
                                         [NOISE] = "0",
                                         [WIDTH] = "inf"}};

/* The next word, without its quotes, into word; returns what follows, NULL at the end or for a bad one. */
static const char *next_word(const char *at, char *word)
{
    at += strspn(at, " ");
    int quoted = *at == '\'';
    at += quoted;
    size_t length = strcspn(at, quoted ? "'" : " ");
    if (length == 0 || length >= LONGEST || (quoted && at[length] != '\''))
        return NULL;
    memcpy(word, at, length);
    word[length] = '\0';
    return at + length + quoted;
}

static int find(const char *word)
{
    for (int i = 0; i < OPTIONS; i++)
        if (strncmp(word, "--", 2) == 0 && strcmp(word + 2, names[i]) == 0)
            return i;
    return OPTIONS;
}

static int read_options(values *v, const char *options, gst_message *message)
{
    char word[LONGEST] = "";
    *v = defaults;
    for (const char *at = options; at && at[strspn(at, " ")] != '\0';) {
        at = next_word(at, word);
        int option = at ? find(word) : OPTIONS;
        if (option == OPTIONS || !(at = next_word(at, v->text[option])))
            return gst_fail(message, GST_INVALID, "test options: %s in %.100s", word, options);
        v->given[option] = 1;
    }
    return GST_OK;
}

static const char *text_of(const values *v, int option)
{
    return v->given[option] ? v->text[option] : NULL;
}

static double number_of(const values *v, int option)
{
    return strtod(v->text[option], NULL);
}

/* Without --second-layer the groups of --spike have equal weights. */
static int open_layer(network *n, const values *v, gst_message *message)
{
    char equal[LONGEST] = "1:1";
    int status = GST_OK;
    if (v->given[SPIKE]) {
        status = gst_spikes_parse(&n->spikes, gst_target_dim(n->target), v->text[SPIKE],
                                  text_of(v, OVERLAP), text_of(v, BULK_VARIANCE), message);
        for (size_t g = 1; g < n->spikes.K; g++)
            strcat(equal, ",1:1");
        n->training.spikes = &n->spikes;
    }
    if (status == GST_OK)
        status = gst_second_layer_parse(
            &n->layer, v->given[SPIKE] && !v->given[LAYER] ? equal : v->text[LAYER], message);
    return status;
}

int network_open(network *n, const char *options, gst_message *message)
{
    values v;
    *n = (network){.activation = NULL};
    int status = read_options(&v, options, message);
    if (status == GST_OK)
        status = gst_activation_compile(&n->activation, v.text[ACTIVATION], message);
    if (status == GST_OK)
        status = gst_target_compile(&n->target, v.text[TARGET], message);
    if (status == GST_OK)
        status = open_layer(n, &v, message);
    if (status != GST_OK)
        return status;
    n->training.activation = n->activation;
    n->training.target = n->target;
    n->training.layer = &n->layer;
    n->training.eta = number_of(&v, ETA);
    n->training.alpha0 = number_of(&v, ALPHA0);
    n->training.steps = (size_t)number_of(&v, STEPS);
    n->training.noise = number_of(&v, NOISE);
    n->training.bulk = strcmp(v.text[BULK], "exact") == 0 ? GST_BULK_EXACT : GST_BULK_ISOTROPIC;
    n->point = (gst_point){.alpha = number_of(&v, ALPHA),
                           .beta = number_of(&v, BETA),
                           .lambda = number_of(&v, LAMBDA),
                           .noise = number_of(&v, NOISE),
                           .width = number_of(&v, WIDTH)};
    return gst_training_validate(&n->training, message);
}

void network_clear(network *n)
{
    gst_activation_free(n->activation);
    gst_target_free(n->target);
    gst_second_layer_clear(&n->layer);
    gst_spikes_clear(&n->spikes);
    *n = (network){.activation = NULL};
}

static void make(network *n, const char *format, va_list arguments)
{
    char options[1000];
    gst_message message = {""};
    int length = vsnprintf(options, sizeof options, format, arguments);
    ck_assert(length > 0 && length < (int)sizeof options);
    int status = network_open(n, options, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", options, message.text);
}

void network_make(network *n, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    make(n, format, arguments);
    va_end(arguments);
}

gst_features *network_features(const network *n)
{
    gst_features *f;
    gst_message message = {""};
    ck_assert_msg(gst_features_train(&f, &n->training, 0, &message) == GST_OK, "%s", message.text);
    return f;
}

/* Row i of (gamma, rest, 0; 0, 0, 1). */
static double coordinate(const gst_features *f, size_t i, size_t a)
{
    if (i == f->r || a == f->m + f->q)
        return i == f->r && a == f->m + f->q;
    return a < f->m ? f->gamma[i * f->m + a] : f->rest[i * f->q + a - f->m];
}

double features_covariance(const gst_features *f, size_t g, size_t i, size_t j)
{
    size_t s = f->m + f->q + 1;
    double sum = 0;
    for (size_t k = 0; k < s * s; k++)
        sum += coordinate(f, i, k / s) * f->C[g * s * s + k] * coordinate(f, j, k % s);
    return sum;
}

gst_model *network_model(const network *n)
{
    gst_model *model;
    gst_message message = {""};
    ck_assert_msg(gst_model_alloc(&model, &n->training, &message) == GST_OK, "%s", message.text);
    return model;
}

gst_solution *model_solution(const gst_model *model)
{
    size_t K, m, q;
    gst_solution *solution;
    gst_model_shape(model, &K, &m, &q);
    ck_assert_int_eq(gst_solution_alloc(&solution, K, m, q), GST_OK);
    return solution;
}

gst_risk model_risk(gst_model *model, const gst_point *point, gst_solution *solution)
{
    gst_solve_options options = gst_solve_defaults();
    gst_risk risk;
    int status = gst_model_solve(model, point, &options, &risk, solution);
    ck_assert_msg(status == GST_OK, "status %d: %s", status,
                  status >= GST_FAILED ? risk.reason : "");
    return risk;
}

gst_risk network_solve(const network *n, gst_solution **solution)
{
    gst_model *model = network_model(n);
    gst_solution *to = solution ? *solution = model_solution(model) : NULL;
    gst_risk risk = model_risk(model, &n->point, to);
    gst_model_free(model);
    return risk;
}

gst_risk solved(const char *format, ...)
{
    network n;
    va_list arguments;
    va_start(arguments, format);
    make(&n, format, arguments);
    va_end(arguments);
    gst_risk risk = network_solve(&n, NULL);
    network_clear(&n);
    return risk;
}
