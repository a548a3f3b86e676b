//! To whom a host delegates its server: `GET /.well-known/matrix/server`, kept for as long as the answer says.

use std::time::Duration;

use herold_base::Clock;
use herold_outgoing::{Fetch, Fetched, Outgoing, Url};
use http::{HeaderMap, StatusCode};
use ruma::OwnedServerName;
use serde::Deserialize;

/// Hosts whose answers are kept.
const HOSTS_MAX: u64 = 4096;
/// Bytes of an answer that are read at most.
const ANSWER_MAX: usize = 64 * 1024;
/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How long an answer is kept that does not say so, at least and at most, and how long one that is none.
const USUALLY_MS: i64 = 24 * 60 * 60 * 1000;
const AT_LEAST_MS: i64 = 60 * 1000;
const AT_MOST_MS: i64 = 48 * 60 * 60 * 1000;
const FAILURE_MS: i64 = 5 * 60 * 1000;

/// What a host said.
#[derive(Clone)]
struct Said {
    server: Option<OwnedServerName>,
    until_ms: i64,
}

/// Asks hosts, and remembers what they said.
pub(crate) struct WellKnown {
    outgoing: Outgoing,
    clock: Clock,
    said: moka::sync::Cache<String, Said>,
}

impl WellKnown {
    pub(crate) fn new(outgoing: Outgoing, clock: Clock) -> Self {
        Self { outgoing, clock, said: moka::sync::Cache::new(HOSTS_MAX) }
    }

    /// The name that `host` delegates to, if it does.
    pub(crate) async fn delegated(&self, host: &str) -> Option<OwnedServerName> {
        let now_ms = self.clock.now_ms();
        if let Some(said) = self.said.get(host).filter(|said| now_ms < said.until_ms) {
            return said.server;
        }
        let found = self.fetch(host).await.and_then(|fetched| read(&fetched));
        let kept_ms = found.as_ref().map_or(FAILURE_MS, |(_, kept_ms)| *kept_ms);
        let server = found.map(|(server, _)| server);
        let said = Said { server: server.clone(), until_ms: now_ms.saturating_add(kept_ms) };
        self.said.insert(host.to_owned(), said);
        server
    }

    async fn fetch(&self, host: &str) -> Option<Fetched> {
        let url = Url::parse(&format!("https://{host}/.well-known/matrix/server")).ok()?;
        let wanted = Fetch { headers: HeaderMap::new(), bytes_max: ANSWER_MAX, within: ANSWER_WITHIN };
        let fetched = self.outgoing.get(url, wanted).await;
        fetched.inspect_err(|error| tracing::debug!(host, %error, "no well-known file")).ok()
    }
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "m.server")]
    server: OwnedServerName,
}

/// The delegated name, and for how many milliseconds it holds; `None` where the answer is none.
fn read(fetched: &Fetched) -> Option<(OwnedServerName, i64)> {
    if fetched.status != StatusCode::OK || !fetched.is_whole {
        return None;
    }
    let body: Body = serde_json::from_slice(&fetched.body).ok()?;
    Some((body.server, kept_ms(&fetched.headers).clamp(AT_LEAST_MS, AT_MOST_MS)))
}

/// For how many milliseconds the headers let an answer be kept.
fn kept_ms(headers: &HeaderMap) -> i64 {
    let said = headers.get_all(http::header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = said.flat_map(|value| value.split(',')).map(|word| word.trim().to_ascii_lowercase());
    directives
        .find_map(|word| match word.split_once('=') {
            Some(("max-age", seconds)) => {
                Some(seconds.trim_matches('"').parse::<u32>().map_or(0, |seconds| i64::from(seconds) * 1000))
            }
            None if word == "no-store" || word == "no-cache" => Some(0),
            _ => None,
        })
        .unwrap_or(USUALLY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(status: u16, body: &str, cache_control: Option<&'static str>) -> Fetched {
        let mut headers = HeaderMap::new();
        if let Some(value) = cache_control {
            headers.insert(http::header::CACHE_CONTROL, value.parse().unwrap());
        }
        Fetched {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            url: Url::parse("https://example.org/").unwrap(),
            body: body.to_owned().into(),
            is_whole: true,
        }
    }

    #[test]
    fn an_answer_that_is_none_delegates_to_nobody() {
        let good = r#"{"m.server":"matrix.example.org:443"}"#;
        for (status, body) in [(404, good), (200, "{}"), (200, "m.server"), (200, r#"{"m.server":"a b"}"#)] {
            assert_eq!(read(&fetched(status, body, None)), None, "{status} {body}");
        }
        assert_eq!(read(&Fetched { is_whole: false, ..fetched(200, good, None) }), None);
        let (server, _) = read(&fetched(200, good, None)).unwrap();
        assert_eq!(server, "matrix.example.org:443");
    }

    #[test]
    fn an_answer_is_kept_for_as_long_as_it_says_within_limits() {
        let table = [
            (None, USUALLY_MS),
            (Some("max-age=3600"), 3_600_000),
            (Some("public, Max-Age=7200"), 7_200_000),
            (Some("max-age=9999999"), AT_MOST_MS),
            (Some("max-age=0"), AT_LEAST_MS),
            (Some("no-store"), AT_LEAST_MS),
            (Some("max-age=soon"), AT_LEAST_MS),
            (Some("public"), USUALLY_MS),
        ];
        for (header, wanted) in table {
            let (_, kept_ms) = read(&fetched(200, r#"{"m.server":"a.example"}"#, header)).unwrap();
            assert_eq!(kept_ms, wanted, "{header:?}");
        }
    }
}
