/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derivatives.h - averaged derivatives of the activation, what the population dynamics is made of. */
#ifndef GST_DERIVATIVES_H
#define GST_DERIVATIVES_H

#include <stddef.h>

#include "giantstep/activation.h"

/* sigma, sigma', .., sigma'''' */
enum { GST_DERIVATIVES = 5 };

/* out[k*count + i] = E sigma^{(k)}(s[i] + sqrt(c) xi), xi ~ N(0,1), k = 0..4, by Stein's lemma from sigma'
 * alone: E[He_{k-1}(xi) sigma'(s + sqrt(c) xi)]/c^{(k-1)/2} for k >= 1.  c > 0; sigma may have kinks, not
 * jumps.  half != 0: the companion's answer.  GST_OK, GST_LOOSE (quadrature not converged), GST_FAILED
 * (not finite), GST_INVALID, GST_NO_MEMORY. */
int gst_activation_derivatives(const gst_activation *activation, size_t count, const double *s,
                               double c, int half, double *out);

#endif
