//! Group calls of several sides in one world: the cores of the library on one end, the simulated Telegram on the other, all in
//! virtual time. Requests are written by the simulator's own encoder and answers are read by the library's codec; sound is a
//! connection that comes about, and goes, as a test says. In `sound` and `wishes` whole clients do it all, with sound that is carried to
//! the simulated media server and back.

#[cfg(feature = "opus")]
mod attached;
mod clients;
#[cfg(feature = "opus")]
mod conference_stories;
#[cfg(feature = "opus")]
mod conferences;
mod faults;
#[cfg(feature = "opus")]
mod film;
#[cfg(feature = "opus")]
mod invitations;
mod life;
#[cfg(feature = "opus")]
mod messages;
#[cfg(feature = "opus")]
mod pictures;
#[cfg(feature = "opus")]
mod rejoins;
#[cfg(feature = "opus")]
mod screens;
#[cfg(feature = "opus")]
mod sound;
#[cfg(feature = "opus")]
mod stories;
#[cfg(feature = "opus")]
mod stream;
#[cfg(feature = "opus")]
mod stream_pictures;
#[cfg(feature = "opus")]
mod upgrade;
#[cfg(feature = "opus")]
mod wishes;
mod world;
