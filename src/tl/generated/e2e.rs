// Made from src/tl/schema by tests/tlgen: `TGCALL_BLESS=1 cargo test --test fresh` rewrites it.

//! What conferences read and write.

#![allow(dead_code, unused_imports, unused_variables, clippy::enum_variant_names, clippy::large_enum_variant, clippy::upper_case_acronyms, clippy::precedence, clippy::identity_op, clippy::needless_lifetimes)]

use super::super::skip;
use super::super::{Bare, Batch, Constructor, Decode, DecodeError, Encode, Lazy, Method, Query, Raw, Reader, Seq, Sink};

/// A struct per constructor.
pub mod types {
    use super::*;

    /// `e2e.chain.block#639a3db6`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainBlock<'a> {
        pub signature: &'a [u8; 64],
        pub prev_block_hash: &'a [u8; 32],
        pub changes: Seq<'a, enums::ChainChange<'a>>,
        pub height: i32,
        pub state_proof: types::ChainStateProof<'a>,
        pub signature_public_key: Option<&'a [u8; 32]>,
    }

    impl<'a> ChainBlock<'a> {
        pub const ID: u32 = 0x639a3db6;
    }

    impl<'a> Constructor<'a> for ChainBlock<'a> {
        const ID: u32 = 0x639a3db6;
        const NAME: &'static str = "e2e.chain.block";
        const BARE: u32 = skip::BARE | 1862;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let signature = r.array()?;
            let flags = r.u32()?;
            let prev_block_hash = r.array()?;
            let changes = r.bare_seq()?;
            let height = r.i32()?;
            let state_proof = <types::ChainStateProof<'_>>::read(r)?;
            let signature_public_key = if flags >> 0 & 1 == 1 { Some(r.array()?) } else { None };
            Ok(ChainBlock { signature, prev_block_hash, changes, height, state_proof, signature_public_key })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.signature);
            s.u32(u32::from(self.signature_public_key.is_some()));
            s.raw(self.prev_block_hash);
            s.bare_seq(&self.changes);
            s.i32(self.height);
            self.state_proof.write(s);
            if let Some(value) = self.signature_public_key {
                s.raw(value);
            }
        }
    }

    impl<'a> Decode<'a> for ChainBlock<'a> {
        const CODE: u32 = skip::BOXED | 500;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainBlock<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.changeNoop#deb4a41b`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainChangeNoop<'a> {
        pub nonce: &'a [u8; 32],
    }

    impl<'a> ChainChangeNoop<'a> {
        pub const ID: u32 = 0xdeb4a41b;
    }

    impl<'a> Constructor<'a> for ChainChangeNoop<'a> {
        const ID: u32 = 0xdeb4a41b;
        const NAME: &'static str = "e2e.chain.changeNoop";
        const BARE: u32 = skip::BARE | 1865;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let nonce = r.array()?;
            Ok(ChainChangeNoop { nonce })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.nonce);
        }
    }

    impl<'a> Decode<'a> for ChainChangeNoop<'a> {
        const CODE: u32 = skip::BOXED | 501;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainChangeNoop<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.changeSetGroupState#2cf17146`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainChangeSetGroupState<'a> {
        pub group_state: types::ChainGroupState<'a>,
    }

    impl<'a> ChainChangeSetGroupState<'a> {
        pub const ID: u32 = 0x2cf17146;
    }

    impl<'a> Constructor<'a> for ChainChangeSetGroupState<'a> {
        const ID: u32 = 0x2cf17146;
        const NAME: &'static str = "e2e.chain.changeSetGroupState";
        const BARE: u32 = skip::BARE | 1863;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let group_state = <types::ChainGroupState<'_>>::read(r)?;
            Ok(ChainChangeSetGroupState { group_state })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.group_state.write(s);
        }
    }

    impl<'a> Decode<'a> for ChainChangeSetGroupState<'a> {
        const CODE: u32 = skip::BOXED | 501;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainChangeSetGroupState<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.changeSetSharedKey#987a2158`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainChangeSetSharedKey<'a> {
        pub shared_key: types::ChainSharedKey<'a>,
    }

    impl<'a> ChainChangeSetSharedKey<'a> {
        pub const ID: u32 = 0x987a2158;
    }

    impl<'a> Constructor<'a> for ChainChangeSetSharedKey<'a> {
        const ID: u32 = 0x987a2158;
        const NAME: &'static str = "e2e.chain.changeSetSharedKey";
        const BARE: u32 = skip::BARE | 1864;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let shared_key = <types::ChainSharedKey<'_>>::read(r)?;
            Ok(ChainChangeSetSharedKey { shared_key })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            self.shared_key.write(s);
        }
    }

    impl<'a> Decode<'a> for ChainChangeSetSharedKey<'a> {
        const CODE: u32 = skip::BOXED | 501;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainChangeSetSharedKey<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.changeSetValue#fe0139cc`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainChangeSetValue<'a> {
        pub key: &'a [u8],
        pub value: &'a [u8],
    }

    impl<'a> ChainChangeSetValue<'a> {
        pub const ID: u32 = 0xfe0139cc;
    }

    impl<'a> Constructor<'a> for ChainChangeSetValue<'a> {
        const ID: u32 = 0xfe0139cc;
        const NAME: &'static str = "e2e.chain.changeSetValue";
        const BARE: u32 = skip::BARE | 1866;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let key = r.bytes()?;
            let value = r.bytes()?;
            Ok(ChainChangeSetValue { key, value })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.key);
            s.bytes(self.value);
        }
    }

    impl<'a> Decode<'a> for ChainChangeSetValue<'a> {
        const CODE: u32 = skip::BOXED | 501;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainChangeSetValue<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.groupBroadcastNonceCommit#d1512ae7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainGroupBroadcastNonceCommit<'a> {
        pub signature: &'a [u8; 64],
        pub user_id: i64,
        pub chain_height: i32,
        pub chain_hash: &'a [u8; 32],
        pub nonce_hash: &'a [u8; 32],
    }

    impl<'a> ChainGroupBroadcastNonceCommit<'a> {
        pub const ID: u32 = 0xd1512ae7;
    }

    impl<'a> Constructor<'a> for ChainGroupBroadcastNonceCommit<'a> {
        const ID: u32 = 0xd1512ae7;
        const NAME: &'static str = "e2e.chain.groupBroadcastNonceCommit";
        const BARE: u32 = skip::BARE | 1868;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let signature = r.array()?;
            let user_id = r.i64()?;
            let chain_height = r.i32()?;
            let chain_hash = r.array()?;
            let nonce_hash = r.array()?;
            Ok(ChainGroupBroadcastNonceCommit { signature, user_id, chain_height, chain_hash, nonce_hash })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.signature);
            s.i64(self.user_id);
            s.i32(self.chain_height);
            s.raw(self.chain_hash);
            s.raw(self.nonce_hash);
        }
    }

    impl<'a> Decode<'a> for ChainGroupBroadcastNonceCommit<'a> {
        const CODE: u32 = skip::BOXED | 502;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainGroupBroadcastNonceCommit<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.groupBroadcastNonceReveal#83f4f9d8`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainGroupBroadcastNonceReveal<'a> {
        pub signature: &'a [u8; 64],
        pub user_id: i64,
        pub chain_height: i32,
        pub chain_hash: &'a [u8; 32],
        pub nonce: &'a [u8; 32],
    }

    impl<'a> ChainGroupBroadcastNonceReveal<'a> {
        pub const ID: u32 = 0x83f4f9d8;
    }

    impl<'a> Constructor<'a> for ChainGroupBroadcastNonceReveal<'a> {
        const ID: u32 = 0x83f4f9d8;
        const NAME: &'static str = "e2e.chain.groupBroadcastNonceReveal";
        const BARE: u32 = skip::BARE | 1867;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let signature = r.array()?;
            let user_id = r.i64()?;
            let chain_height = r.i32()?;
            let chain_hash = r.array()?;
            let nonce = r.array()?;
            Ok(ChainGroupBroadcastNonceReveal { signature, user_id, chain_height, chain_hash, nonce })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.signature);
            s.i64(self.user_id);
            s.i32(self.chain_height);
            s.raw(self.chain_hash);
            s.raw(self.nonce);
        }
    }

    impl<'a> Decode<'a> for ChainGroupBroadcastNonceReveal<'a> {
        const CODE: u32 = skip::BOXED | 502;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainGroupBroadcastNonceReveal<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.groupParticipant#18f3971f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainGroupParticipant<'a> {
        pub user_id: i64,
        pub public_key: &'a [u8; 32],
        pub add_users: bool,
        pub remove_users: bool,
        pub version: i32,
    }

    impl<'a> ChainGroupParticipant<'a> {
        pub const ID: u32 = 0x18f3971f;
    }

    impl<'a> Constructor<'a> for ChainGroupParticipant<'a> {
        const ID: u32 = 0x18f3971f;
        const NAME: &'static str = "e2e.chain.groupParticipant";
        const BARE: u32 = skip::BARE | 1869;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let user_id = r.i64()?;
            let public_key = r.array()?;
            let flags = r.u32()?;
            let version = r.i32()?;
            Ok(ChainGroupParticipant { user_id, public_key, add_users: flags >> 0 & 1 == 1, remove_users: flags >> 1 & 1 == 1, version })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.user_id);
            s.raw(self.public_key);
            s.u32(u32::from(self.add_users) | u32::from(self.remove_users) << 1);
            s.i32(self.version);
        }
    }

    impl<'a> Decode<'a> for ChainGroupParticipant<'a> {
        const CODE: u32 = skip::BOXED | 503;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainGroupParticipant<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.groupState#1ddc7584`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainGroupState<'a> {
        pub participants: Seq<'a, types::ChainGroupParticipant<'a>>,
        pub external_permissions: i32,
    }

    impl<'a> ChainGroupState<'a> {
        pub const ID: u32 = 0x1ddc7584;
    }

    impl<'a> Constructor<'a> for ChainGroupState<'a> {
        const ID: u32 = 0x1ddc7584;
        const NAME: &'static str = "e2e.chain.groupState";
        const BARE: u32 = skip::BARE | 1870;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let participants = r.bare_seq()?;
            let external_permissions = r.i32()?;
            Ok(ChainGroupState { participants, external_permissions })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bare_seq(&self.participants);
            s.i32(self.external_permissions);
        }
    }

    impl<'a> Decode<'a> for ChainGroupState<'a> {
        const CODE: u32 = skip::BOXED | 504;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainGroupState<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.sharedKey#8a847e7f`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainSharedKey<'a> {
        pub ek: &'a [u8; 32],
        pub encrypted_shared_key: &'a [u8],
        pub dest_user_id: Seq<'a, i64>,
        pub dest_header: Seq<'a, &'a [u8]>,
    }

    impl<'a> ChainSharedKey<'a> {
        pub const ID: u32 = 0x8a847e7f;
    }

    impl<'a> Constructor<'a> for ChainSharedKey<'a> {
        const ID: u32 = 0x8a847e7f;
        const NAME: &'static str = "e2e.chain.sharedKey";
        const BARE: u32 = skip::BARE | 1871;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let ek = r.array()?;
            let encrypted_shared_key = r.bytes()?;
            let dest_user_id = r.bare_seq()?;
            let dest_header = r.bare_seq()?;
            Ok(ChainSharedKey { ek, encrypted_shared_key, dest_user_id, dest_header })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.ek);
            s.bytes(self.encrypted_shared_key);
            s.bare_seq(&self.dest_user_id);
            s.bare_seq(&self.dest_header);
        }
    }

    impl<'a> Decode<'a> for ChainSharedKey<'a> {
        const CODE: u32 = skip::BOXED | 505;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainSharedKey<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.chain.stateProof#d6b679e6`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ChainStateProof<'a> {
        pub kv_hash: &'a [u8; 32],
        pub group_state: Option<types::ChainGroupState<'a>>,
        pub shared_key: Option<types::ChainSharedKey<'a>>,
    }

    impl<'a> ChainStateProof<'a> {
        pub const ID: u32 = 0xd6b679e6;
    }

    impl<'a> Constructor<'a> for ChainStateProof<'a> {
        const ID: u32 = 0xd6b679e6;
        const NAME: &'static str = "e2e.chain.stateProof";
        const BARE: u32 = skip::BARE | 1872;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let kv_hash = r.array()?;
            let group_state = if flags >> 0 & 1 == 1 { Some(<types::ChainGroupState<'_>>::read(r)?) } else { None };
            let shared_key = if flags >> 1 & 1 == 1 { Some(<types::ChainSharedKey<'_>>::read(r)?) } else { None };
            Ok(ChainStateProof { kv_hash, group_state, shared_key })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.group_state.is_some()) | u32::from(self.shared_key.is_some()) << 1);
            s.raw(self.kv_hash);
            if let Some(value) = self.group_state {
                value.write(s);
            }
            if let Some(value) = self.shared_key {
                value.write(s);
            }
        }
    }

    impl<'a> Decode<'a> for ChainStateProof<'a> {
        const CODE: u32 = skip::BOXED | 506;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ChainStateProof<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.callPacket#40a6bee9`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct CallPacket;

    impl CallPacket {
        pub const ID: u32 = 0x40a6bee9;
    }

    impl<'a> Constructor<'a> for CallPacket {
        const ID: u32 = 0x40a6bee9;
        const NAME: &'static str = "e2e.callPacket";
        const BARE: u32 = skip::BARE | 1843;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(CallPacket)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for CallPacket {
        const CODE: u32 = skip::BOXED | 490;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for CallPacket {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.callPacketLargeMsgId#1ce56c2d`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct CallPacketLargeMsgId;

    impl CallPacketLargeMsgId {
        pub const ID: u32 = 0x1ce56c2d;
    }

    impl<'a> Constructor<'a> for CallPacketLargeMsgId {
        const ID: u32 = 0x1ce56c2d;
        const NAME: &'static str = "e2e.callPacketLargeMsgId";
        const BARE: u32 = skip::BARE | 1844;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(CallPacketLargeMsgId)
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
        }
    }

    impl<'a> Decode<'a> for CallPacketLargeMsgId {
        const CODE: u32 = skip::BOXED | 491;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for CallPacketLargeMsgId {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.handshakeEncryptedMessage#97400efc`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct HandshakeEncryptedMessage<'a> {
        pub message: &'a [u8],
    }

    impl<'a> HandshakeEncryptedMessage<'a> {
        pub const ID: u32 = 0x97400efc;
    }

    impl<'a> Constructor<'a> for HandshakeEncryptedMessage<'a> {
        const ID: u32 = 0x97400efc;
        const NAME: &'static str = "e2e.handshakeEncryptedMessage";
        const BARE: u32 = skip::BARE | 1847;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let message = r.bytes()?;
            Ok(HandshakeEncryptedMessage { message })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.message);
        }
    }

    impl<'a> Decode<'a> for HandshakeEncryptedMessage<'a> {
        const CODE: u32 = skip::BOXED | 493;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for HandshakeEncryptedMessage<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.handshakeLoginExport#f6f07754`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct HandshakeLoginExport<'a> {
        pub accept: &'a [u8],
        pub encrypted_key: &'a [u8],
    }

    impl<'a> HandshakeLoginExport<'a> {
        pub const ID: u32 = 0xf6f07754;
    }

    impl<'a> Constructor<'a> for HandshakeLoginExport<'a> {
        const ID: u32 = 0xf6f07754;
        const NAME: &'static str = "e2e.handshakeLoginExport";
        const BARE: u32 = skip::BARE | 1849;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let accept = r.bytes()?;
            let encrypted_key = r.bytes()?;
            Ok(HandshakeLoginExport { accept, encrypted_key })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.accept);
            s.bytes(self.encrypted_key);
        }
    }

    impl<'a> Decode<'a> for HandshakeLoginExport<'a> {
        const CODE: u32 = skip::BOXED | 493;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for HandshakeLoginExport<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.handshakePrivateAccept#99f91557`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct HandshakePrivateAccept<'a> {
        pub alice_pk: &'a [u8; 32],
        pub bob_pk: &'a [u8; 32],
        pub alice_user_id: i64,
        pub bob_user_id: i64,
        pub alice_nonce: &'a [u8; 32],
        pub bob_nonce: &'a [u8; 32],
    }

    impl<'a> HandshakePrivateAccept<'a> {
        pub const ID: u32 = 0x99f91557;
    }

    impl<'a> Constructor<'a> for HandshakePrivateAccept<'a> {
        const ID: u32 = 0x99f91557;
        const NAME: &'static str = "e2e.handshakePrivateAccept";
        const BARE: u32 = skip::BARE | 1846;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let alice_pk = r.array()?;
            let bob_pk = r.array()?;
            let alice_user_id = r.i64()?;
            let bob_user_id = r.i64()?;
            let alice_nonce = r.array()?;
            let bob_nonce = r.array()?;
            Ok(HandshakePrivateAccept { alice_pk, bob_pk, alice_user_id, bob_user_id, alice_nonce, bob_nonce })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.alice_pk);
            s.raw(self.bob_pk);
            s.i64(self.alice_user_id);
            s.i64(self.bob_user_id);
            s.raw(self.alice_nonce);
            s.raw(self.bob_nonce);
        }
    }

    impl<'a> Decode<'a> for HandshakePrivateAccept<'a> {
        const CODE: u32 = skip::BOXED | 492;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for HandshakePrivateAccept<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.handshakePrivateFinish#15161335`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct HandshakePrivateFinish<'a> {
        pub alice_pk: &'a [u8; 32],
        pub bob_pk: &'a [u8; 32],
        pub alice_user_id: i64,
        pub bob_user_id: i64,
        pub alice_nonce: &'a [u8; 32],
        pub bob_nonce: &'a [u8; 32],
    }

    impl<'a> HandshakePrivateFinish<'a> {
        pub const ID: u32 = 0x15161335;
    }

    impl<'a> Constructor<'a> for HandshakePrivateFinish<'a> {
        const ID: u32 = 0x15161335;
        const NAME: &'static str = "e2e.handshakePrivateFinish";
        const BARE: u32 = skip::BARE | 1845;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let alice_pk = r.array()?;
            let bob_pk = r.array()?;
            let alice_user_id = r.i64()?;
            let bob_user_id = r.i64()?;
            let alice_nonce = r.array()?;
            let bob_nonce = r.array()?;
            Ok(HandshakePrivateFinish { alice_pk, bob_pk, alice_user_id, bob_user_id, alice_nonce, bob_nonce })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.alice_pk);
            s.raw(self.bob_pk);
            s.i64(self.alice_user_id);
            s.i64(self.bob_user_id);
            s.raw(self.alice_nonce);
            s.raw(self.bob_nonce);
        }
    }

    impl<'a> Decode<'a> for HandshakePrivateFinish<'a> {
        const CODE: u32 = skip::BOXED | 492;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for HandshakePrivateFinish<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.handshakeQR#d37da15a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct HandshakeQR<'a> {
        pub bob_ephemeral_pk: &'a [u8; 32],
        pub bob_nonce: &'a [u8; 32],
    }

    impl<'a> HandshakeQR<'a> {
        pub const ID: u32 = 0xd37da15a;
    }

    impl<'a> Constructor<'a> for HandshakeQR<'a> {
        const ID: u32 = 0xd37da15a;
        const NAME: &'static str = "e2e.handshakeQR";
        const BARE: u32 = skip::BARE | 1848;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let bob_ephemeral_pk = r.array()?;
            let bob_nonce = r.array()?;
            Ok(HandshakeQR { bob_ephemeral_pk, bob_nonce })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.bob_ephemeral_pk);
            s.raw(self.bob_nonce);
        }
    }

    impl<'a> Decode<'a> for HandshakeQR<'a> {
        const CODE: u32 = skip::BOXED | 493;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for HandshakeQR<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.keyContactByPublicKey#6c4f8c98`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct KeyContactByPublicKey<'a> {
        pub public_key: &'a [u8; 32],
    }

    impl<'a> KeyContactByPublicKey<'a> {
        pub const ID: u32 = 0x6c4f8c98;
    }

    impl<'a> Constructor<'a> for KeyContactByPublicKey<'a> {
        const ID: u32 = 0x6c4f8c98;
        const NAME: &'static str = "e2e.keyContactByPublicKey";
        const BARE: u32 = skip::BARE | 1850;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let public_key = r.array()?;
            Ok(KeyContactByPublicKey { public_key })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.public_key);
        }
    }

    impl<'a> Decode<'a> for KeyContactByPublicKey<'a> {
        const CODE: u32 = skip::BOXED | 494;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for KeyContactByPublicKey<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.keyContactByUserId#72c13e2b`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct KeyContactByUserId {
        pub user_id: i64,
    }

    impl KeyContactByUserId {
        pub const ID: u32 = 0x72c13e2b;
    }

    impl<'a> Constructor<'a> for KeyContactByUserId {
        const ID: u32 = 0x72c13e2b;
        const NAME: &'static str = "e2e.keyContactByUserId";
        const BARE: u32 = skip::BARE | 1851;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let user_id = r.i64()?;
            Ok(KeyContactByUserId { user_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.user_id);
        }
    }

    impl<'a> Decode<'a> for KeyContactByUserId {
        const CODE: u32 = skip::BOXED | 494;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for KeyContactByUserId {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.personalContactState#c14ac456`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PersonalContactState {
        pub is_contact: bool,
    }

    impl PersonalContactState {
        pub const ID: u32 = 0xc14ac456;
    }

    impl<'a> Constructor<'a> for PersonalContactState {
        const ID: u32 = 0xc14ac456;
        const NAME: &'static str = "e2e.personalContactState";
        const BARE: u32 = skip::BARE | 1856;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            Ok(PersonalContactState { is_contact: flags >> 0 & 1 == 1 })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.is_contact));
        }
    }

    impl<'a> Decode<'a> for PersonalContactState {
        const CODE: u32 = skip::BOXED | 495;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PersonalContactState {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.personalData#3ddb7846`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PersonalData<'a> {
        pub public_key: &'a [u8; 32],
        pub data: Seq<'a, Bare<types::PersonalOnServer<'a>>>,
    }

    impl<'a> PersonalData<'a> {
        pub const ID: u32 = 0x3ddb7846;
    }

    impl<'a> Constructor<'a> for PersonalData<'a> {
        const ID: u32 = 0x3ddb7846;
        const NAME: &'static str = "e2e.personalData";
        const BARE: u32 = skip::BARE | 1857;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let public_key = r.array()?;
            let data = r.bare_seq()?;
            Ok(PersonalData { public_key, data })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.public_key);
            s.bare_seq(&self.data);
        }
    }

    impl<'a> Decode<'a> for PersonalData<'a> {
        const CODE: u32 = skip::BOXED | 496;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PersonalData<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.personalEmojiNonces#85fe42b7`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PersonalEmojiNonces<'a> {
        pub self_nonce: Option<&'a [u8; 32]>,
        pub contact_nonce_hash: Option<&'a [u8; 32]>,
        pub contact_nonce: Option<&'a [u8; 32]>,
    }

    impl<'a> PersonalEmojiNonces<'a> {
        pub const ID: u32 = 0x85fe42b7;
    }

    impl<'a> Constructor<'a> for PersonalEmojiNonces<'a> {
        const ID: u32 = 0x85fe42b7;
        const NAME: &'static str = "e2e.personalEmojiNonces";
        const BARE: u32 = skip::BARE | 1855;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let flags = r.u32()?;
            let self_nonce = if flags >> 0 & 1 == 1 { Some(r.array()?) } else { None };
            let contact_nonce_hash = if flags >> 1 & 1 == 1 { Some(r.array()?) } else { None };
            let contact_nonce = if flags >> 2 & 1 == 1 { Some(r.array()?) } else { None };
            Ok(PersonalEmojiNonces { self_nonce, contact_nonce_hash, contact_nonce })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.u32(u32::from(self.self_nonce.is_some()) | u32::from(self.contact_nonce_hash.is_some()) << 1 | u32::from(self.contact_nonce.is_some()) << 2);
            if let Some(value) = self.self_nonce {
                s.raw(value);
            }
            if let Some(value) = self.contact_nonce_hash {
                s.raw(value);
            }
            if let Some(value) = self.contact_nonce {
                s.raw(value);
            }
        }
    }

    impl<'a> Decode<'a> for PersonalEmojiNonces<'a> {
        const CODE: u32 = skip::BOXED | 495;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PersonalEmojiNonces<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.personalName#68ea66d5`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PersonalName<'a> {
        pub first_name: &'a [u8],
        pub last_name: &'a [u8],
    }

    impl<'a> PersonalName<'a> {
        pub const ID: u32 = 0x68ea66d5;
    }

    impl<'a> Constructor<'a> for PersonalName<'a> {
        const ID: u32 = 0x68ea66d5;
        const NAME: &'static str = "e2e.personalName";
        const BARE: u32 = skip::BARE | 1854;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let first_name = r.bytes()?;
            let last_name = r.bytes()?;
            Ok(PersonalName { first_name, last_name })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.first_name);
            s.bytes(self.last_name);
        }
    }

    impl<'a> Decode<'a> for PersonalName<'a> {
        const CODE: u32 = skip::BOXED | 495;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PersonalName<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.personalOnClient#eba65211`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PersonalOnClient<'a> {
        pub signed_at: i32,
        pub personal: enums::Personal<'a>,
    }

    impl<'a> PersonalOnClient<'a> {
        pub const ID: u32 = 0xeba65211;
    }

    impl<'a> Constructor<'a> for PersonalOnClient<'a> {
        const ID: u32 = 0xeba65211;
        const NAME: &'static str = "e2e.personalOnClient";
        const BARE: u32 = skip::BARE | 1858;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let signed_at = r.i32()?;
            let personal = <enums::Personal<'_>>::read(r)?;
            Ok(PersonalOnClient { signed_at, personal })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i32(self.signed_at);
            self.personal.write(s);
        }
    }

    impl<'a> Decode<'a> for PersonalOnClient<'a> {
        const CODE: u32 = skip::BOXED | 497;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PersonalOnClient<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.personalOnServer#d04d2c83`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PersonalOnServer<'a> {
        pub signature: &'a [u8; 64],
        pub signed_at: i32,
        pub personal: enums::Personal<'a>,
    }

    impl<'a> PersonalOnServer<'a> {
        pub const ID: u32 = 0xd04d2c83;
    }

    impl<'a> Constructor<'a> for PersonalOnServer<'a> {
        const ID: u32 = 0xd04d2c83;
        const NAME: &'static str = "e2e.personalOnServer";
        const BARE: u32 = skip::BARE | 1859;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let signature = r.array()?;
            let signed_at = r.i32()?;
            let personal = <enums::Personal<'_>>::read(r)?;
            Ok(PersonalOnServer { signature, signed_at, personal })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.raw(self.signature);
            s.i32(self.signed_at);
            self.personal.write(s);
        }
    }

    impl<'a> Decode<'a> for PersonalOnServer<'a> {
        const CODE: u32 = skip::BOXED | 498;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PersonalOnServer<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.personalPhoneNumber#4307fe1a`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PersonalPhoneNumber<'a> {
        pub phone_number: &'a [u8],
    }

    impl<'a> PersonalPhoneNumber<'a> {
        pub const ID: u32 = 0x4307fe1a;
    }

    impl<'a> Constructor<'a> for PersonalPhoneNumber<'a> {
        const ID: u32 = 0x4307fe1a;
        const NAME: &'static str = "e2e.personalPhoneNumber";
        const BARE: u32 = skip::BARE | 1853;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let phone_number = r.bytes()?;
            Ok(PersonalPhoneNumber { phone_number })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bytes(self.phone_number);
        }
    }

    impl<'a> Decode<'a> for PersonalPhoneNumber<'a> {
        const CODE: u32 = skip::BOXED | 495;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for PersonalPhoneNumber<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.personalUserId#16a7b8e0`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct PersonalUserId {
        pub user_id: i64,
    }

    impl PersonalUserId {
        pub const ID: u32 = 0x16a7b8e0;
    }

    impl<'a> Constructor<'a> for PersonalUserId {
        const ID: u32 = 0x16a7b8e0;
        const NAME: &'static str = "e2e.personalUserId";
        const BARE: u32 = skip::BARE | 1852;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let user_id = r.i64()?;
            Ok(PersonalUserId { user_id })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.i64(self.user_id);
        }
    }

    impl<'a> Decode<'a> for PersonalUserId {
        const CODE: u32 = skip::BOXED | 495;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl Encode for PersonalUserId {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.valueContactByPublicKey#ab73bae1`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ValueContactByPublicKey<'a> {
        pub entries: Seq<'a, Bare<types::PersonalOnClient<'a>>>,
    }

    impl<'a> ValueContactByPublicKey<'a> {
        pub const ID: u32 = 0xab73bae1;
    }

    impl<'a> Constructor<'a> for ValueContactByPublicKey<'a> {
        const ID: u32 = 0xab73bae1;
        const NAME: &'static str = "e2e.valueContactByPublicKey";
        const BARE: u32 = skip::BARE | 1861;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let entries = r.bare_seq()?;
            Ok(ValueContactByPublicKey { entries })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bare_seq(&self.entries);
        }
    }

    impl<'a> Decode<'a> for ValueContactByPublicKey<'a> {
        const CODE: u32 = skip::BOXED | 499;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ValueContactByPublicKey<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }

    /// `e2e.valueContactByUserId#06ca0713`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct ValueContactByUserId<'a> {
        pub public_keys: Seq<'a, &'a [u8; 32]>,
    }

    impl<'a> ValueContactByUserId<'a> {
        pub const ID: u32 = 0x06ca0713;
    }

    impl<'a> Constructor<'a> for ValueContactByUserId<'a> {
        const ID: u32 = 0x06ca0713;
        const NAME: &'static str = "e2e.valueContactByUserId";
        const BARE: u32 = skip::BARE | 1860;

        fn read_body(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            let public_keys = r.bare_seq()?;
            Ok(ValueContactByUserId { public_keys })
        }

        fn write_body<S: Sink>(&self, s: &mut S) {
            s.bare_seq(&self.public_keys);
        }
    }

    impl<'a> Decode<'a> for ValueContactByUserId<'a> {
        const CODE: u32 = skip::BOXED | 499;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            r.expect(Self::ID)?;
            Self::read_body(r)
        }
    }

    impl<'a> Encode for ValueContactByUserId<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            s.u32(Self::ID);
            self.write_body(s);
        }
    }
}

/// An enum per type that has several constructors.
pub mod enums {
    use super::*;

    /// `e2e.HandshakePrivate`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum HandshakePrivate<'a> {
        Accept(types::HandshakePrivateAccept<'a>),
        Finish(types::HandshakePrivateFinish<'a>),
    }

    impl<'a> Decode<'a> for HandshakePrivate<'a> {
        const CODE: u32 = skip::BOXED | 492;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::HandshakePrivateAccept::ID => HandshakePrivate::Accept(types::HandshakePrivateAccept::read_body(r)?),
                types::HandshakePrivateFinish::ID => HandshakePrivate::Finish(types::HandshakePrivateFinish::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for HandshakePrivate<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                HandshakePrivate::Accept(value) => value.write(s),
                HandshakePrivate::Finish(value) => value.write(s),
            }
        }
    }

    /// `e2e.HandshakePublic`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum HandshakePublic<'a> {
        HandshakeEncryptedMessage(types::HandshakeEncryptedMessage<'a>),
        HandshakeLoginExport(types::HandshakeLoginExport<'a>),
        HandshakeQR(types::HandshakeQR<'a>),
    }

    impl<'a> Decode<'a> for HandshakePublic<'a> {
        const CODE: u32 = skip::BOXED | 493;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::HandshakeEncryptedMessage::ID => HandshakePublic::HandshakeEncryptedMessage(types::HandshakeEncryptedMessage::read_body(r)?),
                types::HandshakeLoginExport::ID => HandshakePublic::HandshakeLoginExport(types::HandshakeLoginExport::read_body(r)?),
                types::HandshakeQR::ID => HandshakePublic::HandshakeQR(types::HandshakeQR::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for HandshakePublic<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                HandshakePublic::HandshakeEncryptedMessage(value) => value.write(s),
                HandshakePublic::HandshakeLoginExport(value) => value.write(s),
                HandshakePublic::HandshakeQR(value) => value.write(s),
            }
        }
    }

    /// `e2e.Key`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Key<'a> {
        ContactByPublicKey(types::KeyContactByPublicKey<'a>),
        ContactByUserId(types::KeyContactByUserId),
    }

    impl<'a> Decode<'a> for Key<'a> {
        const CODE: u32 = skip::BOXED | 494;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::KeyContactByPublicKey::ID => Key::ContactByPublicKey(types::KeyContactByPublicKey::read_body(r)?),
                types::KeyContactByUserId::ID => Key::ContactByUserId(types::KeyContactByUserId::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for Key<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Key::ContactByPublicKey(value) => value.write(s),
                Key::ContactByUserId(value) => value.write(s),
            }
        }
    }

    /// `e2e.Personal`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Personal<'a> {
        ContactState(types::PersonalContactState),
        EmojiNonces(types::PersonalEmojiNonces<'a>),
        Name(types::PersonalName<'a>),
        PhoneNumber(types::PersonalPhoneNumber<'a>),
        UserId(types::PersonalUserId),
    }

    impl<'a> Decode<'a> for Personal<'a> {
        const CODE: u32 = skip::BOXED | 495;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::PersonalContactState::ID => Personal::ContactState(types::PersonalContactState::read_body(r)?),
                types::PersonalEmojiNonces::ID => Personal::EmojiNonces(types::PersonalEmojiNonces::read_body(r)?),
                types::PersonalName::ID => Personal::Name(types::PersonalName::read_body(r)?),
                types::PersonalPhoneNumber::ID => Personal::PhoneNumber(types::PersonalPhoneNumber::read_body(r)?),
                types::PersonalUserId::ID => Personal::UserId(types::PersonalUserId::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for Personal<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Personal::ContactState(value) => value.write(s),
                Personal::EmojiNonces(value) => value.write(s),
                Personal::Name(value) => value.write(s),
                Personal::PhoneNumber(value) => value.write(s),
                Personal::UserId(value) => value.write(s),
            }
        }
    }

    /// `e2e.Value`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum Value<'a> {
        ContactByPublicKey(types::ValueContactByPublicKey<'a>),
        ContactByUserId(types::ValueContactByUserId<'a>),
    }

    impl<'a> Decode<'a> for Value<'a> {
        const CODE: u32 = skip::BOXED | 499;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::ValueContactByPublicKey::ID => Value::ContactByPublicKey(types::ValueContactByPublicKey::read_body(r)?),
                types::ValueContactByUserId::ID => Value::ContactByUserId(types::ValueContactByUserId::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for Value<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                Value::ContactByPublicKey(value) => value.write(s),
                Value::ContactByUserId(value) => value.write(s),
            }
        }
    }

    /// `e2e.chain.Change`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum ChainChange<'a> {
        Noop(types::ChainChangeNoop<'a>),
        SetGroupState(types::ChainChangeSetGroupState<'a>),
        SetSharedKey(types::ChainChangeSetSharedKey<'a>),
        SetValue(types::ChainChangeSetValue<'a>),
    }

    impl<'a> Decode<'a> for ChainChange<'a> {
        const CODE: u32 = skip::BOXED | 501;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::ChainChangeNoop::ID => ChainChange::Noop(types::ChainChangeNoop::read_body(r)?),
                types::ChainChangeSetGroupState::ID => ChainChange::SetGroupState(types::ChainChangeSetGroupState::read_body(r)?),
                types::ChainChangeSetSharedKey::ID => ChainChange::SetSharedKey(types::ChainChangeSetSharedKey::read_body(r)?),
                types::ChainChangeSetValue::ID => ChainChange::SetValue(types::ChainChangeSetValue::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for ChainChange<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                ChainChange::Noop(value) => value.write(s),
                ChainChange::SetGroupState(value) => value.write(s),
                ChainChange::SetSharedKey(value) => value.write(s),
                ChainChange::SetValue(value) => value.write(s),
            }
        }
    }

    /// `e2e.chain.GroupBroadcast`
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub enum ChainGroupBroadcast<'a> {
        NonceCommit(types::ChainGroupBroadcastNonceCommit<'a>),
        NonceReveal(types::ChainGroupBroadcastNonceReveal<'a>),
    }

    impl<'a> Decode<'a> for ChainGroupBroadcast<'a> {
        const CODE: u32 = skip::BOXED | 502;

        fn read(r: &mut Reader<'a>) -> Result<Self, DecodeError> {
            Ok(match r.u32()? {
                types::ChainGroupBroadcastNonceCommit::ID => ChainGroupBroadcast::NonceCommit(types::ChainGroupBroadcastNonceCommit::read_body(r)?),
                types::ChainGroupBroadcastNonceReveal::ID => ChainGroupBroadcast::NonceReveal(types::ChainGroupBroadcastNonceReveal::read_body(r)?),
                id => return Err(r.unexpected(id)),
            })
        }
    }

    impl<'a> Encode for ChainGroupBroadcast<'a> {
        fn write<S: Sink>(&self, s: &mut S) {
            match self {
                ChainGroupBroadcast::NonceCommit(value) => value.write(s),
                ChainGroupBroadcast::NonceReveal(value) => value.write(s),
            }
        }
    }
}

/// What a constructor or method is called, for logs.
pub fn name(id: u32) -> Option<&'static str> {
    NAMES.binary_search_by_key(&id, |entry| entry.0).ok().and_then(|at| NAMES.get(at)).map(|entry| entry.1)
}

static NAMES: [(u32, &str); 30] = [
    (0x06ca0713, "e2e.valueContactByUserId"),
    (0x15161335, "e2e.handshakePrivateFinish"),
    (0x16a7b8e0, "e2e.personalUserId"),
    (0x18f3971f, "e2e.chain.groupParticipant"),
    (0x1ce56c2d, "e2e.callPacketLargeMsgId"),
    (0x1ddc7584, "e2e.chain.groupState"),
    (0x2cf17146, "e2e.chain.changeSetGroupState"),
    (0x3ddb7846, "e2e.personalData"),
    (0x40a6bee9, "e2e.callPacket"),
    (0x4307fe1a, "e2e.personalPhoneNumber"),
    (0x639a3db6, "e2e.chain.block"),
    (0x68ea66d5, "e2e.personalName"),
    (0x6c4f8c98, "e2e.keyContactByPublicKey"),
    (0x72c13e2b, "e2e.keyContactByUserId"),
    (0x83f4f9d8, "e2e.chain.groupBroadcastNonceReveal"),
    (0x85fe42b7, "e2e.personalEmojiNonces"),
    (0x8a847e7f, "e2e.chain.sharedKey"),
    (0x97400efc, "e2e.handshakeEncryptedMessage"),
    (0x987a2158, "e2e.chain.changeSetSharedKey"),
    (0x99f91557, "e2e.handshakePrivateAccept"),
    (0xab73bae1, "e2e.valueContactByPublicKey"),
    (0xc14ac456, "e2e.personalContactState"),
    (0xd04d2c83, "e2e.personalOnServer"),
    (0xd1512ae7, "e2e.chain.groupBroadcastNonceCommit"),
    (0xd37da15a, "e2e.handshakeQR"),
    (0xd6b679e6, "e2e.chain.stateProof"),
    (0xdeb4a41b, "e2e.chain.changeNoop"),
    (0xeba65211, "e2e.personalOnClient"),
    (0xf6f07754, "e2e.handshakeLoginExport"),
    (0xfe0139cc, "e2e.chain.changeSetValue"),
];
