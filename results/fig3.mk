# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig3.png $(BUILD)/figures/fig3.pdf
NETWORKS += results/fig3-networks.tsv

results/fig3.png $(BUILD)/figures/fig3.pdf: $(BUILD)/results/fig3-width.tsv $(BUILD)/results/fig3-limit.tsv \
                                            $(BUILD)/results/fig3-points.tsv \
                                            results/fig3-networks.tsv

$(BUILD)/results/fig3-width.tsv: results/fig3.conf $(PROGRAM)
	$(call table,curve --config $< --width 90:3300:60:log)

$(BUILD)/results/fig3-limit.tsv: results/fig3.conf $(PROGRAM)
	$(call table,curve --config $<)

$(BUILD)/results/fig3-points.tsv: results/fig3.conf $(PROGRAM)
	$(call table,curve --config $< --width 150$(comma)300$(comma)600$(comma)1200$(comma)2250)
