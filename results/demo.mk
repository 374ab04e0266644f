# SPDX-License-Identifier: GPL-3.0-or-later
# `make demo`: theory with the exact bulk, networks that really take the step, what is between them, and the
# figure, in $(BUILD)/demo/.
DEMO := $(BUILD)/demo
DEMO_D := 500
DEMO_TRIALS := 20
DEMO_ALPHAS := 0.2,0.6,1.2,2,3
DEMO_NETWORKS := $(PROGRAM) simulate --config results/demo.conf --alpha $(DEMO_ALPHAS) --d $(DEMO_D) \
                 --trials $(DEMO_TRIALS)
.PHONY: run-demo
run-demo: $(PROGRAM)
	@mkdir -p $(DEMO)
	@echo "theory: 228 points with the exact bulk"
	$(Q)$(PROGRAM) curve --config results/demo.conf --alpha0 0,5,20,inf --alpha 0.2:3:57 --quiet \
	    --force --output $(DEMO)/curves.tsv 2>/dev/null
	$(Q)$(PROGRAM) curve --config results/demo.conf --alpha $(DEMO_ALPHAS) --width $(DEMO_D) --quiet \
	    --force --output $(DEMO)/theory.tsv 2>/dev/null
	$(Q)$(DEMO_NETWORKS) --dry-run 2>/dev/null | awk -F': ' '$$1 == "seconds" { \
	    printf "networks: 3 x $(DEMO_TRIALS) of dimension $(DEMO_D), about %.0f s\n", $$2 }'
	$(Q)$(DEMO_NETWORKS) --force --output $(DEMO)/networks.tsv
	@LC_ALL=C.UTF-8 $(GNUPLOT) -e "data = '$(DEMO)'" results/demo-terminal.gp
	@awk -F '\t' -f results/student.awk -f results/demo.awk $(DEMO)/theory.tsv $(DEMO)/networks.tsv
	@for format in png pdf; do LC_ALL=C.UTF-8 $(GNUPLOT) \
	    -e "format = '$$format'; data = '$(DEMO)'; output = '$(DEMO)/demo.$$format'" results/demo.gp; done
	@echo "The figure is $(DEMO)/demo.png and .pdf, the tables are beside it; \`$(PROGRAM) help' says what else can be asked."
