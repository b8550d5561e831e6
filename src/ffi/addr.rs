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

/// # Safety
/// `sockaddr` is null or readable for `size` bytes.
#[cfg(unix)]
unsafe fn read_sockaddr(sockaddr: *const c_void, size: usize) -> Result<SocketAddr, Error> {
    // SAFETY: the caller promises `size` readable bytes.
    let bytes = unsafe { super::bytes::bytes_in(sockaddr.cast(), size, "sockaddr") }?;
    let too_short = || Error::argument(format!("{size} bytes are no sockaddr of IPv4 or IPv6"));
    if bytes.len() < size_of::<libc::sockaddr>() {
        return Err(too_short());
    }
    // SAFETY: long enough, and any bytes are a sockaddr; C need not have aligned them.
    let family = unsafe { sockaddr.cast::<libc::sockaddr>().read_unaligned() }.sa_family;
    match i32::from(family) {
        libc::AF_INET if bytes.len() >= size_of::<libc::sockaddr_in>() => {
            // SAFETY: as above.
            let v4 = unsafe { sockaddr.cast::<libc::sockaddr_in>().read_unaligned() };
            let ip = Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes());
            Ok(SocketAddr::new(IpAddr::V4(ip), u16::from_be(v4.sin_port)))
        }
        libc::AF_INET6 if bytes.len() >= size_of::<libc::sockaddr_in6>() => {
            // SAFETY: as above.
            let v6 = unsafe { sockaddr.cast::<libc::sockaddr_in6>().read_unaligned() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            Ok(SocketAddr::V6(SocketAddrV6::new(ip, u16::from_be(v6.sin6_port), 0, v6.sin6_scope_id)))
        }
        _ => Err(too_short()),
    }
}

/// # Safety
/// `buffer` is null or writable for `capacity` bytes.
#[cfg(unix)]
unsafe fn write_sockaddr(
    addr: &SocketAddr,
    buffer: *mut c_void,
    capacity: usize,
    size_out: &Out<usize>,
) -> Result<(), Error> {
    match addr {
        SocketAddr::V4(v4) => {
            // SAFETY: all zero is a valid sockaddr_in.
            let mut raw: libc::sockaddr_in = unsafe { core::mem::zeroed() };
            raw.sin_family = libc::AF_INET as _;
            raw.sin_port = v4.port().to_be();
            raw.sin_addr.s_addr = u32::from_ne_bytes(v4.ip().octets());
            // SAFETY: as our caller promises.
            unsafe { copy_struct(&raw, buffer, capacity, size_out) }
        }
        SocketAddr::V6(v6) => {
            // SAFETY: all zero is a valid sockaddr_in6.
            let mut raw: libc::sockaddr_in6 = unsafe { core::mem::zeroed() };
            raw.sin6_family = libc::AF_INET6 as _;
            raw.sin6_port = v6.port().to_be();
            raw.sin6_addr.s6_addr = v6.ip().octets();
            raw.sin6_scope_id = v6.scope_id();
            // SAFETY: as our caller promises.
            unsafe { copy_struct(&raw, buffer, capacity, size_out) }
        }
    }
}

/// # Safety
/// `buffer` is null or writable for `capacity` bytes; `T` is plain data without padding that matters.
#[cfg(unix)]
unsafe fn copy_struct<T>(raw: &T, buffer: *mut c_void, capacity: usize, size_out: &Out<usize>) -> Result<(), Error> {
    // SAFETY: the struct was zeroed before it was filled, so each of its bytes is initialised.
    let bytes = unsafe { core::slice::from_raw_parts(core::ptr::from_ref(raw).cast::<u8>(), size_of::<T>()) };
    // SAFETY: as our caller promises.
    unsafe { super::bytes::copy_out(bytes, buffer.cast(), capacity, size_out) }
}

/// # Safety
/// None needed: `libc` does not know the layouts of this platform, so nothing is touched.
#[cfg(not(unix))]
unsafe fn read_sockaddr(_: *const c_void, _: usize) -> Result<SocketAddr, Error> {
    Err(Error::unsupported("struct sockaddr of this platform"))
}

/// # Safety
/// None needed, as above.
#[cfg(not(unix))]
unsafe fn write_sockaddr(_: &SocketAddr, _: *mut c_void, _: usize, _: &Out<usize>) -> Result<(), Error> {
    Err(Error::unsupported("struct sockaddr of this platform"))
}

#[cfg(all(test, unix))]
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
