//! The tables of sections 6.1 and 6.2 row by row, then what holds for every pair of state and input.

mod callee;
mod caller;
mod closing;
mod pairs;
mod talk;

use super::*;
use crate::call::exchange::{Callee, Caller, Commitment};
use crate::call::news::{Accepted, Confirmed, Discarded, Reason, Requested, Waiting};
use crate::call::protocol::Version;
use crate::call::refusal::{Cause, Method};
use crate::crypto::dh::{Group, Groups, Opening};
use crate::outcome::{Action, EndReason};
use crate::random::Random;
use std::sync::OnceLock;

const CALLER: UserId = UserId(11);
const CALLEE: UserId = UserId(22);
const PEER: Peer = Peer { id: 7, access_hash: 70 };

fn group() -> &'static Group {
    static GROUP: OnceLock<Group> = OnceLock::new();
    GROUP.get_or_init(|| {
        let json: serde_json::Value =
            serde_json::from_str(include_str!("../../../../tests/vectors/dh_checks.json")).unwrap();
        let hex = json["p"].as_str().unwrap().as_bytes();
        let digits = |pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap();
        let p: Vec<u8> = hex.chunks(2).map(digits).collect();
        match Groups::new().open(&p, 3) {
            Ok(Opening::Ready(group)) => group,
            _ => panic!("the prime of the vectors is known"),
        }
    })
}

/// One exchange, always the same.
fn offer() -> Caller {
    Caller::new(group(), &[1; 256], &mut Random::from_seed(1)).unwrap()
}

fn answer() -> Callee {
    commitment().answer(group(), &[2; 256], &mut Random::from_seed(2)).unwrap()
}

fn commitment() -> Commitment {
    static COMMITMENT: OnceLock<Commitment> = OnceLock::new();
    *COMMITMENT.get_or_init(|| Commitment::new(offer().g_a_hash()).unwrap())
}

fn rules() -> Rules {
    Rules {
        receive: Duration::from_secs(20),
        ring: Duration::from_secs(90),
        auto_confirm: true,
        announce: true,
        host_media: false,
        versions: Version::DEFAULT.to_vec(),
    }
}

fn by_hand() -> Rules {
    Rules { auto_confirm: false, ..rules() }
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A call with its clock, and what its last input led to.
struct Side {
    call: Call,
    now: Time,
    effects: Vec<Effect>,
}

impl Side {
    fn state(&self) -> String {
        let text = format!("{:?}", self.call.state());
        let inner = text.split_once('(').map_or(&*text, |(_, inner)| inner);
        inner.chars().take_while(char::is_ascii_alphabetic).collect()
    }

    fn shown(&self) -> CallState {
        self.call.state().shown()
    }

    #[track_caller]
    fn feed(&mut self, input: Input) -> &mut Side {
        self.effects = self.call.step(self.now, input).expect("the input is valid in this state");
        self
    }

    #[track_caller]
    fn refuse(&mut self, input: Input) {
        let before = format!("{:?}", self.call.state());
        assert!(self.call.step(self.now, input).is_err(), "{before} takes it");
        assert_eq!(format!("{:?}", self.call.state()), before, "nothing moves");
    }

    fn sleep(&mut self, duration: Duration) -> &mut Side {
        self.now += duration;
        self.feed(Input::Timeout)
    }

    /// Nothing happens a moment before the limit; then `state` is reached.
    #[track_caller]
    fn expire(&mut self, limit: Duration, state: &str) -> &mut Side {
        assert_eq!(self.call.state().deadline(), Some(self.now + limit));
        let before = self.state();
        self.sleep(limit - Duration::from_nanos(1));
        assert_eq!((self.state(), self.effects.len()), (before, 0));
        self.sleep(Duration::from_nanos(1));
        assert_eq!(self.state(), state);
        self
    }

    fn requests(&self) -> Vec<&Request> {
        self.effects
            .iter()
            .filter_map(|effect| if let Effect::Invoke(request) = effect { Some(request) } else { None })
            .collect()
    }

    /// The call was discarded with this reason and duration.
    #[track_caller]
    fn discards(&self, reason: DiscardReason, duration_s: u32) -> &Side {
        assert_eq!(self.requests(), [&Request::DiscardCall { reason, duration_s }]);
        assert_eq!((self.state(), self.shown()), ("Ending".into(), CallState::Ending));
        self
    }

    /// Answers the discard, and tells how it ended.
    #[track_caller]
    fn ends(&mut self) -> Outcome {
        self.feed(Input::Done(Method::DiscardCall));
        self.ended()
    }

    #[track_caller]
    fn ended(&self) -> Outcome {
        assert_eq!(self.call.state().deadline(), None, "no timer is left");
        assert_eq!(self.call.state().secrets(), 0, "no secret is left");
        assert_eq!(self.state(), "Ended");
        match self.effects.last() {
            Some(Effect::End(outcome)) => outcome.clone(),
            other => panic!("the last effect is {other:?}"),
        }
    }
}

// ---- Ways into each state

fn preparing_with(rules: Rules) -> Side {
    let (call, effects) = Call::outgoing(Time::ZERO, Arc::new(rules), UserId(0), CALLEE);
    assert!(matches!(effects[..], [Effect::Draw]));
    Side { call, now: Time::ZERO, effects }
}

fn preparing() -> Side {
    preparing_with(rules())
}

fn requesting_with(rules: Rules) -> Side {
    let mut side = preparing_with(rules);
    side.feed(Input::Offered(offer(), [41, 42]));
    side
}

fn requesting() -> Side {
    requesting_with(rules())
}

fn claims() -> Claims {
    Claims { access_hash: Some(PEER.access_hash), admin: Some(CALLER), participant: Some(CALLEE) }
}

fn waiting_news(is_received: bool) -> Input {
    Input::Told(News::Waiting(Waiting { peer: PEER, claims: claims(), is_received }))
}

fn accepted_news() -> Input {
    Input::Told(News::Accepted(Accepted { claims: claims(), g_b: wire().g_b.clone() }))
}

fn link() -> Link {
    Link { versions: vec!["9.0.0".into()], ..Link::default() }
}

/// What goes over the wire in the exchange of [`offer`] and [`answer`].
struct Wire {
    g_a: [u8; 256],
    g_b: Vec<u8>,
    key_fingerprint: i64,
}

fn wire() -> &'static Wire {
    static WIRE: OnceLock<Wire> = OnceLock::new();
    WIRE.get_or_init(|| {
        let g_b = answer().g_b();
        let (g_a, key) = offer().agree(&g_b).unwrap();
        Wire { g_a, g_b, key_fingerprint: key.fingerprint() }
    })
}

/// `phoneCall` as the caller gets it.
fn confirmed(change: impl FnOnce(&mut Confirmed)) -> Input {
    let Wire { g_a: _, g_b, key_fingerprint } = wire();
    let mut confirmed =
        Confirmed { claims: claims(), g_a_or_b: g_b.clone(), key_fingerprint: *key_fingerprint, link: Some(link()) };
    change(&mut confirmed);
    Input::Told(News::Confirmed(Box::new(confirmed)))
}

/// `phoneCall` as the callee gets it.
fn revealed(change: impl FnOnce(&mut Confirmed)) -> Input {
    confirmed(|news| {
        news.g_a_or_b = wire().g_a.to_vec();
        change(news);
    })
}

fn waiting() -> Side {
    let mut side = requesting();
    side.feed(waiting_news(false));
    side
}

fn ringing_with(rules: Rules) -> Side {
    let mut side = requesting_with(rules);
    side.feed(waiting_news(false)).feed(waiting_news(true));
    side
}

fn ringing() -> Side {
    ringing_with(rules())
}

fn accepted() -> Side {
    let mut side = ringing_with(by_hand());
    side.feed(accepted_news());
    side
}

fn confirming() -> Side {
    let mut side = ringing();
    side.feed(accepted_news());
    side
}

fn connecting() -> Side {
    let mut side = confirming();
    side.feed(confirmed(|_| ()));
    side
}

fn keyed() -> Side {
    let mut side = confirming();
    side.feed(confirmed(|news| news.link = None));
    side
}

fn established() -> Side {
    let mut side = connecting();
    side.feed(Input::MediaConnected);
    side
}

fn reconnecting() -> Side {
    let mut side = established();
    side.feed(Input::MediaLost);
    side
}

fn attached() -> Side {
    let call = Call::attach(Arc::new(rules()), Secret::zeroed());
    Side { call, now: Time::ZERO, effects: vec![] }
}

fn incoming() -> Side {
    let (call, effects) = Call::incoming(Time::ZERO, Arc::new(rules()), PEER, CALLER, CALLEE, commitment());
    Side { call, now: Time::ZERO, effects }
}

fn fetching() -> Side {
    let mut side = incoming();
    side.feed(Input::Accept);
    side
}

fn accepting() -> Side {
    let mut side = fetching();
    side.feed(Input::Answered(answer()));
    side
}

fn waiting_key() -> Side {
    let mut side = accepting();
    side.feed(Input::Done(Method::AcceptCall));
    side
}

fn ending() -> Side {
    let mut side = ringing();
    side.feed(Input::HangUp(DiscardReason::Auto));
    side
}

fn aborting_request() -> Side {
    let mut side = requesting();
    side.feed(Input::HangUp(DiscardReason::Auto));
    side
}

fn aborting_accept() -> Side {
    let mut side = accepting();
    side.feed(Input::HangUp(DiscardReason::Auto));
    side
}

fn over() -> Side {
    let mut side = ending();
    side.feed(Input::Done(Method::DiscardCall));
    side
}

/// Every state, by a way that leads there.
const WAYS: [fn() -> Side; 19] = [
    preparing,
    requesting,
    waiting,
    ringing,
    accepted,
    confirming,
    keyed,
    connecting,
    established,
    reconnecting,
    attached,
    incoming,
    fetching,
    accepting,
    waiting_key,
    aborting_request,
    aborting_accept,
    ending,
    over,
];

fn every_state() -> Vec<Side> {
    WAYS.iter().map(|way| way()).collect()
}

fn discarded(reason: Reason) -> Input {
    Input::Told(News::Discarded(Discarded { reason, need_rating: true, need_debug: true }))
}

fn refused(method: Method, name: &str) -> Input {
    Input::Refused(method, Refusal::new(method, 400, name))
}

fn unanswered(method: Method) -> Input {
    Input::Refused(method, Refusal::new(method, 0, ""))
}
