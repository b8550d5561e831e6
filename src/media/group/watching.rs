//! The pictures of others that we want: of each its stream, and what the server is told of it.

use super::colibri::{Quality, Wanted};
use super::picture_codecs;
use crate::media::video::{Announced, Codec, Origin};
use crate::media::{MediaKind, Stream};
use crate::types::{Ssrc, VideoSource};
use std::collections::BTreeSet;

/// So many at a time, as web clients have it. With their repairs they and all who are heard are as many sources as SRTP follows.
pub const MOST_WATCHED: usize = 16;
/// What the host's machine and link are taken to carry: a picture of the middle size is one, a large one is four (`sfu.md` 8.1).
const BUDGET: usize = 16;
const LARGE: usize = 4;
/// More screens than these are not large at the same time.
const LARGE_SCREENS: usize = 4;

/// A picture of somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub origin: Origin,
    pub endpoint: String,
    /// By which it comes, whatever layer it is of, and its repairs.
    pub ssrc: Ssrc,
    pub repair: Option<Ssrc>,
    pub quality: Quality,
    pub is_paused: bool,
}

impl Watched {
    pub fn stream(&self) -> Stream {
        let (codecs, extensions) = picture_codecs();
        Stream { kind: MediaKind::Video, ssrc: self.ssrc, rtx_ssrc: self.repair, codecs, extensions }
    }

    pub fn announced(&self, decoded: &[Codec]) -> Announced {
        let codecs = super::CODECS.into_iter().filter(|(_, codec)| decoded.contains(codec)).collect();
        Announced { ssrc: self.ssrc, origin: Some(self.origin), codecs }
    }

    fn is_large_screen(&self) -> bool {
        (self.origin.source, self.quality) == (VideoSource::Screen, Quality::Full)
    }
}

/// Which of these can be had beside each other: no source twice, no endpoint twice, and not too many. The first counts.
pub fn without_doubles(watched: Vec<Watched>) -> Vec<Watched> {
    let (mut sources, mut endpoints) = (BTreeSet::new(), BTreeSet::new());
    let is_new = |one: &Watched| {
        let all = [Some(one.ssrc), one.repair].into_iter().flatten();
        let is_double = one.repair == Some(one.ssrc) || all.clone().any(|ssrc| ssrc.0 == 0 || sources.contains(&ssrc));
        if is_double || !endpoints.insert(one.endpoint.clone()) {
            return false;
        }
        sources.extend(all);
        true
    };
    watched.into_iter().filter(is_new).take(MOST_WATCHED).collect()
}

/// What the server is told, within the budget.
pub fn wanted(watched: &[Watched]) -> Vec<Wanted> {
    let mut most: Vec<Quality> = watched.iter().map(|one| one.quality).collect();
    let cost = |most: &[Quality]| {
        let of = |quality: &Quality| match quality {
            Quality::Thumbnail => 0,
            Quality::Medium => 1,
            Quality::Full => LARGE,
        };
        most.iter().map(of).sum::<usize>()
    };
    let lower = |most: &mut [Quality], to: Quality, is_it: &dyn Fn(&Watched) -> bool| {
        let concerned = watched.iter().zip(most).filter(|(one, _)| is_it(one));
        concerned.for_each(|(_, quality)| *quality = (*quality).min(to));
    };
    if cost(&most) > BUDGET {
        lower(&mut most, Quality::Medium, &|one| one.origin.source == VideoSource::Camera);
    }
    if cost(&most) > BUDGET && watched.iter().filter(|one| one.is_large_screen()).count() > LARGE_SCREENS {
        lower(&mut most, Quality::Thumbnail, &|one| one.origin.source == VideoSource::Screen);
    }
    if cost(&most) > BUDGET {
        lower(&mut most, Quality::Thumbnail, &|one| one.origin.source == VideoSource::Camera);
    }
    let of = |(one, most): (&Watched, Quality)| {
        // Of a screen that is to be read a small one is of no use.
        let is_read = one.is_large_screen() && most == Quality::Full;
        Wanted { endpoint: one.endpoint.clone(), least: if is_read { most } else { Quality::Thumbnail }, most }
    };
    watched.iter().zip(most).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Quality::{Full, Medium, Thumbnail};
    use VideoSource::{Camera, Screen};

    fn watched(number: u32, source: VideoSource, quality: Quality) -> Watched {
        Watched {
            origin: Origin { whose: Some(number.into()), source },
            endpoint: format!("{number:08x}"),
            ssrc: Ssrc(2 * number + 10),
            repair: Some(Ssrc(2 * number + 11)),
            quality,
            is_paused: false,
        }
    }

    fn asked(all: &[(VideoSource, Quality, usize)]) -> Vec<(Quality, Quality)> {
        let each = all.iter().flat_map(|(source, quality, count)| vec![(*source, *quality); *count]);
        let all: Vec<Watched> = each.zip(0..).map(|((source, quality), at)| watched(at, source, quality)).collect();
        let mut asked: Vec<_> = wanted(&all).iter().map(|wanted| (wanted.least, wanted.most)).collect();
        asked.dedup();
        asked
    }

    #[test]
    fn what_is_wanted_is_asked_for_within_the_budget() {
        assert_eq!(asked(&[(Camera, Full, 4)]), [(Thumbnail, Full)]);
        assert_eq!(asked(&[(Camera, Full, 4), (Camera, Thumbnail, 12)]), [(Thumbnail, Full), (Thumbnail, Thumbnail)]);
        assert_eq!(asked(&[(Camera, Full, 4), (Camera, Medium, 1)]), [(Thumbnail, Medium)]);
        assert_eq!(asked(&[(Camera, Medium, 16)]), [(Thumbnail, Medium)]);
        assert_eq!(asked(&[(Screen, Full, 4)]), [(Full, Full)]);
        assert_eq!(asked(&[(Screen, Full, 4), (Camera, Full, 1)]), [(Full, Full), (Thumbnail, Thumbnail)]);
        assert_eq!(asked(&[(Screen, Full, 3), (Camera, Full, 2)]), [(Full, Full), (Thumbnail, Medium)]);
        assert_eq!(asked(&[(Screen, Full, 5), (Camera, Full, 2)]), [(Thumbnail, Thumbnail), (Thumbnail, Medium)]);
        assert_eq!(asked(&[(Screen, Thumbnail, 2)]), [(Thumbnail, Thumbnail)]);
    }

    #[test]
    fn of_sources_and_endpoints_that_come_twice_the_first_counts_and_there_are_not_too_many() {
        let all: Vec<Watched> = (0..40).map(|at| watched(at, Camera, Full)).collect();
        assert_eq!(without_doubles(all).len(), MOST_WATCHED);
        let first = watched(1, Camera, Full);
        let own = watched(2, Camera, Full);
        for double in [
            Watched { endpoint: first.endpoint.clone(), ..own.clone() },
            Watched { ssrc: first.ssrc, ..own.clone() },
            Watched { repair: Some(first.ssrc), ..own.clone() },
            Watched { ssrc: first.repair.unwrap(), repair: None, ..own.clone() },
            Watched { repair: Some(own.ssrc), ..own.clone() },
            Watched { ssrc: Ssrc(0), ..own.clone() },
        ] {
            assert_eq!(without_doubles(vec![first.clone(), double]), std::slice::from_ref(&first));
        }
        assert_eq!(without_doubles(vec![first.clone(), own.clone()]), [first, own]);
    }
}
