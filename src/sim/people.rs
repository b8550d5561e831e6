//! The `users` and `chats` of an answer, in every shape a library may meet.

use super::account::{Account, Kind, Opens, access_hash};
use super::encoder::{Object, Value};
use super::knobs::UserPolicy;
use super::schema::Schema;

/// A constructor that no schema has.
const UNKNOWN: u32 = 0x7e57_0001;
/// The policy that sends users of a layer the device did not ask for.
const NEWER_LAYER: u32 = 228;

/// The users `accounts` as `viewer` sees them.
pub fn users(seed: u64, policy: UserPolicy, viewer: i64, accounts: &[&Account]) -> Vec<Value> {
    let plain = |account: &Account| minimal(seed, viewer, account);
    match policy {
        UserPolicy::Empty => Vec::new(),
        UserPolicy::Minimal => accounts.iter().map(|account| plain(account).into()).collect(),
        UserPolicy::Full => accounts.iter().map(|account| full(seed, viewer, account).into()).collect(),
        UserPolicy::MinUsers => accounts.iter().map(|account| plain(account).flag("min", true).into()).collect(),
        UserPolicy::Many(count) => {
            let others = (accounts.len() as u32..count).map(|index| {
                let id = 7_000_000 + i64::from(index);
                minimal(seed, viewer, &Account::new(id, &format!("Extra {index}"))).into()
            });
            accounts.iter().map(|account| plain(account).into()).chain(others).collect()
        }
        UserPolicy::NewerLayer => {
            let schema = Schema::of_layer(NEWER_LAYER);
            let newer = |account: &Account| {
                let user = plain(account).with("linked_community_id", account.id);
                Value::Raw(schema.encode(&user).expect("a user of layer 228 is well formed"))
            };
            accounts.iter().map(|account| newer(account)).collect()
        }
        UserPolicy::UnknownId => {
            let mut raw = UNKNOWN.to_le_bytes().to_vec();
            raw.extend_from_slice(&[0; 24]);
            vec![Value::Raw(raw)]
        }
    }
}

/// The chats that come along with the users, where updates have room for them.
pub fn chats(policy: UserPolicy) -> Vec<Value> {
    match policy {
        UserPolicy::Full => vec![channel().into()],
        UserPolicy::NewerLayer => {
            let newer = channel().with("linked_community_id", 5i64);
            vec![Value::Raw(Schema::of_layer(NEWER_LAYER).encode(&newer).expect("a channel is well formed"))]
        }
        _ => Vec::new(),
    }
}

fn minimal(seed: u64, viewer: i64, account: &Account) -> Object {
    Object::new("user")
        .flag("self", viewer == account.id)
        .flag("deleted", account.kind == Kind::Deleted)
        .flag("bot", account.kind == Kind::Bot)
        .with_some("bot_info_version", (account.kind == Kind::Bot).then_some(1))
        .with("id", account.id)
        .with("access_hash", access_hash(seed, viewer, Opens::User(account.id)))
        .with("first_name", account.name.as_str())
        .with("username", account.username().as_str())
}

/// Everything at once, so that each field of a user has been skipped by somebody.
fn full(seed: u64, viewer: i64, account: &Account) -> Object {
    let name = |text: &str| Object::new("username").flag("active", true).with("username", text);
    let reason = Object::new("restrictionReason").with("platform", "all").with("reason", "test").with("text", "Test");
    let color = Object::new("peerColor").with("color", 3).with("background_emoji_id", 5i64);
    minimal(seed, viewer, account)
        .flag("contact", true)
        .flag("mutual_contact", true)
        .flag("premium", true)
        .flag("verified", true)
        .flag("restricted", true)
        .flag("close_friend", true)
        .with("last_name", "Ünïcode 🦀")
        .with("phone", "99966000001")
        .with(
            "photo",
            Object::new("userProfilePhoto")
                .with("photo_id", -1i64)
                .with("stripped_thumb", &[1u8, 40, 40, 9, 9][..])
                .with("dc_id", 2),
        )
        .with("status", Object::new("userStatusOnline").with("expires", 1_900_000_000))
        .with("restriction_reason", vec![reason.into()])
        .with("lang_code", "en")
        .with("emoji_status", Object::new("emojiStatus").with("document_id", 77i64).with("until", 1_900_000_000))
        .with("usernames", vec![name("test_user").into(), name("test_user_too").into()])
        .with("stories_max_id", Object::new("recentStory").flag("live", true).with("max_id", 12))
        .with("color", color.clone())
        .with("profile_color", color)
        .with("send_paid_messages_stars", 10i64)
}

fn channel() -> Object {
    Object::new("channel")
        .flag("megagroup", true)
        .with("id", 5_000_001i64)
        .with("access_hash", -3i64)
        .with("title", "A channel that has nothing to do with calls")
        .with("photo", Object::new("chatPhotoEmpty"))
        .with("date", 1_700_000_000)
}
