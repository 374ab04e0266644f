/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_random.c - random parameter points, all options drawn: each must be ok with Newton's answer inside a closed
 * enclosure, or flagged with a reason.  `test_random COUNT SEED FIRST`; a point is printed as the options that
 * give it on the command line.  `test_random list COUNT SEED FIRST` only prints the points with their answers.
 * Times are of the processor. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/network.h"

enum { DEFAULT_COUNT = 300, DEFAULT_SEED = 20260731, REASONS = 40, ENCLOSE_ITERATIONS = 20000 };

/* ---- drawing ------------------------------------------------------------------------------------ */

typedef struct {
    unsigned long long state;
    char text[1200];
    size_t length;
} point_text;

static void append(point_text *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(point_text *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    p->length +=
        (size_t)vsnprintf(p->text + p->length, sizeof p->text - p->length, format, arguments);
    va_end(arguments);
}

static int chance(point_text *p, double probability)
{
    return uniform(&p->state) < probability;
}

static size_t below(point_text *p, size_t count)
{
    return (size_t)(uniform(&p->state) * (double)count);
}

static double between(point_text *p, double low, double high)
{
    return low + (high - low) * uniform(&p->state);
}

static double log_between(point_text *p, double low, double high)
{
    return low * pow(high / low, uniform(&p->state));
}

static const char *const activations[] = {"tanh",
                                          "erf",
                                          "relu",
                                          "gelu",
                                          "sigmoid",
                                          "softplus(2*z)-0.7",
                                          "sin(z+0.7)",
                                          "cos(2*z)",
                                          "relu(z-0.2)",
                                          "abs",
                                          "abs(z+0.6)",
                                          "max(z,0.1*z)",
                                          "min(max(z,-1),1.3)",
                                          "he2",
                                          "he3(z)+z",
                                          "h3",
                                          "exp(-z^2)+0.3*z",
                                          "linear",
                                          "erf(z)+0.2*z",
                                          "z^2-0.5*z",
                                          "sqrt(z^2+0.1)",
                                          "z/(1+z^2)",
                                          "relu(z)-0.5*relu(z-1)",
                                          "z*step(z)-0.3*abs(z-0.4)",
                                          "gelu(1.7*z-0.3)",
                                          "tanh(4*z-1)",
                                          "exp(0.5*z)",
                                          "log(1+z^2)"};

static const char *const jumping[] = {"sign", "step(z+0.3)", "z*step(z-0.5)", "sign(z-0.4)+0.3*z"};

static const char *const targets[] = {"sin",
                                      "tanh(2*z1)+0.2",
                                      "z1^3-z1",
                                      "sign(z1)",
                                      "relu(z1)",
                                      "abs(z1-0.4)",
                                      "z1+sqrt(z1^2+0.1)",
                                      "cos(1.5*z1)+z1",
                                      "exp(-z1^2)+0.3*z1",
                                      "min(max(z1,-1),1.3)",
                                      "step(z1+0.3)",
                                      "he2(z1)+0.5*z1",
                                      "he3(z1)",
                                      "sin(5*z1)",
                                      "z4",
                                      "z2^2",
                                      "sin(3*z1)*exp(0.3*z1)",
                                      "sign(z1-0.7)*z1",
                                      "1+0.01*z1",
                                      "gelu(z1)"};

static const char *const smooth_targets[] = {"sin", "tanh(2*z1)+0.2", "z1^3-z1", "cos(1.5*z1)+z1"};

static const char *const smooth_pairs[] = {
    "z1+z1*z2",    "tanh(z1)*z2+z1", "sin(z1+0.5*z2)",    "z1*z2",
    "z3+0.3*z7^2", "cos(z1)*z2",     "tanh(z1+z2)+0.2*z1"};

static const char *const kinked_pairs[] = {"abs(z1-z2)+z2", "sign(z1)+0.6*relu(z2)", "relu(z1)*z2",
                                           "sign(z1*z2)", "max(z1,z2)"};

#define PICK(p, list) (list)[below(p, sizeof(list) / sizeof *(list))]

static void draw_target(point_text *p)
{
    if (chance(p, 0.8))
        append(p, " --target %s", PICK(p, targets));
    else
        append(p, " --target %s", chance(p, 0.8) ? PICK(p, smooth_pairs) : PICK(p, kinked_pairs));
}

static void draw_layer(point_text *p)
{
    if (chance(p, 0.35))
        return;
    append(p, " --second-layer ");
    if (chance(p, 0.35)) {
        append(p, "gaussian:%zu", 2 + below(p, 3));
    } else if (chance(p, 0.15)) {
        append(p, "1:%.3f,-1:%.3f", between(p, 0.1, 1), between(p, 0.1, 1));
    } else {
        size_t K = 1 + below(p, 4);
        for (size_t g = 0; g < K; g++)
            append(p, "%s%.3f:%.3f", g ? "," : "", between(p, -2, 2), between(p, 0.05, 1));
    }
}

/* Rows of `columns` numbers in (-range, range), separated by `;`. */
static void draw_matrix(point_text *p, const char *option, size_t rows, size_t columns,
                        double range)
{
    append(p, " --%s ", option);
    for (size_t i = 0; i < rows * columns; i++)
        append(p, "%s%.3f", i == 0 ? "" : i % columns == 0 ? ";" : ",", between(p, -range, range));
}

/* One spike, or seldom two, weaker ones and a smooth target: two take a plane of kappa. */
static void draw_spikes(point_text *p)
{
    size_t K = 1 + below(p, 4), m = chance(p, 0.8) ? 1 : 2, r = chance(p, 0.85) ? 1 : 2;
    append(p, " --target %s",
           r == 2   ? PICK(p, smooth_pairs)
           : m == 2 ? PICK(p, smooth_targets)
                    : PICK(p, targets));
    append(p, " --activation %s", chance(p, 0.15) ? PICK(p, jumping) : PICK(p, activations));
    draw_matrix(p, "spike", m, K, m == 1 ? 3 : 1);
    draw_matrix(p, "overlap", m, r, 0.99 / sqrt((double)(m * r)));
    append(p, " --bulk-variance %.3f", log_between(p, m == 1 ? 0.1 : 0.6, 5));
}

static void draw_training(point_text *p)
{
    double kind = uniform(&p->state);
    append(p, " --activation %s",
           kind < 0.2 && chance(p, 0.2) ? PICK(p, jumping) : PICK(p, activations));
    draw_target(p);
    draw_layer(p);
    if (kind < 0.2)
        append(p, " --alpha0 0");
    else if (kind < 0.55)
        append(p, " --bulk isotropic --alpha0 %.4g", log_between(p, 0.1, 300));
    if (chance(p, 0.95))
        append(p, " --eta %.4g", (chance(p, 0.2) ? -1 : 1) * log_between(p, 0.01, 6));
    else
        append(p, " --eta 0");
}

static void draw_readout(point_text *p)
{
    double alpha = log_between(p, 0.02, 50), beta = log_between(p, 0.02, 50);
    if (chance(p, 0.12))
        beta = alpha * (chance(p, 0.5) ? 1 : between(p, 0.98, 1.02));
    append(p, " --alpha %.4g --beta %.4g", alpha, beta);
    if (chance(p, 0.1) && fabs(alpha - beta) > 1e-3 * alpha)
        append(p, " --lambda 0");
    else
        append(p, " --lambda %.4g", log_between(p, 1e-10, 1e6));
    if (chance(p, 0.6))
        append(p, " --noise %.4g", log_between(p, 1e-3, 3));
    if (chance(p, 0.35))
        append(p, " --width %.0f", log_between(p, 30, 1e5));
}

/* Point `index` of a seed, whatever the others are. */
static void draw(point_text *p, unsigned long long seed, unsigned long long index)
{
    p->state = seed * 1000003ULL + index;
    for (int i = 0; i < 8; i++)
        uniform(&p->state);
    p->length = 0;
    if (chance(p, 0.12))
        draw_spikes(p);
    else
        draw_training(p);
    draw_readout(p);
}

/* ---- checking ----------------------------------------------------------------------------------- */

/* OPEN: ok, but the enclosure did not close. */
typedef enum { OK, OPEN, LOOSE, FAILED, WRONG, VERDICTS } verdict;

typedef struct {
    verdict verdict;
    char reason[256];
    gst_risk newton, enclosed;
} outcome;

static void decide(outcome *o, verdict v, const char *reason)
{
    o->verdict = v;
    snprintf(o->reason, sizeof o->reason, "%s", reason);
}

/* What must hold of any answer that is given. */
static int sound(const gst_risk *risk, const gst_point *point, double variance)
{
    double size = variance + point->noise + risk->excess_risk;
    return risk->excess_risk >= 0 && risk->train_error >= 0 && isfinite(risk->test_error) &&
           fabs(risk->test_error - risk->excess_risk - point->noise) <= 1e-15 * size &&
           risk->residual >= 0 && risk->quad_error >= 0 && risk->lambda == point->lambda;
}

static void check_answers(outcome *o, const gst_point *point, double variance, int status,
                          int enclosing)
{
    const gst_risk *n = &o->newton, *e = &o->enclosed;
    if (status < GST_FAILED || enclosing < GST_FAILED)
        decide(o, WRONG, "a valid point is refused");
    else if (status == GST_FAILED)
        decide(o, isnan(n->excess_risk) && n->reason[0] ? FAILED : WRONG, n->reason);
    else if (!sound(n, point, variance))
        decide(o, WRONG, "unsound");
    else if (status == GST_LOOSE)
        decide(o, n->reason[0] ? LOOSE : WRONG, n->reason);
    else if (enclosing == GST_FAILED)
        decide(o, WRONG, "ok, but nothing encloses it");
    else if (isinf(e->excess_high))
        decide(o, OPEN, e->reason);
    else if (!(e->excess_low <= n->excess_risk + n->quad_error &&
               n->excess_risk - n->quad_error <= e->excess_high))
        decide(o, WRONG, "ok, but not enclosed");
    else
        decide(o, OK, "");
}

/* No model, for a reason that only computing tells: of arguments out of range none is drawn. */
static int is_honest_refusal(int status, const char *text)
{
    static const char diverges[] = "activation: its moments given the step's spikes overflow";
    return text[0] && (status == GST_FAILED ||
                       (status == GST_INVALID && strncmp(text, diverges, strlen(diverges)) == 0));
}

static void check_point(const char *options, outcome *o)
{
    network n;
    gst_model *model = NULL;
    gst_message message = {""};
    gst_solve_options newton = gst_solve_defaults(), enclose = newton;
    enclose.method = GST_METHOD_ENCLOSE;
    enclose.max_iterations = ENCLOSE_ITERATIONS;
    o->newton.excess_risk = o->newton.train_error = o->newton.quad_error = NAN;
    int status = network_open(&n, options, &message);
    if (status == GST_OK)
        status = gst_model_alloc(&model, &n.problem, &message);
    if (status != GST_OK) {
        decide(o, is_honest_refusal(status, message.text) ? FAILED : WRONG, message.text);
    } else {
        status = gst_model_solve(model, &n.point, &newton, &o->newton, NULL);
        gst_model_reset(model);
        int enclosing = gst_model_solve(model, &n.point, &enclose, &o->enclosed, NULL);
        check_answers(o, &n.point, gst_model_target_variance(model), status, enclosing);
    }
    gst_model_free(model);
    network_clear(&n);
}

/* ---- counting ----------------------------------------------------------------------------------- */

typedef struct {
    unsigned long long verdicts[VERDICTS], wide;
    char reason[REASONS][256];
    unsigned long long reasons[REASONS];
    size_t reason_count;
    double longest, widest; /* enclosures in units of the excess risk */
    char slowest[1200];
} statistics;

/* Numbers in messages are left out, so that equal reasons are equal texts. */
static void count_reason(statistics *s, const char *text)
{
    char reason[256];
    size_t length = 0;
    for (; *text && length < sizeof reason - 1; text++)
        if (!strchr("0123456789.", *text))
            reason[length++] = *text;
    reason[length] = '\0';
    size_t i = 0;
    while (i < s->reason_count && strcmp(s->reason[i], reason) != 0)
        i++;
    if (i == REASONS)
        i--;
    if (i == s->reason_count)
        memcpy(s->reason[s->reason_count++], reason, length + 1);
    s->reasons[i]++;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void count(statistics *s, const char *options, const outcome *o, double time)
{
    static const char *const names[VERDICTS] = {"ok", "OPEN", "loose", "failed", "WRONG"};
    s->verdicts[o->verdict]++;
    if (o->verdict != OK) {
        count_reason(s, o->reason);
        printf("%s: %s:%s\n", names[o->verdict], o->reason, options);
    } else {
        double width = o->enclosed.excess_high - o->enclosed.excess_low;
        s->wide += !(width <= 1e-3 * o->newton.excess_risk);
        s->widest = fmax(s->widest, width / o->newton.excess_risk);
    }
    if (time > s->longest) {
        s->longest = time;
        snprintf(s->slowest, sizeof s->slowest, "%s", options);
    }
}

static void report(const statistics *s, unsigned long long points, double time)
{
    printf("\n%llu points in %.1f s: %llu ok, %llu open, %llu loose, %llu failed, %llu wrong\n",
           points, time, s->verdicts[OK], s->verdicts[OPEN], s->verdicts[LOOSE],
           s->verdicts[FAILED], s->verdicts[WRONG]);
    printf(
        "%llu of the ok ones have an enclosure wider than 1e-3 of the excess risk, widest %.2g\n",
        s->wide, s->widest);
    printf("slowest, %.1f s:%s\nreasons:\n", s->longest, s->slowest);
    for (size_t i = 0; i < s->reason_count; i++)
        printf("%6llu  %s\n", s->reasons[i], s->reason[i]);
}

int main(int argc, char **argv)
{
    int listing = argc > 1 && strcmp(argv[1], "list") == 0;
    char **arguments = argv + 1 + listing;
    unsigned long long points = arguments[0] ? strtoull(arguments[0], NULL, 10) : DEFAULT_COUNT;
    unsigned long long seed =
        arguments[0] && arguments[1] ? strtoull(arguments[1], NULL, 10) : DEFAULT_SEED;
    unsigned long long first =
        arguments[0] && arguments[1] && arguments[2] ? strtoull(arguments[2], NULL, 10) : 0;
    static statistics s;
    double begin = seconds();
    for (unsigned long long i = first; i < first + points; i++) {
        point_text p;
        outcome o;
        draw(&p, seed, i);
        double start = seconds();
        check_point(p.text, &o);
        if (listing)
            printf("%s\t%.15g\t%.15g\t%.2g\t%s\n", p.text + 1, o.newton.excess_risk,
                   o.newton.train_error, o.newton.quad_error, gst_status_name(o.newton.status));
        else
            count(&s, p.text, &o, seconds() - start);
        fflush(stdout);
    }
    if (!listing)
        report(&s, points, seconds() - begin);
    return s.verdicts[WRONG] + s.verdicts[OPEN] == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
