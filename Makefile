# Holdfast. `make run` and `make test` are all that a fresh clone needs; docs/running.md says more.

GO      ?= go
BIN     := bin/holdfast
# Runs a pinned tool, and builds it first when it is not in the cache.
TOOL    := $(GO) run ./internal/devstack/devtool
TEST    ?= ./...
GENERATED := api internal/postgres internal/sandbox web/src/lib/api
# What the web page is made of, and what says that it is up to date.
PAGE      := web/dist/index.html
PACKAGES  := web/node_modules/.package-lock.json

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test fuzz proof proof-rounds mutants soak bench bench-check bench-sale bench-profile test-web bench-web pictures build web lint vet check-web generate generated histories demo compose tools clean purge FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## start everything in the foreground; Ctrl-C stops it, data are kept
	@exec $(BIN) dev

build: $(BIN) ## build bin/holdfast, with its web page

web: $(PAGE) ## build the web page alone

# The folders, too: they change when a file in them goes.
$(PAGE): $(PACKAGES) $(shell find web/src web/public) web/index.html web/vite.config.ts web/tsconfig.json
	cd web && npm run --silent build
	@touch $@

$(PACKAGES): web/package.json web/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null || \
	  { echo "the web page is built with Node.js 20.19 or 22.12 and newer, and this is $$(node --version 2>/dev/null || echo none): install it (https://nodejs.org), and start again" >&2; exit 1; }
	cd web && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel error
	@touch $@

# A long build says how far it is; what is not a package's name (downloads, errors) is shown as it comes.
$(BIN): $(PAGE) FORCE
	@$(GO) build -v -o $(BIN) ./cmd/holdfast 2>&1 | awk '/[: #]/ {print; fflush(); next} \
	  ++n % 50 == 0 {print "building $(BIN): " n " packages, last " $$0; fflush()}'

FORCE:

test: tools build lint vet generated check-web ## lint, vet, generated code and every test, on private servers
	cd internal/devstack/ferretdb && GOWORK=off $(GO) test ./...
	$(BIN) servers --dir .holdfast/test -- $(GO) test -race -timeout 30m $(TEST)
	$(GO) run ./proof rounds --sample 4 --operations 300 --seed 1

# Where the report of the last proof is kept.
REPORT ?= docs/proof

proof: tools build ## everything that can break it: tests at full size, random input, every kind of trouble twice; takes over an hour
	HOLDFAST_PROOF=full $(BIN) servers --dir .holdfast/test -- $(GO) test -race -count 1 -timeout 60m ./...
	$(MAKE) --no-print-directory fuzz
	$(MAKE) --no-print-directory proof-rounds

proof-rounds: build ## every kind of trouble alone, twice, and the report in docs/proof; HOLDFAST_SEED=n repeats
	$(GO) run ./proof rounds --runs 2 --out $(REPORT)

mutants: build ## break the program on purpose, one way after the other: the proof must notice; the list goes to docs/proof
	$(GO) run ./proof mutants --dir .holdfast-mutants --out $(REPORT)

# How long a soak goes on.
SOAK ?= 30m

soak: build ## a steady load with random trouble, SOAK=30m, and what grows; the report goes to docs/proof
	$(GO) run ./proof soak --for $(SOAK) --out $(REPORT)

# Where the report of the last bench is kept.
BENCH_REPORT ?= docs/bench

bench: build ## measure the engine against the least that could do what it does, for about an hour; the report goes to docs/bench
	@$(GO) run ./bench profile --only map,stampede,answer,lifecycle,lag --for 8s --out $(BENCH_REPORT)/profiles
	@missed=0; $(GO) run ./bench run --out $(BENCH_REPORT) || missed=1; \
	$(GO) run ./bench run --temporal dev --only answer,lifecycle --repeat 2 --out $(BENCH_REPORT)/dev || missed=1; exit $$missed

bench-check: build ## the same, short and with wide margins: has something become slow?
	$(GO) run ./bench run --repeat 1 --rows 5000 --sockets 1000 --expiring 300 --pending 1000 --margin 3

# How long a sale goes on.
SALE ?= 10m

bench-sale: build ## hold a sale, SALE=10m: 65 tickets a second, wanted, held, paid, cancelled and left; the report goes to docs/bench
	$(GO) run ./bench sale --for $(SALE) --out $(BENCH_REPORT)

bench-profile: build ## flame graphs of the engine's processes while bookings are held and paid and maps are read, into docs/bench/profiles: the next report has them in it
	$(GO) run ./bench profile --out $(BENCH_REPORT)/profiles

# How long each fuzz target runs.
FUZZTIME ?= 10s

fuzz: ## feed everything that reads from outside with random input, FUZZTIME=10s each
	@grep -r --include '*_test.go' '^func Fuzz' . | sed -E 's|/[^/]*_test.go:func (Fuzz[A-Za-z]*).*| \1|' | sort | while read -r folder name; do \
	  echo "$$folder $$name"; $(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) $$folder </dev/null || exit 1; done

# Runs the tests in the browser, on servers of their own, with arguments of their runner.
browse = @$(TOOL) browser && HOLDFAST_BROWSER_TESTS='$(1)' $(BIN) servers --dir .holdfast/test -- \
	  $(GO) test -count 1 -timeout 30m -v -run TestWebPage ./e2e

test-web: build ## the tests in the browser alone; ARGS="--grep keyboard" picks some
	$(call browse,$(ARGS))

bench-web: build ## measure the page: frames while panning the arena, time to the changed pixel
	$(call browse,--project bench --workers 1)

pictures: build ## take the pictures of the page in docs/img anew
	$(call browse,--project pictures --workers 1)

tools: # the pinned tools, a browser and, for the race detector, a C compiler
	@$(TOOL) compiler
	@$(TOOL) browser
	@for tool in golangci-lint workflowcheck sqlc oapi-codegen stripe-mock; do $(TOOL) path $$tool >/dev/null || exit 1; done

lint: ## style, and the direction of imports; determinism of the workflows
	$(TOOL) run golangci-lint run ./...
	$(TOOL) run workflowcheck ./workflows/...

check-web: $(PAGE) ## types, style, unit tests and size of the web page
	cd web && npm run --silent typecheck && npm run --silent lint && npm run --silent test && npm run --silent size

vet:
	$(GO) vet ./...

generate: $(PACKAGES) ## write the generated code anew
	cd internal/postgres && $(GO) run ../devstack/devtool run sqlc generate
	cd internal/sandbox && $(GO) run ../devstack/devtool run sqlc generate
	PATH="$$(dirname "$$($(TOOL) path oapi-codegen)"):$$PATH" $(GO) generate ./api/...
	cd web && npm run --silent generate -- -o src/lib/api/schema.gen.ts.new && \
	  { cmp -s src/lib/api/schema.gen.ts.new src/lib/api/schema.gen.ts && rm src/lib/api/schema.gen.ts.new || mv src/lib/api/schema.gen.ts.new src/lib/api/schema.gen.ts; }

generated: # fails when the generated code is not what its sources say
	@before=$$(mktemp); after=$$(mktemp); trap 'rm -f "$$before" "$$after"' EXIT; \
	find $(GENERATED) -name '*.g*' -type f -exec sha256sum {} + | sort >"$$before" && \
	$(MAKE) --no-print-directory generate && \
	find $(GENERATED) -name '*.g*' -type f -exec sha256sum {} + | sort >"$$after" && \
	if ! diff "$$before" "$$after"; then echo "the generated code was out of date; it is written anew: commit it" >&2; exit 1; fi

histories: build ## record anew the workflow histories that the tests replay
	HOLDFAST_RECORD_HISTORIES=1 $(BIN) servers --dir .holdfast/test -- $(GO) test -count 1 -run TestHistoriesReplay ./e2e

demo: build ## play the story of two people and the same seats, against a running stack
	@exec $(BIN) demo

compose: ## check docker-compose.yml, where the docker client can
	@if docker compose version >/dev/null 2>&1; then docker compose config --quiet && echo "docker-compose.yml is valid"; \
	else echo "docker-compose.yml was not checked: there is no docker client with the compose command"; fi

clean: ## remove what was built; data are kept
	rm -rf bin coverage.out web/dist/assets web/dist/index.html web/test-results

ATTACKED := .holdfast-proof .holdfast-mutants .holdfast-bench

purge: ## remove the data of the private servers too
	$(TOOL) purge .holdfast/test $(ATTACKED:=/servers)
	rm -rf $(ATTACKED)
	$(TOOL) purge .holdfast
