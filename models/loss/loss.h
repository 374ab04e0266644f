/* SPDX-License-Identifier: GPL-3.0-or-later */
/* loss.h - the loss l(y, f) that the readout and the giant steps minimise.
 *
 * A loss is one file and one row of GST_LOSS_LIST. */
#ifndef GST_LOSS_H
#define GST_LOSS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gst_loss gst_loss;
struct gst_loss {
    const char *name;
    /* -dl/df at n predictions: on entry residual[i] = y_i - f_i, on return the slope at sample i. */
    void (*slope)(size_t n, double *residual);
    /* What the averages over kappa need, n nodes of weights w, V[k] = t + V(kappa_k) on entry:
     *   weight[k] = rho w[k] response(V[k]),   V[k] becomes -rho w[k] d response/dV. */
    void (*respond)(size_t n, double rho, const double *w, double *V, double *weight);
};

/* All losses, a row each, the one that NULL stands for first; gst_loss_NAME is defined in models/loss/NAME.c.
 *   squared   l = (y - f)^2/2: response 1/V */
#define GST_LOSS_LIST(X) X(squared)

#define GST_DECLARE_LOSS(name) extern const gst_loss gst_loss_##name;
GST_LOSS_LIST(GST_DECLARE_LOSS)
#undef GST_DECLARE_LOSS

/* The loss itself, or what NULL stands for. */
const gst_loss *gst_loss_of(const gst_loss *loss);

/* The loss of that name, NULL if there is none. */
const gst_loss *gst_loss_find(const char *name);

#ifdef __cplusplus
}
#endif

#endif
