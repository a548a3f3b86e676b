//! Prints every operation that is served, method and path: what `cargo xtask coverage` reads.

fn main() {
    for operation in herold_client_api::operations() {
        println!("{} {}", operation.method, operation.path);
    }
}
