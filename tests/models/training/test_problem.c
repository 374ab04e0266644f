/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_problem.c - problems: their steps, what their features depend on, which regime they are in. */
#include "models/data/data.h"
#include "models/loss/loss.h"
#include "models/training/regime.h"
#include "tests/network.h"

START_TEST(later_steps_are_like_the_last_listed)
{
    gst_training t = gst_training_equal_steps(7, 2.3, 1.7);
    ck_assert_uint_eq(t.steps, 7);
    ck_assert_ptr_eq(gst_training_step(&t, 0), &t.step[0]);
    ck_assert_ptr_eq(gst_training_step(&t, 6), &t.step[0]);
    t.listed = 3;
    for (size_t i = 0; i < 7; i++)
        ck_assert_ptr_eq(gst_training_step(&t, i), &t.step[i < 2 ? i : 2]);
    ck_assert(t.step[0].eta == 2.3 && t.step[0].alpha0 == 1.7 && !t.step[0].reused);
}
END_TEST

/* The regime of options, by name; those of texts that have no theory say why. */
static const struct {
    const char *options, *regime;
} regimes[] = {
    {"--spike 1.2 --overlap 0.7 --alpha0 2", "given"},
    {"--alpha0 0", "untrained"},
    {"--eta 0 --alpha0 2", "untrained"},
    {"--steps 0 --alpha0 2 --bulk exact", "untrained"},
    {"--eta 0 --alpha0 2 --steps 3", "untrained"},
    {"--alpha0 inf --steps 3", "population"},
    {"--alpha0 2 --bulk exact", "batches"},
    {"--alpha0 2", "isotropic"},
    {"--alpha0 2 --steps 2", "no isotropic law"},
    {"--alpha0 2 --steps 2 --bulk exact", "batches"},
};

START_TEST(a_problem_has_one_regime)
{
    network n;
    gst_message message = {""};
    network_make(&n, "%s", regimes[_i].options);
    const gst_regime *regime = gst_regime_of(&n.problem);
    ck_assert_str_eq(regime->name, regimes[_i].regime);
    ck_assert_int_eq(gst_regime_check(&n.problem, &message) == GST_OK, regime->train != NULL);
    ck_assert_int_eq(message.text[0] == '\0', regime->train != NULL);
    int given = strcmp(regime->name, "given") == 0, drawn = strcmp(regime->name, "untrained") == 0;
    ck_assert_int_eq(gst_training_changes(&n.problem.training), !given && !drawn);
    ck_assert_int_eq(gst_training_has_batch(&n.problem.training),
                     !given && !drawn && isfinite(n.problem.training.step[0].alpha0));
    network_clear(&n);
}
END_TEST

/* A schedule: what acts decides, and a batch that is used twice has no theory. */
START_TEST(regime_of_a_schedule)
{
    network n;
    gst_message message = {""};
    network_make(&n, "--steps 3 --eta 1.3 --alpha0 2");
    gst_training *t = &n.problem.training;
    t->listed = 3;
    t->step[0].eta = t->step[1].alpha0 = 0;
    t->step[2] = (gst_step){.eta = 0.7, .alpha0 = 1.1};
    ck_assert_str_eq(gst_regime_of(&n.problem)->name, "isotropic");
    t->step[0] = (gst_step){.eta = 1.3, .alpha0 = INFINITY};
    ck_assert_str_eq(gst_regime_of(&n.problem)->name, "no isotropic law");
    ck_assert_int_eq(gst_regime_check(&n.problem, &message), GST_INVALID);
    ck_assert(strncmp(message.text, "bulk: ", 6) == 0);
    t->bulk = GST_BULK_EXACT;
    ck_assert_str_eq(gst_regime_of(&n.problem)->name, "batches");
    t->step[2].reused = 1;
    ck_assert_str_eq(gst_regime_of(&n.problem)->name, "reused");
    ck_assert_int_eq(gst_regime_check(&n.problem, &message), GST_INVALID);
    ck_assert(strncmp(message.text, "reused: ", 8) == 0);
    t->step[2].eta = 0;
    ck_assert_str_eq(gst_regime_of(&n.problem)->name, "population");
    network_clear(&n);
}
END_TEST

static int same(const gst_problem *a, const gst_problem *b)
{
    gst_problem x = gst_problem_key(a), y = gst_problem_key(b);
    return gst_problem_equal(&x, &y);
}

/* Noise of the labels matters where they are drawn, everything else always; NULL is the default. */
START_TEST(keys_hold_what_features_depend_on)
{
    network n;
    network_make(&n, "--alpha0 1.7 --eta 2.3 --noise 0.1 --bulk exact");
    const gst_problem p = n.problem;
    gst_problem q = p;
    ck_assert(same(&p, &q) && gst_problem_equal(&p, &q));
    q.training.noise = 0.2;
    ck_assert(!same(&p, &q) && !gst_problem_equal(&p, &q));
    q = p;
    q.training.step[0].eta = 2.4;
    ck_assert(!same(&p, &q));
    q = p;
    q.training.step[0].alpha0 = 1.8;
    ck_assert(!same(&p, &q));
    q = p;
    q.training.step[0].reused = 1;
    ck_assert(!same(&p, &q));
    q = p;
    q.training.steps = 2;
    ck_assert(!same(&p, &q));
    q = p;
    q.training.listed = 2;
    ck_assert(!same(&p, &q));
    q = p;
    q.training.bulk = GST_BULK_ISOTROPIC;
    ck_assert(!same(&p, &q));
    q = p;
    q.target = NULL;
    ck_assert(!same(&p, &q));
    q = p;
    q.activation = NULL;
    ck_assert(!same(&p, &q));
    q = p;
    q.layer = NULL;
    ck_assert(!same(&p, &q));
    q = p;
    q.data = &gst_data_gaussian;
    q.loss = &gst_loss_squared;
    ck_assert(same(&p, &q) && !gst_problem_equal(&p, &q));
    network_clear(&n);
}
END_TEST

START_TEST(without_batch_the_noise_is_left_out)
{
    network n;
    network_make(&n, "--alpha0 inf --noise 0.1");
    gst_problem p = n.problem, q = p;
    q.training.noise = 0.2;
    ck_assert(same(&p, &q) && !gst_problem_equal(&p, &q));
    network_clear(&n);
    network_make(&n, "--spike 1.2 --overlap 0.7 --noise 0.1");
    p = q = n.problem;
    q.training.noise = 0.2;
    q.training.step[0].eta = 5;
    ck_assert(same(&p, &q));
    q.training.spikes = NULL;
    ck_assert(!same(&p, &q));
    network_clear(&n);
}
END_TEST

/* Losses are compared by name and parameter; that of the steps matters where a step acts, as does the noise of signs,
 * which the mean label of a population has in it. */
START_TEST(labels_and_losses_in_keys)
{
    network n;
    gst_loss huber = gst_loss_huber, same_huber = gst_loss_huber;
    network_make(&n, "--alpha0 inf --noise 0.1");
    const gst_problem p = n.problem;
    gst_problem q = p, r = p;
    q.labels = GST_LABELS_SIGN;
    ck_assert(!same(&p, &q));
    r = q;
    r.training.noise = 0.2;
    ck_assert(!same(&q, &r));
    q = r = p;
    q.training.loss = &gst_loss_squared;
    ck_assert(same(&p, &q));
    q.training.loss = &huber;
    r.training.loss = &same_huber;
    ck_assert(!same(&p, &q) && same(&q, &r) && gst_problem_equal(&q, &r));
    r.training.noise = 0.2;
    ck_assert(!same(&q, &r));
    r = q;
    same_huber.parameter = 0.5;
    r.training.loss = &same_huber;
    ck_assert(!same(&q, &r) && !gst_problem_equal(&q, &r));
    q.training.step[0].eta = r.training.step[0].eta = 0;
    ck_assert(same(&q, &r));
    q.labels = r.labels = GST_LABELS_SIGN;
    r.training.noise = 0.2;
    ck_assert(same(&q, &r));
    r.labels = GST_LABELS_REAL;
    ck_assert(!same(&q, &r));
    q = r = p;
    q.loss = &huber;
    r.loss = &same_huber;
    ck_assert(!same(&q, &r));
    network_clear(&n);
    network_make(&n, "--spike 1.2 --overlap 0.7 --noise 0.1");
    q = r = n.problem;
    q.training.loss = &huber;
    ck_assert(same(&q, &r));
    network_clear(&n);
}
END_TEST

START_TEST(texts_and_means)
{
    network n;
    network_make(&n, "--activation 'tanh(z+0.5)' --target 'z1 + 2*z2' --second-layer 1.5:1,-0.5:3");
    ck_assert_str_eq(gst_activation_text(n.activation), "tanh(z+0.5)");
    ck_assert_str_eq(gst_target_text(n.target), "z1 + 2*z2");
    ASSERT_CLOSE(gst_second_layer_mean(&n.layer), 0.25 * 1.5 - 0.75 * 0.5, 1e-15);
    network_clear(&n);
}
END_TEST

/* What NULL stands for, and that every row has a name of its own. */
START_TEST(tables_begin_with_the_default)
{
    ck_assert_ptr_eq(gst_data_of(NULL), &gst_data_gaussian);
    ck_assert_ptr_eq(gst_data_find("gaussian"), &gst_data_gaussian);
    ck_assert_ptr_eq(gst_loss_of(NULL), &gst_loss_squared);
    ck_assert_ptr_eq(gst_loss_find("squared"), &gst_loss_squared);
    ck_assert(!gst_data_find("gauss") && !gst_loss_find("squared "));
    gst_data other = gst_data_gaussian;
    ck_assert_ptr_eq(gst_data_of(&other), &other);
}
END_TEST

/* Steps on no samples change nothing, wherever they stand. */
START_TEST(steps_without_samples_do_nothing)
{
    network n;
    network_make(&n, "--activation tanh(z+0.5) --target z1+0.3*z1*z2 --eta 1.3 --steps 2");
    gst_features *plain = network_features(&n);
    n.problem.training.steps = n.problem.training.listed = 4;
    for (size_t i = 0; i < 4; i++)
        n.problem.training.step[i] =
            (gst_step){.eta = i % 2 ? 1.3 : 2.9, .alpha0 = i % 2 ? INFINITY : 0};
    ck_assert_str_eq(gst_regime_of(&n.problem)->name, "population");
    gst_features *padded = network_features(&n);
    ck_assert(plain->m == padded->m && plain->c[0] == padded->c[0] && plain->U[0] == padded->U[0]);
    gst_features_free(plain);
    gst_features_free(padded);
    network_clear(&n);
}
END_TEST

/* A good problem with one thing changed: refused with the field at the front, never used. */
typedef void spoil(gst_problem *p, gst_second_layer *layer);

static void no_target(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->target = NULL;
}

static void no_activation(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->activation = NULL;
}

static void no_layer(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->layer = NULL;
}

static void no_groups(gst_problem *p, gst_second_layer *layer)
{
    (void)p;
    layer->K = 0;
}

static void no_fraction(gst_problem *p, gst_second_layer *layer)
{
    (void)p;
    layer->pi = NULL;
}

static void many_listed(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->training.listed = GST_SCHEDULE_MAX + 1;
}

static void infinite_step(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->training.step[0].eta = INFINITY;
}

static void negative_batch(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->training.step[0].alpha0 = -1;
}

static void noise_is_no_number(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->training.noise = NAN;
}

static void unknown_bulk(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->training.bulk = (gst_bulk_choice)7;
}

static void unknown_labels(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->labels = (gst_labels)2;
}

static void margin_of_real_labels(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->loss = &gst_loss_hinge;
}

static void steps_on_margins_of_real_labels(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->training.loss = &gst_loss_logistic;
}

static void steps_on_hinges(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->labels = GST_LABELS_SIGN;
    p->training.loss = &gst_loss_hinge;
}

static void steps_on_cones(gst_problem *p, gst_second_layer *layer)
{
    (void)layer;
    p->training.loss = &gst_loss_interpolation;
}

static void no_delta(gst_problem *p, gst_second_layer *layer)
{
    static const gst_loss loss = {.name = "huber", .parameter_name = "DELTA", .parameter = NAN};
    (void)layer;
    p->training.loss = &loss;
}

static const struct {
    spoil *change;
    const char *field;
} spoiled[] = {
    {no_target, "target:"},
    {no_activation, "activation:"},
    {no_layer, "layer:"},
    {no_groups, "layer:"},
    {no_fraction, "layer:"},
    {many_listed, "listed:"},
    {infinite_step, "eta:"},
    {negative_batch, "alpha0:"},
    {noise_is_no_number, "noise:"},
    {unknown_bulk, "bulk:"},
    {unknown_labels, "labels:"},
    {margin_of_real_labels, "loss:"},
    {steps_on_margins_of_real_labels, "step_loss:"},
    {steps_on_hinges, "step_loss:"},
    {steps_on_cones, "step_loss:"},
    {no_delta, "step_loss:"},
};

START_TEST(what_is_no_problem_is_refused)
{
    network n;
    network_make(&n, "--alpha0 1.7");
    gst_problem p = n.problem;
    gst_second_layer layer = n.layer;
    gst_message message = {""};
    gst_features *features = NULL;
    gst_model *model = NULL;
    p.layer = &layer;
    ck_assert_int_eq(gst_problem_validate(&p, &message), GST_OK);
    spoiled[_i].change(&p, &layer);
    ck_assert_int_eq(gst_problem_validate(&p, &message), GST_INVALID);
    ck_assert_msg(strstr(message.text, spoiled[_i].field) == message.text, "%s", message.text);
    ck_assert_int_eq(gst_features_train(&features, &p, 0, &message), GST_INVALID);
    ck_assert_int_eq(gst_model_alloc(&model, &p, &message), GST_INVALID);
    ck_assert(!features && !model);
    network_clear(&n);
}
END_TEST

int main(void)
{
    TCase *cases = tcase_create("problem");
    tcase_add_test(cases, later_steps_are_like_the_last_listed);
    tcase_add_loop_test(cases, a_problem_has_one_regime, 0, COUNT(regimes));
    tcase_add_test(cases, regime_of_a_schedule);
    tcase_add_test(cases, keys_hold_what_features_depend_on);
    tcase_add_test(cases, without_batch_the_noise_is_left_out);
    tcase_add_test(cases, labels_and_losses_in_keys);
    tcase_add_test(cases, texts_and_means);
    tcase_add_test(cases, steps_without_samples_do_nothing);
    tcase_add_loop_test(cases, what_is_no_problem_is_refused, 0, COUNT(spoiled));
    tcase_add_test(cases, tables_begin_with_the_default);
    return run_cases("problem", cases);
}
