# Everything a developer runs. `make` alone lists it.

GO       ?= go
FUZZTIME ?= 60s
LINT     := golangci-lint/v2/cmd/golangci-lint@v2.15.0
COVERAGE := 85

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## serve the example on http://127.0.0.1:8080
	$(GO) run ./example

.PHONY: test
test: ## run the tests on SQLite, with the race detector
	$(GO) vet ./...
	$(GO) test -race -tags sqliteonly ./...

.PHONY: test-mysql
test-mysql: ## run the store's tests on MariaDB, which is installed on Debian as root
	$(GO) test -race ./storage/mysql

.PHONY: cover
cover: ## measure statement coverage over all packages; fails below 85 %
	$(GO) test -tags sqliteonly -coverpkg=./... -coverprofile=coverage.out ./...
	@$(GO) tool cover -func=coverage.out | awk -v least=$(COVERAGE) \
		'/^total:/ {total = $$3 + 0} END {printf "total coverage: %.1f %%, at least %d %%\n", total, least; exit total < least}'

.PHONY: lint
lint: .bin/golangci-lint ## check format, style and who may import whom
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	.bin/golangci-lint run

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
bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...
