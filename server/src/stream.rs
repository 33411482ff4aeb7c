//! `/truc-tiep`: server-sent events with the topics that the address names.

use app::live::Topic;
use app::session::staff_of;
use app::site::Site;
use axum::extract::{Request, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, BoxStream, StreamExt};
use std::convert::Infallible;
use std::time::Duration;
use tokio_stream::wrappers::{IntervalStream, WatchStream};

/// More topics than a browser's tabs show at once.
const MOST_TOPICS: usize = 64;
/// Something is said at least this often: an empty message, which the browser's script can see, unlike a comment.
const PULSE: Duration = Duration::from_secs(15);
const RETRY: Duration = Duration::from_secs(2);

/// Begins a stream: each topic's newest state at once, and every later one. Staff's topics only for staff, and only
/// for as long as they are signed in.
pub async fn stream(State(site): State<Site>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let is_staff = matches!(staff_of(&site, &parts).await, Ok(Some(_)));
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let asked: Vec<String> = form_urlencoded::parse(query)
        .filter(|(name, _)| name == "chu-de")
        .map(|(_, topics)| topics.into_owned())
        .collect();
    let topics = asked.iter().flat_map(|topics| topics.split(',')).filter_map(Topic::parse);
    let topics = topics.filter(|topic| is_staff || *topic != Topic::Desk);
    let topics: Vec<Topic> = topics.take(MOST_TOPICS).collect();
    let watches_desk = topics.contains(&Topic::Desk);
    let states = stream::select_all(topics.into_iter().map(|topic| WatchStream::new(site.hub.follow(topic))));
    let states = states.filter_map(|message| async move { message }).map(|message| Event::default().data(&*message));
    let pulses = pulses(site.clone(), parts, watches_desk).map(|()| Event::default().data(""));
    let hello = stream::once(async { Event::default().retry(RETRY).data("") });
    let events = hello.chain(stream_until_either_ends(states.boxed(), pulses.boxed())).take_until(site.hub.closed());
    let mut response = Sse::new(events.map(Ok::<_, Infallible>)).into_response();
    response.headers_mut().insert("cache-control", axum::http::HeaderValue::from_static("no-store"));
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    response
}

/// A pulse every so often; they end when staff who watch the desk may do so no longer.
fn pulses(site: Site, parts: axum::http::request::Parts, watches_desk: bool) -> impl futures::Stream<Item = ()> {
    let start = tokio::time::Instant::now() + PULSE;
    let ticks = IntervalStream::new(tokio::time::interval_at(start, PULSE));
    ticks.map(|_| ()).take_while(move |()| {
        let (site, parts) = (site.clone(), parts.clone());
        async move { !watches_desk || !matches!(staff_of(&site, &parts).await, Ok(None)) }
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
