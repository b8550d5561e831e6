//! How a machine gets from one network to the next.

use crate::world::*;
use std::net::{IpAddr, SocketAddr};

/// Tells the client and then the network, as who has both for a moment: so what is left behind can be given back.
pub fn move_to(world: &mut World, side: usize, new: IpAddr) {
    let (now, host) = (world.now, world.sides[side].host);
    let old = world.network.addresses(host).to_vec();
    world.network.set_addresses(host, &[old, vec![new]].concat());
    world.sides[side].client.set_interfaces(now, &[SocketAddr::new(new, 0)]).unwrap();
    world.run(ms(10));
    world.network.set_addresses(host, &[new]);
}

/// As if the cable was pulled: nobody can say good-bye.
pub fn be_thrown_to(world: &mut World, side: usize, new: IpAddr) {
    let (now, host) = (world.now, world.sides[side].host);
    world.network.set_addresses(host, &[new]);
    world.sides[side].client.set_interfaces(now, &[SocketAddr::new(new, 0)]).unwrap();
}

/// An address that nobody had before.
pub fn nth_network(side: usize, number: usize) -> IpAddr {
    IpAddr::from([100 + 10 * side as u8, 70, (number / 250) as u8, (number % 250 + 1) as u8])
}
