.PHONY: run dev web test scenarios end-to-end check
.DELETE_ON_ERROR:

# No binary without the web app; who builds with cargo alone may have one.
export HEROLD_REQUIRE_WEB := 1

# Builds the web app and the server and starts it on http://localhost:8008; its data lies in ./data.
run: web
	cargo build --locked --release --package herold-cli
	exec target/release/herold serve

# The web app from its sources, anew with every change, against a running server (HEROLD_ADDRESS).
dev: web/node_modules/.package-lock.json
	cd web && exec npm run dev

# Builds the web app into web/dist, from where the binary takes it.
web: web/dist/app/index.html

web/dist/app/index.html: web/node_modules/.package-lock.json \
		$(shell find web \( -name node_modules -o -name dist -o -name end-to-end \) -prune -o -type f -print)
	cd web && npm run build

web/node_modules/.package-lock.json: web/package-lock.json
	@command -v npm >/dev/null || { echo "The web app needs Node 20.19 or newer with npm" >&2; exit 1; }
	cd web && npm ci --ignore-scripts --no-fund --no-audit
	touch $@

# Installs what the tests need where it may, and runs all of them.
test: web
	.ci/with-postgresql cargo test --locked --workspace
	.ci/scenarios
	.ci/end-to-end

# Real clients against the server, on both engines.
scenarios: web
	cargo build --locked --package herold-cli
	.ci/scenarios

# People at the web app in real browsers.
end-to-end: web
	cargo build --locked --package herold-cli
	.ci/end-to-end

# What CI runs.
check:
	.ci/run
