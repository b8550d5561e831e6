//! Between a transport and the sockets that somebody else opens for it: straight, or through a proxy.

use super::proxy::{Inward, ProxyReport, ProxySockets};
use super::socks5::Proxy;
use super::{Output, Transport};
use crate::time::Time;
use crate::types::{IpAddr, SocketAddr, SocketId};

/// What became of a socket, or came by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketNews<'a> {
    /// It is bound or connected at this address of ours.
    Opened(SocketAddr),
    /// It could not be opened, or it broke.
    Closed,
    /// A datagram, and from whom.
    Datagram(SocketAddr, &'a [u8]),
    /// The next bytes of a stream, cut anywhere.
    Stream(&'a [u8]),
}

#[derive(Debug)]
pub struct Wire {
    proxy: Option<ProxySockets>,
}

impl Wire {
    pub fn new(proxy: Option<Proxy>) -> Wire {
        Wire { proxy: proxy.map(ProxySockets::new) }
    }

    pub fn is_proxied(&self) -> bool {
        self.proxy.is_some()
    }

    /// How far the proxy let us get, if there is one.
    pub fn report(&self) -> Option<ProxyReport> {
        self.proxy.as_ref().map(ProxySockets::report)
    }

    /// What came from outside goes to the transport, as far as it is for it.
    pub fn handle(&mut self, now: Time, transport: &mut Transport, socket: SocketId, news: SocketNews<'_>) {
        let Some(proxy) = &mut self.proxy else {
            return match news {
                SocketNews::Opened(local) => transport.handle_opened(now, socket, local),
                SocketNews::Closed => transport.handle_closed(now, socket),
                SocketNews::Datagram(from, data) => transport.handle_datagram(now, socket, from, data),
                SocketNews::Stream(data) => transport.handle_stream(now, socket, data),
            };
        };
        let inward = match news {
            SocketNews::Opened(local) => proxy.handle_opened(socket, local),
            SocketNews::Closed => proxy.handle_closed(socket),
            SocketNews::Datagram(from, data) => proxy.handle_datagram(socket, from, data),
            SocketNews::Stream(data) => {
                return proxy.handle_stream(socket, data).into_iter().for_each(|news| tell(now, transport, news));
            }
        };
        if let Some(news) = inward {
            tell(now, transport, news);
        }
    }

    /// What the transport wants of its sockets. It goes out as it is returned; `None`: the proxy has it, and
    /// [`Self::poll_output`] tells what comes of it.
    pub fn handle_output(&mut self, output: Output) -> Option<Output> {
        match &mut self.proxy {
            None => Some(output),
            Some(proxy) => {
                proxy.handle_output(output);
                None
            }
        }
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.proxy.as_mut()?.poll_output()
    }
}

fn tell(now: Time, transport: &mut Transport, news: Inward<'_>) {
    match news {
        Inward::Opened(socket, local) => transport.handle_opened(now, socket, local),
        Inward::Closed(socket) => transport.handle_closed(now, socket),
        Inward::Unsupported(socket) => transport.handle_unsupported(now, socket),
        Inward::Datagram(socket, from, data) => transport.handle_datagram(now, socket, from, data),
        Inward::Stream(socket, data) => transport.handle_stream(now, socket, &data),
    }
}

/// Of what a host tells of this machine a transport wants the addresses.
pub fn addresses(interfaces: &[SocketAddr]) -> Vec<IpAddr> {
    interfaces.iter().map(SocketAddr::ip).collect()
}
