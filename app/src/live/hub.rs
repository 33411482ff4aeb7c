//! The hub: receives from Postgres what changed, reads each topic's new state once, and hands it to every stream that
//! follows it. It does not know what a topic consists of: the reader that it is given does.

use super::Topic;
use super::generations::{Generation, Generations};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use futures::future::BoxFuture;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// The least time between two messages of one topic: ten a second, however many votes come in.
const MESSAGE_INTERVAL: Duration = Duration::from_millis(100);
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// A topic's newest message, `topic state`; `None` until the first is read.
pub type Message = Option<Arc<str>>;

/// Reads the state of a topic as text.
pub type TopicReader = Arc<dyn Fn(Topic) -> BoxFuture<'static, Result<String, AppError>> + Send + Sync>;

/// Hands the states of topics to streams. Cheap to clone; one a process.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    pool: PgPool,
    reader: TopicReader,
    topics: Mutex<HashMap<Topic, Followed>>,
    generations: Generations,
    /// Grows whenever somebody may have been signed out.
    staff_changes: watch::Sender<u64>,
    closing: watch::Sender<bool>,
}

struct Followed {
    latest: watch::Sender<Message>,
    dirty: Arc<Notify>,
}

/// What changed, as a notification says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The text, ratings or comments of an article.
    Article(i64),
    /// The views of an article.
    Views(i64),
    /// What lists show of articles besides their text: how many comments they have.
    Lists,
    /// What several pages show: the list of articles, the settings.
    Site,
    /// What is closed, at some article or everywhere.
    Closures,
    /// The four figures.
    Figures,
    /// What staff decide about.
    Desk,
}

/// A notification that the hub passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notification {
    /// The settings changed.
    Settings,
    /// Visits were merged into the database.
    Figures,
    /// Anything may have changed: notifications were lost.
    Everything,
}

impl Hub {
    /// A hub that listens to this database.
    pub fn new(pool: PgPool, reader: TopicReader) -> Self {
        let (topics, generations) = (Mutex::default(), Generations::default());
        Self(Arc::new(Inner {
            pool,
            reader,
            topics,
            generations,
            staff_changes: watch::channel(0).0,
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
        tokio::spawn(self.clone().keep_current(topic, latest, dirty));
        receiver
    }

    /// Whether somebody follows a topic, which then is known to exist.
    pub fn is_followed(&self, topic: Topic) -> bool {
        self.topics().contains_key(&topic)
    }

    /// Announces a change: renderings that show it become invalid, and topics that contain it are read again. Call it
    /// before answering the request that made the change; other processes receive it from Postgres.
    pub fn announce(&self, change: Change) {
        let generations = &self.0.generations;
        match change {
            Change::Article(id) => {
                generations.bump_article(id);
                self.mark_dirty(Topic::Article(id));
            }
            Change::Views(id) => {
                generations.bump_numbers();
                self.mark_dirty(Topic::Article(id));
            }
            Change::Lists => generations.bump_lists(),
            Change::Site => {
                generations.bump_site();
                self.mark_dirty(Topic::News);
                self.mark_dirty(Topic::Notices);
            }
            Change::Closures => {
                generations.bump_site();
                for (topic, followed) in self.topics().iter() {
                    if matches!(topic, Topic::Article(_)) {
                        followed.dirty.notify_one();
                    }
                }
            }
            Change::Figures => {
                generations.bump_numbers();
                self.mark_dirty(Topic::Figures);
            }
            Change::Desk => {
                self.mark_dirty(Topic::Desk);
                self.mark_dirty(Topic::Comments);
            }
        }
    }

    /// Announces that comments of these articles changed, for readers and for the desk.
    pub fn announce_comments(&self, articles: &[i64]) {
        // what was written to the office has the number 0, and no page shows it
        let mut shown = articles.iter().filter(|article| **article != 0).peekable();
        if shown.peek().is_some() {
            self.announce(Change::Lists);
        }
        for &article in shown {
            self.announce(Change::Article(article));
        }
        self.announce(Change::Desk);
    }

    /// Announces that somebody may no longer be signed in, or may do less.
    pub fn announce_staff(&self) {
        self.0.staff_changes.send_modify(|count| *count += 1);
    }

    /// A value that changes whenever somebody may no longer be signed in.
    pub fn staff_changes(&self) -> watch::Receiver<u64> {
        self.0.staff_changes.subscribe()
    }

    /// The state of a page that shows this article, or lists of articles.
    pub fn generation(&self, article: Option<i64>) -> Generation {
        self.0.generations.get(article)
    }

    /// The state of the numbers that are put into renderings.
    pub fn numbers(&self) -> u64 {
        self.0.generations.numbers()
    }

    /// Whether changes made by other processes are received.
    pub fn is_listening(&self) -> bool {
        self.0.generations.is_listening()
    }

    fn mark_dirty(&self, topic: Topic) {
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
            // an error means that the hub itself was dropped
            let _ = closing.wait_for(|closing| *closing).await;
        }
    }

    /// Listens to Postgres until the program stops, and calls `on` for what the hub does not handle itself.
    /// Reconnects after a lost connection.
    pub async fn listen(self, on: impl Fn(Notification) + Send) {
        let closed = self.closed();
        let listening = async {
            loop {
                let lost = self.listen_once(&on).await;
                self.0.generations.set_listening(false);
                if let Err(error) = lost {
                    crate::base::outage::record(&error);
                    tokio::time::sleep(RETRY_INTERVAL).await;
                }
            }
        };
        tokio::select! {
            () = closed => {}
            () = listening => {}
        }
    }

    /// Listens until the connection is lost.
    async fn listen_once(&self, on: &(impl Fn(Notification) + Send)) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.0.pool).await?;
        // a loss must be noticed at once: what is sent meanwhile is lost as well
        listener.eager_reconnect(false);
        listener
            .listen_all(["article", "views", "lists", "site", "closures", "figures", "desk", "settings", "staff"])
            .await?;
        self.0.generations.set_listening(true);
        for followed in self.topics().values() {
            followed.dirty.notify_one();
        }
        self.announce_staff();
        on(Notification::Everything);
        while let Some(notification) = listener.try_recv().await? {
            match (notification.channel(), parse_id(notification.payload())) {
                ("article", Some(id)) => self.announce(Change::Article(id)),
                ("views", Some(id)) => self.announce(Change::Views(id)),
                ("lists", _) => self.announce(Change::Lists),
                ("site", _) => self.announce(Change::Site),
                ("closures", _) => self.announce(Change::Closures),
                ("desk", _) => self.announce(Change::Desk),
                ("staff", _) => self.announce_staff(),
                ("figures", _) => on(Notification::Figures),
                ("settings", _) => on(Notification::Settings),
                _ => {}
            }
        }
        Ok(())
    }

    /// Keeps one topic's message current until no stream follows it.
    async fn keep_current(self, topic: Topic, latest: watch::Sender<Message>, dirty: Arc<Notify>) {
        loop {
            tokio::select! {
                biased;
                // first, so that nothing is read for a topic that no stream follows
                () = latest.closed() => {
                    let mut topics = self.topics();
                    // a new follower may have come before this lock
                    if latest.receiver_count() == 0 {
                        topics.remove(&topic);
                        return;
                    }
                    continue;
                }
                () = dirty.notified() => {}
            }
            match self.read(topic).await {
                Ok(message) => {
                    latest.send_if_modified(|current| {
                        current.replace(Arc::clone(&message)).is_none_or(|previous| previous != message)
                    });
                    tokio::time::sleep(MESSAGE_INTERVAL).await;
                }
                // a topic that does not exist has no state to wait for
                Err(AppError::NotFound) => {}
                Err(_) => {
                    dirty.notify_one();
                    tokio::time::sleep(RETRY_INTERVAL).await;
                }
            }
        }
    }

    async fn read(&self, topic: Topic) -> Result<Arc<str>, AppError> {
        let state = (self.0.reader)(topic).await?;
        Ok(format!("{topic} {state}").into())
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<Topic, Followed>> {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
    use std::time::Instant;

    /// A hub whose topics all have the counter as their state.
    fn hub(pool: PgPool, counter: &Arc<AtomicU64>) -> Hub {
        let counter = Arc::clone(counter);
        let reader: TopicReader = Arc::new(move |_| {
            let counter = Arc::clone(&counter);
            Box::pin(async move { Ok(counter.load(SeqCst).to_string()) })
        });
        Hub::new(pool, reader)
    }

    async fn next(stream: &mut watch::Receiver<Message>) -> String {
        let changed = tokio::time::timeout(Duration::from_secs(10), stream.changed());
        changed.await.expect("a message arrives in time").expect("the hub lives");
        stream.borrow_and_update().as_deref().unwrap_or_default().to_owned()
    }

    #[sqlx::test(migrations = false)]
    async fn a_stream_begins_with_a_snapshot_and_gets_at_most_ten_messages_a_second(pool: PgPool) {
        let counter = Arc::new(AtomicU64::new(0));
        let hub = hub(pool, &counter);
        let mut stream = hub.follow(Topic::Article(7));
        assert_eq!(next(&mut stream).await, "bai-7 0");
        let start = Instant::now();
        let (mut last, mut received) = (String::new(), 0);
        while start.elapsed() < Duration::from_millis(650) || received == 0 {
            counter.fetch_add(1, SeqCst);
            hub.announce(Change::Article(7));
            tokio::task::yield_now().await;
            if stream.has_changed().expect("the hub lives") {
                last = stream.borrow_and_update().as_deref().unwrap_or_default().to_owned();
                received += 1;
            }
        }
        let most = start.elapsed().as_millis() / MESSAGE_INTERVAL.as_millis() + 1;
        let changes = counter.load(SeqCst);
        assert!(received <= most && u128::from(changes) > most, "{received} messages of {changes} changes");
        // the last message is the newest state
        while last != format!("bai-7 {changes}") {
            last = next(&mut stream).await;
        }
    }

    #[sqlx::test(migrations = false)]
    async fn a_topic_that_no_stream_follows_is_forgotten(pool: PgPool) {
        let hub = hub(pool, &Arc::default());
        let mut stream = hub.follow(Topic::Article(7));
        next(&mut stream).await;
        drop(stream);
        while !hub.topics().is_empty() {
            tokio::task::yield_now().await;
        }
    }
}
