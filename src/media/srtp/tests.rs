use super::*;

fn hex(text: &str) -> Vec<u8> {
    let text: String = text.split_whitespace().collect();
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

const PROFILES: [Profile; 3] = [Profile::Aes128CmSha1_80, Profile::AeadAes128Gcm, Profile::AeadAes256Gcm];

fn named(_: u32) -> bool {
    true
}

fn ends(profile: Profile) -> (Sender, Receiver) {
    let material: Vec<u8> = (0..92).collect();
    let [client, _] = split_keying_material(profile, &material).unwrap();
    (Sender::new(&client), Receiver::new(&client, Memory::OF_ONE))
}

fn rtp(sequence: u16) -> Vec<u8> {
    let mut packet = vec![0x90, 111];
    packet.extend_from_slice(&sequence.to_be_bytes());
    packet.extend_from_slice(&[0, 0, 3, 0xe8, 0xde, 0xad, 0xbe, 0xef, 0xbe, 0xde, 0, 1, 0x31, 0, 7, 0]);
    packet.extend_from_slice(b"sound");
    packet
}

fn rtcp() -> Vec<u8> {
    hex("80c8000600000007 0102030405060708 0000000900000001 0000000a")
}

#[test]
fn keys_are_derived_as_in_rfc_3711_b_3() {
    let (key, salt) = (hex("E1F97A0D3E018BE0D64FA32C06DE4139"), hex("0EC675AD498AFEEBB6960B3AABE6"));
    let master = Master { profile: Profile::Aes128CmSha1_80, key: &key, salt: &salt };
    let derived = |label, size| {
        let mut out = vec![0; size];
        master.derive(label, &mut out);
        out
    };
    assert_eq!(derived(0, 16), hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assert_eq!(derived(2, 14), hex("30CBBC08863D8C85D49DB34A9AE1"));
    assert_eq!(derived(1, 20), hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
}

#[test]
fn the_key_stream_is_that_of_rfc_3711_b_2() {
    let aes = aes::Aes128::new_from_slice(&hex("2B7E151628AED2A6ABF7158809CF4F3C")).unwrap();
    let salt: [u8; 14] = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD").try_into().unwrap();
    let mut stream = [0; 32];
    Cipher::apply_counter_mode(&aes, &salt, 0, 0, &mut stream);
    assert_eq!(stream[..], hex("E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB"));
}

#[test]
fn gcm_packets_are_those_of_rfc_7714_16_1() {
    let salt = hex("517569642070726f2071756f");
    let plain =
        hex("8040f17b8041f8d35501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573");
    for (profile, key, expected) in [
        (
            Profile::AeadAes128Gcm,
            "000102030405060708090a0b0c0d0e0f",
            "8040f17b8041f8d35501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
             899d7f27beb16a9152cf765ee4390cce",
        ),
        (
            Profile::AeadAes256Gcm,
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "8040f17b8041f8d35501a0b2 32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b
             7aa3db36dfffd6b0f9bb7878d7a76c13",
        ),
    ] {
        let cipher = Cipher::gcm(profile, &hex(key), &salt);
        let mut packet = plain.clone();
        cipher.seal_rtp(&mut packet, 12, 0x5501_a0b2, 0xf17b);
        assert_eq!(packet, hex(expected), "{profile:?}");
        assert!(cipher.open_rtp(&mut packet, 12, 0x5501_a0b2, 0xf17b));
        assert_eq!(packet, plain);
    }
}

/// The reference packets of libsrtp's own test driver.
#[test]
fn whole_packets_agree_with_libsrtp() {
    let plain = hex("800f1234decafbadcafebabe abababababababababababababababab");
    let control = hex("81c8000bcafebabe abababababababababababababababab");
    for (profile, key, salt, rtp, rtcp) in [
        (
            Profile::Aes128CmSha1_80,
            "e1f97a0d3e018be0d64fa32c06de4139",
            "0ec675ad498afeebb6960b3aabe6",
            "800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb",
            "81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798",
        ),
        (
            Profile::AeadAes128Gcm,
            "000102030405060708090a0b0c0d0e0f",
            "a0a1a2a3a4a5a6a7a8a9aaab",
            "800f1234decafbadcafebabe c5002ede04cfdd2eb91159e0880aa06e d2976826f796b201df3131a127e8a392",
            "81c8000bcafebabe c98b8b5df0392a55852b6c21ac8e7025 c52c6fbea2b3b446ea31123ba88ce61e 80000001",
        ),
    ] {
        let (key, salt) = (hex(key), hex(salt));
        let master = Master { profile, key: &key, salt: &salt };
        let (mut sender, mut receiver) = (Sender::new(&master), Receiver::new(&master, Memory::OF_ONE));
        let mut packet = plain.clone();
        assert!(sender.protect_rtp(&mut packet));
        assert_eq!(packet, hex(rtp), "{profile:?}");
        assert!(receiver.unprotect_rtp(&mut packet, named) && packet == plain);
        let mut packet = control.clone();
        assert!(sender.protect_rtcp(&mut packet));
        assert_eq!(packet, hex(rtcp), "{profile:?}");
        assert!(receiver.unprotect_rtcp(&mut packet, named) && packet == control);
    }
}

#[test]
fn packets_of_every_size_come_back() {
    for profile in PROFILES {
        let (mut sender, mut receiver) = ends(profile);
        for size in 0..1500 {
            let mut packet = rtp(size);
            packet.extend((0..size).map(|at| at as u8));
            let plain = packet.clone();
            assert!(sender.protect_rtp(&mut packet) && packet[20..] != plain[20..]);
            assert!(receiver.unprotect_rtp(&mut packet, named), "{profile:?}, {size} more");
            assert_eq!(packet, plain);
        }
    }
}

#[test]
fn a_packet_is_taken_once_and_every_changed_byte_is_noticed() {
    for profile in PROFILES {
        let (mut sender, mut receiver) = ends(profile);
        let mut sealed = rtp(9);
        assert!(sender.protect_rtp(&mut sealed));
        for i in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[i] ^= 1;
            assert!(!receiver.unprotect_rtp(&mut forged, named), "{profile:?} byte {i}");
            assert!(!receiver.unprotect_rtp(&mut sealed[..i].to_vec(), named), "{profile:?} cut to {i}");
        }
        let mut packet = sealed.clone();
        assert!(receiver.unprotect_rtp(&mut packet, named) && packet == rtp(9));
        assert!(!receiver.unprotect_rtp(&mut sealed, named), "{profile:?}: replayed");

        let mut sealed = rtcp();
        assert!(sender.protect_rtcp(&mut sealed));
        for i in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[i] ^= 1;
            assert!(!receiver.unprotect_rtcp(&mut forged, named), "{profile:?} RTCP byte {i}");
            assert!(!receiver.unprotect_rtcp(&mut sealed[..i].to_vec(), named), "{profile:?} RTCP cut to {i}");
        }
        let mut packet = sealed.clone();
        assert!(receiver.unprotect_rtcp(&mut packet, named) && packet == rtcp());
        assert!(!receiver.unprotect_rtcp(&mut sealed, named), "{profile:?}: RTCP replayed");
    }
}

#[test]
fn reordering_within_the_window_is_fine_and_across_the_roll_over_too() {
    for profile in PROFILES {
        let (mut sender, mut receiver) = ends(profile);
        let mut packets: Vec<Vec<u8>> = (0..200_u16)
            .map(|i| {
                let mut packet = rtp(65_400_u16.wrapping_add(i));
                assert!(sender.protect_rtp(&mut packet));
                packet
            })
            .collect();
        let (first, last) = (packets[0].clone(), packets[199].clone());
        packets[1..199].chunks_mut(60).for_each(|chunk| chunk.reverse());
        assert!(packets.into_iter().all(|mut packet| receiver.unprotect_rtp(&mut packet, named)), "{profile:?}");
        for mut repeat in [first, last] {
            assert!(!receiver.unprotect_rtp(&mut repeat, named));
        }
    }
}

#[test]
fn no_index_is_used_twice() {
    let (mut sender, _) = ends(Profile::AeadAes128Gcm);
    assert!(sender.protect_rtp(&mut rtp(5)));
    assert!(!sender.protect_rtp(&mut rtp(5)) && !sender.protect_rtp(&mut rtp(4)));
    assert!(sender.protect_rtp(&mut rtp(6)));
}

/// A packet of this source and number, sealed.
fn sealed(sender: &mut Sender, ssrc: u32, sequence: u16) -> Vec<u8> {
    let mut packet = rtp(sequence);
    packet[8..12].copy_from_slice(&ssrc.to_be_bytes());
    assert!(sender.protect_rtp(&mut packet));
    packet
}

#[test]
fn a_camera_may_be_switched_as_often_as_one_likes_and_nothing_plays_twice() {
    for profile in PROFILES {
        let (mut sender, mut receiver) = ends(profile);
        let mut past = Vec::new();
        for switch in 0..64_u32 {
            // Sound, the camera of this time, and its repairs.
            let now_named = [1, 1000 + 2 * switch, 1001 + 2 * switch];
            let is_named = |ssrc| now_named.contains(&ssrc);
            for ssrc in now_named {
                for i in 0..3 {
                    let sequence = if ssrc == 1 { (switch as u16).wrapping_mul(2000) + i } else { 60_000 + i };
                    let packet = sealed(&mut sender, ssrc, sequence);
                    past.push(packet.clone());
                    assert!(receiver.unprotect_rtp(&mut packet.clone(), is_named), "{profile:?} {switch} {ssrc}");
                }
            }
            assert!(receiver.rtp_sources.followed.len() <= Memory::OF_ONE.sources);
        }
        for packet in past {
            assert!(!receiver.unprotect_rtp(&mut packet.clone(), named), "{profile:?} played again");
        }
        // The first camera comes back, beyond the roll-over that it had not reached.
        for sequence in (60_003..=65_535_u16).step_by(30_000).chain([20_000, 50_000, 10_000]) {
            let packet = sealed(&mut sender, 1000, sequence);
            assert!(receiver.unprotect_rtp(&mut packet.clone(), named), "{sequence}");
            assert!(!receiver.unprotect_rtp(&mut packet.clone(), named));
        }
    }
}

#[test]
fn strangers_have_their_half_and_what_signaling_names_has_the_other() {
    let (mut sender, mut receiver) = ends(Profile::AeadAes128Gcm);
    let is_named = |ssrc| ssrc < 16;
    for ssrc in (0..16).chain(100..400).chain(0..16) {
        let sequence = 1 + u16::from(sender.sources.contains_key(&ssrc));
        let mut packet = sealed(&mut sender, ssrc, sequence);
        assert!(receiver.unprotect_rtp(&mut packet, is_named), "{ssrc}");
    }
    let followed: Vec<u32> = receiver.rtp_sources.followed.keys().copied().collect();
    assert_eq!(followed, (0..16).chain(384..400).collect::<Vec<_>>());
    // RTCP likewise.
    for ssrc in (0..16_u32).chain(100..400) {
        let mut packet = rtcp();
        packet[4..8].copy_from_slice(&ssrc.to_be_bytes());
        assert!(sender.protect_rtcp(&mut packet));
        assert!(receiver.unprotect_rtcp(&mut packet.clone(), is_named));
        assert!(!receiver.unprotect_rtcp(&mut packet, is_named));
    }
    let followed: Vec<u32> = receiver.rtcp_sources.followed.keys().copied().collect();
    assert_eq!(followed, (0..16).chain(384..400).collect::<Vec<_>>());
}

#[test]
fn once_something_is_forgotten_only_the_named_get_in() {
    let (mut sender, mut receiver) = ends(Profile::AeadAes128Gcm);
    let is_named = |ssrc| ssrc == 7;
    let first = sealed(&mut sender, 100, 1);
    assert!(receiver.unprotect_rtp(&mut first.clone(), is_named));
    let strangers = 101..101 + (Memory::OF_ONE.strangers + Memory::OF_ONE.retired) as u32;
    for ssrc in strangers.clone() {
        assert!(receiver.unprotect_rtp(&mut sealed(&mut sender, ssrc, 1), is_named), "{ssrc}");
    }
    assert_eq!(receiver.rtp_sources.retired.len(), Memory::OF_ONE.retired);
    assert!(!receiver.unprotect_rtp(&mut first.clone(), is_named), "played again");
    assert!(!receiver.unprotect_rtp(&mut sealed(&mut sender, 9, 1), is_named));
    // What is genuine still gets in: the named, those followed, and those remembered.
    for (ssrc, sequence) in [(7, 1), (strangers.end - 1, 2), (strangers.start + 5, 2)] {
        assert!(receiver.unprotect_rtp(&mut sealed(&mut sender, ssrc, sequence), is_named), "{ssrc}");
    }
}
