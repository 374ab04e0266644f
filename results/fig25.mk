# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig25.png $(BUILD)/figures/fig25.pdf

fig25_tables := $(BUILD)/results/fig25-linear.tsv $(BUILD)/results/fig25-sin.tsv

results/fig25.png $(BUILD)/figures/fig25.pdf: $(fig25_tables)

# eta = 0 is the untrained network.
fig25_linear := --target linear --eta 0,1e-4,3e-3
fig25_sin := --target sin(2*z) --eta 0,3e-3,3e-2

$(BUILD)/results/fig25-%.tsv: results/fig25.conf $(PROGRAM)
	@mkdir -p $(@D)
	@echo "  table $@"
	$(Q)$(PROGRAM) curve --config $< $(foreach word,$(fig25_$*),'$(word)') $(if $(COARSE),--alpha 0.0003:10:6:log --lambda 1e-4) \
	    --quiet --output $@ --force
