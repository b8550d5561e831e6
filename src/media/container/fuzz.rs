//! For `tests/fuzz`: parts of any bytes, and what must hold of what comes out.

use super::mp4::MAX_SAMPLES;
use super::mp4::write::{Written, avc1, movie as written, opus};
use super::program::MAX_EVENTS;
use super::voices::{MAX_ENTRIES, MAX_PACKETS};
use super::{Layout, Movie, Program, Voices, ogg, split};

/// Small parts of two voices, by one page and by several.
pub fn seeds_of_voices() -> Vec<Vec<u8>> {
    let head = b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\xff\x02\0\0\x01";
    let tags = b"OpusTags\0\0\0\0\x03\0\0\0\x23\0\0\0TG_META=AQAAAAEAAAAAAAAAAAAAAAUAAAA\x0d\0\0\0ACTIVE_MASK=3\
        \x0d\0\0\0ENDPOINTS=a b";
    let packet = [0x78, 2, 1, 2, 0x7b, 0xc2, 0, 1, 9, 8];
    let pages = |counts: &[usize]| {
        let mut file = ogg::page(2, 0, 1, &[head.len() as u8], head);
        file.extend(ogg::page(0, 0, 1, &[tags.len() as u8], tags));
        for (at, count) in counts.iter().enumerate() {
            let is_last = at + 1 == counts.len();
            let granule = (counts[..=at].iter().sum::<usize>() * 960) as u64;
            let lacing = vec![packet.len() as u8; *count];
            file.extend(ogg::page(if is_last { 4 } else { 0 }, granule, 1, &lacing, &packet.repeat(*count)));
        }
        file
    };
    vec![pages(&[5]), pages(&[3, 1, 2])]
}

/// Small files of pictures and sound.
pub fn seeds_of_movies() -> Vec<Vec<u8>> {
    let avcc = [1, 66, 0xc0, 30, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68];
    let pictures = Written {
        handler: b"vide",
        entry: avc1(&avcc),
        scale: 90_000,
        times: &[[2, 9000], [1, 4500]],
        shifts: &[[1, 9000], [2, 0]],
        sizes: &[6, 5, 5],
        keys: Some(&[1]),
        chunks: &[[1, 2], [2, 1]],
        offsets: &[8, 30],
    };
    let sound = Written {
        handler: b"soun",
        entry: opus(&[0, 2, 1, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 0]),
        scale: 48_000,
        times: &[[3, 960]],
        shifts: &[],
        sizes: &[2, 3, 2],
        keys: None,
        chunks: &[[1, 3]],
        offsets: &[20],
    };
    let data = [&[0, 0, 0, 2, 0x65, 7, 0, 0, 0, 1, 0x41][..], &[0x78; 30]].concat();
    vec![written(&data, &[pictures.clone(), sound.clone()]), written(&data, &[sound]), written(&data, &[pictures])]
}

/// The same behind Telegram's header, one and two of them.
pub fn seeds_of_programs() -> Vec<Vec<u8>> {
    let files = seeds_of_movies();
    let event = |offset: usize, name: &[u8; 4]| {
        [&(offset as u32).to_le_bytes()[..], name, &90u32.to_le_bytes(), &[0; 4]].concat()
    };
    let head = |count: u8| [&b"\x0d\x81\x2e\xa1\x03mp4\x01\0\0\0"[..], &[count, 0, 0, 0]].concat();
    let one = [head(1), event(0, b"\x011\0\0"), files[0].clone()].concat();
    let events = [event(0, b"\x02ab\0"), event(files[1].len(), b"\x03abc")].concat();
    vec![one, [head(2), events, files[1].clone(), files[2].clone()].concat()]
}

/// A part of voices: as it is, and with the sums that it should have.
pub fn voices(data: &[u8]) {
    let _ = Voices::read(data);
    let mut mended = data.to_vec();
    ogg::mend(&mut mended);
    let Ok(voices) = Voices::read(&mended) else { return };
    assert!(voices.count() <= MAX_PACKETS && voices.tags.entries.len() <= MAX_ENTRIES);
    check(&voices.layout);
    let mut bytes = 0;
    for at in 0..voices.count() {
        let packet = voices.packet(at).expect("it is there");
        bytes += packet.len();
        if let Ok(alone) = split(packet, voices.layout.streams()) {
            assert_eq!(alone.len(), voices.layout.streams());
            assert!(alone.iter().map(Vec::len).sum::<usize>() <= packet.len());
        }
    }
    assert!(bytes <= data.len());
}

/// A part with pictures.
pub fn program(data: &[u8]) {
    let Ok(program) = Program::read(data) else { return };
    assert!(program.shots.len() <= MAX_EVENTS);
    for shot in &program.shots {
        movie(data.get(shot.file.clone()).expect("it lies in the part"));
    }
}

/// A file of one.
pub fn movie(data: &[u8]) {
    let Ok(movie) = Movie::read(data) else { return };
    if let Some((avc, samples)) = &movie.pictures {
        assert!(samples.len() <= MAX_SAMPLES);
        for sample in samples {
            // One beside the other's bytes, they may all be large.
            let bytes = data.get(sample.bytes.clone()).expect("it lies in the file");
            if let Ok(unit) = avc.access_unit(bytes, false) {
                assert!(unit.len() <= 4 * bytes.len());
            }
        }
    }
    if let Some((layout, samples)) = &movie.sound {
        check(layout);
        assert!(samples.len() <= MAX_SAMPLES && samples.iter().all(|sample| data.get(sample.bytes.clone()).is_some()));
    }
}

fn check(layout: &Layout) {
    for channel in 0..layout.channels() {
        if let Some((stream, place)) = layout.place(channel) {
            assert!(stream < layout.streams() && place < layout.channels_of(stream));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuzzer_begins_with_what_is_good() {
        for part in seeds_of_voices() {
            let voices = Voices::read(&part).unwrap();
            assert!(voices.count() >= 5 && voices.tags.entries.len() == 1 && voices.tags.pictures.len() == 2);
            assert_eq!(split(voices.packet(0).unwrap(), 2).unwrap().len(), 2);
        }
        assert!(seeds_of_movies().iter().all(|file| Movie::read(file).is_ok()));
        let shots = seeds_of_programs().iter().map(|part| Program::read(part).unwrap().shots.len()).collect::<Vec<_>>();
        assert_eq!(shots, [1, 2]);
    }
}
