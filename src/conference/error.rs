//! Why a block, a broadcast or a packet was not taken.

use crate::error::{Error, ErrorKind};
use core::fmt;

macro_rules! reject {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $text:literal;)*) => {
        /// Each rule of conference-e2e.md has its own. The order is that of the checks within a section.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Reject {
            $($(#[$doc])* $name,)*
        }

        impl Reject {
            /// Every reason there is, for tables and tests.
            pub const ALL: &'static [Reject] = &[$(Reject::$name,)*];

            /// The number the reference implementation gives to it (section 7.6); many share 100, "unknown".
            pub const fn code(self) -> i32 {
                match self {
                    $(Reject::$name => $code,)*
                }
            }

            /// One line for a developer. Never holds data.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Reject::$name => $text,)*
                }
            }
        }
    };
}

reject! {
    // bytes (section 5)
    NoId = 100, "fewer than four bytes";
    LocalForm = 100, "not marked as coming from the server";
    TooLarge = 100, "larger than any honest one";
    WrongType = 100, "another constructor was due";
    Truncated = 100, "ends in the middle of a field";
    BadString = 100, "a string with an impossible length";
    NegativeFlags = 100, "negative flags";
    TooMany = 100, "more elements than can be there or are allowed";
    Trailing = 100, "bytes behind the end";
    // a block in the chain (section 7.1)
    Height = 204, "the height is not the next one";
    ChainEnd = 100, "the chain has used all its heights";
    PreviousHash = 203, "not built on the newest block";
    NoSigner = 100, "nobody to have signed it";
    Signature = 202, "the signature is wrong";
    // a new group state (section 7.2)
    ParticipantFlags = 208, "a participant has unknown permissions";
    ExternalFlags = 208, "unknown external permissions";
    DuplicateUser = 208, "a user is listed twice";
    DuplicateKey = 208, "a key is listed twice";
    ExternalRaised = 207, "the external permissions were raised";
    MayNotRemove = 207, "the signer may not remove";
    MayNotAdd = 207, "the signer may not add";
    MayNotChange = 207, "the signer may not change permissions";
    GrantsTooMuch = 207, "the signer grants what it does not have";
    SignerOut = 207, "the signer would no longer be able to sign";
    // a new shared key (section 7.2)
    KeyAlreadySet = 100, "a shared key is already set";
    MayNotSetKey = 207, "the signer may not set the key";
    KeyCount = 209, "as many users, headers and participants are due";
    KeyDuplicateUser = 209, "a receiver of the key is listed twice";
    KeyStranger = 209, "a receiver of the key does not take part";
    // a new value (section 7.2)
    ValueKey = 100, "the key of a value is not 32 bytes, or zero";
    // the state proof (section 7.3)
    NoChanges = 201, "nothing changes";
    GroupProofUnexpected = 205, "the group state is in the changes and in the proof";
    GroupProofMissing = 205, "the proof lacks the group state";
    GroupProofDiffers = 205, "the proof has another group state";
    KeyProofUnexpected = 206, "the shared key is in the proof though it changed";
    KeyProofMissing = 206, "the proof lacks the shared key";
    KeyProofDiffers = 206, "the proof has another shared key";
    // what the block means for us (section 7.4)
    NotParticipant = 300, "the own key does not take part";
    OtherUser = 301, "the own key belongs to another user";
    KeyNotForUs = 100, "the shared key is not for the own user";
    KeyExchange = 100, "no common secret with a key of that kind";
    KeyHeader = 100, "the header of the shared key is not 32 bytes";
    KeyEncryption = 100, "the shared key does not decrypt";
    KeyLength = 100, "the shared key is not 32 bytes";
    // a base block (section 7.5)
    NegativeHeight = 200, "the height is negative";
    GroupStateUnknown = 205, "no group state in the block";
    SharedKeyUnknown = 206, "no shared key in the block";
    // broadcasts (section 9)
    OtherBlock = 506, "for another block of this height";
    NotCommitting = 501, "not the time of commits";
    NotRevealing = 502, "not the time of reveals";
    UnknownUser = 503, "from a user who does not take part";
    Repeated = 504, "the user has already sent one";
    RevealDiffers = 505, "the reveal does not match the commit";
    /// Counted only: the reference keeps such, and answers that all is well.
    TooEarly = 100, "too far ahead of its block, or one of too many that are";
    // packets (section 10)
    NoEpochToSend = 401, "no key to encrypt with";
    Channel = 600, "channels are 0 to 1023";
    PrefixLength = 100, "the plain part is longer than the frame or 65535";
    SequenceEnd = 100, "the channel has used all its numbers; leave and join again";
    FromOurselves = 100, "a packet of our own";
    PacketVersion = 100, "an unknown version of the packet format";
    TooManyEpochs = 100, "more epochs than are ever alive";
    NoKnownEpoch = 400, "none of its epochs is known";
    SenderNotInEpoch = 100, "the sender did not take part in that epoch";
    PacketEncryption = 100, "does not decrypt";
    PacketSignature = 100, "the sender's signature is wrong";
    Replayed = 100, "already received, or too old to tell";
    // media frames and in-call messages (sections 10.1 and 11)
    StartCode = 100, "no encryption of the frame without a start code in it";
    MessageFormat = 100, "not an in-call message";
    // the whole call
    CallFailed = 601, "the call failed earlier";
    MarkUnchanged = 102, "nothing to mark";
}

impl fmt::Display for Reject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.text(), self.code())
    }
}

impl std::error::Error for Reject {}

/// For the verbs of the API, where a refusal is a misuse.
impl From<Reject> for Error {
    fn from(reject: Reject) -> Error {
        let kind = match reject {
            Reject::CallFailed | Reject::NoEpochToSend | Reject::MayNotAdd | Reject::MayNotRemove => ErrorKind::State,
            Reject::SequenceEnd | Reject::TooLarge => ErrorKind::Limit,
            _ => ErrorKind::Argument,
        };
        Error::new(kind, reject.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_reason_has_a_text_of_its_own_and_a_code_of_the_reference() {
        let texts: BTreeSet<&str> = Reject::ALL.iter().map(|reject| reject.text()).collect();
        assert_eq!(texts.len(), Reject::ALL.len());
        let known = [
            100, 101, 102, 103, 104, 200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 300, 301, 400, 401, 500, 501,
            502, 503, 504, 505, 506, 600, 601, 602,
        ];
        assert!(Reject::ALL.iter().all(|reject| known.contains(&reject.code())));
    }
}
