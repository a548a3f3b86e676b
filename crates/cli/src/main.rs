//! The binary `herold`.

fn main() {}
