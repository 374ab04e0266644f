/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_mixture.c - Gaussian mixtures from their text, each bad part alone; and the target as a function of all of a
 * mixture's coordinates. */
#include <string.h>

#include "giantstep/mixture.h"
#include "models/data/data.h"
#include "tests/network.h"

static const struct {
    const char *text, *labels;
    size_t clusters, dim;
} good[] = {
    {"0.5:1.5;0.5:-1.5", NULL, 2, 1},
    {"1:0", NULL, 1, 1},
    {"1:0:2:0.5", NULL, 1, 1},
    {"3:1,-2:0.5,0.25;1:0,0", "1,-1", 2, 2},
    {"1:1,2,3,4", "-1", 1, 4},
    {"1:1,2,3:1,1,1:.3;2:0,0,0:1,2,3;5:1e-3,2e2,-1", NULL, 3, 3},
    {"1:0;1:1;1:2;1:3;1:4;1:5;1:6;1:7;1:8;1:9;1:10;1:11;1:12;1:13;1:14;1:15", NULL, 16, 1},
};

START_TEST(text_is_read)
{
    gst_data *mixture;
    gst_message message = {""};
    double sum = 0;
    ck_assert_int_eq(gst_mixture_parse(&mixture, good[_i].text, good[_i].labels, &message), GST_OK);
    ck_assert_uint_eq(gst_mixture_clusters(mixture), good[_i].clusters);
    ck_assert_uint_eq(gst_mixture_dim(mixture), good[_i].dim);
    for (size_t c = 0; c < gst_mixture_clusters(mixture); c++) {
        const gst_cluster *cluster = gst_mixture_cluster(mixture, c);
        sum += cluster->weight;
        ck_assert(cluster->weight > 0 && cluster->bulk > 0);
        ck_assert(good[_i].labels ? fabs(cluster->label) == 1 : cluster->label == 0);
    }
    ASSERT_NEAR(sum, 1, 1e-15);
    gst_mixture_free(mixture);
}
END_TEST

START_TEST(parts_are_in_their_places)
{
    gst_data *mixture;
    ck_assert_int_eq(gst_mixture_parse(&mixture, "3:1.5,-2:0.5,0.25:0.7;1:-1e1,4", "-1,1", NULL),
                     GST_OK);
    const gst_cluster *a = gst_mixture_cluster(mixture, 0), *b = gst_mixture_cluster(mixture, 1);
    ck_assert(a->weight == 0.75 && b->weight == 0.25);
    ck_assert(a->mean[0] == 1.5 && a->mean[1] == -2 && b->mean[0] == -10 && b->mean[1] == 4);
    ck_assert(a->sd[0] == 0.5 && a->sd[1] == 0.25 && b->sd[0] == 1 && b->sd[1] == 1);
    ck_assert(a->bulk == 0.7 && b->bulk == 1);
    ck_assert(a->label == -1 && b->label == 1);
    gst_mixture_free(mixture);
    gst_mixture_free(NULL);
    ck_assert(gst_mixture_clusters(NULL) == 0 && gst_mixture_dim(NULL) == 0);
    ck_assert(gst_mixture_clusters(&gst_data_gaussian) == 0);
}
END_TEST

static const struct {
    const char *text, *labels, *named;
} bad[] = {
    {"", NULL, "mixture: '' is not a cluster"},
    {";", NULL, "mixture: '' is not a cluster"},
    {"1:0;", NULL, "mixture: '' is not a cluster"},
    {";1:0", NULL, "mixture: '' is not a cluster"},
    {"1:0;;1:1", NULL, "mixture: '' is not a cluster"},
    {"1", NULL, "mixture: '1' is not a cluster"},
    {"1:", NULL, "mixture: '1:' is not a cluster"},
    {":1", NULL, "mixture: ':1' is not a cluster"},
    {"1:0,", NULL, "mixture: '1:0,' is not a cluster"},
    {"1:,0", NULL, "mixture: '1:,0' is not a cluster"},
    {"1:0:", NULL, "mixture: '1:0:' is not a cluster"},
    {"1:0:1:", NULL, "mixture: '1:0:1:' is not a cluster"},
    {"1:0::1", NULL, "mixture: '1:0::1' is not a cluster"},
    {"1:x", NULL, "mixture: '1:x' is not a cluster"},
    {"1: 0", NULL, "mixture: '1: 0' is not a cluster"},
    {"1:0 ;1:1", NULL, "mixture: '1:0 ' is not a cluster"},
    {"1:0x1", NULL, "mixture: '1:0x1' is not a cluster"},
    {"1:nan", NULL, "mixture: '1:nan' is not a cluster"},
    {"1:inf", NULL, "mixture: '1:inf' is not a cluster"},
    {"1:1e999", NULL, "mixture: '1:1e999' is not a cluster"},
    {"inf:0", NULL, "mixture: 'inf:0' is not a cluster"},
    {"1,1:0", NULL, "mixture: '1,1:0' has more numbers in a part"},
    {"0:0", NULL, "mixture: '0:0' has a weight that is not positive"},
    {"1:1;0:2", NULL, "mixture: '0:2' has a weight that is not positive"},
    {"1:1;-0.5:2", NULL, "mixture: '-0.5:2' has a weight that is not positive"},
    {"1e308:0;1e308:1", NULL, "mixture: weights add up to infinity"},
    {"1:0:0", NULL, "mixture: '1:0:0' has a standard deviation that is not positive"},
    {"1:0:-1", NULL, "mixture: '1:0:-1' has a standard deviation that is not positive"},
    {"1:0,0:1,-1", NULL, "mixture: '1:0,0:1,-1' has a standard deviation that is not positive"},
    {"1:0:1:0", NULL, "mixture: '1:0:1:0' has a standard deviation that is not positive"},
    {"1:0:1:-2", NULL, "mixture: '1:0:1:-2' has a standard deviation that is not positive"},
    {"1:0,1:1", NULL, "mixture: '1:0,1:1' has not as many standard deviations as means"},
    {"1:0:1,1", NULL, "mixture: '1:0:1,1' has not as many standard deviations as means"},
    {"1:0:1:1,1", NULL, "mixture: '1:0:1:1,1' has more numbers in a part"},
    {"1:0:1:1:1", NULL, "mixture: '1:0:1:1:1' has more parts"},
    {"1:0,1;1:0", NULL, "mixture: '1:0' has not as many means as the first cluster"},
    {"1:0;1:0,1", NULL, "mixture: '1:0,1' has not as many means as the first cluster"},
    {"1:1,2,3,4,5", NULL, "mixture: '1:1,2,3,4,5' has more than 4 directions"},
    {"1:0;1:1;1:2;1:3;1:4;1:5;1:6;1:7;1:8;1:9;1:10;1:11;1:12;1:13;1:14;1:15;1:16", NULL,
     "mixture: 17 clusters, more than 16"},
    {"1:1;1:-1", "1", "cluster_labels: '1' has 1 labels for the 2 clusters"},
    {"1:1;1:-1", "1,-1,1", "cluster_labels: '1,-1,1' has 3 labels for the 2 clusters"},
    {"1:1;1:-1", "", "cluster_labels: '' has"},
    {"1:1;1:-1", ",1", "cluster_labels: '' is not 1 or -1"},
    {"1:1;1:-1", "1,", "cluster_labels: '' is not 1 or -1"},
    {"1:1;1:-1", "1,0", "cluster_labels: '0' is not 1 or -1"},
    {"1:1;1:-1", "1,-0.5", "cluster_labels: '-0.5' is not 1 or -1"},
    {"1:1;1:-1", "1,2", "cluster_labels: '2' is not 1 or -1"},
    {"1:1;1:-1", "1,nan", "cluster_labels: 'nan' is not 1 or -1"},
    {"1:1;1:-1", "1,x", "cluster_labels: 'x' is not 1 or -1"},
    {"1:1;1:-1", "1, -1", "cluster_labels: ' -1' is not 1 or -1"},
    {"1:1;1:-1", "1;-1", "cluster_labels: '1;-1' has 1 labels"},
};

START_TEST(text_is_refused)
{
    gst_data *mixture;
    gst_message message = {""};
    ck_assert_int_eq(gst_mixture_parse(&mixture, bad[_i].text, bad[_i].labels, &message),
                     GST_INVALID);
    ck_assert(!mixture);
    ck_assert_msg(strstr(message.text, bad[_i].named) == message.text, "'%s': %s", bad[_i].text,
                  message.text);
    ck_assert_int_eq(gst_mixture_parse(&mixture, bad[_i].text, bad[_i].labels, NULL), GST_INVALID);
}
END_TEST

/* Variables that do not occur count, those beyond are refused. */
START_TEST(target_of_all_coordinates)
{
    gst_target *target;
    gst_message message = {""};
    ck_assert_int_eq(gst_target_compile_of(&target, "z2", 3, &message), GST_OK);
    ck_assert_uint_eq(gst_target_dim(target), 3);
    gst_target_free(target);
    ck_assert_int_eq(gst_target_compile_of(&target, "z2", 0, &message), GST_OK);
    ck_assert_uint_eq(gst_target_dim(target), 1);
    gst_target_free(target);
    ck_assert_int_eq(gst_target_compile_of(&target, "z1+z3", 2, &message), GST_INVALID);
    ck_assert_msg(strstr(message.text, "z3"), "%s", message.text);
}
END_TEST

/* What a mixture asks of the rest of a problem. */
START_TEST(problem_must_fit)
{
    network n;
    gst_target *target;
    gst_message message = {""};
    ck_assert_int_eq(network_open(&n, "--mixture 1:0,1 --target z2", &message), GST_OK);
    ck_assert_int_eq(gst_target_compile(&target, "z1", NULL), GST_OK);
    n.problem.target = target;
    ck_assert_int_eq(gst_problem_validate(&n.problem, &message), GST_INVALID);
    ck_assert_msg(strstr(message.text, "mixture: 2 means for the 1"), "%s", message.text);
    gst_target_free(target);
    network_clear(&n);
    ck_assert_int_eq(network_open(&n, "--mixture 1:1;1:0 --cluster-labels 1,-1", &message), GST_OK);
    n.problem.labels = GST_LABELS_REAL;
    ck_assert_int_eq(gst_problem_validate(&n.problem, &message), GST_INVALID);
    ck_assert_msg(strstr(message.text, "labels of clusters"), "%s", message.text);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("mixture");
    tcase_add_loop_test(cases, text_is_read, 0, COUNT(good));
    tcase_add_test(cases, parts_are_in_their_places);
    tcase_add_loop_test(cases, text_is_refused, 0, COUNT(bad));
    tcase_add_test(cases, target_of_all_coordinates);
    tcase_add_test(cases, problem_must_fit);
    return run_cases("mixture", cases);
}
