/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_adjoint.c - the derivative of tau^T N~ tau, by one pass back through the steps (docs/theory, the trained bulk).
 *
 * chain_forms.inc makes N~ of forms F, E by congruences, and what moves N~ moves it through one vector: if
 * d(tau^T N~ tau) = - f^T dF f after a step, then with e = lambda^T f and c = E e, E as the push has left it,
 *   d = - f^T dfresh f - 2 f^T dlambda c + c^T dpush c - (e - push c)^T dE (e - push c), dE before the push,
 * and E = basis F basis^T leads to the step before.  At the end f = (tau on directions, u on the norm's probes),
 * u = Di (s^T tau - tau_norm).  The samples' parts are sums over their functions of S = E[function Q], dQ = - phi Q dG Q.
 *
 *   1. the pass above: Gbar with d = <Gbar, dG>;
 *   2. dG = G_.f dX G_f. - G P^T dM P G, M at which the equations hold at fixed X: one transposed solve;
 *   3. along (dV1h, dD), ln V2 and M following: another. */
#include "solver/bulk/chain_record.h"
#include "giantstep/features.h"

#include "base/products.h"
#include "base/wide.h"

#include <math.h>
#include <string.h>

/* ---- the vector --------------------------------------------------------------------------------- */

/* to = basis^T from, on `fields' fields of directions; `norms' more numbers as they are. */
static void turn_back(size_t rows, size_t directions, size_t fields, size_t norms,
                      const double *basis, const double *from, double *to)
{
    memset(to, 0, directions * fields * sizeof *to);
    for (size_t a = 0; a < rows; a++)
        for (size_t d = 0; d < directions; d++)
            for (size_t i = 0; i < fields; i++)
                to[d * fields + i] += basis[a * directions + d] * from[a * fields + i];
    memcpy(to + directions * fields, from + rows * fields, norms * sizeof *to);
}

/* f after the last step. */
static void start(gst_chain *b, const double *tau)
{
    gst_chain_record *r = b->record;
    const gst_chain_step *last = &b->step[b->T - 1];
    size_t K = b->base.K, s = b->base.m + b->base.q, norms = last->norms + last->added;
    size_t probes = s * K + norms, size = gst_chain_norm_size(b);
    memset(r->x, 0, size * sizeof *r->x);
    for (size_t g = 0; g < K; g++) {
        r->x[size - 2 * K + g] -= tau[g * (s + 1) + s];
        for (size_t a = 0; a < s; a++) {
            double at = r->e[a * K + g] = tau[g * (s + 1) + a];
            for (size_t h = 0; h < norms; h++)
                r->x[gst_chain_probe_field(K, h)] += at * r->E[(a * K + g) * probes + s * K + h];
        }
    }
    for (size_t h = 0; h < norms; h++) {
        const double *row = r->inverse + gst_chain_probe_field(K, h) * size;
        r->e[s * K + h] = 0.0;
        for (size_t i = 0; i < size; i++)
            r->e[s * K + h] += row[i] * r->x[i];
    }
    turn_back(s, b->f->r + b->f->m, K, norms, b->basis, r->e, r->f);
}

/* e = lambda^T f, c = E e. */
static void pull_back(const gst_chain *b, size_t t)
{
    gst_chain_record *r = b->record;
    const gst_chain_step *s = &b->step[t];
    const gst_chain_step_record *at = &r->step[t];
    size_t old = gst_chain_old_probes(s), now = gst_chain_new_probes(b, s);
    memset(r->e, 0, old * sizeof *r->e);
    for (size_t i = 0; i < now; i++)
        for (size_t k = 0; k < old; k++)
            r->e[k] += at->lambda[i * old + k] * r->f[i];
    for (size_t i = 0; i < old; i++) {
        r->c[i] = 0.0;
        for (size_t k = 0; k < old; k++)
            r->c[i] += at->E[i * old + k] * r->e[k];
    }
}

/* e <- e - push c on the fields touched; f before the step. */
static void undo_push(const gst_chain *b, size_t t)
{
    gst_chain_record *r = b->record;
    const gst_chain_step *s = &b->step[t];
    size_t n = s->n, size = s->s * n;
    for (size_t i = 0; i < size; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < size; j++)
            sum += r->step[t].push[i * size + j] * r->c[j / n * s->fields + s->first + j % n];
        r->e[i / n * s->fields + s->first + i % n] -= sum;
    }
    turn_back(s->s, s->from, s->fields, s->norms, s->basis, r->e, r->f);
}

/* ---- what depends on G -------------------------------------------------------------------------- */

/* h_j and g_j = P G h_j. */
static void set_atoms(const gst_chain *b, const gst_chain_step *s)
{
    gst_chain_record *r = b->record;
    memset(r->h, 0, s->J * s->fields * sizeof *r->h);
    for (size_t i = 0; i < s->atoms; i++) {
        const gst_chain_atom *atom = &s->atom[i];
        for (size_t j = 0; j < s->J; j++)
            r->h[j * s->fields + atom->field] +=
                atom->sign * s->mix[atom->row * s->J + j] * r->f[atom->probe];
    }
    for (size_t j = 0; j < s->J; j++)
        for (size_t k = 0; k < s->n; k++) {
            const double *row = b->G + (s->first + k) * b->fields;
            r->g[j * s->n + k] = 0.0;
            for (size_t i = 0; i < s->fields; i++)
                r->g[j * s->n + k] += row[i] * r->h[j * s->fields + i];
        }
}

/* Gbar += factor h (S y)^T on the fields touched, S the sums of a function. */
static void add_sums(const gst_chain *b, size_t t, size_t function, double factor, const double *h,
                     const double *y)
{
    gst_chain_record *r = b->record;
    const gst_chain_step *s = &b->step[t];
    const double *S = r->step[t].sums + function * s->packed;
    for (size_t k = 0; k < s->n; k++) {
        r->x[k] = 0.0;
        for (size_t l = 0; l < s->n; l++)
            r->x[k] += S[gst_packed_pair(s->n, k, l)] * y[l];
    }
    for (size_t i = 0; i < s->fields; i++)
        for (size_t k = 0; k < s->n; k++)
            r->bar[i * b->fields + s->first + k] += factor * h[i] * r->x[k];
}

/* Of lambda and fresh, at fixed sums. */
static void add_probes(const gst_chain *b, size_t t)
{
    gst_chain_record *r = b->record;
    const gst_chain_step *s = &b->step[t];
    for (size_t j = 0; j < s->J; j++) {
        const double *h = r->h + j * s->fields, *g = r->g + j * s->n;
        for (size_t a = 0; a < s->s; a++)
            add_sums(b, t, gst_chain_vector(s, j, a), 2.0 * s->phi, h,
                     r->c + a * s->fields + s->first);
        for (size_t k = j; k < s->J; k++) {
            const double *other = r->h + k * s->fields;
            size_t function = gst_chain_product(s, j, k);
            double share = j == k ? s->phi : 2.0 * s->phi, total = share * s->total[function];
            for (size_t i = 0; i < s->fields; i++)
                for (size_t l = 0; l < s->fields; l++)
                    r->bar[i * b->fields + l] -= total * h[i] * other[l];
            add_sums(b, t, function, share * s->phi, h, r->g + k * s->n);
            add_sums(b, t, function, share * s->phi, other, g);
        }
    }
}

/* to += factor * row. */
GST_WIDE_CLONES
static void add_row(size_t n, double factor, const double *restrict row, double *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] += factor * row[i];
}

/* to += factor * weight * row, entry by entry. */
GST_WIDE_CLONES
static void add_weighted_row(size_t n, double factor, const double *restrict weight,
                             const double *restrict row, double *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] += factor * weight[i] * row[i];
}

/* moved[(k*rows + a)*size + i] = (Q x_a)_k at node first + i, rows = s + J: x_a = c of direction a, then g of psi. */
static void move_samples(const gst_chain_step *s, const double *parts, size_t first, size_t size,
                         const gst_chain_record *r)
{
    size_t n = s->n, rows = s->s + s->J;
    memset(r->moved, 0, n * rows * size * sizeof *r->moved);
    for (size_t k = 0, entry = 0; k < n; k++)
        for (size_t l = k; l < n; l++, entry++)
            for (size_t a = 0; a < rows; a++) {
                const double *Q = parts + entry * s->nodes + first;
                const double *x =
                    a < s->s ? r->c + a * s->fields + s->first : r->g + (a - s->s) * n;
                add_row(size, x[l], Q, r->moved + (k * rows + a) * size);
                if (l > k)
                    add_row(size, x[k], Q, r->moved + (l * rows + a) * size);
            }
}

/* side: what the rows of moved are multiplied by in the sum over functions. */
static void weigh_samples(const gst_chain_step *s, size_t first, size_t size,
                          const gst_chain_record *r)
{
    size_t n = s->n, rows = s->s + s->J;
    memset(r->side, 0, n * rows * size * sizeof *r->side);
    for (size_t a = 0; a < rows; a++)
        for (size_t c = a; c < rows; c++) {
            size_t function = c < s->s   ? gst_chain_pair(s, a, c)
                              : a < s->s ? gst_chain_vector(s, c - s->s, a)
                                         : gst_chain_product(s, a - s->s, c - s->s);
            double factor = (a == c ? 1.0 : 2.0) * (a < s->s ? 1.0 : s->phi);
            factor *= -s->phi * (c < s->s ? 1.0 : s->phi);
            for (size_t k = 0; k < n; k++)
                add_weighted_row(size, factor, s->function + function * s->nodes + first,
                                 r->moved + (k * rows + c) * size, r->side + (k * rows + a) * size);
        }
}

/* Of the sums: - phi sum over samples of Q x (Q y)^T, some samples at a time. */
static void add_samples(const gst_chain *b, size_t t)
{
    gst_chain_record *r = b->record;
    const gst_chain_step *s = &b->step[t];
    size_t rows = s->s + s->J;
    for (size_t first = 0; first < s->nodes; first += GST_CHAIN_RECORD_NODES) {
        size_t left = s->nodes - first;
        size_t size = left < GST_CHAIN_RECORD_NODES ? left : GST_CHAIN_RECORD_NODES;
        move_samples(s, r->step[t].parts, first, size, r);
        weigh_samples(s, first, size, r);
        for (size_t k = 0; k < s->n; k++)
            gst_add_products(rows * size, s->n, rows * size, r->side, r->moved + k * rows * size,
                             r->bar + (s->first + k) * b->fields + s->first);
    }
}

/* ------------------------------------------------------------------------------------------------- */

/* full: d(tau^T N~ tau) = <full, dX> on f_T at fixed M. */
static void pass_back(gst_chain *b, const double *tau)
{
    gst_chain_record *r = b->record;
    size_t q = b->fields;
    memset(r->bar, 0, q * q * sizeof *r->bar);
    start(b, tau);
    for (size_t t = b->T; t-- > 0;) {
        pull_back(b, t);
        set_atoms(b, &b->step[t]);
        if (b->step[t].phi > 0.0) {
            add_probes(b, t);
            add_samples(b, t);
        }
        undo_push(b, t);
    }
    for (size_t j = 0; j < b->f->r; j++)
        for (size_t i = 0; i < q; i++)
            for (size_t k = 0; k < q; k++)
                r->bar[i * q + k] -= r->f[j * q + i] * r->f[j * q + k];
    gst_chain_surround(b);
}

int gst_chain_slope(gst_chain *b, const double *tau, double *slope)
{
    const double *full = b->record->full;
    size_t K = b->base.K, q = b->fields;
    pass_back(b, tau);
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++)
            slope[gst_packed_pair(K, g, h)] = full[g * q + h];
    for (size_t t = 0; t < b->T; t++) {
        const gst_chain_step *s = &b->step[t];
        double *to = b->rise + s->at;
        for (size_t i = s->first; i < s->first + s->n; i++)
            for (size_t j = i; j < s->first + s->n; j++)
                *to++ = -(i == j ? 1.0 : 2.0) * full[i * q + j];
    }
    if (gst_chain_solve_fixed_transposed(b, b->rise) != GST_OK)
        return GST_FAILED;
    gst_chain_lower(b, b->rise);
    gst_chain_surround(b);
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++) {
            double *to = &slope[gst_packed_pair(K, g, h)];
            *to = (g == h ? 1.0 : 2.0) * (*to + full[g * q + h]);
        }
    return GST_OK;
}

void gst_chain_gradient(gst_chain *b, const double *energy, const double *slope, double *gradient)
{
    gst_chain_record *r = b->record;
    size_t K = b->base.K, q = b->fields, inner = b->base.inner;
    double *y = b->move, factor[GST_GROUPS_MAX];
    memset(y, 0, inner * sizeof *y);
    memcpy(y + inner, energy, K * sizeof *y);
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++) {
            double half = 0.5 * slope[gst_packed_pair(K, g, h)] * b->X[g * K + h];
            y[inner + g] += half;
            y[inner + h] += half;
        }
    gst_chain_solve_transposed(b, y);
    gst_chain_lower(b, y);
    for (size_t g = 0; g < K; g++) {
        double value = -b->plain[g] * b->plain[g] / (b->f->pi[g] * b->V2[g]) * y[inner + g];
        gradient[gst_packed_value(K, g)] = value;
        factor[g] = value / (b->beta * b->V2[g]);
        for (size_t h = 0; h < K; h++)
            r->bar[h * q + g] -= factor[g] * b->X[g * K + h];
    }
    gst_chain_surround(b);
    for (size_t g = 0; g < K; g++)
        for (size_t h = g; h < K; h++) {
            size_t pair = gst_packed_pair(K, g, h);
            double both =
                g == h ? r->full[g * q + g] + factor[g] * b->R[g * K + g]
                       : 2.0 * r->full[g * q + h] + (factor[g] + factor[h]) * b->R[g * K + h];
            gradient[pair] = b->beta * sqrt(b->V2[g] * b->V2[h]) * (slope[pair] + both);
        }
}
