/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss.h - the losses l(y, f), convex in the prediction f, that the readout and the giant steps minimise.
 *
 * A loss is one file and one row of GST_LOSS_LIST; nothing else asks which one it is.  Two kinds:
 *   of the margin     l(y f), y = +-1:   everything is a function of a = y om
 *   of the residual   l(y - f), y real:  everything is a function of u = y - om
 * The readout knows a loss by its proximal operator of width V > 0 at om (docs/theory 6.1),
 *   prox = argmin_f l(y, f) + (f - om)^2/(2V),   G = (prox - om)/V = -l'(y, prox),   G' = -dG/dom >= 0. */
#ifndef GST_LOSS_H
#define GST_LOSS_H

#include <stddef.h>

#include "giantstep/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Places at which `breaks` may ask for a panel of its own. */
enum { GST_LOSS_BREAKS_MAX = 64 };

typedef struct gst_loss gst_loss;
struct gst_loss {
    const char *name;
    int margin;                 /* 1: l(y f), labels +-1; 0: l(y - f) */
    const char *parameter_name; /* NULL: it has none */
    double parameter;           /* > 0 */
    /* prox is analytic in om within this distance from the real axis, INFINITY if entire; 0: it is linear between bends at
     * `breaks'. */
    double strip;
    /* What is left of the loss as the ridge goes to 0 and samples can be fitted with no loss, at ridge 1; the loss itself
     * if the ridge does not matter to it at all; NULL: there is no such limit. */
    const gst_loss *without_loss;
    /* out[i] = l(y_i, f_i), +INFINITY where that is forbidden. */
    void (*value)(const gst_loss *loss, size_t n, const double *y, const double *f, double *out);
    /* out[i] = -dl/df, at a bend the mean of its sides; out may be y or f. */
    void (*slope)(const gst_loss *loss, size_t n, const double *y, const double *f, double *out);
    /* f = prox, G and dG = G' at (y_i, om_i); none of the arrays may overlap. */
    void (*prox)(const gst_loss *loss, size_t n, const double *y, const double *om, double V,
                 double *f, double *G, double *dG);
    /* Where a (or u) has to be cut so that prox is resolved by a polynomial between neighbours, a Gaussian's width apart or
     * less: bends, and turns that are sharp at this V.  Not sorted; returns their number, at most GST_LOSS_BREAKS_MAX. */
    size_t (*breaks)(const gst_loss *loss, double V, double *at);
    /* Where the response does not depend on the label (else NULL), what the averages over kappa need, n nodes of weights
     * w, V[k] = t + V(kappa_k) on entry:
     *   weight[k] = rho w[k] response(V[k]),   V[k] becomes -rho w[k] d response/dV. */
    void (*respond)(size_t n, double rho, const double *w, double *V, double *weight);
};

/* All losses of a readout, a row each, the one that NULL stands for first; gst_loss_NAME is defined in models/loss/NAME.c.
 *   squared        u^2/2
 *   logistic       log(1 + e^-a)
 *   hinge          (1 - a)_+
 *   squared_hinge  (1 - a)_+^2/2
 *   max_margin     0 if a >= 1, else infinite: the hard margin
 *   huber          u^2/2 for |u| <= delta, delta |u| - delta^2/2 beyond */
#define GST_LOSS_LIST(X) X(squared) X(logistic) X(hinge) X(squared_hinge) X(max_margin) X(huber)

/* Losses that only the limits of others have.
 *   cone           0 if a >= 0, else infinite: whether samples can be separated at all
 *   interpolation  0 if u = 0, else infinite */
#define GST_LIMIT_LOSS_LIST(X) X(cone) X(interpolation)

#define GST_DECLARE_LOSS(name) extern const gst_loss gst_loss_##name;
GST_LOSS_LIST(GST_DECLARE_LOSS)
GST_LIMIT_LOSS_LIST(GST_DECLARE_LOSS)
#undef GST_DECLARE_LOSS

/* The loss itself, or what NULL stands for. */
const gst_loss *gst_loss_of(const gst_loss *loss);

/* Row `index` of GST_LOSS_LIST, NULL past the end. */
const gst_loss *gst_loss_row(size_t index);

/* The loss of that name, NULL if there is none. */
const gst_loss *gst_loss_find(const char *name);

/* A loss from its name, `logistic', or name and parameter, `huber:0.3': a copy of its row with the parameter set.
 * GST_INVALID with a message that begins with `loss'. */
int gst_loss_parse(const char *text, gst_loss *loss, gst_message *message);

/* Same loss, same parameter; NULL is the first row. */
int gst_loss_equal(const gst_loss *a, const gst_loss *b);

#ifdef __cplusplus
}
#endif

#endif
