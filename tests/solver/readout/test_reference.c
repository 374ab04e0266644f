/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_reference.c - the tables of tests/reference, which say where they come from: errors, bounds and order
 * parameters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "giantstep/bounds.h"
#include "tests/network.h"

enum { FIELDS = 7, ROWS = 128, LINE = 1000 };

/* Lines of a table, comments left out; curve and bounds tables begin with a line of names. */
typedef struct {
    int rows;
    char line[ROWS][LINE];
} table;

static table curve, bounds, printed, order;

static void read_table(table *t, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "tests/reference/%s.tsv", name);
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    while (t->rows < ROWS && fgets(t->line[t->rows], LINE, file)) {
        t->line[t->rows][strcspn(t->line[t->rows], "\n")] = '\0';
        t->rows += t->line[t->rows][0] != '#';
    }
    fclose(file);
}

/* The fields of a line, which is cut up; their number. */
static int split(char *line, const char *separator, char **fields, int most)
{
    int count = 0;
    for (char *at = strtok(line, separator); at && count < most; at = strtok(NULL, separator))
        fields[count++] = at;
    return count;
}

/* ---- errors ------------------------------------------------------------------------------------- */

/* id options excess_risk test_error train_error abs_error: to 1e-10 relative and ten times the reference's own
 * error, but at least to 1e-8. */
START_TEST(errors)
{
    char *field[FIELDS];
    ck_assert_int_eq(split(curve.line[_i], "\t", field, FIELDS), 6);
    gst_risk risk = solved("%s", field[1]);
    const double have[3] = {risk.excess_risk, risk.test_error, risk.train_error};
    for (int i = 0; i < 3; i++) {
        double value = strtod(field[2 + i], NULL), own = strtod(field[5], NULL);
        double tol = fmin(1e-10 * value + 10 * own, 1e-8 * value);
        ck_assert_msg(fabs(have[i] - value) <= tol, "row %s, number %d: %.15g, reference %.15g",
                      field[0], i + 1, have[i], value);
    }
}
END_TEST

/* Half a unit of the last printed digit. */
static double half_digit(const char *number)
{
    const char *point = strchr(number, '.');
    return 0.5001 * pow(10, -(double)strlen(point + 1));
}

START_TEST(printed_digits)
{
    char *field[FIELDS];
    gst_solution *solution;
    network n;
    ck_assert_int_eq(split(printed.line[_i], "\t", field, FIELDS), 5);
    network_make(&n, "%s", field[0]);
    gst_risk risk = network_solve(&n, &solution);
    double have[4] = {risk.excess_risk, risk.test_error, risk.train_error, 0};
    for (size_t g = 0; g < n.layer.K; g++)
        have[3] += solution->V2[g];
    for (int i = 0; i < 4; i++) {
        if (strcmp(field[i + 1], "-") != 0)
            ASSERT_NEAR(have[i], strtod(field[i + 1], NULL), half_digit(field[i + 1]));
    }
    gst_solution_free(solution);
    network_clear(&n);
}
END_TEST

/* ---- bounds ------------------------------------------------------------------------------------- */

START_TEST(bounds_of_reference)
{
    char *field[FIELDS];
    network n;
    gst_bounds b;
    ck_assert_int_eq(split(bounds.line[_i], "\t", field, FIELDS), 6);
    network_make(&n, "%s", field[0]);
    ck_assert_int_eq(gst_bounds_compute(&n.problem, 1e-10, &b, NULL), GST_OK);
    const double have[4] = {b.upper, b.lower, b.lower_published, b.kernel};
    for (int i = 0; i < 4; i++)
        ASSERT_CLOSE(have[i], strtod(field[i + 1], NULL), 1e-10);
    network_clear(&n);
}
END_TEST

/* ---- order parameters --------------------------------------------------------------------------- */

/* One network of the table: what has been computed, by the table's names. */
typedef struct {
    gst_features *f;
    gst_solution *found;
    double sign; /* ours against the reference's, of the spike */
} computed;

/* Entry i of a quantity; NaN if it has no such name. */
static double computed_value(const computed *c, const char *name, size_t i)
{
    const gst_solution *found = c->found;
    const struct {
        const char *name;
        const double *at;
        double sign;
    } quantities[] = {
        {"U", c->f->U, c->sign},
        {"c", c->f->c, 1},
        {"gamma", c->f->gamma, c->sign},
        {"V1", found->V1, 1},
        {"V2", found->V2, 1},
        {"m", found->mean, 1},
        {"theta", found->theta, c->sign},
        {"eps", found->eps, 1},
        {"Q", found->Q, 1},
        {"q2", found->q2, 1},
    };
    for (size_t k = 0; k < sizeof quantities / sizeof *quantities; k++)
        if (strcmp(name, quantities[k].name) == 0)
            return quantities[k].sign * quantities[k].at[i];
    if (strcmp(name, "psi_psi") == 0) {
        size_t K = found->K, q = found->q;
        double sum = 0;
        for (size_t j = 0; j < q; j++)
            sum += found->psi[i / K * q + j] * found->psi[i % K * q + j];
        return sum;
    }
    if (strncmp(name, "C_", 2) == 0)
        return features_covariance(c->f, (size_t)strtoul(name + 2, NULL, 10) - 1, i / (c->f->r + 1),
                                   i % (c->f->r + 1));
    return NAN;
}

static void check_quantity(computed *c, char *line)
{
    char *name_and_values[2], *value[64];
    ck_assert_int_eq(split(line, "\t", name_and_values, 2), 2);
    const char *name = name_and_values[0];
    int count = split(name_and_values[1], " ", value, 64);
    double size = 0;
    for (int i = 0; i < count; i++)
        size = fmax(size, fabs(strtod(value[i], NULL)));
    if (strcmp(name, "U") == 0)
        c->sign = strtod(value[0], NULL) * c->f->U[0] < 0 ? -1 : 1;
    for (int i = 0; i < count; i++) {
        double have = computed_value(c, name, (size_t)i), want = strtod(value[i], NULL);
        ck_assert_msg(fabs(have - want) <= 3e-12 * size + 1e-13, "%s[%d]: %.15g, reference %.15g",
                      name, i, have, want);
    }
}

/* Loop over networks: lines that begin with --; the lines below hold its numbers. */
START_TEST(order_parameters)
{
    int at = 0, found = -1;
    for (; at < order.rows; at++) {
        found += order.line[at][0] == '-';
        if (found == _i)
            break;
    }
    network n;
    computed c = {.sign = 1};
    network_make(&n, "%s", order.line[at]);
    c.f = network_features(&n);
    network_solve(&n, &c.found);
    for (at++; at < order.rows && order.line[at][0] != '-'; at++)
        check_quantity(&c, order.line[at]);
    gst_solution_free(c.found);
    gst_features_free(c.f);
    network_clear(&n);
}
END_TEST

int main(void)
{
    int networks = 0;
    read_table(&curve, "curve");
    read_table(&bounds, "bounds");
    read_table(&printed, "printed");
    read_table(&order, "order_parameters");
    for (int i = 0; i < order.rows; i++)
        networks += order.line[i][0] == '-';
    TCase *cases = tcase_create("reference");
    tcase_add_loop_test(cases, errors, 1, curve.rows);
    tcase_add_loop_test(cases, printed_digits, 1, printed.rows);
    tcase_add_loop_test(cases, bounds_of_reference, 1, bounds.rows);
    tcase_add_loop_test(cases, order_parameters, 0, networks);
    return run_cases("reference", cases);
}
