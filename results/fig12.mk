# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig12.png $(BUILD)/figures/fig12.pdf
NETWORKS += results/fig12-networks.tsv

results/fig12.png $(BUILD)/figures/fig12.pdf: $(BUILD)/results/fig12.tsv results/fig12-networks.tsv

$(BUILD)/results/fig12.tsv: results/fig12.conf $(PROGRAM)
	$(call table,twostep --config $< --singular-values)

# Networks: kept, since they take a quarter of an hour.
.PHONY: networks-fig12
networks-fig12: $(PROGRAM)
	$(call fig12-run,250$(comma)500,60) | sed '/^\# run\./d; /^\# trials/d; s/^\# d: .*/\# d: 250,500,1000,2000,4000, see the column trials/' >results/fig12-networks.tsv
	$(call fig12-run,1000,20) | sed '/^\#/d' | tail -n +2 >>results/fig12-networks.tsv
	$(call fig12-run,2000,6) | sed '/^\#/d' | tail -n +2 >>results/fig12-networks.tsv
	$(call fig12-run,4000,2) | sed '/^\#/d' | tail -n +2 >>results/fig12-networks.tsv

fig12-run = $(PROGRAM) twostep --config results/fig12.conf --simulate --loss correlation --d $(1) --trials $(2) --quiet
