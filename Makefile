test:
	cargo test --all-features
