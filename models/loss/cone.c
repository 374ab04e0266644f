/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cone.c - negative margins are forbidden (wall.h): whether there is a prediction without any.  It has no scale. */
#include "models/loss/wall.h"

const gst_loss gst_loss_cone = {.name = "cone",
                                .margin = 1,
                                .parameter = 0.0,
                                .without_loss = &gst_loss_cone,
                                .value = gst_wall_value,
                                .slope = gst_wall_slope,
                                .prox = gst_wall_prox,
                                .breaks = gst_wall_breaks};
