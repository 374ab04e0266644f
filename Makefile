# SPDX-License-Identifier: GPL-3.0-or-later
# giantstep: exact learning curves of two-layer networks after giant gradient steps.  `make help`.

BUILD ?= build
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
CLANG_FORMAT ?= clang-format
GNUPLOT ?= gnuplot
CFLAGS ?= -O3 -g -fno-math-errno
Q ?= @

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
STANDARD := -std=c11 -D_POSIX_C_SOURCE=200809L -fopenmp-simd
# An undeclared function would be called with the wrong types, and crash when it runs.
ERRORS := -Werror=implicit-function-declaration -Werror=int-conversion -Werror=incompatible-pointer-types
# Objects serve the archive and the shared library; calls within it go straight (7% of a curve).
FLAGS = $(STANDARD) $(WARNINGS) $(ERRORS) -fPIC -fno-semantic-interposition -pthread $(FOUND_CFLAGS) $(CPPFLAGS) $(CFLAGS)
LDLIBS = $(FOUND_LIBS)

VERSION := $(shell sed -n 's/^\#define GST_VERSION "\(.*\)"/\1/p' include/giantstep/giantstep.h)

# ---------------------------------------------------------------- sources, by room
# From the ground up: a room includes headers of itself and of the rooms before it, nothing else, and names their
# folder.  tools/check-rooms sees to it before anything is compiled.
ROOMS := base integrals \
         models/functions models/data models/loss models/training models/tables models/learnability models/twostep \
         solver/bulk solver/readout solver/spectrum solver/regimes \
         validate/networks validate/verdict \
         cli/process cli/options cli/tables cli/commands cli
LIBRARY_ROOMS := $(filter-out cli%,$(ROOMS)) $(wildcard solver/readout/*/.)
CLI_ROOMS := $(filter cli%,$(ROOMS)) $(wildcard cli/commands/*/.)
INCLUDES := -iquote . -iquote include

sources = $(foreach room,$(1),$(wildcard $(patsubst %/.,%,$(room))/*.$(2)))
LIBRARY_SOURCES := $(call sources,$(LIBRARY_ROOMS),c)
# farm_mpi.c takes the place of farm.c in the program for MPI.
MPI_SOURCES := cli/process/farm_mpi.c
CLI_SOURCES := $(filter-out $(MPI_SOURCES),$(call sources,$(CLI_ROOMS),c))
TEST_ROOMS := tests $(patsubst %/.,%,$(filter-out tests/fuzz/. tests/faults/. tests/figures/.,$(wildcard tests/*/. tests/*/*/.)))
TEST_SOURCES := $(call sources,$(TEST_ROOMS),c)
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:%.c=$(BUILD)/%.o)
CLI_OBJECTS := $(CLI_SOURCES:%.c=$(BUILD)/%.o)

LIBRARY := $(BUILD)/libgiantstep.a
SHARED := $(BUILD)/libgiantstep.so.0
PROGRAM := $(BUILD)/giantstep
COMMANDS := $(shell sed -n 's/^X.\([a-z]*\), .*/\1/p' cli/options/command_list.h)
MANUALS := $(BUILD)/giantstep.1 $(COMMANDS:%=$(BUILD)/giantstep-%.1)
COMPLETIONS := $(BUILD)/completion/giantstep $(BUILD)/completion/_giantstep
MPI_PROGRAM := $(BUILD)/giantstep-mpi

.PHONY: all help deps demo check run-check check-quick check-sanitized check-long lint run-lint format bench figures figures-long \
        install uninstall clean force
.DEFAULT_GOAL := all

all: $(PROGRAM) $(LIBRARY) $(SHARED) $(MANUALS) $(COMPLETIONS) ## the program, the libraries and the manual pages

# make MPI=1: giantstep-mpi as well, the same commands under mpirun (docs/cluster.md).
ifeq ($(MPI),1)
all: $(MPI_PROGRAM)
endif

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18
	@echo "Variables: BUILD=$(BUILD) PREFIX=$(PREFIX) DESTDIR= MPI=1 (giantstep-mpi too) Q= (show commands) CC=$(CC) CFLAGS='$(CFLAGS)'"

# ---------------------------------------------------------------- libraries
# tools/probe-libraries finds the flags of each library by compiling and linking a few lines.  The file it writes
# changes when the answer, the compiler, the flags or one of the libraries is another: all objects depend on it.
# GSL_LIBS=..., BLAS_CFLAGS=... and so on take the place of what is found (docs/install.md).
export BUILD CC CFLAGS CPPFLAGS LDFLAGS GNUPLOT CLANG CLANG_FORMAT
export BLAS_CFLAGS BLAS_LIBS LAPACKE_CFLAGS LAPACKE_LIBS GSL_CFLAGS GSL_LIBS CUBATURE_CFLAGS CUBATURE_LIBS \
       RANDOM123_CFLAGS CHECK_CFLAGS CHECK_LIBS LIBLINEAR_CFLAGS LIBLINEAR_LIBS
WITHOUT_LIBRARIES := help deps demo check check-sanitized lint format clean uninstall
ifneq ($(if $(MAKECMDGOALS),$(filter-out $(WITHOUT_LIBRARIES),$(MAKECMDGOALS)),all),)
include $(BUILD)/libraries.mk
endif
$(BUILD)/libraries.mk: force
	@tools/probe-libraries $@

LIBRARIES := $(if $(MISSING),missing,$(BUILD)/libraries.mk)
TEST_LIBRARIES := $(if $(MISSING)$(CHECK_MISSING),missing)
.PHONY: missing
missing:
	@PROBED=yes tools/install-dependencies --print

# ---------------------------------------------------------------- objects
# The git hash and the flags reach one object only, which is made again when they change.
GIT = $(shell test -e .git && git describe --always --dirty --abbrev=12 2>/dev/null || echo unknown)
CUBATURE = $(shell dpkg-query -W -f '$${Version}' libcubature-dev 2>/dev/null || echo unknown)
$(BUILD)/version.flags: force
	@mkdir -p $(@D)
	@printf '%s\n' '-DGST_GIT="$(GIT)" -DGST_CUBATURE="$(CUBATURE)" -DGST_FLAGS="$(FLAGS)"' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(BUILD)/cli/process/version.o: $(BUILD)/version.flags
$(BUILD)/cli/process/version.o: EXTRA = -DGST_GIT='"$(GIT)"' -DGST_CUBATURE='"$(CUBATURE)"' -DGST_FLAGS='"$(FLAGS)"'
# dladdr
$(BUILD)/cli/process/blas_object.o: EXTRA = -D_GNU_SOURCE
$(TEST_SOURCES:%.c=$(BUILD)/%.o): EXTRA = $(FOUND_CHECK_CFLAGS)

$(BUILD)/%.o: %.c Makefile $(LIBRARIES) | $(BUILD)/rooms
	@mkdir -p $(@D)
	@echo "  cc $<"
	$(Q)$(CC) $(FLAGS) $(INCLUDES) $(EXTRA) -MMD -MP -c $< -o $@
$(TEST_SOURCES:%.c=$(BUILD)/%.o): $(TEST_LIBRARIES)

# What sources include: headers, and .inc files, the text that is compiled once for each kind of number.
INCLUDED = $(call sources,$(1),h) $(call sources,$(1),inc)
ALL_HEADERS := $(call INCLUDED,$(LIBRARY_ROOMS) $(CLI_ROOMS))
$(BUILD)/rooms: $(LIBRARY_SOURCES) $(CLI_SOURCES) $(MPI_SOURCES) $(ALL_HEADERS) tools/check-rooms Makefile
	@mkdir -p $(@D)
	@tools/check-rooms '$(ROOMS)' $(filter %.c %.h %.inc,$^)
	@touch $@

$(LIBRARY): $(LIBRARY_OBJECTS)
	@echo "  ar $@"
	@rm -f $@
	$(Q)$(AR) rcs $@ $^

# Only what the public headers declare can be seen from outside.
$(BUILD)/libgiantstep.map: $(wildcard include/giantstep/*.h) tools/public-functions
	@mkdir -p $(@D)
	@{ echo '{ global:'; tools/public-functions $(filter %.h,$^) | sort -u | sed 's/$$/;/'; echo 'local: *; };'; } >$@

$(SHARED): $(LIBRARY_OBJECTS) $(BUILD)/libgiantstep.map
	@echo "  link $@"
	$(Q)$(CC) -shared -Wl,-soname,$(@F) -Wl,--version-script=$(BUILD)/libgiantstep.map -Wl,--no-undefined \
	    -pthread $(CFLAGS) $(LDFLAGS) $(filter %.o,$^) $(LDLIBS) -o $@

$(PROGRAM): $(CLI_OBJECTS) $(LIBRARY)
	@echo "  link $@"
	$(Q)$(CC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

MPICC ?= mpicc
MPI_INCLUDES = $(patsubst -I%,-isystem %,$(filter -I%,$(shell $(MPICC) --showme:compile)))
$(BUILD)/cli/process/farm_mpi.o: EXTRA = $(MPI_INCLUDES)
$(MPI_PROGRAM): $(filter-out $(BUILD)/cli/process/farm.o,$(CLI_OBJECTS)) $(BUILD)/cli/process/farm_mpi.o $(LIBRARY)
	@echo "  link $@"
	$(Q)$(CC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) $(shell $(MPICC) --showme:link) -o $@

$(BUILD)/giantstep.1: $(PROGRAM)
	@echo "  man $@"
	$(Q)$(PROGRAM) help --man >$@.new && mv $@.new $@

$(BUILD)/giantstep-%.1: $(PROGRAM)
	$(Q)$(PROGRAM) help $* --man >$@.new && mv $@.new $@

# The file of bash has the name of what it completes.
$(BUILD)/completion/giantstep: SHELL_NAME = bash
$(BUILD)/completion/_giantstep: SHELL_NAME = zsh
$(COMPLETIONS): $(PROGRAM)
	@mkdir -p $(@D)
	$(Q)$(PROGRAM) help --completion $(SHELL_NAME) >$@.new && mv $@.new $@

-include $(LIBRARY_OBJECTS:.o=.d) $(CLI_OBJECTS:.o=.d) $(BUILD)/cli/process/farm_mpi.d $(TEST_SOURCES:%.c=$(BUILD)/%.d)

# ---------------------------------------------------------------- what has to be installed
deps: ## install what is missing, or print the line that does (tools/install-dependencies)
	@tools/install-dependencies

# ---------------------------------------------------------------- demo
# On all cores, unless the caller says how many.
JOBS = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))

demo: deps ## build, compare theory with trained networks, plot both (results/demo.mk)
	@$(MAKE) --no-print-directory $(JOBS) run-demo

# ---------------------------------------------------------------- tests
# Every test_*.c in tests/ or a folder of it is a program (other .c files there are linked to each), every test_*.sh a
# script.  The folders are those of what is tested.
TEST_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(filter $(addsuffix /test_%,$(TEST_ROOMS)),$(TEST_SOURCES)))
TEST_SCRIPTS := $(foreach room,$(TEST_ROOMS),$(wildcard $(room)/test_*.sh))
TEST_HELPERS := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(TEST_PROGRAMS:$(BUILD)/%=%.c) tests/bench%,$(TEST_SOURCES)))

# Tests read options as the program does.
$(TEST_PROGRAMS): %: %.o $(TEST_HELPERS) $(filter-out $(BUILD)/cli/main.o,$(CLI_OBJECTS)) $(LIBRARY)
	@echo "  link $@"
	$(Q)$(CC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(FOUND_CHECK_LIBS) $(LDLIBS) -o $@

check: deps ## build and run all tests
	@$(MAKE) --no-print-directory $(JOBS) run-check

# As many at once as there are cores, each with one thread of BLAS; what a failed test wrote follows its verdict.
# The scripts first: the longest are among them.
TEST_RUNS := $(TEST_SCRIPTS:%=run/%) $(TEST_PROGRAMS:$(BUILD)/%=run/%)
.PHONY: $(TEST_RUNS)
run-check: all $(TEST_PROGRAMS)
	@$(MAKE) --no-print-directory -k $(JOBS) --output-sync=target $(TEST_RUNS) && \
	    echo "$(words $(TEST_RUNS)) passed, 0 failed"

$(TEST_RUNS): run/%:
	@mkdir -p $(dir $(BUILD)/$*); began=$$(date +%s); log=$(BUILD)/$*.log; run=$(BUILD)/$*; \
	case $* in *.sh) run="bash $*";; esac; \
	if OPENBLAS_NUM_THREADS=1 BUILD=$(BUILD) GIANTSTEP=$(abspath $(PROGRAM)) CC="$(CC)" $$run >$$log 2>&1 </dev/null; \
	then verdict=passed; else verdict=FAILED; cat $$log; fi; \
	seconds=$$(($$(date +%s) - began)); echo $$seconds >$(BUILD)/$*.seconds; \
	echo "$$verdict $(notdir $*) ($$seconds s)"; test $$verdict = passed

# The tests that took less than QUICK seconds when they were last run with the build QUICK_OF, and those never run;
# not those with the text QUICK_NOT in them.
QUICK ?= 5
QUICK_OF ?= build
QUICK_NOT ?=
QUICK_RUNS = $(shell for run in $(TEST_RUNS:run/%=%); do \
    test "$$(cat $(QUICK_OF)/$$run.seconds 2>/dev/null || echo 0)" -ge $(QUICK) || \
    { test -n "$(QUICK_NOT)" && cat $$run $$run.c 2>/dev/null | grep -qE "$(QUICK_NOT)"; } || echo run/$$run; done)
check-quick: all ## the tests that took less than QUICK=5 seconds in the last `make check'
	@$(MAKE) --no-print-directory $(JOBS) $(patsubst run/%,$(BUILD)/%,$(filter run/tests/%,$(filter-out %.sh,$(QUICK_RUNS))))
	@$(MAKE) --no-print-directory -k $(JOBS) --output-sync=target $(QUICK_RUNS) && \
	    echo "$(words $(QUICK_RUNS)) passed, 0 failed"

# They bring a malloc of their own and need much address space: not where a test does the same.
SANITIZE := -O1 -g -fno-math-errno -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
check-sanitized: deps ## the quick tests with the address, leak and undefined-behaviour sanitizers, in $(BUILD)/sanitized
	@$(MAKE) --no-print-directory $(JOBS) BUILD=$(BUILD)/sanitized CFLAGS='$(SANITIZE)' QUICK_OF=$(BUILD) \
	    QUICK_NOT='LD_PRELOAD|ulimit -v' check-quick

include tests/fuzz/fuzz.mk

# Theory against networks at the dimensions of theory 13; each case must be found to agree.
LONG_CASES := $(wildcard tests/long/*.conf)
check-long: $(PROGRAM) ## validate reference cases A, B, C, N, P, Q at d = 250, 500, 1000 (minutes: tests/long/README.md)
	@mkdir -p $(BUILD)/tests; failed=0; \
	for case in $(LONG_CASES); do \
	    name=$$(basename $$case .conf); log=$(BUILD)/tests/$$name.tsv; \
	    echo "$$name: about $$($(PROGRAM) validate --config $$case --dry-run | sed -n 's/^seconds: //p') s"; \
	    $(PROGRAM) validate --config $$case --force --output $$log; code=$$?; \
	    points=$$(sed -n 's/^# verdict.points: //p' $$log); agree=$$(sed -n 's/^# verdict.agree: //p' $$log); \
	    echo "$$name: exit code $$code, $$agree of $$points points agree"; \
	    test $$code -eq 0 && test "$$agree" = "$$points" || failed=1; \
	done; \
	test $$failed -eq 0

# ---------------------------------------------------------------- lint
HEADERS := $(wildcard include/giantstep/*.h) $(ALL_HEADERS) $(call INCLUDED,$(TEST_ROOMS))
SOURCES := $(LIBRARY_SOURCES) $(CLI_SOURCES) $(TEST_SOURCES)

lint: ## zero warnings under gcc and clang, formatting
	@tools/install-dependencies --lint
	@$(MAKE) --no-print-directory run-lint

LINT_SOURCES := $(SOURCES) $(if $(filter 1,$(MPI)),$(MPI_SOURCES))
define lint_rule
run-lint: lint-$(1)
.PHONY: lint-$(1)
lint-$(1): $(LIBRARIES)
	@for file in $(filter $(1)/%,$(LINT_SOURCES)); do \
	    extra=; case $$$$file in \
	    cli/process/blas_object.c) extra=-D_GNU_SOURCE;; \
	    cli/process/farm_mpi.c) extra="$$(MPI_INCLUDES)";; \
	    tests/*) extra="$$(FOUND_CHECK_CFLAGS)";; \
	    esac; \
	    $(CC) $(STANDARD) $(WARNINGS) -Werror -O2 -pthread $$(FOUND_CFLAGS) $(INCLUDES) $$$$extra -c $$$$file -o /dev/null && \
	    $(CLANG) $(STANDARD) $(WARNINGS) -Werror -fsyntax-only $$(FOUND_CFLAGS) $(INCLUDES) $$$$extra $$$$file || exit 1; \
	done
endef
$(foreach floor,base integrals models solver validate cli tests,$(eval $(call lint_rule,$(floor))))

run-lint:
	@$(CLANG_FORMAT) --dry-run -Werror $(SOURCES) $(MPI_SOURCES) $(HEADERS)
	@echo "lint: $(words $(SOURCES)) sources and $(words $(HEADERS)) headers clean"

format: ## format the sources in place
	@tools/install-dependencies --lint
	$(CLANG_FORMAT) -i $(SOURCES) $(MPI_SOURCES) $(HEADERS)

# ---------------------------------------------------------------- benchmarks, figures
BENCH := $(BUILD)/tests/bench
$(BENCH): $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench*.c)) $(LIBRARY)
	@echo "  link $@"
	$(Q)$(CC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

bench: all $(BENCH) ## measure speed: lines `name value unit asked' (docs/performance.md)
	@OPENBLAS_NUM_THREADS=1 GIANTSTEP=$(abspath $(PROGRAM)) $(BENCH)

# Each results/NAME.mk adds its outputs to FIGURES, and the tables of its networks to NETWORKS.
FIGURES :=
NETWORKS :=
-include $(wildcard results/*.mk)
figures: $(FIGURES) ## rebuild results/ from the networks' tables kept there

figures-long: $(NETWORKS:results/%-networks.tsv=networks-%) ## train those networks again, then the figures (results/README.md)
	@$(MAKE) --no-print-directory figures

.PHONY: reproduce
reproduce: $(PROGRAM) ## published numbers beside ours (docs/reproduce.md)
	@tools/reproduce $(PROGRAM) results/published.tsv

# ---------------------------------------------------------------- installation
INSTALLED_HEADERS := $(wildcard include/giantstep/*.h)
BIN = $(DESTDIR)$(PREFIX)/bin
LIB = $(DESTDIR)$(LIBDIR)
# Where the loader looks by itself nothing is said.
RPATH = $(if $(filter /usr/lib%,$(LIBDIR)),,-Wl,-rpath,$(LIBDIR))
INC = $(DESTDIR)$(PREFIX)/include/giantstep
MAN = $(DESTDIR)$(PREFIX)/share/man/man1
BASH_COMPLETION = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION = $(DESTDIR)$(PREFIX)/share/zsh/site-functions

install: all ## into $(DESTDIR)$(PREFIX)
	install -d $(BIN) $(LIB)/pkgconfig $(INC) $(MAN) $(BASH_COMPLETION) $(ZSH_COMPLETION)
	install -m 755 $(PROGRAM) $(BIN)/giantstep
	$(if $(filter 1,$(MPI)),install -m 755 $(MPI_PROGRAM) $(BIN)/giantstep-mpi)
	install -m 644 $(LIBRARY) $(LIB)/libgiantstep.a
	install -m 755 $(SHARED) $(LIB)/libgiantstep.so.0
	ln -sf libgiantstep.so.0 $(LIB)/libgiantstep.so
	install -m 644 $(INSTALLED_HEADERS) $(INC)
	install -m 644 $(MANUALS) $(MAN)
	install -m 644 $(BUILD)/completion/giantstep $(BASH_COMPLETION)/giantstep
	install -m 644 $(BUILD)/completion/_giantstep $(ZSH_COMPLETION)/_giantstep
	printf '%s\n' 'Name: giantstep' 'Version: $(VERSION)' \
	    'Description: learning curves of two-layer networks after giant gradient steps' \
	    'Cflags: -I$(PREFIX)/include' 'Libs: -L$(LIBDIR) $(RPATH) -lgiantstep' \
	    'Libs.private: $(LDLIBS)' \
	    >$(LIB)/pkgconfig/giantstep.pc

uninstall: ## take it away again
	rm -f $(BIN)/giantstep $(BIN)/giantstep-mpi $(LIB)/libgiantstep.a $(LIB)/libgiantstep.so $(LIB)/libgiantstep.so.0 $(LIB)/pkgconfig/giantstep.pc $(MAN)/giantstep.1 \
	    $(COMMANDS:%=$(MAN)/giantstep-%.1) $(BASH_COMPLETION)/giantstep $(ZSH_COMPLETION)/_giantstep
	rm -rf $(INC)

include python/python.mk

clean: ## remove what was built
	rm -rf $(BUILD)
