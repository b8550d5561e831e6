//! What travels between a program and `tgcall-sim`: decision 22.
//!
//! ```text
//! u32 bytes that follow | u8 kind | u64 request id | body          little-endian
//! ```

/// Largest frame: an MTProto message is smaller.
pub const LIMIT: usize = 16 << 20;
/// Kind and request id.
const HEAD: usize = 9;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// To the server: a method.
    Request = 0,
    /// From the server: what the request of this id came to; the result or `rpc_error`.
    Answer = 1,
    /// From the server: an `Updates`. The request id is 0.
    Update = 2,
    /// To the server, first of all: who this is. From the server: who else is there.
    Hello = 3,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub kind: Kind,
    pub request: u64,
    pub body: Vec<u8>,
}

impl Frame {
    pub fn to_bytes(&self) -> Vec<u8> {
        let size = (HEAD + self.body.len()) as u32;
        let mut out = Vec::with_capacity(4 + HEAD + self.body.len());
        out.extend_from_slice(&size.to_le_bytes());
        out.push(self.kind as u8);
        out.extend_from_slice(&self.request.to_le_bytes());
        out.extend_from_slice(&self.body);
        out
    }

    /// The first frame of the stream and how many bytes it took; `None` while it is not complete.
    pub fn read(stream: &[u8]) -> Result<Option<(Frame, usize)>, &'static str> {
        let Some((size, rest)) = stream.split_first_chunk::<4>() else { return Ok(None) };
        let size = u32::from_le_bytes(*size) as usize;
        if !(HEAD..=LIMIT).contains(&size) {
            return Err("a frame has 9 bytes to 16 MiB");
        }
        let Some(frame) = rest.get(..size) else { return Ok(None) };
        let kind = match frame[0] {
            0 => Kind::Request,
            1 => Kind::Answer,
            2 => Kind::Update,
            3 => Kind::Hello,
            _ => return Err("the kind of a frame is 0 to 3"),
        };
        let mut request = [0; 8];
        request.copy_from_slice(&frame[1..HEAD]);
        let frame = Frame { kind, request: u64::from_le_bytes(request), body: frame[HEAD..].to_vec() };
        Ok(Some((frame, 4 + size)))
    }
}

/// Who says hello to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Login {
    pub account: i64,
    pub device: u32,
    /// In which it wants to be spoken to; `None`: as before, or as it says later.
    pub layer: Option<u32>,
}

/// The body of a hello to the server: `i64 account, u32 device`, and perhaps `u32 layer`.
pub fn read_hello(body: &[u8]) -> Option<Login> {
    let (account, rest) = body.split_first_chunk::<8>()?;
    let (device, rest) = rest.split_first_chunk::<4>()?;
    let layer = if rest.is_empty() { None } else { Some(u32::from_le_bytes(rest.try_into().ok()?)) };
    Some(Login { account: i64::from_le_bytes(*account), device: u32::from_le_bytes(*device), layer })
}

/// A user as a hello from the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub id: i64,
    /// By which the one who said hello names this user.
    pub access_hash: i64,
    pub name: String,
    pub username: String,
}

/// A chat as a hello from the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// A supergroup or a channel; otherwise a basic group, which needs no hash.
    pub is_channel: bool,
    pub id: i64,
    pub access_hash: i64,
    /// The call that is up in it, and its access hash; 0 and 0 if none is.
    pub call: (i64, i64),
    pub title: String,
}

/// The body of a hello from the server: `i64 unix time, u32 count, count x { i64 id, i64 access hash, u32 size, name }`,
/// behind that, in the same order, `count x { u32 size, username }`, and then the chats, `u32 count, count x { u8 is channel,
/// i64 id, i64 access hash, i64 call, i64 access hash of the call, u32 size, title }`.
pub fn write_hello(unix_s: i64, contacts: &[Contact], groups: &[Group]) -> Vec<u8> {
    let mut out = unix_s.to_le_bytes().to_vec();
    out.extend_from_slice(&(contacts.len() as u32).to_le_bytes());
    for contact in contacts {
        out.extend_from_slice(&contact.id.to_le_bytes());
        out.extend_from_slice(&contact.access_hash.to_le_bytes());
        out.extend_from_slice(&(contact.name.len() as u32).to_le_bytes());
        out.extend_from_slice(contact.name.as_bytes());
    }
    for contact in contacts {
        out.extend_from_slice(&(contact.username.len() as u32).to_le_bytes());
        out.extend_from_slice(contact.username.as_bytes());
    }
    out.extend_from_slice(&(groups.len() as u32).to_le_bytes());
    for group in groups {
        out.push(group.is_channel.into());
        for number in [group.id, group.access_hash, group.call.0, group.call.1] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&(group.title.len() as u32).to_le_bytes());
        out.extend_from_slice(group.title.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_from_any_pieces() {
        let frame = Frame { kind: Kind::Answer, request: u64::MAX - 1, body: vec![1, 2, 3] };
        let bytes = frame.to_bytes();
        assert_eq!(bytes, [12, 0, 0, 0, 1, 254, 255, 255, 255, 255, 255, 255, 255, 1, 2, 3]);
        for end in 0..bytes.len() {
            assert_eq!(Frame::read(&bytes[..end]), Ok(None));
        }
        assert_eq!(Frame::read(&bytes), Ok(Some((frame, bytes.len()))));
    }

    #[test]
    fn a_hello_may_name_a_layer() {
        let body = |layer: &[u8]| [&1001i64.to_le_bytes()[..], &2u32.to_le_bytes(), layer].concat();
        let login = |layer| Some(Login { account: 1001, device: 2, layer });
        assert_eq!(read_hello(&body(&[])), login(None));
        assert_eq!(read_hello(&body(&198u32.to_le_bytes())), login(Some(198)));
        assert_eq!((read_hello(&body(&[1])), read_hello(&body(&[0; 8])), read_hello(&[0; 11])), (None, None, None));
    }

    #[test]
    fn a_frame_that_cannot_be_is_refused_before_it_is_read() {
        assert!(Frame::read(&8u32.to_le_bytes()).is_err());
        assert!(Frame::read(&u32::MAX.to_le_bytes()).is_err());
        assert!(Frame::read(&[9, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
    }
}
