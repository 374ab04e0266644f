# SPDX-License-Identifier: GPL-3.0-or-later
"""Functions of one variable as activation or target: tabulated as polynomials on panels, which the program reads by name.

1. Panels of [-16, 16] are halved until the Chebyshev interpolant of each agrees with the function at other points to
   TOLERANCE, and its derivative with that of an interpolant through other points, or with the derivative given.
2. A panel that shrinks to a point holds a kink: the panels are made anew with an end there.  What is not smooth up to
   its kinks is refused.
3. Outside, intervals of doubled length are added until `reach`, as long as the function is finite and resolved there.
   The program takes nothing beyond: rows that need it fail.
"""
import inspect

import numpy
from numpy.polynomial import chebyshev

TOLERANCE = 1e-13  # of values, relative to the largest nearby or at |z| <= NATURAL
SLOPE_TOLERANCE = 1e-10  # of derivatives, the same
AGREE = 1e-6  # of a derivative that is given with that of the values

_EPS, _TINY = numpy.finfo(float).eps, numpy.finfo(float).tiny
_NATURAL = 3.0
_POINTS, _OTHERS, _CHECKS = 20, 27, 8  # of an interpolant, of another, at random
_ENDS = 1 - 1e-4  # checked as well, where a kink hides from the points
_CORE = 16.137  # no place where anybody puts a kink
_PIECE = 0.5
_PIECES = 65  # of an interval outside
_CUT = 0.4853  # where a panel is cut: kinks at simple numbers are never at ends, where they would not be seen
_POINT = 1e-10  # a panel this short is a point
_SHORT = 1e-8  # panels this short are around one
_NEAR = 2  # pieces on either side, whose values count as nearby
_PANELS, _PANELS_OUTSIDE = 4000, 1000
_KINKS, _KINKS_OUTSIDE = 60, 32


class Unresolved(ValueError):
    """A function that polynomials do not resolve, with the reason."""


def _nodes(count):
    return numpy.cos(numpy.pi * (numpy.arange(count) + 0.5) / count)


def _coefficients(values):
    """Of the interpolants through values at _nodes, one a row."""
    count = values.shape[1]
    degrees = numpy.arange(count)
    matrix = numpy.cos(numpy.pi * numpy.outer(degrees + 0.5, degrees) / count) * (2 / count)
    matrix[:, 0] /= 2
    return values @ matrix


def _slopes(coefficients, length):
    return chebyshev.chebder(coefficients, axis=1) * (2 / length)[:, None]


def _at(coefficients, u):
    """Row i at u[i], as the program does it."""
    return chebyshev.chebval(u, coefficients.T[:, :, None], tensor=False)


def _short(coefficients, scale):
    """Without what rounds away."""
    kept = numpy.flatnonzero(numpy.abs(coefficients) > 0.5 * _EPS * scale)
    return coefficients[:kept[-1] + 1 if len(kept) else 1]


def _check_callable(function):
    if not callable(function):
        raise TypeError(f"{function!r} is not callable")
    needed = getattr(function, "nin", None)
    if needed is None:
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            return
        needed = sum(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
        if needed == 0 and parameters:
            needed = 1
    if needed != 1:
        raise TypeError(f"{function!r} takes {needed} arguments: functions of one variable are possible, "
                        "others as expressions in z1, z2, ...")


def _call(function, z):
    """Values at an array of points."""
    with numpy.errstate(all="ignore"):
        values = numpy.asarray(function(z.ravel()))
    if values.shape != (z.size,) or values.dtype.kind not in "fiub":
        raise TypeError(f"{function!r} makes an array of {values.dtype}, shape {values.shape}, of one of float64, shape "
                        f"({z.size},): a real function of one variable is wanted that takes arrays")
    return values.astype(float).reshape(z.shape)


class Function:
    """A function of one variable, for `activation` and `target`: value(z) on numpy arrays.

    slope   its derivative, if there is one to give; without, that of the interpolant is taken
    kinks   where it, or its slope, jumps; others are found
    reach   how far from 0 it is tabulated, where it is finite and resolved; at least to 16

    ValueError, with the reason, if it is not resolved; TypeError if it is none of one variable that takes arrays.

    low, high    from where to where it is known
    kinks        those given and those found
    error        largest error of the table at random points, relative to values nearby
    slope_error  of the derivative, against an interpolant through other points or the slope given, relative to slopes
                 or values nearby, what is larger
    """

    def __init__(self, value, slope=None, kinks=(), reach=1024.0):
        for function in (value,) if slope is None else (value, slope):
            _check_callable(function)
        self.value, self.slope = value, slope
        self.error = self.slope_error = 0.0
        self._given = sorted({float(kink) for kink in kinks})
        self._random = numpy.random.default_rng(1)
        z = self._random.uniform(-_NATURAL, _NATURAL, 400)
        step = 1e-4 if slope is None else 0
        steep = (_call(value, z + step) - _call(value, z - step)) / (2 * step) if step else _call(slope, z)
        self._natural = float(numpy.nanmax(numpy.abs(_call(value, z)), initial=0.0))
        self._natural_slope = float(numpy.nanquantile(numpy.abs(steep), 0.9))  # without those at a jump
        self._panels, self.kinks = self._interval(-_CORE, _CORE, _PIECE, _KINKS, _PANELS)
        self._grow(reach, 1)
        self._grow(reach, -1)
        self.low, self.high = self._panels[0][0], self._panels[-1][1]

    def _grow(self, reach, side):
        """Intervals of doubled length on one side."""
        end = _CORE
        while end < reach:
            piece = end / _PIECES
            low, high = sorted((side * end, side * 2 * end))
            try:
                panels, kinks = self._interval(low, high, piece, _KINKS_OUTSIDE - len(self.kinks), _PANELS_OUTSIDE)
            except ValueError:
                return
            self._panels = self._panels + panels if side > 0 else panels + self._panels
            self.kinks = sorted(self.kinks + kinks)
            end *= 2

    def _interval(self, low, high, piece, most_kinks, most):
        """Panels of [low, high], at most so many, and the kinks inside."""
        kinks = [kink for kink in self._given if low < kink < high]
        while len(kinks) <= most_kinks:
            edges = numpy.array([low, *kinks, high])
            pieces = [numpy.linspace(a, b, 2 * int((b - a) / (2 * piece)) + 2)[:-1] for a, b in zip(edges, edges[1:])]
            panels, found, errors = self._cut(numpy.append(numpy.concatenate(pieces), high), most)
            if not found:
                self.error, self.slope_error = numpy.maximum((self.error, self.slope_error), errors)
                return panels, kinks
            for point in found:
                if any(abs(point - kink) <= 1e3 * _POINT * max(1, abs(kink)) for kink in kinks):
                    raise Unresolved(f"is not resolved next to {point:.10g}: it, or its derivative, is singular there")
            kinks = sorted(kinks + found)
        raise Unresolved(f"has more than {most_kinks} kinks between {low:.4g} and {high:.4g}")

    def _cut(self, edges, most):
        """Panels between the edges on which the function is resolved, points where it cannot be, and errors."""
        around = self._nearby(self.value, edges), self._nearby(self.slope, edges)
        low, high, done, points, worst = edges[:-1], edges[1:], [], [], numpy.zeros(2)
        while len(low):
            if len(done) + len(low) > most:
                raise Unresolved(f"is not resolved to {TOLERANCE:g} by {most} panels near {low[0]:.10g}")
            scales = [nearby[numpy.searchsorted(edges, low, side="right") - 1] for nearby in around]
            resolved, panels, errors = self._fit(low, high, *scales)
            done += panels
            worst = numpy.maximum(worst, errors)
            low, high = low[~resolved], high[~resolved]
            points += [(*panel[:2], True) for panel in panels if panel[1] - panel[0] <= _SHORT * max(1, abs(panel[0]))]
            point = high - low <= _POINT * numpy.maximum(1, numpy.abs(low))
            points += [(*ends, False) for ends in zip(low[point], high[point])]
            if len(points) > 40 * _KINKS:
                raise Unresolved(f"is not resolved to {TOLERANCE:g} near {points[0][0]:.10g}: it is not smooth")
            low, high = low[~point], high[~point]
            middle = low + _CUT * (high - low)
            low, high = numpy.concatenate((low, middle)), numpy.concatenate((middle, high))
        return sorted(done, key=lambda panel: panel[0]), self._places(sorted(points)), worst

    @staticmethod
    def _nearby(function, edges):
        """The largest values on pieces and those beside them."""
        largest = numpy.zeros(len(edges) - 1)
        if function is not None:
            z = edges[:-1, None] + numpy.diff(edges)[:, None] * (0.5 + 0.5 * _nodes(_OTHERS))
            largest = numpy.nan_to_num(numpy.abs(_call(function, z)), posinf=0.0).max(axis=1)
        padded = numpy.pad(largest, _NEAR)
        return numpy.max([padded[k:k + len(largest)] for k in range(2 * _NEAR + 1)], axis=0)

    def _places(self, points):
        """Kinks in short panels (low, high, resolved); panels beside each other hold one, in the shortest, or the one that
        is not resolved."""
        runs = []
        for low, high, resolved in points:
            if runs and low - runs[-1][-1][1] <= _POINT * max(1, abs(low)):
                runs[-1].append((low, high, resolved))
            else:
                runs.append([(low, high, resolved)])
        chosen = [min(run, key=lambda panel: (panel[2], panel[1] - panel[0])) for run in runs]
        return [self._place(float(low), float(high)) for low, high, _ in chosen]

    def _place(self, low, high):
        """A jump to the last bit; a jump of the slope matters no more than that."""
        left, right = _call(self.value, numpy.array([low, high]))
        middle = 0.5 * (low + high)
        while abs(right - left) > 1e-6 * self._natural and low < middle < high:
            at = _call(self.value, numpy.array([middle]))[0]
            low, high = (middle, high) if abs(at - left) < abs(at - right) else (low, middle)
            middle = 0.5 * (low + high)
            if high - low < 1e-17:
                break
        return middle if abs(middle) > 1e-16 else 0.0

    def _sample(self, low, high):
        """Points of panels, one a row: nodes, others, checks; and where the checks are on [-1, 1], to the last bit."""
        u = self._random.uniform(-1, 1, (len(low), _CHECKS))
        u[:, :2] = -_ENDS, _ENDS
        nodes = numpy.concatenate([_nodes(_POINTS), _nodes(_OTHERS)])
        unit = numpy.hstack([numpy.broadcast_to(nodes, (len(low), len(nodes))), u])
        low, high = low[:, None], high[:, None]
        z = 0.5 * (low + high) + 0.5 * (high - low) * unit
        checks = z[:, -_CHECKS:]
        return z, ((checks - low) - (high - checks)) / (high - low)

    def _fit(self, low, high, nearby, slope_nearby):
        """Which panels are resolved; these, each (low, high, coefficients, those of the slope or None); their errors.
        nearby: the largest values, and slopes if they are given, around each."""
        length, far = high - low, numpy.maximum(numpy.abs(low), numpy.abs(high))
        z, u = self._sample(low, high)
        f = _call(self.value, z)
        if not numpy.isfinite(f).all():
            bad = numpy.flatnonzero(~numpy.isfinite(f).ravel())[0]
            raise Unresolved(f"is {f.ravel()[bad]} at z = {z.ravel()[bad]:.10g}")
        c = _coefficients(f[:, :_POINTS])
        d = _slopes(c, length)
        steep = numpy.abs(_at(d, u)).max(axis=1)
        scale = numpy.maximum(numpy.maximum(numpy.abs(f).max(axis=1), self._natural), nearby)
        rounding = _EPS * (scale + far * steep)  # of the function, and of its argument
        error = numpy.abs(_at(c, u) - f[:, -_CHECKS:]).max(axis=1)
        resolved = error <= TOLERANCE * scale + 4 * rounding
        noise = 64 * rounding * _POINTS**2 / length
        if self.slope is None:
            e, slope_scale = None, numpy.maximum(steep, self._natural_slope)
            other = _slopes(_coefficients(f[:, _POINTS:_POINTS + _OTHERS]), length)
            slope_error = numpy.abs(_at(d, u) - _at(other, u)).max(axis=1)
            resolved &= slope_error <= SLOPE_TOLERANCE * slope_scale + noise
        else:
            e, slope_scale, slope_error = self._fit_slope(z, u, length, far)
            slope_scale = numpy.maximum(slope_scale, slope_nearby)
            resolved &= slope_error <= TOLERANCE * slope_scale
            apart = numpy.abs(_at(d, u) - _at(e, u)).max(axis=1)
            wrong = resolved & ~(apart <= AGREE * slope_scale + noise)
            if wrong.any():
                raise Unresolved(f"has another slope than the one given near {low[wrong][0]:.10g}")
        panels = [(float(low[k]), float(high[k]), _short(c[k], scale[k]),
                   None if e is None else _short(e[k], slope_scale[k])) for k in numpy.flatnonzero(resolved)]
        relative = [part / numpy.maximum(of, _TINY)
                    for part, of in ((error, scale), (slope_error, numpy.maximum(slope_scale, scale)))]
        return resolved, panels, [part[resolved].max(initial=0.0) for part in relative]

    def _fit_slope(self, z, u, length, far):
        """Coefficients of the slope given, its scale, and its error beyond that of its argument's rounding."""
        f = _call(self.slope, z)
        if not numpy.isfinite(f).all():
            raise Unresolved("has a slope that is not finite")
        e = _coefficients(f[:, :_POINTS])
        rounding = 4 * _EPS * far * numpy.abs(_at(_slopes(e, length), u)).max(axis=1)
        error = numpy.abs(_at(e, u) - f[:, -_CHECKS:]).max(axis=1)
        return e, numpy.maximum(numpy.abs(f).max(axis=1), self._natural_slope), numpy.maximum(error - rounding, 0)

    def text(self):
        """The table as the program reads it."""
        numbers = lambda values: " ".join(repr(float(value)) for value in values)
        lines = [f"# error {self.error:.1e}, of the slope {self.slope_error:.1e}"]
        lines += [f"kink {kink!r}" for kink in self.kinks]
        for low, high, value, slope in self._panels:
            lines.append(f"panel {low!r} {high!r} {numbers(value)}")
            if slope is not None:
                lines.append(f"slope {numbers(slope)}")
        return "\n".join(lines) + "\n"

    def save(self, path):
        """Write the table: `activation=f"table:{path}"`, or --activation table:PATH, reads it."""
        with open(path, "w", encoding="ascii") as file:
            file.write(self.text())

    def __repr__(self):
        return (f"<giantstep.Function from {self.low:g} to {self.high:g}: error {self.error:.1e}, "
                f"of the slope {self.slope_error:.1e}>")
