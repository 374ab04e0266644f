/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_expression.c - any text is compiled or refused with a message; what compiles is what its own text says. */
#include <stdlib.h>
#include <string.h>

#include "models/functions/expression.h"
#include "tests/fuzz/fuzz.h"

enum { VARIABLES = 2, POINTS = 6 };

static void compare(const gst_expression *a, const gst_expression *b)
{
    static const double x[VARIABLES * POINTS] = {0, -1.3, 0.7,  2.9, -40, 1e-9,
                                                 1, 0.2,  -0.4, 3,   7,   -1e3};
    double value[2][POINTS], slope[2][VARIABLES * POINTS];
    memset(slope, 0, sizeof slope);
    gst_expression_evaluate(a, POINTS, x, value[0], slope[0]);
    gst_expression_evaluate(b, POINTS, x, value[1], slope[1]);
    for (size_t i = 0; i < POINTS; i++)
        fuzz_check(value[0][i] == value[1][i] ||
                       (value[0][i] != value[0][i] && value[1][i] != value[1][i]),
                   "the expression's own text has its values");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gst_expression *f = NULL, *again = NULL;
    gst_message message = {""};
    char *text = fuzz_text(data, size);
    int status = gst_expression_compile(&f, text, VARIABLES, &message);
    fuzz_check(status >= 0 || message.text[0] != '\0', "a refusal has a message");
    fuzz_check((status >= 0) == (f != NULL), "an expression or a failure");
    if (f) {
        fuzz_check(gst_expression_compile(&again, gst_expression_text(f), VARIABLES, &message) >= 0,
                   "the expression's own text compiles");
        compare(f, again);
    }
    gst_expression_free(f);
    gst_expression_free(again);
    free(text);
    return 0;
}
