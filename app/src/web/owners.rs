//! The owners of what a rendering creates.

use leptos::prelude::Owner;

/// Runs `work` with all owners above the current one kept until it is done.
///
/// A resource is read in a task of its own, which goes on when its rendering is given up. The rendering's owners are
/// dropped then. `use_context` locks the reading's owner and holds those above it for a moment: if it was the last to
/// hold them, they would be dropped under that lock, and dropping them needs the same lock (reactive_graph 0.2.16). The
/// thread would wait for itself for ever.
pub fn keep_owners<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    let above = std::iter::successors(Owner::current().and_then(|owner| owner.parent()), Owner::parent);
    let kept: Vec<Owner> = above.collect();
    async move {
        let done = work.await;
        drop(kept);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::{provide_context, use_context};
    use std::sync::mpsc;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    /// A context that gives its own rendering up at the moment when it is read.
    struct GivesUp(Arc<Mutex<Option<Owner>>>);

    impl Clone for GivesUp {
        fn clone(&self) -> Self {
            self.0.lock().expect("one thread").take();
            Self(Arc::clone(&self.0))
        }
    }

    #[test]
    fn a_rendering_that_is_given_up_while_a_context_is_read_blocks_no_thread() {
        let (done, waiting) = mpsc::channel();
        std::thread::spawn(move || {
            let rendering = Arc::new(Mutex::new(Some(Owner::new())));
            let root = rendering.lock().expect("one thread").clone().expect("was made");
            root.with(|| provide_context(GivesUp(Arc::clone(&rendering))));
            let reading = root.with(Owner::new);
            let work = reading.with(|| keep_owners(async { use_context::<GivesUp>().is_some() }));
            drop(root);
            let found = reading.with(|| futures::executor::block_on(work));
            done.send(found)
        });
        assert_eq!(waiting.recv_timeout(Duration::from_secs(60)), Ok(true), "a thread waits for itself");
    }
}
