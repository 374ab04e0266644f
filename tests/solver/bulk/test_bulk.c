/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_bulk.c - the isotropic bulk: its equations, its tangent and the special directions against central
 * differences, and their symmetries. */
#include <string.h>

#include "solver/bulk/bulk.h"
#include "giantstep/features.h"
#include "base/linear.h"
#include "tests/numbers.h"

enum { MOST = 12 };

typedef struct {
    gst_features f;
    gst_bulk *bulk;
    size_t s, n, L;
    double beta, hat[MOST * MOST], x[MOST * MOST];
    double store[400];
} bulk_case;

/* Random features with K groups, m spikes, q residuals; a random hat with V1h of the given rank. */
static void bulk_open(bulk_case *b, unsigned long long *state, size_t K, size_t m, size_t q,
                      size_t rank)
{
    double V1h[MOST * MOST], *at = b->store;
    size_t s = m + q + 1;
    b->f = (gst_features){.K = K, .m = m, .q = q, .pi = at, .c = at + K, .C = at + 2 * K};
    b->s = s;
    b->n = K * s;
    b->L = gst_packed_length(K);
    for (size_t g = 0; g < K; g++) {
        b->f.pi[g] = (0.5 + uniform(state)) / (double)K;
        b->f.c[g] = 0.3 + uniform(state);
        fill_square(state, s, g % 2 ? s : 1, 0, b->f.C + g * s * s);
    }
    fill_square(state, K, rank, 0, V1h);
    for (size_t g = 0; g < K; g++) {
        for (size_t h = g; h < K; h++)
            b->hat[gst_packed_pair(K, g, h)] = V1h[g * K + h];
        b->hat[gst_packed_value(K, g)] = 0.05 + uniform(state);
    }
    b->beta = 0.4 + 2 * uniform(state);
    ck_assert_int_eq(gst_bulk_isotropic_alloc(&b->bulk, &b->f, NULL), GST_OK);
    memset(b->x, 0, sizeof b->x);
    ck_assert_int_eq(b->bulk->type->map(b->bulk, b->beta, b->hat, b->x), GST_OK);
}

/* The map at hat + t direction, from a cold start. */
static void map_at(bulk_case *b, double t, const double *direction, double *x)
{
    double hat[MOST * MOST];
    for (size_t a = 0; a < b->L; a++)
        hat[a] = b->hat[a] + t * direction[a];
    memset(x, 0, b->L * sizeof *x);
    ck_assert_int_eq(b->bulk->type->map(b->bulk, b->beta, hat, x), GST_OK);
}

/* Theory 3: V2 (D + c Ehat_gg) = pi, V1 (I + V1h Tc) = Tc/beta. */
START_TEST(map_solves_its_equations)
{
    unsigned long long state = 45;
    for (size_t trial = 0; trial < 120; trial++) {
        size_t K = 1 + trial % 4, pivot[MOST];
        bulk_case b;
        bulk_open(&b, &state, K, 1, 1, 1 + trial / 4 % K);
        double V1h[16], V1[16], a[16], E[16];
        gst_packed_expand(K, b.hat, V1h);
        gst_packed_expand(K, b.x, V1);
        const double *V2 = b.x + gst_packed_value(K, 0), *D = b.hat + gst_packed_value(K, 0);
        for (size_t g = 0; g < K; g++) {
            for (size_t h = 0; h < K; h++)
                a[g * K + h] = (g == h) + V1h[g * K + h] * b.beta * b.f.c[h] * V2[h];
        }
        for (size_t g = 0; g < K; g++) {
            for (size_t h = 0; h < K; h++) {
                double sum = 0;
                for (size_t k = 0; k < K; k++)
                    sum += V1[g * K + k] * a[k * K + h];
                ASSERT_NEAR(sum, g == h ? b.f.c[g] * V2[g] : 0, 1e-13);
            }
        }
        memcpy(E, V1h, sizeof E);
        ck_assert_int_eq(gst_lu_factor(K, a, pivot), GST_OK);
        gst_lu_solve(K, a, pivot, K, E);
        for (size_t g = 0; g < K; g++)
            ASSERT_CLOSE(V2[g] * (D[g] + b.f.c[g] * E[g * K + g]), b.f.pi[g], 1e-13);
        gst_bulk_free(b.bulk);
    }
}
END_TEST

/* tangent = slope of the map; mult_a d x_a/d hat_b is symmetric, since x is a gradient. */
START_TEST(tangent_is_the_slope_of_the_map)
{
    unsigned long long state = 46;
    const double t = 1e-3;
    for (size_t trial = 0; trial < 40; trial++) {
        size_t K = 1 + trial % 4, L = gst_packed_length(K);
        bulk_case b;
        bulk_open(&b, &state, K, 0, 1, K);
        double direction[MOST * MOST], dx[MOST * MOST], up[MOST * MOST], down[MOST * MOST];
        double up2[MOST * MOST], down2[MOST * MOST], T[20 * 20];
        fill(&state, L, direction);
        ck_assert_int_eq(b.bulk->type->tangent(b.bulk, direction, dx), GST_OK);
        for (size_t a = 0; a < L; a++) {
            double unit[MOST * MOST] = {0};
            unit[a] = 1;
            ck_assert_int_eq(b.bulk->type->tangent(b.bulk, unit, up), GST_OK);
            for (size_t c = 0; c < L; c++)
                T[c * L + a] = up[c] * gst_packed_multiplicity(K, c);
        }
        map_at(&b, t, direction, up);
        map_at(&b, -t, direction, down);
        map_at(&b, 2 * t, direction, up2);
        map_at(&b, -2 * t, direction, down2);
        for (size_t a = 0; a < L; a++) {
            double slope = (8 * (up[a] - down[a]) - (up2[a] - down2[a])) / (12 * t);
            ASSERT_NEAR(dx[a], slope, 1e-6 * (1 + fabs(slope)));
            for (size_t c = 0; c < a; c++)
                ASSERT_NEAR(T[a * L + c], T[c * L + a],
                            1e-12 * (fabs(T[a * L + a]) + fabs(T[c * L + c])));
        }
        gst_bulk_free(b.bulk);
    }
}
END_TEST

/* N_perp (I + P B) = B, B = blockdiag(beta V2 C), P = V1h between residual directions; and S's gradient. */
START_TEST(special_directions)
{
    unsigned long long state = 47;
    const double t = 1e-3;
    for (size_t trial = 0; trial < 60; trial++) {
        size_t K = 1 + trial % 3, m = trial / 3 % 3, q = trial / 9 % 3, s = m + q + 1, n = K * s;
        bulk_case b;
        bulk_open(&b, &state, K, m, q, K);
        double N[225], V1h[9], B[225] = {0}, fields[15], gradient[MOST], *x = b.x;
        gst_packed_expand(K, b.hat, V1h);
        for (size_t g = 0; g < K; g++) {
            for (size_t i = 0; i < s * s; i++)
                B[(g * s + i / s) * n + g * s + i % s] =
                    b.beta * x[gst_packed_value(K, g)] * b.f.C[g * s * s + i];
        }
        ck_assert_int_eq(b.bulk->type->directions(b.bulk, N), GST_OK);
        for (size_t i = 0; i < n; i++) {
            for (size_t j = 0; j < n; j++) {
                double sum = N[i * n + j];
                ck_assert_double_eq(N[i * n + j], N[j * n + i]);
                for (size_t g = 0; g < K; g++) {
                    for (size_t h = 0; h < K; h++) {
                        for (size_t a = m; a < m + q; a++)
                            sum += N[i * n + g * s + a] * V1h[g * K + h] * B[(h * s + a) * n + j];
                    }
                }
                ASSERT_NEAR(sum, B[i * n + j], 1e-12);
            }
        }
        fill(&state, n, fields);
        ck_assert_int_eq(b.bulk->type->directions_tangent(b.bulk, fields, gradient), GST_OK);
        for (size_t a = 0; a < b.L; a++) {
            double direction[MOST] = {0}, S[4], scratch[MOST];
            const double at[4] = {1, -1, 2, -2};
            direction[a] = 1;
            for (size_t i = 0; i < 4; i++) {
                map_at(&b, at[i] * t, direction, scratch);
                ck_assert_int_eq(b.bulk->type->directions(b.bulk, N), GST_OK);
                S[i] = 0;
                for (size_t k = 0; k < n * n; k++)
                    S[i] += fields[k / n] * N[k] * fields[k % n];
            }
            double slope = (8 * (S[0] - S[1]) - (S[2] - S[3])) / (12 * t);
            ASSERT_NEAR(gradient[a], slope, 1e-6 * (1 + fabs(slope)));
        }
        gst_bulk_free(b.bulk);
    }
}
END_TEST

/* Few groups and many take different routes to the same derivative. */
START_TEST(against_a_direction_as_along_all)
{
    unsigned long long state = 47;
    for (size_t trial = 0; trial < 40; trial++) {
        size_t K = 7 + trial % 5;
        bulk_case b;
        bulk_open(&b, &state, K, 1, 0, 1 + trial % K);
        double fields[2 * MOST], gradient[MOST * MOST], energy[MOST], dx[MOST * MOST];
        fill(&state, b.n, fields);
        ck_assert_int_eq(b.bulk->type->directions_tangent(b.bulk, fields, gradient), GST_OK);
        for (size_t g = 0; g < K; g++) {
            energy[g] = 0;
            for (size_t i = 0; i < 4; i++)
                energy[g] +=
                    b.beta * fields[2 * g + i / 2] * b.f.C[4 * g + i] * fields[2 * g + i % 2];
        }
        for (size_t a = 0; a < b.L; a++) {
            double along[MOST * MOST] = {0}, slope = 0;
            along[a] = 1;
            ck_assert_int_eq(b.bulk->type->tangent(b.bulk, along, dx), GST_OK);
            for (size_t g = 0; g < K; g++)
                slope += energy[g] * dx[gst_packed_value(K, g)];
            ASSERT_NEAR(gradient[a], slope, 1e-11 * (1 + fabs(slope)));
        }
        gst_bulk_free(b.bulk);
    }
}
END_TEST

/* responses[j][k] is the tangent along node k, read at node j. */
START_TEST(responses_between_nodes)
{
    enum { NODES = 7, STRIDE = 9 };
    unsigned long long state = 48;
    for (size_t trial = 0; trial < 40; trial++) {
        size_t K = 1 + trial % 11;
        bulk_case b;
        bulk_open(&b, &state, K, 1, 0, 1 + trial % K);
        double mu1[MOST * STRIDE], mu2sq[MOST * STRIDE], scratch[NODES * (NODES + 2 * MOST)];
        double R[NODES * NODES], along[MOST * MOST], dx[MOST * MOST];
        fill(&state, K * STRIDE, mu1);
        fill(&state, K * STRIDE, mu2sq);
        ck_assert_int_eq(b.bulk->type->responses(b.bulk, NODES, STRIDE, mu1, mu2sq, scratch, R),
                         GST_OK);
        for (size_t k = 0; k < NODES; k++) {
            for (size_t g = 0; g < K; g++) {
                for (size_t h = g; h < K; h++)
                    along[gst_packed_pair(K, g, h)] = mu1[g * STRIDE + k] * mu1[h * STRIDE + k];
                along[gst_packed_value(K, g)] = mu2sq[g * STRIDE + k];
            }
            ck_assert_int_eq(b.bulk->type->tangent(b.bulk, along, dx), GST_OK);
            for (size_t j = 0; j < NODES; j++) {
                double V = 0, size = 0;
                for (size_t g = 0; g < K; g++) {
                    V += mu2sq[g * STRIDE + j] * dx[gst_packed_value(K, g)];
                    for (size_t h = 0; h < K; h++) {
                        double part = mu1[g * STRIDE + j] * mu1[h * STRIDE + j] *
                                      dx[gst_packed_pair(K, g, h)];
                        V += part;
                        size += fabs(part);
                    }
                }
                ASSERT_NEAR(R[j * NODES + k], V, 1e-12 * (1 + size));
            }
        }
        gst_bulk_free(b.bulk);
    }
}
END_TEST

START_TEST(packing)
{
    for (size_t K = 1; K < 8; K++) {
        size_t next = 0;
        for (size_t g = 0; g < K; g++) {
            for (size_t h = g; h < K; h++, next++) {
                ck_assert_uint_eq(gst_packed_pair(K, g, h), next);
                ck_assert_uint_eq(gst_packed_pair(K, h, g), next);
                ck_assert_double_eq(gst_packed_multiplicity(K, next), g == h ? 1 : 2);
            }
        }
        for (size_t g = 0; g < K; g++, next++) {
            ck_assert_uint_eq(gst_packed_value(K, g), next);
            ck_assert_double_eq(gst_packed_multiplicity(K, next), 1);
        }
        ck_assert_uint_eq(gst_packed_length(K), next);
    }
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("bulk");
    tcase_add_test(cases, packing);
    tcase_add_test(cases, map_solves_its_equations);
    tcase_add_test(cases, tangent_is_the_slope_of_the_map);
    tcase_add_test(cases, special_directions);
    tcase_add_test(cases, against_a_direction_as_along_all);
    tcase_add_test(cases, responses_between_nodes);
    return run_cases("bulk", cases);
}
