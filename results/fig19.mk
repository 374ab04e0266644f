# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig19.png $(BUILD)/figures/fig19.pdf

results/fig19.png $(BUILD)/figures/fig19.pdf: $(BUILD)/results/fig19-trained.tsv $(BUILD)/results/fig19-untrained.tsv

$(BUILD)/results/fig19-trained.tsv: results/fig19.conf $(PROGRAM)
	$(call table,bounds --config $<)

$(BUILD)/results/fig19-untrained.tsv: results/fig19.conf $(PROGRAM)
	$(call table,bounds --config $< --eta 1 --alpha0 0)
