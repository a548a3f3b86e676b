.PHONY: run test scenarios check

# Builds the server and starts it on http://localhost:8008; its data lies in ./data.
run:
	cargo build --locked --release --package herold-cli
	exec target/release/herold serve

# Installs what the tests need where it may, and runs all of them.
test:
	.ci/with-postgresql cargo test --locked --workspace
	.ci/scenarios

# Real clients against the server, on both engines.
scenarios:
	cargo build --locked --package herold-cli
	.ci/scenarios

# What CI runs.
check:
	.ci/run
