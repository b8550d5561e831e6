//! The limits, and what survives an unknown constructor: the table of `tl-codec.md`, row by row.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::error::DecodeError;
use super::*;

/// A constructor that no table knows.
const NOBODYS: u32 = 0xdead_beef;

const PROTOCOL: types::PhoneCallProtocol<'_> = types::PhoneCallProtocol {
    udp_p2p: true,
    udp_reflector: true,
    min_layer: 65,
    max_layer: 92,
    library_versions: Seq::empty(),
};

fn words(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn vector(elements: &[Vec<u8>]) -> Vec<u8> {
    [words(&[VECTOR_ID, elements.len() as u32]), elements.concat()].concat()
}

fn unknown() -> Vec<u8> {
    words(&[NOBODYS, 1, 2, 3])
}

fn user(id: i64) -> Vec<u8> {
    // Flag 0: access hash; flag 1: first name.
    [words(&[types::User::ID, 0b11, 0]), id.to_le_bytes().to_vec(), 7i64.to_le_bytes().to_vec(), b"\x03Ann".to_vec()]
        .concat()
}

fn requested() -> enums::PhoneCall<'static> {
    enums::PhoneCall::Requested(types::PhoneCallRequested {
        video: true,
        id: 1,
        access_hash: 2,
        date: 3,
        admin_id: 4,
        participant_id: 5,
        g_a_hash: &[6; 32],
        protocol: PROTOCOL,
    })
}

fn connection(id: i64) -> Vec<u8> {
    let connection =
        types::PhoneConnection { tcp: false, id, ip: b"91.108.9.1", ipv6: b"", port: 533, peer_tag: &[9; 16] };
    encode(&connection).unwrap()
}

/// A `phoneCall` with these servers; `start_date` and `custom_parameters` follow them.
fn call_with(connections: Vec<u8>) -> Vec<u8> {
    let head = [
        words(&[types::PhoneCall::ID, 1 << 7]),
        [1i64, 2].concat_bytes(),
        words(&[3]),
        [4i64, 5].concat_bytes(),
        encode(&[7u8; 256].as_slice()).unwrap(),
        8i64.to_le_bytes().to_vec(),
        encode(&PROTOCOL).unwrap(),
    ];
    let tail = [words(&[1_770_000_000]), encode(&types::DataJSON { data: b"{}" }).unwrap()];
    [head.concat(), connections, tail.concat()].concat()
}

trait ConcatBytes {
    fn concat_bytes(&self) -> Vec<u8>;
}

impl ConcatBytes for [i64; 2] {
    fn concat_bytes(&self) -> Vec<u8> {
        self.iter().flat_map(|value| value.to_le_bytes()).collect()
    }
}

fn updates(elements: &[Vec<u8>], users: Vec<u8>, chats: Vec<u8>) -> Vec<u8> {
    [words(&[types::Updates::ID]), vector(elements), users, chats, words(&[1_770_000_001, 42])].concat()
}

fn update_call(call: &[u8]) -> Vec<u8> {
    [words(&[types::UpdatePhoneCall::ID]), call.to_vec()].concat()
}

fn signaling() -> Vec<u8> {
    encode(&types::UpdatePhoneCallSignalingData { phone_call_id: 77, data: &[1, 2, 3] }).unwrap()
}

#[test]
fn an_unknown_user_leaves_the_call_readable() {
    let call = encode(&requested()).unwrap();
    let users = vector(&[user(9), unknown(), user(10)]);
    let bytes = [words(&[types::PhonePhoneCall::ID]), call.clone(), users].concat();
    let answer = decode_result::<functions::PhoneRequestCall>(&bytes).unwrap();
    assert_eq!(answer.value.phone_call, requested());
    assert_eq!(answer.value.users.len(), 1);
    assert!(!answer.value.users.is_whole());
    let offset = 4 + call.len() + 8 + user(9).len();
    assert_eq!(answer.unread, Some(Unread { id: Some(NOBODYS), offset }));
    let peer = find_peer(&answer.value.users, 9).unwrap();
    assert_eq!((peer.access_hash, peer.first_name), (Some(7), Some(&b"Ann"[..])));
    assert!(find_peer(&answer.value.users, 10).is_none(), "it lies behind what cannot be stepped over");
    assert_eq!(encode(&answer.value), Err(EncodeError::Unread));
    assert!(decode::<types::PhonePhoneCall>(&bytes).is_err(), "the strict way takes none of it");
}

#[test]
fn a_user_of_another_layer_still_says_who_it_is() {
    // Layer 228: one field more, behind those that matter.
    let newer = [words(&[0xb1b8_cc83, 0b11 | 1 << 20, 0]), [5i64, 6].concat_bytes(), b"\x03Bob".to_vec()].concat();
    let bytes =
        [words(&[types::PhonePhoneCall::ID]), encode(&requested()).unwrap(), vector(&[newer, user(9)])].concat();
    let answer = decode_result::<functions::PhoneRequestCall>(&bytes).unwrap();
    assert_eq!(answer.unread, None);
    let peer = find_peer(&answer.value.users, 5).unwrap();
    assert_eq!((peer.access_hash, peer.first_name, peer.min), (Some(6), Some(&b"Bob"[..]), true));
    assert!(find_peer(&answer.value.users, 9).is_some());
    assert!(!answer.value.users.raw().is_empty());
}

#[test]
fn an_unknown_call_is_an_error_that_names_it() {
    let bytes = [words(&[types::PhonePhoneCall::ID]), unknown(), vector(&[])].concat();
    assert_eq!(
        decode_result::<functions::PhoneRequestCall>(&bytes).err(),
        Some(DecodeError::Unknown { id: NOBODYS, offset: 4 })
    );
    let bytes = [words(&[types::PhoneGroupCall::ID]), unknown(), vector(&[])].concat();
    let error = decode_result::<functions::PhoneGetGroupCall>(&bytes).err();
    assert_eq!(error, Some(DecodeError::Unknown { id: NOBODYS, offset: 4 }));
    assert!(decode_updates(&unknown()).is_err() && decode_update(&unknown()).is_err());
}

#[test]
fn a_peer_or_group_call_that_is_unknown_spoils_its_update_only() {
    let update = [words(&[types::UpdateGroupCallParticipants::ID]), unknown()].concat();
    assert!(decode_update(&update).is_err());
    let bytes = updates(&[signaling(), update], vector(&[]), vector(&[]));
    let batch = decode_updates(&bytes).unwrap();
    assert_eq!(batch.updates().count(), 1);
    assert_eq!(batch.unread.unwrap().id, Some(NOBODYS));
}

/// What may stand behind an object in what a host hands in: MTProto's padding is 12 to 1 024 bytes of anything.
fn paddings() -> Vec<Vec<u8>> {
    let mut paddings: Vec<Vec<u8>> = [12, 13, 16, 500, 1024].iter().map(|&size| vec![0xff; size]).collect();
    paddings.push(vec![0; 12]);
    paddings.push((0..255).collect());
    // What reads like more of the same.
    paddings.push([words(&[VECTOR_ID, 1]), unknown()].concat());
    paddings.push(update_call(&encode(&requested()).unwrap()));
    paddings
}

#[test]
fn bytes_behind_an_object_are_ignored_at_the_inlets_and_nowhere_else() {
    let container = updates(&[signaling()], vector(&[user(9)]), vector(&[]));
    let update = update_call(&call_with(vector(&[connection(1)])));
    let answer = [words(&[types::PhonePhoneCall::ID]), encode(&requested()).unwrap(), vector(&[user(9)])].concat();
    let too_long = words(&[0xe317_af7e]);
    for padding in paddings() {
        let with = |bytes: &[u8]| [bytes, &padding].concat();
        assert_eq!(decode_updates(&with(&container)), decode_updates(&container));
        assert_eq!(decode_updates(&with(&container)).unwrap().seq, Some((42, 42)));
        assert!(decode_updates(&with(&too_long)).unwrap().too_long);
        assert_eq!(decode_update(&with(&update)), decode_update(&update));
        let read = decode_result::<functions::PhoneRequestCall>;
        assert_eq!(read(&with(&answer)), read(&answer));
        assert!(decode_lenient::<bool>(&with(&words(&[TRUE_ID]))).unwrap().value);
        let sources = with(&vector(&[words(&[5]), words(&[6])]));
        let sources = decode_result::<functions::PhoneCheckGroupCall>(&sources).unwrap();
        assert_eq!(sources.value.len(), 2);
        // One object, and nothing else.
        assert!(matches!(decode::<enums::Updates>(&with(&container)), Err(DecodeError::Trailing { .. })));
        assert!(matches!(decode::<enums::Update>(&with(&update)), Err(DecodeError::Trailing { .. })));
        assert!(matches!(decode::<bool>(&with(&words(&[TRUE_ID]))), Err(DecodeError::Trailing { .. })));
    }
}

#[test]
fn numbers_behind_an_unreadable_place_are_not_guessed() {
    // They could be read from the end, if it were known that nothing follows them.
    let mut after = paddings();
    after.push(vec![]);
    for padding in after {
        let bytes = [updates(&[signaling()], vector(&[unknown()]), vector(&[])), padding.clone()].concat();
        let batch = decode_updates(&bytes).unwrap();
        assert_eq!(batch.updates().count(), 1);
        assert_eq!((batch.date, batch.seq), (None, None));
        assert!(!batch.chats.is_whole() && batch.chats.is_empty());

        let participants = [
            words(&[types::PhoneGroupParticipants::ID, 0]),
            vector(&[]),
            words(&[0]),
            vector(&[unknown()]),
            vector(&[]),
            words(&[9]),
        ];
        let participants = [participants.concat(), padding.clone()].concat();
        let answer = decode_result::<functions::PhoneGetGroupParticipants>(&participants).unwrap();
        assert_eq!((answer.value.version, answer.unread.unwrap().id), (0, Some(NOBODYS)));
        assert!(!answer.value.users.is_whole());

        let short = [words(&[types::UpdateShort::ID]), unknown(), words(&[1_770_000_002]), padding].concat();
        let batch = decode_updates(&short).unwrap();
        assert_eq!((batch.updates().count(), batch.date), (0, None));
        assert_eq!(batch.unread.unwrap().id, Some(NOBODYS));
    }
}

/// A conference, as layers 196 to 201 named it behind a call.
fn group() -> Vec<u8> {
    encode(&types::InputGroupCall { id: 70, access_hash: 71 }).unwrap()
}

#[test]
fn every_number_that_a_call_object_has_had_is_read_as_what_it_is_now() {
    let conference = 1 << 8;
    let numbered = |bytes: &[u8], id: u32, flags: u32, behind: &[u8]| {
        let set = u32::from_le_bytes(*bytes[4..].first_chunk().unwrap()) | flags;
        [&words(&[id, set])[..], &bytes[8..], behind].concat()
    };
    let now = |bytes: &[u8]| format!("{:?}", decode::<enums::PhoneCall>(bytes).unwrap());
    let protocol = PROTOCOL;
    let waiting = types::PhoneCallWaiting {
        video: true,
        id: 1,
        access_hash: 2,
        date: 3,
        admin_id: 4,
        participant_id: 5,
        protocol,
        receive_date: Some(6),
    };
    let accepted = types::PhoneCallAccepted {
        video: false,
        id: 1,
        access_hash: 2,
        date: 3,
        admin_id: 4,
        participant_id: 5,
        g_b: &[7; 256],
        protocol,
    };
    let reason = Some(enums::PhoneCallDiscardReason::Hangup);
    let discarded = types::PhoneCallDiscarded {
        need_rating: true,
        need_debug: false,
        video: true,
        id: 1,
        reason,
        duration: Some(60),
    };
    let whole = call_with(vector(&[connection(1), connection(2)]));
    let parameters = encode(&types::DataJSON { data: b"{}" }).unwrap().len();
    for (bytes, id, now_id) in [
        (encode(&waiting).unwrap(), 0xeed4_2858, types::PhoneCallWaiting::ID),
        (encode(&requested()).unwrap(), 0x4536_1c63, types::PhoneCallRequested::ID),
        (encode(&accepted).unwrap(), 0x22fd_7181, types::PhoneCallAccepted::ID),
        (encode(&discarded).unwrap(), 0xf9d2_5503, types::PhoneCallDiscarded::ID),
        (whole.clone(), 0x3ba5_940c, types::PhoneCall::ID),
    ] {
        assert_eq!(bytes[..4], now_id.to_le_bytes());
        assert_eq!(now(&numbered(&bytes, id, 0, &[])), now(&bytes), "{id:08x}");
        // Bit 8 was a group call behind the rest, and no `conference_supported`.
        let with_group = numbered(&bytes, id, conference, &group());
        assert_eq!(now(&with_group), now(&bytes), "{id:08x}");
        // So it is in a container, where what follows must be found.
        let container = updates(&[update_call(&with_group), signaling()], vector(&[user(9)]), vector(&[]));
        let batch = decode_updates(&container).unwrap();
        assert_eq!((batch.updates().count(), batch.users.len(), batch.unread), (2, 1, None), "{id:08x}");
        for end in 0..with_group.len() {
            assert!(decode::<enums::PhoneCall>(&with_group[..end]).is_err(), "{id:08x}, {end} bytes");
        }
    }
    // Up to layer 176 nothing followed `start_date`, and bit 7 said nothing.
    let old = numbered(&whole[..whole.len() - parameters], 0x967f_7c67, 1 << 7, &[]);
    let read = decode::<enums::PhoneCall>(&old).unwrap();
    let enums::PhoneCall::PhoneCall(call) = read else { panic!("{read:?}") };
    assert_eq!((call.connections.len(), call.start_date, call.custom_parameters), (2, 1_770_000_000, None));
    assert_eq!((call.id, call.key_fingerprint, call.g_a_or_b), (1, 8, &[7; 256][..]));
    // Written again it is what it is now.
    assert_eq!(encode(&read).unwrap()[..4], types::PhoneCall::ID.to_le_bytes());
    // A server nobody knows leaves those before it, and nothing behind them is read.
    let cut = numbered(&call_with(vector(&[connection(1), unknown()])), 0x3ba5_940c, conference, &group());
    let update = update_call(&cut);
    let decoded = decode_update(&update).unwrap();
    let enums::Update::PhoneCall(types::UpdatePhoneCall { phone_call: enums::PhoneCall::PhoneCall(call) }) =
        decoded.value
    else {
        panic!("{decoded:?}")
    };
    assert_eq!((call.connections.len(), call.start_date, call.custom_parameters), (1, 0, None));
    // The reason that those layers had and no other.
    let moved = [
        words(&[types::PhoneCallDiscarded::ID, 0b11]),
        5i64.to_le_bytes().to_vec(),
        words(&[0xafe2_b839]),
        b"\x03key".to_vec(),
        words(&[60]),
    ]
    .concat();
    let enums::PhoneCall::Discarded(call) = decode::<enums::PhoneCall>(&moved).unwrap() else { panic!() };
    assert_eq!(call.duration, Some(60));
    assert!(matches!(call.reason, Some(enums::PhoneCallDiscardReason::AllowGroupCall(_))));
}

#[test]
fn updates_before_an_unknown_one_are_delivered_and_none_behind_it() {
    let bytes = updates(&[signaling(), unknown(), signaling()], vector(&[]), vector(&[]));
    let batch = decode_updates(&bytes).unwrap();
    let found: Vec<_> = batch.updates().collect::<Result<_, _>>().unwrap();
    assert!(matches!(found[..], [enums::Update::PhoneCallSignalingData(update)] if update.data == [1, 2, 3]));
    let unread = batch.unread.unwrap();
    assert_eq!((unread.id, unread.offset), (Some(NOBODYS), 12 + signaling().len()));
}

#[test]
fn an_unknown_server_leaves_those_before_it() {
    let call = call_with(vector(&[connection(1), connection(2), unknown()]));
    let update = update_call(&call);
    let check = |found: enums::Update| {
        let enums::Update::PhoneCall(types::UpdatePhoneCall { phone_call: enums::PhoneCall::PhoneCall(call) }) = found
        else {
            panic!("{found:?}")
        };
        assert_eq!((call.connections.len(), call.connections.is_whole()), (2, false));
        assert_eq!((call.start_date, call.custom_parameters), (0, None));
        assert_eq!(call.key_fingerprint, 8);
    };
    let decoded = decode_update(&update).unwrap();
    assert_eq!(decoded.unread.unwrap().id, Some(NOBODYS));
    check(decoded.value);
    // In a container it is the last that is delivered.
    let bytes = updates(&[signaling(), update, signaling()], vector(&[user(1)]), vector(&[]));
    let batch = decode_updates(&bytes).unwrap();
    let found: Vec<_> = batch.updates().collect::<Result<_, _>>().unwrap();
    assert_eq!(found.len(), 2);
    check(found[1]);
    assert_eq!((batch.users.len(), batch.users.is_whole(), batch.date), (0, false, None));
    // In an answer the users behind it are lost with the rest.
    let bytes = [words(&[types::PhonePhoneCall::ID]), call, vector(&[user(1)])].concat();
    let answer = decode_result::<functions::PhoneConfirmCall>(&bytes).unwrap();
    assert!(answer.value.users.is_empty() && !answer.value.users.is_whole());
}

#[test]
fn a_known_server_list_keeps_what_follows_it() {
    let bytes = call_with(vector(&[connection(1)]));
    let call: enums::PhoneCall = decode(&bytes).unwrap();
    let enums::PhoneCall::PhoneCall(call) = call else { panic!("{call:?}") };
    assert_eq!(call.start_date, 1_770_000_000);
    assert_eq!(call.custom_parameters, Some(types::DataJSON { data: b"{}" }));
}

#[test]
fn an_unknown_discard_reason_still_ends_the_call() {
    let call =
        [words(&[types::PhoneCallDiscarded::ID, 0b11]), 5i64.to_le_bytes().to_vec(), unknown(), words(&[60])].concat();
    let update = update_call(&call);
    let decoded = decode_update(&update).unwrap();
    let enums::Update::PhoneCall(types::UpdatePhoneCall { phone_call: enums::PhoneCall::Discarded(call) }) =
        decoded.value
    else {
        panic!("{decoded:?}")
    };
    assert_eq!((call.id, call.reason, call.duration), (5, None, None));
    assert_eq!(decoded.unread.unwrap().id, Some(NOBODYS));
}

#[test]
fn flag_bits_that_nobody_names_are_ignored() {
    let mut bytes = encode(&requested()).unwrap();
    bytes[4..8].copy_from_slice(&(!1u32).to_le_bytes());
    assert_eq!(decode::<enums::PhoneCall>(&bytes), Ok(requested()));
}

#[test]
fn what_the_tables_know_and_we_do_not_is_stepped_over_and_written_back() {
    // updateReadFeaturedStickers, which has no fields.
    let other = words(&[0x571d_2742]);
    let bytes = updates(&[other.clone(), signaling()], vector(&[]), vector(&[]));
    let strict = decode::<enums::Updates>(&bytes).unwrap();
    assert_eq!(encode(&strict).unwrap(), bytes);
    let found: Vec<_> = decode_updates(&bytes).unwrap().updates().collect::<Result<_, _>>().unwrap();
    assert_eq!(found[0], enums::Update::Other(Raw { id: 0x571d_2742, bytes: &other }));
    assert_eq!(found.len(), 2);
}

fn nested(depth: usize) -> Vec<u8> {
    let open = types::InputPeerUserFromMessage::ID;
    let close: Vec<u8> = (0..depth).flat_map(|_| words(&[1, 2, 0])).collect();
    [words(&vec![open; depth]), words(&[types::InputPeerSelf::ID]), close].concat()
}

#[test]
fn nesting_ends_at_the_limit() {
    // The outermost object is decoded; those in it are stepped over, on 32 frames.
    assert!(decode::<enums::InputPeer>(&nested(MAX_DEPTH)).is_ok());
    assert!(matches!(decode::<enums::InputPeer>(&nested(MAX_DEPTH + 1)), Err(DecodeError::TooDeep { .. })));
    // Miri, which makes them a word at a time, would take minutes for as many.
    let many = if cfg!(miri) { 1_000 } else { 100_000 };
    assert!(matches!(decode::<enums::InputPeer>(&nested(many)), Err(DecodeError::TooDeep { .. })));
    let bytes = nested(5);
    let mut peer = decode::<enums::InputPeer>(&bytes).unwrap();
    for _ in 0..5 {
        let enums::InputPeer::UserFromMessage(outer) = peer else { panic!("{peer:?}") };
        peer = outer.peer.get().unwrap();
    }
    assert_eq!(peer, enums::InputPeer::Self_);
}

#[test]
fn too_deep_an_object_is_unreadable_and_not_fatal() {
    // updateDraftMessage → draftMessage → inputReplyToStory → a peer inside a peer inside a peer …
    let draft =
        [words(&[0xedfc_111e, 0, types::PeerUser::ID, 1, 0, 0x96ea_a5eb, 1 << 4, 0x5881_323a]), nested(64)].concat();
    let bytes = updates(&[signaling(), draft, signaling()], vector(&[]), vector(&[]));
    let batch = decode_updates(&bytes).unwrap();
    assert_eq!(batch.updates().count(), 1);
    let unread = batch.unread.unwrap();
    assert_eq!((unread.id, batch.date), (None, None));
}

#[test]
fn an_input_past_16_mib_is_not_looked_at() {
    let bytes = vec![0; MAX_INPUT + 1];
    assert_eq!(decode_updates(&bytes).err(), Some(DecodeError::TooLong { length: MAX_INPUT + 1 }));
    assert_eq!(decode_update(&bytes).err(), Some(DecodeError::TooLong { length: MAX_INPUT + 1 }));
    let answer = decode_result::<functions::PhoneRequestCall>(&bytes);
    assert_eq!(answer.err(), Some(DecodeError::TooLong { length: MAX_INPUT + 1 }));
    assert_eq!(decode_updates(&bytes[..MAX_INPUT]).err(), Some(DecodeError::Unknown { id: 0, offset: 0 }));
}

/// A vector of `count` elements that are `element` each.
fn many(count: usize, element: &[u8]) -> Vec<u8> {
    [words(&[VECTOR_ID, count as u32]), element.repeat(count)].concat()
}

#[test]
fn what_outlives_the_message_has_a_largest_number() {
    let is_too_many = |error: Option<DecodeError>| matches!(error, Some(DecodeError::TooMany { .. }));
    let protocol = |count: usize| [words(&[types::PhoneCallProtocol::ID, 0, 65, 92]), many(count, b"\x039.0")].concat();
    assert!(decode::<types::PhoneCallProtocol>(&protocol(64)).is_ok());
    assert!(is_too_many(decode::<types::PhoneCallProtocol>(&protocol(65)).err()));

    let call = |count| call_with(many(count, &connection(1)));
    assert!(decode::<enums::PhoneCall>(&call(64)).is_ok() && decode_update(&update_call(&call(64))).is_ok());
    assert!(is_too_many(decode::<enums::PhoneCall>(&call(65)).err()));
    assert!(is_too_many(decode_update(&update_call(&call(65))).err()));

    let group = encode(&types::InputGroupCall { id: 1, access_hash: 2 }).unwrap();
    let blocks = |count| {
        [words(&[types::UpdateGroupCallChainBlocks::ID]), group.clone(), words(&[0]), many(count, &[0; 4]), words(&[1])]
            .concat()
    };
    assert!(decode_update(&blocks(1024)).is_ok());
    assert!(is_too_many(decode_update(&blocks(1025)).err()));

    let participant = [words(&[types::GroupCallParticipant::ID, 0, types::PeerUser::ID, 1, 0, 2, 3])].concat();
    let participants = |count| {
        [words(&[types::UpdateGroupCallParticipants::ID]), group.clone(), many(count, &participant), words(&[1])]
            .concat()
    };
    assert!(decode_update(&participants(10_000)).is_ok());
    assert!(is_too_many(decode_update(&participants(10_001)).err()));
}

#[test]
fn a_count_is_held_against_the_smallest_size_of_the_element() {
    assert_eq!(skip::min_size(<enums::User as Decode>::CODE), 12);
    assert_eq!(skip::min_size(<types::GroupCallParticipant as Decode>::CODE), 28);
    assert_eq!(skip::min_size(<enums::PhoneConnection as Decode>::CODE), 32);
    assert_eq!(skip::min_size(<enums::Update as Decode>::CODE), 4);
    // Room for two users, three announced: refused before any is looked at.
    let bytes =
        [words(&[types::PhonePhoneCall::ID]), encode(&requested()).unwrap(), words(&[VECTOR_ID, 3]), vec![0; 24]]
            .concat();
    assert!(matches!(
        decode_result::<functions::PhoneRequestCall>(&bytes).err(),
        Some(DecodeError::Count { count: 3, .. })
    ));
}

#[test]
fn lengths_have_one_form_each_and_an_end() {
    for length in [0usize, 1, 2, 3, 4, 252, 253, 254, 255, 256, 257, 65_536, 0xff_ffff] {
        let content = vec![7; length];
        let bytes = encode(&content.as_slice()).unwrap();
        let head = if length < 254 { 1 } else { 4 };
        assert_eq!(bytes.len(), (head + length).next_multiple_of(4));
        assert_eq!(decode::<&[u8]>(&bytes), Ok(&content[..]));
    }
    assert_eq!(encode(&vec![0u8; 1 << 24].as_slice()), Err(EncodeError::Length));
    assert_eq!(decode::<&[u8]>(&[0xff; 260]), Err(DecodeError::Length { offset: 0 }));
    assert_eq!(decode::<&[u8]>(b"\xfe\x03\0\0abc\x55"), Ok(&b"abc"[..]), "the long form and any padding are taken");
}

#[test]
fn an_empty_vector_and_an_absent_one_are_two_values() {
    let color = types::PeerColorCollectible {
        collectible_id: 1,
        gift_emoji_id: 2,
        background_emoji_id: 3,
        accent_color: 4,
        colors: Seq::empty(),
        dark_accent_color: None,
        dark_colors: Some(Seq::empty()),
    };
    let absent = types::PeerColorCollectible { dark_colors: None, ..color };
    let (with, without) = (encode(&color).unwrap(), encode(&absent).unwrap());
    assert_eq!(with.len(), without.len() + 8);
    assert_eq!(decode::<types::PeerColorCollectible>(&with).unwrap().dark_colors, Some(Seq::empty()));
    assert_eq!(decode::<types::PeerColorCollectible>(&without).unwrap().dark_colors, None);
}

#[test]
fn a_buffer_for_secrets_has_the_size_from_the_start() {
    let request =
        functions::PhoneSendSignalingData { peer: types::InputPhoneCall { id: 1, access_hash: 2 }, data: &[9; 1000] };
    let bytes = encode_secret(&request).unwrap();
    assert_eq!(bytes.capacity(), bytes.len(), "it never moved, so no copy of it was left behind");
    assert_eq!(&bytes[..], &encode(&request).unwrap()[..]);
}

#[test]
fn a_method_result_that_is_no_object_is_read_as_what_the_request_remembers() {
    let yes = decode_result::<functions::PhoneReceivedCall>(&TRUE_ID.to_le_bytes()).unwrap();
    assert!(yes.value);
    let vector = many(3, &[5, 0, 0, 0]);
    let sources = decode_result::<functions::PhoneCheckGroupCall>(&vector).unwrap();
    assert_eq!(sources.value.iter().collect::<Result<Vec<_>, _>>(), Ok(vec![5, 5, 5]));
}

#[test]
fn names_serve_the_log() {
    assert_eq!(name(0x42ff_96ed), Some("phone.requestCall"));
    assert_eq!(name(0x2144_ca19), Some("rpc_error"));
    assert_eq!(name(NOBODYS), None);
    assert_eq!(LAYER, 223);
}
