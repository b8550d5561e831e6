//! 9.0.0 is two protocols: engines of May 2022 to the summer of 2023 frame it as 12 does, all later ones acknowledge.
//!
//! We speak as the later ones do until SCTP arrives, and from then on both ways, heard only in SCTP. The headers of SCTP are
//! sealed by nobody, so neither framing is settled before the call key has opened something that came in it.

use crate::crypto::packet::PacketCipher;
use crate::random::Random;
use crate::signaling::acked::{Acked, Unsendable};
use crate::signaling::gzip;
use crate::signaling::sctp::{self, Handled, Sctp};
use crate::signaling::seal::{Refused, Sealer};
use crate::signaling::version::CustomParameters;
use crate::time::Time;

/// A framing that its first packet from the peer will tell.
#[derive(Debug)]
pub struct Undecided {
    cipher: PacketCipher,
    random: Random,
    parameters: CustomParameters,
    acked: Box<Acked>,
    /// There once a packet of the peer's looks like it.
    sctp: Option<(Sealer, Box<Sctp>)>,
    is_sealed: bool,
}

/// The framing that it is.
#[derive(Debug)]
pub enum Decided {
    Acked(Box<Acked>),
    Sctp(Sealer, Box<Sctp>),
}

impl Undecided {
    pub fn new(cipher: PacketCipher, random: Random, parameters: CustomParameters) -> Undecided {
        let acked = Box::new(Acked::new(cipher.clone()));
        Undecided { cipher, random, parameters, acked, sctp: None, is_sealed: false }
    }

    pub fn looks_like_sctp(&self) -> bool {
        self.sctp.is_some()
    }

    pub fn send(&mut self, now: Time, json: &[u8]) -> Result<(), Unsendable> {
        self.acked.send(now, json)?;
        match &mut self.sctp {
            Some((sealer, sctp)) => carry(now, sealer, sctp, json),
            None => Ok(()),
        }
    }

    pub fn handle_packet(&mut self, now: Time, packet: &[u8]) -> Result<(), Refused> {
        if sctp::is_sctp(packet) {
            return match self.begin_sctp(now).handle_packet(now, packet) {
                Handled::Taken => Ok(()),
                Handled::Bare | Handled::Malformed => Err(Refused::Malformed),
            };
        }
        let outcome = self.acked.handle_packet(now, packet);
        if outcome != Err(Refused::Unsealed) {
            self.sctp = None;
            self.is_sealed = true;
        }
        outcome
    }

    /// The association, which begins with everything that was said so far.
    fn begin_sctp(&mut self, now: Time) -> &mut Sctp {
        let (_, sctp) = self.sctp.get_or_insert_with(|| {
            // A peer that opens packets without SCTP too has seen the counters of those that went out before.
            let mut sealer = Sealer::after(self.cipher.clone(), self.acked.counter());
            let mut sctp = Box::new(Sctp::new(now, self.random.fork(), &self.parameters));
            for json in self.acked.unconfirmed() {
                // What fits into an acknowledged record fits into an empty association.
                let _ = carry(now, &mut sealer, &mut sctp, json);
            }
            (sealer, sctp)
        });
        sctp
    }

    pub fn poll_packet(&mut self) -> Option<Vec<u8>> {
        match &mut self.sctp {
            None => self.acked.poll_packet(),
            Some((_, sctp)) => {
                // Nobody would read them. If SCTP was not the peer's after all, the timer repeats what they hold.
                while self.acked.poll_packet().is_some() {}
                sctp.poll_packet()
            }
        }
    }

    /// A payload out of the association. Acknowledged ones wait for the decision.
    pub fn poll_payload(&mut self) -> Option<Result<Vec<u8>, Refused>> {
        let (sealer, sctp) = self.sctp.as_mut()?;
        let opened = sealer.open(&sctp.poll_message()?).map(|(_, payload)| payload);
        self.is_sealed |= opened.is_ok();
        Some(opened)
    }

    /// The framing, once the key has opened something. After it there is nothing left here.
    pub fn take_decision(&mut self) -> Option<Decided> {
        if !self.is_sealed {
            return None;
        }
        Some(match self.sctp.take() {
            Some((sealer, sctp)) => Decided::Sctp(sealer, sctp),
            None => Decided::Acked(core::mem::replace(&mut self.acked, Box::new(Acked::new(self.cipher.clone())))),
        })
    }

    pub fn next_timeout(&self) -> Option<Time> {
        let sctp = self.sctp.as_ref().and_then(|(_, sctp)| sctp.next_timeout());
        [self.acked.next_timeout(), sctp].into_iter().flatten().min()
    }

    pub fn handle_timeout(&mut self, now: Time) {
        self.acked.handle_timeout(now);
        if let Some((_, sctp)) = &mut self.sctp {
            sctp.handle_timeout(now);
        }
    }
}

/// Sends a message as 12 does.
fn carry(now: Time, sealer: &mut Sealer, sctp: &mut Sctp, json: &[u8]) -> Result<(), Unsendable> {
    let packet = sealer.seal(&gzip::compress(json)).ok_or(Unsendable::TooLong)?;
    sctp.send(now, packet).then_some(()).ok_or(Unsendable::Exhausted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::packet::Purpose;
    use crate::secret::Secret;
    use crate::signaling::Signaling;
    use crate::signaling::message::{Candidate, Message};
    use crate::signaling::version::{Dialect, Version};
    use crate::time::Duration;
    use crate::types::Role;

    fn ms(millis: u64) -> Time {
        Time::ZERO + Duration::from_millis(millis)
    }

    fn end_of(version: Version, role: Role, parameters: &str) -> Signaling {
        let parameters = CustomParameters::parse(parameters);
        let random = Random::from_seed(role as u64);
        Signaling::new(ms(0), random, &Secret::zeroed(), role, version, &parameters)
    }

    fn end(role: Role, parameters: &str) -> Signaling {
        end_of(Version::V9_0_0, role, parameters)
    }

    const OLD: &str = r#"{"network_kcp_experiment": true}"#;

    fn message(number: usize) -> Message {
        Message::Candidates(vec![Candidate(format!("candidate:{number}"))])
    }

    /// Everything that both have to say, 10 ms each way, for so long.
    fn run(ends: &mut [Signaling; 2], from: u64, until: u64) -> [Vec<Message>; 2] {
        let mut heard = [vec![], vec![]];
        for now in (from..until).step_by(10) {
            for index in 0..2 {
                let packets: Vec<_> = core::iter::from_fn(|| ends[index].poll_packet()).collect();
                packets.iter().for_each(|packet| ends[1 - index].handle_packet(ms(now), packet));
            }
            for (index, end) in ends.iter_mut().enumerate() {
                if end.next_timeout().is_some_and(|at| at <= ms(now)) {
                    end.handle_timeout(ms(now));
                }
                heard[index].extend(core::iter::from_fn(|| end.poll_message()));
            }
        }
        heard
    }

    #[test]
    fn what_was_said_before_the_peer_showed_sctp_reaches_it() {
        for new in [Role::Caller, Role::Callee] {
            let mut ends = [end(new, ""), end(new.other(), OLD)];
            for number in 0..3 {
                ends[0].send(ms(0), &message(number)).unwrap();
            }
            ends[1].send(ms(0), &message(9)).unwrap();
            let heard = run(&mut ends, 0, 1000);
            assert_eq!(heard, [vec![message(9)], vec![message(0), message(1), message(2)]]);
            assert_eq!(ends[0].dialect(), Dialect::Sctp);
            ends[0].send(ms(1000), &message(3)).unwrap();
            assert_eq!(run(&mut ends, 1000, 2000), [vec![], vec![message(3)]]);
        }
    }

    #[test]
    fn an_init_of_a_stranger_decides_nothing() {
        // The peer acknowledges and knows nothing else, as all of them do at 8.0.0.
        let mut ends = [end(Role::Caller, ""), end_of(Version::V8_0_0, Role::Callee, "")];
        let init = end(Role::Callee, OLD).poll_packet().unwrap();
        ends[0].handle_packet(ms(0), &init);
        ends[0].send(ms(0), &message(1)).unwrap();
        assert_eq!(ends[0].dialect(), Dialect::Sctp);
        // The peer speaks, and its seal is worth more.
        ends[1].send(ms(0), &message(2)).unwrap();
        assert_eq!(run(&mut ends, 0, 6000), [vec![message(2)], vec![message(1)]]);
        assert_eq!([ends[0].dialect(), ends[1].dialect()], [Dialect::Acked; 2]);
        // And what looks like SCTP is noise from then on.
        ends[0].handle_packet(ms(6000), &init);
        assert_eq!(ends[0].counters().unsealed, 1);
        assert_eq!(ends[0].dialect(), Dialect::Acked);
    }

    #[test]
    fn a_stranger_who_lures_both_ends_into_sctp_changes_only_the_framing() {
        let mut ends = [end(Role::Caller, ""), end(Role::Callee, "")];
        ends[0].handle_packet(ms(0), &end(Role::Callee, OLD).poll_packet().unwrap());
        ends[0].send(ms(0), &message(1)).unwrap();
        ends[1].send(ms(0), &message(2)).unwrap();
        assert_eq!(run(&mut ends, 0, 6000), [vec![message(2)], vec![message(1)]]);
    }

    #[test]
    fn a_peer_that_acknowledges_is_never_sent_sctp() {
        let mut ends = [end(Role::Caller, ""), end(Role::Callee, "")];
        ends[0].send(ms(0), &message(1)).unwrap();
        assert_eq!(run(&mut ends, 0, 20_000), [vec![], vec![message(1)]]);
        assert_eq!(ends.map(|end| end.dialect()), [Dialect::Acked; 2]);
    }

    #[test]
    fn garbage_leaves_it_open() {
        let cipher = PacketCipher::new(&Secret::zeroed(), Role::Caller, Purpose::Signaling);
        let mut undecided = Undecided::new(cipher, Random::from_seed(1), CustomParameters::default());
        for junk in [&[][..], &[0x13, 0x88, 0x13, 0x88], &[7; 200]] {
            assert_eq!(undecided.handle_packet(ms(0), junk), Err(Refused::Unsealed));
        }
        assert!(undecided.take_decision().is_none() && !undecided.looks_like_sctp());
    }
}
