.DEFAULT_GOAL := help
.PHONY: help setup install demo test regenerate fuzz conformance crash lint format bench clean

SWIFT_SOURCES := Sources Projections Tests tools Package.swift

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what the build needs (Debian, Ubuntu)
	@tools/setup

PREFIX ?= /usr/local
SHARE := $(DESTDIR)$(PREFIX)/share
install: setup ## install the command, its completions and its man page (PREFIX=/usr/local)
	swift build -c release --product agentledger
	install -D .build/release/agentledger $(DESTDIR)$(PREFIX)/bin/agentledger
	install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d $(SHARE)/man/man1
	.build/release/agentledger --generate-completion-script bash > $(SHARE)/bash-completion/completions/agentledger
	.build/release/agentledger --generate-completion-script zsh > $(SHARE)/zsh/site-functions/_agentledger
	.build/release/agentledger --generate-completion-script fish > $(SHARE)/fish/vendor_completions.d/agentledger.fish
	.build/release/agentledger manual > $(SHARE)/man/man1/agentledger.1

demo: setup ## build the command and show it at work
	swift build -c release --product agentledger
	tools/demo/run

# Tests that run at once: with all of them a thousand files are open, and Foundation reads beyond the list of them
# (Process.run, Swift 6.3) when it starts a program.
test: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 32
test: setup ## build everything and run every test
	swift build --explicit-target-dependency-import-check error
	swift test --disable-xctest
	swift test --disable-xctest --package-path Tests/Client --scratch-path .build/client

# The suites that compare generated files; with the variable they write them first.
regenerate: export AGENTLEDGER_REGENERATE = 1
regenerate: setup ## write every generated file anew: examples, pages, fixtures
	swift test --disable-xctest --no-parallel --filter \
		'CatalogExamplesTests|OrganizationStateTests|TelemetryPageTests|GoldenBytesTests|RowsTests|KeptLedgerTests|StoredFormTests|SchemaFormTests|TypedCommandsTests'

fuzz: setup ## a million damaged inputs for each reader, in release
	swift run -c release fuzz

conformance: setup ## print what recorded set-ups of real frameworks come out as, beside the truth
	swift run conformance

ROUNDS ?= 100
crash: setup ## attack ledgers at length: kills, power cuts, full disks, races (ROUNDS=100, SEED=any)
	swift run -c release crash attack --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

lint: ## check the formatting
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format: ## format the sources in place
	swift format --in-place --recursive $(SWIFT_SOURCES)

bench: setup ## measure against the rivals, in release
	tools/benchmarks/run

clean: ## remove what was built
	swift package clean
