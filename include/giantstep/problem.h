/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem.h - what is learned, by which network, and how that was trained (theory 1). */
#ifndef GST_PROBLEM_H
#define GST_PROBLEM_H

#include <stddef.h>

#include "giantstep/labels.h"
#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_activation gst_activation;
typedef struct gst_target gst_target;
typedef struct gst_second_layer gst_second_layer;
typedef struct gst_spikes gst_spikes;

/* The law of the inputs (models/data), the loss (models/loss). */
typedef struct gst_data gst_data;
typedef struct gst_loss gst_loss;

/* Steps of a schedule that differ from each other. */
#define GST_SCHEDULE_MAX 32

/* One giant step, W <- W + eta times the gradient on its batch. */
typedef struct gst_step {
    double eta;    /* step size, finite; 0 = no step */
    double alpha0; /* n_0/d >= 0 of the batch; 0 = no step; INFINITY = population gradient */
    int reused; /* on the batch of the step before, not on a fresh one; the first step's is fresh */
} gst_step;

/* Which bulk the features of a finite batch get: the one it has, or one of the same variance for comparison with
 * Cui et al. 2402.04980. */
typedef enum { GST_BULK_EXACT, GST_BULK_ISOTROPIC } gst_bulk_choice;

/* T steps.  spikes != NULL gives the features directly: then there are no steps, and noise and bulk are ignored. */
typedef struct gst_training {
    size_t steps;  /* T; 0 = untrained */
    size_t listed; /* >= 1 if T > 0: step[0 .. listed-1]; later ones are like the last */
    gst_step step[GST_SCHEDULE_MAX]; /* gst_training_step */
    /* Delta >= 0 of the labels of the steps.  At alpha0 = inf it matters to signs and to Huber's loss alone. */
    double noise;
    gst_bulk_choice bulk;
    const gst_spikes *spikes;
    const gst_loss *loss; /* of the steps: squared (NULL), logistic or Huber's */
} gst_training;

/* All pointers are borrowed; NULL data and loss are the Gaussian law and the squared loss.  With spikes, layer supplies
 * only the fractions. */
typedef struct gst_problem {
    const gst_data *data;
    const gst_target *target;
    const gst_activation *activation;
    const gst_second_layer *layer;
    gst_training training;
    const gst_loss *loss; /* of the readout */
    gst_labels labels;
} gst_problem;

/* `steps` equal steps on fresh batches; everything else zero. */
gst_training gst_training_equal_steps(size_t steps, double eta, double alpha0);

/* Step i < steps. */
const gst_step *gst_training_step(const gst_training *training, size_t i);

/* Whether a step changes the weights: eta != 0 and alpha0 > 0. */
int gst_step_acts(const gst_step *step);

/* The number of the batch of step i: that of the first step that takes it, i itself unless it is reused. */
size_t gst_training_batch(const gst_training *training, size_t i);

/* Domain checks that need no computing: GST_INVALID with the field named.  Whether there is a theory is another matter
 * (gst_features_train). */
int gst_problem_validate(const gst_problem *problem, gst_message *message);

/* Whether the readout is not the linear one of the squared loss and real labels: then samples and risks have a test and
 * train loss (and class for labels +-1), which are NaN otherwise, and order parameters solve one coupled fixed point. */
int gst_problem_has_losses(const gst_problem *problem);

/* The problem without what its features do not depend on: they are the same if the keys are (gst_problem_equal, which
 * compares everything; losses by name and parameter, other pointers by their value). */
gst_problem gst_problem_key(const gst_problem *problem);
int gst_problem_equal(const gst_problem *a, const gst_problem *b);

#ifdef __cplusplus
}
#endif

#endif
