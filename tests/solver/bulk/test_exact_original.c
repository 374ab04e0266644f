/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_exact_original.c - the bulk after one step put back into its equations as first derived: with V1h^{-1} and
 * 2K x 2K label matrices Y(y), where the program has a pencil without an inverse, the same for any number of steps, and
 * with direct sums over a mesh of z, of the label noise and of sigma's own Gaussian variable, where it uses Gauss rules.
 * With G_t the pencil's block on (u_1, f_0) and u = sqrt(Th) u', f_0 = -f_0' - u:
 *
 *   Y = [[Th (2by + wy^2), sqrt(Th) by], [sqrt(Th) by, 0]],  B0 = blockdiag(V1h^{-1} + Th, -I)
 *   G = (B0 + E[Y Ky])^{-1},  Ky = (I + phi G Y)^{-1},  Gt its top left corner
 *   V2_g = pi_g/(D_g + (1 - (V1h^{-1} Gt)_gg)/Th_g),  V1 = (V1h^{-1} - V1h^{-1} Gt V1h^{-1})/beta
 *   Gs = (I (x) B0 + E[zz^T (x) Y Ky])^{-1},  L_k = E[y^k z^T (x) Ky]
 *   <w_i, w_j> = Gs_ij,  <v_k, w_j> = (L_k Gs)_j,  <v_k, v_l> = phi E[y^{k+l} Ky G] + L_k Gs L_l^T */
#include <stdlib.h>
#include <string.h>

#include "tests/original.h"

/* ---- the equations ------------------------------------------------------------------------------ */

/* G from the pencil's: (u', f_0') = T (u, f_0), T = [[Th^{-1/2}, 0], [-1, -1]]. */
static void set_point(original *o)
{
    size_t K = o->K, q = o->bulk->fields, first = gst_chain_field_u(o->bulk, 1);
    matrix unit = diagonal(K, NULL), Th, T = zero(o->n, o->n);
    o->G = zero(o->n, o->n);
    for (size_t g = 0; g < K; g++) {
        o->Th[g] = o->beta * o->V2[g];
        T.a[g][g] = 1 / sqrt(o->Th[g]);
        T.a[K + g][g] = T.a[K + g][K + g] = -1;
    }
    for (size_t i = 0; i < o->n; i++) {
        for (size_t j = 0; j < o->n; j++)
            o->G.a[i][j] = o->bulk->G[(first + i) * q + first + j];
    }
    o->G = times(times(T, o->G), transposed(T));
    Th = diagonal(K, o->Th);
    o->inverse_V1h = inverse(o->V1h);
    o->B0 = plus(zero(o->n, o->n), 1, &o->inverse_V1h, 0, 0);
    o->B0 = plus(o->B0, 1, &Th, 0, 0);
    o->B0 = plus(o->B0, -1, &unit, K, K);
}

static matrix label_matrix(const original *o, double y)
{
    matrix Y = zero(o->n, o->n);
    for (size_t g = 0; g < o->K; g++) {
        double by = o->batch->b[g] * y;
        Y.a[g][g] = o->Th[g] * (2 * by + o->batch->w[g] * y * y);
        Y.a[g][o->K + g] = Y.a[o->K + g][g] = sqrt(o->Th[g]) * by;
    }
    return Y;
}

/* All averages, one label at a time. */
static void add_label(original *o, double w, double y, const double *z)
{
    size_t n = o->n, r = o->r;
    matrix Y = label_matrix(o, y), GY = times(o->G, Y), one = diagonal(n, NULL);
    matrix K = inverse(plus(one, o->batch->phi, &GY, 0, 0)), YK = times(Y, K), KG = times(K, o->G);
    o->YK = plus(o->YK, w, &YK, 0, 0);
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < r; j++)
            o->zzYK = plus(o->zzYK, w * z[i] * z[j], &YK, i * n, j * n);
        for (int k = 1; k <= 3; k++)
            o->L[k] = plus(o->L[k], w * pow(y, k) * z[i], &K, 0, i * n);
    }
    for (int k = 2; k <= 6; k++)
        o->KG[k] = plus(o->KG[k], w * pow(y, k), &KG, 0, 0);
}

static void average(original *o, int i)
{
    o->YK = zero(o->n, o->n);
    o->zzYK = zero(o->n * o->r, o->n * o->r);
    for (int k = 0; k < 7; k++)
        o->KG[k] = zero(o->n, o->n);
    for (int k = 0; k < 4; k++)
        o->L[k] = zero(o->n, o->n * o->r);
    original_samples(o, i, add_label);
}

START_TEST(fixed_point)
{
    original o;
    original_open(&o, _i);
    set_point(&o);
    average(&o, _i);
    size_t K = o.K;
    matrix G = inverse(plus(o.B0, 1, &o.YK, 0, 0));
    for (size_t i = 0; i < o.n; i++) {
        for (size_t j = 0; j < o.n; j++)
            ASSERT_NEAR(G.a[i][j], o.G.a[i][j], 1e-11);
    }
    matrix Gt = part(&o.G, 0, 0, K, K), left = times(o.inverse_V1h, Gt);
    matrix V1 = times(left, o.inverse_V1h);
    for (size_t g = 0; g < K; g++) {
        ASSERT_CLOSE(o.V2[g], o.f->pi[g] / (o.D[g] + (1 - left.a[g][g]) / o.Th[g]), 1e-11);
        for (size_t h = 0; h < K; h++)
            ASSERT_NEAR(o.x[gst_packed_pair(K, g, h)],
                        (o.inverse_V1h.a[g][h] - V1.a[g][h]) / o.beta, 1e-10);
    }
    original_close(&o);
}
END_TEST

/* ---- N ------------------------------------------------------------------------------------------ */

/* Vectors 0..r-1: w*_j; r, r+1, r+2: v_y, v_y2, v_y3.  F[i][j] = <i, j>. */
static void set_forms(const original *o, matrix F[VECTORS][VECTORS])
{
    size_t n = o->n, r = o->r;
    matrix Gs = o->zzYK;
    for (size_t j = 0; j < r; j++)
        Gs = plus(Gs, 1, &o->B0, j * n, j * n);
    Gs = inverse(Gs);
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < r; j++)
            F[i][j] = part(&Gs, i * n, j * n, n, n);
    }
    for (size_t k = 1; k <= 3; k++) {
        matrix LG = times(o->L[k], Gs);
        for (size_t j = 0; j < r; j++) {
            F[r + k - 1][j] = part(&LG, 0, j * n, n, n);
            F[j][r + k - 1] = transposed(F[r + k - 1][j]);
        }
        for (size_t l = 1; l <= 3; l++)
            F[r + k - 1][r + l - 1] =
                plus(times(LG, transposed(o->L[l])), o->batch->phi, &o->KG[k + l], 0, 0);
    }
}

/* Special direction a < r+1 as a combination of the vectors: U_0 v = eta A_0 E sigma' v_y, w* = gamma v + rest s. */
static void combination(const original *o, size_t a, double *c)
{
    size_t r = o->r;
    double e = gst_training_step(&o->net.problem.training, 0)->eta * o->net.layer.A[0];
    double spike = e * o->sigma.mu1 / o->f->U[0];
    matrix rest = zero(r, r);
    memset(c, 0, VECTORS * sizeof *c);
    if (a == 0) {
        c[r] = spike;
        return;
    }
    for (size_t i = 0; i < r * r; i++)
        rest.a[i / r][i % r] = o->f->rest[i];
    rest = inverse(rest);
    for (size_t j = 0; j < r; j++) {
        c[j] = rest.a[a - 1][j];
        c[r] -= c[j] * o->f->gamma[j] * spike;
    }
}

static matrix combined(matrix F[VECTORS][VECTORS], size_t r, const double *a, const double *b)
{
    matrix sum = zero(F[0][0].rows, F[0][0].rows);
    for (size_t i = 0; i < r + 3; i++) {
        for (size_t j = 0; j < r + 3; j++)
            sum = plus(sum, a[i] * b[j], &F[i][j], 0, 0);
    }
    return sum;
}

/* Columns of <., v_k> times (Th (q1+q2); sqrt(Th) q1): n x K. */
static matrix norm_factor(const original *o, size_t k)
{
    matrix q = zero(o->n, o->K);
    for (size_t g = 0; g < o->K; g++) {
        double q1 = o->batch->q1[g * ONE_BATCH_POWERS + k],
               q2 = o->batch->q2[g * ONE_BATCH_POWERS + k];
        q.a[g][g] = o->Th[g] * (q1 + q2);
        q.a[o->K + g][g] = sqrt(o->Th[g]) * q1;
    }
    return q;
}

/* N at (g*s + a, h*s + b), s = r+2. */
static matrix special_directions(const original *o)
{
    size_t K = o->K, r = o->r, s = r + 2;
    matrix F[VECTORS][VECTORS], N = zero(K * s, K * s), norm = zero(K, K);
    set_forms(o, F);
    for (size_t g = 0; g < K; g++)
        norm.a[g][g] = o->Th[g] * o->batch->om[g];
    for (size_t k = 0; k < 3; k++) {
        for (size_t l = 0; l < 3; l++) {
            matrix term =
                times(times(transposed(norm_factor(o, k)), F[r + k][r + l]), norm_factor(o, l));
            norm = plus(norm, -1, &term, 0, 0);
            for (size_t g = 0; g < K; g++)
                norm.a[g][g] -= o->batch->q1[g * ONE_BATCH_POWERS + k] *
                                o->batch->q1[g * ONE_BATCH_POWERS + l] * o->Th[g] *
                                one_batch_overlap(o->batch, k + 1, l + 1);
        }
    }
    for (size_t a = 0; a <= r; a++) {
        double left[VECTORS], right[VECTORS];
        combination(o, a, left);
        matrix coupling = zero(K, K);
        for (size_t k = 0; k < 3; k++) {
            memset(right, 0, sizeof right);
            right[r + k] = 1;
            matrix term = times(combined(F, r, left, right), norm_factor(o, k));
            term = part(&term, 0, 0, K, K);
            coupling = plus(coupling, 1, &term, 0, 0);
        }
        coupling = times(o->inverse_V1h, coupling);
        for (size_t b = 0; b <= r; b++) {
            combination(o, b, right);
            matrix all = combined(F, r, left, right), tl = part(&all, 0, 0, K, K);
            tl = times(times(o->inverse_V1h, tl), o->inverse_V1h);
            for (size_t i = 0; i < K * K; i++)
                N.a[i / K * s + a][i % K * s + b] =
                    (a == b) * o->inverse_V1h.a[i / K][i % K] - tl.a[i / K][i % K];
        }
        for (size_t i = 0; i < K * K; i++) {
            size_t g = i / K, h = i % K;
            N.a[g * s + a][h * s + r + 1] = N.a[h * s + r + 1][g * s + a] = coupling.a[g][h];
            N.a[g * s + r + 1][h * s + r + 1] = norm.a[g][h];
        }
    }
    return N;
}

/* N_perp (I - blockdiag(V1h, 0) N) = N, V1h on the spike. */
START_TEST(directions)
{
    original o;
    double have[MOST * MOST];
    original_open(&o, _i);
    set_point(&o);
    average(&o, _i);
    ck_assert_int_eq(o.bulk->base.type->directions(&o.bulk->base, have), GST_OK);
    matrix N = special_directions(&o), perp = zero(N.rows, N.rows), V1h = zero(N.rows, N.rows);
    size_t size = N.rows, s = o.r + 2;
    for (size_t i = 0; i < size * size; i++)
        perp.a[i / size][i % size] = have[i];
    for (size_t i = 0; i < o.K * o.K; i++)
        V1h.a[i / o.K * s][i % o.K * s] = o.V1h.a[i / o.K][i % o.K];
    matrix pulled = times(times(perp, V1h), N);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < size; j++)
            ASSERT_NEAR(perp.a[i][j] - pulled.a[i][j], N.a[i][j], 1e-9 * (1 + fabs(N.a[i][j])));
    }
    original_close(&o);
}
END_TEST

int main(void)
{
    TCase *all = tcase_create("exact_original");
    tcase_add_loop_test(all, fixed_point, 0, ORIGINAL_CASES);
    tcase_add_loop_test(all, directions, 0, ORIGINAL_CASES);
    return run_cases("exact_original", all);
}
