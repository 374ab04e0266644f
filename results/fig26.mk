# SPDX-License-Identifier: GPL-3.0-or-later
# Lines and networks of tests/figures/fig26.c, since the command line has no label noise but Gaussian one.
FIGURES += results/fig26.png $(BUILD)/figures/fig26.pdf
NETWORKS += results/fig26-networks.tsv

FIG26_TRIALS := 20

results/fig26.png $(BUILD)/figures/fig26.pdf: $(BUILD)/results/fig26.tsv results/fig26-networks.tsv

$(BUILD)/results/fig26.tsv: $(BUILD)/results/fig26-outliers
	@echo "  table $@"
	$(Q)$< lines $(if $(COARSE),6,60) >$@.new
	@mv $@.new $@

.PHONY: networks-fig26
networks-fig26: $(BUILD)/results/fig26-outliers
	@echo "  simulate results/fig26-networks.tsv"
	$(Q)$< networks $(FIG26_TRIALS) >$(BUILD)/results/fig26-networks.tsv
	@mv $(BUILD)/results/fig26-networks.tsv results/fig26-networks.tsv

$(BUILD)/results/fig26-outliers: tests/figures/fig26.c tests/outliers.c $(LIBRARY) tests/outliers.h
	@mkdir -p $(@D)
	@echo "  cc $<"
	$(Q)$(CC) $(FLAGS) $(INCLUDES) $(filter-out %.h,$^) $(LDFLAGS) $(LDLIBS) -o $@
