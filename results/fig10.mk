# SPDX-License-Identifier: GPL-3.0-or-later
FIGURES += results/fig10.png $(BUILD)/figures/fig10.pdf

results/fig10.png $(BUILD)/figures/fig10.pdf: $(BUILD)/results/fig10-theory.tsv $(BUILD)/results/fig10-simulated.tsv

# One spectrum per eta: the outliers beside it, and the upper edge as outlier 0.
$(BUILD)/results/fig10-theory.tsv: results/fig10.conf $(PROGRAM)
	@mkdir -p $(@D)
	@echo "  table $@"
	@printf 'eta\tindex\toutlier\n' >$@.new
	$(Q)for eta in $(if $(COARSE),0.1 0.5 2 4,$$({ seq 0.1 0.1 4; seq 0.2 0.02 0.3; seq 1.42 0.02 1.7; } | sort -gu)); do \
	    $(PROGRAM) spectrum --config $< --eta $$eta --outliers --width 400 --quiet | \
	    awk -v eta=$$eta 'BEGIN { OFS = "\t" } /^# spectrum.edges/ { n = split($$3, e, ","); print eta, 0, e[n] } \
	        !/^#/ && $$1 != "index" { row[++k] = $$2 } END { for (i = k; i > 0; i--) print eta, k - i + 1, row[i] }'; \
	done >>$@.new
	@mv $@.new $@

$(BUILD)/results/fig10-simulated.tsv: results/fig10.conf $(PROGRAM)
	@mkdir -p $(@D)
	@echo "  table $@"
	@printf 'eta\tindex\toutlier\tsem\n' >$@.new
	$(Q)for eta in $(if $(COARSE),2,0.5 1 1.5 2 2.5 3 3.5 4); do \
	    $(PROGRAM) spectrum --config $< --eta $$eta --simulate --d 400 --trials 20 --quiet | \
	    awk -v eta=$$eta 'BEGIN { OFS = "\t" } /^# spectrum.outliers_simulated/ { n = split($$3, x, ",") } \
	        /^# spectrum.outliers_sem/ { split($$3, s, ",") } \
	        END { for (i = n; i > 0; i--) print eta, n - i + 1, x[i], s[i] }'; \
	done >>$@.new
	@mv $@.new $@
