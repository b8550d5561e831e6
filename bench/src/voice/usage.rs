//! What processes use, from /proc.

use std::fs::read_to_string;

/// Of the two ends of the calls together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub resident_kb: f64,
    pub threads: f64,
    /// User and system time.
    pub processor_s: f64,
}

impl Usage {
    pub fn of(processes: [u32; 2]) -> Usage {
        processes.into_iter().map(Usage::of_one).fold(Usage::default(), |sum, one| Usage {
            resident_kb: sum.resident_kb + one.resident_kb,
            threads: sum.threads + one.threads,
            processor_s: sum.processor_s + one.processor_s,
        })
    }

    /// Of one of them.
    pub fn of_one(process: u32) -> Usage {
        let status = read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
            line.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0.0)
        };
        let stat = read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name in brackets may hold anything.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks: f64 = [11, 12].iter().filter_map(|i: &usize| fields.get(*i)?.parse::<f64>().ok()).sum();
        // SAFETY: asks for a constant.
        let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        Usage { resident_kb: field("VmRSS:"), threads: field("Threads:"), processor_s: ticks / per_second }
    }
}

/// The first number of /proc/loadavg: what else the machine was doing.
pub fn load() -> f64 {
    read_to_string("/proc/loadavg").ok().and_then(|line| line.split(' ').next()?.parse().ok()).unwrap_or(0.0)
}
