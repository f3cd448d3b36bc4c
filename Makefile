# Everything a developer runs. `make` alone lists it.

GO       ?= go
FUZZTIME ?= 60s
LINT     := golangci-lint/v2/cmd/golangci-lint@v2.15.0
COVERAGE := 85

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## serve the example on http://127.0.0.1:8080
	$(GO) run ./example

.PHONY: test
test: test-sqlite test-mysql ## run the tests on SQLite and on MariaDB, with the race detector

.PHONY: test-sqlite
test-sqlite: ## run the tests that need no server
	$(GO) vet ./...
	$(GO) test -race $$($(GO) list ./... | grep -v /storage/mysql)
	cd example/host && $(GO) vet ./... && $(GO) test -race ./...

.PHONY: test-mysql
test-mysql: ## run the tests on MariaDB, which root has installed on Debian
	$(GO) test -race ./storage/mysql
	HELPDESK_TEST_STORE=mysql $(GO) test -race . ./httpapi ./example

.PHONY: test-cluster
test-cluster: ## kill nodes of a Galera cluster of three under load, three minutes
	$(GO) test -race -v -count=1 -tags cluster -timeout 20m ./internal/clustertest

.PHONY: cover
cover: ## measure statement coverage over all packages; fails below 85 %
	$(GO) test -coverpkg=$$($(GO) list ./... | grep -v internal/bench | paste -sd, -) -coverprofile=coverage.out ./...
	@$(GO) tool cover -func=coverage.out | awk -v least=$(COVERAGE) \
		'/^total:/ {total = $$3 + 0} END {printf "total coverage: %.1f %%, at least %d %%\n", total, least; exit total < least}'

.PHONY: lint
lint: .bin/golangci-lint ## check format, style and who may import whom
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	.bin/golangci-lint run
	cd example/host && ../../.bin/golangci-lint run

.bin/golangci-lint: Makefile
	GOBIN=$(CURDIR)/.bin $(GO) install github.com/golangci/$(LINT)
	@touch $@

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (60s)
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

.PHONY: bench
bench: ## run the benchmarks, of use-cases and paths on SQLite and on MariaDB
	$(GO) test -run '^$$' -bench . -benchmem ./...
	HELPDESK_TEST_STORE=mysql $(GO) test -run '^$$' -bench . -benchmem . ./httpapi

.PHONY: bench-compare
bench-compare: ## measure beside the least a Go server can do; ARGS="-tickets 100000 -rounds 5"
	$(GO) run ./internal/bench/compare $(ARGS)

.PHONY: bench-scale
bench-scale: ## measure a million tickets beside ten thousand; ARGS="-dir DIR" keeps them for the next run
	$(GO) run ./internal/bench/scale $(ARGS)

.PHONY: bench-memory
bench-memory: ## measure memory above idle of lists and files; ARGS="-tickets 100000 -dir DIR"
	$(GO) run ./internal/bench/memory $(ARGS)

.PHONY: bench-hostile
bench-hostile: ## measure an innocent account beside 200 clients that do not read; ARGS="-db mariadb -mysql DSN"
	$(GO) run ./internal/bench/hostile $(ARGS)
