//! What only the operating system can tell or do: the machine's addresses, and registering sockets with the poller.

use crate::types::{IpAddr, SocketAddr};
use polling::{Event, PollMode, Poller};
use std::io;
use std::sync::Arc;

/// An owned socket the poller knows about. It is taken out of the poller before it is closed.
pub struct Watched<S: Source> {
    poller: Arc<Poller>,
    socket: S,
}

#[cfg(unix)]
pub trait Source: std::os::fd::AsFd + std::os::fd::AsRawFd {}
#[cfg(unix)]
impl<S: std::os::fd::AsFd + std::os::fd::AsRawFd> Source for S {}
#[cfg(windows)]
pub trait Source: std::os::windows::io::AsSocket + std::os::windows::io::AsRawSocket {}
#[cfg(windows)]
impl<S: std::os::windows::io::AsSocket + std::os::windows::io::AsRawSocket> Source for S {}

/// The socket as the operating system numbers it.
pub fn raw(socket: &socket2::Socket) -> isize {
    #[cfg(unix)]
    return std::os::fd::AsRawFd::as_raw_fd(socket) as isize;
    #[cfg(windows)]
    return std::os::windows::io::AsRawSocket::as_raw_socket(socket) as isize;
}

impl<S: Source> Watched<S> {
    /// Reports `interest` for as long as it holds (level-triggered), until dropped.
    pub fn new(poller: Arc<Poller>, socket: S, interest: Event) -> io::Result<Watched<S>> {
        // SAFETY: `Watched` owns the socket and its `drop` deletes it from the poller, which it keeps alive, before the
        // socket is closed.
        unsafe { poller.add_with_mode(&socket, interest, PollMode::Level)? };
        Ok(Watched { poller, socket })
    }

    pub fn set_interest(&self, interest: Event) -> io::Result<()> {
        self.poller.modify_with_mode(&self.socket, interest, PollMode::Level)
    }

    pub fn get(&self) -> &S {
        &self.socket
    }
}

impl<S: Source> Drop for Watched<S> {
    fn drop(&mut self) {
        // An error means that the system has forgotten the socket already.
        let _ = self.poller.delete(&self.socket);
    }
}

/// A poller's descriptor, as it was when it was opened. A host that closes all descriptors (`closefrom`, to become a daemon) leaves
/// its thread asleep for ever: no timer and no notification reaches it any more, and none of them fails.
pub struct Witness(#[cfg(any(target_os = "linux", target_os = "android"))] (u64, u64));

impl Witness {
    pub fn of(poller: &Poller) -> io::Result<Witness> {
        let _ = poller; // Others have no use for it.
        Ok(Witness(
            #[cfg(any(target_os = "linux", target_os = "android"))]
            look_at(poller)?,
        ))
    }

    /// One that no poller passes.
    #[cfg(all(test, any(target_os = "linux", target_os = "android")))]
    pub fn of_another() -> Witness {
        Witness((0, 0))
    }

    /// # Errors
    /// The descriptor is closed, or another's by now.
    pub fn check(&self, poller: &Poller) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if look_at(poller)? != self.0 {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        let _ = poller;
        Ok(())
    }
}

/// Device and inode, which have other types on each system; on 32-bit Android not even those of `dev_t` and `ino_t`.
#[cfg(any(target_os = "linux", target_os = "android"))]
#[allow(clippy::unnecessary_cast, reason = "on others it is none")]
fn look_at(poller: &Poller) -> io::Result<(u64, u64)> {
    use std::os::fd::AsRawFd;
    let mut found = core::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: `found` is a place for the answer, which is written if the result is 0.
    match unsafe { libc::fstat(poller.as_raw_fd(), found.as_mut_ptr()) } {
        // SAFETY: as above.
        0 => Ok(unsafe { (found.assume_init_ref().st_dev as u64, found.assume_init_ref().st_ino as u64) }),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Keeps the host's signals away from this thread: its handlers do not expect to run here. Those that a fault of this thread
/// raises are for nobody else: a crash reporter has to hear of a callback that faults. So has a profiler of its own timer.
pub fn block_signals() {
    #[cfg(unix)]
    {
        let open = [
            libc::SIGSEGV,
            libc::SIGBUS,
            libc::SIGFPE,
            libc::SIGILL,
            libc::SIGTRAP,
            libc::SIGABRT,
            libc::SIGSYS,
            libc::SIGPROF,
        ];
        let mut blocked = core::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: `sigfillset` initialises the set it is given, `sigdelset` changes it; `pthread_sigmask` reads it and, without a
        // third argument, writes nothing. None fails with these arguments.
        unsafe {
            libc::sigfillset(blocked.as_mut_ptr());
            for signal in open {
                libc::sigdelset(blocked.as_mut_ptr(), signal);
            }
            libc::pthread_sigmask(libc::SIG_BLOCK, blocked.as_ptr(), core::ptr::null_mut());
        }
    }
}

/// The machine's addresses, and what stood in the way of finding them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub addresses: Vec<SocketAddr>,
    pub note: Option<String>,
}

/// The addresses of the interfaces that are up, without loopback, ports 0; what leads to the outside first, and what only joins
/// programs of this machine last. Link-local IPv6 is left out: no peer can be told how to reach it. When nothing but loopback is up,
/// loopback is what there is.
pub fn interfaces() -> Found {
    found(list(), &routes())
}

/// An address and the name of its interface.
type Listed = (String, SocketAddr);

fn found(listed: io::Result<Vec<Listed>>, routes: &[SocketAddr]) -> Found {
    let (listed, note) = match listed {
        Ok(listed) => (listed, None),
        // As where a sandbox refuses the kind of socket that this takes.
        Err(error) => {
            let note = format!("the system does not list them ({error}): only those of its default routes are known");
            (routes.iter().map(|addr| (String::new(), *addr)).collect(), Some(note))
        }
    };
    let (loopback, mut usable): (Vec<_>, Vec<_>) = listed.into_iter().partition(|(_, addr)| addr.ip().is_loopback());
    usable.retain(|(_, addr)| !is_link_local(addr.ip()));
    if usable.is_empty() {
        usable = loopback;
    }
    let rank = |(name, addr): &(String, SocketAddr)| {
        let route = routes.iter().position(|route| route.ip() == addr.ip());
        route.unwrap_or(routes.len() + usize::from(is_internal(name)))
    };
    // Otherwise the system's order counts.
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for place in 0..routes.len() + 2 {
        for (_, addr) in usable.iter().filter(|listed| rank(listed) == place) {
            if !addresses.contains(addr) {
                addresses.push(*addr);
            }
        }
    }
    Found { addresses, note }
}

/// Bridges and pairs that containers and virtual machines hang on, by the names that their makers give them.
fn is_internal(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "docker",
        "br-",
        "veth",
        "virbr",
        "vmnet",
        "vboxnet",
        "lxc",
        "lxd",
        "cni",
        "flannel",
        "cali",
        "podman",
        "bridge",
        "vEthernet",
    ];
    NAMES.iter().any(|internal| name.starts_with(internal))
}

/// The addresses that the default routes start from. Connecting a UDP socket sends nothing.
fn routes() -> Vec<SocketAddr> {
    let route = |from: &str, to: &str| {
        let socket = std::net::UdpSocket::bind(from).ok()?;
        socket.connect(to).ok()?;
        let mut local = socket.local_addr().ok()?;
        local.set_port(0);
        Some(local)
    };
    [route("0.0.0.0:0", "192.0.2.1:9"), route("[::]:0", "[2001:db8::1]:9")].into_iter().flatten().collect()
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

#[cfg(unix)]
fn list() -> io::Result<Vec<Listed>> {
    const USABLE: u32 = (libc::IFF_UP | libc::IFF_RUNNING) as u32;
    let mut found = Vec::new();
    let mut first: *mut libc::ifaddrs = core::ptr::null_mut();
    // SAFETY: `first` is a valid place for the list's head; the list is freed below and not used afterwards.
    if unsafe { libc::getifaddrs(&mut first) } != 0 {
        return Err(io::Error::last_os_error());
    }
    let mut next = first;
    while !next.is_null() {
        // SAFETY: `next` is an element of the list, which lives until `freeifaddrs`.
        let entry = unsafe { &*next };
        next = entry.ifa_next;
        // The type of `ifa_flags` differs between systems.
        #[allow(clippy::unnecessary_cast)]
        if entry.ifa_addr.is_null() || entry.ifa_name.is_null() || entry.ifa_flags as u32 & USABLE != USABLE {
            continue;
        }
        // SAFETY: `ifa_name` is not null and is text up to a NUL, which lives as long as the list.
        let name = unsafe { core::ffi::CStr::from_ptr(entry.ifa_name) }.to_string_lossy().into_owned();
        // SAFETY: `ifa_addr` is not null and points to an address of the family it names, which is as large as that
        // family's structure.
        found.extend(unsafe { from_sockaddr(entry.ifa_addr) }.map(|addr| (name, addr)));
    }
    // SAFETY: `first` came from `getifaddrs` and is freed once.
    unsafe { libc::freeifaddrs(first) };
    Ok(found)
}

/// # Safety
/// `addr` points to an address as large as the structure of the family it names.
#[cfg(unix)]
unsafe fn from_sockaddr(addr: *const libc::sockaddr) -> Option<SocketAddr> {
    use crate::types::{Ipv4Addr, Ipv6Addr};
    use core::net::{SocketAddrV4, SocketAddrV6};
    // SAFETY: every socket address begins with its family.
    match i32::from(unsafe { (*addr).sa_family }) {
        libc::AF_INET => {
            // SAFETY: the family says that it is a `sockaddr_in`; no alignment is assumed.
            let v4 = unsafe { core::ptr::read_unaligned(addr.cast::<libc::sockaddr_in>()) };
            Some(SocketAddrV4::new(Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes()), 0).into())
        }
        libc::AF_INET6 => {
            // SAFETY: as above, a `sockaddr_in6`.
            let v6 = unsafe { core::ptr::read_unaligned(addr.cast::<libc::sockaddr_in6>()) };
            Some(SocketAddrV6::new(Ipv6Addr::from(v6.sin6_addr.s6_addr), 0, 0, v6.sin6_scope_id).into())
        }
        _ => None,
    }
}

/// Where there is no `getifaddrs` the routes are all that is known, and loopback for a machine that has none.
#[cfg(not(unix))]
fn list() -> io::Result<Vec<Listed>> {
    let loopback = SocketAddr::new(IpAddr::V4(core::net::Ipv4Addr::LOCALHOST), 0);
    Ok(routes().into_iter().chain([loopback]).map(|addr| (String::new(), addr)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addr(text: &str) -> SocketAddr {
        SocketAddr::new(text.parse().unwrap(), 0)
    }

    #[test]
    fn the_machine_has_an_address_and_its_port_is_open() {
        let found = interfaces();
        assert!(!found.addresses.is_empty() && found.note.is_none(), "{found:?}");
        assert!(found.addresses.iter().all(|addr| addr.port() == 0 && !is_link_local(addr.ip())));
    }

    #[test]
    fn what_leads_outside_comes_first_and_bridges_last() {
        let listed = |name: &str, ip: &str| (name.to_owned(), addr(ip));
        let mut list = vec![listed("lo", "127.0.0.1"), listed("wlan0", "fe80::1")];
        for number in 0..200 {
            list.push(listed(&format!("br-{number:04x}"), &format!("10.{number}.0.1")));
        }
        list.extend([listed("eth1", "10.255.0.9"), listed("wlan0", "192.168.1.2"), listed("wlan0", "2001:db8::5")]);
        list.push(listed("wlan0", "192.168.1.2"));
        let found = found(Ok(list), &[addr("192.168.1.2"), addr("2001:db8::5")]);
        let first = ["192.168.1.2", "2001:db8::5", "10.255.0.9", "10.0.0.1"].map(addr);
        assert_eq!((&found.addresses[..4], found.addresses.len()), (&first[..], 203));
    }

    #[test]
    fn where_the_system_lists_nothing_its_routes_are_asked_and_it_is_said() {
        let refused = || Err(io::Error::from(io::ErrorKind::PermissionDenied));
        let with_route = found(refused(), &[addr("192.168.1.2")]);
        assert_eq!(with_route.addresses, [addr("192.168.1.2")]);
        assert!(with_route.note.unwrap().contains("permission denied"));
        let without = found(refused(), &[]);
        assert!(without.addresses.is_empty() && without.note.is_some());
        let lonely = found(Ok(vec![("lo".to_owned(), addr("127.0.0.1"))]), &[]);
        assert_eq!(lonely, Found { addresses: vec![addr("127.0.0.1")], note: None });
    }
}
