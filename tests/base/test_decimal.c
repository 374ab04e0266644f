/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_decimal.c - numbers written as printf's %.15g writes them: doubles of all kinds.
 *
 *     test_decimal [DRAWS [SEED]]   DRAWS of each kind, 200,000 by default */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "tests/numbers.h"

static unsigned long draws = 200000;
static uint64_t state = 1;

static uint64_t next(void)
{
    state += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t z = state;
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static void check(double x)
{
    char wanted[64], got[32];
    size_t length = gst_number_write(x, got);
    snprintf(wanted, sizeof wanted, "%.15g", x);
    ck_assert_msg(strcmp(wanted, got) == 0 && length == strlen(got), "%a: %s, wanted %s", x, got,
                  wanted);
}

/* A number and its neighbours, of both signs. */
static void check_around(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    for (uint64_t step = 0; step < 5; step++) {
        check(of_bits(bits + step - 2));
        check(-of_bits(bits + step - 2));
    }
}

START_TEST(bit_patterns)
{
    for (unsigned long i = 0; i < draws; i++)
        check(of_bits(next()));
}
END_TEST

START_TEST(numbers_of_tables)
{
    for (unsigned long i = 0; i < draws; i++) {
        double unit = (double)(next() >> 11) * 0x1p-53;
        check(unit);
        check(exp(60 * (unit - 0.7)));
        check((double)(int64_t)next() * 0x1p-10);
        check(floor(unit * 1e15));
        check(floor(unit * 1e5) / 1e4);
    }
}
END_TEST

/* Decimals of few digits, read back: what rounding makes 9s or 0s of. */
START_TEST(short_decimals)
{
    char text[64];
    for (unsigned long i = 0; i < draws; i++) {
        unsigned digits = (unsigned)(next() % 18);
        uint64_t most = 1;
        for (unsigned k = 0; k < digits; k++)
            most *= 10;
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)(next() % most),
                 (int)(next() % 660) - 340);
        check(strtod(text, NULL));
    }
}
END_TEST

/* m/2 10^15.. with a last half: N + 1/2 times powers of two and ten that a double holds. */
START_TEST(ties)
{
    for (unsigned long i = 0; i < draws; i++) {
        double half = floor((double)(next() >> 11) * 0x1p-53 * 1e15) + 0.5;
        check(half);
        check(half * 10);
        check(half / 4);
        check(ldexp(half, (int)(next() % 80) - 60));
        check((double)(next() >> 11) * 1e3 + 5);
        check(ldexp((double)(next() >> 40), -(int)(next() % 70)));
    }
}
END_TEST

START_TEST(powers_and_ends)
{
    const double ends[] = {0,      -0.0,    INFINITY, -INFINITY, NAN,       5e-324,
                           1e-310, 4.9e-42, 1e-5,     1e-4,      9.9e-5,    999999999999999.4,
                           1e15,   1e16,    0x1p53,   0x1p63,    1e300,     1.7976931348623157e308,
                           0.1,    0.3,     1.0 / 3,  123456.5,  1e14 + 0.5};
    char text[64];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        check(ends[i]);
    for (int k = -324; k <= 308; k++) {
        snprintf(text, sizeof text, "1e%d", k);
        check_around(strtod(text, NULL));
        snprintf(text, sizeof text, "9.99999999999999%se%d", k % 2 ? "5" : "", k);
        check_around(strtod(text, NULL));
    }
    for (int k = -1074; k <= 1023; k++)
        check_around(ldexp(1, k));
    for (unsigned long i = 0; i < draws; i++)
        check(of_bits(next() >> 12 >> next() % 50));
}
END_TEST

int main(int argc, char **argv)
{
    draws = argc > 1 ? strtoul(argv[1], NULL, 10) : draws;
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : state;
    TCase *all = tcase_create("decimal");
    tcase_set_timeout(all, 600);
    tcase_add_test(all, bit_patterns);
    tcase_add_test(all, numbers_of_tables);
    tcase_add_test(all, short_decimals);
    tcase_add_test(all, ties);
    tcase_add_test(all, powers_and_ends);
    return run_cases("decimal", all);
}
