/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulation.h - networks of finite size, really trained or drawn, and their readout, by ridge regression or another convex
 * loss (theory 1; convex losses).
 *
 * One gst_simulation is one network protocol (d, eta, alpha0, steps, noise, beta) read out at several
 * alpha and lambda.  Replicate r draws everything from (seed, r): the readout data of a smaller alpha are
 * the first rows of those of a larger one and the same for every lambda; protocols of equal seed
 * share draws as well.  Rows computed from one replicate are therefore correlated.
 *
 * Typical use:
 *     gst_simulation_measure(&simulation, &sizes, n, group, &message)      checks, p, n, bytes
 *     gst_simulation_plan(&simulation, trials, threads, &plan, &message)   how to use the cores
 *     gst_simulation_replicates(&simulation, &plan, trials, emit, context, &message)  */
#ifndef GST_SIMULATION_H
#define GST_SIMULATION_H

#include <stddef.h>
#include <stdint.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_problem gst_problem;
typedef struct gst_step gst_step;
typedef struct gst_training gst_training;

/* GD: steps on batches of alpha0*d samples, each step its own, fresh or reused.  SRF: rows drawn from their law (theory 2):
 * spikes, bulk variance and the special directions' covariance of gst_features_train. */
typedef enum { GST_WEIGHTS_GD, GST_WEIGHTS_SRF } gst_weights;

/* Of weights, inputs, features and gradients.  Sums of many terms, the normal equations and all that is solved are double
 * in either case, and so are the random numbers, which are rounded: networks of one seed are the same but for rounding. */
typedef enum { GST_PRECISION_DOUBLE, GST_PRECISION_SINGLE } gst_precision;

/* What `auto` means: GD when the network is trained on a finite batch, else SRF. */
gst_weights gst_weights_choose(const gst_problem *problem);

/* n_0 = floor(alpha0 d + 0.5) samples of a step's batch in d dimensions; 0 of one that does nothing, or that follows the
 * population gradient. */
size_t gst_step_samples(const gst_step *step, size_t d);

/* The training with alpha0 = n_0/d of the batches drawn in d dimensions: what theory to hold against it. */
gst_training gst_training_realised(const gst_training *training, size_t d);

/* Without test_samples, and where activation and target allow (erf, relu, linear, sin, cos of a multiple of z;
 * one or two target directions), the excess risk of each readout is the population's (exact_risk.h): nothing
 * is sampled.  A readout for which the estimate of its quadrature error, a pessimistic one, exceeds 1e-6 of
 * risk + E g^2 is GST_LOOSE.
 *
 * All pointers are borrowed.  problem->training.noise is the variance of all labels, those of the readout
 * included (also with spikes). */
typedef struct {
    const gst_problem *problem;
    gst_weights weights;
    size_t d;              /* >= 2 */
    double beta;           /* p/d > 0 */
    const double *alphas;  /* n/d > 0, in any order */
    const double *lambdas; /* >= 0; 0: minimum norm */
    size_t alpha_count, lambda_count;
    gst_precision precision;
    size_t test_samples; /* 0: exact risks where they can be had, else 4d test points */
    uint64_t seed;
    volatile const int
        *stop; /* NULL, or a flag that becomes non-zero when the caller wants to stop */
} gst_simulation;

/* p = floor(beta*d + 0.5); n0: samples of the largest batch, 0 without; population: 1 if risks are exact, then test_samples = 0; bytes: the largest
 * amount of memory one replicate takes; flops: floating point operations of one replicate, the unit of
 * progress. */
typedef struct {
    size_t p, n0, test_samples, bytes;
    double flops;
    int population;
} gst_simulation_sizes;

/* Checks everything that can be checked without computing and fills sizes; n: NULL or room for
 * alpha_count sample numbers, in the order of alphas; group: NULL or room for layer->K numbers of rows
 * (largest remainder of pi*p).  GST_INVALID with the field named in the message: a size out of range or
 * that rounds to 0, GD with a step at alpha0 = inf or with spikes, SRF with the exact bulk at 0 < alpha0 < inf, SRF of
 * steps without a theory, as on a reused batch; a loss of the margin without labels +-1. */
int gst_simulation_measure(const gst_simulation *simulation, gst_simulation_sizes *sizes, size_t *n,
                           size_t *group, gst_message *message);

/* Risks of one readout, all NaN if status is GST_FAILED (as at lambda = 0 and n = p of a loss of the residual, where the risk
 * has no mean); GST_LOOSE: the normal equations are so badly conditioned that digits are lost, or an exact risk
 * missed its tolerance, or those of single precision a smaller part of the least eigenvalue than their rounding.
 *   excess_risk E(E[y|x] - f)^2, test_error E(y - f)^2, train_error mean (y - f)^2, for every loss;
 *   test_loss E l(y, f), train_loss mean l; NaN where it is infinite (hard margin);
 *   test_class P(y f < 0), train_class, shares of labels +-1; NaN for real labels.
 * Test errors are averages over the noise of the labels, in closed form.  Other losses than the squared one, and labels +-1,
 * have 4d test points for losses and classes even where excess_risk is exact.
 * lambda = 0 is the limit of small lambda: the hard margin where losses of the margin have one, and the loss of readouts
 * without end, as the logistic one then, is NaN.
 * reason: why it is not GST_OK, for gst_sample_reason. */
typedef struct {
    double excess_risk, test_error, train_error;
    double test_loss, train_loss, test_class, train_class;
    int status, reason;
} gst_sample;

/* Static text; "" if there is nothing to say but what GST_FAILED and GST_LOOSE say. */
const char *gst_sample_reason(const gst_sample *sample);

/* One replicate: samples[a*lambda_count + l].  Re-entrant.  GST_OK (look at the samples' own status),
 * GST_FAILED (no network: a row without length or values that are not finite), GST_INVALID, GST_NO_MEMORY,
 * GST_INTERRUPTED. */
int gst_simulation_run(const gst_simulation *simulation, size_t replicate, gst_sample *samples,
                       gst_message *message);

/* How many replicates run at once, each with how many BLAS threads (parallel = 1 or blas_threads = 1);
 * bytes: memory of all of them; available: memory free now. */
typedef struct {
    size_t parallel, bytes, available;
    int blas_threads;
} gst_simulation_layout;

/* One BLAS thread per replicate while memory allows, else one replicate at a time with all threads.
 * GST_NO_MEMORY with the bytes needed if not even one replicate fits. */
int gst_simulation_plan(const gst_simulation *simulation, size_t trials, size_t threads,
                        gst_simulation_layout *layout, gst_message *message);

/* Replicates 0 .. trials-1.  emit gets each one's status and samples (status < 0: all failed) in
 * increasing order, one call at a time, and returns 0 or a status that ends the run.  Sets the number of BLAS
 * threads of the process.  Returns GST_OK, what
 * emit returned, or the status (other than GST_FAILED) that ended a replicate. */
int gst_simulation_replicates(const gst_simulation *simulation, const gst_simulation_layout *layout,
                              size_t trials,
                              int (*emit)(void *context, size_t replicate, int status,
                                          const gst_sample *samples),
                              void *context, gst_message *message);

#ifdef __cplusplus
}
#endif

#endif
