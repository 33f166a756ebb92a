# The front door. Everything real happens in Meson (meson.build) and in tools/.
#
#   make            build/pawl                     make asan   scenarios and units under ASan+UBSan
#   make run        install what is missing,       make tsan   the same under TSan
#                   build, start with examples     make fuzz   every fuzz target, FUZZ_SECONDS each
#   make test       the whole test suite           make bench  ratios against peers, one run
#   make sdk        providers' own libraries against the presets; needs Node.js and the network
#   make lint       layers, sizes, format, tidy    make install [DESTDIR=] [PREFIX=]

BUILD        ?= build
FUZZ_SECONDS ?= 60
PREFIX       ?= /usr/local
# A Python of one's own further up in PATH has no Debian packages.
PYTHON       := $(or $(wildcard /usr/bin/python3),python3)

.PHONY: all run test sdk bench fuzz asan tsan lint install clean

all:
	@tools/install-deps build console
	@tools/configure $(BUILD)
	@ninja -C $(BUILD) pawl

run: all
	@tools/run-demo $(BUILD)/pawl

test:
	@tools/install-deps build console test console-test
	@tools/test

sdk: all
	@tools/install-deps sdk
	@npm --prefix tests/sdk ci --ignore-scripts --no-audit --no-fund
	@node tests/sdk/check.mjs $(BUILD)/pawl

bench: all
	@tools/install-deps bench console-test
	@ninja -C $(BUILD) bench/store_fill
	@$(PYTHON) bench/bench.py --pawl $(BUILD)/pawl
	@PAWL_BIN=$(BUILD)/pawl PAWL_FILL=$(BUILD)/bench/store_fill tools/test-console tests/console/*.bench.mjs

fuzz:
	@tools/install-deps build lint
	@tools/fuzz $(FUZZ_SECONDS)

asan:
	@tools/install-deps build test
	@tools/test-sanitized asan address,undefined

tsan:
	@tools/install-deps build test
	@tools/test-sanitized tsan thread

lint:
	@tools/install-deps build console lint
	@tools/lint

install: all
	@meson configure $(BUILD) --prefix=$(PREFIX)
	@ninja -C $(BUILD) pawl
	@meson install -C $(BUILD) --no-rebuild --quiet

clean:
	rm -rf build build-*
