use super::*;

fn ms(millis: u64) -> Time {
    Time::ZERO + Duration::from_millis(millis)
}

fn end(seed: u64) -> Sctp {
    Sctp::new(ms(0), Random::from_seed(seed), &CustomParameters::default())
}

fn packets(end: &mut Sctp) -> Vec<Vec<u8>> {
    core::iter::from_fn(|| end.poll_packet()).collect()
}

fn messages(end: &mut Sctp) -> Vec<Vec<u8>> {
    core::iter::from_fn(|| end.poll_message()).collect()
}

/// Hands packets over, 10 ms each way, until `until`; `lost` decides by sender and packet.
fn run(ends: &mut [Sctp; 2], from: u64, until: u64, mut lost: impl FnMut(usize, &[u8]) -> bool) {
    let mut flying: Vec<(u64, usize, Vec<u8>)> = Vec::new();
    for now in (from..until).step_by(10) {
        let landed: Vec<_> = flying.extract_if(.., |(at, ..)| *at <= now).collect();
        for (_, to, packet) in landed {
            ends[to].handle_packet(ms(now), &packet);
        }
        for (index, end) in ends.iter_mut().enumerate() {
            if end.next_timeout().is_some_and(|at| at <= ms(now)) {
                end.handle_timeout(ms(now));
            }
            for packet in packets(end) {
                if !lost(index, &packet) {
                    flying.push((now + 10, 1 - index, packet));
                }
            }
        }
    }
}

/// A web peer's SCTP: answers everything, repeats nothing, fragments nothing.
struct Web {
    tsn: u32,
    peer_tag: [u8; 4],
}

impl Web {
    fn packet(&self, chunk: &[u8]) -> Vec<u8> {
        let mut chunk = chunk.to_vec();
        chunk.resize(chunk.len().next_multiple_of(4), 0);
        let header = [&PORT[..], &PORT, &self.peer_tag].concat();
        let checksum = crc32c(&[&header, &[0; 4], &chunk]).to_le_bytes();
        [&header[..], &checksum, &chunk].concat()
    }

    fn chunk(kind: u8, flags: u8, body: &[u8]) -> Vec<u8> {
        [&[kind, flags], &(4 + body.len() as u16).to_be_bytes()[..], body].concat()
    }

    /// The end that has taken our INIT, and whom we have told that it is connected.
    fn connect(end: &mut Sctp) -> Web {
        let init = packets(end).remove(0);
        let web = Web { tsn: 77, peer_tag: init[16..20].try_into().unwrap() };
        let fixed = [&[1, 2, 3, 4][..], &0x0050_0000u32.to_be_bytes(), &[0xff; 4], &web.tsn.to_be_bytes()].concat();
        let cookie = Web::chunk(0, 7, b"cookie");
        let ack = Web::chunk(2, 0, &[&fixed[..], &cookie, &[0, 0]].concat());
        end.handle_packet(ms(10), &web.packet(&ack));
        let echo = packets(end).remove(0);
        assert_eq!(echo[HEADER], COOKIE_ECHO);
        assert_eq!(echo[HEADER + 4..HEADER + 10], *b"cookie");
        end.handle_packet(ms(20), &web.packet(&Web::chunk(11, 0, b"")));
        assert!(end.is_connected());
        web
    }

    fn data(&mut self, message: &[u8]) -> Vec<u8> {
        let sequence = (self.tsn - 77) as u16;
        let head = [&self.tsn.to_be_bytes()[..], &[0, 0], &sequence.to_be_bytes(), &53u32.to_be_bytes()].concat();
        self.tsn += 1;
        self.packet(&Web::chunk(DATA, WHOLE, &[&head[..], message].concat()))
    }
}

#[test]
fn both_ends_may_start_at_once() {
    let mut ends = [end(1), end(2)];
    assert!(ends[0].send(ms(0), b"from a".to_vec()));
    assert!(ends[1].send(ms(0), vec![7; 50_000]));
    run(&mut ends, 0, 2000, |_, _| false);
    assert_eq!(messages(&mut ends[1]), [b"from a"]);
    assert_eq!(messages(&mut ends[0]), [vec![7; 50_000]]);
    assert!(ends[0].waiting.is_empty() && ends[1].waiting.is_empty());
}

#[test]
fn one_seed_is_one_trace() {
    let trace = || {
        let mut ends = [end(1), end(2)];
        let mut trace = Vec::new();
        assert!(ends[0].send(ms(0), b"hello".to_vec()));
        run(&mut ends, 0, 500, |_, packet| {
            trace.push(packet.to_vec());
            false
        });
        trace
    };
    assert_eq!(trace(), trace());
}

#[test]
fn an_init_is_repeated_without_end_and_at_least_every_three_seconds() {
    let mut ends = [end(1), end(2)];
    let mut times = Vec::new();
    for now in (0..120_000).step_by(10) {
        if ends[0].next_timeout().is_some_and(|at| at <= ms(now)) {
            ends[0].handle_timeout(ms(now));
        }
        times.extend(packets(&mut ends[0]).iter().map(|packet| (now, packet.clone())));
    }
    assert!(
        times.windows(2).all(|pair| pair[1].0 - pair[0].0 <= 3000),
        "{:?}",
        times.iter().map(|t| t.0).collect::<Vec<_>>()
    );
    assert!(times.iter().all(|(_, packet)| *packet == times[0].1), "the same tag and the same TSN each time");
    // And the first that arrives is taken.
    ends[1].handle_packet(ms(120_000), &times[0].1);
    assert!(packets(&mut ends[1]).iter().any(|packet| packet[HEADER] == 2));
}

#[test]
fn the_server_sets_the_timers() {
    let parameters = r#"{"network_sctp_t1_init_ms": 1000, "network_sctp_max_backoff_ms": 750}"#;
    let end = Sctp::new(ms(0), Random::from_seed(1), &CustomParameters::parse(parameters));
    assert_eq!(end.next_timeout(), Some(ms(750)));
}

#[test]
fn an_abort_is_followed_by_a_fresh_association_that_carries_what_was_not_confirmed() {
    let mut ends = [end(1), end(2)];
    run(&mut ends, 0, 1000, |_, _| false);
    // What the first end sends is lost; then the second aborts.
    assert!(ends[0].send(ms(1000), b"first".to_vec()));
    assert!(ends[0].send(ms(1000), b"second".to_vec()));
    run(&mut ends, 1000, 1300, |from, _| from == 0);
    ends[1].socket.close();
    ends[1].pump(ms(1300));
    run(&mut ends, 1300, 5000, |_, _| false);
    assert_eq!(messages(&mut ends[1]), [b"first".to_vec(), b"second".to_vec()]);
    assert!(ends[0].is_connected() && ends[0].waiting.is_empty());
}

#[test]
fn after_an_abort_with_nothing_unconfirmed_the_peer_is_waited_for() {
    let mut ends = [end(1), end(2)];
    assert!(ends[0].send(ms(0), b"from a".to_vec()));
    assert!(ends[1].send(ms(0), b"from b".to_vec()));
    run(&mut ends, 0, 1000, |_, _| false);
    // The official client aborts when it hangs up.
    ends[1].socket.close();
    ends[1].pump(ms(1000));
    let mut inits = 0;
    run(&mut ends, 1000, 60_000, |from, packet| {
        inits += usize::from(from == 0 && packet[HEADER] == INIT);
        // Nobody is there any more.
        from == 0
    });
    assert_eq!((inits, ends[0].next_timeout()), (0, None));
    // A peer that comes back is answered; and what is said to one that does not is worth an INIT.
    ends[1] = Sctp::new(ms(60_000), Random::from_seed(9), &CustomParameters::default());
    run(&mut ends, 60_000, 61_000, |_, _| false);
    assert!(ends[0].is_connected() && ends[1].is_connected());
    ends[1].socket.close();
    ends[1].pump(ms(61_000));
    run(&mut ends, 61_000, 62_000, |_, _| false);
    assert!(!ends[0].is_connected());
    assert!(ends[0].send(ms(62_000), b"news".to_vec()));
    run(&mut ends, 62_000, 63_000, |_, _| false);
    assert_eq!(messages(&mut ends[1]), [b"news"]);
}

#[test]
fn a_peer_that_aborts_everything_causes_no_storm() {
    let mut end = end(1);
    assert!(end.send(ms(0), b"never confirmed".to_vec()));
    let mut sent = 0;
    for now in (0..60_000).step_by(10) {
        if end.next_timeout().is_some_and(|at| at <= ms(now)) {
            end.handle_timeout(ms(now));
        }
        for packet in packets(&mut end) {
            sent += 1;
            let web = Web { tsn: 1, peer_tag: packet.get(16..20).unwrap_or(&[0; 4]).try_into().unwrap() };
            end.handle_packet(ms(now), &web.packet(&Web::chunk(6, 0, b"")));
        }
    }
    assert!(sent < 200, "{sent} packets in a minute");
}

#[test]
fn a_shutdown_is_answered_and_the_next_message_connects_again() {
    let mut ends = [end(1), end(2)];
    run(&mut ends, 0, 1000, |_, _| false);
    ends[1].socket.shutdown();
    ends[1].pump(ms(1000));
    run(&mut ends, 1000, 3000, |_, _| false);
    assert!(!ends[0].is_connected() && !ends[1].is_connected());
    assert_eq!(ends[0].next_timeout(), None, "nothing to say");
    assert!(ends[0].send(ms(3000), b"again".to_vec()));
    run(&mut ends, 3000, 5000, |_, _| false);
    assert_eq!(messages(&mut ends[1]), [b"again"]);
}

#[test]
fn a_peer_that_starts_anew_gets_what_it_had_not_confirmed() {
    let mut ends = [end(1), end(2)];
    run(&mut ends, 0, 1000, |_, _| false);
    assert!(ends[0].send(ms(1000), b"lost with the old one".to_vec()));
    run(&mut ends, 1000, 1010, |_, _| true);
    ends[1] = Sctp::new(ms(1020), Random::from_seed(9), &CustomParameters::default());
    run(&mut ends, 1020, 10_000, |_, _| false);
    assert_eq!(messages(&mut ends[1]), [b"lost with the old one"]);
}

#[test]
fn a_web_peer_is_acknowledged_and_its_losses_hold_nothing_up() {
    let mut end = end(1);
    let mut web = Web::connect(&mut end);
    end.handle_packet(ms(100), &web.data(b"one"));
    assert_eq!(messages(&mut end), [b"one"]);
    let _lost = web.data(b"two");
    end.handle_packet(ms(200), &web.data(b"three"));
    assert_eq!(messages(&mut end).len(), 0, "two may still come");
    end.handle_timeout(ms(3200));
    assert_eq!(messages(&mut end), [b"three"]);
    // It never comes. Nothing waits again.
    end.handle_packet(ms(3300), &web.data(b"four"));
    assert_eq!(messages(&mut end), [b"four"]);
}

#[test]
fn messages_to_a_web_peer_are_repeated_until_it_confirms() {
    let mut end = end(1);
    let _web = Web::connect(&mut end);
    assert!(end.send(ms(100), b"hello".to_vec()));
    let first = packets(&mut end);
    assert_eq!(first.len(), 1);
    let mut repeats = 0;
    for now in (100..20_000).step_by(10) {
        if end.next_timeout().is_some_and(|at| at <= ms(now)) {
            end.handle_timeout(ms(now));
        }
        repeats += packets(&mut end).iter().filter(|packet| packet[HEADER] == DATA).count();
    }
    assert!((5..30).contains(&repeats), "{repeats}");
}

#[test]
fn packets_with_a_wrong_tag_change_nothing() {
    let mut end = end(1);
    let mut web = Web::connect(&mut end);
    web.peer_tag[0] ^= 1;
    for packet in [web.data(b"one"), web.packet(&Web::chunk(6, 0, b"")), web.packet(&Web::chunk(7, 0, &[0; 4]))] {
        end.handle_packet(ms(100), &packet);
    }
    assert!(end.is_connected());
    assert_eq!(packets(&mut end).len(), 0);
}

#[test]
fn what_is_not_sctp_is_told_apart() {
    let mut end = end(1);
    let init = packets(&mut end).remove(0);
    let mut broken = init.clone();
    broken[20] ^= 1;
    for bare in [&b""[..], b"0123456789012345678901", &broken, &init[..init.len() - 1]] {
        assert_eq!(end.handle_packet(ms(0), bare), Handled::Bare);
    }
    let web = Web { tsn: 1, peer_tag: [0; 4] };
    let never = [
        web.packet(&[]),
        web.packet(&Web::chunk(FORWARD_TSN, 0, &[0; 4])),
        web.packet(&Web::chunk(I_DATA, 3, &[0; 20])),
        web.packet(&Web::chunk(4, 0, &[0; MAX_CONTROL_CHUNK])),
        web.packet(&Web::chunk(DATA, WHOLE, &[0; 12])),
        web.packet(&Web::chunk(11, 0, b"").repeat(MAX_CHUNKS + 1)),
        web.packet(&[1, 0, 0, 3]),
        web.packet(&[1, 0, 0, 90, 0, 0, 0, 0]),
    ];
    for packet in never {
        assert_eq!(end.handle_packet(ms(0), &packet), Handled::Malformed, "{packet:02x?}");
    }
}

#[test]
fn queues_have_their_limits() {
    let mut end = end(1);
    let mut taken = 0;
    while end.send(ms(0), vec![0; 10_000]) {
        taken += 1;
        assert!(taken < 1000);
    }
    let mut end = self::end(1);
    let mut web = Web::connect(&mut end);
    let _lost = web.data(b"x");
    let mut delivered = Vec::new();
    for number in 0..500u16 {
        end.handle_packet(ms(100), &web.data(&number.to_be_bytes().repeat(5000)));
        assert!(end.early.messages.len() <= MAX_EARLY && end.early.bytes <= MAX_EARLY_BYTES);
        delivered.extend(messages(&mut end).iter().map(|message| u16::from_be_bytes([message[0], message[1]])));
    }
    // What had to make room was handed on, not thrown away; and the rest still comes.
    end.handle_timeout(ms(3100));
    delivered.extend(messages(&mut end).iter().map(|message| u16::from_be_bytes([message[0], message[1]])));
    assert_eq!(delivered, (0..500).collect::<Vec<u16>>());
}

/// Whatever Telegram, or someone in its place, sends: no panic, and no more packets than there is reason for.
#[test]
fn hostile_packets_do_no_harm() {
    let mut random = Random::from_seed(5);
    for round in 0..300u64 {
        let mut ends = [end(round), end(round + 1000)];
        let mut recorded: Vec<Vec<u8>> = Vec::new();
        let stop = random.below(300);
        assert!(ends[0].send(ms(0), vec![1; 3000]));
        run(&mut ends, 0, 10 + stop, |_, packet| {
            recorded.push(packet.to_vec());
            false
        });
        for step in 0..40 {
            let now = ms(10 + stop + step * 100);
            let mut packet = recorded[random.below(recorded.len() as u64) as usize].clone();
            for _ in 0..random.below(4) {
                let at = 4 + random.below(packet.len() as u64 - 4) as usize;
                packet[at] = random.u32() as u8;
            }
            if random.below(4) == 0 {
                let other = &recorded[random.below(recorded.len() as u64) as usize];
                packet.extend_from_slice(&other[HEADER..]);
            }
            let tag = if random.below(2) == 0 { packet[4..8].to_vec() } else { ends[0].tag_for_tests() };
            let web = Web { tsn: 1, peer_tag: tag.try_into().unwrap() };
            let packet = web.packet(&packet[HEADER..]);
            ends[0].handle_packet(now, &packet);
            ends[0].handle_timeout(now);
            assert!(packets(&mut ends[0]).len() < 200);
            messages(&mut ends[0]);
        }
    }
}

impl Sctp {
    /// The verification tag that the association accepts, as far as it can be read off its INIT.
    fn tag_for_tests(&self) -> Vec<u8> {
        self.handshake.as_ref().and_then(|(_, packet)| packet.get(16..20)).unwrap_or(&[0; 4]).to_vec()
    }
}
