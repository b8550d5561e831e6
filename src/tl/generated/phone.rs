// Made from src/tl/schema by tests/tlgen: `TGCALL_BLESS=1 cargo test --test fresh` rewrites it.

//! What calls read and write.

#![allow(dead_code, unused_imports, unused_variables, clippy::enum_variant_names, clippy::large_enum_variant, clippy::upper_case_acronyms, clippy::precedence, clippy::identity_op, clippy::needless_lifetimes)]

use super::super::skip;
use super::super::{Bare, Batch, Constructor, Decode, DecodeError, Encode, Lazy, Method, Query, Raw, Reader, Seq, Sink};

/// The layer of these definitions.
pub const LAYER: i32 = 223;

/// A struct per constructor.
pub mod types {
    use super::*;

    /// `phone.phoneCall#ec82e140`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhonePhoneCall<'a> {
        pub phone_call: enums::PhoneCall<'a>,
        pub users: Seq<'a, enums::User<'a>>,
    }

    impl<'a> PhonePhoneCall<'a> {
        pub const ID: u32 = 0xec82e140;
    }

    impl<'a> Constructor<'a> for PhonePhoneCall<'a> {
        const ID: u32 = 0xec82e140;
        const NAME: &'static str = "phone.phoneCall";
        const BARE: u32 = skip::BARE | 2075;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let phone_call = <enums::PhoneCall<'_>>::read(r)?;
            let users = r.soft_seq()?;
            Ok(PhonePhoneCall { phone_call, users })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.phone_call.write(s);
            s.seq(&self.users);
        }
    }

    impl<'a> Decode<'a> for PhonePhoneCall<'a> {
        const CODE: u32 = skip::BOXED | 632;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhonePhoneCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCall#30535af5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCall<'a> {
        pub p2p_allowed: bool,
        pub video: bool,
        pub conference_supported: bool,
        pub id: i64,
        pub access_hash: i64,
        pub date: i32,
        pub admin_id: i64,
        pub participant_id: i64,
        pub g_a_or_b: &'a [u8],
        pub key_fingerprint: i64,
        pub protocol: types::PhoneCallProtocol<'a>,
        pub connections: Seq<'a, enums::PhoneConnection<'a>>,
        pub start_date: i32,
        pub custom_parameters: Option<types::DataJSON<'a>>,
    }

    impl<'a> PhoneCall<'a> {
        pub const ID: u32 = 0x30535af5;
    }

    impl<'a> PhoneCall<'a> {
        /// `phoneCall#967f7c67`, of layers 151 to 176.
        pub(super) fn read_967f7c67(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let g_a_or_b = r.bytes()?;
            let key_fingerprint = r.i64()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            let connections = r.soft_seq_max(64)?;
            let start_date = r.soft_i32()?;
            Ok(PhoneCall { p2p_allowed: flags >> 5 & 1 == 1, video: flags >> 6 & 1 == 1, conference_supported: false, id, access_hash, date, admin_id, participant_id, g_a_or_b, key_fingerprint, protocol, connections, start_date, custom_parameters: None })
        }
    }

    impl<'a> PhoneCall<'a> {
        /// `phoneCall#3ba5940c`, of layers 196 to 201.
        pub(super) fn read_3ba5940c(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let g_a_or_b = r.bytes()?;
            let key_fingerprint = r.i64()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            let connections = r.soft_seq_max(64)?;
            let start_date = r.soft_i32()?;
            let custom_parameters = if flags >> 7 & 1 == 1 && !r.is_lost() { Some(<types::DataJSON<'_>>::read(r)?) } else { None };
            let conference_call = if flags >> 8 & 1 == 1 && !r.is_lost() { Some(<enums::InputGroupCall<'_>>::read(r)?) } else { None };
            Ok(PhoneCall { p2p_allowed: flags >> 5 & 1 == 1, video: flags >> 6 & 1 == 1, conference_supported: false, id, access_hash, date, admin_id, participant_id, g_a_or_b, key_fingerprint, protocol, connections, start_date, custom_parameters })
        }
    }

    impl<'a> Constructor<'a> for PhoneCall<'a> {
        const ID: u32 = 0x30535af5;
        const NAME: &'static str = "phoneCall";
        const BARE: u32 = skip::BARE | 1035;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let g_a_or_b = r.bytes()?;
            let key_fingerprint = r.i64()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            let connections = r.soft_seq_max(64)?;
            let start_date = r.soft_i32()?;
            let custom_parameters = if flags >> 7 & 1 == 1 && !r.is_lost() { Some(<types::DataJSON<'_>>::read(r)?) } else { None };
            Ok(PhoneCall { p2p_allowed: flags >> 5 & 1 == 1, video: flags >> 6 & 1 == 1, conference_supported: flags >> 8 & 1 == 1, id, access_hash, date, admin_id, participant_id, g_a_or_b, key_fingerprint, protocol, connections, start_date, custom_parameters })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.p2p_allowed) << 5 | u32::from(self.video) << 6 | u32::from(self.custom_parameters.is_some()) << 7 | u32::from(self.conference_supported) << 8);
            s.i64(self.id);
            s.i64(self.access_hash);
            s.i32(self.date);
            s.i64(self.admin_id);
            s.i64(self.participant_id);
            s.bytes(self.g_a_or_b);
            s.i64(self.key_fingerprint);
            self.protocol.write(s);
            s.seq(&self.connections);
            s.i32(self.start_date);
            if let Some(value) = self.custom_parameters {
                value.write(s);
            }
        }
    }

    impl<'a> Decode<'a> for PhoneCall<'a> {
        const CODE: u32 = skip::BOXED | 270;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0x967f7c67 => return Self::read_967f7c67(r),
                0x3ba5940c => return Self::read_3ba5940c(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallAccepted#3660c311`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallAccepted<'a> {
        pub video: bool,
        pub id: i64,
        pub access_hash: i64,
        pub date: i32,
        pub admin_id: i64,
        pub participant_id: i64,
        pub g_b: &'a [u8],
        pub protocol: types::PhoneCallProtocol<'a>,
    }

    impl<'a> PhoneCallAccepted<'a> {
        pub const ID: u32 = 0x3660c311;
    }

    impl<'a> PhoneCallAccepted<'a> {
        /// `phoneCallAccepted#22fd7181`, of layers 196 to 201.
        pub(super) fn read_22fd7181(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let g_b = r.bytes()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            let conference_call = if flags >> 8 & 1 == 1 { Some(<enums::InputGroupCall<'_>>::read(r)?) } else { None };
            Ok(PhoneCallAccepted { video: flags >> 6 & 1 == 1, id, access_hash, date, admin_id, participant_id, g_b, protocol })
        }
    }

    impl<'a> Constructor<'a> for PhoneCallAccepted<'a> {
        const ID: u32 = 0x3660c311;
        const NAME: &'static str = "phoneCallAccepted";
        const BARE: u32 = skip::BARE | 1036;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let g_b = r.bytes()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            Ok(PhoneCallAccepted { video: flags >> 6 & 1 == 1, id, access_hash, date, admin_id, participant_id, g_b, protocol })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.video) << 6);
            s.i64(self.id);
            s.i64(self.access_hash);
            s.i32(self.date);
            s.i64(self.admin_id);
            s.i64(self.participant_id);
            s.bytes(self.g_b);
            self.protocol.write(s);
        }
    }

    impl<'a> Decode<'a> for PhoneCallAccepted<'a> {
        const CODE: u32 = skip::BOXED | 270;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0x22fd7181 => return Self::read_22fd7181(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneCallAccepted<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallDiscarded#50ca4de1`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallDiscarded<'a> {
        pub need_rating: bool,
        pub need_debug: bool,
        pub video: bool,
        pub id: i64,
        pub reason: Option<enums::PhoneCallDiscardReason<'a>>,
        pub duration: Option<i32>,
    }

    impl<'a> PhoneCallDiscarded<'a> {
        pub const ID: u32 = 0x50ca4de1;
    }

    impl<'a> PhoneCallDiscarded<'a> {
        /// `phoneCallDiscarded#f9d25503`, of layers 196 to 201.
        pub(super) fn read_f9d25503(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let reason = if flags >> 0 & 1 == 1 { r.soft()? } else { None };
            let duration = if flags >> 1 & 1 == 1 && !r.is_lost() { Some(r.i32()?) } else { None };
            let conference_call = if flags >> 8 & 1 == 1 && !r.is_lost() { Some(<enums::InputGroupCall<'_>>::read(r)?) } else { None };
            Ok(PhoneCallDiscarded { need_rating: flags >> 2 & 1 == 1, need_debug: flags >> 3 & 1 == 1, video: flags >> 6 & 1 == 1, id, reason, duration })
        }
    }

    impl<'a> Constructor<'a> for PhoneCallDiscarded<'a> {
        const ID: u32 = 0x50ca4de1;
        const NAME: &'static str = "phoneCallDiscarded";
        const BARE: u32 = skip::BARE | 1039;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let reason = if flags >> 0 & 1 == 1 { r.soft()? } else { None };
            let duration = if flags >> 1 & 1 == 1 && !r.is_lost() { Some(r.i32()?) } else { None };
            Ok(PhoneCallDiscarded { need_rating: flags >> 2 & 1 == 1, need_debug: flags >> 3 & 1 == 1, video: flags >> 6 & 1 == 1, id, reason, duration })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.reason.is_some()) | u32::from(self.duration.is_some()) << 1 | u32::from(self.need_rating) << 2 | u32::from(self.need_debug) << 3 | u32::from(self.video) << 6);
            s.i64(self.id);
            if let Some(value) = self.reason {
                value.write(s);
            }
            if let Some(value) = self.duration {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for PhoneCallDiscarded<'a> {
        const CODE: u32 = skip::BOXED | 270;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0xf9d25503 => return Self::read_f9d25503(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneCallDiscarded<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallEmpty#5366c915`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallEmpty {
        pub id: i64,
    }

    impl PhoneCallEmpty {
        pub const ID: u32 = 0x5366c915;
    }

    impl<'a> Constructor<'a> for PhoneCallEmpty {
        const ID: u32 = 0x5366c915;
        const NAME: &'static str = "phoneCallEmpty";
        const BARE: u32 = skip::BARE | 1040;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            Ok(PhoneCallEmpty { id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
        }
    }

    impl<'a> Decode<'a> for PhoneCallEmpty {
        const CODE: u32 = skip::BOXED | 270;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PhoneCallEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallRequested#14b0ed0c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallRequested<'a> {
        pub video: bool,
        pub id: i64,
        pub access_hash: i64,
        pub date: i32,
        pub admin_id: i64,
        pub participant_id: i64,
        pub g_a_hash: &'a [u8],
        pub protocol: types::PhoneCallProtocol<'a>,
    }

    impl<'a> PhoneCallRequested<'a> {
        pub const ID: u32 = 0x14b0ed0c;
    }

    impl<'a> PhoneCallRequested<'a> {
        /// `phoneCallRequested#45361c63`, of layers 196 to 201.
        pub(super) fn read_45361c63(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let g_a_hash = r.bytes()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            let conference_call = if flags >> 8 & 1 == 1 { Some(<enums::InputGroupCall<'_>>::read(r)?) } else { None };
            Ok(PhoneCallRequested { video: flags >> 6 & 1 == 1, id, access_hash, date, admin_id, participant_id, g_a_hash, protocol })
        }
    }

    impl<'a> Constructor<'a> for PhoneCallRequested<'a> {
        const ID: u32 = 0x14b0ed0c;
        const NAME: &'static str = "phoneCallRequested";
        const BARE: u32 = skip::BARE | 1033;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let g_a_hash = r.bytes()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            Ok(PhoneCallRequested { video: flags >> 6 & 1 == 1, id, access_hash, date, admin_id, participant_id, g_a_hash, protocol })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.video) << 6);
            s.i64(self.id);
            s.i64(self.access_hash);
            s.i32(self.date);
            s.i64(self.admin_id);
            s.i64(self.participant_id);
            s.bytes(self.g_a_hash);
            self.protocol.write(s);
        }
    }

    impl<'a> Decode<'a> for PhoneCallRequested<'a> {
        const CODE: u32 = skip::BOXED | 270;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0x45361c63 => return Self::read_45361c63(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneCallRequested<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallWaiting#c5226f17`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallWaiting<'a> {
        pub video: bool,
        pub id: i64,
        pub access_hash: i64,
        pub date: i32,
        pub admin_id: i64,
        pub participant_id: i64,
        pub protocol: types::PhoneCallProtocol<'a>,
        pub receive_date: Option<i32>,
    }

    impl<'a> PhoneCallWaiting<'a> {
        pub const ID: u32 = 0xc5226f17;
    }

    impl<'a> PhoneCallWaiting<'a> {
        /// `phoneCallWaiting#eed42858`, of layers 196 to 201.
        pub(super) fn read_eed42858(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            let receive_date = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let conference_call = if flags >> 8 & 1 == 1 { Some(<enums::InputGroupCall<'_>>::read(r)?) } else { None };
            Ok(PhoneCallWaiting { video: flags >> 6 & 1 == 1, id, access_hash, date, admin_id, participant_id, protocol, receive_date })
        }
    }

    impl<'a> Constructor<'a> for PhoneCallWaiting<'a> {
        const ID: u32 = 0xc5226f17;
        const NAME: &'static str = "phoneCallWaiting";
        const BARE: u32 = skip::BARE | 1042;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let date = r.i32()?;
            let admin_id = r.i64()?;
            let participant_id = r.i64()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            let receive_date = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(PhoneCallWaiting { video: flags >> 6 & 1 == 1, id, access_hash, date, admin_id, participant_id, protocol, receive_date })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.receive_date.is_some()) | u32::from(self.video) << 6);
            s.i64(self.id);
            s.i64(self.access_hash);
            s.i32(self.date);
            s.i64(self.admin_id);
            s.i64(self.participant_id);
            self.protocol.write(s);
            if let Some(value) = self.receive_date {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for PhoneCallWaiting<'a> {
        const CODE: u32 = skip::BOXED | 270;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0xeed42858 => return Self::read_eed42858(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneCallWaiting<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallProtocol#fc878fc8`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallProtocol<'a> {
        pub udp_p2p: bool,
        pub udp_reflector: bool,
        pub min_layer: i32,
        pub max_layer: i32,
        pub library_versions: Seq<'a, &'a [u8]>,
    }

    impl<'a> PhoneCallProtocol<'a> {
        pub const ID: u32 = 0xfc878fc8;
    }

    impl<'a> Constructor<'a> for PhoneCallProtocol<'a> {
        const ID: u32 = 0xfc878fc8;
        const NAME: &'static str = "phoneCallProtocol";
        const BARE: u32 = skip::BARE | 1051;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let min_layer = r.i32()?;
            let max_layer = r.i32()?;
            let library_versions = r.seq_max(64)?;
            Ok(PhoneCallProtocol { udp_p2p: flags >> 0 & 1 == 1, udp_reflector: flags >> 1 & 1 == 1, min_layer, max_layer, library_versions })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.udp_p2p) | u32::from(self.udp_reflector) << 1);
            s.i32(self.min_layer);
            s.i32(self.max_layer);
            s.seq(&self.library_versions);
        }
    }

    impl<'a> Decode<'a> for PhoneCallProtocol<'a> {
        const CODE: u32 = skip::BOXED | 272;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneCallProtocol<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallDiscardReasonBusy#faf7e8c9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallDiscardReasonBusy;

    impl PhoneCallDiscardReasonBusy {
        pub const ID: u32 = 0xfaf7e8c9;
    }

    impl<'a> Constructor<'a> for PhoneCallDiscardReasonBusy {
        const ID: u32 = 0xfaf7e8c9;
        const NAME: &'static str = "phoneCallDiscardReasonBusy";
        const BARE: u32 = skip::BARE | 1050;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(PhoneCallDiscardReasonBusy)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for PhoneCallDiscardReasonBusy {
        const CODE: u32 = skip::BOXED | 271;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PhoneCallDiscardReasonBusy {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallDiscardReasonDisconnect#e095c1a0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallDiscardReasonDisconnect;

    impl PhoneCallDiscardReasonDisconnect {
        pub const ID: u32 = 0xe095c1a0;
    }

    impl<'a> Constructor<'a> for PhoneCallDiscardReasonDisconnect {
        const ID: u32 = 0xe095c1a0;
        const NAME: &'static str = "phoneCallDiscardReasonDisconnect";
        const BARE: u32 = skip::BARE | 1049;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(PhoneCallDiscardReasonDisconnect)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for PhoneCallDiscardReasonDisconnect {
        const CODE: u32 = skip::BOXED | 271;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PhoneCallDiscardReasonDisconnect {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallDiscardReasonHangup#57adc690`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallDiscardReasonHangup;

    impl PhoneCallDiscardReasonHangup {
        pub const ID: u32 = 0x57adc690;
    }

    impl<'a> Constructor<'a> for PhoneCallDiscardReasonHangup {
        const ID: u32 = 0x57adc690;
        const NAME: &'static str = "phoneCallDiscardReasonHangup";
        const BARE: u32 = skip::BARE | 1045;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(PhoneCallDiscardReasonHangup)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for PhoneCallDiscardReasonHangup {
        const CODE: u32 = skip::BOXED | 271;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PhoneCallDiscardReasonHangup {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallDiscardReasonMigrateConferenceCall#9fbbf1f7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallDiscardReasonMigrateConferenceCall<'a> {
        pub slug: &'a [u8],
    }

    impl<'a> PhoneCallDiscardReasonMigrateConferenceCall<'a> {
        pub const ID: u32 = 0x9fbbf1f7;
    }

    impl<'a> Constructor<'a> for PhoneCallDiscardReasonMigrateConferenceCall<'a> {
        const ID: u32 = 0x9fbbf1f7;
        const NAME: &'static str = "phoneCallDiscardReasonMigrateConferenceCall";
        const BARE: u32 = skip::BARE | 1047;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let slug = r.bytes()?;
            Ok(PhoneCallDiscardReasonMigrateConferenceCall { slug })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.slug);
        }
    }

    impl<'a> Decode<'a> for PhoneCallDiscardReasonMigrateConferenceCall<'a> {
        const CODE: u32 = skip::BOXED | 271;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneCallDiscardReasonMigrateConferenceCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallDiscardReasonMissed#85e42301`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallDiscardReasonMissed;

    impl PhoneCallDiscardReasonMissed {
        pub const ID: u32 = 0x85e42301;
    }

    impl<'a> Constructor<'a> for PhoneCallDiscardReasonMissed {
        const ID: u32 = 0x85e42301;
        const NAME: &'static str = "phoneCallDiscardReasonMissed";
        const BARE: u32 = skip::BARE | 1046;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(PhoneCallDiscardReasonMissed)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for PhoneCallDiscardReasonMissed {
        const CODE: u32 = skip::BOXED | 271;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PhoneCallDiscardReasonMissed {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneCallDiscardReasonAllowGroupCall#afe2b839`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCallDiscardReasonAllowGroupCall<'a> {
        pub encrypted_key: &'a [u8],
    }

    impl<'a> PhoneCallDiscardReasonAllowGroupCall<'a> {
        pub const ID: u32 = 0xafe2b839;
    }

    impl<'a> Constructor<'a> for PhoneCallDiscardReasonAllowGroupCall<'a> {
        const ID: u32 = 0xafe2b839;
        const NAME: &'static str = "phoneCallDiscardReasonAllowGroupCall";
        const BARE: u32 = skip::BARE | 1048;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let encrypted_key = r.bytes()?;
            Ok(PhoneCallDiscardReasonAllowGroupCall { encrypted_key })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.encrypted_key);
        }
    }

    impl<'a> Decode<'a> for PhoneCallDiscardReasonAllowGroupCall<'a> {
        const CODE: u32 = skip::BOXED | 271;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneCallDiscardReasonAllowGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneConnection#9cc123c7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneConnection<'a> {
        pub tcp: bool,
        pub id: i64,
        pub ip: &'a [u8],
        pub ipv6: &'a [u8],
        pub port: i32,
        pub peer_tag: &'a [u8],
    }

    impl<'a> PhoneConnection<'a> {
        pub const ID: u32 = 0x9cc123c7;
    }

    impl<'a> Constructor<'a> for PhoneConnection<'a> {
        const ID: u32 = 0x9cc123c7;
        const NAME: &'static str = "phoneConnection";
        const BARE: u32 = skip::BARE | 1053;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let ip = r.bytes()?;
            let ipv6 = r.bytes()?;
            let port = r.i32()?;
            let peer_tag = r.bytes()?;
            Ok(PhoneConnection { tcp: flags >> 0 & 1 == 1, id, ip, ipv6, port, peer_tag })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.tcp));
            s.i64(self.id);
            s.bytes(self.ip);
            s.bytes(self.ipv6);
            s.i32(self.port);
            s.bytes(self.peer_tag);
        }
    }

    impl<'a> Decode<'a> for PhoneConnection<'a> {
        const CODE: u32 = skip::BOXED | 273;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneConnection<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phoneConnectionWebrtc#635fe375`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneConnectionWebrtc<'a> {
        pub turn: bool,
        pub stun: bool,
        pub id: i64,
        pub ip: &'a [u8],
        pub ipv6: &'a [u8],
        pub port: i32,
        pub username: &'a [u8],
        pub password: &'a [u8],
    }

    impl<'a> PhoneConnectionWebrtc<'a> {
        pub const ID: u32 = 0x635fe375;
    }

    impl<'a> Constructor<'a> for PhoneConnectionWebrtc<'a> {
        const ID: u32 = 0x635fe375;
        const NAME: &'static str = "phoneConnectionWebrtc";
        const BARE: u32 = skip::BARE | 1052;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let ip = r.bytes()?;
            let ipv6 = r.bytes()?;
            let port = r.i32()?;
            let username = r.bytes()?;
            let password = r.bytes()?;
            Ok(PhoneConnectionWebrtc { turn: flags >> 0 & 1 == 1, stun: flags >> 1 & 1 == 1, id, ip, ipv6, port, username, password })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.turn) | u32::from(self.stun) << 1);
            s.i64(self.id);
            s.bytes(self.ip);
            s.bytes(self.ipv6);
            s.i32(self.port);
            s.bytes(self.username);
            s.bytes(self.password);
        }
    }

    impl<'a> Decode<'a> for PhoneConnectionWebrtc<'a> {
        const CODE: u32 = skip::BOXED | 273;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneConnectionWebrtc<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPhoneCall#1e36fded`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPhoneCall {
        pub id: i64,
        pub access_hash: i64,
    }

    impl InputPhoneCall {
        pub const ID: u32 = 0x1e36fded;
    }

    impl<'a> Constructor<'a> for InputPhoneCall {
        const ID: u32 = 0x1e36fded;
        const NAME: &'static str = "inputPhoneCall";
        const BARE: u32 = skip::BARE | 532;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            let access_hash = r.i64()?;
            Ok(InputPhoneCall { id, access_hash })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
            s.i64(self.access_hash);
        }
    }

    impl<'a> Decode<'a> for InputPhoneCall {
        const CODE: u32 = skip::BOXED | 173;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputPhoneCall {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messages.dhConfig#2c221edd`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessagesDhConfig<'a> {
        pub g: i32,
        pub p: &'a [u8],
        pub version: i32,
        pub random: &'a [u8],
    }

    impl<'a> MessagesDhConfig<'a> {
        pub const ID: u32 = 0x2c221edd;
    }

    impl<'a> Constructor<'a> for MessagesDhConfig<'a> {
        const ID: u32 = 0x2c221edd;
        const NAME: &'static str = "messages.dhConfig";
        const BARE: u32 = skip::BARE | 1936;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let g = r.i32()?;
            let p = r.bytes()?;
            let version = r.i32()?;
            let random = r.bytes()?;
            Ok(MessagesDhConfig { g, p, version, random })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.g);
            s.bytes(self.p);
            s.i32(self.version);
            s.bytes(self.random);
        }
    }

    impl<'a> Decode<'a> for MessagesDhConfig<'a> {
        const CODE: u32 = skip::BOXED | 548;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessagesDhConfig<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messages.dhConfigNotModified#c0e24635`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessagesDhConfigNotModified<'a> {
        pub random: &'a [u8],
    }

    impl<'a> MessagesDhConfigNotModified<'a> {
        pub const ID: u32 = 0xc0e24635;
    }

    impl<'a> Constructor<'a> for MessagesDhConfigNotModified<'a> {
        const ID: u32 = 0xc0e24635;
        const NAME: &'static str = "messages.dhConfigNotModified";
        const BARE: u32 = skip::BARE | 1937;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let random = r.bytes()?;
            Ok(MessagesDhConfigNotModified { random })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.random);
        }
    }

    impl<'a> Decode<'a> for MessagesDhConfigNotModified<'a> {
        const CODE: u32 = skip::BOXED | 548;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessagesDhConfigNotModified<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `dataJSON#7d748d04`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct DataJSON<'a> {
        pub data: &'a [u8],
    }

    impl<'a> DataJSON<'a> {
        pub const ID: u32 = 0x7d748d04;
    }

    impl<'a> Constructor<'a> for DataJSON<'a> {
        const ID: u32 = 0x7d748d04;
        const NAME: &'static str = "dataJSON";
        const BARE: u32 = skip::BARE | 248;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let data = r.bytes()?;
            Ok(DataJSON { data })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.data);
        }
    }

    impl<'a> Decode<'a> for DataJSON<'a> {
        const CODE: u32 = skip::BOXED | 80;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for DataJSON<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phone.groupCall#9e727aad`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGroupCall<'a> {
        pub call: enums::GroupCall<'a>,
        pub participants: Seq<'a, types::GroupCallParticipant<'a>>,
        pub participants_next_offset: &'a [u8],
        pub chats: Seq<'a, enums::Chat<'a>>,
        pub users: Seq<'a, enums::User<'a>>,
    }

    impl<'a> PhoneGroupCall<'a> {
        pub const ID: u32 = 0x9e727aad;
    }

    impl<'a> Constructor<'a> for PhoneGroupCall<'a> {
        const ID: u32 = 0x9e727aad;
        const NAME: &'static str = "phone.groupCall";
        const BARE: u32 = skip::BARE | 2069;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let call = <enums::GroupCall<'_>>::read(r)?;
            let participants = r.seq_max(10000)?;
            let participants_next_offset = r.bytes()?;
            let chats = r.soft_seq()?;
            let users = r.soft_seq()?;
            Ok(PhoneGroupCall { call, participants, participants_next_offset, chats, users })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.call.write(s);
            s.seq(&self.participants);
            s.bytes(self.participants_next_offset);
            s.seq(&self.chats);
            s.seq(&self.users);
        }
    }

    impl<'a> Decode<'a> for PhoneGroupCall<'a> {
        const CODE: u32 = skip::BOXED | 626;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `groupCall#efb2b617`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct GroupCall<'a> {
        pub join_muted: bool,
        pub can_change_join_muted: bool,
        pub join_date_asc: bool,
        pub schedule_start_subscribed: bool,
        pub can_start_video: bool,
        pub record_video_active: bool,
        pub rtmp_stream: bool,
        pub listeners_hidden: bool,
        pub conference: bool,
        pub creator: bool,
        pub messages_enabled: bool,
        pub can_change_messages_enabled: bool,
        pub min: bool,
        pub id: i64,
        pub access_hash: i64,
        pub participants_count: i32,
        pub title: Option<&'a [u8]>,
        pub stream_dc_id: Option<i32>,
        pub record_start_date: Option<i32>,
        pub schedule_date: Option<i32>,
        pub unmuted_video_count: Option<i32>,
        pub unmuted_video_limit: i32,
        pub version: i32,
        pub invite_link: Option<&'a [u8]>,
        pub send_paid_messages_stars: Option<i64>,
        pub default_send_as: Option<enums::Peer>,
    }

    impl<'a> GroupCall<'a> {
        pub const ID: u32 = 0xefb2b617;
    }

    impl<'a> GroupCall<'a> {
        /// `groupCall#d597650c`, of layers 151 to 195.
        pub(super) fn read_d597650c(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let participants_count = r.i32()?;
            let title = if flags >> 3 & 1 == 1 { Some(r.bytes()?) } else { None };
            let stream_dc_id = if flags >> 4 & 1 == 1 { Some(r.i32()?) } else { None };
            let record_start_date = if flags >> 5 & 1 == 1 { Some(r.i32()?) } else { None };
            let schedule_date = if flags >> 7 & 1 == 1 { Some(r.i32()?) } else { None };
            let unmuted_video_count = if flags >> 10 & 1 == 1 { Some(r.i32()?) } else { None };
            let unmuted_video_limit = r.i32()?;
            let version = r.i32()?;
            Ok(GroupCall { join_muted: flags >> 1 & 1 == 1, can_change_join_muted: flags >> 2 & 1 == 1, join_date_asc: flags >> 6 & 1 == 1, schedule_start_subscribed: flags >> 8 & 1 == 1, can_start_video: flags >> 9 & 1 == 1, record_video_active: flags >> 11 & 1 == 1, rtmp_stream: flags >> 12 & 1 == 1, listeners_hidden: flags >> 13 & 1 == 1, conference: false, creator: false, messages_enabled: false, can_change_messages_enabled: false, min: false, id, access_hash, participants_count, title, stream_dc_id, record_start_date, schedule_date, unmuted_video_count, unmuted_video_limit, version, invite_link: None, send_paid_messages_stars: None, default_send_as: None })
        }
    }

    impl<'a> GroupCall<'a> {
        /// `groupCall#cdf8d3e3`, of layers 196 to 201.
        pub(super) fn read_cdf8d3e3(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let participants_count = r.i32()?;
            let title = if flags >> 3 & 1 == 1 { Some(r.bytes()?) } else { None };
            let stream_dc_id = if flags >> 4 & 1 == 1 { Some(r.i32()?) } else { None };
            let record_start_date = if flags >> 5 & 1 == 1 { Some(r.i32()?) } else { None };
            let schedule_date = if flags >> 7 & 1 == 1 { Some(r.i32()?) } else { None };
            let unmuted_video_count = if flags >> 10 & 1 == 1 { Some(r.i32()?) } else { None };
            let unmuted_video_limit = r.i32()?;
            let version = r.i32()?;
            let conference_from_call = if flags >> 14 & 1 == 1 { Some(r.i64()?) } else { None };
            Ok(GroupCall { join_muted: flags >> 1 & 1 == 1, can_change_join_muted: flags >> 2 & 1 == 1, join_date_asc: flags >> 6 & 1 == 1, schedule_start_subscribed: flags >> 8 & 1 == 1, can_start_video: flags >> 9 & 1 == 1, record_video_active: flags >> 11 & 1 == 1, rtmp_stream: flags >> 12 & 1 == 1, listeners_hidden: flags >> 13 & 1 == 1, conference: false, creator: false, messages_enabled: false, can_change_messages_enabled: false, min: false, id, access_hash, participants_count, title, stream_dc_id, record_start_date, schedule_date, unmuted_video_count, unmuted_video_limit, version, invite_link: None, send_paid_messages_stars: None, default_send_as: None })
        }
    }

    impl<'a> GroupCall<'a> {
        /// `groupCall#553b0ba1`, of layers 202 to 216.
        pub(super) fn read_553b0ba1(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let participants_count = r.i32()?;
            let title = if flags >> 3 & 1 == 1 { Some(r.bytes()?) } else { None };
            let stream_dc_id = if flags >> 4 & 1 == 1 { Some(r.i32()?) } else { None };
            let record_start_date = if flags >> 5 & 1 == 1 { Some(r.i32()?) } else { None };
            let schedule_date = if flags >> 7 & 1 == 1 { Some(r.i32()?) } else { None };
            let unmuted_video_count = if flags >> 10 & 1 == 1 { Some(r.i32()?) } else { None };
            let unmuted_video_limit = r.i32()?;
            let version = r.i32()?;
            let invite_link = if flags >> 16 & 1 == 1 { Some(r.bytes()?) } else { None };
            Ok(GroupCall { join_muted: flags >> 1 & 1 == 1, can_change_join_muted: flags >> 2 & 1 == 1, join_date_asc: flags >> 6 & 1 == 1, schedule_start_subscribed: flags >> 8 & 1 == 1, can_start_video: flags >> 9 & 1 == 1, record_video_active: flags >> 11 & 1 == 1, rtmp_stream: flags >> 12 & 1 == 1, listeners_hidden: flags >> 13 & 1 == 1, conference: flags >> 14 & 1 == 1, creator: flags >> 15 & 1 == 1, messages_enabled: flags >> 17 & 1 == 1, can_change_messages_enabled: flags >> 18 & 1 == 1, min: flags >> 19 & 1 == 1, id, access_hash, participants_count, title, stream_dc_id, record_start_date, schedule_date, unmuted_video_count, unmuted_video_limit, version, invite_link, send_paid_messages_stars: None, default_send_as: None })
        }
    }

    impl<'a> Constructor<'a> for GroupCall<'a> {
        const ID: u32 = 0xefb2b617;
        const NAME: &'static str = "groupCall";
        const BARE: u32 = skip::BARE | 347;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let participants_count = r.i32()?;
            let title = if flags >> 3 & 1 == 1 { Some(r.bytes()?) } else { None };
            let stream_dc_id = if flags >> 4 & 1 == 1 { Some(r.i32()?) } else { None };
            let record_start_date = if flags >> 5 & 1 == 1 { Some(r.i32()?) } else { None };
            let schedule_date = if flags >> 7 & 1 == 1 { Some(r.i32()?) } else { None };
            let unmuted_video_count = if flags >> 10 & 1 == 1 { Some(r.i32()?) } else { None };
            let unmuted_video_limit = r.i32()?;
            let version = r.i32()?;
            let invite_link = if flags >> 16 & 1 == 1 { Some(r.bytes()?) } else { None };
            let send_paid_messages_stars = if flags >> 20 & 1 == 1 { Some(r.i64()?) } else { None };
            let default_send_as = if flags >> 21 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            Ok(GroupCall { join_muted: flags >> 1 & 1 == 1, can_change_join_muted: flags >> 2 & 1 == 1, join_date_asc: flags >> 6 & 1 == 1, schedule_start_subscribed: flags >> 8 & 1 == 1, can_start_video: flags >> 9 & 1 == 1, record_video_active: flags >> 11 & 1 == 1, rtmp_stream: flags >> 12 & 1 == 1, listeners_hidden: flags >> 13 & 1 == 1, conference: flags >> 14 & 1 == 1, creator: flags >> 15 & 1 == 1, messages_enabled: flags >> 17 & 1 == 1, can_change_messages_enabled: flags >> 18 & 1 == 1, min: flags >> 19 & 1 == 1, id, access_hash, participants_count, title, stream_dc_id, record_start_date, schedule_date, unmuted_video_count, unmuted_video_limit, version, invite_link, send_paid_messages_stars, default_send_as })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.join_muted) << 1 | u32::from(self.can_change_join_muted) << 2 | u32::from(self.title.is_some()) << 3 | u32::from(self.stream_dc_id.is_some()) << 4 | u32::from(self.record_start_date.is_some()) << 5 | u32::from(self.join_date_asc) << 6 | u32::from(self.schedule_date.is_some()) << 7 | u32::from(self.schedule_start_subscribed) << 8 | u32::from(self.can_start_video) << 9 | u32::from(self.unmuted_video_count.is_some()) << 10 | u32::from(self.record_video_active) << 11 | u32::from(self.rtmp_stream) << 12 | u32::from(self.listeners_hidden) << 13 | u32::from(self.conference) << 14 | u32::from(self.creator) << 15 | u32::from(self.invite_link.is_some()) << 16 | u32::from(self.messages_enabled) << 17 | u32::from(self.can_change_messages_enabled) << 18 | u32::from(self.min) << 19 | u32::from(self.send_paid_messages_stars.is_some()) << 20 | u32::from(self.default_send_as.is_some()) << 21);
            s.i64(self.id);
            s.i64(self.access_hash);
            s.i32(self.participants_count);
            if let Some(value) = self.title {
                s.bytes(value);
            }
            if let Some(value) = self.stream_dc_id {
                s.i32(value);
            }
            if let Some(value) = self.record_start_date {
                s.i32(value);
            }
            if let Some(value) = self.schedule_date {
                s.i32(value);
            }
            if let Some(value) = self.unmuted_video_count {
                s.i32(value);
            }
            s.i32(self.unmuted_video_limit);
            s.i32(self.version);
            if let Some(value) = self.invite_link {
                s.bytes(value);
            }
            if let Some(value) = self.send_paid_messages_stars {
                s.i64(value);
            }
            if let Some(value) = self.default_send_as {
                value.write(s);
            }
        }
    }

    impl<'a> Decode<'a> for GroupCall<'a> {
        const CODE: u32 = skip::BOXED | 120;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0xd597650c => return Self::read_d597650c(r),
                0xcdf8d3e3 => return Self::read_cdf8d3e3(r),
                0x553b0ba1 => return Self::read_553b0ba1(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for GroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `groupCallDiscarded#7780bcb4`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct GroupCallDiscarded {
        pub id: i64,
        pub access_hash: i64,
        pub duration: i32,
    }

    impl GroupCallDiscarded {
        pub const ID: u32 = 0x7780bcb4;
    }

    impl<'a> Constructor<'a> for GroupCallDiscarded {
        const ID: u32 = 0x7780bcb4;
        const NAME: &'static str = "groupCallDiscarded";
        const BARE: u32 = skip::BARE | 344;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let duration = r.i32()?;
            Ok(GroupCallDiscarded { id, access_hash, duration })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
            s.i64(self.access_hash);
            s.i32(self.duration);
        }
    }

    impl<'a> Decode<'a> for GroupCallDiscarded {
        const CODE: u32 = skip::BOXED | 120;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for GroupCallDiscarded {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputGroupCall#d8aa840f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputGroupCall {
        pub id: i64,
        pub access_hash: i64,
    }

    impl InputGroupCall {
        pub const ID: u32 = 0xd8aa840f;
    }

    impl<'a> Constructor<'a> for InputGroupCall {
        const ID: u32 = 0xd8aa840f;
        const NAME: &'static str = "inputGroupCall";
        const BARE: u32 = skip::BARE | 452;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            let access_hash = r.i64()?;
            Ok(InputGroupCall { id, access_hash })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
            s.i64(self.access_hash);
        }
    }

    impl<'a> Decode<'a> for InputGroupCall {
        const CODE: u32 = skip::BOXED | 162;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputGroupCall {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputGroupCallInviteMessage#8c10603f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputGroupCallInviteMessage {
        pub msg_id: i32,
    }

    impl InputGroupCallInviteMessage {
        pub const ID: u32 = 0x8c10603f;
    }

    impl<'a> Constructor<'a> for InputGroupCallInviteMessage {
        const ID: u32 = 0x8c10603f;
        const NAME: &'static str = "inputGroupCallInviteMessage";
        const BARE: u32 = skip::BARE | 451;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let msg_id = r.i32()?;
            Ok(InputGroupCallInviteMessage { msg_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.msg_id);
        }
    }

    impl<'a> Decode<'a> for InputGroupCallInviteMessage {
        const CODE: u32 = skip::BOXED | 162;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputGroupCallInviteMessage {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputGroupCallSlug#fe06823f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputGroupCallSlug<'a> {
        pub slug: &'a [u8],
    }

    impl<'a> InputGroupCallSlug<'a> {
        pub const ID: u32 = 0xfe06823f;
    }

    impl<'a> Constructor<'a> for InputGroupCallSlug<'a> {
        const ID: u32 = 0xfe06823f;
        const NAME: &'static str = "inputGroupCallSlug";
        const BARE: u32 = skip::BARE | 453;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let slug = r.bytes()?;
            Ok(InputGroupCallSlug { slug })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.slug);
        }
    }

    impl<'a> Decode<'a> for InputGroupCallSlug<'a> {
        const CODE: u32 = skip::BOXED | 162;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputGroupCallSlug<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `groupCallParticipant#2a3dc7ac`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct GroupCallParticipant<'a> {
        pub muted: bool,
        pub left: bool,
        pub can_self_unmute: bool,
        pub just_joined: bool,
        pub versioned: bool,
        pub min: bool,
        pub muted_by_you: bool,
        pub volume_by_admin: bool,
        pub self_: bool,
        pub video_joined: bool,
        pub peer: enums::Peer,
        pub date: i32,
        pub active_date: Option<i32>,
        pub source: i32,
        pub volume: Option<i32>,
        pub about: Option<&'a [u8]>,
        pub raise_hand_rating: Option<i64>,
        pub video: Option<types::GroupCallParticipantVideo<'a>>,
        pub presentation: Option<types::GroupCallParticipantVideo<'a>>,
        pub paid_stars_total: Option<i64>,
    }

    impl<'a> GroupCallParticipant<'a> {
        pub const ID: u32 = 0x2a3dc7ac;
    }

    impl<'a> GroupCallParticipant<'a> {
        /// `groupCallParticipant#eba636fe`, of layers 151 to 216.
        pub(super) fn read_eba636fe(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let peer = <enums::Peer>::read(r)?;
            let date = r.i32()?;
            let active_date = if flags >> 3 & 1 == 1 { Some(r.i32()?) } else { None };
            let source = r.i32()?;
            let volume = if flags >> 7 & 1 == 1 { Some(r.i32()?) } else { None };
            let about = if flags >> 11 & 1 == 1 { Some(r.bytes()?) } else { None };
            let raise_hand_rating = if flags >> 13 & 1 == 1 { Some(r.i64()?) } else { None };
            let video = if flags >> 6 & 1 == 1 { Some(<types::GroupCallParticipantVideo<'_>>::read(r)?) } else { None };
            let presentation = if flags >> 14 & 1 == 1 { Some(<types::GroupCallParticipantVideo<'_>>::read(r)?) } else { None };
            Ok(GroupCallParticipant { muted: flags >> 0 & 1 == 1, left: flags >> 1 & 1 == 1, can_self_unmute: flags >> 2 & 1 == 1, just_joined: flags >> 4 & 1 == 1, versioned: flags >> 5 & 1 == 1, min: flags >> 8 & 1 == 1, muted_by_you: flags >> 9 & 1 == 1, volume_by_admin: flags >> 10 & 1 == 1, self_: flags >> 12 & 1 == 1, video_joined: flags >> 15 & 1 == 1, peer, date, active_date, source, volume, about, raise_hand_rating, video, presentation, paid_stars_total: None })
        }
    }

    impl<'a> Constructor<'a> for GroupCallParticipant<'a> {
        const ID: u32 = 0x2a3dc7ac;
        const NAME: &'static str = "groupCallParticipant";
        const BARE: u32 = skip::BARE | 350;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let peer = <enums::Peer>::read(r)?;
            let date = r.i32()?;
            let active_date = if flags >> 3 & 1 == 1 { Some(r.i32()?) } else { None };
            let source = r.i32()?;
            let volume = if flags >> 7 & 1 == 1 { Some(r.i32()?) } else { None };
            let about = if flags >> 11 & 1 == 1 { Some(r.bytes()?) } else { None };
            let raise_hand_rating = if flags >> 13 & 1 == 1 { Some(r.i64()?) } else { None };
            let video = if flags >> 6 & 1 == 1 { Some(<types::GroupCallParticipantVideo<'_>>::read(r)?) } else { None };
            let presentation = if flags >> 14 & 1 == 1 { Some(<types::GroupCallParticipantVideo<'_>>::read(r)?) } else { None };
            let paid_stars_total = if flags >> 16 & 1 == 1 { Some(r.i64()?) } else { None };
            Ok(GroupCallParticipant { muted: flags >> 0 & 1 == 1, left: flags >> 1 & 1 == 1, can_self_unmute: flags >> 2 & 1 == 1, just_joined: flags >> 4 & 1 == 1, versioned: flags >> 5 & 1 == 1, min: flags >> 8 & 1 == 1, muted_by_you: flags >> 9 & 1 == 1, volume_by_admin: flags >> 10 & 1 == 1, self_: flags >> 12 & 1 == 1, video_joined: flags >> 15 & 1 == 1, peer, date, active_date, source, volume, about, raise_hand_rating, video, presentation, paid_stars_total })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.muted) | u32::from(self.left) << 1 | u32::from(self.can_self_unmute) << 2 | u32::from(self.active_date.is_some()) << 3 | u32::from(self.just_joined) << 4 | u32::from(self.versioned) << 5 | u32::from(self.video.is_some()) << 6 | u32::from(self.volume.is_some()) << 7 | u32::from(self.min) << 8 | u32::from(self.muted_by_you) << 9 | u32::from(self.volume_by_admin) << 10 | u32::from(self.about.is_some()) << 11 | u32::from(self.self_) << 12 | u32::from(self.raise_hand_rating.is_some()) << 13 | u32::from(self.presentation.is_some()) << 14 | u32::from(self.video_joined) << 15 | u32::from(self.paid_stars_total.is_some()) << 16);
            self.peer.write(s);
            s.i32(self.date);
            if let Some(value) = self.active_date {
                s.i32(value);
            }
            s.i32(self.source);
            if let Some(value) = self.volume {
                s.i32(value);
            }
            if let Some(value) = self.about {
                s.bytes(value);
            }
            if let Some(value) = self.raise_hand_rating {
                s.i64(value);
            }
            if let Some(value) = self.video {
                value.write(s);
            }
            if let Some(value) = self.presentation {
                value.write(s);
            }
            if let Some(value) = self.paid_stars_total {
                s.i64(value);
            }
        }
    }

    impl<'a> Decode<'a> for GroupCallParticipant<'a> {
        const CODE: u32 = skip::BOXED | 123;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0xeba636fe => return Self::read_eba636fe(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for GroupCallParticipant<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `groupCallParticipantVideo#67753ac8`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct GroupCallParticipantVideo<'a> {
        pub paused: bool,
        pub endpoint: &'a [u8],
        pub source_groups: Seq<'a, types::GroupCallParticipantVideoSourceGroup<'a>>,
        pub audio_source: Option<i32>,
    }

    impl<'a> GroupCallParticipantVideo<'a> {
        pub const ID: u32 = 0x67753ac8;
    }

    impl<'a> Constructor<'a> for GroupCallParticipantVideo<'a> {
        const ID: u32 = 0x67753ac8;
        const NAME: &'static str = "groupCallParticipantVideo";
        const BARE: u32 = skip::BARE | 352;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let endpoint = r.bytes()?;
            let source_groups = r.seq()?;
            let audio_source = if flags >> 1 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(GroupCallParticipantVideo { paused: flags >> 0 & 1 == 1, endpoint, source_groups, audio_source })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.paused) | u32::from(self.audio_source.is_some()) << 1);
            s.bytes(self.endpoint);
            s.seq(&self.source_groups);
            if let Some(value) = self.audio_source {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for GroupCallParticipantVideo<'a> {
        const CODE: u32 = skip::BOXED | 124;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for GroupCallParticipantVideo<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `groupCallParticipantVideoSourceGroup#dcb118b7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct GroupCallParticipantVideoSourceGroup<'a> {
        pub semantics: &'a [u8],
        pub sources: Seq<'a, i32>,
    }

    impl<'a> GroupCallParticipantVideoSourceGroup<'a> {
        pub const ID: u32 = 0xdcb118b7;
    }

    impl<'a> Constructor<'a> for GroupCallParticipantVideoSourceGroup<'a> {
        const ID: u32 = 0xdcb118b7;
        const NAME: &'static str = "groupCallParticipantVideoSourceGroup";
        const BARE: u32 = skip::BARE | 353;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let semantics = r.bytes()?;
            let sources = r.seq()?;
            Ok(GroupCallParticipantVideoSourceGroup { semantics, sources })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.semantics);
            s.seq(&self.sources);
        }
    }

    impl<'a> Decode<'a> for GroupCallParticipantVideoSourceGroup<'a> {
        const CODE: u32 = skip::BOXED | 125;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for GroupCallParticipantVideoSourceGroup<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phone.groupParticipants#f47751b6`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGroupParticipants<'a> {
        pub count: i32,
        pub participants: Seq<'a, types::GroupCallParticipant<'a>>,
        pub next_offset: &'a [u8],
        pub chats: Seq<'a, enums::Chat<'a>>,
        pub users: Seq<'a, enums::User<'a>>,
        pub version: i32,
    }

    impl<'a> PhoneGroupParticipants<'a> {
        pub const ID: u32 = 0xf47751b6;
    }

    impl<'a> Constructor<'a> for PhoneGroupParticipants<'a> {
        const ID: u32 = 0xf47751b6;
        const NAME: &'static str = "phone.groupParticipants";
        const BARE: u32 = skip::BARE | 2073;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let count = r.i32()?;
            let participants = r.seq_max(10000)?;
            let next_offset = r.bytes()?;
            let chats = r.soft_seq()?;
            let users = r.soft_seq()?;
            let version = r.soft_i32()?;
            Ok(PhoneGroupParticipants { count, participants, next_offset, chats, users, version })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.count);
            s.seq(&self.participants);
            s.bytes(self.next_offset);
            s.seq(&self.chats);
            s.seq(&self.users);
            s.i32(self.version);
        }
    }

    impl<'a> Decode<'a> for PhoneGroupParticipants<'a> {
        const CODE: u32 = skip::BOXED | 630;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneGroupParticipants<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phone.joinAsPeers#afe5623f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneJoinAsPeers<'a> {
        pub peers: Seq<'a, enums::Peer>,
        pub chats: Seq<'a, enums::Chat<'a>>,
        pub users: Seq<'a, enums::User<'a>>,
    }

    impl<'a> PhoneJoinAsPeers<'a> {
        pub const ID: u32 = 0xafe5623f;
    }

    impl<'a> Constructor<'a> for PhoneJoinAsPeers<'a> {
        const ID: u32 = 0xafe5623f;
        const NAME: &'static str = "phone.joinAsPeers";
        const BARE: u32 = skip::BARE | 2074;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let peers = r.seq()?;
            let chats = r.soft_seq()?;
            let users = r.soft_seq()?;
            Ok(PhoneJoinAsPeers { peers, chats, users })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.peers);
            s.seq(&self.chats);
            s.seq(&self.users);
        }
    }

    impl<'a> Decode<'a> for PhoneJoinAsPeers<'a> {
        const CODE: u32 = skip::BOXED | 631;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneJoinAsPeers<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phone.exportedGroupCallInvite#204bd158`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneExportedGroupCallInvite<'a> {
        pub link: &'a [u8],
    }

    impl<'a> PhoneExportedGroupCallInvite<'a> {
        pub const ID: u32 = 0x204bd158;
    }

    impl<'a> Constructor<'a> for PhoneExportedGroupCallInvite<'a> {
        const ID: u32 = 0x204bd158;
        const NAME: &'static str = "phone.exportedGroupCallInvite";
        const BARE: u32 = skip::BARE | 2068;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let link = r.bytes()?;
            Ok(PhoneExportedGroupCallInvite { link })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.link);
        }
    }

    impl<'a> Decode<'a> for PhoneExportedGroupCallInvite<'a> {
        const CODE: u32 = skip::BOXED | 625;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneExportedGroupCallInvite<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phone.groupCallStreamChannels#d0e482b2`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGroupCallStreamChannels<'a> {
        pub channels: Seq<'a, types::GroupCallStreamChannel>,
    }

    impl<'a> PhoneGroupCallStreamChannels<'a> {
        pub const ID: u32 = 0xd0e482b2;
    }

    impl<'a> Constructor<'a> for PhoneGroupCallStreamChannels<'a> {
        const ID: u32 = 0xd0e482b2;
        const NAME: &'static str = "phone.groupCallStreamChannels";
        const BARE: u32 = skip::BARE | 2071;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let channels = r.seq()?;
            Ok(PhoneGroupCallStreamChannels { channels })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.channels);
        }
    }

    impl<'a> Decode<'a> for PhoneGroupCallStreamChannels<'a> {
        const CODE: u32 = skip::BOXED | 628;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneGroupCallStreamChannels<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `groupCallStreamChannel#80eb48af`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct GroupCallStreamChannel {
        pub channel: i32,
        pub scale: i32,
        pub last_timestamp_ms: i64,
    }

    impl GroupCallStreamChannel {
        pub const ID: u32 = 0x80eb48af;
    }

    impl<'a> Constructor<'a> for GroupCallStreamChannel {
        const ID: u32 = 0x80eb48af;
        const NAME: &'static str = "groupCallStreamChannel";
        const BARE: u32 = skip::BARE | 354;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let channel = r.i32()?;
            let scale = r.i32()?;
            let last_timestamp_ms = r.i64()?;
            Ok(GroupCallStreamChannel { channel, scale, last_timestamp_ms })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.channel);
            s.i32(self.scale);
            s.i64(self.last_timestamp_ms);
        }
    }

    impl<'a> Decode<'a> for GroupCallStreamChannel {
        const CODE: u32 = skip::BOXED | 126;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for GroupCallStreamChannel {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phone.groupCallStreamRtmpUrl#2dbf3432`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGroupCallStreamRtmpUrl<'a> {
        pub url: &'a [u8],
        pub key: &'a [u8],
    }

    impl<'a> PhoneGroupCallStreamRtmpUrl<'a> {
        pub const ID: u32 = 0x2dbf3432;
    }

    impl<'a> Constructor<'a> for PhoneGroupCallStreamRtmpUrl<'a> {
        const ID: u32 = 0x2dbf3432;
        const NAME: &'static str = "phone.groupCallStreamRtmpUrl";
        const BARE: u32 = skip::BARE | 2072;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let url = r.bytes()?;
            let key = r.bytes()?;
            Ok(PhoneGroupCallStreamRtmpUrl { url, key })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.url);
            s.bytes(self.key);
        }
    }

    impl<'a> Decode<'a> for PhoneGroupCallStreamRtmpUrl<'a> {
        const CODE: u32 = skip::BOXED | 629;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneGroupCallStreamRtmpUrl<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `phone.groupCallStars#9d1dbd26`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGroupCallStars<'a> {
        pub total_stars: i64,
        pub top_donors: Seq<'a, types::GroupCallDonor>,
        pub chats: Seq<'a, enums::Chat<'a>>,
        pub users: Seq<'a, enums::User<'a>>,
    }

    impl<'a> PhoneGroupCallStars<'a> {
        pub const ID: u32 = 0x9d1dbd26;
    }

    impl<'a> Constructor<'a> for PhoneGroupCallStars<'a> {
        const ID: u32 = 0x9d1dbd26;
        const NAME: &'static str = "phone.groupCallStars";
        const BARE: u32 = skip::BARE | 2070;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let total_stars = r.i64()?;
            let top_donors = r.seq()?;
            let chats = r.soft_seq()?;
            let users = r.soft_seq()?;
            Ok(PhoneGroupCallStars { total_stars, top_donors, chats, users })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.total_stars);
            s.seq(&self.top_donors);
            s.seq(&self.chats);
            s.seq(&self.users);
        }
    }

    impl<'a> Decode<'a> for PhoneGroupCallStars<'a> {
        const CODE: u32 = skip::BOXED | 627;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PhoneGroupCallStars<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `groupCallDonor#ee430c85`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct GroupCallDonor {
        pub top: bool,
        pub my: bool,
        pub peer_id: Option<enums::Peer>,
        pub stars: i64,
    }

    impl GroupCallDonor {
        pub const ID: u32 = 0xee430c85;
    }

    impl<'a> Constructor<'a> for GroupCallDonor {
        const ID: u32 = 0xee430c85;
        const NAME: &'static str = "groupCallDonor";
        const BARE: u32 = skip::BARE | 348;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let peer_id = if flags >> 3 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let stars = r.i64()?;
            Ok(GroupCallDonor { top: flags >> 0 & 1 == 1, my: flags >> 1 & 1 == 1, peer_id, stars })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.top) | u32::from(self.my) << 1 | u32::from(self.peer_id.is_some()) << 3);
            if let Some(value) = self.peer_id {
                value.write(s);
            }
            s.i64(self.stars);
        }
    }

    impl<'a> Decode<'a> for GroupCallDonor {
        const CODE: u32 = skip::BOXED | 121;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for GroupCallDonor {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `groupCallMessage#1a8afc7e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct GroupCallMessage<'a> {
        pub from_admin: bool,
        pub id: i32,
        pub from_id: enums::Peer,
        pub date: i32,
        pub message: types::TextWithEntities<'a>,
        pub paid_message_stars: Option<i64>,
    }

    impl<'a> GroupCallMessage<'a> {
        pub const ID: u32 = 0x1a8afc7e;
    }

    impl<'a> Constructor<'a> for GroupCallMessage<'a> {
        const ID: u32 = 0x1a8afc7e;
        const NAME: &'static str = "groupCallMessage";
        const BARE: u32 = skip::BARE | 349;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i32()?;
            let from_id = <enums::Peer>::read(r)?;
            let date = r.i32()?;
            let message = <types::TextWithEntities<'_>>::read(r)?;
            let paid_message_stars = if flags >> 0 & 1 == 1 { Some(r.i64()?) } else { None };
            Ok(GroupCallMessage { from_admin: flags >> 1 & 1 == 1, id, from_id, date, message, paid_message_stars })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.paid_message_stars.is_some()) | u32::from(self.from_admin) << 1);
            s.i32(self.id);
            self.from_id.write(s);
            s.i32(self.date);
            self.message.write(s);
            if let Some(value) = self.paid_message_stars {
                s.i64(value);
            }
        }
    }

    impl<'a> Decode<'a> for GroupCallMessage<'a> {
        const CODE: u32 = skip::BOXED | 122;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for GroupCallMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `textWithEntities#751f3146`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct TextWithEntities<'a> {
        pub text: &'a [u8],
        pub entities: Seq<'a, enums::MessageEntity<'a>>,
    }

    impl<'a> TextWithEntities<'a> {
        pub const ID: u32 = 0x751f3146;
    }

    impl<'a> Constructor<'a> for TextWithEntities<'a> {
        const ID: u32 = 0x751f3146;
        const NAME: &'static str = "textWithEntities";
        const BARE: u32 = skip::BARE | 1410;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let text = r.bytes()?;
            let entities = r.seq()?;
            Ok(TextWithEntities { text, entities })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.text);
            s.seq(&self.entities);
        }
    }

    impl<'a> Decode<'a> for TextWithEntities<'a> {
        const CODE: u32 = skip::BOXED | 385;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for TextWithEntities<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputMessageEntityMentionName#208e68c9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputMessageEntityMentionName<'a> {
        pub offset: i32,
        pub length: i32,
        pub user_id: enums::InputUser<'a>,
    }

    impl<'a> InputMessageEntityMentionName<'a> {
        pub const ID: u32 = 0x208e68c9;
    }

    impl<'a> Constructor<'a> for InputMessageEntityMentionName<'a> {
        const ID: u32 = 0x208e68c9;
        const NAME: &'static str = "inputMessageEntityMentionName";
        const BARE: u32 = skip::BARE | 829;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            let user_id = <enums::InputUser<'_>>::read(r)?;
            Ok(InputMessageEntityMentionName { offset, length, user_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
            self.user_id.write(s);
        }
    }

    impl<'a> Decode<'a> for InputMessageEntityMentionName<'a> {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputMessageEntityMentionName<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityBankCard#761e6af4`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityBankCard {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityBankCard {
        pub const ID: u32 = 0x761e6af4;
    }

    impl<'a> Constructor<'a> for MessageEntityBankCard {
        const ID: u32 = 0x761e6af4;
        const NAME: &'static str = "messageEntityBankCard";
        const BARE: u32 = skip::BARE | 839;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityBankCard { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityBankCard {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityBankCard {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityBlockquote#f1ccaaac`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityBlockquote {
        pub collapsed: bool,
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityBlockquote {
        pub const ID: u32 = 0xf1ccaaac;
    }

    impl<'a> Constructor<'a> for MessageEntityBlockquote {
        const ID: u32 = 0xf1ccaaac;
        const NAME: &'static str = "messageEntityBlockquote";
        const BARE: u32 = skip::BARE | 851;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityBlockquote { collapsed: flags >> 0 & 1 == 1, offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.collapsed));
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityBlockquote {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityBlockquote {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityBold#bd610bc9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityBold {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityBold {
        pub const ID: u32 = 0xbd610bc9;
    }

    impl<'a> Constructor<'a> for MessageEntityBold {
        const ID: u32 = 0xbd610bc9;
        const NAME: &'static str = "messageEntityBold";
        const BARE: u32 = skip::BARE | 846;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityBold { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityBold {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityBold {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityBotCommand#6cef8ac7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityBotCommand {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityBotCommand {
        pub const ID: u32 = 0x6cef8ac7;
    }

    impl<'a> Constructor<'a> for MessageEntityBotCommand {
        const ID: u32 = 0x6cef8ac7;
        const NAME: &'static str = "messageEntityBotCommand";
        const BARE: u32 = skip::BARE | 834;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityBotCommand { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityBotCommand {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityBotCommand {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityCashtag#4c4e743f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityCashtag {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityCashtag {
        pub const ID: u32 = 0x4c4e743f;
    }

    impl<'a> Constructor<'a> for MessageEntityCashtag {
        const ID: u32 = 0x4c4e743f;
        const NAME: &'static str = "messageEntityCashtag";
        const BARE: u32 = skip::BARE | 832;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityCashtag { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityCashtag {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityCashtag {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityCode#28a20571`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityCode {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityCode {
        pub const ID: u32 = 0x28a20571;
    }

    impl<'a> Constructor<'a> for MessageEntityCode {
        const ID: u32 = 0x28a20571;
        const NAME: &'static str = "messageEntityCode";
        const BARE: u32 = skip::BARE | 830;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityCode { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityCode {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityCode {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityCustomEmoji#c8cf05f8`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityCustomEmoji {
        pub offset: i32,
        pub length: i32,
        pub document_id: i64,
    }

    impl MessageEntityCustomEmoji {
        pub const ID: u32 = 0xc8cf05f8;
    }

    impl<'a> Constructor<'a> for MessageEntityCustomEmoji {
        const ID: u32 = 0xc8cf05f8;
        const NAME: &'static str = "messageEntityCustomEmoji";
        const BARE: u32 = skip::BARE | 849;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            let document_id = r.i64()?;
            Ok(MessageEntityCustomEmoji { offset, length, document_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
            s.i64(self.document_id);
        }
    }

    impl<'a> Decode<'a> for MessageEntityCustomEmoji {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityCustomEmoji {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityEmail#64e475c2`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityEmail {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityEmail {
        pub const ID: u32 = 0x64e475c2;
    }

    impl<'a> Constructor<'a> for MessageEntityEmail {
        const ID: u32 = 0x64e475c2;
        const NAME: &'static str = "messageEntityEmail";
        const BARE: u32 = skip::BARE | 833;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityEmail { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityEmail {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityEmail {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityFormattedDate#904ac7c7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityFormattedDate {
        pub relative: bool,
        pub short_time: bool,
        pub long_time: bool,
        pub short_date: bool,
        pub long_date: bool,
        pub day_of_week: bool,
        pub offset: i32,
        pub length: i32,
        pub date: i32,
    }

    impl MessageEntityFormattedDate {
        pub const ID: u32 = 0x904ac7c7;
    }

    impl<'a> Constructor<'a> for MessageEntityFormattedDate {
        const ID: u32 = 0x904ac7c7;
        const NAME: &'static str = "messageEntityFormattedDate";
        const BARE: u32 = skip::BARE | 842;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let offset = r.i32()?;
            let length = r.i32()?;
            let date = r.i32()?;
            Ok(MessageEntityFormattedDate { relative: flags >> 0 & 1 == 1, short_time: flags >> 1 & 1 == 1, long_time: flags >> 2 & 1 == 1, short_date: flags >> 3 & 1 == 1, long_date: flags >> 4 & 1 == 1, day_of_week: flags >> 5 & 1 == 1, offset, length, date })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.relative) | u32::from(self.short_time) << 1 | u32::from(self.long_time) << 2 | u32::from(self.short_date) << 3 | u32::from(self.long_date) << 4 | u32::from(self.day_of_week) << 5);
            s.i32(self.offset);
            s.i32(self.length);
            s.i32(self.date);
        }
    }

    impl<'a> Decode<'a> for MessageEntityFormattedDate {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityFormattedDate {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityHashtag#6f635b0d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityHashtag {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityHashtag {
        pub const ID: u32 = 0x6f635b0d;
    }

    impl<'a> Constructor<'a> for MessageEntityHashtag {
        const ID: u32 = 0x6f635b0d;
        const NAME: &'static str = "messageEntityHashtag";
        const BARE: u32 = skip::BARE | 836;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityHashtag { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityHashtag {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityHashtag {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityItalic#826f8b60`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityItalic {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityItalic {
        pub const ID: u32 = 0x826f8b60;
    }

    impl<'a> Constructor<'a> for MessageEntityItalic {
        const ID: u32 = 0x826f8b60;
        const NAME: &'static str = "messageEntityItalic";
        const BARE: u32 = skip::BARE | 841;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityItalic { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityItalic {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityItalic {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityMention#fa04579d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityMention {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityMention {
        pub const ID: u32 = 0xfa04579d;
    }

    impl<'a> Constructor<'a> for MessageEntityMention {
        const ID: u32 = 0xfa04579d;
        const NAME: &'static str = "messageEntityMention";
        const BARE: u32 = skip::BARE | 852;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityMention { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityMention {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityMention {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityMentionName#dc7b1140`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityMentionName {
        pub offset: i32,
        pub length: i32,
        pub user_id: i64,
    }

    impl MessageEntityMentionName {
        pub const ID: u32 = 0xdc7b1140;
    }

    impl<'a> Constructor<'a> for MessageEntityMentionName {
        const ID: u32 = 0xdc7b1140;
        const NAME: &'static str = "messageEntityMentionName";
        const BARE: u32 = skip::BARE | 850;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            let user_id = r.i64()?;
            Ok(MessageEntityMentionName { offset, length, user_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
            s.i64(self.user_id);
        }
    }

    impl<'a> Decode<'a> for MessageEntityMentionName {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityMentionName {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityPhone#9b69e34b`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityPhone {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityPhone {
        pub const ID: u32 = 0x9b69e34b;
    }

    impl<'a> Constructor<'a> for MessageEntityPhone {
        const ID: u32 = 0x9b69e34b;
        const NAME: &'static str = "messageEntityPhone";
        const BARE: u32 = skip::BARE | 843;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityPhone { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityPhone {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityPhone {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityPre#73924be0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityPre<'a> {
        pub offset: i32,
        pub length: i32,
        pub language: &'a [u8],
    }

    impl<'a> MessageEntityPre<'a> {
        pub const ID: u32 = 0x73924be0;
    }

    impl<'a> Constructor<'a> for MessageEntityPre<'a> {
        const ID: u32 = 0x73924be0;
        const NAME: &'static str = "messageEntityPre";
        const BARE: u32 = skip::BARE | 838;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            let language = r.bytes()?;
            Ok(MessageEntityPre { offset, length, language })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
            s.bytes(self.language);
        }
    }

    impl<'a> Decode<'a> for MessageEntityPre<'a> {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageEntityPre<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntitySpoiler#32ca960f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntitySpoiler {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntitySpoiler {
        pub const ID: u32 = 0x32ca960f;
    }

    impl<'a> Constructor<'a> for MessageEntitySpoiler {
        const ID: u32 = 0x32ca960f;
        const NAME: &'static str = "messageEntitySpoiler";
        const BARE: u32 = skip::BARE | 831;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntitySpoiler { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntitySpoiler {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntitySpoiler {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityStrike#bf0693d4`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityStrike {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityStrike {
        pub const ID: u32 = 0xbf0693d4;
    }

    impl<'a> Constructor<'a> for MessageEntityStrike {
        const ID: u32 = 0xbf0693d4;
        const NAME: &'static str = "messageEntityStrike";
        const BARE: u32 = skip::BARE | 847;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityStrike { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityStrike {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityStrike {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityTextUrl#76a6d327`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityTextUrl<'a> {
        pub offset: i32,
        pub length: i32,
        pub url: &'a [u8],
    }

    impl<'a> MessageEntityTextUrl<'a> {
        pub const ID: u32 = 0x76a6d327;
    }

    impl<'a> Constructor<'a> for MessageEntityTextUrl<'a> {
        const ID: u32 = 0x76a6d327;
        const NAME: &'static str = "messageEntityTextUrl";
        const BARE: u32 = skip::BARE | 840;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            let url = r.bytes()?;
            Ok(MessageEntityTextUrl { offset, length, url })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
            s.bytes(self.url);
        }
    }

    impl<'a> Decode<'a> for MessageEntityTextUrl<'a> {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageEntityTextUrl<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityUnderline#9c4e7e8b`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityUnderline {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityUnderline {
        pub const ID: u32 = 0x9c4e7e8b;
    }

    impl<'a> Constructor<'a> for MessageEntityUnderline {
        const ID: u32 = 0x9c4e7e8b;
        const NAME: &'static str = "messageEntityUnderline";
        const BARE: u32 = skip::BARE | 844;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityUnderline { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityUnderline {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityUnderline {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityUnknown#bb92ba95`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityUnknown {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityUnknown {
        pub const ID: u32 = 0xbb92ba95;
    }

    impl<'a> Constructor<'a> for MessageEntityUnknown {
        const ID: u32 = 0xbb92ba95;
        const NAME: &'static str = "messageEntityUnknown";
        const BARE: u32 = skip::BARE | 845;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityUnknown { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityUnknown {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityUnknown {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEntityUrl#6ed02538`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEntityUrl {
        pub offset: i32,
        pub length: i32,
    }

    impl MessageEntityUrl {
        pub const ID: u32 = 0x6ed02538;
    }

    impl<'a> Constructor<'a> for MessageEntityUrl {
        const ID: u32 = 0x6ed02538;
        const NAME: &'static str = "messageEntityUrl";
        const BARE: u32 = skip::BARE | 835;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i32()?;
            let length = r.i32()?;
            Ok(MessageEntityUrl { offset, length })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.offset);
            s.i32(self.length);
        }
    }

    impl<'a> Decode<'a> for MessageEntityUrl {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEntityUrl {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `peerChannel#a2a5371e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PeerChannel {
        pub channel_id: i64,
    }

    impl PeerChannel {
        pub const ID: u32 = 0xa2a5371e;
    }

    impl<'a> Constructor<'a> for PeerChannel {
        const ID: u32 = 0xa2a5371e;
        const NAME: &'static str = "peerChannel";
        const BARE: u32 = skip::BARE | 1019;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let channel_id = r.i64()?;
            Ok(PeerChannel { channel_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.channel_id);
        }
    }

    impl<'a> Decode<'a> for PeerChannel {
        const CODE: u32 = skip::BOXED | 262;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PeerChannel {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `peerChat#36c6019a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PeerChat {
        pub chat_id: i64,
    }

    impl PeerChat {
        pub const ID: u32 = 0x36c6019a;
    }

    impl<'a> Constructor<'a> for PeerChat {
        const ID: u32 = 0x36c6019a;
        const NAME: &'static str = "peerChat";
        const BARE: u32 = skip::BARE | 1017;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let chat_id = r.i64()?;
            Ok(PeerChat { chat_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.chat_id);
        }
    }

    impl<'a> Decode<'a> for PeerChat {
        const CODE: u32 = skip::BOXED | 262;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PeerChat {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `peerUser#59511722`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PeerUser {
        pub user_id: i64,
    }

    impl PeerUser {
        pub const ID: u32 = 0x59511722;
    }

    impl<'a> Constructor<'a> for PeerUser {
        const ID: u32 = 0x59511722;
        const NAME: &'static str = "peerUser";
        const BARE: u32 = skip::BARE | 1018;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let user_id = r.i64()?;
            Ok(PeerUser { user_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.user_id);
        }
    }

    impl<'a> Decode<'a> for PeerUser {
        const CODE: u32 = skip::BOXED | 262;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PeerUser {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPeerChannel#27bcbbfc`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPeerChannel {
        pub channel_id: i64,
        pub access_hash: i64,
    }

    impl InputPeerChannel {
        pub const ID: u32 = 0x27bcbbfc;
    }

    impl<'a> Constructor<'a> for InputPeerChannel {
        const ID: u32 = 0x27bcbbfc;
        const NAME: &'static str = "inputPeerChannel";
        const BARE: u32 = skip::BARE | 523;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let channel_id = r.i64()?;
            let access_hash = r.i64()?;
            Ok(InputPeerChannel { channel_id, access_hash })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.channel_id);
            s.i64(self.access_hash);
        }
    }

    impl<'a> Decode<'a> for InputPeerChannel {
        const CODE: u32 = skip::BOXED | 171;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputPeerChannel {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPeerChannelFromMessage#bd2a0840`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPeerChannelFromMessage<'a> {
        pub peer: Lazy<'a, enums::InputPeer<'a>>,
        pub msg_id: i32,
        pub channel_id: i64,
    }

    impl<'a> InputPeerChannelFromMessage<'a> {
        pub const ID: u32 = 0xbd2a0840;
    }

    impl<'a> Constructor<'a> for InputPeerChannelFromMessage<'a> {
        const ID: u32 = 0xbd2a0840;
        const NAME: &'static str = "inputPeerChannelFromMessage";
        const BARE: u32 = skip::BARE | 528;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let peer = Lazy::read(r)?;
            let msg_id = r.i32()?;
            let channel_id = r.i64()?;
            Ok(InputPeerChannelFromMessage { peer, msg_id, channel_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.peer.write(s);
            s.i32(self.msg_id);
            s.i64(self.channel_id);
        }
    }

    impl<'a> Decode<'a> for InputPeerChannelFromMessage<'a> {
        const CODE: u32 = skip::BOXED | 171;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputPeerChannelFromMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPeerChat#35a95cb9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPeerChat {
        pub chat_id: i64,
    }

    impl InputPeerChat {
        pub const ID: u32 = 0x35a95cb9;
    }

    impl<'a> Constructor<'a> for InputPeerChat {
        const ID: u32 = 0x35a95cb9;
        const NAME: &'static str = "inputPeerChat";
        const BARE: u32 = skip::BARE | 524;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let chat_id = r.i64()?;
            Ok(InputPeerChat { chat_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.chat_id);
        }
    }

    impl<'a> Decode<'a> for InputPeerChat {
        const CODE: u32 = skip::BOXED | 171;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputPeerChat {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPeerEmpty#7f3b18ea`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPeerEmpty;

    impl InputPeerEmpty {
        pub const ID: u32 = 0x7f3b18ea;
    }

    impl<'a> Constructor<'a> for InputPeerEmpty {
        const ID: u32 = 0x7f3b18ea;
        const NAME: &'static str = "inputPeerEmpty";
        const BARE: u32 = skip::BARE | 526;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(InputPeerEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for InputPeerEmpty {
        const CODE: u32 = skip::BOXED | 171;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputPeerEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPeerSelf#7da07ec9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPeerSelf;

    impl InputPeerSelf {
        pub const ID: u32 = 0x7da07ec9;
    }

    impl<'a> Constructor<'a> for InputPeerSelf {
        const ID: u32 = 0x7da07ec9;
        const NAME: &'static str = "inputPeerSelf";
        const BARE: u32 = skip::BARE | 525;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(InputPeerSelf)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for InputPeerSelf {
        const CODE: u32 = skip::BOXED | 171;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputPeerSelf {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPeerUser#dde8a54c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPeerUser {
        pub user_id: i64,
        pub access_hash: i64,
    }

    impl InputPeerUser {
        pub const ID: u32 = 0xdde8a54c;
    }

    impl<'a> Constructor<'a> for InputPeerUser {
        const ID: u32 = 0xdde8a54c;
        const NAME: &'static str = "inputPeerUser";
        const BARE: u32 = skip::BARE | 529;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let user_id = r.i64()?;
            let access_hash = r.i64()?;
            Ok(InputPeerUser { user_id, access_hash })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.user_id);
            s.i64(self.access_hash);
        }
    }

    impl<'a> Decode<'a> for InputPeerUser {
        const CODE: u32 = skip::BOXED | 171;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputPeerUser {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPeerUserFromMessage#a87b0a1c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPeerUserFromMessage<'a> {
        pub peer: Lazy<'a, enums::InputPeer<'a>>,
        pub msg_id: i32,
        pub user_id: i64,
    }

    impl<'a> InputPeerUserFromMessage<'a> {
        pub const ID: u32 = 0xa87b0a1c;
    }

    impl<'a> Constructor<'a> for InputPeerUserFromMessage<'a> {
        const ID: u32 = 0xa87b0a1c;
        const NAME: &'static str = "inputPeerUserFromMessage";
        const BARE: u32 = skip::BARE | 527;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let peer = Lazy::read(r)?;
            let msg_id = r.i32()?;
            let user_id = r.i64()?;
            Ok(InputPeerUserFromMessage { peer, msg_id, user_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.peer.write(s);
            s.i32(self.msg_id);
            s.i64(self.user_id);
        }
    }

    impl<'a> Decode<'a> for InputPeerUserFromMessage<'a> {
        const CODE: u32 = skip::BOXED | 171;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputPeerUserFromMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputUser#f21158c6`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputUser {
        pub user_id: i64,
        pub access_hash: i64,
    }

    impl InputUser {
        pub const ID: u32 = 0xf21158c6;
    }

    impl<'a> Constructor<'a> for InputUser {
        const ID: u32 = 0xf21158c6;
        const NAME: &'static str = "inputUser";
        const BARE: u32 = skip::BARE | 622;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let user_id = r.i64()?;
            let access_hash = r.i64()?;
            Ok(InputUser { user_id, access_hash })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.user_id);
            s.i64(self.access_hash);
        }
    }

    impl<'a> Decode<'a> for InputUser {
        const CODE: u32 = skip::BOXED | 193;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputUser {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputUserEmpty#b98886cf`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputUserEmpty;

    impl InputUserEmpty {
        pub const ID: u32 = 0xb98886cf;
    }

    impl<'a> Constructor<'a> for InputUserEmpty {
        const ID: u32 = 0xb98886cf;
        const NAME: &'static str = "inputUserEmpty";
        const BARE: u32 = skip::BARE | 621;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(InputUserEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for InputUserEmpty {
        const CODE: u32 = skip::BOXED | 193;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputUserEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputUserFromMessage#1da448e2`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputUserFromMessage<'a> {
        pub peer: enums::InputPeer<'a>,
        pub msg_id: i32,
        pub user_id: i64,
    }

    impl<'a> InputUserFromMessage<'a> {
        pub const ID: u32 = 0x1da448e2;
    }

    impl<'a> Constructor<'a> for InputUserFromMessage<'a> {
        const ID: u32 = 0x1da448e2;
        const NAME: &'static str = "inputUserFromMessage";
        const BARE: u32 = skip::BARE | 620;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let peer = <enums::InputPeer<'_>>::read(r)?;
            let msg_id = r.i32()?;
            let user_id = r.i64()?;
            Ok(InputUserFromMessage { peer, msg_id, user_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.peer.write(s);
            s.i32(self.msg_id);
            s.i64(self.user_id);
        }
    }

    impl<'a> Decode<'a> for InputUserFromMessage<'a> {
        const CODE: u32 = skip::BOXED | 193;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputUserFromMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputUserSelf#f7c1b13f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputUserSelf;

    impl InputUserSelf {
        pub const ID: u32 = 0xf7c1b13f;
    }

    impl<'a> Constructor<'a> for InputUserSelf {
        const ID: u32 = 0xf7c1b13f;
        const NAME: &'static str = "inputUserSelf";
        const BARE: u32 = skip::BARE | 623;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(InputUserSelf)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for InputUserSelf {
        const CODE: u32 = skip::BOXED | 193;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputUserSelf {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputChannel#f35aec28`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputChannel {
        pub channel_id: i64,
        pub access_hash: i64,
    }

    impl InputChannel {
        pub const ID: u32 = 0xf35aec28;
    }

    impl<'a> Constructor<'a> for InputChannel {
        const ID: u32 = 0xf35aec28;
        const NAME: &'static str = "inputChannel";
        const BARE: u32 = skip::BARE | 407;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let channel_id = r.i64()?;
            let access_hash = r.i64()?;
            Ok(InputChannel { channel_id, access_hash })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.channel_id);
            s.i64(self.access_hash);
        }
    }

    impl<'a> Decode<'a> for InputChannel {
        const CODE: u32 = skip::BOXED | 145;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputChannel {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputChannelEmpty#ee8c1e86`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputChannelEmpty;

    impl InputChannelEmpty {
        pub const ID: u32 = 0xee8c1e86;
    }

    impl<'a> Constructor<'a> for InputChannelEmpty {
        const ID: u32 = 0xee8c1e86;
        const NAME: &'static str = "inputChannelEmpty";
        const BARE: u32 = skip::BARE | 406;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(InputChannelEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for InputChannelEmpty {
        const CODE: u32 = skip::BOXED | 145;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputChannelEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputChannelFromMessage#5b934f9d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputChannelFromMessage<'a> {
        pub peer: enums::InputPeer<'a>,
        pub msg_id: i32,
        pub channel_id: i64,
    }

    impl<'a> InputChannelFromMessage<'a> {
        pub const ID: u32 = 0x5b934f9d;
    }

    impl<'a> Constructor<'a> for InputChannelFromMessage<'a> {
        const ID: u32 = 0x5b934f9d;
        const NAME: &'static str = "inputChannelFromMessage";
        const BARE: u32 = skip::BARE | 405;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let peer = <enums::InputPeer<'_>>::read(r)?;
            let msg_id = r.i32()?;
            let channel_id = r.i64()?;
            Ok(InputChannelFromMessage { peer, msg_id, channel_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.peer.write(s);
            s.i32(self.msg_id);
            s.i64(self.channel_id);
        }
    }

    impl<'a> Decode<'a> for InputChannelFromMessage<'a> {
        const CODE: u32 = skip::BOXED | 145;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputChannelFromMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `user#31774388`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct User<'a> {
        pub self_: bool,
        pub contact: bool,
        pub mutual_contact: bool,
        pub deleted: bool,
        pub bot_chat_history: bool,
        pub bot_nochats: bool,
        pub verified: bool,
        pub min: bool,
        pub bot_inline_geo: bool,
        pub support: bool,
        pub scam: bool,
        pub apply_min_photo: bool,
        pub fake: bool,
        pub bot_attach_menu: bool,
        pub premium: bool,
        pub attach_menu_enabled: bool,
        pub bot_can_edit: bool,
        pub close_friend: bool,
        pub stories_hidden: bool,
        pub stories_unavailable: bool,
        pub contact_require_premium: bool,
        pub bot_business: bool,
        pub bot_has_main_app: bool,
        pub bot_forum_view: bool,
        pub bot_forum_can_manage_topics: bool,
        pub id: i64,
        pub access_hash: Option<i64>,
        pub first_name: Option<&'a [u8]>,
        pub last_name: Option<&'a [u8]>,
        pub username: Option<&'a [u8]>,
        pub phone: Option<&'a [u8]>,
        pub photo: Option<enums::UserProfilePhoto<'a>>,
        pub status: Option<enums::UserStatus<'a>>,
        pub bot_info_version: Option<i32>,
        pub restriction_reason: Option<Seq<'a, types::RestrictionReason<'a>>>,
        pub bot_inline_placeholder: Option<&'a [u8]>,
        pub lang_code: Option<&'a [u8]>,
        pub emoji_status: Option<enums::EmojiStatus<'a>>,
        pub usernames: Option<Seq<'a, types::Username<'a>>>,
        pub stories_max_id: Option<types::RecentStory>,
        pub color: Option<enums::PeerColor<'a>>,
        pub profile_color: Option<enums::PeerColor<'a>>,
        pub bot_active_users: Option<i32>,
        pub bot_verification_icon: Option<i64>,
        pub send_paid_messages_stars: Option<i64>,
    }

    impl<'a> User<'a> {
        pub const ID: u32 = 0x31774388;
        pub fn bot(&self) -> bool {
            self.bot_info_version.is_some()
        }
        pub fn restricted(&self) -> bool {
            self.restriction_reason.is_some()
        }
    }

    impl<'a> Constructor<'a> for User<'a> {
        const ID: u32 = 0x31774388;
        const NAME: &'static str = "user";
        const BARE: u32 = skip::BARE | 1654;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let flags2 = r.u32()?;
            let id = r.i64()?;
            let access_hash = if flags >> 0 & 1 == 1 { Some(r.i64()?) } else { None };
            let first_name = if flags >> 1 & 1 == 1 { Some(r.bytes()?) } else { None };
            let last_name = if flags >> 2 & 1 == 1 { Some(r.bytes()?) } else { None };
            let username = if flags >> 3 & 1 == 1 { Some(r.bytes()?) } else { None };
            let phone = if flags >> 4 & 1 == 1 { Some(r.bytes()?) } else { None };
            let photo = if flags >> 5 & 1 == 1 { Some(<enums::UserProfilePhoto<'_>>::read(r)?) } else { None };
            let status = if flags >> 6 & 1 == 1 { Some(<enums::UserStatus<'_>>::read(r)?) } else { None };
            let bot_info_version = if flags >> 14 & 1 == 1 { Some(r.i32()?) } else { None };
            let restriction_reason = if flags >> 18 & 1 == 1 { Some(r.seq()?) } else { None };
            let bot_inline_placeholder = if flags >> 19 & 1 == 1 { Some(r.bytes()?) } else { None };
            let lang_code = if flags >> 22 & 1 == 1 { Some(r.bytes()?) } else { None };
            let emoji_status = if flags >> 30 & 1 == 1 { Some(<enums::EmojiStatus<'_>>::read(r)?) } else { None };
            let usernames = if flags2 >> 0 & 1 == 1 { Some(r.seq()?) } else { None };
            let stories_max_id = if flags2 >> 5 & 1 == 1 { Some(<types::RecentStory>::read(r)?) } else { None };
            let color = if flags2 >> 8 & 1 == 1 { Some(<enums::PeerColor<'_>>::read(r)?) } else { None };
            let profile_color = if flags2 >> 9 & 1 == 1 { Some(<enums::PeerColor<'_>>::read(r)?) } else { None };
            let bot_active_users = if flags2 >> 12 & 1 == 1 { Some(r.i32()?) } else { None };
            let bot_verification_icon = if flags2 >> 14 & 1 == 1 { Some(r.i64()?) } else { None };
            let send_paid_messages_stars = if flags2 >> 15 & 1 == 1 { Some(r.i64()?) } else { None };
            Ok(User { self_: flags >> 10 & 1 == 1, contact: flags >> 11 & 1 == 1, mutual_contact: flags >> 12 & 1 == 1, deleted: flags >> 13 & 1 == 1, bot_chat_history: flags >> 15 & 1 == 1, bot_nochats: flags >> 16 & 1 == 1, verified: flags >> 17 & 1 == 1, min: flags >> 20 & 1 == 1, bot_inline_geo: flags >> 21 & 1 == 1, support: flags >> 23 & 1 == 1, scam: flags >> 24 & 1 == 1, apply_min_photo: flags >> 25 & 1 == 1, fake: flags >> 26 & 1 == 1, bot_attach_menu: flags >> 27 & 1 == 1, premium: flags >> 28 & 1 == 1, attach_menu_enabled: flags >> 29 & 1 == 1, bot_can_edit: flags2 >> 1 & 1 == 1, close_friend: flags2 >> 2 & 1 == 1, stories_hidden: flags2 >> 3 & 1 == 1, stories_unavailable: flags2 >> 4 & 1 == 1, contact_require_premium: flags2 >> 10 & 1 == 1, bot_business: flags2 >> 11 & 1 == 1, bot_has_main_app: flags2 >> 13 & 1 == 1, bot_forum_view: flags2 >> 16 & 1 == 1, bot_forum_can_manage_topics: flags2 >> 17 & 1 == 1, id, access_hash, first_name, last_name, username, phone, photo, status, bot_info_version, restriction_reason, bot_inline_placeholder, lang_code, emoji_status, usernames, stories_max_id, color, profile_color, bot_active_users, bot_verification_icon, send_paid_messages_stars })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.access_hash.is_some()) | u32::from(self.first_name.is_some()) << 1 | u32::from(self.last_name.is_some()) << 2 | u32::from(self.username.is_some()) << 3 | u32::from(self.phone.is_some()) << 4 | u32::from(self.photo.is_some()) << 5 | u32::from(self.status.is_some()) << 6 | u32::from(self.self_) << 10 | u32::from(self.contact) << 11 | u32::from(self.mutual_contact) << 12 | u32::from(self.deleted) << 13 | u32::from(self.bot_info_version.is_some()) << 14 | u32::from(self.bot_chat_history) << 15 | u32::from(self.bot_nochats) << 16 | u32::from(self.verified) << 17 | u32::from(self.restriction_reason.is_some()) << 18 | u32::from(self.bot_inline_placeholder.is_some()) << 19 | u32::from(self.min) << 20 | u32::from(self.bot_inline_geo) << 21 | u32::from(self.lang_code.is_some()) << 22 | u32::from(self.support) << 23 | u32::from(self.scam) << 24 | u32::from(self.apply_min_photo) << 25 | u32::from(self.fake) << 26 | u32::from(self.bot_attach_menu) << 27 | u32::from(self.premium) << 28 | u32::from(self.attach_menu_enabled) << 29 | u32::from(self.emoji_status.is_some()) << 30);
            s.u32(u32::from(self.usernames.is_some()) | u32::from(self.bot_can_edit) << 1 | u32::from(self.close_friend) << 2 | u32::from(self.stories_hidden) << 3 | u32::from(self.stories_unavailable) << 4 | u32::from(self.stories_max_id.is_some()) << 5 | u32::from(self.color.is_some()) << 8 | u32::from(self.profile_color.is_some()) << 9 | u32::from(self.contact_require_premium) << 10 | u32::from(self.bot_business) << 11 | u32::from(self.bot_active_users.is_some()) << 12 | u32::from(self.bot_has_main_app) << 13 | u32::from(self.bot_verification_icon.is_some()) << 14 | u32::from(self.send_paid_messages_stars.is_some()) << 15 | u32::from(self.bot_forum_view) << 16 | u32::from(self.bot_forum_can_manage_topics) << 17);
            s.i64(self.id);
            if let Some(value) = self.access_hash {
                s.i64(value);
            }
            if let Some(value) = self.first_name {
                s.bytes(value);
            }
            if let Some(value) = self.last_name {
                s.bytes(value);
            }
            if let Some(value) = self.username {
                s.bytes(value);
            }
            if let Some(value) = self.phone {
                s.bytes(value);
            }
            if let Some(value) = self.photo {
                value.write(s);
            }
            if let Some(value) = self.status {
                value.write(s);
            }
            if let Some(value) = self.bot_info_version {
                s.i32(value);
            }
            if let Some(value) = self.restriction_reason {
                s.seq(&value);
            }
            if let Some(value) = self.bot_inline_placeholder {
                s.bytes(value);
            }
            if let Some(value) = self.lang_code {
                s.bytes(value);
            }
            if let Some(value) = self.emoji_status {
                value.write(s);
            }
            if let Some(value) = self.usernames {
                s.seq(&value);
            }
            if let Some(value) = self.stories_max_id {
                value.write(s);
            }
            if let Some(value) = self.color {
                value.write(s);
            }
            if let Some(value) = self.profile_color {
                value.write(s);
            }
            if let Some(value) = self.bot_active_users {
                s.i32(value);
            }
            if let Some(value) = self.bot_verification_icon {
                s.i64(value);
            }
            if let Some(value) = self.send_paid_messages_stars {
                s.i64(value);
            }
        }
    }

    impl<'a> Decode<'a> for User<'a> {
        const CODE: u32 = skip::BOXED | 403;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for User<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userEmpty#d3bc4b7a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserEmpty {
        pub id: i64,
    }

    impl UserEmpty {
        pub const ID: u32 = 0xd3bc4b7a;
    }

    impl<'a> Constructor<'a> for UserEmpty {
        const ID: u32 = 0xd3bc4b7a;
        const NAME: &'static str = "userEmpty";
        const BARE: u32 = skip::BARE | 1660;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            Ok(UserEmpty { id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
        }
    }

    impl<'a> Decode<'a> for UserEmpty {
        const CODE: u32 = skip::BOXED | 403;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UserEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userProfilePhoto#82d1f706`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserProfilePhoto<'a> {
        pub has_video: bool,
        pub personal: bool,
        pub photo_id: i64,
        pub stripped_thumb: Option<&'a [u8]>,
        pub dc_id: i32,
    }

    impl<'a> UserProfilePhoto<'a> {
        pub const ID: u32 = 0x82d1f706;
    }

    impl<'a> Constructor<'a> for UserProfilePhoto<'a> {
        const ID: u32 = 0x82d1f706;
        const NAME: &'static str = "userProfilePhoto";
        const BARE: u32 = skip::BARE | 1677;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let photo_id = r.i64()?;
            let stripped_thumb = if flags >> 1 & 1 == 1 { Some(r.bytes()?) } else { None };
            let dc_id = r.i32()?;
            Ok(UserProfilePhoto { has_video: flags >> 0 & 1 == 1, personal: flags >> 2 & 1 == 1, photo_id, stripped_thumb, dc_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.has_video) | u32::from(self.stripped_thumb.is_some()) << 1 | u32::from(self.personal) << 2);
            s.i64(self.photo_id);
            if let Some(value) = self.stripped_thumb {
                s.bytes(value);
            }
            s.i32(self.dc_id);
        }
    }

    impl<'a> Decode<'a> for UserProfilePhoto<'a> {
        const CODE: u32 = skip::BOXED | 405;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UserProfilePhoto<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userProfilePhotoEmpty#4f11bae1`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserProfilePhotoEmpty;

    impl UserProfilePhotoEmpty {
        pub const ID: u32 = 0x4f11bae1;
    }

    impl<'a> Constructor<'a> for UserProfilePhotoEmpty {
        const ID: u32 = 0x4f11bae1;
        const NAME: &'static str = "userProfilePhotoEmpty";
        const BARE: u32 = skip::BARE | 1676;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(UserProfilePhotoEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for UserProfilePhotoEmpty {
        const CODE: u32 = skip::BOXED | 405;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UserProfilePhotoEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userStatusEmpty#09d05049`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserStatusEmpty;

    impl UserStatusEmpty {
        pub const ID: u32 = 0x09d05049;
    }

    impl<'a> Constructor<'a> for UserStatusEmpty {
        const ID: u32 = 0x09d05049;
        const NAME: &'static str = "userStatusEmpty";
        const BARE: u32 = skip::BARE | 1682;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(UserStatusEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for UserStatusEmpty {
        const CODE: u32 = skip::BOXED | 407;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UserStatusEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userStatusLastMonth#65899777`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserStatusLastMonth {
        pub by_me: bool,
    }

    impl UserStatusLastMonth {
        pub const ID: u32 = 0x65899777;
    }

    impl<'a> Constructor<'a> for UserStatusLastMonth {
        const ID: u32 = 0x65899777;
        const NAME: &'static str = "userStatusLastMonth";
        const BARE: u32 = skip::BARE | 1684;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            Ok(UserStatusLastMonth { by_me: flags >> 0 & 1 == 1 })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.by_me));
        }
    }

    impl<'a> Decode<'a> for UserStatusLastMonth {
        const CODE: u32 = skip::BOXED | 407;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UserStatusLastMonth {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userStatusLastWeek#541a1d1a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserStatusLastWeek {
        pub by_me: bool,
    }

    impl UserStatusLastWeek {
        pub const ID: u32 = 0x541a1d1a;
    }

    impl<'a> Constructor<'a> for UserStatusLastWeek {
        const ID: u32 = 0x541a1d1a;
        const NAME: &'static str = "userStatusLastWeek";
        const BARE: u32 = skip::BARE | 1683;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            Ok(UserStatusLastWeek { by_me: flags >> 0 & 1 == 1 })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.by_me));
        }
    }

    impl<'a> Decode<'a> for UserStatusLastWeek {
        const CODE: u32 = skip::BOXED | 407;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UserStatusLastWeek {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userStatusOffline#008c703f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserStatusOffline {
        pub was_online: i32,
    }

    impl UserStatusOffline {
        pub const ID: u32 = 0x008c703f;
    }

    impl<'a> Constructor<'a> for UserStatusOffline {
        const ID: u32 = 0x008c703f;
        const NAME: &'static str = "userStatusOffline";
        const BARE: u32 = skip::BARE | 1680;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let was_online = r.i32()?;
            Ok(UserStatusOffline { was_online })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.was_online);
        }
    }

    impl<'a> Decode<'a> for UserStatusOffline {
        const CODE: u32 = skip::BOXED | 407;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UserStatusOffline {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userStatusOnline#edb93949`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserStatusOnline {
        pub expires: i32,
    }

    impl UserStatusOnline {
        pub const ID: u32 = 0xedb93949;
    }

    impl<'a> Constructor<'a> for UserStatusOnline {
        const ID: u32 = 0xedb93949;
        const NAME: &'static str = "userStatusOnline";
        const BARE: u32 = skip::BARE | 1688;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let expires = r.i32()?;
            Ok(UserStatusOnline { expires })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.expires);
        }
    }

    impl<'a> Decode<'a> for UserStatusOnline {
        const CODE: u32 = skip::BOXED | 407;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UserStatusOnline {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `userStatusRecently#7b197dc8`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UserStatusRecently {
        pub by_me: bool,
    }

    impl UserStatusRecently {
        pub const ID: u32 = 0x7b197dc8;
    }

    impl<'a> Constructor<'a> for UserStatusRecently {
        const ID: u32 = 0x7b197dc8;
        const NAME: &'static str = "userStatusRecently";
        const BARE: u32 = skip::BARE | 1686;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            Ok(UserStatusRecently { by_me: flags >> 0 & 1 == 1 })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.by_me));
        }
    }

    impl<'a> Decode<'a> for UserStatusRecently {
        const CODE: u32 = skip::BOXED | 407;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UserStatusRecently {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `restrictionReason#d072acb4`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct RestrictionReason<'a> {
        pub platform: &'a [u8],
        pub reason: &'a [u8],
        pub text: &'a [u8],
    }

    impl<'a> RestrictionReason<'a> {
        pub const ID: u32 = 0xd072acb4;
    }

    impl<'a> Constructor<'a> for RestrictionReason<'a> {
        const ID: u32 = 0xd072acb4;
        const NAME: &'static str = "restrictionReason";
        const BARE: u32 = skip::BARE | 1168;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let platform = r.bytes()?;
            let reason = r.bytes()?;
            let text = r.bytes()?;
            Ok(RestrictionReason { platform, reason, text })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.platform);
            s.bytes(self.reason);
            s.bytes(self.text);
        }
    }

    impl<'a> Decode<'a> for RestrictionReason<'a> {
        const CODE: u32 = skip::BOXED | 308;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for RestrictionReason<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `emojiStatus#e7ff068a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct EmojiStatus {
        pub document_id: i64,
        pub until: Option<i32>,
    }

    impl EmojiStatus {
        pub const ID: u32 = 0xe7ff068a;
    }

    impl<'a> Constructor<'a> for EmojiStatus {
        const ID: u32 = 0xe7ff068a;
        const NAME: &'static str = "emojiStatus";
        const BARE: u32 = skip::BARE | 306;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let document_id = r.i64()?;
            let until = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(EmojiStatus { document_id, until })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.until.is_some()));
            s.i64(self.document_id);
            if let Some(value) = self.until {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for EmojiStatus {
        const CODE: u32 = skip::BOXED | 98;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for EmojiStatus {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `emojiStatusCollectible#7184603b`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct EmojiStatusCollectible<'a> {
        pub collectible_id: i64,
        pub document_id: i64,
        pub title: &'a [u8],
        pub slug: &'a [u8],
        pub pattern_document_id: i64,
        pub center_color: i32,
        pub edge_color: i32,
        pub pattern_color: i32,
        pub text_color: i32,
        pub until: Option<i32>,
    }

    impl<'a> EmojiStatusCollectible<'a> {
        pub const ID: u32 = 0x7184603b;
    }

    impl<'a> Constructor<'a> for EmojiStatusCollectible<'a> {
        const ID: u32 = 0x7184603b;
        const NAME: &'static str = "emojiStatusCollectible";
        const BARE: u32 = skip::BARE | 304;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let collectible_id = r.i64()?;
            let document_id = r.i64()?;
            let title = r.bytes()?;
            let slug = r.bytes()?;
            let pattern_document_id = r.i64()?;
            let center_color = r.i32()?;
            let edge_color = r.i32()?;
            let pattern_color = r.i32()?;
            let text_color = r.i32()?;
            let until = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(EmojiStatusCollectible { collectible_id, document_id, title, slug, pattern_document_id, center_color, edge_color, pattern_color, text_color, until })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.until.is_some()));
            s.i64(self.collectible_id);
            s.i64(self.document_id);
            s.bytes(self.title);
            s.bytes(self.slug);
            s.i64(self.pattern_document_id);
            s.i32(self.center_color);
            s.i32(self.edge_color);
            s.i32(self.pattern_color);
            s.i32(self.text_color);
            if let Some(value) = self.until {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for EmojiStatusCollectible<'a> {
        const CODE: u32 = skip::BOXED | 98;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for EmojiStatusCollectible<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `emojiStatusEmpty#2de11aae`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct EmojiStatusEmpty;

    impl EmojiStatusEmpty {
        pub const ID: u32 = 0x2de11aae;
    }

    impl<'a> Constructor<'a> for EmojiStatusEmpty {
        const ID: u32 = 0x2de11aae;
        const NAME: &'static str = "emojiStatusEmpty";
        const BARE: u32 = skip::BARE | 303;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(EmojiStatusEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for EmojiStatusEmpty {
        const CODE: u32 = skip::BOXED | 98;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for EmojiStatusEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputEmojiStatusCollectible#07141dbf`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputEmojiStatusCollectible {
        pub collectible_id: i64,
        pub until: Option<i32>,
    }

    impl InputEmojiStatusCollectible {
        pub const ID: u32 = 0x07141dbf;
    }

    impl<'a> Constructor<'a> for InputEmojiStatusCollectible {
        const ID: u32 = 0x07141dbf;
        const NAME: &'static str = "inputEmojiStatusCollectible";
        const BARE: u32 = skip::BARE | 302;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let collectible_id = r.i64()?;
            let until = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(InputEmojiStatusCollectible { collectible_id, until })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.until.is_some()));
            s.i64(self.collectible_id);
            if let Some(value) = self.until {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for InputEmojiStatusCollectible {
        const CODE: u32 = skip::BOXED | 98;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputEmojiStatusCollectible {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `username#b4073647`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Username<'a> {
        pub editable: bool,
        pub active: bool,
        pub username: &'a [u8],
    }

    impl<'a> Username<'a> {
        pub const ID: u32 = 0xb4073647;
    }

    impl<'a> Constructor<'a> for Username<'a> {
        const ID: u32 = 0xb4073647;
        const NAME: &'static str = "username";
        const BARE: u32 = skip::BARE | 1690;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let username = r.bytes()?;
            Ok(Username { editable: flags >> 0 & 1 == 1, active: flags >> 1 & 1 == 1, username })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.editable) | u32::from(self.active) << 1);
            s.bytes(self.username);
        }
    }

    impl<'a> Decode<'a> for Username<'a> {
        const CODE: u32 = skip::BOXED | 409;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for Username<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `recentStory#711d692d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct RecentStory {
        pub live: bool,
        pub max_id: Option<i32>,
    }

    impl RecentStory {
        pub const ID: u32 = 0x711d692d;
    }

    impl<'a> Constructor<'a> for RecentStory {
        const ID: u32 = 0x711d692d;
        const NAME: &'static str = "recentStory";
        const BARE: u32 = skip::BARE | 1138;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let max_id = if flags >> 1 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(RecentStory { live: flags >> 0 & 1 == 1, max_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.live) | u32::from(self.max_id.is_some()) << 1);
            if let Some(value) = self.max_id {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for RecentStory {
        const CODE: u32 = skip::BOXED | 300;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for RecentStory {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputPeerColorCollectible#b8ea86a9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputPeerColorCollectible {
        pub collectible_id: i64,
    }

    impl InputPeerColorCollectible {
        pub const ID: u32 = 0xb8ea86a9;
    }

    impl<'a> Constructor<'a> for InputPeerColorCollectible {
        const ID: u32 = 0xb8ea86a9;
        const NAME: &'static str = "inputPeerColorCollectible";
        const BARE: u32 = skip::BARE | 1022;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let collectible_id = r.i64()?;
            Ok(InputPeerColorCollectible { collectible_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.collectible_id);
        }
    }

    impl<'a> Decode<'a> for InputPeerColorCollectible {
        const CODE: u32 = skip::BOXED | 264;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputPeerColorCollectible {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `peerColor#b54b5acf`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PeerColor {
        pub color: Option<i32>,
        pub background_emoji_id: Option<i64>,
    }

    impl PeerColor {
        pub const ID: u32 = 0xb54b5acf;
    }

    impl<'a> Constructor<'a> for PeerColor {
        const ID: u32 = 0xb54b5acf;
        const NAME: &'static str = "peerColor";
        const BARE: u32 = skip::BARE | 1021;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let color = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let background_emoji_id = if flags >> 1 & 1 == 1 { Some(r.i64()?) } else { None };
            Ok(PeerColor { color, background_emoji_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.color.is_some()) | u32::from(self.background_emoji_id.is_some()) << 1);
            if let Some(value) = self.color {
                s.i32(value);
            }
            if let Some(value) = self.background_emoji_id {
                s.i64(value);
            }
        }
    }

    impl<'a> Decode<'a> for PeerColor {
        const CODE: u32 = skip::BOXED | 264;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PeerColor {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `peerColorCollectible#b9c0639a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PeerColorCollectible<'a> {
        pub collectible_id: i64,
        pub gift_emoji_id: i64,
        pub background_emoji_id: i64,
        pub accent_color: i32,
        pub colors: Seq<'a, i32>,
        pub dark_accent_color: Option<i32>,
        pub dark_colors: Option<Seq<'a, i32>>,
    }

    impl<'a> PeerColorCollectible<'a> {
        pub const ID: u32 = 0xb9c0639a;
    }

    impl<'a> Constructor<'a> for PeerColorCollectible<'a> {
        const ID: u32 = 0xb9c0639a;
        const NAME: &'static str = "peerColorCollectible";
        const BARE: u32 = skip::BARE | 1023;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let collectible_id = r.i64()?;
            let gift_emoji_id = r.i64()?;
            let background_emoji_id = r.i64()?;
            let accent_color = r.i32()?;
            let colors = r.seq()?;
            let dark_accent_color = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let dark_colors = if flags >> 1 & 1 == 1 { Some(r.seq()?) } else { None };
            Ok(PeerColorCollectible { collectible_id, gift_emoji_id, background_emoji_id, accent_color, colors, dark_accent_color, dark_colors })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.dark_accent_color.is_some()) | u32::from(self.dark_colors.is_some()) << 1);
            s.i64(self.collectible_id);
            s.i64(self.gift_emoji_id);
            s.i64(self.background_emoji_id);
            s.i32(self.accent_color);
            s.seq(&self.colors);
            if let Some(value) = self.dark_accent_color {
                s.i32(value);
            }
            if let Some(value) = self.dark_colors {
                s.seq(&value);
            }
        }
    }

    impl<'a> Decode<'a> for PeerColorCollectible<'a> {
        const CODE: u32 = skip::BOXED | 264;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PeerColorCollectible<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `channel#1c32b11c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Channel<'a> {
        pub creator: bool,
        pub left: bool,
        pub broadcast: bool,
        pub verified: bool,
        pub megagroup: bool,
        pub signatures: bool,
        pub min: bool,
        pub scam: bool,
        pub has_link: bool,
        pub has_geo: bool,
        pub slowmode_enabled: bool,
        pub call_active: bool,
        pub call_not_empty: bool,
        pub fake: bool,
        pub gigagroup: bool,
        pub noforwards: bool,
        pub join_to_send: bool,
        pub join_request: bool,
        pub forum: bool,
        pub stories_hidden: bool,
        pub stories_hidden_min: bool,
        pub stories_unavailable: bool,
        pub signature_profiles: bool,
        pub autotranslation: bool,
        pub broadcast_messages_allowed: bool,
        pub monoforum: bool,
        pub forum_tabs: bool,
        pub id: i64,
        pub access_hash: Option<i64>,
        pub title: &'a [u8],
        pub username: Option<&'a [u8]>,
        pub photo: enums::ChatPhoto<'a>,
        pub date: i32,
        pub restriction_reason: Option<Seq<'a, types::RestrictionReason<'a>>>,
        pub admin_rights: Option<types::ChatAdminRights>,
        pub banned_rights: Option<types::ChatBannedRights>,
        pub default_banned_rights: Option<types::ChatBannedRights>,
        pub participants_count: Option<i32>,
        pub usernames: Option<Seq<'a, types::Username<'a>>>,
        pub stories_max_id: Option<types::RecentStory>,
        pub color: Option<enums::PeerColor<'a>>,
        pub profile_color: Option<enums::PeerColor<'a>>,
        pub emoji_status: Option<enums::EmojiStatus<'a>>,
        pub level: Option<i32>,
        pub subscription_until_date: Option<i32>,
        pub bot_verification_icon: Option<i64>,
        pub send_paid_messages_stars: Option<i64>,
        pub linked_monoforum_id: Option<i64>,
    }

    impl<'a> Channel<'a> {
        pub const ID: u32 = 0x1c32b11c;
        pub fn restricted(&self) -> bool {
            self.restriction_reason.is_some()
        }
    }

    impl<'a> Constructor<'a> for Channel<'a> {
        const ID: u32 = 0x1c32b11c;
        const NAME: &'static str = "channel";
        const BARE: u32 = skip::BARE | 181;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let flags2 = r.u32()?;
            let id = r.i64()?;
            let access_hash = if flags >> 13 & 1 == 1 { Some(r.i64()?) } else { None };
            let title = r.bytes()?;
            let username = if flags >> 6 & 1 == 1 { Some(r.bytes()?) } else { None };
            let photo = <enums::ChatPhoto<'_>>::read(r)?;
            let date = r.i32()?;
            let restriction_reason = if flags >> 9 & 1 == 1 { Some(r.seq()?) } else { None };
            let admin_rights = if flags >> 14 & 1 == 1 { Some(<types::ChatAdminRights>::read(r)?) } else { None };
            let banned_rights = if flags >> 15 & 1 == 1 { Some(<types::ChatBannedRights>::read(r)?) } else { None };
            let default_banned_rights = if flags >> 18 & 1 == 1 { Some(<types::ChatBannedRights>::read(r)?) } else { None };
            let participants_count = if flags >> 17 & 1 == 1 { Some(r.i32()?) } else { None };
            let usernames = if flags2 >> 0 & 1 == 1 { Some(r.seq()?) } else { None };
            let stories_max_id = if flags2 >> 4 & 1 == 1 { Some(<types::RecentStory>::read(r)?) } else { None };
            let color = if flags2 >> 7 & 1 == 1 { Some(<enums::PeerColor<'_>>::read(r)?) } else { None };
            let profile_color = if flags2 >> 8 & 1 == 1 { Some(<enums::PeerColor<'_>>::read(r)?) } else { None };
            let emoji_status = if flags2 >> 9 & 1 == 1 { Some(<enums::EmojiStatus<'_>>::read(r)?) } else { None };
            let level = if flags2 >> 10 & 1 == 1 { Some(r.i32()?) } else { None };
            let subscription_until_date = if flags2 >> 11 & 1 == 1 { Some(r.i32()?) } else { None };
            let bot_verification_icon = if flags2 >> 13 & 1 == 1 { Some(r.i64()?) } else { None };
            let send_paid_messages_stars = if flags2 >> 14 & 1 == 1 { Some(r.i64()?) } else { None };
            let linked_monoforum_id = if flags2 >> 18 & 1 == 1 { Some(r.i64()?) } else { None };
            Ok(Channel { creator: flags >> 0 & 1 == 1, left: flags >> 2 & 1 == 1, broadcast: flags >> 5 & 1 == 1, verified: flags >> 7 & 1 == 1, megagroup: flags >> 8 & 1 == 1, signatures: flags >> 11 & 1 == 1, min: flags >> 12 & 1 == 1, scam: flags >> 19 & 1 == 1, has_link: flags >> 20 & 1 == 1, has_geo: flags >> 21 & 1 == 1, slowmode_enabled: flags >> 22 & 1 == 1, call_active: flags >> 23 & 1 == 1, call_not_empty: flags >> 24 & 1 == 1, fake: flags >> 25 & 1 == 1, gigagroup: flags >> 26 & 1 == 1, noforwards: flags >> 27 & 1 == 1, join_to_send: flags >> 28 & 1 == 1, join_request: flags >> 29 & 1 == 1, forum: flags >> 30 & 1 == 1, stories_hidden: flags2 >> 1 & 1 == 1, stories_hidden_min: flags2 >> 2 & 1 == 1, stories_unavailable: flags2 >> 3 & 1 == 1, signature_profiles: flags2 >> 12 & 1 == 1, autotranslation: flags2 >> 15 & 1 == 1, broadcast_messages_allowed: flags2 >> 16 & 1 == 1, monoforum: flags2 >> 17 & 1 == 1, forum_tabs: flags2 >> 19 & 1 == 1, id, access_hash, title, username, photo, date, restriction_reason, admin_rights, banned_rights, default_banned_rights, participants_count, usernames, stories_max_id, color, profile_color, emoji_status, level, subscription_until_date, bot_verification_icon, send_paid_messages_stars, linked_monoforum_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.creator) | u32::from(self.left) << 2 | u32::from(self.broadcast) << 5 | u32::from(self.username.is_some()) << 6 | u32::from(self.verified) << 7 | u32::from(self.megagroup) << 8 | u32::from(self.restriction_reason.is_some()) << 9 | u32::from(self.signatures) << 11 | u32::from(self.min) << 12 | u32::from(self.access_hash.is_some()) << 13 | u32::from(self.admin_rights.is_some()) << 14 | u32::from(self.banned_rights.is_some()) << 15 | u32::from(self.participants_count.is_some()) << 17 | u32::from(self.default_banned_rights.is_some()) << 18 | u32::from(self.scam) << 19 | u32::from(self.has_link) << 20 | u32::from(self.has_geo) << 21 | u32::from(self.slowmode_enabled) << 22 | u32::from(self.call_active) << 23 | u32::from(self.call_not_empty) << 24 | u32::from(self.fake) << 25 | u32::from(self.gigagroup) << 26 | u32::from(self.noforwards) << 27 | u32::from(self.join_to_send) << 28 | u32::from(self.join_request) << 29 | u32::from(self.forum) << 30);
            s.u32(u32::from(self.usernames.is_some()) | u32::from(self.stories_hidden) << 1 | u32::from(self.stories_hidden_min) << 2 | u32::from(self.stories_unavailable) << 3 | u32::from(self.stories_max_id.is_some()) << 4 | u32::from(self.color.is_some()) << 7 | u32::from(self.profile_color.is_some()) << 8 | u32::from(self.emoji_status.is_some()) << 9 | u32::from(self.level.is_some()) << 10 | u32::from(self.subscription_until_date.is_some()) << 11 | u32::from(self.signature_profiles) << 12 | u32::from(self.bot_verification_icon.is_some()) << 13 | u32::from(self.send_paid_messages_stars.is_some()) << 14 | u32::from(self.autotranslation) << 15 | u32::from(self.broadcast_messages_allowed) << 16 | u32::from(self.monoforum) << 17 | u32::from(self.linked_monoforum_id.is_some()) << 18 | u32::from(self.forum_tabs) << 19);
            s.i64(self.id);
            if let Some(value) = self.access_hash {
                s.i64(value);
            }
            s.bytes(self.title);
            if let Some(value) = self.username {
                s.bytes(value);
            }
            self.photo.write(s);
            s.i32(self.date);
            if let Some(value) = self.restriction_reason {
                s.seq(&value);
            }
            if let Some(value) = self.admin_rights {
                value.write(s);
            }
            if let Some(value) = self.banned_rights {
                value.write(s);
            }
            if let Some(value) = self.default_banned_rights {
                value.write(s);
            }
            if let Some(value) = self.participants_count {
                s.i32(value);
            }
            if let Some(value) = self.usernames {
                s.seq(&value);
            }
            if let Some(value) = self.stories_max_id {
                value.write(s);
            }
            if let Some(value) = self.color {
                value.write(s);
            }
            if let Some(value) = self.profile_color {
                value.write(s);
            }
            if let Some(value) = self.emoji_status {
                value.write(s);
            }
            if let Some(value) = self.level {
                s.i32(value);
            }
            if let Some(value) = self.subscription_until_date {
                s.i32(value);
            }
            if let Some(value) = self.bot_verification_icon {
                s.i64(value);
            }
            if let Some(value) = self.send_paid_messages_stars {
                s.i64(value);
            }
            if let Some(value) = self.linked_monoforum_id {
                s.i64(value);
            }
        }
    }

    impl<'a> Decode<'a> for Channel<'a> {
        const CODE: u32 = skip::BOXED | 57;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for Channel<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `channelForbidden#17d493d5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChannelForbidden<'a> {
        pub broadcast: bool,
        pub megagroup: bool,
        pub monoforum: bool,
        pub id: i64,
        pub access_hash: i64,
        pub title: &'a [u8],
        pub until_date: Option<i32>,
    }

    impl<'a> ChannelForbidden<'a> {
        pub const ID: u32 = 0x17d493d5;
    }

    impl<'a> Constructor<'a> for ChannelForbidden<'a> {
        const ID: u32 = 0x17d493d5;
        const NAME: &'static str = "channelForbidden";
        const BARE: u32 = skip::BARE | 179;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let title = r.bytes()?;
            let until_date = if flags >> 16 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(ChannelForbidden { broadcast: flags >> 5 & 1 == 1, megagroup: flags >> 8 & 1 == 1, monoforum: flags >> 10 & 1 == 1, id, access_hash, title, until_date })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.broadcast) << 5 | u32::from(self.megagroup) << 8 | u32::from(self.monoforum) << 10 | u32::from(self.until_date.is_some()) << 16);
            s.i64(self.id);
            s.i64(self.access_hash);
            s.bytes(self.title);
            if let Some(value) = self.until_date {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for ChannelForbidden<'a> {
        const CODE: u32 = skip::BOXED | 57;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChannelForbidden<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `chat#41cbf256`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Chat<'a> {
        pub creator: bool,
        pub left: bool,
        pub deactivated: bool,
        pub call_active: bool,
        pub call_not_empty: bool,
        pub noforwards: bool,
        pub id: i64,
        pub title: &'a [u8],
        pub photo: enums::ChatPhoto<'a>,
        pub participants_count: i32,
        pub date: i32,
        pub version: i32,
        pub migrated_to: Option<enums::InputChannel<'a>>,
        pub admin_rights: Option<types::ChatAdminRights>,
        pub default_banned_rights: Option<types::ChatBannedRights>,
    }

    impl<'a> Chat<'a> {
        pub const ID: u32 = 0x41cbf256;
    }

    impl<'a> Constructor<'a> for Chat<'a> {
        const ID: u32 = 0x41cbf256;
        const NAME: &'static str = "chat";
        const BARE: u32 = skip::BARE | 183;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i64()?;
            let title = r.bytes()?;
            let photo = <enums::ChatPhoto<'_>>::read(r)?;
            let participants_count = r.i32()?;
            let date = r.i32()?;
            let version = r.i32()?;
            let migrated_to = if flags >> 6 & 1 == 1 { Some(<enums::InputChannel<'_>>::read(r)?) } else { None };
            let admin_rights = if flags >> 14 & 1 == 1 { Some(<types::ChatAdminRights>::read(r)?) } else { None };
            let default_banned_rights = if flags >> 18 & 1 == 1 { Some(<types::ChatBannedRights>::read(r)?) } else { None };
            Ok(Chat { creator: flags >> 0 & 1 == 1, left: flags >> 2 & 1 == 1, deactivated: flags >> 5 & 1 == 1, call_active: flags >> 23 & 1 == 1, call_not_empty: flags >> 24 & 1 == 1, noforwards: flags >> 25 & 1 == 1, id, title, photo, participants_count, date, version, migrated_to, admin_rights, default_banned_rights })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.creator) | u32::from(self.left) << 2 | u32::from(self.deactivated) << 5 | u32::from(self.migrated_to.is_some()) << 6 | u32::from(self.admin_rights.is_some()) << 14 | u32::from(self.default_banned_rights.is_some()) << 18 | u32::from(self.call_active) << 23 | u32::from(self.call_not_empty) << 24 | u32::from(self.noforwards) << 25);
            s.i64(self.id);
            s.bytes(self.title);
            self.photo.write(s);
            s.i32(self.participants_count);
            s.i32(self.date);
            s.i32(self.version);
            if let Some(value) = self.migrated_to {
                value.write(s);
            }
            if let Some(value) = self.admin_rights {
                value.write(s);
            }
            if let Some(value) = self.default_banned_rights {
                value.write(s);
            }
        }
    }

    impl<'a> Decode<'a> for Chat<'a> {
        const CODE: u32 = skip::BOXED | 57;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for Chat<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `chatEmpty#29562865`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChatEmpty {
        pub id: i64,
    }

    impl ChatEmpty {
        pub const ID: u32 = 0x29562865;
    }

    impl<'a> Constructor<'a> for ChatEmpty {
        const ID: u32 = 0x29562865;
        const NAME: &'static str = "chatEmpty";
        const BARE: u32 = skip::BARE | 182;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            Ok(ChatEmpty { id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
        }
    }

    impl<'a> Decode<'a> for ChatEmpty {
        const CODE: u32 = skip::BOXED | 57;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for ChatEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `chatForbidden#6592a1a7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChatForbidden<'a> {
        pub id: i64,
        pub title: &'a [u8],
    }

    impl<'a> ChatForbidden<'a> {
        pub const ID: u32 = 0x6592a1a7;
    }

    impl<'a> Constructor<'a> for ChatForbidden<'a> {
        const ID: u32 = 0x6592a1a7;
        const NAME: &'static str = "chatForbidden";
        const BARE: u32 = skip::BARE | 184;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            let title = r.bytes()?;
            Ok(ChatForbidden { id, title })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
            s.bytes(self.title);
        }
    }

    impl<'a> Decode<'a> for ChatForbidden<'a> {
        const CODE: u32 = skip::BOXED | 57;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChatForbidden<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `chatPhoto#1c6e1c11`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChatPhoto<'a> {
        pub has_video: bool,
        pub photo_id: i64,
        pub stripped_thumb: Option<&'a [u8]>,
        pub dc_id: i32,
    }

    impl<'a> ChatPhoto<'a> {
        pub const ID: u32 = 0x1c6e1c11;
    }

    impl<'a> Constructor<'a> for ChatPhoto<'a> {
        const ID: u32 = 0x1c6e1c11;
        const NAME: &'static str = "chatPhoto";
        const BARE: u32 = skip::BARE | 227;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let photo_id = r.i64()?;
            let stripped_thumb = if flags >> 1 & 1 == 1 { Some(r.bytes()?) } else { None };
            let dc_id = r.i32()?;
            Ok(ChatPhoto { has_video: flags >> 0 & 1 == 1, photo_id, stripped_thumb, dc_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.has_video) | u32::from(self.stripped_thumb.is_some()) << 1);
            s.i64(self.photo_id);
            if let Some(value) = self.stripped_thumb {
                s.bytes(value);
            }
            s.i32(self.dc_id);
        }
    }

    impl<'a> Decode<'a> for ChatPhoto<'a> {
        const CODE: u32 = skip::BOXED | 67;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChatPhoto<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `chatPhotoEmpty#37c1011c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChatPhotoEmpty;

    impl ChatPhotoEmpty {
        pub const ID: u32 = 0x37c1011c;
    }

    impl<'a> Constructor<'a> for ChatPhotoEmpty {
        const ID: u32 = 0x37c1011c;
        const NAME: &'static str = "chatPhotoEmpty";
        const BARE: u32 = skip::BARE | 228;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(ChatPhotoEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for ChatPhotoEmpty {
        const CODE: u32 = skip::BOXED | 67;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for ChatPhotoEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `chatAdminRights#5fb224d5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChatAdminRights {
        pub change_info: bool,
        pub post_messages: bool,
        pub edit_messages: bool,
        pub delete_messages: bool,
        pub ban_users: bool,
        pub invite_users: bool,
        pub pin_messages: bool,
        pub add_admins: bool,
        pub anonymous: bool,
        pub manage_call: bool,
        pub other: bool,
        pub manage_topics: bool,
        pub post_stories: bool,
        pub edit_stories: bool,
        pub delete_stories: bool,
        pub manage_direct_messages: bool,
        pub manage_ranks: bool,
    }

    impl ChatAdminRights {
        pub const ID: u32 = 0x5fb224d5;
    }

    impl<'a> Constructor<'a> for ChatAdminRights {
        const ID: u32 = 0x5fb224d5;
        const NAME: &'static str = "chatAdminRights";
        const BARE: u32 = skip::BARE | 195;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            Ok(ChatAdminRights { change_info: flags >> 0 & 1 == 1, post_messages: flags >> 1 & 1 == 1, edit_messages: flags >> 2 & 1 == 1, delete_messages: flags >> 3 & 1 == 1, ban_users: flags >> 4 & 1 == 1, invite_users: flags >> 5 & 1 == 1, pin_messages: flags >> 7 & 1 == 1, add_admins: flags >> 9 & 1 == 1, anonymous: flags >> 10 & 1 == 1, manage_call: flags >> 11 & 1 == 1, other: flags >> 12 & 1 == 1, manage_topics: flags >> 13 & 1 == 1, post_stories: flags >> 14 & 1 == 1, edit_stories: flags >> 15 & 1 == 1, delete_stories: flags >> 16 & 1 == 1, manage_direct_messages: flags >> 17 & 1 == 1, manage_ranks: flags >> 18 & 1 == 1 })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.change_info) | u32::from(self.post_messages) << 1 | u32::from(self.edit_messages) << 2 | u32::from(self.delete_messages) << 3 | u32::from(self.ban_users) << 4 | u32::from(self.invite_users) << 5 | u32::from(self.pin_messages) << 7 | u32::from(self.add_admins) << 9 | u32::from(self.anonymous) << 10 | u32::from(self.manage_call) << 11 | u32::from(self.other) << 12 | u32::from(self.manage_topics) << 13 | u32::from(self.post_stories) << 14 | u32::from(self.edit_stories) << 15 | u32::from(self.delete_stories) << 16 | u32::from(self.manage_direct_messages) << 17 | u32::from(self.manage_ranks) << 18);
        }
    }

    impl<'a> Decode<'a> for ChatAdminRights {
        const CODE: u32 = skip::BOXED | 58;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for ChatAdminRights {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `chatBannedRights#9f120418`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChatBannedRights {
        pub view_messages: bool,
        pub send_messages: bool,
        pub send_media: bool,
        pub send_stickers: bool,
        pub send_gifs: bool,
        pub send_games: bool,
        pub send_inline: bool,
        pub embed_links: bool,
        pub send_polls: bool,
        pub change_info: bool,
        pub invite_users: bool,
        pub pin_messages: bool,
        pub manage_topics: bool,
        pub send_photos: bool,
        pub send_videos: bool,
        pub send_roundvideos: bool,
        pub send_audios: bool,
        pub send_voices: bool,
        pub send_docs: bool,
        pub send_plain: bool,
        pub edit_rank: bool,
        pub until_date: i32,
    }

    impl ChatBannedRights {
        pub const ID: u32 = 0x9f120418;
    }

    impl<'a> Constructor<'a> for ChatBannedRights {
        const ID: u32 = 0x9f120418;
        const NAME: &'static str = "chatBannedRights";
        const BARE: u32 = skip::BARE | 197;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let until_date = r.i32()?;
            Ok(ChatBannedRights { view_messages: flags >> 0 & 1 == 1, send_messages: flags >> 1 & 1 == 1, send_media: flags >> 2 & 1 == 1, send_stickers: flags >> 3 & 1 == 1, send_gifs: flags >> 4 & 1 == 1, send_games: flags >> 5 & 1 == 1, send_inline: flags >> 6 & 1 == 1, embed_links: flags >> 7 & 1 == 1, send_polls: flags >> 8 & 1 == 1, change_info: flags >> 10 & 1 == 1, invite_users: flags >> 15 & 1 == 1, pin_messages: flags >> 17 & 1 == 1, manage_topics: flags >> 18 & 1 == 1, send_photos: flags >> 19 & 1 == 1, send_videos: flags >> 20 & 1 == 1, send_roundvideos: flags >> 21 & 1 == 1, send_audios: flags >> 22 & 1 == 1, send_voices: flags >> 23 & 1 == 1, send_docs: flags >> 24 & 1 == 1, send_plain: flags >> 25 & 1 == 1, edit_rank: flags >> 26 & 1 == 1, until_date })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.view_messages) | u32::from(self.send_messages) << 1 | u32::from(self.send_media) << 2 | u32::from(self.send_stickers) << 3 | u32::from(self.send_gifs) << 4 | u32::from(self.send_games) << 5 | u32::from(self.send_inline) << 6 | u32::from(self.embed_links) << 7 | u32::from(self.send_polls) << 8 | u32::from(self.change_info) << 10 | u32::from(self.invite_users) << 15 | u32::from(self.pin_messages) << 17 | u32::from(self.manage_topics) << 18 | u32::from(self.send_photos) << 19 | u32::from(self.send_videos) << 20 | u32::from(self.send_roundvideos) << 21 | u32::from(self.send_audios) << 22 | u32::from(self.send_voices) << 23 | u32::from(self.send_docs) << 24 | u32::from(self.send_plain) << 25 | u32::from(self.edit_rank) << 26);
            s.i32(self.until_date);
        }
    }

    impl<'a> Decode<'a> for ChatBannedRights {
        const CODE: u32 = skip::BOXED | 60;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for ChatBannedRights {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateShort#78d4dec1`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateShort<'a> {
        pub update: enums::Update<'a>,
        pub date: i32,
    }

    impl<'a> UpdateShort<'a> {
        pub const ID: u32 = 0x78d4dec1;
    }

    impl<'a> Constructor<'a> for UpdateShort<'a> {
        const ID: u32 = 0x78d4dec1;
        const NAME: &'static str = "updateShort";
        const BARE: u32 = skip::BARE | 1642;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let update = <enums::Update<'_>>::read(r)?;
            let date = r.i32()?;
            Ok(UpdateShort { update, date })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.update.write(s);
            s.i32(self.date);
        }
    }

    impl<'a> Decode<'a> for UpdateShort<'a> {
        const CODE: u32 = skip::BOXED | 401;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateShort<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateShortChatMessage#4d6deea5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateShortChatMessage<'a> {
        pub out: bool,
        pub mentioned: bool,
        pub media_unread: bool,
        pub silent: bool,
        pub id: i32,
        pub from_id: i64,
        pub chat_id: i64,
        pub message: &'a [u8],
        pub pts: i32,
        pub pts_count: i32,
        pub date: i32,
        pub fwd_from: Option<Lazy<'a, types::MessageFwdHeader<'a>>>,
        pub via_bot_id: Option<i64>,
        pub reply_to: Option<Lazy<'a, enums::MessageReplyHeader<'a>>>,
        pub entities: Option<Seq<'a, enums::MessageEntity<'a>>>,
        pub ttl_period: Option<i32>,
    }

    impl<'a> UpdateShortChatMessage<'a> {
        pub const ID: u32 = 0x4d6deea5;
    }

    impl<'a> Constructor<'a> for UpdateShortChatMessage<'a> {
        const ID: u32 = 0x4d6deea5;
        const NAME: &'static str = "updateShortChatMessage";
        const BARE: u32 = skip::BARE | 1639;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i32()?;
            let from_id = r.i64()?;
            let chat_id = r.i64()?;
            let message = r.bytes()?;
            let pts = r.i32()?;
            let pts_count = r.i32()?;
            let date = r.i32()?;
            let fwd_from = if flags >> 2 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let via_bot_id = if flags >> 11 & 1 == 1 { Some(r.i64()?) } else { None };
            let reply_to = if flags >> 3 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let entities = if flags >> 7 & 1 == 1 { Some(r.seq()?) } else { None };
            let ttl_period = if flags >> 25 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(UpdateShortChatMessage { out: flags >> 1 & 1 == 1, mentioned: flags >> 4 & 1 == 1, media_unread: flags >> 5 & 1 == 1, silent: flags >> 13 & 1 == 1, id, from_id, chat_id, message, pts, pts_count, date, fwd_from, via_bot_id, reply_to, entities, ttl_period })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.out) << 1 | u32::from(self.fwd_from.is_some()) << 2 | u32::from(self.reply_to.is_some()) << 3 | u32::from(self.mentioned) << 4 | u32::from(self.media_unread) << 5 | u32::from(self.entities.is_some()) << 7 | u32::from(self.via_bot_id.is_some()) << 11 | u32::from(self.silent) << 13 | u32::from(self.ttl_period.is_some()) << 25);
            s.i32(self.id);
            s.i64(self.from_id);
            s.i64(self.chat_id);
            s.bytes(self.message);
            s.i32(self.pts);
            s.i32(self.pts_count);
            s.i32(self.date);
            if let Some(value) = self.fwd_from {
                value.write(s);
            }
            if let Some(value) = self.via_bot_id {
                s.i64(value);
            }
            if let Some(value) = self.reply_to {
                value.write(s);
            }
            if let Some(value) = self.entities {
                s.seq(&value);
            }
            if let Some(value) = self.ttl_period {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for UpdateShortChatMessage<'a> {
        const CODE: u32 = skip::BOXED | 401;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateShortChatMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateShortMessage#313bc7f8`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateShortMessage<'a> {
        pub out: bool,
        pub mentioned: bool,
        pub media_unread: bool,
        pub silent: bool,
        pub id: i32,
        pub user_id: i64,
        pub message: &'a [u8],
        pub pts: i32,
        pub pts_count: i32,
        pub date: i32,
        pub fwd_from: Option<Lazy<'a, types::MessageFwdHeader<'a>>>,
        pub via_bot_id: Option<i64>,
        pub reply_to: Option<Lazy<'a, enums::MessageReplyHeader<'a>>>,
        pub entities: Option<Seq<'a, enums::MessageEntity<'a>>>,
        pub ttl_period: Option<i32>,
    }

    impl<'a> UpdateShortMessage<'a> {
        pub const ID: u32 = 0x313bc7f8;
    }

    impl<'a> Constructor<'a> for UpdateShortMessage<'a> {
        const ID: u32 = 0x313bc7f8;
        const NAME: &'static str = "updateShortMessage";
        const BARE: u32 = skip::BARE | 1638;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i32()?;
            let user_id = r.i64()?;
            let message = r.bytes()?;
            let pts = r.i32()?;
            let pts_count = r.i32()?;
            let date = r.i32()?;
            let fwd_from = if flags >> 2 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let via_bot_id = if flags >> 11 & 1 == 1 { Some(r.i64()?) } else { None };
            let reply_to = if flags >> 3 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let entities = if flags >> 7 & 1 == 1 { Some(r.seq()?) } else { None };
            let ttl_period = if flags >> 25 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(UpdateShortMessage { out: flags >> 1 & 1 == 1, mentioned: flags >> 4 & 1 == 1, media_unread: flags >> 5 & 1 == 1, silent: flags >> 13 & 1 == 1, id, user_id, message, pts, pts_count, date, fwd_from, via_bot_id, reply_to, entities, ttl_period })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.out) << 1 | u32::from(self.fwd_from.is_some()) << 2 | u32::from(self.reply_to.is_some()) << 3 | u32::from(self.mentioned) << 4 | u32::from(self.media_unread) << 5 | u32::from(self.entities.is_some()) << 7 | u32::from(self.via_bot_id.is_some()) << 11 | u32::from(self.silent) << 13 | u32::from(self.ttl_period.is_some()) << 25);
            s.i32(self.id);
            s.i64(self.user_id);
            s.bytes(self.message);
            s.i32(self.pts);
            s.i32(self.pts_count);
            s.i32(self.date);
            if let Some(value) = self.fwd_from {
                value.write(s);
            }
            if let Some(value) = self.via_bot_id {
                s.i64(value);
            }
            if let Some(value) = self.reply_to {
                value.write(s);
            }
            if let Some(value) = self.entities {
                s.seq(&value);
            }
            if let Some(value) = self.ttl_period {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for UpdateShortMessage<'a> {
        const CODE: u32 = skip::BOXED | 401;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateShortMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateShortSentMessage#9015e101`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateShortSentMessage<'a> {
        pub out: bool,
        pub id: i32,
        pub pts: i32,
        pub pts_count: i32,
        pub date: i32,
        pub media: Option<Lazy<'a, enums::MessageMedia<'a>>>,
        pub entities: Option<Seq<'a, enums::MessageEntity<'a>>>,
        pub ttl_period: Option<i32>,
    }

    impl<'a> UpdateShortSentMessage<'a> {
        pub const ID: u32 = 0x9015e101;
    }

    impl<'a> Constructor<'a> for UpdateShortSentMessage<'a> {
        const ID: u32 = 0x9015e101;
        const NAME: &'static str = "updateShortSentMessage";
        const BARE: u32 = skip::BARE | 1643;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i32()?;
            let pts = r.i32()?;
            let pts_count = r.i32()?;
            let date = r.i32()?;
            let media = if flags >> 9 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let entities = if flags >> 7 & 1 == 1 { Some(r.seq()?) } else { None };
            let ttl_period = if flags >> 25 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(UpdateShortSentMessage { out: flags >> 1 & 1 == 1, id, pts, pts_count, date, media, entities, ttl_period })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.out) << 1 | u32::from(self.entities.is_some()) << 7 | u32::from(self.media.is_some()) << 9 | u32::from(self.ttl_period.is_some()) << 25);
            s.i32(self.id);
            s.i32(self.pts);
            s.i32(self.pts_count);
            s.i32(self.date);
            if let Some(value) = self.media {
                value.write(s);
            }
            if let Some(value) = self.entities {
                s.seq(&value);
            }
            if let Some(value) = self.ttl_period {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for UpdateShortSentMessage<'a> {
        const CODE: u32 = skip::BOXED | 401;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateShortSentMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updates#74ae4240`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Updates<'a> {
        pub updates: Seq<'a, enums::Update<'a>>,
        pub users: Seq<'a, enums::User<'a>>,
        pub chats: Seq<'a, enums::Chat<'a>>,
        pub date: i32,
        pub seq: i32,
    }

    impl<'a> Updates<'a> {
        pub const ID: u32 = 0x74ae4240;
    }

    impl<'a> Constructor<'a> for Updates<'a> {
        const ID: u32 = 0x74ae4240;
        const NAME: &'static str = "updates";
        const BARE: u32 = skip::BARE | 1641;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let updates = r.soft_seq()?;
            let users = r.soft_seq()?;
            let chats = r.soft_seq()?;
            let date = r.soft_i32()?;
            let seq = r.soft_i32()?;
            Ok(Updates { updates, users, chats, date, seq })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.updates);
            s.seq(&self.users);
            s.seq(&self.chats);
            s.i32(self.date);
            s.i32(self.seq);
        }
    }

    impl<'a> Decode<'a> for Updates<'a> {
        const CODE: u32 = skip::BOXED | 401;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for Updates<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updatesCombined#725b04c3`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesCombined<'a> {
        pub updates: Seq<'a, enums::Update<'a>>,
        pub users: Seq<'a, enums::User<'a>>,
        pub chats: Seq<'a, enums::Chat<'a>>,
        pub date: i32,
        pub seq_start: i32,
        pub seq: i32,
    }

    impl<'a> UpdatesCombined<'a> {
        pub const ID: u32 = 0x725b04c3;
    }

    impl<'a> Constructor<'a> for UpdatesCombined<'a> {
        const ID: u32 = 0x725b04c3;
        const NAME: &'static str = "updatesCombined";
        const BARE: u32 = skip::BARE | 1640;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let updates = r.soft_seq()?;
            let users = r.soft_seq()?;
            let chats = r.soft_seq()?;
            let date = r.soft_i32()?;
            let seq_start = r.soft_i32()?;
            let seq = r.soft_i32()?;
            Ok(UpdatesCombined { updates, users, chats, date, seq_start, seq })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.updates);
            s.seq(&self.users);
            s.seq(&self.chats);
            s.i32(self.date);
            s.i32(self.seq_start);
            s.i32(self.seq);
        }
    }

    impl<'a> Decode<'a> for UpdatesCombined<'a> {
        const CODE: u32 = skip::BOXED | 401;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdatesCombined<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updatesTooLong#e317af7e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesTooLong;

    impl UpdatesTooLong {
        pub const ID: u32 = 0xe317af7e;
    }

    impl<'a> Constructor<'a> for UpdatesTooLong {
        const ID: u32 = 0xe317af7e;
        const NAME: &'static str = "updatesTooLong";
        const BARE: u32 = skip::BARE | 1644;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(UpdatesTooLong)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for UpdatesTooLong {
        const CODE: u32 = skip::BOXED | 401;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdatesTooLong {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateChannel#635b4c09`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateChannel {
        pub channel_id: i64,
    }

    impl UpdateChannel {
        pub const ID: u32 = 0x635b4c09;
    }

    impl<'a> Constructor<'a> for UpdateChannel {
        const ID: u32 = 0x635b4c09;
        const NAME: &'static str = "updateChannel";
        const BARE: u32 = skip::BARE | 1515;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let channel_id = r.i64()?;
            Ok(UpdateChannel { channel_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.channel_id);
        }
    }

    impl<'a> Decode<'a> for UpdateChannel {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdateChannel {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateChannelUserTyping#8c88c923`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateChannelUserTyping<'a> {
        pub channel_id: i64,
        pub top_msg_id: Option<i32>,
        pub from_id: enums::Peer,
        pub action: enums::SendMessageAction<'a>,
    }

    impl<'a> UpdateChannelUserTyping<'a> {
        pub const ID: u32 = 0x8c88c923;
    }

    impl<'a> Constructor<'a> for UpdateChannelUserTyping<'a> {
        const ID: u32 = 0x8c88c923;
        const NAME: &'static str = "updateChannelUserTyping";
        const BARE: u32 = skip::BARE | 1547;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let channel_id = r.i64()?;
            let top_msg_id = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let from_id = <enums::Peer>::read(r)?;
            let action = <enums::SendMessageAction<'_>>::read(r)?;
            Ok(UpdateChannelUserTyping { channel_id, top_msg_id, from_id, action })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.top_msg_id.is_some()));
            s.i64(self.channel_id);
            if let Some(value) = self.top_msg_id {
                s.i32(value);
            }
            self.from_id.write(s);
            self.action.write(s);
        }
    }

    impl<'a> Decode<'a> for UpdateChannelUserTyping<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateChannelUserTyping<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateChat#f89a6a4e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateChat {
        pub chat_id: i64,
    }

    impl UpdateChat {
        pub const ID: u32 = 0xf89a6a4e;
    }

    impl<'a> Constructor<'a> for UpdateChat {
        const ID: u32 = 0xf89a6a4e;
        const NAME: &'static str = "updateChat";
        const BARE: u32 = skip::BARE | 1631;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let chat_id = r.i64()?;
            Ok(UpdateChat { chat_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.chat_id);
        }
    }

    impl<'a> Decode<'a> for UpdateChat {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdateChat {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateChatUserTyping#83487af0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateChatUserTyping<'a> {
        pub chat_id: i64,
        pub from_id: enums::Peer,
        pub action: enums::SendMessageAction<'a>,
    }

    impl<'a> UpdateChatUserTyping<'a> {
        pub const ID: u32 = 0x83487af0;
    }

    impl<'a> Constructor<'a> for UpdateChatUserTyping<'a> {
        const ID: u32 = 0x83487af0;
        const NAME: &'static str = "updateChatUserTyping";
        const BARE: u32 = skip::BARE | 1540;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let chat_id = r.i64()?;
            let from_id = <enums::Peer>::read(r)?;
            let action = <enums::SendMessageAction<'_>>::read(r)?;
            Ok(UpdateChatUserTyping { chat_id, from_id, action })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.chat_id);
            self.from_id.write(s);
            self.action.write(s);
        }
    }

    impl<'a> Decode<'a> for UpdateChatUserTyping<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateChatUserTyping<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateConfig#a229dd06`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateConfig;

    impl UpdateConfig {
        pub const ID: u32 = 0xa229dd06;
    }

    impl<'a> Constructor<'a> for UpdateConfig {
        const ID: u32 = 0xa229dd06;
        const NAME: &'static str = "updateConfig";
        const BARE: u32 = skip::BARE | 1565;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(UpdateConfig)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for UpdateConfig {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdateConfig {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateDeleteGroupCallMessages#3e85e92c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateDeleteGroupCallMessages<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub messages: Seq<'a, i32>,
    }

    impl<'a> UpdateDeleteGroupCallMessages<'a> {
        pub const ID: u32 = 0x3e85e92c;
    }

    impl<'a> Constructor<'a> for UpdateDeleteGroupCallMessages<'a> {
        const ID: u32 = 0x3e85e92c;
        const NAME: &'static str = "updateDeleteGroupCallMessages";
        const BARE: u32 = skip::BARE | 1492;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let messages = r.seq()?;
            Ok(UpdateDeleteGroupCallMessages { call, messages })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.call.write(s);
            s.seq(&self.messages);
        }
    }

    impl<'a> Decode<'a> for UpdateDeleteGroupCallMessages<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateDeleteGroupCallMessages<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateDeleteMessages#a20db0e5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateDeleteMessages<'a> {
        pub messages: Seq<'a, i32>,
        pub pts: i32,
        pub pts_count: i32,
    }

    impl<'a> UpdateDeleteMessages<'a> {
        pub const ID: u32 = 0xa20db0e5;
    }

    impl<'a> Constructor<'a> for UpdateDeleteMessages<'a> {
        const ID: u32 = 0xa20db0e5;
        const NAME: &'static str = "updateDeleteMessages";
        const BARE: u32 = skip::BARE | 1564;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let messages = r.seq()?;
            let pts = r.i32()?;
            let pts_count = r.i32()?;
            Ok(UpdateDeleteMessages { messages, pts, pts_count })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.messages);
            s.i32(self.pts);
            s.i32(self.pts_count);
        }
    }

    impl<'a> Decode<'a> for UpdateDeleteMessages<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateDeleteMessages<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateEditMessage#e40370a3`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateEditMessage<'a> {
        pub message: Lazy<'a, enums::Message<'a>>,
        pub pts: i32,
        pub pts_count: i32,
    }

    impl<'a> UpdateEditMessage<'a> {
        pub const ID: u32 = 0xe40370a3;
    }

    impl<'a> Constructor<'a> for UpdateEditMessage<'a> {
        const ID: u32 = 0xe40370a3;
        const NAME: &'static str = "updateEditMessage";
        const BARE: u32 = skip::BARE | 1612;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let message = Lazy::read(r)?;
            let pts = r.i32()?;
            let pts_count = r.i32()?;
            Ok(UpdateEditMessage { message, pts, pts_count })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.message.write(s);
            s.i32(self.pts);
            s.i32(self.pts_count);
        }
    }

    impl<'a> Decode<'a> for UpdateEditMessage<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateEditMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateGroupCall#9d2216e0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateGroupCall<'a> {
        pub live_story: bool,
        pub peer: Option<enums::Peer>,
        pub call: enums::GroupCall<'a>,
    }

    impl<'a> UpdateGroupCall<'a> {
        pub const ID: u32 = 0x9d2216e0;
    }

    impl<'a> Constructor<'a> for UpdateGroupCall<'a> {
        const ID: u32 = 0x9d2216e0;
        const NAME: &'static str = "updateGroupCall";
        const BARE: u32 = skip::BARE | 1559;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let peer = if flags >> 1 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let call = <enums::GroupCall<'_>>::read(r)?;
            Ok(UpdateGroupCall { live_story: flags >> 2 & 1 == 1, peer, call })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.peer.is_some()) << 1 | u32::from(self.live_story) << 2);
            if let Some(value) = self.peer {
                value.write(s);
            }
            self.call.write(s);
        }
    }

    impl<'a> Decode<'a> for UpdateGroupCall<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateGroupCallChainBlocks#a477288f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateGroupCallChainBlocks<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub sub_chain_id: i32,
        pub blocks: Seq<'a, &'a [u8]>,
        pub next_offset: i32,
    }

    impl<'a> UpdateGroupCallChainBlocks<'a> {
        pub const ID: u32 = 0xa477288f;
    }

    impl<'a> Constructor<'a> for UpdateGroupCallChainBlocks<'a> {
        const ID: u32 = 0xa477288f;
        const NAME: &'static str = "updateGroupCallChainBlocks";
        const BARE: u32 = skip::BARE | 1566;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let sub_chain_id = r.i32()?;
            let blocks = r.seq_max(1024)?;
            let next_offset = r.i32()?;
            Ok(UpdateGroupCallChainBlocks { call, sub_chain_id, blocks, next_offset })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.call.write(s);
            s.i32(self.sub_chain_id);
            s.seq(&self.blocks);
            s.i32(self.next_offset);
        }
    }

    impl<'a> Decode<'a> for UpdateGroupCallChainBlocks<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateGroupCallChainBlocks<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateGroupCallConnection#0b783982`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateGroupCallConnection<'a> {
        pub presentation: bool,
        pub params: types::DataJSON<'a>,
    }

    impl<'a> UpdateGroupCallConnection<'a> {
        pub const ID: u32 = 0x0b783982;
    }

    impl<'a> Constructor<'a> for UpdateGroupCallConnection<'a> {
        const ID: u32 = 0x0b783982;
        const NAME: &'static str = "updateGroupCallConnection";
        const BARE: u32 = skip::BARE | 1445;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let params = <types::DataJSON<'_>>::read(r)?;
            Ok(UpdateGroupCallConnection { presentation: flags >> 0 & 1 == 1, params })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.presentation));
            self.params.write(s);
        }
    }

    impl<'a> Decode<'a> for UpdateGroupCallConnection<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateGroupCallConnection<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateGroupCallEncryptedMessage#c957a766`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateGroupCallEncryptedMessage<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub from_id: enums::Peer,
        pub encrypted_message: &'a [u8],
    }

    impl<'a> UpdateGroupCallEncryptedMessage<'a> {
        pub const ID: u32 = 0xc957a766;
    }

    impl<'a> Constructor<'a> for UpdateGroupCallEncryptedMessage<'a> {
        const ID: u32 = 0xc957a766;
        const NAME: &'static str = "updateGroupCallEncryptedMessage";
        const BARE: u32 = skip::BARE | 1595;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let from_id = <enums::Peer>::read(r)?;
            let encrypted_message = r.bytes()?;
            Ok(UpdateGroupCallEncryptedMessage { call, from_id, encrypted_message })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.call.write(s);
            self.from_id.write(s);
            s.bytes(self.encrypted_message);
        }
    }

    impl<'a> Decode<'a> for UpdateGroupCallEncryptedMessage<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateGroupCallEncryptedMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateGroupCallMessage#d8326f0d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateGroupCallMessage<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub message: types::GroupCallMessage<'a>,
    }

    impl<'a> UpdateGroupCallMessage<'a> {
        pub const ID: u32 = 0xd8326f0d;
    }

    impl<'a> Constructor<'a> for UpdateGroupCallMessage<'a> {
        const ID: u32 = 0xd8326f0d;
        const NAME: &'static str = "updateGroupCallMessage";
        const BARE: u32 = skip::BARE | 1605;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let message = <types::GroupCallMessage<'_>>::read(r)?;
            Ok(UpdateGroupCallMessage { call, message })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.call.write(s);
            self.message.write(s);
        }
    }

    impl<'a> Decode<'a> for UpdateGroupCallMessage<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateGroupCallMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateGroupCallParticipants#f2ebdb4e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateGroupCallParticipants<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub participants: Seq<'a, types::GroupCallParticipant<'a>>,
        pub version: i32,
    }

    impl<'a> UpdateGroupCallParticipants<'a> {
        pub const ID: u32 = 0xf2ebdb4e;
    }

    impl<'a> Constructor<'a> for UpdateGroupCallParticipants<'a> {
        const ID: u32 = 0xf2ebdb4e;
        const NAME: &'static str = "updateGroupCallParticipants";
        const BARE: u32 = skip::BARE | 1626;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let participants = r.seq_max(10000)?;
            let version = r.i32()?;
            Ok(UpdateGroupCallParticipants { call, participants, version })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.call.write(s);
            s.seq(&self.participants);
            s.i32(self.version);
        }
    }

    impl<'a> Decode<'a> for UpdateGroupCallParticipants<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateGroupCallParticipants<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateMessageID#4e90bfd6`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateMessageID {
        pub id: i32,
        pub random_id: i64,
    }

    impl UpdateMessageID {
        pub const ID: u32 = 0x4e90bfd6;
    }

    impl<'a> Constructor<'a> for UpdateMessageID {
        const ID: u32 = 0x4e90bfd6;
        const NAME: &'static str = "updateMessageID";
        const BARE: u32 = skip::BARE | 1500;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i32()?;
            let random_id = r.i64()?;
            Ok(UpdateMessageID { id, random_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.id);
            s.i64(self.random_id);
        }
    }

    impl<'a> Decode<'a> for UpdateMessageID {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdateMessageID {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateNewChannelMessage#62ba04d9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateNewChannelMessage<'a> {
        pub message: Lazy<'a, enums::Message<'a>>,
        pub pts: i32,
        pub pts_count: i32,
    }

    impl<'a> UpdateNewChannelMessage<'a> {
        pub const ID: u32 = 0x62ba04d9;
    }

    impl<'a> Constructor<'a> for UpdateNewChannelMessage<'a> {
        const ID: u32 = 0x62ba04d9;
        const NAME: &'static str = "updateNewChannelMessage";
        const BARE: u32 = skip::BARE | 1514;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let message = Lazy::read(r)?;
            let pts = r.i32()?;
            let pts_count = r.i32()?;
            Ok(UpdateNewChannelMessage { message, pts, pts_count })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.message.write(s);
            s.i32(self.pts);
            s.i32(self.pts_count);
        }
    }

    impl<'a> Decode<'a> for UpdateNewChannelMessage<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateNewChannelMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateNewMessage#1f2b0afd`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateNewMessage<'a> {
        pub message: Lazy<'a, enums::Message<'a>>,
        pub pts: i32,
        pub pts_count: i32,
    }

    impl<'a> UpdateNewMessage<'a> {
        pub const ID: u32 = 0x1f2b0afd;
    }

    impl<'a> Constructor<'a> for UpdateNewMessage<'a> {
        const ID: u32 = 0x1f2b0afd;
        const NAME: &'static str = "updateNewMessage";
        const BARE: u32 = skip::BARE | 1467;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let message = Lazy::read(r)?;
            let pts = r.i32()?;
            let pts_count = r.i32()?;
            Ok(UpdateNewMessage { message, pts, pts_count })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.message.write(s);
            s.i32(self.pts);
            s.i32(self.pts_count);
        }
    }

    impl<'a> Decode<'a> for UpdateNewMessage<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdateNewMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updatePhoneCall#ab0f6b1e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatePhoneCall<'a> {
        pub phone_call: enums::PhoneCall<'a>,
    }

    impl<'a> UpdatePhoneCall<'a> {
        pub const ID: u32 = 0xab0f6b1e;
    }

    impl<'a> Constructor<'a> for UpdatePhoneCall<'a> {
        const ID: u32 = 0xab0f6b1e;
        const NAME: &'static str = "updatePhoneCall";
        const BARE: u32 = skip::BARE | 1572;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let phone_call = <enums::PhoneCall<'_>>::read(r)?;
            Ok(UpdatePhoneCall { phone_call })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.phone_call.write(s);
        }
    }

    impl<'a> Decode<'a> for UpdatePhoneCall<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdatePhoneCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updatePhoneCallSignalingData#2661bf09`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatePhoneCallSignalingData<'a> {
        pub phone_call_id: i64,
        pub data: &'a [u8],
    }

    impl<'a> UpdatePhoneCallSignalingData<'a> {
        pub const ID: u32 = 0x2661bf09;
    }

    impl<'a> Constructor<'a> for UpdatePhoneCallSignalingData<'a> {
        const ID: u32 = 0x2661bf09;
        const NAME: &'static str = "updatePhoneCallSignalingData";
        const BARE: u32 = skip::BARE | 1474;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let phone_call_id = r.i64()?;
            let data = r.bytes()?;
            Ok(UpdatePhoneCallSignalingData { phone_call_id, data })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.phone_call_id);
            s.bytes(self.data);
        }
    }

    impl<'a> Decode<'a> for UpdatePhoneCallSignalingData<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdatePhoneCallSignalingData<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updateUser#20529438`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdateUser {
        pub user_id: i64,
    }

    impl UpdateUser {
        pub const ID: u32 = 0x20529438;
    }

    impl<'a> Constructor<'a> for UpdateUser {
        const ID: u32 = 0x20529438;
        const NAME: &'static str = "updateUser";
        const BARE: u32 = skip::BARE | 1468;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let user_id = r.i64()?;
            Ok(UpdateUser { user_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.user_id);
        }
    }

    impl<'a> Decode<'a> for UpdateUser {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdateUser {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `sendMessageCancelAction#fd5ec8f5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct SendMessageCancelAction;

    impl SendMessageCancelAction {
        pub const ID: u32 = 0xfd5ec8f5;
    }

    impl<'a> Constructor<'a> for SendMessageCancelAction {
        const ID: u32 = 0xfd5ec8f5;
        const NAME: &'static str = "sendMessageCancelAction";
        const BARE: u32 = skip::BARE | 1279;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(SendMessageCancelAction)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for SendMessageCancelAction {
        const CODE: u32 = skip::BOXED | 332;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for SendMessageCancelAction {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `speakingInGroupCallAction#d92c2285`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct SpeakingInGroupCallAction;

    impl SpeakingInGroupCallAction {
        pub const ID: u32 = 0xd92c2285;
    }

    impl<'a> Constructor<'a> for SpeakingInGroupCallAction {
        const ID: u32 = 0xd92c2285;
        const NAME: &'static str = "speakingInGroupCallAction";
        const BARE: u32 = skip::BARE | 1272;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(SpeakingInGroupCallAction)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for SpeakingInGroupCallAction {
        const CODE: u32 = skip::BOXED | 332;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for SpeakingInGroupCallAction {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updates.state#a56c2a3e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesState {
        pub pts: i32,
        pub qts: i32,
        pub date: i32,
        pub seq: i32,
        pub unread_count: i32,
    }

    impl UpdatesState {
        pub const ID: u32 = 0xa56c2a3e;
    }

    impl<'a> Constructor<'a> for UpdatesState {
        const ID: u32 = 0xa56c2a3e;
        const NAME: &'static str = "updates.state";
        const BARE: u32 = skip::BARE | 2140;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let pts = r.i32()?;
            let qts = r.i32()?;
            let date = r.i32()?;
            let seq = r.i32()?;
            let unread_count = r.i32()?;
            Ok(UpdatesState { pts, qts, date, seq, unread_count })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.pts);
            s.i32(self.qts);
            s.i32(self.date);
            s.i32(self.seq);
            s.i32(self.unread_count);
        }
    }

    impl<'a> Decode<'a> for UpdatesState {
        const CODE: u32 = skip::BOXED | 668;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdatesState {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updates.difference#00f49ca0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesDifference<'a> {
        pub new_messages: Seq<'a, enums::Message<'a>>,
        pub new_encrypted_messages: Seq<'a, enums::EncryptedMessage<'a>>,
        pub other_updates: Seq<'a, enums::Update<'a>>,
        pub chats: Seq<'a, enums::Chat<'a>>,
        pub users: Seq<'a, enums::User<'a>>,
        pub state: types::UpdatesState,
    }

    impl<'a> UpdatesDifference<'a> {
        pub const ID: u32 = 0x00f49ca0;
    }

    impl<'a> Constructor<'a> for UpdatesDifference<'a> {
        const ID: u32 = 0x00f49ca0;
        const NAME: &'static str = "updates.difference";
        const BARE: u32 = skip::BARE | 2136;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let new_messages = r.seq()?;
            let new_encrypted_messages = r.seq()?;
            let other_updates = r.seq()?;
            let chats = r.seq()?;
            let users = r.seq()?;
            let state = <types::UpdatesState>::read(r)?;
            Ok(UpdatesDifference { new_messages, new_encrypted_messages, other_updates, chats, users, state })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.new_messages);
            s.seq(&self.new_encrypted_messages);
            s.seq(&self.other_updates);
            s.seq(&self.chats);
            s.seq(&self.users);
            self.state.write(s);
        }
    }

    impl<'a> Decode<'a> for UpdatesDifference<'a> {
        const CODE: u32 = skip::BOXED | 667;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdatesDifference<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updates.differenceEmpty#5d75a138`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesDifferenceEmpty {
        pub date: i32,
        pub seq: i32,
    }

    impl UpdatesDifferenceEmpty {
        pub const ID: u32 = 0x5d75a138;
    }

    impl<'a> Constructor<'a> for UpdatesDifferenceEmpty {
        const ID: u32 = 0x5d75a138;
        const NAME: &'static str = "updates.differenceEmpty";
        const BARE: u32 = skip::BARE | 2138;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let date = r.i32()?;
            let seq = r.i32()?;
            Ok(UpdatesDifferenceEmpty { date, seq })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.date);
            s.i32(self.seq);
        }
    }

    impl<'a> Decode<'a> for UpdatesDifferenceEmpty {
        const CODE: u32 = skip::BOXED | 667;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdatesDifferenceEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updates.differenceSlice#a8fb1981`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesDifferenceSlice<'a> {
        pub new_messages: Seq<'a, enums::Message<'a>>,
        pub new_encrypted_messages: Seq<'a, enums::EncryptedMessage<'a>>,
        pub other_updates: Seq<'a, enums::Update<'a>>,
        pub chats: Seq<'a, enums::Chat<'a>>,
        pub users: Seq<'a, enums::User<'a>>,
        pub intermediate_state: types::UpdatesState,
    }

    impl<'a> UpdatesDifferenceSlice<'a> {
        pub const ID: u32 = 0xa8fb1981;
    }

    impl<'a> Constructor<'a> for UpdatesDifferenceSlice<'a> {
        const ID: u32 = 0xa8fb1981;
        const NAME: &'static str = "updates.differenceSlice";
        const BARE: u32 = skip::BARE | 2139;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let new_messages = r.seq()?;
            let new_encrypted_messages = r.seq()?;
            let other_updates = r.seq()?;
            let chats = r.seq()?;
            let users = r.seq()?;
            let intermediate_state = <types::UpdatesState>::read(r)?;
            Ok(UpdatesDifferenceSlice { new_messages, new_encrypted_messages, other_updates, chats, users, intermediate_state })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.new_messages);
            s.seq(&self.new_encrypted_messages);
            s.seq(&self.other_updates);
            s.seq(&self.chats);
            s.seq(&self.users);
            self.intermediate_state.write(s);
        }
    }

    impl<'a> Decode<'a> for UpdatesDifferenceSlice<'a> {
        const CODE: u32 = skip::BOXED | 667;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UpdatesDifferenceSlice<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `updates.differenceTooLong#4afe8f6d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesDifferenceTooLong {
        pub pts: i32,
    }

    impl UpdatesDifferenceTooLong {
        pub const ID: u32 = 0x4afe8f6d;
    }

    impl<'a> Constructor<'a> for UpdatesDifferenceTooLong {
        const ID: u32 = 0x4afe8f6d;
        const NAME: &'static str = "updates.differenceTooLong";
        const BARE: u32 = skip::BARE | 2137;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let pts = r.i32()?;
            Ok(UpdatesDifferenceTooLong { pts })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.pts);
        }
    }

    impl<'a> Decode<'a> for UpdatesDifferenceTooLong {
        const CODE: u32 = skip::BOXED | 667;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for UpdatesDifferenceTooLong {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `encryptedMessageService#23734b06`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct EncryptedMessageService<'a> {
        pub random_id: i64,
        pub chat_id: i32,
        pub date: i32,
        pub bytes: &'a [u8],
    }

    impl<'a> EncryptedMessageService<'a> {
        pub const ID: u32 = 0x23734b06;
    }

    impl<'a> Constructor<'a> for EncryptedMessageService<'a> {
        const ID: u32 = 0x23734b06;
        const NAME: &'static str = "encryptedMessageService";
        const BARE: u32 = skip::BARE | 316;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let random_id = r.i64()?;
            let chat_id = r.i32()?;
            let date = r.i32()?;
            let bytes = r.bytes()?;
            Ok(EncryptedMessageService { random_id, chat_id, date, bytes })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.random_id);
            s.i32(self.chat_id);
            s.i32(self.date);
            s.bytes(self.bytes);
        }
    }

    impl<'a> Decode<'a> for EncryptedMessageService<'a> {
        const CODE: u32 = skip::BOXED | 102;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for EncryptedMessageService<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messages.affectedMessages#84d19185`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessagesAffectedMessages {
        pub pts: i32,
        pub pts_count: i32,
    }

    impl MessagesAffectedMessages {
        pub const ID: u32 = 0x84d19185;
    }

    impl<'a> Constructor<'a> for MessagesAffectedMessages {
        const ID: u32 = 0x84d19185;
        const NAME: &'static str = "messages.affectedMessages";
        const BARE: u32 = skip::BARE | 1912;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let pts = r.i32()?;
            let pts_count = r.i32()?;
            Ok(MessagesAffectedMessages { pts, pts_count })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.pts);
            s.i32(self.pts_count);
        }
    }

    impl<'a> Decode<'a> for MessagesAffectedMessages {
        const CODE: u32 = skip::BOXED | 531;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessagesAffectedMessages {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageEmpty#90a6ca84`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageEmpty {
        pub id: i32,
        pub peer_id: Option<enums::Peer>,
    }

    impl MessageEmpty {
        pub const ID: u32 = 0x90a6ca84;
    }

    impl<'a> Constructor<'a> for MessageEmpty {
        const ID: u32 = 0x90a6ca84;
        const NAME: &'static str = "messageEmpty";
        const BARE: u32 = skip::BARE | 718;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i32()?;
            let peer_id = if flags >> 0 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            Ok(MessageEmpty { id, peer_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.peer_id.is_some()));
            s.i32(self.id);
            if let Some(value) = self.peer_id {
                value.write(s);
            }
        }
    }

    impl<'a> Decode<'a> for MessageEmpty {
        const CODE: u32 = skip::BOXED | 215;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageService#7a800e0a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageService<'a> {
        pub out: bool,
        pub mentioned: bool,
        pub media_unread: bool,
        pub reactions_are_possible: bool,
        pub silent: bool,
        pub post: bool,
        pub legacy: bool,
        pub id: i32,
        pub from_id: Option<enums::Peer>,
        pub peer_id: enums::Peer,
        pub saved_peer_id: Option<enums::Peer>,
        pub reply_to: Option<Lazy<'a, enums::MessageReplyHeader<'a>>>,
        pub date: i32,
        pub action: Lazy<'a, enums::MessageAction<'a>>,
        pub reactions: Option<Lazy<'a, types::MessageReactions<'a>>>,
        pub ttl_period: Option<i32>,
    }

    impl<'a> MessageService<'a> {
        pub const ID: u32 = 0x7a800e0a;
    }

    impl<'a> Constructor<'a> for MessageService<'a> {
        const ID: u32 = 0x7a800e0a;
        const NAME: &'static str = "messageService";
        const BARE: u32 = skip::BARE | 717;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i32()?;
            let from_id = if flags >> 8 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let peer_id = <enums::Peer>::read(r)?;
            let saved_peer_id = if flags >> 28 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let reply_to = if flags >> 3 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let date = r.i32()?;
            let action = Lazy::read(r)?;
            let reactions = if flags >> 20 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let ttl_period = if flags >> 25 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(MessageService { out: flags >> 1 & 1 == 1, mentioned: flags >> 4 & 1 == 1, media_unread: flags >> 5 & 1 == 1, reactions_are_possible: flags >> 9 & 1 == 1, silent: flags >> 13 & 1 == 1, post: flags >> 14 & 1 == 1, legacy: flags >> 19 & 1 == 1, id, from_id, peer_id, saved_peer_id, reply_to, date, action, reactions, ttl_period })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.out) << 1 | u32::from(self.reply_to.is_some()) << 3 | u32::from(self.mentioned) << 4 | u32::from(self.media_unread) << 5 | u32::from(self.from_id.is_some()) << 8 | u32::from(self.reactions_are_possible) << 9 | u32::from(self.silent) << 13 | u32::from(self.post) << 14 | u32::from(self.legacy) << 19 | u32::from(self.reactions.is_some()) << 20 | u32::from(self.ttl_period.is_some()) << 25 | u32::from(self.saved_peer_id.is_some()) << 28);
            s.i32(self.id);
            if let Some(value) = self.from_id {
                value.write(s);
            }
            self.peer_id.write(s);
            if let Some(value) = self.saved_peer_id {
                value.write(s);
            }
            if let Some(value) = self.reply_to {
                value.write(s);
            }
            s.i32(self.date);
            self.action.write(s);
            if let Some(value) = self.reactions {
                value.write(s);
            }
            if let Some(value) = self.ttl_period {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for MessageService<'a> {
        const CODE: u32 = skip::BOXED | 215;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageService<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageActionConferenceCall#2ffe2f7a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageActionConferenceCall<'a> {
        pub missed: bool,
        pub active: bool,
        pub video: bool,
        pub call_id: i64,
        pub duration: Option<i32>,
        pub other_participants: Option<Seq<'a, enums::Peer>>,
    }

    impl<'a> MessageActionConferenceCall<'a> {
        pub const ID: u32 = 0x2ffe2f7a;
    }

    impl<'a> Constructor<'a> for MessageActionConferenceCall<'a> {
        const ID: u32 = 0x2ffe2f7a;
        const NAME: &'static str = "messageActionConferenceCall";
        const BARE: u32 = skip::BARE | 735;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let call_id = r.i64()?;
            let duration = if flags >> 2 & 1 == 1 { Some(r.i32()?) } else { None };
            let other_participants = if flags >> 3 & 1 == 1 { Some(r.seq()?) } else { None };
            Ok(MessageActionConferenceCall { missed: flags >> 0 & 1 == 1, active: flags >> 1 & 1 == 1, video: flags >> 4 & 1 == 1, call_id, duration, other_participants })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.missed) | u32::from(self.active) << 1 | u32::from(self.duration.is_some()) << 2 | u32::from(self.other_participants.is_some()) << 3 | u32::from(self.video) << 4);
            s.i64(self.call_id);
            if let Some(value) = self.duration {
                s.i32(value);
            }
            if let Some(value) = self.other_participants {
                s.seq(&value);
            }
        }
    }

    impl<'a> Decode<'a> for MessageActionConferenceCall<'a> {
        const CODE: u32 = skip::BOXED | 216;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageActionConferenceCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageActionEmpty#b6aef7b0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageActionEmpty;

    impl MessageActionEmpty {
        pub const ID: u32 = 0xb6aef7b0;
    }

    impl<'a> Constructor<'a> for MessageActionEmpty {
        const ID: u32 = 0xb6aef7b0;
        const NAME: &'static str = "messageActionEmpty";
        const BARE: u32 = skip::BARE | 796;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(MessageActionEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for MessageActionEmpty {
        const CODE: u32 = skip::BOXED | 216;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageActionEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageActionGroupCall#7a0d7f42`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageActionGroupCall<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub duration: Option<i32>,
    }

    impl<'a> MessageActionGroupCall<'a> {
        pub const ID: u32 = 0x7a0d7f42;
    }

    impl<'a> Constructor<'a> for MessageActionGroupCall<'a> {
        const ID: u32 = 0x7a0d7f42;
        const NAME: &'static str = "messageActionGroupCall";
        const BARE: u32 = skip::BARE | 761;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let duration = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(MessageActionGroupCall { call, duration })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.duration.is_some()));
            self.call.write(s);
            if let Some(value) = self.duration {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for MessageActionGroupCall<'a> {
        const CODE: u32 = skip::BOXED | 216;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageActionGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageActionGroupCallScheduled#b3a07661`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageActionGroupCallScheduled<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub schedule_date: i32,
    }

    impl<'a> MessageActionGroupCallScheduled<'a> {
        pub const ID: u32 = 0xb3a07661;
    }

    impl<'a> Constructor<'a> for MessageActionGroupCallScheduled<'a> {
        const ID: u32 = 0xb3a07661;
        const NAME: &'static str = "messageActionGroupCallScheduled";
        const BARE: u32 = skip::BARE | 793;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let schedule_date = r.i32()?;
            Ok(MessageActionGroupCallScheduled { call, schedule_date })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.call.write(s);
            s.i32(self.schedule_date);
        }
    }

    impl<'a> Decode<'a> for MessageActionGroupCallScheduled<'a> {
        const CODE: u32 = skip::BOXED | 216;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageActionGroupCallScheduled<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageActionInviteToGroupCall#502f92f7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageActionInviteToGroupCall<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub users: Seq<'a, i64>,
    }

    impl<'a> MessageActionInviteToGroupCall<'a> {
        pub const ID: u32 = 0x502f92f7;
    }

    impl<'a> Constructor<'a> for MessageActionInviteToGroupCall<'a> {
        const ID: u32 = 0x502f92f7;
        const NAME: &'static str = "messageActionInviteToGroupCall";
        const BARE: u32 = skip::BARE | 750;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let users = r.seq()?;
            Ok(MessageActionInviteToGroupCall { call, users })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.call.write(s);
            s.seq(&self.users);
        }
    }

    impl<'a> Decode<'a> for MessageActionInviteToGroupCall<'a> {
        const CODE: u32 = skip::BOXED | 216;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageActionInviteToGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageActionPhoneCall#80e11a7f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageActionPhoneCall<'a> {
        pub video: bool,
        pub call_id: i64,
        pub reason: Option<enums::PhoneCallDiscardReason<'a>>,
        pub duration: Option<i32>,
    }

    impl<'a> MessageActionPhoneCall<'a> {
        pub const ID: u32 = 0x80e11a7f;
    }

    impl<'a> Constructor<'a> for MessageActionPhoneCall<'a> {
        const ID: u32 = 0x80e11a7f;
        const NAME: &'static str = "messageActionPhoneCall";
        const BARE: u32 = skip::BARE | 764;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let call_id = r.i64()?;
            let reason = if flags >> 0 & 1 == 1 { Some(<enums::PhoneCallDiscardReason<'_>>::read(r)?) } else { None };
            let duration = if flags >> 1 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(MessageActionPhoneCall { video: flags >> 2 & 1 == 1, call_id, reason, duration })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.reason.is_some()) | u32::from(self.duration.is_some()) << 1 | u32::from(self.video) << 2);
            s.i64(self.call_id);
            if let Some(value) = self.reason {
                value.write(s);
            }
            if let Some(value) = self.duration {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for MessageActionPhoneCall<'a> {
        const CODE: u32 = skip::BOXED | 216;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageActionPhoneCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageMediaEmpty#3ded6320`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageMediaEmpty;

    impl MessageMediaEmpty {
        pub const ID: u32 = 0x3ded6320;
    }

    impl<'a> Constructor<'a> for MessageMediaEmpty {
        const ID: u32 = 0x3ded6320;
        const NAME: &'static str = "messageMediaEmpty";
        const BARE: u32 = skip::BARE | 861;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(MessageMediaEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for MessageMediaEmpty {
        const CODE: u32 = skip::BOXED | 221;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageMediaEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageMediaVideoStream#ca5cab89`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageMediaVideoStream<'a> {
        pub rtmp_stream: bool,
        pub call: enums::InputGroupCall<'a>,
    }

    impl<'a> MessageMediaVideoStream<'a> {
        pub const ID: u32 = 0xca5cab89;
    }

    impl<'a> Constructor<'a> for MessageMediaVideoStream<'a> {
        const ID: u32 = 0xca5cab89;
        const NAME: &'static str = "messageMediaVideoStream";
        const BARE: u32 = skip::BARE | 880;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            Ok(MessageMediaVideoStream { rtmp_stream: flags >> 0 & 1 == 1, call })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.rtmp_stream));
            self.call.write(s);
        }
    }

    impl<'a> Decode<'a> for MessageMediaVideoStream<'a> {
        const CODE: u32 = skip::BOXED | 221;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageMediaVideoStream<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageReplyHeader#6917560b`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageReplyHeader<'a> {
        pub reply_to_scheduled: bool,
        pub forum_topic: bool,
        pub quote: bool,
        pub reply_to_msg_id: Option<i32>,
        pub reply_to_peer_id: Option<enums::Peer>,
        pub reply_from: Option<Lazy<'a, types::MessageFwdHeader<'a>>>,
        pub reply_media: Option<Lazy<'a, enums::MessageMedia<'a>>>,
        pub reply_to_top_id: Option<i32>,
        pub quote_text: Option<&'a [u8]>,
        pub quote_entities: Option<Seq<'a, enums::MessageEntity<'a>>>,
        pub quote_offset: Option<i32>,
        pub todo_item_id: Option<i32>,
    }

    impl<'a> MessageReplyHeader<'a> {
        pub const ID: u32 = 0x6917560b;
    }

    impl<'a> Constructor<'a> for MessageReplyHeader<'a> {
        const ID: u32 = 0x6917560b;
        const NAME: &'static str = "messageReplyHeader";
        const BARE: u32 = skip::BARE | 901;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let reply_to_msg_id = if flags >> 4 & 1 == 1 { Some(r.i32()?) } else { None };
            let reply_to_peer_id = if flags >> 0 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let reply_from = if flags >> 5 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let reply_media = if flags >> 8 & 1 == 1 { Some(Lazy::read(r)?) } else { None };
            let reply_to_top_id = if flags >> 1 & 1 == 1 { Some(r.i32()?) } else { None };
            let quote_text = if flags >> 6 & 1 == 1 { Some(r.bytes()?) } else { None };
            let quote_entities = if flags >> 7 & 1 == 1 { Some(r.seq()?) } else { None };
            let quote_offset = if flags >> 10 & 1 == 1 { Some(r.i32()?) } else { None };
            let todo_item_id = if flags >> 11 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(MessageReplyHeader { reply_to_scheduled: flags >> 2 & 1 == 1, forum_topic: flags >> 3 & 1 == 1, quote: flags >> 9 & 1 == 1, reply_to_msg_id, reply_to_peer_id, reply_from, reply_media, reply_to_top_id, quote_text, quote_entities, quote_offset, todo_item_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.reply_to_peer_id.is_some()) | u32::from(self.reply_to_top_id.is_some()) << 1 | u32::from(self.reply_to_scheduled) << 2 | u32::from(self.forum_topic) << 3 | u32::from(self.reply_to_msg_id.is_some()) << 4 | u32::from(self.reply_from.is_some()) << 5 | u32::from(self.quote_text.is_some()) << 6 | u32::from(self.quote_entities.is_some()) << 7 | u32::from(self.reply_media.is_some()) << 8 | u32::from(self.quote) << 9 | u32::from(self.quote_offset.is_some()) << 10 | u32::from(self.todo_item_id.is_some()) << 11);
            if let Some(value) = self.reply_to_msg_id {
                s.i32(value);
            }
            if let Some(value) = self.reply_to_peer_id {
                value.write(s);
            }
            if let Some(value) = self.reply_from {
                value.write(s);
            }
            if let Some(value) = self.reply_media {
                value.write(s);
            }
            if let Some(value) = self.reply_to_top_id {
                s.i32(value);
            }
            if let Some(value) = self.quote_text {
                s.bytes(value);
            }
            if let Some(value) = self.quote_entities {
                s.seq(&value);
            }
            if let Some(value) = self.quote_offset {
                s.i32(value);
            }
            if let Some(value) = self.todo_item_id {
                s.i32(value);
            }
        }
    }

    impl<'a> Decode<'a> for MessageReplyHeader<'a> {
        const CODE: u32 = skip::BOXED | 228;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageReplyHeader<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageReplyStoryHeader#0e5af939`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageReplyStoryHeader {
        pub peer: enums::Peer,
        pub story_id: i32,
    }

    impl MessageReplyStoryHeader {
        pub const ID: u32 = 0x0e5af939;
    }

    impl<'a> Constructor<'a> for MessageReplyStoryHeader {
        const ID: u32 = 0x0e5af939;
        const NAME: &'static str = "messageReplyStoryHeader";
        const BARE: u32 = skip::BARE | 899;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let peer = <enums::Peer>::read(r)?;
            let story_id = r.i32()?;
            Ok(MessageReplyStoryHeader { peer, story_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.peer.write(s);
            s.i32(self.story_id);
        }
    }

    impl<'a> Decode<'a> for MessageReplyStoryHeader {
        const CODE: u32 = skip::BOXED | 228;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageReplyStoryHeader {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// The fields of `messageFwdHeader` that come and go with bit 4 of its flags.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct SavedFrom {
        pub saved_from_peer: enums::Peer,
        pub saved_from_msg_id: i32,
    }

    /// `messageFwdHeader#4e4df4bb`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageFwdHeader<'a> {
        pub imported: bool,
        pub saved_out: bool,
        pub from_id: Option<enums::Peer>,
        pub from_name: Option<&'a [u8]>,
        pub date: i32,
        pub channel_post: Option<i32>,
        pub post_author: Option<&'a [u8]>,
        pub saved_from: Option<SavedFrom>,
        pub saved_from_id: Option<enums::Peer>,
        pub saved_from_name: Option<&'a [u8]>,
        pub saved_date: Option<i32>,
        pub psa_type: Option<&'a [u8]>,
    }

    impl<'a> MessageFwdHeader<'a> {
        pub const ID: u32 = 0x4e4df4bb;
    }

    impl<'a> MessageFwdHeader<'a> {
        /// `messageFwdHeader#5f777dce`, of layers 151 to 172.
        pub(super) fn read_5f777dce(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let from_id = if flags >> 0 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let from_name = if flags >> 5 & 1 == 1 { Some(r.bytes()?) } else { None };
            let date = r.i32()?;
            let channel_post = if flags >> 2 & 1 == 1 { Some(r.i32()?) } else { None };
            let post_author = if flags >> 3 & 1 == 1 { Some(r.bytes()?) } else { None };
            let saved_from = if flags >> 4 & 1 == 1 { Some(SavedFrom { saved_from_peer: <enums::Peer>::read(r)?, saved_from_msg_id: r.i32()? }) } else { None };
            let psa_type = if flags >> 6 & 1 == 1 { Some(r.bytes()?) } else { None };
            Ok(MessageFwdHeader { imported: flags >> 7 & 1 == 1, saved_out: false, from_id, from_name, date, channel_post, post_author, saved_from, saved_from_id: None, saved_from_name: None, saved_date: None, psa_type })
        }
    }

    impl<'a> Constructor<'a> for MessageFwdHeader<'a> {
        const ID: u32 = 0x4e4df4bb;
        const NAME: &'static str = "messageFwdHeader";
        const BARE: u32 = skip::BARE | 856;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let from_id = if flags >> 0 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let from_name = if flags >> 5 & 1 == 1 { Some(r.bytes()?) } else { None };
            let date = r.i32()?;
            let channel_post = if flags >> 2 & 1 == 1 { Some(r.i32()?) } else { None };
            let post_author = if flags >> 3 & 1 == 1 { Some(r.bytes()?) } else { None };
            let saved_from = if flags >> 4 & 1 == 1 { Some(SavedFrom { saved_from_peer: <enums::Peer>::read(r)?, saved_from_msg_id: r.i32()? }) } else { None };
            let saved_from_id = if flags >> 8 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let saved_from_name = if flags >> 9 & 1 == 1 { Some(r.bytes()?) } else { None };
            let saved_date = if flags >> 10 & 1 == 1 { Some(r.i32()?) } else { None };
            let psa_type = if flags >> 6 & 1 == 1 { Some(r.bytes()?) } else { None };
            Ok(MessageFwdHeader { imported: flags >> 7 & 1 == 1, saved_out: flags >> 11 & 1 == 1, from_id, from_name, date, channel_post, post_author, saved_from, saved_from_id, saved_from_name, saved_date, psa_type })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.from_id.is_some()) | u32::from(self.channel_post.is_some()) << 2 | u32::from(self.post_author.is_some()) << 3 | u32::from(self.saved_from.is_some()) << 4 | u32::from(self.from_name.is_some()) << 5 | u32::from(self.psa_type.is_some()) << 6 | u32::from(self.imported) << 7 | u32::from(self.saved_from_id.is_some()) << 8 | u32::from(self.saved_from_name.is_some()) << 9 | u32::from(self.saved_date.is_some()) << 10 | u32::from(self.saved_out) << 11);
            if let Some(value) = self.from_id {
                value.write(s);
            }
            if let Some(value) = self.from_name {
                s.bytes(value);
            }
            s.i32(self.date);
            if let Some(value) = self.channel_post {
                s.i32(value);
            }
            if let Some(value) = self.post_author {
                s.bytes(value);
            }
            if let Some(value) = self.saved_from {
                value.saved_from_peer.write(s);
                s.i32(value.saved_from_msg_id);
            }
            if let Some(value) = self.saved_from_id {
                value.write(s);
            }
            if let Some(value) = self.saved_from_name {
                s.bytes(value);
            }
            if let Some(value) = self.saved_date {
                s.i32(value);
            }
            if let Some(value) = self.psa_type {
                s.bytes(value);
            }
        }
    }

    impl<'a> Decode<'a> for MessageFwdHeader<'a> {
        const CODE: u32 = skip::BOXED | 219;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0x5f777dce => return Self::read_5f777dce(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageFwdHeader<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageReactions#0a339f0b`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageReactions<'a> {
        pub min: bool,
        pub can_see_list: bool,
        pub reactions_as_tags: bool,
        pub results: Seq<'a, types::ReactionCount<'a>>,
        pub recent_reactions: Option<Seq<'a, enums::MessagePeerReaction<'a>>>,
        pub top_reactors: Option<Seq<'a, types::MessageReactor>>,
    }

    impl<'a> MessageReactions<'a> {
        pub const ID: u32 = 0x0a339f0b;
    }

    impl<'a> MessageReactions<'a> {
        /// `messageReactions#4f2b9479`, of layers 151 to 187.
        pub(super) fn read_4f2b9479(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let results = r.seq()?;
            let recent_reactions = if flags >> 1 & 1 == 1 { Some(r.seq()?) } else { None };
            Ok(MessageReactions { min: flags >> 0 & 1 == 1, can_see_list: flags >> 2 & 1 == 1, reactions_as_tags: flags >> 3 & 1 == 1, results, recent_reactions, top_reactors: None })
        }
    }

    impl<'a> Constructor<'a> for MessageReactions<'a> {
        const ID: u32 = 0x0a339f0b;
        const NAME: &'static str = "messageReactions";
        const BARE: u32 = skip::BARE | 895;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let results = r.seq()?;
            let recent_reactions = if flags >> 1 & 1 == 1 { Some(r.seq()?) } else { None };
            let top_reactors = if flags >> 4 & 1 == 1 { Some(r.seq()?) } else { None };
            Ok(MessageReactions { min: flags >> 0 & 1 == 1, can_see_list: flags >> 2 & 1 == 1, reactions_as_tags: flags >> 3 & 1 == 1, results, recent_reactions, top_reactors })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.min) | u32::from(self.recent_reactions.is_some()) << 1 | u32::from(self.can_see_list) << 2 | u32::from(self.reactions_as_tags) << 3 | u32::from(self.top_reactors.is_some()) << 4);
            s.seq(&self.results);
            if let Some(value) = self.recent_reactions {
                s.seq(&value);
            }
            if let Some(value) = self.top_reactors {
                s.seq(&value);
            }
        }
    }

    impl<'a> Decode<'a> for MessageReactions<'a> {
        const CODE: u32 = skip::BOXED | 225;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0x4f2b9479 => return Self::read_4f2b9479(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessageReactions<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `reactionCount#a3d1cb80`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ReactionCount<'a> {
        pub chosen_order: Option<i32>,
        pub reaction: enums::Reaction<'a>,
        pub count: i32,
    }

    impl<'a> ReactionCount<'a> {
        pub const ID: u32 = 0xa3d1cb80;
    }

    impl<'a> Constructor<'a> for ReactionCount<'a> {
        const ID: u32 = 0xa3d1cb80;
        const NAME: &'static str = "reactionCount";
        const BARE: u32 = skip::BARE | 1126;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let chosen_order = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let reaction = <enums::Reaction<'_>>::read(r)?;
            let count = r.i32()?;
            Ok(ReactionCount { chosen_order, reaction, count })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.chosen_order.is_some()));
            if let Some(value) = self.chosen_order {
                s.i32(value);
            }
            self.reaction.write(s);
            s.i32(self.count);
        }
    }

    impl<'a> Decode<'a> for ReactionCount<'a> {
        const CODE: u32 = skip::BOXED | 294;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ReactionCount<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messagePeerReaction#8c79b63c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessagePeerReaction<'a> {
        pub big: bool,
        pub unread: bool,
        pub my: bool,
        pub peer_id: enums::Peer,
        pub date: i32,
        pub reaction: enums::Reaction<'a>,
    }

    impl<'a> MessagePeerReaction<'a> {
        pub const ID: u32 = 0x8c79b63c;
    }

    impl<'a> Constructor<'a> for MessagePeerReaction<'a> {
        const ID: u32 = 0x8c79b63c;
        const NAME: &'static str = "messagePeerReaction";
        const BARE: u32 = skip::BARE | 889;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let peer_id = <enums::Peer>::read(r)?;
            let date = r.i32()?;
            let reaction = <enums::Reaction<'_>>::read(r)?;
            Ok(MessagePeerReaction { big: flags >> 0 & 1 == 1, unread: flags >> 1 & 1 == 1, my: flags >> 2 & 1 == 1, peer_id, date, reaction })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.big) | u32::from(self.unread) << 1 | u32::from(self.my) << 2);
            self.peer_id.write(s);
            s.i32(self.date);
            self.reaction.write(s);
        }
    }

    impl<'a> Decode<'a> for MessagePeerReaction<'a> {
        const CODE: u32 = skip::BOXED | 222;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for MessagePeerReaction<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `messageReactor#4ba3a95a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessageReactor {
        pub top: bool,
        pub my: bool,
        pub anonymous: bool,
        pub peer_id: Option<enums::Peer>,
        pub count: i32,
    }

    impl MessageReactor {
        pub const ID: u32 = 0x4ba3a95a;
    }

    impl<'a> Constructor<'a> for MessageReactor {
        const ID: u32 = 0x4ba3a95a;
        const NAME: &'static str = "messageReactor";
        const BARE: u32 = skip::BARE | 897;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let peer_id = if flags >> 3 & 1 == 1 { Some(<enums::Peer>::read(r)?) } else { None };
            let count = r.i32()?;
            Ok(MessageReactor { top: flags >> 0 & 1 == 1, my: flags >> 1 & 1 == 1, anonymous: flags >> 2 & 1 == 1, peer_id, count })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.top) | u32::from(self.my) << 1 | u32::from(self.anonymous) << 2 | u32::from(self.peer_id.is_some()) << 3);
            if let Some(value) = self.peer_id {
                value.write(s);
            }
            s.i32(self.count);
        }
    }

    impl<'a> Decode<'a> for MessageReactor {
        const CODE: u32 = skip::BOXED | 226;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for MessageReactor {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `reactionCustomEmoji#8935fc73`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ReactionCustomEmoji {
        pub document_id: i64,
    }

    impl ReactionCustomEmoji {
        pub const ID: u32 = 0x8935fc73;
    }

    impl<'a> Constructor<'a> for ReactionCustomEmoji {
        const ID: u32 = 0x8935fc73;
        const NAME: &'static str = "reactionCustomEmoji";
        const BARE: u32 = skip::BARE | 1125;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let document_id = r.i64()?;
            Ok(ReactionCustomEmoji { document_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.document_id);
        }
    }

    impl<'a> Decode<'a> for ReactionCustomEmoji {
        const CODE: u32 = skip::BOXED | 293;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for ReactionCustomEmoji {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `reactionEmoji#1b2286b8`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ReactionEmoji<'a> {
        pub emoticon: &'a [u8],
    }

    impl<'a> ReactionEmoji<'a> {
        pub const ID: u32 = 0x1b2286b8;
    }

    impl<'a> Constructor<'a> for ReactionEmoji<'a> {
        const ID: u32 = 0x1b2286b8;
        const NAME: &'static str = "reactionEmoji";
        const BARE: u32 = skip::BARE | 1122;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let emoticon = r.bytes()?;
            Ok(ReactionEmoji { emoticon })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.emoticon);
        }
    }

    impl<'a> Decode<'a> for ReactionEmoji<'a> {
        const CODE: u32 = skip::BOXED | 293;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ReactionEmoji<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `reactionEmpty#79f5d419`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ReactionEmpty;

    impl ReactionEmpty {
        pub const ID: u32 = 0x79f5d419;
    }

    impl<'a> Constructor<'a> for ReactionEmpty {
        const ID: u32 = 0x79f5d419;
        const NAME: &'static str = "reactionEmpty";
        const BARE: u32 = skip::BARE | 1124;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(ReactionEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for ReactionEmpty {
        const CODE: u32 = skip::BOXED | 293;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for ReactionEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `reactionPaid#523da4eb`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ReactionPaid;

    impl ReactionPaid {
        pub const ID: u32 = 0x523da4eb;
    }

    impl<'a> Constructor<'a> for ReactionPaid {
        const ID: u32 = 0x523da4eb;
        const NAME: &'static str = "reactionPaid";
        const BARE: u32 = skip::BARE | 1123;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(ReactionPaid)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for ReactionPaid {
        const CODE: u32 = skip::BOXED | 293;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for ReactionPaid {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputFile#f52ff27f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputFile<'a> {
        pub id: i64,
        pub parts: i32,
        pub name: &'a [u8],
        pub md5_checksum: &'a [u8],
    }

    impl<'a> InputFile<'a> {
        pub const ID: u32 = 0xf52ff27f;
    }

    impl<'a> Constructor<'a> for InputFile<'a> {
        const ID: u32 = 0xf52ff27f;
        const NAME: &'static str = "inputFile";
        const BARE: u32 = skip::BARE | 434;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            let parts = r.i32()?;
            let name = r.bytes()?;
            let md5_checksum = r.bytes()?;
            Ok(InputFile { id, parts, name, md5_checksum })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
            s.i32(self.parts);
            s.bytes(self.name);
            s.bytes(self.md5_checksum);
        }
    }

    impl<'a> Decode<'a> for InputFile<'a> {
        const CODE: u32 = skip::BOXED | 157;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputFile<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputFileBig#fa4f0bb5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputFileBig<'a> {
        pub id: i64,
        pub parts: i32,
        pub name: &'a [u8],
    }

    impl<'a> InputFileBig<'a> {
        pub const ID: u32 = 0xfa4f0bb5;
    }

    impl<'a> Constructor<'a> for InputFileBig<'a> {
        const ID: u32 = 0xfa4f0bb5;
        const NAME: &'static str = "inputFileBig";
        const BARE: u32 = skip::BARE | 435;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            let parts = r.i32()?;
            let name = r.bytes()?;
            Ok(InputFileBig { id, parts, name })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
            s.i32(self.parts);
            s.bytes(self.name);
        }
    }

    impl<'a> Decode<'a> for InputFileBig<'a> {
        const CODE: u32 = skip::BOXED | 157;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputFileBig<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputFileStoryDocument#62dc8b48`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputFileStoryDocument<'a> {
        pub id: enums::InputDocument<'a>,
    }

    impl<'a> InputFileStoryDocument<'a> {
        pub const ID: u32 = 0x62dc8b48;
    }

    impl<'a> Constructor<'a> for InputFileStoryDocument<'a> {
        const ID: u32 = 0x62dc8b48;
        const NAME: &'static str = "inputFileStoryDocument";
        const BARE: u32 = skip::BARE | 433;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = <enums::InputDocument<'_>>::read(r)?;
            Ok(InputFileStoryDocument { id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.id.write(s);
        }
    }

    impl<'a> Decode<'a> for InputFileStoryDocument<'a> {
        const CODE: u32 = skip::BOXED | 157;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputFileStoryDocument<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputDocument#1abfb575`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputDocument<'a> {
        pub id: i64,
        pub access_hash: i64,
        pub file_reference: &'a [u8],
    }

    impl<'a> InputDocument<'a> {
        pub const ID: u32 = 0x1abfb575;
    }

    impl<'a> Constructor<'a> for InputDocument<'a> {
        const ID: u32 = 0x1abfb575;
        const NAME: &'static str = "inputDocument";
        const BARE: u32 = skip::BARE | 426;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let id = r.i64()?;
            let access_hash = r.i64()?;
            let file_reference = r.bytes()?;
            Ok(InputDocument { id, access_hash, file_reference })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.id);
            s.i64(self.access_hash);
            s.bytes(self.file_reference);
        }
    }

    impl<'a> Decode<'a> for InputDocument<'a> {
        const CODE: u32 = skip::BOXED | 154;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputDocument<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputDocumentEmpty#72f0eaae`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputDocumentEmpty;

    impl InputDocumentEmpty {
        pub const ID: u32 = 0x72f0eaae;
    }

    impl<'a> Constructor<'a> for InputDocumentEmpty {
        const ID: u32 = 0x72f0eaae;
        const NAME: &'static str = "inputDocumentEmpty";
        const BARE: u32 = skip::BARE | 427;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(InputDocumentEmpty)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for InputDocumentEmpty {
        const CODE: u32 = skip::BOXED | 154;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for InputDocumentEmpty {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// The fields of `inputGroupCallStream` that come and go with bit 0 of its flags.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StreamVideo {
        pub video_channel: i32,
        pub video_quality: i32,
    }

    /// `inputGroupCallStream#0598a92a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputGroupCallStream<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub time_ms: i64,
        pub scale: i32,
        pub video: Option<StreamVideo>,
    }

    impl<'a> InputGroupCallStream<'a> {
        pub const ID: u32 = 0x0598a92a;
    }

    impl<'a> Constructor<'a> for InputGroupCallStream<'a> {
        const ID: u32 = 0x0598a92a;
        const NAME: &'static str = "inputGroupCallStream";
        const BARE: u32 = skip::BARE | 436;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let time_ms = r.i64()?;
            let scale = r.i32()?;
            let video = if flags >> 0 & 1 == 1 { Some(StreamVideo { video_channel: r.i32()?, video_quality: r.i32()? }) } else { None };
            Ok(InputGroupCallStream { call, time_ms, scale, video })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.video.is_some()));
            self.call.write(s);
            s.i64(self.time_ms);
            s.i32(self.scale);
            if let Some(value) = self.video {
                s.i32(value.video_channel);
                s.i32(value.video_quality);
            }
        }
    }

    impl<'a> Decode<'a> for InputGroupCallStream<'a> {
        const CODE: u32 = skip::BOXED | 158;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputGroupCallStream<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `upload.file#096a18d5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UploadFile<'a> {
        pub type_: enums::StorageFileType,
        pub mtime: i32,
        pub bytes: &'a [u8],
    }

    impl<'a> UploadFile<'a> {
        pub const ID: u32 = 0x096a18d5;
    }

    impl<'a> Constructor<'a> for UploadFile<'a> {
        const ID: u32 = 0x096a18d5;
        const NAME: &'static str = "upload.file";
        const BARE: u32 = skip::BARE | 2143;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let type_ = <enums::StorageFileType>::read(r)?;
            let mtime = r.i32()?;
            let bytes = r.bytes()?;
            Ok(UploadFile { type_, mtime, bytes })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.type_.write(s);
            s.i32(self.mtime);
            s.bytes(self.bytes);
        }
    }

    impl<'a> Decode<'a> for UploadFile<'a> {
        const CODE: u32 = skip::BOXED | 670;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UploadFile<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `upload.fileCdnRedirect#f18cda44`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UploadFileCdnRedirect<'a> {
        pub dc_id: i32,
        pub file_token: &'a [u8],
        pub encryption_key: &'a [u8],
        pub encryption_iv: &'a [u8],
        pub file_hashes: Seq<'a, types::FileHash<'a>>,
    }

    impl<'a> UploadFileCdnRedirect<'a> {
        pub const ID: u32 = 0xf18cda44;
    }

    impl<'a> Constructor<'a> for UploadFileCdnRedirect<'a> {
        const ID: u32 = 0xf18cda44;
        const NAME: &'static str = "upload.fileCdnRedirect";
        const BARE: u32 = skip::BARE | 2144;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let dc_id = r.i32()?;
            let file_token = r.bytes()?;
            let encryption_key = r.bytes()?;
            let encryption_iv = r.bytes()?;
            let file_hashes = r.seq()?;
            Ok(UploadFileCdnRedirect { dc_id, file_token, encryption_key, encryption_iv, file_hashes })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.dc_id);
            s.bytes(self.file_token);
            s.bytes(self.encryption_key);
            s.bytes(self.encryption_iv);
            s.seq(&self.file_hashes);
        }
    }

    impl<'a> Decode<'a> for UploadFileCdnRedirect<'a> {
        const CODE: u32 = skip::BOXED | 670;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for UploadFileCdnRedirect<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.fileGif#cae1aadf`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFileGif;

    impl StorageFileGif {
        pub const ID: u32 = 0xcae1aadf;
    }

    impl<'a> Constructor<'a> for StorageFileGif {
        const ID: u32 = 0xcae1aadf;
        const NAME: &'static str = "storage.fileGif";
        const BARE: u32 = skip::BARE | 2106;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFileGif)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFileGif {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFileGif {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.fileJpeg#007efe0e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFileJpeg;

    impl StorageFileJpeg {
        pub const ID: u32 = 0x007efe0e;
    }

    impl<'a> Constructor<'a> for StorageFileJpeg {
        const ID: u32 = 0x007efe0e;
        const NAME: &'static str = "storage.fileJpeg";
        const BARE: u32 = skip::BARE | 2097;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFileJpeg)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFileJpeg {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFileJpeg {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.fileMov#4b09ebbc`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFileMov;

    impl StorageFileMov {
        pub const ID: u32 = 0x4b09ebbc;
    }

    impl<'a> Constructor<'a> for StorageFileMov {
        const ID: u32 = 0x4b09ebbc;
        const NAME: &'static str = "storage.fileMov";
        const BARE: u32 = skip::BARE | 2101;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFileMov)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFileMov {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFileMov {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.fileMp3#528a0677`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFileMp3;

    impl StorageFileMp3 {
        pub const ID: u32 = 0x528a0677;
    }

    impl<'a> Constructor<'a> for StorageFileMp3 {
        const ID: u32 = 0x528a0677;
        const NAME: &'static str = "storage.fileMp3";
        const BARE: u32 = skip::BARE | 2102;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFileMp3)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFileMp3 {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFileMp3 {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.fileMp4#b3cea0e4`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFileMp4;

    impl StorageFileMp4 {
        pub const ID: u32 = 0xb3cea0e4;
    }

    impl<'a> Constructor<'a> for StorageFileMp4 {
        const ID: u32 = 0xb3cea0e4;
        const NAME: &'static str = "storage.fileMp4";
        const BARE: u32 = skip::BARE | 2105;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFileMp4)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFileMp4 {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFileMp4 {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.filePartial#40bc6f52`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFilePartial;

    impl StorageFilePartial {
        pub const ID: u32 = 0x40bc6f52;
    }

    impl<'a> Constructor<'a> for StorageFilePartial {
        const ID: u32 = 0x40bc6f52;
        const NAME: &'static str = "storage.filePartial";
        const BARE: u32 = skip::BARE | 2100;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFilePartial)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFilePartial {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFilePartial {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.filePdf#ae1e508d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFilePdf;

    impl StorageFilePdf {
        pub const ID: u32 = 0xae1e508d;
    }

    impl<'a> Constructor<'a> for StorageFilePdf {
        const ID: u32 = 0xae1e508d;
        const NAME: &'static str = "storage.filePdf";
        const BARE: u32 = skip::BARE | 2104;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFilePdf)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFilePdf {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFilePdf {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.filePng#0a4f63c0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFilePng;

    impl StorageFilePng {
        pub const ID: u32 = 0x0a4f63c0;
    }

    impl<'a> Constructor<'a> for StorageFilePng {
        const ID: u32 = 0x0a4f63c0;
        const NAME: &'static str = "storage.filePng";
        const BARE: u32 = skip::BARE | 2098;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFilePng)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFilePng {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFilePng {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.fileUnknown#aa963b05`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFileUnknown;

    impl StorageFileUnknown {
        pub const ID: u32 = 0xaa963b05;
    }

    impl<'a> Constructor<'a> for StorageFileUnknown {
        const ID: u32 = 0xaa963b05;
        const NAME: &'static str = "storage.fileUnknown";
        const BARE: u32 = skip::BARE | 2103;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFileUnknown)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFileUnknown {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFileUnknown {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `storage.fileWebp#1081464c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct StorageFileWebp;

    impl StorageFileWebp {
        pub const ID: u32 = 0x1081464c;
    }

    impl<'a> Constructor<'a> for StorageFileWebp {
        const ID: u32 = 0x1081464c;
        const NAME: &'static str = "storage.fileWebp";
        const BARE: u32 = skip::BARE | 2099;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(StorageFileWebp)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for StorageFileWebp {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for StorageFileWebp {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `fileHash#f39b035c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct FileHash<'a> {
        pub offset: i64,
        pub limit: i32,
        pub hash: &'a [u8],
    }

    impl<'a> FileHash<'a> {
        pub const ID: u32 = 0xf39b035c;
    }

    impl<'a> Constructor<'a> for FileHash<'a> {
        const ID: u32 = 0xf39b035c;
        const NAME: &'static str = "fileHash";
        const BARE: u32 = skip::BARE | 328;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let offset = r.i64()?;
            let limit = r.i32()?;
            let hash = r.bytes()?;
            Ok(FileHash { offset, limit, hash })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.offset);
            s.i32(self.limit);
            s.bytes(self.hash);
        }
    }

    impl<'a> Decode<'a> for FileHash<'a> {
        const CODE: u32 = skip::BOXED | 111;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for FileHash<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// The fields of `config` that come and go with bit 2 of its flags.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct LangPack<'a> {
        pub suggested_lang_code: &'a [u8],
        pub lang_pack_version: i32,
        pub base_lang_pack_version: i32,
    }

    /// `config#cc1a241e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Config<'a> {
        pub default_p2p_contacts: bool,
        pub preload_featured_stickers: bool,
        pub revoke_pm_inbox: bool,
        pub blocked_mode: bool,
        pub force_try_ipv6: bool,
        pub date: i32,
        pub expires: i32,
        pub test_mode: bool,
        pub this_dc: i32,
        pub dc_options: Seq<'a, types::DcOption<'a>>,
        pub dc_txt_domain_name: &'a [u8],
        pub chat_size_max: i32,
        pub megagroup_size_max: i32,
        pub forwarded_count_max: i32,
        pub online_update_period_ms: i32,
        pub offline_blur_timeout_ms: i32,
        pub offline_idle_timeout_ms: i32,
        pub online_cloud_timeout_ms: i32,
        pub notify_cloud_delay_ms: i32,
        pub notify_default_delay_ms: i32,
        pub push_chat_period_ms: i32,
        pub push_chat_limit: i32,
        pub edit_time_limit: i32,
        pub revoke_time_limit: i32,
        pub revoke_pm_time_limit: i32,
        pub rating_e_decay: i32,
        pub stickers_recent_limit: i32,
        pub channels_read_media_period: i32,
        pub tmp_sessions: Option<i32>,
        pub call_receive_timeout_ms: i32,
        pub call_ring_timeout_ms: i32,
        pub call_connect_timeout_ms: i32,
        pub call_packet_timeout_ms: i32,
        pub me_url_prefix: &'a [u8],
        pub autoupdate_url_prefix: Option<&'a [u8]>,
        pub gif_search_username: Option<&'a [u8]>,
        pub venue_search_username: Option<&'a [u8]>,
        pub img_search_username: Option<&'a [u8]>,
        pub static_maps_provider: Option<&'a [u8]>,
        pub caption_length_max: i32,
        pub message_length_max: i32,
        pub webfile_dc_id: i32,
        pub lang_pack: Option<LangPack<'a>>,
        pub reactions_default: Option<enums::Reaction<'a>>,
        pub autologin_token: Option<&'a [u8]>,
    }

    impl<'a> Config<'a> {
        pub const ID: u32 = 0xcc1a241e;
    }

    impl<'a> Config<'a> {
        /// `config#232566ac`, of layers 151 to 154.
        pub(super) fn read_232566ac(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let date = r.i32()?;
            let expires = r.i32()?;
            let test_mode = r.bool()?;
            let this_dc = r.i32()?;
            let dc_options = r.seq()?;
            let dc_txt_domain_name = r.bytes()?;
            let chat_size_max = r.i32()?;
            let megagroup_size_max = r.i32()?;
            let forwarded_count_max = r.i32()?;
            let online_update_period_ms = r.i32()?;
            let offline_blur_timeout_ms = r.i32()?;
            let offline_idle_timeout_ms = r.i32()?;
            let online_cloud_timeout_ms = r.i32()?;
            let notify_cloud_delay_ms = r.i32()?;
            let notify_default_delay_ms = r.i32()?;
            let push_chat_period_ms = r.i32()?;
            let push_chat_limit = r.i32()?;
            let saved_gifs_limit = r.i32()?;
            let edit_time_limit = r.i32()?;
            let revoke_time_limit = r.i32()?;
            let revoke_pm_time_limit = r.i32()?;
            let rating_e_decay = r.i32()?;
            let stickers_recent_limit = r.i32()?;
            let stickers_faved_limit = r.i32()?;
            let channels_read_media_period = r.i32()?;
            let tmp_sessions = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let pinned_dialogs_count_max = r.i32()?;
            let pinned_infolder_count_max = r.i32()?;
            let call_receive_timeout_ms = r.i32()?;
            let call_ring_timeout_ms = r.i32()?;
            let call_connect_timeout_ms = r.i32()?;
            let call_packet_timeout_ms = r.i32()?;
            let me_url_prefix = r.bytes()?;
            let autoupdate_url_prefix = if flags >> 7 & 1 == 1 { Some(r.bytes()?) } else { None };
            let gif_search_username = if flags >> 9 & 1 == 1 { Some(r.bytes()?) } else { None };
            let venue_search_username = if flags >> 10 & 1 == 1 { Some(r.bytes()?) } else { None };
            let img_search_username = if flags >> 11 & 1 == 1 { Some(r.bytes()?) } else { None };
            let static_maps_provider = if flags >> 12 & 1 == 1 { Some(r.bytes()?) } else { None };
            let caption_length_max = r.i32()?;
            let message_length_max = r.i32()?;
            let webfile_dc_id = r.i32()?;
            let lang_pack = if flags >> 2 & 1 == 1 { Some(LangPack { suggested_lang_code: r.bytes()?, lang_pack_version: r.i32()?, base_lang_pack_version: r.i32()? }) } else { None };
            let reactions_default = if flags >> 15 & 1 == 1 { Some(<enums::Reaction<'_>>::read(r)?) } else { None };
            Ok(Config { default_p2p_contacts: flags >> 3 & 1 == 1, preload_featured_stickers: flags >> 4 & 1 == 1, revoke_pm_inbox: flags >> 6 & 1 == 1, blocked_mode: flags >> 8 & 1 == 1, force_try_ipv6: flags >> 14 & 1 == 1, date, expires, test_mode, this_dc, dc_options, dc_txt_domain_name, chat_size_max, megagroup_size_max, forwarded_count_max, online_update_period_ms, offline_blur_timeout_ms, offline_idle_timeout_ms, online_cloud_timeout_ms, notify_cloud_delay_ms, notify_default_delay_ms, push_chat_period_ms, push_chat_limit, edit_time_limit, revoke_time_limit, revoke_pm_time_limit, rating_e_decay, stickers_recent_limit, channels_read_media_period, tmp_sessions, call_receive_timeout_ms, call_ring_timeout_ms, call_connect_timeout_ms, call_packet_timeout_ms, me_url_prefix, autoupdate_url_prefix, gif_search_username, venue_search_username, img_search_username, static_maps_provider, caption_length_max, message_length_max, webfile_dc_id, lang_pack, reactions_default, autologin_token: None })
        }
    }

    impl<'a> Constructor<'a> for Config<'a> {
        const ID: u32 = 0xcc1a241e;
        const NAME: &'static str = "config";
        const BARE: u32 = skip::BARE | 239;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let date = r.i32()?;
            let expires = r.i32()?;
            let test_mode = r.bool()?;
            let this_dc = r.i32()?;
            let dc_options = r.seq()?;
            let dc_txt_domain_name = r.bytes()?;
            let chat_size_max = r.i32()?;
            let megagroup_size_max = r.i32()?;
            let forwarded_count_max = r.i32()?;
            let online_update_period_ms = r.i32()?;
            let offline_blur_timeout_ms = r.i32()?;
            let offline_idle_timeout_ms = r.i32()?;
            let online_cloud_timeout_ms = r.i32()?;
            let notify_cloud_delay_ms = r.i32()?;
            let notify_default_delay_ms = r.i32()?;
            let push_chat_period_ms = r.i32()?;
            let push_chat_limit = r.i32()?;
            let edit_time_limit = r.i32()?;
            let revoke_time_limit = r.i32()?;
            let revoke_pm_time_limit = r.i32()?;
            let rating_e_decay = r.i32()?;
            let stickers_recent_limit = r.i32()?;
            let channels_read_media_period = r.i32()?;
            let tmp_sessions = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let call_receive_timeout_ms = r.i32()?;
            let call_ring_timeout_ms = r.i32()?;
            let call_connect_timeout_ms = r.i32()?;
            let call_packet_timeout_ms = r.i32()?;
            let me_url_prefix = r.bytes()?;
            let autoupdate_url_prefix = if flags >> 7 & 1 == 1 { Some(r.bytes()?) } else { None };
            let gif_search_username = if flags >> 9 & 1 == 1 { Some(r.bytes()?) } else { None };
            let venue_search_username = if flags >> 10 & 1 == 1 { Some(r.bytes()?) } else { None };
            let img_search_username = if flags >> 11 & 1 == 1 { Some(r.bytes()?) } else { None };
            let static_maps_provider = if flags >> 12 & 1 == 1 { Some(r.bytes()?) } else { None };
            let caption_length_max = r.i32()?;
            let message_length_max = r.i32()?;
            let webfile_dc_id = r.i32()?;
            let lang_pack = if flags >> 2 & 1 == 1 { Some(LangPack { suggested_lang_code: r.bytes()?, lang_pack_version: r.i32()?, base_lang_pack_version: r.i32()? }) } else { None };
            let reactions_default = if flags >> 15 & 1 == 1 { Some(<enums::Reaction<'_>>::read(r)?) } else { None };
            let autologin_token = if flags >> 16 & 1 == 1 { Some(r.bytes()?) } else { None };
            Ok(Config { default_p2p_contacts: flags >> 3 & 1 == 1, preload_featured_stickers: flags >> 4 & 1 == 1, revoke_pm_inbox: flags >> 6 & 1 == 1, blocked_mode: flags >> 8 & 1 == 1, force_try_ipv6: flags >> 14 & 1 == 1, date, expires, test_mode, this_dc, dc_options, dc_txt_domain_name, chat_size_max, megagroup_size_max, forwarded_count_max, online_update_period_ms, offline_blur_timeout_ms, offline_idle_timeout_ms, online_cloud_timeout_ms, notify_cloud_delay_ms, notify_default_delay_ms, push_chat_period_ms, push_chat_limit, edit_time_limit, revoke_time_limit, revoke_pm_time_limit, rating_e_decay, stickers_recent_limit, channels_read_media_period, tmp_sessions, call_receive_timeout_ms, call_ring_timeout_ms, call_connect_timeout_ms, call_packet_timeout_ms, me_url_prefix, autoupdate_url_prefix, gif_search_username, venue_search_username, img_search_username, static_maps_provider, caption_length_max, message_length_max, webfile_dc_id, lang_pack, reactions_default, autologin_token })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.tmp_sessions.is_some()) | u32::from(self.lang_pack.is_some()) << 2 | u32::from(self.default_p2p_contacts) << 3 | u32::from(self.preload_featured_stickers) << 4 | u32::from(self.revoke_pm_inbox) << 6 | u32::from(self.autoupdate_url_prefix.is_some()) << 7 | u32::from(self.blocked_mode) << 8 | u32::from(self.gif_search_username.is_some()) << 9 | u32::from(self.venue_search_username.is_some()) << 10 | u32::from(self.img_search_username.is_some()) << 11 | u32::from(self.static_maps_provider.is_some()) << 12 | u32::from(self.force_try_ipv6) << 14 | u32::from(self.reactions_default.is_some()) << 15 | u32::from(self.autologin_token.is_some()) << 16);
            s.i32(self.date);
            s.i32(self.expires);
            s.bool(self.test_mode);
            s.i32(self.this_dc);
            s.seq(&self.dc_options);
            s.bytes(self.dc_txt_domain_name);
            s.i32(self.chat_size_max);
            s.i32(self.megagroup_size_max);
            s.i32(self.forwarded_count_max);
            s.i32(self.online_update_period_ms);
            s.i32(self.offline_blur_timeout_ms);
            s.i32(self.offline_idle_timeout_ms);
            s.i32(self.online_cloud_timeout_ms);
            s.i32(self.notify_cloud_delay_ms);
            s.i32(self.notify_default_delay_ms);
            s.i32(self.push_chat_period_ms);
            s.i32(self.push_chat_limit);
            s.i32(self.edit_time_limit);
            s.i32(self.revoke_time_limit);
            s.i32(self.revoke_pm_time_limit);
            s.i32(self.rating_e_decay);
            s.i32(self.stickers_recent_limit);
            s.i32(self.channels_read_media_period);
            if let Some(value) = self.tmp_sessions {
                s.i32(value);
            }
            s.i32(self.call_receive_timeout_ms);
            s.i32(self.call_ring_timeout_ms);
            s.i32(self.call_connect_timeout_ms);
            s.i32(self.call_packet_timeout_ms);
            s.bytes(self.me_url_prefix);
            if let Some(value) = self.autoupdate_url_prefix {
                s.bytes(value);
            }
            if let Some(value) = self.gif_search_username {
                s.bytes(value);
            }
            if let Some(value) = self.venue_search_username {
                s.bytes(value);
            }
            if let Some(value) = self.img_search_username {
                s.bytes(value);
            }
            if let Some(value) = self.static_maps_provider {
                s.bytes(value);
            }
            s.i32(self.caption_length_max);
            s.i32(self.message_length_max);
            s.i32(self.webfile_dc_id);
            if let Some(value) = self.lang_pack {
                s.bytes(value.suggested_lang_code);
                s.i32(value.lang_pack_version);
                s.i32(value.base_lang_pack_version);
            }
            if let Some(value) = self.reactions_default {
                value.write(s);
            }
            if let Some(value) = self.autologin_token {
                s.bytes(value);
            }
        }
    }

    impl<'a> Decode<'a> for Config<'a> {
        const CODE: u32 = skip::BOXED | 73;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0x232566ac => return Self::read_232566ac(r),
                id => return Err(r.unexpected(id)),
            }
            Self::read_body(r)
        }
    }

    impl<'a> Encode for Config<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `dcOption#18b7a10d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct DcOption<'a> {
        pub ipv6: bool,
        pub media_only: bool,
        pub tcpo_only: bool,
        pub cdn: bool,
        pub static_: bool,
        pub this_port_only: bool,
        pub id: i32,
        pub ip_address: &'a [u8],
        pub port: i32,
        pub secret: Option<&'a [u8]>,
    }

    impl<'a> DcOption<'a> {
        pub const ID: u32 = 0x18b7a10d;
    }

    impl<'a> Constructor<'a> for DcOption<'a> {
        const ID: u32 = 0x18b7a10d;
        const NAME: &'static str = "dcOption";
        const BARE: u32 = skip::BARE | 249;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let id = r.i32()?;
            let ip_address = r.bytes()?;
            let port = r.i32()?;
            let secret = if flags >> 10 & 1 == 1 { Some(r.bytes()?) } else { None };
            Ok(DcOption { ipv6: flags >> 0 & 1 == 1, media_only: flags >> 1 & 1 == 1, tcpo_only: flags >> 2 & 1 == 1, cdn: flags >> 3 & 1 == 1, static_: flags >> 4 & 1 == 1, this_port_only: flags >> 5 & 1 == 1, id, ip_address, port, secret })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.ipv6) | u32::from(self.media_only) << 1 | u32::from(self.tcpo_only) << 2 | u32::from(self.cdn) << 3 | u32::from(self.static_) << 4 | u32::from(self.this_port_only) << 5 | u32::from(self.secret.is_some()) << 10);
            s.i32(self.id);
            s.bytes(self.ip_address);
            s.i32(self.port);
            if let Some(value) = self.secret {
                s.bytes(value);
            }
        }
    }

    impl<'a> Decode<'a> for DcOption<'a> {
        const CODE: u32 = skip::BOXED | 81;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for DcOption<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `rpc_error#2144ca19`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct RpcError<'a> {
        pub error_code: i32,
        pub error_message: &'a [u8],
    }

    impl<'a> RpcError<'a> {
        pub const ID: u32 = 0x2144ca19;
    }

    impl<'a> Constructor<'a> for RpcError<'a> {
        const ID: u32 = 0x2144ca19;
        const NAME: &'static str = "rpc_error";
        const BARE: u32 = skip::BARE | 1203;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let error_code = r.i32()?;
            let error_message = r.bytes()?;
            Ok(RpcError { error_code, error_message })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.error_code);
            s.bytes(self.error_message);
        }
    }

    impl<'a> Decode<'a> for RpcError<'a> {
        const CODE: u32 = skip::BOXED | 312;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for RpcError<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `error#c4b9f9bb`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Error<'a> {
        pub code: i32,
        pub text: &'a [u8],
    }

    impl<'a> Error<'a> {
        pub const ID: u32 = 0xc4b9f9bb;
    }

    impl<'a> Constructor<'a> for Error<'a> {
        const ID: u32 = 0xc4b9f9bb;
        const NAME: &'static str = "error";
        const BARE: u32 = skip::BARE | 319;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let code = r.i32()?;
            let text = r.bytes()?;
            Ok(Error { code, text })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.code);
            s.bytes(self.text);
        }
    }

    impl<'a> Decode<'a> for Error<'a> {
        const CODE: u32 = skip::BOXED | 104;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for Error<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `inputClientProxy#75588b3f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InputClientProxy<'a> {
        pub address: &'a [u8],
        pub port: i32,
    }

    impl<'a> InputClientProxy<'a> {
        pub const ID: u32 = 0x75588b3f;
    }

    impl<'a> Constructor<'a> for InputClientProxy<'a> {
        const ID: u32 = 0x75588b3f;
        const NAME: &'static str = "inputClientProxy";
        const BARE: u32 = skip::BARE | 418;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let address = r.bytes()?;
            let port = r.i32()?;
            Ok(InputClientProxy { address, port })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.address);
            s.i32(self.port);
        }
    }

    impl<'a> Decode<'a> for InputClientProxy<'a> {
        const CODE: u32 = skip::BOXED | 150;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for InputClientProxy<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `jsonArray#f7444763`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct JsonArray<'a> {
        pub value: Seq<'a, enums::JSONValue<'a>>,
    }

    impl<'a> JsonArray<'a> {
        pub const ID: u32 = 0xf7444763;
    }

    impl<'a> Constructor<'a> for JsonArray<'a> {
        const ID: u32 = 0xf7444763;
        const NAME: &'static str = "jsonArray";
        const BARE: u32 = skip::BARE | 643;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let value = r.seq()?;
            Ok(JsonArray { value })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.value);
        }
    }

    impl<'a> Decode<'a> for JsonArray<'a> {
        const CODE: u32 = skip::BOXED | 201;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for JsonArray<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `jsonBool#c7345e6a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct JsonBool {
        pub value: bool,
    }

    impl JsonBool {
        pub const ID: u32 = 0xc7345e6a;
    }

    impl<'a> Constructor<'a> for JsonBool {
        const ID: u32 = 0xc7345e6a;
        const NAME: &'static str = "jsonBool";
        const BARE: u32 = skip::BARE | 642;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let value = r.bool()?;
            Ok(JsonBool { value })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bool(self.value);
        }
    }

    impl<'a> Decode<'a> for JsonBool {
        const CODE: u32 = skip::BOXED | 201;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for JsonBool {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `jsonNull#3f6d7b68`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct JsonNull;

    impl JsonNull {
        pub const ID: u32 = 0x3f6d7b68;
    }

    impl<'a> Constructor<'a> for JsonNull {
        const ID: u32 = 0x3f6d7b68;
        const NAME: &'static str = "jsonNull";
        const BARE: u32 = skip::BARE | 639;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(JsonNull)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for JsonNull {
        const CODE: u32 = skip::BOXED | 201;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for JsonNull {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `jsonNumber#2be0dfa4`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct JsonNumber {
        pub value: f64,
    }

    impl JsonNumber {
        pub const ID: u32 = 0x2be0dfa4;
    }

    impl<'a> Constructor<'a> for JsonNumber {
        const ID: u32 = 0x2be0dfa4;
        const NAME: &'static str = "jsonNumber";
        const BARE: u32 = skip::BARE | 638;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let value = r.f64()?;
            Ok(JsonNumber { value })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.f64(self.value);
        }
    }

    impl<'a> Decode<'a> for JsonNumber {
        const CODE: u32 = skip::BOXED | 201;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for JsonNumber {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `jsonObject#99c1d49d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct JsonObject<'a> {
        pub value: Seq<'a, types::JsonObjectValue<'a>>,
    }

    impl<'a> JsonObject<'a> {
        pub const ID: u32 = 0x99c1d49d;
    }

    impl<'a> Constructor<'a> for JsonObject<'a> {
        const ID: u32 = 0x99c1d49d;
        const NAME: &'static str = "jsonObject";
        const BARE: u32 = skip::BARE | 640;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let value = r.seq()?;
            Ok(JsonObject { value })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.seq(&self.value);
        }
    }

    impl<'a> Decode<'a> for JsonObject<'a> {
        const CODE: u32 = skip::BOXED | 201;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for JsonObject<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `jsonString#b71e767a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct JsonString<'a> {
        pub value: &'a [u8],
    }

    impl<'a> JsonString<'a> {
        pub const ID: u32 = 0xb71e767a;
    }

    impl<'a> Constructor<'a> for JsonString<'a> {
        const ID: u32 = 0xb71e767a;
        const NAME: &'static str = "jsonString";
        const BARE: u32 = skip::BARE | 641;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let value = r.bytes()?;
            Ok(JsonString { value })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.value);
        }
    }

    impl<'a> Decode<'a> for JsonString<'a> {
        const CODE: u32 = skip::BOXED | 201;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for JsonString<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `jsonObjectValue#c0de1bd9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct JsonObjectValue<'a> {
        pub key: &'a [u8],
        pub value: enums::JSONValue<'a>,
    }

    impl<'a> JsonObjectValue<'a> {
        pub const ID: u32 = 0xc0de1bd9;
    }

    impl<'a> Constructor<'a> for JsonObjectValue<'a> {
        const ID: u32 = 0xc0de1bd9;
        const NAME: &'static str = "jsonObjectValue";
        const BARE: u32 = skip::BARE | 637;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let key = r.bytes()?;
            let value = <enums::JSONValue<'_>>::read(r)?;
            Ok(JsonObjectValue { key, value })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.key);
            self.value.write(s);
        }
    }

    impl<'a> Decode<'a> for JsonObjectValue<'a> {
        const CODE: u32 = skip::BOXED | 200;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for JsonObjectValue<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }
}

/// An enum per type that has several constructors.
pub mod enums {
    use super::*;

    /// `Chat`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Chat<'a> {
        Channel(types::Channel<'a>),
        ChannelForbidden(types::ChannelForbidden<'a>),
        Chat(types::Chat<'a>),
        Empty(types::ChatEmpty),
        Forbidden(types::ChatForbidden<'a>),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for Chat<'a> {
        const CODE: u32 = skip::BOXED | 57;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::Channel::ID => Chat::Channel(types::Channel::read_body(r)?),
                types::ChannelForbidden::ID => Chat::ChannelForbidden(types::ChannelForbidden::read_body(r)?),
                types::Chat::ID => Chat::Chat(types::Chat::read_body(r)?),
                types::ChatEmpty::ID => Chat::Empty(types::ChatEmpty::read_body(r)?),
                types::ChatForbidden::ID => Chat::Forbidden(types::ChatForbidden::read_body(r)?),
                id => {
                    *r = start;
                    Chat::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for Chat<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Chat::Channel(value) => value.write(s),
                Chat::ChannelForbidden(value) => value.write(s),
                Chat::Chat(value) => value.write(s),
                Chat::Empty(value) => value.write(s),
                Chat::Forbidden(value) => value.write(s),
                Chat::Other(raw) => raw.write(s),
            }
        }
    }

    /// `ChatPhoto`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum ChatPhoto<'a> {
        ChatPhoto(types::ChatPhoto<'a>),
        /// `chatPhotoEmpty`
        Empty,
    }

    impl<'a> Decode<'a> for ChatPhoto<'a> {
        const CODE: u32 = skip::BOXED | 67;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::ChatPhoto::ID => ChatPhoto::ChatPhoto(types::ChatPhoto::read_body(r)?),
                types::ChatPhotoEmpty::ID => ChatPhoto::Empty,
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for ChatPhoto<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                ChatPhoto::ChatPhoto(value) => value.write(s),
                ChatPhoto::Empty => s.u32(types::ChatPhotoEmpty::ID),
            }
        }
    }

    /// `EmojiStatus`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum EmojiStatus<'a> {
        EmojiStatus(types::EmojiStatus),
        Collectible(types::EmojiStatusCollectible<'a>),
        /// `emojiStatusEmpty`
        Empty,
        InputEmojiStatusCollectible(types::InputEmojiStatusCollectible),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for EmojiStatus<'a> {
        const CODE: u32 = skip::BOXED | 98;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::EmojiStatus::ID => EmojiStatus::EmojiStatus(types::EmojiStatus::read_body(r)?),
                types::EmojiStatusCollectible::ID => EmojiStatus::Collectible(types::EmojiStatusCollectible::read_body(r)?),
                types::EmojiStatusEmpty::ID => EmojiStatus::Empty,
                types::InputEmojiStatusCollectible::ID => EmojiStatus::InputEmojiStatusCollectible(types::InputEmojiStatusCollectible::read_body(r)?),
                id => {
                    *r = start;
                    EmojiStatus::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for EmojiStatus<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                EmojiStatus::EmojiStatus(value) => value.write(s),
                EmojiStatus::Collectible(value) => value.write(s),
                EmojiStatus::Empty => s.u32(types::EmojiStatusEmpty::ID),
                EmojiStatus::InputEmojiStatusCollectible(value) => value.write(s),
                EmojiStatus::Other(raw) => raw.write(s),
            }
        }
    }

    /// `EncryptedMessage`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum EncryptedMessage<'a> {
        Service(types::EncryptedMessageService<'a>),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for EncryptedMessage<'a> {
        const CODE: u32 = skip::BOXED | 102;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::EncryptedMessageService::ID => EncryptedMessage::Service(types::EncryptedMessageService::read_body(r)?),
                id => {
                    *r = start;
                    EncryptedMessage::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for EncryptedMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                EncryptedMessage::Service(value) => value.write(s),
                EncryptedMessage::Other(raw) => raw.write(s),
            }
        }
    }

    /// `GroupCall`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum GroupCall<'a> {
        GroupCall(types::GroupCall<'a>),
        Discarded(types::GroupCallDiscarded),
    }

    impl<'a> Decode<'a> for GroupCall<'a> {
        const CODE: u32 = skip::BOXED | 120;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::GroupCall::ID => GroupCall::GroupCall(types::GroupCall::read_body(r)?),
                0xd597650c => GroupCall::GroupCall(types::GroupCall::read_d597650c(r)?),
                0xcdf8d3e3 => GroupCall::GroupCall(types::GroupCall::read_cdf8d3e3(r)?),
                0x553b0ba1 => GroupCall::GroupCall(types::GroupCall::read_553b0ba1(r)?),
                types::GroupCallDiscarded::ID => GroupCall::Discarded(types::GroupCallDiscarded::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for GroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                GroupCall::GroupCall(value) => value.write(s),
                GroupCall::Discarded(value) => value.write(s),
            }
        }
    }

    /// `InputChannel`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum InputChannel<'a> {
        InputChannel(types::InputChannel),
        /// `inputChannelEmpty`
        Empty,
        FromMessage(types::InputChannelFromMessage<'a>),
    }

    impl<'a> Decode<'a> for InputChannel<'a> {
        const CODE: u32 = skip::BOXED | 145;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::InputChannel::ID => InputChannel::InputChannel(types::InputChannel::read_body(r)?),
                types::InputChannelEmpty::ID => InputChannel::Empty,
                types::InputChannelFromMessage::ID => InputChannel::FromMessage(types::InputChannelFromMessage::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for InputChannel<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                InputChannel::InputChannel(value) => value.write(s),
                InputChannel::Empty => s.u32(types::InputChannelEmpty::ID),
                InputChannel::FromMessage(value) => value.write(s),
            }
        }
    }

    /// `InputDocument`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum InputDocument<'a> {
        InputDocument(types::InputDocument<'a>),
        /// `inputDocumentEmpty`
        Empty,
    }

    impl<'a> Decode<'a> for InputDocument<'a> {
        const CODE: u32 = skip::BOXED | 154;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::InputDocument::ID => InputDocument::InputDocument(types::InputDocument::read_body(r)?),
                types::InputDocumentEmpty::ID => InputDocument::Empty,
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for InputDocument<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                InputDocument::InputDocument(value) => value.write(s),
                InputDocument::Empty => s.u32(types::InputDocumentEmpty::ID),
            }
        }
    }

    /// `InputFile`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum InputFile<'a> {
        InputFile(types::InputFile<'a>),
        Big(types::InputFileBig<'a>),
        StoryDocument(types::InputFileStoryDocument<'a>),
    }

    impl<'a> Decode<'a> for InputFile<'a> {
        const CODE: u32 = skip::BOXED | 157;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::InputFile::ID => InputFile::InputFile(types::InputFile::read_body(r)?),
                types::InputFileBig::ID => InputFile::Big(types::InputFileBig::read_body(r)?),
                types::InputFileStoryDocument::ID => InputFile::StoryDocument(types::InputFileStoryDocument::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for InputFile<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                InputFile::InputFile(value) => value.write(s),
                InputFile::Big(value) => value.write(s),
                InputFile::StoryDocument(value) => value.write(s),
            }
        }
    }

    /// `InputFileLocation`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum InputFileLocation<'a> {
        InputGroupCallStream(types::InputGroupCallStream<'a>),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for InputFileLocation<'a> {
        const CODE: u32 = skip::BOXED | 158;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::InputGroupCallStream::ID => InputFileLocation::InputGroupCallStream(types::InputGroupCallStream::read_body(r)?),
                id => {
                    *r = start;
                    InputFileLocation::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for InputFileLocation<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                InputFileLocation::InputGroupCallStream(value) => value.write(s),
                InputFileLocation::Other(raw) => raw.write(s),
            }
        }
    }

    /// `InputGroupCall`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum InputGroupCall<'a> {
        InputGroupCall(types::InputGroupCall),
        InviteMessage(types::InputGroupCallInviteMessage),
        Slug(types::InputGroupCallSlug<'a>),
    }

    impl<'a> Decode<'a> for InputGroupCall<'a> {
        const CODE: u32 = skip::BOXED | 162;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::InputGroupCall::ID => InputGroupCall::InputGroupCall(types::InputGroupCall::read_body(r)?),
                types::InputGroupCallInviteMessage::ID => InputGroupCall::InviteMessage(types::InputGroupCallInviteMessage::read_body(r)?),
                types::InputGroupCallSlug::ID => InputGroupCall::Slug(types::InputGroupCallSlug::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for InputGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                InputGroupCall::InputGroupCall(value) => value.write(s),
                InputGroupCall::InviteMessage(value) => value.write(s),
                InputGroupCall::Slug(value) => value.write(s),
            }
        }
    }

    /// `InputPeer`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum InputPeer<'a> {
        Channel(types::InputPeerChannel),
        ChannelFromMessage(types::InputPeerChannelFromMessage<'a>),
        Chat(types::InputPeerChat),
        /// `inputPeerEmpty`
        Empty,
        /// `inputPeerSelf`
        Self_,
        User(types::InputPeerUser),
        UserFromMessage(types::InputPeerUserFromMessage<'a>),
    }

    impl<'a> Decode<'a> for InputPeer<'a> {
        const CODE: u32 = skip::BOXED | 171;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::InputPeerChannel::ID => InputPeer::Channel(types::InputPeerChannel::read_body(r)?),
                types::InputPeerChannelFromMessage::ID => InputPeer::ChannelFromMessage(types::InputPeerChannelFromMessage::read_body(r)?),
                types::InputPeerChat::ID => InputPeer::Chat(types::InputPeerChat::read_body(r)?),
                types::InputPeerEmpty::ID => InputPeer::Empty,
                types::InputPeerSelf::ID => InputPeer::Self_,
                types::InputPeerUser::ID => InputPeer::User(types::InputPeerUser::read_body(r)?),
                types::InputPeerUserFromMessage::ID => InputPeer::UserFromMessage(types::InputPeerUserFromMessage::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for InputPeer<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                InputPeer::Channel(value) => value.write(s),
                InputPeer::ChannelFromMessage(value) => value.write(s),
                InputPeer::Chat(value) => value.write(s),
                InputPeer::Empty => s.u32(types::InputPeerEmpty::ID),
                InputPeer::Self_ => s.u32(types::InputPeerSelf::ID),
                InputPeer::User(value) => value.write(s),
                InputPeer::UserFromMessage(value) => value.write(s),
            }
        }
    }

    /// `InputUser`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum InputUser<'a> {
        InputUser(types::InputUser),
        /// `inputUserEmpty`
        Empty,
        FromMessage(types::InputUserFromMessage<'a>),
        /// `inputUserSelf`
        Self_,
    }

    impl<'a> Decode<'a> for InputUser<'a> {
        const CODE: u32 = skip::BOXED | 193;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::InputUser::ID => InputUser::InputUser(types::InputUser::read_body(r)?),
                types::InputUserEmpty::ID => InputUser::Empty,
                types::InputUserFromMessage::ID => InputUser::FromMessage(types::InputUserFromMessage::read_body(r)?),
                types::InputUserSelf::ID => InputUser::Self_,
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for InputUser<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                InputUser::InputUser(value) => value.write(s),
                InputUser::Empty => s.u32(types::InputUserEmpty::ID),
                InputUser::FromMessage(value) => value.write(s),
                InputUser::Self_ => s.u32(types::InputUserSelf::ID),
            }
        }
    }

    /// `JSONValue`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum JSONValue<'a> {
        JsonArray(types::JsonArray<'a>),
        JsonBool(types::JsonBool),
        /// `jsonNull`
        JsonNull,
        JsonNumber(types::JsonNumber),
        JsonObject(types::JsonObject<'a>),
        JsonString(types::JsonString<'a>),
    }

    impl<'a> Decode<'a> for JSONValue<'a> {
        const CODE: u32 = skip::BOXED | 201;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::JsonArray::ID => JSONValue::JsonArray(types::JsonArray::read_body(r)?),
                types::JsonBool::ID => JSONValue::JsonBool(types::JsonBool::read_body(r)?),
                types::JsonNull::ID => JSONValue::JsonNull,
                types::JsonNumber::ID => JSONValue::JsonNumber(types::JsonNumber::read_body(r)?),
                types::JsonObject::ID => JSONValue::JsonObject(types::JsonObject::read_body(r)?),
                types::JsonString::ID => JSONValue::JsonString(types::JsonString::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for JSONValue<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                JSONValue::JsonArray(value) => value.write(s),
                JSONValue::JsonBool(value) => value.write(s),
                JSONValue::JsonNull => s.u32(types::JsonNull::ID),
                JSONValue::JsonNumber(value) => value.write(s),
                JSONValue::JsonObject(value) => value.write(s),
                JSONValue::JsonString(value) => value.write(s),
            }
        }
    }

    /// `Message`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Message<'a> {
        Empty(types::MessageEmpty),
        Service(types::MessageService<'a>),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for Message<'a> {
        const CODE: u32 = skip::BOXED | 215;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::MessageEmpty::ID => Message::Empty(types::MessageEmpty::read_body(r)?),
                types::MessageService::ID => Message::Service(types::MessageService::read_body(r)?),
                id => {
                    *r = start;
                    Message::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for Message<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Message::Empty(value) => value.write(s),
                Message::Service(value) => value.write(s),
                Message::Other(raw) => raw.write(s),
            }
        }
    }

    /// `MessageAction`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum MessageAction<'a> {
        ConferenceCall(types::MessageActionConferenceCall<'a>),
        /// `messageActionEmpty`
        Empty,
        GroupCall(types::MessageActionGroupCall<'a>),
        GroupCallScheduled(types::MessageActionGroupCallScheduled<'a>),
        InviteToGroupCall(types::MessageActionInviteToGroupCall<'a>),
        PhoneCall(types::MessageActionPhoneCall<'a>),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for MessageAction<'a> {
        const CODE: u32 = skip::BOXED | 216;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::MessageActionConferenceCall::ID => MessageAction::ConferenceCall(types::MessageActionConferenceCall::read_body(r)?),
                types::MessageActionEmpty::ID => MessageAction::Empty,
                types::MessageActionGroupCall::ID => MessageAction::GroupCall(types::MessageActionGroupCall::read_body(r)?),
                types::MessageActionGroupCallScheduled::ID => MessageAction::GroupCallScheduled(types::MessageActionGroupCallScheduled::read_body(r)?),
                types::MessageActionInviteToGroupCall::ID => MessageAction::InviteToGroupCall(types::MessageActionInviteToGroupCall::read_body(r)?),
                types::MessageActionPhoneCall::ID => MessageAction::PhoneCall(types::MessageActionPhoneCall::read_body(r)?),
                id => {
                    *r = start;
                    MessageAction::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for MessageAction<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                MessageAction::ConferenceCall(value) => value.write(s),
                MessageAction::Empty => s.u32(types::MessageActionEmpty::ID),
                MessageAction::GroupCall(value) => value.write(s),
                MessageAction::GroupCallScheduled(value) => value.write(s),
                MessageAction::InviteToGroupCall(value) => value.write(s),
                MessageAction::PhoneCall(value) => value.write(s),
                MessageAction::Other(raw) => raw.write(s),
            }
        }
    }

    /// `MessageEntity`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum MessageEntity<'a> {
        InputMessageEntityMentionName(types::InputMessageEntityMentionName<'a>),
        BankCard(types::MessageEntityBankCard),
        Blockquote(types::MessageEntityBlockquote),
        Bold(types::MessageEntityBold),
        BotCommand(types::MessageEntityBotCommand),
        Cashtag(types::MessageEntityCashtag),
        Code(types::MessageEntityCode),
        CustomEmoji(types::MessageEntityCustomEmoji),
        Email(types::MessageEntityEmail),
        FormattedDate(types::MessageEntityFormattedDate),
        Hashtag(types::MessageEntityHashtag),
        Italic(types::MessageEntityItalic),
        Mention(types::MessageEntityMention),
        MentionName(types::MessageEntityMentionName),
        Phone(types::MessageEntityPhone),
        Pre(types::MessageEntityPre<'a>),
        Spoiler(types::MessageEntitySpoiler),
        Strike(types::MessageEntityStrike),
        TextUrl(types::MessageEntityTextUrl<'a>),
        Underline(types::MessageEntityUnderline),
        Unknown(types::MessageEntityUnknown),
        Url(types::MessageEntityUrl),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for MessageEntity<'a> {
        const CODE: u32 = skip::BOXED | 217;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::InputMessageEntityMentionName::ID => MessageEntity::InputMessageEntityMentionName(types::InputMessageEntityMentionName::read_body(r)?),
                types::MessageEntityBankCard::ID => MessageEntity::BankCard(types::MessageEntityBankCard::read_body(r)?),
                types::MessageEntityBlockquote::ID => MessageEntity::Blockquote(types::MessageEntityBlockquote::read_body(r)?),
                types::MessageEntityBold::ID => MessageEntity::Bold(types::MessageEntityBold::read_body(r)?),
                types::MessageEntityBotCommand::ID => MessageEntity::BotCommand(types::MessageEntityBotCommand::read_body(r)?),
                types::MessageEntityCashtag::ID => MessageEntity::Cashtag(types::MessageEntityCashtag::read_body(r)?),
                types::MessageEntityCode::ID => MessageEntity::Code(types::MessageEntityCode::read_body(r)?),
                types::MessageEntityCustomEmoji::ID => MessageEntity::CustomEmoji(types::MessageEntityCustomEmoji::read_body(r)?),
                types::MessageEntityEmail::ID => MessageEntity::Email(types::MessageEntityEmail::read_body(r)?),
                types::MessageEntityFormattedDate::ID => MessageEntity::FormattedDate(types::MessageEntityFormattedDate::read_body(r)?),
                types::MessageEntityHashtag::ID => MessageEntity::Hashtag(types::MessageEntityHashtag::read_body(r)?),
                types::MessageEntityItalic::ID => MessageEntity::Italic(types::MessageEntityItalic::read_body(r)?),
                types::MessageEntityMention::ID => MessageEntity::Mention(types::MessageEntityMention::read_body(r)?),
                types::MessageEntityMentionName::ID => MessageEntity::MentionName(types::MessageEntityMentionName::read_body(r)?),
                types::MessageEntityPhone::ID => MessageEntity::Phone(types::MessageEntityPhone::read_body(r)?),
                types::MessageEntityPre::ID => MessageEntity::Pre(types::MessageEntityPre::read_body(r)?),
                types::MessageEntitySpoiler::ID => MessageEntity::Spoiler(types::MessageEntitySpoiler::read_body(r)?),
                types::MessageEntityStrike::ID => MessageEntity::Strike(types::MessageEntityStrike::read_body(r)?),
                types::MessageEntityTextUrl::ID => MessageEntity::TextUrl(types::MessageEntityTextUrl::read_body(r)?),
                types::MessageEntityUnderline::ID => MessageEntity::Underline(types::MessageEntityUnderline::read_body(r)?),
                types::MessageEntityUnknown::ID => MessageEntity::Unknown(types::MessageEntityUnknown::read_body(r)?),
                types::MessageEntityUrl::ID => MessageEntity::Url(types::MessageEntityUrl::read_body(r)?),
                id => {
                    *r = start;
                    MessageEntity::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for MessageEntity<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                MessageEntity::InputMessageEntityMentionName(value) => value.write(s),
                MessageEntity::BankCard(value) => value.write(s),
                MessageEntity::Blockquote(value) => value.write(s),
                MessageEntity::Bold(value) => value.write(s),
                MessageEntity::BotCommand(value) => value.write(s),
                MessageEntity::Cashtag(value) => value.write(s),
                MessageEntity::Code(value) => value.write(s),
                MessageEntity::CustomEmoji(value) => value.write(s),
                MessageEntity::Email(value) => value.write(s),
                MessageEntity::FormattedDate(value) => value.write(s),
                MessageEntity::Hashtag(value) => value.write(s),
                MessageEntity::Italic(value) => value.write(s),
                MessageEntity::Mention(value) => value.write(s),
                MessageEntity::MentionName(value) => value.write(s),
                MessageEntity::Phone(value) => value.write(s),
                MessageEntity::Pre(value) => value.write(s),
                MessageEntity::Spoiler(value) => value.write(s),
                MessageEntity::Strike(value) => value.write(s),
                MessageEntity::TextUrl(value) => value.write(s),
                MessageEntity::Underline(value) => value.write(s),
                MessageEntity::Unknown(value) => value.write(s),
                MessageEntity::Url(value) => value.write(s),
                MessageEntity::Other(raw) => raw.write(s),
            }
        }
    }

    /// `MessageMedia`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum MessageMedia<'a> {
        /// `messageMediaEmpty`
        Empty,
        VideoStream(types::MessageMediaVideoStream<'a>),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for MessageMedia<'a> {
        const CODE: u32 = skip::BOXED | 221;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::MessageMediaEmpty::ID => MessageMedia::Empty,
                types::MessageMediaVideoStream::ID => MessageMedia::VideoStream(types::MessageMediaVideoStream::read_body(r)?),
                id => {
                    *r = start;
                    MessageMedia::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for MessageMedia<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                MessageMedia::Empty => s.u32(types::MessageMediaEmpty::ID),
                MessageMedia::VideoStream(value) => value.write(s),
                MessageMedia::Other(raw) => raw.write(s),
            }
        }
    }

    /// `MessagePeerReaction`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum MessagePeerReaction<'a> {
        MessagePeerReaction(types::MessagePeerReaction<'a>),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for MessagePeerReaction<'a> {
        const CODE: u32 = skip::BOXED | 222;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::MessagePeerReaction::ID => MessagePeerReaction::MessagePeerReaction(types::MessagePeerReaction::read_body(r)?),
                id => {
                    *r = start;
                    MessagePeerReaction::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for MessagePeerReaction<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                MessagePeerReaction::MessagePeerReaction(value) => value.write(s),
                MessagePeerReaction::Other(raw) => raw.write(s),
            }
        }
    }

    /// `MessageReplyHeader`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum MessageReplyHeader<'a> {
        MessageReplyHeader(types::MessageReplyHeader<'a>),
        MessageReplyStoryHeader(types::MessageReplyStoryHeader),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for MessageReplyHeader<'a> {
        const CODE: u32 = skip::BOXED | 228;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::MessageReplyHeader::ID => MessageReplyHeader::MessageReplyHeader(types::MessageReplyHeader::read_body(r)?),
                types::MessageReplyStoryHeader::ID => MessageReplyHeader::MessageReplyStoryHeader(types::MessageReplyStoryHeader::read_body(r)?),
                id => {
                    *r = start;
                    MessageReplyHeader::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for MessageReplyHeader<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                MessageReplyHeader::MessageReplyHeader(value) => value.write(s),
                MessageReplyHeader::MessageReplyStoryHeader(value) => value.write(s),
                MessageReplyHeader::Other(raw) => raw.write(s),
            }
        }
    }

    /// `Peer`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Peer {
        Channel(types::PeerChannel),
        Chat(types::PeerChat),
        User(types::PeerUser),
    }

    impl<'a> Decode<'a> for Peer {
        const CODE: u32 = skip::BOXED | 262;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::PeerChannel::ID => Peer::Channel(types::PeerChannel::read_body(r)?),
                types::PeerChat::ID => Peer::Chat(types::PeerChat::read_body(r)?),
                types::PeerUser::ID => Peer::User(types::PeerUser::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl Encode for Peer {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Peer::Channel(value) => value.write(s),
                Peer::Chat(value) => value.write(s),
                Peer::User(value) => value.write(s),
            }
        }
    }

    /// `PeerColor`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum PeerColor<'a> {
        InputPeerColorCollectible(types::InputPeerColorCollectible),
        PeerColor(types::PeerColor),
        Collectible(types::PeerColorCollectible<'a>),
    }

    impl<'a> Decode<'a> for PeerColor<'a> {
        const CODE: u32 = skip::BOXED | 264;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::InputPeerColorCollectible::ID => PeerColor::InputPeerColorCollectible(types::InputPeerColorCollectible::read_body(r)?),
                types::PeerColor::ID => PeerColor::PeerColor(types::PeerColor::read_body(r)?),
                types::PeerColorCollectible::ID => PeerColor::Collectible(types::PeerColorCollectible::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for PeerColor<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                PeerColor::InputPeerColorCollectible(value) => value.write(s),
                PeerColor::PeerColor(value) => value.write(s),
                PeerColor::Collectible(value) => value.write(s),
            }
        }
    }

    /// `PhoneCall`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum PhoneCall<'a> {
        PhoneCall(types::PhoneCall<'a>),
        Accepted(types::PhoneCallAccepted<'a>),
        Discarded(types::PhoneCallDiscarded<'a>),
        Empty(types::PhoneCallEmpty),
        Requested(types::PhoneCallRequested<'a>),
        Waiting(types::PhoneCallWaiting<'a>),
    }

    impl<'a> Decode<'a> for PhoneCall<'a> {
        const CODE: u32 = skip::BOXED | 270;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::PhoneCall::ID => PhoneCall::PhoneCall(types::PhoneCall::read_body(r)?),
                0x967f7c67 => PhoneCall::PhoneCall(types::PhoneCall::read_967f7c67(r)?),
                0x3ba5940c => PhoneCall::PhoneCall(types::PhoneCall::read_3ba5940c(r)?),
                types::PhoneCallAccepted::ID => PhoneCall::Accepted(types::PhoneCallAccepted::read_body(r)?),
                0x22fd7181 => PhoneCall::Accepted(types::PhoneCallAccepted::read_22fd7181(r)?),
                types::PhoneCallDiscarded::ID => PhoneCall::Discarded(types::PhoneCallDiscarded::read_body(r)?),
                0xf9d25503 => PhoneCall::Discarded(types::PhoneCallDiscarded::read_f9d25503(r)?),
                types::PhoneCallEmpty::ID => PhoneCall::Empty(types::PhoneCallEmpty::read_body(r)?),
                types::PhoneCallRequested::ID => PhoneCall::Requested(types::PhoneCallRequested::read_body(r)?),
                0x45361c63 => PhoneCall::Requested(types::PhoneCallRequested::read_45361c63(r)?),
                types::PhoneCallWaiting::ID => PhoneCall::Waiting(types::PhoneCallWaiting::read_body(r)?),
                0xeed42858 => PhoneCall::Waiting(types::PhoneCallWaiting::read_eed42858(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for PhoneCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                PhoneCall::PhoneCall(value) => value.write(s),
                PhoneCall::Accepted(value) => value.write(s),
                PhoneCall::Discarded(value) => value.write(s),
                PhoneCall::Empty(value) => value.write(s),
                PhoneCall::Requested(value) => value.write(s),
                PhoneCall::Waiting(value) => value.write(s),
            }
        }
    }

    /// `PhoneCallDiscardReason`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum PhoneCallDiscardReason<'a> {
        /// `phoneCallDiscardReasonBusy`
        Busy,
        /// `phoneCallDiscardReasonDisconnect`
        Disconnect,
        /// `phoneCallDiscardReasonHangup`
        Hangup,
        MigrateConferenceCall(types::PhoneCallDiscardReasonMigrateConferenceCall<'a>),
        /// `phoneCallDiscardReasonMissed`
        Missed,
        AllowGroupCall(types::PhoneCallDiscardReasonAllowGroupCall<'a>),
    }

    impl<'a> Decode<'a> for PhoneCallDiscardReason<'a> {
        const CODE: u32 = skip::BOXED | 271;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::PhoneCallDiscardReasonBusy::ID => PhoneCallDiscardReason::Busy,
                types::PhoneCallDiscardReasonDisconnect::ID => PhoneCallDiscardReason::Disconnect,
                types::PhoneCallDiscardReasonHangup::ID => PhoneCallDiscardReason::Hangup,
                types::PhoneCallDiscardReasonMigrateConferenceCall::ID => PhoneCallDiscardReason::MigrateConferenceCall(types::PhoneCallDiscardReasonMigrateConferenceCall::read_body(r)?),
                types::PhoneCallDiscardReasonMissed::ID => PhoneCallDiscardReason::Missed,
                types::PhoneCallDiscardReasonAllowGroupCall::ID => PhoneCallDiscardReason::AllowGroupCall(types::PhoneCallDiscardReasonAllowGroupCall::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for PhoneCallDiscardReason<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                PhoneCallDiscardReason::Busy => s.u32(types::PhoneCallDiscardReasonBusy::ID),
                PhoneCallDiscardReason::Disconnect => s.u32(types::PhoneCallDiscardReasonDisconnect::ID),
                PhoneCallDiscardReason::Hangup => s.u32(types::PhoneCallDiscardReasonHangup::ID),
                PhoneCallDiscardReason::MigrateConferenceCall(value) => value.write(s),
                PhoneCallDiscardReason::Missed => s.u32(types::PhoneCallDiscardReasonMissed::ID),
                PhoneCallDiscardReason::AllowGroupCall(value) => value.write(s),
            }
        }
    }

    /// `PhoneConnection`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum PhoneConnection<'a> {
        PhoneConnection(types::PhoneConnection<'a>),
        Webrtc(types::PhoneConnectionWebrtc<'a>),
    }

    impl<'a> Decode<'a> for PhoneConnection<'a> {
        const CODE: u32 = skip::BOXED | 273;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::PhoneConnection::ID => PhoneConnection::PhoneConnection(types::PhoneConnection::read_body(r)?),
                types::PhoneConnectionWebrtc::ID => PhoneConnection::Webrtc(types::PhoneConnectionWebrtc::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for PhoneConnection<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                PhoneConnection::PhoneConnection(value) => value.write(s),
                PhoneConnection::Webrtc(value) => value.write(s),
            }
        }
    }

    /// `Reaction`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Reaction<'a> {
        CustomEmoji(types::ReactionCustomEmoji),
        Emoji(types::ReactionEmoji<'a>),
        /// `reactionEmpty`
        Empty,
        /// `reactionPaid`
        Paid,
    }

    impl<'a> Decode<'a> for Reaction<'a> {
        const CODE: u32 = skip::BOXED | 293;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::ReactionCustomEmoji::ID => Reaction::CustomEmoji(types::ReactionCustomEmoji::read_body(r)?),
                types::ReactionEmoji::ID => Reaction::Emoji(types::ReactionEmoji::read_body(r)?),
                types::ReactionEmpty::ID => Reaction::Empty,
                types::ReactionPaid::ID => Reaction::Paid,
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for Reaction<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Reaction::CustomEmoji(value) => value.write(s),
                Reaction::Emoji(value) => value.write(s),
                Reaction::Empty => s.u32(types::ReactionEmpty::ID),
                Reaction::Paid => s.u32(types::ReactionPaid::ID),
            }
        }
    }

    /// `SendMessageAction`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum SendMessageAction<'a> {
        /// `sendMessageCancelAction`
        SendMessageCancelAction,
        /// `speakingInGroupCallAction`
        SpeakingInGroupCallAction,
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for SendMessageAction<'a> {
        const CODE: u32 = skip::BOXED | 332;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::SendMessageCancelAction::ID => SendMessageAction::SendMessageCancelAction,
                types::SpeakingInGroupCallAction::ID => SendMessageAction::SpeakingInGroupCallAction,
                id => {
                    *r = start;
                    SendMessageAction::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for SendMessageAction<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                SendMessageAction::SendMessageCancelAction => s.u32(types::SendMessageCancelAction::ID),
                SendMessageAction::SpeakingInGroupCallAction => s.u32(types::SpeakingInGroupCallAction::ID),
                SendMessageAction::Other(raw) => raw.write(s),
            }
        }
    }

    /// `Update`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Update<'a> {
        Channel(types::UpdateChannel),
        ChannelUserTyping(types::UpdateChannelUserTyping<'a>),
        Chat(types::UpdateChat),
        ChatUserTyping(types::UpdateChatUserTyping<'a>),
        /// `updateConfig`
        Config,
        DeleteGroupCallMessages(types::UpdateDeleteGroupCallMessages<'a>),
        DeleteMessages(types::UpdateDeleteMessages<'a>),
        EditMessage(types::UpdateEditMessage<'a>),
        GroupCall(types::UpdateGroupCall<'a>),
        GroupCallChainBlocks(types::UpdateGroupCallChainBlocks<'a>),
        GroupCallConnection(types::UpdateGroupCallConnection<'a>),
        GroupCallEncryptedMessage(types::UpdateGroupCallEncryptedMessage<'a>),
        GroupCallMessage(types::UpdateGroupCallMessage<'a>),
        GroupCallParticipants(types::UpdateGroupCallParticipants<'a>),
        MessageID(types::UpdateMessageID),
        NewChannelMessage(types::UpdateNewChannelMessage<'a>),
        NewMessage(types::UpdateNewMessage<'a>),
        PhoneCall(types::UpdatePhoneCall<'a>),
        PhoneCallSignalingData(types::UpdatePhoneCallSignalingData<'a>),
        User(types::UpdateUser),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for Update<'a> {
        const CODE: u32 = skip::BOXED | 400;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::UpdateChannel::ID => Update::Channel(types::UpdateChannel::read_body(r)?),
                types::UpdateChannelUserTyping::ID => Update::ChannelUserTyping(types::UpdateChannelUserTyping::read_body(r)?),
                types::UpdateChat::ID => Update::Chat(types::UpdateChat::read_body(r)?),
                types::UpdateChatUserTyping::ID => Update::ChatUserTyping(types::UpdateChatUserTyping::read_body(r)?),
                types::UpdateConfig::ID => Update::Config,
                types::UpdateDeleteGroupCallMessages::ID => Update::DeleteGroupCallMessages(types::UpdateDeleteGroupCallMessages::read_body(r)?),
                types::UpdateDeleteMessages::ID => Update::DeleteMessages(types::UpdateDeleteMessages::read_body(r)?),
                types::UpdateEditMessage::ID => Update::EditMessage(types::UpdateEditMessage::read_body(r)?),
                types::UpdateGroupCall::ID => Update::GroupCall(types::UpdateGroupCall::read_body(r)?),
                types::UpdateGroupCallChainBlocks::ID => Update::GroupCallChainBlocks(types::UpdateGroupCallChainBlocks::read_body(r)?),
                types::UpdateGroupCallConnection::ID => Update::GroupCallConnection(types::UpdateGroupCallConnection::read_body(r)?),
                types::UpdateGroupCallEncryptedMessage::ID => Update::GroupCallEncryptedMessage(types::UpdateGroupCallEncryptedMessage::read_body(r)?),
                types::UpdateGroupCallMessage::ID => Update::GroupCallMessage(types::UpdateGroupCallMessage::read_body(r)?),
                types::UpdateGroupCallParticipants::ID => Update::GroupCallParticipants(types::UpdateGroupCallParticipants::read_body(r)?),
                types::UpdateMessageID::ID => Update::MessageID(types::UpdateMessageID::read_body(r)?),
                types::UpdateNewChannelMessage::ID => Update::NewChannelMessage(types::UpdateNewChannelMessage::read_body(r)?),
                types::UpdateNewMessage::ID => Update::NewMessage(types::UpdateNewMessage::read_body(r)?),
                types::UpdatePhoneCall::ID => Update::PhoneCall(types::UpdatePhoneCall::read_body(r)?),
                types::UpdatePhoneCallSignalingData::ID => Update::PhoneCallSignalingData(types::UpdatePhoneCallSignalingData::read_body(r)?),
                types::UpdateUser::ID => Update::User(types::UpdateUser::read_body(r)?),
                id => {
                    *r = start;
                    Update::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for Update<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Update::Channel(value) => value.write(s),
                Update::ChannelUserTyping(value) => value.write(s),
                Update::Chat(value) => value.write(s),
                Update::ChatUserTyping(value) => value.write(s),
                Update::Config => s.u32(types::UpdateConfig::ID),
                Update::DeleteGroupCallMessages(value) => value.write(s),
                Update::DeleteMessages(value) => value.write(s),
                Update::EditMessage(value) => value.write(s),
                Update::GroupCall(value) => value.write(s),
                Update::GroupCallChainBlocks(value) => value.write(s),
                Update::GroupCallConnection(value) => value.write(s),
                Update::GroupCallEncryptedMessage(value) => value.write(s),
                Update::GroupCallMessage(value) => value.write(s),
                Update::GroupCallParticipants(value) => value.write(s),
                Update::MessageID(value) => value.write(s),
                Update::NewChannelMessage(value) => value.write(s),
                Update::NewMessage(value) => value.write(s),
                Update::PhoneCall(value) => value.write(s),
                Update::PhoneCallSignalingData(value) => value.write(s),
                Update::User(value) => value.write(s),
                Update::Other(raw) => raw.write(s),
            }
        }
    }

    /// `Updates`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Updates<'a> {
        UpdateShort(types::UpdateShort<'a>),
        UpdateShortChatMessage(types::UpdateShortChatMessage<'a>),
        UpdateShortMessage(types::UpdateShortMessage<'a>),
        UpdateShortSentMessage(types::UpdateShortSentMessage<'a>),
        Updates(types::Updates<'a>),
        Combined(types::UpdatesCombined<'a>),
        /// `updatesTooLong`
        TooLong,
    }

    impl<'a> Decode<'a> for Updates<'a> {
        const CODE: u32 = skip::BOXED | 401;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::UpdateShort::ID => Updates::UpdateShort(types::UpdateShort::read_body(r)?),
                types::UpdateShortChatMessage::ID => Updates::UpdateShortChatMessage(types::UpdateShortChatMessage::read_body(r)?),
                types::UpdateShortMessage::ID => Updates::UpdateShortMessage(types::UpdateShortMessage::read_body(r)?),
                types::UpdateShortSentMessage::ID => Updates::UpdateShortSentMessage(types::UpdateShortSentMessage::read_body(r)?),
                types::Updates::ID => Updates::Updates(types::Updates::read_body(r)?),
                types::UpdatesCombined::ID => Updates::Combined(types::UpdatesCombined::read_body(r)?),
                types::UpdatesTooLong::ID => Updates::TooLong,
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for Updates<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Updates::UpdateShort(value) => value.write(s),
                Updates::UpdateShortChatMessage(value) => value.write(s),
                Updates::UpdateShortMessage(value) => value.write(s),
                Updates::UpdateShortSentMessage(value) => value.write(s),
                Updates::Updates(value) => value.write(s),
                Updates::Combined(value) => value.write(s),
                Updates::TooLong => s.u32(types::UpdatesTooLong::ID),
            }
        }
    }

    /// `User`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum User<'a> {
        User(types::User<'a>),
        Empty(types::UserEmpty),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for User<'a> {
        const CODE: u32 = skip::BOXED | 403;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::User::ID => User::User(types::User::read_body(r)?),
                types::UserEmpty::ID => User::Empty(types::UserEmpty::read_body(r)?),
                id => {
                    *r = start;
                    User::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for User<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                User::User(value) => value.write(s),
                User::Empty(value) => value.write(s),
                User::Other(raw) => raw.write(s),
            }
        }
    }

    /// `UserProfilePhoto`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum UserProfilePhoto<'a> {
        UserProfilePhoto(types::UserProfilePhoto<'a>),
        /// `userProfilePhotoEmpty`
        Empty,
    }

    impl<'a> Decode<'a> for UserProfilePhoto<'a> {
        const CODE: u32 = skip::BOXED | 405;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::UserProfilePhoto::ID => UserProfilePhoto::UserProfilePhoto(types::UserProfilePhoto::read_body(r)?),
                types::UserProfilePhotoEmpty::ID => UserProfilePhoto::Empty,
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for UserProfilePhoto<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                UserProfilePhoto::UserProfilePhoto(value) => value.write(s),
                UserProfilePhoto::Empty => s.u32(types::UserProfilePhotoEmpty::ID),
            }
        }
    }

    /// `UserStatus`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum UserStatus<'a> {
        /// `userStatusEmpty`
        Empty,
        LastMonth(types::UserStatusLastMonth),
        LastWeek(types::UserStatusLastWeek),
        Offline(types::UserStatusOffline),
        Online(types::UserStatusOnline),
        Recently(types::UserStatusRecently),
        /// A constructor that is only stepped over.
        Other(Raw<'a>),
    }

    impl<'a> Decode<'a> for UserStatus<'a> {
        const CODE: u32 = skip::BOXED | 407;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let start = *r;
            Ok(match r.u32()? {
                types::UserStatusEmpty::ID => UserStatus::Empty,
                types::UserStatusLastMonth::ID => UserStatus::LastMonth(types::UserStatusLastMonth::read_body(r)?),
                types::UserStatusLastWeek::ID => UserStatus::LastWeek(types::UserStatusLastWeek::read_body(r)?),
                types::UserStatusOffline::ID => UserStatus::Offline(types::UserStatusOffline::read_body(r)?),
                types::UserStatusOnline::ID => UserStatus::Online(types::UserStatusOnline::read_body(r)?),
                types::UserStatusRecently::ID => UserStatus::Recently(types::UserStatusRecently::read_body(r)?),
                id => {
                    *r = start;
                    UserStatus::Other(Raw { id, bytes: r.raw(Self::CODE)? })
                }
            })
        }
    }

    impl<'a> Encode for UserStatus<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                UserStatus::Empty => s.u32(types::UserStatusEmpty::ID),
                UserStatus::LastMonth(value) => value.write(s),
                UserStatus::LastWeek(value) => value.write(s),
                UserStatus::Offline(value) => value.write(s),
                UserStatus::Online(value) => value.write(s),
                UserStatus::Recently(value) => value.write(s),
                UserStatus::Other(raw) => raw.write(s),
            }
        }
    }

    /// `messages.DhConfig`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum MessagesDhConfig<'a> {
        MessagesDhConfig(types::MessagesDhConfig<'a>),
        NotModified(types::MessagesDhConfigNotModified<'a>),
    }

    impl<'a> Decode<'a> for MessagesDhConfig<'a> {
        const CODE: u32 = skip::BOXED | 548;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::MessagesDhConfig::ID => MessagesDhConfig::MessagesDhConfig(types::MessagesDhConfig::read_body(r)?),
                types::MessagesDhConfigNotModified::ID => MessagesDhConfig::NotModified(types::MessagesDhConfigNotModified::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for MessagesDhConfig<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                MessagesDhConfig::MessagesDhConfig(value) => value.write(s),
                MessagesDhConfig::NotModified(value) => value.write(s),
            }
        }
    }

    /// `storage.FileType`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum StorageFileType {
        /// `storage.fileGif`
        StorageFileGif,
        /// `storage.fileJpeg`
        StorageFileJpeg,
        /// `storage.fileMov`
        StorageFileMov,
        /// `storage.fileMp3`
        StorageFileMp3,
        /// `storage.fileMp4`
        StorageFileMp4,
        /// `storage.filePartial`
        StorageFilePartial,
        /// `storage.filePdf`
        StorageFilePdf,
        /// `storage.filePng`
        StorageFilePng,
        /// `storage.fileUnknown`
        StorageFileUnknown,
        /// `storage.fileWebp`
        StorageFileWebp,
    }

    impl<'a> Decode<'a> for StorageFileType {
        const CODE: u32 = skip::BOXED | 650;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::StorageFileGif::ID => StorageFileType::StorageFileGif,
                types::StorageFileJpeg::ID => StorageFileType::StorageFileJpeg,
                types::StorageFileMov::ID => StorageFileType::StorageFileMov,
                types::StorageFileMp3::ID => StorageFileType::StorageFileMp3,
                types::StorageFileMp4::ID => StorageFileType::StorageFileMp4,
                types::StorageFilePartial::ID => StorageFileType::StorageFilePartial,
                types::StorageFilePdf::ID => StorageFileType::StorageFilePdf,
                types::StorageFilePng::ID => StorageFileType::StorageFilePng,
                types::StorageFileUnknown::ID => StorageFileType::StorageFileUnknown,
                types::StorageFileWebp::ID => StorageFileType::StorageFileWebp,
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl Encode for StorageFileType {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                StorageFileType::StorageFileGif => s.u32(types::StorageFileGif::ID),
                StorageFileType::StorageFileJpeg => s.u32(types::StorageFileJpeg::ID),
                StorageFileType::StorageFileMov => s.u32(types::StorageFileMov::ID),
                StorageFileType::StorageFileMp3 => s.u32(types::StorageFileMp3::ID),
                StorageFileType::StorageFileMp4 => s.u32(types::StorageFileMp4::ID),
                StorageFileType::StorageFilePartial => s.u32(types::StorageFilePartial::ID),
                StorageFileType::StorageFilePdf => s.u32(types::StorageFilePdf::ID),
                StorageFileType::StorageFilePng => s.u32(types::StorageFilePng::ID),
                StorageFileType::StorageFileUnknown => s.u32(types::StorageFileUnknown::ID),
                StorageFileType::StorageFileWebp => s.u32(types::StorageFileWebp::ID),
            }
        }
    }

    /// `updates.Difference`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum UpdatesDifference<'a> {
        UpdatesDifference(types::UpdatesDifference<'a>),
        Empty(types::UpdatesDifferenceEmpty),
        Slice(types::UpdatesDifferenceSlice<'a>),
        TooLong(types::UpdatesDifferenceTooLong),
    }

    impl<'a> Decode<'a> for UpdatesDifference<'a> {
        const CODE: u32 = skip::BOXED | 667;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::UpdatesDifference::ID => UpdatesDifference::UpdatesDifference(types::UpdatesDifference::read_body(r)?),
                types::UpdatesDifferenceEmpty::ID => UpdatesDifference::Empty(types::UpdatesDifferenceEmpty::read_body(r)?),
                types::UpdatesDifferenceSlice::ID => UpdatesDifference::Slice(types::UpdatesDifferenceSlice::read_body(r)?),
                types::UpdatesDifferenceTooLong::ID => UpdatesDifference::TooLong(types::UpdatesDifferenceTooLong::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for UpdatesDifference<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                UpdatesDifference::UpdatesDifference(value) => value.write(s),
                UpdatesDifference::Empty(value) => value.write(s),
                UpdatesDifference::Slice(value) => value.write(s),
                UpdatesDifference::TooLong(value) => value.write(s),
            }
        }
    }

    /// `upload.File`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum UploadFile<'a> {
        UploadFile(types::UploadFile<'a>),
        CdnRedirect(types::UploadFileCdnRedirect<'a>),
    }

    impl<'a> Decode<'a> for UploadFile<'a> {
        const CODE: u32 = skip::BOXED | 670;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::UploadFile::ID => UploadFile::UploadFile(types::UploadFile::read_body(r)?),
                types::UploadFileCdnRedirect::ID => UploadFile::CdnRedirect(types::UploadFileCdnRedirect::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for UploadFile<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                UploadFile::UploadFile(value) => value.write(s),
                UploadFile::CdnRedirect(value) => value.write(s),
            }
        }
    }
}

/// A struct per method.
pub mod functions {
    use super::*;

    /// `phone.acceptCall#3bd2b4a0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneAcceptCall<'a> {
        pub peer: types::InputPhoneCall,
        pub g_b: &'a [u8],
        pub protocol: types::PhoneCallProtocol<'a>,
    }

    impl<'a> PhoneAcceptCall<'a> {
        pub const ID: u32 = 0x3bd2b4a0;
    }

    impl<'a> Method for PhoneAcceptCall<'a> {
        const ID: u32 = 0x3bd2b4a0;
        const NAME: &'static str = "phone.acceptCall";
        type Answer<'answer> = types::PhonePhoneCall<'answer>;
    }

    impl<'a> Decode<'a> for PhoneAcceptCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let peer = <types::InputPhoneCall>::read(r)?;
            let g_b = r.bytes()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            Ok(PhoneAcceptCall { peer, g_b, protocol })
        }
    }

    impl<'a> Encode for PhoneAcceptCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.peer.write(s);
            s.bytes(self.g_b);
            self.protocol.write(s);
        }
    }

    /// `phone.checkGroupCall#b59cf977`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCheckGroupCall<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub sources: Seq<'a, i32>,
    }

    impl<'a> PhoneCheckGroupCall<'a> {
        pub const ID: u32 = 0xb59cf977;
    }

    impl<'a> Method for PhoneCheckGroupCall<'a> {
        const ID: u32 = 0xb59cf977;
        const NAME: &'static str = "phone.checkGroupCall";
        type Answer<'answer> = Seq<'answer, i32>;
    }

    impl<'a> Decode<'a> for PhoneCheckGroupCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let sources = r.seq()?;
            Ok(PhoneCheckGroupCall { call, sources })
        }
    }

    impl<'a> Encode for PhoneCheckGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.seq(&self.sources);
        }
    }

    /// `phone.confirmCall#2efe1722`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneConfirmCall<'a> {
        pub peer: types::InputPhoneCall,
        pub g_a: &'a [u8],
        pub key_fingerprint: i64,
        pub protocol: types::PhoneCallProtocol<'a>,
    }

    impl<'a> PhoneConfirmCall<'a> {
        pub const ID: u32 = 0x2efe1722;
    }

    impl<'a> Method for PhoneConfirmCall<'a> {
        const ID: u32 = 0x2efe1722;
        const NAME: &'static str = "phone.confirmCall";
        type Answer<'answer> = types::PhonePhoneCall<'answer>;
    }

    impl<'a> Decode<'a> for PhoneConfirmCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let peer = <types::InputPhoneCall>::read(r)?;
            let g_a = r.bytes()?;
            let key_fingerprint = r.i64()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            Ok(PhoneConfirmCall { peer, g_a, key_fingerprint, protocol })
        }
    }

    impl<'a> Encode for PhoneConfirmCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.peer.write(s);
            s.bytes(self.g_a);
            s.i64(self.key_fingerprint);
            self.protocol.write(s);
        }
    }

    /// The fields of `phone.createConferenceCall` that come and go with bit 3 of its flags.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ConferenceJoin<'a> {
        pub public_key: &'a [u8; 32],
        pub block: &'a [u8],
        pub params: types::DataJSON<'a>,
    }

    /// `phone.createConferenceCall#7d0444bb`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCreateConferenceCall<'a> {
        pub muted: bool,
        pub video_stopped: bool,
        pub random_id: i32,
        pub join: Option<ConferenceJoin<'a>>,
    }

    impl<'a> PhoneCreateConferenceCall<'a> {
        pub const ID: u32 = 0x7d0444bb;
        pub fn join(&self) -> bool {
            self.join.is_some()
        }
    }

    impl<'a> Method for PhoneCreateConferenceCall<'a> {
        const ID: u32 = 0x7d0444bb;
        const NAME: &'static str = "phone.createConferenceCall";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneCreateConferenceCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let random_id = r.i32()?;
            let join = if flags >> 3 & 1 == 1 { Some(ConferenceJoin { public_key: r.array()?, block: r.bytes()?, params: <types::DataJSON<'_>>::read(r)? }) } else { None };
            Ok(PhoneCreateConferenceCall { muted: flags >> 0 & 1 == 1, video_stopped: flags >> 2 & 1 == 1, random_id, join })
        }
    }

    impl<'a> Encode for PhoneCreateConferenceCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.muted) | u32::from(self.video_stopped) << 2 | u32::from(self.join.is_some()) << 3);
            s.i32(self.random_id);
            if let Some(value) = self.join {
                s.raw(value.public_key);
                s.bytes(value.block);
                value.params.write(s);
            }
        }
    }

    /// `phone.createGroupCall#48cdc6d8`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneCreateGroupCall<'a> {
        pub rtmp_stream: bool,
        pub peer: enums::InputPeer<'a>,
        pub random_id: i32,
        pub title: Option<&'a [u8]>,
        pub schedule_date: Option<i32>,
    }

    impl<'a> PhoneCreateGroupCall<'a> {
        pub const ID: u32 = 0x48cdc6d8;
    }

    impl<'a> Method for PhoneCreateGroupCall<'a> {
        const ID: u32 = 0x48cdc6d8;
        const NAME: &'static str = "phone.createGroupCall";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneCreateGroupCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let peer = <enums::InputPeer<'_>>::read(r)?;
            let random_id = r.i32()?;
            let title = if flags >> 0 & 1 == 1 { Some(r.bytes()?) } else { None };
            let schedule_date = if flags >> 1 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(PhoneCreateGroupCall { rtmp_stream: flags >> 2 & 1 == 1, peer, random_id, title, schedule_date })
        }
    }

    impl<'a> Encode for PhoneCreateGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.title.is_some()) | u32::from(self.schedule_date.is_some()) << 1 | u32::from(self.rtmp_stream) << 2);
            self.peer.write(s);
            s.i32(self.random_id);
            if let Some(value) = self.title {
                s.bytes(value);
            }
            if let Some(value) = self.schedule_date {
                s.i32(value);
            }
        }
    }

    /// `phone.declineConferenceCallInvite#3c479971`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneDeclineConferenceCallInvite {
        pub msg_id: i32,
    }

    impl PhoneDeclineConferenceCallInvite {
        pub const ID: u32 = 0x3c479971;
    }

    impl Method for PhoneDeclineConferenceCallInvite {
        const ID: u32 = 0x3c479971;
        const NAME: &'static str = "phone.declineConferenceCallInvite";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneDeclineConferenceCallInvite {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let msg_id = r.i32()?;
            Ok(PhoneDeclineConferenceCallInvite { msg_id })
        }
    }

    impl Encode for PhoneDeclineConferenceCallInvite {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.i32(self.msg_id);
        }
    }

    /// `phone.deleteConferenceCallParticipants#8ca60525`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneDeleteConferenceCallParticipants<'a> {
        pub only_left: bool,
        pub kick: bool,
        pub call: enums::InputGroupCall<'a>,
        pub ids: Seq<'a, i64>,
        pub block: &'a [u8],
    }

    impl<'a> PhoneDeleteConferenceCallParticipants<'a> {
        pub const ID: u32 = 0x8ca60525;
    }

    impl<'a> Method for PhoneDeleteConferenceCallParticipants<'a> {
        const ID: u32 = 0x8ca60525;
        const NAME: &'static str = "phone.deleteConferenceCallParticipants";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneDeleteConferenceCallParticipants<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let ids = r.seq()?;
            let block = r.bytes()?;
            Ok(PhoneDeleteConferenceCallParticipants { only_left: flags >> 0 & 1 == 1, kick: flags >> 1 & 1 == 1, call, ids, block })
        }
    }

    impl<'a> Encode for PhoneDeleteConferenceCallParticipants<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.only_left) | u32::from(self.kick) << 1);
            self.call.write(s);
            s.seq(&self.ids);
            s.bytes(self.block);
        }
    }

    /// `phone.deleteGroupCallMessages#f64f54f7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneDeleteGroupCallMessages<'a> {
        pub report_spam: bool,
        pub call: enums::InputGroupCall<'a>,
        pub messages: Seq<'a, i32>,
    }

    impl<'a> PhoneDeleteGroupCallMessages<'a> {
        pub const ID: u32 = 0xf64f54f7;
    }

    impl<'a> Method for PhoneDeleteGroupCallMessages<'a> {
        const ID: u32 = 0xf64f54f7;
        const NAME: &'static str = "phone.deleteGroupCallMessages";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneDeleteGroupCallMessages<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let messages = r.seq()?;
            Ok(PhoneDeleteGroupCallMessages { report_spam: flags >> 0 & 1 == 1, call, messages })
        }
    }

    impl<'a> Encode for PhoneDeleteGroupCallMessages<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.report_spam));
            self.call.write(s);
            s.seq(&self.messages);
        }
    }

    /// `phone.deleteGroupCallParticipantMessages#1dbfeca0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneDeleteGroupCallParticipantMessages<'a> {
        pub report_spam: bool,
        pub call: enums::InputGroupCall<'a>,
        pub participant: enums::InputPeer<'a>,
    }

    impl<'a> PhoneDeleteGroupCallParticipantMessages<'a> {
        pub const ID: u32 = 0x1dbfeca0;
    }

    impl<'a> Method for PhoneDeleteGroupCallParticipantMessages<'a> {
        const ID: u32 = 0x1dbfeca0;
        const NAME: &'static str = "phone.deleteGroupCallParticipantMessages";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneDeleteGroupCallParticipantMessages<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let participant = <enums::InputPeer<'_>>::read(r)?;
            Ok(PhoneDeleteGroupCallParticipantMessages { report_spam: flags >> 0 & 1 == 1, call, participant })
        }
    }

    impl<'a> Encode for PhoneDeleteGroupCallParticipantMessages<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.report_spam));
            self.call.write(s);
            self.participant.write(s);
        }
    }

    /// `phone.discardCall#b2cbc1c0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneDiscardCall<'a> {
        pub video: bool,
        pub peer: types::InputPhoneCall,
        pub duration: i32,
        pub reason: enums::PhoneCallDiscardReason<'a>,
        pub connection_id: i64,
    }

    impl<'a> PhoneDiscardCall<'a> {
        pub const ID: u32 = 0xb2cbc1c0;
    }

    impl<'a> Method for PhoneDiscardCall<'a> {
        const ID: u32 = 0xb2cbc1c0;
        const NAME: &'static str = "phone.discardCall";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneDiscardCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let peer = <types::InputPhoneCall>::read(r)?;
            let duration = r.i32()?;
            let reason = <enums::PhoneCallDiscardReason<'_>>::read(r)?;
            let connection_id = r.i64()?;
            Ok(PhoneDiscardCall { video: flags >> 0 & 1 == 1, peer, duration, reason, connection_id })
        }
    }

    impl<'a> Encode for PhoneDiscardCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.video));
            self.peer.write(s);
            s.i32(self.duration);
            self.reason.write(s);
            s.i64(self.connection_id);
        }
    }

    /// `phone.discardGroupCall#7a777135`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneDiscardGroupCall<'a> {
        pub call: enums::InputGroupCall<'a>,
    }

    impl<'a> PhoneDiscardGroupCall<'a> {
        pub const ID: u32 = 0x7a777135;
    }

    impl<'a> Method for PhoneDiscardGroupCall<'a> {
        const ID: u32 = 0x7a777135;
        const NAME: &'static str = "phone.discardGroupCall";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneDiscardGroupCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            Ok(PhoneDiscardGroupCall { call })
        }
    }

    impl<'a> Encode for PhoneDiscardGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
        }
    }

    /// `phone.editGroupCallParticipant#a5273abf`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneEditGroupCallParticipant<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub participant: enums::InputPeer<'a>,
        pub muted: Option<bool>,
        pub volume: Option<i32>,
        pub raise_hand: Option<bool>,
        pub video_stopped: Option<bool>,
        pub video_paused: Option<bool>,
        pub presentation_paused: Option<bool>,
    }

    impl<'a> PhoneEditGroupCallParticipant<'a> {
        pub const ID: u32 = 0xa5273abf;
    }

    impl<'a> Method for PhoneEditGroupCallParticipant<'a> {
        const ID: u32 = 0xa5273abf;
        const NAME: &'static str = "phone.editGroupCallParticipant";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneEditGroupCallParticipant<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let participant = <enums::InputPeer<'_>>::read(r)?;
            let muted = if flags >> 0 & 1 == 1 { Some(r.bool()?) } else { None };
            let volume = if flags >> 1 & 1 == 1 { Some(r.i32()?) } else { None };
            let raise_hand = if flags >> 2 & 1 == 1 { Some(r.bool()?) } else { None };
            let video_stopped = if flags >> 3 & 1 == 1 { Some(r.bool()?) } else { None };
            let video_paused = if flags >> 4 & 1 == 1 { Some(r.bool()?) } else { None };
            let presentation_paused = if flags >> 5 & 1 == 1 { Some(r.bool()?) } else { None };
            Ok(PhoneEditGroupCallParticipant { call, participant, muted, volume, raise_hand, video_stopped, video_paused, presentation_paused })
        }
    }

    impl<'a> Encode for PhoneEditGroupCallParticipant<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.muted.is_some()) | u32::from(self.volume.is_some()) << 1 | u32::from(self.raise_hand.is_some()) << 2 | u32::from(self.video_stopped.is_some()) << 3 | u32::from(self.video_paused.is_some()) << 4 | u32::from(self.presentation_paused.is_some()) << 5);
            self.call.write(s);
            self.participant.write(s);
            if let Some(value) = self.muted {
                s.bool(value);
            }
            if let Some(value) = self.volume {
                s.i32(value);
            }
            if let Some(value) = self.raise_hand {
                s.bool(value);
            }
            if let Some(value) = self.video_stopped {
                s.bool(value);
            }
            if let Some(value) = self.video_paused {
                s.bool(value);
            }
            if let Some(value) = self.presentation_paused {
                s.bool(value);
            }
        }
    }

    /// `phone.editGroupCallTitle#1ca6ac0a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneEditGroupCallTitle<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub title: &'a [u8],
    }

    impl<'a> PhoneEditGroupCallTitle<'a> {
        pub const ID: u32 = 0x1ca6ac0a;
    }

    impl<'a> Method for PhoneEditGroupCallTitle<'a> {
        const ID: u32 = 0x1ca6ac0a;
        const NAME: &'static str = "phone.editGroupCallTitle";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneEditGroupCallTitle<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let title = r.bytes()?;
            Ok(PhoneEditGroupCallTitle { call, title })
        }
    }

    impl<'a> Encode for PhoneEditGroupCallTitle<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.bytes(self.title);
        }
    }

    /// `phone.exportGroupCallInvite#e6aa647f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneExportGroupCallInvite<'a> {
        pub can_self_unmute: bool,
        pub call: enums::InputGroupCall<'a>,
    }

    impl<'a> PhoneExportGroupCallInvite<'a> {
        pub const ID: u32 = 0xe6aa647f;
    }

    impl<'a> Method for PhoneExportGroupCallInvite<'a> {
        const ID: u32 = 0xe6aa647f;
        const NAME: &'static str = "phone.exportGroupCallInvite";
        type Answer<'answer> = types::PhoneExportedGroupCallInvite<'answer>;
    }

    impl<'a> Decode<'a> for PhoneExportGroupCallInvite<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            Ok(PhoneExportGroupCallInvite { can_self_unmute: flags >> 0 & 1 == 1, call })
        }
    }

    impl<'a> Encode for PhoneExportGroupCallInvite<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.can_self_unmute));
            self.call.write(s);
        }
    }

    /// `phone.getCallConfig#55451fa9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGetCallConfig;

    impl PhoneGetCallConfig {
        pub const ID: u32 = 0x55451fa9;
    }

    impl Method for PhoneGetCallConfig {
        const ID: u32 = 0x55451fa9;
        const NAME: &'static str = "phone.getCallConfig";
        type Answer<'answer> = types::DataJSON<'answer>;
    }

    impl<'a> Decode<'a> for PhoneGetCallConfig {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Ok(PhoneGetCallConfig)
        }
    }

    impl Encode for PhoneGetCallConfig {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
        }
    }

    /// `phone.getGroupCall#041845db`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGetGroupCall<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub limit: i32,
    }

    impl<'a> PhoneGetGroupCall<'a> {
        pub const ID: u32 = 0x041845db;
    }

    impl<'a> Method for PhoneGetGroupCall<'a> {
        const ID: u32 = 0x041845db;
        const NAME: &'static str = "phone.getGroupCall";
        type Answer<'answer> = types::PhoneGroupCall<'answer>;
    }

    impl<'a> Decode<'a> for PhoneGetGroupCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let limit = r.i32()?;
            Ok(PhoneGetGroupCall { call, limit })
        }
    }

    impl<'a> Encode for PhoneGetGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.i32(self.limit);
        }
    }

    /// `phone.getGroupCallChainBlocks#ee9f88a6`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGetGroupCallChainBlocks<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub sub_chain_id: i32,
        pub offset: i32,
        pub limit: i32,
    }

    impl<'a> PhoneGetGroupCallChainBlocks<'a> {
        pub const ID: u32 = 0xee9f88a6;
    }

    impl<'a> Method for PhoneGetGroupCallChainBlocks<'a> {
        const ID: u32 = 0xee9f88a6;
        const NAME: &'static str = "phone.getGroupCallChainBlocks";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneGetGroupCallChainBlocks<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let sub_chain_id = r.i32()?;
            let offset = r.i32()?;
            let limit = r.i32()?;
            Ok(PhoneGetGroupCallChainBlocks { call, sub_chain_id, offset, limit })
        }
    }

    impl<'a> Encode for PhoneGetGroupCallChainBlocks<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.i32(self.sub_chain_id);
            s.i32(self.offset);
            s.i32(self.limit);
        }
    }

    /// `phone.getGroupCallJoinAs#ef7c213a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGetGroupCallJoinAs<'a> {
        pub peer: enums::InputPeer<'a>,
    }

    impl<'a> PhoneGetGroupCallJoinAs<'a> {
        pub const ID: u32 = 0xef7c213a;
    }

    impl<'a> Method for PhoneGetGroupCallJoinAs<'a> {
        const ID: u32 = 0xef7c213a;
        const NAME: &'static str = "phone.getGroupCallJoinAs";
        type Answer<'answer> = types::PhoneJoinAsPeers<'answer>;
    }

    impl<'a> Decode<'a> for PhoneGetGroupCallJoinAs<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let peer = <enums::InputPeer<'_>>::read(r)?;
            Ok(PhoneGetGroupCallJoinAs { peer })
        }
    }

    impl<'a> Encode for PhoneGetGroupCallJoinAs<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.peer.write(s);
        }
    }

    /// `phone.getGroupCallStars#6f636302`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGetGroupCallStars<'a> {
        pub call: enums::InputGroupCall<'a>,
    }

    impl<'a> PhoneGetGroupCallStars<'a> {
        pub const ID: u32 = 0x6f636302;
    }

    impl<'a> Method for PhoneGetGroupCallStars<'a> {
        const ID: u32 = 0x6f636302;
        const NAME: &'static str = "phone.getGroupCallStars";
        type Answer<'answer> = types::PhoneGroupCallStars<'answer>;
    }

    impl<'a> Decode<'a> for PhoneGetGroupCallStars<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            Ok(PhoneGetGroupCallStars { call })
        }
    }

    impl<'a> Encode for PhoneGetGroupCallStars<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
        }
    }

    /// `phone.getGroupCallStreamChannels#1ab21940`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGetGroupCallStreamChannels<'a> {
        pub call: enums::InputGroupCall<'a>,
    }

    impl<'a> PhoneGetGroupCallStreamChannels<'a> {
        pub const ID: u32 = 0x1ab21940;
    }

    impl<'a> Method for PhoneGetGroupCallStreamChannels<'a> {
        const ID: u32 = 0x1ab21940;
        const NAME: &'static str = "phone.getGroupCallStreamChannels";
        type Answer<'answer> = types::PhoneGroupCallStreamChannels<'answer>;
    }

    impl<'a> Decode<'a> for PhoneGetGroupCallStreamChannels<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            Ok(PhoneGetGroupCallStreamChannels { call })
        }
    }

    impl<'a> Encode for PhoneGetGroupCallStreamChannels<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
        }
    }

    /// `phone.getGroupCallStreamRtmpUrl#5af4c73a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGetGroupCallStreamRtmpUrl<'a> {
        pub live_story: bool,
        pub peer: enums::InputPeer<'a>,
        pub revoke: bool,
    }

    impl<'a> PhoneGetGroupCallStreamRtmpUrl<'a> {
        pub const ID: u32 = 0x5af4c73a;
    }

    impl<'a> Method for PhoneGetGroupCallStreamRtmpUrl<'a> {
        const ID: u32 = 0x5af4c73a;
        const NAME: &'static str = "phone.getGroupCallStreamRtmpUrl";
        type Answer<'answer> = types::PhoneGroupCallStreamRtmpUrl<'answer>;
    }

    impl<'a> Decode<'a> for PhoneGetGroupCallStreamRtmpUrl<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let peer = <enums::InputPeer<'_>>::read(r)?;
            let revoke = r.bool()?;
            Ok(PhoneGetGroupCallStreamRtmpUrl { live_story: flags >> 0 & 1 == 1, peer, revoke })
        }
    }

    impl<'a> Encode for PhoneGetGroupCallStreamRtmpUrl<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.live_story));
            self.peer.write(s);
            s.bool(self.revoke);
        }
    }

    /// `phone.getGroupParticipants#c558d8ab`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneGetGroupParticipants<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub ids: Seq<'a, enums::InputPeer<'a>>,
        pub sources: Seq<'a, i32>,
        pub offset: &'a [u8],
        pub limit: i32,
    }

    impl<'a> PhoneGetGroupParticipants<'a> {
        pub const ID: u32 = 0xc558d8ab;
    }

    impl<'a> Method for PhoneGetGroupParticipants<'a> {
        const ID: u32 = 0xc558d8ab;
        const NAME: &'static str = "phone.getGroupParticipants";
        type Answer<'answer> = types::PhoneGroupParticipants<'answer>;
    }

    impl<'a> Decode<'a> for PhoneGetGroupParticipants<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let ids = r.seq()?;
            let sources = r.seq()?;
            let offset = r.bytes()?;
            let limit = r.i32()?;
            Ok(PhoneGetGroupParticipants { call, ids, sources, offset, limit })
        }
    }

    impl<'a> Encode for PhoneGetGroupParticipants<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.seq(&self.ids);
            s.seq(&self.sources);
            s.bytes(self.offset);
            s.i32(self.limit);
        }
    }

    /// `phone.inviteConferenceCallParticipant#bcf22685`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneInviteConferenceCallParticipant<'a> {
        pub video: bool,
        pub call: enums::InputGroupCall<'a>,
        pub user_id: enums::InputUser<'a>,
    }

    impl<'a> PhoneInviteConferenceCallParticipant<'a> {
        pub const ID: u32 = 0xbcf22685;
    }

    impl<'a> Method for PhoneInviteConferenceCallParticipant<'a> {
        const ID: u32 = 0xbcf22685;
        const NAME: &'static str = "phone.inviteConferenceCallParticipant";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneInviteConferenceCallParticipant<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let user_id = <enums::InputUser<'_>>::read(r)?;
            Ok(PhoneInviteConferenceCallParticipant { video: flags >> 0 & 1 == 1, call, user_id })
        }
    }

    impl<'a> Encode for PhoneInviteConferenceCallParticipant<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.video));
            self.call.write(s);
            self.user_id.write(s);
        }
    }

    /// `phone.inviteToGroupCall#7b393160`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneInviteToGroupCall<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub users: Seq<'a, enums::InputUser<'a>>,
    }

    impl<'a> PhoneInviteToGroupCall<'a> {
        pub const ID: u32 = 0x7b393160;
    }

    impl<'a> Method for PhoneInviteToGroupCall<'a> {
        const ID: u32 = 0x7b393160;
        const NAME: &'static str = "phone.inviteToGroupCall";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneInviteToGroupCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let users = r.seq()?;
            Ok(PhoneInviteToGroupCall { call, users })
        }
    }

    impl<'a> Encode for PhoneInviteToGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.seq(&self.users);
        }
    }

    /// The fields of `phone.joinGroupCall` that come and go with bit 3 of its flags.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct JoinKey<'a> {
        pub public_key: &'a [u8; 32],
        pub block: &'a [u8],
    }

    /// `phone.joinGroupCall#8fb53057`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneJoinGroupCall<'a> {
        pub muted: bool,
        pub video_stopped: bool,
        pub call: enums::InputGroupCall<'a>,
        pub join_as: enums::InputPeer<'a>,
        pub invite_hash: Option<&'a [u8]>,
        pub key: Option<JoinKey<'a>>,
        pub params: types::DataJSON<'a>,
    }

    impl<'a> PhoneJoinGroupCall<'a> {
        pub const ID: u32 = 0x8fb53057;
    }

    impl<'a> Method for PhoneJoinGroupCall<'a> {
        const ID: u32 = 0x8fb53057;
        const NAME: &'static str = "phone.joinGroupCall";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneJoinGroupCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let join_as = <enums::InputPeer<'_>>::read(r)?;
            let invite_hash = if flags >> 1 & 1 == 1 { Some(r.bytes()?) } else { None };
            let key = if flags >> 3 & 1 == 1 { Some(JoinKey { public_key: r.array()?, block: r.bytes()? }) } else { None };
            let params = <types::DataJSON<'_>>::read(r)?;
            Ok(PhoneJoinGroupCall { muted: flags >> 0 & 1 == 1, video_stopped: flags >> 2 & 1 == 1, call, join_as, invite_hash, key, params })
        }
    }

    impl<'a> Encode for PhoneJoinGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.muted) | u32::from(self.invite_hash.is_some()) << 1 | u32::from(self.video_stopped) << 2 | u32::from(self.key.is_some()) << 3);
            self.call.write(s);
            self.join_as.write(s);
            if let Some(value) = self.invite_hash {
                s.bytes(value);
            }
            if let Some(value) = self.key {
                s.raw(value.public_key);
                s.bytes(value.block);
            }
            self.params.write(s);
        }
    }

    /// `phone.joinGroupCallPresentation#cbea6bc4`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneJoinGroupCallPresentation<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub params: types::DataJSON<'a>,
    }

    impl<'a> PhoneJoinGroupCallPresentation<'a> {
        pub const ID: u32 = 0xcbea6bc4;
    }

    impl<'a> Method for PhoneJoinGroupCallPresentation<'a> {
        const ID: u32 = 0xcbea6bc4;
        const NAME: &'static str = "phone.joinGroupCallPresentation";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneJoinGroupCallPresentation<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let params = <types::DataJSON<'_>>::read(r)?;
            Ok(PhoneJoinGroupCallPresentation { call, params })
        }
    }

    impl<'a> Encode for PhoneJoinGroupCallPresentation<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            self.params.write(s);
        }
    }

    /// `phone.leaveGroupCall#500377f9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneLeaveGroupCall<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub source: i32,
    }

    impl<'a> PhoneLeaveGroupCall<'a> {
        pub const ID: u32 = 0x500377f9;
    }

    impl<'a> Method for PhoneLeaveGroupCall<'a> {
        const ID: u32 = 0x500377f9;
        const NAME: &'static str = "phone.leaveGroupCall";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneLeaveGroupCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let source = r.i32()?;
            Ok(PhoneLeaveGroupCall { call, source })
        }
    }

    impl<'a> Encode for PhoneLeaveGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.i32(self.source);
        }
    }

    /// `phone.leaveGroupCallPresentation#1c50d144`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneLeaveGroupCallPresentation<'a> {
        pub call: enums::InputGroupCall<'a>,
    }

    impl<'a> PhoneLeaveGroupCallPresentation<'a> {
        pub const ID: u32 = 0x1c50d144;
    }

    impl<'a> Method for PhoneLeaveGroupCallPresentation<'a> {
        const ID: u32 = 0x1c50d144;
        const NAME: &'static str = "phone.leaveGroupCallPresentation";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneLeaveGroupCallPresentation<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            Ok(PhoneLeaveGroupCallPresentation { call })
        }
    }

    impl<'a> Encode for PhoneLeaveGroupCallPresentation<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
        }
    }

    /// `phone.receivedCall#17d54f61`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneReceivedCall {
        pub peer: types::InputPhoneCall,
    }

    impl PhoneReceivedCall {
        pub const ID: u32 = 0x17d54f61;
    }

    impl Method for PhoneReceivedCall {
        const ID: u32 = 0x17d54f61;
        const NAME: &'static str = "phone.receivedCall";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for PhoneReceivedCall {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let peer = <types::InputPhoneCall>::read(r)?;
            Ok(PhoneReceivedCall { peer })
        }
    }

    impl Encode for PhoneReceivedCall {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.peer.write(s);
        }
    }

    /// `phone.requestCall#42ff96ed`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneRequestCall<'a> {
        pub video: bool,
        pub user_id: enums::InputUser<'a>,
        pub random_id: i32,
        pub g_a_hash: &'a [u8],
        pub protocol: types::PhoneCallProtocol<'a>,
    }

    impl<'a> PhoneRequestCall<'a> {
        pub const ID: u32 = 0x42ff96ed;
    }

    impl<'a> Method for PhoneRequestCall<'a> {
        const ID: u32 = 0x42ff96ed;
        const NAME: &'static str = "phone.requestCall";
        type Answer<'answer> = types::PhonePhoneCall<'answer>;
    }

    impl<'a> Decode<'a> for PhoneRequestCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let user_id = <enums::InputUser<'_>>::read(r)?;
            let random_id = r.i32()?;
            let g_a_hash = r.bytes()?;
            let protocol = <types::PhoneCallProtocol<'_>>::read(r)?;
            Ok(PhoneRequestCall { video: flags >> 0 & 1 == 1, user_id, random_id, g_a_hash, protocol })
        }
    }

    impl<'a> Encode for PhoneRequestCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.video));
            self.user_id.write(s);
            s.i32(self.random_id);
            s.bytes(self.g_a_hash);
            self.protocol.write(s);
        }
    }

    /// `phone.saveCallDebug#277add7e`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSaveCallDebug<'a> {
        pub peer: types::InputPhoneCall,
        pub debug: types::DataJSON<'a>,
    }

    impl<'a> PhoneSaveCallDebug<'a> {
        pub const ID: u32 = 0x277add7e;
    }

    impl<'a> Method for PhoneSaveCallDebug<'a> {
        const ID: u32 = 0x277add7e;
        const NAME: &'static str = "phone.saveCallDebug";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for PhoneSaveCallDebug<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let peer = <types::InputPhoneCall>::read(r)?;
            let debug = <types::DataJSON<'_>>::read(r)?;
            Ok(PhoneSaveCallDebug { peer, debug })
        }
    }

    impl<'a> Encode for PhoneSaveCallDebug<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.peer.write(s);
            self.debug.write(s);
        }
    }

    /// `phone.saveCallLog#41248786`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSaveCallLog<'a> {
        pub peer: types::InputPhoneCall,
        pub file: enums::InputFile<'a>,
    }

    impl<'a> PhoneSaveCallLog<'a> {
        pub const ID: u32 = 0x41248786;
    }

    impl<'a> Method for PhoneSaveCallLog<'a> {
        const ID: u32 = 0x41248786;
        const NAME: &'static str = "phone.saveCallLog";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for PhoneSaveCallLog<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let peer = <types::InputPhoneCall>::read(r)?;
            let file = <enums::InputFile<'_>>::read(r)?;
            Ok(PhoneSaveCallLog { peer, file })
        }
    }

    impl<'a> Encode for PhoneSaveCallLog<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.peer.write(s);
            self.file.write(s);
        }
    }

    /// `phone.saveDefaultGroupCallJoinAs#575e1f8c`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSaveDefaultGroupCallJoinAs<'a> {
        pub peer: enums::InputPeer<'a>,
        pub join_as: enums::InputPeer<'a>,
    }

    impl<'a> PhoneSaveDefaultGroupCallJoinAs<'a> {
        pub const ID: u32 = 0x575e1f8c;
    }

    impl<'a> Method for PhoneSaveDefaultGroupCallJoinAs<'a> {
        const ID: u32 = 0x575e1f8c;
        const NAME: &'static str = "phone.saveDefaultGroupCallJoinAs";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for PhoneSaveDefaultGroupCallJoinAs<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let peer = <enums::InputPeer<'_>>::read(r)?;
            let join_as = <enums::InputPeer<'_>>::read(r)?;
            Ok(PhoneSaveDefaultGroupCallJoinAs { peer, join_as })
        }
    }

    impl<'a> Encode for PhoneSaveDefaultGroupCallJoinAs<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.peer.write(s);
            self.join_as.write(s);
        }
    }

    /// `phone.saveDefaultSendAs#4167add1`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSaveDefaultSendAs<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub send_as: enums::InputPeer<'a>,
    }

    impl<'a> PhoneSaveDefaultSendAs<'a> {
        pub const ID: u32 = 0x4167add1;
    }

    impl<'a> Method for PhoneSaveDefaultSendAs<'a> {
        const ID: u32 = 0x4167add1;
        const NAME: &'static str = "phone.saveDefaultSendAs";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for PhoneSaveDefaultSendAs<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let send_as = <enums::InputPeer<'_>>::read(r)?;
            Ok(PhoneSaveDefaultSendAs { call, send_as })
        }
    }

    impl<'a> Encode for PhoneSaveDefaultSendAs<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            self.send_as.write(s);
        }
    }

    /// `phone.sendConferenceCallBroadcast#c6701900`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSendConferenceCallBroadcast<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub block: &'a [u8],
    }

    impl<'a> PhoneSendConferenceCallBroadcast<'a> {
        pub const ID: u32 = 0xc6701900;
    }

    impl<'a> Method for PhoneSendConferenceCallBroadcast<'a> {
        const ID: u32 = 0xc6701900;
        const NAME: &'static str = "phone.sendConferenceCallBroadcast";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneSendConferenceCallBroadcast<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let block = r.bytes()?;
            Ok(PhoneSendConferenceCallBroadcast { call, block })
        }
    }

    impl<'a> Encode for PhoneSendConferenceCallBroadcast<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.bytes(self.block);
        }
    }

    /// `phone.sendGroupCallEncryptedMessage#e5afa56d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSendGroupCallEncryptedMessage<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub encrypted_message: &'a [u8],
    }

    impl<'a> PhoneSendGroupCallEncryptedMessage<'a> {
        pub const ID: u32 = 0xe5afa56d;
    }

    impl<'a> Method for PhoneSendGroupCallEncryptedMessage<'a> {
        const ID: u32 = 0xe5afa56d;
        const NAME: &'static str = "phone.sendGroupCallEncryptedMessage";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for PhoneSendGroupCallEncryptedMessage<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let encrypted_message = r.bytes()?;
            Ok(PhoneSendGroupCallEncryptedMessage { call, encrypted_message })
        }
    }

    impl<'a> Encode for PhoneSendGroupCallEncryptedMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.bytes(self.encrypted_message);
        }
    }

    /// `phone.sendGroupCallMessage#b1d11410`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSendGroupCallMessage<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub random_id: i64,
        pub message: types::TextWithEntities<'a>,
        pub allow_paid_stars: Option<i64>,
        pub send_as: Option<enums::InputPeer<'a>>,
    }

    impl<'a> PhoneSendGroupCallMessage<'a> {
        pub const ID: u32 = 0xb1d11410;
    }

    impl<'a> Method for PhoneSendGroupCallMessage<'a> {
        const ID: u32 = 0xb1d11410;
        const NAME: &'static str = "phone.sendGroupCallMessage";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneSendGroupCallMessage<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let random_id = r.i64()?;
            let message = <types::TextWithEntities<'_>>::read(r)?;
            let allow_paid_stars = if flags >> 0 & 1 == 1 { Some(r.i64()?) } else { None };
            let send_as = if flags >> 1 & 1 == 1 { Some(<enums::InputPeer<'_>>::read(r)?) } else { None };
            Ok(PhoneSendGroupCallMessage { call, random_id, message, allow_paid_stars, send_as })
        }
    }

    impl<'a> Encode for PhoneSendGroupCallMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.allow_paid_stars.is_some()) | u32::from(self.send_as.is_some()) << 1);
            self.call.write(s);
            s.i64(self.random_id);
            self.message.write(s);
            if let Some(value) = self.allow_paid_stars {
                s.i64(value);
            }
            if let Some(value) = self.send_as {
                value.write(s);
            }
        }
    }

    /// `phone.sendSignalingData#ff7a9383`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSendSignalingData<'a> {
        pub peer: types::InputPhoneCall,
        pub data: &'a [u8],
    }

    impl<'a> PhoneSendSignalingData<'a> {
        pub const ID: u32 = 0xff7a9383;
    }

    impl<'a> Method for PhoneSendSignalingData<'a> {
        const ID: u32 = 0xff7a9383;
        const NAME: &'static str = "phone.sendSignalingData";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for PhoneSendSignalingData<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let peer = <types::InputPhoneCall>::read(r)?;
            let data = r.bytes()?;
            Ok(PhoneSendSignalingData { peer, data })
        }
    }

    impl<'a> Encode for PhoneSendSignalingData<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.peer.write(s);
            s.bytes(self.data);
        }
    }

    /// `phone.setCallRating#59ead627`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneSetCallRating<'a> {
        pub user_initiative: bool,
        pub peer: types::InputPhoneCall,
        pub rating: i32,
        pub comment: &'a [u8],
    }

    impl<'a> PhoneSetCallRating<'a> {
        pub const ID: u32 = 0x59ead627;
    }

    impl<'a> Method for PhoneSetCallRating<'a> {
        const ID: u32 = 0x59ead627;
        const NAME: &'static str = "phone.setCallRating";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneSetCallRating<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let peer = <types::InputPhoneCall>::read(r)?;
            let rating = r.i32()?;
            let comment = r.bytes()?;
            Ok(PhoneSetCallRating { user_initiative: flags >> 0 & 1 == 1, peer, rating, comment })
        }
    }

    impl<'a> Encode for PhoneSetCallRating<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.user_initiative));
            self.peer.write(s);
            s.i32(self.rating);
            s.bytes(self.comment);
        }
    }

    /// `phone.startScheduledGroupCall#5680e342`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneStartScheduledGroupCall<'a> {
        pub call: enums::InputGroupCall<'a>,
    }

    impl<'a> PhoneStartScheduledGroupCall<'a> {
        pub const ID: u32 = 0x5680e342;
    }

    impl<'a> Method for PhoneStartScheduledGroupCall<'a> {
        const ID: u32 = 0x5680e342;
        const NAME: &'static str = "phone.startScheduledGroupCall";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneStartScheduledGroupCall<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            Ok(PhoneStartScheduledGroupCall { call })
        }
    }

    impl<'a> Encode for PhoneStartScheduledGroupCall<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
        }
    }

    /// `phone.toggleGroupCallRecord#f128c708`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneToggleGroupCallRecord<'a> {
        pub start: bool,
        pub call: enums::InputGroupCall<'a>,
        pub title: Option<&'a [u8]>,
        pub video_portrait: Option<bool>,
    }

    impl<'a> PhoneToggleGroupCallRecord<'a> {
        pub const ID: u32 = 0xf128c708;
        pub fn video(&self) -> bool {
            self.video_portrait.is_some()
        }
    }

    impl<'a> Method for PhoneToggleGroupCallRecord<'a> {
        const ID: u32 = 0xf128c708;
        const NAME: &'static str = "phone.toggleGroupCallRecord";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneToggleGroupCallRecord<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let title = if flags >> 1 & 1 == 1 { Some(r.bytes()?) } else { None };
            let video_portrait = if flags >> 2 & 1 == 1 { Some(r.bool()?) } else { None };
            Ok(PhoneToggleGroupCallRecord { start: flags >> 0 & 1 == 1, call, title, video_portrait })
        }
    }

    impl<'a> Encode for PhoneToggleGroupCallRecord<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.start) | u32::from(self.title.is_some()) << 1 | u32::from(self.video_portrait.is_some()) << 2);
            self.call.write(s);
            if let Some(value) = self.title {
                s.bytes(value);
            }
            if let Some(value) = self.video_portrait {
                s.bool(value);
            }
        }
    }

    /// `phone.toggleGroupCallSettings#974392f2`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneToggleGroupCallSettings<'a> {
        pub reset_invite_hash: bool,
        pub call: enums::InputGroupCall<'a>,
        pub join_muted: Option<bool>,
        pub messages_enabled: Option<bool>,
        pub send_paid_messages_stars: Option<i64>,
    }

    impl<'a> PhoneToggleGroupCallSettings<'a> {
        pub const ID: u32 = 0x974392f2;
    }

    impl<'a> Method for PhoneToggleGroupCallSettings<'a> {
        const ID: u32 = 0x974392f2;
        const NAME: &'static str = "phone.toggleGroupCallSettings";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneToggleGroupCallSettings<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let join_muted = if flags >> 0 & 1 == 1 { Some(r.bool()?) } else { None };
            let messages_enabled = if flags >> 2 & 1 == 1 { Some(r.bool()?) } else { None };
            let send_paid_messages_stars = if flags >> 3 & 1 == 1 { Some(r.i64()?) } else { None };
            Ok(PhoneToggleGroupCallSettings { reset_invite_hash: flags >> 1 & 1 == 1, call, join_muted, messages_enabled, send_paid_messages_stars })
        }
    }

    impl<'a> Encode for PhoneToggleGroupCallSettings<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.join_muted.is_some()) | u32::from(self.reset_invite_hash) << 1 | u32::from(self.messages_enabled.is_some()) << 2 | u32::from(self.send_paid_messages_stars.is_some()) << 3);
            self.call.write(s);
            if let Some(value) = self.join_muted {
                s.bool(value);
            }
            if let Some(value) = self.messages_enabled {
                s.bool(value);
            }
            if let Some(value) = self.send_paid_messages_stars {
                s.i64(value);
            }
        }
    }

    /// `phone.toggleGroupCallStartSubscription#219c34e6`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PhoneToggleGroupCallStartSubscription<'a> {
        pub call: enums::InputGroupCall<'a>,
        pub subscribed: bool,
    }

    impl<'a> PhoneToggleGroupCallStartSubscription<'a> {
        pub const ID: u32 = 0x219c34e6;
    }

    impl<'a> Method for PhoneToggleGroupCallStartSubscription<'a> {
        const ID: u32 = 0x219c34e6;
        const NAME: &'static str = "phone.toggleGroupCallStartSubscription";
        type Answer<'answer> = Batch<'answer>;
    }

    impl<'a> Decode<'a> for PhoneToggleGroupCallStartSubscription<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let call = <enums::InputGroupCall<'_>>::read(r)?;
            let subscribed = r.bool()?;
            Ok(PhoneToggleGroupCallStartSubscription { call, subscribed })
        }
    }

    impl<'a> Encode for PhoneToggleGroupCallStartSubscription<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.call.write(s);
            s.bool(self.subscribed);
        }
    }

    /// `help.getConfig#c4f9186b`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct HelpGetConfig;

    impl HelpGetConfig {
        pub const ID: u32 = 0xc4f9186b;
    }

    impl Method for HelpGetConfig {
        const ID: u32 = 0xc4f9186b;
        const NAME: &'static str = "help.getConfig";
        type Answer<'answer> = types::Config<'answer>;
    }

    impl<'a> Decode<'a> for HelpGetConfig {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Ok(HelpGetConfig)
        }
    }

    impl Encode for HelpGetConfig {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
        }
    }

    /// `messages.deleteMessages#e58e95d2`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessagesDeleteMessages<'a> {
        pub revoke: bool,
        pub id: Seq<'a, i32>,
    }

    impl<'a> MessagesDeleteMessages<'a> {
        pub const ID: u32 = 0xe58e95d2;
    }

    impl<'a> Method for MessagesDeleteMessages<'a> {
        const ID: u32 = 0xe58e95d2;
        const NAME: &'static str = "messages.deleteMessages";
        type Answer<'answer> = types::MessagesAffectedMessages;
    }

    impl<'a> Decode<'a> for MessagesDeleteMessages<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let id = r.seq()?;
            Ok(MessagesDeleteMessages { revoke: flags >> 0 & 1 == 1, id })
        }
    }

    impl<'a> Encode for MessagesDeleteMessages<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.revoke));
            s.seq(&self.id);
        }
    }

    /// `messages.getDhConfig#26cf8950`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessagesGetDhConfig {
        pub version: i32,
        pub random_length: i32,
    }

    impl MessagesGetDhConfig {
        pub const ID: u32 = 0x26cf8950;
    }

    impl Method for MessagesGetDhConfig {
        const ID: u32 = 0x26cf8950;
        const NAME: &'static str = "messages.getDhConfig";
        type Answer<'answer> = enums::MessagesDhConfig<'answer>;
    }

    impl<'a> Decode<'a> for MessagesGetDhConfig {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let version = r.i32()?;
            let random_length = r.i32()?;
            Ok(MessagesGetDhConfig { version, random_length })
        }
    }

    impl Encode for MessagesGetDhConfig {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.i32(self.version);
            s.i32(self.random_length);
        }
    }

    /// `messages.setTyping#58943ee2`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct MessagesSetTyping<'a> {
        pub peer: enums::InputPeer<'a>,
        pub top_msg_id: Option<i32>,
        pub action: enums::SendMessageAction<'a>,
    }

    impl<'a> MessagesSetTyping<'a> {
        pub const ID: u32 = 0x58943ee2;
    }

    impl<'a> Method for MessagesSetTyping<'a> {
        const ID: u32 = 0x58943ee2;
        const NAME: &'static str = "messages.setTyping";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for MessagesSetTyping<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let peer = <enums::InputPeer<'_>>::read(r)?;
            let top_msg_id = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let action = <enums::SendMessageAction<'_>>::read(r)?;
            Ok(MessagesSetTyping { peer, top_msg_id, action })
        }
    }

    impl<'a> Encode for MessagesSetTyping<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.top_msg_id.is_some()));
            self.peer.write(s);
            if let Some(value) = self.top_msg_id {
                s.i32(value);
            }
            self.action.write(s);
        }
    }

    /// `updates.getDifference#19c2f763`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesGetDifference {
        pub pts: i32,
        pub pts_limit: Option<i32>,
        pub pts_total_limit: Option<i32>,
        pub date: i32,
        pub qts: i32,
        pub qts_limit: Option<i32>,
    }

    impl UpdatesGetDifference {
        pub const ID: u32 = 0x19c2f763;
    }

    impl<'a> UpdatesGetDifference {
        /// `updates.getDifference#25939651`, of layers 151 to 159.
        pub(super) fn read_25939651(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let pts = r.i32()?;
            let pts_total_limit = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let date = r.i32()?;
            let qts = r.i32()?;
            Ok(UpdatesGetDifference { pts, pts_limit: None, pts_total_limit, date, qts, qts_limit: None })
        }
    }

    impl Method for UpdatesGetDifference {
        const ID: u32 = 0x19c2f763;
        const NAME: &'static str = "updates.getDifference";
        type Answer<'answer> = enums::UpdatesDifference<'answer>;
    }

    impl<'a> Decode<'a> for UpdatesGetDifference {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            match r.u32()? {
                Self::ID => {}
                0x25939651 => return Self::read_25939651(r),
                id => return Err(r.unexpected(id)),
            }
            let flags = r.u32()?;
            let pts = r.i32()?;
            let pts_limit = if flags >> 1 & 1 == 1 { Some(r.i32()?) } else { None };
            let pts_total_limit = if flags >> 0 & 1 == 1 { Some(r.i32()?) } else { None };
            let date = r.i32()?;
            let qts = r.i32()?;
            let qts_limit = if flags >> 2 & 1 == 1 { Some(r.i32()?) } else { None };
            Ok(UpdatesGetDifference { pts, pts_limit, pts_total_limit, date, qts, qts_limit })
        }
    }

    impl Encode for UpdatesGetDifference {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.pts_total_limit.is_some()) | u32::from(self.pts_limit.is_some()) << 1 | u32::from(self.qts_limit.is_some()) << 2);
            s.i32(self.pts);
            if let Some(value) = self.pts_limit {
                s.i32(value);
            }
            if let Some(value) = self.pts_total_limit {
                s.i32(value);
            }
            s.i32(self.date);
            s.i32(self.qts);
            if let Some(value) = self.qts_limit {
                s.i32(value);
            }
        }
    }

    /// `updates.getState#edd4882a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UpdatesGetState;

    impl UpdatesGetState {
        pub const ID: u32 = 0xedd4882a;
    }

    impl Method for UpdatesGetState {
        const ID: u32 = 0xedd4882a;
        const NAME: &'static str = "updates.getState";
        type Answer<'answer> = types::UpdatesState;
    }

    impl<'a> Decode<'a> for UpdatesGetState {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Ok(UpdatesGetState)
        }
    }

    impl Encode for UpdatesGetState {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
        }
    }

    /// `upload.getFile#be5335be`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UploadGetFile<'a> {
        pub precise: bool,
        pub cdn_supported: bool,
        pub location: enums::InputFileLocation<'a>,
        pub offset: i64,
        pub limit: i32,
    }

    impl<'a> UploadGetFile<'a> {
        pub const ID: u32 = 0xbe5335be;
    }

    impl<'a> Method for UploadGetFile<'a> {
        const ID: u32 = 0xbe5335be;
        const NAME: &'static str = "upload.getFile";
        type Answer<'answer> = enums::UploadFile<'answer>;
    }

    impl<'a> Decode<'a> for UploadGetFile<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let location = <enums::InputFileLocation<'_>>::read(r)?;
            let offset = r.i64()?;
            let limit = r.i32()?;
            Ok(UploadGetFile { precise: flags >> 0 & 1 == 1, cdn_supported: flags >> 1 & 1 == 1, location, offset, limit })
        }
    }

    impl<'a> Encode for UploadGetFile<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.precise) | u32::from(self.cdn_supported) << 1);
            self.location.write(s);
            s.i64(self.offset);
            s.i32(self.limit);
        }
    }

    /// `upload.saveBigFilePart#de7b673d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UploadSaveBigFilePart<'a> {
        pub file_id: i64,
        pub file_part: i32,
        pub file_total_parts: i32,
        pub bytes: &'a [u8],
    }

    impl<'a> UploadSaveBigFilePart<'a> {
        pub const ID: u32 = 0xde7b673d;
    }

    impl<'a> Method for UploadSaveBigFilePart<'a> {
        const ID: u32 = 0xde7b673d;
        const NAME: &'static str = "upload.saveBigFilePart";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for UploadSaveBigFilePart<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let file_id = r.i64()?;
            let file_part = r.i32()?;
            let file_total_parts = r.i32()?;
            let bytes = r.bytes()?;
            Ok(UploadSaveBigFilePart { file_id, file_part, file_total_parts, bytes })
        }
    }

    impl<'a> Encode for UploadSaveBigFilePart<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.i64(self.file_id);
            s.i32(self.file_part);
            s.i32(self.file_total_parts);
            s.bytes(self.bytes);
        }
    }

    /// `upload.saveFilePart#b304a621`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct UploadSaveFilePart<'a> {
        pub file_id: i64,
        pub file_part: i32,
        pub bytes: &'a [u8],
    }

    impl<'a> UploadSaveFilePart<'a> {
        pub const ID: u32 = 0xb304a621;
    }

    impl<'a> Method for UploadSaveFilePart<'a> {
        const ID: u32 = 0xb304a621;
        const NAME: &'static str = "upload.saveFilePart";
        type Answer<'answer> = bool;
    }

    impl<'a> Decode<'a> for UploadSaveFilePart<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let file_id = r.i64()?;
            let file_part = r.i32()?;
            let bytes = r.bytes()?;
            Ok(UploadSaveFilePart { file_id, file_part, bytes })
        }
    }

    impl<'a> Encode for UploadSaveFilePart<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.i64(self.file_id);
            s.i32(self.file_part);
            s.bytes(self.bytes);
        }
    }

    /// `initConnection#c1cd5ea9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InitConnection<'a> {
        pub api_id: i32,
        pub device_model: &'a [u8],
        pub system_version: &'a [u8],
        pub app_version: &'a [u8],
        pub system_lang_code: &'a [u8],
        pub lang_pack: &'a [u8],
        pub lang_code: &'a [u8],
        pub proxy: Option<types::InputClientProxy<'a>>,
        pub params: Option<enums::JSONValue<'a>>,
        pub query: Query<'a>,
    }

    impl<'a> InitConnection<'a> {
        pub const ID: u32 = 0xc1cd5ea9;
    }

    impl<'a> Method for InitConnection<'a> {
        const ID: u32 = 0xc1cd5ea9;
        const NAME: &'static str = "initConnection";
        type Answer<'answer> = Query<'answer>;
    }

    impl<'a> Decode<'a> for InitConnection<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let flags = r.u32()?;
            let api_id = r.i32()?;
            let device_model = r.bytes()?;
            let system_version = r.bytes()?;
            let app_version = r.bytes()?;
            let system_lang_code = r.bytes()?;
            let lang_pack = r.bytes()?;
            let lang_code = r.bytes()?;
            let proxy = if flags >> 0 & 1 == 1 { Some(<types::InputClientProxy<'_>>::read(r)?) } else { None };
            let params = if flags >> 1 & 1 == 1 { Some(<enums::JSONValue<'_>>::read(r)?) } else { None };
            let query = Query(r.take(r.rest().len())?);
            Ok(InitConnection { api_id, device_model, system_version, app_version, system_lang_code, lang_pack, lang_code, proxy, params, query })
        }
    }

    impl<'a> Encode for InitConnection<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.u32(u32::from(self.proxy.is_some()) | u32::from(self.params.is_some()) << 1);
            s.i32(self.api_id);
            s.bytes(self.device_model);
            s.bytes(self.system_version);
            s.bytes(self.app_version);
            s.bytes(self.system_lang_code);
            s.bytes(self.lang_pack);
            s.bytes(self.lang_code);
            if let Some(value) = self.proxy {
                value.write(s);
            }
            if let Some(value) = self.params {
                value.write(s);
            }
            s.raw(self.query.0);
        }
    }

    /// `invokeAfterMsg#cb9f372d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InvokeAfterMsg<'a> {
        pub msg_id: i64,
        pub query: Query<'a>,
    }

    impl<'a> InvokeAfterMsg<'a> {
        pub const ID: u32 = 0xcb9f372d;
    }

    impl<'a> Method for InvokeAfterMsg<'a> {
        const ID: u32 = 0xcb9f372d;
        const NAME: &'static str = "invokeAfterMsg";
        type Answer<'answer> = Query<'answer>;
    }

    impl<'a> Decode<'a> for InvokeAfterMsg<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let msg_id = r.i64()?;
            let query = Query(r.take(r.rest().len())?);
            Ok(InvokeAfterMsg { msg_id, query })
        }
    }

    impl<'a> Encode for InvokeAfterMsg<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.i64(self.msg_id);
            s.raw(self.query.0);
        }
    }

    /// `invokeAfterMsgs#3dc4b4f0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InvokeAfterMsgs<'a> {
        pub msg_ids: Seq<'a, i64>,
        pub query: Query<'a>,
    }

    impl<'a> InvokeAfterMsgs<'a> {
        pub const ID: u32 = 0x3dc4b4f0;
    }

    impl<'a> Method for InvokeAfterMsgs<'a> {
        const ID: u32 = 0x3dc4b4f0;
        const NAME: &'static str = "invokeAfterMsgs";
        type Answer<'answer> = Query<'answer>;
    }

    impl<'a> Decode<'a> for InvokeAfterMsgs<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let msg_ids = r.seq()?;
            let query = Query(r.take(r.rest().len())?);
            Ok(InvokeAfterMsgs { msg_ids, query })
        }
    }

    impl<'a> Encode for InvokeAfterMsgs<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.seq(&self.msg_ids);
            s.raw(self.query.0);
        }
    }

    /// `invokeWithLayer#da9b0d0d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct InvokeWithLayer<'a> {
        pub layer: i32,
        pub query: Query<'a>,
    }

    impl<'a> InvokeWithLayer<'a> {
        pub const ID: u32 = 0xda9b0d0d;
    }

    impl<'a> Method for InvokeWithLayer<'a> {
        const ID: u32 = 0xda9b0d0d;
        const NAME: &'static str = "invokeWithLayer";
        type Answer<'answer> = Query<'answer>;
    }

    impl<'a> Decode<'a> for InvokeWithLayer<'a> {
        /// A method is inside no object, so nothing steps over it.
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            let layer = r.i32()?;
            let query = Query(r.take(r.rest().len())?);
            Ok(InvokeWithLayer { layer, query })
        }
    }

    impl<'a> Encode for InvokeWithLayer<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            s.i32(self.layer);
            s.raw(self.query.0);
        }
    }

    /// Any method of the schema: a request as a server reads it.
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Request<'a> {
        PhoneAcceptCall(PhoneAcceptCall<'a>),
        PhoneCheckGroupCall(PhoneCheckGroupCall<'a>),
        PhoneConfirmCall(PhoneConfirmCall<'a>),
        PhoneCreateConferenceCall(PhoneCreateConferenceCall<'a>),
        PhoneCreateGroupCall(PhoneCreateGroupCall<'a>),
        PhoneDeclineConferenceCallInvite(PhoneDeclineConferenceCallInvite),
        PhoneDeleteConferenceCallParticipants(PhoneDeleteConferenceCallParticipants<'a>),
        PhoneDeleteGroupCallMessages(PhoneDeleteGroupCallMessages<'a>),
        PhoneDeleteGroupCallParticipantMessages(PhoneDeleteGroupCallParticipantMessages<'a>),
        PhoneDiscardCall(PhoneDiscardCall<'a>),
        PhoneDiscardGroupCall(PhoneDiscardGroupCall<'a>),
        PhoneEditGroupCallParticipant(PhoneEditGroupCallParticipant<'a>),
        PhoneEditGroupCallTitle(PhoneEditGroupCallTitle<'a>),
        PhoneExportGroupCallInvite(PhoneExportGroupCallInvite<'a>),
        PhoneGetCallConfig(PhoneGetCallConfig),
        PhoneGetGroupCall(PhoneGetGroupCall<'a>),
        PhoneGetGroupCallChainBlocks(PhoneGetGroupCallChainBlocks<'a>),
        PhoneGetGroupCallJoinAs(PhoneGetGroupCallJoinAs<'a>),
        PhoneGetGroupCallStars(PhoneGetGroupCallStars<'a>),
        PhoneGetGroupCallStreamChannels(PhoneGetGroupCallStreamChannels<'a>),
        PhoneGetGroupCallStreamRtmpUrl(PhoneGetGroupCallStreamRtmpUrl<'a>),
        PhoneGetGroupParticipants(PhoneGetGroupParticipants<'a>),
        PhoneInviteConferenceCallParticipant(PhoneInviteConferenceCallParticipant<'a>),
        PhoneInviteToGroupCall(PhoneInviteToGroupCall<'a>),
        PhoneJoinGroupCall(PhoneJoinGroupCall<'a>),
        PhoneJoinGroupCallPresentation(PhoneJoinGroupCallPresentation<'a>),
        PhoneLeaveGroupCall(PhoneLeaveGroupCall<'a>),
        PhoneLeaveGroupCallPresentation(PhoneLeaveGroupCallPresentation<'a>),
        PhoneReceivedCall(PhoneReceivedCall),
        PhoneRequestCall(PhoneRequestCall<'a>),
        PhoneSaveCallDebug(PhoneSaveCallDebug<'a>),
        PhoneSaveCallLog(PhoneSaveCallLog<'a>),
        PhoneSaveDefaultGroupCallJoinAs(PhoneSaveDefaultGroupCallJoinAs<'a>),
        PhoneSaveDefaultSendAs(PhoneSaveDefaultSendAs<'a>),
        PhoneSendConferenceCallBroadcast(PhoneSendConferenceCallBroadcast<'a>),
        PhoneSendGroupCallEncryptedMessage(PhoneSendGroupCallEncryptedMessage<'a>),
        PhoneSendGroupCallMessage(PhoneSendGroupCallMessage<'a>),
        PhoneSendSignalingData(PhoneSendSignalingData<'a>),
        PhoneSetCallRating(PhoneSetCallRating<'a>),
        PhoneStartScheduledGroupCall(PhoneStartScheduledGroupCall<'a>),
        PhoneToggleGroupCallRecord(PhoneToggleGroupCallRecord<'a>),
        PhoneToggleGroupCallSettings(PhoneToggleGroupCallSettings<'a>),
        PhoneToggleGroupCallStartSubscription(PhoneToggleGroupCallStartSubscription<'a>),
        HelpGetConfig(HelpGetConfig),
        MessagesDeleteMessages(MessagesDeleteMessages<'a>),
        MessagesGetDhConfig(MessagesGetDhConfig),
        MessagesSetTyping(MessagesSetTyping<'a>),
        UpdatesGetDifference(UpdatesGetDifference),
        UpdatesGetState(UpdatesGetState),
        UploadGetFile(UploadGetFile<'a>),
        UploadSaveBigFilePart(UploadSaveBigFilePart<'a>),
        UploadSaveFilePart(UploadSaveFilePart<'a>),
        InitConnection(InitConnection<'a>),
        InvokeAfterMsg(InvokeAfterMsg<'a>),
        InvokeAfterMsgs(InvokeAfterMsgs<'a>),
        InvokeWithLayer(InvokeWithLayer<'a>),
    }

    impl Request<'_> {
        pub fn name(&self) -> &'static str {
            match self {
                Request::PhoneAcceptCall(_) => PhoneAcceptCall::NAME,
                Request::PhoneCheckGroupCall(_) => PhoneCheckGroupCall::NAME,
                Request::PhoneConfirmCall(_) => PhoneConfirmCall::NAME,
                Request::PhoneCreateConferenceCall(_) => PhoneCreateConferenceCall::NAME,
                Request::PhoneCreateGroupCall(_) => PhoneCreateGroupCall::NAME,
                Request::PhoneDeclineConferenceCallInvite(_) => PhoneDeclineConferenceCallInvite::NAME,
                Request::PhoneDeleteConferenceCallParticipants(_) => PhoneDeleteConferenceCallParticipants::NAME,
                Request::PhoneDeleteGroupCallMessages(_) => PhoneDeleteGroupCallMessages::NAME,
                Request::PhoneDeleteGroupCallParticipantMessages(_) => PhoneDeleteGroupCallParticipantMessages::NAME,
                Request::PhoneDiscardCall(_) => PhoneDiscardCall::NAME,
                Request::PhoneDiscardGroupCall(_) => PhoneDiscardGroupCall::NAME,
                Request::PhoneEditGroupCallParticipant(_) => PhoneEditGroupCallParticipant::NAME,
                Request::PhoneEditGroupCallTitle(_) => PhoneEditGroupCallTitle::NAME,
                Request::PhoneExportGroupCallInvite(_) => PhoneExportGroupCallInvite::NAME,
                Request::PhoneGetCallConfig(_) => PhoneGetCallConfig::NAME,
                Request::PhoneGetGroupCall(_) => PhoneGetGroupCall::NAME,
                Request::PhoneGetGroupCallChainBlocks(_) => PhoneGetGroupCallChainBlocks::NAME,
                Request::PhoneGetGroupCallJoinAs(_) => PhoneGetGroupCallJoinAs::NAME,
                Request::PhoneGetGroupCallStars(_) => PhoneGetGroupCallStars::NAME,
                Request::PhoneGetGroupCallStreamChannels(_) => PhoneGetGroupCallStreamChannels::NAME,
                Request::PhoneGetGroupCallStreamRtmpUrl(_) => PhoneGetGroupCallStreamRtmpUrl::NAME,
                Request::PhoneGetGroupParticipants(_) => PhoneGetGroupParticipants::NAME,
                Request::PhoneInviteConferenceCallParticipant(_) => PhoneInviteConferenceCallParticipant::NAME,
                Request::PhoneInviteToGroupCall(_) => PhoneInviteToGroupCall::NAME,
                Request::PhoneJoinGroupCall(_) => PhoneJoinGroupCall::NAME,
                Request::PhoneJoinGroupCallPresentation(_) => PhoneJoinGroupCallPresentation::NAME,
                Request::PhoneLeaveGroupCall(_) => PhoneLeaveGroupCall::NAME,
                Request::PhoneLeaveGroupCallPresentation(_) => PhoneLeaveGroupCallPresentation::NAME,
                Request::PhoneReceivedCall(_) => PhoneReceivedCall::NAME,
                Request::PhoneRequestCall(_) => PhoneRequestCall::NAME,
                Request::PhoneSaveCallDebug(_) => PhoneSaveCallDebug::NAME,
                Request::PhoneSaveCallLog(_) => PhoneSaveCallLog::NAME,
                Request::PhoneSaveDefaultGroupCallJoinAs(_) => PhoneSaveDefaultGroupCallJoinAs::NAME,
                Request::PhoneSaveDefaultSendAs(_) => PhoneSaveDefaultSendAs::NAME,
                Request::PhoneSendConferenceCallBroadcast(_) => PhoneSendConferenceCallBroadcast::NAME,
                Request::PhoneSendGroupCallEncryptedMessage(_) => PhoneSendGroupCallEncryptedMessage::NAME,
                Request::PhoneSendGroupCallMessage(_) => PhoneSendGroupCallMessage::NAME,
                Request::PhoneSendSignalingData(_) => PhoneSendSignalingData::NAME,
                Request::PhoneSetCallRating(_) => PhoneSetCallRating::NAME,
                Request::PhoneStartScheduledGroupCall(_) => PhoneStartScheduledGroupCall::NAME,
                Request::PhoneToggleGroupCallRecord(_) => PhoneToggleGroupCallRecord::NAME,
                Request::PhoneToggleGroupCallSettings(_) => PhoneToggleGroupCallSettings::NAME,
                Request::PhoneToggleGroupCallStartSubscription(_) => PhoneToggleGroupCallStartSubscription::NAME,
                Request::HelpGetConfig(_) => HelpGetConfig::NAME,
                Request::MessagesDeleteMessages(_) => MessagesDeleteMessages::NAME,
                Request::MessagesGetDhConfig(_) => MessagesGetDhConfig::NAME,
                Request::MessagesSetTyping(_) => MessagesSetTyping::NAME,
                Request::UpdatesGetDifference(_) => UpdatesGetDifference::NAME,
                Request::UpdatesGetState(_) => UpdatesGetState::NAME,
                Request::UploadGetFile(_) => UploadGetFile::NAME,
                Request::UploadSaveBigFilePart(_) => UploadSaveBigFilePart::NAME,
                Request::UploadSaveFilePart(_) => UploadSaveFilePart::NAME,
                Request::InitConnection(_) => InitConnection::NAME,
                Request::InvokeAfterMsg(_) => InvokeAfterMsg::NAME,
                Request::InvokeAfterMsgs(_) => InvokeAfterMsgs::NAME,
                Request::InvokeWithLayer(_) => InvokeWithLayer::NAME,
            }
        }
    }

    impl<'a> Decode<'a> for Request<'a> {
        const CODE: u32 = 0;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let mut ahead = *r;
            let id = ahead.u32()?;
            Ok(match id {
                PhoneAcceptCall::ID => Request::PhoneAcceptCall(PhoneAcceptCall::read(r)?),
                PhoneCheckGroupCall::ID => Request::PhoneCheckGroupCall(PhoneCheckGroupCall::read(r)?),
                PhoneConfirmCall::ID => Request::PhoneConfirmCall(PhoneConfirmCall::read(r)?),
                PhoneCreateConferenceCall::ID => Request::PhoneCreateConferenceCall(PhoneCreateConferenceCall::read(r)?),
                PhoneCreateGroupCall::ID => Request::PhoneCreateGroupCall(PhoneCreateGroupCall::read(r)?),
                PhoneDeclineConferenceCallInvite::ID => Request::PhoneDeclineConferenceCallInvite(PhoneDeclineConferenceCallInvite::read(r)?),
                PhoneDeleteConferenceCallParticipants::ID => Request::PhoneDeleteConferenceCallParticipants(PhoneDeleteConferenceCallParticipants::read(r)?),
                PhoneDeleteGroupCallMessages::ID => Request::PhoneDeleteGroupCallMessages(PhoneDeleteGroupCallMessages::read(r)?),
                PhoneDeleteGroupCallParticipantMessages::ID => Request::PhoneDeleteGroupCallParticipantMessages(PhoneDeleteGroupCallParticipantMessages::read(r)?),
                PhoneDiscardCall::ID => Request::PhoneDiscardCall(PhoneDiscardCall::read(r)?),
                PhoneDiscardGroupCall::ID => Request::PhoneDiscardGroupCall(PhoneDiscardGroupCall::read(r)?),
                PhoneEditGroupCallParticipant::ID => Request::PhoneEditGroupCallParticipant(PhoneEditGroupCallParticipant::read(r)?),
                PhoneEditGroupCallTitle::ID => Request::PhoneEditGroupCallTitle(PhoneEditGroupCallTitle::read(r)?),
                PhoneExportGroupCallInvite::ID => Request::PhoneExportGroupCallInvite(PhoneExportGroupCallInvite::read(r)?),
                PhoneGetCallConfig::ID => Request::PhoneGetCallConfig(PhoneGetCallConfig::read(r)?),
                PhoneGetGroupCall::ID => Request::PhoneGetGroupCall(PhoneGetGroupCall::read(r)?),
                PhoneGetGroupCallChainBlocks::ID => Request::PhoneGetGroupCallChainBlocks(PhoneGetGroupCallChainBlocks::read(r)?),
                PhoneGetGroupCallJoinAs::ID => Request::PhoneGetGroupCallJoinAs(PhoneGetGroupCallJoinAs::read(r)?),
                PhoneGetGroupCallStars::ID => Request::PhoneGetGroupCallStars(PhoneGetGroupCallStars::read(r)?),
                PhoneGetGroupCallStreamChannels::ID => Request::PhoneGetGroupCallStreamChannels(PhoneGetGroupCallStreamChannels::read(r)?),
                PhoneGetGroupCallStreamRtmpUrl::ID => Request::PhoneGetGroupCallStreamRtmpUrl(PhoneGetGroupCallStreamRtmpUrl::read(r)?),
                PhoneGetGroupParticipants::ID => Request::PhoneGetGroupParticipants(PhoneGetGroupParticipants::read(r)?),
                PhoneInviteConferenceCallParticipant::ID => Request::PhoneInviteConferenceCallParticipant(PhoneInviteConferenceCallParticipant::read(r)?),
                PhoneInviteToGroupCall::ID => Request::PhoneInviteToGroupCall(PhoneInviteToGroupCall::read(r)?),
                PhoneJoinGroupCall::ID => Request::PhoneJoinGroupCall(PhoneJoinGroupCall::read(r)?),
                PhoneJoinGroupCallPresentation::ID => Request::PhoneJoinGroupCallPresentation(PhoneJoinGroupCallPresentation::read(r)?),
                PhoneLeaveGroupCall::ID => Request::PhoneLeaveGroupCall(PhoneLeaveGroupCall::read(r)?),
                PhoneLeaveGroupCallPresentation::ID => Request::PhoneLeaveGroupCallPresentation(PhoneLeaveGroupCallPresentation::read(r)?),
                PhoneReceivedCall::ID => Request::PhoneReceivedCall(PhoneReceivedCall::read(r)?),
                PhoneRequestCall::ID => Request::PhoneRequestCall(PhoneRequestCall::read(r)?),
                PhoneSaveCallDebug::ID => Request::PhoneSaveCallDebug(PhoneSaveCallDebug::read(r)?),
                PhoneSaveCallLog::ID => Request::PhoneSaveCallLog(PhoneSaveCallLog::read(r)?),
                PhoneSaveDefaultGroupCallJoinAs::ID => Request::PhoneSaveDefaultGroupCallJoinAs(PhoneSaveDefaultGroupCallJoinAs::read(r)?),
                PhoneSaveDefaultSendAs::ID => Request::PhoneSaveDefaultSendAs(PhoneSaveDefaultSendAs::read(r)?),
                PhoneSendConferenceCallBroadcast::ID => Request::PhoneSendConferenceCallBroadcast(PhoneSendConferenceCallBroadcast::read(r)?),
                PhoneSendGroupCallEncryptedMessage::ID => Request::PhoneSendGroupCallEncryptedMessage(PhoneSendGroupCallEncryptedMessage::read(r)?),
                PhoneSendGroupCallMessage::ID => Request::PhoneSendGroupCallMessage(PhoneSendGroupCallMessage::read(r)?),
                PhoneSendSignalingData::ID => Request::PhoneSendSignalingData(PhoneSendSignalingData::read(r)?),
                PhoneSetCallRating::ID => Request::PhoneSetCallRating(PhoneSetCallRating::read(r)?),
                PhoneStartScheduledGroupCall::ID => Request::PhoneStartScheduledGroupCall(PhoneStartScheduledGroupCall::read(r)?),
                PhoneToggleGroupCallRecord::ID => Request::PhoneToggleGroupCallRecord(PhoneToggleGroupCallRecord::read(r)?),
                PhoneToggleGroupCallSettings::ID => Request::PhoneToggleGroupCallSettings(PhoneToggleGroupCallSettings::read(r)?),
                PhoneToggleGroupCallStartSubscription::ID => Request::PhoneToggleGroupCallStartSubscription(PhoneToggleGroupCallStartSubscription::read(r)?),
                HelpGetConfig::ID => Request::HelpGetConfig(HelpGetConfig::read(r)?),
                MessagesDeleteMessages::ID => Request::MessagesDeleteMessages(MessagesDeleteMessages::read(r)?),
                MessagesGetDhConfig::ID => Request::MessagesGetDhConfig(MessagesGetDhConfig::read(r)?),
                MessagesSetTyping::ID => Request::MessagesSetTyping(MessagesSetTyping::read(r)?),
                UpdatesGetDifference::ID => Request::UpdatesGetDifference(UpdatesGetDifference::read(r)?),
                UpdatesGetState::ID => Request::UpdatesGetState(UpdatesGetState::read(r)?),
                UploadGetFile::ID => Request::UploadGetFile(UploadGetFile::read(r)?),
                UploadSaveBigFilePart::ID => Request::UploadSaveBigFilePart(UploadSaveBigFilePart::read(r)?),
                UploadSaveFilePart::ID => Request::UploadSaveFilePart(UploadSaveFilePart::read(r)?),
                InitConnection::ID => Request::InitConnection(InitConnection::read(r)?),
                InvokeAfterMsg::ID => Request::InvokeAfterMsg(InvokeAfterMsg::read(r)?),
                InvokeAfterMsgs::ID => Request::InvokeAfterMsgs(InvokeAfterMsgs::read(r)?),
                InvokeWithLayer::ID => Request::InvokeWithLayer(InvokeWithLayer::read(r)?),
                id => {
                    return Err(ahead.unexpected(id));
                }
            })
        }
    }

    impl Encode for Request<'_> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Request::PhoneAcceptCall(request) => request.write(s),
                Request::PhoneCheckGroupCall(request) => request.write(s),
                Request::PhoneConfirmCall(request) => request.write(s),
                Request::PhoneCreateConferenceCall(request) => request.write(s),
                Request::PhoneCreateGroupCall(request) => request.write(s),
                Request::PhoneDeclineConferenceCallInvite(request) => request.write(s),
                Request::PhoneDeleteConferenceCallParticipants(request) => request.write(s),
                Request::PhoneDeleteGroupCallMessages(request) => request.write(s),
                Request::PhoneDeleteGroupCallParticipantMessages(request) => request.write(s),
                Request::PhoneDiscardCall(request) => request.write(s),
                Request::PhoneDiscardGroupCall(request) => request.write(s),
                Request::PhoneEditGroupCallParticipant(request) => request.write(s),
                Request::PhoneEditGroupCallTitle(request) => request.write(s),
                Request::PhoneExportGroupCallInvite(request) => request.write(s),
                Request::PhoneGetCallConfig(request) => request.write(s),
                Request::PhoneGetGroupCall(request) => request.write(s),
                Request::PhoneGetGroupCallChainBlocks(request) => request.write(s),
                Request::PhoneGetGroupCallJoinAs(request) => request.write(s),
                Request::PhoneGetGroupCallStars(request) => request.write(s),
                Request::PhoneGetGroupCallStreamChannels(request) => request.write(s),
                Request::PhoneGetGroupCallStreamRtmpUrl(request) => request.write(s),
                Request::PhoneGetGroupParticipants(request) => request.write(s),
                Request::PhoneInviteConferenceCallParticipant(request) => request.write(s),
                Request::PhoneInviteToGroupCall(request) => request.write(s),
                Request::PhoneJoinGroupCall(request) => request.write(s),
                Request::PhoneJoinGroupCallPresentation(request) => request.write(s),
                Request::PhoneLeaveGroupCall(request) => request.write(s),
                Request::PhoneLeaveGroupCallPresentation(request) => request.write(s),
                Request::PhoneReceivedCall(request) => request.write(s),
                Request::PhoneRequestCall(request) => request.write(s),
                Request::PhoneSaveCallDebug(request) => request.write(s),
                Request::PhoneSaveCallLog(request) => request.write(s),
                Request::PhoneSaveDefaultGroupCallJoinAs(request) => request.write(s),
                Request::PhoneSaveDefaultSendAs(request) => request.write(s),
                Request::PhoneSendConferenceCallBroadcast(request) => request.write(s),
                Request::PhoneSendGroupCallEncryptedMessage(request) => request.write(s),
                Request::PhoneSendGroupCallMessage(request) => request.write(s),
                Request::PhoneSendSignalingData(request) => request.write(s),
                Request::PhoneSetCallRating(request) => request.write(s),
                Request::PhoneStartScheduledGroupCall(request) => request.write(s),
                Request::PhoneToggleGroupCallRecord(request) => request.write(s),
                Request::PhoneToggleGroupCallSettings(request) => request.write(s),
                Request::PhoneToggleGroupCallStartSubscription(request) => request.write(s),
                Request::HelpGetConfig(request) => request.write(s),
                Request::MessagesDeleteMessages(request) => request.write(s),
                Request::MessagesGetDhConfig(request) => request.write(s),
                Request::MessagesSetTyping(request) => request.write(s),
                Request::UpdatesGetDifference(request) => request.write(s),
                Request::UpdatesGetState(request) => request.write(s),
                Request::UploadGetFile(request) => request.write(s),
                Request::UploadSaveBigFilePart(request) => request.write(s),
                Request::UploadSaveFilePart(request) => request.write(s),
                Request::InitConnection(request) => request.write(s),
                Request::InvokeAfterMsg(request) => request.write(s),
                Request::InvokeAfterMsgs(request) => request.write(s),
                Request::InvokeWithLayer(request) => request.write(s),
            }
        }
    }
}

/// What a constructor or method is called, for logs.
pub fn name(id: u32) -> Option<&'static str> {
    NAMES.binary_search_by_key(&id, |entry| entry.0).ok().and_then(|at| NAMES.get(at)).map(|entry| entry.1)
}

static NAMES: [(u32, &str); 265] = [
    (0x007efe0e, "storage.fileJpeg"),
    (0x008c703f, "userStatusOffline"),
    (0x00f49ca0, "updates.difference"),
    (0x041845db, "phone.getGroupCall"),
    (0x0598a92a, "inputGroupCallStream"),
    (0x07141dbf, "inputEmojiStatusCollectible"),
    (0x096a18d5, "upload.file"),
    (0x09d05049, "userStatusEmpty"),
    (0x0a339f0b, "messageReactions"),
    (0x0a4f63c0, "storage.filePng"),
    (0x0b783982, "updateGroupCallConnection"),
    (0x0e5af939, "messageReplyStoryHeader"),
    (0x1081464c, "storage.fileWebp"),
    (0x14b0ed0c, "phoneCallRequested"),
    (0x17d493d5, "channelForbidden"),
    (0x17d54f61, "phone.receivedCall"),
    (0x18b7a10d, "dcOption"),
    (0x19c2f763, "updates.getDifference"),
    (0x1a8afc7e, "groupCallMessage"),
    (0x1ab21940, "phone.getGroupCallStreamChannels"),
    (0x1abfb575, "inputDocument"),
    (0x1b2286b8, "reactionEmoji"),
    (0x1c32b11c, "channel"),
    (0x1c50d144, "phone.leaveGroupCallPresentation"),
    (0x1c6e1c11, "chatPhoto"),
    (0x1ca6ac0a, "phone.editGroupCallTitle"),
    (0x1da448e2, "inputUserFromMessage"),
    (0x1dbfeca0, "phone.deleteGroupCallParticipantMessages"),
    (0x1e36fded, "inputPhoneCall"),
    (0x1f2b0afd, "updateNewMessage"),
    (0x204bd158, "phone.exportedGroupCallInvite"),
    (0x20529438, "updateUser"),
    (0x208e68c9, "inputMessageEntityMentionName"),
    (0x2144ca19, "rpc_error"),
    (0x219c34e6, "phone.toggleGroupCallStartSubscription"),
    (0x22fd7181, "phoneCallAccepted"),
    (0x232566ac, "config"),
    (0x23734b06, "encryptedMessageService"),
    (0x25939651, "updates.getDifference"),
    (0x2661bf09, "updatePhoneCallSignalingData"),
    (0x26cf8950, "messages.getDhConfig"),
    (0x277add7e, "phone.saveCallDebug"),
    (0x27bcbbfc, "inputPeerChannel"),
    (0x28a20571, "messageEntityCode"),
    (0x29562865, "chatEmpty"),
    (0x2a3dc7ac, "groupCallParticipant"),
    (0x2be0dfa4, "jsonNumber"),
    (0x2c221edd, "messages.dhConfig"),
    (0x2dbf3432, "phone.groupCallStreamRtmpUrl"),
    (0x2de11aae, "emojiStatusEmpty"),
    (0x2efe1722, "phone.confirmCall"),
    (0x2ffe2f7a, "messageActionConferenceCall"),
    (0x30535af5, "phoneCall"),
    (0x313bc7f8, "updateShortMessage"),
    (0x31774388, "user"),
    (0x32ca960f, "messageEntitySpoiler"),
    (0x35a95cb9, "inputPeerChat"),
    (0x3660c311, "phoneCallAccepted"),
    (0x36c6019a, "peerChat"),
    (0x37c1011c, "chatPhotoEmpty"),
    (0x3ba5940c, "phoneCall"),
    (0x3bd2b4a0, "phone.acceptCall"),
    (0x3c479971, "phone.declineConferenceCallInvite"),
    (0x3dc4b4f0, "invokeAfterMsgs"),
    (0x3ded6320, "messageMediaEmpty"),
    (0x3e85e92c, "updateDeleteGroupCallMessages"),
    (0x3f6d7b68, "jsonNull"),
    (0x40bc6f52, "storage.filePartial"),
    (0x41248786, "phone.saveCallLog"),
    (0x4167add1, "phone.saveDefaultSendAs"),
    (0x41cbf256, "chat"),
    (0x42ff96ed, "phone.requestCall"),
    (0x45361c63, "phoneCallRequested"),
    (0x48cdc6d8, "phone.createGroupCall"),
    (0x4afe8f6d, "updates.differenceTooLong"),
    (0x4b09ebbc, "storage.fileMov"),
    (0x4ba3a95a, "messageReactor"),
    (0x4c4e743f, "messageEntityCashtag"),
    (0x4d6deea5, "updateShortChatMessage"),
    (0x4e4df4bb, "messageFwdHeader"),
    (0x4e90bfd6, "updateMessageID"),
    (0x4f11bae1, "userProfilePhotoEmpty"),
    (0x4f2b9479, "messageReactions"),
    (0x500377f9, "phone.leaveGroupCall"),
    (0x502f92f7, "messageActionInviteToGroupCall"),
    (0x50ca4de1, "phoneCallDiscarded"),
    (0x523da4eb, "reactionPaid"),
    (0x528a0677, "storage.fileMp3"),
    (0x5366c915, "phoneCallEmpty"),
    (0x541a1d1a, "userStatusLastWeek"),
    (0x553b0ba1, "groupCall"),
    (0x55451fa9, "phone.getCallConfig"),
    (0x5680e342, "phone.startScheduledGroupCall"),
    (0x575e1f8c, "phone.saveDefaultGroupCallJoinAs"),
    (0x57adc690, "phoneCallDiscardReasonHangup"),
    (0x58943ee2, "messages.setTyping"),
    (0x59511722, "peerUser"),
    (0x59ead627, "phone.setCallRating"),
    (0x5af4c73a, "phone.getGroupCallStreamRtmpUrl"),
    (0x5b934f9d, "inputChannelFromMessage"),
    (0x5d75a138, "updates.differenceEmpty"),
    (0x5f777dce, "messageFwdHeader"),
    (0x5fb224d5, "chatAdminRights"),
    (0x62ba04d9, "updateNewChannelMessage"),
    (0x62dc8b48, "inputFileStoryDocument"),
    (0x635b4c09, "updateChannel"),
    (0x635fe375, "phoneConnectionWebrtc"),
    (0x64e475c2, "messageEntityEmail"),
    (0x65899777, "userStatusLastMonth"),
    (0x6592a1a7, "chatForbidden"),
    (0x67753ac8, "groupCallParticipantVideo"),
    (0x6917560b, "messageReplyHeader"),
    (0x6cef8ac7, "messageEntityBotCommand"),
    (0x6ed02538, "messageEntityUrl"),
    (0x6f635b0d, "messageEntityHashtag"),
    (0x6f636302, "phone.getGroupCallStars"),
    (0x711d692d, "recentStory"),
    (0x7184603b, "emojiStatusCollectible"),
    (0x725b04c3, "updatesCombined"),
    (0x72f0eaae, "inputDocumentEmpty"),
    (0x73924be0, "messageEntityPre"),
    (0x74ae4240, "updates"),
    (0x751f3146, "textWithEntities"),
    (0x75588b3f, "inputClientProxy"),
    (0x761e6af4, "messageEntityBankCard"),
    (0x76a6d327, "messageEntityTextUrl"),
    (0x7780bcb4, "groupCallDiscarded"),
    (0x78d4dec1, "updateShort"),
    (0x79f5d419, "reactionEmpty"),
    (0x7a0d7f42, "messageActionGroupCall"),
    (0x7a777135, "phone.discardGroupCall"),
    (0x7a800e0a, "messageService"),
    (0x7b197dc8, "userStatusRecently"),
    (0x7b393160, "phone.inviteToGroupCall"),
    (0x7d0444bb, "phone.createConferenceCall"),
    (0x7d748d04, "dataJSON"),
    (0x7da07ec9, "inputPeerSelf"),
    (0x7f3b18ea, "inputPeerEmpty"),
    (0x80e11a7f, "messageActionPhoneCall"),
    (0x80eb48af, "groupCallStreamChannel"),
    (0x826f8b60, "messageEntityItalic"),
    (0x82d1f706, "userProfilePhoto"),
    (0x83487af0, "updateChatUserTyping"),
    (0x84d19185, "messages.affectedMessages"),
    (0x85e42301, "phoneCallDiscardReasonMissed"),
    (0x8935fc73, "reactionCustomEmoji"),
    (0x8c10603f, "inputGroupCallInviteMessage"),
    (0x8c79b63c, "messagePeerReaction"),
    (0x8c88c923, "updateChannelUserTyping"),
    (0x8ca60525, "phone.deleteConferenceCallParticipants"),
    (0x8fb53057, "phone.joinGroupCall"),
    (0x9015e101, "updateShortSentMessage"),
    (0x904ac7c7, "messageEntityFormattedDate"),
    (0x90a6ca84, "messageEmpty"),
    (0x967f7c67, "phoneCall"),
    (0x974392f2, "phone.toggleGroupCallSettings"),
    (0x99c1d49d, "jsonObject"),
    (0x9b69e34b, "messageEntityPhone"),
    (0x9c4e7e8b, "messageEntityUnderline"),
    (0x9cc123c7, "phoneConnection"),
    (0x9d1dbd26, "phone.groupCallStars"),
    (0x9d2216e0, "updateGroupCall"),
    (0x9e727aad, "phone.groupCall"),
    (0x9f120418, "chatBannedRights"),
    (0x9fbbf1f7, "phoneCallDiscardReasonMigrateConferenceCall"),
    (0xa20db0e5, "updateDeleteMessages"),
    (0xa229dd06, "updateConfig"),
    (0xa2a5371e, "peerChannel"),
    (0xa3d1cb80, "reactionCount"),
    (0xa477288f, "updateGroupCallChainBlocks"),
    (0xa5273abf, "phone.editGroupCallParticipant"),
    (0xa56c2a3e, "updates.state"),
    (0xa87b0a1c, "inputPeerUserFromMessage"),
    (0xa8fb1981, "updates.differenceSlice"),
    (0xaa963b05, "storage.fileUnknown"),
    (0xab0f6b1e, "updatePhoneCall"),
    (0xae1e508d, "storage.filePdf"),
    (0xafe2b839, "phoneCallDiscardReasonAllowGroupCall"),
    (0xafe5623f, "phone.joinAsPeers"),
    (0xb1d11410, "phone.sendGroupCallMessage"),
    (0xb2cbc1c0, "phone.discardCall"),
    (0xb304a621, "upload.saveFilePart"),
    (0xb3a07661, "messageActionGroupCallScheduled"),
    (0xb3cea0e4, "storage.fileMp4"),
    (0xb4073647, "username"),
    (0xb54b5acf, "peerColor"),
    (0xb59cf977, "phone.checkGroupCall"),
    (0xb6aef7b0, "messageActionEmpty"),
    (0xb71e767a, "jsonString"),
    (0xb8ea86a9, "inputPeerColorCollectible"),
    (0xb98886cf, "inputUserEmpty"),
    (0xb9c0639a, "peerColorCollectible"),
    (0xbb92ba95, "messageEntityUnknown"),
    (0xbcf22685, "phone.inviteConferenceCallParticipant"),
    (0xbd2a0840, "inputPeerChannelFromMessage"),
    (0xbd610bc9, "messageEntityBold"),
    (0xbe5335be, "upload.getFile"),
    (0xbf0693d4, "messageEntityStrike"),
    (0xc0de1bd9, "jsonObjectValue"),
    (0xc0e24635, "messages.dhConfigNotModified"),
    (0xc1cd5ea9, "initConnection"),
    (0xc4b9f9bb, "error"),
    (0xc4f9186b, "help.getConfig"),
    (0xc5226f17, "phoneCallWaiting"),
    (0xc558d8ab, "phone.getGroupParticipants"),
    (0xc6701900, "phone.sendConferenceCallBroadcast"),
    (0xc7345e6a, "jsonBool"),
    (0xc8cf05f8, "messageEntityCustomEmoji"),
    (0xc957a766, "updateGroupCallEncryptedMessage"),
    (0xca5cab89, "messageMediaVideoStream"),
    (0xcae1aadf, "storage.fileGif"),
    (0xcb9f372d, "invokeAfterMsg"),
    (0xcbea6bc4, "phone.joinGroupCallPresentation"),
    (0xcc1a241e, "config"),
    (0xcdf8d3e3, "groupCall"),
    (0xd072acb4, "restrictionReason"),
    (0xd0e482b2, "phone.groupCallStreamChannels"),
    (0xd3bc4b7a, "userEmpty"),
    (0xd597650c, "groupCall"),
    (0xd8326f0d, "updateGroupCallMessage"),
    (0xd8aa840f, "inputGroupCall"),
    (0xd92c2285, "speakingInGroupCallAction"),
    (0xda9b0d0d, "invokeWithLayer"),
    (0xdc7b1140, "messageEntityMentionName"),
    (0xdcb118b7, "groupCallParticipantVideoSourceGroup"),
    (0xdde8a54c, "inputPeerUser"),
    (0xde7b673d, "upload.saveBigFilePart"),
    (0xe095c1a0, "phoneCallDiscardReasonDisconnect"),
    (0xe317af7e, "updatesTooLong"),
    (0xe40370a3, "updateEditMessage"),
    (0xe58e95d2, "messages.deleteMessages"),
    (0xe5afa56d, "phone.sendGroupCallEncryptedMessage"),
    (0xe6aa647f, "phone.exportGroupCallInvite"),
    (0xe7ff068a, "emojiStatus"),
    (0xeba636fe, "groupCallParticipant"),
    (0xec82e140, "phone.phoneCall"),
    (0xedb93949, "userStatusOnline"),
    (0xedd4882a, "updates.getState"),
    (0xee430c85, "groupCallDonor"),
    (0xee8c1e86, "inputChannelEmpty"),
    (0xee9f88a6, "phone.getGroupCallChainBlocks"),
    (0xeed42858, "phoneCallWaiting"),
    (0xef7c213a, "phone.getGroupCallJoinAs"),
    (0xefb2b617, "groupCall"),
    (0xf128c708, "phone.toggleGroupCallRecord"),
    (0xf18cda44, "upload.fileCdnRedirect"),
    (0xf1ccaaac, "messageEntityBlockquote"),
    (0xf21158c6, "inputUser"),
    (0xf2ebdb4e, "updateGroupCallParticipants"),
    (0xf35aec28, "inputChannel"),
    (0xf39b035c, "fileHash"),
    (0xf47751b6, "phone.groupParticipants"),
    (0xf52ff27f, "inputFile"),
    (0xf64f54f7, "phone.deleteGroupCallMessages"),
    (0xf7444763, "jsonArray"),
    (0xf7c1b13f, "inputUserSelf"),
    (0xf89a6a4e, "updateChat"),
    (0xf9d25503, "phoneCallDiscarded"),
    (0xfa04579d, "messageEntityMention"),
    (0xfa4f0bb5, "inputFileBig"),
    (0xfaf7e8c9, "phoneCallDiscardReasonBusy"),
    (0xfc878fc8, "phoneCallProtocol"),
    (0xfd5ec8f5, "sendMessageCancelAction"),
    (0xfe06823f, "inputGroupCallSlug"),
    (0xff7a9383, "phone.sendSignalingData"),
];
