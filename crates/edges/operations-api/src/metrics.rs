//! The numbers of this process, gathered by the `metrics` crate and written for Prometheus.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ::metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::process;

/// Bounds of the histograms of time, in seconds.
const SECONDS: &[f64] =
    &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Bounds of the histograms of how many commands share a commit.
const COMMANDS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
/// How often what was measured is sorted into its bounds; until then it takes memory.
const UPKEEP: Duration = Duration::from_secs(5);

/// What this process measures. There is one for all servers of a process.
#[derive(Clone)]
pub struct Metrics(Arc<PrometheusHandle>);

/// Starts measuring; a second call gives what the first one gave. Nothing before the first call is counted.
pub fn measure() -> Metrics {
    static MEASURED: OnceLock<Metrics> = OnceLock::new();
    MEASURED.get_or_init(install).clone()
}

fn install() -> Metrics {
    let builder = PrometheusBuilder::new();
    let builder = builder.set_buckets(SECONDS).unwrap_or_else(|_| PrometheusBuilder::new());
    let commands = Matcher::Full("herold_storage_commit_commands".to_owned());
    // Both lists of bounds are constant and not empty, which is all that can be wrong with them.
    let builder =
        builder.set_buckets_for_metric(commands, COMMANDS).unwrap_or_else(|_| PrometheusBuilder::new());
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if ::metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("something else gathers the metrics of this process; /metrics stays empty");
    }
    describe();
    Metrics(Arc::new(handle))
}

fn describe() {
    describe_histogram!("herold_request_seconds", "How long requests took, by method, route and status.");
    describe_gauge!("herold_requests_waiting", "Requests being answered now, by kind; syncs wait for news.");
    describe_counter!("herold_media_pictures_decoded_total", "Pictures decoded to make thumbnails.");
    describe_counter!("herold_reports_total", "Reports to the administrators, by what is reported.");
    describe_counter!(
        "herold_notifications_total",
        "Notifications sent, by the way and whether they were taken."
    );
    describe_gauge!("herold_connections", "Open connections of clients.");
    describe_histogram!("herold_storage_commit_commands", "Commands that shared a commit.");
    describe_histogram!("herold_storage_commit_seconds", "How long a commit took, with its flush to disk.");
    describe_gauge!("herold_storage_commands_waiting", "Commands that wait for the next commit.");
    describe_gauge!("herold_follower_behind", "Positions of the log that a follower has not seen yet.");
    describe_gauge!("herold_follower_fails", "1 while what a follower tries fails.");
    describe_counter!(
        "herold_follower_passed_total",
        "Events that a follower could not handle and went past; the log names them."
    );
    describe_gauge!("herold_build", "1, with the version of this program.");
    process::describe();
}

impl Metrics {
    /// Everything measured so far, in Prometheus' text format.
    pub fn render(&self) -> String {
        process::measure();
        ::metrics::gauge!("herold_build", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        self.0.render()
    }

    /// Keeps the memory of what is measured bounded, for ever.
    pub async fn keep_up(self) {
        let mut interval = tokio::time::interval(UPKEEP);
        loop {
            interval.tick().await;
            self.0.run_upkeep();
        }
    }
}
