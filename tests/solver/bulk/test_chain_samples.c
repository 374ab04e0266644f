/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_chain_samples.c - the averages over the samples of a step that a trained bulk takes, sample by sample, against
 * their definition (tests/chain_samples.h).  One group's closed form, many samples side by side and what is
 * done about small pivots, the mean and its slopes, and the share of samples beyond a pole. */
#include <complex.h>
#include <stdlib.h>
#include <string.h>

#include "solver/bulk/chain.h"
#include "tests/chain_samples.h"
#include "tests/network.h"

enum { TRIALS = 12 };

static const char *const networks[] = {
    "--activation tanh --target sin --eta 2.3 --alpha0 0.83 --noise 0.11",
    "--activation tanh(z+0.5) --target sin(z)+0.2*z^2 --steps 2 --eta 2.9 --alpha0 0.57 --noise "
    "0.13",
    "--activation tanh --target sin --second-layer 1:0.3,-0.4:0.7 --schedule 3:0.4,2:1.3",
    "--activation tanh(z-0.4) --target sin(z)+0.2*z^2 --second-layer 1:0.3,-0.4:0.3,0.7:0.4 "
    "--schedule 3:0.4,2:inf --noise 0.1",
    "--activation tanh(z-0.4) --target sin(z)+0.2*z^2 --second-layer "
    "1:0.3,-0.4:0.3,0.7:0.2,-0.9:0.2 --eta 2.2 --alpha0 0.6",
    "--activation tanh(z-0.4) --target sin(z)+0.2*z^2 --second-layer "
    "1:0.3,-0.4:0.2,0.7:0.2,-0.9:0.2,0.3:0.1 --eta 2.2 --alpha0 0.6",
};

typedef struct {
    network net;
    gst_features *f;
    gst_chain *b;
} chain_case;

static void chain_open(chain_case *c, int i)
{
    const gst_label_resolution coarse = {.order = 64, .spikes = 16, .nodes = 20};
    gst_bulk *bulk;
    network_make(&c->net, "%s --bulk exact", networks[i]);
    c->f = network_features(&c->net);
    ck_assert_int_ge(gst_bulk_alloc(&bulk, c->f, coarse), 0);
    c->b = (gst_chain *)bulk;
}

static void chain_close(chain_case *c)
{
    gst_bulk_free(&c->b->base);
    gst_features_free(c->f);
    network_clear(&c->net);
}

/* ---- random responses --------------------------------------------------------------------------- */

/* Symmetric, real ones for parts = 1. */
static void draw(unsigned long long *state, size_t n, size_t parts, number *G)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++) {
            double u[2];
            fill(state, 2, u);
            G[i * n + j] = G[j * n + i] = u[0] + (parts == 2 ? u[1] * I : 0);
        }
    }
}

static void split(size_t count, size_t parts, const number *from, double *to)
{
    for (size_t i = 0; i < count; i++) {
        to[i * parts] = creal(from[i]);
        if (parts == 2)
            to[2 * i + 1] = cimag(from[i]);
    }
}

/* Part p of packed entry e at node i, as a number. */
static number entry(const gst_chain_step *s, size_t parts, const double *Q, size_t e, size_t i)
{
    const double *at = Q + e * parts * s->nodes + i;
    return at[0] + (parts == 2 ? at[s->nodes] * I : 0);
}

static void check_sample(const gst_chain_step *s, size_t K, size_t i, const number *G, size_t parts,
                         const double *Q)
{
    sample at = chain_sample(s, K, i, G);
    for (size_t j = 0, e = 0; j < s->n; j++) {
        for (size_t k = j; k < s->n; k++, e++)
            ASSERT_NEAR(cabs(entry(s, parts, Q, e, i) - at.Q[j][k]), 0, at.rounding);
    }
}

/* ---- one group ---------------------------------------------------------------------------------- */

static void check_single(const gst_chain_step *s, const number *G, size_t parts)
{
    averages want;
    number packed[3] = {G[0], G[s->n - 1], G[s->n * s->n - 1]}, mean[3], alone[3], square[9];
    double real[3], real_mean[3], real_alone[3], real_square[9];
    chain_average(s, 1, G, &want);
    split(s->packed, 1, packed, real);
    if (parts == 2) {
        gst_chain_single_complex(s, packed, mean, square);
        gst_chain_single_complex(s, packed, alone, NULL);
    } else {
        gst_chain_single(s, real, real_mean, real_square);
        gst_chain_single(s, real, real_alone, NULL);
    }
    for (size_t e = 0; e < s->packed; e++) {
        ASSERT_NEAR(cabs((parts == 2 ? mean[e] : real_mean[e]) - want.mean[e]), 0, want.mean_off);
        ASSERT_NEAR(cabs((parts == 2 ? alone[e] : real_alone[e]) - want.mean[e]), 0, want.mean_off);
        for (size_t f = 0; f < s->packed; f++) {
            size_t at = e * s->packed + f;
            ASSERT_NEAR(cabs((parts == 2 ? square[at] : real_square[at]) - want.square[e][f]), 0,
                        want.square_off);
        }
    }
    double *Q = calloc(s->packed * parts * s->nodes, sizeof *Q);
    ck_assert_ptr_nonnull(Q);
    gst_chain_single_samples(s, packed, parts, Q);
    for (size_t i = 0; i < s->nodes; i++)
        check_sample(s, 1, i, G, parts, Q);
    free(Q);
}

START_TEST(closed_form_of_one_group)
{
    unsigned long long state = 20 + (unsigned)_i;
    chain_case c;
    chain_open(&c, _i);
    ck_assert_uint_eq(c.b->base.K, 1);
    for (size_t t = 0; t < c.b->T; t++) {
        const gst_chain_step *s = &c.b->step[t];
        ck_assert_uint_eq(s->n, _i == 0 ? 1 : 2);
        for (size_t trial = 0; trial < 2 * TRIALS; trial++) {
            number G[4];
            draw(&state, s->n, 1 + trial % 2, G);
            check_single(s, G, 1 + trial % 2);
        }
    }
    chain_close(&c);
}
END_TEST

/* ---- side by side ------------------------------------------------------------------------------- */

/* Samples that are not weak; their number. */
static size_t check_lanes(const gst_chain_step *s, size_t K, const number *G, size_t parts,
                          unsigned char *weak)
{
    size_t good = 0;
    double blocks[2 * MOST * MOST], *Q = calloc(s->packed * parts * s->nodes, sizeof *Q);
    ck_assert_ptr_nonnull(Q);
    split(s->n * s->n, parts, G, blocks);
    gst_chain_lanes(s, K, blocks, parts, Q, weak);
    for (size_t i = 0; i < s->nodes; i++) {
        if (weak[i])
            continue;
        check_sample(s, K, i, G, parts, Q);
        good++;
    }
    free(Q);
    return good;
}

/* At G_00 = - 1/(phi a) of a node with b = 0, or next to it, its first pivot vanishes. */
static void aim(const gst_chain_step *s, size_t i, number *G)
{
    size_t n = s->n, K = n;
    number rest = 1;
    if (s->b[i] != 0.0 && n > 1) {
        K = n / 2;
        rest -= s->phi * s->b[i] * G[K * n];
    }
    G[0] = -rest / (s->phi * s->a[i]);
}

START_TEST(samples_side_by_side)
{
    unsigned long long state = 30 + (unsigned)_i;
    chain_case c;
    chain_open(&c, _i + 2);
    size_t K = c.b->base.K;
    for (size_t t = 0; t < c.b->T; t++) {
        const gst_chain_step *s = &c.b->step[t];
        unsigned char *weak = calloc(s->nodes, 1);
        ck_assert_ptr_nonnull(weak);
        ck_assert(s->n <= GST_CHAIN_LANES_MOST);
        for (size_t trial = 0; trial < TRIALS; trial++) {
            size_t parts = 1 + trial % 2, i = (size_t)(uniform(&state) * (double)s->nodes);
            number G[MOST * MOST];
            draw(&state, s->n, parts, G);
            ck_assert_uint_ge(2 * check_lanes(s, K, G, parts, weak), s->nodes);
            if (s->phi == 0)
                continue;
            aim(s, i, G);
            check_lanes(s, K, G, parts, weak);
            ck_assert(weak[i]);
        }
        free(weak);
    }
    chain_close(&c);
}
END_TEST

/* ---- averages of all steps ---------------------------------------------------------------------- */

static void take_block(const gst_chain *b, const gst_chain_step *s, const number *G, number *block)
{
    for (size_t i = 0; i < s->n * s->n; i++)
        block[i] = G[(s->first + i / s->n) * b->fields + s->first + i % s->n];
}

static void put_block(const gst_chain *b, const gst_chain_step *s, const number *block, number *G)
{
    for (size_t i = 0; i < s->n * s->n; i++)
        G[(s->first + i / s->n) * b->fields + s->first + i % s->n] = block[i];
}

/* d (E Q)_e along entry (k, l), both places, of G. */
static number slope(const gst_chain_step *s, const averages *a, size_t i, size_t j, size_t k,
                    size_t l)
{
    size_t n = s->n;
    number sum = a->square[gst_packed_pair(n, i < k ? i : k, i < k ? k : i)]
                          [gst_packed_pair(n, l < j ? l : j, l < j ? j : l)];
    if (k != l)
        sum += a->square[gst_packed_pair(n, i < l ? i : l, i < l ? l : i)]
                        [gst_packed_pair(n, k < j ? k : j, k < j ? j : k)];
    return -s->phi * sum;
}

static void check_step(const gst_chain *b, size_t t, const number *G, const number *mean,
                       const number *dQ)
{
    static averages want;
    const gst_chain_step *s = &b->step[t];
    number block[MOST * MOST];
    take_block(b, s, G, block);
    chain_average(s, b->base.K, block, &want);
    for (size_t e = 0; e < s->packed; e++)
        ASSERT_NEAR(cabs(mean[e] - want.mean[e]), 0, want.mean_off);
    for (size_t i = 0; i < s->n; i++) {
        for (size_t j = i; j < s->n; j++) {
            for (size_t k = 0; k < s->n; k++) {
                for (size_t l = k; l < s->n; l++)
                    ASSERT_NEAR(cabs(dQ[gst_packed_pair(s->n, i, j) * s->packed +
                                        gst_packed_pair(s->n, k, l)] -
                                     slope(s, &want, i, j, k, l)),
                                0, 2 * s->phi * want.square_off);
            }
        }
    }
}

/* From real or complex numbers; real ones are kept as complex. */
static void take_averages(gst_chain *b, const number *G, size_t parts, number *mean, number *dQ)
{
    size_t q = b->fields, slopes = gst_chain_slope_at(b, b->T);
    if (parts == 2) {
        ck_assert_int_eq(gst_chain_average_complex(b, G, mean, dQ, b->workc), GST_OK);
        return;
    }
    split(q * q, 1, G, b->G);
    ck_assert_int_eq(gst_chain_average(b, b->G, b->next, b->dQ, b->work), GST_OK);
    for (size_t i = 0; i < b->base.inner; i++)
        mean[i] = b->next[i];
    for (size_t i = 0; i < slopes; i++)
        dQ[i] = b->dQ[i];
}

/* Every other trial with a node whose pivots are small. */
START_TEST(averages_and_slopes)
{
    unsigned long long state = 40 + (unsigned)_i;
    chain_case c;
    chain_open(&c, _i);
    gst_chain *b = c.b;
    size_t q = b->fields, trials = b->base.K > 3 ? 2 : TRIALS;
    number *G = calloc(q * q, sizeof *G), *mean = calloc(b->base.inner, sizeof *mean);
    number *dQ = calloc(gst_chain_slope_at(b, b->T), sizeof *dQ);
    ck_assert(G && mean && dQ);
    for (size_t trial = 0; trial < trials; trial++) {
        size_t parts = 1 + trial / 2 % 2;
        draw(&state, q, parts, G);
        for (size_t t = 0; trial % 2 && b->base.K > 1 && t < b->T; t++) {
            const gst_chain_step *s = &b->step[t];
            number block[MOST * MOST];
            if (s->phi == 0)
                continue;
            take_block(b, s, G, block);
            aim(s, (size_t)(uniform(&state) * (double)s->nodes), block);
            put_block(b, s, block, G);
        }
        take_averages(b, G, parts, mean, dQ);
        for (size_t t = 0; t < b->T; t++)
            check_step(b, t, G, mean + b->step[t].at, dQ + gst_chain_slope_at(b, t));
    }
    free(G);
    free(mean);
    free(dQ);
    chain_close(&c);
}
END_TEST

/* ---- beyond a pole ------------------------------------------------------------------------------ */

/* Half of the weight, half of the square of its residual label: shares of all of a step. */
static double share(const gst_chain *b, size_t t, size_t i)
{
    const gst_chain_step *s = &b->step[t];
    const gst_step_law *law = &b->trajectory->step[t];
    double square = 0;
    size_t k = 0;
    for (size_t l = 0; l < law->n; l++)
        square += law->node[l].weight * law->node[l].labels->moment[2];
    while (s->begin[k + 1] <= i)
        k++;
    double y = law->node[k].labels->y[s->label[i]];
    return s->weight[i] * (0.5 + 0.5 * y * y / square);
}

START_TEST(share_beyond_a_pole)
{
    unsigned long long state = 50 + (unsigned)_i;
    chain_case c;
    chain_open(&c, _i);
    gst_chain *b = c.b;
    size_t q = b->fields, inside = 0, outside = 0;
    number *G = calloc(q * q, sizeof *G), block[MOST * MOST];
    ck_assert_ptr_nonnull(G);
    for (size_t trial = 0; trial < TRIALS; trial++) {
        double want = 0;
        draw(&state, q, 1, G);
        for (size_t t = 0; t < b->T; t++) {
            const gst_chain_step *s = &b->step[t];
            take_block(b, s, G, block);
            for (size_t i = 0; i < s->nodes; i++) {
                int is_beyond = !(creal(chain_sample(s, b->base.K, i, block).determinant) > 0);
                want += is_beyond ? share(b, t, i) : 0;
                *(is_beyond ? &outside : &inside) += 1;
            }
        }
        ASSERT_NEAR(gst_chain_beyond(b, G), want, 1e-13);
        G[0] += 1e-20 * I;
        ck_assert_double_eq(gst_chain_beyond(b, G), 0);
    }
    ck_assert(inside > 0 && outside > 0);
    free(G);
    chain_close(&c);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("chain_samples");
    const int count = COUNT(networks);
    tcase_add_loop_test(cases, closed_form_of_one_group, 0, 2);
    tcase_add_loop_test(cases, samples_side_by_side, 0, 3);
    tcase_add_loop_test(cases, averages_and_slopes, 0, count);
    tcase_add_loop_test(cases, share_beyond_a_pole, 0, count);
    return run_cases("chain_samples", cases);
}
