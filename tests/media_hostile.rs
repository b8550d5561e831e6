//! Every parser of the media, on seeded mutations of real packets and on noise. `tests/fuzz` drives the same functions for
//! longer; none may panic, and each holds what it asserts about what it accepted.
#![cfg(feature = "media")]

use tgcall::media::{candidate, data_channel, dtls::certificate, group, relay, rtp, srtp, stun};
use tgcall::random::Random;

type Target = fn(&[u8]);

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn mutate(random: &mut Random, seed: &[u8]) -> Vec<u8> {
    let mut data = seed.to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(data.len().max(1) as u64) as usize;
        match random.below(6) {
            0 => data.truncate(at),
            1 if at < data.len() => data[at] = random.u32() as u8,
            2 if at < data.len() => data[at] ^= 1 << random.below(8),
            3 => data.splice(at.min(data.len())..at.min(data.len()), random.bytes::<4>()).for_each(drop),
            4 if at < data.len() => data[at] = [0, 0xff, 0x7f, 0x80][random.below(4) as usize],
            _ => data.extend_from_within(at.min(data.len())..),
        }
        data.truncate(4096);
    }
    data
}

#[test]
fn no_parser_minds_what_it_is_given() {
    let stun = hex(
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b1\
         51263b360006000965\
         76746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf",
    );
    let turn = hex("0116001c2112a442000102030405060708090a0b001200080001a147e112a6430013000568656c6c6f000000");
    let reflector = hex("00000000000000000000000008000000070000000000000568656c6c6f000000");
    let rtp = hex("9060000100000003000000055001bede0001310007000102030405060708");
    let rtcp = hex("81c9000700000001000000020500000300000009000000080000000700000006\
         8fcd000600000001000000020064000500000307d4a00828ffec0190");
    let dcep = hex("030000000000000000040000").into_iter().chain(*b"data").collect::<Vec<u8>>();
    let text =
        b"candidate:1 1 udp 2113937151 2001:db8::1 5000 typ srflx raddr 10.0.0.1 rport 9 generation 0 ufrag x".to_vec();
    let named = b"candidate:2 1 udp 41885439 reflector-1-305419896.reflector 599 typ relay generation 0".to_vec();
    let print =
        b"1E:6F:0B:92:A4:77:33:C8:5D:10:EE:48:9A:21:BC:07:64:D3:F5:18:2C:90:AB:4E:71:06:C2:5F:8D:39:E0:B1".to_vec();
    let own = certificate::Certificate::generate(&mut Random::from_seed(1)).unwrap().der;
    let colibri = |text: &str| text.as_bytes().to_vec();
    let constraints = colibri(
        r#"{"colibriClass":"SenderVideoConstraints","videoConstraints":{"idealHeight":720,"x":[1,"\u00e9",null]}}"#,
    );
    let other = colibri(r#"{"colibriClass":"DominantSpeakerEndpointChangeEvent","previousSpeakers":["a","b"]}"#);
    let crowd = (0..200u8).flat_map(|at| [at % 9, at % 70, at.wrapping_mul(37), at % 50]).collect();
    let targets: [(&str, Target, Vec<Vec<u8>>); 11] = [
        ("stun", stun::fuzz, vec![stun.clone(), turn.clone()]),
        ("candidate", candidate::fuzz, vec![text, named]),
        ("reflector", relay::reflector::fuzz, vec![reflector]),
        ("turn", relay::turn::fuzz, vec![turn, stun, hex("4000000568656c6c6f")]),
        ("srtp", srtp::fuzz, vec![rtp.clone(), rtcp.clone()]),
        ("rtp", rtp::packet::fuzz, vec![rtp]),
        ("rtcp", rtp::rtcp::fuzz, vec![rtcp]),
        ("dcep", data_channel::fuzz, vec![dcep]),
        ("certificate", certificate::fuzz, vec![own, print]),
        ("colibri", group::colibri::fuzz, vec![constraints, other]),
        ("speakers", group::speakers::fuzz, vec![crowd]),
    ];
    for (name, target, seeds) in targets {
        let mut random = Random::from_seed(0x1234);
        for round in 0..1500 {
            for seed in &seeds {
                let data = if round == 0 { seed.clone() } else { mutate(&mut random, seed) };
                if std::panic::catch_unwind(|| target(&data)).is_err() {
                    panic!("{name} minds {data:02x?}");
                }
            }
        }
    }
}
