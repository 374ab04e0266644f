/* SPDX-License-Identifier: GPL-3.0-or-later */
/* closed_form.h - activations whose expectations over Gaussian pairs are known in closed form.
 *
 * F is erf, relu, the identity, sin or cos; sigma(z) = F(scale*z). */
#ifndef GST_CLOSED_FORM_H
#define GST_CLOSED_FORM_H

#include <stddef.h>

typedef struct gst_activation gst_activation;

/* pairs: C[k] becomes E[F(X) F(Y_k)] of centred Gaussian X, Y_k of variances A, B[k] >= 0 and covariance
 * C[k], |C[k]| <= sqrt(A B[k]) but for rounding.
 *   erf    (2/pi) asin(2C/sqrt((1 + 2A)(1 + 2B)))
 *   relu   (sqrt(AB) sin t + (pi - t) C)/(2 pi),  cos t = C/sqrt(AB)
 *   linear C
 *   sin    exp(-(A + B)/2) sinh C
 *   cos    exp(-(A + B)/2) cosh C
 * smoothed: s[k] becomes E F(s[k] + t xi), xi ~ N(0,1), t >= 0.
 *   erf    erf(s/sqrt(1 + 2t^2))
 *   relu   s Phi(s/t) + t phi(s/t)
 *   linear s
 *   sin    exp(-t^2/2) sin s
 *   cos    exp(-t^2/2) cos s
 * NaN gives NaN. */
typedef struct {
    const char *name;
    void (*pairs)(size_t n, double A, const double *B, double *C);
    void (*smoothed)(size_t n, double t, double *s);
} gst_closed_kernel;

/* The kernel of an activation that is F of a multiple of z, however that is written (erf, erf(z/sqrt(2)),
 * -3*z, ...), and the multiple; NULL for any other. */
const gst_closed_kernel *gst_closed_kernel_find(const gst_activation *activation, double *scale);

#endif
