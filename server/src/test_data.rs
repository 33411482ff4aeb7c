//! Creates data for the browser tests through the stores.

use app::base::keys::{Key, hash_token, random_token};
use app::features::accounts::store::find_account;
use app::features::articles::store::lists::list_titles;
use app::features::articles::store::{NewArticle, find_public_path, insert_article};
use app::features::articles::{ArticleState, parse_slug_id};
use app::features::audit::Actor;
use app::features::closures::store::reopen;
use app::features::comments::store::carried::carry_over_comment;
use app::features::comments::store::decide::{decide_comment, decide_comments};
use app::features::comments::store::insert_comment;
use app::features::comments::store::own::{correct_comment, find_own_comment, withdraw_comment};
use app::features::comments::{Consent, Decision, Draft, Screening, Writer};
use app::features::moderation::queue_query::{QueueQuery, Tab};
use app::features::moderation::store::queue::list_versions;
use app::features::ratings::store::upsert_vote;
use app::features::ratings::{Totals, VoteState};
use app::features::rules::Reason;
use app::web::visitor::Visitor;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::error::Error;
use time::OffsetDateTime;

/// The environment variable that permits test data.
const PERMISSION: &str = "LOA_TEST_DATA";

/// A request of a test, one JSON object.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
enum Request {
    /// Creates a public article with ratings that were carried over.
    MakeArticle { title: String, slug: String, published: i64, points: i64, ratings: i64 },
    /// Finds a public article by its title.
    FindArticle { title: String },
    /// Creates comments, each of another writer.
    MakeComments { article: i64, comments: Vec<NewComment> },
    /// Corrects a comment as its writer does.
    CorrectComment { link: String, body: String },
    /// Withdraws a comment as its writer does.
    WithdrawComment { link: String },
    /// Sets the age of a comment.
    AgeComment { comment: i64, minutes: i32 },
    /// Rejects every pending and blocked comment.
    EmptyQueue,
    /// Creates votes, each of another visitor.
    MakeVotes { article: i64, stars: Vec<u8>, suspicious: bool },
    /// Reopens an article's comments and ratings.
    ReopenArticle { article: i64 },
    /// Expires the sessions of an account.
    ExpireSessions { username: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewComment {
    name: String,
    body: String,
    parent: Option<i64>,
    #[serde(default)]
    pending: bool,
    #[serde(default)]
    reasons: Vec<Reason>,
}

/// Refuses to create test data in a site that is not for tests.
pub fn check_permission() -> Result<(), String> {
    match std::env::var(PERMISSION).as_deref() {
        Ok("1") => Ok(()),
        _ => Err(format!("test data is created only in a site for tests, which sets {PERMISSION}=1")),
    }
}

/// Runs the request on standard input and prints the created data as JSON.
pub async fn run_test_data_command(pool: &PgPool, key: &Key) -> Result<(), Box<dyn Error>> {
    check_permission()?;
    let request = serde_json::from_reader(std::io::stdin().lock())?;
    println!("{}", run_request(pool, Actor::command_line(key), request).await?);
    Ok(())
}

async fn run_request(pool: &PgPool, actor: Actor<'_>, request: Request) -> Result<Value, Box<dyn Error>> {
    match request {
        Request::MakeArticle { title, slug, published, points, ratings } => {
            let new = NewArticle {
                state: ArticleState::Published,
                slug: &slug,
                title: &title,
                category: "Tin thử",
                lead: "Mở đầu của bài thử.",
                body: &format!("<p>{}</p>", "Nội dung bài thử. ".repeat(40)),
                author: "Quỳnh Yên",
                picture: None,
                caption: "",
                published_at: Some(OffsetDateTime::from_unix_timestamp(published)?),
                ends_at: None,
                carried_views: 183,
                carried: Totals { points, ratings },
            };
            let mut tx = pool.begin().await?;
            let id = insert_article(&mut tx, &new).await?;
            tx.commit().await?;
            return Ok(json!({ "id": id, "slug": slug }));
        }
        Request::FindArticle { title } => {
            let titles = list_titles(pool, None).await?;
            let (id, _) = titles.into_iter().find(|(_, other)| *other == title).ok_or("there is no such article")?;
            let path = find_public_path(pool, id).await?.ok_or("the public does not see it")?;
            let slug = path.rsplit('/').next().and_then(parse_slug_id).map(|(slug, _)| slug);
            return Ok(json!({ "id": id, "slug": slug }));
        }
        Request::MakeComments { article, comments } => {
            let mut created = Vec::new();
            for comment in comments {
                created.push(create_comment(pool, actor, article, comment).await?);
            }
            return Ok(Value::Array(created));
        }
        Request::CorrectComment { link, body } => {
            let link = hash_token(&link);
            let comment = find_own_comment(pool, &link).await?.ok_or("there is no such comment")?;
            let draft = Draft { name: comment.name, email: None, body };
            let corrected = correct_comment(pool, &link, comment.version, &draft, &Screening::default()).await?;
            corrected.map_err(|_| "somebody else changed the comment first")?;
        }
        Request::WithdrawComment { link } => {
            withdraw_comment(pool, &hash_token(&link)).await?;
        }
        Request::AgeComment { comment, minutes } => {
            sqlx::query!(
                "update comments set created_at = now() - make_interval(mins => $2) where id = $1",
                comment,
                minutes
            )
            .execute(pool)
            .await?;
        }
        Request::EmptyQueue => empty_queue(pool, actor).await?,
        Request::MakeVotes { article, stars, suspicious } => {
            let state = if suspicious { VoteState::Suspicious } else { VoteState::Counted };
            for stars in stars {
                upsert_vote(pool, article, Visitor(rand::random()), stars, state).await?;
            }
        }
        Request::ReopenArticle { article } => reopen(pool, actor, Some(article)).await?,
        Request::ExpireSessions { username } => {
            let account = find_account(pool, &username).await?.ok_or("there is no such account")?;
            sqlx::query!("update sessions set expires_at = now() where account_id = $1", account).execute(pool).await?;
        }
    }
    Ok(json!({}))
}

/// Creates a comment. A published one without reasons is carried over; any other is sent and decided like a reader's,
/// and the response has its writer's secret link.
async fn create_comment(
    pool: &PgPool,
    actor: Actor<'_>,
    article: i64,
    new: NewComment,
) -> Result<Value, Box<dyn Error>> {
    let draft = Draft { name: new.name, email: None, body: new.body };
    if !new.pending && new.reasons.is_empty() {
        let mut tx = pool.begin().await?;
        let id = carry_over_comment(&mut tx, article, new.parent, &draft, OffsetDateTime::now_utc()).await?;
        tx.commit().await?;
        return Ok(json!({ "id": id, "link": null }));
    }
    let link = random_token();
    let writer = Writer {
        visitor: Visitor(rand::random()),
        sender: None,
        token_hash: None,
        notify: false,
        link_salt: rand::random(),
        link_hash: hash_token(&link),
    };
    let consent = Consent { version: "test".to_owned(), text: "test".to_owned() };
    let screening = Screening { reasons: new.reasons, due_on: None };
    let id = insert_comment(pool, article, new.parent, writer, &draft, &consent, screening).await?.id;
    if !new.pending {
        let decided = decide_comment(pool, actor, (id, 1), Decision::Approve, None).await?;
        decided.map_err(|_| "somebody else decided about the comment first")?;
    }
    Ok(json!({ "id": id, "link": link }))
}

async fn empty_queue(pool: &PgPool, actor: Actor<'_>) -> Result<(), Box<dyn Error>> {
    for tab in [Tab::Pending, Tab::Blocked] {
        loop {
            let pending = list_versions(pool, &QueueQuery::of_tab(tab), i64::MAX).await?;
            if pending.is_empty() {
                break;
            }
            let outcome = decide_comments(pool, actor, &pending, Decision::Reject, None).await?;
            if outcome.decided.is_empty() {
                return Err("the pending comments could not be rejected".into());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(request: &str) -> Result<Request, serde_json::Error> {
        serde_json::from_str(request)
    }

    #[test]
    fn requests_of_the_browser_tests_are_parsed() {
        assert!(matches!(read(r#"{"do": "empty-queue"}"#), Ok(Request::EmptyQueue)));
        let comments = r#"{"do": "make-comments", "article": 7, "comments": [
            {"name": "Lê Thảo", "body": "Gọi tôi số 0909 123 456.", "parent": null, "pending": true,
             "reasons": [{"kind": "personal", "at": {"start": 11, "end": 23}}]}]}"#;
        let Ok(Request::MakeComments { article: 7, comments }) = read(comments) else { panic!("is not read") };
        assert_eq!(comments[0].reasons, [Reason::Personal { at: 11..23 }]);
        assert!(comments[0].pending && comments[0].parent.is_none());
        assert!(read(r#"{"do": "make-votes", "article": 7, "stars": [5], "suspicious": true, "more": 1}"#).is_err());
        assert!(read(r#"{"do": "something-else"}"#).is_err());
    }
}
