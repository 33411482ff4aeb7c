//! The queue in front of password hashing. A computation takes 19 MiB and a core for a moment, so two run at once and
//! at most twenty wait. Known devices come first; when the queue is full, the sender is asked to try again.

use crate::base::error::AppError;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

const MAX_RUNNING: usize = 2;
const MAX_WAITING: usize = 20;
/// Seconds after which a sender who found the queue full may try again.
const RETRY_SECONDS: u32 = 5;

/// Who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Somebody who is signed in, or signs in on a device that is known.
    Known,
    /// Anybody else.
    Other,
}

/// Passwords that are computed, and those who wait for their turn.
pub struct Queue(Mutex<State>);

struct State {
    running: usize,
    known: VecDeque<oneshot::Sender<Slot>>,
    others: VecDeque<oneshot::Sender<Slot>>,
}

/// The queue of this process.
static QUEUE: Queue = Queue::new();

/// Waits for a slot of this process.
pub async fn wait_for_slot(priority: Priority) -> Result<Slot, AppError> {
    QUEUE.wait(priority).await
}

/// The right to compute a password, given back when it is dropped.
pub struct Slot(&'static Queue);

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        // a waiting request whose client left is passed over
        while let Some(next) = state.known.pop_front().or_else(|| state.others.pop_front()) {
            match next.send(Slot(self.0)) {
                Ok(()) => return,
                // it was never given to anybody
                Err(unclaimed) => std::mem::forget(unclaimed),
            }
        }
        state.running -= 1;
    }
}

impl Queue {
    const fn new() -> Self {
        Self(Mutex::new(State { running: 0, known: VecDeque::new(), others: VecDeque::new() }))
    }

    /// Waits for a slot. Where the queue is full, somebody who is known takes the turn of the last who is not.
    async fn wait(&'static self, priority: Priority) -> Result<Slot, AppError> {
        let full = AppError::SlowDown { seconds: RETRY_SECONDS };
        let turn = {
            let mut state = self.lock();
            if state.running < MAX_RUNNING {
                state.running += 1;
                return Ok(Slot(self));
            }
            state.known.retain(|waiting| !waiting.is_closed());
            state.others.retain(|waiting| !waiting.is_closed());
            if state.known.len() + state.others.len() >= MAX_WAITING {
                let displaced = if priority == Priority::Known { state.others.pop_back() } else { None };
                if displaced.is_none() {
                    return Err(full);
                }
            }
            let (sender, turn) = oneshot::channel();
            match priority {
                Priority::Known => state.known.push_back(sender),
                Priority::Other => state.others.push_back(sender),
            }
            turn
        };
        turn.await.map_err(|_| full)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn the_queue_is_short_and_known_devices_come_first() {
        static TESTED: Queue = Queue::new();
        let running =
            [TESTED.wait(Priority::Other).await.expect("free"), TESTED.wait(Priority::Other).await.expect("free")];
        let mut others: Vec<_> = (0..MAX_WAITING).map(|_| Box::pin(TESTED.wait(Priority::Other))).collect();
        assert!(others.iter_mut().all(|waiting| waiting.as_mut().now_or_never().is_none()));
        let refused = TESTED.wait(Priority::Other).await.map(drop);
        assert_eq!(refused, Err(AppError::SlowDown { seconds: RETRY_SECONDS }));
        let mut known = Box::pin(TESTED.wait(Priority::Known));
        assert!(known.as_mut().now_or_never().is_none(), "waits");
        let displaced = others.pop().expect("somebody waits").await.map(drop);
        assert!(displaced.is_err(), "who came last gave their turn");
        // somebody leaves: their turn is passed over
        drop(others.remove(0));
        drop(running);
        assert!(known.await.is_ok());
        for waiting in others {
            assert!(waiting.await.is_ok());
        }
        assert_eq!(TESTED.lock().running, 0, "every slot was given back");
    }

    #[tokio::test]
    async fn known_devices_alone_may_fill_the_queue_and_no_more() {
        static TESTED: Queue = Queue::new();
        let _running =
            [TESTED.wait(Priority::Known).await.expect("free"), TESTED.wait(Priority::Known).await.expect("free")];
        let mut known: Vec<_> = (0..MAX_WAITING).map(|_| Box::pin(TESTED.wait(Priority::Known))).collect();
        assert!(known.iter_mut().all(|waiting| waiting.as_mut().now_or_never().is_none()));
        assert!(TESTED.wait(Priority::Known).await.is_err() && TESTED.wait(Priority::Other).await.is_err());
    }
}
