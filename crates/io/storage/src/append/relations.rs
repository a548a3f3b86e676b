//! The relations of a batch: which child belongs to which parent, whichever of them came first. Nothing here
//! decides whether a relation means anything; that is for whoever reads them.

use std::collections::{HashMap, HashSet};

use super::{Append, AppendEvent, AppendTo, Relation};
use crate::relations::{ANNOTATION, Annotation, REFERENCE, REPLACE, THREAD, annotations_of};
use crate::{Session, StorageError, Transaction, Value};

/// The annotations that senders must not repeat, and have made already.
#[derive(Default)]
pub(super) struct Annotations(HashSet<Annotation>);

impl Annotations {
    /// Those that the appends would repeat.
    pub(super) fn load(session: &mut Session, appends: &[Append]) -> Result<Self, StorageError> {
        let wanted: HashSet<Annotation> = appends.iter().flat_map(annotations).collect();
        if wanted.is_empty() {
            return Ok(Self::default());
        }
        let parents: Vec<String> = wanted.iter().map(|annotation| annotation.parent_id.clone()).collect();
        let senders: Vec<String> = wanted.iter().map(|annotation| annotation.sender.clone()).collect();
        Ok(Self(annotations_of(session, &parents, &senders)?.into_iter().collect()))
    }

    /// Whether an append would repeat one.
    pub(super) fn has(&self, append: &Append) -> bool {
        annotations(append).any(|annotation| self.0.contains(&annotation))
    }

    /// The append stands: its annotations are made.
    pub(super) fn add(&mut self, append: &Append) {
        self.0.extend(annotations(append));
    }
}

/// The annotations of an append that must not be made twice.
fn annotations(append: &Append) -> impl Iterator<Item = Annotation> {
    let room = match append.room {
        AppendTo::Known { room_number, .. } => Some(room_number),
        AppendTo::New { .. } => None,
    };
    append.events.iter().filter_map(move |event| annotation(room?, event))
}

fn annotation(room: i64, event: &AppendEvent) -> Option<Annotation> {
    let relation = event.relation.as_ref().filter(|relation| relation.once)?;
    let key = relation.annotation_key.clone().filter(|_| relation.rel_type == ANNOTATION)?;
    Some(Annotation {
        room_number: room,
        parent_id: relation.parent_id.clone(),
        sender: event.sender.clone(),
        kind: event.kind.clone(),
        key,
    })
}

/// A child whose parent was not looked up yet.
struct Child {
    relation: Relation,
    number: i64,
    room: i64,
    position: i64,
    sender: i64,
    kind: String,
}

impl Child {
    /// Its row, with `parent` as a number or an id.
    fn row(self, parent: Value) -> Vec<Value> {
        vec![
            self.number.into(),
            parent,
            self.room.into(),
            self.relation.rel_type.into(),
            self.position.into(),
            self.kind.into(),
            self.sender.into(),
            self.relation.annotation_key.into(),
            self.relation.replaces.into(),
        ]
    }
}

/// The relations that a batch makes and breaks.
#[derive(Default)]
pub(super) struct Relations {
    children: Vec<Child>,
    arrived: Vec<String>,
    redacted: Vec<String>,
}

impl Relations {
    /// An event in the timeline relates to another.
    pub(super) fn add(
        &mut self,
        relation: Relation,
        [number, room, position, sender]: [i64; 4],
        kind: String,
    ) {
        self.children.push(Child { relation, number, room, position, sender, kind });
    }

    /// An event came from elsewhere; its children may be here already.
    pub(super) fn arrived(&mut self, event_id: String) {
        self.arrived.push(event_id);
    }

    /// An event is redacted: it is nobody's child any more.
    pub(super) fn redact(&mut self, event_id: String) {
        self.redacted.push(event_id);
    }

    /// Writes what was gathered, once the events of the batch are written.
    pub(super) fn write(self, transaction: &mut Transaction<'_>) -> Result<(), StorageError> {
        let mut parents = place_children(transaction, self.children)?;
        parents.extend(adopt(transaction, self.arrived)?);
        if !parents.is_empty() {
            let sql = "UPDATE events SET related = 1 WHERE event_number = ANY($1) AND related = 0";
            transaction.execute(sql, &[Value::from(parents)])?;
        }
        if !self.redacted.is_empty() {
            let ids = [Value::from(self.redacted)];
            for sql in [
                "DELETE FROM relations WHERE child_number IN \
                 (SELECT event_number FROM events WHERE event_id = ANY($1))",
                "DELETE FROM relations_awaited WHERE child_number IN \
                 (SELECT event_number FROM events WHERE event_id = ANY($1))",
            ] {
                transaction.execute(sql, &ids)?;
            }
        }
        Ok(())
    }
}

/// Whether children of this kind are bundled with their parents.
fn is_bundled(rel_type: &str) -> bool {
    [REFERENCE, REPLACE, THREAD].contains(&rel_type)
}

/// Writes the children with their parents, or as waiting for them, and gives the parents they are bundled with.
fn place_children(transaction: &mut Transaction<'_>, children: Vec<Child>) -> Result<Vec<i64>, StorageError> {
    if children.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = children.iter().map(|child| child.relation.parent_id.clone()).collect();
    let sql = "SELECT event_id, event_number, room_number FROM events WHERE event_id = ANY($1)";
    let mut known: HashMap<String, (i64, i64)> = HashMap::with_capacity(ids.len());
    for row in transaction.query(sql, &[Value::from(ids)])? {
        known.insert(row.get(0)?, (row.get(1)?, row.get(2)?));
    }
    let (mut rows, mut awaiting, mut parents) = (Vec::new(), Vec::new(), Vec::new());
    for child in children {
        match known.get(&child.relation.parent_id) {
            Some((parent, room)) if *room == child.room && *parent != child.number => {
                if is_bundled(&child.relation.rel_type) {
                    parents.push(*parent);
                }
                rows.push(child.row((*parent).into()));
            }
            // Across rooms there are no relations.
            Some(_) => {}
            None => {
                let parent_id = child.relation.parent_id.as_str().into();
                awaiting.push(child.row(parent_id));
            }
        }
    }
    let related = "INSERT INTO relations (child_number, parent_number, room_number, rel_type, position, kind, \
                   sender_number, annotation_key, replaces) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                   ON CONFLICT (child_number) DO NOTHING";
    transaction.execute_many(related, &rows)?;
    let awaited = "INSERT INTO relations_awaited (child_number, parent_id, room_number, rel_type, position, kind, \
                   sender_number, annotation_key, replaces) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                   ON CONFLICT (child_number) DO NOTHING";
    transaction.execute_many(awaited, &awaiting)?;
    Ok(parents)
}

/// Gives the events that arrived those children that waited for them; says which of them have bundled ones.
fn adopt(transaction: &mut Transaction<'_>, arrived: Vec<String>) -> Result<Vec<i64>, StorageError> {
    if arrived.is_empty() {
        return Ok(Vec::new());
    }
    let arrived = [Value::from(arrived)];
    let sql = "SELECT p.event_number, a.rel_type FROM relations_awaited a JOIN events p \
               ON p.event_id = a.parent_id AND p.room_number = a.room_number WHERE a.parent_id = ANY($1)";
    let waiting = transaction.query(sql, &arrived)?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let adopted = "INSERT INTO relations (child_number, parent_number, room_number, rel_type, position, kind, \
                   sender_number, annotation_key, replaces) SELECT a.child_number, p.event_number, a.room_number, \
                   a.rel_type, a.position, a.kind, a.sender_number, a.annotation_key, a.replaces \
                   FROM relations_awaited a JOIN events p \
                   ON p.event_id = a.parent_id AND p.room_number = a.room_number WHERE a.parent_id = ANY($1)";
    transaction.execute(adopted, &arrived)?;
    transaction.execute("DELETE FROM relations_awaited WHERE parent_id = ANY($1)", &arrived)?;
    let mut parents = Vec::with_capacity(waiting.len());
    for row in &waiting {
        if is_bundled(&row.get::<String>(1)?) {
            parents.push(row.get(0)?);
        }
    }
    Ok(parents)
}
