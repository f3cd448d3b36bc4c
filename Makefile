# Everything a developer runs. `make` alone lists it.

GO       ?= go
FUZZTIME ?= 60s
EXAMPLES ?= 25
LINT     := golangci-lint/v2/cmd/golangci-lint@v2.15.0
COVERAGE := 85

# Tests wait for servers, disks and time more than for processors. RACE is -race or empty.
RACE :=
TEST := $(GO) test $(RACE) -parallel 6 -timeout 30m

# Modules of their own, for what the library's users need not have.
NESTED := example/cookbook example/host example/migrations internal/bench internal/verifiers

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## serve the example on http://127.0.0.1:8080
	$(GO) run ./example

.PHONY: test
test: ## run the tests on SQLite and on MariaDB, both at once
	$(MAKE) --no-print-directory -j2 test-sqlite test-mysql

.PHONY: test-race
test-race: ## run the same tests with the race detector, which takes twice as long
	$(MAKE) --no-print-directory -j2 RACE=-race test-sqlite test-mysql

.PHONY: test-sqlite
test-sqlite: ## run the tests that need no server
	$(GO) vet ./...
	$(TEST) $$($(GO) list ./... | grep -v /storage/mysql)
	for module in $(NESTED); do (cd $$module && $(GO) vet ./... && $(TEST) ./...) || exit 1; done

.PHONY: test-mysql
test-mysql: ## run the tests on MariaDB, which root has installed on Debian
	HELPDESK_TEST_STORE=mysql $(TEST) ./example ./storage/mysql . ./httpapi
	cd example/migrations && HELPDESK_TEST_STORE=mysql $(TEST) ./...

# Without the race detector, with which the validator takes four minutes to compile. The
# tests of httpapi run the same code under it. Nothing else runs this module for the same
# reason, so it is not among NESTED.
.PHONY: test-openapi
test-openapi: .bin/schemathesis/bin/schemathesis ## check the OpenAPI documents, and the API against them; needs Python; EXAMPLES=1000 takes hours
	cd internal/openapitest && $(GO) vet ./... && $(GO) test -count=1 -timeout 24h -v . -examples $(EXAMPLES)

.bin/schemathesis/bin/schemathesis: internal/openapitest/requirements.txt
	@python3 -c 'import ensurepip, venv' || { echo "install Python 3.10 or later; on Debian its package is python3-venv"; exit 1; }
	python3 -m venv --clear .bin/schemathesis
	.bin/schemathesis/bin/pip install --quiet --disable-pip-version-check -r internal/openapitest/requirements.txt
	@touch $@

.PHONY: test-verifiers
test-verifiers: .bin/verifiers ## verify webhooks with the official libraries for Go and Python, which needs python3-venv
	cd internal/verifiers && PYTHON=$(CURDIR)/.bin/verifiers/bin/python $(GO) test -race -count=1 -tags python ./...

.bin/verifiers: Makefile
	python3 -m venv $@
	$@/bin/pip install --quiet standardwebhooks==1.1.0
	@touch $@

.PHONY: test-cluster
test-cluster: ## kill nodes of a Galera cluster of three under load, four minutes
	$(GO) test -race -v -count=1 -tags cluster -timeout 20m ./internal/clustertest

.PHONY: test-events-kill
test-events-kill: ## kill writers 200 times on SQLite and 50 times on MariaDB, and compare their events, three minutes
	$(GO) test -v -count=1 -timeout 2h -run '^TestKilledWritersLoseNoEvents$$' ./example -kills 200
	HELPDESK_TEST_STORE=mysql $(GO) test -v -count=1 -timeout 2h -run '^TestKilledWritersLoseNoEvents$$' ./example -kills 50

.PHONY: test-clients
test-clients: .bin/npm/bin/npm-cli.js ## generate clients for Go and TypeScript from the OpenAPI document, and use them; needs Node.js
	cd internal/clients && $(GO) vet ./... && $(GO) test -count=1 ./...

.bin/npm/bin/npm-cli.js: internal/clients/npm.mjs
	@command -v node >/dev/null || { echo "install Node.js 18 or later; on Debian its package is nodejs"; exit 1; }
	mkdir -p .bin/npm
	node internal/clients/npm.mjs | tar -xz -C .bin/npm --strip-components 1
	@touch $@

.PHONY: cover
cover: ## measure statement coverage over all packages; fails below 85 %
	$(GO) test -coverpkg=./... -coverprofile=coverage.out ./...
	@$(GO) tool cover -func=coverage.out | awk -v least=$(COVERAGE) \
		'/^total:/ {total = $$3 + 0} END {printf "total coverage: %.1f %%, at least %d %%\n", total, least; exit total < least}'

# The packages that do not import storage/sqlite.
PORTABLE = $$($(GO) list -f '{{.ImportPath}} {{join .Deps " "}}' ./... | grep -v /storage/sqlite | cut -d ' ' -f 1)

.PHONY: cross
cross: ## compile for 32 bits, without cgo; storage/sqlite must say that it needs cgo
	CGO_ENABLED=0 GOARCH=386 $(GO) build $(PORTABLE)
	CGO_ENABLED=0 GOARCH=arm $(GO) build $(PORTABLE)
	@said="$$(CGO_ENABLED=0 $(GO) build ./storage/sqlite 2>&1 | grep -v '^#')"; case "$$said" in \
		*"needs cgo"*) test "$$(printf '%s\n' "$$said" | wc -l)" = 1;; \
		*) false;; \
	esac || { printf 'storage/sqlite without cgo does not say in one line that it needs it:\n%s\n' "$$said"; exit 1; }

.PHONY: lint
lint: .bin/golangci-lint cross ## check format, style and who may import whom
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these"; exit 1; }
	.bin/golangci-lint run
	for module in $(NESTED) internal/clients internal/openapitest; do (cd $$module && $(CURDIR)/.bin/golangci-lint run) || exit 1; done

.bin/golangci-lint: Makefile
	GOBIN=$(CURDIR)/.bin $(GO) install github.com/golangci/$(LINT)
	@touch $@

.PHONY: docs-api
docs-api: ## record the examples of the OpenAPI document anew, and write docs/api.md from it
	$(GO) test ./httpapi -run '^TestExamples$$' -update
	$(GO) test ./httpapi -run '^TestReference$$' -update

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
	$(GO) build -C internal/bench -o $(CURDIR)/.bin/bench/ ./compare
	.bin/bench/compare $(ARGS)

.PHONY: bench-scale
bench-scale: ## measure a million tickets beside ten thousand; ARGS="-dir DIR" keeps them for the next run
	$(GO) build -C internal/bench -o $(CURDIR)/.bin/bench/ ./scale
	.bin/bench/scale $(ARGS)

.PHONY: bench-memory
bench-memory: ## measure memory above idle of lists and files; ARGS="-tickets 100000 -dir DIR"
	$(GO) build -C internal/bench -o $(CURDIR)/.bin/bench/ ./memory
	.bin/bench/memory $(ARGS)

.PHONY: bench-hostile
bench-hostile: ## measure an innocent account beside 200 clients that do not read; ARGS="-store mysql"
	$(GO) build -C internal/bench -o $(CURDIR)/.bin/bench/ ./hostile
	.bin/bench/hostile $(ARGS)
