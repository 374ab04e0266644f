# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig17.png $(BUILD)/figures/fig17.pdf
NETWORKS += results/fig17-networks.tsv

fig17_sin := --activation tanh --target sin
fig17_tanh := --activation tanh(z+0.5) --target tanh(2*z)
fig17_theory := $(BUILD)/results/fig17-sin.tsv $(BUILD)/results/fig17-tanh.tsv

results/fig17.png $(BUILD)/figures/fig17.pdf: $(fig17_theory) results/fig17-networks.tsv

# $(call fig17-ratios,T): what is spent on one of T steps, in samples per dimension.
fig17-ratios = $$(awk -v T=$(1) 'BEGIN { printf "%.15g,%.15g,%.15g", 2/T, 8/T, 32/T }')

# One row per number of steps and budget; the batch ratios depend on the number of steps, so every one is a table.
$(BUILD)/results/fig17-%.tsv: results/fig17.conf $(PROGRAM)
	@mkdir -p $(@D)
	@echo "  table $@"
	$(Q)for T in $(if $(COARSE),2,1 2 3 4 5 6); do \
	    $(PROGRAM) curve --config $< $(foreach word,$(fig17_$*),'$(word)') --steps $$T --alpha0 $(call fig17-ratios,$$T) \
	        --quiet || exit 1; \
	done >$@.rows
	$(Q)awk '/^#/ { next } /^eta/ && head++ { next } NF' $@.rows >$@.new
	@mv $@.new $@

# Networks at the best step sizes of the theory, to three digits, in d = 480, where every batch is a whole number of samples.
.PHONY: networks-fig17
networks-fig17: $(fig17_theory) $(PROGRAM)
	@for name in sin tanh; do \
	    case $$name in sin) set -- $(foreach word,$(fig17_sin),'$(word)');; *) set -- $(foreach word,$(fig17_tanh),'$(word)');; esac; \
	    awk -F '\t' '$$1 != "eta" && $$3 != 3 && $$3 != 5 { printf "%.3g %s %s\n", $$1, $$2, $$3 }' $(BUILD)/results/fig17-$$name.tsv | \
	    while read -r eta ratio steps; do \
	        $(PROGRAM) simulate "$$@" --second-layer ones --eta $$eta --alpha0 $$ratio --steps $$steps --lambda 0.05 --alpha 2 \
	            --d 480 --trials 10 --quiet </dev/null || exit 1; \
	    done >$(BUILD)/results/fig17-rows.tsv || exit 1; \
	    awk -v name=$$name '/^#/ || !NF { next } /^eta/ { if (name == "sin" && !head++) print "target\t" $$0; next } \
	        { print name "\t" $$0 }' $(BUILD)/results/fig17-rows.tsv; \
	done >results/fig17-networks.tsv.new
	@mv results/fig17-networks.tsv.new results/fig17-networks.tsv
