//! Access tokens that nobody has: guessing them costs the guesser, and nobody else.

use herold_endpoint_tests::{TestServer, on_both_engines};
use herold_server::config::{RateLimit, RateLimits};

const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

async fn guessing_is_slowed_and_holds_up_nobody_else(mut server: TestServer) -> TestServer {
    let unknown_token = RateLimit { per_second: 1.0, burst: 3 };
    server.config.rate_limits = RateLimits { unknown_token, ..RateLimits::default() };
    let alice = server.register("alice").await;
    server.restart().await;
    let alice = alice.at(&server);
    alice.get(WHOAMI).await.ok();
    let mut guesser = server.visitor();
    for guess in 0..3 {
        guesser.token = Some(format!("guess-{guess}"));
        guesser.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    }
    guesser.token = Some("guess-4".to_owned());
    let refused = guesser.get(WHOAMI).await.error(429, "M_LIMIT_EXCEEDED");
    assert_eq!(refused["retry_after_ms"], 1_000);
    alice.get(WHOAMI).await.ok();
    server.visitor().get(WHOAMI).await.error(401, "M_MISSING_TOKEN");
    server.clock.advance_ms(1_000);
    guesser.get(WHOAMI).await.error(401, "M_UNKNOWN_TOKEN");
    server
}

on_both_engines!(guessing_is_slowed_and_holds_up_nobody_else);
