//! Group calls of several sides in one world: the cores of the library on one end, the simulated Telegram on the other, all in
//! virtual time. Requests are written by the simulator's own encoder and answers are read by the library's codec; sound is a
//! connection that comes about, and goes, as a test says; or, in `sound`, it is carried by the library's media to the simulated server of
//! them and back.

mod faults;
mod life;
mod sound;
mod world;
