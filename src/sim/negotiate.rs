//! Which layers and library versions two parties have in common (`test-server-rules.md` 1.2).

use super::knobs::{Knobs, Order};

/// `phoneCallProtocol`, owned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protocol {
    pub udp_p2p: bool,
    pub udp_reflector: bool,
    pub min_layer: i32,
    pub max_layer: i32,
    pub library_versions: Vec<String>,
}

/// The oldest and newest layer of the call library that the real server is known to take.
const LAYERS: core::ops::RangeInclusive<i32> = 65..=92;

/// What is wrong with one side's own offer.
pub fn check(offer: &Protocol) -> Result<(), (i32, &'static str)> {
    if !offer.udp_p2p && !offer.udp_reflector {
        return Err((400, "CALL_PROTOCOL_FLAGS_INVALID"));
    }
    let layers_fit =
        offer.min_layer <= offer.max_layer && LAYERS.contains(&offer.min_layer) && LAYERS.contains(&offer.max_layer);
    let versions_fit =
        !offer.library_versions.is_empty() && offer.library_versions.iter().all(|name| numbers(name).is_some());
    if layers_fit && versions_fit { Ok(()) } else { Err((400, "CALL_PROTOCOL_LAYER_INVALID")) }
}

/// The protocol of the call; `Err` when there is none.
pub fn agree(knobs: &Knobs, caller: &Protocol, callee: &Protocol) -> Result<Protocol, (i32, &'static str)> {
    const NOTHING: (i32, &str) = (406, "CALL_PROTOCOL_COMPAT_LAYER_INVALID");
    let (min_layer, max_layer) = (caller.min_layer.max(callee.min_layer), caller.max_layer.min(callee.max_layer));
    let (first, second) = match knobs.order {
        Order::Callee => (callee, caller),
        Order::Caller | Order::StringSorted | Order::Numeric => (caller, callee),
    };
    let mut versions: Vec<String> =
        first.library_versions.iter().filter(|name| second.library_versions.contains(name)).cloned().collect();
    if min_layer > max_layer || versions.is_empty() {
        return Err(NOTHING);
    }
    match knobs.order {
        Order::Caller | Order::Callee => {}
        Order::StringSorted => versions.sort(),
        Order::Numeric => versions.sort_by_key(|name| numbers(name)),
    }
    if knobs.narrow {
        versions.truncate(1);
    }
    Ok(Protocol {
        udp_p2p: caller.udp_p2p && callee.udp_p2p,
        udp_reflector: caller.udp_reflector && callee.udp_reflector,
        min_layer,
        max_layer,
        library_versions: knobs.versions.clone().unwrap_or(versions),
    })
}

fn numbers(name: &str) -> Option<Vec<u32>> {
    name.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(versions: &[&str]) -> Protocol {
        Protocol {
            udp_p2p: true,
            udp_reflector: true,
            min_layer: 65,
            max_layer: 92,
            library_versions: versions.iter().map(|name| (*name).into()).collect(),
        }
    }

    #[test]
    fn the_order_is_as_the_knob_says() {
        let (caller, callee) = (offer(&["9.0.0", "13.0.0", "8.0.0"]), offer(&["13.0.0", "8.0.0", "9.0.0", "2.4.4"]));
        for (order, expected) in [
            (Order::Caller, ["9.0.0", "13.0.0", "8.0.0"]),
            (Order::Callee, ["13.0.0", "8.0.0", "9.0.0"]),
            (Order::StringSorted, ["13.0.0", "8.0.0", "9.0.0"]),
            (Order::Numeric, ["8.0.0", "9.0.0", "13.0.0"]),
        ] {
            let mut knobs = Knobs { order, narrow: false, ..Knobs::default() };
            assert_eq!(agree(&knobs, &caller, &callee).unwrap().library_versions, expected, "{order:?}");
            knobs.narrow = true;
            assert_eq!(agree(&knobs, &caller, &callee).unwrap().library_versions, expected[..1], "{order:?}");
        }
    }

    #[test]
    fn nothing_in_common_is_refused_but_the_oldest_version_alone_is_enough() {
        let knobs = Knobs::default();
        assert_eq!(
            agree(&knobs, &offer(&["9.0.0"]), &offer(&["8.0.0"])),
            Err((406, "CALL_PROTOCOL_COMPAT_LAYER_INVALID"))
        );
        let narrow = Protocol { min_layer: 92, ..offer(&["9.0.0"]) };
        let old = Protocol { max_layer: 91, ..offer(&["9.0.0"]) };
        assert!(agree(&knobs, &narrow, &old).is_err());
        assert_eq!(agree(&knobs, &offer(&["2.4.4"]), &offer(&["9.0.0", "2.4.4"])).unwrap().library_versions, ["2.4.4"]);
    }

    #[test]
    fn an_odd_offer_has_a_name() {
        let no_flags = Protocol { udp_p2p: false, udp_reflector: false, ..offer(&["9.0.0"]) };
        assert_eq!(check(&no_flags), Err((400, "CALL_PROTOCOL_FLAGS_INVALID")));
        for odd in [offer(&[]), offer(&["nine"]), Protocol { min_layer: 93, max_layer: 92, ..offer(&["9.0.0"]) }] {
            assert_eq!(check(&odd), Err((400, "CALL_PROTOCOL_LAYER_INVALID")));
        }
        assert_eq!(check(&Protocol { min_layer: 92, ..offer(&["13.0.0"]) }), Ok(()));
    }
}
