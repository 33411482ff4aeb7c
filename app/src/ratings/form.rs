//! The stars under an article.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::{Score, Totals, Voted, thousands};
use crate::error::AppError;
use crate::forms::view::Summary;
use crate::forms::{RETURN_TO, Refusal};
use crate::live::ArticleState;
use leptos::prelude::*;
#[cfg(feature = "hydrate")]
use leptos::task::spawn_local;

/// Gives or changes this visitor's vote.
#[server(prefix = "/api", endpoint = "rate", output = server_fn::codec::Postcard)]
pub async fn rate(
    #[server(default)] article_id: String,
    #[server(default)] stars: String,
    #[server(default)] return_to: String,
) -> Result<Voted, AppError> {
    let article = crate::articles::parse_id(&article_id).ok_or(AppError::NotFound)?;
    let stars = super::parse_stars(&stars)?;
    let site = crate::site::site()?;
    let voter = crate::session::visitor_or_new()?;
    let suspicious = super::suspicion::of(&site, (voter.visitor, voter.known)).await?;
    let voted = super::store::rate(&site.pool, article, voter.visitor, stars, suspicious).await?;
    site.hub.changed(crate::live::hub::Change::Article(article));
    crate::forms::post::go_to(&return_to, "danh-gia");
    Ok(voted)
}

/// Takes this visitor's vote back.
#[server(prefix = "/api", endpoint = "withdraw", output = server_fn::codec::Postcard)]
pub async fn withdraw(
    #[server(default)] article_id: String,
    #[server(default)] return_to: String,
) -> Result<Voted, AppError> {
    let article = crate::articles::parse_id(&article_id).ok_or(AppError::NotFound)?;
    let site = crate::site::site()?;
    let voted = match crate::session::visitor()? {
        Some(visitor) => {
            site.limits.vote(&site, visitor, crate::session::address())?;
            let withdrawn = super::store::withdraw(&site.pool, article, visitor).await?;
            site.hub.changed(crate::live::hub::Change::Article(article));
            withdrawn
        }
        None => Voted { score: super::store::score(&site.pool, article).await?, mine: None, held: false },
    };
    crate::forms::post::go_to(&return_to, "danh-gia");
    Ok(voted)
}

/// Stars to press, the article's score, and this visitor's own vote.
#[component]
pub fn RatingForm(
    /// The article.
    article: i64,
    /// The page the form is on.
    return_to: String,
    /// The sums as the page came.
    score: Score,
    /// This visitor's vote as the page came.
    mine: Option<u8>,
    /// Whether it waits to be checked.
    mine_held: bool,
    /// The newest state from the stream.
    live: Signal<Option<ArticleState>>,
    /// What readers read while ratings are closed.
    closed: Signal<Option<String>>,
    /// What the page came back with, if this form was refused without script.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let voting = Voting {
        score: RwSignal::new(score),
        stored: RwSignal::new(mine),
        mine: RwSignal::new(mine),
        held: RwSignal::new(mine_held),
        error: RwSignal::new(refusal.as_ref().map(|refusal| refusal.error.clone())),
        said: RwSignal::new(String::new()),
        under_way: RwSignal::new(false),
    };
    let Voting { mine, held, error, said, .. } = voting;
    let totals = voting.totals();
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    Effect::new(move |_| {
        // while a vote is under way nobody can tell whether the news holds it already: its answer comes first
        if !voting.under_way.get()
            && let Some(score) = live.with(|live| live.as_ref().map(|state| state.rating))
            && score.revision > voting.score.get_untracked().revision
        {
            voting.score.set(score);
            said.set(score_words(score.totals));
        }
    });
    let chosen = Signal::derive(move || mine.get().unwrap_or(0).to_string());
    let no_vote = Signal::derive(move || mine.get().is_none());
    let figure = Signal::derive(move || totals.get().average().unwrap_or_else(|| "–".to_owned()));
    let score = Signal::derive(move || score_words(totals.get()));
    let sums = Signal::derive(move || {
        let Totals { points, ratings } = totals.get();
        format!("Tổng số điểm của bài viết là: {} trong {} đánh giá", thousands(points), thousands(ratings))
    });
    let own = Signal::derive(move || {
        let checked = if held.get() { " Đánh giá đang được kiểm tra." } else { "" };
        mine.get().map_or_else(|| "Bạn chưa đánh giá.".to_owned(), |stars| format!("Bạn đã cho {stars} sao.{checked}"))
    });
    let star = move |stars: u8| {
        // the summary's link leads to the first
        let id = if stars == 1 { "sao-stars".to_owned() } else { format!("sao-{stars}") };
        let checked = Signal::derive(move || mine.get() == Some(stars));
        view! {
            <label class="star">
                <input type="radio" name="stars" id=id value=stars checked=checked.get_untracked() prop:checked=checked on:change=move |event| voting.change(event)/>
                <span aria-hidden="true">"★"</span>
                <span class="visually-hidden">{format!("{stars} sao")}</span>
            </label>
        }
    };
    view! {
        <section class="card rating" id="danh-gia" aria-label="Đánh giá bài viết">
            <Summary error prefix="sao-" arrived=refusal.is_some()/>
            <form action="/api/rate" method="post" on:submit=move |event| voting.submit(event)>
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
                        <p class="quiet">{sums}</p>
                    </div>
                </div>
                <div class="rating-actions">
                    <p class="quiet own-vote">{own}</p>
                    <button class="link-button" formaction="/api/withdraw" class:absent=no_vote disabled=no_vote>"Rút lại đánh giá"</button>
                    <button class="button secondary" class:absent=scripted disabled=move || scripted.get() || closed.with(Option::is_some)>"Gửi đánh giá"</button>
                </div>
            </form>
            <p class="visually-hidden" role="status">{said}</p>
        </section>
    }
}

/// `Xếp hạng: 4.7 - 26 phiếu bầu`
fn score_words(totals: Totals) -> String {
    match totals.average() {
        Some(average) => format!("Xếp hạng: {average} - {} phiếu bầu", thousands(totals.ratings)),
        None => "Chưa có đánh giá".to_owned(),
    }
}

/// Sends votes: shown at once, taken back with words if they are refused. One is under way at a time; of those that
/// are given meanwhile only the last is sent, so that moving over the stars with the arrow keys is one vote.
#[derive(Clone, Copy)]
struct Voting {
    /// The newest sums that the server told; they hold `stored`.
    score: RwSignal<Score>,
    /// The vote that the server holds.
    stored: RwSignal<Option<u8>>,
    /// The vote that is shown.
    mine: RwSignal<Option<u8>>,
    /// Whether the vote that the server holds waits to be checked; then it moves no sums.
    held: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    said: RwSignal<String>,
    under_way: RwSignal<bool>,
}

impl Voting {
    /// The sums to show: the server's, with the vote that is on its way.
    fn totals(self) -> Memo<Totals> {
        Memo::new(move |_| {
            let totals = self.score.get().totals;
            if self.held.get() { totals } else { totals.moved(self.stored.get(), self.mine.get()) }
        })
    }
}

#[cfg(not(feature = "hydrate"))]
impl Voting {
    fn submit(self, _event: leptos::ev::SubmitEvent) {}
    fn change(self, _event: leptos::ev::Event) {}
}

#[cfg(feature = "hydrate")]
impl Voting {
    /// A button was pressed: with script it can only be the one that takes the vote back.
    fn submit(self, event: leptos::ev::SubmitEvent) {
        use leptos::wasm_bindgen::JsCast;
        event.prevent_default();
        if let Some(form) = event.target().and_then(|target| target.dyn_into().ok()) {
            self.give(form, None);
        }
    }

    /// A star was chosen.
    fn change(self, event: leptos::ev::Event) {
        let input: web_sys::HtmlInputElement = event_target(&event);
        if let (Ok(stars), Some(form)) = (input.value().parse(), input.form()) {
            self.give(form, Some(stars));
        }
    }

    fn give(self, form: web_sys::HtmlFormElement, vote: Option<u8>) {
        self.mine.set(vote);
        if !self.under_way.get_untracked() {
            self.under_way.set(true);
            spawn_local(self.send(form));
        }
    }

    async fn send(self, form: web_sys::HtmlFormElement) {
        loop {
            let wanted = self.mine.get_untracked();
            let address = if wanted.is_some() { "/api/rate" } else { "/api/withdraw" };
            // the form's own radios are what was chosen last, so what is sent is what is shown
            let answer = crate::forms::send::send_to::<Voted>(address, &form, None).await;
            // the page may be gone by now
            let Some(mine) = self.mine.try_get_untracked() else { return };
            match answer {
                Ok(voted) => {
                    self.score.set(voted.score);
                    self.stored.set(voted.mine);
                    self.held.set(voted.held);
                    self.error.set(None);
                    if mine != wanted {
                        continue;
                    }
                    self.mine.set(voted.mine);
                    let done = if voted.held {
                        "Đánh giá của bạn đang được kiểm tra."
                    } else if voted.mine.is_some() {
                        "Đã ghi nhận đánh giá của bạn."
                    } else {
                        "Đã rút lại đánh giá."
                    };
                    self.said.set(format!("{done} {}", score_words(voted.score.totals)));
                }
                Err(error) => {
                    self.mine.set(self.stored.get_untracked());
                    self.error.set(Some(error));
                }
            }
            self.under_way.set(false);
            return;
        }
    }
}
