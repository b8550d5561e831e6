//! After the call: its rating, its debug text, its log in parts.

use super::super::encoder::Value;
use super::super::knobs::DebugAnswer;
use super::super::md5::md5_hex;
use super::super::request::Peer;
use super::super::server::{Answer, Server, fail};
use super::bool_true;
use crate::time::Time;

/// Most parts of a file, files of an account, bytes of a part, bytes of all files of an account.
const PARTS: usize = 4_000;
const FILES: usize = 64;
const PART: usize = 512 << 10;
const STORAGE: usize = 64 << 20;

impl Server {
    pub(super) fn set_call_rating(
        &mut self,
        now: Time,
        account: i64,
        peer: Peer,
        user_initiative: bool,
        rating: i32,
        comment: &str,
    ) -> Answer {
        let id = self.call_of(account, peer)?;
        let call = &self.calls[&id];
        if !call.is_over() {
            return fail(400, "CALL_PEER_INVALID");
        }
        if !call.need_rating && !user_initiative {
            return fail(400, "TEST_RATING_NOT_ASKED");
        }
        if !(1..=5).contains(&rating) {
            return fail(400, "TEST_RATING_INVALID");
        }
        if rating == 5 && !comment.is_empty() {
            self.doubt("a comment with five stars".into());
        }
        Ok(self.updates(now, account, Vec::new()))
    }

    pub(super) fn save_call_debug(&mut self, account: i64, peer: Peer, debug: &[u8]) -> Answer {
        let id = self.call_of(account, peer)?;
        if !self.calls[&id].is_over() {
            return fail(400, "CALL_PEER_INVALID");
        }
        if !super::super::json::is_object(debug) {
            return fail(400, "DATA_JSON_INVALID");
        }
        Ok(Value::Bool(self.knobs.debug_answer == DebugAnswer::Enough))
    }

    pub(super) fn save_file_part(&mut self, account: i64, file: i64, part: i32, bytes: &[u8]) -> Answer {
        let own = || self.files.iter().filter(|((owner, _), _)| *owner == account);
        let files = own().count();
        let stored: usize = own().flat_map(|(_, parts)| parts.values()).map(Vec::len).sum();
        let parts = self.files.get(&(account, file)).map_or(0, |parts| parts.len());
        if bytes.is_empty() || bytes.len() > PART {
            return fail(400, "FILE_PART_SIZE_INVALID");
        }
        let is_full = parts >= PARTS || (parts == 0 && files >= FILES) || stored + bytes.len() > STORAGE;
        if part < 0 || is_full {
            return fail(400, "FILE_PART_INVALID");
        }
        self.files.entry((account, file)).or_default().insert(part, bytes.to_vec());
        bool_true()
    }

    pub(super) fn save_call_log(&mut self, account: i64, peer: Peer, file: i64, parts: i32, md5: &str) -> Answer {
        let id = self.call_of(account, peer)?;
        if !self.calls[&id].is_over() {
            return fail(400, "CALL_PEER_INVALID");
        }
        let saved = self.files.get(&(account, file));
        let mut whole = Vec::new();
        for part in 0..parts.clamp(0, PARTS as i32) {
            match saved.and_then(|saved| saved.get(&part)) {
                Some(bytes) => whole.extend_from_slice(bytes),
                None => return fail(400, &format!("FILE_PART_{part}_MISSING")),
            }
        }
        if parts < 1 || parts as usize > PARTS {
            return fail(400, "FILE_PARTS_INVALID");
        }
        if !md5.is_empty() && md5 != md5_hex(&whole) {
            return fail(400, "MD5_CHECKSUM_INVALID");
        }
        self.files.remove(&(account, file));
        bool_true()
    }
}
