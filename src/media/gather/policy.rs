//! What a user changes his mind about while a call is up: whether his address may be seen, and through what it goes out.

use super::Gatherer;
use super::server::{EntryKind, reaches};
use super::sockets::SocketState;
use crate::media::Ways;
use crate::media::output::Output;
use crate::ordered;
use crate::time::Time;
use crate::types::{IpAddr, Protocol, SocketAddr, SocketId};

impl Gatherer {
    /// Whether direct ways are looked for from now on. Relays stay as they are. To a proxy and from it leads [`Self::reopen`] alone.
    pub fn set_ways(&mut self, now: Time, ways: Ways) {
        if core::mem::replace(&mut self.ways, ways).are_direct() == ways.are_direct() {
            return;
        }
        if !ways.are_direct() {
            for id in self.sockets.iter().map(|s| s.id).collect::<Vec<_>>() {
                self.drop_direct(id);
            }
            return;
        }
        let open: Vec<(SocketId, SocketAddr, IpAddr, u16)> = self
            .sockets
            .iter()
            .filter(|s| s.protocol == Protocol::Udp && s.relay.is_none())
            .filter_map(|s| match s.state {
                SocketState::Open(local) => Some((s.id, local, s.local, s.network)),
                SocketState::Opening(_) | SocketState::Closed { .. } | SocketState::Unsupported => None,
            })
            .collect();
        for (id, local, ip, network) in open {
            let ip = if ip.is_unspecified() { local.ip() } else { ip };
            self.start_direct(id, local, ip, network);
            let is_stun = |kind: &EntryKind| matches!(kind, EntryKind::Stun);
            let entries = self.entries.iter().filter(|entry| is_stun(&entry.kind) && reaches(ip, entry.address.ip()));
            for server in entries.map(|entry| entry.address).collect::<Vec<_>>() {
                self.query(now, id, server);
            }
        }
    }

    /// Closes everything, to begin anew by [`Self::reopen`]. Quietly: allocations are not given back, as nothing may be sent any
    /// more by the way that they were made.
    pub fn leave_all(&mut self, now: Time, is_quiet: bool) {
        let ids: Vec<SocketId> = self.sockets.iter().map(|s| s.id).collect();
        let held = self.sockets.iter().filter(|s| s.is_held()).map(|s| s.id);
        let mut held = ordered::set(held);
        for id in ids {
            if !is_quiet {
                self.release_relays(now, id);
            }
            self.drop_channels(id);
        }
        held.extend(self.leaving.drain(..).map(|leaving| leaving.socket));
        self.out.extend(held.into_iter().map(|socket| Output::CloseSocket { socket }));
        self.sockets.clear();
        self.interfaces.clear();
    }

    /// Opens sockets anew after [`Self::leave_all`], on the same addresses of this machine, with ids of another number.
    pub fn reopen(&mut self, now: Time, number: u32, ways: Ways) {
        (self.number, self.ways) = (number, ways);
        self.tcp_started = false;
        self.expect_tcp(now);
        let told = core::mem::take(&mut self.told);
        self.set_interfaces(now, &told);
    }
}
