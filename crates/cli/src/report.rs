//! `herold report`: what people have reported. The running server does the work where there is one.

use std::path::Path;

use herold_admin_api::{Answer, Command, Report};

use crate::administration::{ask, time};
use crate::arguments::ReportAction;

pub(crate) fn run(file: Option<&Path>, action: ReportAction) -> Result<(), String> {
    crate::administration::run(file, async |config| match action {
        ReportAction::List { all } => {
            let mut after = 0;
            while let Answer::Reports { reports } = ask(config, Command::ListReports { after, all }).await? {
                let Some(last) = reports.last() else { break };
                after = last.number;
                reports.iter().for_each(|report| println!("{}", line(report)));
            }
            Ok(())
        }
        ReportAction::Close { number } => {
            ask(config, Command::CloseReport { number }).await?;
            println!("Report {number} is closed.");
            Ok(())
        }
    })
}

/// One report: number, time, who, what, whether it is closed, and why, in one line.
fn line(report: &Report) -> String {
    let subject = [&report.event_id, &report.user_id, &report.room_id].into_iter().flatten();
    let subject: Vec<&str> = subject.map(String::as_str).collect();
    let reason: Vec<&str> = report.reason.split(char::is_control).collect();
    let state = if report.closed_at.is_some() { "closed" } else { "open" };
    let when = time(report.reported_at);
    let (number, reporter) = (report.number, &report.reporter);
    format!("{number}\t{when}\t{reporter}\t{}\t{state}\t{}", subject.join(" in "), reason.join(" "))
}
