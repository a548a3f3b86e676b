.PHONY: test check

# Installs what the tests need where it may, and runs all of them.
test:
	.ci/with-postgresql cargo test --locked --workspace

# What CI runs.
check:
	.ci/run
