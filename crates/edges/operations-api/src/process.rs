//! What the operating system says about this process, under the names that Prometheus' own clients use.

use ::metrics::{counter, describe_counter, describe_gauge, gauge};

/// Ticks of /proc/self/stat in a second: fixed for programs on Linux.
const TICKS_PER_SECOND: u64 = 100;

pub(crate) fn describe() {
    describe_gauge!("process_resident_memory_bytes", "Memory of this process that is in RAM.");
    describe_gauge!("process_open_fds", "Open files and connections.");
    describe_counter!("process_cpu_seconds_total", "CPU time used, whole seconds.");
}

/// Reads the numbers anew. Where there is no /proc they stay absent.
pub(crate) fn measure() {
    if let Ok(status) = std::fs::read_to_string("/proc/self/status")
        && let Some(bytes) = resident_bytes(&status)
    {
        gauge!("process_resident_memory_bytes").set(bytes as f64);
    }
    if let Ok(stat) = std::fs::read_to_string("/proc/self/stat")
        && let Some(seconds) = cpu_seconds(&stat)
    {
        counter!("process_cpu_seconds_total").absolute(seconds);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(files.count() as f64);
    }
}

fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// User and system time. The program's name, in parentheses, may hold anything: what follows it counts.
fn cpu_seconds(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let user: u64 = fields.get(11)?.parse().ok()?;
    let system: u64 = fields.get(12)?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_where_linux_writes_them() {
        assert_eq!(resident_bytes("Name:\tx\nVmRSS:\t    2048 kB\nThreads:\t1\n"), Some(2_097_152));
        assert_eq!(cpu_seconds("7 (a) b) S 1 1 1 0 -1 0 0 0 0 0 1250 350 0 0 20"), Some(16));
        assert_eq!((resident_bytes(""), cpu_seconds("")), (None, None));
    }
}
