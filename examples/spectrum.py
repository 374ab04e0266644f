#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The spectrum of a data matrix, as `giantstep --covariance file:NAME' reads it.

    python3 examples/spectrum.py DATA.npy [TEACHER.npy] >NAME

DATA.npy: an array of samples, a row each (further axes are flattened).  TEACHER.npy: r directions, a row each, in the
coordinates of the data: then every line has their energies, and the target has r variables.  Means are taken away.
Eigenvalues that are zero to rounding become a tiny positive one, which keeps their number."""
import sys

import numpy


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    data = numpy.load(sys.argv[1], allow_pickle=False).astype(float)
    data = data.reshape(len(data), -1)
    data -= data.mean(axis=0)
    values, vectors = numpy.linalg.eigh(data.T @ data / len(data))
    values = numpy.maximum(values, 1e-12 * values[-1])
    print(f"# {sys.argv[1]}: {data.shape[0]} samples, {data.shape[1]} dimensions")
    if len(sys.argv) == 2:
        for value in values[::-1]:
            print(f"{value:.17g}")
        return
    teacher = numpy.atleast_2d(numpy.load(sys.argv[2], allow_pickle=False)).astype(float)
    energies = (teacher.reshape(len(teacher), -1) @ vectors) ** 2
    for value, energy in zip(values[::-1], energies.T[::-1]):
        print(f"{value:.17g} 1", *(f"{e:.17g}" for e in energy))


if __name__ == "__main__":
    main()
