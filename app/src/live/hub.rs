//! The hub: hears from Postgres what changed, reads the new state once, and hands it to every stream that follows it.

use super::generations::{Generation, Generations};
use super::{ArticleState, DeskNews, Topic};
use crate::error::AppError;
use crate::statistics::traffic::Traffic;
use crate::{articles, closures, comments, moderation, ratings, wire};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// The least time between two messages of one topic: ten a second, however many votes come in.
const QUIET: Duration = Duration::from_millis(100);
const RETRY: Duration = Duration::from_secs(1);

type Message = Option<Arc<str>>;

/// Hands states to streams. Cheap to clone; one a process.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    pool: PgPool,
    traffic: Arc<Traffic>,
    topics: Mutex<HashMap<Topic, Followed>>,
    generations: Generations,
    /// Grows whenever somebody may have been signed out.
    staff: watch::Sender<u64>,
    closing: watch::Sender<bool>,
}

struct Followed {
    latest: watch::Sender<Message>,
    dirty: Arc<Notify>,
}

/// What changed, as notifications name it: a channel, and the number of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// An article's sums or comments.
    Article(i64),
    /// What several pages show: the list of articles, the settings.
    Site,
    /// What is closed, at some article or everywhere.
    Closures,
    /// The four figures.
    Figures,
    /// The moderators' queue.
    Desk,
}

/// What whoever listens is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// The settings changed.
    Settings,
    /// Visits were merged.
    Figures,
    /// Anything may have changed: nobody listened in between.
    Everything,
}

impl Hub {
    /// A hub that reads states from this database.
    pub fn new(pool: PgPool, traffic: Arc<Traffic>) -> Self {
        let (topics, generations) = (Mutex::default(), Generations::default());
        Self(Arc::new(Inner {
            pool,
            traffic,
            topics,
            generations,
            staff: watch::channel(0).0,
            closing: watch::channel(false).0,
        }))
    }

    /// Follows a topic: the receiver holds the newest message as soon as it is read, and each later one.
    /// A slow reader skips to the newest, so nothing piles up.
    pub fn follow(&self, topic: Topic) -> watch::Receiver<Message> {
        let mut topics = self.topics();
        if let Some(followed) = topics.get(&topic) {
            return followed.latest.subscribe();
        }
        let (latest, receiver) = watch::channel(None);
        let dirty = Arc::new(Notify::new());
        dirty.notify_one();
        topics.insert(topic, Followed { latest: latest.clone(), dirty: Arc::clone(&dirty) });
        tokio::spawn(self.clone().keep(topic, latest, dirty));
        receiver
    }

    /// Says that something changed: copies of pages that show it are no longer true, and streams read it anew.
    /// Whoever wrote says so before it answers; other processes hear it from Postgres.
    pub fn changed(&self, change: Change) {
        let generations = &self.0.generations;
        match change {
            Change::Article(id) => {
                generations.article(id);
                self.touch(Topic::Article(id));
            }
            Change::Site => generations.site(),
            Change::Closures => {
                generations.site();
                for (topic, followed) in self.topics().iter() {
                    if matches!(topic, Topic::Article(_)) {
                        followed.dirty.notify_one();
                    }
                }
            }
            Change::Figures => {
                generations.figures();
                self.touch(Topic::Figures);
            }
            Change::Desk => self.touch(Topic::Desk),
        }
    }

    /// Says that comments of these articles were decided, which the desk shows too.
    pub fn decided(&self, articles: &[i64]) {
        for &article in articles {
            self.changed(Change::Article(article));
        }
        self.changed(Change::Site);
        self.changed(Change::Desk);
    }

    /// Says that somebody may no longer be signed in, or may do less.
    pub fn staff_changed(&self) {
        self.0.staff.send_modify(|count| *count += 1);
    }

    /// Changes whenever somebody may no longer be signed in.
    pub fn staff(&self) -> watch::Receiver<u64> {
        self.0.staff.subscribe()
    }

    /// The state of what a page shows: that of an article, or of the site alone.
    pub fn generation(&self, article: Option<i64>) -> Generation {
        self.0.generations.of(article)
    }

    /// Whether changes of other processes are heard of.
    pub fn is_listening(&self) -> bool {
        self.0.generations.is_listening()
    }

    fn touch(&self, topic: Topic) {
        if let Some(followed) = self.topics().get(&topic) {
            followed.dirty.notify_one();
        }
    }

    /// Ends every stream, so that the program can stop.
    pub fn close(&self) {
        self.0.closing.send_replace(true);
    }

    /// Completes when the program stops.
    pub fn closed(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut closing = self.0.closing.subscribe();
        async move {
            // an error means that the hub itself is gone
            let _ = closing.wait_for(|closing| *closing).await;
        }
    }

    /// Listens to Postgres for good, telling `on` what is not the hub's own. Comes back by itself after a lost connection.
    pub async fn listen(self, on: impl Fn(Heard) + Send) {
        let closed = self.closed();
        let listening = async {
            loop {
                let lost = self.listen_once(&on).await;
                self.0.generations.listening(false);
                crate::away::note();
                if let Err(error) = lost {
                    tracing::warn!(%error, "nobody listens for changes");
                    tokio::time::sleep(RETRY).await;
                }
            }
        };
        tokio::select! {
            () = closed => {}
            () = listening => {}
        }
    }

    /// Listens until the connection is lost.
    async fn listen_once(&self, on: &(impl Fn(Heard) + Send)) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.0.pool).await?;
        // a loss must be seen at once: whatever was sent meanwhile is lost too
        listener.eager_reconnect(false);
        listener.listen_all(["article", "site", "closures", "figures", "desk", "settings", "staff"]).await?;
        self.0.generations.listening(true);
        for followed in self.topics().values() {
            followed.dirty.notify_one();
        }
        self.staff_changed();
        on(Heard::Everything);
        while let Some(heard) = listener.try_recv().await? {
            match (heard.channel(), articles::parse_id(heard.payload())) {
                ("article", Some(id)) => self.changed(Change::Article(id)),
                ("site", _) => self.changed(Change::Site),
                ("closures", _) => self.changed(Change::Closures),
                ("desk", _) => self.changed(Change::Desk),
                ("staff", _) => self.staff_changed(),
                ("figures", _) => on(Heard::Figures),
                ("settings", _) => on(Heard::Settings),
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps one topic's message current until nobody follows it.
    async fn keep(self, topic: Topic, latest: watch::Sender<Message>, dirty: Arc<Notify>) {
        loop {
            tokio::select! {
                () = dirty.notified() => {}
                () = latest.closed() => {
                    let mut topics = self.topics();
                    // somebody may have come between the closing and this lock
                    if latest.receiver_count() == 0 {
                        topics.remove(&topic);
                        return;
                    }
                    continue;
                }
            }
            match self.read(topic).await {
                Ok(message) => {
                    latest.send_if_modified(|held| held.replace(Arc::clone(&message)).is_none_or(|old| old != message));
                    tokio::time::sleep(QUIET).await;
                }
                // a topic that does not exist has no state to wait for
                Err(AppError::NotFound) => {}
                Err(_) => {
                    dirty.notify_one();
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    async fn read(&self, topic: Topic) -> Result<Arc<str>, AppError> {
        let pool = &self.0.pool;
        let state = match topic {
            Topic::Article(id) => {
                let rating = ratings::store::score(pool, id).await?;
                let (shown, revision, changes) = comments::store::changes(pool, id).await?;
                let views = articles::store::views(pool, id).await?;
                let closed = closures::store::at(pool, id).await?;
                wire::to_text(&ArticleState { rating, shown, views, closed, revision, changes })?
            }
            // ready to be shown, so that the browser needs no code to read them
            Topic::Figures => {
                let figures = self.0.traffic.figures().labelled().map(|(_, number)| ratings::thousands(number));
                figures.join(" ")
            }
            Topic::Desk => {
                let counts = comments::store::desk_state(pool).await?;
                wire::to_text(&DeskNews { counts, looking: moderation::store::looking::all(pool).await? })?
            }
        };
        Ok(format!("{topic} {state}").into())
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<Topic, Followed>> {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::articles::store::tests::article;
    use crate::ratings::{Totals, store as votes};
    use crate::session::Visitor;
    use std::time::Instant;

    async fn next(stream: &mut watch::Receiver<Message>) -> String {
        let changed = tokio::time::timeout(Duration::from_secs(10), stream.changed());
        changed.await.expect("there is news in time").expect("the hub lives");
        stream.borrow_and_update().as_deref().unwrap_or_default().to_owned()
    }

    #[sqlx::test]
    async fn a_stream_begins_with_a_snapshot_and_hears_at_most_ten_times_a_second(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        let hub = Hub::new(pool.clone(), Arc::default());
        let mut stream = hub.follow(Topic::Article(id));
        let snapshot = next(&mut stream).await;
        assert!(snapshot.starts_with(&format!("bai-{id} ")));
        let start = Instant::now();
        let mut last = snapshot.clone();
        let (mut voted, mut heard) = (0_u8, 0);
        while start.elapsed() < Duration::from_millis(650) || heard == 0 {
            voted = voted.wrapping_add(1);
            votes::rate(&pool, id, Visitor([voted; 32]), 5, false).await.expect("votes");
            hub.changed(Change::Article(id));
            if stream.has_changed().expect("the hub lives") {
                last = stream.borrow_and_update().as_deref().unwrap_or_default().to_owned();
                heard += 1;
            }
        }
        let most = start.elapsed().as_millis() / QUIET.as_millis() + 1;
        assert!(
            heard <= most && u128::from(voted) > most,
            "{heard} messages of {voted} votes in {:?}",
            start.elapsed()
        );
        // and the last word is the newest state
        let newest = async {
            while !last.ends_with(&state(&hub, id).await) {
                last = next(&mut stream).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), newest).await.expect("the newest state arrives");
        assert_ne!(last, snapshot);
    }

    async fn state(hub: &Hub, id: i64) -> String {
        hub.read(Topic::Article(id)).await.expect("reads").to_string()
    }

    #[sqlx::test]
    async fn a_topic_that_nobody_follows_is_forgotten(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        let hub = Hub::new(pool, Arc::default());
        let mut stream = hub.follow(Topic::Article(id));
        next(&mut stream).await;
        drop(stream);
        while !hub.topics().is_empty() {
            tokio::task::yield_now().await;
        }
    }
}
