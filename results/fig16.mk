# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig16.png $(BUILD)/figures/fig16.pdf

results/fig16.png $(BUILD)/figures/fig16.pdf: $(BUILD)/results/fig16-finite.tsv $(BUILD)/results/fig16-infinite.tsv \
                                             $(BUILD)/results/fig16-best.tsv

$(BUILD)/results/fig16-finite.tsv: results/fig16.conf $(PROGRAM)
	$(call table,curve --config $<)

$(BUILD)/results/fig16-infinite.tsv: results/fig16.conf $(PROGRAM)
	$(call table,curve --config $< --alpha0 inf)

$(BUILD)/results/fig16-best.tsv: results/fig16.conf $(PROGRAM)
	$(call table,curve --config $< --optimise eta --eta 0.25:10:$(if $(COARSE),6,17):log --alpha0 0.5:100:$(if $(COARSE),6,24):log)
