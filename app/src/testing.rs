//! Helpers of the stores' tests.

use crate::base::error::AppError;
use crate::base::keys::{Key, hash_token};
use crate::features::articles::ArticleState;
use crate::features::articles::store::NewArticle;
use crate::features::audit::Actor;
use crate::features::comments::store::decide::{DecidedComment, decide_comment};
use crate::features::comments::store::inquiries::{InquiryFields, insert_inquiry};
use crate::features::comments::store::insert_comment;
use crate::features::comments::store::retention::Expiry;
use crate::features::comments::{Consent, Decision, Draft, LatestChange, Screening, Writer};
use crate::features::ratings::Totals;
use crate::web::permissions::Role;
use crate::web::staff::Staff;
use crate::web::store::sessions::find_active_staff;
use crate::web::visitor::Visitor;
use sqlx::PgPool;
use std::sync::LazyLock;
use time::OffsetDateTime;

static KEY: LazyLock<Key> = LazyLock::new(|| Key::new(1, [9; 32]));

/// The key of the audit record in tests.
pub fn key() -> &'static Key {
    &KEY
}

/// The actor of the command line.
pub fn actor() -> Actor<'static> {
    Actor::command_line(key())
}

pub fn actor_of(staff: &Staff) -> Actor<'static> {
    Actor { account: Some(staff.id), key: key() }
}

/// Inserts a moderator, without an entry in the audit record.
pub async fn insert_staff(pool: &PgPool, username: &str) -> Staff {
    insert_staff_with_role(pool, username, Role::Moderator).await
}

pub async fn insert_staff_with_role(pool: &PgPool, username: &str, role: Role) -> Staff {
    let id = sqlx::query_scalar!(
        "insert into accounts (username, display_name, role, password_hash) values ($1, $2, $3, '$no$hash')
         returning id",
        username,
        format!("Chị {username}"),
        role as _
    );
    let id = id.fetch_one(pool).await.expect("inserts an account");
    find_active_staff(pool, id).await.expect("reads").expect("is there")
}

/// A published article.
pub fn new_article(slug: &str) -> NewArticle<'_> {
    NewArticle {
        state: ArticleState::Published,
        slug,
        title: "Tiêu đề",
        category: "Tin",
        lead: "Đoạn đầu.",
        body: "<p>Nội dung.</p>",
        author: "Ban biên tập",
        picture: None,
        caption: "",
        published_at: Some(OffsetDateTime::now_utc() - time::Duration::minutes(1)),
        ends_at: None,
        carried_views: 183,
        carried: Totals::default(),
    }
}

pub async fn insert_article(pool: &PgPool, slug: &str) -> i64 {
    insert_rated_article(pool, slug, Totals::default()).await
}

pub async fn insert_rated_article(pool: &PgPool, slug: &str, carried: Totals) -> i64 {
    let mut db = pool.acquire().await.expect("connects");
    let new = NewArticle { carried, ..new_article(slug) };
    crate::features::articles::store::insert_article(&mut db, &new).await.expect("inserts an article")
}

/// The visitor with this byte, with a private link of its own for each text.
pub fn new_writer(visitor: u8) -> Writer {
    let link_salt: [u8; 16] = rand::random();
    Writer {
        visitor: Visitor([visitor; 32]),
        sender: None,
        token_hash: None,
        notify: false,
        link_salt,
        link_hash: hash_token(&format!("{link_salt:?}")),
    }
}

/// Sends an inquiry as the visitor with this byte.
pub async fn send_inquiry(pool: &PgPool, visitor: u8, body: &str) -> Result<i64, AppError> {
    let consent = Consent { version: "v".to_owned(), text: "Tôi đồng ý".to_owned() };
    let draft = Draft { name: "Trần Thị Bích".to_owned(), email: None, body: body.to_owned() };
    let (writer, fields) = (new_writer(visitor), InquiryFields::default());
    let stored = insert_inquiry(pool, writer, &draft, &fields, &consent, Screening::default()).await?;
    Ok(stored.id)
}

/// Sends a comment as the visitor with this byte.
pub async fn send_comment(
    pool: &PgPool,
    article: i64,
    parent: Option<i64>,
    visitor: u8,
    body: &str,
) -> Result<i64, AppError> {
    let consent = Consent { version: "v".to_owned(), text: "Tôi đồng ý".to_owned() };
    let writer = new_writer(visitor);
    let draft = Draft { name: "Trần Thị Bích".to_owned(), email: None, body: body.to_owned() };
    let stored = insert_comment(pool, article, parent, writer, &draft, &consent, Screening::default()).await?;
    Ok(stored.id)
}

/// Decides about a comment, seen as this version.
pub async fn decide_as(
    pool: &PgPool,
    staff: &Staff,
    comment: i64,
    version: i32,
    decision: Decision,
) -> Result<Result<(DecidedComment, OffsetDateTime), LatestChange>, AppError> {
    decide_comment(pool, actor_of(staff), (comment, version), decision, None).await
}

/// Lists the actions in the audit record, the first first.
pub async fn list_actions(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar!("select action from audit order by number").fetch_all(pool).await.expect("reads")
}

/// How many rows of comments, questions, votes and entries were read so far: by reading everything, and by indexes. The
/// pool has one connection, whose counts are complete when they are read.
pub async fn count_reads(pool: &PgPool) -> (i64, i64) {
    sqlx::query("select pg_stat_force_next_flush()").execute(pool).await.expect("flushes");
    sqlx::query("select 1").execute(pool).await.expect("ends the statement before");
    sqlx::query_as(
        "select sum(seq_tup_read)::bigint,
                (select sum(idx_tup_read)::bigint from pg_stat_user_indexes
                 where relname in ('comments', 'votes', 'audit', 'questions'))
         from pg_stat_user_tables where relname in ('comments', 'votes', 'audit', 'questions')",
    )
    .fetch_one(pool)
    .await
    .expect("reads")
}

/// What is kept until these moments; inquiries as long as comments.
pub fn expiry(published: OffsetDateTime, refused: OffsetDateTime) -> Expiry {
    Expiry { published, refused, inquiries: published }
}
