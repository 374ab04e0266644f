# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzz targets: `make fuzz' runs each for FUZZ_SECONDS under clang's fuzzer and sanitizers, `make check' gives each its
# corpus.  New inputs go to $(BUILD)/fuzz/found/; one that breaks a target is kept there as crash-*.
FUZZ_SECONDS ?= 60
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS := -fno-sanitize-recover=undefined -fsanitize=address,undefined

$(BUILD)/tests/fuzz/%.o: tests/fuzz/%.c Makefile
	@mkdir -p $(@D)
	@echo "  cc $<"
	$(Q)$(CC) $(FLAGS) $(INCLUDES) -MMD -MP -c $< -o $@

# The program without its main.
FUZZ_OBJECTS = $(BUILD)/tests/fuzz/support.o $(filter-out $(BUILD)/cli/main.o,$(CLI_OBJECTS)) $(LIBRARY)
FUZZ_REPLAYS := $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/replay_%)
$(FUZZ_REPLAYS): $(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(FUZZ_OBJECTS)
	@echo "  link $@"
	$(Q)$(CC) -pthread $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

run-check: $(FUZZ_REPLAYS)
TEST_RUNS += run/fuzz
.PHONY: run/fuzz fuzz run-fuzz
run/fuzz: $(FUZZ_REPLAYS)
	@began=$$(date +%s); verdict=passed; log=$(BUILD)/tests/fuzz/replay.log; \
	for name in $(FUZZ_TARGETS); do \
	    $(BUILD)/tests/fuzz/replay_$$name tests/fuzz/corpus/$$name/* >$$log 2>&1 || { \
	        verdict=FAILED; echo "fuzz $$name:"; tail -3 $$log; }; \
	done; \
	echo "$$verdict fuzz corpus ($$(($$(date +%s) - began)) s)"; test $$verdict = passed

FUZZERS := $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/fuzz_%)
$(FUZZERS): $(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_OBJECTS)
	@echo "  link $@"
	$(Q)$(CC) -pthread $(CFLAGS) -fsanitize=fuzzer $^ $(LDLIBS) -o $@

fuzz: ## run each fuzz target for a minute under clang's sanitizers (tests/fuzz; FUZZ_SECONDS=60)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz CC=$(CLANG) LDFLAGS= \
	    CFLAGS="-O1 -g -fno-math-errno -fsanitize=fuzzer-no-link $(FUZZ_FLAGS)" run-fuzz

run-fuzz: $(FUZZERS)
	@failed=0; for name in $(FUZZ_TARGETS); do \
	    mkdir -p $(BUILD)/found/$$name; log=$(BUILD)/found/$$name.log; \
	    $(BUILD)/tests/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -max_len=2000 -timeout=20 -close_fd_mask=3 -print_final_stats=1 \
	        -artifact_prefix=$(BUILD)/found/$$name- $(BUILD)/found/$$name tests/fuzz/corpus/$$name >$$log 2>&1; \
	    code=$$?; echo "fuzz $$name: exit code $$code, $$(sed -n 's,^stat::number_of_executed_units: ,,p' $$log) runs"; \
	    test $$code -eq 0 || { failed=1; grep -m3 'ERROR\|runtime error\|SUMMARY' $$log; }; \
	done; test $$failed -eq 0
