/* SPDX-License-Identifier: GPL-3.0-or-later */
/* numbers.c - what every test program needs. */
#include "tests/numbers.h"

#include <stdlib.h>

double *doubles(size_t n)
{
    double *a = calloc(n > 0 ? n : 1, sizeof *a);
    ck_assert_ptr_nonnull(a);
    return a;
}

double uniform(unsigned long long *state)
{
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
}

void fill(unsigned long long *state, size_t n, double *a)
{
    for (size_t i = 0; i < n; i++)
        a[i] = 2 * uniform(state) - 1;
}

void fill_square(unsigned long long *state, size_t n, size_t rank, double ridge, double *a)
{
    double b[256];
    fill(state, n * rank, b);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            a[i * n + j] = i == j ? ridge : 0;
            for (size_t k = 0; k < rank; k++)
                a[i * n + j] += b[i * rank + k] * b[j * rank + k];
        }
    }
}

int run_cases(const char *name, TCase *cases)
{
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 300);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
