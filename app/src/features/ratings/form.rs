//! The stars under an article.

use super::{Score, Totals, VoteAnswer};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::articles::ArticleUpdate;
use crate::routes;
use crate::web::effects::{effect, handler};
use crate::web::forms::view::Summary;
use crate::web::forms::{RETURN_TO, Refusal};
use leptos::prelude::*;

/// Stores or changes the visitor's vote.
#[server(prefix = "/api", endpoint = "rate", output = server_fn::codec::Postcard)]
pub async fn rate(
    #[server(default)] article_id: String,
    #[server(default)] stars: String,
    #[server(default)] return_to: String,
) -> Result<VoteAnswer, AppError> {
    use crate::live::hub::Change;
    let article = crate::base::id::parse_id(&article_id).ok_or(AppError::NotFound)?;
    let stars = super::parse_stars(&stars)?;
    let site = crate::web::site::current_site()?;
    let voter = crate::web::visitor::ensure_visitor()?;
    let state = super::suspicion::judge_vote(&site, article, (voter.visitor, voter.origin)).await?;
    let answer = super::store::upsert_vote(&site.pool, article, voter.visitor, stars, state).await?;
    site.hub.announce(Change::Article(article));
    crate::web::forms::post::redirect_to(&return_to, "danh-gia");
    Ok(answer)
}

/// Deletes the visitor's vote.
#[server(prefix = "/api", endpoint = "withdraw-vote", output = server_fn::codec::Postcard)]
pub async fn withdraw_vote(
    #[server(default)] article_id: String,
    #[server(default)] return_to: String,
) -> Result<VoteAnswer, AppError> {
    use super::store;
    use crate::live::hub::Change;
    use crate::web::visitor::{current_address, current_visitor};
    let article = crate::base::id::parse_id(&article_id).ok_or(AppError::NotFound)?;
    let site = crate::web::site::current_site()?;
    let answer = match current_visitor()? {
        Some(visitor) => {
            super::limits::take_vote(&site, visitor, current_address())?;
            let answer = store::delete_vote(&site.pool, article, visitor).await?;
            site.hub.announce(Change::Article(article));
            answer
        }
        None => {
            let score = store::find_score(&site.pool, article).await?;
            VoteAnswer { score, own: None, is_suspicious: false }
        }
    };
    crate::web::forms::post::redirect_to(&return_to, "danh-gia");
    Ok(answer)
}

/// The id of the form that withdraws the vote.
const WITHDRAW_FORM: &str = "rut-danh-gia";

/// The stars, the article's score, and the visitor's own vote. A press on a star is a vote at once. By keyboard the
/// arrows choose, so that one can look before one votes, and Enter, Space or the button gives.
#[component]
pub fn RatingForm(
    article: i64,
    /// The address of the page.
    return_to: String,
    /// The score as the page was rendered.
    score: Score,
    /// The visitor's vote as the page was rendered.
    own_vote: Option<u8>,
    /// Whether their vote is suspicious and does not count yet.
    is_suspicious: bool,
    /// The newest state from the stream.
    live: Signal<Option<ArticleUpdate>>,
    /// The sentence that readers see while ratings are closed.
    closed: Signal<Option<String>>,
    /// This form, if it was refused without script.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let return_path = return_to.clone();
    let voting = Voting {
        article,
        score: RwSignal::new(score),
        stored: RwSignal::new(own_vote),
        shown: RwSignal::new(own_vote),
        chosen: RwSignal::new(own_vote),
        is_suspicious: RwSignal::new(is_suspicious),
        error: RwSignal::new(refusal.as_ref().map(|refusal| refusal.error.clone())),
        announcement: RwSignal::new(String::new()),
        announced_at: StoredValue::new(0.0),
        is_sending: RwSignal::new(false),
    };
    let Voting { chosen, error, announcement, is_sending, .. } = voting;
    let totals = voting.totals();
    let is_hydrated = RwSignal::new(false);
    voting.start(own_vote, closed);
    effect(move || is_hydrated.set(true));
    effect(move || {
        // while a vote is being sent, nobody knows whether the new state contains it: its answer comes first
        if !is_sending.get()
            && let Some(score) = live.with(|live| live.as_ref().map(|state| state.score))
            && score.revision > voting.score.get_untracked().revision
        {
            voting.score.set(score);
            voting.announce_others();
        }
    });
    let data_value = Signal::derive(move || chosen.get().unwrap_or(0).to_string());
    let has_no_vote = Signal::derive(move || voting.shown.get().is_none());
    let is_given = Signal::derive(move || is_hydrated.get() && !voting.has_choice());
    let figure = Signal::derive(move || totals.get().average().unwrap_or_default());
    let score = Signal::derive(move || describe_score(totals.get()));
    let totals_line = Signal::derive(move || {
        let Totals { points, ratings } = totals.get();
        format!("Tổng số điểm của bài viết là: {} trong {} đánh giá", format_number(points), format_number(ratings))
    });
    let own = Signal::derive(move || voting.describe_own_vote());
    let busy = Signal::derive(move || is_sending.get().to_string());
    let is_open = Signal::derive(move || closed.with(Option::is_none));
    let is_closed = Signal::derive(move || closed.with(Option::is_some));
    let star = move |stars: u8| {
        // the summary links to the first
        let id = if stars == 1 { "sao-stars".to_owned() } else { format!("sao-{stars}") };
        let is_chosen = Signal::derive(move || chosen.get() == Some(stars));
        view! {
            <label class="star">
                <input
                    type="radio"
                    name="stars"
                    id=id
                    value=stars
                    checked=is_chosen.get_untracked()
                    prop:checked=is_chosen
                />
                <span aria-hidden="true"></span>
                <span class="visually-hidden">{format!("{stars} sao")}</span>
            </label>
        }
    };
    view! {
        <section class="card rating" id="danh-gia" aria-label="Đánh giá bài viết">
            <Summary error prefix="sao-" from_server=refusal.is_some()/>
            <p class="closed" role="status" hidden=is_open>{closed}</p>
            <form action=routes::RATE.path method="post" on:submit=handler(move |event| voting.submit(event))>
                <input type="hidden" name="article_id" value=article/>
                <input type="hidden" name=RETURN_TO value=return_to/>
                <fieldset class="stars-field" disabled=is_closed>
                    <legend>"Click để đánh giá bài viết"</legend>
                    <div class="stars" data-value=data_value>{(1..=5).map(star).collect_view()}</div>
                </fieldset>
                <button
                    class="button secondary give"
                    class:invisible=is_given
                    disabled=is_closed
                    aria-label="Gửi đánh giá"
                >
                    "Gửi"
                </button>
                <span class="score-figure" aria-hidden="true">{figure}</span>
                <div class="score">
                    <p class="score-line">{score}</p>
                    <p class="quiet totals-line">{totals_line}</p>
                </div>
                <div class="rating-actions">
                    <p class="quiet own-vote" aria-busy=busy>{own}</p>
                    <button class="link-button withdraw" form=WITHDRAW_FORM class:invisible=has_no_vote>
                        "Rút lại đánh giá"
                    </button>
                </div>
            </form>
            <WithdrawForm article return_to=return_path voting/>
            <p class="visually-hidden" role="status">{announcement}</p>
        </section>
    }
}

/// The form that withdraws the vote; its button stands among the stars. It is a form of its own, because Enter on a
/// star presses the first button of the stars' form.
#[component]
fn WithdrawForm(article: i64, return_to: String, voting: Voting) -> impl IntoView {
    view! {
        <form
            id=WITHDRAW_FORM
            action=routes::WITHDRAW_VOTE.path
            method="post"
            on:submit=handler(move |event| voting.withdraw(event))
        >
            <input type="hidden" name="article_id" value=article/>
            <input type="hidden" name=RETURN_TO value=return_to/>
        </form>
    }
}

/// `Xếp hạng: 4,7 - 26 phiếu bầu`
fn describe_score(totals: Totals) -> String {
    match totals.average() {
        Some(average) => format!("Xếp hạng: {average} - {} phiếu bầu", format_number(totals.ratings)),
        None => "Chưa có đánh giá".to_owned(),
    }
}

/// Sends votes. A vote is shown at once, as one that is on its way, and taken back with a message if it is refused. One
/// is sent at a time; of those given meanwhile only the last is sent.
#[derive(Clone, Copy)]
struct Voting {
    article: i64,
    /// The newest score of the server, which contains `stored`.
    score: RwSignal<Score>,
    /// The vote that the server has.
    stored: RwSignal<Option<u8>>,
    /// The vote that the page shows.
    shown: RwSignal<Option<u8>>,
    /// The star that is chosen, by keyboard maybe without having been given.
    chosen: RwSignal<Option<u8>>,
    /// Whether the server's vote is suspicious; then it changes no totals.
    is_suspicious: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    /// What screen readers say.
    announcement: RwSignal<String>,
    /// When they last said something, in milliseconds.
    announced_at: StoredValue<f64>,
    is_sending: RwSignal<bool>,
}

impl Voting {
    /// The totals to show: the server's, with the vote that is being sent.
    fn totals(self) -> Memo<Totals> {
        Memo::new(move |_| {
            let totals = self.score.get().totals;
            if self.is_suspicious.get() { totals } else { totals.with_vote(self.stored.get(), self.shown.get()) }
        })
    }

    /// Whether a star is chosen that was not given.
    fn has_choice(self) -> bool {
        self.chosen.get().is_some() && self.chosen.get() != self.shown.get()
    }

    fn describe_own_vote(self) -> String {
        let (shown, is_suspicious) = (self.shown.get(), self.is_suspicious.get());
        match (self.chosen.get(), shown) {
            _ if self.is_sending.get() => "Đang gửi đánh giá…".to_owned(),
            (Some(stars), _) if self.has_choice() => format!("Đã chọn {stars} sao, chưa gửi."),
            (_, Some(stars)) if is_suspicious => {
                format!("Ông/bà đã đánh giá {stars} sao, đang kiểm tra.")
            }
            (_, Some(stars)) => format!("Ông/bà đã đánh giá {stars} sao."),
            (_, None) => "Ông/bà chưa đánh giá.".to_owned(),
        }
    }
}

#[cfg(not(feature = "hydrate"))]
impl Voting {
    fn start(self, _own_vote: Option<u8>, _closed: Signal<Option<String>>) {
        let _ = (self.article, self.announced_at);
    }
    fn announce_others(self) {}
    fn submit(self, _event: leptos::ev::SubmitEvent) {}
    fn withdraw(self, _event: leptos::ev::SubmitEvent) {}
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{VoteAnswer, Voting, describe_score};
    use crate::live::stream::{follow_shared, share};
    use crate::routes;
    use crate::web::effects::{after, effect, on_window};
    use crate::web::page_script::focus_later;
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::JsCast;

    /// Screen readers hear of others' votes once in this time, in milliseconds.
    const ANNOUNCE_INTERVAL_MS: f64 = 30_000.0;

    impl Voting {
        /// Gives the vote that was pressed while the program was still being loaded, and follows what the same visitor
        /// does in another tab.
        pub(super) fn start(self, own_vote: Option<u8>, closed: Signal<Option<String>>) {
            effect(move || {
                // a star that is disabled loses the focus
                let focused = document().query_selector("#danh-gia :focus").ok().flatten();
                if closed.with(Option::is_some) && focused.is_some() {
                    focus_later("#danh-gia .closed");
                }
            });
            let early = crate::web::early_input::is_hydrating().then(find_chosen_star).flatten();
            if let Some((stars, was_pressed)) = early.filter(|(stars, _)| Some(*stars) != own_vote) {
                effect(move || {
                    self.chosen.set(Some(stars));
                    if was_pressed {
                        self.vote(Some(stars));
                    }
                });
            }
            let tabs = follow_shared(name(self.article), move |value| {
                let Some((stars, is_suspicious)) = value.split_once(' ') else { return };
                if self.is_sending.try_get_untracked() == Some(false) {
                    let vote = stars.parse().ok();
                    self.is_suspicious.set(is_suspicious == "true");
                    self.stored.set(vote);
                    self.show(vote);
                }
            });
            // a press gives at once; what the arrow keys do is a click without a press, and only chooses
            let clicks = on_window("click", move |event| {
                let is_press = event.dyn_ref::<web_sys::MouseEvent>().is_some_and(|event| event.detail() > 0);
                match find_star(&event) {
                    Some(stars) if is_press => self.vote(Some(stars)),
                    Some(stars) => self.chosen.set(Some(stars)),
                    None => {}
                }
            });
            let keys = on_window("keydown", move |event| {
                let key = event.dyn_ref::<web_sys::KeyboardEvent>().map(web_sys::KeyboardEvent::key);
                if let (Some(stars), Some("Enter" | " ")) = (find_star(&event), key.as_deref()) {
                    event.prevent_default();
                    self.vote(Some(stars));
                }
            });
            on_cleanup(move || {
                tabs.end();
                clicks.remove();
                keys.remove();
            });
        }

        /// Says the score that others changed, but not more often than somebody can listen to.
        pub(super) fn announce_others(self) {
            let now = js_sys::Date::now();
            let wait = self.announced_at.get_value() + ANNOUNCE_INTERVAL_MS - now;
            if wait <= 0.0 {
                self.announce(describe_score(self.score.get_untracked().totals));
                return;
            }
            let seen = self.announced_at.get_value();
            let say = move || {
                // whatever was said meanwhile contained it
                if self.announced_at.try_get_value() == Some(seen) {
                    self.announce(describe_score(self.score.get_untracked().totals));
                }
            };
            after(Duration::from_millis(wait as u64), say);
        }

        fn announce(self, message: String) {
            self.announced_at.set_value(js_sys::Date::now());
            self.announcement.set(message);
        }

        /// Gives what is chosen.
        pub(super) fn submit(self, event: leptos::ev::SubmitEvent) {
            event.prevent_default();
            let chosen = self.chosen.get_untracked();
            if chosen.is_some() {
                self.vote(chosen);
            }
        }

        /// The vote is withdrawn.
        pub(super) fn withdraw(self, event: leptos::ev::SubmitEvent) {
            event.prevent_default();
            if self.shown.get_untracked().is_some() {
                self.vote(None);
            }
        }

        /// Shows the vote that is stored. A star that was chosen meanwhile stays chosen.
        fn show(self, vote: Option<u8>) {
            if self.chosen.get_untracked() == self.shown.get_untracked() {
                self.chosen.set(vote);
            }
            self.shown.set(vote);
        }

        fn vote(self, vote: Option<u8>) {
            let Some(form) = find_form(routes::RATE.path) else { return };
            if vote == self.shown.get_untracked() {
                self.chosen.set(vote);
                return;
            }
            keep_focus(&form, vote);
            self.chosen.set(vote);
            self.shown.set(vote);
            self.error.set(None);
            if !self.is_sending.get_untracked() {
                self.is_sending.set(true);
                leptos::task::spawn_local(self.send());
            }
        }

        async fn send(self) {
            loop {
                let sent = self.shown.get_untracked();
                let route = if sent.is_some() { routes::RATE } else { routes::WITHDRAW_VOTE };
                let fields = format!("article_id={}&stars={}", self.article, sent.unwrap_or_default());
                let form = find_form(route.path);
                let answer = crate::web::forms::send::post::<VoteAnswer>(route.path, &fields, form.as_ref()).await;
                // the page may be gone by now
                let Some(shown) = self.shown.try_get_untracked() else { return };
                match answer {
                    Ok(answer) => {
                        self.score.set(answer.score);
                        self.stored.set(answer.own);
                        self.is_suspicious.set(answer.is_suspicious);
                        let stars = answer.own.map(|stars| stars.to_string()).unwrap_or_default();
                        share(&name(self.article), &format!("{stars} {}", answer.is_suspicious));
                        if shown != sent {
                            continue;
                        }
                        self.show(answer.own);
                        self.announce(describe_answer(answer));
                    }
                    Err(error) => {
                        self.show(self.stored.get_untracked());
                        self.error.set(Some(error));
                    }
                }
                self.is_sending.set(false);
                return;
            }
        }
    }

    /// The name under which tabs share votes about an article.
    fn name(article: i64) -> String {
        format!("danh-gia-{article}")
    }

    fn find_form(action: &str) -> Option<web_sys::HtmlFormElement> {
        let form = document().query_selector(&format!("form[action='{action}']")).ok().flatten();
        form.and_then(|form| form.dyn_into().ok())
    }

    /// The star that an event is about.
    fn find_star(event: &web_sys::Event) -> Option<u8> {
        let input = event.target()?.dyn_into::<web_sys::HtmlInputElement>().ok()?;
        (input.name() == "stars").then(|| input.value().parse().ok())?
    }

    /// The star that the page has chosen before it is hydrated, and whether it was pressed rather than reached by keys.
    fn find_chosen_star() -> Option<(u8, bool)> {
        let input = find_form(routes::RATE.path)?.query_selector("input[name=stars]:checked").ok().flatten()?;
        let stars = input.dyn_ref::<web_sys::HtmlInputElement>()?.value().parse().ok()?;
        Some((stars, input.has_attribute(crate::web::early_input::PRESSED)))
    }

    /// Moves the focus from a button that is about to be hidden to the star that is shown, or to the first.
    fn keep_focus(form: &web_sys::HtmlFormElement, vote: Option<u8>) {
        let on_button = form.query_selector("button:focus").ok().flatten().is_some();
        let star = form.query_selector(&format!("input[name=stars][value='{}']", vote.unwrap_or(1))).ok().flatten();
        if let Some(star) = star.filter(|_| on_button).and_then(|star| star.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = star.focus();
        }
    }

    fn describe_answer(answer: VoteAnswer) -> String {
        let outcome = match answer {
            VoteAnswer { is_suspicious: true, .. } => "Đánh giá của ông/bà đang được kiểm tra.",
            VoteAnswer { own: Some(_), .. } => "Đã ghi nhận đánh giá của ông/bà.",
            VoteAnswer { own: None, .. } => "Đã rút lại đánh giá.",
        };
        format!("{outcome} {}", describe_score(answer.score.totals))
    }
}
