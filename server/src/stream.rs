//! `/truc-tiep`: server-sent events with the topics that the address names.

use app::live::Topic;
use app::session::{address_of, staff_by_now, staff_of};
use app::site::Site;
use axum::extract::{Request, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, BoxStream, StreamExt};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_stream::wrappers::{IntervalStream, WatchStream};

/// More topics than a browser's tabs show at once.
const MOST_TOPICS: usize = 64;
/// Something is said at least this often: an empty message, which the browser's script can see, unlike a comment.
const PULSE: Duration = Duration::from_secs(15);
const RETRY: Duration = Duration::from_secs(2);

/// Whoever finds no place comes back after this long.
const BUSY: Duration = Duration::from_secs(30);

/// The streams that are open.
#[derive(Debug)]
pub struct Streams {
    open: AtomicUsize,
    most: usize,
    most_per_address: usize,
    by_address: Mutex<HashMap<IpAddr, usize>>,
}

impl Streams {
    /// At most so many at once, and from one address.
    pub fn new(most: usize, most_per_address: usize) -> Self {
        Self { open: AtomicUsize::new(0), most, most_per_address, by_address: Mutex::default() }
    }

    /// How many are open.
    pub fn open(&self) -> usize {
        self.open.load(SeqCst)
    }

    /// A place for one more, if there is one.
    fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let mut by_address = self.by_address();
        let from_here = by_address.entry(address).or_default();
        if *from_here >= self.most_per_address || self.open() >= self.most {
            if *from_here == 0 {
                by_address.remove(&address);
            }
            return None;
        }
        *from_here += 1;
        self.open.fetch_add(1, SeqCst);
        Some(Place { streams: Arc::clone(self), address })
    }

    fn by_address(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.by_address.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream's place, until it ends.
struct Place {
    streams: Arc<Streams>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut by_address = self.streams.by_address();
        if let Some(from_here) = by_address.get_mut(&self.address) {
            *from_here -= 1;
            if *from_here == 0 {
                by_address.remove(&self.address);
            }
        }
        self.streams.open.fetch_sub(1, SeqCst);
    }
}

/// Begins a stream: each topic's newest state at once, and every later one. Staff's topics only for staff, and only
/// for as long as they are signed in. Where there is no place the answer is a stream too, with one event that says so:
/// a browser would never come back from an error.
pub async fn stream(State((site, streams)): State<(Site, Arc<Streams>)>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Some(place) = streams.take(address_of(&parts)) else {
        let busy = stream::once(async { Ok::<_, Infallible>(Event::default().event("busy").retry(BUSY).data("")) });
        return unkept(Sse::new(busy).into_response());
    };
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let asked: Vec<String> = form_urlencoded::parse(query)
        .filter(|(name, _)| name == "chu-de")
        .map(|(_, topics)| topics.into_owned())
        .collect();
    let topics = asked.iter().flat_map(|topics| topics.split(',')).filter_map(Topic::parse);
    let mut topics: Vec<Topic> = topics.take(MOST_TOPICS).collect();
    if topics.contains(&Topic::Desk) && !matches!(staff_of(&site, &parts).await, Ok(Some(_))) {
        topics.retain(|topic| *topic != Topic::Desk);
    }
    let watches_desk = topics.contains(&Topic::Desk);
    let states = stream::select_all(topics.into_iter().map(|topic| WatchStream::new(site.hub.follow(topic))));
    let states = states.filter_map(|message| async move { message }).map(|message| Event::default().data(&*message));
    let pulses = match watches_desk {
        true => pulses_for_staff(site.clone(), parts).boxed(),
        // of whoever reads nothing more is kept
        false => pulses(PULSE).boxed(),
    };
    let pulses = pulses.map(|()| Event::default().data(""));
    let hello = stream::once(async { Event::default().retry(RETRY).data("") });
    let events = hello.chain(stream_until_either_ends(states.boxed(), pulses.boxed())).take_until(site.hub.closed());
    // the place is the stream's: it goes when the stream does, however it ends
    let events = events.map(move |event| {
        let _ = &place;
        Ok::<_, Infallible>(event)
    });
    unkept(Sse::new(events).into_response())
}

fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert("cache-control", axum::http::HeaderValue::from_static("no-store"));
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    response
}

/// A pulse every so often.
fn pulses(every: Duration) -> impl futures::Stream<Item = ()> {
    IntervalStream::new(tokio::time::interval_at(tokio::time::Instant::now() + every, every)).map(|_| ())
}

/// The same for staff; they end when whoever watches the desk may do so no longer, which is looked at whenever somebody
/// was signed out too.
fn pulses_for_staff(site: Site, parts: axum::http::request::Parts) -> impl futures::Stream<Item = ()> {
    let signed_out = WatchStream::from_changes(site.hub.staff()).map(|_| ());
    stream::select(pulses(PULSE), signed_out).take_while(move |()| {
        let (site, parts) = (site.clone(), parts.clone());
        async move { !matches!(staff_by_now(&site, &parts).await, Ok(None)) }
    })
}

/// Both streams' items until the pulses end; states alone may never end.
fn stream_until_either_ends(
    states: BoxStream<'static, Event>,
    pulses: BoxStream<'static, Event>,
) -> impl futures::Stream<Item = Event> {
    let pulses = pulses.map(Some).chain(stream::once(async { None }));
    stream::select(states.map(Some), pulses)
        .take_while(|event| std::future::ready(event.is_some()))
        .filter_map(|event| async move { event })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn something_is_said_every_so_often_although_nothing_happens() {
        let every = Duration::from_millis(20);
        let start = std::time::Instant::now();
        let pulses = pulses(every).map(|()| Event::default()).boxed();
        let events = stream_until_either_ends(stream::pending().boxed(), pulses);
        assert_eq!(events.take(3).count().await, 3);
        assert!(start.elapsed() >= 3 * every);
        assert!(3 * PULSE <= Duration::from_secs(45), "a browser takes 45 s of silence for a line that broke");
    }

    #[test]
    fn places_are_limited_in_all_and_by_address_and_come_back() {
        let streams = Arc::new(Streams::new(3, 2));
        let (one, two) = (IpAddr::from([203, 0, 113, 1]), IpAddr::from([203, 0, 113, 2]));
        let first = streams.take(one);
        let second = streams.take(one);
        assert!(first.is_some() && second.is_some() && streams.take(one).is_none(), "two from one address");
        let third = streams.take(two);
        assert!(third.is_some() && streams.take(two).is_none(), "three in all");
        drop(first);
        assert!(streams.take(two).is_some_and(|place| place.address == two));
        drop((second, third));
        assert_eq!((streams.open(), streams.by_address().len()), (0, 0));
    }
}
