//! The end of a turn in a room with a policy server: what was decided waits outside of the turn until the server has
//! signed it, and then takes its place in the room as that is by then.

use herold_room_rules::{PolicyServer, limits};
use herold_storage::append::{Append, Claim};
use ruma::RoomId;
use ruma::room_version_rules::RoomVersionRules;

use super::{Slot, Staged, Turn};
use crate::writer::Written;
use crate::{Inner, RoomsError};

/// How a turn ended.
pub(super) enum Ended {
    /// Nothing was staged.
    Empty,
    /// What was staged is handed to the writer, as part of this chain.
    Written { written: Written, chain: u64 },
    /// What was staged needs the policy server's consent.
    Unjudged(Box<Draft>),
    /// The room has changed so that it must be decided again.
    Lost,
}

/// Events that a command has decided upon, and that are not in the room.
pub(super) struct Draft {
    policy: PolicyServer,
    rules: RoomVersionRules,
    staged: Vec<Staged>,
    /// A room that is born in the same commit.
    beside: Option<Append>,
}

impl Turn<'_> {
    /// Hands over what is staged, or keeps it back for the room's policy server.
    pub(super) async fn end(&mut self, claim: Option<Claim>) -> Result<Ended, RoomsError> {
        if self.staged.iter().any(|staged| PolicyServer::judges(&staged.event))
            && let Some(policy) = self.policy_server().await?
        {
            let (staged, beside) = (std::mem::take(&mut self.staged), self.beside.take());
            return Ok(Ended::Unjudged(Box::new(Draft {
                policy,
                rules: self.head.rules.clone(),
                staged,
                beside,
            })));
        }
        self.hand_over_judged(claim).await
    }

    async fn hand_over_judged(&mut self, claim: Option<Claim>) -> Result<Ended, RoomsError> {
        let written = self.hand_over(claim).await?;
        Ok(written.map_or(Ended::Empty, |written| Ended::Written { written, chain: self.head.chain }))
    }
}

impl Draft {
    /// Whether nothing has come between: the events follow what the room ends with.
    fn follows(&self, turn: &Turn<'_>) -> bool {
        let last = turn.head.extremities.iter().take(limits::PREV_EVENTS_MAX);
        let last = last.map(|extremity| &extremity.event_id);
        self.staged.first().is_some_and(|first| first.event.prev_events().iter().eq(last))
    }
}

impl Inner {
    /// Lets the policy server sign a draft, and puts it into the room.
    pub(super) async fn judge(
        &self,
        room_id: &RoomId,
        slot: &Slot,
        draft: Draft,
        claim: Option<Claim>,
    ) -> Result<Ended, RoomsError> {
        let Draft { policy, rules, staged, beside } = draft;
        let staged = self.let_judge(slot, &rules, &policy, staged).await?;
        let mut draft = Draft { policy, rules, staged, beside };
        let mut held = slot.enter().await?;
        let head = self.fresh(&mut held, room_id).await?;
        let mut turn = Turn::new(self, head);
        if turn.policy_server().await?.as_ref() != Some(&draft.policy) {
            return Ok(Ended::Lost);
        }
        if draft.follows(&turn) {
            (turn.staged, turn.beside) = (draft.staged, draft.beside);
            return turn.hand_over_judged(claim).await;
        }
        // One event stands where it was made, like one of another server; what belongs together is decided again.
        let (Some(staged), true, None) = (draft.staged.pop(), draft.staged.is_empty(), draft.beside) else {
            return Ok(Ended::Lost);
        };
        if turn.stage_late(staged).await? { turn.hand_over_judged(claim).await } else { Ok(Ended::Lost) }
    }
}
