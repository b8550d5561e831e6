//! Addresses, to and from the platform's `struct sockaddr`.

use super::bytes::{Out, out};
use super::status::{answer, tgcall_status};
use crate::error::Error;
use core::ffi::c_void;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// An IP address and a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct tgcall_addr {
    /// Network order; IPv4 uses the first four.
    pub ip: [u8; 16],
    /// Host order.
    pub port: u16,
    /// 4 or 6; 0 is no address.
    pub family: u16,
    /// The number of the interface of a link-local IPv6 address; else 0.
    pub scope: u32,
}

impl From<SocketAddr> for tgcall_addr {
    fn from(addr: SocketAddr) -> tgcall_addr {
        match addr {
            SocketAddr::V4(v4) => {
                let mut ip = [0; 16];
                ip[..4].copy_from_slice(&v4.ip().octets());
                tgcall_addr { ip, port: v4.port(), family: 4, scope: 0 }
            }
            SocketAddr::V6(v6) => {
                tgcall_addr { ip: v6.ip().octets(), port: v6.port(), family: 6, scope: v6.scope_id() }
            }
        }
    }
}

impl TryFrom<&tgcall_addr> for SocketAddr {
    type Error = Error;

    fn try_from(addr: &tgcall_addr) -> Result<SocketAddr, Error> {
        match addr.family {
            4 => {
                let [a, b, c, d, ..] = addr.ip;
                Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), addr.port))
            }
            6 => Ok(SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::from(addr.ip), addr.port, 0, addr.scope))),
            other => Err(Error::argument(format!("{other} is no address family; 4 and 6 are"))),
        }
    }
}

/// Reads this platform's `struct sockaddr`. Pure; `TGCALL_ERR_ARGUMENT` for a family other than IPv4 and IPv6, or a size
/// that cannot hold it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_addr_from_sockaddr(
    sockaddr: *const c_void,
    size: usize,
    addr_out: *mut tgcall_addr,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    answer(unsafe { out(addr_out, "addr_out") }.and_then(|addr_out| {
        // SAFETY: as above.
        addr_out.set(unsafe { read_sockaddr(sockaddr, size) }?.into());
        Ok(())
    }))
}

/// Writes this platform's `struct sockaddr`, with its size. A buffer of `sizeof(struct sockaddr_storage)` always fits;
/// one that is too small is `TGCALL_ERR_BUFFER`. Pure; `TGCALL_ERR_ARGUMENT` for a family other than 4 and 6.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgcall_addr_to_sockaddr(
    addr: *const tgcall_addr,
    buffer: *mut c_void,
    capacity: usize,
    size_out: *mut usize,
) -> tgcall_status {
    // SAFETY: see the contract of the module.
    answer(unsafe { out(size_out, "size_out") }.and_then(|size_out| {
        // SAFETY: null, or ours to read during the call.
        let addr = unsafe { addr.as_ref() }.ok_or(Error::argument("addr is NULL"))?;
        // SAFETY: as above.
        unsafe { write_sockaddr(&SocketAddr::try_from(addr)?, buffer, capacity, &size_out) }
    }))
}

/// In front of what is the same everywhere: the family in two bytes, or on systems from BSD in one, behind one with the size.
const HAS_SIZE: bool = cfg!(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd"
));
const AF_INET: u16 = 2;
#[cfg(unix)]
const AF_INET6: u16 = libc::AF_INET6 as u16;
#[cfg(not(unix))]
const AF_INET6: u16 = 23; // of Windows
/// Of `sockaddr_in`: family, port, address, nothing.
const SIZE_V4: usize = 16;
/// Of `sockaddr_in6`: family, port, flow, address, scope.
const SIZE_V6: usize = 28;

/// # Safety
/// `sockaddr` is null or readable for `size` bytes.
unsafe fn read_sockaddr(sockaddr: *const c_void, size: usize) -> Result<SocketAddr, Error> {
    // SAFETY: the caller promises `size` readable bytes.
    let bytes = unsafe { super::bytes::bytes_in(sockaddr.cast(), size, "sockaddr") }?;
    let too_short = || Error::argument(format!("{size} bytes are no sockaddr of IPv4 or IPv6"));
    let (Some(&[first, second]), Some(&port)) =
        (bytes.first_chunk::<2>(), bytes.get(2..).and_then(<[u8]>::first_chunk))
    else {
        return Err(too_short());
    };
    let family = if HAS_SIZE { u16::from(second) } else { u16::from_ne_bytes([first, second]) };
    let port = u16::from_be_bytes(port);
    match family {
        AF_INET if bytes.len() >= SIZE_V4 => {
            let ip: [u8; 4] = bytes[4..8].try_into().map_err(|_| too_short())?;
            Ok(SocketAddr::new(Ipv4Addr::from(ip).into(), port))
        }
        AF_INET6 if bytes.len() >= SIZE_V6 => {
            let ip: [u8; 16] = bytes[8..24].try_into().map_err(|_| too_short())?;
            let scope: [u8; 4] = bytes[24..28].try_into().map_err(|_| too_short())?;
            Ok(SocketAddr::V6(SocketAddrV6::new(ip.into(), port, 0, u32::from_ne_bytes(scope))))
        }
        _ => Err(too_short()),
    }
}

/// # Safety
/// `buffer` is null or writable for `capacity` bytes.
unsafe fn write_sockaddr(
    addr: &SocketAddr,
    buffer: *mut c_void,
    capacity: usize,
    size_out: &Out<usize>,
) -> Result<(), Error> {
    let mut raw = [0; SIZE_V6];
    raw[2..4].copy_from_slice(&addr.port().to_be_bytes());
    let (family, size) = match addr {
        SocketAddr::V4(v4) => {
            raw[4..8].copy_from_slice(&v4.ip().octets());
            (AF_INET, SIZE_V4)
        }
        SocketAddr::V6(v6) => {
            raw[8..24].copy_from_slice(&v6.ip().octets());
            raw[24..28].copy_from_slice(&v6.scope_id().to_ne_bytes());
            (AF_INET6, SIZE_V6)
        }
    };
    let head = if HAS_SIZE { [size as u8, family as u8] } else { family.to_ne_bytes() };
    raw[..2].copy_from_slice(&head);
    // SAFETY: as our caller promises.
    unsafe { super::bytes::copy_out(&raw[..size], buffer.cast(), capacity, size_out) }
}

#[cfg(test)]
mod tests {
    use super::super::status::*;
    use super::*;

    fn round_trip(text: &str) -> tgcall_addr {
        let addr = tgcall_addr::from(text.parse::<SocketAddr>().unwrap());
        let (mut raw, mut size, mut back) = ([0u8; 128], 0, tgcall_addr::default());
        // SAFETY: all pointers are to locals of the given sizes.
        unsafe {
            assert_eq!(tgcall_addr_to_sockaddr(&addr, raw.as_mut_ptr().cast(), raw.len(), &mut size), TGCALL_OK);
            assert_eq!(tgcall_addr_from_sockaddr(raw.as_ptr().cast(), size, &mut back), TGCALL_OK);
        }
        assert_eq!(addr, back);
        addr
    }

    #[test]
    fn addresses_survive_the_platform() {
        assert_eq!(round_trip("192.0.2.7:443").ip[..5], [192, 0, 2, 7, 0]);
        let linked = round_trip("[fe80::1%7]:65535");
        assert_eq!((linked.family, linked.port, linked.scope), (6, 65535, 7));
    }

    /// As the system's own headers have it.
    #[cfg(unix)]
    #[test]
    fn the_layout_is_that_of_the_system() {
        let (mut raw, mut size) = ([0u8; 128], 0);
        let four =
            tgcall_addr { ip: [127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], port: 0x1234, family: 4, scope: 0 };
        let six = tgcall_addr::from("[fe80::1%7]:443".parse::<SocketAddr>().unwrap());
        // SAFETY: all pointers are to locals of the given sizes, and any bytes are such structs.
        unsafe {
            assert_eq!(tgcall_addr_to_sockaddr(&four, raw.as_mut_ptr().cast(), 128, &mut size), TGCALL_OK);
            let v4 = raw.as_ptr().cast::<libc::sockaddr_in>().read_unaligned();
            assert_eq!((size, i32::from(v4.sin_family)), (size_of::<libc::sockaddr_in>(), libc::AF_INET));
            assert_eq!((v4.sin_port, v4.sin_addr.s_addr), (0x1234u16.to_be(), 0x7f00_0001u32.to_be()));
            assert_eq!(tgcall_addr_to_sockaddr(&six, raw.as_mut_ptr().cast(), 128, &mut size), TGCALL_OK);
            let v6 = raw.as_ptr().cast::<libc::sockaddr_in6>().read_unaligned();
            assert_eq!((size, i32::from(v6.sin6_family)), (size_of::<libc::sockaddr_in6>(), libc::AF_INET6));
            assert_eq!((v6.sin6_port, v6.sin6_scope_id, v6.sin6_addr.s6_addr), (443u16.to_be(), 7, six.ip));
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let (mut size, mut raw, mut back) = (0, [0u8; 128], tgcall_addr::default());
        let none = tgcall_addr { family: 5, ..Default::default() };
        let some = tgcall_addr { family: 4, ..Default::default() };
        // SAFETY: all pointers are null or to locals of the given sizes.
        unsafe {
            assert_eq!(tgcall_addr_to_sockaddr(&none, raw.as_mut_ptr().cast(), 128, &mut size), TGCALL_ERR_ARGUMENT);
            assert_eq!(tgcall_addr_to_sockaddr(&some, raw.as_mut_ptr().cast(), 3, &mut size), TGCALL_ERR_BUFFER);
            for size in 0..128 {
                assert_eq!(tgcall_addr_from_sockaddr(raw.as_ptr().cast(), size, &mut back), TGCALL_ERR_ARGUMENT);
            }
        }
    }
}
