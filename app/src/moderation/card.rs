//! A comment on the desk, and the forms that decide about it.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::{Decision, DeskCard, Done, UNDO_SECONDS};
use crate::error::AppError;
use crate::forms::RETURN_TO;
use crate::forms::view::area;
use crate::live::Looking;
use leptos::prelude::*;

/// Decides about a comment as the version that the moderator saw.
#[server(prefix = "/api", endpoint = "decide", output = server_fn::codec::Postcard)]
pub async fn decide(
    #[server(default)] comment_id: String,
    #[server(default)] version: String,
    #[server(default)] decision: String,
    #[server(default)] note: String,
    #[server(default)] return_to: String,
) -> Result<Done, AppError> {
    use super::store::{self, Moderator};
    use crate::articles::parse_id;
    let staff = crate::session::staff().await?;
    let comment = parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let version = version.parse().map_err(|_| AppError::NotFound)?;
    let decision = Decision::parse(&decision).ok_or(AppError::NotFound)?;
    let note = super::parse_note(&note)?.filter(|_| decision.may_say_why());
    let site = crate::site::site()?;
    let by = Moderator { staff: &staff, key: &site.audit };
    let (article, done) = store::decide_one(&site.pool, by, (comment, version), decision, note.as_deref()).await?;
    site.hub.decided(&[article]);
    let on_desk = return_to.starts_with("/quan-tri");
    let back = if on_desk { crate::forms::with_parameter(&return_to, "xong", &comment_id) } else { return_to };
    crate::forms::post::go_to(&back, "ban-duyet");
    Ok(done)
}

/// Answers a comment in the body's name, published at once; a comment that waits is published with it.
#[server(prefix = "/api", endpoint = "answer", output = server_fn::codec::Postcard)]
pub async fn answer(
    #[server(default)] comment_id: String,
    #[server(default)] version: String,
    #[server(default)] body: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use super::store::{self, Moderator};
    use crate::articles::parse_id;
    let staff = crate::session::staff().await?;
    let comment = parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let version = version.parse().map_err(|_| AppError::NotFound)?;
    let site = crate::site::site()?;
    let name: String = site.settings().info.body.chars().take(60).collect();
    let draft = crate::comments::parse(&name, "", &body).map_err(AppError::Invalid)?;
    let by = Moderator { staff: &staff, key: &site.audit };
    let article = store::answer(&site.pool, by, (comment, version), &draft.name, &draft.body).await?;
    site.hub.decided(&[article]);
    crate::forms::post::go_to(&return_to, "ban-duyet");
    Ok(())
}

/// Sends all that waits of a comment's writer to a tab of its own, now and from now on; or lets them through again.
#[server(prefix = "/api", endpoint = "block-writer", output = server_fn::codec::Postcard)]
pub async fn block_writer(
    #[server(default)] comment_id: String,
    #[server(default)] blocked: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use super::store::{self, Moderator};
    use crate::articles::parse_id;
    let staff = crate::session::staff().await?;
    let comment = parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let site = crate::site::site()?;
    store::block(&site.pool, Moderator { staff: &staff, key: &site.audit }, comment, blocked == "1").await?;
    site.hub.decided(&[]);
    crate::forms::post::go_to(&return_to, "ban-duyet");
    Ok(())
}

/// Covers words of a comment for its readers, wherever they stand in it; without any, all is shown again.
#[server(prefix = "/api", endpoint = "cover", output = server_fn::codec::Postcard)]
pub async fn cover(
    #[server(default)] comment_id: String,
    #[server(default)] version: String,
    #[server(default)] words: String,
    #[server(default)] all: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use super::store::{self, Moderator};
    use crate::articles::parse_id;
    use crate::error::Rule;
    let staff = crate::session::staff().await?;
    let comment = parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let version = version.parse().map_err(|_| AppError::NotFound)?;
    let words = crate::text::line(&words);
    let words = match (all.as_str(), words.as_str()) {
        ("show", _) => None,
        (_, "") => return Err(AppError::rule(Rule::Cover)),
        (_, words) => Some(words),
    };
    let site = crate::site::site()?;
    let by = Moderator { staff: &staff, key: &site.audit };
    let article = store::cover(&site.pool, by, (comment, version), words).await?;
    site.hub.decided(&[article]);
    crate::forms::post::go_to(&return_to, &crate::comments::anchor(comment));
    Ok(())
}

/// What was typed about a comment into a form that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The comment.
    pub comment: i64,
    /// The field.
    pub field: &'static str,
    /// The words.
    pub words: String,
}

impl Shared {
    /// What was typed into a field about a comment.
    fn typed(&self, comment: i64, field: &str) -> Option<String> {
        self.typed.with_value(|typed| {
            typed
                .as_ref()
                .filter(|typed| typed.comment == comment && typed.field == field)
                .map(|typed| typed.words.clone())
        })
    }
}

/// What all cards of a page share.
#[derive(Clone, Copy)]
pub struct Shared {
    /// The page's path, to which forms without script come back.
    pub path: StoredValue<String>,
    /// What was typed about a comment into a form that came back.
    pub typed: StoredValue<Option<Typed>>,
    /// Seconds since the page came alive; undoing counts down by them.
    pub seconds: RwSignal<i32>,
    /// The comments that are selected.
    pub chosen: RwSignal<Vec<i64>>,
    /// Where the last decision can be undone: the id of its form.
    pub last: RwSignal<String>,
    /// Who else is at which comment.
    pub looking: Signal<Vec<Looking>>,
}

/// A decision that was made on a card here: the version it made, and when undoing it here ends, by the page's seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Made {
    version: i32,
    until: i32,
}

/// A comment in the queue.
#[component]
pub fn QueueCard(card: RwSignal<DeskCard>, made: RwSignal<Made>, shared: Shared) -> impl IntoView {
    let first = card.get_untracked();
    let id = first.id;
    let title = format!("the-{id}");
    let done = Callback::new(move |done: Done| settle(card, made, shared, done));
    // what somebody else decided since is not taken back here
    let undoing = Memo::new(move |_| {
        let made = made.get();
        made.until > shared.seconds.get() && card.with(|card| card.version == made.version)
    });
    let decisions = Memo::new(move |_| {
        if undoing.get() {
            return Vec::new();
        }
        let of = |decision: &Decision| {
            card.with(|card| {
                decision.from().contains(&card.state.as_str()) && (card.reported || *decision != Decision::Keep)
            })
        };
        Decision::ALL.into_iter().filter(of).collect::<Vec<_>>()
    });
    let waits = move || card.with(DeskCard::waits);
    let version = Memo::new(move |_| card.with(|card| card.version));
    let choose = move |_| {
        shared.chosen.update(|chosen| match chosen.iter().position(|known| *known == id) {
            Some(place) => drop(chosen.remove(place)),
            None => chosen.push(id),
        });
    };
    // who is at it, while it still matters
    let at = Memo::new(move |_| {
        let looking = shared.looking.get();
        let names: Vec<&str> = looking.iter().filter(|one| one.comment == id).map(|one| one.name.as_str()).collect();
        if names.is_empty() || undoing.get() {
            String::new()
        } else {
            format!("{} đang xem ý kiến này", names.join(", "))
        }
    });
    let label = format!("Chọn ý kiến của {}", first.name);
    view! {
        <li class="card queue-card" class:decided=move || !waits() && !card.with(|card| card.reported) id=format!("y-kien-{id}") tabindex="-1" aria-labelledby=title.clone()>
            <div class="queue-head">
                <label class="choose">
                    <input type="checkbox" form="nhieu" name="chosen[]" value=move || format!("{id}:{}", version.get()) aria-label=label
                        checked=shared.chosen.with_untracked(|chosen| chosen.contains(&id)) prop:checked=move || shared.chosen.with(|chosen| chosen.contains(&id)) on:change=choose/>
                </label>
                <div>
                    <p class="queue-article" id=title.clone()><a href=move || card.with(|card| card.path.clone())>{first.article}</a></p>
                    <p class="quiet queue-lead">{first.lead}</p>
                </div>
            </div>
            <p class="queue-writer">
                <strong>{first.name}</strong>
                " "
                <span class="quiet">{move || card.with(|card| card.earlier.clone())}</span>
                " "
                <span class="quiet"><time datetime=first.iso>{first.date}</time>{move || card.with(|card| card.waited.clone()).map(|waited| format!(" · {waited}"))}</span>
            </p>
            {first.parent.map(|parent| view! { <blockquote class="quiet parent"><span class="visually-hidden">"Trả lời ý kiến: "</span>{parent}</blockquote> })}
            <p class="held-for" hidden=move || card.with(|card| card.reasons.is_empty())>"Cần xem: "{move || card.with(|card| card.reasons.join(" · "))}</p>
            <ul class="held-for" hidden=move || card.with(|card| card.reports.is_empty())>{move || card.with(|card| card.reports.clone()).into_iter().map(|report| view! { <li>{report}</li> }).collect_view()}</ul>
            <p class="comment-body" inner_html=move || card.with(|card| card.html.clone())></p>
            <p class="looking" hidden=move || at.with(String::is_empty)>{at}</p>
            <p class="decision" role="status">
                {move || card.with(|card| card.decided.as_ref().map(crate::error::Decided::words))}
                {move || card.with(|card| card.note.clone()).map(|note| format!(" Lý do: {note}"))}
            </p>
            // a form is made anew only when it is another: what is being typed into it outlives all news of the card
            {move || undoing.get().then(|| {
                let label = Signal::derive(move || format!("Hoàn tác ({})", (made.get().until - shared.seconds.get()).max(0)));
                view! { <UndoForm id=format!("hoan-tac-{id}") comment=id version label shared done/> }
            })}
            {move || {
                let decisions = decisions.get();
                (!decisions.is_empty()).then(|| view! { <DecisionForm comment=id version decisions shared done/> })
            }}
            <More card version undoing shared done/>
        </li>
    }
}

/// What was decided, on the card; it can be undone here for a while. The page may be gone when the answer comes.
fn settle(card: RwSignal<DeskCard>, made: RwSignal<Made>, shared: Shared, done: Done) {
    let Done { id, version, undoable, .. } = done;
    card.try_update(|card| card.settle(done));
    #[cfg(feature = "hydrate")]
    super::drafts::forget(&id.to_string());
    shared.chosen.try_update(|chosen| chosen.retain(|known| *known != id));
    let now = shared.seconds.try_get_untracked().unwrap_or_default();
    made.try_set(if undoable { Made { version, until: now + UNDO_SECONDS } } else { Made::default() });
    shared.last.try_set(if undoable { format!("hoan-tac-{id}") } else { String::new() });
}

/// What one seldom needs: what was done before, and blocking the writer.
#[component]
fn More(
    card: RwSignal<DeskCard>,
    version: Memo<i32>,
    undoing: Memo<bool>,
    shared: Shared,
    done: Callback<Done>,
) -> impl IntoView {
    let id = card.with_untracked(|card| card.id);
    let history =
        move || card.with(|card| card.history.clone()).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let blocked = move || card.with(|card| card.writer_blocked);
    let waits = Memo::new(move |_| card.with(DeskCard::waits));
    let sent = move |_| {
        #[cfg(feature = "hydrate")]
        super::drafts::sent(&id.to_string());
    };
    let answerable = Memo::new(move |_| card.with(|card| card.waits() || card.state == "published"));
    let undoable = Memo::new(move |_| card.with(|card| card.undoable) && !undoing.get());
    // what is marked with finger or mouse is what one wants to cover; else what looks personal is offered
    let marked = RwSignal::new(shared.typed(id, "words").unwrap_or_default());
    let mark = move |_| {
        #[cfg(feature = "hydrate")]
        if let Some(words) = selected(id) {
            marked.set(words);
        }
    };
    let to_cover = move || match marked.get() {
        words if words.is_empty() => card.with(|card| card.personal.first().cloned().unwrap_or_default()),
        words => words,
    };
    view! {
        <details class="more">
            <summary on:pointerdown=mark>"Thêm"</summary>
            <ol class="history quiet">{history}</ol>
            {move || undoable.get().then(|| view! {
                <UndoForm id=format!("hoan-tac-sau-{id}") comment=id version label=Signal::stored("Hoàn tác quyết định gần nhất".to_owned()) shared done/>
            })}
            {move || answerable.get().then(|| {
                let label = move || if waits.get() { "Duyệt và trả lời" } else { "Đăng trả lời" };
                view! {
                    <form class="stack" method="post" action="/api/answer" on:submit=sent>
                        <input type="hidden" name="comment_id" value=id/>
                        <input type="hidden" name="version" value=version/>
                        <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
                        <label class="field">"Trả lời chính thức"<textarea name="body" rows="3" maxlength="3000" inner_html=area(&shared.typed(id, "body").unwrap_or_default())></textarea></label>
                        <button class="button secondary">{label}</button>
                    </form>
                }
            })}
            <form class="cover" method="post" action="/api/cover">
                <input type="hidden" name="comment_id" value=id/>
                <input type="hidden" name="version" value=version/>
                <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
                <label class="field">"Che thông tin cá nhân"<input type="text" name="words" maxlength="300" autocomplete="off" value=to_cover prop:value=to_cover/></label>
                <button class="button secondary">"Che"</button>
                <button class="link-button" name="all" value="show" hidden=move || !card.with(|card| card.covered)>"Bỏ che tất cả"</button>
                <p class="quiet hint">"Bôi đen đoạn cần che rồi mở mục này, hoặc chép vào ô. Bạn đọc sẽ thấy •••."</p>
            </form>
            <p><a class="link-button" href=format!("/quan-tri?muc=dong-mo&bai={}", card.with_untracked(|card| card.article_id))>"Đóng ý kiến của bài này"</a></p>
            <form method="post" action="/api/block-writer">
                <input type="hidden" name="comment_id" value=id/>
                <input type="hidden" name="blocked" value=move || if blocked() { "0" } else { "1" }/>
                <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
                <button class="link-button">{move || if blocked() { "Bỏ chặn người viết" } else { "Chặn người viết" }}</button>
                <p class="quiet hint">{move || if blocked() { "Các ý kiến đang chờ của người này trở lại mục Chờ duyệt." } else { "Ý kiến của người này sẽ vào mục Bị chặn, không mất." }}</p>
            </form>
        </details>
    }
}

/// What somebody has marked within a comment's words.
#[cfg(feature = "hydrate")]
fn selected(comment: i64) -> Option<String> {
    let selection = window().get_selection().ok().flatten()?;
    let words = String::from(selection.to_string());
    let words = words.trim();
    let within =
        document().get_element_by_id(&crate::comments::anchor(comment))?.query_selector(".comment-body").ok()??;
    let there = selection.anchor_node().is_some_and(|node| within.contains(Some(&node)));
    (there && !words.is_empty()).then(|| words.to_owned())
}

/// The button that takes a decision back.
#[component]
fn UndoForm(
    id: String,
    comment: i64,
    version: Memo<i32>,
    label: Signal<String>,
    shared: Shared,
    done: Callback<Done>,
) -> impl IntoView {
    let (error, busy, submit) = sending(done);
    view! {
        <form class="undo" id=id method="post" action="/api/decide" on:submit=submit>
            <input type="hidden" name="comment_id" value=comment/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <button class="button secondary" name="decision" value=Decision::Undo.value() disabled=move || busy.get()>{label}</button>
            <p class="field-error" role="alert">{move || error.get().map(|error| error.words_in_full())}</p>
        </form>
    }
}

/// The buttons that decide about a comment, with a reason where one is wanted.
#[component]
fn DecisionForm(
    comment: i64,
    version: Memo<i32>,
    decisions: Vec<Decision>,
    shared: Shared,
    done: Callback<Done>,
) -> impl IntoView {
    let (error, busy, submit) = sending(done);
    let return_to = shared.path.get_value();
    let typed = shared.typed(comment, "note");
    let why = if decisions.contains(&Decision::Remove) { "Lý do gỡ" } else { "Lý do nếu từ chối" };
    view! {
        <form class="decisions" method="post" action="/api/decide" on:submit=submit aria-busy=move || busy.get().to_string()>
            <input type="hidden" name="comment_id" value=comment/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=return_to/>
            {decisions
                .into_iter()
                .map(|decision| {
                    let class = if matches!(decision, Decision::Approve | Decision::Keep) { "button approve" } else { "button secondary" };
                    let key = match decision { Decision::Approve | Decision::Keep => Some("A"), Decision::Reject => Some("R"), _ => None };
                    view! { <button class=class name="decision" value=decision.value() disabled=move || busy.get()>{decision.label()}{key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}</button> }
                })
                .collect_view()}
            <label class="why"><span class="visually-hidden">{why}</span><input type="text" name="note" list="ly-do" maxlength="500" value=typed placeholder=format!("{why} (không bắt buộc)") autocomplete="off"/></label>
            <p class="field-error" role="alert">{move || error.get().map(|error| error.words_in_full())}</p>
        </form>
    }
}

/// What a form that decides needs: why it was refused, whether it is being sent, and what sends it.
fn sending(
    done: Callback<Done>,
) -> (RwSignal<Option<AppError>>, RwSignal<bool>, impl Fn(leptos::ev::SubmitEvent) + Copy + 'static) {
    let (error, busy) = (RwSignal::new(None::<AppError>), RwSignal::new(false));
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        send(event, error, busy, done);
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, done);
    };
    (error, busy, submit)
}

/// Sends a decision and tells how it went.
#[cfg(feature = "hydrate")]
fn send(event: leptos::ev::SubmitEvent, error: RwSignal<Option<AppError>>, busy: RwSignal<bool>, done: Callback<Done>) {
    use leptos::wasm_bindgen::JsCast;
    event.prevent_default();
    let button = event.submitter().and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(form) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else {
        return;
    };
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    leptos::task::spawn_local(async move {
        let answer = crate::forms::send::send::<Done>(&form, button.as_ref()).await;
        // news of it may have come first, and put another form in this one's place
        busy.try_set(false);
        match answer {
            Ok(answer) => done.run(answer),
            Err(refused) => drop(error.try_set(Some(refused))),
        }
    });
}
