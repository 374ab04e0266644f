/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gaussian.c - inputs x ~ N(0, I_d). */
#include "models/data/data.h"

const gst_data gst_data_gaussian = {.name = "gaussian"};
