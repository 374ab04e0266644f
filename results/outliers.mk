# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/outliers.png $(BUILD)/figures/outliers.pdf

results/outliers.png $(BUILD)/figures/outliers.pdf: $(BUILD)/results/outliers.tsv

# A table per exponent, put together: the exponent in front.
outliers_exponents := $(shell awk 'BEGIN { for (i = 0; i <= 25; i++) printf "%.2f ", i/50 }')

$(BUILD)/results/outliers.tsv: results/outliers.conf $(PROGRAM)
	@mkdir -p $(@D)
	@echo "  table $@"
	$(Q)printf 'step_exponent\tindex\toutlier\n' >$@.new
	$(Q)for s in $(if $(COARSE),0.2,$(outliers_exponents)); do \
	    $(PROGRAM) spectrum --config $< --width 1e6 --step-exponent $$s --quiet --force --output $@.one 2>/dev/null || exit 1; \
	    awk -v s=$$s -F '\t' '/^#/ || /^index/ || !NF { next } { print s "\t" $$1 "\t" $$2 }' $@.one >>$@.new; \
	done
	@mv $@.new $@
