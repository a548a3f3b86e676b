//! What a scenario asks of a person at a client, whichever client it is. Every function panics with
//! a reason when the client fails or takes too long: in a scenario that is the end.

/// How somebody gets in for the first time on a device.
#[derive(Clone, Copy)]
pub enum Entry {
    /// Registers the account.
    SignUp,
    /// The account exists; this is a fresh device.
    SignIn,
}

/// A message as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Id of the event.
    pub event: String,
    /// User id of the sender.
    pub sender: String,
    /// Fallback text; for a file its name.
    pub body: Option<String>,
    /// Whether it was encrypted on its way.
    pub encrypted: bool,
    /// Whether this client failed to decrypt it.
    pub undecryptable: bool,
}

/// A file that was sent or received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Name as the sender gave it.
    pub name: String,
    /// Decrypted content.
    pub bytes: Vec<u8>,
}

/// A person at one device. Rooms, events and users are named by their ids.
pub trait Person {
    fn user(&self) -> &str;
    fn device(&self) -> &str;

    /// Publishes cross-signing keys, starts the backup and returns the recovery key.
    async fn set_up_recovery(&self) -> String;
    /// Opens the account's secrets on this fresh device and fetches the keys of the backup.
    async fn restore(&self, recovery_key: &str);
    /// Waits until the backup holds every room key of this device.
    async fn wait_until_backed_up(&self);
    /// Waits until this device holds a person for verified.
    async fn wait_until_user_verified(&self, user: &str);
    /// Waits until a device counts as verified because its verified owner signed it.
    async fn wait_until_device_verified(&self, user: &str, device: &str);

    /// Creates an encrypted room for two; returns its id and version.
    async fn create_room(&self, invite: &str) -> (String, String);
    async fn join_room(&self, room: &str);
    /// Waits until somebody is seen as joined.
    async fn wait_for_member(&self, room: &str, user: &str);

    /// Each returns the id of the event that was sent.
    async fn send_text(&self, room: &str, body: &str) -> String;
    async fn send_edit(&self, room: &str, event: &str, body: &str) -> String;
    async fn send_reaction(&self, room: &str, event: &str, key: &str) -> String;
    async fn send_file(&self, room: &str, file: &File) -> String;

    /// Waits until an event reads `body`, edits applied.
    async fn wait_for_text(&self, room: &str, event: &str, body: &str) -> Message;
    async fn wait_for_reaction(&self, room: &str, event: &str, key: &str, sender: &str);
    /// Waits for a file, downloads and decrypts it.
    async fn wait_for_file(&self, room: &str, event: &str) -> (Message, File);
    /// All messages of a room from its beginning, oldest first.
    async fn read_history(&self, room: &str) -> Vec<Message>;

    /// The steps of a verification by emoji with `user`, in the room both are in.
    async fn request_verification(&self, room: &str, user: &str);
    async fn accept_verification(&self, user: &str);
    async fn start_emoji(&self, user: &str);
    async fn wait_for_emoji(&self, user: &str) -> Vec<String>;
    async fn confirm_emoji(&self, user: &str);
}
