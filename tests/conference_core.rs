//! The core of conferences beside the reference implementation: what it takes, we take, and with its numbers we refuse.
#![cfg(feature = "conference")]

use tgcall::conference::chain::block::{
    Block, Change, GroupState, Headers, MAX_BLOCK, Participant, SharedKey, StateProof, to_server_form,
};
use tgcall::conference::chain::state::State;
use tgcall::conference::epoch::{Epochs, Members};
use tgcall::conference::error::Reject;
use tgcall::conference::frame::Packet;
use tgcall::conference::verify::Phase;
use tgcall::conference::{Conference, genesis, seal, self_add};
use tgcall::crypto::sign::{KeyPair, PublicKey, Verifier};
use tgcall::random::Random;
use tgcall::secret::Secret;
use tgcall::time::{Duration, Time};
use tgcall::transform::{Codec, FrameTransform, Level, Unopened};
use tgcall::types::UserId;

const ALICE: UserId = UserId(1);
const BOB: UserId = UserId(2);

fn keys(seed: u8) -> KeyPair {
    KeyPair::from_seed(&Secret::take(&mut [seed; 32]))
}

fn served(plain: &[u8]) -> Vec<u8> {
    to_server_form(plain).unwrap()
}

/// The conferences of both, after Alice has begun and Bob has joined; their first messages have been passed on.
fn two(now: Time) -> [Conference; 2] {
    let mut random = Random::from_seed(1);
    let first = served(&genesis(ALICE, &keys(1), &mut random).unwrap());
    let mut alice = Conference::create(now, ALICE, keys(1), &first, random.fork()).unwrap();
    while alice.poll_outbound().is_some() {}
    let second = served(&self_add(&first, BOB, &keys(2), &mut random).unwrap());
    alice.apply_block(now, &second).unwrap();
    let bob = Conference::create(now, BOB, keys(2), &second, random.fork()).unwrap();
    [alice, bob]
}

fn hex(text: &serde_json::Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

#[test]
fn strings_in_their_longest_form_are_read_and_hashed_in_their_shortest() {
    let made: serde_json::Value = serde_json::from_str(include_str!("conference/long_strings.json")).unwrap();
    let mut state = State::empty();
    for block in made["blocks"].as_array().unwrap() {
        let parsed = Block::parse(&hex(&block["block"])).unwrap().hashed();
        assert_eq!(parsed.hash[..], hex(&block["hash"]));
        state = state.apply(parsed).unwrap();
    }
    assert_eq!(state.height, 9);
}

#[test]
fn a_block_is_bounded_by_its_bytes_and_not_by_what_is_in_it() {
    let now = Time::ZERO;
    for count in [63, 65, 5000] {
        let [mut alice, mut bob] = two(now);
        let plain = bob.change(bob.state().group.participants.clone()).unwrap();
        let mut block = Block::parse(&plain).unwrap();
        block.changes.splice(0..0, (0..count).map(|i| Change::Noop { nonce: [i as u8; 32] }));
        let plain = block.signed(&keys(2)).into_bytes();
        assert!(plain.len() <= MAX_BLOCK);
        for side in [&mut alice, &mut bob] {
            assert_eq!(side.apply_block(now, &served(&plain)), Ok(()), "{count}");
        }
    }
}

#[test]
fn forged_early_broadcasts_push_out_nothing_and_are_counted() {
    let now = Time::ZERO;
    let [mut alice, mut bob] = two(now);
    let third = served(&alice.change(alice.state().group.participants.clone()).unwrap());
    bob.apply_block(now, &third).unwrap();
    let genuine = std::iter::from_fn(|| bob.poll_outbound()).last().unwrap();
    let mut random = Random::from_seed(4);
    for round in 0..3000_u32 {
        let mut forged = genuine.clone();
        // In everybody's name, and of any content.
        let user = [2, 1, 7 + i64::from(round)][round as usize % 3];
        forged[68..76].copy_from_slice(&user.to_le_bytes());
        random.fill(&mut forged[112..]);
        assert_eq!(alice.receive_broadcast(&served(&forged)), Ok(()));
    }
    let dropped = |conference: &Conference| conference.dropped().get(&Reject::TooEarly).copied().unwrap_or_default();
    assert!(dropped(&alice) > 1900, "{}", dropped(&alice));
    let before = dropped(&alice);
    assert_eq!(alice.receive_broadcast(&served(&genuine)), Ok(()));
    assert_eq!(dropped(&alice), before);
    // The same again has no place, and says so.
    assert_eq!(alice.receive_broadcast(&served(&genuine)), Ok(()));
    assert_eq!(dropped(&alice), before + 1);
    while alice.poll_outbound().is_some() {}
    alice.apply_block(now, &third).unwrap();
    assert!(alice.dropped()[&Reject::Signature] > 0, "{:?}", alice.dropped());
    let own = alice.poll_outbound().unwrap();
    assert_eq!(alice.receive_broadcast(&served(&own)), Ok(()));
    assert_eq!(alice.phase(), Phase::Reveal, "Bob's commit was there");
}

#[test]
fn what_a_removed_key_has_sent_is_not_taken_again_when_it_is_back() {
    let mut now = Time::ZERO;
    let [mut alice, mut bob] = two(now);
    for number in 1..=5 {
        let packet = bob.encrypt(now, 3, b"sound", 0).unwrap();
        assert_eq!(alice.decrypt(now, BOB, &packet).unwrap().number, number);
    }
    let removal = served(&alice.remove(&[BOB]).unwrap());
    alice.apply_block(now, &removal).unwrap();
    now += Duration::from_secs(11);
    alice.handle_timeout(now);
    // The same device, as some client may do it, with numbers from 1 on.
    let mut random = Random::from_seed(9);
    let back = served(&self_add(&removal, BOB, &keys(2), &mut random).unwrap());
    alice.apply_block(now, &back).unwrap();
    let mut bob = Conference::create(now, BOB, keys(2), &back, random).unwrap();
    for number in 1..=7 {
        let packet = bob.encrypt(now, 3, b"sound", 0).unwrap();
        let outcome = alice.decrypt(now, BOB, &packet).map(|opened| opened.number);
        assert_eq!(outcome, if number <= 5 { Err(Reject::Replayed) } else { Ok(number) }, "{number}");
        // A channel that it had not used is open.
        assert!(number > 1 || alice.decrypt(now, BOB, &bob.encrypt(now, 4, b"picture", 0).unwrap()).is_ok());
    }
}

#[test]
fn media_are_lent_the_conference_frame_by_frame() {
    let now = Time::ZERO;
    let [mut alice, mut bob] = two(now);
    // What the media of two streams would do with it.
    let mut seal = |channel, codec, frame: &[u8], level| {
        let conference: &mut dyn FrameTransform = &mut bob;
        conference.seal(now, channel, codec, frame, level).unwrap()
    };
    let loud = Level { speech: true, below_full: 20 };
    let picture = [&[0, 0, 0, 1, 0x65, 0x88, 0x84][..], &[7; 900]].concat();
    let packets = [
        (Codec::Opus, seal(0, Codec::Opus, b"sound", loud), b"sound".to_vec(), Some(loud)),
        (Codec::H264, seal(1, Codec::H264, &picture, loud), picture.clone(), None),
        (Codec::Opus, seal(0, Codec::Opus, b"more", Level::default()), b"more".to_vec(), Some(Level::default())),
    ];
    assert!(packets[1].1.starts_with(&picture[..5]), "the server sees where the picture begins");
    let media: &mut dyn FrameTransform = &mut alice;
    for (codec, packet, frame, level) in packets {
        assert_eq!(media.open(now, BOB, codec, &packet), Ok((frame, level)));
        assert_eq!(media.open(now, BOB, codec, &packet), Err(Unopened::Refused), "once");
        assert_eq!(media.open(now, ALICE, codec, &packet), Err(Unopened::Refused), "of the user who sent it");
    }
    assert_eq!(media.seal(now, 1024, Codec::Opus, b"no such channel", loud), None);
    assert_eq!(alice.dropped().get(&Reject::Replayed), Some(&3));
}

#[test]
fn refusals_have_the_numbers_of_the_reference() {
    let mut random = Random::from_seed(1);
    // The last height.
    let mut last = Block::parse(&genesis(ALICE, &keys(1), &mut random).unwrap()).unwrap();
    last.height = i32::MAX;
    let refused = self_add(&served(&last.to_bytes()), BOB, &keys(2), &mut random).unwrap_err();
    assert_eq!((refused, refused.code()), (Reject::ChainEnd, 100));

    // A key of small order among those who take part, and no permission to join.
    let mut headers = Headers::with_capacity(1);
    headers.push(&[4; 32]);
    for (small, code) in [(true, 100), (false, 207)] {
        let key = if small { PublicKey(std::array::from_fn(|i| u8::from(i == 0))) } else { keys(1).public() };
        let participants = vec![Participant { user: ALICE, key, flags: 3, version: 0 }];
        let shared = SharedKey { ephemeral: [1; 32], encrypted: vec![1], users: vec![ALICE], headers: headers.clone() };
        let newest = Block {
            signature: [0; 64],
            previous: [0; 32],
            changes: vec![
                Change::SetGroupState(GroupState { participants, external: 0 }),
                Change::SetSharedKey(shared),
            ],
            height: 4,
            proof: StateProof::default(),
            signer: Some(key),
        };
        let refused = self_add(&served(&newest.to_bytes()), BOB, &keys(2), &mut random).unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
    }

    // Packets with hardly anything in them: the channel is looked at before there is a number.
    let (epoch, members) =
        ([6; 32], Members::new(&[Participant { user: BOB, key: keys(2).public(), flags: 3, version: 0 }]));
    let mut epochs = Epochs::default();
    epochs.begin(Time::ZERO, 1, epoch, &Secret::take(&mut [7; 32]), members.into());
    let sender = Verifier::new(&keys(2).public()).unwrap();
    for (channel, size, code) in
        [(1024, 4, 600), (-1, 7, 600), (1024, 8, 600), (3, 4, 100), (3, 7, 100), (1024, 3, 100)]
    {
        let inner = [&i32::to_le_bytes(channel)[..], &[0; 4]].concat();
        let header = [&[1, 0, 0, 0][..], &epoch].concat();
        let mut body = Vec::new();
        let mac = [&0x40a6_bee9_u32.to_le_bytes()[..], &header, &[]];
        let large = seal::seal_data(&mut body, &[5; 32], &[&inner[..size]], &mac, &mut random);
        let key_box = epochs.find(&epoch).unwrap().key.seal(&[5; 32], &seal::message_id(&body).unwrap());
        let signature = keys(2).sign(&[&0x1ce5_6c2d_u32.to_le_bytes(), &large]);
        let packet = [&header[..], &key_box, &body, &signature, &[0; 4]].concat();
        let parsed = Packet::parse(&packet, BOB, ALICE, &epochs).unwrap();
        assert_eq!(parsed.open(&sender).unwrap_err().code(), code, "{channel}, {size} bytes");
    }
}
