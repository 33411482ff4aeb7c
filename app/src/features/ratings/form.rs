//! The stars under an article.

use super::{Score, Totals, VoteAnswer};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::articles::ArticleUpdate;
use crate::routes;
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

/// The stars, the article's score, and the visitor's own vote.
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
        score: RwSignal::new(score),
        stored: RwSignal::new(own_vote),
        shown: RwSignal::new(own_vote),
        is_suspicious: RwSignal::new(is_suspicious),
        error: RwSignal::new(refusal.as_ref().map(|refusal| refusal.error.clone())),
        announcement: RwSignal::new(String::new()),
        is_sending: RwSignal::new(false),
    };
    let Voting { shown, is_suspicious, error, announcement, .. } = voting;
    let totals = voting.totals();
    let is_hydrated = RwSignal::new(false);
    Effect::new(move |_| is_hydrated.set(true));
    Effect::new(move |_| {
        // while a vote is being sent, nobody knows whether the new state contains it: its answer comes first
        if !voting.is_sending.get()
            && let Some(score) = live.with(|live| live.as_ref().map(|state| state.score))
            && score.revision > voting.score.get_untracked().revision
        {
            voting.score.set(score);
            announcement.set(describe_score(score.totals));
        }
    });
    let chosen = Signal::derive(move || shown.get().unwrap_or(0).to_string());
    let has_no_vote = Signal::derive(move || shown.get().is_none());
    let figure = Signal::derive(move || totals.get().average().unwrap_or_else(|| "–".to_owned()));
    let score = Signal::derive(move || describe_score(totals.get()));
    let totals_line = Signal::derive(move || {
        let Totals { points, ratings } = totals.get();
        format!("Tổng số điểm của bài viết là: {} trong {} đánh giá", format_number(points), format_number(ratings))
    });
    let own = Signal::derive(move || {
        let suspicious = if is_suspicious.get() { " Đánh giá đang được kiểm tra." } else { "" };
        match shown.get() {
            Some(stars) => format!("Ông/bà đã đánh giá {stars} sao.{suspicious}"),
            None => "Ông/bà chưa đánh giá.".to_owned(),
        }
    });
    let star = move |stars: u8| {
        // the summary links to the first
        let id = if stars == 1 { "sao-stars".to_owned() } else { format!("sao-{stars}") };
        let is_chosen = Signal::derive(move || shown.get() == Some(stars));
        view! {
            <label class="star">
                <input
                    type="radio"
                    name="stars"
                    id=id
                    value=stars
                    checked=is_chosen.get_untracked()
                    prop:checked=is_chosen
                    on:change=move |event| voting.change(event)
                />
                <span aria-hidden="true">"★"</span>
                <span class="visually-hidden">{format!("{stars} sao")}</span>
            </label>
        }
    };
    view! {
        <section class="card rating" id="danh-gia" aria-label="Đánh giá bài viết">
            <Summary error prefix="sao-" from_server=refusal.is_some()/>
            <form action=routes::RATE.path method="post" on:submit=move |event| voting.submit(event)>
                <input type="hidden" name="article_id" value=article/>
                <input type="hidden" name=RETURN_TO value=return_to/>
                <p class="closed" role="status" hidden=move || closed.with(Option::is_none)>{closed}</p>
                <fieldset class="stars-field" disabled=move || closed.with(Option::is_some)>
                    <legend>"Click để đánh giá bài viết"</legend>
                    <div class="stars" data-value=chosen>{(1..=5).map(star).collect_view()}</div>
                </fieldset>
                <div class="score">
                    <span class="score-figure" aria-hidden="true">{figure}</span>
                    <div>
                        <p class="score-line">{score}</p>
                        <p class="quiet">{totals_line}</p>
                    </div>
                </div>
                <div class="rating-actions">
                    <p class="quiet own-vote">{own}</p>
                    <button
                        class="link-button"
                        form=WITHDRAW_FORM
                        class:invisible=has_no_vote
                        disabled=has_no_vote
                    >
                        "Rút lại đánh giá"
                    </button>
                    <button
                        class="button secondary"
                        class:invisible=is_hydrated
                        disabled=move || is_hydrated.get() || closed.with(Option::is_some)
                    >
                        "Gửi đánh giá"
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
            on:submit=move |event| voting.withdraw(event)
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

/// Sends votes. A vote is shown at once, and taken back with a message if it is refused. One is sent at a time; of
/// those given meanwhile only the last is sent, so that moving over the stars with the arrow keys is one vote.
#[derive(Clone, Copy)]
struct Voting {
    /// The newest score of the server, which contains `stored`.
    score: RwSignal<Score>,
    /// The vote that the server has.
    stored: RwSignal<Option<u8>>,
    /// The vote that the page shows.
    shown: RwSignal<Option<u8>>,
    /// Whether the server's vote is suspicious; then it changes no totals.
    is_suspicious: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    announcement: RwSignal<String>,
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
}

#[cfg(not(feature = "hydrate"))]
impl Voting {
    fn submit(self, _event: leptos::ev::SubmitEvent) {}
    fn withdraw(self, _event: leptos::ev::SubmitEvent) {}
    fn change(self, _event: leptos::ev::Event) {}
}

#[cfg(feature = "hydrate")]
impl Voting {
    /// With script a vote is sent when a star is chosen.
    fn submit(self, event: leptos::ev::SubmitEvent) {
        event.prevent_default();
    }

    /// The vote is withdrawn. The stars' form is sent, in case another star is chosen before the answer comes.
    fn withdraw(self, event: leptos::ev::SubmitEvent) {
        use leptos::wasm_bindgen::JsCast;
        event.prevent_default();
        let stars = format!("form[action='{}']", routes::RATE.path);
        let form = document().query_selector(&stars).ok().flatten();
        if let Some(form) = form.and_then(|form| form.dyn_into().ok()) {
            self.vote(form, None);
        }
    }

    /// A star was chosen.
    fn change(self, event: leptos::ev::Event) {
        let input: web_sys::HtmlInputElement = event_target(&event);
        if let (Ok(stars), Some(form)) = (input.value().parse(), input.form()) {
            self.vote(form, Some(stars));
        }
    }

    fn vote(self, form: web_sys::HtmlFormElement, vote: Option<u8>) {
        self.shown.set(vote);
        if !self.is_sending.get_untracked() {
            self.is_sending.set(true);
            leptos::task::spawn_local(self.send(form));
        }
    }

    async fn send(self, form: web_sys::HtmlFormElement) {
        loop {
            let sent = self.shown.get_untracked();
            let route = if sent.is_some() { routes::RATE } else { routes::WITHDRAW_VOTE };
            // the form's radios are what was chosen last, so what is sent is what is shown
            let answer = crate::web::forms::send::send_to::<VoteAnswer>(route.path, &form, None).await;
            // the page may be gone by now
            let Some(shown) = self.shown.try_get_untracked() else { return };
            match answer {
                Ok(answer) => {
                    self.score.set(answer.score);
                    self.stored.set(answer.own);
                    self.is_suspicious.set(answer.is_suspicious);
                    self.error.set(None);
                    if shown != sent {
                        continue;
                    }
                    self.shown.set(answer.own);
                    self.announcement.set(describe_answer(answer));
                }
                Err(error) => {
                    self.shown.set(self.stored.get_untracked());
                    self.error.set(Some(error));
                }
            }
            self.is_sending.set(false);
            return;
        }
    }
}

#[cfg(feature = "hydrate")]
fn describe_answer(answer: VoteAnswer) -> String {
    let outcome = match answer {
        VoteAnswer { is_suspicious: true, .. } => "Đánh giá của ông/bà đang được kiểm tra.",
        VoteAnswer { own: Some(_), .. } => "Đã ghi nhận đánh giá của ông/bà.",
        VoteAnswer { own: None, .. } => "Đã rút lại đánh giá.",
    };
    format!("{outcome} {}", describe_score(answer.score.totals))
}
