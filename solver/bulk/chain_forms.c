/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_forms.c - the pencil and its forms for real numbers (chain.h). */
#include "solver/bulk/chain.h"
#include "giantstep/features.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double
#define SIZE(x) fabs(x)
#define TIMES(a, b) ((a) * (b))
#define PARTS 1
#define PENCIL(name) name
#define MAKE(x) ((x)[0])
#define SPLIT(x, to, step) ((to)[0] = (x))
#define SQUARE(x, step) ((x)[0])
#define RISE_LONG(b, s, slope, dG, rise) gst_chain_rise_long(b, s, slope, dG, rise)
#define RECORD_STEP(b, t, v) \
    gst_chain_record_step(b, t, (v)->lambda, (v)->E, (v)->push, (v)->sums, (v)->parts)
#define RECORD_END(b, probes, v) gst_chain_record_end(b, probes, (v)->E, (v)->inverse)

#include "base/dense.inc"
#include "base/memory.h"
#include "solver/bulk/chain_pencil.inc"
#include "solver/bulk/chain_forms.inc"
