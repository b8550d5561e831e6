//! Both sides once there is a key: the last rows of the tables of sections 6.1 and 6.2.

use super::*;

#[test]
fn the_duration_counts_from_the_first_path_to_the_end() {
    let mut side = connecting();
    side.sleep(secs(7)).feed(Input::MediaConnected);
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Active, None));
    side.sleep(secs(60)).feed(Input::MediaLost);
    assert_eq!(side.shown(), CallState::Reconnecting);
    side.sleep(secs(5)).feed(Input::MediaConnected);
    assert_eq!(side.shown(), CallState::Active);
    side.sleep(Duration::from_millis(2_999)).feed(Input::HangUp(DiscardReason::Auto));
    assert!(matches!(side.effects[0], Effect::StopMedia));
    side.discards(DiscardReason::Hangup, 67);
    assert_eq!((side.ends().duration_s, side.ended().reason), (67, EndReason::LocalHangup));
}

#[test]
fn without_a_path_the_call_is_disconnected_after_20_seconds() {
    let mut side = connecting();
    side.expire(secs(20), "Ending").discards(DiscardReason::Disconnect, 0);
    assert!(matches!(side.effects[0], Effect::StopMedia));
    assert_eq!((side.ends().reason, side.ended().action), (EndReason::NoPath, Action::Retry));
}

#[test]
fn a_lost_path_is_looked_for_as_long_as_the_engine_needs() {
    let mut side = reconnecting();
    side.expire(secs(30), "Ending").discards(DiscardReason::Disconnect, 30);
    assert_eq!(side.ends().reason, EndReason::NoPath);
    let mut side = ringing_with(Rules { host_media: true, ..rules() });
    side.feed(accepted_news()).feed(confirmed(|_| ())).feed(Input::MediaConnected).feed(Input::MediaLost);
    side.expire(secs(20), "Ending").discards(DiscardReason::Disconnect, 20);
}

#[test]
fn an_engine_that_gives_up_ends_the_call() {
    for mut side in [connecting(), established(), reconnecting()] {
        side.feed(Input::MediaFailed("DTLS".into()));
        side.discards(DiscardReason::Disconnect, 0);
        let outcome = side.ends();
        assert_eq!((outcome.reason, &*outcome.text), (EndReason::NoPath, "DTLS"));
    }
    let mut side = connecting();
    side.feed(Input::MediaInsecure("fingerprint".into()));
    side.discards(DiscardReason::Hangup, 0);
    assert_eq!(side.ends().reason, EndReason::Insecure);
}

#[test]
fn signaling_goes_to_the_engine_and_from_it() {
    for mut side in [connecting(), established(), reconnecting()] {
        side.feed(Input::Signaling(vec![1]));
        assert!(matches!(&side.effects[..], [Effect::Signaling(packet)] if packet == &[1]));
        side.feed(Input::SignalingOut(vec![2]));
        assert_eq!(side.requests(), [&Request::SendSignalingData { packet: vec![2] }]);
    }
}

#[test]
fn signaling_before_the_key_waits_and_the_oldest_gives_way() {
    for mut side in [waiting(), ringing(), confirming(), incoming(), accepting(), waiting_key()] {
        for n in 0..70 {
            side.feed(Input::Signaling(vec![n]));
            assert!(side.effects.is_empty());
        }
        match side.state().as_str() {
            "Waiting" | "Ringing" => side.feed(accepted_news()).feed(confirmed(|_| ())),
            "Confirming" => side.feed(confirmed(|_| ())),
            "Incoming" => side.feed(Input::Accept).feed(Input::Answered(answer())).feed(revealed(|_| ())),
            _ => side.feed(revealed(|_| ())),
        };
        let packets: Vec<u8> = side
            .effects
            .iter()
            .filter_map(|effect| if let Effect::Signaling(packet) = effect { Some(packet[0]) } else { None })
            .collect();
        assert_eq!(packets, (6..70).collect::<Vec<u8>>());
        assert_eq!(side.call.facts().early_dropped, 6);
    }
}

#[test]
fn refused_signaling_ends_a_call_that_is_gone_and_one_that_cannot_repair_it() {
    let mut side = established();
    side.feed(refused(Method::SendSignalingData, "CALL_NOT_ACTIVE"));
    assert_eq!(side.ended().reason, EndReason::RemoteHangup);
    let mut side = established();
    side.feed(unanswered(Method::SendSignalingData));
    assert_eq!((side.shown(), side.effects.len()), (CallState::Active, 0), "the acknowledged dialects send it again");
    let mut side = ringing_with(Rules { versions: vec![Version::V7_0_0], ..rules() });
    side.feed(accepted_news());
    side.feed(confirmed(|news| news.link = Some(Link { versions: vec!["7.0.0".into()], ..Link::default() })));
    side.feed(unanswered(Method::SendSignalingData));
    side.discards(DiscardReason::Disconnect, 0);
}

#[test]
fn no_version_in_common_is_told_with_both_lists() {
    for mut side in [confirming(), waiting_key()] {
        let versions = vec!["2.4.4".to_owned(), "11.0.0".to_owned()];
        let link = Some(Link { versions, ..Link::default() });
        let news = if side.state() == "Confirming" {
            confirmed(|news| news.link = link)
        } else {
            revealed(|news| news.link = link)
        };
        side.feed(news);
        side.discards(DiscardReason::Disconnect, 0);
        let outcome = side.ends();
        assert_eq!((outcome.reason, outcome.action), (EndReason::Incompatible, Action::TellUser));
        assert!(outcome.text.contains("2.4.4, 11.0.0") && outcome.text.contains("9.0.0, 8.0.0, 13.0.0"));
    }
}

#[test]
fn decoded_news_wait_for_servers_and_version() {
    let mut side = keyed();
    assert!(matches!(side.effects[..], [Effect::Agreed(_)]));
    assert_eq!(side.shown(), CallState::Connecting);
    side.feed(Input::Signaling(vec![1]));
    assert!(side.effects.is_empty());
    side.sleep(secs(10)).feed(Input::Connect(Version::V13_0_0, Box::new(link())));
    assert!(matches!(&side.effects[..], [Effect::StartMedia, Effect::Signaling(_)]));
    assert_eq!(side.call.state().deadline(), Some(side.now + secs(20)), "nobody has looked for a path before");
    side.refuse(Input::Connect(Version::V13_0_0, Box::new(link())));
    assert_eq!(keyed().expire(secs(20), "Ending").ends().reason, EndReason::NoPath);
}

#[test]
fn a_hosts_engine_gets_signaling_as_soon_as_there_is_a_key() {
    let mut side = ringing_with(Rules { host_media: true, ..rules() });
    side.feed(Input::Signaling(vec![1])).feed(accepted_news()).feed(confirmed(|news| news.link = None));
    assert!(matches!(&side.effects[..], [Effect::Agreed(_), Effect::Signaling(_)]));
    side.feed(Input::Signaling(vec![2]));
    assert!(matches!(&side.effects[..], [Effect::Signaling(_)]));
    side.feed(Input::MediaConnected);
    assert_eq!(side.shown(), CallState::Active);
}

#[test]
fn attached_calls_never_ask_telegram() {
    let mut side = attached();
    assert_eq!((side.shown(), side.call.state().deadline()), (CallState::Attached, None));
    side.feed(Input::Signaling(vec![1]));
    side.feed(Input::Connect(Version::V8_0_0, Box::new(link())));
    assert!(matches!(&side.effects[..], [Effect::StartMedia, Effect::Signaling(_)]));
    side.feed(Input::MediaConnected).feed(Input::SignalingOut(vec![3]));
    assert!(matches!(&side.effects[..], [Effect::SendSignaling(packet)] if packet == &[3]));
    side.sleep(secs(4)).feed(Input::HangUp(DiscardReason::Auto));
    assert!(side.requests().is_empty());
    assert_eq!((side.ended().reason, side.ended().duration_s), (EndReason::LocalHangup, 4));
    let mut side = attached();
    side.feed(Input::HangUp(DiscardReason::Auto));
    assert_eq!(side.ended().reason, EndReason::LocalHangup);
}
