/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expression_tape.c - build a tape: what the parser reads is appended, numbers are folded, kinks recorded.
 *
 *   1. An operation on numbers alone is replaced by its result.
 *   2. An operation with a kink records the slice of its argument, unless that is a number; a table records it once
 *      for each of its kinks, with the place of that as the slice's level.
 *   3. At the end the variables that occur are numbered 1, 2, ... in the order of their indices. */
#include "models/functions/expression_tape.h"

#include <stdlib.h>

#include "base/memory.h"
#include "models/functions/function_table.h"

gst_expression *gst_tape_alloc(const char *text, size_t length)
{
    gst_expression *out = gst_alloc(1, sizeof *out);
    if (!out)
        return NULL;
    out->text = gst_copy_string(text);
    out->tape = gst_alloc(length + 1, sizeof *out->tape);
    out->kinks = gst_alloc(length + 1, sizeof *out->kinks);
    out->kink_room = length + 1;
    if (out->text && out->tape && out->kinks)
        return out;
    gst_expression_free(out);
    return NULL;
}

void gst_expression_free(gst_expression *expression)
{
    if (!expression)
        return;
    gst_function_table_free(expression->tables);
    free(expression->text);
    free(expression->tape);
    free(expression->kinks);
    free(expression);
}

bool gst_tape_is_number(const gst_expression *out, size_t from, size_t to)
{
    return to - from == 1 && !out->tape[from].operation && out->tape[from].variable == 0;
}

void gst_tape_append(gst_expression *out, gst_instruction instruction)
{
    out->tape[out->length++] = instruction;
}

/* The tape from `start` on, arguments that are numbers and their operation, becomes one number. */
static void fold(gst_expression *out, size_t start)
{
    double v[2];
    const gst_stack stack = {.n = 1, .width = 1, .v = v};
    gst_tape_run(out->tape, (gst_slice){.from = start, .to = out->length}, &stack);
    out->tape[start] = (gst_instruction){.number = v[0]};
    out->length = start + 1;
}

void gst_tape_append_operation(gst_expression *out, const gst_operation *operation, size_t start,
                               size_t middle)
{
    const size_t end = out->length;
    const bool numbers = gst_tape_is_number(out, start, middle) &&
                         (middle == end || gst_tape_is_number(out, middle, end));
    gst_tape_append(out, (gst_instruction){.operation = operation});
    if (numbers) {
        fold(out, start);
        return;
    }
    const gst_slice argument = {.from = start,
                                .to = operation->kink == GST_KINK_DIFFERENCE ? end : middle};
    if (operation->kink != GST_SMOOTH && !gst_tape_is_number(out, argument.from, argument.to))
        out->kinks[out->kink_count++] = argument;
}

/* Room for `more` kinks. */
static int grow_kinks(gst_expression *out, size_t more)
{
    gst_slice *kinks = realloc(out->kinks, (out->kink_room + more) * sizeof *kinks);
    if (!kinks)
        return GST_NO_MEMORY;
    out->kinks = kinks;
    out->kink_room += more;
    return GST_OK;
}

int gst_tape_append_table(gst_expression *out, const char *name, size_t length, size_t start,
                          gst_message *message)
{
    gst_function_table *table;
    const size_t end = out->length;
    int status = gst_function_table_read(&table, name, length, message);
    if (status != GST_OK)
        return status;
    table->next = out->tables;
    out->tables = table;
    if (grow_kinks(out, table->kink_count) != GST_OK)
        return gst_fail(message, GST_NO_MEMORY, "no memory for a table");
    gst_tape_append(out, (gst_instruction){.operation = &gst_tabulated, .table = table});
    if (gst_tape_is_number(out, start, end)) {
        fold(out, start);
        return GST_OK;
    }
    for (size_t i = 0; i < table->kink_count; i++)
        out->kinks[out->kink_count++] =
            (gst_slice){.from = start, .to = end, .level = table->kinks[i]};
    return GST_OK;
}

void gst_tape_finish(gst_expression *out, size_t least)
{
    size_t place[GST_EXPRESSION_VARIABLES + 1] = {0}, height = 0;
    for (size_t index = 1; index <= least; index++)
        place[index] = 1;
    for (size_t i = 0; i < out->length; i++)
        place[out->tape[i].variable] = 1;
    place[0] = 0;
    for (size_t index = 1; index <= GST_EXPRESSION_VARIABLES; index++)
        if (place[index]) {
            out->variable[out->dim++] = index;
            place[index] = out->dim;
        }
    for (size_t i = 0; i < out->length; i++) {
        gst_instruction *instruction = &out->tape[i];
        instruction->variable = place[instruction->variable];
        height += !instruction->operation;
        height -= instruction->operation && instruction->operation->binary;
        out->slots = height > out->slots ? height : out->slots;
    }
}
