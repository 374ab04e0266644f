/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hermite_tensor.c - Hermite tensors of a target and the span of their singular vectors.
 *
 *   1. The entries of the symmetric tensor C_m belong to multi-indices k, |k| = m.  With normalised polynomials,
 *      c_k = E[(g - E g) prod_j h_{k_j}(z_j)]/sqrt(Var g), all k in one expectation; kinks of g are split off.
 *   2. |C_m|^2 = m! Var g sum_k c_k^2, since k stands for m!/k! equal entries and E[.. He] = sqrt(k!) c_k.
 *   3. Unfolding: columns l, |l| = m - 1, stand for (m-1)!/l! equal columns, so
 *      B[i][l] = c_{l + e_i} sqrt((l_i + 1)/m) has the singular values and left singular vectors of
 *      C_m/sqrt(m! Var g) unfolded to r x r^{m-1}. */
#include "models/learnability/hermite_tensor.h"
#include "giantstep/target.h"
#include "models/functions/compiled_target.h"
#include "models/functions/expression.h"
#include "integrals/expectation.h"

#include "models/learnability/subspace.h"

#include <math.h>
#include <stdlib.h>

enum {
    R = GST_TARGET_DIM_MAX,
    ORDERS = GST_HERMITE_ORDER_MAX,
    ENTRIES = 84, /* multi-indices of order 6 in 4 variables */
    BLOCK = 64
};
/* Four variables at 64 intervals each. */
#define EVALUATIONS ((size_t)20000000)

typedef struct {
    const gst_expression *g;
    double mean, deviation;
    size_t r, order, entries;
    unsigned char k[ENTRIES][R]; /* the multi-indices */
} expansion;

/* All multi-indices of order m in r variables, the first variable's power slowest and falling. */
static size_t list_indices(size_t r, size_t m, unsigned char k[][R])
{
    unsigned char at[R] = {0};
    size_t count = 0;
    at[0] = (unsigned char)m;
    for (;;) {
        for (size_t j = 0; j < R; j++)
            k[count][j] = at[j];
        count++;
        size_t last = r - 1, j = r - 1;
        while (j > 0 && at[j - 1] == 0)
            j--;
        if (j == 0)
            return count;
        unsigned char tail = at[last];
        at[last] = 0;
        at[j - 1]--;
        at[j] = (unsigned char)(tail + 1);
    }
}

static size_t find_index(const expansion *e, const unsigned char *k)
{
    for (size_t entry = 0; entry < e->entries; entry++) {
        size_t same = 0;
        while (same < e->r && e->k[entry][same] == k[same])
            same++;
        if (same == e->r)
            return entry;
    }
    return e->entries;
}

/* h_0 .. h_order of one variable at n points: h[k*n + i]. */
static void normalised_polynomials(size_t order, size_t n, const double *z, double *h)
{
    double factorial = 1.0;
    gst_hermite_polynomials(order, n, z, h);
    for (size_t k = 2; k <= order; k++) {
        factorial *= (double)k;
        for (size_t i = 0; i < n; i++)
            h[k * n + i] /= sqrt(factorial);
    }
}

/* c_k of up to BLOCK points, those from `first` of n. */
static void entries_of_block(const expansion *e, size_t n, size_t first, size_t size,
                             const double *x, double *out)
{
    double z[R * BLOCK], g[BLOCK], h[R][(ORDERS + 1) * BLOCK];
    for (size_t j = 0; j < e->r; j++) {
        for (size_t i = 0; i < size; i++)
            z[j * size + i] = x[j * n + first + i];
        normalised_polynomials(e->order, size, z + j * size, h[j]);
    }
    gst_expression_evaluate(e->g, size, z, g, NULL);
    for (size_t entry = 0; entry < e->entries; entry++) {
        double *row = out + entry * n + first;
        for (size_t i = 0; i < size; i++)
            row[i] = (g[i] - e->mean) / e->deviation;
        for (size_t j = 0; j < e->r; j++) {
            const double *factor = h[j] + e->k[entry][j] * size;
            for (size_t i = 0; i < size && e->k[entry][j] > 0; i++)
                row[i] *= factor[i];
        }
    }
}

static void integrand(size_t n, const double *x, double *out, void *params)
{
    for (size_t first = 0; first < n; first += BLOCK)
        entries_of_block(params, n, first, n - first < BLOCK ? n - first : BLOCK, x, out);
}

/* Step 3: B[i*columns + l] for the coefficients c. */
static size_t unfold(const expansion *e, const double *c, double *B)
{
    unsigned char l[ENTRIES][R];
    size_t columns = list_indices(e->r, e->order - 1, l);
    for (size_t i = 0; i < e->r; i++) {
        for (size_t column = 0; column < columns; column++) {
            l[column][i]++;
            B[i * columns + column] =
                c[find_index(e, l[column])] * sqrt((double)l[column][i] / (double)e->order);
            l[column][i]--;
        }
    }
    return columns;
}

static double norm(size_t n, const double *x)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * x[i];
    return sqrt(sum);
}

static void decompose(const expansion *e, const double *c, double zero, gst_hermite_tensor *tensor)
{
    double B[R * ENTRIES], axes[R * R] = {0}, values[R], vectors[R * R];
    size_t columns = unfold(e, c, B);
    for (size_t j = 0; j < e->r; j++)
        axes[j * e->r + j] = 1.0;
    gst_subspace_singular(e->r, columns, B, e->r, axes, zero, values, vectors, &tensor->dimension);
    for (size_t i = 0; i < tensor->dimension; i++) {
        tensor->strength[i] = values[i];
        for (size_t j = 0; j < e->r; j++)
            tensor->direction[i * e->r + j] = vectors[i * e->r + j];
    }
}

static void leave_empty(gst_hermite_tensor *tensor, size_t order, size_t r, int status)
{
    *tensor =
        (gst_hermite_tensor){.order = order, .r = r, .size = NAN, .error = NAN, .status = status};
    for (size_t i = 0; i < R * R; i++)
        tensor->direction[i] = NAN;
    for (size_t i = 0; i < R; i++)
        tensor->strength[i] = NAN;
}

int gst_hermite_tensor_compute(const gst_target *target, const gst_target_moments *moments,
                               size_t order, double zero, gst_hermite_tensor *tensor)
{
    double c[ENTRIES], errors[ENTRIES];
    expansion e = {.g = gst_target_expression(target),
                   .mean = moments->mean,
                   .deviation = sqrt(moments->variance),
                   .r = moments->r,
                   .order = order};
    leave_empty(tensor, order, e.r, GST_INVALID);
    if (order < 1 || order > ORDERS)
        return GST_INVALID;
    e.entries = list_indices(e.r, order, e.k);
    gst_expectation_options options = gst_expectation_defaults();
    options.evaluations = EVALUATIONS;
    options.epsrel = 0.0;
    options.epsabs = zero / 4 / sqrt((double)e.entries);
    gst_kinks kinks = gst_expression_kinks(e.g);
    kinks.power_g = 1;
    kinks.power_x = (unsigned)order;
    gst_expectand expectand = {
        .kinks = kinks, .components = e.entries, .f = integrand, .params = &e};
    tensor->status = gst_expectation(&expectand, NULL, &options, c, NULL, errors);
    if (tensor->status < 0)
        return tensor->status;
    tensor->size = norm(e.entries, c);
    tensor->error = norm(e.entries, errors) + gst_target_deviation_error(target) * tensor->size;
    tensor->status = tensor->error <= zero / 2 ? GST_OK : GST_LOOSE;
    decompose(&e, c, zero + tensor->error, tensor);
    return tensor->status;
}
