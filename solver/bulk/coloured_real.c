/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coloured_real.c - the coloured bulk's pencil for real numbers (coloured.h). */
#include "solver/bulk/coloured.h"
#include "giantstep/features.h"

#include <math.h>
#include <string.h>

#define SCALAR double
#define SIZE(x) fabs(x)
#define TIMES(a, b) ((a) * (b))
#define OF(nodes, name) ((nodes)->name)

#include "base/dense.inc"
#include "solver/bulk/coloured_pencil.inc"
