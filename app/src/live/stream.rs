//! The browser's side of the stream: one connection for all tabs, passed on by the tab that leads.
//!
//! A browser gives one host six connections over HTTP/1.1. If each tab held a stream, the seventh would not even load.
//! So the tabs elect one (see [`super::leader`]); it opens a stream with the topics that all tabs want and passes
//! each message on over a `BroadcastChannel`. Notes between tabs are short lines: a letter, a bar, and the rest.

use super::{Status, Topic, leader};
use futures::StreamExt;
use gloo_net::eventsource::State;
use gloo_net::eventsource::futures::EventSource;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "loa-truc-tiep";
const TICK: Duration = Duration::from_secs(1);
/// The server says something every 15 s; three times that without a word is a dead line.
const SILENCE: f64 = 45_000.0;

type Listener = Rc<dyn Fn(&str)>;

struct Client {
    tab: String,
    status: RwSignal<Status>,
    wanted: Vec<(u32, String, Listener)>,
    next: u32,
    /// What each other tab wants.
    others: Vec<(String, Vec<String>)>,
    /// Each topic's newest message.
    last: Vec<(String, String)>,
    channel: Option<BroadcastChannel>,
    leading: bool,
    source: Option<(String, EventSource)>,
    heard_at: f64,
}

thread_local! {
    static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
}

/// Ends a subscription when called.
pub struct Subscription(u32);

/// Makes the client known; called once, before the first subscription.
pub fn start(status: RwSignal<Status>) {
    let channel = BroadcastChannel::new(CHANNEL).ok();
    if let Some(channel) = &channel {
        let on_note = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
            if let Some(note) = event.data().as_string() {
                hear(&note);
            }
        });
        channel.set_onmessage(Some(on_note.into_js_value().unchecked_ref()));
    }
    let alone = channel.is_none();
    let tab = format!("{:x}", (js_sys::Math::random() * 1e15) as u64);
    let client = Client {
        tab: tab.clone(),
        status,
        wanted: Vec::new(),
        next: 0,
        others: Vec::new(),
        last: Vec::new(),
        channel,
        leading: alone,
        source: None,
        heard_at: js_sys::Date::now(),
    };
    CLIENT.with(|cell| *cell.borrow_mut() = Some(client));
    if !alone {
        leader::elect(tab, lead);
    }
    set_interval(tick, TICK);
    window_event_listener_untyped("pagehide", |_| {
        with(|client| {
            client.say(&format!("b|{}", client.tab));
            client.close();
        });
    });
    // the document's own event, which bubbles to the window
    window_event_listener_untyped("visibilitychange", |_| {
        with(Client::announce);
    });
    window_event_listener_untyped("pageshow", |event| {
        let event: web_sys::PageTransitionEvent = event.unchecked_into();
        if event.persisted() {
            with(Client::announce);
        }
    });
}

/// Calls `on` with each state of the topic, as text, until the subscription is ended.
pub fn subscribe(topic: Topic, on: impl Fn(&str) + 'static) -> Subscription {
    let topic = topic.to_string();
    let id = with(|client| {
        client.next += 1;
        client.wanted.push((client.next, topic, Rc::new(on)));
        client.announce();
        client.next
    });
    Subscription(id.unwrap_or_default())
}

impl Subscription {
    /// Ends it; the stream closes when nobody wants it.
    pub fn end(&self) {
        with(|client| {
            client.wanted.retain(|(id, ..)| *id != self.0);
            client.announce();
        });
    }
}

/// Puts a value under a key: there are never more than a few.
fn put<T>(list: &mut Vec<(String, T)>, key: &str, value: T) {
    list.retain(|(known, _)| known != key);
    list.push((key.to_owned(), value));
}

/// Runs `f` on the client. Listeners are never called from within, so they may subscribe and unsubscribe.
fn with<T>(f: impl FnOnce(&mut Client) -> T) -> Option<T> {
    CLIENT.with(|cell| cell.try_borrow_mut().ok()?.as_mut().map(f))
}

fn lead(leading: bool) {
    with(|client| {
        client.leading = leading;
        client.others.clear();
        if leading {
            client.say("q");
            client.open();
        } else {
            client.close();
        }
    });
}

/// A note from another tab.
fn hear(note: &str) {
    let Some((kind, rest)) = note.split_once('|').or(Some((note, ""))) else { return };
    match kind {
        "q" => {
            with(Client::announce);
        }
        "w" => {
            with(|client| client.note_wants(rest));
        }
        "b" => {
            with(|client| {
                client.others.retain(|(tab, _)| tab != rest);
                client.open();
            });
        }
        "s" => {
            with(|client| client.set_status(if rest == "1" { Status::Live } else { Status::Lost }));
        }
        "u" => deliver(rest),
        _ => {}
    }
}

/// Hands a message, `topic state`, to this tab's listeners.
fn deliver(message: &str) {
    let Some((topic, state)) = message.split_once(' ') else { return };
    let listeners = with(|client| {
        put(&mut client.last, topic, state.to_owned());
        client.listeners(topic)
    });
    for listener in listeners.unwrap_or_default() {
        listener(state);
    }
}

fn tick() {
    with(|client| {
        if !client.leading {
            return;
        }
        let Some((_, source)) = &client.source else { return };
        let silent = js_sys::Date::now() - client.heard_at > SILENCE;
        let state = source.state();
        client.tell_status(state == State::Open && !silent);
        if silent || state == State::Closed {
            client.heard_at = js_sys::Date::now();
            client.source = None;
            client.open();
        }
    });
}

impl Client {
    fn say(&self, note: &str) {
        if let Some(channel) = &self.channel {
            // a channel that is closed has nobody to tell
            let _ = channel.post_message(&note.into());
        }
    }

    fn listeners(&self, topic: &str) -> Vec<Listener> {
        self.wanted.iter().filter(|(_, t, _)| t == topic).map(|(.., listener)| Rc::clone(listener)).collect()
    }

    /// What this tab wants; nothing while nobody can see it.
    fn topics(&self) -> Vec<String> {
        if document().hidden() {
            return Vec::new();
        }
        let mut topics: Vec<_> = self.wanted.iter().map(|(_, topic, _)| topic.clone()).collect();
        topics.sort();
        topics.dedup();
        topics
    }

    /// Tells the leader what this tab wants; a leader opens what is wanted.
    fn announce(&mut self) {
        self.say(&format!("w|{}|{}", self.tab, self.topics().join(",")));
        self.open();
        if self.leading {
            self.repeat(&self.topics());
        }
    }

    fn note_wants(&mut self, rest: &str) {
        let Some((tab, topics)) = rest.split_once('|') else { return };
        let topics: Vec<String> = topics.split(',').filter(|topic| !topic.is_empty()).map(str::to_owned).collect();
        put(&mut self.others, tab, topics.clone());
        self.open();
        if self.leading {
            self.repeat(&topics);
            let live = self.status.get_untracked() == Status::Live;
            self.say(if live { "s|1" } else { "s|0" });
        }
    }

    /// Passes the newest known state of `topics` on: a tab that comes later starts with a snapshot too.
    fn repeat(&self, topics: &[String]) {
        let known: Vec<_> = topics
            .iter()
            .filter_map(|topic| Some(format!("{topic} {}", self.last.iter().find(|(known, _)| known == topic)?.1)))
            .collect();
        for message in &known {
            self.say(&format!("u|{message}"));
        }
        // not from within this borrow: listeners may come back to us
        spawn_local(async move { known.iter().for_each(|message| deliver(message)) });
    }

    /// Makes the stream carry exactly what all tabs want; none when nothing is wanted.
    fn open(&mut self) {
        if !self.leading {
            return;
        }
        let mut topics = self.topics();
        topics.extend(self.others.iter().flat_map(|(_, topics)| topics).cloned());
        topics.sort();
        topics.dedup();
        self.last.retain(|(topic, _)| topics.contains(topic));
        if topics.is_empty() {
            self.source = None;
            return;
        }
        let address = format!("/truc-tiep?chu-de={}", topics.join(","));
        if self.source.as_ref().is_some_and(|(open, _)| *open == address) {
            return;
        }
        self.source = None;
        let Ok(mut source) = EventSource::new(&address) else { return };
        let Ok(messages) = source.subscribe("message") else { return };
        self.source = Some((address, source));
        self.heard_at = js_sys::Date::now();
        spawn_local(messages.for_each(|message| async move {
            // errors are passed over: EventSource reconnects by itself, and the tick sees a closed one
            if let Some(message) = message.ok().and_then(|(_, event)| event.data().as_string()) {
                with(|client| {
                    client.heard_at = js_sys::Date::now();
                    client.tell_status(true);
                    if !message.is_empty() {
                        client.say(&format!("u|{message}"));
                    }
                });
                deliver(&message);
            }
        }));
    }

    fn close(&mut self) {
        self.source = None;
    }

    fn tell_status(&mut self, live: bool) {
        let status = if live { Status::Live } else { Status::Lost };
        if self.status.get_untracked() != status {
            self.say(if live { "s|1" } else { "s|0" });
            self.set_status(status);
        }
    }

    fn set_status(&self, status: Status) {
        let signal = self.status;
        // effects of the signal may come back to this client
        spawn_local(async move {
            signal.try_set(status);
        });
    }
}
