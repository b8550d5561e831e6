use super::*;
use crate::crypto::packet::Purpose;
use crate::random::Random;
use crate::secret::Secret;
use crate::types::Role;

fn end(role: Role) -> Acked {
    Acked::new(PacketCipher::new(&Secret::zeroed(), role, Purpose::Signaling))
}

fn ms(millis: u64) -> Time {
    Time::ZERO + Duration::from_millis(millis)
}

/// The plaintext of a packet that `from` made.
fn open(from: Role, packet: &[u8]) -> Vec<u8> {
    PacketCipher::new(&Secret::zeroed(), from.other(), Purpose::Signaling).open(packet).unwrap()
}

fn seal(from: Role, plaintext: &[u8]) -> Vec<u8> {
    PacketCipher::new(&Secret::zeroed(), from, Purpose::Signaling).seal(plaintext)
}

fn record(seq: u32, kind: u8, body: &[u8]) -> Vec<u8> {
    let mut record = Vec::new();
    push_record(&mut record, seq, kind);
    record.extend_from_slice(body);
    record
}

fn custom(seq: u32, text: &[u8]) -> Vec<u8> {
    record(seq, CUSTOM, &[&(text.len() as u32).to_be_bytes(), text].concat())
}

fn drain(end: &mut Acked) -> Vec<Vec<u8>> {
    core::iter::from_fn(|| end.poll_message()).collect()
}

#[test]
fn a_lone_message_that_is_lost_is_repeated_by_the_timer() {
    let mut caller = end(Role::Caller);
    caller.send(ms(0), b"{}").unwrap();
    assert_eq!(open(Role::Caller, &caller.poll_packet().unwrap()), custom(ACK_REQUESTED | 1, b"{}"));
    assert_eq!(caller.next_timeout(), Some(ms(3000)));
    caller.handle_timeout(ms(2999));
    assert_eq!(caller.poll_packet(), None);
    caller.handle_timeout(ms(3000));
    let repeated = open(Role::Caller, &caller.poll_packet().unwrap());
    assert_eq!(repeated, [record(2, EMPTY, b""), custom(ACK_REQUESTED | 1, b"{}")].concat());
    assert_eq!(caller.next_timeout(), Some(ms(6000)));
}

#[test]
fn an_acknowledgement_stops_the_timer() {
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    caller.send(ms(0), b"{}").unwrap();
    callee.handle_packet(ms(10), &caller.poll_packet().unwrap()).unwrap();
    assert_eq!(drain(&mut callee), [b"{}"]);
    caller.handle_packet(ms(20), &callee.poll_packet().unwrap()).unwrap();
    assert_eq!(caller.next_timeout(), None);
    assert_eq!(callee.next_timeout(), None);
    assert_eq!((caller.poll_packet(), callee.poll_packet()), (None, None));
}

#[test]
fn a_repeat_is_acknowledged_later_and_not_delivered_again() {
    let mut callee = end(Role::Callee);
    callee.handle_packet(ms(0), &seal(Role::Caller, &custom(ACK_REQUESTED | 1, b"{}"))).unwrap();
    assert_eq!(drain(&mut callee).len(), 1);
    callee.poll_packet().unwrap();
    assert_eq!(callee.next_timeout(), None);
    let repeat = [record(2, EMPTY, b""), custom(ACK_REQUESTED | 1, b"{}")].concat();
    callee.handle_packet(ms(100), &seal(Role::Caller, &repeat)).unwrap();
    assert_eq!(drain(&mut callee).len(), 0);
    assert_eq!(callee.poll_packet(), None);
    assert_eq!(callee.next_timeout(), Some(ms(5100)));
    callee.handle_timeout(ms(5100));
    let ack = open(Role::Callee, &callee.poll_packet().unwrap());
    assert_eq!(ack, [record(2, EMPTY, b""), record(ACK_REQUESTED | 1, ACK, b"")].concat());
    assert_eq!(callee.next_timeout(), None);
}

#[test]
fn a_waiting_acknowledgement_travels_with_the_next_message() {
    let mut callee = end(Role::Callee);
    for counter in [2, 3] {
        let packet = [record(counter, EMPTY, b""), custom(ACK_REQUESTED | 1, b"{}")].concat();
        callee.handle_packet(ms(0), &seal(Role::Caller, &packet)).unwrap();
        assert_eq!(callee.poll_packet().is_some(), counter == 2, "only what is new is acknowledged at once");
    }
    callee.send(ms(50), b"[]").unwrap();
    let packet = open(Role::Callee, &callee.poll_packet().unwrap());
    assert_eq!(packet, [custom(ACK_REQUESTED | 2, b"[]"), record(ACK_REQUESTED | 1, ACK, b"")].concat());
    assert_eq!(callee.next_timeout(), Some(ms(3050)), "only the message is waited for");
}

#[test]
fn nothing_is_repeated_within_three_seconds_unless_a_message_joins() {
    let mut caller = end(Role::Caller);
    caller.send(ms(0), b"1").unwrap();
    caller.send(ms(2500), b"2").unwrap();
    assert_eq!(core::iter::from_fn(|| caller.poll_packet()).count(), 2);
    assert_eq!(caller.next_timeout(), Some(ms(5500)), "the second took the first along");
    caller.handle_timeout(ms(5499));
    assert_eq!(caller.poll_packet(), None);
    caller.handle_timeout(ms(5500));
    let repeated = open(Role::Caller, &caller.poll_packet().unwrap());
    let both = [custom(ACK_REQUESTED | 1, b"1"), custom(ACK_REQUESTED | 2, b"2")].concat();
    assert_eq!(repeated[RECORD..], both);
}

#[test]
fn what_does_not_fit_waits_for_an_acknowledgement_and_keeps_its_place() {
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    let texts: Vec<Vec<u8>> = (0..5u8).map(|i| vec![b'0' + i; 6000]).collect();
    for text in &texts {
        caller.send(ms(0), text).unwrap();
    }
    let mut delivered = Vec::new();
    for round in 0..10 {
        for packet in core::iter::from_fn(|| caller.poll_packet()).collect::<Vec<_>>() {
            assert!(packet.len() <= MAX_PACKET);
            callee.handle_packet(ms(round), &packet).unwrap();
        }
        delivered.extend(drain(&mut callee));
        for packet in core::iter::from_fn(|| callee.poll_packet()).collect::<Vec<_>>() {
            caller.handle_packet(ms(round), &packet).unwrap();
        }
    }
    assert_eq!(delivered, texts);
    assert_eq!(caller.next_timeout(), None);
}

#[test]
fn the_longest_message_can_be_repeated_and_a_longer_one_is_refused() {
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    assert_eq!(caller.send(ms(0), &vec![b' '; MAX_MESSAGE + 1]), Err(Unsendable::TooLong));
    caller.send(ms(0), &vec![b' '; MAX_MESSAGE]).unwrap();
    caller.poll_packet().unwrap();
    caller.handle_timeout(ms(5000));
    let repeated = caller.poll_packet().unwrap();
    assert_eq!(repeated.len(), MAX_PACKET);
    callee.handle_packet(ms(5000), &repeated).unwrap();
    assert_eq!(drain(&mut callee)[0].len(), MAX_MESSAGE);
}

#[test]
fn a_peer_that_confirms_nothing_is_given_up_at_a_limit() {
    let mut caller = end(Role::Caller);
    let message = vec![b' '; MAX_MESSAGE];
    let mut sent = 0;
    while caller.send(ms(0), &message).is_ok() {
        caller.packets.clear();
        sent += 1;
        assert!(sent < 1000);
    }
    assert_eq!(caller.send(ms(0), &message), Err(Unsendable::Exhausted));
    assert!(caller.sender.unacked_bytes <= MAX_UNACKED_BYTES + MAX_PACKET);
}

#[test]
fn the_counter_ends_before_the_flag_bits() {
    let mut caller = end(Role::Caller);
    caller.sender.counter = COUNTER - 2;
    caller.send(ms(0), b"{}").unwrap();
    assert_eq!(caller.send(ms(0), b"{}"), Err(Unsendable::Exhausted));
    caller.poll_packet().unwrap();
    caller.handle_timeout(ms(5000));
    assert!(caller.poll_packet().is_some());
    caller.handle_timeout(ms(10_000));
    assert_eq!(caller.poll_packet(), None);
}

#[test]
fn the_rules_of_place_are_kept() {
    let body = custom(ACK_REQUESTED | 7, b"{}");
    let ok = [
        body.clone(),
        custom(SINGLE | 7, b"{}"),
        custom(7, b""),
        [record(8, EMPTY, b""), body.clone()].concat(),
        record(8, EMPTY, b""),
        [body.clone(), record(ACK_REQUESTED | 1, ACK, b"")].concat(),
    ];
    let broken = [
        record(8, ACK, b""),
        [body.clone(), record(8, EMPTY, b"")].concat(),
        [custom(SINGLE | 7, b"{}"), record(1, ACK, b"")].concat(),
        [record(8, EMPTY, b""), custom(SINGLE | 7, b"{}")].concat(),
        [body.clone(), vec![0; 4]].concat(),
        record(7, 1, b"\0\0\0\0"),
        record(7, CUSTOM, &[0, 0, 0, 9, b'{', b'}']),
        record(7, CUSTOM, &[0xff; 4]),
        record(7, CUSTOM, &[0, 0]),
    ];
    for plaintext in ok {
        let result = end(Role::Callee).handle_packet(ms(0), &seal(Role::Caller, &plaintext));
        assert_eq!(result, Ok(()), "{plaintext:02x?}");
    }
    for plaintext in broken {
        let mut callee = end(Role::Callee);
        let result = callee.handle_packet(ms(0), &seal(Role::Caller, &plaintext));
        assert_eq!(result, Err(Refused::Malformed), "{plaintext:02x?}");
        assert_eq!(drain(&mut callee).len(), 0, "{plaintext:02x?}");
        assert_eq!(callee.poll_packet(), None);
    }
}

#[test]
fn a_broken_packet_gives_its_acknowledgements_and_its_messages_come_again() {
    let (mut caller, mut callee) = (end(Role::Caller), end(Role::Callee));
    callee.send(ms(0), b"mine").unwrap();
    caller.send(ms(0), b"{}").unwrap();
    let good = open(Role::Caller, &caller.poll_packet().unwrap());
    let broken = [good.clone(), record(ACK_REQUESTED | 1, ACK, b""), vec![1]].concat();
    assert_eq!(callee.handle_packet(ms(1), &seal(Role::Caller, &broken)), Err(Refused::Malformed));
    assert_eq!(drain(&mut callee).len(), 0);
    assert_eq!(callee.next_timeout(), None, "our message is acknowledged");
    let again = [record(2, EMPTY, b""), good].concat();
    callee.handle_packet(ms(2), &seal(Role::Caller, &again)).unwrap();
    assert_eq!(drain(&mut callee), [b"{}"]);
}

#[test]
fn a_flood_of_messages_stays_within_its_bounds() {
    let mut callee = end(Role::Callee);
    for round in 0..4u32 {
        let base = round * 20_000;
        let mut plaintext = record(base + 1, EMPTY, b"");
        for counter in 2..14_000 {
            plaintext.extend(custom(ACK_REQUESTED | (base + counter), b""));
        }
        callee.handle_packet(ms(0), &seal(Role::Caller, &plaintext)).unwrap();
        assert_eq!(drain(&mut callee).len(), 13_998);
        assert!(callee.receiver.acks.order.len() <= MAX_WAITING_ACKS);
        assert_eq!(callee.receiver.acks.order.len(), callee.receiver.acks.known.len());
        assert!(callee.receiver.delivered.count <= REMEMBERED);
    }
}

#[test]
fn what_was_delivered_is_remembered_as_a_set_of_the_last_would_remember_it() {
    let mut random = Random::from_seed(5);
    // Close together, as between peers; and as far apart as can be.
    for spread in [4, 100, 10_000, u64::from(u32::MAX) / 4000] {
        let (mut delivered, mut model) = (Delivered::default(), BTreeSet::new());
        for step in 0..4000 {
            let counter = (step * spread + random.below(spread * 1200)).min(u32::MAX.into()) as u32;
            let is_new = match model.first() {
                Some(first) if model.len() >= REMEMBERED && counter < *first => false,
                _ => model.insert(counter),
            };
            if model.len() > REMEMBERED {
                model.pop_first();
            }
            assert_eq!(delivered.insert(counter), is_new, "{spread}: {counter} at {step}");
            assert_eq!((delivered.count, delivered.first()), (model.len(), model.first().copied()), "{spread}");
        }
        let bits: u32 = delivered.words.values().map(|word| word.count_ones()).sum();
        assert_eq!(bits as usize, REMEMBERED, "{spread}");
    }
}
