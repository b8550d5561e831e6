//! Rights and wishes: what a host asks Telegram for in a group call, each by one request and one answer.

use super::requests::{self, Edit, Setting};
use super::{Group, Peer, Purpose};
use crate::client::answer::{Answer, Content, Donor};
use crate::client::event::EventKind;
use crate::client::{Client, Media};
use crate::error::Error;
use crate::group::participant::{FULL_VOLUME, MAX_VOLUME};
use crate::group::refusal::{Cause, Method, Refusal};
use crate::group::state::{Input, Request};
use crate::group::wire;
use crate::outcome::{Action, CallState};
use crate::time::Time;
use crate::tl::{self, CallPeer, DecodeError, enums, functions};
use crate::types::{CallId, PeerId, RequestId};

/// Requests of one call that may wait for their answers.
const WAITING: u32 = 256;
/// The longest text that is sent: Telegram's own limits are far below it.
const TEXT: usize = 16 << 10;
/// Users that are invited, and messages that are deleted, at once.
const MANY: usize = 1000;
/// Of an answer.
const LINK: usize = 4096;
const PEERS: usize = 1000;

/// What of a call is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    Sound,
    /// With pictures.
    Landscape,
    Portrait,
}

/// A request of the host's that is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub method: Method,
    /// Whose volume was changed here already, and what it was.
    volume: Option<(PeerId, Option<u32>)>,
    /// A message that is sealed, and does not come back as others do.
    #[cfg(feature = "conference")]
    pub(super) message: Option<String>,
}

impl Wish {
    #[cfg(feature = "conference")]
    pub(super) fn of_message(text: &str) -> Wish {
        Wish { message: Some(text.to_owned()), ..Wish::of(Method::SendGroupCallEncryptedMessage) }
    }

    fn of(method: Method) -> Wish {
        Wish {
            method,
            volume: None,
            #[cfg(feature = "conference")]
            message: None,
        }
    }
}

/// An answer, read.
pub struct Read<'a> {
    pub content: Content,
    pub batch: Option<tl::Batch<'a>>,
}

/// Reads the answer to a method. An empty one is done, and told otherwise or not at all.
pub fn read(method: Method, answer: &[u8]) -> Result<Read<'_>, DecodeError> {
    let (mut content, mut batch) = (Content::Nothing, None);
    if answer.is_empty() {
        return Ok(Read { content, batch });
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(LINK)]).into_owned();
    match method {
        Method::ExportGroupCallInvite => {
            let answer = tl::decode_result::<functions::PhoneExportGroupCallInvite<'_>>(answer)?.value;
            content = Content::Link(text(answer.link));
        }
        Method::GetGroupCallStreamRtmpUrl => {
            let answer = tl::decode_result::<functions::PhoneGetGroupCallStreamRtmpUrl<'_>>(answer)?.value;
            content = Content::Rtmp { url: text(answer.url), key: text(answer.key).into() };
        }
        Method::GetGroupCallJoinAs => {
            let answer = tl::decode_result::<functions::PhoneGetGroupCallJoinAs<'_>>(answer)?.value;
            let users: Vec<CallPeer<'_>> =
                answer.users.iter().map_while(Result::ok).filter_map(|user| CallPeer::of(&user)).take(PEERS).collect();
            let channels: Vec<(i64, i64)> =
                answer.chats.iter().map_while(Result::ok).filter_map(channel).take(PEERS).collect();
            let peers = answer.peers.iter().map_while(Result::ok).take(PEERS).map(|one| match wire::peer(&one) {
                PeerId::User(id) => {
                    let known = users.iter().find(|user| user.id == id);
                    let hash = known.filter(|user| !user.min).and_then(|user| user.access_hash);
                    match known {
                        Some(user) if user.is_self => Peer::Myself,
                        Some(_) | None => Peer::User { id, access_hash: hash.unwrap_or(0) },
                    }
                }
                PeerId::Chat(id) => Peer::Chat(id),
                PeerId::Channel(id) => {
                    let known = channels.iter().find(|(known, _)| *known == id);
                    Peer::Channel { id, access_hash: known.map_or(0, |(_, hash)| *hash) }
                }
            });
            content = Content::Peers(peers.collect());
        }
        Method::GetGroupCallStars => {
            let answer = tl::decode_result::<functions::PhoneGetGroupCallStars<'_>>(answer)?.value;
            let donors = answer.top_donors.iter().map_while(Result::ok).take(PEERS).map(|one| Donor {
                peer: one.peer_id.as_ref().map(wire::peer),
                stars: one.stars,
                is_self: one.my,
            });
            content = Content::Stars { total: answer.total_stars, donors: donors.collect() };
        }
        Method::SaveDefaultGroupCallJoinAs | Method::SaveDefaultSendAs | Method::SendGroupCallEncryptedMessage => {
            tl::decode_lenient::<bool>(answer)?;
        }
        _ => batch = Some(tl::decode_updates(answer)?),
    }
    Ok(Read { content, batch })
}

/// The id and the access hash of a channel.
fn channel(chat: enums::Chat<'_>) -> Option<(i64, i64)> {
    match chat {
        enums::Chat::Channel(channel) => Some((channel.id, channel.access_hash.filter(|_| !channel.min)?)),
        enums::Chat::ChannelForbidden(channel) => Some((channel.id, channel.access_hash)),
        enums::Chat::Chat(_) | enums::Chat::Empty(_) | enums::Chat::Forbidden(_) | enums::Chat::Other(_) => None,
    }
}

fn bounded(text: &str, name: &str) -> Result<(), Error> {
    let fits = text.len() <= TEXT;
    fits.then_some(()).ok_or_else(|| Error::limit(format!("{name} has more than {TEXT} bytes")))
}

/// All of these ask Telegram by one [`EventKind::Invoke`], whose number they return, and are told what became of it by one
/// [`EventKind::GroupAnswer`]; or, if the call ends before that, by [`EventKind::Cancel`].
///
/// # Errors
/// Of each: State: the call has no name yet, or is over. Limit: 256 requests of the call wait for their answers.
impl Client {
    /// Mutes somebody: for all, if we may; else only here. `false` allows him to speak, and does not make him.
    ///
    /// # Errors
    /// Argument: it is ourselves, whose switch is [`Client::set_muted`].
    pub fn mute_participant(&mut self, now: Time, call: CallId, peer: Peer, muted: bool) -> Result<RequestId, Error> {
        if peer == Peer::Myself {
            return Err(Error::argument("our own microphone has its own switch"));
        }
        self.edit_participant(now, call, peer, Edit::Muted(muted))
    }

    /// How loud somebody is: 1 to 20000, where 10000 is 100 %. For all, if we may; else only here.
    ///
    /// # Errors
    /// Argument: the volume.
    pub fn set_participant_volume(
        &mut self,
        now: Time,
        call: CallId,
        peer: Peer,
        volume: u32,
    ) -> Result<RequestId, Error> {
        if !(1..=MAX_VOLUME).contains(&volume) {
            return Err(Error::argument("a volume is 1 to 20000, where 10000 is 100 %"));
        }
        self.edit_participant(now, call, peer, Edit::Volume(volume))
    }

    /// Raises a hand, or takes it down: our own, or as an admin somebody else's down.
    pub fn set_hand(&mut self, now: Time, call: CallId, peer: Peer, raised: bool) -> Result<RequestId, Error> {
        self.edit_participant(now, call, peer, Edit::Hand(raised))
    }

    /// Renames the call. Telegram takes up to 64 characters.
    pub fn set_group_title(&mut self, now: Time, call: CallId, title: &str) -> Result<RequestId, Error> {
        bounded(title, "a title")?;
        self.wish_of_group(now, call, Method::EditGroupCallTitle, |group| requests::title(group, title))
    }

    /// Starts a call that is scheduled, also before its time.
    pub fn start_scheduled(&mut self, now: Time, call: CallId) -> Result<RequestId, Error> {
        self.wish_of_group(now, call, Method::StartScheduledGroupCall, requests::start)
    }

    /// Whether Telegram sends a message when a scheduled call starts.
    pub fn subscribe_start(&mut self, now: Time, call: CallId, subscribed: bool) -> Result<RequestId, Error> {
        self.wish_of_group(now, call, Method::ToggleGroupCallStartSubscription, |name| {
            requests::subscribe(name, subscribed)
        })
    }

    /// Whether newcomers are muted.
    pub fn set_join_muted(&mut self, now: Time, call: CallId, muted: bool) -> Result<RequestId, Error> {
        self.set(now, call, Setting::JoinMuted(muted))
    }

    /// Whether messages may be sent in the call.
    pub fn set_messages_enabled(&mut self, now: Time, call: CallId, enabled: bool) -> Result<RequestId, Error> {
        self.set(now, call, Setting::MessagesEnabled(enabled))
    }

    /// How many stars a message costs in a live story.
    ///
    /// # Errors
    /// Argument: fewer than none.
    pub fn set_message_stars(&mut self, now: Time, call: CallId, stars: i64) -> Result<RequestId, Error> {
        if stars < 0 {
            return Err(Error::argument("a message costs no stars at least"));
        }
        self.set(now, call, Setting::PaidStars(stars))
    }

    /// Makes links that were given out invalid.
    pub fn reset_link(&mut self, now: Time, call: CallId) -> Result<RequestId, Error> {
        self.set(now, call, Setting::ResetLink)
    }

    /// Has Telegram record the call; `None`: no more.
    pub fn set_recording(
        &mut self,
        now: Time,
        call: CallId,
        recording: Option<Recording>,
        title: &str,
    ) -> Result<RequestId, Error> {
        bounded(title, "a title")?;
        self.wish_of_group(now, call, Method::ToggleGroupCallRecord, |name| requests::record(name, recording, title))
    }

    /// Sends an invitation into the chat.
    ///
    /// # Errors
    /// Argument: nobody, or somebody who is no user. Limit: more than 1000.
    pub fn invite(&mut self, now: Time, call: CallId, users: &[Peer]) -> Result<RequestId, Error> {
        if users.len() > MANY {
            return Err(Error::limit(format!("{} users; at most {MANY} are invited at once", users.len())));
        }
        let inputs = users.iter().map(|user| user.checked()?.input_user().ok_or(Error::argument("users are invited")));
        let inputs = inputs.collect::<Result<Vec<_>, Error>>()?;
        if inputs.is_empty() {
            return Err(Error::argument("nobody is invited"));
        }
        self.wish_of_group(now, call, Method::InviteToGroupCall, |name| requests::invite(name, &inputs))
    }

    /// Asks for a link: [`Content::Link`]. `can_self_unmute`: who comes by it may speak, if we may grant that.
    pub fn export_link(&mut self, now: Time, call: CallId, can_self_unmute: bool) -> Result<RequestId, Error> {
        self.wish_of_group(now, call, Method::ExportGroupCallInvite, |name| {
            requests::export_link(name, can_self_unmute)
        })
    }

    /// Sends a message, or with one emoji alone a reaction. `paid_stars`: the most it may cost; 0: nothing. In a conference it is sealed, costs
    /// nothing, and is told as one of ours once Telegram has passed it on.
    ///
    /// # Errors
    /// Argument: fewer stars than none; in a conference, no text, or more stars. Limit: in a conference, more than 128 characters. State: in a
    /// conference, we are not in, or messages are switched off.
    pub fn send_message(&mut self, now: Time, call: CallId, text: &str, paid_stars: i64) -> Result<RequestId, Error> {
        bounded(text, "a message")?;
        #[cfg(feature = "conference")]
        if let Some(sent) = self.send_sealed(now, call, text, paid_stars) {
            return sent;
        }
        if paid_stars < 0 {
            return Err(Error::argument("a message costs no stars at least"));
        }
        let (random_id, stars) = (self.random.u64().cast_signed(), (paid_stars > 0).then_some(paid_stars));
        self.wish_of_group(now, call, Method::SendGroupCallMessage, |name| {
            requests::message(name, random_id, text, stars)
        })
    }

    /// Deletes messages: our own, or any as an admin.
    ///
    /// # Errors
    /// Argument: none. Limit: more than 1000.
    pub fn delete_messages(
        &mut self,
        now: Time,
        call: CallId,
        ids: &[i32],
        report_spam: bool,
    ) -> Result<RequestId, Error> {
        match ids.len() {
            0 => return Err(Error::argument("no message is to be deleted")),
            count if count > MANY => {
                return Err(Error::limit(format!("{count} messages; at most {MANY} are deleted at once")));
            }
            _ => {}
        }
        self.wish_of_group(now, call, Method::DeleteGroupCallMessages, |name| {
            requests::delete_messages(name, ids, report_spam)
        })
    }

    /// Deletes all messages of somebody.
    pub fn delete_messages_of(
        &mut self,
        now: Time,
        call: CallId,
        peer: Peer,
        report_spam: bool,
    ) -> Result<RequestId, Error> {
        let peer = self.in_call(call, peer.checked()?)?;
        self.wish_of_group(now, call, Method::DeleteGroupCallParticipantMessages, |name| {
            requests::delete_messages_of(name, peer, report_spam)
        })
    }

    /// Asks for the stars of a live story: [`Content::Stars`].
    pub fn get_stars(&mut self, now: Time, call: CallId) -> Result<RequestId, Error> {
        self.wish_of_group(now, call, Method::GetGroupCallStars, requests::stars)
    }

    /// As whom messages are sent in a live story from now on.
    pub fn save_send_as(&mut self, now: Time, call: CallId, peer: Peer) -> Result<RequestId, Error> {
        let peer = peer.checked()?;
        self.wish_of_group(now, call, Method::SaveDefaultSendAs, |name| requests::save_send_as(name, peer))
    }

    /// Ends the call for all.
    pub fn end_group(&mut self, now: Time, call: CallId) -> Result<RequestId, Error> {
        self.wish_of_group(now, call, Method::DiscardGroupCall, requests::discard)
    }

    /// Asks as whom one may join the calls of a chat: [`Content::Peers`].
    ///
    /// # Errors
    /// Argument: neither a basic group nor a channel. So of the next.
    pub fn get_join_as(&mut self, now: Time, chat: Peer) -> Result<RequestId, Error> {
        let chat = chat.checked_chat()?;
        self.loose_wish(now, Method::GetGroupCallJoinAs, requests::join_as(chat))
    }

    /// As whom one joins the calls of a chat by default.
    pub fn save_join_as(&mut self, now: Time, chat: Peer, join_as: Peer) -> Result<RequestId, Error> {
        let (chat, join_as) = (chat.checked_chat()?, join_as.checked()?);
        self.loose_wish(now, Method::SaveDefaultGroupCallJoinAs, requests::save_join_as(chat, join_as))
    }

    /// Asks where the program of an RTMP stream goes: [`Content::Rtmp`]. `revoke`: by another key from now on.
    pub fn get_rtmp(&mut self, now: Time, peer: Peer, is_story: bool, revoke: bool) -> Result<RequestId, Error> {
        let peer = peer.checked()?;
        self.loose_wish(now, Method::GetGroupCallStreamRtmpUrl, requests::rtmp(peer, is_story, revoke))
    }

    fn set(&mut self, now: Time, call: CallId, setting: Setting) -> Result<RequestId, Error> {
        self.wish_of_group(now, call, Method::ToggleGroupCallSettings, |name| requests::settings(name, setting))
    }

    /// Of ourselves: as whom we are in.
    fn in_call(&self, call: CallId, peer: Peer) -> Result<Peer, Error> {
        Ok(if peer == Peer::Myself { self.ledger.group(call)?.join_as } else { peer })
    }

    fn edit_participant(&mut self, now: Time, call: CallId, peer: Peer, edit: Edit) -> Result<RequestId, Error> {
        let peer = peer.checked()?;
        let (participant, listed) = (self.in_call(call, peer)?, self.listed(call, peer));
        let group = self.wishing(now, call)?;
        let mut wish = Wish::of(Method::EditGroupCallParticipant);
        // It is heard at once, and not only when Telegram has said so.
        if let (Edit::Volume(volume), Some(listed)) = (edit, listed)
            && let Some(known) = group.roster.get(listed)
        {
            wish.volume = Some((listed, known.volume));
            group.roster.ask(listed, |asked| asked.volume = Some(volume));
        }
        self.send_wish(call, wish, |name| requests::edit(name, participant, edit))
            .inspect(|_| self.follow_roster(now, call))
    }

    pub(super) fn wish_of_group(
        &mut self,
        now: Time,
        call: CallId,
        method: Method,
        bytes: impl FnOnce(crate::group::info::Name) -> Vec<u8>,
    ) -> Result<RequestId, Error> {
        self.wishing(now, call)?;
        self.send_wish(call, Wish::of(method), bytes)
    }

    /// A call of which something may be wished.
    pub(super) fn wishing(&mut self, now: Time, call: CallId) -> Result<&mut Group, Error> {
        self.at(now);
        let group = self.ledger.group_mut(call)?;
        let shown = group.shown();
        if group.name.is_none() || matches!(shown, CallState::Ending | CallState::Ended) {
            return Err(Error::state(format!("call {call} is {shown}: not the time for that")));
        }
        if group.wishes >= WAITING {
            return Err(Error::limit(format!("{WAITING} requests of call {call} wait for their answers")));
        }
        Ok(group)
    }

    pub(super) fn send_wish(
        &mut self,
        call: CallId,
        wish: Wish,
        bytes: impl FnOnce(crate::group::info::Name) -> Vec<u8>,
    ) -> Result<RequestId, Error> {
        let group = self.ledger.group_mut(call)?;
        let name = group.name.ok_or_else(|| Error::state(format!("call {call} has no name")))?;
        group.wishes += 1;
        Ok(self.invoke_group(call, Purpose::Wish(wish), bytes(name)))
    }

    fn loose_wish(&mut self, now: Time, method: Method, bytes: Vec<u8>) -> Result<RequestId, Error> {
        self.at(now);
        if self.config.media == Media::Host {
            return Err(super::calls::hosts_sound());
        }
        Ok(self.invoke_group(CallId(0), Purpose::Wish(Wish::of(method)), bytes))
    }

    // ---- Answers ----

    /// Telegram has answered: what its news say counts again.
    pub(super) fn wish_is_answered(&mut self, call: CallId, wish: &Wish) {
        self.update_group(call, |group| {
            group.wishes = group.wishes.saturating_sub(1);
            if let Some((peer, _)) = wish.volume {
                group.roster.settle(peer);
            }
        });
    }

    pub(super) fn tell_answer(&mut self, request: RequestId, call: CallId, method: Method, content: Content) {
        let answer = Answer { request, code: 0, error: String::new(), action: Action::None, retry_after_s: 0, content };
        self.push(call, format!("{method}: done"), EventKind::GroupAnswer(Box::new(answer)));
    }

    pub(super) fn tell_unreadable(&mut self, request: RequestId, call: CallId, method: Method, text: &str) {
        let answer = Answer {
            request,
            code: -1,
            error: String::new(),
            action: Action::Retry,
            retry_after_s: 0,
            content: Content::Nothing,
        };
        self.push(call, format!("{method}: {text}"), EventKind::GroupAnswer(Box::new(answer)));
    }

    pub(super) fn tell_refused(&mut self, request: RequestId, call: CallId, code: i32, name: &str, refusal: &Refusal) {
        // What the table knows by its whole name is short.
        let error = name.chars().take(200).collect();
        let answer = Answer {
            request,
            code: if code == 0 { -1 } else { code },
            error,
            action: refusal.action,
            retry_after_s: refusal.retry_after_s,
            content: Content::Nothing,
        };
        self.push(call, refusal.text.clone(), EventKind::GroupAnswer(Box::new(answer)));
    }

    #[allow(clippy::too_many_arguments, reason = "an error, as it came and as it is understood")]
    pub(super) fn refuse_wish(
        &mut self,
        now: Time,
        request: RequestId,
        call: CallId,
        wish: &Wish,
        code: i32,
        name: &str,
        refusal: &Refusal,
    ) {
        // It is not so loud after all.
        if let Some((peer, before)) = wish.volume {
            self.update_group(call, |group| {
                group.roster.ask(peer, |asked| asked.volume = before.or(Some(FULL_VOLUME)))
            });
        }
        self.wish_is_answered(call, wish);
        if refusal.cause == Cause::Already {
            self.tell_answer(request, call, wish.method, Content::Nothing);
        } else {
            self.tell_refused(request, call, code, name, refusal);
        }
        // Whoever is not in any more learns it so.
        match (wish.method, refusal.cause) {
            (Method::EditGroupCallParticipant, _) | (Method::InviteConferenceCallParticipant, Cause::Forbidden) => {
                self.tell_group(now, call, Input::Refused(Request::OfMember(wish.method), refusal.clone()));
            }
            (_, Cause::JoinMissing | Cause::Over) => self.tell_group(now, call, Input::Doubted),
            (_, _) => {}
        }
        self.follow_roster(now, call);
    }
}
