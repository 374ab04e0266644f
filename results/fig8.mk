# SPDX-License-Identifier: GPL-3.0-or-later
# The simulation takes minutes, so its table is kept; `make networks-fig8` makes it again.
FIGURES += results/fig8.png $(BUILD)/figures/fig8.pdf
NETWORKS += results/fig8-networks.tsv

results/fig8.png $(BUILD)/figures/fig8.pdf: results/fig8-networks.tsv

FIG8_SIZES := 400:32 100:96 32:256

.PHONY: networks-fig8
networks-fig8: $(BUILD)/results/fig8-simulate
	@echo "  simulate results/fig8-networks.tsv"
	$(Q)$< $(FIG8_SIZES) >$(BUILD)/results/fig8-networks.tsv
	@mv $(BUILD)/results/fig8-networks.tsv results/fig8-networks.tsv

$(BUILD)/results/fig8-simulate: tests/figures/fig8.c $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  cc $<"
	$(Q)$(CC) $(FLAGS) $(INCLUDES) $^ $(LDFLAGS) $(LDLIBS) -o $@
