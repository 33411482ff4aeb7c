//! The demo content: articles with pictures and comments, what stands around them, and staff to try the desk with.

mod site;

use app::base::error::AppError;
use app::base::format::NumberFormat;
use app::base::keys::{Key, random_token};
use app::features::accounts::password::hash_password;
use app::features::accounts::store::{find_account, insert_account, set_may_publish};
use app::features::articles::store::{NewArticle, insert_article};
use app::features::articles::{ArticleKind, ArticleState};
use app::features::audit::Actor;
use app::features::comments::Draft;
use app::features::comments::store::carried::carry_over_comment;
use app::features::media::files::{Focus, make_files};
use app::features::media::storage::Storage;
use app::features::media::store::{NewPicture, insert_picture};
use app::features::media::upload::put_files;
use app::features::ratings::Totals;
use app::features::settings::store::change_setting;
use app::features::statistics;
use app::features::taxonomy::store::{ensure_category, ensure_tags};
use app::features::writing::store::{ArticleChange, change_article, create_article};
use app::features::writing::{Content, Step};
use app::routes;
use app::web::permissions::Role;
use app::web::settings::NUMBER_FORMAT;
use app::web::staff::Staff;
use app::web::store::sessions::find_active_staff;
use serde::Deserialize;
use sqlx::{PgConnection, PgPool};
use std::error::Error;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

const ARTICLES: &str = include_str!("../demo/articles.toml");

/// The pictures, by the name that the articles give them.
const PICTURES: &[(&str, &[u8])] = &[
    ("hoi-nghi-dan-van", include_bytes!("../demo/pictures/hoi-nghi-dan-van.png")),
    ("tiem-phong-soi", include_bytes!("../demo/pictures/tiem-phong-soi.png")),
    ("cup-nuoc-khu-pho-3", include_bytes!("../demo/pictures/cup-nuoc-khu-pho-3.png")),
    ("hop-to-dan-cu", include_bytes!("../demo/pictures/hop-to-dan-cu.png")),
    ("nang-cap-hem-12", include_bytes!("../demo/pictures/nang-cap-hem-12.png")),
    ("hien-mau-tinh-nguyen", include_bytes!("../demo/pictures/hien-mau-tinh-nguyen.png")),
    ("don-kenh-trong-cay", include_bytes!("../demo/pictures/don-kenh-trong-cay.png")),
    ("ban-ho-tro-vneid", include_bytes!("../demo/pictures/ban-ho-tro-vneid.png")),
];

#[derive(Deserialize)]
struct DemoContent {
    article: Vec<DemoArticle>,
    draft: Vec<DemoDraft>,
}

#[derive(Deserialize)]
struct DemoDraft {
    title: String,
    category: String,
    lead: String,
    body: String,
    /// The step that it has taken; empty for a draft.
    step: String,
}

#[derive(Deserialize)]
struct DemoArticle {
    title: String,
    slug: String,
    category: String,
    #[serde(default)]
    tags: Vec<String>,
    published: String,
    author: String,
    lead: String,
    body: String,
    picture: String,
    picture_alt: String,
    picture_caption: String,
    carried_points: i64,
    carried_ratings: i64,
    carried_views: i64,
    #[serde(default)]
    comment: Vec<DemoComment>,
}

#[derive(Deserialize)]
struct DemoComment {
    name: String,
    body: String,
    /// Minutes after the article was published.
    minutes: i64,
    #[serde(default)]
    replies: Vec<DemoComment>,
}

/// Visits that the old site had counted.
const CARRIED_VISITS: &str = "194104";
/// The demo's staff: username, displayed name, role, and whether an editor may publish.
const STAFF: &[(&str, &str, Role, bool)] = &[
    ("lan", "Chị Lan", Role::Moderator, false),
    ("hoa", "Anh Hòa", Role::Editor, false),
    ("mai", "Chị Mai", Role::Editor, true),
    ("quantri", "Anh Minh", Role::Administrator, false),
];
/// The author of the demo's drafts.
const WRITER: &str = "hoa";
/// Who answers the demo's opinions.
const MODERATOR: &str = "lan";

/// The file that says how to sign in as the demo's staff.
pub fn sign_in_file(data_dir: &Path) -> PathBuf {
    data_dir.join("demo-sign-in.txt")
}

/// Loads the demo content. A site that has articles keeps them and gets only the staff.
pub async fn load_demo(pool: &PgPool, key: &Key, storage: &Storage, data_dir: &Path) -> Result<(), Box<dyn Error>> {
    let mut tx = pool.begin().await?;
    // of two programs that load at once the second waits, and finds the first one's articles
    sqlx::query!("lock table articles in exclusive mode").execute(&mut *tx).await?;
    let has_articles =
        sqlx::query_scalar!(r#"select exists (select from articles) as "exists!""#).fetch_one(&mut *tx).await?;
    if has_articles {
        tracing::info!("the site has articles, so the demo is not loaded");
    } else {
        tracing::info!("loading the demo content");
        let DemoContent { article, .. } = toml::from_str(ARTICLES)?;
        for article in article {
            insert_demo_article(&mut tx, storage, article).await?;
        }
    }
    tx.commit().await?;
    let actor = Actor::command_line(key);
    if !has_articles {
        change_setting(pool, actor, &statistics::CARRIED_VISITS, CARRIED_VISITS).await?;
        // the old site printed its numbers so
        change_setting(pool, actor, &NUMBER_FORMAT, NumberFormat::English.name()).await?;
    }
    insert_demo_staff(pool, actor, &sign_in_file(data_dir)).await?;
    if !has_articles {
        insert_demo_drafts(pool, key).await?;
        site::load(pool, actor).await?;
    }
    Ok(())
}

/// Inserts what is being written: a draft, an article in review, and one that is scheduled for tomorrow.
async fn insert_demo_drafts(pool: &PgPool, key: &Key) -> Result<(), Box<dyn Error>> {
    let DemoContent { draft: drafts, .. } = toml::from_str(ARTICLES)?;
    let staff = find_account(pool, WRITER).await?.ok_or("the demo has no writer")?;
    let staff = find_active_staff(pool, staff).await?.ok_or("the demo's writer is disabled")?;
    let chief = Staff { role: Role::Administrator, ..staff.clone() };
    let actor = Actor { account: Some(staff.id), key };
    for draft in drafts {
        let step = match draft.step.as_str() {
            "" => None,
            step => Some(Step::parse(step).ok_or("a demo draft names a step that does not exist")?),
        };
        let category = ensure_category(&mut *pool.acquire().await?, &draft.category).await?;
        let content = Content {
            title: draft.title,
            category: Some(category),
            lead: draft.lead,
            body: draft.body,
            author: staff.name.clone(),
            publish_at: (step == Some(Step::Schedule)).then(|| OffsetDateTime::now_utc() + Duration::days(1)),
            ..Content::default()
        };
        let id = create_article(pool, actor, ArticleKind::Article, &content.cleaned()).await?;
        let change = ArticleChange { seen: 1, step, ..ArticleChange::default() };
        if step.is_some() && change_article(pool, actor, &chief, id, &change).await?.is_err() {
            return Err("a demo draft was changed while it was loaded".into());
        }
    }
    Ok(())
}

async fn insert_demo_article(
    db: &mut PgConnection,
    storage: &Storage,
    article: DemoArticle,
) -> Result<(), Box<dyn Error>> {
    let picture = insert_demo_picture(db, storage, &article).await?;
    let published_at = OffsetDateTime::parse(&article.published, &Rfc3339)?;
    let new = NewArticle {
        state: ArticleState::Published,
        slug: &article.slug,
        title: &article.title,
        category: &article.category,
        lead: &article.lead,
        body: &article.body,
        author: &article.author,
        picture: Some(picture),
        caption: &article.picture_caption,
        published_at: Some(published_at),
        ends_at: None,
        carried_views: article.carried_views,
        carried: Totals { points: article.carried_points, ratings: article.carried_ratings },
    };
    let id = insert_article(db, &new).await?;
    insert_demo_tags(db, id, &article.tags).await?;
    for comment in article.comment {
        let parent = insert_demo_comment(db, id, None, &comment, published_at).await?;
        for reply in &comment.replies {
            insert_demo_comment(db, id, Some(parent), reply, published_at).await?;
        }
    }
    Ok(())
}

/// Tags an article, in its text as well, so that it keeps them when it is edited.
async fn insert_demo_tags(db: &mut PgConnection, article: i64, tags: &[String]) -> Result<(), Box<dyn Error>> {
    let ids = ensure_tags(&mut *db, tags).await?;
    sqlx::query!(
        "insert into article_tags (article_id, tag_id, position, published_at)
         select a.id, tag, place, a.published_at
         from unnest($2::bigint[]) with ordinality tagged (tag, place), articles a where a.id = $1",
        article,
        &ids
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update article_revisions set content = jsonb_set(content, '{tags}', to_jsonb($2::text[])) where article_id = $1",
        article,
        tags
    )
    .execute(&mut *db)
    .await?;
    Ok(())
}

async fn insert_demo_picture(
    db: &mut PgConnection,
    storage: &Storage,
    article: &DemoArticle,
) -> Result<i64, Box<dyn Error>> {
    let bytes = PICTURES
        .iter()
        .find(|(name, _)| *name == article.picture)
        .ok_or("a demo article names a picture that does not exist")?
        .1;
    let processed = tokio::task::spawn_blocking(move || make_files(bytes.to_vec(), Focus::default())).await??;
    put_files(storage, &processed).await?;
    let picture = NewPicture {
        alt: &article.picture_alt,
        name: &format!("{}.png", article.picture),
        focus: Focus::default(),
        processed: &processed,
        account: None,
    };
    Ok(insert_picture(db, &picture).await?)
}

async fn insert_demo_comment(
    db: &mut PgConnection,
    article: i64,
    parent: Option<i64>,
    comment: &DemoComment,
    published_at: OffsetDateTime,
) -> Result<i64, AppError> {
    let draft = Draft { name: comment.name.clone(), email: None, body: comment.body.clone() };
    let created_at = published_at + Duration::minutes(comment.minutes);
    carry_over_comment(db, article, parent, &draft, created_at).await
}

/// Inserts the demo's staff with a random password, which is written to a file that only its owner can read.
async fn insert_demo_staff(pool: &PgPool, actor: Actor<'_>, file: &Path) -> Result<(), Box<dyn Error>> {
    let mut missing = Vec::new();
    for member in STAFF {
        if find_account(pool, member.0).await?.is_none() {
            missing.push(member);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let password = random_token();
    let hash = hash_password(password.clone()).await?;
    for &(username, name, role, may_publish) in missing {
        let inserted = insert_account(pool, actor, username, name, role, Some(&hash)).await;
        // another program that loads at the same time may have been faster
        if let Err(error) = inserted
            && find_account(pool, username).await?.is_none()
        {
            return Err(error.into());
        }
        if may_publish && let Some(account) = find_account(pool, username).await? {
            set_may_publish(pool, actor, account, true).await?;
        }
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut out = std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(file)?;
    writeln!(
        out,
        "Địa chỉ: {}\nTên đăng nhập: lan (duyệt ý kiến), hoa (viết bài), mai (viết và xuất bản) hoặc quantri (quản \
         trị)\nMật khẩu: {password}",
        routes::DESK.path
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::features::comments::parse_draft;

    #[test]
    fn the_demo_is_complete_and_valid() {
        let DemoContent { article: articles, draft: drafts } = toml::from_str(ARTICLES).expect("is TOML");
        assert!(articles.len() >= 6);
        for article in &articles {
            assert!(PICTURES.iter().any(|(name, _)| *name == article.picture), "{}", article.picture);
            assert_eq!(article.slug, app::base::text::slugify(&article.title));
            assert!(OffsetDateTime::parse(&article.published, &Rfc3339).is_ok());
            let all = article.comment.iter().flat_map(|comment| std::iter::once(comment).chain(&comment.replies));
            for comment in all {
                assert!(parse_draft(&comment.name, "", &comment.body).is_ok(), "{}", comment.body);
            }
        }
        let steps: Vec<&str> = drafts.iter().map(|draft| draft.step.as_str()).collect();
        assert_eq!(steps, ["", Step::Send.value(), Step::Schedule.value()]);
        let main = &articles[0];
        assert_eq!(
            (main.carried_points, main.carried_ratings, main.carried_views, main.comment.len()),
            (122, 26, 183, 0)
        );
    }
}
