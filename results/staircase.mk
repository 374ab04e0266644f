# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/staircase.png $(BUILD)/figures/staircase.pdf
NETWORKS += results/staircase-networks.tsv

staircase_widths := 500 1e3 1e6 1e12

results/staircase.png $(BUILD)/figures/staircase.pdf: $(staircase_widths:%=$(BUILD)/results/staircase-%.tsv) \
    $(BUILD)/results/staircase-limits.tsv results/staircase-networks.tsv

$(staircase_widths:%=$(BUILD)/results/staircase-%.tsv): $(BUILD)/results/staircase-%.tsv: results/staircase.conf $(PROGRAM)
	$(call table,curve --config $< --width $*)

$(BUILD)/results/staircase-limits.tsv: results/staircase-limits.conf $(PROGRAM)
	$(call table,regimes --config $<)
