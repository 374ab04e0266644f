# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python module against the program: the same numbers to the bit, errors in its words, progress, interruption."""
import _thread
import inspect
import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import warnings

import numpy as np

import giantstep

PROGRAM = os.environ["GIANTSTEP_PROGRAM"]


def by_hand(*words):
    """Header and cells of a table of the program, as texts."""
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith("#")]
    return lines[0].split("\t"), [line.split("\t") for line in lines[1:]]


class Numbers(unittest.TestCase):
    def same(self, table, *words):
        names, rows = by_hand(*words)
        self.assertEqual(table.columns, names)
        self.assertEqual(table.rows, len(rows))
        for k, name in enumerate(names):
            cells = [row[k] for row in rows]
            if table[name].dtype.kind == "f":
                np.testing.assert_array_equal(table[name], [float(cell) for cell in cells])
            else:
                self.assertEqual(table[name].tolist(), cells)

    def test_curve(self):
        alpha = np.linspace(.2, 3, 7)
        table = giantstep.curve(activation="tanh", target="sin", eta=3, alpha0=[5, 20, np.inf], alpha=alpha)
        self.same(table, "curve", "--eta", "3", "--alpha0", "5,20,inf", "--alpha", ",".join(map(repr, map(float, alpha))))
        np.testing.assert_allclose(table["alpha"][:7], alpha, rtol=1e-14)
        self.assertEqual(table.meta["giantstep.command"], "curve")
        self.assertEqual(table.meta["alpha0"], "5,20,inf")
        self.assertEqual(table.where(alpha0=20)["excess_risk"].shape, (7,))
        self.assertEqual(table.exit_code, 0)

    def test_every_digit_arrives(self):
        third = np.float64(1) / 3
        exact = giantstep.curve(eta=third)["excess_risk"][0]
        self.assertEqual(exact, giantstep.curve(eta=repr(float(third)))["excess_risk"][0])
        self.assertEqual(giantstep.curve(eta=np.nextafter(3, 4)).meta["eta"], "3.0000000000000004")

    def test_other_commands(self):
        self.same(giantstep.bounds(eta=[1, 3]), "bounds", "--eta", "1,3")
        self.same(giantstep.spectrum(eta=3, alpha0=.5, alpha=2, x=[.5, 1]),
                  "spectrum", "--eta", "3", "--alpha0", "0.5", "--alpha", "2", "--x", "0.5,1")
        self.same(giantstep.steps(activation="tanh(z+0.5)", target="z1+z1*z2", second_layer=[1, -1], eta=2, steps=2),
                  "steps", "--activation", "tanh(z+0.5)", "--target", "z1+z1*z2", "--second-layer", "1,-1", "--eta", "2",
                  "--steps", "2")
        self.same(giantstep.twostep(target="tanh", exponents=(.25, .4)), "twostep", "--target", "tanh")
        self.same(giantstep.simulate(alpha0=2, d=60, trials=3), "simulate", "--alpha0", "2", "--d", "60", "--trials", "3")
        self.same(giantstep.list(), "list")

    def test_validate(self):
        table = giantstep.validate(alpha0=2, d=[30, 40, 50], trials=3)
        self.same(table, "validate", "--alpha0", "2", "--d", "30,40,50", "--trials", "3")
        self.assertIn(table["verdict"][0], ("agree", "undecided", "disagree"))

    def test_values(self):
        self.assertEqual(giantstep.curve(schedule=[(3, 2), (1, np.inf)]).meta["schedule"], "3:2,1:inf")
        self.assertEqual(giantstep.curve(spike=[[1, .5], [0, 2]], overlap=[[1], [0]]).meta["spike"], "1,0.5;0,2")
        self.assertEqual(giantstep.curve(second_layer={1: .75, -1: .25}).meta["second-layer"], "1:0.75,-1:0.25")
        self.assertEqual(giantstep.curve(lambda_=.5, alpha="1:2:2").meta["lambda"], "0.5")
        self.assertIn("V1_1_1", giantstep.curve(order_parameters=True))
        self.assertEqual(giantstep.curve(target=None).meta["target"], "sin")


class Options(unittest.TestCase):
    def test_every_option_of_every_command(self):
        done = subprocess.run([PROGRAM, "--list-options"], capture_output=True, text=True, check=True)
        table = [line.split("\t")[:2] for line in done.stdout.splitlines()[1:]]
        ours = {"output", "format", "force", "resume", "shard", "quiet", "errors", "progress", "dry-run"}
        for command in {command for command, option in table if option == "format"}:
            function = getattr(giantstep, command)
            wanted = {"lambda_" if option == "lambda" else option.replace("-", "_")
                      for of, option in table if of == command and option not in ours} | {"progress"}
            self.assertEqual(set(inspect.signature(function).parameters), wanted)
            for name in wanted:
                self.assertIn(f"\n    {name} ", function.__doc__)
            self.assertIn(command, dir(giantstep))

    def test_version(self):
        self.assertEqual(giantstep.__version__, giantstep.curve().meta["giantstep.version"])
        self.assertEqual(giantstep.library().gst_status_name and True, True)


class Errors(unittest.TestCase):
    def text(self, call):
        with self.assertRaises(giantstep.UsageError) as caught:
            call()
        return str(caught.exception), caught.exception.exit_code, caught.exception.option

    def test_texts_are_the_programs(self):
        done = subprocess.run([PROGRAM, "curve", "--eta", "x"], capture_output=True, text=True, check=False)
        self.assertEqual("giantstep: " + self.text(lambda: giantstep.curve(eta="x"))[0], done.stderr.strip())
        self.assertEqual(self.text(lambda: giantstep.curve(alpah=2)),
                         ("--alpah: unknown option, did you mean --alpha?", 2, "alpah"))
        self.assertIn("did you mean relu", self.text(lambda: giantstep.curve(activation="rleu"))[0])
        self.assertEqual(self.text(lambda: giantstep.curve(eta=np.nan))[0], "--eta: 'nan' is not a number")
        self.assertIn("not taken here", self.text(lambda: giantstep.curve(output="x.tsv"))[0])
        self.assertIn("neither a number nor a text", self.text(lambda: giantstep.curve(eta=object()))[0])
        with self.assertRaises(ValueError):
            giantstep.curve(alpha=-1)
        with self.assertRaises(AttributeError):
            giantstep.crve

    def test_no_program(self):
        try:
            os.environ["GIANTSTEP_PROGRAM"] = "/no/such/program"
            with self.assertRaises(giantstep.RuntimeFailure):
                giantstep.curve()
        finally:
            os.environ["GIANTSTEP_PROGRAM"] = PROGRAM

    def test_failed_rows_warn(self):
        with self.assertWarns(giantstep.GiantstepWarning):
            table = giantstep.curve(lambda_=0, alpha=1)
        self.assertEqual((table.exit_code, table["status"][0]), (3, "failed"))
        self.assertTrue(np.isnan(table["excess_risk"][0]))

    def test_notes_do_not(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            table = giantstep.curve(alpha0=0)
        self.assertEqual(table.messages, ["note: --alpha0 0 is the untrained network"])


class Running(unittest.TestCase):
    def test_progress(self):
        seen = []
        giantstep.simulate(alpha0=2, d=150, trials=40, progress=lambda part, seconds: seen.append((part, seconds)))
        self.assertEqual(seen[-1], (1.0, 0.0))
        self.assertEqual([part for part, _ in seen], sorted(part for part, _ in seen))

    def test_callback_that_raises(self):
        def progress(part, seconds):
            raise KeyError("mine")
        with self.assertRaises(KeyError):
            giantstep.simulate(alpha0=2, d=150, trials=40, progress=progress)

    def test_interrupt(self):
        for slow in (lambda: giantstep.simulate(alpha0=2, d=3000, trials=50), lambda: giantstep.curve(alpha0=2, alpha="0.1:9:200000")):
            began = time.monotonic()
            threading.Timer(.5, _thread.interrupt_main).start()
            with self.assertRaises(KeyboardInterrupt):
                slow()
            self.assertLess(time.monotonic() - began, 1.7)
        children = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "comm="], capture_output=True, text=True, check=False)
        self.assertNotIn("giantstep", children.stdout)

    def test_other_threads_go_on(self):
        ticks, done = [], threading.Event()

        def tick():
            while not done.is_set():
                ticks.append(1)
                time.sleep(.01)
        thread = threading.Thread(target=tick)
        thread.start()
        began = time.monotonic()
        giantstep.simulate(alpha0=2, d=200, trials=30)
        seconds = time.monotonic() - began
        done.set()
        thread.join()
        self.assertGreater(len(ticks), 20 * seconds)

    def test_two_calls_at_once(self):
        results = {}
        threads = [threading.Thread(target=lambda e=e: results.update({e: giantstep.curve(eta=e)["excess_risk"][0]}))
                   for e in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([results[e] for e in (1, 2, 3)], giantstep.curve(eta=[1, 2, 3])["excess_risk"].tolist())


class Tables(unittest.TestCase):
    def test_saved_and_read(self):
        table = giantstep.curve(alpha=[1, 2])
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "table.tsv")
            table.save(path)
            again = giantstep.read(path)
        self.assertEqual(again.text, table.text)
        np.testing.assert_array_equal(again["excess_risk"], table["excess_risk"])
        self.assertIn("excess_risk", table._repr_html_())
        with self.assertRaises(ValueError):
            giantstep.read(__file__)

    def test_pandas(self):
        try:
            import pandas
        except ImportError:
            self.skipTest("no pandas")
        frame = giantstep.curve(alpha=[1, 2]).to_pandas()
        self.assertIsInstance(frame, pandas.DataFrame)
        self.assertEqual((frame.shape[0], frame.attrs["target"]), (2, "sin"))

    def test_picture(self):
        table = giantstep.curve(eta=[1, 3], alpha=[1, 2, 3])
        try:
            picture = table.plot(log="none")
        except giantstep.RuntimeFailure as error:
            self.assertIn("gnuplot", str(error))
            self.skipTest("no gnuplot")
        self.assertIn("</svg>", picture.svg)
        self.assertIn("$curve2", picture.script())
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "picture.png")
            picture.save(path)
            with open(path, "rb") as file:
                self.assertEqual(file.read(4), b"\x89PNG")
        with self.assertRaises(giantstep.UsageError):
            table.plot(y="nothing")


class Functions(unittest.TestCase):
    """Python functions as activation and target, against the expressions that they are."""
    GRID = dict(eta=3, alpha0=[5, np.inf], alpha=[.4, 1.373])

    def same(self, wanted, tolerance=1e-10, **functions):
        expression, table = giantstep.curve(**wanted, **self.GRID), giantstep.curve(**functions, **self.GRID)
        self.assertEqual(table["status"].tolist(), ["ok"] * 4)
        for name in ("excess_risk", "test_error", "train_error"):
            np.testing.assert_allclose(table[name], expression[name], rtol=0, atol=tolerance)
        return table

    def test_smooth(self):
        wanted = dict(activation="tanh(z+0.3)", target="sin")
        table = self.same(wanted, activation=lambda z: np.tanh(z + 0.3), target=np.sin)
        self.assertRegex(table.meta["target"], "^table:.*/sin-[0-9a-f]{12}.table$")
        self.assertFalse(os.path.exists(table.meta["target"][len("table:"):]))
        self.same(wanted, activation=(lambda z: np.tanh(z + 0.3), lambda z: np.cosh(z + 0.3)**-2.0), target="sin")
        self.same(dict(target="exp(z)+z^3"), target=lambda z: np.exp(z) + z**3)
        self.same(dict(activation="tanh(50*z)"), activation=lambda z: np.tanh(50 * z))

    def test_kinks(self):
        hinge = lambda z: np.maximum(z, 0)
        wanted = dict(activation="relu", target="sign(z-0.7)")
        self.same(wanted, activation=giantstep.Function(hinge, kinks=[0]), target=lambda z: np.sign(z - 0.7))
        self.same(wanted, activation=hinge, target=giantstep.Function(lambda z: np.sign(z - 0.7), kinks=[0.7]))
        self.same(wanted, activation=(hinge, lambda z: np.where(z > 0, 1., 0.)), target="sign(z-0.7)")
        found = giantstep.Function(lambda z: abs(np.sin(z)) + np.where(z > 1 / 3, 1, 0)).kinks
        wanted = sorted([1 / 3] + [k * np.pi for k in range(-5, 6)])
        np.testing.assert_allclose([kink for kink in found if abs(kink) < 16.1], wanted, atol=1e-9)
        self.assertEqual(giantstep.Function(np.sign).kinks, [0])
        np.testing.assert_allclose(giantstep.Function(lambda z: np.maximum(z - 0.3, 0)).kinks, [0.3], atol=1e-9)

    def test_narrow(self):
        peak = giantstep.Function(lambda z: np.exp(-((z - 5) / 0.02)**2))
        self.assertLess(peak.error, 1e-13)
        self.same(dict(target="z+exp(-((z-1)/0.02)^2)"), target=lambda z: z + np.exp(-((z - 1) / 0.02)**2))

    def test_table(self):
        function = giantstep.Function(np.tanh, reach=30)
        self.assertTrue(-64 < function.low < -30 and 30 < function.high < 64)
        self.assertLess(function.error, 1e-13)
        self.assertLess(function.slope_error, 1e-10)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tanh.table")
            function.save(path)
            self.same(dict(activation="tanh"), activation=f"table:{path}")
        self.assertLess(giantstep.Function(np.exp).high, 710)

    def test_every_command(self):
        np.testing.assert_allclose(giantstep.bounds(target=np.sin)["upper"], giantstep.bounds()["upper"], rtol=1e-10)
        few = dict(d=60, trials=2, test_samples=200)
        one, two = giantstep.simulate(activation=np.tanh, **few), giantstep.simulate(activation="tanh", **few)
        np.testing.assert_allclose(one["excess_risk"], two["excess_risk"], rtol=1e-8)

    def test_where_it_is_not_known(self):
        with self.assertRaises(giantstep.UsageError), warnings.catch_warnings():
            warnings.simplefilter("ignore", giantstep.GiantstepWarning)
            giantstep.curve(activation=giantstep.Function(np.tanh, reach=16), eta=10)

    def test_refused(self):
        for function, why in ((lambda z: np.sqrt(abs(z)), "singular"), (np.log, "nan at z"),
                              (lambda z: np.random.default_rng().normal(size=len(z)), "not resolved"),
                              ((np.tanh, np.cos), "another slope"), (lambda z: 0 * z, "constant")):
            with self.assertRaisesRegex(giantstep.UsageError, f"--target: .*{why}"):
                giantstep.curve(target=function)
        for function, why in ((lambda a, b: a * b, "2 arguments"), (np.add, "2 arguments"), (lambda z: 1., "shape"),
                              (lambda z: z + 1j, "complex")):
            with self.assertRaisesRegex(TypeError, why):
                giantstep.curve(target=function)
        with self.assertRaisesRegex(giantstep.UsageError, "--eta"):
            giantstep.curve(eta=np.sin)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
