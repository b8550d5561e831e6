//! A call with two engines, which are stand-ins: a private call has one.

use super::*;
use crate::client::figures::Ignored;
use crate::media::audio::AudioStats;
use crate::media::{LinkConfig, Transport};
use crate::random::Random;
use crate::signaling;
use crate::time::Duration;
use crate::types::Role;
use std::collections::VecDeque;

/// Answers whatever comes by a socket by closing it.
#[derive(Debug)]
struct StandIn {
    name: u64,
    due: Time,
    outputs: VecDeque<EngineOutput>,
}

impl Engine for StandIn {
    fn handle_socket(&mut self, _: Time, socket: SocketId, _: SocketNews<'_>) {
        self.outputs.push_back(EngineOutput::Socket(Output::CloseSocket { socket }));
    }

    fn handle_timeout(&mut self, _: Time) {}

    fn next_timeout(&self) -> Option<Time> {
        Some(self.due)
    }

    fn poll_output(&mut self) -> Option<EngineOutput> {
        self.outputs.pop_front()
    }

    fn handle_host(&mut self, _: Time) {}

    fn shed_sound(&mut self) {}

    fn count_undelivered(&mut self, _: u64) {}

    fn set_muted(&mut self, _: Time, _: bool) {}

    fn set_audio(&mut self, _: Time, _: AudioConfig) {}

    fn set_low_data(&mut self, _: Time, _: bool) {}

    fn set_interfaces(&mut self, _: Time, _: &[SocketAddr]) {}

    fn set_proxy(&mut self, _: Time, _: u32, _: Option<Proxy>) {}

    fn set_p2p(&mut self, _: Time, _: P2p) {}

    fn report(&self) -> MediaReport {
        let transport = Transport::new(Time::ZERO, Random::from_seed(1), LinkConfig::to_peer(1, Role::Caller));
        MediaReport {
            transport: transport.report(),
            interfaces_note: None,
            proxy: None,
            signaling: signaling::Counters::default(),
            unsent: self.name,
            ignored: Ignored::default(),
            negotiation_ignored: 0,
            audio: AudioStats::default(),
            sources: Vec::new(),
            pictures: Vec::new(),
            stream: None,
        }
    }

    fn figures(&self) -> Figures {
        self.report().figures()
    }

    fn close(&mut self, _: Time) {}

    fn as_private(&mut self) -> Option<&mut PrivateEngine> {
        None
    }

    fn as_group(&mut self) -> Option<&mut GroupEngine> {
        None
    }
}

fn stand_in(name: u64, due_s: u64) -> Box<dyn Engine> {
    Box::new(StandIn { name, due: Time::ZERO + Duration::from_secs(due_s), outputs: VecDeque::new() })
}

#[test]
fn a_call_that_rings_has_two_words_for_its_engines() {
    assert_eq!(size_of::<CallEngines>(), 2 * size_of::<usize>());
}

#[test]
fn each_engine_of_a_call_has_its_sockets_and_the_first_speaks_for_the_call() {
    let mut engines = CallEngines::default();
    assert!(engines.running().is_empty() && engines.report().is_none() && engines.next_timeout().is_none());
    engines.add(3, stand_in(30, 20));
    engines.add(5, stand_in(50, 10));
    assert_eq!(engines.next_timeout(), Some(Time::ZERO + Duration::from_secs(10)));
    for number in [5, 3] {
        let socket = SocketId(u64::from(number) << 16 | 1);
        engines.get_mut(number).unwrap().handle_socket(Time::ZERO, socket, SocketNews::Closed);
        let output = engines.poll_output();
        assert!(
            matches!(output, Some(EngineOutput::Socket(Output::CloseSocket { socket: closed })) if closed == socket),
            "{output:?}"
        );
    }
    assert!(engines.get_mut(4).is_none() && engines.private().is_none() && engines.poll_output().is_none());
    assert_eq!(engines.report().unwrap().unsent, 30);
    let stopped: Vec<u32> = engines.stop(|_| true).iter().map(|running| running.number).collect();
    assert_eq!(stopped, [3, 5]);
    engines.add(6, stand_in(60, 1));
    assert!(engines.running().is_empty() && engines.stop(|_| true).is_empty(), "it is over");
    assert_eq!(engines.report().unwrap().unsent, 30);
    assert!(engines.figures().is_some());
}
