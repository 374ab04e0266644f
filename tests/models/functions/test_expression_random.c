/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_expression_random.c - random texts for the parser, with fixed seeds.
 *
 *   1. Random trees, whose value is computed while their text is written: a second evaluation.
 *   2. Random tokens and mutated expressions: accepted ones evaluate, refused ones name a column.
 */
#include "models/functions/expression.h"
#include "integrals/integrand.h"

#include <check.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static gst_expression *compile(const char *text)
{
    gst_expression *expression;
    gst_message message = {""};
    int status = gst_expression_compile(&expression, text, 9, &message);
    ck_assert_msg(status == GST_OK, "%s: %s", text, message.text);
    return expression;
}

static int close_to(double a, double b, double tolerance)
{
    return isnan(b) ? isnan(a) : islessequal(fabs(a - b), tolerance * (1 + fabs(b)));
}

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static size_t pick(uint64_t *state, size_t count)
{
    return (size_t)(draw(state) % count);
}

static double uniform(uint64_t *state, double low, double high)
{
    return low + (high - low) * ((double)(draw(state) >> 11) / 9007199254740992.0);
}

/* 1. Random trees, written with as few parentheses as the grammar needs. */
typedef struct {
    uint64_t state;
    char text[4000];
    size_t length;
    double x[3];
} writer;

static void put(writer *w, const char *text)
{
    w->length += (size_t)snprintf(w->text + w->length, sizeof w->text - w->length, "%s%s",
                                  draw(&w->state) % 4 == 0 ? " " : "", text);
}

static double write_tree(writer *w, size_t depth, int strength);

static double write_leaf(writer *w)
{
    static const char *names[] = {"z", "z2", "z5"};
    char number[32];
    const size_t i = pick(&w->state, 4);
    if (i < 3) {
        put(w, names[i]);
        return w->x[i];
    }
    const double value = (double)(1 + pick(&w->state, 999)) / 100;
    snprintf(number, sizeof number, "%.2f", value);
    put(w, number);
    return strtod(number, NULL);
}

static const struct {
    const char *name;
    double (*value)(double);
} functions[] = {{"tanh", tanh}, {"sin", sin}, {"erf", erf},   {"exp", exp},
                 {"abs", fabs},  {"log", log}, {"sqrt", sqrt}, {"cos", cos}};

static double write_call(writer *w, size_t depth)
{
    const size_t i = pick(&w->state, COUNT(functions));
    put(w, functions[i].name);
    put(w, "(");
    const double u = write_tree(w, depth - 1, 1);
    put(w, ")");
    return functions[i].value(u);
}

static double write_extreme(writer *w, size_t depth)
{
    const int least = pick(&w->state, 2) == 0;
    put(w, least ? "min(" : "max(");
    const double a = write_tree(w, depth - 1, 1);
    put(w, ",");
    const double b = write_tree(w, depth - 1, 1);
    put(w, ")");
    return isnan(a + b) ? NAN : least ? fmin(a, b) : fmax(a, b);
}

static double write_infix(writer *w, size_t depth, char symbol)
{
    const char text[2] = {symbol, '\0'};
    const int sum = symbol == '+' || symbol == '-', power = symbol == '^';
    const double a = write_tree(w, depth - 1, sum ? 1 : power ? 5 : 2);
    put(w, text);
    const double b = write_tree(w, depth - 1, sum ? 2 : 3);
    if (sum || power)
        return power ? pow(a, b) : symbol == '+' ? a + b : a - b;
    return symbol == '*' ? a * b : a / b;
}

static double write_tree(writer *w, size_t depth, int strength)
{
    static const char symbols[] = "++-**/^n";
    static const int strengths[] = {1, 1, 1, 2, 2, 2, 4, 3};
    const size_t kind = depth == 0 ? 99 : pick(&w->state, 12);
    if (kind >= 12)
        return write_leaf(w);
    if (kind >= 8)
        return kind == 8 ? write_extreme(w, depth) : write_call(w, depth);
    const int wrap = strengths[kind] < strength || pick(&w->state, 9) == 0;
    double value;
    put(w, wrap ? "(" : "");
    if (symbols[kind] == 'n') {
        put(w, "-");
        value = -write_tree(w, depth - 1, 3);
    } else {
        value = write_infix(w, depth, symbols[kind]);
    }
    put(w, wrap ? ")" : "");
    return value;
}

/* The two evaluations round differently: trees whose value jumps if the point moves by
 * 1e-13 are not compared. */
START_TEST(random_trees)
{
    writer w = {.state = 20240611};
    size_t compared = 0;
    for (size_t trial = 0; trial < 20000; trial++) {
        double own[3], near[3], shifted;
        for (size_t j = 0; j < 3; j++)
            w.x[j] = uniform(&w.state, -2, 2);
        w.length = 0;
        const double want = write_tree(&w, 1 + trial % 4, 1);
        gst_expression *expression = compile(w.text);
        const size_t dim = gst_expression_dim(expression);
        for (size_t j = 0; j < dim; j++) {
            const size_t index = gst_expression_variable(expression, j);
            own[j] = w.x[index == 1 ? 0 : index == 2 ? 1 : 2];
            near[j] = own[j] * (1 + 1e-13);
        }
        double value;
        gst_expression_evaluate(expression, 1, own, &value, NULL);
        gst_expression_evaluate(expression, 1, near, &shifted, NULL);
        gst_expression_free(expression);
        if (isnan(want) || !close_to(shifted, value, 1e-10))
            continue;
        compared++;
        ck_assert_msg(close_to(value, isinf(want) ? NAN : want, 1e-9), "%s: %.17g, not %.17g",
                      w.text, value, want);
    }
    ck_assert_uint_gt(compared, 10000);
}
END_TEST

/* The column at the end of a message, or 0. */
static size_t column_of(const gst_message *message)
{
    const char *last = strstr(message->text, " at column ");
    for (const char *next = last; next; next = strstr(next + 1, " at column "))
        last = next;
    return last ? (size_t)strtoul(last + strlen(" at column "), NULL, 10) : 0;
}

/* 2. A text as the parser gets it: at the end of its own allocation, so that sanitizers see
 * overruns.  Accepted, it evaluates alike in an array and alone; refused, it names a column. */
static int try_text(const char *text, size_t length)
{
    enum { N = 3 };
    gst_message message = {""};
    gst_expression *expression;
    char *copy = malloc(length + 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, length);
    copy[length] = '\0';
    const int status = gst_expression_compile(&expression, copy, 9, &message);
    free(copy);
    if (status != GST_OK) {
        const size_t column = column_of(&message);
        ck_assert_int_eq(status, GST_INVALID);
        ck_assert_msg(column >= 1 && column <= length + 1, "%s: %s", text, message.text);
        return 0;
    }
    double x[N * 9], value[N], derivative[N], alone, *out;
    gst_kinks kinks = gst_expression_kinks(expression);
    for (size_t k = 0; k < N * kinks.dim; k++)
        x[k] = k % 5 == 3 ? 0 : 1.373 * (double)k - 3.1;
    ck_assert_ptr_nonnull(out = malloc((N * kinks.count + 1) * sizeof *out));
    kinks.arguments(N, x, out, kinks.params);
    free(out);
    gst_expression_evaluate(expression, N, x, value, derivative);
    for (size_t k = 0; k < N; k++) {
        double point[9];
        for (size_t j = 0; j < kinks.dim; j++)
            point[j] = x[j * N + k];
        gst_expression_evaluate(expression, 1, point, &alone, NULL);
        ck_assert_msg(isfinite(value[k]) ? alone == value[k] : isnan(value[k]), "%.*s: %g",
                      (int)length, text, value[k]);
        ck_assert(isfinite(derivative[k]) || isnan(derivative[k]));
    }
    gst_expression_free(expression);
    return 1;
}

START_TEST(random_texts)
{
    /* clang-format off */
    static const char *tokens[] = {
        "z", "z1", "z2", "z9", "z0", "1", "0.5", ".5", "2e-3", "1e300", "1e400", "e", "pi",
        "+", "-", "*", "/", "^", "(", ")", "(", ")", ",", " ", "=", ".", "x", "tanh", "relu(",
        "min(", "max(", "abs(", "log(", "sqrt(", "h3(", "exp(", "\xe2\x88\x92", "\t", "64",
        "-3",
    };
    /* clang-format on */
    uint64_t state = 424243;
    size_t accepted = 0;
    for (size_t trial = 0; trial < 120000; trial++) {
        char text[256] = "";
        size_t length = 0;
        for (size_t count = 1 + pick(&state, trial % 2 ? 4 : 12); count > 0; count--)
            length = (size_t)(stpcpy(text + length, tokens[pick(&state, COUNT(tokens))]) - text);
        accepted += (size_t)try_text(text, length);
    }
    ck_assert_uint_gt(accepted, 1000);
}
END_TEST

static const char *valid[] = {
    "tanh",
    " .5\t",
    "1.5E+1",
    "2*e-3*pi",
    "-z^2",
    "--z",
    "2^-z^2",
    "2/3*z-1-(2-3)",
    "z1 + z1*z2",
    "z^0+z^-7",
    "z^65/z9",
    "abs(z)^z2",
    "exp(z)^z",
    "max(min(z,2),1)-z2",
    "min(z1 , z2*max(1, z1))",
    "sqrt(abs(z2))+relu(z1)",
    "((((z2))))-sign(z1)",
    "log(1+z^2)*step(z7)",
    "h3(gelu(z)/softplus(2))",
};

/* Valid expressions with characters replaced, inserted and removed, or two of them spliced. */
START_TEST(mutated_texts)
{
    static const char alphabet[] = "z123456789().,+-*/^ eipmnaxtherlusgqo0\t=\x80\xff\x01~";
    uint64_t state = 99991;
    size_t accepted = 0;
    for (size_t trial = 0; trial < 120000; trial++) {
        const char *one = valid[pick(&state, COUNT(valid))];
        const char *other = valid[pick(&state, COUNT(valid))];
        char text[512];
        size_t length = (size_t)(stpcpy(text, one) - text);
        if (pick(&state, 3) == 0) {
            length = pick(&state, length + 1);
            length = (size_t)(stpcpy(text + length, other + pick(&state, strlen(other))) - text);
        }
        for (size_t count = pick(&state, 4); count > 0; count--) {
            const size_t at = pick(&state, length), kind = pick(&state, 3);
            if (kind == 0) {
                memmove(text + at + 1, text + at, length - at);
                length++;
            }
            if (kind < 2)
                text[at] = alphabet[pick(&state, sizeof alphabet - 1)];
            else if (length > 1)
                memmove(text + at, text + at + 1, --length - at);
        }
        text[length] = '\0';
        accepted += (size_t)try_text(text, length);
    }
    ck_assert_uint_gt(accepted, 10000);
}
END_TEST

static Suite *expression_suite(void)
{
    Suite *suite = suite_create("expression random");
    TCase *texts = tcase_create("random");
    tcase_add_test(texts, random_trees);
    tcase_add_test(texts, random_texts);
    tcase_add_test(texts, mutated_texts);
    tcase_set_timeout(texts, 60);
    suite_add_tcase(suite, texts);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(expression_suite());
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
