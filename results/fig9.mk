# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig9.png $(BUILD)/figures/fig9.pdf

results/fig9.png $(BUILD)/figures/fig9.pdf: $(BUILD)/results/fig9-before.tsv $(BUILD)/results/fig9-after.tsv \
    $(BUILD)/results/fig9-histogram.tsv

$(BUILD)/results/fig9-before.tsv: results/fig9.conf $(PROGRAM)
	$(call table,spectrum --config $< --alpha0 0)

$(BUILD)/results/fig9-after.tsv: results/fig9.conf $(PROGRAM)
	$(call table,spectrum --config $< --alpha0 0.5)

$(BUILD)/results/fig9-histogram.tsv: results/fig9.conf $(PROGRAM)
	$(call table,spectrum --config $< --alpha0 0.5 --simulate --weights gd --d 1000 --trials 4)
