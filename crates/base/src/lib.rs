//! What every layer stands on: the clock and randomness, passed in as values so that a simulation
//! can replay a run from its seed, work that many ask for at once, and texts as people search them. Nothing here may know of Matrix, HTTP or storage.

mod clock;
mod flights;
mod fold;
mod random;
mod seldom;

pub use clock::{Clock, ManualClock};
pub use flights::{Flights, Outcome};
pub use fold::{fold, words};
pub use random::Random;
pub use seldom::Seldom;
