/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network.c - a network, its training and a readout from option texts. */
#include "tests/network.h"

#include "cli/options/schedule.h"
#include "cli/options/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Words of a command line. */
enum { WORDS = 64, LONGEST = 200 };

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

/* Where the last word goes: over the value of an earlier option of its name, else behind all. */
static int place(char words[WORDS][LONGEST], int count)
{
    for (int i = 2; i + 1 < count - 1; i += 2)
        if (count % 2 == 0 && strcmp(words[i], words[count - 2]) == 0) {
            strcpy(words[i + 1], words[count - 1]);
            return count - 2;
        }
    return count;
}

/* The settings of `giantstep curve OPTIONS'; of two values of one option the later. */
static int read_options(gst_settings *settings, const char *options, gst_message *message)
{
    char words[WORDS][LONGEST] = {"giantstep", "curve"}, *argv[WORDS];
    int argc = 2;
    *settings = (gst_settings){0};
    for (const char *at = options; at && at[strspn(at, " ")] != '\0';) {
        at = argc < WORDS ? next_word(at, words[argc++]) : NULL;
        argc = place(words, argc);
        if (!at)
            return gst_fail(message, GST_INVALID, "test options: %.100s", options);
    }
    for (int i = 0; i < argc; i++)
        argv[i] = words[i];
    int code = gst_settings_read(settings, gst_command_find("curve"), argc, argv);
    return code == 0 ? GST_OK : gst_fail(message, GST_INVALID, "test options: %.100s", options);
}

static double number_of(const gst_settings *settings, gst_option_id id)
{
    return strtod(gst_setting_text(settings, id), NULL);
}

/* Without --second-layer the groups of --spike have equal weights. */
static int open_layer(network *n, const gst_settings *settings, gst_message *message)
{
    const char *spike = gst_setting_text(settings, GST_OPTION_SPIKE);
    char equal[LONGEST] = "1:1";
    int status = GST_OK;
    if (spike) {
        status = gst_spikes_parse(&n->spikes, gst_target_dim(n->target), spike,
                                  gst_setting_text(settings, GST_OPTION_OVERLAP),
                                  gst_setting_text(settings, GST_OPTION_BULK_VARIANCE), message);
        for (size_t g = 1; g < n->spikes.K; g++)
            strcat(equal, ",1:1");
        n->problem.training.spikes = &n->spikes;
    }
    int given = !spike || gst_setting_is_given(settings, GST_OPTION_SECOND_LAYER);
    if (status == GST_OK)
        status = gst_second_layer_parse(
            &n->layer, given ? gst_setting_text(settings, GST_OPTION_SECOND_LAYER) : equal,
            message);
    return status;
}

static int compile(network *n, const gst_settings *s, gst_message *message)
{
    int status =
        gst_activation_compile(&n->activation, gst_setting_text(s, GST_OPTION_ACTIVATION), message);
    const char *mixture = gst_setting_text(s, GST_OPTION_MIXTURE);
    const char *labels = gst_setting_text(s, GST_OPTION_CLUSTER_LABELS);
    if (status == GST_OK && mixture)
        status = gst_mixture_parse(&n->mixture, mixture, labels, message);
    if (status == GST_OK)
        status = gst_target_compile_of(&n->target,
                                       labels ? "z1" : gst_setting_text(s, GST_OPTION_TARGET),
                                       gst_mixture_dim(n->mixture), message);
    if (status == GST_OK && gst_setting_text(s, GST_OPTION_COVARIANCE_OF_INPUTS))
        status =
            gst_covariance_parse(&n->data, gst_setting_text(s, GST_OPTION_COVARIANCE_OF_INPUTS),
                                 gst_setting_is_given(s, GST_OPTION_TEACHER_SOURCE)
                                     ? gst_setting_number(s, GST_OPTION_TEACHER_SOURCE)
                                     : NAN,
                                 NAN, message);
    return status == GST_OK ? open_layer(n, s, message) : status;
}

static void set_problem(network *n, const gst_settings *s)
{
    gst_training *t = &n->problem.training;
    n->problem.activation = n->activation;
    n->problem.target = n->target;
    n->problem.data = n->data ? n->data : n->mixture;
    if (gst_setting_text(s, GST_OPTION_CLUSTER_LABELS))
        n->problem.labels = GST_LABELS_SIGN;
    n->problem.layer = &n->layer;
    if (!t->spikes)
        *t =
            gst_training_equal_steps((size_t)number_of(s, GST_OPTION_STEPS),
                                     number_of(s, GST_OPTION_ETA), number_of(s, GST_OPTION_ALPHA0));
    gst_schedule_read(s, t);
    t->noise = number_of(s, GST_OPTION_NOISE);
    t->bulk = gst_setting_is_given(s, GST_OPTION_BULK)
                  ? (gst_bulk_choice)gst_setting_number(s, GST_OPTION_BULK)
                  : GST_BULK_ISOTROPIC;
    n->point = (gst_point){.alpha = number_of(s, GST_OPTION_ALPHA),
                           .beta = number_of(s, GST_OPTION_BETA),
                           .lambda = number_of(s, GST_OPTION_LAMBDA),
                           .noise = t->noise,
                           .width = number_of(s, GST_OPTION_WIDTH)};
}

int network_open(network *n, const char *options, gst_message *message)
{
    gst_settings settings;
    *n = (network){.activation = NULL};
    int status = read_options(&settings, options, message);
    if (status == GST_OK)
        status = compile(n, &settings, message);
    if (status == GST_OK)
        set_problem(n, &settings);
    gst_settings_clear(&settings);
    return status == GST_OK ? gst_problem_validate(&n->problem, message) : status;
}

void network_clear(network *n)
{
    gst_activation_free(n->activation);
    gst_target_free(n->target);
    gst_second_layer_clear(&n->layer);
    gst_spikes_clear(&n->spikes);
    gst_mixture_free(n->mixture);
    gst_covariance_free(n->data);
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
    ck_assert_msg(gst_features_train(&f, &n->problem, 0, &message) == GST_OK, "%s", message.text);
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
    ck_assert_msg(gst_model_alloc(&model, &n->problem, &message) == GST_OK, "%s", message.text);
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
