//! What calls need of a server beside the room: the way through firewalls (TURN) and to the media
//! servers of calls among many (MatrixRTC). Nothing here is stored, and no media passes through.

mod turn;

use herold_base::Clock;

pub use turn::{TurnCredentials, TurnServers};

/// What an operator decides about calls.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The TURN servers, where there are any.
    pub turn: Option<TurnServers>,
    /// URLs of the services that let clients into LiveKit media servers, best first (MSC4195).
    pub livekit_service_urls: Vec<String>,
}

/// The door to everything in this crate.
#[derive(Clone, Debug)]
pub struct Calls {
    clock: Clock,
    settings: Settings,
}

impl Calls {
    /// Calls as the operator decided.
    pub fn new(clock: Clock, settings: Settings) -> Self {
        Self { clock, settings }
    }

    /// URLs of the services that let clients into LiveKit media servers, best first.
    pub fn livekit_service_urls(&self) -> &[String] {
        &self.settings.livekit_service_urls
    }
}
