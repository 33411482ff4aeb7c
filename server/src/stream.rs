//! The stream: server-sent events with the topics that the address names.

use app::live::{MAX_TOPICS, Topic};
use app::topics::keep_public;
use app::web::forms::post::error_response;
use app::web::limits::line;
use app::web::session::{find_staff_of_request, reload_staff_of_request};
use app::web::settings::STREAMS_PER_LINE;
use app::web::site::Site;
use app::web::visitor::address_of_request;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, BoxStream, Stream, StreamExt};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_stream::wrappers::{IntervalStream, WatchStream};

/// The query parameter with the topics, separated by commas.
const TOPICS: &str = "chu-de";
/// The longest silence: then follows an empty message, which the browser's script receives, unlike a comment.
const PULSE_INTERVAL: Duration = Duration::from_secs(8);
/// A browser whose connection is lost reconnects after this long.
const RETRY: Duration = Duration::from_secs(2);
/// A browser that finds all streams taken tries again after this long.
const BUSY_RETRY: Duration = Duration::from_secs(30);

/// The open streams, limited in number.
#[derive(Debug)]
pub struct Streams {
    open: AtomicUsize,
    max: usize,
    max_per_line: usize,
    by_line: Mutex<HashMap<IpAddr, usize>>,
}

impl Streams {
    /// At most so many streams at once, in all and from one line.
    pub fn new(max: usize, max_per_line: usize) -> Self {
        Self { open: AtomicUsize::new(0), max, max_per_line, by_line: Mutex::default() }
    }

    /// How many streams are open.
    pub fn count_open(&self) -> usize {
        self.open.load(SeqCst)
    }

    /// Takes one stream; `None` where all are taken.
    fn take(self: &Arc<Self>, address: IpAddr) -> Option<StreamPermit> {
        let line = line(address);
        let mut by_line = self.by_line();
        let on_line = by_line.entry(line).or_default();
        if *on_line >= self.max_per_line || self.count_open() >= self.max {
            if *on_line == 0 {
                by_line.remove(&line);
            }
            return None;
        }
        *on_line += 1;
        self.open.fetch_add(1, SeqCst);
        Some(StreamPermit { streams: Arc::clone(self), line })
    }

    fn by_line(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the streams, given back when it is dropped.
struct StreamPermit {
    streams: Arc<Streams>,
    line: IpAddr,
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut by_line = self.streams.by_line();
        if let Some(on_line) = by_line.get_mut(&self.line) {
            *on_line -= 1;
            if *on_line == 0 {
                by_line.remove(&self.line);
            }
        }
        self.streams.open.fetch_sub(1, SeqCst);
    }
}

/// Opens a stream with each topic's newest state and every later one. Topics for staff are sent only while somebody is
/// signed in, and those of articles only where the article is public. Where all streams are taken, or a line opens too
/// many in a minute, the answer is a stream with one message that says so: it costs nothing, and a browser comes back
/// later.
pub async fn open_stream(State((site, streams)): State<(Site, Arc<Streams>)>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let address = address_of_request(&parts);
    let per_minute = site.settings().number(&STREAMS_PER_LINE);
    let permit = site.limits.take_by_line("streams", per_minute, address).ok().and_then(|()| streams.take(address));
    let Some(permit) = permit else {
        let busy = stream::once(async { Ok::<_, Infallible>(Event::default().retry(BUSY_RETRY).data("busy")) });
        return forbid_buffering(Sse::new(busy).into_response());
    };
    let mut topics = parse_topics(parts.uri.query().unwrap_or_default());
    let wants_staff = topics.iter().any(|topic| topic.is_for_staff());
    let is_staff = wants_staff && matches!(find_staff_of_request(&site, &parts).await, Ok(Some(_)));
    topics.retain(|topic| is_staff || !topic.is_for_staff());
    let topics = match keep_public(&site, topics).await {
        Ok(topics) => topics,
        Err(error) => return error_response(&site, &error, false),
    };
    let states = stream::select_all(topics.into_iter().map(|topic| WatchStream::new(site.hub.follow(topic))));
    let states = states.filter_map(|message| async move { message }).map(|message| Event::default().data(&*message));
    let pulses = match is_staff {
        true => staff_pulses(site.clone(), parts).boxed(),
        // nothing else of a reader's request is kept in memory
        false => pulses(PULSE_INTERVAL).boxed(),
    };
    let pulses = pulses.map(|()| Event::default().data(""));
    let first = stream::once(async { Event::default().retry(RETRY).data("") });
    let events = first.chain(stream_until_either_ends(states.boxed(), pulses.boxed())).take_until(site.hub.closed());
    // the stream owns the permit, and gives it back however it ends
    let events = events.map(move |event| {
        let _ = &permit;
        Ok::<_, Infallible>(event)
    });
    forbid_buffering(Sse::new(events).into_response())
}

/// Reads the topics from a query, each once; unknown ones are left out.
fn parse_topics(query: &str) -> Vec<Topic> {
    let lists: Vec<String> = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == TOPICS)
        .map(|(_, topics)| topics.into_owned())
        .collect();
    let mut topics: Vec<Topic> = Vec::new();
    for topic in lists.iter().flat_map(|topics| topics.split(',')).take(MAX_TOPICS).filter_map(Topic::parse) {
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    topics
}

/// Forbids caches and proxies to keep the stream back.
fn forbid_buffering(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

fn pulses(every: Duration) -> impl Stream<Item = ()> {
    IntervalStream::new(tokio::time::interval_at(tokio::time::Instant::now() + every, every)).map(|_| ())
}

/// Pulses that end when the member of staff may no longer follow the desk. That is checked at every pulse, and whenever
/// somebody was signed out.
fn staff_pulses(site: Site, parts: Parts) -> impl Stream<Item = ()> {
    let changes = WatchStream::from_changes(site.hub.staff_changes()).map(|_| ());
    stream::select(pulses(PULSE_INTERVAL), changes).take_while(move |()| {
        let (site, parts) = (site.clone(), parts.clone());
        async move { !matches!(reload_staff_of_request(&site, &parts).await, Ok(None)) }
    })
}

/// Both streams' items until the pulses end; states alone may never end.
fn stream_until_either_ends(
    states: BoxStream<'static, Event>,
    pulses: BoxStream<'static, Event>,
) -> impl Stream<Item = Event> {
    let pulses = pulses.map(Some).chain(stream::once(async { None }));
    stream::select(states.map(Some), pulses)
        .take_while(|event| std::future::ready(event.is_some()))
        .filter_map(|event| async move { event })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_idle_stream_sends_pulses() {
        let every = Duration::from_millis(20);
        let start = std::time::Instant::now();
        let pulses = pulses(every).map(|()| Event::default()).boxed();
        let events = stream_until_either_ends(stream::pending().boxed(), pulses);
        assert_eq!(events.take(3).count().await, 3);
        assert!(start.elapsed() >= 3 * every);
        assert!(2 * PULSE_INTERVAL < Duration::from_secs(20), "a browser takes 20 s of silence for a lost connection");
    }

    #[test]
    fn streams_are_limited_in_all_and_by_line_and_given_back() {
        let streams = Arc::new(Streams::new(3, 2));
        let (one, two) = (IpAddr::from([203, 0, 113, 1]), IpAddr::from([203, 0, 113, 2]));
        let first = streams.take(one);
        let second = streams.take(one);
        assert!(first.is_some() && second.is_some() && streams.take(one).is_none(), "two on one line");
        let third = streams.take(two);
        assert!(third.is_some() && streams.take(two).is_none(), "three in all");
        drop(first);
        assert!(streams.take(two).is_some_and(|permit| permit.line == two));
        drop((second, third));
        let subscriber = |host: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, host]);
        let permits: Vec<_> = (1..=9).filter_map(|host| streams.take(subscriber(host))).collect();
        assert_eq!(permits.len(), 2, "all addresses of a line together");
        drop(permits);
        assert_eq!((streams.count_open(), streams.by_line().len()), (0, 0));
    }

    #[test]
    fn topics_are_read_from_one_or_several_parameters() {
        let topics = parse_topics("chu-de=bai-7,so-lieu,khong-co&x=ban-duyet&chu-de=y-kien");
        assert_eq!(topics, [Topic::Article(7), Topic::Figures, Topic::Comments]);
        assert_eq!(parse_topics(&format!("chu-de={}", "so-lieu,".repeat(100))), [Topic::Figures]);
        let many: Vec<String> = (1..=100).map(|id| format!("bai-{id}")).collect();
        assert_eq!(parse_topics(&format!("chu-de={}", many.join(","))).len(), MAX_TOPICS);
    }
}
