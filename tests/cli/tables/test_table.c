/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_table.c - rows of a table, in which a number that is that of the row before, or its left neighbour, is not formatted
 * again: against printf (zero and nan without a sign), cell by cell, for numbers drawn from few so that most are repeated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tables/table.h"
#include "tests/numbers.h"

enum { COLUMNS = 6, ROWS = 3000, NUMBERS = 9 };

/* Numbers, and in one column texts. */
static gst_cell draw(unsigned long long *state, size_t column)
{
    const double numbers[NUMBERS] = {0.0,  -0.0,      NAN,     INFINITY,         -INFINITY,
                                     -NAN, 1.0 / 3.0, -1e-300, 0.142857142857143};
    size_t which = (size_t)(NUMBERS * uniform(state)) % NUMBERS;
    if (column == 3 && which < 3)
        return gst_cell_text(which == 0 ? "ok" : "loose");
    return gst_cell_number(numbers[which]);
}

static size_t add_expected(char *to, gst_cell cell, const char *separator)
{
    if (cell.text)
        return (size_t)sprintf(to, "%s%s", separator, cell.text);
    if (isnan(cell.number))
        return (size_t)sprintf(to, "%snan", separator);
    return (size_t)sprintf(to, "%s%.15g", separator, cell.number == 0 ? 0.0 : cell.number);
}

START_TEST(repeated_cells)
{
    static const char *const names[COLUMNS] = {"a", "b", "c", "d", "e", "f"};
    const char *separator = _i == GST_FORMAT_TSV ? "\t" : ",";
    gst_output output = {.fd = -1};
    gst_table table;
    gst_cell cells[COLUMNS] = {{NULL, 0.0}};
    unsigned long long state = 71;
    gst_table_begin(&table, &output, (gst_table_format)_i);
    gst_table_header(&table, COLUMNS, names);
    for (size_t row = 0; row < ROWS; row++) {
        char expected[COLUMNS * 40];
        size_t length = 0;
        output.used = 0;
        for (size_t i = 0; i < COLUMNS; i++) {
            if (uniform(&state) < 0.5)
                cells[i] = draw(&state, i);
            length += add_expected(expected + length, cells[i], i > 0 ? separator : "");
        }
        gst_table_row(&table, COLUMNS, cells);
        ck_assert_msg(output.used == length + 1 && memcmp(output.text, expected, length) == 0 &&
                          output.text[length] == '\n',
                      "%.*snot %s", (int)output.used, output.text, expected);
    }
    gst_table_drop(&table);
    free(output.text);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("table");
    tcase_add_loop_test(cases, repeated_cells, GST_FORMAT_TSV, GST_FORMAT_CSV + 1);
    return run_cases("table", cases);
}
