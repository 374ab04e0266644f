/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label_averages.c - the forms of label_averages.h for real numbers. */
#include "solver/bulk/label_averages.h"

#include "base/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SCALAR double
#define SIZE(x) fabs(x)
#include "base/dense.inc"
#include "solver/bulk/label_averages.inc"
#include "solver/bulk/special_directions.inc"
