//! Faults in a server's database, put there while it runs: what a mistake or a damaged disk would do.

use crate::TestServer;

/// The database of a server, past the server.
pub struct Damage(Engine);

enum Engine {
    Sqlite(std::path::PathBuf),
    Postgresql(String),
}

/// A fault that can be taken away.
pub struct Fault {
    table: &'static str,
}

impl Damage {
    pub(crate) fn of(server: &TestServer) -> Self {
        match &server.config.database.url {
            Some(url) => Self(Engine::Postgresql(url.clone())),
            None => Self(Engine::Sqlite(server.data().join("herold.db"))),
        }
    }

    /// The table behind the index of search, and its column with the numbers of events.
    pub fn search_index(&self) -> (&'static str, &'static str) {
        match &self.0 {
            Engine::Sqlite(_) => ("search_index_docsize", "id"),
            Engine::Postgresql(_) => ("search_index", "event_number"),
        }
    }

    /// From now on `table` refuses rows for events of the room; `column` names the event.
    pub fn refuse(&self, table: &'static str, column: &str, room_id: &str) -> Fault {
        let of_room = format!(
            "(SELECT r.room_id FROM events e JOIN rooms r ON r.room_number = e.room_number \
             WHERE e.event_number = NEW.{column}) = '{room_id}'"
        );
        self.run(&match &self.0 {
            Engine::Sqlite(_) => format!(
                "CREATE TRIGGER refused BEFORE INSERT ON {table} WHEN {of_room} \
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            ),
            Engine::Postgresql(_) => format!(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {of_room} THEN \
                   RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$; \
                 CREATE TRIGGER refused BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()"
            ),
        });
        Fault { table }
    }

    /// Takes the fault away.
    pub fn heal(&self, fault: Fault) {
        self.run(&match &self.0 {
            Engine::Sqlite(_) => "DROP TRIGGER refused".to_owned(),
            Engine::Postgresql(_) => format!("DROP TRIGGER refused ON {}", fault.table),
        });
    }

    /// Makes the room's state events of this type unreadable.
    pub fn spoil_state(&self, room_id: &str, kind: &str) {
        self.run(&format!(
            "UPDATE events SET json = '{{' WHERE kind = '{kind}' AND room_number = \
             (SELECT room_number FROM rooms WHERE room_id = '{room_id}')"
        ));
    }

    /// Spoils, on SQLite, whose the pusher with this key is and who is in their rooms.
    pub fn spoil_pusher(&self, pushkey: &str) {
        self.run(&format!(
            "UPDATE memberships SET user_number = 'spoiled' WHERE user_number = \
               (SELECT user_number FROM pushers WHERE pushkey = '{pushkey}'); \
             UPDATE pushers SET user_number = 'spoiled' WHERE pushkey = '{pushkey}'"
        ));
    }

    /// Gives a table another name.
    pub fn rename_table(&self, from: &str, to: &str) {
        self.run(&format!("ALTER TABLE {from} RENAME TO {to}"));
    }

    /// How many rows `notices` has of a room.
    pub fn stored_notices(&self, room_id: &str) -> i64 {
        self.number(&format!(
            "SELECT COUNT(*) FROM notices n JOIN rooms r ON r.room_number = n.room_number \
             WHERE r.room_id = '{room_id}'"
        ))
    }

    fn run(&self, sql: &str) {
        match &self.0 {
            Engine::Sqlite(file) => rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap(),
            Engine::Postgresql(url) => apart(|| client(url).batch_execute(sql).unwrap()),
        }
    }

    fn number(&self, sql: &str) -> i64 {
        match &self.0 {
            Engine::Sqlite(file) => {
                let database = rusqlite::Connection::open(file).unwrap();
                database.query_row(sql, [], |row| row.get(0)).unwrap()
            }
            Engine::Postgresql(url) => apart(|| client(url).query_one(sql, &[]).unwrap().get(0)),
        }
    }
}

fn client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}

/// The client of PostgreSQL has a runtime of its own, which must not be within another.
fn apart<T: Send>(with: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(with).join().unwrap())
}
