//! What stands around the demo's articles: pages, documents with opinions on a draft, dates, the menu, a series. Days
//! are counted from the day on which the demo is loaded.

use super::{MODERATOR, WRITER};
use app::base::clock::{local_day, parse_field, start_of_day};
use app::features::accounts::store::find_account;
use app::features::articles::ArticleKind;
use app::features::audit::Actor;
use app::features::calendar::store::create_events;
use app::features::calendar::{EventKind, NewEvent};
use app::features::comments::Draft;
use app::features::comments::store::carried::carry_over_comment;
use app::features::comments::store::decide::answer_comment;
use app::features::documents::DocumentDetails;
use app::features::front::Arrangement;
use app::features::front::store::save_arrangement;
use app::features::menu::store::create_item;
use app::features::series::store::{change_series, create_series};
use app::features::taxonomy::store::ensure_category;
use app::features::writing::store::{ArticleChange, change_article, create_article};
use app::features::writing::{Content, Step};
use app::web::permissions::Role;
use app::web::staff::Staff;
use app::web::store::sessions::find_active_staff;
use serde::Deserialize;
use sqlx::PgPool;
use std::collections::HashMap;
use std::error::Error;
use time::{Date, Duration, OffsetDateTime};

const SITE: &str = include_str!("../../demo/site.toml");
/// Weeks for which a weekly date is entered.
const WEEKS: i64 = 9;

#[derive(Deserialize)]
struct DemoSite {
    page: Vec<DemoPage>,
    document: Vec<DemoDocument>,
    event: Vec<DemoEvent>,
    menu: Vec<DemoItem>,
    series: DemoSeries,
}

#[derive(Deserialize)]
struct DemoPage {
    title: String,
    body: String,
}

#[derive(Deserialize)]
struct DemoDocument {
    title: String,
    number: String,
    kind: String,
    issuer: String,
    signer: String,
    body: String,
    /// Days ago.
    issued: i64,
    /// Days for which it is in force; without an end where there are none.
    in_force_days: Option<i64>,
    /// The number of the one that it replaces.
    replaces: Option<String>,
    /// Days for which opinions are still taken.
    opinion_days: Option<i64>,
    #[serde(default)]
    opinion: Vec<DemoOpinion>,
}

#[derive(Deserialize)]
struct DemoOpinion {
    name: String,
    body: String,
    answer: Option<String>,
}

#[derive(Deserialize)]
struct DemoEvent {
    kind: String,
    title: String,
    place: String,
    note: String,
    /// Every week on this day, Monday being the first.
    weekday: Option<u8>,
    in_days: Option<i64>,
    from: String,
    until: String,
}

#[derive(Deserialize)]
struct DemoItem {
    label: String,
    target: String,
    under: Option<String>,
}

#[derive(Deserialize)]
struct DemoSeries {
    name: String,
    description: String,
    /// The readable parts of its articles' addresses.
    articles: Vec<String>,
}

/// Loads everything.
pub(super) async fn load(pool: &PgPool, actor: Actor<'_>) -> Result<(), Box<dyn Error>> {
    let site: DemoSite = toml::from_str(SITE)?;
    let writer = find_staff(pool, WRITER).await?;
    let chief = Staff { role: Role::Administrator, ..writer };
    let by_chief = Actor { account: Some(chief.id), ..actor };
    for page in site.page {
        let content = Content { title: page.title, body: page.body, ..Content::default() };
        publish(pool, by_chief, &chief, ArticleKind::Page, content).await?;
    }
    load_documents(pool, by_chief, &chief, site.document).await?;
    load_events(pool, by_chief, &site.event).await?;
    let mut items: HashMap<String, i64> = HashMap::new();
    for item in site.menu {
        let parent = item.under.and_then(|under| items.get(&under).copied());
        let id = create_item(pool, actor, (&item.label, &item.target), parent).await?;
        items.insert(item.label, id);
    }
    let articles = sqlx::query_scalar!(
        "select a.id from unnest($1::text[]) with ordinality named (slug, place) join articles a on a.slug = named.slug
         order by place",
        &site.series.articles
    );
    let articles = articles.fetch_all(pool).await?;
    let series = create_series(pool, by_chief, &site.series.name).await?;
    let named = (site.series.name.as_str(), site.series.description.as_str());
    // made a line above: nobody can have changed it
    let _ = change_series(pool, by_chief, (series, 0), named, &articles).await?;
    let notices = ensure_category(&mut *pool.acquire().await?, "Khu phố").await?;
    save_arrangement(pool, by_chief, &Arrangement { notices: Some(notices), ..Arrangement::default() }).await?;
    Ok(())
}

async fn find_staff(pool: &PgPool, username: &str) -> Result<Staff, Box<dyn Error>> {
    let account = find_account(pool, username).await?.ok_or("the demo's staff is incomplete")?;
    Ok(find_active_staff(pool, account).await?.ok_or("an account of the demo's staff is disabled")?)
}

async fn publish(
    pool: &PgPool,
    actor: Actor<'_>,
    staff: &Staff,
    kind: ArticleKind,
    content: Content,
) -> Result<i64, Box<dyn Error>> {
    let id = create_article(pool, actor, kind, &content.cleaned()).await?;
    let change = ArticleChange { seen: 1, step: Some(Step::Publish), ..ArticleChange::default() };
    change_article(pool, actor, staff, id, &change).await?.map_err(|_| "it was changed while it was loaded")?;
    Ok(id)
}

async fn load_documents(
    pool: &PgPool,
    actor: Actor<'_>,
    staff: &Staff,
    documents: Vec<DemoDocument>,
) -> Result<(), Box<dyn Error>> {
    let moderator = find_staff(pool, MODERATOR).await?;
    let now = OffsetDateTime::now_utc();
    let mut numbers: HashMap<String, i64> = HashMap::new();
    for document in documents {
        let issuer = document.issuer.clone();
        let issued_on = local_day(now - Duration::days(document.issued));
        let details = DocumentDetails {
            number: document.number.clone(),
            kind: document.kind,
            issuer: document.issuer,
            signer: document.signer,
            issued_on: document.opinion_days.is_none().then_some(issued_on),
            in_force_from: document.opinion_days.is_none().then_some(issued_on),
            in_force_until: document.in_force_days.map(|days| issued_on + Duration::days(days)),
            replaces: document.replaces.iter().filter_map(|number| numbers.get(number).copied()).collect(),
            opinions_until: document
                .opinion_days
                .map(|days| start_of_day(local_day(now + Duration::days(days))) + Duration::hours(17)),
        };
        let content = Content {
            title: document.title,
            body: document.body,
            document: details,
            publish_at: Some(now - Duration::days(document.issued) - Duration::minutes(1)),
            ..Content::default()
        };
        let id = publish(pool, actor, staff, ArticleKind::Document, content).await?;
        numbers.insert(document.number, id);
        for opinion in document.opinion {
            let draft = Draft { name: opinion.name, email: None, body: opinion.body };
            let mut tx = pool.begin().await?;
            let comment = carry_over_comment(&mut tx, id, None, &draft, now - Duration::hours(20)).await?;
            tx.commit().await?;
            if let Some(answer) = opinion.answer {
                let by_moderator = Actor { account: Some(moderator.id), ..actor };
                // as it was carried over
                let answered = answer_comment(pool, by_moderator, (comment, 2), &issuer, &answer).await?;
                answered.map_err(|_| "an opinion was changed while it was loaded")?;
            }
        }
    }
    Ok(())
}

async fn load_events(pool: &PgPool, actor: Actor<'_>, events: &[DemoEvent]) -> Result<(), Box<dyn Error>> {
    let today = local_day(OffsetDateTime::now_utc());
    for event in events {
        let days: Vec<Date> = match (event.weekday, event.in_days) {
            (Some(weekday), _) => {
                let begin = today - Duration::days(14);
                let ahead = (i64::from(weekday) - i64::from(begin.weekday().number_from_monday())).rem_euclid(7);
                (0..WEEKS).map(|week| begin + Duration::days(ahead + 7 * week)).collect()
            }
            (None, days) => vec![today + Duration::days(days.unwrap_or_default())],
        };
        let at = |day: Date, hour: &str| parse_field(&format!("{day}T{hour}")).ok().flatten();
        let mut new = Vec::new();
        for day in days {
            new.push(NewEvent {
                kind: EventKind::parse(&event.kind).ok_or("a demo date is of no kind")?,
                title: &event.title,
                place: &event.place,
                note: &event.note,
                begins_at: at(day, &event.from).ok_or("a demo date begins at no time")?,
                ends_at: at(day, &event.until),
            });
        }
        create_events(pool, actor, &new).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::features::menu::is_good_target;

    #[test]
    fn what_stands_around_the_demo_is_complete_and_valid() {
        let site: DemoSite = toml::from_str(SITE).expect("is TOML");
        assert_eq!((site.page.len(), site.document.len()), (3, 6));
        let drafts: Vec<_> = site.document.iter().filter(|document| document.opinion_days.is_some()).collect();
        assert_eq!((drafts.len(), drafts[0].opinion.len()), (1, 2));
        for event in &site.event {
            assert!(EventKind::parse(&event.kind).is_some() && (event.weekday.is_some() || event.in_days.is_some()));
        }
        for item in &site.menu {
            assert!(is_good_target(&item.target), "{}", item.target);
            assert!(item.under.as_ref().is_none_or(|under| site.menu.iter().any(|other| other.label == *under)));
        }
        for document in &site.document {
            let numbers = site.document.iter().map(|other| &other.number);
            assert!(document.replaces.as_ref().is_none_or(|number| numbers.clone().any(|other| other == number)));
        }
    }
}
