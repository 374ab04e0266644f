/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_philox.c - the generator against published vectors; its normal numbers against their law.
 *
 * Statistics use fixed seeds and bounds of 4.5 standard errors: a right generator with another seed
 * would miss one of them with probability below 7e-6 each, 4e-4 for the whole program. */
#include <stdlib.h>

#include "tests/numbers.h"
#include "validate/networks/random.h"

enum { MANY = 1 << 20 };
#define SIGMAS 4.5

/* Known answers distributed with Random123 (kat_vectors, philox 4x32, 10 rounds). */
START_TEST(philox_known_answers)
{
    static const struct {
        uint32_t counter[4], key[2];
        uint64_t first, second;
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, UINT64_C(0x6627e8d5e169c58d), UINT64_C(0xbc57ac4c9b00dbd8)},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         UINT64_C(0x408f276d41c83b0e),
         UINT64_C(0xa20bc7c66d5451fd)},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         UINT64_C(0xd16cfe0994fdcceb),
         UINT64_C(0x5001e42024126ea1)},
    };
    for (int i = 0; i < COUNT(cases); i++) {
        uint64_t first[20], second[20], one[1], other[1];
        gst_random_words(cases[i].counter, cases[i].key, 20, first, second);
        ck_assert_uint_eq(first[0], cases[i].first);
        ck_assert_uint_eq(second[0], cases[i].second);
        for (uint32_t k = 0; k < 20; k++) {
            uint32_t next[4] = {cases[i].counter[0] + k, cases[i].counter[1], cases[i].counter[2],
                                cases[i].counter[3]};
            gst_random_words(next, cases[i].key, 1, one, other);
            ck_assert_uint_eq(first[k], one[0]);
            ck_assert_uint_eq(second[k], other[0]);
        }
    }
}
END_TEST

/* E z^k = (k-1)!! for even k; Var z^k = E z^2k - (E z^k)^2. */
static double moment(int k)
{
    double product = k % 2 == 0;
    for (int j = k - 1; j > 1; j -= 2)
        product *= j;
    return product;
}

static double *draw(size_t count)
{
    const gst_random random = {20261122, 3};
    double *x = malloc(count * sizeof *x);
    ck_assert_ptr_nonnull(x);
    gst_random_normals(&random, 2, 5, count, x);
    return x;
}

START_TEST(moments_of_normals)
{
    double *x = draw(MANY), sum[9] = {0}, near = 0, squares = 0;
    for (int i = 0; i < MANY; i++) {
        double power = 1;
        for (int k = 1; k <= 8; k++)
            sum[k] += power *= x[i];
        near += i > 0 ? x[i] * x[i - 1] : 0;
        squares += i > 0 ? (x[i] * x[i] - 1) * (x[i - 1] * x[i - 1] - 1) : 0;
    }
    for (int k = 1; k <= 8; k++) {
        double error = sqrt((moment(2 * k) - moment(k) * moment(k)) / MANY);
        ASSERT_NEAR(sum[k] / MANY, moment(k), SIGMAS * error);
    }
    ASSERT_NEAR(near / MANY, 0, SIGMAS / sqrt(MANY));
    ASSERT_NEAR(squares / MANY, 0, SIGMAS * 2 / sqrt(MANY));
    free(x);
}
END_TEST

/* Counts in bins of equal probability 1/64, and of angles and squared radii of pairs. */
static void assert_even(const size_t *count, size_t bins, double total)
{
    double chi = 0, expected = total / (double)bins;
    for (size_t b = 0; b < bins; b++)
        chi += ((double)count[b] - expected) * ((double)count[b] - expected) / expected;
    ASSERT_NEAR(chi, (double)bins - 1, SIGMAS * sqrt(2 * ((double)bins - 1)));
}

START_TEST(law_of_normals)
{
    enum { BINS = 64 };
    size_t value[BINS] = {0}, angle[BINS] = {0}, radius[BINS] = {0};
    double *x = draw(MANY);
    for (int i = 0; i < MANY; i += 2) {
        double turn = atan2(x[i + 1], x[i]) / 6.28318530717958648 + 0.5;
        double part = exp(-0.5 * (x[i] * x[i] + x[i + 1] * x[i + 1]));
        for (int k = 0; k < 2; k++)
            value[(size_t)(0.5 * erfc(-x[i + k] / sqrt(2)) * BINS) % BINS]++;
        angle[(size_t)(turn * BINS) % BINS]++;
        radius[(size_t)(part * BINS) % BINS]++;
    }
    assert_even(value, BINS, MANY);
    assert_even(angle, BINS, MANY / 2);
    assert_even(radius, BINS, MANY / 2);
    free(x);
}
END_TEST

START_TEST(rows_are_prefixes)
{
    const gst_random random = {7, 0};
    double whole[1301], part[1301], rows[3 * 77];
    gst_random_normals(&random, 9, 4, 1301, whole);
    for (size_t count = 1; count < 1301; count += 61) {
        part[count] = 0;
        gst_random_normals(&random, 9, 4, count, part);
        for (size_t i = 0; i < count; i++)
            ck_assert(part[i] == whole[i]);
        ck_assert(part[count] == 0);
    }
    gst_random_rows(&random, 9, 3, 3, 77, rows);
    for (size_t i = 0; i < 77; i++)
        ck_assert(rows[77 + i] == whole[i]);
}
END_TEST

/* Each part of the key, the upper half of the seed included, gives numbers of its own. */
START_TEST(keys_are_independent)
{
    enum { N = 4096 };
    static double a[N], b[N];
    static const struct {
        gst_random random;
        uint32_t stream, row;
    } keys[] = {{{1, 0}, 0, 0}, {{2, 0}, 0, 0}, {{UINT64_C(0x100000001), 0}, 0, 0},
                {{1, 1}, 0, 0}, {{1, 0}, 1, 0}, {{1, 0}, 0, 1}};
    for (int i = 0; i < COUNT(keys); i++) {
        gst_random_normals(&keys[i].random, keys[i].stream, keys[i].row, N, a);
        for (int j = 0; j < i; j++) {
            double sum = 0;
            gst_random_normals(&keys[j].random, keys[j].stream, keys[j].row, N, b);
            for (int k = 0; k < N; k++)
                sum += a[k] * b[k] / N;
            ASSERT_NEAR(sum, 0, SIGMAS / sqrt(N));
        }
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("random");
    tcase_add_test(cases, philox_known_answers);
    tcase_add_test(cases, moments_of_normals);
    tcase_add_test(cases, law_of_normals);
    tcase_add_test(cases, rows_are_prefixes);
    tcase_add_test(cases, keys_are_independent);
    return run_cases("random", cases);
}
