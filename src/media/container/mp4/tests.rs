use super::write::{Written, avc1, boxed, movie, opus};
use super::*;

const AVCC: &[u8] = &[1, 66, 0xc0, 30, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68];
const DOPS: &[u8] = &[0, 1, 1, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 0];

fn pictures() -> Written<'static> {
    Written {
        handler: b"vide",
        entry: avc1(AVCC),
        scale: 1000,
        times: &[[2, 100], [1, 50]],
        shifts: &[],
        sizes: &[3, 1, 2, 4],
        keys: Some(&[1, 4]),
        chunks: &[[1, 1], [2, 3]],
        offsets: &[8, 20],
    }
}

fn sound() -> Written<'static> {
    let sizes = &[2, 2];
    let times = &[[2, 960]];
    let (chunks, offsets) = (&[[1, 2]], &[11]);
    Written {
        handler: b"soun",
        entry: opus(DOPS),
        scale: 48_000,
        times,
        shifts: &[],
        sizes,
        keys: None,
        chunks,
        offsets,
    }
}

fn of(tracks: &[Written<'_>]) -> Result<Movie, Fault> {
    Movie::read(&movie(&[7; 40], tracks))
}

#[test]
fn samples_are_where_and_when_the_tables_say() {
    let movie = of(&[sound(), pictures()]).unwrap();
    let (_, samples) = movie.pictures.unwrap();
    let all: Vec<_> = samples.iter().map(|one| (one.bytes.clone(), one.time, one.is_key)).collect();
    assert_eq!(all, [(8..11, 0, true), (20..21, 9000, false), (21..23, 18_000, false), (23..27, 22_500, true)]);
    let (layout, samples) = movie.sound.unwrap();
    let all: Vec<_> = samples.iter().map(|one| (one.bytes.clone(), one.time, one.is_key)).collect();
    assert_eq!((layout.pre_skip, &all[..]), (312, &[(11..13, 0, true), (13..15, 1800, true)][..]));
}

#[test]
fn pictures_that_are_shown_in_another_order_have_the_times_of_that() {
    let minus = (-100i32).cast_unsigned();
    let shifted = Written { shifts: &[[1, 100], [1, 300], [2, minus]], ..pictures() };
    let (_, samples) = of(&[shifted]).unwrap().pictures.unwrap();
    let times: Vec<u32> = samples.iter().map(|one| one.time).collect();
    assert_eq!(times, [0, 27_000, 0, 4500]);
}

#[test]
fn boxes_may_have_long_sizes_and_the_last_none() {
    let plain = movie(&[7; 40], &[pictures()]);
    let (data, moov) = plain.split_at(48);
    let mut open = moov.to_vec();
    open[..4].fill(0);
    // Eight bytes more of a head, and the same offsets.
    let long = [&[0, 0, 0, 1], &b"mdat"[..], &48u64.to_be_bytes(), &data[16..]].concat();
    let read = Movie::read(&plain).unwrap();
    assert_eq!(Movie::read(&[&long, moov].concat()), Ok(read.clone()));
    assert_eq!(Movie::read(&[data, &open[..]].concat()), Ok(read.clone()));
    // First of all, with what nobody knows in front of it.
    let head = boxed(b"ftyp", b"isom");
    assert_eq!(Movie::read(&[&head, &boxed(b"free", &[]), &plain[..]].concat()), Ok(read), "offsets are of the file");
}

#[test]
fn what_points_beyond_the_file_or_at_nothing_is_refused() {
    type Change = fn(Written<'static>) -> Written<'static>;
    let changes: &[(Change, Fault)] = &[
        (|track| Written { offsets: &[8], ..track }, Fault::Beyond),
        (|track| Written { offsets: &[8, u32::MAX], ..track }, Fault::Beyond),
        (|track| Written { sizes: &[3, 1, 2, 400_000], ..track }, Fault::Beyond),
        (|track| Written { chunks: &[], ..track }, Fault::Missing),
        (|track| Written { chunks: &[[1, 0]], ..track }, Fault::Beyond),
        (|track| Written { sizes: &[1; MAX_SAMPLES + 1], ..track }, Fault::TooMany),
        (|track| Written { scale: 0, ..track }, Fault::Foreign),
        (|track| Written { handler: b"text", ..track }, Fault::Codec),
        (|track| Written { entry: boxed(b"hev1", &[0; 100]), ..track }, Fault::Codec),
        (|track| Written { entry: boxed(b"avc1", &[0; 10]), ..track }, Fault::Cut),
        (|track| Written { entry: boxed(b"avc1", &[0; 78]), ..track }, Fault::Missing),
        (|track| Written { entry: vec![], ..track }, Fault::Missing),
        (|track| Written { entry: avc1(&AVCC[..9]), ..track }, Fault::Cut),
    ];
    for (at, (change, fault)) in changes.iter().enumerate() {
        assert_eq!(of(&[change(pictures())]).err(), Some(*fault), "{at}");
    }
    let channels = [0, 255, 1, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 1, 255, 0];
    assert_eq!(of(&[Written { entry: opus(&channels), ..sound() }]).err(), Some(Fault::Channels));
    assert_eq!(of(&[]).err(), Some(Fault::Missing));
    assert!(of(&[Written { handler: b"text", ..pictures() }, sound()]).is_ok(), "the other track is good");
}

#[test]
fn counts_that_lie_cost_nothing() {
    let whole = movie(&[7; 40], &[pictures()]);
    for name in [b"stts", b"stss", b"stsc", b"stsz", b"stco"] {
        let at = whole.windows(4).position(|window| window == name).unwrap();
        let mut lying = whole.clone();
        let count = if name == b"stsz" { at + 12 } else { at + 8 };
        lying[count..count + 4].fill(0xff);
        let expected = if name == b"stsz" { Fault::TooMany } else { Fault::Cut };
        assert_eq!(Movie::read(&lying).err(), Some(expected), "{name:?}");
    }
    // All of one size, and more of them than there is room for.
    let at = whole.windows(4).position(|window| window == b"stsz").unwrap();
    let mut lying = whole.clone();
    lying[at + 8..at + 12].copy_from_slice(&900u32.to_be_bytes());
    assert_eq!(Movie::read(&lying).err(), Some(Fault::Beyond));
    // Runs of nothing.
    let empty: &[[u32; 2]] = &[[0, 5]; 100];
    assert!(of(&[Written { times: empty, ..pictures() }]).is_ok());
}

#[test]
fn every_cut_is_refused() {
    let whole = movie(&[7; 40], &[pictures(), sound()]);
    for short in 0..whole.len() {
        assert!(Movie::read(&whole[..short]).is_err(), "{short}");
    }
}
