//! Paths, methods and tokens, before any endpoint is reached.

use herold_endpoint_tests::{TestServer, on_both_engines};
use http::Method;

async fn versions_are_told_to_everybody(server: TestServer) -> TestServer {
    let body = server.visitor().get("/_matrix/client/versions").await.ok();
    assert!(body["versions"].as_array().is_some_and(|versions| !versions.is_empty()));
    server
}

async fn unknown_paths_and_methods_are_unrecognized(server: TestServer) -> TestServer {
    let visitor = server.visitor();
    visitor.get("/_matrix/client/v3/nothing").await.error(404, "M_UNRECOGNIZED");
    visitor.get("/nothing").await.error(404, "M_UNRECOGNIZED");
    visitor.ask(Method::DELETE, "/_matrix/client/versions", None).await.error(405, "M_UNRECOGNIZED");
    server
}

async fn a_server_serves_again_after_a_restart(mut server: TestServer) -> TestServer {
    server.restart().await;
    server.visitor().get("/_matrix/client/versions").await.ok();
    server
}

on_both_engines!(
    versions_are_told_to_everybody,
    unknown_paths_and_methods_are_unrecognized,
    a_server_serves_again_after_a_restart,
);
