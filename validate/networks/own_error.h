/* SPDX-License-Identifier: GPL-3.0-or-later */
/* own_error.h - the excess risk of a network as it is, with its own second layer. */
#ifndef GST_OWN_ERROR_H
#define GST_OWN_ERROR_H

#include "validate/networks/first_layer.h"

/* risk = E (g(z) - f(x))^2 over x ~ N(0, I_d), f(x) = (1/p) sum_i A_g(i) sigma(w_i.x): exactly where gst_population_risks
 * can (exact_risk.h; targets of one or two directions), else the mean over 4d test points, the readouts' own.  GST_OK,
 * GST_FAILED (not finite), GST_NO_MEMORY, GST_INTERRUPTED (stop became non-zero; may be NULL).  Cost: p^2 d operations, or
 * 4 p d^2. */
int gst_own_error(const gst_first_layer *network, volatile const int *stop, double *risk);

#endif
