//! What processes cost, from /proc (Linux). A process counts with all its descendants, so that the
//! first process of a PostgreSQL stands for all its backends.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::time::{Duration, Instant};

use crate::error::LoadError;

/// Linux counts processor time in hundredths of a second for user space (USER_HZ).
const TICK: Duration = Duration::from_millis(10);
/// Fields of /proc/PID/stat after the name in parentheses: state, parent, ...
const PARENT: usize = 1;
/// utime, stime, and the same of ended children: cutime, cstime.
const TIMES: std::ops::Range<usize> = 11..15;

/// The server's processes; none when nobody named any, and then everything costs nothing.
pub struct Processes {
    roots: Vec<u32>,
}

/// A moment in the life of the processes.
pub struct Reading {
    at: Instant,
    cpu: Duration,
    /// Bytes of memory: proportional set size where it can be read, else resident set size.
    pub memory_bytes: u64,
}

/// What was used between two readings.
pub struct Usage {
    /// Time that passed.
    pub elapsed: Duration,
    /// Processor time of all threads of all processes.
    pub cpu: Duration,
}

impl Processes {
    /// Of these ids, each with its descendants.
    pub fn new(roots: &[u32]) -> Self {
        Self { roots: roots.to_vec() }
    }

    /// Reads all processes now.
    pub fn read(&self) -> Result<Reading, LoadError> {
        let mut cpu = Duration::ZERO;
        let mut memory_bytes = 0;
        for pid in self.family()? {
            // A descendant may end while we read; its time is then in its parent's.
            let Ok(stat) = stat(pid) else { continue };
            let ticks: u32 = stat[TIMES].iter().filter_map(|field| field.parse::<u32>().ok()).sum();
            cpu += TICK * ticks;
            memory_bytes += memory(pid);
        }
        Ok(Reading { at: Instant::now(), cpu, memory_bytes })
    }

    /// What was used since an earlier reading.
    pub fn since(&self, earlier: &Reading) -> Result<Usage, LoadError> {
        // The clock first: looking through /proc takes its own time.
        let elapsed = earlier.at.elapsed();
        let now = self.read()?;
        Ok(Usage { elapsed, cpu: now.cpu.saturating_sub(earlier.cpu) })
    }

    /// The roots and all their descendants.
    fn family(&self) -> Result<Vec<u32>, LoadError> {
        if self.roots.is_empty() {
            return Ok(Vec::new());
        }
        for pid in &self.roots {
            stat(*pid)?;
        }
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        for pid in entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()) {
            let parent = stat(pid).ok().and_then(|fields| fields.get(PARENT)?.parse().ok());
            if let Some(parent) = parent {
                children.entry(parent).or_default().push(pid);
            }
        }
        let mut family = HashSet::new();
        let mut next = self.roots.clone();
        while let Some(pid) = next.pop() {
            if family.insert(pid) {
                next.extend(children.get(&pid).into_iter().flatten());
            }
        }
        Ok(family.into_iter().collect())
    }
}

/// The fields of /proc/PID/stat after the name, which may hold spaces and parentheses itself.
fn stat(pid: u32) -> Result<Vec<String>, LoadError> {
    let failed = |reason: String| LoadError::Process { pid, reason };
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).map_err(|error| failed(error.to_string()))?;
    let (_, fields) = text.rsplit_once(')').ok_or_else(|| failed("unknown format of stat".to_owned()))?;
    let fields: Vec<String> = fields.split_whitespace().map(str::to_owned).collect();
    if fields.len() < TIMES.end {
        return Err(failed("unknown format of stat".to_owned()));
    }
    Ok(fields)
}

fn memory(pid: u32) -> u64 {
    let field = |file: &str, name: &str| {
        let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<u64>().ok()
    };
    field("smaps_rollup", "Pss:").or_else(|| field("status", "VmRSS:")).unwrap_or_default() * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_process_costs_time_and_has_memory() {
        let processes = Processes::new(&[std::process::id()]);
        let start = processes.read().unwrap();
        assert!(start.memory_bytes > 100_000);
        let mut spins = 0_u64;
        // Work until the clock of the system has seen it.
        while processes.since(&start).unwrap().cpu < 3 * TICK {
            spins = std::hint::black_box(spins + 1);
        }
    }

    #[test]
    fn a_process_that_does_not_exist_is_an_error() {
        assert!(Processes::new(&[u32::MAX]).read().is_err());
    }
}
