//! `herold doctor`: looks at everything that can be wrong around a server, and says what to do. What
//! it writes to try something is removed again; it may run beside the server.

mod machine;
mod media;
mod network;

use std::path::Path;
use std::process::ExitCode;

use herold_server::Config;

/// One thing that was looked at.
pub(crate) enum Finding {
    /// As it should be.
    Fine(String),
    /// Works, and should be better: what, and what to do.
    Warning(String, String),
    /// Does not work: what, and what to do.
    Broken(String, String),
}

impl Finding {
    /// Prints the finding; what to do stands on a line of its own.
    fn print(&self) {
        match self {
            Finding::Fine(what) => println!("ok       {what}"),
            Finding::Warning(what, advice) => println!("warning  {what}\n         {advice}"),
            Finding::Broken(what, advice) => println!("BROKEN   {what}\n         {advice}"),
        }
    }
}

/// Exit code 0: nothing is broken. 1: something is. 2: the configuration is wrong, nothing else was looked at.
pub(crate) fn run(file: Option<&Path>, origin: Option<String>) -> ExitCode {
    let config = match crate::config::load(file) {
        Ok(config) => config,
        Err(message) => {
            let advice = "Correct it; `herold config example` explains every key.".to_owned();
            Finding::Broken(message, advice).print();
            return ExitCode::from(2);
        }
    };
    Finding::Fine("the configuration is right".to_owned()).print();
    let mut findings = machine::look(&config);
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => findings.extend(runtime.block_on(beyond(&config, origin))),
        Err(error) => findings.push(Finding::Broken(error.to_string(), "Free some memory.".to_owned())),
    }
    findings.iter().for_each(Finding::print);
    let broken = findings.iter().any(|finding| matches!(finding, Finding::Broken(..)));
    if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What lies beyond this machine.
async fn beyond(config: &Config, origin: Option<String>) -> Vec<Finding> {
    let mut findings = media::look(config).await;
    findings.extend(network::look(config, origin).await);
    findings
}
