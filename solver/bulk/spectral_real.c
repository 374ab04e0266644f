/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spectral_real.c - the spectral bulk's functions of X for real numbers (spectral.h). */
#include "solver/bulk/spectral.h"

#include <math.h>
#include <string.h>

#define SCALAR double
#define SIZE(x) fabs(x)
#define TIMES(a, b) ((a) * (b))
#define OF(nodes, name) ((nodes)->name)

#include "base/dense.inc"
#include "solver/bulk/spectral_pencil.inc"
