/* SPDX-License-Identifier: GPL-3.0-or-later */
/* two_step_vectors.c - Gram matrices of the vectors of the terms (theory 9).
 *
 * Term k has the right vector (1/n) sum_mu F_k(kappa_mu, y_mu) y_mu x_mu with a polynomial F_k of degree k:
 * (kappa + own y)^k for the b_k, own = phi if the batch is used again and 0 otherwise, or the one that the
 * activation makes of it.  Each is divided by its size, the sum of its monomials' sizes, before it is
 * averaged. */
#include <math.h>

#include "models/twostep/two_step_moments.h"
#include "giantstep/target.h"

enum { TERMS = GST_TWO_STEP_ORDER_MAX + 1 };

/* F_k = sum_j c[k*TERMS + j] kappa^{k-j} y^j. */
typedef struct {
    size_t count;
    double c[TERMS * TERMS];
} polynomials;

static void evaluate(const void *params, size_t n, const double *kappa, const double *y,
                     double *value, double *slope)
{
    const polynomials *p = params;
    for (size_t k = 0; k < p->count; k++) {
        const double *c = p->c + k * TERMS;
        for (size_t i = 0; i < n; i++) {
            double sum = 0, change = 0, power = 1; /* Horner in kappa */
            for (size_t j = 0; j <= k; j++, power *= y[i]) {
                change = change * kappa[i] + sum;
                sum = sum * kappa[i] + c[j] * power;
            }
            value[k * n + i] = sum;
            slope[k * n + i] = change;
        }
    }
}

static double binomial(size_t k, size_t j)
{
    double product = 1;
    for (size_t i = 0; i < j; i++)
        product = product * (double)(k - i) / (double)(i + 1);
    return product;
}

static double factorial(size_t k)
{
    return k == 0 ? 1 : (double)k * factorial(k - 1);
}

/* F_k of size about 1, and its true size. */
static void own_slope_polynomials(const gst_two_step *problem, const gst_two_step_label *label,
                                  const double *slopes, polynomials *p, double *width)
{
    size_t L = problem->order;
    int reused = problem->batch == GST_BATCH_REUSED;
    double signal = 0, own = reused ? problem->phi : 0, y = sqrt(label->Y2);
    for (size_t i = 0; i < label->r; i++)
        signal += label->C1[i] * label->C1[i];
    double kappa = sqrt(signal + (reused ? problem->phi : problem->phi1) * label->Y2);
    p->count = L + 1;
    for (size_t k = 0; k <= L; k++) {
        double size = 0, *c = p->c + k * TERMS;
        for (size_t j = 0; j <= k; j++) {
            c[j] = binomial(k, j) * pow(own, (double)j);
            if (slopes)
                c[j] *= pow(slopes[0], (double)(k - j)) * slopes[k * (L + 1) + j] / factorial(k);
            size += fabs(c[j]) * pow(kappa, (double)(k - j)) * pow(y, (double)j);
        }
        width[k] = k == 0 ? c[0] : size;
        for (size_t j = 0; j <= k; j++)
            c[j] = k == 0 ? 1 : size > 0 ? c[j] / size : 0;
    }
}

/* Products with beta1 = C1.W* + noise, which has the coordinate u; used again, beta1 is b_0. */
static void set_beta1(const gst_two_step *problem, const gst_two_step_label *label,
                      const gst_two_step_moments *m, gst_two_step_vectors *vectors)
{
    size_t n = m->count, ld = n + 1;
    int reused = problem->batch == GST_BATCH_REUSED;
    double variance = (reused ? problem->phi : problem->phi1) * label->Y2, norm = variance;
    for (size_t i = 0; i < m->r; i++) {
        vectors->target[n * m->r + i] = label->C1[i];
        norm += label->C1[i] * label->C1[i];
    }
    for (size_t k = 0; k < n; k++) {
        double sum = sqrt(variance) * m->value[gst_two_step_at_u(m, k)];
        for (size_t i = 0; i < m->r; i++)
            sum += label->C1[i] * m->value[gst_two_step_at_z(m, k, i)];
        if (reused)
            sum = gst_two_step_product(problem, m, 0, k);
        vectors->gram[k * ld + n] = vectors->gram[n * ld + k] = sum;
    }
    vectors->gram[n * ld + n] = norm;
}

int gst_two_step_vectors_compute(const gst_two_step *problem, const double *slopes,
                                 gst_two_step_vectors *vectors, gst_message *message)
{
    gst_two_step_label *label = &vectors->label;
    gst_two_step_moments m = {0};
    polynomials p;
    size_t n = problem->order + 1;
    int status = gst_two_step_check(problem, message);
    if (status >= 0)
        status = gst_two_step_label_compute(problem, label, message);
    if (status < 0)
        return status;
    own_slope_polynomials(problem, label, slopes, &p, vectors->width);
    status =
        gst_two_step_moments_compute(problem, label, n, problem->order, evaluate, &p, &m, message);
    for (size_t j = 0; status >= 0 && j < n; j++) {
        for (size_t k = 0; k < n; k++)
            vectors->gram[j * (n + 1) + k] = gst_two_step_product(problem, &m, j, k);
        for (size_t i = 0; i < m.r; i++)
            vectors->target[j * m.r + i] = m.value[gst_two_step_at_z(&m, j, i)];
    }
    if (status >= 0)
        set_beta1(problem, label, &m, vectors);
    gst_two_step_moments_clear(&m);
    return status;
}

int gst_two_step_gram(const gst_two_step *problem, double *gram, double *projections,
                      gst_message *message)
{
    gst_two_step_vectors v;
    size_t n = problem->order + 1, r = gst_target_dim(problem->target);
    int status = gst_two_step_vectors_compute(problem, NULL, &v, message);
    for (size_t j = 0; status >= 0 && j < n; j++) {
        for (size_t k = 0; gram && k < n; k++)
            gram[j * n + k] = v.width[j] * v.width[k] * v.gram[j * (n + 1) + k];
        for (size_t i = 0; projections && i < r; i++)
            projections[j * r + i] = v.width[j] * v.target[j * r + i];
    }
    return status;
}
