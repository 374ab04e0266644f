/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vector_operations.h - the functions of expressions on vectors; private to validate. */
#ifndef GST_VECTOR_OPERATIONS_H
#define GST_VECTOR_OPERATIONS_H

#include "models/functions/expression_tape.h"

/* An operation with the same values and slopes, but for the last digits (each elementary function 4 ulp),
 * that runs on vectors; or the operation itself. */
const gst_operation *gst_operation_vectorise(const gst_operation *operation);

#endif
