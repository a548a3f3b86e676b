//! What every layer stands on: the clock and randomness, passed in as values so that a simulation
//! can replay a run from its seed. Nothing here may know of Matrix, HTTP or storage.

mod clock;
mod random;
mod seldom;

pub use clock::{Clock, ManualClock};
pub use random::Random;
pub use seldom::Seldom;
