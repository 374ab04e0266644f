/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mixture_nodes.c - nodes, samples and labels of a Gaussian mixture: moments against those of its clusters, written
 * down for any orthonormal G, E[label|x] against Bayes' rule. */
#include <stdlib.h>
#include <string.h>

#include "giantstep/mixture.h"
#include "models/data/latent.h"
#include "models/data/data.h"
#include "tests/numbers.h"

enum { AXES = GST_LATENT_AXES_MAX };

static gst_data *parsed(const char *text, const char *labels)
{
    gst_data *mixture;
    gst_message message = {""};
    ck_assert_msg(gst_mixture_parse(&mixture, text, labels, &message) == GST_OK, "%s",
                  message.text);
    return mixture;
}

/* r orthonormal rows of M. */
static void orthonormal(unsigned long long *state, size_t r, size_t M, double *G)
{
    fill(state, r * M, G);
    for (size_t i = 0; i < r; i++) {
        double square = 0;
        for (size_t j = 0; j < i; j++) {
            double dot = 0;
            for (size_t a = 0; a < M; a++)
                dot += G[i * M + a] * G[j * M + a];
            for (size_t a = 0; a < M; a++)
                G[i * M + a] -= dot * G[j * M + a];
        }
        for (size_t a = 0; a < M; a++)
            square += G[i * M + a] * G[i * M + a];
        for (size_t a = 0; a < M; a++)
            G[i * M + a] /= sqrt(square);
    }
}

/* z1 + 2 z2 + 3 z3 + ... */
static void slanted(size_t n, const double *z, double *out, const void *params)
{
    const size_t *r = params;
    for (size_t k = 0; k < n; k++) {
        out[k] = 0;
        for (size_t j = 0; j < *r; j++)
            out[k] += (double)(j + 1) * z[j * n + k];
    }
}

/* E[x_a x_b; c]/p_c = bulk^2 delta_ab + sum_j G_ja G_jb (mu_j^2 + sd_j^2 - bulk^2) + cross terms of the means. */
static double second_moment(const gst_cluster *c, size_t r, size_t M, const double *G, size_t a,
                            size_t b)
{
    double sum = a == b ? c->bulk * c->bulk : 0, left = 0, right = 0;
    for (size_t j = 0; j < r; j++) {
        double var = c->sd[j] * c->sd[j] - c->bulk * c->bulk;
        sum += G[j * M + a] * G[j * M + b] * var;
        left += G[j * M + a] * c->mean[j];
        right += G[j * M + b] * c->mean[j];
    }
    return sum + left * right;
}

static void check_cluster(const gst_data *mixture, const gst_latent *at, size_t c, const double *G)
{
    const gst_cluster *cluster = gst_mixture_cluster(mixture, c);
    size_t M = at->M, r = gst_mixture_dim(mixture);
    double weight = 0, first[AXES] = {0}, second[AXES * AXES] = {0}, off = 0;
    for (size_t k = at->first[c]; k < at->first[c + 1]; k++) {
        double y = 0;
        weight += at->w[k];
        for (size_t a = 0; a < M; a++) {
            double x = at->x[a * at->n + k];
            first[a] += at->w[k] * x;
            for (size_t b = 0; b < M; b++)
                second[a * M + b] += at->w[k] * x * at->x[b * at->n + k];
            for (size_t j = 0; j < r; j++)
                y += (double)(j + 1) * G[j * M + a] * x;
        }
        off = fmax(off, fabs(at->y[k] - y));
        ck_assert(at->edge[k] >= 0 && at->reach[k] <= at->radius[k]);
    }
    ASSERT_NEAR(off, 0, 1e-12);
    ASSERT_NEAR(weight, cluster->weight, 1e-13);
    ck_assert(at->bulk[c] == cluster->bulk);
    for (size_t a = 0; a < M; a++) {
        double mean = 0;
        for (size_t j = 0; j < r; j++)
            mean += G[j * M + a] * cluster->mean[j];
        ASSERT_NEAR(first[a], cluster->weight * mean, 1e-12);
        for (size_t b = 0; b < M; b++)
            ASSERT_NEAR(second[a * M + b], cluster->weight * second_moment(cluster, r, M, G, a, b),
                        1e-11);
    }
}

static const struct {
    const char *text;
    size_t most; /* directions */
} laws[] = {{"0.3:1.5:0.7:0.4;0.7:-1.1:1.3:1.3", 3},
            {"1:1.5,-0.3:0.7,1.2;2:-1.1,0.6:0.3,0.5:2;0.4:0,0", 3},
            {"2:0.1,0.2,0.3;3:-0.4,0.5,1:0.5,0.6,0.7:0.8", 3}};

START_TEST(moments_of_nodes)
{
    gst_data *mixture = parsed(laws[_i].text, NULL);
    unsigned long long state = 12 + (unsigned)_i;
    size_t r = gst_mixture_dim(mixture);
    gst_latent_target target = {.values = slanted, .params = &r, .kinks = {.dim = r, .count = 0}};
    for (size_t M = r; M <= laws[_i].most; M++) {
        for (int companion = 0; companion < 2; companion++) {
            double G[AXES * AXES];
            gst_latent at;
            orthonormal(&state, r, M, G);
            size_t order = M < 3 ? 48 : 40;
            ck_assert_int_eq(mixture->nodes(mixture, M, G, &target, order, companion, &at), GST_OK);
            ck_assert(at.M == M && at.parts == gst_mixture_clusters(mixture));
            ck_assert_uint_eq(at.first[at.parts], at.n);
            for (size_t c = 0; c < at.parts; c++)
                check_cluster(mixture, &at, c, G);
            gst_latent_clear(&at);
        }
    }
    gst_mixture_free(mixture);
}
END_TEST

/* A kink of the target is split off: E|z - t| of one cluster, in closed form. */
static void kinked(size_t n, const double *z, double *out, const void *params)
{
    const double *t = params;
    for (size_t k = 0; k < n; k++)
        out[k] = fabs(z[k] - *t);
}

/* Zero at the kink. */
static void kink_argument(size_t n, const double *z, double *out, void *params)
{
    const double *t = params;
    for (size_t k = 0; k < n; k++)
        out[k] = z[k] - *t;
}

START_TEST(kinks_are_split_off)
{
    gst_data *mixture = parsed("1:0.8:0.6:0.3", NULL);
    double t = 0.37, mean = 0.8, sd = 0.6, a = (mean - t) / sd, sum = 0;
    double G[2] = {0.6, -0.8}, pi = acos(-1);
    gst_latent_target target = {
        .values = kinked,
        .params = &t,
        .kinks = {.dim = 1, .count = 1, .arguments = kink_argument, .params = &t}};
    gst_latent at;
    ck_assert_int_eq(mixture->nodes(mixture, 2, G, &target, 192, 0, &at), GST_OK);
    for (size_t k = 0; k < at.n; k++)
        sum += at.w[k] * at.y[k];
    double exact = sd * (sqrt(2 / pi) * exp(-a * a / 2) + a * erf(a / sqrt(2)));
    ASSERT_CLOSE(sum, exact, 1e-12);
    gst_latent_clear(&at);
    gst_mixture_free(mixture);
}
END_TEST

START_TEST(too_many_directions)
{
    gst_data *mixture = parsed("1:0", NULL);
    size_t r = 1;
    double G[AXES + 1] = {1};
    gst_latent_target target = {.values = slanted, .params = &r, .kinks = {.dim = 1}};
    gst_latent at;
    ck_assert_int_eq(mixture->nodes(mixture, AXES + 1, G, &target, 8, 0, &at), GST_INVALID);
    gst_latent_clear(&at);
    gst_mixture_free(mixture);
}
END_TEST

static double density(double z, double mean, double sd)
{
    double t = (z - mean) / sd;
    return exp(-t * t / 2) / sd;
}

/* Clusters 0 and 1 have one bulk, 2 and 3 another: an input's length tells which. */
START_TEST(mean_label_is_bayes)
{
    gst_data *mixture = parsed("1:1:0.7;3:-0.6:1.3;2:0.4:1:0.5;2:-2:0.3:0.5", "1,-1,-1,1");
    const double value[] = {0.8, -0.3, 1.7, 0.2};
    for (double z = -6; z < 6; z += 0.37) {
        double a = density(z, 1, 0.7), b = 3 * density(z, -0.6, 1.3);
        double c = 2 * density(z, 0.4, 1), d = 2 * density(z, -2, 0.3);
        double first = (a * 0.8 - b * 0.3) / (a + b), second = (c * 1.7 + d * 0.2) / (c + d);
        for (size_t k = 0; k < 4; k++)
            ASSERT_CLOSE(gst_cluster_mean(mixture, k, &z, value), k < 2 ? first : second, 1e-13);
    }
    gst_mixture_free(mixture);
    mixture = parsed("1:1,0:1,0.5;1:-1,2:2,1", "1,-1");
    const double z[] = {0.3, 0.9};
    double a = density(0.3, 1, 1) * density(0.9, 0, 0.5);
    double b = density(0.3, -1, 2) * density(0.9, 2, 1);
    ASSERT_CLOSE(gst_cluster_mean(mixture, 0, z, value), (a * 0.8 - b * 0.3) / (a + b), 1e-13);
    gst_mixture_free(mixture);
}
END_TEST

/* So far out that every density is zero: the nearest cluster's value. */
START_TEST(mean_label_far_away)
{
    gst_data *mixture = parsed("1:1;1:-1", "1,-1");
    const double value[] = {0.8, -0.3}, far[] = {1e3, -1e3};
    ck_assert(gst_cluster_mean(mixture, 1, &far[0], value) == 0.8);
    ck_assert(gst_cluster_mean(mixture, 0, &far[1], value) == -0.3);
    gst_mixture_free(mixture);
}
END_TEST

/* Labels take the place of the target's z1 at nodes. */
START_TEST(labels_at_nodes)
{
    gst_data *mixture = parsed("1:1:0.7;3:-0.6:1.3", "1,-1");
    size_t r = 1;
    double G[2] = {0.6, 0.8}, sum = 0;
    gst_latent_target target = {.values = slanted, .params = &r, .kinks = {.dim = 1}};
    gst_latent at;
    ck_assert_int_eq(mixture->nodes(mixture, 2, G, &target, 192, 1, &at), GST_OK);
    for (size_t k = 0; k < at.n; k++) {
        double z = 0.6 * at.x[k] + 0.8 * at.x[at.n + k];
        double a = density(z, 1, 0.7), b = 3 * density(z, -0.6, 1.3);
        ASSERT_NEAR(at.y[k], (a - b) / (a + b), 1e-12);
        sum += at.w[k] * at.y[k];
    }
    ASSERT_NEAR(sum, -0.5, 1e-12);
    gst_latent_clear(&at);
    gst_mixture_free(mixture);
}
END_TEST

/* Standard normal rows become the cluster's: along G mean + sd t, elsewhere bulk t. */
START_TEST(inputs_of_a_cluster)
{
    enum { D = 7, S = 3, R = 2 };
    gst_data *mixture = parsed("1:0.3,-2:0.7,1.4:0.5;2:1,5:2,0.1:3", NULL);
    unsigned long long state = 5;
    double G[R * S], x[2 * D], was[2 * D];
    const size_t cluster[] = {1, 0};
    orthonormal(&state, R, S, G);
    fill(&state, 2 * D, x);
    memcpy(was, x, sizeof x);
    mixture->draw(mixture, 2, D, S, G, cluster, x);
    for (size_t i = 0; i < 2; i++) {
        const gst_cluster *c = gst_mixture_cluster(mixture, cluster[i]);
        double want[D];
        for (size_t a = 0; a < D; a++)
            want[a] = c->bulk * was[i * D + a];
        for (size_t j = 0; j < R; j++) {
            double t = 0;
            for (size_t a = 0; a < S; a++)
                t += G[j * S + a] * was[i * D + a];
            for (size_t a = 0; a < S; a++)
                want[a] += G[j * S + a] * (c->mean[j] + c->sd[j] * t - c->bulk * t);
        }
        for (size_t a = 0; a < D; a++)
            ASSERT_NEAR(x[i * D + a], want[a], 1e-14);
    }
    gst_mixture_free(mixture);
}
END_TEST

START_TEST(cluster_of_a_uniform_number)
{
    gst_data *mixture = parsed("1:0;2:0;5:0", NULL);
    const double u[] = {1e-9, 0.1249, 0.1251, 0.3749, 0.3751, 1 - 1e-16, 1};
    const size_t wanted[] = {0, 0, 1, 1, 2, 2, 2};
    for (int k = 0; k < COUNT(u); k++)
        ck_assert_uint_eq(gst_data_draw_cluster(mixture, u[k]), wanted[k]);
    gst_mixture_free(mixture);
}
END_TEST

START_TEST(laws_by_name)
{
    ck_assert_ptr_eq(gst_data_find("mixture"), &gst_data_mixture);
    ck_assert_ptr_eq(gst_data_find("gaussian"), gst_data_of(NULL));
    ck_assert_ptr_null(gst_data_find("Gaussian"));
    ck_assert(gst_data_has_nodes(&gst_data_mixture) && !gst_data_has_nodes(NULL));
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("nodes of a mixture");
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, moments_of_nodes, 0, COUNT(laws));
    tcase_add_test(cases, kinks_are_split_off);
    tcase_add_test(cases, too_many_directions);
    tcase_add_test(cases, mean_label_is_bayes);
    tcase_add_test(cases, mean_label_far_away);
    tcase_add_test(cases, labels_at_nodes);
    tcase_add_test(cases, inputs_of_a_cluster);
    tcase_add_test(cases, cluster_of_a_uniform_number);
    tcase_add_test(cases, laws_by_name);
    return run_cases("nodes of a mixture", cases);
}
