//! Two of str0m's, with the cryptography that is its default (aws-lc-rs). Its handshake is left out, so that the profile can be chosen.

use super::{End, PACKET, PACKETS, Profile};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::bwe::Bitrate;
use str0m::crypto::dtls::{
    DtlsCert, DtlsImplError, DtlsInstance, DtlsOutput, DtlsProvider, DtlsVersion, KeyingMaterial, ProtocolVersion,
    SrtpProfile,
};
use str0m::crypto::{CryptoError, CryptoProvider, Fingerprint};
use str0m::media::{MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{Extension, ExtensionMap, RtpWrite, Ssrc};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

const SSRC: u32 = 0x1234_5678;
/// VP8 and its retransmissions, as str0m numbers them.
const PAYLOAD_TYPE: u8 = 96;

pub struct Theirs {
    rtc: Rtc,
    start: Instant,
    address: SocketAddr,
    peer: SocketAddr,
    sequence: u64,
    timeout: Option<Instant>,
    is_connected: bool,
    allowed: usize,
}

/// Says that it is connected with fixed keys, as soon as it has begun.
#[derive(Debug)]
struct Keyed {
    profile: SrtpProfile,
    is_active: bool,
    said: usize,
}

#[derive(Debug)]
struct KeyedProvider {
    profile: SrtpProfile,
}

impl DtlsProvider for KeyedProvider {
    fn generate_certificate(&self) -> Option<DtlsCert> {
        Some(DtlsCert { certificate: vec![1; 200], private_key: vec![2; 100] })
    }

    fn new_dtls(
        &self,
        _: &DtlsCert,
        _: Instant,
        _: DtlsVersion,
        _: Option<usize>,
    ) -> Result<Box<dyn DtlsInstance>, CryptoError> {
        Ok(Box::new(Keyed { profile: self.profile, is_active: false, said: 0 }))
    }
}

impl DtlsInstance for Keyed {
    fn set_active(&mut self, active: bool) {
        self.is_active = active;
    }

    fn handle_packet(&mut self, _: &[u8]) -> Result<(), DtlsImplError> {
        Ok(())
    }

    fn poll_output<'a>(&mut self, _: &'a mut [u8]) -> DtlsOutput<'a> {
        self.said += 1;
        let size = if self.profile == SrtpProfile::AES128_CM_SHA1_80 { 60 } else { 56 };
        match self.said {
            1 => DtlsOutput::KeyingMaterial(KeyingMaterial::new(&[7; 92][..size]), self.profile),
            2 => DtlsOutput::Connected,
            _ => DtlsOutput::Timeout(Instant::now() + Duration::from_secs(86_400)),
        }
    }

    fn handle_timeout(&mut self, _: Instant) -> Result<(), DtlsImplError> {
        Ok(())
    }

    fn send_application_data(&mut self, data: &[u8]) -> Result<usize, DtlsImplError> {
        Ok(data.len())
    }

    fn is_active(&self) -> bool {
        self.is_active
    }

    fn protocol_version(&self) -> Option<ProtocolVersion> {
        None
    }

    fn close(&mut self) -> Result<(), DtlsImplError> {
        Ok(())
    }
}

fn crypto(profile: Profile) -> CryptoProvider {
    static COUNTER_MODE: KeyedProvider = KeyedProvider { profile: SrtpProfile::AES128_CM_SHA1_80 };
    static GCM: KeyedProvider = KeyedProvider { profile: SrtpProfile::AEAD_AES_128_GCM };
    let dtls_provider: &'static dyn DtlsProvider = match profile {
        Profile::CounterMode => &COUNTER_MODE,
        Profile::Gcm => &GCM,
    };
    CryptoProvider { dtls_provider, ..str0m::crypto::from_feature_flags() }
}

/// Both ends, the sender first; and the time. `estimates`: whether the sender looks for what the path carries, and paces by it.
pub fn connect(profile: Profile, estimates: bool) -> ([Theirs; 2], Duration) {
    let start = Instant::now();
    let mut extensions = ExtensionMap::empty();
    extensions.set(2, Extension::AbsoluteSendTime);
    extensions.set(3, Extension::TransportSequenceNumber);
    extensions.set(13, Extension::VideoOrientation);
    let mut ends = [0, 1].map(|side| {
        let mut config: RtcConfig = Rtc::builder()
            .set_crypto_provider(Arc::new(crypto(profile)))
            .set_fingerprint_verification(false)
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_vp8(true)
            .set_extension_map(extensions.clone());
        if estimates {
            config = config.enable_bwe(Some(Bitrate::mbps(5)));
        }
        let address = ["192.0.2.1:1000", "192.0.2.2:2000"][side].parse().expect("an address");
        let peer = ["192.0.2.2:2000", "192.0.2.1:1000"][side].parse().expect("an address");
        let (rtc, sequence, allowed) = (config.build(start), 1000, PACKETS);
        Theirs { rtc, start, address, peer, sequence, timeout: None, is_connected: false, allowed }
    });
    let candidates = [0, 1].map(|side| Candidate::host(ends[side].address, "udp").expect("a candidate"));
    let credentials = [0, 1].map(|side| ends[side].rtc.direct_api().local_ice_credentials());
    let mid = Mid::from("vid");
    for side in [0, 1] {
        let rtc = &mut ends[side].rtc;
        rtc.add_local_candidate(candidates[side].clone());
        rtc.add_remote_candidate(candidates[1 - side].clone());
        let mut direct = rtc.direct_api();
        direct.set_ice_controlling(side == 0);
        direct.set_remote_ice_credentials(credentials[1 - side].clone());
        direct.set_remote_fingerprint(Fingerprint { hash_func: "sha-256".into(), bytes: vec![0; 32] });
        direct.start_dtls(side == 0).expect("it begins");
        direct.declare_media(mid, MediaKind::Video);
        direct.enable_twcc_feedback();
        let (ssrc, rtx) = (Ssrc::from(SSRC), Some(Ssrc::from(SSRC + 1)));
        if side == 0 {
            direct.declare_stream_tx(ssrc, rtx, mid, None);
        } else {
            direct.expect_stream_rx(ssrc, rtx, mid, None);
        }
    }
    if estimates {
        ends[0].rtc.bwe().set_bitrate(Bitrate::kbps(0), Bitrate::mbps(5));
    }
    let (mut now, mut datagrams): (_, [Vec<Vec<u8>>; 2]) = (Duration::ZERO, [vec![], vec![]]);
    for side in [0, 1] {
        ends[side].handle_timeout(now);
        ends[side].drain(&mut datagrams[side]);
    }
    while !ends.iter().all(|end| end.is_connected && end.rtc.is_connected()) || now < Duration::from_secs(3) {
        assert!(now < Duration::from_secs(20), "the two find each other");
        now += Duration::from_millis(5);
        for side in [0, 1] {
            for datagram in std::mem::take(&mut datagrams[1 - side]) {
                ends[side].receive(now, &datagram);
                ends[side].drain(&mut datagrams[side]);
            }
            super::run(&mut ends[side], now, now, &mut datagrams[side]);
        }
    }
    (ends, now)
}

impl End for Theirs {
    fn send(&mut self, now: Duration, timestamp: u32, payloads: &[Vec<u8>]) {
        let (wallclock, last) = (self.start + now, payloads.len() - 1);
        for (at, payload) in payloads.iter().enumerate() {
            let mut direct = self.rtc.direct_api();
            let stream = direct.stream_tx(&Ssrc::from(SSRC)).expect("the stream is there");
            let write = RtpWrite::new(Pt::from(PAYLOAD_TYPE), self.sequence.into(), timestamp, wallclock, &payload[..]);
            stream.write_rtp(write.marker(at == last).nackable(true));
            self.sequence += 1;
        }
        // What was written leaves at the next timeout, which is now.
        self.handle_timeout(now);
    }

    fn receive(&mut self, now: Duration, datagram: &[u8]) {
        let receive = Receive::new(Protocol::Udp, self.peer, self.address, datagram).expect("a datagram");
        self.rtc.handle_input(Input::Receive(self.start + now, receive)).expect("it is taken");
    }

    fn next_timeout(&mut self) -> Option<Duration> {
        self.timeout.map(|at| at.saturating_duration_since(self.start))
    }

    fn handle_timeout(&mut self, now: Duration) {
        self.rtc.handle_input(Input::Timeout(self.start + now)).expect("it is taken");
    }

    fn drain(&mut self, datagrams: &mut Vec<Vec<u8>>) -> usize {
        let mut received = 0;
        loop {
            match self.rtc.poll_output().expect("it goes on") {
                Output::Timeout(at) => {
                    self.timeout = Some(at);
                    return received;
                }
                Output::Transmit(transmit) => datagrams.push(transmit.contents.into()),
                Output::Event(Event::RtpPacket(packet)) => received += usize::from(packet.payload.len() == PACKET),
                Output::Event(Event::Connected) => self.is_connected = true,
                Output::Event(_) => {}
            }
        }
    }

    fn give_back(&mut self, datagram: Vec<u8>) {
        drop(datagram);
    }

    fn allowed(&self) -> usize {
        self.allowed
    }
}
