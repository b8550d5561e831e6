//! What holds for every pair of state and input.

use super::*;

fn host_inputs() -> Vec<Input> {
    vec![
        Input::Accept,
        Input::Confirm,
        Input::HangUp(DiscardReason::Auto),
        Input::Connect(Version::V9_0_0, Box::new(link())),
        Input::MediaConnected,
        Input::MediaLost,
        Input::MediaFailed("why".into()),
        Input::MediaInsecure("why".into()),
        Input::SignalingOut(vec![1]),
    ]
}

fn telegrams_inputs() -> Vec<Input> {
    let requested = Requested {
        peer: PEER,
        admin: CALLER,
        participant: Some(CALLEE),
        date_s: 0,
        is_video: false,
        g_a_hash: vec![0; 32],
    };
    let mut inputs = vec![
        Input::Offered(offer(), [1, 2]),
        Input::Answered(answer()),
        Input::Unfit("why".into()),
        Input::Told(News::Empty),
        waiting_news(false),
        waiting_news(true),
        Input::Told(News::Requested(requested)),
        accepted_news(),
        confirmed(|_| ()),
        revealed(|_| ()),
        discarded(Reason::Absent),
        Input::Signaling(vec![1]),
        Input::Timeout,
    ];
    for method in Method::ALL {
        inputs.push(Input::Done(method));
        for name in [
            "CALL_ALREADY_ACCEPTED",
            "CALL_ALREADY_DECLINED",
            "CALL_OCCUPY_FAILED",
            "CALL_PEER_INVALID",
            "RANDOM_ID_DUPLICATE",
            "FLOOD_WAIT_1",
            "USER_IS_BLOCKED",
            "SOMETHING_NEW",
        ] {
            inputs.push(refused(method, name));
        }
        inputs.push(unanswered(method));
    }
    inputs
}

#[test]
fn telegram_and_the_clock_are_never_wrong() {
    for way in WAYS {
        for input in telegrams_inputs() {
            let mut side = way();
            let (before, text) = (side.state(), input.to_string());
            let effects = side.call.step(side.now, input);
            let effects = effects.unwrap_or_else(|WrongState| panic!("{before} refuses {text}"));
            let is_over = matches!(effects.last(), Some(Effect::End(_)));
            assert_eq!(is_over, side.state() == "Ended" && before != "Ended", "{before}: {text}");
            if before == "Ended" {
                assert!(effects.is_empty(), "{text}");
            }
        }
    }
}

#[test]
fn what_the_host_may_do_is_exactly_this() {
    let allowed = |state: &str| -> &[usize] {
        match state {
            "Preparing" | "Requesting" | "Waiting" | "Ringing" | "Confirming" => &[2],
            "Accepted" => &[1, 2],
            "Incoming" => &[0, 2],
            "Fetching" | "Accepting" | "WaitingKey" => &[2],
            "Attached" => &[2, 3],
            "Keyed" => &[2, 3, 4, 5, 6, 7, 8],
            "Connecting" | "Established" | "Reconnecting" => &[2, 4, 5, 6, 7, 8],
            "Aborting" | "Ending" | "Ended" => &[],
            other => panic!("{other}"),
        }
    };
    for way in WAYS {
        for (number, input) in host_inputs().into_iter().enumerate() {
            let mut side = way();
            let state = side.state();
            if allowed(&state).contains(&number) {
                side.feed(input);
            } else {
                side.refuse(input);
            }
        }
    }
}

#[test]
fn stale_objects_move_nothing() {
    for mut side in [connecting(), established(), reconnecting(), ending(), over(), confirming()] {
        for news in [waiting_news(false), waiting_news(true), accepted_news()] {
            let before = side.state();
            side.feed(news);
            assert_eq!((side.state(), side.effects.len()), (before, 0));
        }
    }
    for mut side in [incoming(), waiting(), ringing(), accepted()] {
        let before = side.state();
        side.feed(confirmed(|_| ()));
        assert_eq!((side.state(), side.effects.len()), (before, 0));
    }
}

#[test]
fn silence_leads_every_call_to_its_end() {
    for mut side in every_state() {
        let mut rounds = 0;
        while let Some(deadline) = side.call.state().deadline() {
            side.now = deadline;
            side.feed(Input::Timeout);
            rounds += 1;
            assert!(rounds < 4, "{} does not end", side.state());
        }
        let state = side.state();
        assert!(["Ended", "Established", "Attached"].contains(&state.as_str()), "{state}");
    }
}

#[test]
fn causes_are_read_as_the_tables_need_them() {
    assert_eq!(Refusal::new(Method::AcceptCall, 400, "CALL_OCCUPY_FAILED").cause, Cause::Occupied);
    assert_eq!(Refusal::new(Method::AcceptCall, 500, "CALL_OCCUPY_FAILED").cause, Cause::Occupied);
}
