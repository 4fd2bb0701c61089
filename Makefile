# The common tasks. `make test` is the one that must pass; .ci/run runs all checks.

BIN     := .bin
MODULES := ./... ./e2e/...
install  = GOWORK=off GOBIN=$(CURDIR)/$(BIN) go -C tools/$(1) install

# The commit that `make breaking` compares with, and how long `make fuzz` gives each target.
BASE     ?= origin/main
FUZZTIME ?= 10s

.PHONY: build test bench fuzz lint fmt breaking generate generate-check clean

build:
	go build -trimpath -o bin/ ./cmd/...

test: $(BIN)/gotestsum
	tools/ensure.sh
	$(BIN)/gotestsum --format pkgname -- -race -count=1 -timeout 15m $(MODULES)

# One table of ratios, each measured side by side.
bench:
	tools/ensure.sh
	go test -run '^$$' -bench BenchmarkRatios -benchtime 1x -timeout 30m ./e2e/bench

fuzz:
	tools/fuzz.sh $(FUZZTIME)

lint: $(BIN)/golangci-lint $(BIN)/buf third_party/proto
	$(BIN)/buf lint
	$(BIN)/golangci-lint run --allow-parallel-runners $(MODULES)
	cd tools/gen && GOWORK=off $(CURDIR)/$(BIN)/golangci-lint run ./...

fmt: $(BIN)/golangci-lint $(BIN)/buf
	$(BIN)/golangci-lint fmt
	$(BIN)/buf format --write proto

breaking: $(BIN)/buf third_party/proto
	tools/breaking.sh $(BASE)

# Beside the tree first, so that a failure leaves what stood.
generate: $(BIN)/buf $(BIN)/.plugins third_party/proto
	rm -rf $(BIN)/generated
	$(BIN)/buf generate --output $(BIN)/generated
	rm -rf proto/gen
	mv $(BIN)/generated/proto/gen proto/gen

generate-check: generate
	GOWORK=off go -C tools/gen test ./...
	@git status --porcelain -- proto/gen | (! grep .) || { \
		echo "proto/gen is not what the protos give: run make generate and commit it"; \
		git --no-pager diff --stat -- proto/gen; \
		exit 1; }

clean:
	rm -rf $(BIN) bin third_party

$(BIN)/buf: tools/buf/go.mod
	$(call install,buf) tool

$(BIN)/.plugins: tools/gen/go.mod $(wildcard tools/gen/*/*.go)
	$(call install,gen) tool
	@touch $@

$(BIN)/golangci-lint: tools/lint/go.mod
	$(call install,lint) github.com/golangci/golangci-lint/v2/cmd/golangci-lint

$(BIN)/gotestsum: tools/lint/go.mod
	$(call install,lint) gotest.tools/gotestsum

third_party/proto: $(BIN)/.plugins
	rm -rf $@
	$(BIN)/thirdparty $@
