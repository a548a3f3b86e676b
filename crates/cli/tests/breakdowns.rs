//! The program itself, broken in the ways in which machines break: killed, out of room, without its
//! database, told to stop. What it acknowledged must be there afterwards, exactly once, and it must go
//! on without help. Nothing here may reach into the server: it is asked over HTTP like by anybody.

#[path = "breakdowns/database.rs"]
mod database;
#[path = "breakdowns/database_full.rs"]
mod database_full;
#[path = "breakdowns/database_gone.rs"]
mod database_gone;
#[path = "breakdowns/database_tls.rs"]
mod database_tls;
#[path = "breakdowns/disk_full.rs"]
mod disk_full;
#[path = "breakdowns/kill.rs"]
mod kill;
#[path = "breakdowns/kill_delayed.rs"]
mod kill_delayed;
#[path = "breakdowns/kill_deletion.rs"]
mod kill_deletion;
#[path = "breakdowns/person.rs"]
mod person;
#[path = "breakdowns/running.rs"]
mod running;
