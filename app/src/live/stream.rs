//! The browser's side of the stream: one connection for all tabs, passed on by the tab that leads.
//!
//! A browser gives one host six connections over HTTP/1.1. If each tab held a stream, the seventh would not even load.
//! So the tabs elect one (see [`super::leader`]); it opens a stream with the topics that all tabs want and passes
//! each message on over a `BroadcastChannel`. Messages between tabs are a letter, a bar and the rest.

use super::{MAX_TOPICS, Status, Topic, leader};
use crate::web::effects::on_window;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

const CHANNEL: &str = "loa-truc-tiep";
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// The pause before the first attempt to connect again; each further one is twice as long.
const MIN_RETRY_MS: f64 = 2_000.0;
const MAX_RETRY_MS: f64 = 60_000.0;
/// The pause after the server said that all streams are taken.
const BUSY_RETRY_MS: f64 = 30_000.0;
/// What the server sends where all streams are taken.
const BUSY: &str = "busy";
/// The server sends something every 8 s. A stream that is silent for longer is lost, and so is a tab that leads.
const MAX_SILENCE_MS: f64 = 20_000.0;
/// A stream that has not begun after this long is lost.
const MAX_CONNECTING_MS: f64 = 8_000.0;
/// The tabs that find their leader silent wait a little more, each for another time, so that one takes over.
const TAKE_OVER_SPREAD_MS: f64 = 3_000.0;

type Listener = Rc<dyn Fn(&str)>;

struct Client {
    tab: String,
    status: RwSignal<Status>,
    subscriptions: Vec<(u32, String, Listener)>,
    /// What this tab wants to hear of what the same person does in another.
    shared: Vec<(u32, String, Listener)>,
    next: u32,
    /// The topics that each other tab follows.
    others: Vec<(String, Vec<String>)>,
    /// Each topic's newest message.
    last: Vec<(String, String)>,
    channel: Option<BroadcastChannel>,
    leading: bool,
    source: Option<(String, Source)>,
    /// Handles what a stream sends.
    listener: Closure<dyn Fn(MessageEvent)>,
    /// Whether the stream that is open has sent anything.
    is_connected: bool,
    /// When the stream last sent something, or the tab that leads.
    last_message_at: f64,
    /// Attempts to connect that failed in a row, and when the next may follow.
    failures: i32,
    retry_at: f64,
}

thread_local! {
    static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
}

/// An open stream, which ends when it is dropped.
struct Source(EventSource);

impl Drop for Source {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.set_onerror(None);
        self.0.close();
    }
}

/// Ends a subscription when called.
pub struct Subscription(u32);

/// Starts the client; called once, before the first subscription.
pub fn start(status: RwSignal<Status>) {
    let channel = BroadcastChannel::new(CHANNEL).ok();
    if let Some(channel) = &channel {
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
            if let Some(message) = event.data().as_string() {
                receive(&message);
            }
        });
        channel.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    }
    let alone = channel.is_none();
    let tab = format!("{:x}", (js_sys::Math::random() * 1e15) as u64);
    let client = Client {
        tab: tab.clone(),
        status,
        subscriptions: Vec::new(),
        shared: Vec::new(),
        next: 0,
        others: Vec::new(),
        last: Vec::new(),
        channel,
        leading: alone,
        source: None,
        listener: Closure::new(|event: MessageEvent| receive_from_stream(&event)),
        is_connected: false,
        last_message_at: js_sys::Date::now(),
        failures: 0,
        retry_at: 0.0,
    };
    CLIENT.with(|cell| *cell.borrow_mut() = Some(client));
    if !alone {
        leader::elect(tab, lead);
    }
    set_interval(check_connection, CHECK_INTERVAL);
    on_window("pagehide", |_| {
        let tab = with_client(|client| {
            client.post(&format!("b|{}", client.tab));
            client.close();
            // without the others' channel there is nobody else to lead
            client.leading = client.channel.is_none();
            client.tab.clone()
        });
        if let Some(tab) = tab {
            leader::resign(&tab);
        }
    });
    on_window("offline", |_| {
        with_client(|client| client.update_status(false));
    });
    on_window("online", |_| {
        with_client(|client| {
            client.retry_at = 0.0;
            client.source = None;
            client.open();
        });
    });
    // the event belongs to the document and bubbles to the window
    on_window("visibilitychange", |_| {
        with_client(Client::announce);
    });
    on_window("pageshow", |event| {
        let event: web_sys::PageTransitionEvent = event.unchecked_into();
        if event.persisted() {
            with_client(|client| {
                // the silence was this page's own
                client.last_message_at = js_sys::Date::now();
                client.announce();
            });
            leader::return_to_election(lead);
        }
    });
}

/// Calls `on` with each state of the topic, as text, until the subscription is ended.
pub fn subscribe(topic: Topic, on: impl Fn(&str) + 'static) -> Subscription {
    let topic = topic.to_string();
    let id = with_client(|client| {
        client.next += 1;
        client.subscriptions.push((client.next, topic, Rc::new(on)));
        client.announce();
        client.next
    });
    Subscription(id.unwrap_or_default())
}

/// Tells this person's other tabs what was stored here, under a name that they listen for.
pub fn share(name: &str, value: &str) {
    with_client(|client| client.post(&format!("o|{name} {value}")));
}

/// Calls `on` with each value that another tab shares under this name, until the subscription is ended.
pub fn follow_shared(name: String, on: impl Fn(&str) + 'static) -> Subscription {
    let id = with_client(|client| {
        client.next += 1;
        client.shared.push((client.next, name, Rc::new(on)));
        client.next
    });
    Subscription(id.unwrap_or_default())
}

impl Subscription {
    /// Ends it. The stream closes when no tab follows anything.
    pub fn end(&self) {
        with_client(|client| {
            client.shared.retain(|(id, ..)| *id != self.0);
            let count = client.subscriptions.len();
            client.subscriptions.retain(|(id, ..)| *id != self.0);
            if client.subscriptions.len() != count {
                client.announce();
            }
        });
    }
}

fn find_listeners(subscriptions: &[(u32, String, Listener)], name: &str) -> Vec<Listener> {
    let found = subscriptions.iter().filter(|(_, known, _)| known == name);
    found.map(|(.., listener)| Rc::clone(listener)).collect()
}

/// Sets the value of a key; there are never more than a few.
fn set_entry<T>(list: &mut Vec<(String, T)>, key: &str, value: T) {
    list.retain(|(known, _)| known != key);
    list.push((key.to_owned(), value));
}

/// Runs `f` on the client. Listeners are never called from within, so they may subscribe and unsubscribe.
fn with_client<T>(f: impl FnOnce(&mut Client) -> T) -> Option<T> {
    CLIENT.with(|cell| cell.try_borrow_mut().ok()?.as_mut().map(f))
}

fn lead(leading: bool) {
    with_client(|client| {
        client.leading = leading;
        client.last_message_at = js_sys::Date::now();
        client.others.clear();
        if leading {
            client.post("q");
            client.open();
        } else {
            client.close();
        }
    });
}

/// Handles a message from another tab.
fn receive(message: &str) {
    let Some((kind, rest)) = message.split_once('|').or(Some((message, ""))) else { return };
    // the tab that leads is the only one that sends any of these
    if matches!(kind, "q" | "s" | "u" | "p") {
        with_client(|client| client.last_message_at = js_sys::Date::now());
    }
    match kind {
        "q" => {
            with_client(Client::announce);
        }
        "w" => {
            with_client(|client| client.record_topics(rest));
        }
        "b" => {
            with_client(|client| {
                client.others.retain(|(tab, _)| tab != rest);
                client.open();
            });
        }
        "s" => {
            with_client(|client| client.set_status(if rest == "1" { Status::Live } else { Status::Lost }));
        }
        "o" => {
            let Some((name, value)) = rest.split_once(' ') else { return };
            let listeners = with_client(|client| find_listeners(&client.shared, name));
            listeners.unwrap_or_default().iter().for_each(|listener| listener(value));
        }
        "u" => deliver(rest),
        _ => {}
    }
}

/// Hands a message, `topic state`, to this tab's listeners.
fn deliver(message: &str) {
    let Some((topic, state)) = message.split_once(' ') else { return };
    let listeners = with_client(|client| {
        set_entry(&mut client.last, topic, state.to_owned());
        find_listeners(&client.subscriptions, topic)
    });
    for listener in listeners.unwrap_or_default() {
        listener(state);
    }
}

/// Handles what a stream sent, or that it failed, where it is still the one that is open.
fn receive_from_stream(event: &MessageEvent) {
    let message = event.data().as_string();
    let is_heard = with_client(|client| {
        let target = event.target();
        let is_open = client
            .source
            .as_ref()
            .zip(target)
            .is_some_and(|((_, source), target)| js_sys::Object::is(&source.0, &target));
        if is_open {
            client.receive(message.as_deref());
        }
        is_open
    });
    if let (Some(true), Some(message)) = (is_heard, message) {
        deliver(&message);
    }
}

fn check_connection() {
    let take_over = with_client(|client| {
        let silence = js_sys::Date::now() - client.last_message_at;
        if client.leading {
            client.check_stream(silence);
            return None;
        }
        if silence <= MAX_SILENCE_MS || client.topics().is_empty() {
            return None;
        }
        client.set_status(Status::Lost);
        let is_my_turn = silence > MAX_SILENCE_MS + js_sys::Math::random() * TAKE_OVER_SPREAD_MS;
        if !is_my_turn {
            return None;
        }
        // the next attempt, should this one fail, is not made before another silence
        client.last_message_at = js_sys::Date::now();
        Some(client.tab.clone())
    });
    // outside of the borrow: this tab may lead at once
    if let Some(tab) = take_over.flatten() {
        leader::take_over(tab, lead);
    }
}

impl Client {
    /// Opens the stream again where it is lost.
    fn check_stream(&mut self, silence: f64) {
        let Some((_, source)) = &self.source else {
            // whether it is connected or not, this tab leads
            self.post("p");
            self.open();
            return;
        };
        let is_lost = match source.0.ready_state() {
            EventSource::OPEN => silence > MAX_SILENCE_MS,
            // the browser connects again by itself, every two seconds for ever
            EventSource::CONNECTING => self.is_connected || silence > MAX_CONNECTING_MS,
            _ => true,
        };
        if is_lost {
            self.lose(self.next_pause());
        }
    }

    /// Closes a stream that is lost; another attempt follows after the pause, a little sooner or later than others'.
    fn lose(&mut self, pause: f64) {
        self.source = None;
        self.failures += 1;
        self.retry_at = js_sys::Date::now() + pause * (0.75 + js_sys::Math::random() / 2.0);
        self.update_status(false);
    }

    fn next_pause(&self) -> f64 {
        (MIN_RETRY_MS * 2_f64.powi(self.failures.min(8))).min(MAX_RETRY_MS)
    }

    /// Handles a message of the stream, or an error where there is none.
    fn receive(&mut self, message: Option<&str>) {
        match message {
            Some(BUSY) => self.lose(BUSY_RETRY_MS),
            Some(message) => {
                self.last_message_at = js_sys::Date::now();
                self.failures = 0;
                self.is_connected = true;
                self.update_status(true);
                // a message without a state tells the other tabs at least that this one leads
                self.post(&if message.is_empty() { "p".to_owned() } else { format!("u|{message}") });
            }
            None => self.lose(self.next_pause()),
        }
    }

    fn post(&self, message: &str) {
        if let Some(channel) = &self.channel {
            // a closed channel has no receivers
            let _ = channel.post_message(&message.into());
        }
    }

    /// The topics that this tab follows; none while it is hidden.
    fn topics(&self) -> Vec<String> {
        if document().hidden() {
            return Vec::new();
        }
        let mut topics: Vec<_> = self.subscriptions.iter().map(|(_, topic, _)| topic.clone()).collect();
        topics.sort();
        topics.dedup();
        topics
    }

    /// Tells the leader which topics this tab follows; the leader adapts the stream.
    fn announce(&mut self) {
        self.post(&format!("w|{}|{}", self.tab, self.topics().join(",")));
        self.open();
        if self.leading {
            self.repeat(&self.topics());
        }
    }

    fn record_topics(&mut self, rest: &str) {
        let Some((tab, topics)) = rest.split_once('|') else { return };
        let topics: Vec<String> = topics.split(',').filter(|topic| !topic.is_empty()).map(str::to_owned).collect();
        set_entry(&mut self.others, tab, topics.clone());
        self.open();
        if self.leading {
            self.repeat(&topics);
            let live = self.status.get_untracked() == Status::Live;
            self.post(if live { "s|1" } else { "s|0" });
        }
    }

    /// Passes the newest known state of `topics` on, so that a tab that comes later starts with a snapshot as well.
    fn repeat(&self, topics: &[String]) {
        let known: Vec<_> = topics
            .iter()
            .filter_map(|topic| Some(format!("{topic} {}", self.last.iter().find(|(known, _)| known == topic)?.1)))
            .collect();
        for message in &known {
            self.post(&format!("u|{message}"));
        }
        // outside of this borrow: listeners may call the client
        spawn_local(async move { known.iter().for_each(|message| deliver(message)) });
    }

    /// Makes the stream carry exactly the topics of all tabs; there is no stream where there are none.
    fn open(&mut self) {
        if !self.leading {
            return;
        }
        let mut topics = self.topics();
        for topic in self.others.iter().flat_map(|(_, topics)| topics) {
            // the server takes no more; this tab's own come first
            if topics.len() < MAX_TOPICS && !topics.contains(topic) {
                topics.push(topic.clone());
            }
        }
        topics.sort();
        self.last.retain(|(topic, _)| topics.contains(topic));
        if topics.is_empty() {
            self.source = None;
            return;
        }
        let address = format!("{}?chu-de={}", crate::routes::STREAM.path, topics.join(","));
        if self.source.as_ref().is_some_and(|(open, _)| *open == address) {
            return;
        }
        self.source = None;
        if js_sys::Date::now() < self.retry_at {
            return;
        }
        let Ok(source) = EventSource::new(&address) else { return };
        self.last_message_at = js_sys::Date::now();
        self.is_connected = false;
        // an error has no data
        source.set_onmessage(Some(self.listener.as_ref().unchecked_ref()));
        source.set_onerror(Some(self.listener.as_ref().unchecked_ref()));
        self.source = Some((address, Source(source)));
    }

    fn close(&mut self) {
        self.source = None;
    }

    fn update_status(&mut self, live: bool) {
        let status = if live { Status::Live } else { Status::Lost };
        if self.status.get_untracked() != status {
            self.post(if live { "s|1" } else { "s|0" });
            self.set_status(status);
        }
    }

    fn set_status(&self, status: Status) {
        let signal = self.status;
        // effects of the signal may call this client
        spawn_local(async move {
            signal.try_set(status);
        });
    }
}
