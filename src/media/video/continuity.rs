//! What VP8 and VP9 say about where a frame stands among the others: whether what is missing before it is missed.

/// Where a frame says it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The running number of the picture, and of how many bits it is.
    pub picture_id: Option<(u16, u8)>,
    /// The running number of frames of the lowest temporal layer: this one's, or that of the last one before it.
    pub tl0: Option<u8>,
    /// The temporal layer.
    pub layer: u8,
    pub places: Places,
    /// VP9's flexible mode names the pictures that are needed: bit `n` is the one `n` before.
    pub references: Option<u128>,
}

/// What a frame says about the temporal layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Places {
    /// It may need any frame of its own layer and those below.
    #[default]
    OnLower,
    /// VP8's Y: it needs frames of the lowest layer only.
    OnBase,
    /// VP9's U: the layers above it need nothing from before it.
    SwitchUp,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// It can be decoded, and nothing can be missing before it.
    Next,
    /// It can be decoded. What is missing before it may still be wanted, but is not needed.
    Over,
    /// It cannot be decoded, and nobody needs it.
    Unneeded,
    /// It cannot be decoded without what is missing.
    Broken,
}

/// What was delivered since the last key frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Continuity {
    last: Option<Position>,
    /// Bit `n`: whether frames of layer `n` have all that they need.
    layers: u8,
    /// Bit `n`: the picture `n` before the last one was delivered.
    pictures: u128,
}

impl Continuity {
    /// Whether a frame that is no key frame can be decoded, with or without a gap in the numbers of the packets before it.
    pub fn follows(&self, position: Option<&Position>, gap: bool) -> Follows {
        let (Some(new), Some(last)) = (position, self.last.as_ref()) else {
            return if gap { Follows::Broken } else { Follows::Next };
        };
        let step = step(last, new);
        // The picture before it is there, or the numbers of the packets say so.
        let adjoins = step == Some(1) || (!gap && step.is_none());
        let fine = if gap && !adjoins { Follows::Over } else { Follows::Next };
        let lacking = if new.layer > 0 { Follows::Unneeded } else { Follows::Broken };
        if let Some(references) = new.references {
            let Some(step) = step else { return if gap { Follows::Broken } else { Follows::Next } };
            // Of spatial layers: a reference to the picture itself.
            let before = references & !1;
            // The bits of what was delivered, counted from the new picture.
            let delivered = self.pictures.checked_shl(u32::from(step)).unwrap_or(0);
            return if before & !delivered == 0 { fine } else { lacking };
        }
        let Some(tl0) = new.tl0.zip(last.tl0).map(|(new, last)| new.wrapping_sub(last)) else {
            return if gap && !adjoins { Follows::Broken } else { Follows::Next };
        };
        match (new.layer, tl0) {
            (0, 1) => fine,
            // Compat: a sender that does not count, or counts pictures alone.
            (0, 0) if !gap || adjoins => Follows::Next,
            (0, _) => Follows::Broken,
            (_, 0) if new.places == Places::OnBase => fine,
            (layer, 0) if adjoins || !gap => {
                let lower = (1u8 << layer.min(7)) | ((1u8 << layer.min(7)) - 1);
                if self.layers & lower == lower { Follows::Next } else { Follows::Unneeded }
            }
            (_, 0) => Follows::Unneeded,
            // The frame of the lowest layer that it stands on is missing.
            (_, _) => Follows::Broken,
        }
    }

    /// A frame of an upper layer came to nothing: those that may stand on it cannot be decoded.
    pub fn leave_behind(&mut self) {
        self.layers = 1;
    }

    /// This frame is delivered; `over`: something missing was left behind.
    pub fn deliver(&mut self, position: Option<&Position>, is_key: bool, over: bool) {
        let Some(new) = position else {
            *self = Continuity::default();
            return;
        };
        if is_key {
            *self = Continuity { last: Some(*new), layers: u8::MAX, pictures: 1 };
            return;
        }
        let step = self.last.as_ref().and_then(|last| step(last, new)).unwrap_or(1);
        self.pictures = self.pictures.checked_shl(u32::from(step)).unwrap_or(0) | 1;
        if over {
            self.leave_behind();
        }
        match new.places {
            Places::OnLower => {}
            Places::OnBase => self.layers |= 1 << new.layer.min(7),
            Places::SwitchUp => self.layers |= !((1u8 << new.layer.min(7)) - 1),
        }
        // What a frame does not say again still holds.
        let last = self.last.unwrap_or_default();
        self.last =
            Some(Position { tl0: new.tl0.or(last.tl0), picture_id: new.picture_id.or(last.picture_id), ..*new });
    }
}

/// By how much the picture's number went up; `None`: there are none, or it went down.
fn step(last: &Position, new: &Position) -> Option<u16> {
    let ((last, old_bits), (new, bits)) = last.picture_id.zip(new.picture_id)?;
    // A sender may go over to longer numbers; then only the shorter ones compare.
    let bits = bits.min(old_bits);
    let step = new.wrapping_sub(last) & ((1 << bits) - 1);
    (step >> (bits - 1) == 0).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Follows::*;

    /// A VP8 frame: picture, TL0PICIDX, layer.
    fn vp8(picture: u16, tl0: u8, layer: u8, places: Places) -> Position {
        Position { picture_id: Some((picture & 0x7fff, 15)), tl0: Some(tl0), layer, places, references: None }
    }

    fn after(list: &[Position]) -> Continuity {
        let mut continuity = Continuity::default();
        list.iter().enumerate().for_each(|(i, position)| continuity.deliver(Some(position), i == 0, false));
        continuity
    }

    #[test]
    fn without_numbers_every_gap_matters() {
        let continuity = after(&[Position::default()]);
        assert_eq!(continuity.follows(Some(&Position::default()), false), Next);
        assert_eq!(continuity.follows(Some(&Position::default()), true), Broken);
        assert_eq!(Continuity::default().follows(None, false), Next);
        assert_eq!(Continuity::default().follows(None, true), Broken);
    }

    #[test]
    fn a_gap_without_a_picture_in_it_is_none() {
        let number = |id: u16, bits| Some(Position { picture_id: Some((id, bits)), ..Position::default() });
        for (last, new, bits) in [(5, 6, 15), (0x7fff, 0, 15), (127, 0, 7)] {
            let continuity = after(&[number(last, bits).unwrap()]);
            assert_eq!(continuity.follows(number(new, bits).as_ref(), true), Next, "{last} {new}");
            assert_eq!(continuity.follows(number(new + 1, bits).as_ref(), true), Broken);
        }
        // From 7 bits to 15.
        assert_eq!(after(&[number(127, 7).unwrap()]).follows(number(128, 15).as_ref(), true), Next);
    }

    #[test]
    fn upper_layers_that_were_dropped_are_no_loss_and_a_gap_in_the_lowest_is() {
        let continuity = after(&[vp8(0x7fff, 255, 0, Places::OnLower)]);
        // The SFU has dropped three pictures, with and without a gap in the numbers of the packets.
        let base = vp8(3, 0, 0, Places::OnLower);
        assert_eq!((continuity.follows(Some(&base), false), continuity.follows(Some(&base), true)), (Next, Over));
        for gap in [false, true] {
            assert_eq!(
                continuity.follows(Some(&vp8(7, 1, 0, Places::OnLower)), gap),
                Broken,
                "one of the lowest is gone"
            );
            assert_eq!(
                continuity.follows(Some(&vp8(4, 0, 2, Places::OnLower)), gap),
                Broken,
                "what it stands on is gone"
            );
            assert_eq!(
                continuity.follows(Some(&vp8(4, 0, 2, Places::OnBase)), gap),
                Broken,
                "what it stands on is gone"
            );
        }
        // The next of an upper layer, and one behind a gap.
        assert_eq!(continuity.follows(Some(&vp8(0, 255, 2, Places::OnLower)), true), Next);
        assert_eq!(continuity.follows(Some(&vp8(1, 255, 2, Places::OnLower)), true), Unneeded);
        assert_eq!(continuity.follows(Some(&vp8(1, 255, 2, Places::OnBase)), true), Over);
    }

    #[test]
    fn an_upper_layer_that_was_broken_comes_back_where_it_stands_on_the_lowest_alone() {
        let mut continuity = after(&[vp8(0, 0, 0, Places::OnLower)]);
        continuity.deliver(Some(&vp8(4, 1, 0, Places::OnLower)), false, true);
        let upper = |picture, layer, places| vp8(picture, 1, layer, places);
        assert_eq!(continuity.follows(Some(&upper(5, 2, Places::OnLower)), false), Unneeded);
        assert_eq!(continuity.follows(Some(&upper(5, 2, Places::OnBase)), false), Next);
        continuity.deliver(Some(&upper(5, 2, Places::OnBase)), false, false);
        // Layer 2 may need layer 1, of which nothing is known.
        assert_eq!(continuity.follows(Some(&upper(6, 2, Places::OnLower)), false), Unneeded);
        continuity.deliver(Some(&upper(6, 1, Places::OnBase)), false, false);
        assert_eq!(continuity.follows(Some(&upper(7, 2, Places::OnLower)), false), Next);
    }

    #[test]
    fn vp9_says_it_of_the_layers_above() {
        let mut continuity = after(&[vp8(0, 0, 0, Places::OnLower)]);
        continuity.deliver(Some(&vp8(4, 1, 0, Places::OnLower)), false, true);
        assert_eq!(continuity.follows(Some(&vp8(5, 1, 1, Places::OnLower)), false), Unneeded);
        continuity.deliver(Some(&vp8(5, 2, 0, Places::SwitchUp)), false, false);
        assert_eq!(continuity.follows(Some(&vp8(6, 2, 1, Places::OnLower)), false), Next);
    }

    #[test]
    fn in_flexible_mode_the_frame_names_what_it_needs() {
        let flexible = |picture: u16, layer, differences: &[u8]| Position {
            picture_id: Some((picture & 0x7fff, 15)),
            layer,
            references: Some(differences.iter().fold(0, |all, difference| all | 1 << difference)),
            ..Position::default()
        };
        let mut continuity = after(&[flexible(0x7ffe, 0, &[]), flexible(0x7fff, 1, &[1]), flexible(0, 0, &[2])]);
        assert_eq!(continuity.follows(Some(&flexible(4, 0, &[4])), true), Over);
        assert_eq!(continuity.follows(Some(&flexible(4, 0, &[4, 6, 0])), true), Over);
        assert_eq!(continuity.follows(Some(&flexible(4, 0, &[4, 3])), true), Broken);
        assert_eq!(continuity.follows(Some(&flexible(4, 1, &[3])), false), Unneeded);
        assert_eq!(continuity.follows(Some(&flexible(1, 0, &[1])), true), Next);
        continuity.deliver(Some(&flexible(4, 0, &[4])), false, true);
        assert_eq!(continuity.follows(Some(&flexible(130, 0, &[126])), true), Over);
        assert_eq!(continuity.follows(Some(&flexible(131, 0, &[126])), true), Broken);
        assert_eq!(continuity.follows(Some(&flexible(400, 0, &[127])), true), Broken);
    }
}
