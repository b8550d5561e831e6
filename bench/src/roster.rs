//! The list of people of a group call of ten thousand: what it holds, what one piece of news costs while a host holds the list as it was
//! before, and what taking the list costs. Against nobody: the bounds are those that a screen of a client allows.

use crate::Target;
use crate::machine::{grouped, live_bytes, median};
use std::hint::black_box;
use std::time::Instant;
use tgcall::group::participant::{Entry, Participant};
use tgcall::group::roster::{News, Output, Page, Roster, Wanted};
use tgcall::random::Random;
use tgcall::time::Time;
use tgcall::types::{PeerId, Ssrc};

const PEOPLE: i64 = 10_000;
const PAGE: i64 = 100;
const UPDATES: usize = 20_000;
const UNIX_S: i32 = 1_800_000_000;

fn entry(id: i64) -> Entry {
    let date = UNIX_S - 20_000 + id as i32;
    let about = Some("somebody like many others".into());
    let participant = Participant { about, ..Participant::new(PeerId::User(id), Ssrc(id as u32), date) };
    Entry { participant, has_left: false, has_just_joined: false, is_versioned: false, is_min: false }
}

/// All pages, as Telegram gives them.
fn loaded(now: Time) -> Roster {
    let mut roster = Roster::default();
    roster.load(now);
    let mut next = 1;
    while let Some(output) = roster.poll() {
        let Output::Want(wanted) = output else { continue };
        let end = (next + PAGE).min(PEOPLE + 1);
        let entries = (next..end).map(entry).collect();
        let next_offset = if end > PEOPLE { String::new() } else { end.to_string() };
        assert!(!matches!(wanted, Wanted::Of { .. }), "pages are wanted");
        roster.handle_page(now, UNIX_S, &wanted, &Page { version: 1, total: PEOPLE as i32, entries, next_offset });
        next = end;
    }
    assert_eq!(roster.snapshot().len(), PEOPLE as usize);
    roster
}

pub fn run() -> Vec<Target> {
    println!("a group call of {} people: its list", grouped(PEOPLE as usize));
    let (now, mut random) = (Time::from_nanos(1), Random::from_seed(3));
    let before = live_bytes();
    let mut roster = loaded(now);
    let bytes = live_bytes() - before;
    println!("  held: {} bytes, {} for each", grouped(bytes), grouped(bytes / PEOPLE as usize));

    // Somebody is muted, speaks, raises a hand, leaves or comes, and the host has taken the list before.
    let (mut each, mut taken) = (Vec::new(), Vec::new());
    let mut snapshot = roster.snapshot();
    for version in 2..2 + UPDATES as i32 {
        let mut one = entry(1 + random.below(PEOPLE as u64) as i64);
        (one.is_versioned, one.participant.is_muted) = (true, version % 2 == 0);
        match random.below(5) {
            0 => one.participant.active_date = UNIX_S - random.below(200) as i32,
            1 => one.participant.hand = i64::from(version),
            2 => one.has_left = true,
            3 => one.has_just_joined = true,
            _ => {}
        }
        let news = News { version, entries: vec![one] };
        let start = Instant::now();
        roster.handle_news(now, UNIX_S, news);
        while let Some(output) = roster.poll() {
            black_box(output);
        }
        each.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let next = roster.snapshot();
        taken.push(start.elapsed().as_secs_f64());
        snapshot = next;
    }
    let worst = each.iter().copied().fold(0.0, f64::max);
    let (update, take) = (median(each), median(taken));
    let start = Instant::now();
    let heard = black_box(snapshot.iter().filter(|one| !one.is_muted).count());
    println!(
        "  news of one: {:.1} us, the longest {:.0} us; taking the list: {:.0} ns; reading all of it in order: {:.2} ms ({heard} unmuted)",
        update * 1e6,
        worst * 1e6,
        take * 1e9,
        start.elapsed().as_secs_f64() * 1e3,
    );
    vec![
        Target::at_most("news of one, the list being held, microseconds", 20.0, update * 1e6),
        Target::at_most("taking the list, milliseconds", 1.0, take * 1e3),
    ]
}
