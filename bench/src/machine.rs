//! The machine, the clock and the memory that the other parts measure with.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

/// The system's allocator, with a count of calls and of bytes that are out.
pub struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static LIVE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        LIVE.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        LIVE.fetch_add(size, Relaxed);
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Bytes on the heap now.
pub fn live_bytes() -> usize {
    LIVE.load(Relaxed)
}

/// Allocations of one run of `work`.
pub fn allocations<T>(work: impl FnOnce() -> T) -> usize {
    let before = CALLS.load(Relaxed);
    let result = black_box(work());
    let calls = CALLS.load(Relaxed) - before;
    drop(result);
    calls
}

/// Nanoseconds of processor time that each of two competitors takes: rounds of one and the other by turns, so that a busy machine troubles both
/// alike, and the median of the rounds.
pub fn race<A, B>(mut one: impl FnMut() -> A, mut other: impl FnMut() -> B) -> (f64, f64) {
    let (ones, others) = (repeats(&mut one), repeats(&mut other));
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        times.0.push(round(&mut one, ones));
        times.1.push(round(&mut other, others));
    }
    (median(times.0), median(times.1))
}

/// What this thread has had of a processor: a machine that does other things as well does not count against anybody.
pub fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock exists on every Linux and writes one timespec.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

const ROUNDS: usize = 31;
const ROUND: Duration = Duration::from_millis(20);

fn repeats<T>(work: &mut impl FnMut() -> T) -> u32 {
    let mut repeats = 1;
    while round(work, repeats) * f64::from(repeats) < ROUND.as_nanos() as f64 {
        repeats *= 2;
    }
    repeats
}

fn round<T>(work: &mut impl FnMut() -> T, repeats: u32) -> f64 {
    let start = processor_time();
    for _ in 0..repeats {
        black_box(work());
    }
    (processor_time() - start).as_nanos() as f64 / f64::from(repeats)
}

pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Puts this benchmark, and what it starts, before whatever else the machine has to do, where that is allowed; tells whether it was.
/// Linux gives time to sessions first, and then to the processes of one.
pub fn go_first() {
    // SAFETY: changes nothing but this process's priority.
    let alone = unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, -15) } == 0;
    let session = std::fs::write("/proc/self/autogroup", "-15").is_ok();
    let rank = if alone || session { "before" } else { "beside" };
    println!("measured {rank} what else this machine does");
}

/// Gives the session its usual place back, as it may go on after this.
pub fn go_back() {
    let _ = std::fs::write("/proc/self/autogroup", "0");
}

/// One line about the machine and what else it is doing.
pub fn describe() {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown processor");
    let load: Vec<String> = read("/proc/loadavg").split(' ').take(3).map(str::to_owned).collect();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{}, {cores} cores, load {}", model.trim_start_matches(['\t', ':', ' ']), load.join(" "));
}

/// Bytes with thousands apart.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).expect("digits")).collect();
    groups.join(" ")
}
