//! What a run found out: named figures, for people in a line and for programs in JSON.

use std::time::Duration;

use serde_json::{Map, Value, json};

/// The result of one scenario.
pub struct Report {
    scenario: &'static str,
    server: String,
    figures: Vec<(&'static str, f64)>,
}

impl Report {
    /// An empty report.
    pub fn new(scenario: &'static str) -> Self {
        Self { scenario, server: String::new(), figures: Vec::new() }
    }

    /// Names the server's software.
    pub fn with_server(mut self, server: String) -> Self {
        self.server = server;
        self
    }

    /// Adds a figure; its name ends in its unit.
    pub fn add(&mut self, name: &'static str, value: f64) {
        self.figures.push((name, value));
    }

    /// Adds a number of things.
    pub fn count(&mut self, name: &'static str, value: usize) {
        self.add(name, value as f64);
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let figures: Vec<String> =
            self.figures.iter().map(|(name, value)| format!("{name} {}", rounded(*value))).collect();
        format!("{} [{}]: {}", self.scenario, self.server, figures.join(", "))
    }

    /// One object for programs.
    pub fn json(&self) -> Value {
        let figures: Map<String, Value> =
            self.figures.iter().map(|(name, value)| ((*name).to_owned(), rounded(*value))).collect();
        json!({ "scenario": self.scenario, "server": self.server, "figures": figures })
    }
}

/// Three decimals are more than any of our clocks can tell; whole numbers show none.
fn rounded(value: f64) -> Value {
    let rounded = (value * 1000.0).round() / 1000.0;
    if rounded.fract() == 0.0 { json!(rounded as i64) } else { json!(rounded) }
}

/// Milliseconds with their fraction.
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The value below which `percent` of the durations lie, in milliseconds; 0 when there are none.
pub fn percentile_ms(durations: &mut [Duration], percent: usize) -> f64 {
    durations.sort_unstable();
    let last = durations.len().saturating_sub(1);
    let index = (durations.len() * percent / 100).min(last);
    durations.get(index).copied().map_or(0.0, milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut durations: Vec<Duration> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile_ms(&mut durations, 50), 51.0);
        assert_eq!(percentile_ms(&mut durations, 99), 100.0);
        assert_eq!(percentile_ms(&mut durations, 100), 100.0);
        assert_eq!(percentile_ms(&mut [], 99), 0.0);
    }

    #[test]
    fn a_report_reads_the_same_for_people_and_programs() {
        let mut report = Report::new("send").with_server("Herold 1".to_owned());
        report.count("sends", 3);
        report.add("p50_ms", 1.23456);
        assert_eq!(report.line(), "send [Herold 1]: sends 3, p50_ms 1.235");
        assert_eq!(report.json()["figures"]["p50_ms"], 1.235);
    }
}
