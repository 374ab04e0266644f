/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression.c - read functions of z1..z9 given as text and compile them to a constant tape.
 *
 * Precedence climbing (Pratt 1973):
 *   1. An operand is a number, a name, a sign with its operand, a parenthesis or a call.
 *   2. An infix operator that binds at least as tightly as the caller asks for takes the operand to
 *      its left and reads the one to its right; the table `infixes` holds the strengths.
 *   3. What is read is appended to a postfix tape at once: a subexpression is a slice of the tape.
 *      An operation on numbers alone is replaced by its result.
 *   4. An operation with a kink records the slice of its argument, unless that is a number.
 *   5. At the end the variables that occur are numbered 1, 2, ... in the order of their indices.
 *
 * Steps 3 to 5 are in expression_tape.c.
 *
 * Reading stops at the first error, and everything before it is ASCII, so its column counts bytes
 * and characters alike.  Nothing depends on the locale. */
#include "models/functions/expression.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/functions/expression_tape.h"
#include "base/nearest.h"

typedef struct {
    const char *text;
    size_t at;    /* first byte not yet read */
    size_t depth; /* nested operands being read */
    size_t variables;
    gst_expression *out;
    gst_message *message;
    char digits[GST_EXPRESSION_LENGTH + 32]; /* of the number being read */
} parser;

enum { SIGN_STRENGTH = 3 };

#define TABLE "table:"
#define TABLE_LENGTH (sizeof TABLE - 1)

typedef struct {
    char symbol;
    int strength;
    bool right_associative;
    const gst_operation *operation;
} infix;

static const infix infixes[] = {
    {.symbol = '+', .strength = 1, .right_associative = false, .operation = &gst_add},
    {.symbol = '-', .strength = 1, .right_associative = false, .operation = &gst_subtract},
    {.symbol = '*', .strength = 2, .right_associative = false, .operation = &gst_multiply},
    {.symbol = '/', .strength = 2, .right_associative = false, .operation = &gst_divide},
    {.symbol = '^', .strength = 4, .right_associative = true, .operation = &gst_power},
};

static const struct {
    const char *name;
    double value;
} constants[] = {{"pi", 3.14159265358979323846}, {"e", 2.71828182845904523536}};

static bool read_expression(parser *p, int strength);

/* isdigit and isalpha without the locale. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static char peek(parser *p)
{
    while (p->text[p->at] == ' ' || p->text[p->at] == '\t')
        p->at++;
    return p->text[p->at];
}

static bool fail(parser *p, const char *what, size_t column)
{
    gst_fail(p->message, GST_INVALID, "%s at column %zu", what, column);
    return false;
}

/* Fails with what was wanted and what comes instead. */
static bool expected(parser *p, const char *wanted)
{
    char what[128];
    const unsigned char found = (unsigned char)peek(p);
    if (found == '\0')
        snprintf(what, sizeof what, "expected %s, found the end", wanted);
    else if (found < ' ' || found > '~')
        snprintf(what, sizeof what, "expected %s, found byte 0x%02X", wanted, found);
    else
        snprintf(what, sizeof what, "expected %s, found '%c'%s", wanted, found,
                 found == ',' ? " (decimals take a point)" : "");
    return fail(p, what, p->at + 1);
}

static bool accept(parser *p, char symbol, const char *wanted)
{
    if (peek(p) != symbol)
        return expected(p, wanted);
    p->at++;
    return true;
}

/* An operand inside another one: the only way to recurse without limit. */
static bool read_nested(parser *p, int strength)
{
    if (p->depth >= GST_EXPRESSION_NESTING)
        return fail(p, "nested too deeply", p->at);
    p->depth++;
    const bool read = read_expression(p, strength);
    p->depth--;
    return read;
}

static size_t count_digits(const char *text)
{
    size_t count = 0;
    while (is_digit(text[count]))
        count++;
    return count;
}

/* The exponent at text, or 0: its value and the number of characters it takes. */
static long read_exponent(const char *text, size_t *taken)
{
    const size_t sign = text[0] != '\0' && (text[1] == '+' || text[1] == '-');
    *taken = 0;
    if ((text[0] != 'e' && text[0] != 'E') || !is_digit(text[1 + sign]))
        return 0;
    *taken = 1 + sign + count_digits(text + 1 + sign);
    const long exponent = strtol(text + 1, NULL, 10); /* clamped */
    return exponent > 100000 ? 100000 : exponent < -100000 ? -100000 : exponent;
}

/* digits [. digits] [e [sign] digits].  strtod gets the digits without the point and an exponent
 * that makes up for it, so that it rounds correctly in every locale. */
static bool read_number(parser *p)
{
    const char *text = p->text + p->at;
    char *digits = p->digits;
    const size_t whole = count_digits(text), point = text[whole] == '.';
    const size_t decimals = point ? count_digits(text + whole + 1) : 0, count = whole + decimals;
    size_t taken;
    const long exponent = read_exponent(text + count + point, &taken);
    if (count == 0)
        return expected(p, "a number, a variable or a function");
    memcpy(digits, text, whole);
    memcpy(digits + whole, text + whole + point, decimals);
    snprintf(digits + count, sizeof p->digits - count, "e%ld", exponent - (long)decimals);
    const double number = strtod(digits, NULL);
    if (!isfinite(number) || (number == 0 && strspn(digits, "0") < count))
        return fail(p, "number outside the range of a double", p->at + 1);
    p->at += count + point + taken;
    gst_tape_append(p->out, (gst_instruction){.number = number});
    return true;
}

/* The arguments and the closing parenthesis of a call; or the bare name of a function, alone. */
static bool read_call(parser *p, const gst_operation *function)
{
    const size_t start = p->out->length;
    if (peek(p) == '\0' && p->depth == 0 && start == 0 && function->unary) {
        gst_tape_append(p->out, (gst_instruction){.variable = 1});
        gst_tape_append_operation(p->out, function, 0, 1);
        return true;
    }
    if (!accept(p, '(', "'(' after a function") || !read_nested(p, 0))
        return false;
    const size_t middle = p->out->length;
    if (function->binary && !(accept(p, ',', "',' and a second argument") && read_nested(p, 0)))
        return false;
    if (!accept(p, ')', "an operator or ')'"))
        return false;
    gst_tape_append_operation(p->out, function, start, middle);
    return true;
}

/* The index of the variable called name (z, z1 .. z9), or 0. */
static size_t variable_index(const char *name, size_t length)
{
    if (name[0] != 'z' || length > 2)
        return 0;
    return length == 1 ? 1 : is_digit(name[1]) ? (size_t)(name[1] - '0') : 0;
}

static bool refuse_name(parser *p, const char *name, size_t length, size_t column)
{
    gst_nearest nearest = {0};
    for (size_t i = 0; gst_expression_function_name(i); i++)
        gst_nearest_try(&nearest, name, length, gst_expression_function_name(i));
    const char *known = nearest.known;
    char variables[32] = "z";
    if (p->variables > 1)
        snprintf(variables, sizeof variables, "z1 to z%zu", p->variables);
    gst_fail(p->message, GST_INVALID,
             "'%.*s' at column %zu is no function, no constant and no variable (%s)%s%s",
             length > 40 ? 40 : (int)length, name, column, variables,
             known ? "; did you mean " : "", known ? known : "");
    return false;
}

/* table:FILE and its argument in parentheses; without these, z1.  Blanks, parentheses and commas end the name. */
static bool read_table(parser *p)
{
    const size_t start = p->out->length;
    const char *name = p->text + p->at + TABLE_LENGTH;
    const size_t length = strcspn(name, " \t(),");
    p->at += TABLE_LENGTH + length;
    if (peek(p) != '(')
        gst_tape_append(p->out, (gst_instruction){.variable = 1});
    else if (!accept(p, '(', "'('") || !read_nested(p, 0) || !accept(p, ')', "an operator or ')'"))
        return false;
    return gst_tape_append_table(p->out, name, length, start, p->message) == GST_OK;
}

static bool read_name(parser *p)
{
    const char *name = p->text + p->at;
    size_t length = 1;
    while (is_letter(name[length]) || is_digit(name[length]))
        length++;
    if (strncmp(name, TABLE, TABLE_LENGTH) == 0)
        return read_table(p);
    const size_t variable = variable_index(name, length);
    const gst_operation *function = gst_operation_find(name, length);
    const size_t column = p->at + 1;
    p->at += length;
    if (function)
        return read_call(p, function);
    if (variable > 0 && variable <= p->variables) {
        gst_tape_append(p->out, (gst_instruction){.variable = variable});
        return true;
    }
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++)
        if (strlen(constants[i].name) == length && memcmp(constants[i].name, name, length) == 0) {
            gst_tape_append(p->out, (gst_instruction){.number = constants[i].value});
            return true;
        }
    return refuse_name(p, name, length, column);
}

static bool read_operand(parser *p)
{
    const char c = peek(p);
    const size_t start = p->out->length;
    if (is_letter(c))
        return read_name(p);
    if (c != '(' && c != '-' && c != '+')
        return read_number(p);
    p->at++;
    if (c == '(')
        return read_nested(p, 0) && accept(p, ')', "an operator or ')'");
    if (!read_nested(p, SIGN_STRENGTH))
        return false;
    if (c == '-')
        gst_tape_append_operation(p->out, &gst_negate, start, p->out->length);
    return true;
}

static const infix *find_infix(char symbol)
{
    for (size_t i = 0; i < sizeof infixes / sizeof infixes[0]; i++)
        if (infixes[i].symbol == symbol)
            return &infixes[i];
    return NULL;
}

/* The power whose exponent starts at `middle`: integers work for negative bases too. */
static const gst_operation *choose_power(const gst_expression *out, size_t middle)
{
    const double exponent = out->tape[middle].number;
    if (!gst_tape_is_number(out, middle, out->length) || exponent != trunc(exponent))
        return &gst_power;
    return exponent >= 0 ? &gst_power_whole : &gst_power_negative;
}

/* An operand and all infix operators after it that are at least as strong. */
static bool read_expression(parser *p, int strength)
{
    const size_t start = p->out->length;
    if (!read_operand(p))
        return false;
    for (;;) {
        const infix *found = find_infix(peek(p));
        if (!found || found->strength < strength)
            return true;
        const size_t middle = p->out->length;
        p->at++;
        if (!(found->right_associative ? read_nested(p, found->strength)
                                       : read_expression(p, found->strength + 1)))
            return false;
        const gst_operation *operation = found->operation;
        if (operation == &gst_power)
            operation = choose_power(p->out, middle);
        gst_tape_append_operation(p->out, operation, start, middle);
    }
}

int gst_expression_compile_of(gst_expression **expression, const char *text, size_t variables,
                              size_t least, gst_message *message)
{
    const size_t length = strnlen(text, GST_EXPRESSION_LENGTH + 1);
    *expression = NULL;
    if (variables < 1 || variables > GST_EXPRESSION_VARIABLES)
        return gst_fail(message, GST_INVALID, "%zu variables: 1 to %d are possible", variables,
                        GST_EXPRESSION_VARIABLES);
    if (length > GST_EXPRESSION_LENGTH)
        return gst_fail(message, GST_INVALID, "text too long at column %d",
                        GST_EXPRESSION_LENGTH + 1);
    gst_expression *out = gst_tape_alloc(text, length);
    if (!out)
        return gst_fail(message, GST_NO_MEMORY, "no memory for an expression");
    parser p = {.text = text, .variables = variables, .out = out, .message = message, .digits = ""};
    if (!read_expression(&p, 0) || (peek(&p) != '\0' && !expected(&p, "an operator"))) {
        gst_expression_free(out);
        return GST_INVALID;
    }
    gst_tape_finish(out, least);
    *expression = out;
    return GST_OK;
}

int gst_expression_compile(gst_expression **expression, const char *text, size_t variables,
                           gst_message *message)
{
    return gst_expression_compile_of(expression, text, variables, 0, message);
}
